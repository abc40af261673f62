"""Recording: what sessions ask and are answered, written as it comes, without what must not be kept.

Rules of this file: who listens in only hands over; one thread of the tape's own takes secrets out, packs and writes,
so that live use waits only where the disk is slower than the server. A tape grows beside its place, in a file that only
its owner can read, and is put there when it is closed and was searched again; what keeps it from being written is said
at its close, and no command fails for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from lync_magic.clixml import Credential
from lync_magic.errors import TapeError
from lync_magic.psrp import Message, MessageType, Tap, is_question
from lync_magic.sessions import lock
from lync_magic.tapes.canonical import Asked, asked
from lync_magic.tapes.form import BlockReader, BlockWriter, Kind, as_json, frame, in_blocks, message_frame
from lync_magic.tapes.redaction import Redaction

WAITING_BYTES: Final = 8 * 1024 * 1024
"""How much may wait for the disk before live use does."""
CLOSE_SECONDS: Final = 600.0
SEARCHED_TOGETHER: Final = 200
"""Messages."""
PART: Final = ".part"
"""What a tape's name ends in until it is whole."""

_COUNTED: Final = {
    MessageType.PIPELINE_OUTPUT: "objects",
    MessageType.ERROR_RECORD: "errors",
    MessageType.WARNING_RECORD: "warnings",
}
_SESSION_KEY: Final = frozenset((MessageType.ENCRYPTED_SESSION_KEY, MessageType.PUBLIC_KEY_REQUEST))


