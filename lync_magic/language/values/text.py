"""Values as text, and texts compared as PowerShell compares them: by culture, case aside unless asked."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final

from lync_magic.clixml import (
    CONSOLE_DIGITS,
    MISSING,
    Char,
    Credential,
    EnumValue,
    ObjectLike,
    Single,
    Uri,
    invariant_text,
    shortest_text,
)
from lync_magic.language.values.collections import NOTHING, PAIRS, is_bare, is_collection, is_table, items_of
from lync_magic.language.values.culture import INVARIANT, current
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.han import han_place, is_han
from lync_magic.language.values.letter_order import (
    FIRST,
    folded,
    form_of,
    has_such,
    in_letters,
    is_unplaced,
    letter_place,
    mark_place,
)
from lync_magic.language.values.moments import format_datetime
from lync_magic.language.values.noted import NotedText
from lync_magic.language.values.number_text import in_signs, plain_number, real_text
from lync_magic.language.values.scripted import Script, script_method, scripts_of, unworked
from lync_magic.language.values.spelled import GivenReal, Spelled
from lync_magic.language.values.types import NetType, have_come, type_of
from lync_magic.language.values.uris import uri_text
from lync_magic.records import Record

_EXPANSIONS = {"æ": "ae", "œ": "oe", "ß": "ss"}
_STRUCK = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ſ": "s", "ґ": "г"}
"""Letters that are others with a stroke through them: the stroke counts as an accent."""
_PUNCTUATION_ORDER: Final = (
    "‾_‗-‐‒–—―⁓〜・,、;⁏:!¡?¿‽.。··⁕⁖⁘⁙⁚⁛⁜⁝⁞'‘’‚‛‹›\"“”„‟«»()[]{}⁅⁆〈〉《》「」『』【】‖§¶⁋@*⁎⁑/"
    "\\&⁊#%‰‱†‡•‣‧⁃⁌⁍′‵‸※‿⁔⁀⁐⁁⁂`´^¯¨¸°©®←→+±÷×<=>¬|¦~−⁒⁄∞≈≤≥●★✓ॱๆໆៗ々ゝヽー¤¢$£¥€"
)
"""The order of what is neither letter nor digit, as PowerShell sorts it."""
_SPACE, _PUNCTUATION, _SYMBOL, _DIGIT, _LETTER, _SCRIPT, _HAN = range(7)


_separator: ContextVar[Callable[[], object]] = ContextVar("separator", default=lambda: MISSING)


@contextmanager
def separating(separator: Callable[[], object]) -> Iterator[None]:
    """Run a cell with what it gives for `$OFS`, MISSING where that is nothing, between the items of a list as text."""
    token = _separator.set(separator)
    try:
        yield
    finally:
        _separator.reset(token)


def separator_here() -> Callable[[], object]:
    """What gives `$OFS` at this time."""
    return _separator.get()


def _between() -> str:
    return separator_of(_separator.get()())


def separator_of(found: object) -> str:
    """What a value of `$OFS` puts between the items of a list: a space where there is none."""
    return " " if found is MISSING or found is None or found is NOTHING else net_text(found)


_OWN: Final = "lync_magic.language."
"""Where values are made whose text is said here."""


def to_text(value: object, separator: str | None = None) -> str:
    """What a value is in a string. separator: what stands between the items of a list, where it is not the cell's."""
    if value is None or value is NOTHING:
        return ""
    if type(value) is NotedText:
        return str(value)
    if isinstance(value, str) and not isinstance(value, EnumValue):
        return uri_text(value) if type(value) is Uri else invariant_text(value)
    if isinstance(value, Spelled):
        return value.spelling
    if isinstance(value, Single):
        return _single_text(value)
    if isinstance(value, float):
        return invariant_text(value, CONSOLE_DIGITS)
    if isinstance(value, NetType):
        return value.spoken
    if isinstance(value, Credential):
        return type_of(value)
    if is_collection(value) and not (isinstance(value, ObjectLike) and value.text is not None):
        between = _between() if separator is None else separator
        return between.join(item_text(item) for item in items_of(value))
    if is_table(value):
        return type_of(value)
    if isinstance(value, ObjectLike) and value.text is None and value.base is MISSING:
        told = script_method(value, "tostring")
        return object_text(value) if told is None else to_text(told[1](value, ()))  # type: ignore[arg-type]
    if _has_no_text(value):
        raise NotKnownHere(f"the text of a [{type_of(value)}]")
    own = getattr(type(value), "text_in_cells", None)
    if own is not None:
        return str(own(value))
    shown = getattr(type(value), "__psobject__", None)
    said = None if shown is None else shown(value).text
    return invariant_text(value) if said is None else str(said)


