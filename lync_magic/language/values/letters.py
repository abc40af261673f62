"""What kind of letter a character is: `[Globalization.CharUnicodeInfo]::GetUnicodeCategory($c)`, by which scripts take
accents away."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import Char
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import ENUMS, enum_member
from lync_magic.language.values.failures import OUTSIDE, NotKnownHere, call_failed
from lync_magic.language.values.methods import int32, method
from lync_magic.language.values.statics import more_methods, own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType
from lync_magic.language.values.units import units, whole

_CATEGORY: Final = "System.Globalization.UnicodeCategory"
_CODES: Final[dict[str, str]] = {
    "Lu": "UppercaseLetter", "Ll": "LowercaseLetter", "Lt": "TitlecaseLetter", "Lm": "ModifierLetter",
    "Lo": "OtherLetter", "Mn": "NonSpacingMark", "Mc": "SpacingCombiningMark", "Me": "EnclosingMark",
    "Nd": "DecimalDigitNumber", "Nl": "LetterNumber", "No": "OtherNumber", "Zs": "SpaceSeparator",
    "Zl": "LineSeparator", "Zp": "ParagraphSeparator", "Cc": "Control", "Cf": "Format", "Cs": "Surrogate",
    "Co": "PrivateUse", "Pc": "ConnectorPunctuation", "Pd": "DashPunctuation", "Ps": "OpenPunctuation",
    "Pe": "ClosePunctuation", "Pi": "InitialQuotePunctuation", "Pf": "FinalQuotePunctuation",
    "Po": "OtherPunctuation", "Sm": "MathSymbol", "Sc": "CurrencySymbol", "Sk": "ModifierSymbol",
    "So": "OtherSymbol", "Cn": "OtherNotAssigned",
}  # fmt: skip
_PLACES: Final = {code: place for place, code in enumerate(_CODES)}


def _category(_none: None, arguments: Sequence[object]) -> object:
    letter = str(convert(arguments[0], NetType("System.Char")))
    return enum_member(_CATEGORY, _PLACES[unicodedata.category(letter)])


def _code(_none: None, arguments: Sequence[object]) -> int:
    """`[char]::ConvertToUtf32(text, place)`, or of the two halves of a letter."""
    text = arguments[0]
    if isinstance(text, Char) and isinstance(arguments[1], Char):
        pair = str(text) + str(arguments[1])
        place = 0
    elif type(text) is str:
        pair, place = units(text), int32(arguments[1], "index", "ConvertToUtf32")
    else:
        raise NotKnownHere("[char]::ConvertToUtf32 of these values")
    if not 0 <= place < len(pair):
        message = OUTSIDE
        call_failed("ConvertToUtf32", 2, message, "ArgumentOutOfRangeException")
    letter = whole(pair[place : place + 2])
    if len(letter) == 1 and ord(letter) > 0xFFFF:
        return ord(letter)
    if 0xD800 <= ord(pair[place]) <= 0xDFFF:
        raise NotKnownHere("[char]::ConvertToUtf32 of half a letter")
    return ord(pair[place])


def _is_between(_none: None, arguments: Sequence[object]) -> bool:
    letter, first, last = (str(convert(one, NetType("System.Char"))) for one in arguments)
    return first <= letter <= last


def _parsed(_none: None, arguments: Sequence[object]) -> object:
    """`[char]::Parse(text)`."""
    if arguments[0] is None:
        raise NotKnownHere("[char]::Parse of nothing")
    text = units(to_text(arguments[0]))
    if len(text) != 1:
        call_failed("Parse", 1, "String must be exactly one character long.", "FormatException")
    return Char(text)


more_methods(
    "System.Char",
    {"converttoutf32": method(2)(_code), "isbetween": method(3)(_is_between), "parse": method(1)(_parsed)},
)
ENUMS[_CATEGORY] = tuple(_CODES.values())
own_statics["System.Globalization.CharUnicodeInfo"] = {"getunicodecategory": method(1)(_category)}, {}
