"""Arithmetic: `+ - * / %` and unary plus and minus, by the type of the left operand, as PowerShell's binder chooses.

Rule of this file: what is no number, text or list is handed to the types' own operators (`net_operators`).
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from lync_magic.clixml import Char, EnumValue, ObjectLike, UInt32, UInt64
from lync_magic.language.values.collections import (
    NOTHING,
    Array,
    Enumerator,
    Hashtable,
    Ordered,
    array_like,
    folded_key,
    is_collection,
    items_of,
    pairs,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_number, enum_value
from lync_magic.language.values.failures import (
    ITEM,
    ScriptError,
    must_be,
    need_elements,
    need_room,
    no_cast,
    no_coercion,
    no_operator,
    out_of_range,
)
from lync_magic.language.values.net_operators import NAMES, implicit, is_primitive
from lync_magic.language.values.noted import NotedText
from lync_magic.language.values.number_operations import integers, of_numbers
from lync_magic.language.values.numeric import (
    INTEGERS,
    REALS,
    Number,
    bad_number,
    number_of_text,
    to_bool,
    to_int,
    to_number,
)
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.units import whole

_PLAIN: Final = frozenset({int, str, float, bool, type(None), Decimal, datetime})


def unwrapped(value: object) -> object:
    """What an operator works on: the value inside an object that holds one, `$null` for nothing."""
    if type(value) in _PLAIN:
        return value
    if value is NOTHING:
        return None
    if type(value) is NotedText:
        return str(value)
    if isinstance(value, ObjectLike) and isinstance(
        value.base, str | int | float | Decimal | datetime | timedelta | dict | list
    ):
        return value.base
    return value


def binary(operator: str, left: object, right: object) -> object:
    """`left operator right`. Raises ScriptError in PowerShell's words."""
    kind = type(left)
    if kind is int and type(right) is int:  # nearly all there is in a loop
        return integers(operator, left, right)  # type: ignore[arg-type]
    if right is NOTHING and operator == "+" and is_collection(left):
        return array_like(list(items_of(left)), left)  # what gave no output adds no item, where $null adds itself
    if type(right) is not NotedText or not is_collection(left):  # an item of a list keeps its notes
        right = unwrapped(right)
    left = unwrapped(left)
    if operator == "+":
        return _add(left, right)
    if operator == "*":
        return _multiply(left, right)
    left = 0 if left is None else left
    if is_numeric(left) or is_primitive(left):
        return _with_number(operator, left, right)
    if is_text(left):
        return binary(operator, *without_texts(left, right))
    return implicit(NAMES[operator], operator, left, right)


def is_text(value: object) -> bool:
    """Whether it is a System.String."""
    return isinstance(value, str) and type_of(value) == "System.String"


def is_numeric(value: object) -> bool:
    """Whether it counts as a number: numbers and enumerations, but no truth value and no character."""
    return isinstance(value, int | float | Decimal | EnumValue) and not isinstance(value, bool)


def _add(left: object, right: object) -> object:
    if type(left) is Enumerator:
        left = list(left)
    if type(right) is Enumerator and is_collection(left):
        right = list(right)
    if left is None:
        return unspelled(right)
    if isinstance(left, dict):
        return _merged(left, right)
    if is_numeric(left) or isinstance(left, bool):
        return _with_number("+", left, right)
    if is_text(left) or isinstance(left, Char):
        text = to_text(unspelled(right))
        need_room(len(left) + len(text))  # type: ignore[arg-type]
        return whole(str(left) + text)
    if is_collection(left):
        need_room((len(items_of(left)) + (len(items_of(right)) if is_collection(right) else 1)) * ITEM)
        return array_like([*items_of(left), *(items_of(right) if is_collection(right) else [right])], left, right)
    return implicit(NAMES["+"], "+", left, right)


def _multiply(left: object, right: object) -> object:
    if left is None:
        return None
    if is_numeric(left):
        return _with_number("*", left, right)
    if isinstance(left, str) and is_text(left):
        times = _times(right, "System.Int32")
        need_room(len(left) * times)
        return whole(left * times)
    if is_collection(left):
        times = _times(right, "System.UInt32")
        need_elements(len(items_of(left)) * times)
        made = list(items_of(left)) * times
        return Array(made, left.element) if type(left) is Array else array_like(made, left)
    return implicit(NAMES["*"], "*", left, right)


