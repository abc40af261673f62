"""One command for many objects: in several pipelines, so that one can see how far it is and what failed.

A pipeline takes its input as fast as the network gives it, and says nothing of how far it is: so the objects of a
command that works on each by itself go out some at a time, as many as take about `SECONDS`. Rules: a command that may
look at all of its input together (it reads, sorts, measures, exports) gets it in one pipeline; order is kept; nothing
is sent twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import islice
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.errors import RemoteError
from lync_magic.psrp import ErrorRecord, Event, Pipeline, ProgressRecord, Report, WarningRecord, remote_error
from lync_magic.records import Records
from lync_magic.sessions import Session, sent_in_parts

SECONDS: Final = 1.0
"""How long one pipeline shall take: as often a person sees how far it is."""
LEAST_SECONDS: Final = 0.001
FIRST: Final = 16
MOST: Final = 2_000
"""Objects in one pipeline."""
PROGRESS_ID: Final = 2
_CHANGING: Final = (
    "add approve block clear disable enable grant lock move new remove rename request reset restore resume revoke set "
    "start stop suspend unblock unlock update"
)
EACH_BY_ITSELF: Final = frozenset(_CHANGING.split())
"""Verbs of commands that change one thing for each object they get."""
FAILURE_TYPES: Final = ("LyncMagic.Failure", "System.Object")


class Piped(Records):
    """What came of a command for many objects. failed: a record for each that failed: Target, Message, ErrorId,
    Category.
    """

    __slots__ = ("_failed",)
    _failed: Records

    @property
    def failed(self) -> Records:
        """What failed, a record each."""
        return getattr(self, "_failed", None) or Records()


def pipe(session: Session, alias: str, pipeline: Pipeline, objects: Iterable[object], at_once: int | None) -> Piped:
    """Run a command for the objects; see `RemoteCommand.pipe`. alias: what it is called here."""
    verb = pipeline.commands[0].name.partition("-")[0].lower()
    if at_once is None and verb not in EACH_BY_ITSELF:
        at_once = 0
    total = len(objects) if isinstance(objects, Sized) else None
    with sent_in_parts(total), session.reporting() as report:
        return _Piping(session, alias, pipeline, report, total).run(objects, at_once)


class _Piping:
    """One call: how far it is, and what failed."""

    def __init__(self, session: Session, alias: str, pipeline: Pipeline, report: Report, total: int | None) -> None:
        self._session = session
        self._alias = alias
        self._pipeline = pipeline
        self._report = report
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._errors: list[ErrorRecord] = []
        self._output: list[Records] = []
        self._took: tuple[int, float] = (0, 0.0)

    def run(self, objects: Iterable[object], at_once: int | None) -> Piped:
        shown = at_once != 0
        try:
            for some in _parts(objects, at_once, self._size):
                if shown:
                    self._tell()
                started = time.monotonic()
                self._run_one(some)
                self._took = (len(some) if isinstance(some, list) else 0, time.monotonic() - started)
                self._done += self._took[0]
        except KeyboardInterrupt as stop:
            raise self._session.interrupted(stop, Records.concat(self._output)) from None
        finally:
            if shown:
                self._tell()  # what stays of the bar is how far it came
                self._tell(completed=True)
        return self._result()

    def _size(self) -> int:
        """How many objects the next pipeline takes, by what the last one took."""
        count, seconds = self._took
        if not count:
            return FIRST
        return max(1, min(MOST, 2 * count, int(count * SECONDS / max(seconds, LEAST_SECONDS))))

    def _run_one(self, some: Iterable[object]) -> None:
        try:
            with self._session.stream(self._pipeline, input=some, report=self._heard) as batches:
                self._output.extend(batches)
        except RemoteError as error:
            if self._done and isinstance(some, list):
                last = self._done + len(some)
                error.message += (
                    f" (It ended at one of the objects {self._done + 1:,} to {last:,}; those before are done.)"
                )
            raise

    def _heard(self, event: Event) -> None:
        if isinstance(event, ErrorRecord):
            self._errors.append(event)
        else:
            self._report(event)

    def _tell(self, *, completed: bool = False) -> None:
        of = "" if self._total is None else f" of {self._total:,}"
        time_left, percent = "", None
        if self._total and self._done:
            percent = 100 * self._done // self._total
            left = round((time.monotonic() - self._began) / self._done * (self._total - self._done))
            time_left = f", {left // 60}:{left % 60:02d} left" if self._done < self._total else ""
        failed = f", {len(self._errors):,} failed" if self._errors else ""
        self._report(
            ProgressRecord(
                self._alias,
                f"{self._done:,}{of}{time_left}{failed}",
                activity_id=PROGRESS_ID,
                percent=percent,
                completed=completed,
            )
        )

    def _result(self) -> Piped:
        errors = self._errors
        output = Records.concat(self._output)
        if errors and not len(output) and (self._total is None or len(errors) >= self._total):
            first = remote_error(errors[0], "The command failed.")
            if len(errors) > 1:
                first.message += f" ({len(errors):,} such errors; nothing was done.)"
            raise first
        result = Piped(output)
        result._failed = Records([_failure(error) for error in errors])
        if errors:
            of = "" if self._total is None else f" of {self._total:,}"
            told = f"{len(errors):,}{of} failed; .failed of the result has them. The first: {errors[0].message}"
            self._report(WarningRecord(told))
        return result


def _parts(objects: Iterable[object], at_once: int | None, size: Callable[[], int]) -> Iterator[Iterable[object]]:
    """The objects, as many at a time as are asked for; all of them where that is 0."""
    if at_once == 0:
        yield objects
        return
    rest = iter(objects)
    while some := list(islice(rest, at_once or size())):
        yield some


def _failure(error: ErrorRecord) -> PSObject:
    return PSObject(
        {
            "Target": error.target,
            "Message": error.message,
            "ErrorId": error.error_id,
            "Category": error.category,
        },
        FAILURE_TYPES,
        text=error.message,
    )
