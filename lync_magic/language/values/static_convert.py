"""The methods of `[Convert]`: what .NET makes of a value, by the type that the value has.

Rule of this file: which overload is meant says `net_choice`; here stands what that overload does (System.Convert and
IConvertible), whose words differ from those of a cast.
"""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NoReturn

from lync_magic.clixml import Byte, Char, EnumValue
from lync_magic.language.values.based_numbers import BITS, OVERFLOW, RANGES, TOO_LARGE, Refused, of_base, too_large
from lync_magic.language.values.collections import Array, is_collection, items_of
from lync_magic.language.values.convert import convert, convert_by_culture
from lync_magic.language.values.culture import in_told
from lync_magic.language.values.enums import ENUMS, is_enum
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, reason_of
from lync_magic.language.values.formatting import format_value
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.net_choice import chosen, rank_of, taken
from lync_magic.language.values.numbers import fits, read_decimal
from lync_magic.language.values.numeric import INTEGERS, to_bool, to_int
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.static_reading import is_parsed, plain_form
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.units import length


def _no_cast(value: object, kind: str) -> NoReturn:
    given = "Enum" if isinstance(value, EnumValue) else type_of(value).rpartition(".")[2]
    raise Refused(f"Invalid cast from '{given}' to '{kind}'.", _NO_CAST)


def _is_text(value: object) -> bool:
    return type_of(value) == "System.String"


_NO_CAST: Final = "InvalidCastException"


def _not_convertible(value: object) -> NoReturn:
    message = f"Unable to cast object of type '{type_of(value)}' to type 'System.IConvertible'."
    raise Refused(message, _NO_CAST)


_CONVERTIBLE: Final = ("String", "Char", "Boolean", "Single", "Double", "Decimal", "DateTime", *RANGES)


def _is_convertible(value: object) -> bool:
    return isinstance(value, EnumValue) or type_of(value).removeprefix("System.") in _CONVERTIBLE


def _parsed(text: str, kind: str) -> object:
    """A text as its type's Parse reads it."""
    if not is_parsed(f"System.{kind}", text):
        raise Refused(f"The input string '{text}' was not in a correct format.", "FormatException")
    try:
        plain = plain_form(f"System.{kind}", text)
        made = convert_by_culture(plain, NetType(f"System.{kind}"))
        told = plain.strip().replace(",", "")
        return read_decimal(told) if kind == "Decimal" and told[-1:].isdigit() else made  # its zeros stay
    except ScriptError as bad:
        why = reason_of(bad)
        raise Refused(why, OVERFLOW if why.startswith(TOO_LARGE) else "FormatException") from None


def _to_whole(value: object, kind: str) -> object:
    of_kind = INTEGERS[f"System.{kind}"]
    if isinstance(value, Char):
        number = ord(value)
    elif isinstance(value, EnumValue):
        number = value.value
    elif isinstance(value, float):
        wide = of_kind if fits(of_kind, 2**31) else INTEGERS["System.Int32"]  # a small one goes by way of an Int32
        if value != value or abs(value) == float("inf") or not fits(wide, number := round(value)):
            if kind.endswith("Int64"):
                raise Refused("Arithmetic operation resulted in an overflow.", OVERFLOW)
            too_large("Int32" if wide is int else kind)
    elif isinstance(value, datetime):
        _no_cast(value, kind)
    elif isinstance(value, int | Decimal):
        number = to_int(value)
    else:
        return _parsed(to_text(value), kind)
    if not fits(of_kind, number):
        too_large(kind)
    return of_kind(number)


def _to_real(value: object, kind: str) -> object:
    if isinstance(value, Char | datetime):
        _no_cast(value, kind)
    if isinstance(value, EnumValue):
        value = value.value
    if _is_text(value):
        return _parsed(to_text(value), kind)
    try:
        return convert(value, NetType(f"System.{kind}"))
    except ScriptError:
        raise Refused(f"{TOO_LARGE} for a {kind}.", OVERFLOW) from None


