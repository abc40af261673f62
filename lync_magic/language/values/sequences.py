"""What .NET takes for a sequence of a type: of which lists and sets are made, what is added to them at once; and which
methods of lists a kind of them has.

Rule of this file: a sequence is one by the type it was made with, not by what is in it; `@('a')` is none of texts.
"""

from __future__ import annotations

from typing import Final

from lync_magic.language.values.collections import (
    NOTHING,
    Array,
    ArrayList,
    Collection,
    GenericList,
    entries_of,
    is_collection,
    items_of,
)
from lync_magic.language.values.failures import NotKnownHere, cannot_convert_object, no_overload, null_argument
from lync_magic.language.values.methods import argument_failed
from lync_magic.language.values.net_members import is_surface, net_method
from lync_magic.language.values.shapes import gives
from lync_magic.language.values.text import net_text
from lync_magic.language.values.types import type_of

_SEQUENCE: Final = "System.Collections.Generic.IEnumerable`1"


def items_to_add(value: list[object], given: object, name: str, count: int) -> list[object]:
    """The items of what a list's method of this name adds at once. count: of its arguments. Raises PowerShell's error
    for what is no sequence of the list's type."""
    generic = isinstance(value, GenericList)
    parameter = "collection" if generic else "c"
    if given is None or given is NOTHING:
        null_argument(name, count, parameter)
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


def need_sequence(given: object, element: str, name: str, count: int = 1, *, parameter: str = "") -> None:
    """Raises PowerShell's error for an argument that is no sequence of a type, where .NET has several methods of that
    name. count: of the call's arguments.  parameter: what it calls an argument that may not be missing."""
    if (given is None or given is NOTHING) and parameter:
        null_argument(name, count, parameter)
    if not gives(given, element):
        raise no_overload(name, count)


_LISTS: Final[dict[type, str]] = {
    GenericList: "System.Collections.Generic.List",
    Collection: "System.Collections.ObjectModel.Collection",
}
_OF_MATCHES: Final = "System.Text.RegularExpressions."


def is_another_lists(value: object, folded: str) -> bool:
    """Whether a method of lists is none of this kind's: a queue has no Add, a set no IndexOf."""
    if type(value) in (list, ArrayList) or isinstance(value, Array) or folded == "item":
        return False
    kind = _LISTS.get(type(value)) or type_of(value)
    if net_method(kind, folded):
        return False
    if kind.startswith(_OF_MATCHES):
        raise NotKnownHere(f"the method .{folded}() of [{kind}]")
    return is_surface(kind)
