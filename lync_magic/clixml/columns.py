"""Many values of one kind at once: the texts of a column, as UTF-8 -> its values.

Rules of this file: the values are those of `scalars`, faster. A text of None is a null. What is not valid
raises ValueError, and the caller finds out which row it was. A value that repeats is decoded and kept once;
lists are copied, as they can be changed.
"""

from __future__ import annotations

import math
import re
import sys
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import repeat
from struct import unpack
from typing import Any
from uuid import UUID, SafeUUID

from lync_magic.clixml.numbers import Single
from lync_magic.clixml.refusals import need_different
from lync_magic.clixml.scalars import INTEGER, INTEGERS, SCALARS, date_time
from lync_magic.clixml.text import resolve_entities, unescape
from lync_magic.clixml.values import DateTime, EnumValue, is_enumeration, plain_type

Texts = Sequence["bytes | None"]
Bulk = Callable[[Texts], "list[Any]"]

TEXT = "[^<]*+"
PATTERNS: dict[str, str] = {
    "S": TEXT,
    "B": "[a-z]{4,5}+",
    **dict.fromkeys(INTEGERS, INTEGER),
    "Db": "[-+.0-9Ee]++|NaN|-?INF",
    "Sg": "[-+.0-9Ee]++|NaN|-?INF",
    "D": "-?[.0-9]++",
    "C": "[0-9]{1,5}+",
    "DT": "[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.[0-9]{1,7}+)?+(?:Z|[-+][0-9]{2}:[0-9]{2})?+",
    "TS": "-?P[.0-9DTHMS]++",
    "G": "[-0-9a-fA-F]{36}",
    "BA": "[A-Za-z0-9+/=]*+",
    "Version": "[.0-9]++",
    "URI": TEXT,
    "XD": TEXT,
    "SBK": TEXT,
}
"""What the text of each primitive looks like, as far as a pattern can say; the values check the rest."""

MAX_KNOWN = 512
"""How many texts of a column are remembered with their values."""

MAX_KNOWN_LENGTH = 1024
"""Texts longer than this are not remembered: they would rather fill the memory than repeat."""

_FEW = 16
_NOT_AGAIN_FOR = 32
_REALS: dict[str, type[float]] = {"Db": float, "Sg": Single}
_TEXT_TAGS = frozenset(("S", "URI", "XD", "SBK"))
_FAST_DATES = sys.version_info >= (3, 11)  # before, fromisoformat read neither `Z` nor seven decimals


class Column:
    """Reads one column, batch after batch, and remembers what repeats in it."""

    __slots__ = ("_bulk", "_known", "_one", "_unlike")

    def __init__(self, one: Callable[[bytes], Any], bulk: Bulk | None = None) -> None:
        self._one = one
        self._bulk = bulk
        self._known: dict[bytes | None, Any] = {None: None}
        self._unlike = 0  # for how many batches the texts are taken not to repeat

    def read(self, texts: Texts) -> list[Any]:
        """The values of `texts`. Raises ValueError."""
        if self._unlike > 0:
            self._unlike -= 1
            return self._fresh(texts)
        try:
            return self._shared(self._known, texts)
        except KeyError:
            pass
        distinct = set(texts)
        count = len(texts)
        if (len(distinct) * 2 > count and count >= _FEW) or len(distinct) > MAX_KNOWN:
            self._unlike = _NOT_AGAIN_FOR
            return self._fresh(texts)
        known = self._known
        new = [text for text in distinct if text not in known]
        made = dict(zip(new, self._fresh(new), strict=True))
        if max(map(len, new)) > MAX_KNOWN_LENGTH:  # type: ignore[arg-type] # None is always known
            return self._shared({**known, **made}, texts)
        if len(known) + len(made) > MAX_KNOWN:
            known = self._known = {text: known[text] for text in distinct if text in known}
            known[None] = None
        known.update(made)
        return self._shared(known, texts)

    def _fresh(self, texts: Texts) -> list[Any]:
        bulk = self._bulk
        if bulk is None:
            one = self._one
            return [None if text is None else one(text) for text in texts]
        try:
            return bulk(texts)
        except TypeError:  # one of them is None; to look for it would take longer
            pass
        present = [text for text in texts if text is not None]
        following = iter(bulk(present) if present else ()).__next__
        return [None if text is None else following() for text in texts]

    def _shared(self, known: dict[bytes | None, Any], texts: Texts) -> list[Any]:
        return list(map(known.__getitem__, texts))


