"""Regular expressions and what they found, as values: `[regex]'…'`, `[regex]::Match(…)`, `.Groups[1].Value`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from lync_magic.clixml import MISSING, Char, TimeSpan
from lync_magic.language.values.collections import Array, collapse, is_collection, items_of
from lync_magic.language.values.enums import FLAGS, flags_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, null_argument, null_index
from lync_magic.language.values.members import keyed, named_items
from lync_magic.language.values.methods import Method, int32, method, no_cast_argument
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.patterns import (
    all_matches,
    expand_replacement,
    first_match,
    group_order,
    pieces,
    regex,
    replaced,
)
from lync_magic.language.values.properties import own_methods, own_names, own_properties
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types, type_of
from lync_magic.language.values.units import length, whole

_OPTIONS_TYPE: Final = "System.Text.RegularExpressions.RegexOptions"
_OPTIONS: Final = {name.lower(): number for name, number in FLAGS[_OPTIONS_TYPE].items()}
_FOLLOWED: Final = frozenset((0, 1, 2, 8, 16, 32))
"""The numbers of the options that are known here."""


class RegexValue:
    """`[regex]`. options: the number of its RegexOptions."""

    __slots__ = ("options", "pattern", "text")

    def __init__(self, text: str, options: object = None) -> None:
        told = _told(options)
        self.text = text
        self.options = sum(told)
        self.pattern = _with(text, told)

    @property
    def cased(self) -> bool:
        """Whether small and capital letters differ."""
        return not self.options & _OPTIONS["ignorecase"]

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def _told(options: object) -> set[int]:
    told = set()
    for one in to_text(options).lower().replace(" ", "").split(",") if options is not None else ():
        if _OPTIONS.get(one) not in _FOLLOWED:
            raise NotKnownHere(f"the option {one} of a regular expression")
        told.add(_OPTIONS[one])
    return told


def compiled(text: str, options: object = None) -> re.Pattern[str]:
    """A pattern with .NET's options. Raises ScriptError, NotKnownHere."""
    return _with(text, _told(options))


def _with(text: str, told: set[int]) -> re.Pattern[str]:
    return regex(text, case=1 not in told, multiline=2 in told, singleline=16 in told, spaced=32 in told)


@contextmanager
def called(name: str, count: int) -> Iterator[None]:
    """A call of a .NET method that is given a pattern: one that is not valid is the call's failure."""
    try:
        yield
    except ScriptError as error:
        if error.exception != "RegexParseException":
            raise
        call_failed(name, count, error.message, "RegexParseException")


class GroupValue:
    """A group of a match; the whole match is one too. place: its number."""

    __slots__ = ("found", "place")

    def __init__(self, found: re.Match[str] | None, place: int) -> None:
        self.found = found
        self.place = place

    @property
    def text(self) -> str:
        """What it took, "" where nothing."""
        found = self.found
        return "" if found is None or found[self.place] is None else whole(found[self.place])

    @property
    def name(self) -> str:
        """What it is called: its number where it has no name."""
        if self.found is None:
            return ""
        return group_names(self.found.re)[group_order(self.found.re).index(self.place)]

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class MatchValue(GroupValue):
    """A match, or that there is none."""

    __slots__ = ()

    def __init__(self, found: re.Match[str] | None) -> None:
        super().__init__(found, 0)

    @property
    def name(self) -> str:
        """See there."""
        return "0"


def by_block(give: Callable[[MatchValue], Iterable[object]]) -> Callable[[re.Match[str]], str]:
    """What stands in for a match where a block gives it."""
    return lambda found: to_text(collapse(list(give(MatchValue(found)))))


def group_names(pattern: re.Pattern[str]) -> list[str]:
    """The names of a pattern's groups, in .NET's order: of those without one their numbers."""
    names = {place: name for name, place in pattern.groupindex.items()}
    return [names.get(place, str(number)) for number, place in enumerate(group_order(pattern))]


class Groups(Sequence[Any]):
    """`$match.Groups`: by number or name."""

    __slots__ = ("found",)

    def __init__(self, found: re.Match[str] | None) -> None:
        self.found = found

    def __len__(self) -> int:
        return 1 if self.found is None else self.found.re.groups + 1

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):  # one that took nothing, not an error
            return GroupValue(None, 0)
        if place == 0 or self.found is None:
            return MatchValue(self.found)
        return GroupValue(self.found, group_order(self.found.re)[place])

    def __iter__(self) -> Iterator[Any]:
        return (self[place] for place in range(len(self)))

    @property
    def names(self) -> list[str]:
        """What the groups are called, in their order."""
        return ["0"] if self.found is None else group_names(self.found.re)

    def named(self, name: str) -> GroupValue:
        """The group of a name; one that took nothing where there is none."""
        if self.found is not None:
            place = self.found.re.groupindex.get(name)
            if place is None and name.isdecimal() and int(name) < len(self):
                place = group_order(self.found.re)[int(name)]
            if place is not None:
                return GroupValue(self.found, place)
        return GroupValue(None, 0)


