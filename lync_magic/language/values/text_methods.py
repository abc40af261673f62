"""Methods of texts, each with the overloads that a cell may call."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, NoReturn

from lync_magic.clixml import Byte, Char, EnumValue, Int16, SByte, UInt16
from lync_magic.language.values.collections import Array, is_collection, items_of
from lync_magic.language.values.compare import order
from lync_magic.language.values.culture import CultureValue, current
from lync_magic.language.values.enumerators import enumerator_of
from lync_magic.language.values.enums import FLAGS
from lync_magic.language.values.failures import (
    BAD_COUNT,
    NotKnownHere,
    call_failed,
    must_be,
    need_room,
    no_overload,
    not_got,
    null_argument,
)
from lync_magic.language.values.methods import Method, character, cultured, indexed_by, int32, method
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.text import compare_as_culture, need_common_case, plain_form, same_text, to_text
from lync_magic.language.values.types import bound_type_of, type_of

_COMPARISONS: Final = (
    "CurrentCulture", "CurrentCultureIgnoreCase", "InvariantCulture", "InvariantCultureIgnoreCase", "Ordinal",
    "OrdinalIgnoreCase",
)  # fmt: skip
_SPLIT_OPTIONS: Final = {name.lower(): bits for name, bits in FLAGS["System.StringSplitOptions"].items()}
WHITE: Final = (
    " \t\n\v\f\r\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f"
    "\u205f\u3000"
)  # fmt: skip


def _whole(arguments: Sequence[object], place: int, parameter: str, name: str) -> int:
    return int32(arguments[place], parameter, name)


def _comparison(value: object) -> str | None:
    """The name of a StringComparison, None for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _COMPARISONS[value] if 0 <= value < len(_COMPARISONS) else None
    text = to_text(value).lower()
    return next((one for one in _COMPARISONS if one.lower() == text), None)


def _compared(arguments: Sequence[object], place: int, name: str) -> Callable[[str], str]:
    """How texts are brought to one form for a method's StringComparison."""
    if len(arguments) <= place:
        return lambda text: text
    told = _comparison(arguments[place])
    if told is None or isinstance(arguments[place], bool):
        raise NotKnownHere(f"this comparison of .{name}()")
    if told == "CurrentCultureIgnoreCase":
        return lambda text: fold(_cased_alike(text))
    return fold if told.endswith("IgnoreCase") else lambda text: text


_CULTURE: Final = "CurrentCulture"


def _by_culture(value: str, arguments: Sequence[object], place: int, *, alone: str = _CULTURE) -> tuple[str, str]:
    """A text and what is looked for in it, without what a culture does not see where the method goes by one. place: of
    the StringComparison; alone: which one it is where none is told, but for a character."""
    wanted = to_text(arguments[0])
    told = _comparison(arguments[place]) if len(arguments) > place else None
    if told is None:
        told = "Ordinal" if isinstance(arguments[0], Char) else alone
    if told.startswith("Ordinal"):
        return value, wanted
    if any(map(_counts_together, (value, wanted))):
        raise NotKnownHere("a search by culture among letters that are put together")
    return _seen(value), _seen(wanted)


def _counts_together(text: str) -> bool:
    """Whether a culture holds characters of a text to be one with their neighbours, or others."""
    return (not text.isascii() and plain_form(text, case=True) != _seen(text)) or any(map(unicodedata.combining, text))


