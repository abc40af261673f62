"""`$PSVersionTable.PSVersion`: a version of three parts, of which PowerShell makes tables of its own."""

from __future__ import annotations

import re
from typing import Final

from lync_magic.clixml import MISSING, Version
from lync_magic.language.values.compare import own_orders
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import method
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.shapes import own_ways
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types

_KIND: Final = "System.Management.Automation.SemanticVersion"
_NAMES: Final = ("Major", "Minor", "Patch", "PreReleaseLabel", "BuildLabel")
_NUMBERS: Final = re.compile(r"(0|[1-9][0-9]{0,8})(?:\.(0|[1-9][0-9]{0,8}))?(?:\.(0|[1-9][0-9]{0,8}))?")


class SemanticVersion:
    """A version without labels. parts: its three numbers."""

    __slots__ = ("parts",)

    def __init__(self, *parts: int) -> None:
        self.parts = parts

    def __str__(self) -> str:
        return ".".join(map(str, self.parts))

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SemanticVersion) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)


def _converted(value: object) -> SemanticVersion:
    """What another value is as one. Raises NotKnownHere for what is not plainly that."""
    if isinstance(value, SemanticVersion):
        return value
    is_whole = isinstance(as_number(value), int) and not isinstance(value, bool)
    if type(value) is str or is_whole or isinstance(value, Version):
        told = _NUMBERS.fullmatch(to_text(value))
        if told is not None:
            return SemanticVersion(*(int(part or 0) for part in told.groups()))
    raise NotKnownHere(f"a [{_KIND}] compared with {to_text(value)}")


def _order(left: SemanticVersion, right: object) -> int:
    other = _converted(right).parts
    return (left.parts > other) - (left.parts < other)


def _property(value: SemanticVersion, folded: str) -> object:
    numbers = dict(zip(("major", "minor", "patch"), value.parts, strict=True))
    return numbers.get(folded, None if folded in ("prereleaselabel", "buildlabel") else MISSING)


own_ways[SemanticVersion] = "System.Version"
own_types[SemanticVersion] = lambda value: _KIND
own_names[SemanticVersion] = lambda value: list(_NAMES)
own_properties[SemanticVersion] = _property
own_orders[SemanticVersion] = _order
own_methods[SemanticVersion] = {
    "tostring": method(0)(lambda v, a: str(v)),
    "compareto": method(1)(lambda v, a: _order(v, a[0])),
    "equals": method(1)(lambda v, a: v == a[0]),
}
more_converters[_KIND] = _converted
