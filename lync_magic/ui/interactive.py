"""The interactive table: sort, search and page through a result in a notebook. The table library is itables' own copy
of DataTables.

Rules of this file: nothing comes from a network, and nothing waits for another output: each table brings its library
along, packed, so that it lives in a saved notebook too, in whatever order cells are run again. What came from a server
is packed as well and becomes text in the page (`show.js`), never markup or script. How much goes into the notebook is
bounded, whatever the result; what was left out is said. Where scripts do not run, the still table is what is seen.
"""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.errors import DependencyMissing
from lync_magic.records import (
    WIDEST_NAME,
    CellKind,
    Records,
    Shown,
    chosen,
    property_of,
    row_names,
    show,
    title_of,
    type_title,
)
from lync_magic.safe_text import one_line
from lync_magic.ui.results import result_html
from lync_magic.ui.style import PLAIN_CLASSES, sheet
from lync_magic.ui.table import CELL_CHARACTERS, CLASSES

MOST_ROWS: Final = 10_000
MOST_CELLS: Final = 200_000
MOST_COLUMNS: Final = 100
MOST_PACKED: Final = 2_000_000
"""Bytes that the packed rows may take."""

_CELLS_AT_ONCE: Final = 2_500
_ROWS_TO_CHOOSE_BY: Final = 20
_FAR: Final = 1e300
"""How infinity sorts: JSON has none."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_PLACE, _VALUE = "#", "Value"


def interactive_html(records: Records) -> str:
    """An interactive table of the result, as HTML. Raises DependencyMissing where itables is not installed."""
    library = _library()
    if not len(records):
        return result_html(records)
    packed = b64encode(_packed(records)).decode()
    name = f"lync-{uuid4().hex}"
    arguments = ", ".join(f'"{argument}"' for argument in (name, packed, library, version("itables")))
    return (
        f'{sheet("show")}<div class="lync-result lync-show {PLAIN_CLASSES}" data-lync-show="{name}" '
        f'data-lm-suppress-shortcuts="true"><div class="lync-still">{result_html(records)}</div></div>'
        f"<script>({_script()})({arguments});</script>"
    )


@cache
def _library() -> str:
    try:
        options = import_module("itables.options")
    except ImportError:
        raise DependencyMissing("itables", "show()", "show") from None
    return b64encode(gzip.compress(Path(options.dt_bundle).read_bytes(), mtime=0)).decode()


@cache
def _script() -> str:
    source = files("lync_magic.ui").joinpath("show.js").read_text("utf-8")
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _packed(records: Records) -> bytes:
    """The table's content as JSON, in gzip: as many rows as there is room for."""
    names = _names(records)
    properties = names[:MOST_COLUMNS]
    loose = 0 if names and all(map(row_names, records[:MOST_ROWS])) else 1  # what is no object has a column of its own
    columns = [_Column() for _ in range(loose + len(properties))]
    limit = max(1, min(MOST_ROWS, MOST_CELLS // len(columns)))
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    packed = [packer.compress(b'{"rows":[')]
    count = 0
    rows = iter(records[:limit])
    while part := list(islice(rows, max(1, _CELLS_AT_ONCE // len(columns)))):
        lines = [_row(place, row, loose, properties, columns) for place, row in enumerate(part, count)]
        text = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))[1:-1]
        packed += [packer.compress(f"{',' if count else ''}{text}".encode()), packer.flush(zlib.Z_SYNC_FLUSH)]
        count += len(part)
        if sum(map(len, packed)) > MOST_PACKED:
            break
    rest = {
        "names": [_PLACE, *[_VALUE] * loose, *(one_line(name, WIDEST_NAME) for name in properties)],
        "numeric": [True, *(column.kinds - {CellKind.TROUBLE} == {CellKind.NUMBER} for column in columns)],
        "keyed": [True, *(column.sorts_by_key for column in columns)],
        "title": title_of(records),
        "type": type_title(records[:_ROWS_TO_CHOOSE_BY]),
        "notes": _notes(len(records), count, names[MOST_COLUMNS:]),
    }
    packed += [packer.compress(f"],{json.dumps(rest, ensure_ascii=False)[1:]}".encode()), packer.flush()]
    return b"".join(packed)


class _Column:
    """What was seen in a column: the kinds of its cells, and whether each that holds something can be sorted by key."""

    def __init__(self) -> None:
        self.kinds: set[CellKind] = set()
        self.all_keyed = True

    @property
    def sorts_by_key(self) -> bool:
        return self.all_keyed and len(self.kinds) == 1

    def cell(self, value: Any) -> Any:
        """A cell as `show.js` takes it: null, a text, or a list of text, sort key and class."""
        if type(value) is str and len(value) <= CELL_CHARACTERS and value.isascii() and value.isprintable():
            self.kinds.add(CellKind.TEXT)  # the most frequent case, without a second look
            self.all_keyed = False
            return value
        shown = show(value, CELL_CHARACTERS)
        if shown.kind is CellKind.NOTHING:
            return None
        key = _key(value, shown)
        self.kinds.add(shown.kind)
        self.all_keyed = self.all_keyed and key is not None
        style = CLASSES.get(shown.kind, "")
        return shown.text if key is None and not style else [shown.text, key, style]


def _row(place: int, row: Any, loose: int, names: Sequence[str], columns: Sequence[_Column]) -> list[Any]:
    """A row's cells, its place first. loose: how many columns there are for what is no object."""
    if row_names(row):
        values: list[Any] = [MISSING] * loose + [property_of(row, name) for name in names]
    else:
        values = [row, *[MISSING] * len(names)]
    return [[str(place), place, ""], *(column.cell(value) for column, value in zip(columns, values, strict=True))]


def _names(records: Records) -> list[str]:
    """The properties that are columns: those that the still table has come first."""
    first = chosen(records[:_ROWS_TO_CHOOSE_BY]).shown
    every: dict[str, str] = {}
    for name in (*first, *records.names):
        every.setdefault(name.lower(), name)
    return list(every.values())


def _key(value: Any, shown: Shown) -> float | None:
    """What a value sorts by besides its text."""
    if shown.kind not in (CellKind.NUMBER, CellKind.DATE):
        return None
    while isinstance(value, ObjectLike) and value.base is not MISSING:
        value = value.base
    if isinstance(value, datetime):
        return ((value if value.tzinfo else value.replace(tzinfo=timezone.utc)) - _EPOCH).total_seconds()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (int, float, Decimal)):
        return _finite(value)
    return None


def _finite(value: int | float | Decimal) -> float:
    try:
        number = float(value)
    except OverflowError:
        return _FAR if value > 0 else -_FAR
    if isfinite(number):
        return number
    return _FAR if number > 0 else -_FAR


def _notes(count: int, shown: int, hidden: Sequence[str]) -> list[str]:
    notes = []
    if shown < count:
        notes.append(
            f"The first {shown:,} of {count:,} objects are in this table; search and sort look at these alone. "
            f"For the others, narrow the result first: .filter(lambda each: …).show() or [{shown}:].show()."
        )
    if hidden:
        notes.append(f"{len(hidden):,} of {len(hidden) + MOST_COLUMNS:,} properties have no column here.")
    return notes
