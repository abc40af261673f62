"""Comparison: `-eq … -le`, `-like`, `-match`, `-contains`, `-in`, by the type of the left operand; and the order of
sorting.

On a collection to the left, a comparison gives the items for which it holds.
"""

from __future__ import annotations

import operator as operator_of
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import Char, EnumValue, ObjectLike, UInt32, UInt64, Uri, Version
from lync_magic.language.values.collections import (
    NOTHING,
    Enumerator,
    SwitchParameter,
    array_like,
    is_collection,
    items_of,
)
from lync_magic.language.values.convert import convert, more_converters
from lync_magic.language.values.culture import CultureValue
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    cannot_convert,
    cannot_convert_object,
    no_coercion,
    no_operator,
)
from lync_magic.language.values.noted import TEXTS, NotedText
from lync_magic.language.values.number_operations import alike
from lync_magic.language.values.numeric import Number, as_number, number_of_text, to_bool, to_number
from lync_magic.language.values.spelled import Spelled, unspelled
from lync_magic.language.values.text import compare_text, item_text, local_text, net_text, same_text, to_text
from lync_magic.language.values.types import NetType, named_type_of, own_types, type_of
from lync_magic.language.values.uris import uri_key
from lync_magic.records import Record

_ORDER: Final[dict[str, Callable[[int], bool]]] = {
    "gt": lambda order: order > 0,
    "ge": lambda order: order >= 0,
    "lt": lambda order: order < 0,
    "le": lambda order: order <= 0,
}
_TYPED: Final[tuple[tuple[type, str], ...]] = (
    (datetime, "System.DateTime"),
    (timedelta, "System.TimeSpan"),
    (UUID, "System.Guid"),
    (Version, "System.Version"),
    (CultureValue, "System.Globalization.CultureInfo"),
)
PLAIN_COMPARISONS: Final[dict[str, Callable[[int, int], bool]]] = {
    "eq": operator_of.eq, "ne": operator_of.ne, "gt": operator_of.gt, "lt": operator_of.lt, "ge": operator_of.ge,
    "le": operator_of.le,
}  # fmt: skip
"""Of two plain whole numbers."""
COMPARISONS: Final = ("eq", "ne", *_ORDER)


_PLAIN: Final = frozenset({int, str, float, bool, type(None), Decimal, datetime, Char})


def _unwrapped(value: object) -> object:
    if type(value) in _PLAIN:
        return value
    if value is NOTHING:
        return None
    if isinstance(value, Spelled):
        return unspelled(value)
    if type(value) is NotedText:
        return str(value)
    while isinstance(value, ObjectLike) and not isinstance(value.base, ObjectLike):
        if isinstance(value.base, str | int | float | Decimal | datetime | timedelta | UUID):
            return value.base
        break
    return value


def compare(operator: str, left: object, right: object, *, case: bool = False) -> object:
    """`left -operator right`: a truth value, or the matching items of a collection."""
    if type(left) is int and type(right) is int:
        return PLAIN_COMPARISONS[operator](left, right)
    if is_collection(left) and not isinstance(left, str):
        return array_like([item for item in items_of(left) if scalar(operator, item, right, case=case)], left)
    if type(left) is Enumerator:
        return compare(operator, list(left), right, case=case)
    return scalar(operator, left, right, case=case)


def scalar(operator: str, left: object, right: object, *, case: bool = False) -> bool:
    """The comparison of two single values."""
    if operator == "eq":
        return equal(left, right, case=case)
    if operator != "ne" and (left is None or right is None or left is NOTHING or right is NOTHING):
        _refuse_null(operator, left, right)
    if operator == "ne":
        return not equal(left, right, case=case)
    made = order(left, right, case=case)
    return _ORDER[operator](made) and not (_is_nan(left) or (_is_nan(right) and not isinstance(left, bool)))


def _is_nan(value: object) -> bool:
    """Whether it is [double]::NaN: no operator finds it above or below another, though a sort puts it first."""
    return isinstance(value, float) and value != value


def _refuse_null(operator: str, left: object, right: object) -> None:
    """Raises ScriptError for the order of `$null` and what has none with it: an enumeration's value, a list's list."""
    left = None if left is NOTHING else left
    other = right if left is None else left
    if other is left and is_collection(left):
        raise _not_comparable(left)
    if isinstance(other, EnumValue):
        below = (operator in ("gt", "ge")) == (left is None)
        raise no_operator("LessThan" if below else "GreaterThanOrEqual", other.type_name, other.type_name)


def _enum_number(kind: str, value: object) -> None:
    """Raises ScriptError for a number that .NET's expressions cannot hold against an enumeration's value."""
    if isinstance(value, Decimal):
        raise no_coercion(kind, "System.Decimal")
    if isinstance(value, UInt32 | UInt64):
        raise no_operator("GreaterThanOrEqual", kind, "System.Int32")


