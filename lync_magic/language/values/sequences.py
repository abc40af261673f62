"""What .NET takes for a sequence of a type: of which lists and sets are made, and what is added to them at once.

Rule of this file: a sequence is one by the type it was made with, not by what is in it; `@('a')` is none of texts.
"""

from __future__ import annotations

import re
from typing import Final

from lync_magic.clixml import EnumValue
from lync_magic.language.values.collections import (
    CUSTOM_OBJECT,
    NOTHING,
    GenericList,
    entries_of,
    is_collection,
    items_of,
)
from lync_magic.language.values.failures import call_failed, cannot_convert_object, no_overload
from lync_magic.language.values.methods import argument_failed
from lync_magic.language.values.numeric import INTEGERS, REALS
from lync_magic.language.values.text import net_text
from lync_magic.language.values.types import type_of

_VALUES: Final = frozenset((*INTEGERS, *REALS, "System.Boolean", "System.Char", "System.DateTime", "System.TimeSpan"))
_OBJECT: Final = "System.Management.Automation.PSObject"
_SEQUENCE: Final = "System.Collections.Generic.IEnumerable`1"


def gives(value: object, element: str) -> bool:
    """Whether a value is an IEnumerable[T]. element: the full name of T."""
    name = type_of(value)
    found = re.search(r"^System\.Collections\.(?:Generic|ObjectModel)\.(?:List|HashSet|Collection)`1\[(.+)\]$", name)
    held = name.removesuffix("[]") if name.endswith("[]") else found.group(1) if found is not None else ""
    if element == "System.Object":
        first = next(iter(items_of(value)), None) if held else None
        return bool(held) and held not in _VALUES and not (held != element and isinstance(first, EnumValue))
    return _plain(held) == _plain(element)


def _plain(name: str) -> str:
    return _OBJECT if name == CUSTOM_OBJECT[0] else name


def items_to_add(value: list[object], given: object, name: str, count: int) -> list[object]:
    """The items of what a list's method of this name adds at once. count: of its arguments. Raises PowerShell's error
    for what is no sequence of the list's type."""
    generic = isinstance(value, GenericList)
    parameter = "collection" if generic else "c"
    if given is None or given is NOTHING:
        call_failed(name, count, f"Value cannot be null. (Parameter '{parameter}')", "ArgumentNullException")
    if isinstance(value, GenericList):
        kind, fits = f"{_SEQUENCE}[{value.element}]", gives(given, value.element)
    else:
        kind = "System.Collections.ICollection"
        fits = isinstance(given, dict) or (is_collection(given) and "HashSet`1" not in type_of(given))
    if fits:
        return list(entries_of(given) if isinstance(given, dict) else items_of(given))
    raise argument_failed(
        parameter, given, name, kind, cannot_convert_object(net_text(given), type_of(given), kind, "")
    )


def need_sequence(given: object, element: str, name: str, parameter: str = "") -> None:
    """Raises PowerShell's error for an argument that is no sequence of a type, where .NET has several methods of that
    name. parameter: what it calls an argument that may not be missing."""
    if (given is None or given is NOTHING) and parameter:
        call_failed(name, 1, f"Value cannot be null. (Parameter '{parameter}')", "ArgumentNullException")
    if not gives(given, element):
        raise no_overload(name, 1)
