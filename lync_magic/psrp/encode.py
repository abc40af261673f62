"""Python values -> CLIXML, for what this client sends (MS-PSRP 2.2.5).

Written here and not left to psrpcore's serializer, which was measured to write ten seconds as `PT1S`,
infinity and large negative numbers in forms that .NET refuses, and the digits of a number without their text.
Rules: a value that has no form raises TypeError before anything is sent, naming the argument, never showing
its content.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache, partial
from numbers import Integral, Real
from typing import Any, Final, NamedTuple
from uuid import UUID

from lync_magic.clixml import (
    INTEGERS,
    MISSING,
    Char,
    Credential,
    DateTime,
    EnumValue,
    NoKey,
    Null,
    ObjectLike,
    ScriptBlock,
    SealedString,
    SecureString,
    TimeSpan,
    Uri,
    Version,
    Xml,
)
from lync_magic.psrp.foreign import plain

Encrypt = Callable[[SecureString], str]
"""Encrypts a secret with the session's key; makes the key when there is none yet, and reveals the secret after that."""

MAX_DEPTH: Final = 48
"""Levels of lists in lists; PowerShell's own limit."""

OBJECT_ARRAY: Final = ("System.Object[]", "System.Array", "System.Object")
APART: Final = 10_000_000_000
"""The first number of references of what is written by itself: no message around it gets so far."""

HASHTABLE: Final = ("System.Collections.Hashtable", "System.Object")
CREDENTIAL: Final = ("System.Management.Automation.PSCredential", "System.Object")
CUSTOM_OBJECT: Final = ("System.Management.Automation.PSCustomObject", "System.Object")

_INT32: Final = range(-(2**31), 2**31)
_INT64: Final = range(-(2**63), 2**63)
_MAX_DECIMAL: Final = 2**96 - 1
_TICKS_PER_SECOND: Final = 10_000_000
_MAX_TICKS: Final = 2**63

_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_(?=[xX])")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_SPECIAL = re.compile('[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff&<>"]|_[xX]')
"""What makes a text another one in CLIXML; most texts have none of it."""
_DOTNET_VERSION = re.compile(r"\d{1,10}(\.\d{1,10}){1,3}")
_NUMBER_TAGS: Final = {
    "System.Int64": "I64",
    "System.Int32": "I32",
    "System.Int16": "I16",
    "System.SByte": "SB",
    "System.UInt64": "U64",
    "System.UInt32": "U32",
    "System.UInt16": "U16",
    "System.Byte": "By",
    "System.Single": "Sg",
    "System.Double": "Db",
    "System.Decimal": "D",
}
_TEXT_TAGS: Final[tuple[tuple[type[str], str], ...]] = ((Uri, "URI"), (Xml, "XD"), (ScriptBlock, "SBK"))


def is_plain(text: str) -> bool:
    """Whether a text stands in CLIXML as it is."""
    return _SPECIAL.search(text) is None


