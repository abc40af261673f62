"""Digests of bytes: `[Security.Cryptography.SHA256]::Create()`, and bytes as text: `[BitConverter]::ToString(…)`."""

from __future__ import annotations

import hashlib
import socket
import struct
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from lync_magic.clixml import MISSING, Byte, Char
from lync_magic.language.values.collections import NOTHING, Array, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, cannot_convert, null_argument
from lync_magic.language.values.methods import argument_as, argument_failed, int32, method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.static_functions import Static
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, own_types, type_of

ALGORITHMS: Final = ("MD5", "SHA1", "SHA256", "SHA384", "SHA512")
NAMESPACE: Final = "System.Security.Cryptography."


class Digest:
    """An algorithm that makes digests. name: .NET's and Python's."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"{NAMESPACE}{self.name}+Implementation"


def _digest(name: str, data: object) -> Array:
    made = hashlib.new(name.lower(), bytes(to_int(one) for one in items_of(data)), usedforsecurity=False)
    return Array(map(Byte, made.digest()), "System.Byte")


def _source(data: object) -> object:
    if data is None:
        null_argument("HashData", 1, "source")
    return data if isinstance(data, Array | list) else argument_as(data, "System.Byte[]", "source", "HashData")


def _computed(value: Digest, arguments: Sequence[object]) -> Array:
    """`.ComputeHash($bytes[, start, count])`."""
    data = arguments[0]
    if len(arguments) == 2 or data is None:
        raise NotKnownHere(f"ComputeHash of a [{value}] with these arguments")
    if not isinstance(data, Array | list):
        data = argument_as(data, "System.Byte[]", "buffer", "ComputeHash")
    if len(arguments) == 3:
        start, count = map(to_int, arguments[1:])
        if not 0 <= start <= start + count <= len(items_of(data)):
            raise NotKnownHere("ComputeHash of a part that is not there")
        data = items_of(data)[start : start + count]
    return _digest(value.name, data)


def _dashed(_none: None, arguments: Sequence[object]) -> str:
    """`[BitConverter]::ToString($bytes[, start[, how many]])`."""
    data = [to_int(one) for one in items_of(arguments[0])]
    count = len(arguments)
    start = int32(arguments[1], "startIndex", "ToString") if count > 1 else 0
    size = int32(arguments[2], "length", "ToString") if count > 2 else len(data) - start
    if start < 0 or (start >= len(data) and start > 0):
        call_failed("ToString", count, f"{_OUTSIDE} (Parameter 'startIndex')", "ArgumentOutOfRangeException")
    if size < 0:
        message = f"length ('{size}') must be a non-negative value. (Parameter 'length')\nActual value was {size}."
        call_failed("ToString", count, message, "ArgumentOutOfRangeException")
    if start > len(data) - size:
        call_failed("ToString", count, f"{_TOO_SHORT} (Parameter 'value')", "ArgumentException")
    return "-".join(f"{one:02X}" for one in data[start : start + size])


own_types[Digest] = str
own_properties[Digest] = lambda value, folded: (
    hashlib.new(value.name.lower()).digest_size * 8 if folded == "hashsize" else MISSING
)
own_methods[Digest] = {
    "computehash": method(1, 3)(_computed),
    "dispose": method(0)(lambda v, a: NOTHING),
}
for _name in ALGORITHMS:
    own_statics[NAMESPACE + _name] = (
        {
            "create": method(0)(lambda _n, a, name=_name: Digest(name)),  # type: ignore[misc]
            "hashdata": method(1)(lambda _n, a, name=_name: _digest(name, _source(a[0]))),  # type: ignore[misc]
        },
        {},
    )
_NUMBERS: Final = {
    "System.Int16": (2, True), "System.UInt16": (2, False), "System.Int32": (4, True), "System.UInt32": (4, False),
    "System.Int64": (8, True), "System.UInt64": (8, False),
}  # fmt: skip
"""How many bytes each number has, and whether it has a sign."""


def _read_from(arguments: Sequence[object], size: int, name: str) -> tuple[bytes, int]:
    """The bytes that a method is given, and where it reads so many of them. Raises .NET's error where they are not."""
    if arguments[0] is None:
        null_argument(name, 2, "value")
    data = bytes(to_int(one) for one in items_of(convert(arguments[0], NetType("System.Byte[]"))))
    start = int32(arguments[1], "startIndex", name)
    if not 0 <= start < len(data):
        call_failed(name, 2, f"{_OUTSIDE} (Parameter 'startIndex')", "ArgumentOutOfRangeException")
    if start > len(data) - size:
        call_failed(name, 2, f"{_TOO_SHORT} (Parameter 'value')", "ArgumentException")
    return data, start