def _has_no_text(value: object) -> bool:
    """Whether it is a value of this language's that says no text of its own."""
    kind = type(value)
    told = isinstance(value, int | float | Decimal | ObjectLike) or kind.__str__ is not object.__str__
    return not told and kind.__module__.startswith(_OWN)


def net_text(value: object) -> str:
    """What .NET's ToString() says, as errors of conversions have it: a list and a type by their full names."""
    if isinstance(value, NetType):
        return value.name
    if isinstance(value, float) and not isinstance(value, GivenReal):
        return value.spelling if isinstance(value, Spelled) else plain_number(value)
    if is_collection(value) and not (isinstance(value, ObjectLike) and value.text is not None):
        return type_of(value)
    return local_text(value)


def local_text(value: object) -> str:
    """The same as `to_text`, but numbers and dates as the culture of the cell has them: so where a cmdlet makes a text,
    and not the language."""
    if current() is INVARIANT or isinstance(value, Spelled):
        return to_text(value)
    if isinstance(value, datetime):
        return format_datetime(value, "G")
    if isinstance(value, float) and not math.isfinite(value):
        return plain_number(value)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool | Char | EnumValue):
        return in_signs(to_text(value))
    if isinstance(value, ObjectLike) and value.text is None and value.base is MISSING:
        return to_text(value) if script_method(value, "tostring") is not None else object_text(value, local_text)
    return local_texts.get(type(value), to_text)(value)


local_texts: dict[type, Callable[[Any], str]] = {}
"""What values of other modules are in the culture of the cell."""


def listed_text(value: object) -> str:
    """The same, where a list is its items with spaces between, and a type its full name."""
    if is_collection(value) and not (isinstance(value, ObjectLike) and value.text is not None):
        return " ".join(item_text(item, local_text) for item in items_of(value))
    return value.name if isinstance(value, NetType) else local_text(value)


def argument_text(value: object) -> str:
    """A value as a cmdlet's argument that is a text, and as errors of conversions name it: a number is written as the
    language does, a date or an object in the culture of the cell."""
    return local_text(value) if isinstance(value, datetime) or is_bare(value) else to_text(value)


def dated_text(value: object) -> str:
    """A value as `-as [string]` has it: as the language does, but each date as the culture of the cell does."""
    if isinstance(value, datetime):
        return local_text(value)
    if is_bare(value) and script_method(value, "tostring") is None:
        return object_text(value, dated_text)  # type: ignore[arg-type]
    return to_text(value)


def object_text(value: ObjectLike, written: Callable[[object], str] | None = None) -> str:
    """`@{Name=Value; …}`; an object inside without a text of its own is nothing there. written: how values are."""
    if not len(value):
        return ""
    kind = (value.type_names[:1] or ("",))[0]
    if kind.startswith(PAIRS):
        return f"[{net_text(value['Key'])}, {net_text(value['Value'])}]"
    came = isinstance(value, Record) or have_come(value.type_names)
    scripts = scripts_of(value)
    texts = (
        f"{name}={_property_text(item, written or to_text, came=came)}"
        if name not in scripts
        else f"{name}={_script_text(value, scripts[name], written or to_text)}"
        for name, item in (unworked(value) if scripts else value.items())
    )
    return "@{" + "; ".join(texts) + "}"


def _script_text(value: ObjectLike, script: Script, written: Callable[[object], str]) -> str:
    """A property that is worked out: a script is not run for a text, an alias is the value of the other."""
    if script.kind == "ScriptProperty":
        return "System.Management.Automation.PSScriptProperty"
    return _property_text(script.work(value), written, came=False)  # type: ignore[arg-type]


def _property_text(value: object, written: Callable[[object], str], *, came: bool) -> str:
    if isinstance(value, ObjectLike) and value.text is None and value.base is MISSING:
        return ""
    if type(value) is EnumValue:
        return str(value)
    if is_collection(value) and not (isinstance(value, ObjectLike) and value.text is not None):
        kind = type_of(value)
        return "System.Collections.ArrayList" if came and kind == "System.Object[]" else NetType(kind).shown
    return written(value)


def _single_text(value: Single) -> str:
    """Seven digits, as PowerShell has them of a Single."""
    if math.isnan(value) or math.isinf(value):
        return real_text(value)
    return shortest_text(Decimal(f"{value:.6e}"), "E", 7)


