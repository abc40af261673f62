"""Digests of bytes: `[Security.Cryptography.SHA256]::Create()`, and bytes as text: `[BitConverter]::ToString(…)`."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Sequence
from functools import partial
from typing import Final

from lync_magic.clixml import MISSING, Byte
from lync_magic.language.values.collections import NOTHING, Array, items_of
from lync_magic.language.values.methods import method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.types import own_types

ALGORITHMS: Final = ("MD5", "SHA1", "SHA256", "SHA384", "SHA512")
_NAMESPACE: Final = "System.Security.Cryptography."


class Digest:
    """An algorithm that makes digests. name: .NET's and Python's."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"{_NAMESPACE}{self.name}+Implementation"


def _digest(name: str, data: object) -> Array:
    made = hashlib.new(name.lower(), bytes(to_int(one) for one in items_of(data)), usedforsecurity=False)
    return Array(map(Byte, made.digest()), "System.Byte")


def _dashed(_none: None, arguments: Sequence[object]) -> str:
    return "-".join(f"{to_int(one):02X}" for one in items_of(arguments[0]))


own_types[Digest] = str
own_properties[Digest] = lambda value, folded: MISSING
own_methods[Digest] = {
    "computehash": method(1)(lambda v, a: _digest(v.name, a[0])),
    "dispose": method(0)(lambda v, a: NOTHING),
}
for _name in ALGORITHMS:
    own_statics[_NAMESPACE + _name] = (
        {
            "create": method(0)(lambda _n, a, name=_name: Digest(name)),  # type: ignore[misc]
            "hashdata": method(1)(lambda _n, a, name=_name: _digest(name, a[0])),  # type: ignore[misc]
        },
        {},
    )
own_statics["System.BitConverter"] = {"tostring": method(1)(_dashed)}, {"islittleendian": partial(bool, 1)}
own_statics["System.Net.Dns"] = {"gethostname": method(0)(lambda _n, a: socket.gethostname())}, {}
