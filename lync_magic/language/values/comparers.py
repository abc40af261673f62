"""`[StringComparer]`: which texts a set or a dictionary takes for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.collections import Dictionary
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import compare_as_culture, plain_form, to_text
from lync_magic.language.values.text_methods import upper
from lync_magic.language.values.types import own_types
from lync_magic.language.values.units import units

_KIND: Final = "System.StringComparer"


def _ordinal_upper(text: str) -> str:
    """Upper case as an ordinal comparison has it: no letter becomes one of ASCII."""
    if text.isascii():
        return text.upper()
    return "".join(char if not char.isascii() and up.isascii() else up for char in text for up in (upper(char),))


class Comparer:
    """One of .NET's comparers of texts. name: that of its static property."""

    __slots__ = ("_form", "name")

    def __init__(self, name: str, form: Callable[[str], str]) -> None:
        self.name = name
        self._form = form

    def key(self, value: object) -> object:
        """What texts that are one have in common; another value is itself."""
        return self._form(str(value)) if isinstance(value, str) else value

    @property
    def type_name(self) -> str:
        """Its .NET type."""
        if self.name.startswith("Ordinal"):
            return f"System.Ordinal{'IgnoreCase' if self.name.endswith('IgnoreCase') else 'CaseSensitive'}Comparer"
        return "System.CultureAwareComparer"

    def __str__(self) -> str:
        return self.type_name

    def __reduce__(self) -> tuple[Callable[[str], Comparer], tuple[str]]:
        return comparer, (self.name,)


_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "Ordinal": str,
    "OrdinalIgnoreCase": _ordinal_upper,
    **{
        f"{culture}Culture{ending}": partial(plain_form, case=not ending)
        for culture in ("Current", "Invariant")
        for ending in ("", "IgnoreCase")
    },
}


def comparer(name: str) -> Comparer:
    """The comparer of a name."""
    return Comparer(name, _FORMS[name])


class ByName(Dictionary):
    """A dictionary by texts in any case. value: the full name of its values' type."""

    __slots__ = ()

    def __init__(self, items: Iterable[tuple[object, object]] = (), value: str = "System.Object") -> None:
        super().__init__(items, "System.String", value, comparer("OrdinalIgnoreCase"))


class BoundParameters(ByName):
    """`$PSBoundParameters`: what a call gave, by the parameters' names."""

    __slots__ = ()

    @property
    def type_name(self) -> str:
        """Its .NET type."""
        return "System.Management.Automation.PSBoundParametersDictionary"


def _equals(value: Comparer, arguments: Sequence[object]) -> object:
    if not all(isinstance(one, str) for one in arguments):
        raise NotKnownHere("[StringComparer] on what is no text")
    return value.key(arguments[0]) == value.key(arguments[1])


def _compared(value: Comparer, arguments: Sequence[object]) -> object:
    """`.Compare($a, $b)`: by their numbers, or as a culture orders them."""
    first, second = arguments
    if not all(one is None or type(one) is str for one in arguments) or value.name.startswith("Invariant"):
        raise NotKnownHere("[StringComparer].Compare of such values")
    if first is None or second is None:
        return (first is not None) - (second is not None)
    if value.name.startswith("Current"):
        return compare_as_culture(to_text(first), to_text(second), case=not value.name.endswith("IgnoreCase"))
    left, right = (units(str(value.key(one))) for one in arguments)
    other = next((ord(a) - ord(b) for a, b in zip(left, right) if a != b), None)  # noqa: B905
    return len(left) - len(right) if other is None else other


def _from_comparison(_none: None, arguments: Sequence[object]) -> object:
    return comparer(to_text(enum_value("System.StringComparison", arguments[0])))


own_types[Comparer] = lambda value: value.type_name if isinstance(value, Comparer) else _KIND
own_properties[Comparer] = lambda value, folded: MISSING
own_methods[Comparer] = {"equals": method(2)(_equals), "compare": method(2)(_compared)}
own_statics[_KIND] = (
    {"fromcomparison": method(1)(_from_comparison)},
    {name.lower(): partial(comparer, name) for name in _FORMS},
)
