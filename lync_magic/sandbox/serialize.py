"""Values of the model as CLIXML text (MS-PSRP 2.2.5), written the way PowerShell's own serializer writes it.

Rules of this file: one call makes one whole object; reference numbers start at 0 in each. It is fast because thousands
of objects go through it: text is joined once, names and texts without special characters are not touched. It never
logs a value.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from lync_magic.sandbox.model import (
    EnumValue,
    Long,
    PSCredential,
    PSObject,
    Raw,
    SecureString,
    Uri,
    Version,
)

Encrypt = Callable[[str], str]
"""Encrypts a secret's clear text with the session key (MS-PSRP 2.2.5.1.24)."""

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1

ARRAY_TYPES = ("System.Object[]", "System.Array", "System.Object")
HASHTABLE_TYPES = ("System.Collections.Hashtable", "System.Object")
CREDENTIAL_TYPES = ("System.Management.Automation.PSCredential", "System.Object")
ENUM_BASES = ("System.Enum", "System.ValueType", "System.Object")

# Controls, surrogates and what looks like an escape become _xHHHH_ (MS-PSRP 2.2.5.3.2); the two noncharacters become
# references that are not well-formed XML, because that is what real servers send.
_SPECIAL = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff]|_(?=[xX])")
_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "_": "_x005F_", "\ufffe": "&#xFFFE;", "\uffff": "&#xFFFF;"}
_SECONDS_A_DAY = 86_400
_MICROSECONDS = 1_000_000


class NotSerializable(TypeError):
    """The engine handed over a value that the model does not name."""


def to_clixml(value: object, encrypt: Encrypt | None = None) -> str:
    """One value as one CLIXML element. A `Raw` is handed back as it is.

    encrypt: needed for secrets only; a secret without it raises NotSerializable.
    """
    if isinstance(value, Raw):
        return str(value)
    writer = _Writer(encrypt)
    writer.write(value, "")
    return "".join(writer.parts)


def escaped(text: str) -> str:
    """Text as the content of an element."""
    return _SPECIAL.sub(_escape, text) if _SPECIAL.search(text) else text


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    known = _MARKUP.get(character)
    if known is not None:
        return known
    code = ord(character)
    if code <= 0xFFFF:
        return f"_x{code:04X}_"
    code -= 0x10000
    return f"_x{0xD800 + (code >> 10):04X}__x{0xDC00 + (code & 0x3FF):04X}_"


@lru_cache(maxsize=4096)
def _name_attribute(name: str) -> str:
    quoted = escaped(name).replace('"', "&quot;")
    return f' N="{quoted}"'


