"""CLIXML -> Python values."""

from lync_magic.clixml.batch import SLICE, Part, ShapeDecoder
from lync_magic.clixml.describing import Description, describe, deserialized
from lync_magic.clixml.invariant import CONSOLE_DIGITS, invariant_text, shortest_text
from lync_magic.clixml.refusals import DecodeError, TooMuch
from lync_magic.clixml.scalars import SCALARS
from lync_magic.clixml.secrets import Credential, Decrypt, NoKey, SealedString, SecureString
from lync_magic.clixml.shapes import Block
from lync_magic.clixml.text import resolve_entities, unescape
from lync_magic.clixml.values import (
    MISSING,
    Char,
    DateTime,
    EnumValue,
    Missing,
    Null,
    NullType,
    ObjectLike,
    PSObject,
    ScriptBlock,
    TimeSpan,
    Undecoded,
    Uri,
    Version,
    Xml,
    ticks_of,
)
from lync_magic.clixml.walk import decode, decode_document, decode_or_undecoded

__all__ = [
    "CONSOLE_DIGITS",
    "MISSING",
    "SCALARS",
    "SLICE",
    "Block",
    "Char",
    "Credential",
    "DateTime",
    "DecodeError",
    "Decrypt",
    "Description",
    "EnumValue",
    "Missing",
    "NoKey",
    "Null",
    "NullType",
    "ObjectLike",
    "PSObject",
    "Part",
    "ScriptBlock",
    "SealedString",
    "SecureString",
    "ShapeDecoder",
    "TimeSpan",
    "TooMuch",
    "Undecoded",
    "Uri",
    "Version",
    "Xml",
    "decode",
    "decode_document",
    "decode_or_undecoded",
    "describe",
    "deserialized",
    "invariant_text",
    "resolve_entities",
    "shortest_text",
    "ticks_of",
    "unescape",
]
