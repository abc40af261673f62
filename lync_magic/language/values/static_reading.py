"""How texts are read as values: `[int]::Parse(…)`, `[Convert]::ToInt32(…)`."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from lync_magic.clixml import INT32, Byte, Char
from lync_magic.language.values.collections import (
    Array,
    is_collection,
    items_of,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import current
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    call_failed,
)
from lync_magic.language.values.formatting import format_value
from lync_magic.language.values.methods import cultured, method
from lync_magic.language.values.numeric import to_bool, to_int
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, type_of


def _in_base(arguments: Sequence[object]) -> object:
    """[Convert]::ToInt32('ff', 16)."""
    text, base = to_text(arguments[0]), to_int(arguments[1])
    if base not in (2, 8, 10, 16):
        call_failed("ToInt32", 2, "Invalid Base.", "ArgumentException")
    try:
        number = int(text, base)
    except ValueError:
        message = "Could not find any recognizable digits."
        if text and int(text[:1] in "0123456789abcdefABCDEF"):
            message = "Additional non-parsable characters are at the end of the string."
        call_failed("ToInt32", 2, message, "FormatException")
    return number - 2**32 if base != 10 and number >= 2**31 else number


def _to_base(arguments: Sequence[object]) -> object:
    """[Convert]::ToString(10, 2)."""
    if isinstance(arguments[1], Char):
        raise NotKnownHere("[convert]::ToString with a character as its base")
    number, base = to_int(arguments[0]), to_int(arguments[1])
    if number < 0:
        number += 2**32 if number >= INT32[0] else 2**64
    letters = {2: "b", 8: "o", 10: "d", 16: "x"}.get(base)
    if letters is None:
        call_failed("ToString", 2, "Invalid Base.", "ArgumentException")
    return format(number, letters)


def _converted(kind: str) -> Static:
    """[Convert]::ToX: like a cast, but a text that is none is an exception of the call."""
    name = "To" + kind.rpartition(".")[2]

    def run(_none: None, arguments: Sequence[object]) -> object:
        value = arguments[0]
        if (
            len(arguments) == 2
            and arguments[1] is not None
            and type_of(arguments[1]) != "System.Globalization.CultureInfo"
        ):
            if (
                type(arguments[1]) is not int
                or kind not in ("System.Int32", "System.Int64")
                or type_of(value) != "System.String"
            ):
                raise NotKnownHere(f"[Convert]::{name} in a base")
            return _in_base(arguments)
        if value is None:
            return convert(0, NetType(kind)) if kind != "System.DateTime" else convert("0001-01-01", NetType(kind))
        if not isinstance(value, _CONVERTIBLE):
            raise NotKnownHere(f"[Convert]::{name} of a [{NetType(type_of(value)).spoken}]")
        if type_of(value) == "System.String" and not is_parsed(kind, to_text(value)):
            why = f"The input string '{to_text(value)}' was not in a correct format."
            call_failed(name, len(arguments), why, "FormatException")
        if kind == "System.DateTime" and type_of(value) not in ("System.String", kind):
            given = type_of(value).rpartition(".")[2]
            call_failed(name, len(arguments), f"Invalid cast from '{given}' to 'DateTime'.", "InvalidCastException")
        try:
            return convert(value, NetType(kind))
        except ScriptError as bad:
            why = bad.message.partition('Error: "')[2].removesuffix('"') or bad.message
            call_failed(
                name, len(arguments), why, "OverflowException" if why.startswith(_TOO_LARGE) else "FormatException"
            )

    return method(1, 2)(run)


_CONVERTIBLE: Final = (str, int, float, Decimal, datetime)
"""What is IConvertible of the values that there are here."""
_TOO_LARGE: Final = "Value was either too large or too small"


_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


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


def _to_boolean(_none: None, arguments: Sequence[object]) -> object:
    value = arguments[0]
    if isinstance(value, str):
        text = value.strip().lower()
        if text not in ("true", "false"):
            message = f"String '{value}' was not recognized as a valid Boolean."
            call_failed("ToBoolean", 1, message, "FormatException")
        return text == "true"
    if value is not None and not isinstance(value, _CONVERTIBLE):
        raise NotKnownHere(f"[Convert]::ToBoolean of a [{NetType(type_of(value)).spoken}]")
    return to_bool(value)


def _bytes(values: object) -> bytes:
    if not is_collection(values) or not all(isinstance(one, int) for one in items_of(values)):
        raise NotKnownHere("[Convert] of what is no list of bytes")
    return bytes(to_int(one) for one in items_of(values))


def _array_of_bytes(data: bytes) -> Array:
    return Array([Byte(one) for one in data], "System.Byte")


_ANYWHERE: Final = re.compile(r"[+-]?\d+|\d{4}-\d\d-\d\d.*|[A-Za-z]*", re.DOTALL)
"""Texts that mean the same in every culture."""
_DAY_AND_MONTH: Final = re.compile(r"[^A-Za-z]*\d+[^\dA-Za-z]*[A-Za-z]{3,}\W*(\d+:.*)?|.*\d\s*[AaPp]\W*", re.DOTALL)
"""Dates that en-US reads otherwise than the invariant culture: there the number is a day, and `a` is a half."""


def refuse_culture(kind: str, text: str) -> None:
    """What is read by the culture, and not as a cast reads it. Raises NotKnownHere where that would show."""
    told = kind in ("System.Double", "System.Decimal", "System.Single", "System.DateTime")
    name = current().name
    otherwise = name == "en-US" and kind == "System.DateTime" and _DAY_AND_MONTH.fullmatch(text)
    if told and (otherwise or (name not in ("", "en-US") and not _ANYWHERE.fullmatch(text.strip()))):
        raise NotKnownHere(f"[{kind}] read by the culture {current().name}")


_BY_CULTURE: Final = frozenset(f"System.{one}" for one in ("Int32", "Int64", "Double", "Decimal", "DateTime"))
"""Types whose Parse takes a culture."""
_INTEGER: Final = re.compile(r"\s*[+-]?\d+\s*")
_REAL: Final = re.compile(r"\s*[+-]?(\d[\d,]*(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*|\s*([+-]?(Infinity|∞)|NaN)\s*")
_PARSED: Final[dict[str, re.Pattern[str]]] = {
    **{f"System.{name}": _INTEGER for name in ("Int32", "Int64", "Byte", "Int16", "UInt32", "UInt64")},
    "System.Double": _REAL, "System.Decimal": _REAL, "System.Single": _REAL,
    "System.Boolean": re.compile(r"\s*(true|false)\s*", re.IGNORECASE),
}  # fmt: skip


def is_parsed(kind: str, text: str) -> bool:
    """Whether .NET's Parse takes a text; a cast takes more (`1.5` and `0x10` for an Int32, any text for a Boolean)."""
    refuse_culture(kind, text)
    form = _PARSED.get(kind)
    return form is None or form.fullmatch(text) is not None