class Recorder:
    """One tape that is being made. path: where it will be.  before: a tape whose entries are kept in front of it.

    about: what its head says.  shared: whether a session itself gets what its tape gets, without secrets.
    """

    def __init__(
        self,
        path: Path,
        redaction: Redaction,
        about: dict[str, Any],
        before: Path | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self.path = path
        self.redaction = redaction
        self.shared = shared
        self._about = about
        self._part = path.with_name(path.name + PART)
        self._changed = threading.Condition()
        self._waiting: list[_Item] = []
        self._held = 0
        self._closing = False
        self._failure: Exception | None = None
        self._numbers = 0
        self.opened = False
        """Whether a session was opened, so that there is something to keep."""
        self._secrets: list[Callable[[], str | None]] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _alone(self._part, path)
        self._sheet = _Sheet(BlockWriter(self._file, about), redaction)
        if before is not None:
            self._numbers = self._sheet.copy(before)
        self._thread = threading.Thread(target=self._work, name=f"lync_magic tape {path.name}", daemon=True)
        self._thread.start()

    def session(
        self, told: dict[str, Any], credential: Credential | None, token: Callable[[], str | None] | None
    ) -> Tap:
        """Who listens in on a session. told: what the tape says of it.  token: gives the one that it holds now."""
        self.redaction.know_credential(credential)
        if token is not None:
            self._secrets.append(token)
        number = self._number()
        self._put(_Item(Kind.SESSION, number, as_json(told)))
        return _Listening(self, number)

    def know(self, secret: str) -> None:
        """Keep this text off the tape."""
        self.redaction.know(secret)

    def close(self) -> None:
        """End the tape: write what waits, search it again for secrets, put it in its place. Idempotent.

        Raises TapeError where it could not be written, or holds a secret that could not be taken out.
        """
        with self._changed:
            if self._closing:
                return
            self._closing = True
            self._changed.notify_all()
        self._thread.join(CLOSE_SECONDS)
        self.learn_tokens()
        try:
            if self._failure is not None:
                raise TapeError(f"The tape {self.path} could not be written: {_why(self._failure)}.")
            if not self.opened:  # nobody was let in: what was there stays
                self._part.unlink()
                return
            self._sheet.end()
            if os.name == "nt":  # where an open file cannot be put elsewhere
                self._file.close()
            self._search_again()
            os.replace(self._part, self.path)
        except OSError as error:
            raise TapeError(f"The tape {self.path} could not be written: {_why(error)}.") from None
        finally:
            self._file.close()
            self.redaction.forget()

    def _search_again(self) -> None:
        """Search what was written for what is known by now; write it anew without it where there is any."""
        if not _holds_secret(self._part, self.redaction):
            return
        again = self.path.with_name(self.path.name + ".again" + PART)
        with os.fdopen(os.open(again, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            sheet = _Sheet(BlockWriter(file, self._about), self.redaction)
            sheet.copy(self._part)
            sheet.end()
        os.replace(again, self._part)
        if _holds_secret(self._part, self.redaction):
            self._part.unlink()
            raise TapeError(
                f"The tape {self.path} held a secret that could not be taken out; it was removed.",
                "Name what it is: --redact NAMES.",
            )

    def learn_tokens(self) -> None:
        """Keep off the tape the tokens that sessions hold by now."""
        for token in self._secrets:
            known = token()
            if known is not None:
                self.redaction.know(known)

    # --- handed over -----------------------------------------------------------------------------------------------

    def _number(self) -> int:
        with self._changed:
            self._numbers += 1
            return self._numbers

    def begin(self, session: int, request: Message) -> _Entry:
        """A command begins."""
        number = self._number()
        entry = _Entry(self, number)
        self._put(_Item(Kind.ENTRY, number, request.data, request.type, session))
        return entry

    def put(self, kind: Kind, number: int, messages: Sequence[Message]) -> None:
        """Messages of an entry, or of a session."""
        self._put(*(_Item(kind, number, message.data, message.type) for message in messages))

    def end(self, number: int, told: dict[str, Any], took: dict[str, Any]) -> None:
        """An entry is over."""
        self._put(_Item(Kind.END, number, b"", told=told), _Item(Kind.TIME, number, as_json(took)))

    def _put(self, *items: _Item) -> None:
        with self._changed:
            while self._held > WAITING_BYTES and self._failure is None and self._thread.is_alive():
                self._changed.wait(0.1)
            if self._failure is not None or self._closing:
                return
            self._waiting += items
            self._held += sum(len(item.data) for item in items)
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            while True:
                with self._changed:
                    while not self._waiting and not self._closing:
                        self._changed.wait()
                    items, self._waiting, self._held = self._waiting, [], 0
                    self._changed.notify_all()
                    if not items:
                        return
                self.learn_tokens()
                self._sheet.write(items)
        except Exception as error:  # noqa: BLE001 - told at the close; no command fails for it
            with self._changed:
                self._failure = error
                self._waiting = []
                self._changed.notify_all()


def _alone(part: Path, path: Path) -> BinaryIO:
    """The file in which a tape grows, locked while it does; what a program that died left there is overwritten.

    Raises TapeError where another program records the same tape.
    """
    file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    if not lock(file):
        file.close()
        raise TapeError(
            f"Another program records the tape {path} just now.", "Wait for its end, or name another: --record FILE"
        )
    file.seek(0)
    file.truncate()
    return file


class _Item:
    """What is handed over to be written."""

    __slots__ = ("data", "kind", "number", "session", "told", "type")

    def __init__(
        self, kind: Kind, number: int, data: bytes, type: int = 0, session: int = 0, told: dict[str, Any] | None = None
    ) -> None:
        self.kind, self.number, self.data, self.type, self.session, self.told = kind, number, data, type, session, told


class _Listening:
    """Listens in on one session."""

    def __init__(self, recorder: Recorder, number: int) -> None:
        self._recorder = recorder
        self._number = number
        self._opened = False

    def pool(self, messages: Sequence[Message]) -> None:
        if not self._opened:  # a session that has a new shell says the same again
            self._recorder.put(Kind.POOL, self._number, [one for one in messages if one.type not in _SESSION_KEY])
            self._opened = self._recorder.opened = any(
                message.type == MessageType.RUNSPACEPOOL_STATE for message in messages
            )

    def begin(self, request: Message) -> _Entry:
        return self._recorder.begin(self._number, request)


class _Entry:
    """One command while it is recorded."""

    def __init__(self, recorder: Recorder, number: int) -> None:
        self._recorder = recorder
        self._number = number
        self._input = InputDigest(recorder.redaction)
        self._at = datetime.now(timezone.utc)
        self._began = time.monotonic()

    def fed(self, message: Message) -> None:
        if message.type == MessageType.PIPELINE_INPUT:
            self._input.add(message.data)

    def took(self, messages: list[Message]) -> list[Message]:
        if not messages:
            return messages
        if self._recorder.shared:
            self._recorder.learn_tokens()
            messages = self._recorder.redaction.messages(messages)
        self._recorder.put(Kind.MESSAGE, self._number, messages)
        return messages

    def ended(self, state: int | None) -> None:
        took = {"at": self._at.isoformat(timespec="seconds"), "seconds": round(time.monotonic() - self._began, 3)}
        self._recorder.end(self._number, {"state": state, "input": self._input.text}, took)


class InputDigest:
    """What was sent to a command, as a text to compare: how many objects, and their digest without secrets."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._hash = hashlib.sha256()
        self._count = 0

    def add(self, data: bytes) -> None:
        """The next object."""
        self._hash.update(self._redaction.marked(data) + b"\n")
        self._count += 1

    @property
    def text(self) -> str:
        """Nothing where nothing was sent."""
        return f"{self._count} {self._hash.hexdigest()[:32]}" if self._count else ""


class _Sheet:
    """Writes entries, without secrets, and keeps the index."""

    def __init__(self, writer: BlockWriter, redaction: Redaction) -> None:
        self._writer = writer
        self._redaction = redaction
        self._entries: dict[int, dict[str, Any]] = {}
        self._sessions: dict[int, dict[str, Any]] = {}
        self._open: dict[int, tuple[Any, dict[str, int]]] = {}
        """The digest of the messages and the counts of entries that are being written."""

    def write(self, items: Sequence[_Item]) -> None:
        """Write items in order."""
        messages: list[_Item] = []
        for item in items:
            if item.kind is Kind.MESSAGE:
                messages.append(item)
                continue
            self._messages(messages)
            messages = []
            self._one(item)
        self._messages(messages)

    def _one(self, item: _Item) -> None:
        number = item.number
        if item.kind is Kind.SESSION:
            data = self._text(item.data)
            place = self._writer.put(frame(Kind.SESSION, number, data))
            self._sessions[number] = {"place": list(place), **json.loads(data)}
        elif item.kind is Kind.POOL:
            data = self._redaction.clean([item.data])[0]
            self._writer.put(message_frame(Kind.POOL, number, item.type, data))
        elif item.kind is Kind.ENTRY:
            request = asked(Message(item.type, None, item.data), self._redaction.hides, self._redaction.text)
            self._begin(number, _told(request, item.session))
        elif item.kind is Kind.END:
            self._end(number, item.told or {})
        elif item.kind is Kind.TIME:
            self._writer.put(frame(Kind.TIME, number, item.data))
            self._entries.get(number, {}).update(json.loads(item.data))

    def _begin(self, number: int, told: dict[str, Any]) -> None:
        place = self._writer.put(frame(Kind.ENTRY, number, as_json(told)))
        self._entries[number] = {"place": list(place), **told}
        self._open[number] = (hashlib.sha256(), dict.fromkeys(_COUNTED.values(), 0))

    def _end(self, number: int, told: dict[str, Any]) -> None:
        if number not in self._open:
            return
        digest, counts = self._open.pop(number)
        end = {**told, **counts, "sha256": digest.hexdigest()}
        self._writer.put(frame(Kind.END, number, as_json(end)))
        self._entries[number].update(end)

    def _messages(self, items: Sequence[_Item]) -> None:
        if not items:
            return
        cleaned = self._redaction.clean([item.data for item in items])
        for number in dict.fromkeys(item.number for item in items):
            if number not in self._open:
                continue
            digest, counts = self._open[number]
            frames = []
            for item, data in zip(items, cleaned, strict=True):
                if item.number != number or (item.type == MessageType.PIPELINE_HOST_CALL and is_question(data)):
                    continue
                counted = _COUNTED.get(item.type)  # type: ignore[call-overload]
                if counted is not None:
                    counts[counted] += 1
                frames.append(message_frame(Kind.MESSAGE, number, item.type, data))
            for piece in in_blocks(frames):
                digest.update(piece)
                self._writer.put(piece)

    def _text(self, data: bytes) -> bytes:
        return self._redaction.text(data.decode("utf-8", "surrogatepass")).encode("utf-8", "surrogatepass")

    def copy(self, path: Path) -> int:
        """Take all entries of a tape over, in front of what comes; the highest number there."""
        highest = 0
        reader = BlockReader(path)
        try:
            for each in reader.frames():
                highest = max(highest, each.number)
                if each.kind == Kind.ENTRY:
                    self._begin(each.number, _cleaned(each.told(), self._redaction))
                elif each.kind == Kind.END:
                    self._end(each.number, {key: each.told().get(key) for key in ("state", "input")})
                elif each.kind in (Kind.MESSAGE, Kind.POOL):
                    kind = int.from_bytes(each.data[:4], "big")
                    self.write([_Item(Kind(each.kind), each.number, each.data[4:], kind)])
                else:
                    self.write([_Item(Kind(each.kind), each.number, self._text(each.data))])
        finally:
            reader.close()
        return highest

    def end(self) -> None:
        """Write the index."""
        for number in list(self._open):
            self._end(number, {"state": None, "input": ""})
        entries = [{"number": number, **told} for number, told in self._entries.items()]
        sessions = [{"number": number, **told} for number, told in self._sessions.items()]
        self._writer.end({"entries": entries, "sessions": sessions})


def redact_tape(path: Path, to: Path, names: str) -> None:
    """Write a tape anew without more: properties and parameters, by names with wildcards and commas between them.

    Raises TapeError.
    """
    reader = BlockReader(path)
    known = [str(name) for name in reader.about.get("redacted", ())]
    reader.close()
    redaction = Redaction.of(names)
    about = {**reader.about, "redacted": list(dict.fromkeys([*known, *redaction.names]))}
    recorder = Recorder(to, redaction, about, path)
    recorder.opened = True
    recorder.close()


def _told(request: Asked, session: int) -> dict[str, Any]:
    return {
        "session": session,
        "command": request.text,
        "key": request.key,
        "changes": request.changes,
        "incidental": request.incidental,
    }


def _cleaned(told: dict[str, Any], redaction: Redaction) -> dict[str, Any]:
    return {key: redaction.text(value) if isinstance(value, str) else value for key, value in told.items()}


def _holds_secret(path: Path, redaction: Redaction) -> bool:
    """Whether a tape holds what is known by now to be kept off it: the blocks are read again, and searched as bytes.

    What shows by its name or surroundings was taken out while it was written. Where that gave values to be looked for
    elsewhere, what was written before is gone through for them too.
    """
    reader = BlockReader(path)
    try:
        if any(redaction.knows_of(block) for block in reader.blocks()):
            return True
        return redaction.remembers and any(redaction.clean(batch) is not batch for batch in _batches(reader))
    finally:
        reader.close()


def _batches(reader: BlockReader) -> Iterator[list[bytes]]:
    """The CLIXML of all messages."""
    messages = (each.data[4:] for each in reader.frames() if each.kind in (Kind.MESSAGE, Kind.POOL))
    while batch := list(islice(messages, SEARCHED_TOGETHER)):
        yield batch


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