def _seen(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(char for char in text if char.isprintable() or plain_form(char, case=True))


def fold(text: str) -> str:
    """A text in which case does not count, one character for one."""
    return upper(text)


def _substring(value: str, arguments: Sequence[object]) -> object:
    start = _whole(arguments, 0, "startIndex", "Substring")
    if not 0 <= start <= len(value):
        message = "startIndex cannot be larger than length of string. (Parameter 'startIndex')"
        if start < 0:
            message = must_be("startIndex", start)
        call_failed("Substring", len(arguments), message, "ArgumentOutOfRangeException")
    if len(arguments) == 1:
        return value[start:]
    length = _whole(arguments, 1, "length", "Substring")
    if length < 0 or start + length > len(value):
        message = "Index and length must refer to a location within the string. (Parameter 'length')"
        if length < 0:
            message = must_be("length", length)
        call_failed("Substring", len(arguments), message, "ArgumentOutOfRangeException")
    return value[start : start + length]


def _chars(values: Sequence[object], name: str, parameter: str) -> str | None:
    """Arguments that are one character each; None where one is not."""
    made = ""
    for one in values:
        text = to_text(one)
        if not isinstance(one, str) or len(text) != 1:
            return None
        made += text
    return made


def _split(value: str, arguments: Sequence[object]) -> object:
    rest = list(arguments)
    if not rest:
        return Array(re.split(f"[{WHITE}]", value), "System.String")
    separators: list[str]
    first = rest.pop(0)
    if is_collection(first):
        element = first.element if isinstance(first, Array) else ""
        apart = element == "System.Char" or (element == "System.String" and rest)
        # PowerShell takes the overload of one text for any other list
        separators = ([to_text(item) for item in items_of(first)] or list(WHITE)) if apart else [to_text(first)]
        if len(rest) == 1 and isinstance(rest[0], str) and type(first) is list:
            _whole(arguments, 1, "count", "Split")
    elif first is None:
        separators = list(WHITE)
    elif isinstance(first, Char | str):
        separators = [to_text(first)]
        if len(rest) == 1 and isinstance(rest[0], str) and not isinstance(rest[0], EnumValue):
            _whole(arguments, 1, "count", "Split")
    else:
        separators = [to_text(first)]
    count, options = -1, 0
    for place, option in enumerate(rest):
        named = _split_option(option)
        if (
            isinstance(option, int) and not isinstance(option, bool) and place == 0 and (len(rest) > 1 or named is None)
        ) or (isinstance(option, int) and not isinstance(option, bool) and len(rest) == 1):
            count = int(option)
            if count < 0:
                call_failed("Split", len(arguments), must_be("count", count), "ArgumentOutOfRangeException")
        elif named is not None:
            options |= named
        else:
            raise NotKnownHere("this form of .Split()")
    return Array(_parts(value, separators, count, options), "System.String")


def _split_option(option: object) -> int | None:
    if isinstance(option, str):
        parts = [part.strip().lower() for part in str(option).split(",")]
        if all(part in _SPLIT_OPTIONS for part in parts):
            return sum({_SPLIT_OPTIONS[part] for part in parts})
        return None
    return int(option) if isinstance(option, int) and not isinstance(option, bool) and 0 <= option <= 3 else None


def _parts(value: str, separators: list[str], count: int, options: int) -> list[object]:
    separators = [one for one in separators if one]
    trim, drop = bool(options & 2), bool(options & 1)
    if count in (0, 1) or not value:
        value = value.strip(WHITE) if trim else value
        return [value] if count and (value or not drop) else []
    pattern = "|".join(re.escape(one) for one in separators)
    made: list[object] = []
    left = value
    while pattern:
        found = re.search(pattern, left)
        if found is None or (count > 0 and len(made) == count - 1):
            break
        part = left[: found.start()]
        part = part.strip(WHITE) if trim else part
        if part or not drop:
            made.append(part)
        left = left[found.end() :]
    if drop and count > 0 and pattern:
        while (found := re.match(pattern, left)) is not None:
            left = left[found.end() :]
    left = left.strip(WHITE) if trim else left
    if left or not drop:
        made.append(left)
    return made


def _trimmed(name: str, *, left: bool, right: bool) -> Callable[[str, Sequence[object]], object]:
    def trim(value: str, arguments: Sequence[object]) -> object:
        chars: str | None = WHITE
        if arguments:
            given: list[object] = []
            for one in arguments:
                if one is None:
                    continue  # nothing to take off: what is white, then
                if is_collection(one):
                    given += items_of(one)
                elif isinstance(one, str) and len(arguments) == 1:
                    given += one  # a text counts as its characters
                elif isinstance(one, int) and len(arguments) == 1:
                    given.append(character(one, "trimChar", name))
                else:
                    given.append(one)
            chars = _chars(given, name, "trimChars")
            if chars is None:
                raise no_overload(name, len(arguments))
            chars = chars or WHITE
        value = value.lstrip(chars) if left else value
        return value.rstrip(chars) if right else value

    return trim


def _found(name: str, *, last: bool) -> Callable[[str, Sequence[object]], object]:
    def find(value: str, arguments: Sequence[object]) -> object:
        wanted, rest = to_text(arguments[0]), list(arguments[1:])
        if len(wanted) == 1 and len(rest) == 1 and isinstance(rest[0], str) and not isinstance(arguments[0], Char):
            _whole(rest, 0, "startIndex", name)
        form: Callable[[str], str] = lambda text: text  # noqa: E731
        if rest and not isinstance(rest[-1], int) and isinstance(rest[-1], str) and not rest[-1].strip().isdecimal():
            form = _compared(rest, len(rest) - 1, name)
            rest.pop()
        seen, wanted = _by_culture(value, arguments, len(rest) + 1)
        if seen != value:
            raise NotKnownHere(f".{name}() in a text with characters that a culture does not see")
        text, wanted = form(value), form(wanted)
        if not rest:
            return text.rfind(wanted) if last else text.find(wanted)
        start = _whole(rest, 0, "startIndex", name)
        count = _whole(rest, 1, "count", name) if len(rest) > 1 else None
        told = value, start, count, name, len(arguments)
        first, end = _backwards(*told, one=isinstance(arguments[0], Char)) if last else _onwards(*told)
        return text.rfind(wanted, first, end) if last else text.find(wanted, first, end)

    return find


def _no_place(name: str, given: int, most: str) -> NoReturn:
    message = f"Index was out of range. Must be non-negative and {most} the size of the collection."
    call_failed(name, given, f"{message} (Parameter 'startIndex')", "ArgumentOutOfRangeException")


def _no_count(name: str, given: int) -> NoReturn:
    call_failed(name, given, f"{BAD_COUNT} (Parameter 'count')", "ArgumentOutOfRangeException")


def _onwards(value: str, start: int, count: int | None, name: str, given: int) -> tuple[int, int]:
    """From and to where a search goes. Raises ScriptError for what is not within the text."""
    if not 0 <= start <= len(value):
        _no_place(name, given, "less than or equal to")
    if count is not None and not 0 <= count <= len(value) - start:
        _no_count(name, given)
    return start, len(value) if count is None else start + count


def _backwards(value: str, start: int, count: int | None, name: str, given: int, *, one: bool) -> tuple[int, int]:
    """The same where it goes towards the beginning. one: for a character, which an empty text never has."""
    if one and not value:
        return 0, 0
    count = start + 1 if count is None else count
    if start == len(value) and not one:
        start, count = start - 1, count - (count > 0)
    if not value and start == -1:
        return 0, 0
    if not 0 <= start < len(value):
        _no_place(name, given, "less than")
    if not 0 <= count <= start + 1:
        _no_count(name, given)
    return start - count + 1, start + 1


def _any_of(name: str, *, last: bool) -> Callable[[str, Sequence[object]], object]:
    def find(value: str, arguments: Sequence[object]) -> object:
        wanted, rest = arguments[0], arguments[1:]
        if wanted is None:
            null_argument(name, len(arguments), "anyOf")
        chars = _chars(list(items_of(wanted)) if is_collection(wanted) else list(to_text(wanted)), name, "anyOf")
        if chars is None:
            raise NotKnownHere(f".{name}() with such characters")
        start = _whole(rest, 0, "startIndex", name) if rest else (len(value) - 1 if last else 0)
        count = _whole(rest, 1, "count", name) if len(rest) > 1 else None
        told = value, start, count, name, len(arguments)
        first, end = _backwards(*told, one=True) if last else _onwards(*told)
        places = range(end - 1, first - 1, -1) if last else range(first, end)
        return next((place for place in places if value[place] in chars), -1)

    return find


def _edge(name: str, *, end: bool) -> Callable[[str, Sequence[object]], object]:
    def test(value: str, arguments: Sequence[object]) -> object:
        wanted = to_text(arguments[0])
        if len(arguments) == 3:
            form: Callable[[str], str] = (lambda text: fold(_cased_alike(text))) if to_bool(arguments[1]) else str
        else:
            form = _compared(arguments, 1, name)
        value, wanted = _by_culture(value, arguments, 1)
        return form(value).endswith(form(wanted)) if end else form(value).startswith(form(wanted))

    return test


def _contains(value: str, arguments: Sequence[object]) -> object:
    form = _compared(arguments, 1, "Contains")
    value, wanted = _by_culture(value, arguments, 1, alone="Ordinal")
    return form(wanted) in form(value)


def _equals(value: str, arguments: Sequence[object]) -> object:
    if len(arguments) == 1:
        return isinstance(arguments[0], str) and not isinstance(arguments[0], Char) and str(arguments[0]) == str(value)
    told = _comparison(arguments[1])
    if told is not None and "Culture" in told:
        return arguments[0] is not None and same_text(value, to_text(arguments[0]), case=not told.endswith("Case"))
    form = _compared(arguments, 1, "Equals")
    return arguments[0] is not None and form(to_text(arguments[0])) == form(value)


def _replaced(value: str, arguments: Sequence[object]) -> object:
    old, new = to_text(arguments[0]), to_text(arguments[1])
    if not old:
        message = "The value cannot be an empty string. (Parameter 'oldValue')"
        call_failed("Replace", len(arguments), message, "ArgumentException")
    if len(arguments) == 3:
        told = _comparison(arguments[2])
        if told is None:
            raise NotKnownHere("this form of .Replace()")
        if told.endswith("IgnoreCase"):
            return re.sub(re.escape(old), lambda _match: new, value, flags=re.IGNORECASE)
    return value.replace(old, new)


def _padded(name: str, *, left: bool) -> Callable[[str, Sequence[object]], object]:
    def pad(value: str, arguments: Sequence[object]) -> object:
        width = _whole(arguments, 0, "totalWidth", name)
        if width < 0:
            call_failed(name, len(arguments), must_be("totalWidth", width), "ArgumentOutOfRangeException")
        fill = to_text(arguments[1]) if len(arguments) > 1 else " "
        if len(fill) != 1:
            raise NotKnownHere(f".{name}() with more than one character to fill")
        need_room(width)
        return value.rjust(width, fill) if left else value.ljust(width, fill)

    return pad


def _too_large(start: int, most: int) -> str:
    """.NET's words for a start that it looks at without its sign."""
    start &= 0xFFFFFFFF
    return must_be("startIndex", start, f"less than or equal to '{most}'")


def _inserted(value: str, arguments: Sequence[object]) -> object:
    place = _whole(arguments, 0, "startIndex", "Insert")
    if not 0 <= place <= len(value):
        call_failed("Insert", 2, _too_large(place, len(value)), "ArgumentOutOfRangeException")
    return value[:place] + to_text(arguments[1]) + value[place:]


def _removed(value: str, arguments: Sequence[object]) -> object:
    start = _whole(arguments, 0, "startIndex", "Remove")
    count = _whole(arguments, 1, "count", "Remove") if len(arguments) > 1 else len(value) - start
    message = ""
    if start < 0:
        message = "StartIndex cannot be less than zero. (Parameter 'startIndex')"
        if len(arguments) > 1:
            message = must_be("startIndex", start)
    elif len(arguments) == 1 and start > len(value):
        message = "startIndex cannot be larger than length of string. (Parameter 'startIndex')"
    elif count < 0:
        message = must_be("count", count)
    elif start + count > len(value):
        message = must_be("count", count, f"less than or equal to '{len(value) - start}'")
    if message:
        call_failed("Remove", len(arguments), message, "ArgumentOutOfRangeException")
    return value[:start] + value[start + count :]


def char_at(value: str, arguments: Sequence[object]) -> object:
    """`.Chars(index)`."""
    place = indexed_by(arguments[0], "System.Int32", "index", "Chars")
    assert isinstance(place, int)
    if not 0 <= place < len(value):
        raise not_got("Chars", "Index was outside the bounds of the array.", "IndexOutOfRangeException")
    return Char(value[place])


def upper(text: str) -> str:
    """Upper case one character to one, as .NET does (`ß` stays)."""
    if text.isascii():
        return text.upper()
    return "".join(up if char != "ı" and len(up := char.upper()) == 1 else char for char in text)


def lower(text: str) -> str:
    """Lower case one character to one."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def upper_here(text: str) -> str:
    """Upper case as the cell's culture has it: all but the invariant one have a case of the Turkish letters."""
    return upper(_cased_alike(text).replace("ı", "I") if current().name else text)


def lower_here(text: str) -> str:
    """The same in lower case."""
    return lower(_cased_alike(text).replace("İ", "i") if current().name else text)


def _cased_alike(text: str) -> str:
    need_common_case(text)
    return text


def _char_array(value: str, arguments: Sequence[object]) -> object:
    if len(arguments) == 1:
        raise no_overload("ToCharArray", 1)
    if arguments:
        start, length = (
            _whole(arguments, place, name, "ToCharArray") for place, name in enumerate(("startIndex", "length"))
        )
        if 0 <= start <= len(value) and length < 0:
            call_failed("ToCharArray", 2, must_be("length", length), "ArgumentOutOfRangeException")
        if not 0 <= start <= len(value) - length:
            most = len(value) - length if 0 <= start <= len(value) else len(value)
            call_failed("ToCharArray", 2, _too_large(start, most), "ArgumentOutOfRangeException")
        value = value[start : start + length]
    return Array([Char(char) for char in value], "System.Char")


def _normalized(value: str, arguments: Sequence[object]) -> object:
    form = to_text(arguments[0]).lower() if arguments else "formc"
    if form not in _FORMS:
        raise NotKnownHere(f".Normalize() with the form {form}")
    return unicodedata.normalize(_FORMS[form], value)


def _is_normalized(value: str, arguments: Sequence[object]) -> object:
    return _normalized(value, arguments) == value


_LINE_END: Final = re.compile("\r\n|[\r\n\f\x85\u2028\u2029]")


def _with_line_ends(value: str, arguments: Sequence[object]) -> object:
    end = to_text(arguments[0]) if arguments else os.linesep
    return _LINE_END.sub(lambda _found: end, value)


_FORMS: Final[dict[str, Literal["NFC", "NFD", "NFKC", "NFKD"]]] = {
    "formc": "NFC",
    "formd": "NFD",
    "formkc": "NFKC",
    "formkd": "NFKD",
}


def _compared_to(value: str, arguments: Sequence[object]) -> object:
    other = arguments[0]
    if other is not None and type_of(other) != "System.String":
        call_failed("CompareTo", 1, "Object must be of type String.", "ArgumentException")
    return 1 if other is None else compare_as_culture(value, str(other), case=True)


def _told(value: str, arguments: Sequence[object]) -> str:
    """`ToString()`, which takes a culture and no format."""
    told = arguments[0] if arguments else None
    if len(arguments) > 1 or type(told) in (str, int):
        raise no_overload("ToString", len(arguments))
    if told is not None and not isinstance(told, CultureValue):
        raise NotKnownHere("[string].ToString() of what is no culture")
    return str(value)


TEXT_METHODS: Final[dict[str, Method[str]]] = {
    "chars": method(1)(char_at),
    "clone": method(0)(lambda v, a: v),
    "compareto": method(1)(_compared_to),
    "contains": method(1, 2)(_contains),
    "endswith": method(1, 3)(_edge("EndsWith", end=True)),
    "equals": method(1, 2)(_equals),
    "getenumerator": method(0)(lambda v, a: enumerator_of(v, [Char(char) for char in v])),
    "indexof": method(1, 4)(_found("IndexOf", last=False)),
    "indexofany": method(1, 3)(_any_of("IndexOfAny", last=False)),
    "insert": method(2)(_inserted),
    "lastindexofany": method(1, 3)(_any_of("LastIndexOfAny", last=True)),
    "lastindexof": method(1, 4)(_found("LastIndexOf", last=True)),
    "isnormalized": method(0, 1)(_is_normalized),
    "normalize": method(0, 1)(_normalized),
    "padleft": method(1, 2)(_padded("PadLeft", left=True)),
    "padright": method(1, 2)(_padded("PadRight", left=False)),
    "remove": method(1, 2)(_removed),
    "replace": method(2, 3)(_replaced),
    "replacelineendings": method(0, 1)(_with_line_ends),
    "split": method(0, 16)(_split),
    "startswith": method(1, 3)(_edge("StartsWith", end=False)),
    "substring": method(1, 2)(_substring),
    "tochararray": method(0, 2)(_char_array),
    "tolower": method(0, 1)(cultured(lambda v, a: lower_here(v))),
    "tolowerinvariant": method(0)(lambda v, a: lower(v)),
    "tostring": method(0, 2)(_told),
    "toupper": method(0, 1)(cultured(lambda v, a: upper_here(v))),
    "toupperinvariant": method(0)(lambda v, a: upper(v)),
    "trim": method(0, 16)(_trimmed("Trim", left=True, right=True)),
    "trimend": method(0, 16)(_trimmed("TrimEnd", left=False, right=True)),
    "trimstart": method(0, 16)(_trimmed("TrimStart", left=True, right=False)),
}


def compare_values(value: Any, arguments: Sequence[object]) -> object:
    """`.CompareTo(other)` of a number, date or duration. Raises ScriptError for what is of another type."""
    other = arguments[0]
    if other is None:
        return 1
    if type_of(other) != type_of(value):
        name = type_of(value)
        told = f"Object must be of type {_COMPARED.get(name, name.rpartition('.')[2] + '.')}"
        if isinstance(value, EnumValue):
            told = (
                "Object must be the same type as the enum. "
                f"The type passed in was '{bound_type_of(other)}'; the enum type was '{name}'."
            )
        call_failed("CompareTo", 1, told, "ArgumentException")
    if isinstance(value, Byte | SByte | Int16 | UInt16):
        return int(value) - int(other)  # type: ignore[call-overload]
    return order(value, other)


_COMPARED: Final = {
    "System.Version": "Version. (Parameter 'version')",
    "System.Guid": "GUID. (Parameter 'value')",
}
