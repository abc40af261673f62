"""The Python values that CLIXML becomes (MS-PSRP 2.2.5), where Python has no type of its own.

Nil is None; B bool; I32 int, the other integers and Sg their own kinds of int and float (`numbers`); Db float; D
Decimal; S str; BA bytes; G UUID; LST, IE, QUE, STK list (a stack's top first); DCT dict; DT datetime (aware or naive)
and TS timedelta where microseconds hold them exactly, else their subclasses below, which keep the 100 ns.  Rules: a
value is what an analyst would compute with; what PowerShell said about it (type names, extended properties) is on
`PSObject`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from datetime import datetime, timedelta, tzinfo
from enum import Enum
from reprlib import recursive_repr
from threading import local
from typing import Any, Final

from lync_magic.errors import NoSuchNameError

_TICKS_PER_MICROSECOND = 10
_TICKS_PER_SECOND = 10_000_000


class Missing(Enum):
    """The one value that says "there is no value here", where None would be a value."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing.MISSING


class NullType:
    """`$null` as an argument, where None means "not given"."""

    _instance: NullType | None = None

    def __new__(cls) -> NullType:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "Null"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "Null"


Null: Final = NullType()
_OF_LISTS: Final = frozenset(
    ("to_pandas", "to_polars", "to_arrow", "to_csv", "to_json", "to_parquet", "filter", "head")
)
"""What several objects together can."""


class Char(str):
    """A System.Char: one UTF-16 unit, so perhaps half of a pair."""

    __slots__ = ()


class Uri(str):
    """A System.Uri, as it was written."""

    __slots__ = ()


class Version(str):
    """A System.Version, `6.0.9319.235`; compares as numbers."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[int, ...]:
        """Its two to four numbers."""
        return tuple(int(part) for part in self.split("."))

    def __lt__(self, other: str) -> bool:
        return self.parts < other.parts if isinstance(other, Version) else str.__lt__(self, other)

    def __gt__(self, other: str) -> bool:
        return self.parts > other.parts if isinstance(other, Version) else str.__gt__(self, other)

    def __le__(self, other: str) -> bool:
        return self.parts <= other.parts if isinstance(other, Version) else str.__le__(self, other)

    def __ge__(self, other: str) -> bool:
        return self.parts >= other.parts if isinstance(other, Version) else str.__ge__(self, other)


class Xml(str):
    """An XML document as text."""

    __slots__ = ()


class ScriptBlock(str):
    """A script block's text, without its braces."""

    __slots__ = ()


def is_enumeration(type_names: Sequence[str]) -> bool:
    """Whether these are the type names of an enumeration: a server's own, or one that a server handed on."""
    return "System.Enum" in type_names or "Deserialized.System.Enum" in type_names


def plain_type(type_name: str) -> str:
    """A type's name as it was before somebody handed its objects on."""
    return type_name.removeprefix("Deserialized.")


class EnumValue(str):
    """A .NET enumeration's value: its name, equal to that string; `value` is its number, `type_name` its type."""

    __slots__ = ("type_name", "value")
    value: int
    type_name: str

    def __new__(cls, name: str, value: int, type_name: str) -> EnumValue:
        self = super().__new__(cls, name)
        self.value = value
        self.type_name = type_name
        return self

    def __reduce__(self) -> tuple[type[EnumValue], tuple[str, int, str]]:
        return EnumValue, (str(self), self.value, self.type_name)

    def __int__(self) -> int:
        return self.value


