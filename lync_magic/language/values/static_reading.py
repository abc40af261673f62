"""How texts are read as values: `[int]::Parse(…)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lync_magic.clixml import INT32, SizedInt
from lync_magic.language.values.based_numbers import TOO_LARGE
from lync_magic.language.values.convert import convert, convert_by_culture
from lync_magic.language.values.culture import INVARIANT, Culture, current, named
from lync_magic.language.values.enums import FLAGS
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    call_failed,
    reason_of,
)
from lync_magic.language.values.methods import cultured, method
from lync_magic.language.values.numeric import INTEGERS, WHOLE, to_int
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType

_SIGN_BEHIND: Final = re.compile(r"\s*(\d[\d,]*(\.\d*)?|\.\d+)[+-]\s*", re.ASCII)


def plain_form(kind: str, text: str) -> str:
    """A text as the invariant culture writes it, where the cell's culture reads it as a number. A decimal's sign may
    stand behind it. Any other is given back as it is. Raises NotKnownHere for the words of a culture for what is no
    number."""
    culture = current()
    if kind not in _REALS:
        return text
    if culture.name in ("", "en-US"):
        if kind == "System.Decimal" and _SIGN_BEHIND.fullmatch(text):
            told = text.strip()
            return told[-1] + told[:-1]
        return text
    found = _number(culture.name).fullmatch(text)
    if found is None or (kind == "System.Decimal" and found["power"]) or not (found["whole"] or found["part"]):
        if any(word.lower() in text.lower() for word in (culture.nan, culture.infinity)):
            raise NotKnownHere(f"[{kind}] read by the culture {culture.name}")
        return _NO_NUMBER
    signs = [one for one in (found["sign"], found["behind"]) if one]
    if len(signs) > 1 or (found["behind"] and kind != "System.Decimal"):
        return _NO_NUMBER
    minus = "-" if signs and signs[0] not in ("+", culture.plus) else ""
    return minus + re.sub(r"\D", "", found["whole"]) + "." + (found["part"] or "") + (found["power"] or "")


_NO_NUMBER: Final = "?"
"""What stands for a text that a culture does not read as a number."""


def _group_of(culture: Culture) -> str:
    """A pattern of what stands between groups of digits."""
    return f"[ {culture.group}]" if culture.group in ("\xa0", "\u202f") else re.escape(culture.group)


@lru_cache(maxsize=16)
def _number(name: str) -> re.Pattern[str]:
    """How a culture writes a number: its sign, digits in groups of any size, its part behind the separator."""
    culture = named(name) or INVARIANT
    group = _group_of(culture)
    sign = "|".join(map(re.escape, {"-", "+", culture.minus, culture.plus}))
    return re.compile(
        rf"[ \t\r\n\f\v]*(?P<sign>{sign})?(?P<whole>(?:[0-9](?:[0-9]|{group})*)?)"
        rf"(?:{re.escape(culture.decimal)}(?P<part>[0-9]*))?(?P<power>[eE][+-]?[0-9]+)?"
        rf"(?P<behind>{sign})?[ \t\r\n\f\v]*"
    )


_REALS: Final = ("System.Double", "System.Decimal", "System.Single")
_BY_CULTURE: Final = frozenset((*INTEGERS, "System.Single", "System.Double", "System.Decimal", "System.DateTime"))
"""Types whose Parse takes a culture."""
_REAL: Final = re.compile(r"\s*[+-]?(\d[\d,]*(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*|\s*([+-]?(Infinity|∞)|NaN)\s*", re.ASCII)
_PARSED: Final[dict[str, re.Pattern[str]]] = {
    **dict.fromkeys(INTEGERS, WHOLE),
    "System.Double": _REAL, "System.Single": _REAL,
    "System.Decimal": re.compile(r"\s*[+-]?(\d[\d,]*(\.\d*)?|\.\d+)[+-]?\s*", re.ASCII),
    "System.Boolean": re.compile(r"\s*(true|false)\s*", re.IGNORECASE),
}  # fmt: skip


def is_parsed(kind: str, text: str) -> bool:
    """Whether .NET's Parse takes a text; a cast takes more (`1.5` and `0x10` for an Int32, any text for a Boolean)."""
    form = _PARSED.get(kind)
    return form is None or form.fullmatch(plain_form(kind, text)) is not None