def item_text(value: object, written: Callable[[object], str] | None = None) -> str:
    """What an item of a list is in its text: an object of properties without a text of its own is nothing there.
    written: how it is otherwise."""
    if isinstance(value, ObjectLike) and value.text is None and value.base is MISSING:
        kind = (value.type_names[:1] or ("",))[0]
        if not kind.startswith(PAIRS) and script_method(value, "tostring") is None:
            return ""
    if isinstance(value, NetType) or (is_collection(value) and not isinstance(value, ObjectLike)):
        return net_text(value)
    own = item_texts.get(type(value))
    return (written or to_text)(value) if own is None else own(value)


item_texts: dict[type, Callable[[Any], str]] = {}
"""What values of other modules are in the text of a list."""
_IGNORED = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Characters that count for nothing in a comparison by culture."""


def same_text(left: str, right: str, *, case: bool) -> bool:
    """Whether two texts are equal; composed and decomposed letters are, and what nobody sees does not count."""
    if left == right:
        return True
    if left.isascii() and right.isascii() and left.isprintable() and right.isprintable():
        return not case and left.lower() == right.lower()
    return plain_form(left, case=case) == plain_form(right, case=case)


def plain_form(text: str, *, case: bool) -> str:
    """What equal texts have in common. Where case does not count, neither does what stands for other characters (a
    ligature, `²`, a space that does not break), but for their width."""
    if text.isascii() and text.isprintable():
        return text if case else text.lower()
    text = unicodedata.normalize("NFC", _IGNORED.sub("", text))
    text = folded(text, case=case) if has_such(text) else text
    if case:
        return text
    return "".join(map(_one_form, text)).lower().replace("ς", "σ")


def _one_form(char: str) -> str:
    return char if _has_width(char) or char in _STRUCK else unicodedata.normalize("NFKC", char)


def _has_width(char: str) -> bool:
    return "\uff00" <= char <= "\uffef"


def compare_text(left: str, right: str, *, case: bool) -> int:
    """-1, 0 or 1, in the order of the invariant culture."""
    if left == right:
        return 0
    first, second = collation_key(left, case=case), collation_key(right, case=case)
    return (first > second) - (first < second)


@lru_cache(maxsize=4096)
def collation_key(text: str, *, case: bool) -> tuple[object, ...]:
    """A key whose order is the invariant culture's: spaces, punctuation, symbols, digits, letters; then accents;
    then case. Raises NotKnownHere for a Han character that is newer than the order."""
    if text.isascii() and text.isprintable():
        placed = [_of_ascii(char) for char in text]
        primary, accents = [place for place, _ in placed], [0] * len(placed)
        return (primary, accents, [capital for _, capital in placed]) if case else (primary, accents)
    primary, accents, cases = [], [], []
    for char in _parts(_IGNORED.sub("", text), case=case):
        places, marks, forms = _placed(char, case=case)
        primary += places
        accents += marks
        cases += forms
    return (primary, accents, cases) if case else (primary, accents)


def _parts(text: str, *, case: bool) -> str:
    """A text with its accents as characters of their own; the breve of й is none."""
    text = in_letters(text, case=case) if has_such(text) else unicodedata.normalize("NFD", text)
    return text.replace("и\u0306", "й").replace("И\u0306", "Й")


@cache
def _of_ascii(char: str) -> tuple[tuple[int, int | str], int]:
    return _weight(char.lower()), int(char != char.lower())


@lru_cache(maxsize=4096)
def _placed(char: str, *, case: bool) -> tuple[list[tuple[int, int | str]], list[int], list[int]]:
    """What a character adds to a key: its letters, their accents, and what form each has."""
    if char >= FIRST:
        mark = mark_place(char)
        if mark is not None:
            return [], [mark] if mark else [], []
        letter, form = form_of(char) if case else (char, 0)
        if letter_place(letter) is not None:
            return [_weight(letter)], [0], [form]
    if unicodedata.combining(char):
        return [], [_accent(char)], []
    primary: list[tuple[int, int | str]] = []
    accents: list[int] = []
    cases: list[int] = []
    like = _alike(char)
    for one in like:
        lower = one.lower()
        struck = _STRUCK.get(lower, "")
        for base in struck or _EXPANSIONS.get(lower, lower[:1]):
            primary.append(_weight("σ" if base == "ς" else base))
            accents.append(_WIDTH if _has_width(char) else 1 if lower in _EXPANSIONS else 0)
            cases.append((one != lower) + 2 * (like != char) if base != "ς" else _LAST_FORM)
        if struck:
            accents.append(_accent(_STROKE))
    return primary, accents, cases


def _alike(char: str) -> str:
    """What a character stands for: the letters of a ligature, the digit of a `²`; an accent alone stands for itself."""
    made = char if char.isascii() or char in _STRUCK or char in "йЙ" else unicodedata.normalize("NFKD", char)
    return char if made[0] == " " and len(made) > 1 else made


# The languages whose order is the invariant one; in another, what has an order of its own (letters beyond ASCII, and
# the letters that are written as two).
_ORDERED_ALIKE: Final = frozenset({"", "en", "fr", "de", "it", "nl", "pt", "id", "ga"})
_LETTER_PAIRS: Final = {
    "cs": "ch", "sk": "ch", "da": "aa", "nb": "aa", "nn": "aa", "no": "aa", "hu": "cs|dz|gy|ly|ny|sz|ty|zs|(.)\\1",
    "tr": "i", "az": "i|q|x|w", "hr": "lj|nj", "bs": "lj|nj", "et": "z|w", "lv": "y", "lt": "y",
    "cy": "ch|dd|ff|ng|ll|ph|rh|th", "sq": "dh|gj|ll|nj|rr|sh|th|xh|zh", "sv": "w", "fi": "w",
    **dict.fromkeys(
        ("br", "ceb", "dsb", "ee", "fil", "fo", "fy", "ha", "haw", "hsb", "ig", "mt", "om", "th", "to", "uz", "yo"), "."
    ),
}  # fmt: skip
_CAPITALS_FIRST: Final = frozenset({"da"})


def compare_as_culture(left: str, right: str, *, case: bool) -> int:
    """-1, 0 or 1 as the cell's culture orders two texts. Raises NotKnownHere for what it orders in a way of its own."""
    need_common_order(left, case=case)
    need_common_order(right, case=case)
    return compare_text(left, right, case=case)


