"""What kind of letter a character is: `[Globalization.CharUnicodeInfo]::GetUnicodeCategory($c)`, by which scripts take
accents away."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import ENUMS, enum_member
from lync_magic.language.values.methods import method
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.types import NetType

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


ENUMS[_CATEGORY] = tuple(_CODES.values())
own_statics["System.Globalization.CharUnicodeInfo"] = {"getunicodecategory": method(1)(_category)}, {}
