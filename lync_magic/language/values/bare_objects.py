"""`New-Object System.Object`: an object that is of no other class; what it is given (Add-Member) is all that it has."""

from __future__ import annotations

from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_methods, own_names
from lync_magic.language.values.types import own_types

_KIND: Final = "System.Object"


class BareObject:
    """What is of System.Object alone; another than any other."""

    __slots__ = ()

    def __str__(self) -> str:
        return _KIND


def _same(value: BareObject, arguments: object) -> bool:
    other = arguments[0]  # type: ignore[index]
    return value is (other.base if isinstance(other, PSObject) else other)


own_types[BareObject] = lambda _value: _KIND
own_names[BareObject] = lambda _value: []
own_methods[BareObject] = {"equals": method(1)(_same)}


def bare_object() -> PSObject:
    """A new one, which can be given members."""
    return PSObject({}, (_KIND,), _KIND, BareObject())
