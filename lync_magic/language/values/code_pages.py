"""Texts in an encoding and back, as .NET writes and reads them.

Rules of this file: a character that a code page has not is written as the one that .NET holds to be the most like it
(`best_fit.txt.xz`, which PowerShell told: tests/language/judge/best_fit.ps1), else as a `?`.
"""

from __future__ import annotations

import codecs
import lzma
from functools import cache
from importlib.resources import files
from typing import Final

from lync_magic.language.values.units import has_half, units, whole

_NOT_PRINTED: Final = "\ufffd"


@cache
def _told() -> dict[str, list[str]]:
    """What .NET does with each code page beside Python's codec of it."""
    data = files("lync_magic.language.values").joinpath("best_fit.txt.xz").read_bytes()
    lines = (line.split() for line in lzma.decompress(data).decode("ascii").splitlines())
    return {words[0]: words[1:] for words in lines}


@cache
def _characters(codec: str) -> str:
    """What each byte is in a code page; one that it has not is a character that cannot be seen."""
    own = [bytes((one,)).decode(codec, "ignore") or chr(one) for one in range(256)]
    for word in _told()[codec]:
        if word.startswith("="):
            byte, char = word[1:].split(":")
            own[int(byte, 16)] = chr(int(char, 16))
    return "".join(own)


@cache
def _best_fit(codec: str) -> dict[int, int]:
    """The byte that is written for each character: its own, or what .NET holds to be the most like it."""
    pairs = (word.split(":") for word in _told()[codec] if not word.startswith("="))
    own = {ord(char): byte for byte, char in enumerate(_characters(codec))}
    return {**own, **{int(char, 16): int(byte, 16) for char, byte in pairs}}


def encoded(text: str, codec: str) -> bytes:
    """A text in an encoding."""
    if codec.startswith("utf"):
        if not has_half(text):
            return text.encode(codec)
        return whole(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode(codec)
    if text.isascii():
        return text.encode("ascii")
    if codec == "ascii":
        return units(text).encode(codec, "replace")
    return codecs.charmap_encode(units(text), "replace", _best_fit(codec))[0]


def decoded(data: bytes, codec: str) -> str:
    """The text that bytes are in an encoding."""
    if codec == "ascii":
        return data.decode("ascii", "replace").replace(_NOT_PRINTED, "?")
    if codec.startswith("utf"):
        return data.decode(codec, "replace")
    return codecs.charmap_decode(data, "strict", _characters(codec))[0]


_UNICODE: Final = {
    1200: ("utf-16-le", codecs.BOM_UTF16_LE), 1201: ("utf-16-be", codecs.BOM_UTF16_BE),
    12000: ("utf-32-le", codecs.BOM_UTF32_LE), 12001: ("utf-32-be", codecs.BOM_UTF32_BE),
    65001: ("utf-8", codecs.BOM_UTF8), 20127: ("ascii", b""), 28591: ("latin-1", b""),
}  # fmt: skip
_PAGES: Final = {
    **{number: f"cp{number}" for number in (437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866)},
    **{number: f"cp{number}" for number in (1250, 1251, 1252, 1253, 1254, 1257)},
    **{28590 + part: f"iso8859-{part}" for part in (2, 4, 5, 7, 8, 9, 15)}, 20866: "koi8-r",
}  # fmt: skip
_NAMES: Final = {
    "utf-8": 65001, "utf-16": 1200, "utf-16le": 1200, "utf-16be": 1201, "utf-32": 12000, "utf-32le": 12000,
    "utf-32be": 12001, "us-ascii": 20127, "iso-8859-1": 28591, "koi8-r": 20866,
    **{f"windows-{number}": number for number in _PAGES if 1250 <= number <= 1258},
    **{f"ibm{number}": number for number in _PAGES if number < 900 and number != 858},
    **{f"iso-8859-{number - 28590}": number for number in _PAGES if 28592 <= number <= 28605},
}  # fmt: skip


def page(told: str | int) -> tuple[str, bytes] | None:
    """Python's codec and the mark at a file's start of a code page, by its number or .NET's name for it; None for one
    that is not known here."""
    number = told if isinstance(told, int) else _NAMES.get(told.lower(), 0)
    if number in _UNICODE:
        return _UNICODE[number]
    return (_PAGES[number], b"") if number in _PAGES else None