class _Writer:
    """Writes one object graph; knows which type names and objects it has written already."""

    def __init__(self, encrypt: Encrypt | None) -> None:
        self.parts: list[str] = []
        self._encrypt = encrypt
        self._objects = 0
        self._seen: dict[int, int] = {}
        self._types: dict[tuple[str, ...], int] = {}

    def write(self, value: Any, name: str) -> None:
        """Append the element for `value`; `name` is a ready ` N="…"` attribute or empty."""
        if value is None:
            self.parts.append(f"<Nil{name} />")
            return
        simple = _SIMPLE.get(type(value))
        if simple is not None:
            tag, text = simple(value)
            self.parts.append(f"<{tag}{name}>{text}</{tag}>")
            return
        self._write_complex(value, name)

    def _write_complex(self, value: Any, name: str) -> None:
        if isinstance(value, PSObject):
            self._write_object(value, name)
        elif isinstance(value, EnumValue):
            self._open(name, (value.type_name, *ENUM_BASES), value.name)
            self.parts.append(f"<I32>{value.value}</I32></Obj>")
        elif isinstance(value, Mapping):
            self._write_dictionary(value, name)
        elif isinstance(value, (list, tuple)):
            self._open(name, ARRAY_TYPES, None)
            self.parts.append("<LST>")
            for item in value:
                self.write(item, "")
            self.parts.append("</LST></Obj>")
        elif isinstance(value, SecureString):
            self.parts.append(f"<SS{name}>{self._secret(value)}</SS>")
        elif isinstance(value, PSCredential):
            self._open(name, CREDENTIAL_TYPES, CREDENTIAL_TYPES[0])
            user = escaped(value.user_name)
            secret = self._secret(value.password)
            self.parts.append(f'<Props><S N="UserName">{user}</S><SS N="Password">{secret}</SS></Props></Obj>')
        elif isinstance(value, Raw):
            raise NotSerializable("Ready CLIXML cannot be part of another object: its reference numbers would clash.")
        else:
            self._write_by_base(value, name)

    def _write_by_base(self, value: Any, name: str) -> None:
        """Subclasses of a plain type (a str with a name of its own) are written as that type."""
        for base, simple in _SIMPLE.items():
            if isinstance(value, base):
                tag, text = simple(value)
                self.parts.append(f"<{tag}{name}>{text}</{tag}>")
                return
        raise NotSerializable(f"A value of type {type(value).__name__} has no CLIXML form here.")

    def _write_object(self, value: PSObject, name: str) -> None:
        known = self._seen.get(id(value))
        if known is not None:
            self.parts.append(f'<Ref RefId="{known}"{name} />')
            return
        self._seen[id(value)] = self._objects
        self._open(name, value.type_names, value.text)
        if value.properties:
            group = "Props" if value.adapted else "MS"
            self.parts.append(f"<{group}>")
            for key, item in value.properties.items():
                self.write(item, _name_attribute(key))
            self.parts.append(f"</{group}>")
        self.parts.append("</Obj>")

    def _write_dictionary(self, value: Mapping[Any, Any], name: str) -> None:
        self._open(name, HASHTABLE_TYPES, None)
        if not value:
            self.parts.append("<DCT /></Obj>")
            return
        self.parts.append("<DCT>")
        for key, item in value.items():
            self.parts.append("<En>")
            self.write(key, ' N="Key"')
            self.write(item, ' N="Value"')
            self.parts.append("</En>")
        self.parts.append("</DCT></Obj>")

    def _open(self, name: str, type_names: tuple[str, ...], text: str | None) -> None:
        self.parts.append(f'<Obj{name} RefId="{self._objects}">')
        self._objects += 1
        if type_names:
            known = self._types.get(type_names)
            if known is None:
                known = self._types[type_names] = len(self._types)
                names = "".join(f"<T>{escaped(one)}</T>" for one in type_names)
                self.parts.append(f'<TN RefId="{known}">{names}</TN>')
            else:
                self.parts.append(f'<TNRef RefId="{known}" />')
        if text is not None:
            self.parts.append(f"<ToString>{escaped(text)}</ToString>")

    def _secret(self, value: SecureString) -> str:
        if self._encrypt is None:
            raise NotSerializable("A secret can only be sent when the session has exchanged a key.")
        return self._encrypt(value.clear)


def _integer(value: int) -> tuple[str, str]:
    if INT32_MIN <= value <= INT32_MAX:
        return "I32", str(int(value))
    if INT64_MIN <= value <= INT64_MAX:
        return "I64", str(int(value))
    return "D", str(int(value))


def _double(value: float) -> tuple[str, str]:
    if math.isnan(value):
        return "Db", "NaN"
    if math.isinf(value):
        return "Db", "INF" if value > 0 else "-INF"
    return "Db", repr(value).removesuffix(".0").replace("e", "E")


def _date(value: datetime) -> tuple[str, str]:
    text = value.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    if value.microsecond:
        text += f".{value.microsecond:06d}".rstrip("0")
    offset = value.utcoffset()
    if offset is None:
        return "DT", text
    if not offset:
        return "DT", text + "Z"
    minutes = int(offset.total_seconds()) // 60
    return "DT", f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _duration(value: timedelta) -> tuple[str, str]:
    microseconds = (value.days * _SECONDS_A_DAY + value.seconds) * _MICROSECONDS + value.microseconds
    sign, microseconds = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    seconds, fraction = divmod(microseconds, _MICROSECONDS)
    days, seconds = divmod(seconds, _SECONDS_A_DAY)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    clock = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes)
    if seconds or fraction:
        clock += f"{seconds}" + (f".{fraction:06d}".rstrip("0") if fraction else "") + "S"
    text = f"{days}D" * bool(days) + (f"T{clock}" if clock else "")
    return "TS", f"{sign}P{text or 'T0S'}"


# Order matters for `_write_by_base`: a subclass stands before its base.
_SIMPLE: dict[type, Callable[[Any], tuple[str, str]]] = {
    bool: lambda value: ("B", "true" if value else "false"),
    Long: lambda value: ("I64", str(int(value))),
    int: _integer,
    float: _double,
    Decimal: lambda value: ("D", format(value, "f")),
    Uri: lambda value: ("URI", escaped(value)),
    Version: lambda value: ("Version", escaped(value)),
    str: lambda value: ("S", escaped(value)),
    datetime: _date,
    timedelta: _duration,
    UUID: lambda value: ("G", str(value)),
    bytes: lambda value: ("BA", base64.b64encode(value).decode()),
}
