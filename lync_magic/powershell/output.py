"""What a cell of the engine gives, put together to be shown: objects with PowerShell's text, text alone, errors.

Rules: everything comes in the order in which a console would print it. A text is shown at once; objects are shown, as
one table with the text that PowerShell made of them and the view that it chose, when something else comes, another view
begins or the cell ends. While PowerShell still waits for more objects to find a table's widths, there is no text yet,
and what else is said comes before the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from lync_magic.clixml import Decrypt, ObjectLike, decode, decode_or_undecoded
from lync_magic.messages import say, spoken
from lync_magic.psrp import ErrorRecord, Event, HostLine, WarningRecord
from lync_magic.records import Reader, Records, View

NULL: Final = b"<Nil />"
_OURS: Final = rb'<Obj RefId="0"><TN RefId="0"><T>LyncMagic.'
_MARK: Final = "\x02lync_magic "
"""Before text that stands beside objects."""
_TEXT: Final = b"<S>_x0002_lync_magic "
_ROWS: Final = _OURS + b"Rows<"
_END: Final = _OURS + b"End<"
_ERROR: Final = _OURS + b"Error<"
_LEFT_OUT: Final = _OURS + b"LeftOut<"
_ASIDE: Final = "\x01lync_magic "
"""What the engine tells by a line of the host: where nothing else is in its place, or is still taken."""
_PLOTLY: Final = "application/vnd.plotly.v1+json"
"""No front end draws it by itself."""
_PLAIN: Final = (b"<S>", b"<S ", b"<S/", b"<I32>")
# Texts and numbers that carry notes of their own, such as a line of Get-Content; no enumeration, which is a number too.
_WRAPPED: Final = re.compile(
    rb'<Obj RefId="\d+">(?:<(?:S|I32)[ />]|<TN .*?</TN>(?:<ToString>.*?</ToString>)?<S[ />])', re.DOTALL
)


@dataclass(frozen=True)
class Display:
    """What Out-Display shows. bundle: by MIME type.  view: how objects were laid out.  count: of the objects.

    update: whether it takes the place of what was shown by this display_id.
    """

    display_id: str
    bundle: dict[str, Any]
    view: View | None = None
    count: int = 0
    update: bool = False


class Sink(Protocol):
    """Where a cell's output goes. Texts may hold ANSI colours."""

    def text(self, text: str) -> None:
        """Lines, their ends included."""

    def objects(self, records: Records, text: str, view: View | None) -> None:
        """Objects, the text that PowerShell shows for them, and how it laid them out, where it said."""

    def error(self, error: ErrorRecord, text: str) -> None:
        """One error, and PowerShell's concise view of it."""

    def program_error(self, text: str) -> None:
        """What a native program wrote on its error stream."""

    def display(self, shown: Display) -> None:
        """What the cell shows by MIME type."""

    def clear(self) -> None:
        """What was shown before goes (`Clear-Host`)."""

    def report(self, event: Event) -> None:
        """A warning, a progress, a line that was written to the host, …"""