def escape(text: str) -> str:
    """Text as CLIXML holds it: `_xHHHH_` for what XML or PowerShell's reader would lose, XML's escapes."""
    if is_plain(text):
        return str.__str__(text)
    text = _ASTRAL.sub(_surrogates, text)
    text = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _surrogates(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be")
    return chr(int.from_bytes(units[:2], "big")) + chr(int.from_bytes(units[2:], "big"))


class Exact(NamedTuple):
    """A value whose enumerations go as what they are (their type, name and number), and not as their names."""

    value: object


class Written(NamedTuple):
    """An `Obj` that is written already, from behind the place of its name, with references from `APART` on."""

    rest: str


class Encoder:
    """Writes the values of one message; numbers of objects and type names count through it, from `first` on."""

    def __init__(self, encrypt: Encrypt, first: int = 0) -> None:
        self._encrypt = encrypt
        self._exact = False
        self._first = self._objects = first
        self._types: dict[tuple[str, ...], int] = {}

    def value(self, value: object, name: str | None = None, depth: int = 0) -> str:
        """The element of `value`; `name` is its `N`. Raises TypeError or ValueError."""
        quick = _QUICK.get(type(value))
        if quick is not None:
            return _element(*quick(value), name)
        if depth > MAX_DEPTH:
            raise ValueError(f"it holds more than {MAX_DEPTH} levels, or itself")
        if isinstance(value, Written):
            return (f'<Obj N="{escape(name)}"' if name is not None else "<Obj") + value.rest
        if isinstance(value, Exact):
            return self._exactly(value.value, name, depth)
        if self._exact and isinstance(value, EnumValue):
            return self.enumeration(value.type_name, str(value), value.value, name)
        value = plain(value)
        simple = self._simple(value)
        if simple is not None:
            return _element(simple[0], simple[1], name)
        if isinstance(value, Credential):
            return self._credential(value, name)
        if isinstance(value, ObjectLike):
            return self._object(value, name, depth)
        if isinstance(value, Mapping):
            return self.hashtable(value, name, depth)
        if isinstance(value, Sequence | set | frozenset):
            return self.array(value, name, depth)
        as_object = getattr(value, "__psobject__", None)
        if callable(as_object):
            return self.value(as_object(), name, depth + 1)
        as_list = getattr(value, "tolist", None)
        if callable(as_list):  # numpy's scalars and arrays, pandas' columns
            return self.value(as_list(), name, depth + 1)
        raise TypeError(f"a {type(value).__name__} has no form in PowerShell")

    def _exactly(self, value: object, name: str | None, depth: int) -> str:
        before, self._exact = self._exact, True
        try:
            return self.value(value, name, depth)
        finally:
            self._exact = before

    def array(self, values: Any, name: str | None = None, depth: int = 0) -> str:
        """An Object[]."""
        head = self.head(name, OBJECT_ARRAY)
        return f"{head}<LST>{''.join(self.value(item, None, depth + 1) for item in values)}</LST></Obj>"

    def hashtable(self, values: Mapping[Any, Any], name: str | None = None, depth: int = 0) -> str:
        """A Hashtable."""
        head = self.head(name, HASHTABLE)
        return f"{head}{self._entries(values, depth)}</Obj>"

    def enumeration(self, type_name: str, text: str, number: int, name: str | None = None) -> str:
        """A value of a .NET enumeration."""
        head = self.head(name, (type_name, "System.Enum", "System.ValueType", "System.Object"))
        return f"{head}<ToString>{escape(text)}</ToString><I32>{number}</I32></Obj>"

    def head(self, name: str | None = None, type_names: tuple[str, ...] = ()) -> str:
        """The start of an `Obj`, with its type names once and by reference from then on."""
        number = self._objects
        self._objects += 1
        start = f'<Obj RefId="{number}"' + (f' N="{escape(name)}"' if name is not None else "") + ">"
        if not type_names:
            return start
        known = self._types.get(type_names)
        if known is not None:
            return f'{start}<TNRef RefId="{known}" />'
        reference = self._types[type_names] = self._first + len(self._types)
        names = "".join(f"<T>{escape(type_name)}</T>" for type_name in type_names)
        return f'{start}<TN RefId="{reference}">{names}</TN>'

    def _entries(self, values: Mapping[Any, Any], depth: int) -> str:
        parts = []
        for key, value in values.items():
            if key is None:
                raise TypeError("None cannot be a key of a hashtable")
            parts.append(f"<En>{self.value(key, 'Key', depth + 1)}{self.value(value, 'Value', depth + 1)}</En>")
        return f"<DCT>{''.join(parts)}</DCT>"

    def _credential(self, credential: Credential, name: str | None) -> str:
        head = self.head(name, CREDENTIAL)
        user = _element("S", escape(credential.user_name), "UserName")
        password = _element("SS", self._sealed(credential.password), "Password")
        return f"{head}<ToString>{CREDENTIAL[0]}</ToString><Props>{user}{password}</Props></Obj>"

    def _sealed(self, secret: SecureString) -> str:
        """A secret under the session's key. One that nobody here can open goes back as it came."""
        try:
            return self._encrypt(secret)
        except NoKey:
            if not isinstance(secret, SealedString):
                raise
            return base64.b64encode(secret.encrypted).decode("ascii")

    def _object(self, value: ObjectLike, name: str | None, depth: int) -> str:
        base = value.base
        simple = None if base is MISSING else self._simple(base, value.type_names)
        if simple is not None and not len(value) and value.text is None:
            return _element(*simple, name)
        type_names = () if simple is not None else value.type_names
        if base is MISSING and not type_names:
            type_names = CUSTOM_OBJECT
        parts = [self.head(name, type_names)]
        if value.text is not None:
            parts.append(f"<ToString>{escape(value.text)}</ToString>")
        if simple is not None:
            parts.append(_element(*simple, None))
        elif isinstance(base, Mapping):
            parts.append(self._entries(base, depth))
        elif isinstance(base, Sequence):
            parts.append(f"<LST>{''.join(self.value(item, None, depth + 1) for item in base)}</LST>")
        elif base is not MISSING:
            parts.append(self.value(base, None, depth + 1))
        if len(value):
            notes = "".join(self.value(item, key, depth + 1) for key, item in value.items())
            parts.append(f"<MS>{notes}</MS>")
        return "".join(parts) + "</Obj>"

    def _simple(self, value: object, type_names: Sequence[str] = ()) -> tuple[str, str | None] | None:
        """Tag and text of a value that needs no `Obj`, or None."""
        if value is None or value is Null:
            return "Nil", None
        if isinstance(value, bool):
            return "B", "true" if value else "false"
        if isinstance(value, Integral | Real | Decimal):
            return _number(value, type_names)
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, SecureString):
            return "SS", self._sealed(value)
        if isinstance(value, datetime):
            return "DT", _date_time(value)
        if isinstance(value, date):
            return "DT", _date_time(datetime.combine(value, time()))
        if isinstance(value, timedelta):
            return "TS", _duration(value)
        if isinstance(value, UUID):
            return "G", str(value)
        if isinstance(value, bytes | bytearray | memoryview):
            return "BA", base64.b64encode(value).decode("ascii")
        return None