def _times(right: object, wanted: str) -> int:
    if is_text(right):
        right = text_as_number(right, 0)
    count = convert(0 if right is None else right, NetType(wanted))
    assert isinstance(count, int)
    if count < 0:
        raise out_of_range(must_be("times", count))
    return count


def _with_number(operator: str, left: object, right: object) -> object:
    """An operator whose left operand is a number or primitive."""
    if right is None or isinstance(right, int | float | Decimal | EnumValue | Char):
        return _numeric(operator, left, right)
    if is_text(right):
        return _numeric(operator, left, text_as_number(right, left))
    return implicit(NAMES[operator], operator, left, right)


def text_as_number(value: object, other: object) -> object:
    """A text as an operand beside `other`, by whose type a text that is no number is said to be none."""
    text, kind = to_text(value), type_of(other)
    if not (isinstance(other, EnumValue) or kind in INTEGERS or kind in REALS):
        kind = "System.Int32"
    if "," in text:  # no number of the language, but of a cast
        return convert(text.strip(), NetType(kind))
    found = number_of_text(text)
    real = isinstance(other, float)
    if found is not None and (real or not isinstance(found, float) or math.isfinite(found) or "e" in text.lower()):
        return found
    if isinstance(other, EnumValue):
        return enum_value(kind, text.strip())
    raise bad_number(text.strip(), kind)


def without_texts(left: object, right: object) -> tuple[object, object]:
    """Two operands, a text among them as its number."""
    if is_text(left):
        left, other = text_as_number(left, right), left
        return left, text_as_number(right, other) if is_text(right) else right
    return left, text_as_number(right, left) if is_text(right) else right


def plain_number(value: object) -> Number:
    """The number of a number, a truth value, a character, an enumeration's value or `$null`."""
    if isinstance(value, Char):
        return ord(value)
    return to_number(value)


def _numeric(operator: str, left: object, right: object) -> object:
    if isinstance(left, EnumValue):
        if isinstance(right, EnumValue) and right.type_name != left.type_name:
            right = convert(right, NetType(left.type_name))
        return _on_enum(operator, left, plain_number(right))
    if isinstance(left, bool) and isinstance(right, EnumValue):
        right = to_bool(right)
    if isinstance(left, bool) and isinstance(right, Decimal):
        raise no_coercion("System.Boolean", "System.Decimal")
    return of_numbers(operator, plain_number(left), plain_number(right))


def _on_enum(operator: str, left: EnumValue, right: Number) -> object:
    """An enumeration's value counts as its number and stays of its type."""
    if isinstance(right, Decimal):
        raise no_coercion(left.type_name, "System.Decimal")
    if isinstance(right, float):
        raise no_cast(left.type_name, "System.Double")
    if isinstance(right, UInt32 | UInt64):
        raise no_operator("GreaterThanOrEqual", left.type_name, "System.Int32")
    made = integers(operator, left.value, right)
    kind = type_of(made)
    if kind != "System.Int32":
        raise no_cast(kind, left.type_name)
    return enum_number(left.type_name, to_int(made))


def _merged(left: dict[object, object], right: object) -> object:
    if not isinstance(right, dict):
        message = "A hash table can only be added to another hash table."
        raise ScriptError(message, "AddHashTableToNonHashTable", "InvalidOperation")
    merged = (Ordered if isinstance(left, Ordered) else Hashtable)(pairs(left))
    for key, value in pairs(right):
        if key in merged:
            known = next(one for one in merged if folded_key(one) == folded_key(key))
            message = (
                f"Item has already been added. Key in dictionary: '{net_text(known)}'  Key being added: "
                f"'{net_text(key)}'"
            )
            raise ScriptError(message, "System.ArgumentException", "OperationStopped", exception="ArgumentException")
        merged[key] = value
    return merged


def negate(value: object) -> object:
    """`-value`."""
    return binary("-", 0, value)


def positive(value: object) -> object:
    """`+value`: a number of it."""
    return binary("+", 0, value)
