"""What .NET makes no value of a type of, and what PowerShell says then.

Rules: it is asked before a conversion is tried. A truth value, a character, a date and an enumeration's value are
`IConvertible`, with a message of their own; a hashtable would set the new object's properties; a custom object would
be given to its constructor; all else is refused in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Final

from lync_magic.clixml import MISSING, Char, EnumValue, ObjectLike, Uri, Version
from lync_magic.language.values.collections import CUSTOM_OBJECT, is_collection
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert, cannot_convert_object
from lync_magic.language.values.full_names import qualified
from lync_magic.language.values.net_members import net_name, net_property
from lync_magic.language.values.numeric import INTEGERS, REALS
from lync_magic.language.values.text import argument_text, net_text, to_text
from lync_magic.language.values.types import DICTIONARY, GENERIC_LIST, NetType, named_type_of, type_of

_CODED: Final = frozenset({*INTEGERS, *REALS, "System.Char", "System.DateTime"})
"""Types that .NET's Convert knows: in its messages they go by their short names."""
MADE: Final = frozenset(
    {
        "System.DateTime", "System.TimeSpan", "System.Guid", "System.Version", "System.Decimal",
        "System.Management.Automation.SwitchParameter", "System.Security.SecureString",
    }
)  # fmt: skip
"""Types that a hashtable would make an object of, and a custom object too."""
SIZED: Final = frozenset({"System.Collections.Hashtable", "System.Collections.ArrayList"})
"""Types with a constructor that takes a size, so that a character makes an empty one."""
_NUMBERS: Final = frozenset({*INTEGERS, *REALS})
_VALUE_TYPES: Final = frozenset(
    {*_CODED, "System.Boolean", "System.TimeSpan", "System.Guid", "System.Management.Automation.SwitchParameter"}
)
_SEQUENCES: Final = re.compile(
    r"System\.Collections\.(?:Generic|ObjectModel)\.(?:List|HashSet|SortedSet|Collection)`1\[(.+)\]"
)
_OBJECT: Final = "System.Management.Automation.PSObject"


def is_value_type(name: str) -> bool:
    """Whether a type's values are no references."""
    return name in _VALUE_TYPES or is_enum(name)


def gives(value: object, element: str) -> bool:
    """Whether .NET takes a value for an IEnumerable[T]: by the type it was made with, not by what is in it, and not as
    objects where that is a type of plain values. element: the full name of T."""
    name = type_of(value)
    found = _SEQUENCES.fullmatch(name)
    held = name.removesuffix("[]") if name.endswith("[]") else found[1] if found is not None else ""
    if element == "System.Object":
        return bool(held) and not is_value_type(held)
    return held.replace(*_SAME) == element.replace(*_SAME)


_SAME: Final = (CUSTOM_OBJECT[0], _OBJECT)
"""Two names of one type."""


own_ways: Final[dict[type, str]] = {}
"""Classes of the evaluator's own values and the type that they become by their text."""


def refuse_shape(value: object, name: str) -> None:
    """Raises ScriptError, in PowerShell's words, for a value that never becomes a `name`."""
    if type_of(value) == name or (name == "System.Type" and isinstance(value, NetType)):
        return
    if own_ways.get(type(value)) == name:
        return
    if isinstance(value, bool | Char | datetime | EnumValue):
        if not _TAKES[_kind_of(value)](name):
            raise _invalid_cast(value, name)
    elif isinstance(value, dict):
        _refuse_table(value, name)
    elif isinstance(value, ObjectLike) and value.base is MISSING and value.text is None:
        _refuse_object(value, name)
    elif is_collection(value):
        if (name, type_of(value)) in (("System.Decimal", "System.Int32[]"), ("System.Guid", "System.Byte[]")):
            return
        if not is_enum(name) and name != "System.Collections.ArrayList" and not name.startswith(GENERIC_LIST):
            raise final(value, name)
    elif not name.startswith(GENERIC_LIST) and (
        not isinstance(value, str | int | float | Decimal)
        or isinstance(value, Uri | Version)
        or (name in _UNNUMBERED and not isinstance(value, str))
    ):
        raise final(value, name)


_UNNUMBERED: Final = frozenset(
    {
        "System.Collections.Hashtable", "System.Collections.ArrayList", "System.Management.Automation.ScriptBlock",
        "System.Management.Automation.SwitchParameter",
    }
)  # fmt: skip


