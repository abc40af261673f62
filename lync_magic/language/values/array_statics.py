"""`[array]::Copy(…)`, `BinarySearch`, `Fill`, `CreateInstance` and their like: without a delegate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Final, NoReturn

from lync_magic.language.values.collections import NOTHING, Array
from lync_magic.language.values.compare import order
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import ITEM, NotKnownHere, call_failed, must_be, need_room, null_argument
from lync_magic.language.values.methods import int32, method
from lync_magic.language.values.numeric import INTEGERS, REALS, to_int
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.types import NetType, type_of

_OBJECT: Final = "System.Object"
_BEYOND: Final = (
    "Offset and length were out of bounds for the array or count is greater than the number of elements from index to "
    "the end of the source collection."
)
_BELOW: Final = "Non-negative number required. (Parameter '{}')"
_NOUGHTS: Final = frozenset((*INTEGERS, *REALS, "System.Boolean"))
_REFERENCES: Final = (_OBJECT, "System.String")


def element_of(value: object) -> str:
    """The full name of what an array holds. Raises NotKnownHere for a list that is none."""
    if isinstance(value, Array):
        return value.element
    if type(value) is list:
        return _OBJECT
    raise NotKnownHere(f"a [{NetType(type_of(value)).spoken}] as an array")


def array_of(items: Sequence[object], element: str) -> list[object]:
    """An array of a type."""
    return list(items) if element == _OBJECT else Array(items, element)


def nothing_in(element: str) -> object:
    """What an array of a type holds where nothing was put."""
    if element in _NOUGHTS:
        return convert(None, NetType(element))
    if element in _REFERENCES or element.endswith("[]"):
        return None
    raise NotKnownHere(f"an array of [{NetType(element).spoken}] with nothing in it")


def _out_of_range(name: str, count: int, message: str) -> NoReturn:
    call_failed(name, count, message, "ArgumentOutOfRangeException")


def _copied(_none: None, arguments: Sequence[object]) -> object:
    """`[array]::Copy($from[, start], $to[, start], count)`."""
    count = len(arguments)
    if count == 4:
        raise NotKnownHere("[array]::Copy with these arguments")
    _need_whole("Copy", arguments[2:] if count == 3 else (arguments[1], *arguments[3:]))
    source, target = (arguments[0], arguments[1]) if count == 3 else (arguments[0], arguments[2])
    for parameter, one in (("sourceArray", source), ("destinationArray", target)):
        if one is None:
            null_argument("Copy", count, parameter)
    start, to = (
        (0, 0) if count == 3 else (_place(arguments[1], "sourceIndex"), _place(arguments[3], "destinationIndex"))
    )
    length = int32(arguments[-1], "length", "Copy")
    kinds = element_of(source), element_of(target)
    assert isinstance(source, list)
    assert isinstance(target, list)
    if length < 0:
        _out_of_range("Copy", count, must_be("length", length))
    for parameter, one in (("sourceIndex", start), ("destinationIndex", to)):
        if one < 0:
            _out_of_range("Copy", count, must_be(parameter, one, "greater than or equal to '0'"))
    if length > len(source) - start:
        _too_short("Source", "source", "sourceArray", count)
    if length > len(target) - to:
        _too_short("Destination", "destination", "destinationArray", count)
    target[to : to + length] = _as_kept(source[start : start + length], *kinds, count)
    return NOTHING


def _need_whole(name: str, numbers: Sequence[object]) -> None:
    """Raises NotKnownHere for numbers of another type, which another overload takes."""
    if any(type_of(one) != "System.Int32" for one in numbers):
        raise NotKnownHere(f"[array]::{name} with such numbers")


def _place(value: object, parameter: str) -> int:
    return int32(value, parameter, "Copy")


def _too_short(which: str, small: str, parameter: str, count: int) -> NoReturn:
    why = f"{which} array was not long enough. Check the {small} index, length, and the array's lower bounds."
    call_failed("Copy", count, f"{why} (Parameter '{parameter}')", "ArgumentException")


def _as_kept(items: list[object], source: str, target: str, count: int) -> list[object]:
    """Items of one array as another holds them. Raises .NET's error where it does not."""
    if target in (_OBJECT, source):
        return items
    if source == _OBJECT:
        strange = next(
            (one for one in items if type_of(one) != target and not (one is None and target in _REFERENCES)), items
        )
        if strange is items:
            return items
        if target == "System.String" and items and strange is items[0]:
            why = f"Unable to cast object of type '{type_of(strange)}' to type '{target}'."
            call_failed("Copy", count, why, "InvalidCastException")
        if target in _NOUGHTS and items and strange is items[0] and type_of(strange) == "System.String":
            why = "At least one element in the source array could not be cast down to the destination array type."
            call_failed("Copy", count, why, "InvalidCastException")
        raise NotKnownHere("[array]::Copy of items of several types")
    if (source, target) in _WIDER:
        return [convert(one, NetType(target)) for one in items]
    if source in _NARROW and target in (*_NARROW, "System.String"):
        why = "Source array type cannot be assigned to destination array type."
        call_failed("Copy", count, why, "ArrayTypeMismatchException")
    raise NotKnownHere(f"[array]::Copy of [{NetType(source).spoken}] to [{NetType(target).spoken}]")


