"""Results that are read ahead: several commands of one session open at once, as `Get-A | ForEach-Object { Set-B $_ }`
has them, though a session runs one command at a time.

Rules: a result is read as it is asked for, so that who wants three objects stops the server after three. When another
command of the same session begins, what is still to come is first read to its end: in memory up to `HELD_BYTES`, beyond
that on disk, as it came. What was said beside the objects (warnings, errors) keeps its place between them. One thread
uses one `ReadAhead`.
"""

from __future__ import annotations

import pickle
from collections.abc import Generator, Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

from lync_magic.errors import LyncError
from lync_magic.psrp import Event, Host, Pipeline
from lync_magic.sessions.session import Session

HELD_BYTES: Final = 16 * 1024 * 1024
"""How much of one result is held in memory before it goes to disk."""

Item = bytes | Event
"""An object as CLIXML (`$null` is b""), or what was said between two objects."""


class RawResult(Iterator[list[Item]]):
    """What one command gives, in batches, in order. Raises at its end what the command failed with."""

    def __init__(self, session: Session, source: Generator[list[bytes], None, None], said: list[Event]) -> None:
        self.session = session
        self._source: Generator[list[bytes], None, None] | None = source
        self._said = said
        self._spilled: SpooledTemporaryFile[bytes] | None = None
        self._failure: LyncError | None = None
        self._batch: list[Item] = []
        """What of the last batch `next_item` has still to give, its first last."""

    def __next__(self) -> list[Item]:
        if self._spilled is not None:
            try:
                batch: list[Item] = pickle.load(self._spilled)
            except EOFError:
                self._spilled.close()
                self._spilled = None
            else:
                return batch
        if self._source is None:
            failure, self._failure = self._failure, None
            if failure is not None:
                raise failure
            raise StopIteration
        return self._read()

    def next_item(self) -> Item:
        """The next object, or what was said before it, for who wants them one at a time."""
        while not self._batch:
            self._batch = self.__next__()[::-1]
        return self._batch.pop()

    @property
    def is_ready(self) -> bool:
        """Whether `next_item` need not wait for the server."""
        return bool(self._batch) or self._source is None or self.session.has_arrivals

    def settle(self) -> None:
        """Read what is still to come, so that the session is free. A failure waits for its place at the end."""
        if self._source is None:
            return
        spilled: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=HELD_BYTES)  # noqa: SIM115 - read after this
        try:
            while self._source is not None:
                pickle.dump(self._read(), spilled)
        except StopIteration:
            pass
        except LyncError as failure:
            self._failure = failure
        except BaseException:
            spilled.close()
            self.close()
            raise
        spilled.seek(0)
        self._spilled = spilled

    def close(self) -> None:
        """Want no more of it; a command that still runs is stopped on the server. Idempotent."""
        source, self._source = self._source, None
        self._failure = None
        if source is not None:
            source.close()
        if self._spilled is not None:
            self._spilled.close()
            self._spilled = None

    @property
    def is_open(self) -> bool:
        """Whether there may be more to come of it."""
        return self._source is not None or self._spilled is not None

    def _read(self) -> list[Item]:
        """The next batch from the server, after what was said before it."""
        assert self._source is not None
        try:
            output: list[bytes] = next(self._source)
        except BaseException as end:
            self._source = None
            if self._said and isinstance(end, StopIteration | LyncError):
                self._failure = end if isinstance(end, LyncError) else None
                return self._take_said()
            raise
        return [*self._take_said(), *output]

    def _take_said(self) -> list[Item]:
        said: list[Item] = [*self._said]
        self._said.clear()
        return said


class ReadAhead:
    """The open results of one cell."""

    def __init__(self) -> None:
        self._open: list[RawResult] = []

    def open(
        self,
        session: Session,
        pipeline: Pipeline,
        *,
        input: Iterable[object] | None = None,
        host: Host | None = None,
        timeout: float | None = None,
    ) -> RawResult:
        """Begin a command, once the results of this session that are still coming have been read to their end.

        Nothing is sent before the first batch is asked for. The rest as `Session.stream` has it.
        """
        self.settle(session)
        said: list[Event] = []
        source = session.stream_raw(pipeline, input=input, report=said.append, host=host, timeout=timeout)
        result = RawResult(session, source, said)
        self._open.append(result)
        return result

    def settle(self, session: Session) -> None:
        """Read to their ends the results of a session that are still coming."""
        self._open = [result for result in self._open if result.is_open]
        for result in self._open:
            if result.session is session:
                result.settle()

    def close(self) -> None:
        """Want nothing more of any of them."""
        opened, self._open = self._open, []
        for result in opened:
            result.close()