def _element(tag: str, text: str | None, name: str | None) -> str:
    named = _named(name) if name is not None else ""
    return f"<{tag}{named}>{text}</{tag}>" if text else f"<{tag}{named} />"


@lru_cache(maxsize=4096)
def _named(name: str) -> str:
    return f' N="{escape(name)}"'


def _text(value: str) -> tuple[str, str]:
    if isinstance(value, Char) and len(value) == 1 and ord(value) < 0x10000:
        return "C", str(ord(value))
    if isinstance(value, Version) and _DOTNET_VERSION.fullmatch(value):
        return "Version", str(value)
    for text_type, tag in _TEXT_TAGS:
        if isinstance(value, text_type):
            return tag, escape(value)
    return "S", escape(value)


def _number(value: Any, type_names: Sequence[str]) -> tuple[str, str]:
    """A number may say its .NET type: as the type name of the object around it, or by an attribute `net`."""
    named = type_names[0] if type_names else f"System.{getattr(value, 'net', '')}"
    asked = _NUMBER_TAGS.get(named)
    if isinstance(value, Decimal):
        if not value.is_finite() or value.copy_abs() > _MAX_DECIMAL:
            raise ValueError("the number does not fit a Decimal")
        return asked or "D", format(value, "f")
    if isinstance(value, Integral):
        number = int(value)
        if asked:
            return asked, str(number)
        tag = "I32" if number in _INT32 else "I64" if number in _INT64 else "D"
        if tag == "D" and abs(number) > _MAX_DECIMAL:
            raise ValueError("the number is too large for PowerShell")
        return tag, str(number)
    real = float(value)
    if math.isnan(real):
        return asked or "Db", "NaN"
    if math.isinf(real):
        return asked or "Db", "INF" if real > 0 else "-INF"
    return asked or "Db", repr(real).removesuffix(".0")


def _date_time(value: datetime) -> str:
    """`2013-12-13T10:11:12.1234567+01:00`; without a zone when it has none."""
    text = value.replace(microsecond=0, tzinfo=None).isoformat()
    ticks = value.microsecond * 10 + (value.ticks_rest if isinstance(value, DateTime) else 0)
    if ticks:
        text += f".{ticks:07d}"
    offset = value.utcoffset()
    if offset is None:
        return str.__str__(text)
    if value.tzinfo is timezone.utc or not offset:
        return text + "Z"
    minutes = round(offset.total_seconds() / 60)
    return f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _duration(value: timedelta) -> str:
    """`-P1DT2H3M4.5S`, exact to 100 ns (XML Schema's duration)."""
    ticks = value.ticks if isinstance(value, TimeSpan) else value // timedelta(microseconds=1) * 10
    if not -_MAX_TICKS <= ticks < _MAX_TICKS:
        raise ValueError("the duration is too long for a TimeSpan")
    seconds, rest = divmod(abs(ticks), _TICKS_PER_SECOND)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    fraction = f".{rest:07d}".rstrip("0") if rest else ""
    parts = [f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number]
    if seconds or fraction or not (days or parts):
        parts.append(f"{seconds}{fraction}S")
    text = "P" + (f"{days}D" if days else "") + ("T" + "".join(parts) if parts else "")
    return "-" + text if ticks < 0 else text


def _sized(tag: str, value: int) -> tuple[str, str]:
    return tag, int.__repr__(value)


_QUICK: Final[Mapping[type, Callable[[Any], tuple[str, str | None]]]] = {
    type(None): lambda _value: ("Nil", None),
    bool: lambda value: ("B", "true" if value else "false"),
    str: lambda value: ("S", escape(value)),
    UUID: lambda value: ("G", str(value)),
    int: lambda value: _number(value, ()),
    datetime: lambda value: ("DT", _date_time(value)),
    **{kind: partial(_sized, tag) for tag, kind in INTEGERS.items() if kind is not int},
}
"""What most values of a result are, without a look at what else they might be."""
