"""Set-StrictMode: what is nothing without it is an error.

Versions: 1, variables that were never set; 2, properties that are not there; 3 (Latest), places outside of a list too.
Rule of this file: a scope's version holds in the scopes within it; looking costs nothing where there is none.
"""

from __future__ import annotations

from typing import Final, NoReturn

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import (
    NOTHING,
    ArrayList,
    Collection,
    KeyCollection,
    Ordered,
    is_collection,
    items_of,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import OUTSIDE, NotKnownHere, ScriptError, out_of_range
from lync_magic.language.values.members import named_items
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.scripted import scripts_of
from lync_magic.language.values.types import NetType

VARIABLES: Final = 1
PROPERTIES: Final = 2
PLACES: Final = 3


def unset(name: str) -> ScriptError:
    """The error for a variable that was never set."""
    message = f"The variable '${name}' cannot be retrieved because it has not been set."
    return ScriptError(message, "VariableIsUndefined", "InvalidOperation", target=name)


def need_member(value: object, name: str) -> None:
    """Raises ScriptError where a value has no property of that name."""
    if is_collection(value) and get_property(value, name) is MISSING and not _of_collection(value, name):
        items = items_of(value)
        if not len(items):
            missing(name, "InvalidOperation", "RuntimeException")
        for item in items:
            need_member(item, name)
        return
    if not has_member(value, name):
        missing(name, "NotSpecified", "PropertyNotFoundException")


def missing(name: str, category: str, exception: str) -> NoReturn:
    """Raises the error for a property that is not there."""
    message = f"The property '{name}' cannot be found on this object. Verify that the property exists."
    raise ScriptError(message, "PropertyNotFoundStrict", category, exception=exception)


def _of_collection(value: object, name: str) -> bool:
    return isinstance(value, ArrayList | Collection) and name.lower() in ("capacity", "syncroot")


def has_member(value: object, name: str) -> bool:
    """Whether a single value has a property of that name."""
    if value is None or value is NOTHING:
        return False
    folded = name.lower()
    if any(one.lower() == folded for one in scripts_of(value)):  # nothing is worked out once more
        return True
    if get_property(value, name) is not MISSING:
        return True
    own = isinstance(value, ObjectLike) and value.base is MISSING
    return folded in ("psobject", "pstypenames") or (own and folded in ("count", "length"))


def need_place(value: object, place: object) -> None:
    """Raises ScriptError where a list has no such place, or not all of several."""
    if type(value) in named_items and not is_collection(place):
        return
    if isinstance(value, KeyCollection) and type(place) is int and place < 0:
        raise NotKnownHere("a place from the end of a table's keys or values, where the scope is strict")
    if isinstance(value, Ordered):
        size = len(value)
    elif is_collection(value) or isinstance(value, str):
        size = len(items_of(value)) if is_collection(value) else len(str(value))
    else:
        return
    for one in items_of(place) if is_collection(place) else (place,):
        _need_one(value, size, one)


def _need_one(value: object, size: int, place: object) -> None:
    if isinstance(place, str) and not isinstance(value, Ordered):
        place = convert(place, NetType("System.Int32"))
    if not isinstance(place, int | float) or isinstance(place, bool) or place != place:
        return
    number = round(place)
    if -size <= number < size:
        return
    if isinstance(value, ArrayList | Ordered):
        raise out_of_range(OUTSIDE)
    message, kind = "Index was outside the bounds of the array.", "IndexOutOfRangeException"
    raise ScriptError(message, f"System.{kind}", "OperationStopped", exception=kind)


def refuse_as_method(call: s.CommandCall, scope: Scope) -> None:
    """Raises ScriptError for `f(1, 2)`, which gives a function one list."""
    told = call.elements[0] if len(call.elements) == 1 else None
    if scope.strict < PROPERTIES or not isinstance(told, e.Paren) or told.extent.start != call.name.extent.end:
        return
    if isinstance(alone_in(told.statement), e.ArrayLiteral):
        message = (
            "The function or command was called as if it were a method. Parameters should be separated by spaces. For "
            "information about parameters, see the about_Parameters Help topic."
        )
        raise ScriptError(message, "StrictModeFunctionCallWithParens", "InvalidOperation")


def strict_member(value: object, name: str, found: object, scope: Scope) -> object:
    """A property that was read, where the scope is strict about those that are not there."""
    if scope.strict >= PROPERTIES and (found is None or is_collection(value) or name.lower() in ("count", "length")):
        need_member(value, name)
    return found