_WIDER: Final = frozenset(
    (f"System.{one}", f"System.{other}")
    for one, others in (
        ("Byte", ("Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single", "Double")),
        ("Int16", ("Int32", "Int64", "Single", "Double")), ("Int32", ("Int64", "Single", "Double")),
        ("Int64", ("Single", "Double")), ("Single", ("Double",)),
    )
    for other in others
)  # fmt: skip
_NARROW: Final = ("System.Int32", "System.Int64", "System.Double", "System.String")


def _searched(_none: None, arguments: Sequence[object]) -> int:
    """`[array]::BinarySearch($a, item)`: its place, or below nought the complement of where it would stand."""
    items, wanted = arguments
    if items is None:
        null_argument("BinarySearch", 2, "array")
    element_of(items)
    assert isinstance(items, list)
    low, high = 0, len(items) - 1
    while low <= high:
        middle = low + (high - low >> 1)
        compared = _compared("BinarySearch", items[middle], wanted)
        if compared == 0:
            return middle
        low, high = (middle + 1, high) if compared < 0 else (low, middle - 1)
    return ~low


def _compared(name: str, first: object, second: object) -> int:
    if first is None or second is None:
        return (first is not None) - (second is not None)
    if type_of(first) != type_of(second):
        message = "Failed to compare two elements in the array."
        call_failed(name, 2, message, "InvalidOperationException")
    return order(first, second, case=True)


def _filled(_none: None, arguments: Sequence[object]) -> object:
    """`[array]::Fill($a, value[, start, count])`: of the type of the array's items."""
    count = len(arguments)
    target, value = arguments[:2]
    if target is None:
        null_argument("Fill", count, "array")
    _need_whole("Fill", arguments[2:])
    element = element_of(target)
    assert isinstance(target, list)
    if element != _OBJECT and type_of(value) != element:
        raise NotKnownHere(f"[array]::Fill of [{NetType(element).spoken}] with this value")
    start = int32(arguments[2], "startIndex", "Fill") if count > 2 else 0
    length = int32(arguments[3], "count", "Fill") if count > 2 else len(target)
    if not 0 <= start <= len(target):
        raise NotKnownHere("[array]::Fill from there")
    if not 0 <= length <= len(target) - start:
        why = "Count must be positive and count must refer to a location within the string/array/collection."
        _out_of_range("Fill", count, f"{why} (Parameter 'count')")
    target[start : start + length] = [value] * length
    return NOTHING


def _made(_none: None, arguments: Sequence[object]) -> object:
    """`[array]::CreateInstance($type, count)`."""
    if arguments[0] is None:
        null_argument("CreateInstance", 2, "elementType")
    kind = convert(arguments[0], NetType("System.Type"))
    assert isinstance(kind, NetType)
    _need_whole("CreateInstance", arguments[1:])
    length = int32(arguments[1], "length", "CreateInstance")
    if length < 0:
        _out_of_range("CreateInstance", 2, must_be("length", length))
    if is_enum(kind.name):
        raise NotKnownHere(f"an array of [{kind.spoken}] with nothing in it")
    need_room(length * ITEM)
    return array_of([nothing_in(kind.name)] * length, kind.name)


def _part(name: str, target: object, arguments: Sequence[object]) -> slice:
    """The part of an array that a method is told of by a place and a count."""
    _need_whole(name, arguments)
    element_of(target)
    assert isinstance(target, list)
    start, length = (int32(one, told, name) for one, told in zip(arguments, ("index", "length"), strict=True))
    for parameter, one in (("index", start), ("length", length)):
        if one < 0:
            _out_of_range(name, 3, _BELOW.format(parameter))
    if length > len(target) - start:
        call_failed(name, 3, _BEYOND, "ArgumentException")
    return slice(start, start + length)


def reverse_part(arguments: Sequence[object]) -> object:
    """`[array]::Reverse($a, start, count)`."""
    target = arguments[0]
    if target is None:
        null_argument("Reverse", 3, "array")
    part = _part("Reverse", target, arguments[1:])
    assert isinstance(target, list)
    target[part] = target[part][::-1]
    return NOTHING


def sort_part(arguments: Sequence[object]) -> object:
    """`[array]::Sort($a, start, count)`."""
    target = arguments[0]
    if target is None:
        raise NotKnownHere("[array]::Sort of nothing")
    part = _part("Sort", target, arguments[1:])
    assert isinstance(target, list)
    if len({type_of(one) for one in target[part] if one is not None}) > 1:
        raise NotKnownHere("sorting a list of several types")
    target[part] = sorted(target[part], key=cmp_to_key(lambda first, second: _compared("Sort", first, second)))
    return NOTHING


def _cleared(_none: None, arguments: Sequence[object]) -> object:
    """`[array]::Clear($a)`, `[array]::Clear($a, from, count)`."""
    count, target = len(arguments), arguments[0]
    if target is None:
        null_argument("Clear", count, "array")
    if count == 2:
        raise NotKnownHere("[array]::Clear with 2 arguments")
    element = element_of(target)
    assert isinstance(target, list)
    start, size = map(to_int, arguments[1:]) if count == 3 else (0, len(target))
    if not 0 <= start <= start + size <= len(target):
        message = "Index was outside the bounds of the array."
        call_failed("Clear", 3, message, "IndexOutOfRangeException")
    target[start : start + size] = [nothing_in(element)] * size
    return NOTHING


ARRAY: Final[dict[str, Static]] = {
    "clear": method(1, 3)(_cleared),
    "copy": method(3, 5)(_copied),
    "binarysearch": method(2)(_searched),
    "fill": method(2, 4)(_filled),
    "createinstance": method(2)(_made),
}
"""Static methods of [array]."""
