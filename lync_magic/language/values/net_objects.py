"""Objects of .NET that scripts make: StringBuilder, HashSet, Queue, Stack, exceptions, credentials."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any, Final

from lync_magic.clixml import MISSING, Char, Credential, EnumValue, ObjectLike, SecureString
from lync_magic.language.values.collections import (
    NOTHING,
    GenericList,
    KeyComparer,
    Minding,
    Unlisted,
    folded_key,
    is_bare,
    is_collection,
    is_table,
    items_of,
)
from lync_magic.language.values.convert import convert, more_converters, set_maker
from lync_magic.language.values.culture import CultureValue, in_told
from lync_magic.language.values.failures import (
    NO_PROPERTY,
    OUTSIDE,
    PAST_END,
    NotKnownHere,
    ScriptError,
    call_failed,
    cannot_convert_object,
    must_be,
    need_room,
    no_overload,
    null_argument,
    out_of_range,
    setting_failed,
)
from lync_magic.language.values.formatting import format_called
from lync_magic.language.values.methods import Method, as_item, int32, method, no_cast_argument
from lync_magic.language.values.net_members import net_method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.sequences import need_sequence
from lync_magic.language.values.shapes import final
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.text_methods import char_at
from lync_magic.language.values.types import GENERIC_LIST, HASH_SET, NetType, own_types, type_of
from lync_magic.language.values.units import units, whole


class StringBuilder:
    """System.Text.StringBuilder."""

    __slots__ = ("_text", "capacity")

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.capacity: int | None = max(_ROOM, len(self.text))

    @property
    def text(self) -> str:
        """What it holds, in halves: its places are counted in them."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        self._text = units(text)

    def __str__(self) -> str:
        return whole(self.text)

    __repr__ = __str__


_ROOM: Final = 16
_LARGEST_BLOCK: Final = 8000
"""What .NET has room for at first, and the most that it adds at once for less."""


def _appended(value: StringBuilder, text: str) -> StringBuilder:
    value._text += units(text)
    missing = len(value.text) - (value.capacity or 0)
    if value.capacity is not None and missing > 0:
        value.capacity += max(missing, min(value.capacity, _LARGEST_BLOCK))
    return value


def _builder_property(value: StringBuilder, folded: str) -> object:
    if folded == "length":
        return len(value.text)
    if folded == "maxcapacity":
        return 2**31 - 1
    if folded == "capacity":
        if value.capacity is None:
            raise NotKnownHere("the Capacity of a [System.Text.StringBuilder] that was changed within")
        return value.capacity
    return MISSING


def _as_appended(value: object) -> str:
    """What a value is in a builder's text: characters themselves."""
    return "".join(map(str, items_of(value))) if type_of(value) == "System.Char[]" else net_text(value)


def _append(value: StringBuilder, arguments: Sequence[object]) -> StringBuilder:
    """`.Append(value)`, `.Append(character, count)`, `.Append(text, start, count)`."""
    told, *rest = arguments
    if not rest:
        return _appended(value, _as_appended(told))
    if len(rest) == 1:
        count = int32(rest[0], "repeatCount", "Append")
        if count < 0:
            call_failed("Append", 2, must_be("repeatCount", count), "ArgumentOutOfRangeException")
        need_room(count)
        return _appended(value, to_text(told) * count)
    if told is not None and type_of(told) not in ("System.String", "System.Char[]"):
        raise NotKnownHere(f"Append of a part of a [{NetType(type_of(told)).spoken}]")
    text = "" if told is None else _as_appended(told)
    last = "charCount" if is_collection(told) else "count"
    start, count = int32(rest[0], "startIndex", "Append"), int32(rest[1], last, "Append")
    if told is None and (start or count):
        null_argument("Append", 3, "value")
    for name, number in (("startIndex", start), (last, count)):
        if number < 0:
            call_failed("Append", 3, must_be(name, number), "ArgumentOutOfRangeException")
    if (count or is_collection(told)) and start > len(text) - count:
        name = last if is_collection(told) else "startIndex"
        call_failed("Append", 3, f"{PAST_END} (Parameter '{name}')", "ArgumentOutOfRangeException")
    return _appended(value, text[start : start + count])


