"""Tables: columns as wide as what is in them, as many as fit, the last one cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from lync_magic.language.layout.cells import chunks, cut, head, in_table, is_right, padded, unstyled, width_of
from lync_magic.language.values.failures import NotKnownHere

WIDTH = 120
_LEAST: Final = 5
"""Where there are fewer columns, PowerShell writes no table."""
ENDLESS = 2**31 - 1
"""The width of a list in a text or file whose width nobody chose: its values are not broken."""


@dataclass(frozen=True)
class Column:
    """A column. get: the value of an object.  width: fixed, or 0.  align: `left`, `right`, `center` or "".  labelled:
    its name is a label, which a table gave."""

    name: str
    get: Callable[[object], object]
    width: int = 0
    align: str = ""
    text: Callable[[object], str] = in_table
    min_width: int = 0
    labelled: bool = False


@dataclass(frozen=True)
class TableLook:
    """How a table is written. heads: the width of what stands before a group, where it is another."""

    headers: bool = True
    wrap: bool = False
    width: int = WIDTH
    heads: int = 0


_NOTHING: Final[Mapping[int, list[str]]] = MappingProxyType({})


def table(
    columns: Sequence[Column],
    objects: Sequence[object],
    look: TableLook,
    between: Mapping[int, list[str]] = _NOTHING,
) -> list[str]:
    """The lines of a table: a blank one, the names, the rows, a blank one. between: lines that stand before the row of
    that number."""
    if not columns or look.width < _LEAST:
        return ["", *(line for lines in between.values() for line in lines), ""]
    values = [[column.get(item) for column in columns] for item in objects]
    texts = [[unstyled(column.text(value)) for column, value in zip(columns, row, strict=True)] for row in values]
    columns = [replace(one, name=unstyled(one.name)) if "\x1b" in one.name else one for one in columns]
    rights = [
        column.align == "right" or (not column.align and bool(values) and is_right(values[0][place]))
        for place, column in enumerate(columns)
    ]
    widths = [_wanted(column, [row[place] for row in texts]) for place, column in enumerate(columns)]
    widths = _fitting(widths, look.width)
    kept, rights = columns[: len(widths)], rights[: len(widths)]
    dropped = len(widths) < len(columns)
    lines = [""]
    if look.headers:
        lines += _headers(kept, widths, rights, dropped=dropped)
    for place, row in enumerate(texts):
        lines += between.get(place, [])
        made = _row(row[: len(widths)], kept, widths, rights, look)
        lines += [padded(line, sum(widths) + len(widths) - 1) for line in made] if dropped and not look.wrap else made
    lines += between.get(len(texts), [])
    lines.append("")
    return lines


def _wanted(column: Column, texts: list[str]) -> int:
    if column.width:
        return column.width
    most = max([width_of(column.name), column.min_width, *(width_of(text[:10_000]) for text in texts)])
    if not most:
        raise NotKnownHere("a column of a table without a heading, of nothing")
    return most


def _fitting(widths: list[int], total: int) -> list[int]:
    kept: list[int] = []
    used = 0
    for width in widths:
        start = used + (1 if kept else 0)
        if start >= total:
            break
        kept.append(min(width, total - start))
        used = start + kept[-1]
    return kept


def _headers(columns: Sequence[Column], widths: list[int], rights: list[bool], *, dropped: bool) -> list[str]:
    names = [chunks(column.name, width) for column, width in zip(columns, widths, strict=True)]
    lines = _lines(names, columns, widths, rights)
    rules = ["-" * min(width_of(column.name) or width, width) for column, width in zip(columns, widths, strict=True)]
    made = _joined(rules, columns, widths, rights)
    lines.append(padded(made, sum(widths) + len(widths) - 1) if dropped else made)
    return lines


def _lines(parts: Sequence[list[str]], columns: Sequence[Column], widths: list[int], rights: list[bool]) -> list[str]:
    """The lines of cells that are broken. Where there are several, each ends in the last cell that has so many."""
    count = max(map(len, parts), default=0)
    if count == 1:
        return [_joined([part[0] for part in parts], columns, widths, rights)]
    lines = []
    for line in range(count):
        last = max(place for place, part in enumerate(parts) if line < len(part))
        cells = [part[line] if line < len(part) else "" for part in parts[: last + 1]]
        made = _filled(cells, columns, widths, rights)
        made[-1] = made[-1].rstrip()
        lines.append(" ".join(made) if made[-1] else " ".join(made[:-1]))
    return lines


def _filled(cells: Sequence[str], columns: Sequence[Column], widths: list[int], rights: list[bool]) -> list[str]:
    return [
        padded(cell, width, right=right, center=column.align == "center")
        for cell, width, right, column in zip(cells, widths, rights, columns, strict=False)
    ]


def _joined(cells: Sequence[str], columns: Sequence[Column], widths: list[int], rights: list[bool]) -> str:
    """A line of cells, nothing filled up behind the last one."""
    made = _filled(cells, columns, widths, rights)
    if cells and not rights[-1]:
        room = widths[-1] - width_of(cells[-1]) if columns[-1].align == "center" else 0
        made[-1] = " " * (room // 2) + cells[-1]
    return " ".join(made)


def _row(
    row: Sequence[str], columns: Sequence[Column], widths: list[int], rights: list[bool], look: TableLook
) -> list[str]:
    if not look.wrap:
        cells = [cut(text, width, right=right) for text, width, right in zip(row, widths, rights, strict=True)]
        return [_joined(cells, columns, widths, rights)]
    parts = [chunks(text, width) for text, width in zip(row, widths, strict=True)]
    return _lines(parts, columns, widths, rights)


def list_lines(names: Sequence[str], texts: Sequence[str], width: int) -> list[str]:
    """One object as `Name : value` lines and a blank one. Where there is little room names are cut, for a column is
    left to the values; where there is none for both, nothing is shown."""
    most = width - 4
    if most < 1:
        return [""]
    names, texts = list(map(unstyled, names)), list(map(unstyled, texts))
    label = min(max(map(width_of, names), default=0), most)
    lines = []
    for name, text in zip(names, texts, strict=True):
        first, *rest = chunks(text, width - label - 3)
        lines.append(f"{padded(head(name, label), label)} : {first}")
        lines += [" " * (label + 3) + one for one in rest]
    lines.append("")
    return lines


def wide(texts: Sequence[str], count: int, width: int) -> list[str]:
    """Several values in each line; what does not part evenly goes to the first columns."""
    if width < _LEAST:
        return ["", ""]
    each, more = divmod(width - count + 1, count)
    widths = [max(each + (place < more), 1) for place in range(count)]
    lines = [""]
    for start in range(0, len(texts), count):
        row = [cut(text, room) for text, room in zip(texts[start : start + count], widths, strict=False)]
        row += [""] * (count - len(row))
        padding = (padded(cell, room) for cell, room in zip(row[:-1], widths, strict=False))
        lines.append(" ".join([*padding, row[-1]]))
    return [*lines, ""]
