"""A notebook run as a report, for one target: under its lock, in its time, and what came of it in files.

Rules of this file: whatever happens, there is an outcome, and what was to be written is written with it; an interrupt,
or being told to end (SIGTERM), ends the kernel, and with it its sessions. Nothing is run twice.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from lync_magic.errors import DependencyMissing, LyncError, UsageError
from lync_magic.interrupts import ended_as_interrupted
from lync_magic.reports.declarations import declared_in
from lync_magic.reports.declared import check
from lync_magic.reports.given import as_json, refuse_secrets
from lync_magic.reports.locking import Locked, held
from lync_magic.reports.outcome import Outcome, kept_outcome
from lync_magic.reports.page import html_of_notebook
from lync_magic.reports.printing import print_pdf
from lync_magic.reports.tables import XLSX_VARIABLE
from lync_magic.tapes import MODE_VARIABLE, REDACT_VARIABLE, TAPE_VARIABLE

_NO_KERNEL: Final = "NoSuchKernel"
TARGET: Final = "target"
"""The parameter that says for whom a report is."""
_NAMES_TARGET: Final = re.compile(rf"\b{TARGET}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """One run that is wanted. target: "" where the notebook knows by itself.  executed: where the notebook goes.

    record, replay: a tape.  time_limit: seconds for all cells.  wait: seconds to wait for another run of the target.
    """

    notebook: Path
    executed: Path
    target: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    record: Path | None = None
    replay: Path | None = None
    mode: str | None = None
    redact: str | None = None
    time_limit: float | None = None
    wait: float = 0.0
    kernel: str | None = None
    html: Path | None = None
    pdf: Path | None = None
    xlsx: Path | None = None
    language: str | None = None


def run_report(wanted: Wanted) -> Outcome:
    """Run it, and write what was asked for. Raises UsageError before anything is run, DependencyMissing."""
    papermill = needed("papermill", "lync-magic report")
    needed("nbconvert", "lync-magic report")
    parameters = dict(wanted.parameters)
    if wanted.target:
        parameters.setdefault(TARGET, wanted.target)
    refuse_secrets(parameters)
    if wanted.replay is not None and not wanted.replay.is_file():
        raise UsageError(f"There is no tape {wanted.replay}.", f"Record it: --record {wanted.replay.name}")
    if wanted.target:
        _need_target(wanted.notebook)
    parameters = as_json(check(declared_in(wanted.notebook), parameters, known=(TARGET,)))
    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with held("report", wanted.target or str(wanted.notebook.resolve()), wait=wanted.wait):
            outcome = _run(papermill, wanted, parameters)
    except Locked as error:
        outcome = Outcome(str(wanted.notebook), "locked", [error.message])
        outcome.target = wanted.target
        return outcome
    outcome.target = wanted.target
    try:
        _write(wanted, outcome)
    except (LyncError, OSError) as error:
        outcome.unwritten(error)
    return outcome


def _need_target(notebook: Path) -> None:
    """Refuse a notebook that asks the same whoever it is for: its page would name a target that nobody asked.

    Raises UsageError.
    """
    import nbformat

    try:
        cells = nbformat.read(notebook, 4).cells
    except Exception:  # noqa: BLE001 - whoever runs it says what is wrong with it
        return
    if not any(cell.cell_type == "code" and _NAMES_TARGET.search(cell.source) for cell in cells):
        raise UsageError(
            f"{notebook.name} does not use the parameter {TARGET}, so it would ask the same for every target.",
            "Connect to it: %lync connect $target",
        )


def needed(package: str, purpose: str) -> Any:
    """A package of the extra `report`. Raises DependencyMissing."""
    try:
        return import_module(package)
    except ImportError:
        raise DependencyMissing(package, purpose, "report") from None


def _run(papermill: Any, wanted: Wanted, parameters: dict[str, Any]) -> Outcome:
    _clear(wanted)
    interrupted = False
    try:
        with ended_as_interrupted():
            papermill.execute_notebook(
                str(wanted.notebook).replace("{", "{{").replace("}", "}}"),
                str(wanted.executed).replace("{", "{{").replace("}", "}}"),
                parameters=parameters or None,
                engine_name="lync_magic",
                kernel_name=wanted.kernel,
                progress_bar=False,
                cwd=str(wanted.notebook.resolve().parent),
                time_limit=wanted.time_limit,
                environment=_environment(wanted),
            )
    except KeyboardInterrupt:
        interrupted = True
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # of the cell that was left; the outcome says it
    except (LyncError, OSError):
        raise
    except Exception as error:
        if not wanted.executed.exists() or type(error).__name__ == _NO_KERNEL:
            raise _could_not(wanted.notebook, error) from error
    outcome = _outcome(wanted.executed)
    outcome.notebook = wanted.notebook.name
    if interrupted:
        outcome.worsen("interrupted", "It was interrupted")
    return outcome


def _clear(wanted: Wanted) -> None:
    """Have nothing of an earlier run lie where this one writes: what cannot begin must not look like what went well.

    Raises UsageError, OSError.
    """
    if wanted.executed.resolve() == wanted.notebook.resolve():
        raise UsageError("The run would be written over the notebook itself.", "Name another folder: --to FOLDER")
    for path in _outputs(wanted):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            path.unlink()


def discard(wanted: Wanted) -> None:
    """The same where a run could not begin, as far as it can be done."""
    for path in _outputs(wanted):
        with suppress(OSError):
            if path.is_file() and path.resolve() != wanted.notebook.resolve():
                path.unlink()


def _outputs(wanted: Wanted) -> list[Path]:
    return [path for path in (wanted.executed, wanted.html, wanted.pdf, wanted.xlsx) if path is not None]


def _outcome(executed: Path) -> Outcome:
    import nbformat

    return kept_outcome(nbformat.read(executed, 4))


def _could_not(notebook: Path, error: Exception) -> UsageError:
    name = type(error).__name__
    if name == _NO_KERNEL:
        return UsageError(f"There is no kernel for {notebook.name} here: {error}.", "Name one: --kernel NAME")
    if str(error).startswith("No kernel name"):
        return UsageError(f"{notebook.name} names no kernel.", "Name one: --kernel NAME")
    return UsageError(f"{notebook} cannot be run ({name}).", "Is it a notebook of Jupyter?")


def _environment(wanted: Wanted) -> dict[str, str]:
    """What the kernel is told."""
    told: dict[str, str] = {}
    if wanted.replay is not None:
        told |= {TAPE_VARIABLE: str(wanted.replay.resolve()), MODE_VARIABLE: "none"}
    elif wanted.record is not None:
        told |= {TAPE_VARIABLE: str(wanted.record.resolve()), MODE_VARIABLE: wanted.mode or "rewrite"}
        if wanted.redact:
            told[REDACT_VARIABLE] = wanted.redact
    if wanted.xlsx is not None:
        told[XLSX_VARIABLE] = str(wanted.xlsx.resolve())
    if wanted.language:
        told["LANGUAGE"] = wanted.language
    return told


def _write(wanted: Wanted, outcome: Outcome) -> None:
    outcome.files = [str(wanted.executed)]
    if wanted.xlsx is not None and wanted.xlsx.exists():
        outcome.files.append(str(wanted.xlsx))
    elif wanted.xlsx is not None and outcome.state == "ok":
        outcome.worsen("could not", f"{wanted.xlsx.name} was not written: no cell that shows a table is tagged xlsx.")
    if wanted.html is None and wanted.pdf is None:
        return
    page = html_of_notebook(wanted.executed, outcome)
    if wanted.html is not None:
        wanted.html.write_text(page, "utf-8")
        outcome.files.append(str(wanted.html))
    if wanted.pdf is not None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "report.html"
            source.write_text(page, "utf-8")
            print_pdf(source, wanted.pdf)
        outcome.files.append(str(wanted.pdf))
