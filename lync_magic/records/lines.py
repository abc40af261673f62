"""Records as lines of text: rows of CSV, objects of JSON.

Rules of this file: text is made column by column, each distinct text of a column once; what a value becomes is told
by `plainer` alone, and what is faster here says the same. A line of JSON has the object's own properties in its own
order; a row of CSV has the columns that were asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, repeat
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any

from lync_magic.records.columns import Column, Kind, guid_texts, named_columns
from lync_magic.records.plainer import LIST_SEPARATOR, encodable, file_text, iso_text, to_plain
from lync_magic.records.sequence import Records
from lync_magic.records.table import Order, Table

_to_json = JSONEncoder(ensure_ascii=False).encode
_CSV_BOOL = {None: "", True: "true", False: "false"}
_JSON_BOOL = {None: "null", True: "true", False: "false"}
_QUOTED = re.compile('[",\r\n]')
_EMPTY = '""'


# --- CSV -------------------------------------------------------------------------------------------------------------


def csv_head(names: Sequence[str]) -> str:
    """The first line, with its end."""
    return _csv_rows([_quoted([name]) for name in names])


def csv_lines(records: Records, names: Sequence[str], value_name: str | None = None) -> tuple[str, list[str]]:
    """A line for each object, each with its end, and the names of all columns that they could fill.

    value_name: as `named_columns` takes it.
    """
    given = named_columns(records, value_name)
    folded = {name.lower(): column for name, column in given.items()}
    columns = [folded.get(name.lower()) for name in names]
    cells = [repeat("", len(records)) if column is None else _quoted(_csv_cells(column)) for column in columns]
    return _csv_rows(cells), list(given)


def _csv_rows(cells: Sequence[Iterable[str]]) -> str:
    if not cells:
        return ""
    if len(cells) == 1:  # an empty line would be no row
        return "".join([f"{cell or _EMPTY}\n" for cell in cells[0]])
    return "".join([f"{row}\n" for row in map(",".join, zip(*cells, strict=True))])


def _quoted(cells: list[str]) -> list[str]:
    """The cells, in quotation marks where they need them."""
    if not _needs_quotes("".join(cells)):
        return cells
    quoted = {cell: '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in set(cells)}
    return list(map(quoted.__getitem__, cells))


def _needs_quotes(text: str) -> bool:
    return "," in text or '"' in text or "\n" in text or "\r" in text


def _csv_cells(column: Column) -> list[str]:
    kind, values = column.kind, column.values
    if kind is Kind.NULL:
        return [""] * len(values)
    if kind is Kind.TEXT:
        return ["" if value is None else value for value in values] if column.nulls else values
    if kind is Kind.BOOL:
        return list(map(_CSV_BOOL.__getitem__, values))
    if kind is Kind.INT:
        return ["" if value is None else str(value) for value in values]
    if kind is Kind.GUID:
        return [text or "" for text in guid_texts(values)]
    if kind is Kind.NAIVE or kind is Kind.AWARE:
        return ["" if value is None else _moment(value) for value in values]
    if kind is Kind.LIST and _item_types(column) <= {str}:
        return ["" if value is None else LIST_SEPARATOR.join(value) for value in values]
    return list(map(file_text, values))


# --- JSON ------------------------------------------------------------------------------------------------------------


def json_lines(records: Records) -> list[str]:
    """Each item as JSON on one line."""
    lines = [""] * len(records)
    for source, rows, places in records.placed():
        if isinstance(source, Table) and source.bases is None:
            made = _table_lines(source, rows)
        else:
            made = [_to_json(to_plain(records[place])) for place in places]
        for place, line in zip(places, made, strict=True):
            lines[place] = line
    return lines


def _table_lines(table: Table, rows: Sequence[int]) -> list[str]:
    orders = list(map(table.orders.__getitem__, rows))
    places, distinct = table.places_in(rows)
    cells = {}
    for place in places:
        column = table.columns[place]
        cells[place] = _json_cells(Column(list(map(column.__getitem__, rows))), table, rows)
    if len(distinct) == 1 and orders[0]:
        return _objects(_heads(table, orders[0]), [cells[place] for place in orders[0]])
    made: dict[int, Iterator[str]] = {}  # by id: orders are interned, and the hash of a long one takes its time
    for order in distinct:
        numbers = [number for number, each in enumerate(orders) if each is order]
        if order:
            chosen = [list(map(cells[place].__getitem__, numbers)) for place in order]
            made[id(order)] = iter(_objects(_heads(table, order), chosen))
        else:  # no properties: what it says of itself
            texts = [table.texts[rows[number]] if table.texts else None for number in numbers]
            made[id(order)] = iter([_to_json(encodable(text)) if text else "{}" for text in texts])
    return [next(made[id(order)]) for order in orders]


def _heads(table: Table, order: Order) -> list[str]:
    """What stands before each value of an object."""
    signs = chain("{", repeat(", "))
    return [f"{sign}{_to_json(table.names[place])}: " for sign, place in zip(signs, order, strict=False)]


def _objects(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    parts = chain.from_iterable(zip(map(repeat, heads), cells, strict=True))
    return list(map("".join, zip(*parts, repeat("}"), strict=False)))


def _json_cells(column: Column, table: Table, rows: Sequence[int]) -> list[str]:
    kind, values = column.kind, column.values
    if kind is Kind.NULL:
        return ["null"] * len(values)
    if kind is Kind.TEXT:
        distinct = set(values) - {None}
        texts = dict(zip(distinct, map(encode_basestring, distinct), strict=True)) | {None: "null"}
        return list(map(texts.__getitem__, values))
    if kind is Kind.BOOL:
        return list(map(_JSON_BOOL.__getitem__, values))
    if kind is Kind.INT:
        return ["null" if value is None else str(value) for value in values]
    if kind is Kind.GUID:
        return ["null" if text is None else f'"{text}"' for text in guid_texts(values)]
    if kind is Kind.NAIVE or kind is Kind.AWARE:
        return ["null" if value is None else f'"{_moment(value)}"' for value in values]
    if kind is Kind.LIST and _item_types(column) <= {str}:
        texts = {item: encode_basestring(item) for item in set(chain.from_iterable(column.present))}
        lists = [None if value is None else ", ".join(map(texts.__getitem__, value)) for value in values]
        return ["null" if inner is None else f"[{inner}]" for inner in lists]
    return [_to_json(to_plain(value, (table, row))) for value, row in zip(values, rows, strict=True)]


def _moment(value: datetime) -> str:
    return value.isoformat() if type(value) is datetime and value.tzinfo is None else iso_text(value)


def _item_types(column: Column) -> set[type[Any]]:
    return set(map(type, chain.from_iterable(column.present)))
