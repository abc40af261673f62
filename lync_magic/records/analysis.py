"""Choosing, ordering and grouping the objects of a result by their properties.

Rules of this file: names are found in any case, as in PowerShell; values are compared as Python compares them, texts
exactly. What is left is a view on the same values; only chosen columns make a new table. An object without the
property counts as one whose value is None, and None comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.records.build import Builder
from lync_magic.records.record import UnknownPropertyError
from lync_magic.records.sequence import Records
from lync_magic.records.table import Table

SELECTED: Final = "Selected."
"""How PowerShell marks the type of what Select-Object made."""
CUSTOM_TYPES: Final = ("System.Management.Automation.PSCustomObject", "System.Object")
COUNT: Final = "Count"


def values_of(records: Records, name: str) -> list[Any]:
    """The values of a property, one an object, None where it has none. Raises UnknownPropertyError where none has."""
    values: list[Any] = [None] * len(records)
    found = False
    for source, rows, places in records.placed():
        at = source.place(name) if isinstance(source, Table) else None
        if at is None or not isinstance(source, Table):
            continue
        found = True
        column = source.columns[at]
        for row, place in zip(rows, places, strict=True):
            value = column[row]
            if value is MISSING:  # this object may spell it otherwise
                value = next(iter(source.values_of(name, [row])), None)
            values[place] = value
    if not found and len(records):
        raise UnknownPropertyError("None of these objects has a", name, records.names)
    return values


def spelled(records: Records, name: str) -> str:
    """A property's name as the objects spell it."""
    folded = name.lower()
    return next((one for one in records.names if one.lower() == folded), name)


def select(records: Records, names: Sequence[str]) -> Records:
    """The objects with these properties alone, in this order. Raises UnknownPropertyError."""
    columns = {spelled(records, name): values_of(records, name) for name in names}
    first = next(iter(records.type_names), "System.Object").removeprefix(SELECTED)
    builder = Builder()
    table = builder.table((f"{SELECTED}{first}", *CUSTOM_TYPES))
    kind = builder.kind(table)
    start = table.extend(list(columns), list(columns.values()), None, len(records))
    builder.put_places([kind] * len(records), range(start, start + len(records)))
    return Records.built(builder)


def where(records: Records, keep: Callable[[Any], object] | None, wanted: Mapping[str, object]) -> Records:
    """The objects for which `keep` is true and whose properties have these values, in order.

    wanted: a value; a list, tuple or set of those that will do; or a callable that says whether a value does.
    """
    kept = [True] * len(records) if keep is None else [bool(keep(item)) for item in records]
    for name, value in wanted.items():
        fits = _test(value)
        kept = [before and fits(each) for before, each in zip(kept, values_of(records, name), strict=True)]
    return records.at(list(compress(range(len(records)), kept)))


def _test(wanted: object) -> Callable[[Any], bool]:
    if callable(wanted):
        return lambda value: bool(wanted(value))
    if isinstance(wanted, (list, tuple, set, frozenset)):
        several = list(wanted)
        return lambda value: value in several
    return lambda value: bool(value == wanted)


def ordered(records: Records, names: Sequence[str], *, descending: bool) -> Records:
    """The objects by the values of properties; what cannot be compared goes by the names of its types."""
    places = list(range(len(records)))
    for name in reversed(names):
        values = values_of(records, name)
        there = [place for place in places if values[place] is not None]
        nothing = [place for place in places if values[place] is None]
        try:
            there.sort(key=lambda place: values[place], reverse=descending)
        except TypeError:
            keys = [_key(value) for value in values]
            there.sort(key=lambda place: keys[place], reverse=descending)
        places = there + nothing
    return records.at(places)


def _key(value: Any) -> tuple[str, Any]:
    if isinstance(value, (int, float)):
        return "number", value
    if isinstance(value, str):
        return "text", str(value)
    return type(value).__name__, str(value)


class Groups:
    """The objects of a result by the values of properties: `users.group_by("Department").count()`.

    In the order in which the values first come. `for value, records in groups`; `groups["Sales"]`.
    """

    def __init__(self, records: Records, names: Sequence[str]) -> None:
        self._records = records
        self._names = [spelled(records, name) for name in names]
        columns = [values_of(records, name) for name in names]
        self._places: dict[Hashable, list[int]] = {}
        self._values: list[tuple[Any, ...]] = []
        for place, values in enumerate(zip(*columns, strict=True)):
            key = tuple(map(_hashable, values))
            if key not in self._places:
                self._places[key] = []
                self._values.append(values)
            self._places[key].append(place)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[tuple[Any, Records]]:
        for values, places in zip(self._values, self._places.values(), strict=True):
            yield (values[0] if len(values) == 1 else values), self._records.at(places)

    def __getitem__(self, value: Any) -> Records:
        key = value if len(self._names) > 1 else (value,)
        found = self._places.get(tuple(map(_hashable, key)))
        if found is None:
            raise KeyError(value)
        return self._records.at(found)

    def count(self) -> Records:
        """A record a group: its values, and `Count`."""
        columns: list[list[Any]] = [list(column) for column in zip(*self._values, strict=True)]
        columns = columns or [[] for _ in self._names]
        counts = [len(places) for places in self._places.values()]
        builder = Builder()
        table = builder.table((f"{SELECTED}Groups", *CUSTOM_TYPES))
        kind = builder.kind(table)
        table.extend([*self._names, COUNT], [*columns, counts], None, len(self))
        builder.put_places([kind] * len(self), range(len(self)))
        return Records.built(builder)

    def __repr__(self) -> str:
        return f"<{len(self):,} groups by {', '.join(self._names)}>"


def _hashable(value: Any) -> Hashable:
    """A value as a key; True and 1 are two, as they are in a table."""
    if isinstance(value, bool):
        return "bool", value
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value  # type: ignore[no-any-return]


def names_in(key: Collection[object]) -> list[str]:
    """The names in a list of names. Raises TypeError for anything else."""
    for one in key:
        if not isinstance(one, str):
            raise TypeError(f"Columns are chosen by their names, not by {type(one).__name__}.")
    return [str(one) for one in key]