class CopyingColumn(Column):
    """A column of lists or dicts: each row gets its own."""

    __slots__ = ()

    def _shared(self, known: dict[bytes | None, Any], texts: Texts) -> list[Any]:
        return [None if text is None else known[text].copy() for text in texts]


class FreshColumn(Column):
    """A column in which nothing is remembered: what its values hold can be changed."""

    __slots__ = ()

    def read(self, texts: Texts) -> list[Any]:
        return self._fresh(texts)


def scalar_column(tag: str) -> Column:
    """A column of one primitive, its texts as they stand between the tags (entities not resolved)."""
    one = SCALARS[tag]
    if tag == "S":
        return Column(_string, _strings)
    if tag in _TEXT_TAGS:
        return Column(lambda text: one(_resolved(text)))
    if tag in INTEGERS:
        kind = INTEGERS[tag]
        return Column(kind, lambda texts: list(map(kind, texts)))
    if tag in _REALS:
        return Column(partial(_real, _REALS[tag]), partial(_reals, _REALS[tag]))
    if tag == "DT" and _FAST_DATES:
        return Column(_date, _dates)
    if tag == "G":
        return Column(_guid, _guids)
    return Column(lambda text: one(text.decode()))


def _string(text: bytes) -> str:
    _refuse_xml_rules(text)
    return unescape(resolve_entities(text.decode())) if _has_marks(text) else text.decode()


def _has_marks(text: bytes) -> bool:
    """Whether there are entities or escapes. One character is found many times faster than two."""
    return b"&" in text or (b"_" in text and (b"_x" in text or b"_X" in text))


def _resolved(text: bytes) -> str:
    _refuse_xml_rules(text)
    return resolve_entities(text.decode())


def _refuse_xml_rules(text: bytes) -> None:
    """Leave to an XML parser what means something to it between tags: line ends that it changes, `]]>`."""
    if b"\r" in text or (b"]" in text and b"]]>" in text):
        raise ValueError("an XML parser must read this")


def _strings(texts: Texts) -> list[Any]:
    joined = b"\0".join(texts)  # type: ignore[arg-type]
    _refuse_xml_rules(joined)
    text = joined.decode()
    if _has_marks(joined):
        text = unescape(resolve_entities(text))
    values = text.split("\0")
    if len(values) != len(texts):
        return [_string(text) for text in texts if text is not None]
    return values


def _real(kind: type[float], text: bytes) -> float:
    return math.nan if text == b"NaN" else kind(text)


def _reals(kind: type[float], texts: Texts) -> list[Any]:
    values: list[Any] = list(map(kind, texts))
    return [math.nan if value != value else value for value in values] if b"NaN" in texts else values


_LENGTH_OF_SECONDS = len("2013-12-13T10:11:12")
_LENGTH_OF_TICKS = len("2013-12-13T10:11:12.1234567Z")
_PLACE_OF_TICKS = _LENGTH_OF_TICKS - len("7Z")
_DIGITS = {digit: int(digit) for digit in "123456789"}
_from_iso = datetime.fromisoformat
_exactly_from_iso = DateTime.fromisoformat


def _date(text: bytes) -> datetime:
    """`date_time` by way of the C library: only what the pattern of DT lets through gets here."""
    if len(text) == _LENGTH_OF_SECONDS:
        return _from_iso(text.decode())
    return _utc(text.decode()) if text.endswith(b"Z") else date_time(text.decode())


def _dates(texts: Texts) -> list[Any]:
    joined = b" ".join(texts).decode()  # type: ignore[arg-type]
    values = joined.split(" ")
    if set(map(len, values)) == {_LENGTH_OF_SECONDS}:
        return list(map(_from_iso, values))
    if joined.count("Z") < len(values):  # a zone of their own, shared by all that name it; or none
        return [_utc(text) if text.endswith("Z") else date_time(text) for text in values]
    if "." not in joined:
        return list(map(_from_iso, values))
    return [_from_iso(text) if len(text) < _LENGTH_OF_TICKS else _utc(text) for text in values]


def _utc(text: str) -> datetime:
    if len(text) < _LENGTH_OF_TICKS or text[_PLACE_OF_TICKS] == "0":
        return _from_iso(text)
    moment = _exactly_from_iso(text)
    moment.ticks_rest = _DIGITS[text[_PLACE_OF_TICKS]]
    return moment