def final(value: object, name: str) -> ScriptError:
    """The error for a value of a type that has no way to `name`."""
    if type_of(value) == "System.DBNull":
        why = f"Invalid cast from 'System.DBNull' to '{qualified(name)}'."
        if name in _CODED:
            why = "Object cannot be cast from DBNull to other types."
        return cannot_convert("", name, why, "InvalidCastIConvertible")
    return cannot_convert_object(net_text(value), named_type_of(value), name, "ConvertToFinalInvalidCastException")


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    return "enum" if isinstance(value, EnumValue) else "char" if isinstance(value, Char) else "date"


_TICKS: Final = frozenset({"System.TimeSpan", "System.DateTime"})
_SWITCH: Final = "System.Management.Automation.SwitchParameter"
_TAKES: Final[dict[str, Callable[[str], bool]]] = {
    "bool": lambda name: name in _NUMBERS or name == _SWITCH,
    "char": lambda name: name in _NUMBERS or name in _TICKS or name in SIZED or name.startswith(GENERIC_LIST),
    "enum": lambda name: (
        name in _NUMBERS or name in _TICKS or name in SIZED or is_enum(name) or name == "System.Char"
        or name.startswith(GENERIC_LIST)
    ),
    "date": lambda name: False,
}  # fmt: skip


def _invalid_cast(value: object, name: str) -> ScriptError:
    """The error of IConvertible."""
    kind = type_of(value)
    wanted = qualified(name)
    if name in _CODED:
        wanted = name.rpartition(".")[2]
        kind = kind.rpartition(".")[2] if not isinstance(value, EnumValue) else kind
    why = f"Invalid cast from '{kind}' to '{wanted}'."
    return cannot_convert(argument_text(value), name, why, "InvalidCastIConvertible")


_WORKED_OUT: Final = {"System.Guid": "Guid", "System.DateTime": "DateTime"}
"""The property that PowerShell adds to a type."""
_NOTHING_SETTABLE: Final = "There is no settable property available."


def _refuse_table(value: dict[object, object], name: str) -> None:
    if name in ("System.Collections.ArrayList", "System.Collections.Hashtable"):
        return
    if name not in MADE and not is_enum(name) and not name.startswith((GENERIC_LIST, DICTIONARY)):
        raise final(value, name)
    if not value:
        raise NotKnownHere(f"a [{NetType(name).short}] of an empty hashtable")
    settable = _NOTHING_SETTABLE
    if is_enum(name):
        settable = "The settable properties are: [value__ <System.Int32>]."
    elif name.startswith(GENERIC_LIST):
        settable = "The settable properties are: [Capacity <System.Int32>]."
    first = to_text(next(iter(value)))
    added = _WORKED_OUT.get(name, "")
    if added and first.lower() == added.lower():
        raise _not_made(name, f'Set accessor for property "{added}" is unavailable.')
    if is_enum(name) and first.lower() == "value__":
        raise NotKnownHere(f"a [{NetType(name).short}] of a hashtable")
    if first.lower() != "capacity" and net_property(name, first):
        raise _not_made(name, f'"{net_name(name, first)}" is a ReadOnly property.')
    raise without_property(value, name, settable)


def without_property(value: dict[object, object], name: str, settable: str = _NOTHING_SETTABLE) -> ScriptError:
    """The error of a table whose first key is no property of the type that it is to be."""
    first = to_text(next(iter(value)))
    return _not_made(name, f"The property '{first}' was not found for the '{qualified(name)}' object. {settable}")


def _not_made(name: str, why: str) -> ScriptError:
    message = f'Cannot create object of type "{name}". {why}'
    return ScriptError(message, "ObjectCreationError", "InvalidArgument", inner="PSInvalidCastException")


def _refuse_object(value: ObjectLike, name: str) -> None:
    if name.startswith(GENERIC_LIST):
        return
    why = final(value, name)
    if name in MADE and any(net_property(name, key.lower()) for key in value):
        raise NotKnownHere(f"a [{NetType(name).short}] of an object with its properties")
    if name in MADE or is_enum(name) or name in SIZED:
        raise cannot_convert(argument_text(value), name, why.message, "InvalidCastConstructorException")
    raise why


def refuse_array(value: object, element: str) -> None:
    """Raises ScriptError for a single value whose type has no way to the elements of an array."""
    try:
        refuse_shape(value, element)
    except ScriptError as bad:
        array = f"{element}[]"
        if bad.error_id == "ConvertToFinalInvalidCastException":
            raise final(value, array) from None
        if bad.error_id == "InvalidCastIConvertible":
            raise (final if type_of(value) == "System.DBNull" else _invalid_cast)(value, array) from None
        raise