class DateTime(datetime):
    """A datetime whose last digit (100 ns) a Python datetime cannot hold.

    `ticks_rest` is that digit, 1 to 9 (0 after arithmetic).
    """

    __slots__ = ("ticks_rest",)
    ticks_rest: int

    def __getattr__(self, name: str) -> int:
        if name == "ticks_rest":  # made by arithmetic, not by `of`
            return 0
        raise AttributeError(name)

    def __eq__(self, other: object) -> bool:
        same = datetime.__eq__(self, other)
        return self.ticks_rest == _rest(other) if same is True else same

    __ne__ = object.__ne__  # by way of __eq__: datetime has one of its own
    __hash__ = datetime.__hash__

    def __lt__(self, other: datetime) -> bool:  # type: ignore[override] # as datetime's own
        return self.ticks_rest < _rest(other) if self._is_near(other) else datetime.__lt__(self, other)

    def __le__(self, other: datetime) -> bool:  # type: ignore[override] # as datetime's own
        return self.ticks_rest <= _rest(other) if self._is_near(other) else datetime.__le__(self, other)

    def __gt__(self, other: datetime) -> bool:  # type: ignore[override] # as datetime's own
        return self.ticks_rest > _rest(other) if self._is_near(other) else datetime.__gt__(self, other)

    def __ge__(self, other: datetime) -> bool:  # type: ignore[override] # as datetime's own
        return self.ticks_rest >= _rest(other) if self._is_near(other) else datetime.__ge__(self, other)

    def _is_near(self, other: object) -> bool:
        """Whether the two differ in their last digits alone."""
        return datetime.__eq__(self, other) is True

    def astimezone(self, tz: tzinfo | None = None) -> DateTime:
        """The same moment in another zone."""
        return DateTime.of(datetime.astimezone(self, tz), self.ticks_rest)

    @classmethod
    def of(cls, moment: datetime, ticks_rest: int) -> DateTime:
        """`moment` and `ticks_rest` times 100 ns."""
        self = cls(
            moment.year,
            moment.month,
            moment.day,
            moment.hour,
            moment.minute,
            moment.second,
            moment.microsecond,
            moment.tzinfo,
            fold=moment.fold,
        )
        self.ticks_rest = ticks_rest
        return self

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        plain = datetime(
            self.year,
            self.month,
            self.day,
            self.hour,
            self.minute,
            self.second,
            self.microsecond,
            self.tzinfo,
            fold=self.fold,
        )
        return DateTime.of, (plain, self.ticks_rest)


def _rest(value: object) -> int:
    return value.ticks_rest if isinstance(value, DateTime) else 0


class TimeSpan(timedelta):
    """A duration that a timedelta's microseconds cannot hold.

    `ticks`: all of it in units of 100 ns, signed.
    """

    __slots__ = ("ticks",)
    ticks: int

    def __eq__(self, other: object) -> bool:
        return self.ticks == ticks_of(other) if isinstance(other, timedelta) else NotImplemented

    __ne__ = object.__ne__
    __hash__ = timedelta.__hash__

    def __lt__(self, other: timedelta) -> bool:
        return self.ticks < ticks_of(other) if isinstance(other, timedelta) else NotImplemented

    def __le__(self, other: timedelta) -> bool:
        return self.ticks <= ticks_of(other) if isinstance(other, timedelta) else NotImplemented

    def __gt__(self, other: timedelta) -> bool:
        return self.ticks > ticks_of(other) if isinstance(other, timedelta) else NotImplemented

    def __ge__(self, other: timedelta) -> bool:
        return self.ticks >= ticks_of(other) if isinstance(other, timedelta) else NotImplemented

    @classmethod
    def of(cls, ticks: int) -> timedelta:
        """A plain timedelta where that is exact, else a TimeSpan."""
        microseconds, rest = divmod(ticks, 10)
        if not rest:
            return timedelta(microseconds=microseconds)
        self = cls(microseconds=microseconds)
        self.ticks = ticks
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return TimeSpan.of, (self.ticks,)


def ticks_of(value: timedelta) -> int:
    """A duration in units of 100 ns, signed and exact."""
    if isinstance(value, TimeSpan):
        return value.ticks
    whole = (value.days * 86_400 + value.seconds) * _TICKS_PER_SECOND
    return whole + value.microseconds * _TICKS_PER_MICROSECOND


