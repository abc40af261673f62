"""Methods of texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import Char
from lync_magic.language.values.collections import is_collection, items_of
from lync_magic.language.values.compare import order
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.methods import Method, argument, method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.text import compare_text, to_text

_IGNORE_CASE = ("ordinalignorecase", "currentcultureignorecase", "invariantcultureignorecase")


def _folds_case(arguments: Sequence[object], place: int) -> bool:
    if len(arguments) <= place:
        return False
    told = arguments[place]
    return told if isinstance(told, bool) else to_text(told).lower() in _IGNORE_CASE


def _substring(value: str, arguments: Sequence[object]) -> object:
    start = to_int(arguments[0])
    if not 0 <= start <= len(value):
        message = "startIndex cannot be larger than length of string. (Parameter 'startIndex')"
        if start < 0:
            message = "StartIndex cannot be less than zero. (Parameter 'startIndex')"
        call_failed("Substring", len(arguments), message, "ArgumentOutOfRangeException")
    if len(arguments) == 1:
        return value[start:]
    length = to_int(arguments[1])
    if length < 0 or start + length > len(value):
        message = "Index and length must refer to a location within the string. (Parameter 'length')"
        if length < 0:
            message = "Length cannot be less than zero. (Parameter 'length')"
        call_failed("Substring", len(arguments), message, "ArgumentOutOfRangeException")
    return value[start : start + length]


def _split(value: str, arguments: Sequence[object]) -> object:
    if not arguments:
        return value.split() if value else [value]
    separator = arguments[0]
    separators = [to_text(item) for item in items_of(separator)] if is_collection(separator) else [to_text(separator)]
    separators = [item for item in separators if item]
    remaining = list(arguments[1:])
    count, remove_empty, trim = -1, False, False
    for option in remaining:
        if isinstance(option, int) and not isinstance(option, bool) and count < 0 and len(remaining) > 1:
            count = option
        elif isinstance(option, str) and option.lower() in ("removeemptyentries", "trimentries", "none"):
            remove_empty |= option.lower() == "removeemptyentries"
            trim |= option.lower() == "trimentries"
        elif isinstance(option, int) and not isinstance(option, bool):
            count = option
        else:
            raise NotKnownHere("this form of .Split()")
    if not separators:
        return [value]
    pattern = "|".join(re.escape(item) for item in separators)
    parts = re.split(pattern, value, maxsplit=max(count - 1, 0)) if count != 1 else [value]
    if trim:
        parts = [part.strip() for part in parts]
    return [part for part in parts if part] if remove_empty else parts


def _trimmed(value: str, arguments: Sequence[object], *, left: bool, right: bool) -> object:
    if arguments:
        given = arguments[0]
        chars: str | None = "".join(to_text(item) for item in (items_of(given) if is_collection(given) else [given]))
    else:
        chars = None
    if left:
        value = value.lstrip(chars)
    return value.rstrip(chars) if right else value


def _found(value: str, arguments: Sequence[object], *, last: bool) -> object:
    wanted = to_text(arguments[0])
    text = value
    if _folds_case(arguments, len(arguments) - 1) and len(arguments) > 1:
        text, wanted = text.lower(), wanted.lower()
        arguments = arguments[:-1]
    if last:
        return text.rfind(wanted, 0, to_int(arguments[1]) + 1 if len(arguments) > 1 else None)
    return text.find(wanted, to_int(arguments[1]) if len(arguments) > 1 else 0)


def _starts(value: str, arguments: Sequence[object], *, end: bool) -> object:
    wanted = to_text(arguments[0])
    if _folds_case(arguments, 1):
        value, wanted = value.lower(), wanted.lower()
    return value.endswith(wanted) if end else value.startswith(wanted)


def _contains(value: str, arguments: Sequence[object]) -> object:
    wanted = to_text(arguments[0])
    if _folds_case(arguments, 1):
        return wanted.lower() in value.lower()
    return wanted in value


def _replaced(value: str, arguments: Sequence[object]) -> object:
    old, new = to_text(arguments[0]), to_text(arguments[1])
    if not old:
        message = "The value cannot be an empty string. (Parameter 'oldValue')"
        call_failed("Replace", len(arguments), message, "ArgumentException")
    if _folds_case(arguments, 2):
        return re.sub(re.escape(old), lambda _match: new, value, flags=re.IGNORECASE)
    return value.replace(old, new)


def _padded(value: str, arguments: Sequence[object], *, left: bool) -> object:
    width, fill = to_int(arguments[0]), argument(arguments, 1, " ")
    return value.rjust(width, fill) if left else value.ljust(width, fill)


def _inserted(value: str, arguments: Sequence[object]) -> object:
    place = to_int(arguments[0])
    if not 0 <= place <= len(value):
        message = "Specified argument was out of the range of valid values. (Parameter 'startIndex')"
        call_failed("Insert", 2, message, "ArgumentOutOfRangeException")
    return value[:place] + to_text(arguments[1]) + value[place:]


def _removed(value: str, arguments: Sequence[object]) -> object:
    start = to_int(arguments[0])
    stop = start + to_int(arguments[1]) if len(arguments) > 1 else len(value)
    if not 0 <= start <= stop <= len(value):
        message = "Index and count must refer to a location within the string. (Parameter 'count')"
        call_failed("Remove", len(arguments), message, "ArgumentOutOfRangeException")
    return value[:start] + value[stop:]


def upper(text: str) -> str:
    """Upper case one character to one, as .NET does (`ß` stays)."""
    return "".join(up if len(up := char.upper()) == 1 else char for char in text)


def lower(text: str) -> str:
    """Lower case one character to one."""
    return "".join(low if len(low := char.lower()) == 1 else low[:1] for char in text)


TEXT_METHODS: Final[dict[str, Method[str]]] = {
    "clone": method(0)(lambda v, a: v),
    "compareto": method(1)(lambda v, a: compare_text(v, to_text(a[0]), case=True)),
    "contains": method(1, 2)(_contains),
    "endswith": method(1, 2)(lambda v, a: _starts(v, a, end=True)),
    "indexof": method(1, 3)(lambda v, a: _found(v, a, last=False)),
    "insert": method(2)(_inserted),
    "lastindexof": method(1, 3)(lambda v, a: _found(v, a, last=True)),
    "padleft": method(1, 2)(lambda v, a: _padded(v, a, left=True)),
    "padright": method(1, 2)(lambda v, a: _padded(v, a, left=False)),
    "remove": method(1, 2)(_removed),
    "replace": method(2, 3)(_replaced),
    "split": method(0, 3)(_split),
    "startswith": method(1, 2)(lambda v, a: _starts(v, a, end=False)),
    "substring": method(1, 2)(_substring),
    "tochararray": method(0)(lambda v, a: [Char(char) for char in v]),
    "tolower": method(0)(lambda v, a: lower(v)),
    "tolowerinvariant": method(0)(lambda v, a: lower(v)),
    "tostring": method(0)(lambda v, a: to_text(v)),
    "toupper": method(0)(lambda v, a: upper(v)),
    "toupperinvariant": method(0)(lambda v, a: upper(v)),
    "trim": method(0, 1)(lambda v, a: _trimmed(v, a, left=True, right=True)),
    "trimend": method(0, 1)(lambda v, a: _trimmed(v, a, left=False, right=True)),
    "trimstart": method(0, 1)(lambda v, a: _trimmed(v, a, left=True, right=False)),
}


def compare_values(value: object, arguments: Sequence[object]) -> object:
    """`.CompareTo(other)` of a number, date or duration."""
    return order(value, arguments[0])