def _to_boolean(value: object, kind: str) -> object:
    if isinstance(value, Char | datetime):
        _no_cast(value, kind)
    if _is_text(value):
        text = to_text(value)
        if (word := text.strip(" \t\r\n\0").lower()) not in ("true", "false"):
            raise Refused(f"String '{text}' was not recognized as a valid Boolean.", "FormatException")
        return word == "true"
    return to_bool(value)


def _to_char(value: object, kind: str) -> object:
    if isinstance(value, bool | float | Decimal | datetime):
        _no_cast(value, kind)
    if isinstance(value, EnumValue):
        value = value.value
    if isinstance(value, int):
        if not 0 <= value <= 0xFFFF:
            raise Refused(f"{TOO_LARGE} for a character.", OVERFLOW)
        return Char(chr(value))
    text = to_text(value)
    if length(text) != 1:
        raise Refused("String must be exactly one character long.", "FormatException")
    return Char(text)


def _to_moment(value: object, kind: str) -> object:
    if isinstance(value, datetime):
        return value
    return _parsed(to_text(value), kind) if _is_text(value) else _no_cast(value, kind)


_INTO: Final[dict[str, Callable[[object, str], object]]] = {
    **dict.fromkeys(RANGES, _to_whole),
    **dict.fromkeys(("Single", "Double", "Decimal"), _to_real),
    "Boolean": _to_boolean, "Char": _to_char, "DateTime": _to_moment,
}  # fmt: skip
_NOTHING: Final[dict[str, object]] = {"DateTime": "0001-01-01", "Char": "\0", "Boolean": False}
"""What `$null` becomes; a number is 0."""


def _taken(name: str, arguments: Sequence[object]) -> tuple[list[object], str]:
    """The arguments as the overload takes them that PowerShell calls, and the type of its second parameter."""
    choice = chosen("System.Convert", name, arguments, static=True)
    made = taken(choice, arguments) if choice is not None else None
    if choice is None or made is None:
        given = ", ".join(f"[{NetType(type_of(one)).spoken}]" if one is not None else "$null" for one in arguments)
        raise NotKnownHere(f"[Convert]::{name}({given})")
    return made, choice.parameters[1].kind if len(made) > 1 else ""


def _converted(kind: str) -> Static:
    """`[Convert]::ToX(value)`, with a culture behind it, or with the base of a text."""
    name = f"To{kind}"

    def run(_none: None, arguments: Sequence[object]) -> object:
        (value, *rest), second = _taken(name, arguments)
        try:
            if second == "System.Int32":
                return of_base(to_text(value), to_int(rest[0]), kind)
            if value is None:
                return convert(_NOTHING.get(kind, 0), NetType(f"System.{kind}"))
            if not _is_convertible(value):
                _not_convertible(value)
            with in_told(rest[0] if rest else None):
                return _INTO[kind](value, kind)
        except Refused as bad:
            call_failed(name, len(arguments), bad.message, bad.kind)

    return method(1, 2)(run)


def _to_string(_none: None, arguments: Sequence[object]) -> object:
    """`[Convert]::ToString(value)`, with a culture behind it, or a whole number in a base."""
    if len(arguments) == 1 and rank_of(arguments[0], "System.Object") is None:  # the overload of any object
        return net_text(arguments[0])
    (value, *rest), second = _taken("ToString", arguments)
    if second == "System.Int32":
        return _to_base(value, to_int(rest[0]))
    if value is None:
        return ""
    with in_told(rest[0] if rest else None):
        return format_value(value, "") if _is_convertible(value) else net_text(value)


def _to_base(value: object, base: int) -> str:
    letters = {2: "b", 8: "o", 10: "d", 16: "x"}.get(base)
    if letters is None:
        call_failed("ToString", 2, "Invalid Base.", "ArgumentException")
    number = to_int(value)
    if number < 0 and base != 10:
        number += 2 ** BITS[type_of(value).removeprefix("System.")]
    return format(number, letters)


