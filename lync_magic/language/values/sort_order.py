"""How PowerShell's cmdlets put two values in order, whatever they are: Sort-Object, Group-Object, Get-Unique,
Select-Object -Unique, Compare-Object, Measure-Object (its ObjectCommandComparer).

`$null` comes before all but negative numbers; the right value is made to the left one's type; where that
has no order, their texts are compared. An object that is only its properties has no text.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lync_magic.clixml import MISSING, Char, EnumValue
from lync_magic.language.values.collections import NOTHING, SwitchParameter, is_bare
from lync_magic.language.values.compare import order
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import converting
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import argument_text, compare_as_culture, local_text, to_text
from lync_magic.language.values.types import NetType
from lync_magic.language.values.xml_nodes import XmlNode


def compare_items(left: object, right: object, *, case: bool = False, by_culture: bool = True) -> int:
    """-1, 0 or 1: there is always an order. by_culture: whether a text that becomes a date is read by the cell's."""
    left, right = unspelled(left), unspelled(right)
    left = None if left is NOTHING or left is MISSING else left
    right = None if right is NOTHING or right is MISSING else right
    if left is None or right is None:
        return order(left, right)
    if left is right:
        return 0
    if isinstance(left, bool) and is_bare(right):
        return 0 if left else -1  # an object is true
    try:
        if isinstance(left, EnumValue) and is_enum(left.type_name):
            left, right = _beside(left, right)
        if not (is_bare(left) or is_bare(right) or _are_apart(left, right)):
            if by_culture and isinstance(right, str) and isinstance(left, datetime | timedelta):
                with converting():
                    return order(left, right, case=case)
            return order(left, right, case=case)
    except ScriptError:
        pass
    return compare_as_culture(_own_text(left), _own_text(right), case=case)


def _beside(left: EnumValue, right: object) -> tuple[object, object]:
    """An enumeration's value as a sort holds it against another: by its number where that is one, and a text as what it
    names. Raises ScriptError."""
    if type(right) is str:
        return left, convert(right, NetType(left.type_name))
    if isinstance(right, EnumValue | bool) or as_number(right) is None:
        return left, right
    return left.value, right


def _are_apart(left: object, right: object) -> bool:
    """Whether a sort does not make one value to the other's type, which an operator would do."""
    if isinstance(left, SwitchParameter):
        return True
    if isinstance(left, EnumValue):
        return isinstance(right, bool | Char | SwitchParameter)
    return isinstance(right, SwitchParameter) and not isinstance(left, str | bool)


def _own_text(value: object) -> str:
    """The text that .NET's ToString() gives."""
    if isinstance(value, XmlNode):
        return value.local_name
    return "" if is_bare(value) else value.name if isinstance(value, NetType) else local_text(value)


def incomparable(first: object, second: object, error_suffix: str) -> ScriptError:
    """PowerShell's error for two objects that have no order."""
    message = (
        f'Cannot compare "{argument_text(first)}" to "{argument_text(second)}" because the objects are not the same '
        f'type or the object "{argument_text(first)}" does not implement "IComparable".'
    )
    error_id, exception = f"PSObjectCompareTo,{error_suffix}", "ExtendedTypeSystemException"
    return ScriptError(message, error_id, "NotSpecified", exception=exception)


def whole_text(value: object) -> str:
    """The text of a value as PowerShell itself tells it, with an object's properties."""
    return to_text(value) if is_bare(value) else _own_text(value)