def _builder_text(value: StringBuilder, arguments: Sequence[object]) -> str:
    """`.ToString()`, or a part of it."""
    if not arguments:
        return str(value)
    start, length = int32(arguments[0], "startIndex", "ToString"), int32(arguments[1], "length", "ToString")
    message = ""
    if start < 0 or length < 0:
        message = must_be(*(("startIndex", start) if start < 0 else ("length", length)))
    if start >= 0 and start > len(value.text):
        message = "startIndex cannot be larger than length of string. (Parameter 'startIndex')"
    elif not message and start > len(value.text) - length:
        message = "Index and length must refer to a location within the string. (Parameter 'length')"
    if message:
        call_failed("ToString", 2, message, "ArgumentOutOfRangeException")
    return whole(value.text[start : start + length])


def _append_line(value: StringBuilder, arguments: Sequence[object]) -> StringBuilder:
    told = arguments[0] if arguments else None
    if is_bare(told):
        raise no_overload("AppendLine", 1)
    if isinstance(told, Char | bool | datetime | EnumValue | dict):  # PowerShell takes the compiler's own overload
        message = "Argument: '1' should be a System.Management.Automation.PSReference. Use [ref]."
        error_id = "NonRefArgumentToRefParameterMsg"
        raise ScriptError(message, error_id, "NotSpecified", exception="MethodException")
    return _appended(value, ("" if told is None else to_text(told)) + "\n")


def _builder_insert(value: StringBuilder, arguments: Sequence[object]) -> object:
    place = ord(arguments[0]) if isinstance(arguments[0], Char) else to_int(arguments[0])
    if arguments[1] is None:
        return value
    if not 0 <= place <= len(value.text):
        call_failed("Insert", 2, f"{PAST_END} (Parameter 'index')", "ArgumentOutOfRangeException")
    value.capacity = None
    told = arguments[1]
    value.text = (
        value.text[:place] + (_as_appended(told) if is_collection(told) else to_text(told)) + value.text[place:]
    )
    return value


def _builder_replace(value: StringBuilder, arguments: Sequence[object]) -> object:
    if not to_text(arguments[0]):
        message = "The value cannot be an empty string. (Parameter 'oldValue')"
        call_failed("Replace", len(arguments), message, "ArgumentException")
    start, end = 0, len(value.text)
    if len(arguments) == 4:
        start, count = int32(arguments[2], "startIndex", "Replace"), int32(arguments[3], "count", "Replace")
        end = start + count
        for name, wrong in (("startIndex", not 0 <= start <= len(value.text)), ("count", end > len(value.text))):
            if wrong or (name == "count" and count < 0):
                call_failed("Replace", 4, f"{PAST_END} (Parameter '{name}')", "ArgumentOutOfRangeException")
    value.capacity = None
    part = value.text[start:end].replace(units(to_text(arguments[0])), units(to_text(arguments[1])))
    value.text = value.text[:start] + part + value.text[end:]
    return value


def _builder_remove(value: StringBuilder, arguments: Sequence[object]) -> object:
    start, count = to_int(arguments[0]), to_int(arguments[1])
    for name, number in (("length", count), ("startIndex", start)):
        if number < 0:
            call_failed("Remove", 2, must_be(name, number), "ArgumentOutOfRangeException")
    if start + count > len(value.text):
        call_failed("Remove", 2, f"{PAST_END} (Parameter 'length')", "ArgumentOutOfRangeException")
    value.capacity = None
    value.text = value.text[:start] + value.text[start + count :]
    return value


def _builder_clear(value: StringBuilder, _arguments: Sequence[object]) -> object:
    value.text = ""
    value.capacity = None
    return value