def need_common_case(text: str) -> None:
    """Raise NotKnownHere for a text that the cell's culture has a case of its own for (the Turkish i)."""
    if current().name[:2] in ("tr", "az") and not _DOTTED.isdisjoint(text):
        raise NotKnownHere(f"the case of an i in the culture {current().name}")


_DOTTED: Final = frozenset("iIıİ")


def need_common_order(text: str, *, case: bool) -> None:
    """Raise NotKnownHere for a text that the cell's culture may order otherwise than the invariant culture does."""
    name = current().name
    language = name.partition("-")[0].lower()
    if language in _ORDERED_ALIKE and not (name.lower() == "fr-ca" and not text.isascii()):
        return
    pairs = _LETTER_PAIRS.get(language) if not (case and language in _CAPITALS_FIRST) else "."
    if not text.isascii() or (pairs and re.search(pairs, text, re.IGNORECASE)):
        raise NotKnownHere(f"the order of {text} in the culture {name}")


# Acute, grave, breve, circumflex, caron, ring, diaeresis, double acute, tilde, dot above, cedilla, stroke, ogonek,
# macron.
_STROKE: Final = "\u0338"
_ACCENT_ORDER: Final = "\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0327\u0338\u0328\u0304"
_AFTER_A_LETTER: Final = 2
_WIDTH: Final = 100
"""Of a letter as wide as a Han character, or half as wide as it should be: behind all accents."""
_LAST_FORM: Final = 3
"""Of a final sigma, and of what stands for capital letters."""


def _accent(mark: str) -> int:
    place = _ACCENT_ORDER.find(mark)
    return _AFTER_A_LETTER + place if place >= 0 else ord(mark)


_CYRILLIC: Final = "аәӕбвгғӻҕӷдђҙеєжҗзѕӡиійјкқӄҡҟҝлӆљмӎнӊңӈҥњоөпҧрсҫтҭћуүұфхӽӿҳһцҵчҷӌҹҽҿџшщъыьэюяҩӏ"
"""The order of the Cyrillic letters."""
_BEHIND: Final = {
    "ı": "i", "ð": "d", "ə": "e", "ĸ": "q", "ŋ": "n", "ʃ": "s",
    **{letter: "а" + chr(place) for place, letter in enumerate(_CYRILLIC)},
}  # fmt: skip
"""Letters of their own, and behind which of the others they stand."""


def _weight(char: str) -> tuple[int, int | str]:
    if is_han(char):
        han = han_place(char)
        if han is None:
            raise NotKnownHere(f"the place of {char} in an order of texts")
        return _HAN, han
    if char >= FIRST and (letter := letter_place(char)) is not None:
        return _SCRIPT, letter
    if char.isspace():
        return _SPACE, ord(char)
    place = _PUNCTUATION_ORDER.find(char)
    if place >= 0:
        return _PUNCTUATION, place
    if char.isdigit():
        return _DIGIT, unicodedata.digit(char, 0)
    if char in _BEHIND:
        return _LETTER, _BEHIND[char] + char
    if is_unplaced(char):
        raise NotKnownHere(f"the place of {char} in an order of texts")
    return (_LETTER, char) if char.isalpha() else (_SYMBOL, ord(char))
