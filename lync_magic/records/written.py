"""Records -> CLIXML, a column at a time: many objects of one type, several times as fast as one after another.

Rules of this file: what is written is what the encoder writes of the same objects; what is not one table of plain
objects is left to it. They are written in pieces, so that who reads them reads one while the next one is written. A
value that many rows of a piece share is written once. Numbers of references count anew in each piece; each column has
numbers of its own, and all of them are numbers that nobody else uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.psrp import APART, CUSTOM_OBJECT, OBJECT_ARRAY, Encoder, Encrypt, Exact, Written, escape, is_plain
from lync_magic.records.sequence import Records
from lync_magic.records.table import Table

PIECE: Final = 100
"""Objects that are written at once."""
_STEP: Final = 10_000_000
"""How far apart the numbers of references are of one column and the next; those around them come first."""


def pieces(records: Records, encrypt: Encrypt) -> Iterator[str]:
    """The records as elements, `PIECE` of them at a time, each time when they are asked for.

    Raises TypeError, ValueError for a value without a form.
    """
    table = _only_table(records)
    for start in range(0, len(records), PIECE):
        piece = records[start : start + PIECE]
        if table is not None:
            yield _by_column(table, piece.placed()[0][1], encrypt)
        else:
            encoder = Encoder(encrypt, APART)
            yield "".join(encoder.value(Exact(one)) for one in piece)


def written(records: Records, encrypt: Encrypt) -> Written:
    """The records as one array. Raises TypeError, ValueError for a value without a form."""
    head = f' RefId="{APART}">{_types(APART, OBJECT_ARRAY)}'
    return Written(f"{head}<LST>{''.join(pieces(records, encrypt))}</LST></Obj>")


def _only_table(records: Records) -> Table | None:
    """The table that holds all of them, where they are plain objects of one type."""
    placed = records.placed()
    source = placed[0][0] if len(placed) == 1 else None
    return source if isinstance(source, Table) and source.bases is None else None


def _by_column(source: Table, rows: Sequence[int], encrypt: Encrypt) -> str:
    used, orders = source.places_in(rows)
    cells = {
        place: _column(source.names[place], source.columns[place], rows, Encoder(encrypt, APART + _STEP * number))
        for number, place in enumerate(used, 1)
    }
    if len(orders) == 1 and orders[0]:
        members: list[str] = list(map("".join, zip(*map(cells.__getitem__, orders[0]), strict=True)))
    else:
        members = ["".join([cells[place][number] for place in source.orders[row]]) for number, row in enumerate(rows)]
    texts = [None] * len(rows) if source.texts is None else [source.texts[row] for row in rows]
    told = ["" if text is None else f"<ToString>{escape(text)}</ToString>" for text in texts]
    notes = [f"<MS>{member}</MS>" if member else "" for member in members]
    heads = [_types(APART, source.type_names or CUSTOM_OBJECT), *repeat(f'<TNRef RefId="{APART}" />', len(notes) - 1)]
    return "".join(
        f'<Obj RefId="{number}">{head}{text}{note}</Obj>'
        for number, (head, text, note) in enumerate(zip(heads, told, notes, strict=True), APART)
    )


def _types(number: int, names: Sequence[str]) -> str:
    return f'<TN RefId="{number}">{"".join(f"<T>{escape(name)}</T>" for name in names)}</TN>'


def _column(name: str, values: list[Any], rows: Sequence[int], encoder: Encoder) -> list[str]:
    """What each row has in a column, as an element; "" where it has none."""
    if len(rows) > 1:
        values = list(itemgetter(*rows)(values))
    elif rows:
        values = [values[rows[0]]]
    kept = list(map(id, values))
    distinct = dict(zip(kept, values, strict=True))
    made = dict(zip(distinct, _elements(name, list(distinct.values()), encoder), strict=True))
    return list(map(made.__getitem__, kept))


def _elements(name: str, values: list[Any], encoder: Encoder) -> list[str]:
    if set(map(type, values)) == {str} and all(values):
        start = f'<S N="{escape(name)}">'
        texts = values if is_plain("".join(values)) else map(escape, values)
        return [f"{start}{text}</S>" for text in texts]
    known: dict[tuple[str, ...], str] = {}  # lists of texts, which many rows have alike
    elements = []
    for value in values:
        if value is MISSING:
            elements.append("")
            continue
        texts_of = tuple(value) if type(value) is list and set(map(type, value)) <= {str} else None
        element = known.get(texts_of) if texts_of is not None else None
        if element is None:
            element = encoder.value(Exact(value), name)
            if texts_of is not None and "<TN " not in element:  # else it names types for those that follow
                known[texts_of] = element
        elements.append(element)
    return elements
