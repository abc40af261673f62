"""`[Text.Encoding]::UTF8` and its like: bytes of a text and back."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from functools import cache
from typing import Final

from lync_magic.clixml import MISSING, Byte, Char
from lync_magic.language.values.code_pages import decoded, encoded, page
from lync_magic.language.values.collections import Array, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.methods import Method, int32, method
from lync_magic.language.values.numeric import as_number, to_int
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types
from lync_magic.language.values.units import units

CODECS: Final = {
    "ASCII": ("ascii", "System.Text.ASCIIEncoding+ASCIIEncodingSealed", "us-ascii"),
    "UTF8": ("utf-8", "System.Text.UTF8Encoding+UTF8EncodingSealed", "utf-8"),
    "Unicode": ("utf-16-le", "System.Text.UnicodeEncoding", "utf-16"),
    "BigEndianUnicode": ("utf-16-be", "System.Text.UnicodeEncoding", "utf-16BE"),
    "UTF32": ("utf-32-le", "System.Text.UTF32Encoding", "utf-32"),
    "Latin1": ("latin-1", "System.Text.Latin1Encoding+Latin1EncodingSealed", "iso-8859-1"),
}
"""By .NET's name: Python's codec, the type, the name on the web."""
_PAGES: Final = {
    437: ("OEM United States", "ibm437", 1252), 850: ("Western European (DOS)", "ibm850", 1252),
    852: ("Central European (DOS)", "ibm852", 1250), 855: ("OEM Cyrillic", "ibm855", 1252),
    857: ("Turkish (DOS)", "ibm857", 1254), 858: ("OEM Multilingual Latin I", "ibm00858", 1252),
    860: ("Portuguese (DOS)", "ibm860", 1252), 861: ("Icelandic (DOS)", "ibm861", 1252),
    862: ("Hebrew (DOS)", "dos-862", 1255), 863: ("French Canadian (DOS)", "ibm863", 1252),
    865: ("Nordic (DOS)", "ibm865", 1252), 866: ("Cyrillic (DOS)", "cp866", 1251),
    1250: ("Central European (Windows)", "windows-1250", 1250), 1251: ("Cyrillic (Windows)", "windows-1251", 1251),
    1252: ("Western European (Windows)", "windows-1252", 1252), 1253: ("Greek (Windows)", "windows-1253", 1253),
    1254: ("Turkish (Windows)", "windows-1254", 1254), 1257: ("Baltic (Windows)", "windows-1257", 1257),
    20866: ("Cyrillic (KOI8-R)", "koi8-r", 1251), 28592: ("Central European (ISO)", "iso-8859-2", 1250),
    28594: ("Baltic (ISO)", "iso-8859-4", 1257), 28595: ("Cyrillic (ISO)", "iso-8859-5", 1251),
    28597: ("Greek (ISO)", "iso-8859-7", 1253), 28598: ("Hebrew (ISO-Visual)", "iso-8859-8", 1255),
    28599: ("Turkish (ISO)", "iso-8859-9", 1254), 28605: ("Latin 9 (ISO)", "iso-8859-15", 1252),
}  # fmt: skip
"""Code pages of one byte a letter: what each is called, its name on the web, Windows' page for the same letters."""
_BODIES: Final = {
    1250: "iso-8859-2", 1251: "koi8-r", 1252: "iso-8859-1", 1253: "iso-8859-7", 1254: "iso-8859-9",
}  # fmt: skip
"""Those that are another one in the body of a mail."""
_OF_A_PAGE: Final = "System.Text.SBCSCodePageEncoding"


_MARKS: Final = {
    "UTF8": codecs.BOM_UTF8, "UTF32": codecs.BOM_UTF32_LE, "Unicode": codecs.BOM_UTF16_LE,
    "BigEndianUnicode": codecs.BOM_UTF16_BE,
}  # fmt: skip


class TextEncoding:
    """One encoding. name: a key of CODECS, or the number of a code page.  marked: whether a file in it begins with its
    mark.  made: a script made it, it is none of .NET's own (`[Text.Encoding]::UTF8`)."""

    __slots__ = ("made", "marked", "name")

    def __init__(self, name: str, *, marked: bool = True, made: bool = False) -> None:
        self.name = name
        self.marked = marked
        self.made = made

    @property
    def codec(self) -> str:
        """Python's name for it."""
        return _codec(self.name)

    @property
    def mark(self) -> bytes:
        """What a file in it begins with."""
        return _MARKS.get(self.name, b"") if self.marked else b""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextEncoding) and (self.name, self.marked) == (other.name, other.marked)

    def __hash__(self) -> int:
        return hash((self.name, self.marked))

    def __str__(self) -> str:
        if self.name not in CODECS:
            return _OF_A_PAGE
        kind = CODECS[self.name][1]
        return kind.partition("+")[0] if self.made else kind


