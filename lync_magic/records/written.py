"""Records -> CLIXML, a column at a time: many objects of one type, several times as fast as one after another.

Rules of this file: what is written is what the encoder writes of the same objects; what is not one table of plain
objects is left to it. A value that many rows share is written once. Each column has numbers of references of its own,
and so has what stands around them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.psrp import OBJECT_ARRAY, Encoder, Encrypt, Exact, Written, escape, is_plain
from lync_magic.records.sequence import Records
from lync_magic.records.table import Table

FEWEST: Final = 50
"""Fewer objects are quick enough one by one."""
_APART: Final = 10_000_000
"""How far apart the numbers of references are of one column and the next; those around them come first."""


def written(records: Records, encrypt: Encrypt) -> Written | None:
    """The records as an array in CLIXML; None for those that the encoder has to write.

    Raises TypeError, ValueError for a value without a form.
    """
    placed = records.placed()
    if len(records) < FEWEST or len(placed) != 1:
        return None
    source, rows, _places = placed[0]
    if not isinstance(source, Table) or source.bases is not None or not source.type_names:
        return None
    used, orders = source.places_in(rows)
    cells = {
        place: _column(source.names[place], source.columns[place], rows, Encoder(encrypt, _APART * number))
        for number, place in enumerate(used, 1)
    }
    if len(orders) == 1:
        members: list[str] = list(map("".join, zip(*map(cells.__getitem__, orders[0]), strict=True)))
    else:
        members = ["".join([cells[place][number] for place in source.orders[row]]) for number, row in enumerate(rows)]
    texts = [None] * len(rows) if source.texts is None else [source.texts[row] for row in rows]
    told = ["" if text is None else f"<ToString>{escape(text)}</ToString>" for text in texts]
    notes = [f"<MS>{member}</MS>" if member else "" for member in members]
    types = _types(1, source.type_names)
    heads = [types, *repeat('<TNRef RefId="1" />', len(notes) - 1)]
    objects = [
        f'<Obj RefId="{number}">{head}{text}{note}</Obj>'
        for number, (head, text, note) in enumerate(zip(heads, told, notes, strict=True), 1)
    ]
    return Written(f' RefId="0">{_types(0, OBJECT_ARRAY)}<LST>{"".join(objects)}</LST></Obj>')


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
