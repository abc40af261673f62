"""Text in CLIXML: PowerShell's `_xHHHH_` escapes, XML's entities, and characters that XML does not allow.

Rule of this file: nothing is lost. PowerShell writes any UTF-16 string (lone surrogates, U+FFFE, control
characters) and its own reader takes what strict XML refuses, so this side does too.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile("_[xX]([0-9a-fA-F]{4}|[0-9a-fA-F]{8})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENTITY = re.compile("&([^;&]{0,12});?")
_CHARACTER_REFERENCE = re.compile("&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_UNDERSCORE = re.compile("&#(?:0*95|x0*5[fF]);")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HALF_ESCAPE = "[xX](?:[0-9a-fA-F]{8}|[0-9a-fA-F]{4})"
_REPAIRED = re.compile(
    f"(_{_HALF_ESCAPE}_)|_({_HALF_ESCAPE})(?={_NOT_XML.pattern}|&#)"
    f"|(&#(?:x[0-9a-fA-F]{{1,6}}|[0-9]{{1,7}});)|({_NOT_XML.pattern})"
)
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_LAST_CODE_POINT = 0x10FFFF
BYTE_ORDER_MARK = "\ufeff"


def unescape(text: str) -> str:
    """`text` with PowerShell's escapes undone (MS-PSRP 2.2.5.3.2; .NET's XmlConvert.DecodeName).

    Two halves of a surrogate pair become one character; a half without its other stays as it is.
    """
    if "_" not in text or ("_x" not in text and "_X" not in text):
        return text
    return join_surrogates(_ESCAPE.sub(_escaped, text))


def join_surrogates(text: str) -> str:
    """`text` with each surrogate pair as the one character it stands for."""
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def resolve_entities(text: str) -> str:
    """`text`, cut from between two tags, with XML's five entities and character references undone.

    Raises ValueError for any other entity.
    """
    if "&" not in text:
        return text
    named = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
    if named.count("&") == named.count("&amp;"):  # last, as it may make others that were never meant
        return named.replace("&amp;", "&")
    return join_surrogates(_ENTITY.sub(_entity, text))


def parsable(text: str) -> str:
    """`text`, a whole CLIXML, with what an XML parser refuses but PowerShell writes made `_xHHHH_`."""
    return _REPAIRED.sub(_repair, _UNDERSCORE.sub("_", text))


def _repair(match: re.Match[str]) -> str:
    escape, half, reference, character = match.groups()
    if escape is not None:
        return match[0]
    if half is not None:  # the escape that comes after it would complete it to one that was never meant
        return f"_x005F_{half}"
    if reference is not None:
        whole = _CHARACTER_REFERENCE.fullmatch(reference)
        assert whole is not None
        character = chr(_code_point(whole))
        if _NOT_XML.fullmatch(character) is None:
            return match[0]
    return f"_x{ord(character):04X}_"


def _escaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code <= _LAST_CODE_POINT else match[0]


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if match[0].endswith(";"):
        known = _NAMED.get(name)
        if known is not None:
            return known
        reference = _CHARACTER_REFERENCE.fullmatch(match[0])
        if reference is not None:
            return chr(_code_point(reference))
    raise ValueError(f"unknown entity {match[0]}")


def _code_point(reference: re.Match[str]) -> int:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    if code > _LAST_CODE_POINT:
        raise ValueError(f"no such character: {reference[0]}")
    return code