class ObjectLike(Mapping[str, Any]):
    """Anything that is an object to PowerShell: a `PSObject`, or a view on columns (`records.Record`).

    As a mapping it is the properties by name, in order; names are case-insensitive.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def type_names(self) -> tuple[str, ...]:
        """.NET type names, most derived first, as they came."""

    @property
    @abstractmethod
    def text(self) -> str | None:
        """Its ToString(), or None."""

    @property
    @abstractmethod
    def base(self) -> Any:
        """The plain value inside, `MISSING` when it is properties alone."""


_comparing = local()


class PSObject(ObjectLike):
    """An object with properties, or a value that carries more than itself.

    type_names: most derived first, as they came (`Deserialized.…`).  properties: by name, in order.
    base: the plain value inside (`MISSING` when it is properties alone).  text: its ToString(), or None.
    holds_more: False when all properties are known to be primitives or nulls.  worked_out: where it was set, the names
    of properties that a script block worked out, whose values are objects themselves.
    As a mapping, and as attributes, names are case-insensitive as in PowerShell.
    """

    __slots__ = ("__weakref__", "base", "holds_more", "properties", "text", "type_names", "worked_out")
    type_names: tuple[str, ...]
    worked_out: frozenset[str]
    text: str | None
    base: Any

    def __init__(
        self,
        properties: dict[str, Any],
        type_names: tuple[str, ...] = (),
        text: str | None = None,
        base: Any = MISSING,
    ) -> None:
        self.properties = properties
        self.type_names = type_names
        self.text = text
        self.base = base
        self.holds_more = True

    def __getitem__(self, name: str) -> Any:
        found = self.properties.get(name, MISSING)
        if found is not MISSING:
            return found
        folded = name.lower()
        for key in self.properties:
            if key.lower() == folded:
                return self.properties[key]
        raise KeyError(name)

    def __getattr__(self, name: str) -> Any:
        """A property, as of a `Record`: `found.DisplayName`; the class's own names come first."""
        if name.startswith("_") or name in PSObject.__slots__:
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            many = " It is one object: @($x) in the cell makes a list of it." if name in _OF_LISTS else ""
            raise NoSuchNameError(
                f"This object has no property {name!r}. It has {', '.join(self.properties)}.{many}"
            ) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.properties]

    def keys(self) -> KeysView[str]:
        return self.properties.keys()

    def values(self) -> ValuesView[Any]:
        return self.properties.values()

    def items(self) -> ItemsView[str, Any]:
        return self.properties.items()

    def __iter__(self) -> Iterator[str]:
        return iter(self.properties)

    def __len__(self) -> int:
        return len(self.properties)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PSObject):
            return NotImplemented
        if self is other:
            return True
        # Objects may hold themselves (System.Type does): a pair being compared further up counts as equal.
        pairs: set[tuple[int, int]] = _comparing.__dict__.setdefault("pairs", set())
        pair = (id(self), id(other))
        if pair in pairs:
            return True
        pairs.add(pair)
        try:
            return (self.type_names, self.text, self.base, self.properties) == (
                other.type_names,
                other.text,
                other.base,
                other.properties,
            )
        finally:
            pairs.discard(pair)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.text if self.text is not None else repr(self)

    @recursive_repr("...")
    def __repr__(self) -> str:
        inner = "; ".join(f"{name}={value!r}" for name, value in self.properties.items())
        return f"@{{{inner}}}"


class Page(PSObject):
    """An object that a console shows as a page of text of its own, whatever its properties are: a help."""

    @property
    def page(self) -> str:
        """That text."""
        raise NotImplementedError

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.page}


class Undecoded:
    """An object that could not be read. raw: its CLIXML text.  reason: why, in one line."""

    __slots__ = ("raw", "reason")

    def __init__(self, raw: str, reason: str) -> None:
        self.raw = raw
        self.reason = reason

    @classmethod
    def of(cls, raw: bytes | str, reason: str) -> Undecoded:
        """What stands for an object that came as `raw`, in UTF-8 where bytes."""
        return cls(raw if isinstance(raw, str) else raw.decode("utf-8", "replace"), reason)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undecoded) and other.raw == self.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"<undecoded object, {len(self.raw)} characters: {self.reason}>"