_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


def _to_base64(_none: None, arguments: Sequence[object]) -> str:
    """`[convert]::ToBase64String($bytes[, 'InsertLineBreaks'])`: so in lines of 76 letters."""
    text = base64.b64encode(_bytes(arguments[0])).decode("ascii")
    if len(arguments) == 1:
        return text
    told = argument_as(arguments[1], _OPTIONS, "options", "ToBase64String")
    assert isinstance(told, EnumValue)
    return "\r\n".join(re.findall(".{1,76}", text)) if told.value == 1 else text


_OPTIONS: Final = "System.Base64FormattingOptions"
ENUMS[_OPTIONS] = ("None", "InsertLineBreaks")


def _of_base64(text: str) -> bytes:
    """`[Convert]::FromBase64String`; spaces count for nothing. Raises ScriptError."""
    plain = re.sub(r"[ \t\r\n]", "", text)
    if not _BASE64.fullmatch(plain):
        message = (
            "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding "
            "characters, or an illegal character among the padding characters."
        )
        call_failed("FromBase64String", 1, message, "FormatException")
    return base64.b64decode(plain)


def _bytes(values: object) -> bytes:
    if not is_collection(values) or not all(isinstance(one, int) for one in items_of(values)):
        raise NotKnownHere("[Convert] of what is no list of bytes")
    return bytes(to_int(one) for one in items_of(values))


def _array_of_bytes(data: bytes) -> Array:
    return Array([Byte(one) for one in data], "System.Byte")


def _change_type(_none: None, arguments: Sequence[object]) -> object:
    """`[Convert]::ChangeType(value, [type])`."""
    value, kind = arguments
    if not isinstance(kind, NetType):
        raise NotKnownHere(f"[Convert]::ChangeType to a [{NetType(type_of(kind)).spoken}]")
    short = kind.name.removeprefix("System.")
    try:
        if value is None:
            if short in _INTO or is_enum(kind.name):
                raise Refused("Null object cannot be converted to a value type.", _NO_CAST)
            return None
        if not _is_convertible(value):
            if type_of(value) != kind.name:
                raise Refused("Object must implement IConvertible.", _NO_CAST)
            return value
        if short in _INTO:
            return _INTO[short](value, short)
        if short == "String":
            return format_value(value, "")
        if kind.name not in (type_of(value), "System.Object"):
            raise Refused(f"Invalid cast from '{type_of(value)}' to '{kind.name}'.", _NO_CAST)
        return value
    except Refused as bad:
        call_failed("ChangeType", 2, bad.message, bad.kind)


def _of_hexadecimal(_none: None, arguments: Sequence[object]) -> object:
    """`[Convert]::FromHexString(text)`."""
    text = to_text(arguments[0])
    why = "its length is not a multiple of 2" if len(text) % 2 else "it contains a non-hex character"
    if len(text) % 2 or not set(text) <= set(string.hexdigits):
        call_failed("FromHexString", 1, f"The input is not a valid hex string as {why}.", "FormatException")
    return _array_of_bytes(bytes.fromhex(text))


CONVERT: Final[dict[str, Static]] = {
    "changetype": method(2)(_change_type),
    "isdbnull": method(1)(lambda _n, a: type_of(a[0]) == "System.DBNull"),
    **{f"to{kind.lower()}": _converted(kind) for kind in _INTO},
    "tostring": method(1, 2)(_to_string),
    "tohexstring": method(1)(lambda _n, a: _bytes(a[0]).hex().upper()),
    "tohexstringlower": method(1)(lambda _n, a: _bytes(a[0]).hex()),
    "fromhexstring": method(1)(_of_hexadecimal),
    "tobase64string": method(1, 2)(_to_base64),
    "frombase64string": method(1)(lambda _n, a: _array_of_bytes(_of_base64(to_text(a[0])))),
}
"""The methods of [Convert]."""