def set_letter(value: StringBuilder, place: object, new: object) -> None:
    """`$builder[place] = new`. Raises ScriptError for what is no letter and for a place that is not there."""
    late: ScriptError | None = None
    number = 0
    try:
        number = to_int(_for_builder(value, place, "System.Int32"))
    except ScriptError as bad:
        if bad.error_id == "ConvertToFinalInvalidCastException":
            raise
        late = bad
    letter = _for_builder(value, new, "System.Char")  # which .NET looks at before it reads a text as a place
    if late is not None:
        raise late
    if not -len(value.text) <= number < len(value.text):
        raise out_of_range(OUTSIDE)
    number %= len(value.text)
    value.text = value.text[:number] + to_text(letter) + value.text[number + 1 :]


def _for_builder(value: StringBuilder, told: object, kind: str) -> object:
    """A value as its indexer takes it, which says itself where it does not."""
    try:
        return convert(told, NetType(kind))
    except ScriptError as bad:
        if bad.error_id == "ConvertToFinalInvalidCastException":
            raise cannot_convert_object(str(value), "System.Text.StringBuilder", kind, bad.error_id) from None
        raise


def set_builder(value: StringBuilder, name: str, new: object) -> None:
    """`$builder.Length = new`. Raises ScriptError where that cannot be."""
    folded = name.lower()
    if folded not in ("length", "capacity"):
        raise _not_set(name)
    try:
        number = to_int(convert(new, NetType("System.Int32")))
    except ScriptError as bad:
        raise setting_failed(name, bad.message) from None
    if number < 0:
        raise setting_failed(name, must_be("value", number), "ArgumentOutOfRangeException")
    need_room(number)
    if folded == "capacity":
        if number < len(value.text):
            message = "capacity was less than the current size. (Parameter 'value')"
            raise setting_failed(name, message, "ArgumentOutOfRangeException")
        value.capacity = number
        return
    value.capacity = None
    value.text = value.text[:number].ljust(number, "\0")


def _not_set(name: str) -> Exception:
    kind, folded = "System.Text.StringBuilder", name.lower()
    if net_method(kind, folded) or folded == "chars":
        return NotKnownHere(f"setting .{name} of [{kind}]")
    told = f"'{name}' is a ReadOnly property." if folded == "maxcapacity" else NO_PROPERTY.format(name)
    return ScriptError(told, "PropertyAssignmentException")


def _append_format(value: StringBuilder, arguments: Sequence[object]) -> object:
    first = arguments[0]
    cultured = isinstance(first, CultureValue) or (first is None and len(arguments) > 2)  # a culture that is none, too
    with in_told(first):
        return _format_appended(value, arguments[1:] if cultured else arguments, len(arguments))


def _format_appended(value: StringBuilder, arguments: Sequence[object], count: int) -> object:
    told, rest = arguments[0], arguments[1:]
    if isinstance(told, Char) and count == len(arguments):
        raise NotKnownHere("AppendFormat with a character for its format")
    if isinstance(told, Char):
        raise no_cast_argument("format", told, "AppendFormat", "System.Text.CompositeFormat")
    for name, missing in (("format", told is None), ("args", len(rest) == 1 and rest[0] is None)):
        if missing:
            null_argument("AppendFormat", count, name)
    told = to_text(told)
    if len(rest) == 1 and is_collection(rest[0]) and type_of(rest[0]) == "System.Object[]":
        rest = items_of(rest[0])
    try:
        return _appended(value, format_called("AppendFormat", count, told, rest))
    except ScriptError:
        for place in range(len(told) - 1, 0, -1):  # .NET has put in by then what came before it
            if told[place] == "{":
                with suppress(ScriptError):
                    _appended(value, format_called("AppendFormat", count, told[:place], rest))
                    break
        raise


