"""Replaying: a server's place taken by a tape. What was asked then is answered as it was answered then.

Rules of this file: nothing is sent anywhere. Answers go through the same pool and the same decoder as live ones, so
that the same comes out. A command that may change something is answered only in the tape's own order; what the tape
does not hold is an error that names the nearest that it holds, and what nobody asked for is one at the end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final
from uuid import UUID

from lync_magic.errors import TapeCut, TapeMismatch
from lync_magic.psrp import FragmentReader, FragmentWriter, Message, MessageType, sealed_key
from lync_magic.tapes.canonical import SECRET, Asked, asked, same
from lync_magic.tapes.recording import InputDigest
from lync_magic.tapes.redaction import Redaction
from lync_magic.tapes.tape import Entry, Recorded, Tape
from lync_magic.transports import Received, Signal, Stream

FRAGMENT: Final = 1 << 20
"""Bytes of a fragment: a pipe that nothing is sent through may be as wide as one likes."""
CHUNK: Final = 1 << 20
"""How much of an answer is given at once."""
ADVICE: Final = "Record it anew where the report has changed: --record FILE --mode rewrite."

ASKED_ONCE: Final = ("-property @('Name', 'CommandType')", "-property 'Name'")
"""What imports asked for before they took a command's kind from its type, and what they ask for now."""


_BEFORE: Final = {"pwsh": "env"}
"""Names of targets on older tapes: of a local session, the first word of how its process was started."""


class Replay:
    """One tape that is replayed, by as many sessions as ask for it. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self.tape = Tape(path)
        self.redaction = Redaction(self.tape.about.get("redacted", ()))
        self._lock = threading.Lock()
        self._used: set[int] = set()
        self._missing: list[str] = []
        self._equal: dict[tuple[str, str, str], list[Entry]] = {}
        """The entries of each target, canonical form and input."""
        self._without_secret: list[Entry] = []
        """Those whose canonical form lacks a secret: they are equal to more than one request."""
        self._changes: dict[str, list[Entry]] = {}
        """For each target what may change something and has not been asked for, in the tape's order."""
        for entry in self.tape.entries:
            key = entry.key.replace(*ASKED_ONCE)
            self._equal.setdefault((entry.target, key, entry.input), []).append(entry)
            if SECRET in entry.key:
                self._without_secret.append(entry)
            if entry.changes:
                self._changes.setdefault(entry.target, []).append(entry)

    def session(self, target: str, uri: str = "") -> Recorded:
        """The session of a target; the only one where no target is named. Raises TapeMismatch.

        uri: the address that was asked for: where a target was asked at several, the answers of this one count.
        """
        names = {target, _BEFORE.get(target, target)}
        found = [one for one in self.tape.sessions.values() if not target or one.target in names]
        if found and (target or len({one.target for one in found}) == 1):
            same = [one for one in found if uri and one.uri == uri]
            several = len({one.uri for one in found}) > 1
            return replace(same[0], alone=several) if same else found[0]
        there = ", ".join(sorted({one.target for one in self.tape.sessions.values()})) or "none"
        raise TapeMismatch(
            f"The tape {self.tape.path.name} holds no session of {target or 'one target alone'}.",
            f"It holds: {there}.",
        )

    def take(self, session: Recorded, request: Asked, sent: str) -> Entry:
        """The entry that answers a request. sent: the digest of its input.  Raises TapeMismatch."""
        target = session.target
        with self._lock:
            equal = [one for one in self._equal_to(target, request, sent) if self._is_of(one, session)]
            entry = next((one for one in equal if one.number not in self._used), None)
            if entry is None and request.incidental:
                entry = next(iter([*equal[-1:], *self._alike(target, request)]), None)
            if entry is None:
                entry = self._miss(target, request, equal)
            if request.changes and entry.number not in self._used:
                self._need_order(request, entry, session)
            self._used.add(entry.number)
            return entry

    def _is_of(self, entry: Entry, session: Recorded) -> bool:
        recorded = self.tape.sessions.get(entry.session)
        return not session.alone or recorded is None or recorded.uri == session.uri

    def _equal_to(self, target: str, request: Asked, sent: str) -> list[Entry]:
        equal = self._equal.get((target, request.key, sent), [])
        others = [
            one
            for one in self._without_secret
            if one.target == target and one.input == sent and one not in equal and same(request.key, one.key)
        ]
        return sorted([*equal, *others], key=lambda one: one.number) if others else equal

    def _alike(self, target: str, request: Asked) -> list[Entry]:
        """What another version of this package asked for the session's own sake, wanting other properties."""
        asked = _before_pipe(request.key)
        found = (one for one in self.tape.entries if one.incidental and one.target == target)
        return [one for one in found if _before_pipe(one.key) == asked]

    def _miss(self, target: str, request: Asked, equal: list[Entry]) -> Entry:
        entries = [one for one in self.tape.entries if one.target == target]
        self._missing.append(request.text)
        if equal:
            times = "once" if len(equal) == 1 else f"{len(equal)} times"
            why = f"The tape holds it {times}, and it was asked once more. Connect again to begin the tape anew."
        else:
            near = get_close_matches(request.key, [one.key for one in entries], n=1, cutoff=0.3)
            nearest = next((one.command for one in entries if near and one.key == near[0]), "")
            why = f"The nearest that it holds: {nearest}" if nearest else "It holds nothing like it."
        raise TapeMismatch(f"The tape {self.tape.path.name} does not hold {request.text}. {why}", ADVICE)

    def _need_order(self, request: Asked, entry: Entry, session: Recorded) -> None:
        changes = self._changes[entry.target]
        first = next(one for one in changes if self._is_of(one, session))
        if first.number == entry.number:
            changes.remove(first)
            return
        self._missing.append(request.text)
        raise TapeMismatch(
            f"{request.text} changes something, and on the tape {self.tape.path.name} another change comes first: "
            f"{first.command}",
            ADVICE,
        )

    def finish(self) -> None:
        """Raise TapeMismatch where something was asked that the tape does not hold, or it holds what nobody asked."""
        with self._lock:
            unused = [one.command for one in self.tape.entries if one.number not in self._used and not one.incidental]
            missing, self._missing = self._missing, []
            self._used.update(one.number for one in self.tape.entries)
        told = []
        if missing:
            told.append(f"{_count(missing)} asked that the tape does not hold: {_few(missing)}.")
        if unused:
            told.append(f"{_count(unused)} on the tape that nobody asked for: {_few(unused)}.")
        if told:
            raise TapeMismatch(f"The tape {self.tape.path.name} and what was run differ. {' '.join(told)}", ADVICE)