def _number(kind: str) -> Callable[[None, Sequence[object]], object]:
    """`[BitConverter]::ToInt32($bytes, 0)` and its like."""
    size, signed = _NUMBERS[kind]
    name = f"To{kind.removeprefix('System.')}"

    def read(_none: None, arguments: Sequence[object]) -> object:
        data, start = _read_from(arguments, size, name)
        return convert(int.from_bytes(data[start : start + size], "little", signed=signed), NetType(kind))

    return read


def _unpacked(kind: str) -> Callable[[None, Sequence[object]], object]:
    """`[BitConverter]::ToDouble($bytes, 0)`, and what else is no whole number."""
    form = _READ[kind]
    size, name = struct.calcsize(form), f"To{kind.removeprefix('System.')}"

    def read(_none: None, arguments: Sequence[object]) -> object:
        data, start = _read_from(arguments, size, name)
        made = struct.unpack(form, data[start : start + size])[0]
        return Char(chr(made)) if kind == "System.Char" else convert(made, NetType(kind))

    return read


_READ: Final = {"System.Double": "<d", "System.Single": "<f", "System.Boolean": "<?", "System.Char": "<H"}


def _as_bits(to: str, form: str, back: str) -> Static:
    """`[BitConverter]::DoubleToInt64Bits(number)` and back."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        value = arguments[0]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotKnownHere("the bits of what is no number")
        try:
            made = struct.unpack(back, struct.pack(form, value))[0]
        except (struct.error, OverflowError):
            raise NotKnownHere("the bits of such a number") from None
        return convert(made, NetType(to))

    return method(1)(run)


_OUTSIDE: Final = "Index was out of range. Must be non-negative and less than the size of the collection."
_TOO_SHORT: Final = (
    "The array starting from the specified index is not long enough to read a value of the specified type."
)


def _bytes_of(_none: None, arguments: Sequence[object]) -> Array:
    """`[BitConverter]::GetBytes(number)`."""
    value = arguments[0]
    if type(value) is str:
        try:
            value = convert(value, NetType("System.Double"))
        except ScriptError as bad:
            raise argument_failed("value", value, "GetBytes", "System.Double", bad) from None
    kind = type_of(value)
    if kind == "System.Decimal":
        why = "Invalid cast from 'Decimal' to 'Char'."
        failed = cannot_convert(to_text(value), "System.Char", why, "InvalidCastIConvertible")
        raise argument_failed("value", value, "GetBytes", "System.Char", failed)
    if value is None:
        data = b"\0"
    elif kind in ("System.Byte", "System.SByte"):
        data = to_int(value).to_bytes(2, "little", signed=True)
    elif kind in _PACKED:
        data = struct.pack(_PACKED[kind], value)
    elif kind == "System.Char":
        data = str(value).encode("utf-16-le")
    elif kind in _NUMBERS:
        size, signed = _NUMBERS[kind]
        data = to_int(value).to_bytes(size, "little", signed=signed)
    else:
        raise NotKnownHere(f"[BitConverter]::GetBytes of a [{NetType(kind).spoken}]")
    return Array(map(Byte, data), "System.Byte")


_PACKED: Final = {"System.Single": "<f", "System.Double": "<d", "System.Boolean": "<?"}


own_statics["System.BitConverter"] = (
    {
        "tostring": method(1, 3)(_dashed),
        "getbytes": method(1)(_bytes_of),
        **{f"to{kind.removeprefix('System.').lower()}": method(2)(_number(kind)) for kind in _NUMBERS},
        **{f"to{kind.removeprefix('System.').lower()}": method(2)(_unpacked(kind)) for kind in _READ},
        "doubletoint64bits": _as_bits("System.Int64", "<d", "<q"),
        "int64bitstodouble": _as_bits("System.Double", "<q", "<d"),
        "singletoint32bits": _as_bits("System.Int32", "<f", "<i"),
        "int32bitstosingle": _as_bits("System.Single", "<i", "<f"),
    },
    {"islittleendian": partial(bool, 1)},
)
own_statics["System.Net.Dns"] = {"gethostname": method(0)(lambda _n, a: socket.gethostname())}, {}
