"""Comparison: `-eq … -le`, `-like`, `-match`, `-contains`, `-in`, by the type of the left operand; and the order of
sorting.

On a collection to the left, a comparison gives the items for which it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Final
from uuid import UUID

from lync_magic.clixml import Char, EnumValue, ObjectLike, Version
from lync_magic.language.values.collections import NOTHING, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.numeric import as_number, number_of_text, to_bool, to_number
from lync_magic.language.values.text import compare_text, same_text, to_text
from lync_magic.language.values.types import NetType, type_of

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
)
COMPARISONS: Final = ("eq", "ne", *_ORDER)


def _unwrapped(value: object) -> object:
    if value is NOTHING:
        return None
    while isinstance(value, ObjectLike) and not isinstance(value.base, ObjectLike):
        if isinstance(value.base, str | int | float | Decimal | datetime | timedelta | UUID):
            return value.base
        break
    return value


def compare(operator: str, left: object, right: object, *, case: bool = False) -> object:
    """`left -operator right`: a truth value, or the matching items of a collection."""
    if is_collection(left) and not isinstance(left, str):
        return [item for item in items_of(left) if scalar(operator, item, right, case=case)]
    return scalar(operator, left, right, case=case)


def scalar(operator: str, left: object, right: object, *, case: bool = False) -> bool:
    """The comparison of two single values."""
    if operator == "eq":
        return equal(left, right, case=case)
    if operator == "ne":
        return not equal(left, right, case=case)
    return _ORDER[operator](order(left, right, case=case))


def equal(left: object, right: object, *, case: bool = False) -> bool:
    """`left -eq right`; the right operand is converted to the left one's type, and unequal where it cannot be."""
    left, right = _unwrapped(left), _unwrapped(right)
    if left is None or right is None:
        return left is right
    if isinstance(left, bool):
        return left == to_bool(right)
    if isinstance(left, EnumValue):
        return _equal_enum(left, right)
    if isinstance(left, Char) and isinstance(right, str) and len(right) == 1:
        return same_text(left, right, case=case)
    for kind, name in _TYPED:
        if isinstance(left, kind):
            try:
                return _pair_equal(left, convert(right, NetType(name)))
            except ScriptError:
                return False
    if isinstance(left, str):
        return same_text(left, to_text(right), case=case)
    number = as_number(left)
    if number is not None:
        other = number_of_text(right) if isinstance(right, str) else as_number(right)
        return other is not None and number == other
    if isinstance(left, ObjectLike):
        return left is right or (
            not isinstance(right, ObjectLike) and same_text(to_text(left), to_text(right), case=case)
            if isinstance(right, str) and left.text is not None
            else left == right
        )
    return left is right or (type(left) is type(right) and not isinstance(left, dict | list) and bool(left == right))


def _pair_equal(left: object, right: object) -> bool:
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _moment(left) == _moment(right)
    if isinstance(left, Version) and isinstance(right, Version):
        return left.parts == right.parts
    return bool(left == right)


def _moment(value: datetime) -> tuple[datetime, int]:
    """A time as the clock shows it: .NET compares the clock's reading, whatever the zone."""
    shown = value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo is not None else value
    return shown, getattr(value, "ticks_rest", 0)


def _equal_enum(left: EnumValue, right: object) -> bool:
    if isinstance(right, str):
        return same_text(left, to_text(right), case=False) or right.strip() == str(left.value)
    number = as_number(right)
    return number is not None and number == left.value


def order(left: object, right: object, *, case: bool = False) -> int:
    """-1, 0 or 1. Raises ScriptError where the two have no order."""
    left, right = _unwrapped(left), _unwrapped(right)
    if left is None or right is None:
        return _order_null(left, right)
    if isinstance(left, str) and not isinstance(left, EnumValue | Version):
        return compare_text(left, to_text(right), case=case)
    for kind, name in _TYPED:
        if isinstance(left, kind):
            return _order_typed(left, convert(right, NetType(name)))
    number = as_number(left)
    if number is not None:
        other = to_number(to_bool(right) if isinstance(left, bool) else right, type_of(left))
        return (number > other) - (number < other)
    message = f'Cannot compare "{to_text(left)}" because it is not IComparable.'
    raise ScriptError(message, "NotIcomparable", "InvalidOperation", exception="PSInvalidOperationException")


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
    within = items_of(items) if is_collection(items) else [items]
    return any(equal(item, value, case=case) for item in within)