def _groups_property(value: Groups, folded: str) -> object:
    if folded == "count":
        return len(value)
    if folded == "keys":
        return list(value.names)
    return list(value) if folded == "values" else MatchValue(value.found) if folded == "syncroot" else MISSING


def _group_at(value: Groups, place: object) -> object:
    """`$match.Groups[place]`; a list of places gives a list."""
    if is_collection(place):
        return [_group_at(value, one) for one in items_of(place)]
    if place is None:
        raise null_index()
    if isinstance(place, str) and not isinstance(place, Char):
        return value.named(place)
    return value[to_int(place)]


def _next_match(value: MatchValue, _arguments: Sequence[object]) -> MatchValue:
    """The match behind this one; one that took nothing where there is none."""
    if value.found is None:
        return MatchValue(None)
    behind = max(value.found.end(), value.found.start() + 1)
    return MatchValue(None if behind > len(value.found.string) else value.found.re.search(value.found.string, behind))


def _result(value: MatchValue, arguments: Sequence[object]) -> str:
    """`.Result('$1')`: a replacement's text for this match."""
    if value.found is None:
        message = "Result cannot be called on a failed Match."
        call_failed("Result", 1, message, "NotSupportedException")
    return expand_replacement(replacement(arguments[0], 1), value.found)


def _group_property(value: GroupValue, folded: str) -> object:
    found = value.found
    took = found is not None and found[value.place] is not None
    match folded:
        case "value":
            return value.text
        case "success":
            return took
        case "index":
            return found.start(value.place) if found is not None and took else 0
        case "length":
            return len(found[value.place]) if found is not None and took else 0
        case "name":
            return value.name
        case "groups" if isinstance(value, MatchValue):
            return Groups(found)
        case "captures":
            return _captures(value)
        case "valuespan":  # of a kind that PowerShell cannot hold
            return None
    return MISSING


class Captures(list[object]):
    """System.Text.RegularExpressions.CaptureCollection: what a group took, each time that it was gone through."""

    __slots__ = ()


def _captures(value: GroupValue) -> Captures:
    """What took once is itself the last that it took."""
    if value.found is None or value.found[value.place] is None:
        return Captures()
    if value.place in _repeated(value.found.re.pattern):
        raise NotKnownHere("the captures of a group that may be gone through several times")
    return Captures([value])


_PARENTHESES: Final = re.compile(
    r"\\.|\[\^?(?:\]|)(?:\\.|[^\]\\])*\]|(\((?!\?)|\(\?P<)|(\()|(\))(?=([*+{])?)", re.DOTALL
)


@lru_cache
def _repeated(pattern: str) -> frozenset[int]:
    """The numbers of the groups within what a quantifier stands behind."""
    repeated: set[int] = set()
    opened: list[int] = []  # by parenthesis: the first group that is in it or behind it
    groups = 0
    for capturing, other, closed, quantifier in _PARENTHESES.findall(pattern):
        if capturing or other:
            opened.append(groups + 1)
            groups += bool(capturing)
        elif closed:
            first = opened.pop()
            repeated.update(range(first, groups + 1) if quantifier else ())
    return frozenset(repeated)


_GROUP_NAMES: Final = ("Success", "Name", "Captures", "Index", "Length", "Value", "ValueSpan")
_REGEX_NAMES: Final = ("Options", "RightToLeft", "MatchTimeout")


def _regex_property(value: RegexValue, folded: str) -> object:
    if folded == "righttoleft":
        return False
    if folded == "matchtimeout":
        return TimeSpan.of(-10_000)  # .NET's word for none
    if folded != "options":
        return MISSING
    return flags_of(_OPTIONS_TYPE, value.options)


class MatchCollection(list[object]):
    """System.Text.RegularExpressions.MatchCollection."""

    __slots__ = ()


def matches_of(pattern: re.Pattern[str], text: str, at: int = 0) -> MatchCollection:
    """Every match from a place on."""
    return MatchCollection(MatchValue(found) for found in all_matches(pattern, text, at))


def split_by(pattern: re.Pattern[str], text: str, most: int = 0, at: int = 0) -> Array:
    """The pieces between the matches, groups among them. most: at most so many, 0 for all."""
    return Array(pieces(pattern, text, most, at) if most != 1 else [text], "System.String")


def replacement(given: object, count: int) -> str:
    """What a text that stands in for matches is told by; what is none is taken for a block by PowerShell. count: of
    the call's arguments."""
    if given is None:
        null_argument("Replace", count, "evaluator")
    if isinstance(given, Char | bool | datetime):
        raise no_cast_argument("evaluator", given, "Replace", "System.Text.RegularExpressions.MatchEvaluator")
    return to_text(given)


