"""papermill's engine for reports: runs the cells, and keeps in the notebook what the sessions behind them did.

Registered by its entry point, so that papermill's own command line and API, and schedulers built on it, have it:
`papermill --engine lync_magic report.ipynb out.ipynb`. The translator of parameters for PowerShell comes along.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Any, Final

from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbclient.util import ensure_async
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.translators import papermill_translators

from lync_magic.reports.declarations import declared_by
from lync_magic.reports.declared import check
from lync_magic.reports.given import refuse_secrets
from lync_magic.reports.outcome import METADATA, Outcome, read_journal, take_journal, take_notebook
from lync_magic.reports.outputs import redaction_of, without_secrets
from lync_magic.reports.sockets import use_files
from lync_magic.reports.translator import PowerShellTranslator
from lync_magic.sessions import JOURNAL_VARIABLE
from lync_magic.tapes import Redaction

for _kernel in ("lync_magic", "powershell"):
    papermill_translators.register(_kernel, PowerShellTranslator)

GRACE_SECONDS: Final = 20.0
"""How long a cell that was interrupted at the time limit may take to end, and a kernel that was told to."""
PACKAGES: Final = ("lync-magic", "papermill", "nbclient", "ipykernel")


class ReportClient(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Runs the cells of one notebook, with marks in the journal between them."""

    journal: Path
    redaction: Redaction
    timed_out = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._ended = threading.Event()

    def create_kernel_manager(self) -> Any:
        """Who starts the kernel."""
        manager = super().create_kernel_manager()
        use_files(manager, self.journal.parent)
        return manager

    def process_message(self, message: Any, *given: Any, **named: Any) -> Any:
        """Keep what a cell wrote, without secrets."""
        without_secrets(message.get("content", {}), self.redaction)
        return super().process_message(message, *given, **named)

    def execute_cell(self, cell: Any, cell_index: int, *given: Any, **named: Any) -> Any:
        """Run one cell; none begins when the time is over."""
        if cell.cell_type == "code":
            if self.timed_out:
                raise CellExecutionError("", "TimeLimit", "")
            mark = {"kind": "cell", "index": cell_index, "tags": list(cell.metadata.get("tags", ()))}
            with self.journal.open("a", encoding="utf-8") as file:
                file.write(json.dumps(mark) + "\n")
        return super().execute_cell(cell, cell_index, *given, **named)

    @contextmanager
    def limited(self, seconds: float | None) -> Iterator[None]:
        """When the time is over, interrupt what runs; where it does not heed that, end its kernel."""
        if seconds:
            threading.Thread(target=self._end_after, args=(seconds,), daemon=True).start()
        try:
            yield
        finally:
            self._ended.set()

    def _end_after(self, seconds: float) -> None:
        ways: tuple[tuple[float, Callable[[], Any]], ...] = (
            (seconds, lambda: self.km.interrupt_kernel()),
            (GRACE_SECONDS, lambda: self.km.provisioner.terminate()),
            (GRACE_SECONDS, lambda: self.km.provisioner.kill()),
        )
        for wait, end in ways:
            if self._ended.wait(wait):
                return
            self.timed_out = True
            with suppress(Exception):  # there is no kernel yet, or no more
                asyncio.run(ensure_async(end()))


class ReportEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """Runs a notebook as a report."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, *given: Any, **named: Any) -> Any:
        """Run it, if its parameters are as it declares them and none looks like a secret. Raises UsageError."""
        values = dict(nb.metadata.get("papermill", {}).get("parameters", {}))
        refuse_secrets(values)
        check(declared_by(nb), values, known=values)
        return super().execute_notebook(nb, kernel_name, *given, **named)

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        time_limit: float | None = None,
        environment: dict[str, str] | None = None,
        **named: Any,
    ) -> Any:
        """Run it. time_limit: seconds for all cells.  environment: for the kernel, beside this process's own."""
        began, clock = datetime.now(timezone.utc), time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            journal = Path(folder) / "journal.jsonl"
            client = ReportClient(
                nb_man,
                timeout=execution_timeout,
                startup_timeout=start_timeout,
                kernel_name=kernel_name,
                log=logger,
                log_output=log_output,
                stdout_file=stdout_file,
                stderr_file=stderr_file,
            )
            client.journal = journal
            client.redaction = redaction_of(nb_man.nb)
            died = False
            try:
                surroundings = {**os.environ, **(environment or {}), JOURNAL_VARIABLE: str(journal)}
                with client.limited(time_limit), heard_if_it_dies(Path(folder) / "stderr") as stderr:
                    return client.execute(env=surroundings, stderr=stderr)
            except DeadKernelError:
                died = not client.timed_out
                raise
            finally:
                outcome = Outcome(str(named.get("input_path", "")), started=began.isoformat(timespec="seconds"))
                outcome.seconds = round(time.monotonic() - clock, 3)
                if client.timed_out:
                    outcome.worsen("time limit", f"It was not done after {time_limit:g} s")
                if died:
                    outcome.worsen("failed", "The kernel ended in the middle of a cell")
                take_notebook(outcome, nb_man.nb, interrupted="time limit" if client.timed_out else "interrupted")
                take_journal(outcome, read_journal(journal))
                outcome.versions = versions()
                outcome.parameters = dict(nb_man.nb.metadata.get("papermill", {}).get("parameters", {}))
                nb_man.nb.metadata[METADATA] = outcome.told()


@contextmanager
def heard_if_it_dies(path: Path) -> Iterator[IO[bytes]]:
    """What a kernel itself complains of (its cells' errors are in the notebook) is told only where it died of it."""
    with path.open("wb") as file:
        try:
            yield file
        except Exception:
            sys.stderr.write(path.read_text("utf-8", "replace"))
            raise


def versions() -> dict[str, str]:
    """Of what ran the report."""
    found = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
