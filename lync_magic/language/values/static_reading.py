"""How texts are read as values: `[int]::Parse(…)`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from lync_magic.language.values.based_numbers import TOO_LARGE
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import current
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    call_failed,
    reason_of,
)
from lync_magic.language.values.methods import cultured, method
from lync_magic.language.values.numeric import INTEGERS, WHOLE
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType

"""How .NET begins what it says of a number out of its type's range."""


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


_DAY_FIRST: Final = re.compile(r"\s*(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?:\s+(\d{1,2}:\d\d(?::\d\d)?))?\s*", re.ASCII)
_COMMA: Final = re.compile(r"\s*[+-]?\d+(?:,\d+)?\s*", re.ASCII)


_SIGN_BEHIND: Final = re.compile(r"\s*(\d[\d,]*(\.\d*)?|\.\d+)[+-]\s*", re.ASCII)


def plain_form(kind: str, text: str) -> str:
    """A text as the invariant culture writes it, where the cell's culture writes it plainly: a number with a comma and
    no groups, a date with the day first. A decimal's sign may stand behind it. Any other is given back as it is."""
    culture = current()
    if kind == "System.Decimal" and culture.name in ("", "en-US") and _SIGN_BEHIND.fullmatch(text):
        told = text.strip()
        return told[-1] + told[:-1]
    if kind in _REALS and culture.decimal == "," and _COMMA.fullmatch(text):
        return text.replace(",", ".")
    found = _DAY_FIRST.fullmatch(text) if kind == "System.DateTime" and culture.name not in ("", "en-US") else None
    if found is None or found[2] != culture.date_separator or not culture.dates["d"].startswith("d"):
        return text
    day, month, year = int(found[1]), int(found[3]), int(found[4])
    if not (1 <= month <= 12 and year and 1 <= day <= monthrange(year, month)[1]):
        return text
    return f"{year:04}-{month:02}-{day:02}" + (f" {found[5]}" if found[5] else "")


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
    plain = plain_form(kind, text)
    if plain == text:
        refuse_culture(kind, text)
    form = _PARSED.get(kind)
    return form is None or form.fullmatch(plain) is not None


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
        text = plain_form(type_name, text)
        if type_name == "System.Decimal":
            return Decimal(text.strip().replace(",", ""))  # its zeros stay, as a cast's do not
        try:
            return convert(text, NetType(type_name))
        except ScriptError as bad:
            why = reason_of(bad)
            too_large = why.startswith(TOO_LARGE) or "is out of range or contains too many digits" in why
            call_failed("Parse", len(arguments), why, "OverflowException" if too_large else inner)

    return method(1, 2 if type_name in _BY_CULTURE else 1)(cultured(run))


def parse_boolean(_none: None, arguments: Sequence[object]) -> object:
    """`[bool]::Parse(text)`."""
    parse("System.Boolean").call(None, arguments)
    return to_text(arguments[0]).strip().lower() == "true"