_BUILDER: Final[dict[str, Method[Any]]] = {
    "append": method(1, 3)(_append),
    "appendline": method(0, 1)(_append_line),
    "appendformat": method(1, 8)(_append_format),
    "chars": method(1)(lambda v, a: char_at(units(v.text), a)),
    "clear": method(0)(_builder_clear),
    "equals": method(1)(lambda v, a: isinstance(a[0], StringBuilder) and v.text == a[0].text),
    "insert": method(2)(_builder_insert),
    "remove": method(2)(_builder_remove),
    "replace": method(2, 4)(_builder_replace),
    "tostring": method(0, 2)(_builder_text),
}


class HashSet(list[object], Unlisted, Minding):
    """System.Collections.Generic.HashSet[T]: each once. element: the full name of T.  comparer: which texts are one."""

    __slots__ = ("_added", "_free", "_keys", "_places", "comparer", "element")

    def __init__(self, items: Iterable[object], element: str, comparer: KeyComparer | None = None) -> None:
        super().__init__()
        self._places: list[int] = []  # of the items, in order; one that is free again is the next item's
        self._free: list[int] = []
        self.element = element
        self.comparer = comparer
        self._keys: set[object] = set()
        self._added = 0
        for item in items:
            self.put(item)

    def changes(self) -> object:
        """See there: what is added is minded alone."""
        return self._added

    def has_still(self, item: object) -> bool:
        """Whether an item is there."""
        return self._key(item) in self._keys

    def put(self, item: object) -> bool:
        """Add an item; whether it was new."""
        made = self._made(item)
        key = self._key(made)
        if key in self._keys:
            return False
        self._keys.add(key)
        self._added += 1
        place = self._free.pop() if self._free else len(self)
        at = bisect_left(self._places, place)
        self._places.insert(at, place)
        self.insert(at, made)
        return True

    def has(self, item: object) -> bool:
        """Whether an item is there."""
        return self._key(self._made(item)) in self._keys

    def take(self, item: object) -> bool:
        """Take an item out; whether it was there."""
        key = self._key(self._made(item))
        if key not in self._keys:
            return False
        self._keys.discard(key)
        place = next(i for i, one in enumerate(self) if self._key(one) == key)
        del self[place]
        self._free.append(self._places.pop(place))
        return True

    def empty(self) -> None:
        """Take every item out."""
        for kept in (self._keys, self._places, self._free):
            kept.clear()
        self.clear()

    def other(self, items: object, name: str) -> HashSet:
        """What the argument of a method of this name holds, as such a set. Raises ScriptError for what is no sequence
        of its type."""
        need_sequence(items, self.element, name, parameter="other")
        return HashSet(items_of(items), self.element, self.comparer)

    def _made(self, item: object) -> object:
        return convert(item, NetType(self.element)) if self.element != "System.Object" else item

    def _key(self, item: object) -> object:
        if isinstance(item, str) and not isinstance(item, Char):
            return "str", item if self.comparer is None else self.comparer.key(item)
        return folded_key(item)

    def __reduce__(self) -> tuple[type[HashSet], tuple[list[object], str, KeyComparer | None]]:
        return HashSet, (list(self), self.element, self.comparer)


def _set_union(value: HashSet, arguments: Sequence[object]) -> object:
    for item in value.other(arguments[0], "UnionWith"):
        value.put(item)
    return NOTHING


def _without(value: HashSet, arguments: Sequence[object]) -> object:
    for item in value.other(arguments[0], "ExceptWith"):
        value.take(item)
    return NOTHING


def _within(value: HashSet, arguments: Sequence[object]) -> object:
    kept = value.other(arguments[0], "IntersectWith")
    for item in [one for one in value if not kept.has(one)]:
        value.take(item)
    return NOTHING


def _differing(value: HashSet, arguments: Sequence[object]) -> object:
    """`.SymmetricExceptWith(…)`: what both have goes out, what the other alone has comes in."""
    other = value.other(arguments[0], "SymmetricExceptWith")
    both = [one for one in value if other.has(one)]
    for item in other:
        value.put(item)
    for item in both:
        value.take(item)
    return NOTHING


def _compared(name: str, test: Callable[[HashSet, HashSet], bool]) -> Method[Any]:
    return method(1)(lambda v, a: test(v, v.other(a[0], name)))


