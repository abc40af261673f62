"""Digests that have a key, and those of .NET's older classes: `[Security.Cryptography.HMACSHA256]::new($key)`."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from functools import partial
from typing import Final

from lync_magic.clixml import MISSING, Byte
from lync_magic.language.values.collections import NOTHING, Array, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.digests import ALGORITHMS, NAMESPACE, Digest
from lync_magic.language.values.failures import NotKnownHere, ScriptError, null_argument, setting_failed
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.types import NetType, own_types

_BYTES: Final = "System.Byte[]"
_BLOCKS: Final = {"MD5": 64, "SHA1": 64, "SHA256": 64, "SHA384": 128, "SHA512": 128}
"""The bytes of a block of each, which are those of a key that .NET makes."""
_OLDER: Final = {
    **{f"{name}Managed": name for name in ALGORITHMS if name != "MD5"},
    **{f"{name}CryptoServiceProvider": name for name in ALGORITHMS},
}
"""Classes of before, which give the same."""


class KeyedDigest:
    """An HMAC. name: its algorithm; key: its bytes."""

    __slots__ = ("key", "name")

    def __init__(self, name: str, key: bytes) -> None:
        self.name, self.key = name, key

    def __str__(self) -> str:
        return f"{NAMESPACE}HMAC{self.name}"


class OlderDigest(Digest):
    """A digest of one of .NET's older classes. kind: the class."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        super().__init__(_OLDER[kind])
        self.kind = kind

    def __str__(self) -> str:
        return NAMESPACE + self.kind


def _bytes(value: object) -> bytes:
    return bytes(to_int(one) for one in items_of(value))


def _made(name: str, _none: None, arguments: Sequence[object]) -> KeyedDigest:
    if not arguments:
        return KeyedDigest(name, secrets.token_bytes(_BLOCKS[name]))
    if arguments[0] is None:
        null_argument(".ctor", 1, "key")
    return KeyedDigest(name, _bytes(argument_as(arguments[0], _BYTES, "key", ".ctor")))


def _signed(name: str, key: bytes, data: bytes) -> Array:
    return Array(map(Byte, hmac.new(key, data, name.lower()).digest()), "System.Byte")


def _signature(_none: None, arguments: Sequence[object], name: str) -> Array:
    """`[HMACSHA256]::HashData($key, $bytes)`."""
    key, data = (argument_as(one, _BYTES, told, "HashData") for one, told in zip(arguments, _KEY_AND_DATA, strict=True))
    if key is None or data is None:
        raise NotKnownHere("HashData of nothing")
    return _signed(name, _bytes(key), _bytes(data))


_KEY_AND_DATA: Final = ("key", "source")


def _hashed(value: KeyedDigest, arguments: Sequence[object]) -> Array:
    """`.ComputeHash($bytes[, start, count])`."""
    if len(arguments) == 2 or arguments[0] is None:
        raise NotKnownHere(f"ComputeHash of a [{value}] with these arguments")
    data = _bytes(argument_as(arguments[0], _BYTES, "buffer", "ComputeHash"))
    if len(arguments) == 3:
        start, count = map(to_int, arguments[1:])
        if not 0 <= start <= start + count <= len(data):
            raise NotKnownHere("ComputeHash of a part that is not there")
        data = data[start : start + count]
    return _signed(value.name, value.key, data)


def _property(value: KeyedDigest, folded: str) -> object:
    if folded == "key":
        return Array(map(Byte, value.key), "System.Byte")
    if folded == "hashname":
        return value.name
    if folded == "hashsize":
        return hmac.new(b"", b"", value.name.lower()).digest_size * 8
    return MISSING


def _set(value: KeyedDigest, name: str, new: object) -> None:
    """`$hmac.Key = [byte[]]…`."""
    if name.lower() != "key":
        raise NotKnownHere(f"setting .{name} of a [{value}]")
    try:
        made = convert(new, NetType(_BYTES))
    except ScriptError as bad:
        raise setting_failed(name, bad.message) from None
    if made is None:
        raise NotKnownHere("a key that is nothing")
    value.key = _bytes(made)


own_types[KeyedDigest] = str
own_types[OlderDigest] = str
own_properties[KeyedDigest] = _property
own_properties[OlderDigest] = own_properties[Digest]
setters[KeyedDigest] = _set
own_methods[KeyedDigest] = {
    "computehash": method(1, 3)(_hashed),
    "dispose": method(0)(lambda v, a: NOTHING),
}
own_methods[OlderDigest] = own_methods[Digest]
for _name in ALGORITHMS:
    own_statics[f"{NAMESPACE}HMAC{_name}"] = (
        {
            "new": method(0, 1)(partial(_made, _name)),
            "hashdata": method(2)(partial(_signature, name=_name)),
        },
        {},
    )
for _name in _OLDER:
    own_statics[NAMESPACE + _name] = {"new": method(0)(partial(lambda kind, _n, _a: OlderDigest(kind), _name))}, {}
_OF_NAMES: Final = {
    **{one: one for one in ALGORITHMS}, "SHA": "SHA1", "SHA-256": "SHA256", "SHA-384": "SHA384", "SHA-512": "SHA512",
}  # fmt: skip
"""What HashAlgorithm.Create takes for the name of each."""


def _by_name(_none: None, arguments: Sequence[object]) -> object:
    """`[HashAlgorithm]::Create('SHA256')`."""
    told = next((kind for one, kind in _OF_NAMES.items() if one.lower() == str(arguments[0]).lower()), None)
    if told is None:
        raise NotKnownHere(f"[{NAMESPACE}HashAlgorithm]::Create of this name")
    return OlderDigest(told + ("CryptoServiceProvider" if told in ("MD5", "SHA1") else "Managed"))


own_statics[f"{NAMESPACE}HashAlgorithm"] = {"create": method(1)(_by_name)}, {}