def most_of(arguments: Sequence[object]) -> int | None:
    """How many matches a value's `.Replace` replaces; None for all of them."""
    if len(arguments) < 3:
        return None
    most = int32(arguments[2], "count", "Replace")
    if most < -1:
        message = "Count cannot be less than -1. (Parameter 'count')"
        call_failed("Replace", len(arguments), message, "ArgumentOutOfRangeException")
    return None if most == -1 else most


def _replace(value: RegexValue, arguments: Sequence[object]) -> object:
    template, text = replacement(arguments[1], len(arguments)), to_text(arguments[0])
    return replaced(
        value.pattern,
        text,
        lambda found: expand_replacement(template, found),
        most_of(arguments),
        start_of(arguments, 3, "Replace"),
    )


def start_of(arguments: Sequence[object], place: int, name: str) -> int:
    """From where in its text a method looks: its argument at a place, or the beginning."""
    if len(arguments) <= place:
        return 0
    start = int32(arguments[place], "startat", name)
    if not 0 <= start <= length(to_text(arguments[0])):
        message = "Start index cannot be less than 0 or greater than input length. (Parameter 'startat')"
        call_failed(name, len(arguments), message, "ArgumentOutOfRangeException")
    return start


def _split(value: RegexValue, arguments: Sequence[object]) -> object:
    most = int32(arguments[1], "count", "Split") if len(arguments) > 1 else 0
    if most < 0:
        message = "Count cannot be less than -1. (Parameter 'count')"
        call_failed("Split", len(arguments), message, "ArgumentOutOfRangeException")
    return split_by(value.pattern, to_text(arguments[0]), most, start_of(arguments, 2, "Split"))


def _name_of_group(value: RegexValue, arguments: Sequence[object]) -> object:
    names, number = group_names(value.pattern), int32(arguments[0], "i", "GroupNameFromNumber")
    return names[number] if 0 <= number < len(names) else ""


def _number_of_group(value: RegexValue, arguments: Sequence[object]) -> object:
    names, name = group_names(value.pattern), to_text(arguments[0])
    return names.index(name) if name in names else -1


_REGEX_METHODS: dict[str, Method[Any]] = {
    "getgroupnames": method(0)(lambda v, a: Array(group_names(v.pattern), "System.String")),
    "getgroupnumbers": method(0)(lambda v, a: Array(range(v.pattern.groups + 1), "System.Int32")),
    "groupnamefromnumber": method(1)(_name_of_group),
    "groupnumberfromname": method(1)(_number_of_group),
    "match": method(1, 2)(lambda v, a: MatchValue(first_match(v.pattern, to_text(a[0]), start_of(a, 1, "Match")))),
    "matches": method(1, 2)(lambda v, a: matches_of(v.pattern, to_text(a[0]), start_of(a, 1, "Matches"))),
    "ismatch": method(1, 2)(lambda v, a: first_match(v.pattern, to_text(a[0]), start_of(a, 1, "IsMatch")) is not None),
    "replace": method(2, 4)(_replace),
    "split": method(1, 3)(_split),
}

own_types[RegexValue] = lambda value: "System.Text.RegularExpressions.Regex"
own_types[MatchCollection] = lambda value: "System.Text.RegularExpressions.MatchCollection"
own_types[Captures] = lambda value: "System.Text.RegularExpressions.CaptureCollection"
own_types[Groups] = lambda value: "System.Text.RegularExpressions.GroupCollection"
own_types[MatchValue] = lambda value: "System.Text.RegularExpressions.Match"
own_types[GroupValue] = lambda value: "System.Text.RegularExpressions.Group"
own_names[RegexValue] = lambda _value: list(_REGEX_NAMES)
own_names[MatchValue] = lambda _value: ["Groups", *_GROUP_NAMES]
own_names[GroupValue] = lambda _value: list(_GROUP_NAMES)
own_properties[RegexValue] = _regex_property
own_properties[MatchValue] = _group_property
own_properties[GroupValue] = _group_property
named_items[Groups] = lambda value, name: value.named(name)
keyed[Groups] = _group_at
own_methods[RegexValue] = _REGEX_METHODS
own_methods[MatchValue] = {"nextmatch": method(0)(_next_match), "result": method(1)(_result)}
own_methods[GroupValue] = {}
own_methods[Groups] = {
    "containskey": method(1)(lambda v, a: to_text(a[0]) in v.names),
    "item": method(1)(lambda v, a: _group_at(v, a[0])),
    "tostring": method(0)(lambda v, _a: type_of(v)),
}
own_properties[Groups] = _groups_property
