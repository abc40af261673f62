"""What a document prints, taken apart: tables, properties, lines of streams, a progress meter, plain lines.

Rule: the text is read as a console laid it out, and as pages and converters spoil that: headings and dashes in one
line, rows that lost their columns' places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from lync_magic.documents.adapting import VERBOSE
from lync_magic.documents.shapes import DASHES

_GLUED: Final = re.compile(r"^(.*?\S)[ \t]+(-{2,}(?:[ \t]+-{2,})*)\s*$")
_PROPERTY: Final = re.compile(r"^\s*([A-Za-z][\w.() -]{0,60}?)\s*: ?(.*)$")
_STREAM: Final = re.compile(
    r"^\s*(VERBOSE|WARNING|DEBUG|COMMENTAIRES|AVERTISSEMENT|DÉBOGUER|AUSFÜHRLICH|WARNUNG|DÉTAILLÉ)\s?: (.*)$"
)
_STREAMS: Final = {
    "WARNING": "warning",
    "AVERTISSEMENT": "warning",
    "WARNUNG": "warning",
    "DEBUG": "debug",
    "DÉBOGUER": "debug",
}
_METER: Final = re.compile(r"^\s*(?:\[[o ]*\]?|\d\d:\d\d:\d\d remaining\.?|received)\s*$")


@dataclass(frozen=True)
class Table:
    """A table. line: of its heading, from 0 in the text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int


@dataclass(frozen=True)
class Properties:
    """One object as a list: its properties and their values."""

    values: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True)
class Line:
    """One line. stream: `verbose`, `warning`, `debug`, or `` for the output itself."""

    text: str
    stream: str
    line: int


@dataclass(frozen=True)
class Meter:
    """A progress meter: what it says it does."""

    texts: tuple[str, ...]
    line: int


Piece: TypeAlias = "Table | Properties | Line | Meter"


def pieces(text: str) -> tuple[Piece, ...]:
    """What a printed text consists of, in order."""
    return tuple(_pieces(text.split("\n")))


def _pieces(lines: Sequence[str]) -> Iterator[Piece]:
    at = 0
    if lines and lines[0].startswith("Creating implicit remoting module"):
        meter = [" ".join(line.split()) for line in lines if line.strip()]
        until = next((number for number in range(1, len(lines)) if _is_heading(lines, number)), len(lines))
        said = [" ".join(line.split()) for line in lines[:until] if line.strip() and not _METER.match(line)]
        yield Meter(tuple(said or meter[:1]), 0)
        at = until
    while at < len(lines):
        line = lines[at]
        stream = _STREAM.match(line)
        if not line.strip():
            at += 1
        elif stream is not None:
            yield Line(stream[2].strip(), _STREAMS.get(stream[1], "verbose"), at)
            at += 1
        elif _is_heading(lines, at):
            table, at = _table(lines, at)
            yield table
        elif (found := _PROPERTY.match(line)) is not None and " :" in f"{line} ":
            values, begin = [], at
            while at < len(lines) and (found := _PROPERTY.match(lines[at])) is not None:
                values.append((found[1].strip(), found[2].strip()))
                at += 1
            yield Properties(tuple(values), begin)
        else:
            yield Line(line.strip(), "", at)
            at += 1


def _is_heading(lines: Sequence[str], at: int) -> bool:
    if _GLUED.match(lines[at]) is not None and not DASHES.match(lines[at]):
        return True
    return at + 1 < len(lines) and bool(lines[at].strip()) and DASHES.match(lines[at + 1]) is not None


def _table(lines: Sequence[str], at: int) -> tuple[Table, int]:
    glued = _GLUED.match(lines[at])
    if glued is not None and not (at + 1 < len(lines) and DASHES.match(lines[at + 1])):
        columns = tuple(glued[1].split())
        starts = None
        end = at + 1
    else:
        dashes = lines[at + 1]
        starts = [found.start() for found in re.finditer(r"-+", dashes)]
        columns = tuple(_cut(lines[at], starts))
        end = at + 2
    begin = at
    rows = []
    while end < len(lines) and lines[end].strip() and not VERBOSE.match(lines[end]) and not _is_heading(lines, end):
        rows.append(_row(lines[end], starts, len(columns)))
        end += 1
    return Table(columns, tuple(rows), begin), end


def _row(line: str, starts: Sequence[int] | None, count: int) -> tuple[str, ...]:
    apart = re.split(r"\s{2,}", line.strip())
    if len(apart) == count:
        return tuple(apart)
    if starts is None or len(line.split()) == count:
        cells = line.split(None, count - 1)
        return (*cells, *[""] * (count - len(cells)))
    return tuple(_cut(line, starts))


def _cut(line: str, starts: Sequence[int]) -> list[str]:
    ends = [*starts[1:], max(len(line), starts[-1] + 1) if starts else 0]
    return [line[start:end].strip() for start, end in zip(starts, ends, strict=True)]
