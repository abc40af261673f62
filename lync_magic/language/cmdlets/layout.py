"""Format-Table, Format-List, Format-Wide and Out-String: objects as a console's text."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Final, NamedTuple

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.selecting import need_names_of, property_names
from lync_magic.language.cmdlets.stream import is_broken, null_reference, objects
from lync_magic.language.cmdlets.terms import SIDES, Term, term_of, terms_of
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.layout.cells import in_table, joined, shown, unstyled, width_of
from lync_magic.language.layout.shapes import (
    Formatted,
    Layout,
    broken_head,
    entries,
    grouped,
    has_view,
    in_rows,
    is_plain,
    lines_of,
    look_at,
    names_of,
    own_columns,
    own_group,
    own_lines,
    parted,
    parted_by,
    plain_text,
    property_of,
    self_sized,
    text_of,
    view_of,
)
from lync_magic.language.layout.tables import ENDLESS, Column, TableLook, list_lines, table, wide
from lync_magic.language.values.collections import NOTHING, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping
from lync_magic.language.values.formatting import BadFormat, format_composite, format_value, own_formats
from lync_magic.language.values.moments import BadMoment
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of


def _told(call: BoundCall, term: Term, item: object) -> list[Column]:
    """The columns that a term of -Property means for objects like this one."""
    if isinstance(term.expression, Block):
        get = _worked_out(call, term.expression)
        return [_looking(_column(call, term.source if term.label is None else term.label, get), term)]
    if term.pattern:
        need_names_of(item)
    names = [one for one in property_names(item) if matches_wildcard(term.expression, one)]
    if not term.pattern and (term.told or not names):
        names = [term.expression]
    read = partial(in_rows, first=item) if call.command_name == "Format-Table" else property_of
    return [_looking(_column(call, one if term.label is None else term.label, read(one)), term) for one in names]


def _is_there(term: Term, item: object) -> bool:
    """Whether a list has a line for it: what an object has not is left out."""
    if isinstance(term.expression, Block) or term.pattern:
        return True
    return property_of(term.expression, kept=True)(item) is not MISSING


def _column(call: BoundCall, name: str, get: Callable[[object], object]) -> Column:
    return Column(name, get, text=in_table if call.command_name == "Format-Table" else shown)


def _looking(column: Column, term: Term) -> Column:
    """A column with the width, the side and the format that its term asks for."""
    pattern, width = to_text(term.more.get("formatString", "")), term.more.get("width")
    write = partial(_by, pattern) if pattern else column.text
    side = to_text(term.more.get("alignment", "")).lower()
    side = next((one for one in SIDES if side and one.startswith(side)), "")
    return replace(column, width=width if isinstance(width, int) else 0, align=side, text=write)


def _dividing(call: BoundCall, item: object) -> Column:
    """What -GroupBy divides a table by: MISSING for an object that has no such property, or where a block fails."""
    term = term_of(call, call.get("GroupBy"), groups=True)
    made = _told(call, term, item)[0]
    if isinstance(term.expression, Block):
        get = _worked_out(call, term.expression, failed=MISSING)
    else:
        get = property_of(made.name if term.pattern and term.label is None else term.expression, kept=True)
    return replace(made, get=get, labelled=term.label is not None)


def _worked_out(call: BoundCall, block: Block, failed: object = None) -> Callable[[object], object]:
    value_of = call.services.trying(block)

    def get(item: object) -> object:
        try:
            return value_of(item)
        except (LyncError, Stopping) as raised:
            call.services.remember(raised)
            return "#ERR" if call.switch("DisplayError") and failed is None else failed

    return get


class _Items(tuple[object, ...]):
    """A list that a format is for: each of its items is written by it."""

    def by(self, pattern: str) -> str:
        """Its text by a format."""
        return joined(self, lambda item: format_value(item, pattern))


own_formats[_Items] = _Items.by


def _by(pattern: str, value: object) -> str:
    """A value by a format; as it is where the format is wrong or none of its own."""
    if is_collection(value) and not isinstance(value, ObjectLike):
        value = _Items(items_of(value))
    try:
        is_composite = "{0" in pattern or "}" in pattern
        return format_composite(pattern, [value]) if is_composite else format_value(value, pattern)
    except (BadFormat, BadMoment, ScriptError):
        return shown(value)


def _terms(call: BoundCall) -> list[Term]:
    """What -Property names. Raises ScriptError for what is wrong with it or with -GroupBy, before an object comes."""
    told = call.get("Property")
    if call.command_name == "Format-Wide":
        named = [] if told is None else [term_of(call, told)]
    else:
        named = terms_of(call, told)
    if call.get("GroupBy") is not None:
        term_of(call, call.get("GroupBy"), groups=True)
    return named


def _items(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for item in objects(call, input):
        if call.switch("Force") and type(item) in own_lines:
            raise NotKnownHere("an error record's properties, laid out")
        if item is not None:
            yield from entries(item)


def _width(call: BoundCall) -> int:
    return int(call.services.evaluator.runtime.width)


def _written(call: BoundCall, layout: Layout, *, is_list: bool = False) -> Formatted:
    return Formatted.of(layout, _width(call), is_list=is_list)


def _plain(call: BoundCall, value: object) -> Formatted:
    if call.switch("Force"):
        raise NotKnownHere("-Force of a plain value's properties")
    made = _written(call, _plain_layout(value))
    made.is_line = True
    return made


def _plain_layout(value: object) -> Layout:
    lines = plain_text(value).split("\n")
    return lambda _width: lines


def _plain_first(call: BoundCall, items: Iterator[object]) -> Generator[Formatted, None, object]:
    """What is shown as it is before the first object; that one is returned, NOTHING where there is none."""
    for item in items:
        if not is_plain(item):
            return item
        yield _plain(call, item)
    return NOTHING


class _Row(NamedTuple):
    """What is worked out of an object for a table, once, when it comes."""

    values: list[object]
    group: object


def _working_out(
    columns: list[Column], by: Column | None, items: Iterator[object]
) -> tuple[list[Column], Column | None, list[object], list[object]]:
    """Columns whose values script blocks work out, `by`, the objects, and in their places in the table: rows. Of the
    first object PowerShell works them out twice, as it looks at what they are."""
    gathered: list[object] = []
    rows: list[object] = []
    for item in items:
        for column in columns if not gathered else ():
            column.get(item)
        gathered.append(item)
        if not is_plain(item):
            group = None if by is None else by.get(item)
            rows.append(_Row([one.get(item) for one in columns], group))
    made = [replace(one, get=partial(_value_at, place)) for place, one in enumerate(columns)]
    return made, None if by is None else replace(by, get=_group_of), gathered, rows


def _read(columns: list[Column], items: list[object]) -> tuple[list[Column], list[object]]:
    """Columns and rows of what the objects are now: a table that is written later, or in another width, shows it."""
    rows: list[object] = [_Row([one.get(item) for one in columns], None) for item in items if not is_plain(item)]
    return [replace(one, get=partial(_value_at, place)) for place, one in enumerate(columns)], rows


def _value_at(place: int, row: object) -> object:
    assert isinstance(row, _Row)
    return row.values[place]


def _group_of(row: object) -> object:
    assert isinstance(row, _Row)
    return row.group


def _format_table(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    told = _terms(call)
    coming = _items(call, input)
    first = yield from _plain_first(call, coming)
    if first is NOTHING:
        return
    if not told and call.get("Property") is not None:
        raise null_reference(call)
    look = TableLook(not call.switch("HideTableHeaders"), call.switch("Wrap"))
    columns = [column for one in told for column in _told(call, one, first)] if told else _default_columns(first)
    if call.switch("AutoSize") or (told and not (columns and columns[0].width)):  # then widths count for nothing
        columns = self_sized(columns)
    by = None if told else own_group(first)
    if call.get("GroupBy") is not None:
        by = _dividing(call, first)
    rows: list[object] | None = None
    if call.get("GroupBy") is not None or any(isinstance(one.expression, Block) for one in told):
        columns, by, items, rows = _working_out(columns, by, chain((first,), coming))
    else:
        items = [first, *coming]
        if told or not has_view(first):
            look_at(first, columns)
            columns, rows = _read(columns, items)
    if by is not None and any(map(is_plain, items)):
        raise NotKnownHere("Format-Table of plain values among groups")
    if is_broken(input):
        if by is not None:
            raise NotKnownHere("a table of groups that breaks off")
        layout = _broken_off(items, rows, columns, look, told=bool(told))
        fixed = not told and not call.switch("AutoSize") and any(one.width for one in own_columns(items[0]) or ())
        yield Formatted.of(layout, _width(call), waits=not fixed)
        return
    laid_out = _laid_out(items, rows, columns, by, told=bool(told))
    layout = _in_width(laid_out, look)
    sized = _in_width(_laid_out(items, rows, self_sized(columns), by, told=bool(told)), look)
    sizes = call.switch("AutoSize") or not (columns and columns[0].width)
    in_groups = None if by is None else lambda width, heads: laid_out(replace(look, width=width, heads=heads))
    yield Formatted.of(layout, _width(call), sizes=sizes, sized=sized, grouped=in_groups)


def _broken_off(
    items: list[object], rows: list[object] | None, columns: list[Column], look: TableLook, *, told: bool
) -> Layout:
    """A table without its end, which cannot take its widths from its rows: each column has its part of the screen."""

    def layout(width: int) -> list[str]:
        return _laid_out(items, rows, _shared(columns, width), None, told=told)(replace(look, width=width))[:-1]

    return layout


def _laid_out(
    items: list[object],
    rows: list[object] | None,
    columns: list[Column],
    by: Column | None,
    *,
    told: bool,
) -> Callable[[TableLook], list[str]]:
    """A table of objects. rows: what was worked out of them, where it was."""

    def layout(look: TableLook) -> list[str]:
        fixed = _sharing(columns, look.width) if told else columns
        if by is not None:
            return grouped(by, items if rows is None else rows, fixed, look)
        real, between = parted(items, look.width, viewed=not told and has_view(items[0]))
        return table(fixed, real if rows is None else rows, look, between)

    return layout


def _in_width(laid_out: Callable[[TableLook], list[str]], look: TableLook) -> Layout:
    return lambda width: laid_out(replace(look, width=width))


def _sharing(columns: list[Column], width: int) -> list[Column]:
    """Where the first column has a width of its own, those that have none share what is left."""
    return _shared(columns, width) if columns and columns[0].width else columns


def _shared(columns: list[Column], width: int) -> list[Column]:
    """What the columns with a width leave, parted among the others; what does not part evenly goes to the first."""
    free = sum(not one.width for one in columns)
    each, more = divmod(width - sum(one.width for one in columns) - len(columns) + 1, max(free, 1))
    parts = iter([max(each + (place < more), 1) for place in range(free)])
    return [one if one.width else replace(one, width=next(parts)) for one in columns]


def _default_columns(item: object) -> list[Column]:
    if isinstance(item, timedelta):
        names = ("Days", "Hours", "Minutes", "Seconds", "Milliseconds")
        return [Column(name, property_of(name), align="left") for name in names]
    return own_columns(item) or [Column(name, in_rows(name, item)) for name in names_of(item)[:_MOST_COLUMNS]]


_MOST_COLUMNS: Final = 10
"""How many properties Format-Table shows where none is named."""


def _format_list(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    told = _terms(call)
    coming = _items(call, input)
    first = yield from _plain_first(call, coming)
    parts: list[Layout] = []
    rows: list[object] = []
    by = None if first is NOTHING or call.get("GroupBy") is None else _dividing(call, first)
    for item in () if first is NOTHING else chain((first,), coming):
        if is_plain(item):
            if by is not None:
                raise NotKnownHere("Format-List of plain values among groups")
            parts.append(_plain_layout(item))
            continue
        if not told and call.get("Property") is not None:
            raise null_reference(call)
        if told:
            columns = [column for one in told if _is_there(one, item) for column in _told(call, one, item)]
        elif view_of(item).endswith(("GroupInfo", "GroupInfoNoElement")):
            group = () if view_of(item).endswith("NoElement") else ("Group",)
            columns = [_column(call, name, property_of(name)) for name in ("Name", "Count", *group, "Values")]
        else:
            columns = [_column(call, name, property_of(name)) for name in names_of(item)]
        texts = [one.text(one.get(item)) for one in columns]
        parts.append(partial(list_lines, [one.name for one in columns], texts))
        if by is not None:
            rows.append(_Row([parts[-1]], by.get(item)))
    if by is not None:
        groups = list(parted_by(replace(by, get=_group_of), rows, "Format-List"))
        yield _written(call, partial(_lists, groups), is_list=True)
    elif parts:
        yield _written(call, lambda width: ["", *(line for one in parts for line in one(width))], is_list=True)


def _lists(groups: list[tuple[list[str], list[object]]], width: int) -> list[str]:
    """The lines of lists in groups."""
    lines: list[str] = []
    for head, rows in groups:
        lines += [*broken_head(head, width), ""]
        for row in rows:
            lines += _value_at(0, row)(width)  # type: ignore[operator]
    return lines


def _one_count(call: BoundCall) -> None:
    """Raises ScriptError where both a number of columns and as many as fit are asked for."""
    if call.switch("AutoSize") and call.given("Column"):
        message = "Cmdlet parameters AutoSize and Column are mutually exclusive."
        error_id = f"FormatCannotSpecifyAutosizeAndColumns,{call.error_suffix}"
        error = ScriptError(message, error_id, "InvalidArgument", exception="InvalidDataException")
        error.thrown_message = "Found invalid data while decoding."
        raise error


def _format_wide(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    _one_count(call)
    told = _terms(call)
    coming = _items(call, input)
    first = yield from _plain_first(call, coming)
    if first is NOTHING:
        return
    items = [first, *coming]
    if any(map(is_plain, items)):
        raise NotKnownHere("Format-Wide of plain values among objects")
    named = _told(call, told[0], items[0]) if told else [Column("", _called_as, text=shown)]
    column = named[0] if named else Column("", lambda _item: None)
    if is_broken(input):
        yield _written(call, lambda _width: [""])
        return
    if call.get("GroupBy") is not None:
        yield _written(call, partial(_wide_groups, _wide_parts(call, column, items), call.get("Column") or 2))
        return
    texts = [unstyled(column.text(column.get(item))) for item in items]
    as_many_as_fit = partial(_wide, texts)
    if call.switch("AutoSize"):
        yield Formatted.of(as_many_as_fit, _width(call), sizes=True)
        return
    told_count = call.get("Column")
    sized = as_many_as_fit if told_count is None else None
    yield Formatted.of(partial(wide, texts, told_count or 2), _width(call), sized=sized)


def _wide_parts(call: BoundCall, column: Column, items: list[object]) -> list[tuple[list[str], list[str]]]:
    """The lines before each group, and the texts of its items."""
    if call.switch("AutoSize"):
        raise NotKnownHere("Format-Wide of groups with -AutoSize")
    by = _dividing(call, items[0])
    rows: list[object] = [_Row([unstyled(column.text(column.get(item)))], by.get(item)) for item in items]
    groups = parted_by(replace(by, get=_group_of), rows, "Format-Wide")
    return [(head, [str(_value_at(0, row)) for row in members]) for head, members in groups]


def _wide_groups(groups: list[tuple[list[str], list[str]]], count: int, width: int) -> list[str]:
    """The lines of groups: PowerShell writes a row that is not full when the next group has begun."""
    lines: list[str] = []
    waiting: list[str] = []
    for head, texts in groups:
        rows = wide(texts, count, width)[1:-1]
        full = len(texts) // count
        begun = [*broken_head(head, width)[1:], ""] if head else []
        lines += ["", *waiting, *begun, *rows[:full]]
        waiting = rows[full:]
    return [*lines, *waiting, ""]


def _wide(texts: list[str], width: int) -> list[str]:
    """In as many columns as there is room for; in two where nothing is shown."""
    most = max(map(width_of, texts))
    return wide(texts, max((width + 1) // (most + 1), 1) if most else 2, width)


def _called_as(item: object) -> object:
    """What an object is called by, whose kind says so itself."""
    return _own_wide(item).get(item)


def _own_wide(item: object) -> Column:
    if type_of(item).startswith("System.Xml."):
        raise NotKnownHere(f"by what a [{type_of(item)}] is called")
    if isinstance(item, timedelta):
        return Column("TotalMilliseconds", property_of("TotalMilliseconds"))
    return _called(_default_columns(item))


def _called(columns: list[Column]) -> Column:
    """By which of its properties an object is called: PowerShell looks for these names, in this order."""
    for pattern in ("name", "id", "key", "*key", "*name", "*id"):
        for column in columns:
            if matches_wildcard(pattern, column.name):
                return column
    return columns[0] if columns else Column("", lambda _item: None)


def widths_of(call: BoundCall) -> tuple[int, int]:
    """How wide tables and lists are in what Out-String or Out-File writes."""
    if call.given("Width"):
        return call.get("Width"), call.get("Width")
    return _width(call), ENDLESS


def _out_string(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    width, lists = widths_of(call)
    items = (one for one in objects(call, input) if one is not None)
    if call.switch("Stream"):
        yield from lines_of(items, width, lists, broken=lambda: is_broken(input))
        return
    text = text_of(items, width, lists)
    if is_broken(input):
        return
    if call.switch("NoNewline"):
        text = text.replace("\n", "")
    yield text


_PROPERTY: Final = ParameterSpec("Property", "object[]", position=0)
_REST: Final = (
    ParameterSpec("View", "string", unsupported=True),
    ParameterSpec("ShowError", "switch", unsupported=True),
    ParameterSpec("DisplayError", "switch"),
    ParameterSpec("Force", "switch"),
    ParameterSpec("Expand", "string", unsupported=True),
    ParameterSpec("InputObject", "object", by_value=True),
)

CMDLETS: Final = (
    ClientCommand(
        "Format-Table",
        (
            _PROPERTY,
            ParameterSpec("AutoSize", "switch"),
            ParameterSpec("HideTableHeaders", "switch"),
            ParameterSpec("RepeatHeader", "switch"),
            ParameterSpec("Wrap", "switch"),
            ParameterSpec("GroupBy", "object"),
            *_REST,
        ),
        _format_table,
        ("ft",),
        "FormatTableCommand",
        own=True,
        as_it_comes=True,
    ),
    ClientCommand(
        "Format-List",
        (_PROPERTY, ParameterSpec("GroupBy", "object"), *_REST),
        _format_list,
        ("fl",),
        "FormatListCommand",
        own=True,
        as_it_comes=True,
    ),
    ClientCommand(
        "Format-Wide",
        (
            ParameterSpec("Property", "object", position=0),
            ParameterSpec("Column", "int"),
            ParameterSpec("AutoSize", "switch"),
            ParameterSpec("GroupBy", "object"),
            *_REST,
        ),
        _format_wide,
        ("fw",),
        "FormatWideCommand",
        own=True,
        as_it_comes=True,
    ),
    ClientCommand(
        "Out-String",
        (
            ParameterSpec("Stream", "switch"),
            ParameterSpec("Width", "int"),
            ParameterSpec("NoNewline", "switch"),
            ParameterSpec("InputObject", "object", by_value=True),
        ),
        _out_string,
        ("oss",),
        "OutStringCommand",
        own=True,
        as_it_comes=True,
    ),
)