def equal(left: object, right: object, *, case: bool = False) -> bool:
    """`left -eq right`; the right operand is converted to the left one's type, and unequal where it cannot be."""
    kind = type(left)
    if kind is int and type(right) is int:
        return left == right
    if kind in TEXTS and type(right) in TEXTS:  # nearly all there is
        return same_text(left, right, case=case)  # type: ignore[arg-type]
    left, right = _unwrapped(left), _unwrapped(right)
    if left is None or right is None:
        return left is right
    if isinstance(left, bool):
        return left == to_bool(right)
    if isinstance(left, EnumValue):
        return _equal_enum(left, right)
    if isinstance(left, Char):
        return _equal_char(left, right, case=case)
    for typed, name in _TYPED:
        if isinstance(left, typed):
            try:
                return _pair_equal(left, convert(right, NetType(name)))
            except ScriptError:
                return False
    if type(left) is Uri:
        return uri_key(left) == uri_key(right if type(right) is Uri else Uri(to_text(right)))
    if isinstance(left, str):
        return same_text(left, to_text(right), case=case)
    number = as_number(left)
    if number is not None:
        other = (
            ord(right) if isinstance(right, Char) else number_of_text(right) if type(right) is str else as_number(right)
        )
        if other is None:
            return False
        number, other = alike(number, other)
        return number == other
    if left is right:
        return True
    if isinstance(left, SwitchParameter) and isinstance(right, bool | SwitchParameter):
        return left.on == to_bool(right)
    if isinstance(left, ObjectLike):
        return same_object(left, right)
    if isinstance(left, NetType):
        return isinstance(right, NetType) and left == right
    if type(left) in own_types and type(left) is not type(right):
        converter = more_converters.get(type_of(left))
        try:
            right = right if converter is None else converter(right)
        except ScriptError:
            return False
    return not isinstance(left, dict | list) and type(left) is type(right) and bool(left == right)


def same_object(left: ObjectLike, right: object) -> bool:
    """Whether two are one object: not whether they say the same."""
    if isinstance(left, Record) and isinstance(right, Record):
        (table, row), (other, place) = left.place, right.place
        return table is other and row == place
    return left is right


def _equal_char(left: Char, right: object, *, case: bool) -> bool:
    if isinstance(right, str) and not isinstance(right, EnumValue):
        return len(right) == 1 and same_text(left, right, case=case)
    number = as_number(right)
    return isinstance(number, int) and not isinstance(right, bool) and number == ord(left)


def _pair_equal(left: object, right: object) -> bool:
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _moment(left) == _moment(right)
    if isinstance(left, Version) and isinstance(right, Version):
        return left.parts == right.parts
    return bool(left == right)


def _moment(value: datetime) -> tuple[datetime, int]:
    """A time as the clock shows it: .NET compares the clock's reading, whatever the zone."""
    return value.replace(tzinfo=None), getattr(value, "ticks_rest", 0)


def _equal_enum(left: EnumValue, right: object) -> bool:
    if isinstance(right, Char):
        return ord(right) == left.value
    if _names(right):
        right = number if (number := _number_named(right)) is not None else right
    if _names(right) and not is_enum(left.type_name):  # the server's, of which the other names are not known
        return same_text(left, to_text(right).strip(), case=False)
    if _names(right) or (is_collection(right) and is_enum(left.type_name)):
        try:
            right = convert(right, NetType(left.type_name))
        except ScriptError:
            return False
    _enum_number(left.type_name, right)
    number = as_number(right)
    return number is not None and number == left.value


def _names(value: object) -> bool:
    """Whether it may name an enumeration's value: a text that is none itself."""
    return isinstance(value, str) and not isinstance(value, EnumValue | Char | Uri | Version)


def _number_named(text: object) -> Number | None:
    """The number that such a text is; with a comma it is names."""
    return None if "," in to_text(text) else number_of_text(to_text(text))


own_orders: Final[dict[type, Callable[[Any, object], int]]] = {}
"""How values of a class of ours are put in order; `clocks` puts its own in."""


def order(left: object, right: object, *, case: bool = False) -> int:
    """-1, 0 or 1. Raises ScriptError where the two have no order."""
    kind = type(left)
    if kind is type(right):
        if kind is int or (kind is float and left == left and right == right):
            return (left > right) - (left < right)  # type: ignore[operator,no-any-return]
        if kind is str:
            return compare_text(left, right, case=case)  # type: ignore[arg-type]
    left, right = _unwrapped(left), _unwrapped(right)
    if left is None or right is None:
        return _order_null(left, right)
    if type(right) is str and as_number(left) is not None:
        right = right.strip()  # .NET's blanks around a number are no part of it, nor of the words for what is none
    try:
        return _order(left, right, case=case)
    except ScriptError as bad:
        if bad.error_id in _AS_IT_IS or (
            as_number(left) is not None and (_names(right) or isinstance(right, EnumValue))
        ):
            raise
        message = f'Could not compare "{to_text(left)}" to "{to_text(right)}". Error: "{bad.message}"'
        raise ScriptError(message, "ComparisonFailure", "InvalidOperation", inner=bad.inner) from None


