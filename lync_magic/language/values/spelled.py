"""Numbers that have a text of their own: a command's argument as it was written (`f 1.50`, `f 0x10`, `f 007`), and an
enumeration's value that came over the wire.

Rules: such a number computes and compares as the number it is; where it becomes a text by itself (`[string]`, `-join`,
`-like`, `-f`, a table's cell) that is its own. PowerShell wraps it so (PSObject's TokenText and ToString), and unwraps
it in a text's `$x`, behind a `+`, in a method's argument and in a cast to a number. A real number that a pipeline gave
to a command, or that a cmdlet gave, is wrapped without a text: by itself it has as many digits as in a string.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Final

from lync_magic.clixml import INT32, EnumValue, Int64, Single


class Spelled:
    """What all of them have. spelling: its text; bare: the class of the number alone."""

    __slots__ = ()
    spelling: str
    bare: ClassVar[type[Any]]


class _Int32(Spelled, int):
    bare = int


class _Int64(Spelled, Int64):
    bare = Int64


class _Double(Spelled, float):
    bare = float


class _Decimal(Spelled, Decimal):
    bare = Decimal


class RemoteEnum(Spelled, int):
    """An enumeration's value as it comes over the wire: an Int32 with its name. origin: what Python has."""

    bare = int
    origin: EnumValue


class GivenReal:
    """A real number that a pipeline, a cmdlet or a property that is worked out gave. bare: the class of it alone."""

    __slots__ = ()
    bare: ClassVar[type[Any]]


class _GivenDouble(GivenReal, float):
    bare = float


class _GivenSingle(GivenReal, Single):
    bare = Single


REALS: Final = frozenset({float, Single})
"""The numbers that are wrapped so."""


def given(value: object) -> object:
    """A value as it comes out of a pipeline, a cmdlet or a calculated property's block."""
    return _GivenDouble(value) if type(value) is float else _GivenSingle(value) if type(value) is Single else value


_OF: dict[type, type[Any]] = {int: _Int32, Int64: _Int64, float: _Double, Decimal: _Decimal}


def spelled(value: object, text: str) -> object:
    """A number of a cell's text with its spelling; any other value as it is."""
    kind: Any = _OF.get(type(value))
    if kind is None:
        return value
    made: Any = kind(value)
    if kind is _Int32 and not INT32[0] <= made <= INT32[1]:
        made = _Int64(made)
    made.spelling = text
    return made


def remote_enum(value: EnumValue) -> RemoteEnum:
    """What a cell sees of an enumeration's value from elsewhere."""
    made = RemoteEnum(value.value)
    made.origin, made.spelling = value, str.__str__(value)
    return made


def unspelled(value: object) -> object:
    """A value without its spelling."""
    return value.bare(value) if isinstance(value, Spelled | GivenReal) else value