_SET: Final[dict[str, Method[Any]]] = {
    "add": method(1)(lambda v, a: v.put(as_item(a[0], v.element, "Add"))),
    "contains": method(1)(lambda v, a: v.has(as_item(a[0], v.element, "Contains"))),
    "remove": method(1)(lambda v, a: v.take(as_item(a[0], v.element, "Remove"))),
    "clear": method(0)(lambda v, a: (v.empty(), NOTHING)[1]),
    "unionwith": method(1)(_set_union),
    "exceptwith": method(1)(_without),
    "intersectwith": method(1)(_within),
    "symmetricexceptwith": method(1)(_differing),
    "issubsetof": _compared("IsSubsetOf", lambda v, other: all(map(other.has, v))),
    "issupersetof": _compared("IsSupersetOf", lambda v, other: all(map(v.has, other))),
    "ispropersubsetof": _compared("IsProperSubsetOf", lambda v, other: len(v) < len(other) and all(map(other.has, v))),
    "ispropersupersetof": _compared(
        "IsProperSupersetOf", lambda v, other: len(v) > len(other) and all(map(v.has, other))
    ),
    "overlaps": _compared("Overlaps", lambda v, other: any(map(v.has, other))),
    "setequals": _compared("SetEquals", lambda v, other: len(v) == len(other) and all(map(v.has, other))),
}


_COLLECTION: Final = "System.Collections.ObjectModel.Collection"


class ObjectCollection(GenericList):
    """System.Collections.ObjectModel.Collection[T]."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[GenericList], tuple[list[object], str]]:
        return ObjectCollection, (list(self), self.element)


class Nothing:
    """System.DBNull, of which there is one."""

    __slots__ = ()

    def __str__(self) -> str:
        return ""

    def __reduce__(self) -> str:
        return "NO_DATA"  # the one there is


NO_DATA: Final = Nothing()


class Line(list[object], Unlisted, Minding):
    """What is taken from one of its ends."""

    __slots__ = ()
    AFTER_CHANGE = "Collection was modified after the enumerator was instantiated."

    def changes(self) -> object:
        """See there."""
        return len(self)


class Queue(Line):
    """System.Collections.Queue."""

    __slots__ = ()


class Stack(Line):
    """System.Collections.Stack; its top stands first."""

    __slots__ = ()


def _is_same(item: object, wanted: object) -> bool:
    """Whether .NET's Equals holds: of one type, and the same object where that is none of plain values."""
    if item is None or wanted is None:
        return item is wanted
    return type_of(item) == type_of(wanted) and (
        item is wanted if isinstance(item, list | dict | ObjectLike) else item == wanted
    )


def _taken(name: str, kind: str) -> Callable[[list[object], Sequence[object]], object]:
    def take(value: list[object], _arguments: Sequence[object]) -> object:
        if not value:
            call_failed(name, 0, f"{kind} empty.", "InvalidOperationException")
        return value[0] if name == "Peek" else value.pop(0)

    return take


QUEUE: Final[dict[str, Method[Any]]] = {
    "enqueue": method(1)(lambda v, a: (v.append(a[0]), NOTHING)[1]),
    "dequeue": method(0)(_taken("Dequeue", "Queue")),
    "peek": method(0)(_taken("Peek", "Queue")),
    "clear": method(0)(lambda v, a: (v.clear(), NOTHING)[1]),
    "contains": method(1)(lambda v, a: any(_is_same(one, a[0]) for one in v)),
    "clone": method(0)(lambda v, a: Queue(v)),
    "toarray": method(0)(lambda v, a: list(v)),
}
STACK: Final[dict[str, Method[Any]]] = {
    "push": method(1)(lambda v, a: (v.insert(0, a[0]), NOTHING)[1]),
    "pop": method(0)(_taken("Pop", "Stack")),
    "peek": method(0)(_taken("Peek", "Stack")),
    "clear": method(0)(lambda v, a: (v.clear(), NOTHING)[1]),
    "contains": method(1)(lambda v, a: any(_is_same(one, a[0]) for one in v)),
    "clone": method(0)(lambda v, a: Stack(v)),
    "toarray": method(0)(lambda v, a: list(v)),
}