class CellOutput:
    """Gathers one cell's output, and hands it to the sink as it comes.

    programs: lines of programs that PowerShell does not read, and whether each is one of errors, as `Engine` has them.
    """

    def __init__(self, sink: Sink, decrypt: Decrypt, programs: Callable[[], Iterable[tuple[str, bool]]]) -> None:
        self._programs = programs
        self._sink = sink
        self._decrypt = decrypt
        self._reader = Reader(decrypt)
        self._raw: list[bytes] = []
        self._text: list[str] = []
        self._view: View | None = None
        self._holding = False
        self._all: list[bytes] = []
        self._warned: set[str] = set()
        self.errors = 0
        """How many errors were shown."""

    def feed(self, batch: Sequence[bytes]) -> None:
        """The next objects of the cell's pipeline."""
        self.take_programs()
        for raw in batch:
            if raw.startswith(_TEXT):
                self._take_text(str(decode(raw)).removeprefix(_MARK))
            elif raw.startswith(_ROWS):
                self._take_rows(decode(raw))
            elif raw.startswith(_END):
                self.flush()
                self._view = None
            elif raw.startswith(_ERROR):
                self._take_error(decode(raw))
            elif raw.startswith(_LEFT_OUT):
                self._take_left_out(decode(raw))
            elif raw and raw != NULL:
                self._take_object(raw)
            else:
                self._all.append(NULL)

    def report(self, event: Event) -> None:
        """What was said between two objects."""
        self.take_programs()
        if isinstance(event, HostLine) and event.text.startswith(_ASIDE):
            self._take_aside(json.loads(event.text.removeprefix(_ASIDE)))
            return
        self._before_other()
        self._sink.report(event)

    def take_programs(self) -> None:
        """Show what programs wrote meanwhile that PowerShell does not read: never after what followed it."""
        for line, error in self._programs():
            self._before_other()
            (self._sink.program_error if error else self._sink.text)(f"{line}\n")

    def flush(self) -> None:
        """Show what waits."""
        raw, self._raw = self._raw, []
        text, self._text = "\n".join(self._text), []
        self._holding = False
        view, self._view = self._view, self._view.without_rows() if self._view is not None else None
        if raw:
            self._sink.objects(self._reader.feed(raw), text, view)
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

    def _take_rows(self, about: Any) -> None:
        """Text with the view that began, or goes on, in it."""
        self._view = _view(about) or self._view
        if self._view is not None:
            self._view.rows.extend(_row(one) for one in about["Rows"] or ())
        self._take_text(str(about["Text"]))

    def _take_aside(self, about: Mapping[str, Any]) -> None:
        if about["Kind"] == "text":
            self._take_rows(about)
        elif about["Kind"] == "warning":
            self._warn(spoken(str(about["Text"])))
        elif about["Kind"] == "console error":
            self._before_other()
            self._sink.program_error(str(about["Text"]))
        elif about["Kind"] == "display":
            self._before_other()
            self._sink.display(_display(about))
        elif about["Kind"] == "clear":
            self._before_other()
            self._sink.clear()

    def _warn(self, text: str) -> None:
        """Say what a property of many objects does, or of one that travels twice, once."""
        if text not in self._warned:
            self._warned.add(text)
            self._before_other()
            self._sink.report(WarningRecord(text))

    def _take_error(self, about: Any) -> None:
        self._before_other()
        if about["Native"]:
            self._sink.program_error(f"{about['Text']}\n")
            return
        self.errors += 1
        self._sink.error(error_of(about), error_text(about))

    def _take_left_out(self, about: Any) -> None:
        """Columns that a cell named, and for which its text was too narrow."""
        self.flush()
        names, width = ", ".join(map(str, about["Names"])), int(about["Width"])
        text = say(
            "{names} had no room in {width} columns and was left out. More room: %config LyncMagic.width = {more}",
            names=names,
            width=width,
            more=2 * width,
        )
        self._sink.report(WarningRecord(text))

    def _before_other(self) -> None:
        if not self._holding:
            self.flush()


def _view(about: Mapping[str, Any]) -> View | None:
    """The view that begins, or None where the last one goes on."""
    named = about["View"]
    if named is None:
        return None
    return View(str(named["Kind"]), [str(one) for one in named["Names"]], list(named["Sides"]))


def _display(about: Mapping[str, Any]) -> Display:
    """What Out-Display told; JSON that is none stays text."""
    display_id, update = str(about["Id"]), bool(about["Update"])
    mime = str(about["Mime"])
    if not mime:
        view = _view(about)
        if view is not None:
            view.rows.extend(_row(one) for one in about["Rows"] or ())
        return Display(display_id, {"text/plain": str(about["Text"])}, view, int(about["Count"]), update)
    data: Any = str(about["Data"])
    if mime.endswith("json"):
        with suppress(ValueError):
            data = json.loads(data)
    elif mime == "text/plain":
        return Display(display_id, {mime: data}, update=update)
    text = data if mime.startswith("text/") else f"[{mime}]"
    if mime == _PLOTLY:
        text += say(" A front end draws this chart where Plotly is installed beside it: pip install plotly")
    return Display(display_id, {mime: data, "text/plain": text}, update=update)


def _row(cells: object) -> list[str] | str:
    """A row: its cells, or one text across all columns."""
    if isinstance(cells, list):
        return ["" if one is None else str(one) for one in cells]
    return str(cells)


def error_text(about: Any) -> str:
    """The text of an error as the engine describes one: PowerShell's view of it, and what we have to say of it."""
    text, advice = str(about["Text"]), str(about["Advice"] or "")
    return f"{text}\n{spoken(advice)}" if advice else text


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
