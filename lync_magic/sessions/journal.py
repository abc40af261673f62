"""The journal of a run: what sessions did, a line of JSON each, for who runs a notebook as a report.

Rules of this file: it is written where the surroundings name a file, and nowhere else; names of commands and of kinds
of errors go in, never arguments, values or the texts of errors. Nothing here raises.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Generator
from typing import Final

from lync_magic.errors import (
    CommandInDoubt,
    Interrupted,
    LyncError,
    OperationTimedOut,
    PipelineStopped,
    TapeCut,
    TapeMismatch,
)
from lync_magic.psrp import ErrorRecord, Event, Pipeline, Report, WarningRecord

JOURNAL_VARIABLE: Final = "LYNC_MAGIC_JOURNAL"
"""Names the file."""
DONE, FAILED, IN_DOUBT, PARTIAL, STOPPED, NOT_ON_TAPE = (
    "done",
    "failed",
    "in doubt",
    "partial",
    "stopped",
    "not on tape",
)

_writing: Final = threading.Lock()
_ERROR_ACTION: Final = frozenset({"erroraction", "ea"})
_ALLOWED: Final = frozenset({"silentlycontinue", "ignore"})


def note(kind: str, **told: object) -> None:
    """Write a line, where there is a journal. kind: `session`, `command`, `failure`, `target` (one that failed)."""
    path = os.environ.get(JOURNAL_VARIABLE)
    if not path:
        return
    line = json.dumps({"kind": kind, "at": round(time.time(), 3), **told}, ensure_ascii=False, default=str)
    with _writing, contextlib.suppress(OSError), open(path, "a", encoding="utf-8", errors="replace") as file:
        file.write(line + "\n")


def noted(
    pipeline: Pipeline, session: str, say: Report, run: Callable[[Report], Generator[list[bytes], None, None]]
) -> Generator[list[bytes], None, None]:
    """What `run` gives, with a line about how the command went. run: is given the report to use."""
    if not os.environ.get(JOURNAL_VARIABLE):
        yield from run(say)
        return
    counts = {"errors": 0, "warnings": 0}

    def counting(event: Event) -> None:
        counts["errors"] += isinstance(event, ErrorRecord)
        counts["warnings"] += isinstance(event, WarningRecord)
        say(event)

    began, outcome, error = time.monotonic(), STOPPED, ""
    try:
        yield from run(counting)
        outcome = FAILED if counts["errors"] else DONE
    except BaseException as failure:
        outcome, error = _outcome(failure), type(failure).__name__
        raise
    finally:
        seconds = round(time.monotonic() - began, 3)
        told = {"command": str(pipeline), "session": session, "seconds": seconds, "outcome": outcome, "error": error}
        note("command", **told, **counts, allowed=_may_fail(pipeline))


def _outcome(failure: BaseException) -> str:
    if isinstance(failure, CommandInDoubt):
        return IN_DOUBT
    if isinstance(failure, TapeMismatch):
        return NOT_ON_TAPE
    if isinstance(failure, Interrupted | KeyboardInterrupt | OperationTimedOut | PipelineStopped | TapeCut):
        return PARTIAL
    return FAILED if isinstance(failure, LyncError) else STOPPED


def _may_fail(pipeline: Pipeline) -> bool:
    """Whether its writer said that its errors do not matter: -ErrorAction SilentlyContinue, or Ignore."""
    for command in pipeline.commands:
        waiting = False
        for argument in command.arguments:
            if argument.name is not None:
                waiting = argument.name.strip("-:").lower() in _ERROR_ACTION
            if waiting and argument.value is not None:
                if str(argument.value).lower() in _ALLOWED:
                    return True
                waiting = False
    return False