@cache
def no_credential() -> Credential:
    """`[pscredential]::Empty`, made when first named: a kernel that asked for no credential holds none."""
    return Credential("", "")


def new_credential(arguments: Sequence[object]) -> Credential:
    """`[pscredential]::new('user', $secret)`."""
    if len(arguments) != 2 or not isinstance(arguments[1], SecureString | None):
        raise no_overload(".ctor", len(arguments))
    user, password = to_text(arguments[0]), arguments[1]
    bad = "Cannot process argument because the value of argument"
    if not user:
        why = f'{bad} "userName" is not valid. Change the value of the "userName" argument and run the operation again.'
        call_failed(".ctor", 2, why, "PSArgumentException")
    if password is None:
        why = f'{bad} "password" is null. Change the value of argument "password" to a non-null value.'
        call_failed(".ctor", 2, why, "PSArgumentNullException")
    return Credential(user, password)


def _to_set(value: object, element: NetType) -> object:
    """`[HashSet[string]]value`: of items as a List takes them; a number asks for room alone."""
    if isinstance(value, HashSet) and value.element == element.name:
        return value
    if type(value) is int and value >= 0:
        return HashSet((), element.name)
    if is_table(value):
        if value:
            raise NotKnownHere("a table with entries as a HashSet")
        return HashSet((), element.name)
    name = f"{GENERIC_LIST}[{element.name}]"
    try:
        items = convert(value, NetType(name))
    except ScriptError as bad:
        if is_collection(value):
            raise final(value, f"{HASH_SET}[{element.name}]") from None
        bad.message = bad.message.replace(GENERIC_LIST, HASH_SET)
        raise bad
    return None if items is None else HashSet(items_of(items), element.name)


def _to_builder(value: object) -> object:
    """`[StringBuilder]value`: of a text, or of a number for its room."""
    if value is None or isinstance(value, StringBuilder):
        return value
    if type(value) is int and value >= 0:
        made = StringBuilder("")
        made.capacity = value or made.capacity
        return made
    kind = type_of(value)
    if kind == "System.String":
        return StringBuilder(to_text(value))
    if kind in _EMPTY and not value:
        return StringBuilder("")
    raise NotKnownHere(f"a conversion of a [{NetType(kind).spoken}] to a StringBuilder")


_EMPTY: Final = ("System.Object[]", "System.Collections.Hashtable", "System.Collections.Specialized.OrderedDictionary")
"""What a builder is made of that holds nothing."""


set_maker.append(_to_set)
more_converters["System.Text.StringBuilder"] = _to_builder
own_types[StringBuilder] = lambda value: "System.Text.StringBuilder"
own_types[HashSet] = lambda value: f"System.Collections.Generic.HashSet`1[{getattr(value, 'element', '')}]"
own_types[ObjectCollection] = lambda value: (
    f"System.Collections.ObjectModel.Collection`1[{getattr(value, 'element', '')}]"
)
own_properties[SecureString] = lambda value, folded: len(value.reveal()) if folded == "length" else MISSING
own_types[Nothing] = lambda value: "System.DBNull"
own_properties[Nothing] = lambda value, folded: MISSING
own_types[Queue] = lambda value: "System.Collections.Queue"
own_types[Stack] = lambda value: "System.Collections.Stack"
own_properties[StringBuilder] = _builder_property
own_names[StringBuilder] = lambda _value: ["Capacity", "MaxCapacity", "Length"]
own_methods[StringBuilder] = _BUILDER
own_methods[HashSet] = _SET
own_methods[Queue] = QUEUE
own_methods[Stack] = STACK
METHOD_NAMES: Final = frozenset((*_BUILDER, *_SET, *QUEUE, *STACK))
