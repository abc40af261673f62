"""`[Text.Encoding]::UTF8` and its like: bytes of a text and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import MISSING, Byte
from lync_magic.language.values.collections import Array, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types

CODECS: Final = {
    "ASCII": ("ascii", "System.Text.ASCIIEncoding+ASCIIEncodingSealed", "us-ascii"),
    "UTF8": ("utf-8", "System.Text.UTF8Encoding+UTF8EncodingSealed", "utf-8"),
    "Unicode": ("utf-16-le", "System.Text.UnicodeEncoding", "utf-16"),
    "BigEndianUnicode": ("utf-16-be", "System.Text.UnicodeEncoding", "utf-16BE"),
    "UTF32": ("utf-32-le", "System.Text.UTF32Encoding", "utf-32"),
    "Latin1": ("latin-1", "System.Text.Latin1Encoding+Latin1EncodingSealed", "iso-8859-1"),
}
"""By .NET's name: Python's codec, the type, the name on the web."""


class TextEncoding:
    """One encoding. name: a key of CODECS."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def codec(self) -> str:
        """Python's name for it."""
        return CODECS[self.name][0]

    def __str__(self) -> str:
        return CODECS[self.name][1]


def _encoded(value: TextEncoding, arguments: Sequence[object]) -> bytes:
    given = arguments[0]
    text = "".join(map(to_text, items_of(given))) if is_collection(given) else to_text(given)
    return text.encode(value.codec, "replace")


def _decoded(value: TextEncoding, arguments: Sequence[object]) -> object:
    if not is_collection(arguments[0]):
        raise NotKnownHere(".GetString() of what is no list of bytes")
    return bytes(to_int(one) for one in items_of(arguments[0])).decode(value.codec, "replace")


def _property(value: TextEncoding, folded: str) -> object:
    return CODECS[value.name][2] if folded in ("webname", "headername") else MISSING


_METHODS: Final[dict[str, Method[TextEncoding]]] = {
    "getbytes": method(1)(lambda v, a: Array([Byte(one) for one in _encoded(v, a)], "System.Byte")),
    "getbytecount": method(1)(lambda v, a: len(_encoded(v, a))),
    "getstring": method(1)(_decoded),
}

own_types[TextEncoding] = str
own_properties[TextEncoding] = _property
own_methods[TextEncoding] = _METHODS
