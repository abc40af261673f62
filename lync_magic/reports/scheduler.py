"""jupyter-scheduler's jobs run as reports:

    jupyter lab --Scheduler.execution_manager_class=lync_magic.reports.scheduler.ReportExecutionManager

Rules of this file: a job is completed only where the report's state is `ok`; else it failed, and says why. Its page is
the one file to send. Parameters are held to what the notebook declares, in Python and PowerShell.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from jupyter_scheduler.executors import DefaultExecutionManager

from lync_magic.errors import LyncError
from lync_magic.reports.declarations import declared_in
from lync_magic.reports.given import from_words
from lync_magic.reports.page import html_of_notebook
from lync_magic.reports.running import Wanted, run_report

_NOTEBOOK, _PAGE = "ipynb", "html"


class ReportFailed(LyncError):
    """A job's report is not complete."""


class ReportExecutionManager(DefaultExecutionManager):  # type: ignore[misc]  # jupyter-scheduler has no types
    """Executes a job's notebook as a report."""

    def execute(self) -> None:
        """Run it, and write what the job asks for. Raises ReportFailed, UsageError."""
        job = self.model
        source = Path(self.staging_paths["input"])
        executed = source.with_name(f"{source.stem}.run.ipynb")
        texts = {each.name for each in declared_in(source) if each.typed}
        words = [f"{name}={value}" for name, value in (job.parameters or {}).items()]
        outcome = run_report(Wanted(source, executed, parameters=from_words(words, texts)))
        try:
            self._write(job.output_formats or (), executed)
        finally:
            executed.unlink(missing_ok=True)
        self.add_side_effects_files(str(source.parent))
        if outcome.state != "ok":
            raise ReportFailed(f"{outcome.state}: {'; '.join(outcome.why)}")

    def _write(self, formats: Any, executed: Path) -> None:
        rest = []
        for name in formats:
            if name == _PAGE:
                Path(self.staging_paths[name]).write_text(html_of_notebook(executed), "utf-8")
            elif name == _NOTEBOOK:
                Path(self.staging_paths[name]).write_bytes(executed.read_bytes())
            else:
                rest.append(name)
        if rest:
            job = self.model.copy(update={"output_formats": rest})
            self.create_output_files(job, nbformat.read(executed, 4))
