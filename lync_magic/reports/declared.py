"""Declared parameters: what a report takes, of which types, and whether what it is given fits.

Rules of this file: a value is checked, and made what its type says, before anything runs; what does not fit is told
with what would. A value that is a secret is not told (see `given.refuse_secrets`, which comes first).
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final

from lync_magic.errors import UsageError


class Kind(Enum):
    """A type that a parameter may have; the value is how help writes it."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    NUMBER = "NUMBER"
    SWITCH = "TRUE|FALSE"
    DATE = "YYYY-MM-DD"
    MOMENT = "YYYY-MM-DDTHH:MM"
    LIST = "[…]"
    TABLE = "{…}"
    ANY = "VALUE"


@dataclass(frozen=True)
class Limits:
    """What a value or its length may be. pattern: where a text has to begin to match, as `re.search` has it."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    def broken_by(self, value: Any) -> str:
        """What the value would have to be; nothing where it fits."""
        for name, (sign, fits) in _BOUNDS.items():
            limit = getattr(self, name)
            if limit is not None and isinstance(value, int | float) and not fits(value, limit):
                return f"{sign} {limit:g}"
        if isinstance(value, str | list | dict):
            if self.min_length is not None and len(value) < self.min_length:
                return f"length ≥ {self.min_length}"
            if self.max_length is not None and len(value) > self.max_length:
                return f"length ≤ {self.max_length}"
        if self.pattern is not None and isinstance(value, str) and not re.search(self.pattern, value):
            return self.pattern
        return ""

    def __str__(self) -> str:
        limits = ((sign, getattr(self, name)) for name, (sign, _fits) in _BOUNDS.items())
        return ", ".join(f"{sign} {limit:g}" for sign, limit in limits if limit is not None)


_BOUNDS: Final[Mapping[str, tuple[str, Callable[[float, float], bool]]]] = {
    "ge": ("≥", operator.ge),
    "gt": (">", operator.gt),
    "le": ("≤", operator.le),
    "lt": ("<", operator.lt),
}
"""A limit's sign, and whether a value keeps to it."""


@dataclass(frozen=True)
class Declared:
    """One parameter. default: what it is where nothing is given, as the notebook writes it.

    choices: the only values.  optional: whether None will do.  items: of what a list consists.
    typed: whether the type was declared; where it was only seen in the default, everything else is taken as well.
    make: makes the value the object that its type wants, after all else was checked.
    """

    name: str
    kind: Kind = Kind.ANY
    default: str = ""
    required: bool = False
    help: str = ""
    choices: tuple[Any, ...] = ()
    optional: bool = False
    items: Kind | None = None
    limits: Limits = field(default_factory=Limits)
    typed: bool = True
    make: Callable[[Any], Any] | None = None

    @property
    def shown_type(self) -> str:
        """How help writes the type."""
        if self.choices:
            return "|".join(map(str, self.choices))
        limits = str(self.limits)
        return f"{self.kind.value} ({limits})" if limits else self.kind.value

    def checked(self, value: Any) -> Any:
        """The value as its type. value: of YAML, or a word of a command line.  Raises ValueError with what it takes."""
        try:
            return self._checked(value)
        except ValueError:
            if self.typed:
                raise
            return value

    def _checked(self, value: Any) -> Any:
        if self.choices:
            found = next((each for each in self.choices if each == value or str(each) == value), _NONE)
            if found is _NONE:
                raise ValueError(self.shown_type)
            return found
        if value is None or (self.optional and isinstance(value, str) and value.lower() in ("null", "none")):
            if self.optional or self.kind is Kind.ANY:
                return None
            raise ValueError(self.shown_type)
        try:
            made = _as(self.kind, value)
            if self.items is not None:
                made = [_as(self.items, each) for each in made]
        except (ValueError, TypeError):
            raise ValueError(self.shown_type) from None
        broken = self.limits.broken_by(made)
        if broken:
            raise ValueError(broken)
        return made


_NONE: Final = object()


def check(declared: Sequence[Declared], given: Mapping[str, Any], known: Iterable[str] = ()) -> dict[str, Any]:
    """What is given, each as its type. known: other names that may be given.  Raises UsageError, naming all at once.

    Nothing is said of names where nothing is declared.
    """
    by_name = {each.name: each for each in declared}
    made: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in given.items():
        one = by_name.get(name)
        if one is None:
            if declared and name not in known:
                near = get_close_matches(name, by_name, n=1)
                raise UsageError(
                    f"The notebook has no parameter {name}.",
                    f"Did you mean {near[0]}?" if near else f"It has: {', '.join(by_name)}.",
                )
            made[name] = value
            continue
        try:
            made[name] = one.checked(value)
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    missing = [each.name for each in declared if each.required and each.name not in given]
    if wrong:
        raise UsageError(f"These parameters take something else: {'; '.join(wrong)}.", "Nothing was run.")
    if missing:
        raise UsageError(f"These parameters are missing: {', '.join(missing)}.", "Give each: -p NAME=VALUE")
    return made


def _as(kind: Kind, value: Any) -> Any:
    """A value as a type. Raises ValueError, TypeError."""
    return _MAKE[kind](value)


def _text(value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        raise TypeError
    return value.isoformat() if isinstance(value, date) else str(value)


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return value if isinstance(value, int) else float(value)


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text not in _SWITCHES:
        raise ValueError(text)
    return _SWITCHES[text]


_SWITCHES: Final = {
    **dict.fromkeys(("true", "yes", "on", "1", "$true"), True),
    **dict.fromkeys(("false", "no", "off", "0", "$false"), False),
}


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return datetime.fromisoformat(value.replace("Z", "+00:00"))


def _list(value: Any) -> list[Any]:
    if isinstance(value, str):
        value = _read(value) if value.lstrip().startswith("[") else [one.strip() for one in value.split(",")]
    if isinstance(value, Mapping) or not isinstance(value, Iterable):
        raise TypeError
    return list(value)


def _table(value: Any) -> dict[Any, Any]:
    value = _read(value) if isinstance(value, str) else value
    if not isinstance(value, Mapping):
        raise TypeError
    return dict(value)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        import yaml  # type: ignore[import-untyped]

        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            raise ValueError(text) from None


_MAKE: Final[Mapping[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.SWITCH: _switch,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.LIST: _list,
    Kind.TABLE: _table,
    Kind.ANY: lambda value: value,
}