_new_uuid = UUID.__new__
_set_int = UUID.__dict__["int"].__set__
_set_safe = UUID.__dict__["is_safe"].__set__
_UNKNOWN = SafeUUID.unknown


def _guid(text: bytes) -> UUID:
    return _guids([text])[0]


def _guids(texts: Texts) -> list[UUID]:
    """`UUID(text)` of each, checked all at once. The pattern of G lets nothing but digits and hyphens through."""
    joined = b"".join(texts)  # type: ignore[arg-type]
    digits = joined.replace(b"-", b"")
    hyphens = b"-" * len(texts)
    if len(digits) != 32 * len(texts) or any(joined[place::36] != hyphens for place in (8, 13, 18, 23)):
        raise ValueError("not a GUID")
    halves = unpack(f">{2 * len(texts)}Q", bytes.fromhex(digits.decode()))
    numbers = [high << 64 | low for high, low in zip(halves[::2], halves[1::2], strict=True)]
    made = list(map(_new_uuid, repeat(UUID, len(texts))))
    deque(map(_set_int, made, numbers), maxlen=0)
    deque(map(_set_safe, made, repeat(_UNKNOWN)), maxlen=0)
    return made


# --- fragments: values of several elements -----------------------------------------------------------------

_ITEM = re.compile("<([A-Za-z0-9]+)(?: ?/>|>([^<]*)</[A-Za-z0-9]+>)")
_ENTRY = re.compile('<([A-Za-z0-9]+) N="(?:Key|Value)"(?: ?/>|>([^<]*)</[A-Za-z0-9]+>)')
_BOXED = re.compile("(?:<ToString>([^<]*)</ToString>)?<([A-Za-z0-9]+)>([^<]*)<")


def _item(tag: str, text: str) -> Any:
    if tag == "Nil":
        return None
    return SCALARS[tag](resolve_entities(text))


def list_of(fragment: bytes) -> list[Any]:
    """The items of `<LST>…</LST>` (or IE, QUE, STK) that holds primitives alone. Raises ValueError."""
    _refuse_xml_rules(fragment)
    return [_item(tag, text) for tag, text in _ITEM.findall(fragment.decode(), fragment.index(b">") + 1)]


def list_column(tag: str, items: set[str]) -> Column:
    """A column of lists of primitives. tag: LST, IE, QUE or STK.  items: the tags of the items."""
    if not items <= {"S"}:
        return CopyingColumn(list_of)
    start, end = len(f"<{tag}><S>"), -len(f"</S></{tag}>")
    empty = frozenset((f"<{tag} />", f"<{tag}/>", f"<{tag}></{tag}>"))

    def strings(fragments: Texts) -> list[list[Any]]:
        joined = b"\0".join(fragments)  # type: ignore[arg-type]
        _refuse_xml_rules(joined)
        texts = joined.decode().split("\0")
        if len(texts) != len(fragments) or _has_marks(joined) or b"<S " in joined or b"<S/" in joined:
            return [list_of(fragment) for fragment in fragments if fragment is not None]
        return [[] if text in empty else text[start:end].split("</S><S>") for text in texts]

    return CopyingColumn(list_of, strings)


def dict_column() -> Column:
    """A column of dictionaries of primitives."""
    return CopyingColumn(dict_of)


def dict_of(fragment: bytes) -> dict[Any, Any]:
    """The entries of a `<DCT>…</DCT>` that holds primitives alone. Raises ValueError."""
    _refuse_xml_rules(fragment)
    parts = [_item(tag, text) for tag, text in _ENTRY.findall(fragment.decode())]
    need_different(parts[::2])
    return dict(zip(parts[::2], parts[1::2], strict=True))


def boxed(fragment: bytes, type_names: tuple[str, ...]) -> Any:
    """The number in `<ToString>…</ToString><I32>…</I32>`, an `EnumValue` where its type is an enumeration."""
    _refuse_xml_rules(fragment)
    match = _BOXED.match(fragment.decode())
    if match is None:
        raise ValueError("not a number with its text")
    said, tag, digits = match.groups()
    if not is_enumeration(type_names):
        return INTEGERS[tag](digits)
    text = str(int(digits)) if said is None else unescape(resolve_entities(said))
    return EnumValue(text, int(digits), plain_type(type_names[0]))
