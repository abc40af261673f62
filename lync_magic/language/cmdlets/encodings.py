"""The encodings that cmdlets name: `-Encoding` as its parameter takes it, a text in one and back.

Rules of this file: `-Encoding` takes a name or a code page's number. A name that PowerShell has and this side has not
is not known here; a name that nobody has is PowerShell's error.
"""

from __future__ import annotations

import codecs
import os
from typing import Final

from lync_magic.language.values.code_pages import page
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.text import to_text

DEFAULT: Final = "utf8NoBOM"
ENCODINGS: Final[dict[str, tuple[str, bytes]]] = {
    "utf8": ("utf-8", b""), "utf8nobom": ("utf-8", b""), "default": ("utf-8", b""),
    "utf8bom": ("utf-8", codecs.BOM_UTF8), "unicode": ("utf-16-le", codecs.BOM_UTF16_LE),
    "bigendianunicode": ("utf-16-be", codecs.BOM_UTF16_BE),
    "ascii": ("ascii", b""), "latin1": ("latin-1", b""), "ansi": ("cp1252", b""),
    "oem": ("cp437" if os.name == "nt" else "utf-8", b""),
    "utf32": ("utf-32-le", codecs.BOM_UTF32_LE), "bigendianutf32": ("utf-32-be", codecs.BOM_UTF32_BE),
    "string": ("utf-8", b""),
}  # fmt: skip
"""Python's codec and the mark at a file's start, by PowerShell's name in lower case."""
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_OWN_MARKS: Final = {name: mark for mark, name in MARKS}
_NO_PAGES: Final = (1, 2, 3, 42)
_LAST_PAGE: Final = 65_535


def _known(name: str) -> tuple[str, bytes] | None:
    return ENCODINGS.get(name) or page(int(name) if name.isdecimal() else name)


def codec_of(told: object) -> tuple[str, bytes]:
    """Python's codec and the mark at a file's start of an encoding that is known here."""
    found = _known(to_text(told).lower())
    assert found is not None
    return found


def codec_of_file(data: bytes, usual: str) -> tuple[str, int]:
    """The codec of a file, and how long the mark at its start is: that of the usual encoding goes before any other."""
    own = _OWN_MARKS.get(usual, b"")
    if own and data.startswith(own):
        return usual, len(own)
    return next(((name, len(mark)) for mark, name in MARKS if data.startswith(mark)), (usual, 0))


def why_none(given: str | int) -> str:
    """Why a name or a code page's number is no encoding, in .NET's words; "" where it is one that is known here. Raises
    NotKnownHere for one that only PowerShell may know."""
    if isinstance(given, int):
        if not 0 <= given <= _LAST_PAGE:
            return f"Valid values are between 0 and {_LAST_PAGE}, inclusive. (Parameter 'codepage')"
        if page(given) is not None:
            return ""
        if given in _NO_PAGES:
            return f"{given} is not a supported code page. (Parameter 'codepage')"
        raise NotKnownHere(f"the encoding {given}")
    name = given.lower()
    if _known(name) is not None:
        return ""
    if name != "byte" and _is_a_codec(name):
        raise NotKnownHere(f"the encoding {given}")
    return (
        f"'{given}' is not a supported encoding name. For information on defining a custom encoding, see the "
        "documentation for the Encoding.RegisterProvider method. (Parameter 'name')"
    )


def _is_a_codec(name: str) -> bool:
    """Whether a name may be an encoding's, of those that are not known here."""
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return (name.isdecimal() and len(name) > 1) or name.startswith(("cp", "ibm", "windows", "iso", "x-"))
    return True