def _before_pipe(key: str) -> str:
    return key.partition(" | ")[0]


def _count(commands: list[str]) -> str:
    return "1 command was" if len(commands) == 1 else f"{len(commands)} commands were"


def _few(commands: list[str]) -> str:
    more = f" and {len(commands) - 3} more" if len(commands) > 3 else ""
    return "; ".join(commands[:3]) + more


class TapeTransport:
    """What a pool takes for a server. ended: called when it is closed."""

    fragment_size = FRAGMENT

    def __init__(self, replay: Replay, session: Recorded, ended: Callable[[], None]) -> None:
        self._replay = replay
        self._session = session
        self._ended = ended
        self._changed = threading.Condition()
        self._own: list[bytes] = []
        """What waits for the shell itself."""
        self._closed = False
        self._writer: FragmentWriter | None = None
        self._hearing = FragmentReader()
        self._pipelines: dict[UUID, _Pipeline] = {}

    @property
    def computer_name(self) -> str:
        """The host that answered then."""
        return self._session.computer or self._session.target

    def open(self, shell_id: UUID, creation: bytes, *, timeout: float) -> None:
        """Say what the server said when the session was opened."""
        self._writer = FragmentWriter(shell_id, to_client=True)
        self._say(self._replay.tape.pool(self._session))

    def command(self, pipeline_id: UUID, first: bytes, *, timeout: float) -> None:
        """Take a command."""
        assert self._writer is not None
        self._pipelines[pipeline_id] = pipeline = _Pipeline(self._replay, self._session, self._writer, pipeline_id)
        pipeline.hear(first)

    def send(
        self, data: bytes, pipeline_id: UUID | None = None, stream: Stream = Stream.INPUT, *, timeout: float
    ) -> None:
        """Take input; what a person answered is not asked for again."""
        if stream is Stream.PROMPT_RESPONSE:
            return
        if pipeline_id is not None:
            self._pipelines[pipeline_id].hear(data)
            return
        for message in self._hearing.feed(data):
            if message.type == MessageType.PUBLIC_KEY:
                self._say([Message(MessageType.ENCRYPTED_SESSION_KEY, None, sealed_key(message.data))])

    def receive(
        self, pipeline_id: UUID | None = None, *, timeout: float, meanwhile: Callable[[], None] = lambda: None
    ) -> Received:
        """Give what the tape has next."""
        meanwhile()
        if pipeline_id is not None:
            return self._pipelines[pipeline_id].give(timeout)
        with self._changed:
            if not self._own and not self._closed:
                self._changed.wait(timeout)
            chunks, self._own = self._own, []
            return Received(chunks, self._closed)

    def signal(self, pipeline_id: UUID, signal: Signal, *, timeout: float) -> None:
        """Nothing runs that could be stopped."""
        pipeline = self._pipelines.get(pipeline_id)
        if pipeline is not None:
            pipeline.stop()
        if signal is Signal.TERMINATE:
            self._pipelines.pop(pipeline_id, None)

    def close(self, *, timeout: float) -> None:
        """End it."""
        with self._changed:
            was, self._closed = self._closed, True
            self._changed.notify_all()
        if not was:
            self._ended()

    def drop(self) -> None:
        """This is a copy in a forked process: the tape is the parent's."""
        self._closed = True

    def _say(self, messages: list[Message]) -> None:
        assert self._writer is not None
        fragments = [piece for message in messages for piece in self._writer.write(message, FRAGMENT)]
        with self._changed:
            self._own += fragments
            self._changed.notify_all()


