"""How texts are read as values: `[int]::Parse(…)`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from lync_magic.clixml import EnumValue
from lync_magic.language.values.based_numbers import TOO_LARGE, Refused
from lync_magic.language.values.convert import convert_by_culture
from lync_magic.language.values.culture import current, in_told
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    call_failed,
    reason_of,
)
from lync_magic.language.values.methods import argument_as, cultured, method
from lync_magic.language.values.numbers import read_decimal
from lync_magic.language.values.numeric import INTEGERS, WHOLE
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.styled_numbers import STYLES, read_number
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
    if (culture.decimal, culture.group) == (".", ",") and culture.name in ("", "en-US"):
        if kind == "System.Decimal" and _SIGN_BEHIND.fullmatch(text):
            told = text.strip()
            return told[-1] + told[:-1]
        return text
    found = _number(culture.decimal, culture.group, culture.minus, culture.plus).fullmatch(text)
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


@lru_cache(maxsize=16)
def _number(point: str, mark: str, minus: str, plus: str) -> re.Pattern[str]:
    """How a culture writes a number: its sign, digits in groups of any size, its part behind the separator."""
    group = f"[ {mark}]" if mark in ("\xa0", "\u202f") else re.escape(mark)
    sign = "|".join(map(re.escape, {"-", "+", minus, plus}))
    return re.compile(
        rf"[ \t\r\n\f\v]*(?P<sign>{sign})?(?P<whole>(?:[0-9](?:[0-9]|{group})*)?)"
        rf"(?:{re.escape(point)}(?P<part>[0-9]*))?(?P<power>[eE][+-]?[0-9]+)?"
        rf"(?P<behind>{sign})?[ \t\r\n\f\v]*"
    )


_REALS: Final = ("System.Double", "System.Decimal", "System.Single")
_BY_CULTURE: Final = frozenset((*INTEGERS, "System.Single", "System.Double", "System.Decimal", "System.DateTime"))
"""Types whose Parse takes a culture."""
_STYLED: Final = _BY_CULTURE - {"System.DateTime"}
"""Types whose Parse takes a style of numbers."""
_STYLE: Final = 1
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


def parse(type_name: str, inner: str = "FormatException") -> Static:
    """`[type]::Parse(text)`. inner: the exception of a text that is none."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        read = current()
        if type_name in _STYLED and read.percent_marks and (read.decimal == read.group or read.minus not in "-\u2212"):
            raise NotKnownHere(f"[{type_name}]::Parse by signs that were set")
        if len(arguments) > 1 and type_name in _STYLED:
            return parse_styled(type_name, arguments)
        if len(arguments) > 1:
            raise NotKnownHere(f"[{type_name}]::Parse with a style")
        text = to_text(arguments[0])
        if arguments[0] is not None and not is_parsed(type_name, text):
            why = f"The input string '{text}' was not in a correct format."
            if type_name == "System.Boolean":
                why = f"String '{text}' was not recognized as a valid Boolean."
            call_failed("Parse", len(arguments), why, inner)
        text = plain_form(type_name, text)
        if type_name == "System.Decimal":
            made = read_decimal(text.strip().replace(",", ""))  # its zeros stay, as a cast's do not
            if made is None:
                call_failed("Parse", len(arguments), f"{TOO_LARGE} for a Decimal.", "OverflowException")
            return made
        try:
            return convert_by_culture(text, NetType(type_name))
        except ScriptError as bad:
            why = reason_of(bad)
            too_large = why.startswith(TOO_LARGE) or "is out of range or contains too many digits" in why
            call_failed("Parse", len(arguments), why, "OverflowException" if too_large else inner)

    return method(1, 3 if type_name in _STYLED else 2 if type_name in _BY_CULTURE else 1)(cultured(run))


def parse_styled(type_name: str, arguments: Sequence[object], name: str = "Parse") -> object:
    """`[type]::Parse(text, style)`, by the culture that is told behind it or the cell's. name: Parse or TryParse, which
    has an argument more."""
    style = argument_as(arguments[1], STYLES, "style", name)
    assert isinstance(style, EnumValue)
    told = arguments[2] if len(arguments) > _STYLE + 1 else None
    try:
        with in_told(told):
            return read_number(to_text(arguments[0]), style.value, type_name)
    except Refused as bad:
        call_failed(name, len(arguments) + (name == "TryParse"), bad.message, bad.kind)


def parse_boolean(_none: None, arguments: Sequence[object]) -> object:
    """`[bool]::Parse(text)`."""
    parse("System.Boolean").call(None, arguments)
    return to_text(arguments[0]).strip().lower() == "true"
