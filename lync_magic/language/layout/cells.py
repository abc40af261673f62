"""One value as a console shows it: in a table, in a list, alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import MISSING, Char, EnumValue, ObjectLike, Uri, Version
from lync_magic.language.values.collections import NOTHING, is_collection, is_table, items_of
from lync_magic.language.values.culture import current
from lync_magic.language.values.moments import format_datetime
from lync_magic.language.values.number_text import format_number, in_signs
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.regex_values import GroupValue
from lync_magic.language.values.spelled import RemoteEnum
from lync_magic.language.values.text import item_text, local_text, net_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.units import length, units, whole
from lync_magic.language.values.xml_nodes import XmlNode

MOST_ITEMS: Final = 4
"""How many items of a list are shown, where `$FormatEnumerationLimit` says nothing else."""
_limit: ContextVar[Callable[[], object]] = ContextVar("limit", default=lambda: MOST_ITEMS)
ELLIPSIS: Final = "…"


def shown(value: object) -> str:
    """A value in a list or alone."""
    if value is None or value is NOTHING:
        return ""
    if isinstance(value, RemoteEnum):
        return value.spelling
    if isinstance(value, EnumValue):
        return str.__str__(value)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return local_text(value)
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, Char)):
        return in_signs(to_text(value))
    if isinstance(value, datetime):
        return format_datetime(value, "G")
    if isinstance(value, XmlNode):
        return "#document" if value.kind == "document" else value.name
    if isinstance(value, NetType):
        return net_text(value)
    if is_table(value):
        return _braced([f"[{local_text(key)}, {net_text(item)}]" for key, item in _first(list(value.items()))])
    if is_collection(value) and not (isinstance(value, ObjectLike) and value.text is not None):
        named = type_of(value) in _OF_NAMED
        return _braced([_called(item) if named else _item(item) for item in list(_first(items_of(value)))])
    return local_text(value)


_OF_NAMED: Final = tuple(
    f"System.Text.RegularExpressions.{kind}"
    for kind in ("GroupCollection", "CaptureCollection", "MatchCollection", "Match[]")
)
"""Lists of what has no text of its own class, but a name."""


def _called(value: object) -> str:
    return shown(get_property(value, "Name"))


def _item(value: object) -> str:
    """An item of a list: a list in it is its own items, one level deep, and a table its type's name."""
    if value is None:
        return "$null"
    if is_table(value):
        return net_text(value)
    if is_collection(value) and not isinstance(value, ObjectLike):
        return joined(value, local_text) or net_text(value)
    return value.name if isinstance(value, GroupValue) else shown(value)


def joined(value: object, written: Callable[[object], str]) -> str:
    """A list's items in one text, parted by blanks whatever `$OFS` says. written: how each is."""
    return " ".join(item_text(item, written) for item in items_of(value))


def _most() -> int | None:
    told = _limit.get()()
    number = int(told) if isinstance(told, int) else MOST_ITEMS
    return None if number < 0 else number


def _first(items: Sequence[Any]) -> Sequence[Any]:
    """As many items as are shown, and one more, which tells that there are more."""
    most = _most()
    return items if most is None else items[: most + 1]


def _braced(items: list[str]) -> str:
    most = _most()
    more = most is not None and len(items) > most
    return "{" + ", ".join(items[:most]) + (ELLIPSIS if more else "") + "}"


@contextmanager
def listing(limit: Callable[[], object]) -> Iterator[None]:
    """While it lasts, lists are shown to so many items; all of them by a number below nought."""
    token = _limit.set(limit)
    try:
        yield
    finally:
        _limit.reset(token)


def in_table(value: object) -> str:
    """A value in a table's cell: reals with as many decimals as the culture has."""
    if isinstance(value, float | Decimal):
        return format_number(value, f"F{current().digits}")
    return shown(value)


def is_right(value: object) -> bool:
    """Whether a column whose first value is this one stands to the right."""
    return isinstance(value, bool | int | float | Decimal | EnumValue | Char) and not isinstance(value, RemoteEnum)


