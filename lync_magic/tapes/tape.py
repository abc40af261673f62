"""A tape that is there: its entries, their answers, and whether it is what was written.

Rule of this file: of a tape no more is in memory than its entries' heads, and one block.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

from lync_magic.messages import long_date, say
from lync_magic.psrp import Message, MessageType
from lync_magic.records import Reader, Records, RecordStream
from lync_magic.tapes.form import FRAME, BlockReader, Frame, Kind, Place

BATCH: int = 500
"""How many objects of an answer are read together."""


@dataclass(frozen=True)
class Entry:
    """One command of a tape. number: its place.  target: whose answer it is.  key: its canonical form.

    state: how the server said that it ended (MS-PSRP 2.2.3.5), None: it did not.  input: digest of what was sent to it.
    at: when it began.  seconds: how long it took.  whole: whether its end is on the tape.
    """

    number: int
    session: int
    target: str
    command: str
    key: str
    place: Place
    changes: bool = False
    incidental: bool = False
    state: int | None = None
    input: str = ""
    objects: int = 0
    errors: int = 0
    warnings: int = 0
    at: str = ""
    seconds: float = 0.0
    sha256: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Recorded:
    """One session of a tape. place: of its frame; the pool's messages stand after it.

    alone: whether what was asked of the same target at another address is not its own.
    """

    number: int
    place: Place
    target: str = ""
    computer: str = ""
    user: str = ""
    uri: str = ""
    configuration: str = ""
    alone: bool = False


class Tape:
    """A tape, opened to be read. A context manager. Raises UsageError where the file is no tape."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._reader = BlockReader(self.path)
        self.about = self._reader.about
        told = self._reader.index if self._reader.index is not None else self._scanned()
        self.sessions = {each["number"]: _recorded(each) for each in told["sessions"]}
        self.entries = [_entry(each, self.sessions) for each in told["entries"]]

    def __enter__(self) -> Tape:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Read no more of it."""
        self._reader.close()

    @property
    def whole(self) -> bool:
        """Whether the file has its end."""
        return self._reader.whole

    @property
    def recorded(self) -> datetime:
        """When it was begun, with zone."""
        try:
            return datetime.fromisoformat(str(self.about["recorded"]))
        except (KeyError, ValueError):
            return datetime.fromtimestamp(self.path.stat().st_mtime, timezone.utc)

    @property
    def origin(self) -> str:
        """What results of a replay say: `from the tape of 20 November 2026`."""
        day = long_date(self.recorded.astimezone().date())
        text = say("from the tape of {date}", date=day)
        return text if self.whole else say("{origin}, which was cut", origin=text)

    def messages(self, entry: Entry, pipeline_id: UUID | None = None) -> Iterator[Message]:
        """The messages of an entry's answer, as they came. Several may be read at once."""
        reader = self._reader.another()
        try:
            for type, data in reader.messages(entry.place, entry.number):
                yield Message(type, pipeline_id, data)
        finally:
            reader.close()

    def pool(self, session: Recorded) -> list[Message]:
        """What came for a session itself while it was opened; other sessions may have begun meanwhile."""
        found: list[Message] = []
        reader = self._reader.another()
        try:
            for each in reader.frames(session.place):
                if each.kind == Kind.POOL and each.number == session.number:
                    found.append(message_of(each))
                elif any(one.type == MessageType.RUNSPACEPOOL_STATE for one in found):
                    break
        finally:
            reader.close()
        return found

    def stream(self, entry: Entry) -> RecordStream:
        """The objects of an entry's answer, in batches."""
        reader = Reader(origin=self.origin)

        def batches() -> Iterator[Records]:
            held: list[bytes | str] = []
            for message in self.messages(entry):
                if message.type == MessageType.PIPELINE_OUTPUT:
                    held.append(message.data)
                    if len(held) >= BATCH:
                        yield reader.feed(held)
                        held = []
            if held:
                yield reader.feed(held)
            reader.finish()

        return RecordStream(batches())

    def records(self, entry: Entry) -> Records:
        """The objects of an entry's answer."""
        return self.stream(entry).to_records()

    def verify(self) -> list[str]:
        """What is wrong with it, a sentence each; nothing where it is whole and as it was written."""
        wrong: list[str] = []
        digests: dict[int, Any] = {}
        reader = BlockReader(self.path)
        try:
            for each in reader.frames():
                if each.kind == Kind.ENTRY:
                    digests[each.number] = hashlib.sha256()
                elif each.kind == Kind.MESSAGE and each.number in digests:
                    digests[each.number].update(FRAME.pack(each.kind, each.number, len(each.data)) + each.data)
                elif each.kind == Kind.END:
                    digest = digests.pop(each.number, None)
                    if digest is not None and digest.hexdigest() != each.told().get("sha256"):
                        wrong.append(say("Entry {number} is not as it was written.", number=each.number))
            if not reader.head_is_as_written():
                wrong.append(say("The head is not as it was written."))
            if reader.cut_at is not None:
                wrong.append(say("The file was cut, or is damaged, after {count} bytes.", count=f"{reader.cut_at:,}"))
            elif not reader.whole:
                wrong.append(say("The file has no end: the recording was not closed."))
        finally:
            reader.close()
        for number in digests:
            wrong.append(say("Entry {number} has no end.", number=number))
        return wrong

    def _scanned(self) -> dict[str, Any]:
        """What the index would say, of a file that was cut."""
        sessions: list[dict[str, Any]] = []
        entries: dict[int, dict[str, Any]] = {}
        for each in self._reader.frames():
            if each.kind == Kind.SESSION:
                sessions.append({"number": each.number, "place": each.place, **each.told()})
            elif each.kind == Kind.ENTRY:
                entries[each.number] = {"number": each.number, "place": each.place, "objects": 0, **each.told()}
            elif each.kind in (Kind.END, Kind.TIME) and each.number in entries:
                entries[each.number].update(each.told())
            elif each.kind == Kind.MESSAGE and each.data[:4] == _OUTPUT and each.number in entries:
                entries[each.number]["objects"] += 1
        return {"sessions": sessions, "entries": list(entries.values())}


def message_of(frame: Frame) -> Message:
    """The message that a frame holds."""
    return Message(int.from_bytes(frame.data[:4], "big"), None, frame.data[4:])


_OUTPUT = int(MessageType.PIPELINE_OUTPUT).to_bytes(4, "big")


def _recorded(told: dict[str, Any]) -> Recorded:
    fields = {key: str(told.get(key, "")) for key in ("target", "computer", "user", "uri", "configuration")}
    return Recorded(told["number"], Place(*told["place"]), **fields, alone=False)


def _entry(told: dict[str, Any], sessions: dict[int, Recorded]) -> Entry:
    session = sessions.get(told["session"])
    known = {key: told[key] for key in Entry.__dataclass_fields__ if key in told and key != "place"}
    return Entry(
        **known,
        place=Place(*told["place"]),
        target=session.target if session is not None else "",
        whole="sha256" in told,
    )
