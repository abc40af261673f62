"""Source text and places in it. Lines and columns count from 1; offsets from 0.

A piece of text inside an expandable string may have been unescaped before it is parsed (`"$("" "")"`); such a
`Source` keeps the offsets of its characters in the text that the person wrote, so that every place shown is one they
can see.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from functools import cached_property
from typing import Any, Final


class Source:
    """A text and the places in it.

    offsets: for each character of `text` and one past its end, its offset in `origin`; None when `text` is what was
    written.  path: the script file that it is the text of, "" for a cell's.
    """

    __slots__ = ("__dict__", "offsets", "origin", "path", "script", "text")

    def __init__(
        self, text: str, origin: Source | None = None, offsets: list[int] | None = None, path: str = ""
    ) -> None:
        self.text = text
        self.path: str = path if origin is None else origin.path
        self.origin = origin
        self.offsets = offsets
        self.script: Any = None
        """What was read of it, once it runs."""

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        text = self.text
        position = 0
        while position < len(text):
            char = text[position]
            position += 1
            if char == "\r" and text[position : position + 1] == "\n":
                position += 1
            if char in "\r\n":
                starts.append(position)
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, as the person who wrote the text sees them."""
        if self.origin is not None and self.offsets is not None:
            return self.origin.place(self.offsets[min(offset, len(self.offsets) - 1)])
        starts = self._line_starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """One line of the written text, without its end."""
        return self.whole_line(line).rstrip("\r\n")

    def whole_line(self, line: int) -> str:
        """One line of the written text with its end, which the last has not."""
        if self.origin is not None:
            return self.origin.whole_line(line)
        starts = self._line_starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end]


class Extent:
    """From where to where in a source something stands."""

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end

    @property
    def line(self) -> int:
        """Where it starts."""
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        """Where it starts."""
        return self.source.place(self.start)[1]

    @property
    def end_line(self) -> int:
        """Where it ends."""
        return self.source.place(self.end)[0]

    @property
    def end_column(self) -> int:
        """One past its last character."""
        return self.source.place(self.end)[1]

    @property
    def text(self) -> str:
        """What stands there."""
        return self.source.text[self.start : self.end]

    def to(self, end: Extent | int) -> Extent:
        """From this start to that end."""
        return Extent(self.source, self.start, end if isinstance(end, int) else end.end)

    def __repr__(self) -> str:
        return f"{self.line}:{self.column}-{self.end_line}:{self.end_column}"


_LONGEST: Final = 69
_BEFORE: Final = 12
_BEHIND: Final = 8


def position_message(extent: Extent) -> str:
    """A place as PowerShell tells it (InvocationInfo.PositionMessage): its line, cut to 69 characters around it, and a
    mark below."""
    line, start = extent.source.line_text(extent.line).rstrip(), extent.column - 1
    if not line:
        return ""
    is_within = extent.end_line == extent.line and extent.end_column <= len(line) + 1
    length = (extent.end_column - 1 if is_within else len(line)) - start
    if "\t" in line:
        before, marked = line[:start].replace("\t", "    "), line[start : start + length].replace("\t", "    ")
        line = before + marked + line[start + length :].replace("\t", "    ")
        start, length = len(before), len(marked)
    head = tail = ""
    if len(line) > _LONGEST:
        prefix, rest = min(start, _BEFORE), len(line) - length - start
        suffix = min(rest, _BEHIND)
        if prefix + length >= _LONGEST:
            length, tail = _LONGEST - prefix, " …"
        elif (free := _LONGEST - prefix - length - suffix) > 0:
            prefix += min(start - prefix, free)
        first = start - prefix
        head, tail = "… " if first else "", tail or (" …" if first + _LONGEST < len(line) else "")
        line, start = line[first : first + _LONGEST], prefix
        length = min(length, _LONGEST - start)
    mark = " " * (start + len(head)) + "~" * max(length, 1)
    return f"{place_words(extent)}\n+ {head}{line}{tail}\n+ {mark}"


def place_words(extent: Extent, line: int | None = None, column: int | None = None) -> str:
    """Where a text starts, or such a place in it, as PowerShell says it."""
    where = f"{extent.source.path}:" if extent.source.path else "line:"
    return f"At {where}{line or extent.line} char:{column or extent.column}"


def file_of(place: Extent | None) -> dict[str, object]:
    """The script file that a place stands in, as an InvocationInfo tells of it."""
    path = "" if place is None else place.source.path
    return {"ScriptName": path, "PSScriptRoot": os.path.dirname(path), "PSCommandPath": path or None}