def parse(type_name: str, inner: str = "FormatException") -> Static:
    """`[type]::Parse(text)`. inner: the exception of a text that is none."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        if len(arguments) > 1:
            raise NotKnownHere(f"[{type_name}]::Parse with a style of numbers")
        text = to_text(arguments[0])
        if arguments[0] is not None and not is_parsed(type_name, text):
            why = f"The input string '{text}' was not in a correct format."
            if type_name == "System.Boolean":
                why = f"String '{text}' was not recognized as a valid Boolean."
            call_failed("Parse", len(arguments), why, inner)
        if type_name == "System.Decimal":
            return Decimal(text.strip().replace(",", ""))  # its zeros stay, as a cast's do not
        try:
            return convert(to_text(arguments[0]), NetType(type_name))
        except ScriptError as bad:
            why = bad.message.partition('Error: "')[2].removesuffix('"') or bad.message
            too_large = why.startswith(_TOO_LARGE) or "is out of range or contains too many digits" in why
            call_failed("Parse", len(arguments), why, "OverflowException" if too_large else inner)

    return method(1, 2 if type_name in _BY_CULTURE else 1)(cultured(run))


def parse_boolean(_none: None, arguments: Sequence[object]) -> object:
    """`[bool]::Parse(text)`."""
    parse("System.Boolean").call(None, arguments)
    return to_text(arguments[0]).strip().lower() == "true"


CONVERT: Final[dict[str, Static]] = {
    **{
        f"to{kind.rpartition('.')[2].lower()}": _converted(kind)
        for kind in (
            "System.Int32",
            "System.Int64",
            "System.Int16",
            "System.Byte",
            "System.Double",
            "System.Decimal",
            "System.DateTime",
            "System.Single",
            "System.Char",
        )
    },
    "tostring": method(1, 2)(lambda _n, a: _to_base(a) if len(a) == 2 else format_value(a[0], "")),
    "toboolean": method(1)(_to_boolean),
    "tohexstring": method(1)(lambda _n, a: _bytes(a[0]).hex().upper()),
    "fromhexstring": method(1)(lambda _n, a: _array_of_bytes(bytes.fromhex(to_text(a[0])))),
    "tobase64string": method(1)(lambda _n, a: base64.b64encode(_bytes(a[0])).decode("ascii")),
    "frombase64string": method(1)(lambda _n, a: _array_of_bytes(_of_base64(to_text(a[0])))),
}
"""The methods of [Convert]."""
