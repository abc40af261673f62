"""What becomes a System.Guid."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from lync_magic.language.values.collections import Array
from lync_magic.language.values.failures import NotKnownHere, cannot_convert, no_null
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

BYTES: Final = 16
WRONG_LENGTH: Final = "Byte array for Guid must be exactly 16 bytes long. (Parameter 'b')"


def guid_of(values: Iterable[object]) -> UUID:
    """The Guid of 16 bytes, as .NET puts them."""
    return UUID(bytes_le=bytes(int(one) for one in values if isinstance(one, int)))


def to_guid(value: object) -> object:
    """A value as a Guid, of its text or of its 16 bytes. Raises ScriptError."""
    if isinstance(value, UUID):
        return value
    if value is None:
        raise no_null("System.Guid")
    if isinstance(value, Array) and value.element == "System.Byte":
        if len(value) != BYTES:
            raise cannot_convert(type_of(value), "System.Guid", WRONG_LENGTH, "InvalidCastConstructorException")
        return guid_of(value)
    text = to_text(value)
    told = text.strip()
    why = ""
    if len(told) < 32:
        why = "Unrecognized Guid format."
    elif told[0] == "{" and "-" not in told:
        return _guid_of_parts(text, told)
    elif told[0] in "{(":
        why = "" if len(told) == 38 and told[-1] == {"{": "}", "(": ")"}[told[0]] else _GUID_LENGTH
        told = told[1:-1]
    if not why:
        parts = [told[start:end] for start, end in _GUID_PARTS] if "-" in told else [told]
        if len(told) != (36 if "-" in told else 32):
            why = _GUID_LENGTH
        elif "-" in told and any(told[place] != "-" for place in (8, 13, 18, 23)):
            why = "Dashes are in the wrong position for GUID parsing."
        elif all(map(_GUID_PART.fullmatch, parts)):
            return UUID("".join(re.sub("^[+]?0[xX]|^[+]", "", part).rjust(len(part), "0") for part in parts))
        why = why or "Guid string should only contain hexadecimal characters."
    raise cannot_convert(text, "System.Guid", why, "InvalidCastParseTargetInvocationWithFormatProvider")


_GUID_LENGTH: Final = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
_GUID_PARTS: Final = ((0, 8), (9, 13), (14, 18), (19, 23), (24, 28), (28, 36))
_GUID_PART: Final = re.compile("[+]?(?:0[xX])?[0-9a-fA-F]+")
_GUID_OF_PARTS: Final = re.compile(
    r"\{0x([0-9a-f]{1,8}),0x([0-9a-f]{1,4}),0x([0-9a-f]{1,4}),\{" + ",".join([r"0x([0-9a-f]{1,2})"] * 8) + r"\}\}",
    re.IGNORECASE,
)


def _guid_of_parts(text: str, told: str) -> UUID:
    """`{0x…,0x…,0x…,{0x…,…}}`."""
    found = _GUID_OF_PARTS.fullmatch(told)
    if found is not None:
        return UUID(
            "".join(part.rjust(size, "0") for part, size in zip(found.groups(), (8, 4, 4, *[2] * 8), strict=True))
        )
    if told[1:3].lower() == "0x":
        raise NotKnownHere(f"the guid {told}")
    raise cannot_convert(
        text, "System.Guid", "Expected 0x prefix.", "InvalidCastParseTargetInvocationWithFormatProvider"
    )