@cache
def _codec(name: str) -> str:
    if name in CODECS:
        return CODECS[name][0]
    found = page(int(name))
    assert found is not None
    return found[0]


def _encoded(value: TextEncoding, arguments: Sequence[object]) -> bytes:
    given = arguments[0]
    text = "".join(map(to_text, items_of(given))) if is_collection(given) else to_text(given)
    return encoded(text, value.codec)


def _decoded(value: TextEncoding, arguments: Sequence[object]) -> object:
    if not is_collection(arguments[0]):
        raise NotKnownHere(".GetString() of what is no list of bytes")
    data = bytes(to_int(one) for one in items_of(arguments[0]))
    if len(arguments) == 3:
        start, count = int32(arguments[1], "index", "GetString"), int32(arguments[2], "count", "GetString")
        if start < 0 or count < 0:
            raise NotKnownHere(".GetString() of a part that is none")
        if start + count > len(data):
            why = "Index and count must refer to a location within the buffer. (Parameter 'bytes')"
            call_failed("GetString", 3, why, "ArgumentOutOfRangeException")
        data = data[start : start + count]
    return decoded(data, value.codec)


_SPOKEN: Final = {
    "ASCII": ("US-ASCII", 20127, 1252), "UTF8": ("Unicode (UTF-8)", 65001, 1200), "Unicode": ("Unicode", 1200, 1200),
    "BigEndianUnicode": ("Unicode (Big-Endian)", 1201, 1200), "UTF32": ("Unicode (UTF-32)", 12000, 1200),
    "Latin1": ("Western European (ISO)", 28591, 1252),
}  # fmt: skip
"""What each is called, its code page, and Windows' for the same letters."""
_OTHERS: Final = frozenset(
    ("decoderfallback", "encoderfallback", "isbrowserdisplay", "isbrowsersave", "ismailnewsdisplay", "ismailnewssave",
     "isreadonly", "preamble")
)  # fmt: skip


def _property(value: TextEncoding, folded: str) -> object:
    if folded in _OTHERS:
        raise NotKnownHere(f"the property .{folded} of an encoding")
    if value.name in CODECS:
        called, number, of_windows = _SPOKEN[value.name]
        web = CODECS[value.name][2]
    else:
        number = int(value.name)
        called, web, of_windows = _PAGES[number]
    told = {
        "webname": web, "headername": web, "bodyname": _BODIES.get(number, web), "encodingname": called,
        "codepage": number, "windowscodepage": of_windows, "issinglebyte": of_windows != _OF_UNICODE,
    }  # fmt: skip
    return told.get(folded, MISSING)


_OF_UNICODE: Final = 1200


def encoding_named(told: object) -> TextEncoding:
    """`[Text.Encoding]::GetEncoding(name or code page)`."""
    number = as_number(told)
    if number is not None and type(told) is not str:
        for name, (_called, own, _windows) in _SPOKEN.items():
            if own == number:
                return TextEncoding(name)
        if number in _PAGES:
            return TextEncoding(str(number))
    folded = to_text(told).lower()
    for name, (_codec, _kind, web) in CODECS.items():
        if folded in (web.lower(), *_ALSO.get(name, ())):
            return TextEncoding(name)
    for each, (_called, web, _windows) in _PAGES.items():
        if folded == web or _SHORT.get(folded) == each:
            return TextEncoding(str(each))
    raise NotKnownHere(f"the encoding {to_text(told)}")


_ALSO: Final = {"Latin1": ("latin1",), "ASCII": ("ascii",), "Unicode": ("unicode", "utf-16le")}
"""Names by which .NET also knows them."""
_SHORT: Final = {
    "cyrillic": 28595, "hebrew": 28598, "greek": 28597, "latin2": 28592, "latin4": 28594, "latin5": 28599,
    "latin9": 28605, "cp437": 437, "cp850": 850, "cp858": 858, "cp1252": 1252, "x-ansi": 1252, "ibm866": 866,
}  # fmt: skip
"""The same of code pages."""


_METHODS: Final[dict[str, Method[TextEncoding]]] = {
    "getbytes": method(1)(lambda v, a: Array([Byte(one) for one in _encoded(v, a)], "System.Byte")),
    "getbytecount": method(1)(lambda v, a: len(_encoded(v, a))),
    "getstring": method(1, 3)(_decoded),
    "getchars": method(1)(lambda v, a: Array([Char(one) for one in units(str(_decoded(v, a)))], "System.Char")),
    "getcharcount": method(1)(lambda v, a: len(units(str(_decoded(v, a))))),
    "getpreamble": method(0)(lambda v, a: Array(map(Byte, v.mark), "System.Byte")),
}

own_types[TextEncoding] = str
own_properties[TextEncoding] = _property
own_methods[TextEncoding] = _METHODS