class _Pipeline:
    """One command that is answered from the tape."""

    def __init__(self, replay: Replay, session: Recorded, writer: FragmentWriter, pipeline_id: UUID) -> None:
        self._replay = replay
        self._session = session
        self._writer = writer
        self._id = pipeline_id
        self._hearing = FragmentReader()
        self._request: Asked | None = None
        self._input = InputDigest(replay.redaction)
        self._answer: Iterator[Message] | None = None
        self._failure: TapeCut | None = None
        self._ready = threading.Event()
        self._stopped = False

    def hear(self, data: bytes) -> None:
        """What is asked, and what is sent to it."""
        for message in self._hearing.feed(data):
            if message.type in (MessageType.CREATE_PIPELINE, MessageType.GET_COMMAND_METADATA):
                self._request = asked(message, self._replay.redaction.hides, self._replay.redaction.text)
                if not self._request.takes_input:
                    self._ready.set()
            elif message.type == MessageType.PIPELINE_INPUT:
                self._input.add(message.data)
            elif message.type == MessageType.END_OF_PIPELINE_INPUT:
                self._ready.set()

    def stop(self) -> None:
        """Nobody wants more of it."""
        self._stopped = True
        self._ready.set()

    def give(self, timeout: float) -> Received:
        """The next messages. Raises TapeMismatch, TapeCut."""
        if not self._ready.wait(timeout):
            return Received([], False)
        if self._stopped:
            return Received([], True)
        assert self._request is not None
        if self._answer is None:
            entry = self._replay.take(self._session, self._request, self._input.text)
            self._answer = self._messages(entry)
        pieces: list[bytes] = []
        size = 0
        if self._failure is not None:
            raise self._failure
        try:
            for message in self._answer:
                for piece in self._writer.write(message, FRAGMENT):
                    pieces.append(piece)
                    size += len(piece)
                if size >= CHUNK or message.type == MessageType.PIPELINE_STATE:
                    break
        except TapeCut as failure:  # first what came before it
            if not pieces:
                raise
            self._failure = failure
        return Received([b"".join(pieces)] if pieces else [], not pieces)

    def _messages(self, entry: Entry) -> Iterator[Message]:
        yield from self._replay.tape.messages(entry, self._id)
        if entry.state is None:
            raise TapeCut(
                f"The tape {self._replay.tape.path.name} ends in the middle of what {entry.command} gave.",
                f"It has {entry.objects:,} objects of it: lync-magic tape show --entry {entry.number}.",
            )