def is_scalar(value: object) -> bool:
    """Whether a value is shown as a line of its own, whatever the layout."""
    if isinstance(value, ObjectLike):
        is_object = value.base is MISSING or isinstance(value.base, datetime)
        return not is_object and is_scalar(value.base)
    if type_of(value).endswith(".ScriptBlock"):
        return True
    if isinstance(value, RemoteEnum):
        return False
    return value is None or (isinstance(value, str | int | float | Decimal) and not isinstance(value, Uri | Version))


_STYLES: Final = re.compile(r"\x1b\[\d+(?:;\d+)*m|\x1b\[\?\d+[hl]|\x1b\]8;;.*?\x1b\\")
"""What PowerShell takes for colours, modes and links of a screen."""


def unstyled(text: str) -> str:
    """A text without colours and links, as a layout has it."""
    return _STYLES.sub("", text) if "\x1b" in text else text


_WIDE: Final = re.compile(
    "[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3040-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f"
    "\uff00-\uff60\uffe0-\uffe6]"
)
"""Characters that take two columns to PowerShell."""


def width_of(text: str) -> int:
    """How many columns PowerShell takes a text to have on a screen: one for each of .NET's characters, two for those
    of East Asia."""
    return len(text) if text.isascii() else length(text) + len(_WIDE.findall(text))


def padded(text: str, width: int, *, right: bool = False, center: bool = False) -> str:
    """A text filled with spaces to a width."""
    left = max(width - width_of(text), 0)
    if center:
        before = left // 2
        return " " * before + text + " " * (left - before)
    return " " * left + text if right else text + " " * left


def cut(text: str, width: int, *, right: bool = False) -> str:
    """A text's first line, at most so wide; what is left out is marked. right: it stands on the right, and what is left
    out is its beginning."""
    first, *rest = text.replace("\r\n", "\n").split("\n")
    if not rest and width_of(first) <= width:
        return first
    if rest and width_of(first) + 1 <= width:
        return first + ELLIPSIS
    first = units(first)
    made, used = "", 0
    for char in reversed(first) if right else first:
        used += width_of(char)
        if used > width - 1:
            break
        made += char
    if width <= 1:
        return first[:width]
    return whole(ELLIPSIS + made[::-1] if right else made + ELLIPSIS)


def head(text: str, width: int) -> str:
    """As much of a text's beginning as has room."""
    return text if width_of(text) <= width else _broken_anywhere(units(text), width)[0]


_BY_WORDS: Final = ("en", "fr", "de", "it", "pt", "es")
"""The languages whose texts PowerShell breaks between words."""
_WORD: Final = re.compile("([^ \t\xad\xa0\u2011]*)([ \t\xad\xa0\u2011]?)")


def chunks(text: str, width: int) -> list[str]:
    """A text in lines of at most a width: broken between words where the culture's language is one of those that
    PowerShell breaks so, else anywhere."""
    by_words = current().name[:2] in _BY_WORDS
    made: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line or width_of(line) <= width:
            made.append(line)
        elif by_words:
            made += map(whole, _broken_by_words(units(line), width))
        else:
            made += map(whole, _broken_anywhere(units(line), width))
    return made


def _broken_anywhere(line: str, width: int) -> list[str]:
    made: list[str] = []
    while line:
        taken, used = 0, 0
        for char in line:
            used += width_of(char)
            if used > width and taken:
                break
            taken += 1
        made.append(line[:taken])
        line = line[taken:]
    return made


def _broken_by_words(line: str, width: int) -> list[str]:
    """A word goes with the blank behind it, and onto a line of its own where both do not fit; one that is longer than a
    line fills what is left of this one."""
    made: list[str] = []
    at, left = "", width
    for told, behind in _WORD.findall(line):
        word = told + _written_behind(told, behind, left)
        whole = width_of(word)
        for part in word if whole > width else (word,):
            needed = width_of(part)
            if needed > left:
                made.append(at)
                at, left = "", width
            at, left = at + part, left - needed
    return [*made, at]


def _written_behind(word: str, behind: str, left: int) -> str:
    """A soft hyphen shows where a line ends with it alone; a blank or hyphen that breaks no line is not written."""
    if behind == "\xad":
        return "-" if width_of(word) + 1 == left else ""
    return behind if behind in (" ", "\t") else ""


def is_plain_moment(value: object) -> bool:
    """Whether a value has a look of its own alone: a date, a duration, a GUID, a version."""
    return isinstance(value, datetime | timedelta | UUID | Version)
