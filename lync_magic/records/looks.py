"""A result with marks on what a person has to look at, and with numbers and dates as their language writes them.

Rules of this file: the objects stay as they are, only how they are shown changes; a mark is never a colour alone. What
is left out of the table is said, and how many of all objects are marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

from lync_magic.clixml import MISSING, NullType, ObjectLike
from lync_magic.errors import UsageError
from lync_magic.messages import LANGUAGES, chosen_language, long_date, long_time, number_text, say
from lync_magic.records.analysis import spelled, values_of
from lync_magic.records.cells import CellKind, Shown, property_of, row_names, show
from lync_magic.records.chosen import chosen
from lync_magic.records.grid import SIGNS, Grid, terminal_columns
from lync_magic.records.sequence import Records
from lync_magic.records.shown import origin_of, rows_shown, title_of, type_title

MARKS: Final = tuple(SIGNS)
Condition = Callable[[Any], object] | object
"""A callable that says true (bad) or one of `MARKS`; or a value, or a list of values, that are bad."""
Conditions = Mapping[str, Condition] | Callable[[Any], object]


class Look:
    """One way to show a result: what `records.show(mark=…, format=…)` gives. A notebook shows it as a table."""

    renderer: ClassVar[Callable[[Look], str] | None] = None
    """Makes the HTML that a notebook shows; set by the rooms above."""

    def __init__(self, records: Records, mark: Conditions | None, language: str | None, rows: int | None) -> None:
        self.records = records
        self._language = language
        self._most = rows_shown() if rows is None else max(1, rows)
        self._whole = [""] * len(records)
        self._cells: dict[str, list[str]] = {}
        if callable(mark):
            self._whole = [_mark(mark, item) for item in records]
        elif mark is not None:
            for name, condition in mark.items():
                values = values_of(records, name)
                self._cells[spelled(records, name)] = [_mark(condition, value) for value in values]

    @property
    def marked(self) -> Records:
        """The objects that have a mark."""
        places = range(len(self.records))
        return self.records.at([at for at in places if self._whole[at] or any(row[at] for row in self._cells.values())])

    def grid(self, wide: int | None = None) -> Grid:
        """What a table of it shows. wide: characters there are for the columns."""
        taken = list(self.records[: self._most])
        columns = chosen(taken, wide) if wide is not None else chosen(taken)
        names = [*columns.shown, *(name for name in self._cells if name not in columns.shown)]
        left_out = len(self.records) - len(taken)
        count = len(self.marked)
        return Grid(
            names,
            [self._row(row, place, names) for place, row in enumerate(taken)],
            labels=[str(place) for place in range(len(taken))],
            gap=len(taken) if left_out else None,
            left_out=left_out,
            title=title_of(self.records),
            type_name=type_title(taken),
            note=say("{count} of them marked", count=number_text(count)) if self._cells or any(self._whole) else "",
        )

    def _row(self, row: Any, place: int, names: Sequence[str]) -> list[Shown]:
        if row_names(row) is None:
            return [self._cell(row)._replace(mark=self._whole[place])]
        return [
            self._cell(property_of(row, name))._replace(
                mark=self._cells[name][place] if name in self._cells else self._whole[place]
            )
            for name in names
        ]

    def _cell(self, value: Any) -> Shown:
        shown = show(value)
        return localized(value, shown, self._language) if self._language is not None else shown

    def __repr__(self) -> str:
        if not len(self.records):
            return repr(self.records)
        wide = terminal_columns()
        grid = self.grid(wide)
        told = ", ".join(filter(None, (grid.title, grid.note, origin_of(self.records))))
        return f"{grid.text(wide)}\n({told})"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        renderer = type(self).renderer
        bundle = {"text/plain": repr(self)}
        if renderer is not None:
            bundle["text/html"] = renderer(self)
        return bundle


def look(
    records: Records, mark: Conditions | None = None, format: str | bool | None = None, rows: int | None = None
) -> Look:
    """A way to show a result. Raises UsageError, UnknownPropertyError."""
    language = chosen_language() if format is True else format or None
    if language is not None and language not in LANGUAGES:
        raise UsageError(f"There is no format {language!r}.", f"Choose one of: {', '.join(sorted(LANGUAGES))}.")
    return Look(records, mark, language, rows)


def localized(value: Any, shown: Shown, language: str) -> Shown:
    """A number or a date as a language writes it; the key that it sorts by stays."""
    while isinstance(value, ObjectLike) and value.base is not MISSING:
        value = value.base
    if shown.kind is CellKind.NUMBER and isinstance(value, int | float | Decimal):
        whole, point, decimals = shown.text.partition(".")
        if not whole.lstrip("-").isdigit() or not (decimals.isdigit() or not point):
            return shown  # infinity, 1E+30
        text = number_text(Decimal(shown.text), len(decimals), language)
        return shown._replace(text=text, key=shown.text)
    if isinstance(value, datetime):
        return shown._replace(text=long_time(value, language), key=f"{value.timestamp():.0f}")
    if isinstance(value, date):
        return shown._replace(text=long_date(value, language), key=str(value.toordinal()))
    return shown


def _mark(condition: Condition, value: Any) -> str:
    if callable(condition):
        if value is None or value is MISSING or isinstance(value, NullType):
            return ""  # nothing is no more than 90 and no less
        found = condition(value)
    else:
        found = value in condition if isinstance(condition, list | tuple | set | frozenset) else value == condition
    if isinstance(found, str):
        if found and found not in MARKS:
            raise UsageError(f"There is no mark {found!r}.", f"Choose one of: {', '.join(MARKS)}.")
        return found
    return "bad" if found else ""