_STYLES: Final = "System.Globalization.NumberStyles"
KNOWN_STYLES: Final = ("Any", "Float", "HexNumber", "Integer", "Number", "AllowThousands")
_ANY, _FLOAT, _HEX, _INTEGER, _NUMBER, _THOUSANDS = (FLAGS[_STYLES][name] for name in KNOWN_STYLES)
_HEX_TEXT: Final = re.compile(r"[ \t\n\v\f\r]*([0-9a-fA-F]+)[ \t\n\v\f\r]*")
_USUAL: Final[dict[str, int]] = {
    **dict.fromkeys(INTEGERS, _INTEGER),
    **dict.fromkeys(("System.Double", "System.Single"), _FLOAT | _THOUSANDS),
    "System.Decimal": _NUMBER,
}  # fmt: skip
"""What .NET takes of a number's text where no style is told."""


def read_as(kind: str, text: str, style: object) -> str | None:
    """A text that .NET takes as a number of a style, as it is read without one; None where it takes it not. Raises
    NotKnownHere where that is not known here."""
    try:
        told = to_int(convert(style, NetType(_STYLES)))
    except ScriptError:
        raise NotKnownHere(f"the style {to_text(style)} of numbers") from None
    taken = text if is_parsed(kind, text) else None
    if told == _USUAL[kind]:
        return taken
    if told == _ANY and (taken is not None or not any(char.isdigit() for char in text)):
        return taken
    if told == _FLOAT and kind in ("System.Double", "System.Single"):
        return None if set(text.strip()) & {current().group, " ", "\xa0", "\u202f"} else taken
    if told == _THOUSANDS and kind in INTEGERS:
        found = re.fullmatch(rf"[0-9](?:[0-9]|{_group_of(current())})*", text)
        return None if found is None else re.sub(r"\D", "", text)
    if told == _HEX and kind in INTEGERS:
        return _of_hex(kind, text)
    raise NotKnownHere(f"[{kind}] of this text and style of numbers")


def _of_hex(kind: str, text: str) -> str | None:
    found = _HEX_TEXT.fullmatch(text)
    if found is None:
        return None
    whole = INTEGERS[kind]
    low, high = whole.limits if issubclass(whole, SizedInt) else INT32
    number = int(found[1], 16)
    if number > high - low:
        raise NotKnownHere(f"[{kind}] of a text of too many digits")
    return str(number if number <= high else number - (high - low + 1))


def parse(type_name: str, inner: str = "FormatException") -> Static:
    """`[type]::Parse(text)`. inner: the exception of a text that is none."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        text = to_text(arguments[0])
        if len(arguments) > 1 and type_name not in _USUAL:
            raise NotKnownHere(f"[{type_name}]::Parse with a style")
        taken = read_as(type_name, text, arguments[1]) if len(arguments) > 1 else text
        if arguments[0] is not None and (taken is None or not is_parsed(type_name, taken)):
            why = f"The input string '{text}' was not in a correct format."
            if type_name == "System.Boolean":
                why = f"String '{text}' was not recognized as a valid Boolean."
            call_failed("Parse", len(arguments), why, inner)
        text = plain_form(type_name, text if taken is None else taken)
        if type_name == "System.Decimal":
            return Decimal(text.strip().replace(",", ""))  # its zeros stay, as a cast's do not
        try:
            return convert_by_culture(text, NetType(type_name))
        except ScriptError as bad:
            why = reason_of(bad)
            too_large = why.startswith(TOO_LARGE) or "is out of range or contains too many digits" in why
            call_failed("Parse", len(arguments), why, "OverflowException" if too_large else inner)

    most = 3 if type_name in _USUAL else 2 if type_name in _BY_CULTURE else 1
    return method(1, most)(cultured(run))


def parse_boolean(_none: None, arguments: Sequence[object]) -> object:
    """`[bool]::Parse(text)`."""
    parse("System.Boolean").call(None, arguments)
    return to_text(arguments[0]).strip().lower() == "true"
