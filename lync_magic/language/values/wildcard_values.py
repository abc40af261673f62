"""`[WildcardPattern]`: a pattern as -like has it, as a value that is asked whether a text fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed
from lync_magic.language.values.methods import argument_as, method
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.shapes import refuse_shape
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types, type_of

_KIND: Final = "System.Management.Automation.WildcardPattern"
_OPTIONS: Final = "System.Management.Automation.WildcardOptions"
_IGNORE_CASE: Final = 2


class Wildcard:
    """A pattern. case: whether letters differ by theirs."""

    __slots__ = ("case", "pattern")

    def __init__(self, pattern: str, *, case: bool = True) -> None:
        self.pattern, self.case = pattern, case

    def __str__(self) -> str:
        return _KIND

    __repr__ = __str__


def pattern_of(value: object) -> str:
    """The pattern that a value is to -like."""
    return value.pattern if isinstance(value, Wildcard) else to_text(value)


def like(text: str, wanted: object, *, case: bool) -> bool:
    """`text -like wanted`; a pattern minds case as it was made to."""
    case = wanted.case if isinstance(wanted, Wildcard) else case
    return matches_wildcard(pattern_of(wanted), text, case=case)


def _made(name: str) -> Callable[[None, Sequence[object]], object]:
    """The constructor, and `[WildcardPattern]::Get(…)`."""

    def make(_none: None, arguments: Sequence[object]) -> object:
        pattern = arguments[0]
        if type_of(pattern) != "System.String":
            raise NotKnownHere(f"[{_KIND}] of this value")
        options = argument_as(arguments[1], _OPTIONS, "options", name) if len(arguments) > 1 else None
        return Wildcard(to_text(pattern), case=not getattr(options, "value", 0) & _IGNORE_CASE)

    return make


def _fits(value: Wildcard, arguments: Sequence[object]) -> bool:
    if arguments[0] is None:
        return False
    try:
        return matches_wildcard(value.pattern, to_text(arguments[0]), case=value.case)
    except ScriptError as bad:
        return call_failed("IsMatch", 1, bad.message, "WildcardPatternException")


def _of_wql(value: Wildcard, _arguments: Sequence[object]) -> str:
    if re.search(r"[`\[\]]", value.pattern):
        raise NotKnownHere(".ToWql() of such a pattern")
    return re.sub(r"[%_]", r"[\g<0>]", value.pattern).replace("*", "%").replace("?", "_")


def _to_wildcard(value: object) -> object:
    if value is None or isinstance(value, Wildcard):
        return value
    refuse_shape(value, _KIND)
    return _made(".ctor")(None, [value])


own_types[Wildcard] = lambda value: _KIND
own_properties[Wildcard] = lambda value, folded: MISSING
own_methods[Wildcard] = {"ismatch": method(1)(_fits), "towql": method(0)(_of_wql)}
more_converters[_KIND] = _to_wildcard
own_statics[_KIND] = (
    {
        "new": method(1, 2)(_made(".ctor")),
        "get": method(2)(_made("Get")),
        "escape": method(1)(lambda _n, a: re.sub(r"[*?\[\]`]", r"`\g<0>", to_text(a[0]))),
        "unescape": method(1)(lambda _n, a: re.sub(r"`([*?\[\]`])", r"\1", to_text(a[0]))),
        "containswildcardcharacters": method(1)(
            lambda _n, a: re.search(r"[*?\[\]]", re.sub("`.", "", to_text(a[0]), flags=re.DOTALL)) is not None
        ),
    },
    {},
)
