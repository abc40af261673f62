"""What a cell of the engine gives, put together to be shown: objects with PowerShell's text, text alone, errors.

Rules: everything comes in the order in which a console would print it. A text is shown at once; objects are shown, as
one table with the text that PowerShell made of them, when something else comes or the cell ends. While PowerShell still
waits for more objects to find a table's widths, there is no text yet, and what else is said comes before the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol

from lync_magic.clixml import Decrypt, ObjectLike, decode, decode_or_undecoded
from lync_magic.psrp import ErrorRecord, Event
from lync_magic.records import Reader, Records

NULL: Final = b"<Nil />"
_OURS: Final = rb'<Obj RefId="0"><TN RefId="0"><T>LyncMagic.'
_TEXT: Final = _OURS + b"Text<"
_ERROR: Final = _OURS + b"Error<"
_PLAIN: Final = (b"<S>", b"<S ", b"<S/", b"<I32>")
# Texts and numbers that carry notes of their own, such as a line of Get-Content; no enumeration, which is a number too.
_WRAPPED: Final = re.compile(
    rb'<Obj RefId="\d+">(?:<(?:S|I32)[ />]|<TN .*?</TN>(?:<ToString>.*?</ToString>)?<S[ />])', re.DOTALL
)


class Sink(Protocol):
    """Where a cell's output goes. Texts may hold ANSI colours."""

    def text(self, text: str) -> None:
        """Lines, their ends included."""

    def objects(self, records: Records, text: str) -> None:
        """Objects, and the text that PowerShell shows for them."""

    def error(self, error: ErrorRecord, text: str) -> None:
        """One error, and PowerShell's concise view of it."""

    def program_error(self, text: str) -> None:
        """What a native program wrote on its error stream."""

    def report(self, event: Event) -> None:
        """A warning, a progress, a line that was written to the host, …"""


class CellOutput:
    """Gathers one cell's output, and hands it to the sink as it comes."""

    def __init__(self, sink: Sink, decrypt: Decrypt) -> None:
        self._sink = sink
        self._decrypt = decrypt
        self._reader = Reader(decrypt)
        self._raw: list[bytes] = []
        self._text: list[str] = []
        self._holding = False
        self._all: list[bytes] = []
        self.errors = 0
        """How many errors were shown."""

    def feed(self, batch: Sequence[bytes]) -> None:
        """The next objects of the cell's pipeline."""
        for raw in batch:
            if raw.startswith(_TEXT):
                self._take_text(str(decode(raw)))
            elif raw.startswith(_ERROR):
                self._take_error(decode(raw))
            elif raw and raw != NULL:
                self._take_object(raw)
            else:
                self._all.append(NULL)

    def report(self, event: Event) -> None:
        """What was said between two objects."""
        self._before_other()
        self._sink.report(event)

    def flush(self) -> None:
        """Show what waits."""
        raw, self._raw = self._raw, []
        text, self._text = "\n".join(self._text), []
        self._holding = False
        if raw:
            self._sink.objects(self._reader.feed(raw), text)
        elif text.strip():
            self._sink.text(f"{text}\n")
        self._reader.finish()

    def objects(self) -> Records:
        """All objects of the cell."""
        return self._reader.feed(self._all)

    def _take_object(self, raw: bytes) -> None:
        self._all.append(raw)
        plain = raw.startswith(_PLAIN) or _WRAPPED.match(raw) is not None
        if plain and not self._holding:
            self._before_other()
            value = decode_or_undecoded(raw, decrypt=self._decrypt)
            self._sink.text(f"{value.base if isinstance(value, ObjectLike) else value}\n")
            return
        self._raw.append(raw)
        self._holding = True

    def _take_text(self, text: str) -> None:
        self._holding = self._holding and not text.strip()
        self._text.append(text)

    def _take_error(self, about: Any) -> None:
        self._before_other()
        if about["Native"]:
            self._sink.program_error(f"{about['Text']}\n")
            return
        self.errors += 1
        self._sink.error(error_of(about), str(about["Text"]))

    def _before_other(self) -> None:
        if not self._holding:
            self.flush()


def error_of(about: Any) -> ErrorRecord:
    """An error as the engine describes one."""
    return ErrorRecord(
        message=str(about["Message"] or ""),
        error_id=str(about["Id"] or ""),
        category=str(about["Category"] or ""),
        exception=str(about["Exception"] or ""),
        target=str(about["Target"] or ""),
        activity=str(about["Activity"] or ""),
        position=str(about["Position"] or ""),
    )
