"""What came of a run: its state, why, and the exit code that says so.

Rules of this file: 0 says that every cell ran, every command succeeded or was allowed to fail, nothing was in doubt and
no result was partial. Where several things went wrong the one that needs a person soonest is told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from lync_magic.errors import LyncError
from lync_magic.sessions import DONE, FAILED, IN_DOUBT, NOT_ON_TAPE, PARTIAL, STOPPED

CODES: Final[Mapping[str, int]] = {
    "ok": 0,
    "failed": 1,
    "usage": 2,
    "could not": 3,
    "sign-in": 4,
    "quota": 5,
    "in doubt": 6,
    "partial": 7,
    "tape": 8,
    "time limit": 9,
    "locked": 10,
    "interrupted": 130,
}
"""The exit code of each state."""

METADATA: Final = "lync_magic_report"
"""Where a notebook keeps what came of its run."""
SOONEST: Final = (
    "interrupted",
    "in doubt",
    "time limit",
    "quota",
    "sign-in",
    "tape",
    "partial",
    "failed",
    "could not",
    "ok",
)
_BY_ERROR: Final = {
    "SignInFailed": "sign-in",
    "NotAnAdministrator": "sign-in",
    "RemoteSessionsDisabled": "sign-in",
    "CredentialNeeded": "sign-in",
    "AccessDenied": "sign-in",
    "QuotaExceeded": "quota",
    "CommandInDoubt": "in doubt",
    "TapeMismatch": "tape",
    "TapeError": "tape",
    "TapeCut": "partial",
    "PipelineStopped": "partial",
    "OperationTimedOut": "failed",
}
_BY_OUTCOME: Final = {FAILED: "failed", IN_DOUBT: "in doubt", PARTIAL: "partial", NOT_ON_TAPE: "tape"}
_OF_SESSION: Final = ("target", "user", "computer", "origin", "recorded")
ALLOWING: Final = frozenset({"raises-exception", "allow-errors"})
"""Tags of cells whose errors do not matter, as Jupyter has them."""
LONGEST_WHY: Final = 300
"""Characters of an error's own words."""


@dataclass
class Ran:
    """A command of a run: how often, how long in all, in seconds, and how often it failed."""

    command: str
    times: int = 0
    seconds: float = 0.0
    failed: int = 0


@dataclass
class Outcome:
    """What came of a run.

    why: a line for each thing that went wrong.  sessions: where its answers are from.  commands: what was sent.
    started: ISO 8601, UTC.  seconds: of the whole.
    """

    notebook: str
    state: str = "ok"
    why: list[str] = field(default_factory=list)
    target: str = ""
    started: str = ""
    seconds: float = 0.0
    cells: int = 0
    ran: int = 0
    sessions: list[dict[str, str]] = field(default_factory=list)
    commands: list[Ran] = field(default_factory=list)
    seats: int = 0
    warnings: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code."""
        return CODES[self.state]

    def told(self) -> dict[str, Any]:
        """As JSON for a scheduler."""
        return {**asdict(self), "code": self.code}

    def worsen(self, state: str, why: str) -> None:
        """Something went wrong."""
        if why not in self.why:
            self.why.append(why)
        if SOONEST.index(state) < SOONEST.index(self.state):
            self.state = state

    def unwritten(self, error: LyncError | OSError) -> None:
        """What was to be written was not: the run is not complete, whatever its cells did."""
        self.worsen("could not", system_text(error) if isinstance(error, OSError) else error.message)


def system_text(error: OSError) -> str:
    """What the system said of a file."""
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)


def read_journal(path: Path) -> list[dict[str, Any]]:
    """The lines of a run's journal, without those that were cut."""
    found = []
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            found.append(told)
    return found


def take_journal(outcome: Outcome, lines: Iterable[Mapping[str, Any]]) -> None:
    """What the sessions of a run did."""
    by_name: dict[str, Ran] = {}
    failed: Counter[tuple[str, str]] = Counter()
    allowing = False
    for line in lines:
        kind = line.get("kind")
        if kind == "cell":
            allowing = bool(ALLOWING & set(line.get("tags", ())))
        elif kind == "session":
            outcome.sessions.append({name: str(line.get(name, "")) for name in _OF_SESSION})
            outcome.seats += not line.get("origin")
        elif kind == "failure":
            error = str(line.get("error", ""))
            told = any(f": {error}:" in f"{why}:" for why in outcome.why)  # of the cell that it ended
            if error in _BY_ERROR and not allowing and not told:
                outcome.worsen(_BY_ERROR[error], error)
        elif kind == "target" and not allowing:
            error = str(line.get("error", ""))
            outcome.worsen(_BY_ERROR.get(error, "failed"), f"{line.get('target', '')}: {error}")
        elif kind == "command":
            ran = by_name.setdefault(str(line["command"]), Ran(str(line["command"])))
            ran.times += 1
            ran.seconds = round(ran.seconds + float(line.get("seconds", 0)), 3)
            outcome.warnings += int(line.get("warnings", 0))
            state = str(line.get("outcome"))
            if state not in (DONE, STOPPED) and not (state == FAILED and (line.get("allowed") or allowing)):
                ran.failed += 1
                failed[(state, ran.command)] += 1
    outcome.commands = list(by_name.values())
    for (state, command), count in failed.items():
        times = f" ({count} times)" if count > 1 else ""
        outcome.worsen(_BY_OUTCOME.get(state, "failed"), f"{command}: {state}{times}")


def take_notebook(outcome: Outcome, notebook: Any, interrupted: str = "interrupted") -> None:
    """What the cells of a notebook say of how they went. interrupted: the state where one was interrupted."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        outcome.cells += 1
        allowed = bool(ALLOWING & set(cell.metadata.get("tags", ())))
        errors = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
        status = cell.metadata.get("papermill", {}).get("status", "")
        if status == "completed" or (not status and cell.get("execution_count") is not None):
            outcome.ran += 1
        for error in errors:
            if not allowed:
                state = interrupted if error.ename == "KeyboardInterrupt" else _BY_ERROR.get(error.ename, "failed")
                outcome.worsen(state, f"Cell {index + 1}: {_error_line(error)}")
    if not outcome.why and outcome.ran < outcome.cells:
        missed = outcome.cells - outcome.ran
        outcome.worsen("failed", "1 cell did not run" if missed == 1 else f"{missed} cells did not run")


def _error_line(error: Any) -> str:
    """An error in a line, as the notebook keeps it: without secrets."""
    lines = str(error.get("evalue", "")).strip().splitlines()
    said = lines[0] if lines else ""
    shown = said if len(said) <= LONGEST_WHY else f"{said[:LONGEST_WHY]}…"
    return f"{error.ename}: {shown}" if shown else str(error.ename)


def kept_outcome(notebook: Any) -> Outcome:
    """What a notebook keeps of its run, or, where nothing is kept, what its cells say."""
    told = dict(notebook.metadata.get(METADATA, {}))
    told.pop("code", None)
    if not told:
        outcome = Outcome("")
        take_notebook(outcome, notebook)
        return outcome
    commands = [Ran(**each) for each in told.pop("commands", [])]
    return Outcome(**told, commands=commands)
