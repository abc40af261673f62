"""The properties that objects of a type show where none are chosen: what Update-TypeData says of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.records import told_sets

Sets = dict[str, tuple[str, ...]]
"""The names of the properties, by the type's name in lower case."""
_sets: ContextVar[Sets | None] = ContextVar("display_sets", default=None)


@contextmanager
def displaying(sets: Sets) -> Iterator[None]:
    """While it lasts, objects show what these say."""
    token, told = _sets.set(sets), told_sets.set(sets)
    try:
        yield
    finally:
        _sets.reset(token)
        told_sets.reset(told)


def display_sets() -> Sets:
    """Those that hold now, to be added to."""
    held = _sets.get()
    return {} if held is None else held


def shown_of(item: ObjectLike) -> tuple[str, ...] | None:
    """The properties that an object shows, None where nothing is said of its types."""
    sets = _sets.get()
    if not sets or item.base is not MISSING:
        return None
    return next((sets[name.lower()] for name in item.type_names or () if name.lower() in sets), None)