_AS_IT_IS: Final = ("NotIcomparable", "PSObjectCompareTo", "System.InvalidOperationException")
"""Errors of a comparison that are not told as a comparison's."""


_SAME: Final[dict[type, type]] = {Uri: str}
"""What else than its own a type's values may be the same as, to .NET itself."""


def _order(left: object, right: object, *, case: bool) -> int:
    if isinstance(left, Char):
        if isinstance(right, EnumValue):
            return (ord(left) > right.value) - (ord(left) < right.value)
        first, second = ord(left), ord(to_text(convert(right, NetType("System.Char"))))
        return (first > second) - (first < second)
    if isinstance(left, str) and not isinstance(left, EnumValue | Version | Uri):
        return compare_text(left, to_text(right), case=case)
    if isinstance(left, EnumValue):
        _enum_number(left.type_name, right)
        number = ord(right) if isinstance(right, Char) else as_number(right)
        if isinstance(right, EnumValue) and right.type_name != left.type_name:
            number = None
        elif _names(right):
            number = _number_named(right)
        if number is None:
            if not is_enum(left.type_name):
                raise NotKnownHere(f"comparing a {left.type_name} with a {type_of(right)}")
            number = as_number(convert(right, NetType(left.type_name))) or 0
        return (left.value > number) - (left.value < number)
    if type(left) in own_orders:
        return own_orders[type(left)](left, right)
    for kind, name in _TYPED:
        if isinstance(left, kind) and kind is not CultureValue:  # which has no order
            return _order_typed(left, convert(right, NetType(name)))
    number_of = as_number(left)
    if number_of is not None:
        value = to_bool(right) if isinstance(left, bool) else ord(right) if isinstance(right, Char) else right
        if as_number(value) is None and type_of(value) != "System.String":
            value = convert(value, NetType(type_of(left)))
        number_of, wanted = alike(number_of, to_number(value, type_of(left)))
        if _is_nan(number_of) or _is_nan(wanted):
            return _is_nan(wanted) - _is_nan(number_of)
        return (number_of > wanted) - (number_of < wanted)
    if left is right or (type(right) in (type(left), _SAME.get(type(left))) and equal(left, right)):
        return 0
    if isinstance(left, ObjectLike) and type_of(left).endswith(".PSCustomObject"):
        shown, other = local_text(left), right.name if isinstance(right, NetType) else _written(right)
        message = (
            f'Cannot compare "{shown}" to "{other}" because the objects are not the same type or the '
            f'object "{shown}" does not implement "IComparable".'
        )
        told = _no_custom_object(right).message
        raise ScriptError(
            message, "PSObjectCompareTo", "NotSpecified", exception="ExtendedTypeSystemException",
            inner="PSArgumentException", inner_message=f'Could not compare "" to "{net_text(right)}". Error: "{told}"',
        )  # fmt: skip
    raise _not_comparable(left)


def _written(value: object) -> str:
    """A value in the words of an error, each item of a list in the culture of the cell."""
    if not is_collection(value):
        return local_text(value)
    return " ".join(item_text(item, local_text) for item in items_of(value))


def _no_custom_object(value: object) -> ScriptError:
    """Why a value becomes none of the type of custom objects."""
    kind = "System.Management.Automation.PSCustomObject"
    if isinstance(value, bool | datetime):
        why = f"Invalid cast from '{type_of(value)}' to '{kind}'."
        return cannot_convert(to_text(value), kind, why, "InvalidCastIConvertible")
    return cannot_convert_object(net_text(value), named_type_of(value), kind, "")


def _not_comparable(left: object) -> ScriptError:
    shown = left.name if isinstance(left, NetType) else net_text(left) if is_collection(left) else to_text(left)
    message = f'Cannot compare "{shown}" because it is not IComparable.'
    return ScriptError(message, "NotIcomparable", "InvalidOperation", exception="PSInvalidOperationException")


def _order_null(left: object, right: object) -> int:
    if left is None and right is None:
        return 0
    number = as_number(right if left is None else left)
    if number is None:
        return -1 if left is None else 1
    if left is None:
        return 1 if number < 0 else -1
    return -1 if number < 0 else 1


def _order_typed(left: object, right: object) -> int:
    if isinstance(left, datetime) and isinstance(right, datetime):
        first, second = _moment(left), _moment(right)
        return (first > second) - (first < second)
    if isinstance(left, Version) and isinstance(right, Version):
        return (left.parts > right.parts) - (left.parts < right.parts)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return (left > right) - (left < right)
    return compare_text(to_text(left), to_text(right), case=False)


def contains(items: object, value: object, *, case: bool = False) -> bool:
    """`items -contains value`."""
    within = items_of(items) if is_collection(items) else items if type(items) is Enumerator else [items]
    return any(equal(item, value, case=case) for item in within)
