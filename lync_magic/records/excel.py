"""A result as a sheet of an Excel workbook, with typed columns.

Rules of this file: a number is a number, a date a date (in UTC, for Excel has no zones), and a text is never a formula,
whatever it begins with. What Excel has no type for is its text.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any, Final

from lync_magic.clixml import invariant_text
from lync_magic.errors import DependencyMissing, UsageError
from lync_magic.records.columns import listed, named_columns
from lync_magic.records.sequence import Records

MOST_ROWS: Final = 1_048_575
"""What a sheet holds below its head."""
MOST_CHARACTERS: Final = 32_767
LONGEST_TITLE: Final = 31
_WIDEST: Final = 60
_FIRST_DAY: Final = datetime(1900, 3, 1)
"""Excel counts days wrongly before."""
_MOST_EXACT: Final = 10**15
_NOT_IN_TITLE: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_NOT_IN_CELL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def to_excel(records: Records, path: str | PathLike[str], sheet: str, columns: Collection[str]) -> int:
    """See `Records.to_excel`."""
    openpyxl = _openpyxl()
    if len(records) > MOST_ROWS:
        raise UsageError(f"A sheet of Excel holds {MOST_ROWS:,} rows, and these are {len(records):,}.", "to_parquet()")
    place = Path(path)
    there = named_columns(records)
    names = listed(columns) or list(there)
    book = openpyxl.load_workbook(place) if place.exists() else openpyxl.Workbook()
    if not place.exists():
        book.remove(book.active)
    page = book.create_sheet(_title(sheet, book.sheetnames))
    head = openpyxl.styles.Font(bold=True)
    for number, name in enumerate(names, 1):
        _put(page.cell(1, number), name).font = head
        values = there[name].values if name in there else []
        widest = len(name)
        for row, value in enumerate(values, 2):
            if value is None:
                continue
            cell = _put(page.cell(row, number), value)
            widest = max(widest, len(str(cell.value)))
        page.column_dimensions[openpyxl.utils.get_column_letter(number)].width = min(_WIDEST, widest + 2)
    page.freeze_panes = "A2"
    if names:
        page.auto_filter.ref = page.dimensions
    book.save(place)
    return len(records)


def _openpyxl() -> Any:
    try:
        return import_module("openpyxl")
    except ImportError:
        raise DependencyMissing("openpyxl", "to_excel()", "excel") from None


def _put(cell: Any, value: Any) -> Any:
    """A value in a cell, as what it is."""
    if isinstance(value, bool) or (isinstance(value, int | float | Decimal) and _is_exact(value)):
        cell.value = value
    elif isinstance(value, datetime) and _fits(value):
        cell.value = _plain(value)
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, timedelta):
        cell.value = timedelta(seconds=value.total_seconds())
        cell.number_format = "[h]:mm:ss"
    elif isinstance(value, date) and not isinstance(value, datetime):
        cell.value = value
    else:
        text = "; ".join(map(invariant_text, value)) if isinstance(value, list | tuple) else invariant_text(value)
        cell.value = _NOT_IN_CELL.sub("\ufffd", text)[:MOST_CHARACTERS]
        cell.data_type = "s"
        cell.quotePrefix = cell.value[:1] in "=+-@"
    return cell


def _is_exact(value: Any) -> bool:
    """Whether Excel keeps all its digits; no NaN, no infinity."""
    return bool(value == value and abs(value) < _MOST_EXACT)


def _plain(value: datetime) -> datetime:
    moment = value.astimezone(timezone.utc) if value.tzinfo is not None else value
    return datetime(moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)


def _fits(value: datetime) -> bool:
    try:
        return _plain(value) >= _FIRST_DAY
    except OverflowError:
        return False


def _title(wanted: str, taken: Collection[str]) -> str:
    """A name for the sheet that Excel takes and that is free."""
    plain = _NOT_IN_TITLE.sub(" ", wanted).strip()[:LONGEST_TITLE] or "Sheet"
    folded = {name.lower() for name in taken}
    title, number = plain, 2
    while title.lower() in folded:
        end = f" {number}"
        title, number = plain[: LONGEST_TITLE - len(end)] + end, number + 1
    return title
