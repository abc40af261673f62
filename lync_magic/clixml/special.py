"""Objects that stand for something else: enumerations, big integers, credentials, nulls of other kinds, progress."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from lync_magic.clixml.refusals import DecodeError
from lync_magic.clixml.scalars import SCALARS
from lync_magic.clixml.secrets import Credential, SecureString
from lync_magic.clixml.values import MISSING, EnumValue, PSObject, is_enumeration, plain_type

BIG_INTEGER = "System.Numerics.BigInteger"
CREDENTIAL = "System.Management.Automation.PSCredential"
DB_NULL = "System.DBNull"
NULL_STRING = "System.Management.Automation.Language.NullString"
SPECIAL_TYPES = frozenset((BIG_INTEGER, CREDENTIAL, DB_NULL, NULL_STRING))
"""Types whose objects become something else than an object."""

_PROGRESS_TYPE = ("System.Management.Automation.ProgressRecord", "System.Object")
_PROGRESS = {
    "AV": ("Activity", "S"),
    "AI": ("ActivityId", "I32"),
    "S": ("CurrentOperation", "S"),
    "PI": ("ParentActivityId", "I32"),
    "PC": ("PercentComplete", "I32"),
    "T": ("RecordType", "S"),
    "SR": ("SecondsRemaining", "I32"),
    "SD": ("StatusDescription", "S"),
}
"""PR's own short names (host calls and PowerShell's text output carry them; MS-PSRP does not list them)."""

_BIG = re.compile("-?[0-9]{1,4000}")


def simplified(made: PSObject) -> Any:
    """The plain value that `made` stands for, or `made` where it says more than that."""
    names = made.type_names
    if made.base is not MISSING:
        if is_enumeration(names) and isinstance(made.base, int):
            text = str(made.base) if made.text is None else made.text
            made.base = EnumValue(text, int(made.base), plain_type(names[0]))
        return made if made.properties else made.base
    if not names:
        return made
    if names[0] == BIG_INTEGER:
        return _big_integer(made.text or "")
    if names[0] in (DB_NULL, NULL_STRING):
        return None
    if names[0] == CREDENTIAL:
        user, password = made.properties.get("UserName"), made.properties.get("Password")
        if isinstance(user, str) and isinstance(password, SecureString):
            return Credential(user, password)
    return made


def _big_integer(text: str) -> int:
    if _BIG.fullmatch(text) is None:
        raise DecodeError("not an integer")
    return int(text)


def progress(element: Element) -> PSObject:
    """The value of a `PR`."""
    properties = {}
    for child in element:
        known = _PROGRESS.get(child.tag)
        if known is not None:
            properties[known[0]] = SCALARS[known[1]](child.text or "")
    return PSObject(properties, _PROGRESS_TYPE)
