"""Compare-Object, Select-String and Join-String."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, zip_longest
from typing import Final

from lync_magic.clixml import PSObject, UInt64
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import absolute, expanded, no_path, paths_of, read_text, real
from lync_magic.language.cmdlets.globbing import Look, look_of, lost_folder
from lync_magic.language.cmdlets.open_files import reading, split_lines
from lync_magic.language.cmdlets.selecting import with_properties
from lync_magic.language.cmdlets.stream import Getter, all_of, getter, in_told_culture, objects, spread
from lync_magic.language.cmdlets.terms import terms_of
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.adapted import add_note
from lync_magic.language.values.collections import CUSTOM_OBJECT, Array
from lync_magic.language.values.culture import INVARIANT, in_culture
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.formatting import format_composite
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.patterns import all_matches, has_wildcard, regex
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.regex_values import MatchValue
from lync_magic.language.values.sort_order import compare_items
from lync_magic.language.values.spelled import given
from lync_magic.language.values.text import need_common_case, net_text, plain_form, to_text
from lync_magic.language.values.types import type_of
from lync_magic.records import Record


def _keys(getters: list[tuple[str, Getter]], item: object) -> list[object]:
    return [get(item) for _name, get in getters] if getters else [item]


def _same(left: list[object], right: list[object], *, case: bool) -> bool:
    for one in (*left, *right) if not case else ():
        if isinstance(one, str):
            need_common_case(one)
    return all(compare_items(a, b, case=case) == 0 for a, b in zip(left, right, strict=True))


def _compare(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for name in ("ReferenceObject", "DifferenceObject"):
        if call.given(name) and call.get(name) in (None, [None]):
            message = f"Cannot bind argument to parameter '{name}' because it is null."
            error_id = (
                "ParameterArgumentValidationErrorNullNotAllowed,Microsoft.PowerShell.Commands.CompareObjectCommand"
            )
            raise ScriptError(message, error_id, "InvalidData", exception="ParameterBindingValidationException")
    culture = in_told_culture(call)
    getters: list[tuple[str, Getter]] = []
    for term in terms_of(call, call.get("Property")):
        getters.append((term.source, getter(call, term.expression)))

    given = iter(all_of(call.get("DifferenceObject"))) if input is None else _from_first(input)
    if given is None:
        return
    before = [(one, _keys(getters, one)) for one in all_of(call.get("ReferenceObject"))]
    sides = _sides(call, getters, before, ((one, _keys(getters, one)) for one in given))
    if call.given("Culture"):
        with culture:
            sides = iter(list(sides))
    yield from sides


def _from_first(input: Iterator[object]) -> Iterator[object] | None:
    """What is piped, once the first object has come; None where none comes."""
    for nothings, item in enumerate(input):
        if item is not None:
            return chain([None] * nothings, spread(chain([item], input)))
    return None


_Entry = tuple[object, list[object]]
"""An object with what it is compared by."""


def _sides(
    call: BoundCall, getters: list[tuple[str, Getter]], before: list[_Entry], after: Iterable[_Entry]
) -> Iterator[object]:
    """As PowerShell goes through both at once: each pair, else each of them among the others' that are left, of which
    no more wait than -SyncWindow says."""
    case, equal = call.switch("CaseSensitive"), bool(call.get("IncludeEqual", call.switch("ExcludeDifferent")))
    different, room = not call.switch("ExcludeDifferent"), call.get("SyncWindow")
    ahead: list[_Entry] = []
    behind: list[_Entry] = []
    for old, new in zip_longest(before, after):
        if old is not None and new is not None and _same(old[1], new[1], case=case):
            if equal:
                yield _difference(call, old, getters, "==")
            continue
        if new is not None and (found := _taken(behind, new, case=case)) is not None:
            new = None
            if equal:
                yield _difference(call, found, getters, "==")
        if old is not None and _taken(ahead, old, case=case) is not None:
            if equal:
                yield _difference(call, old, getters, "==")
            old = None
        for one, waiting, side in ((new, ahead, "=>"), (old, behind, "<=")):
            if one is None:
                continue
            waiting.append(one)
            if room is not None and len(waiting) > room and different:
                yield _difference(call, waiting[0], getters, side)
            if room is not None and len(waiting) > room:
                del waiting[0]
    for one, side in (*((one, "=>") for one in ahead), *((one, "<=") for one in behind)) if different else ():
        yield _difference(call, one, getters, side)


def _taken(waiting: list[_Entry], wanted: _Entry, *, case: bool) -> _Entry | None:
    """The first that is the same, which no longer waits; None where there is none."""
    for place, (_item, keys) in enumerate(waiting):
        if _same(wanted[1], keys, case=case):
            return waiting.pop(place)
    return None


def _difference(call: BoundCall, entry: _Entry, getters: list[tuple[str, Getter]], side: str) -> object:
    item, keys = entry
    if call.switch("PassThru"):
        if isinstance(item, PSObject):
            item.properties["SideIndicator"] = side
            return item
        if isinstance(item, Record):
            add_note(item, "SideIndicator", side)
            return item
        return with_properties(item, {"SideIndicator": side})
    content = (
        dict(zip((name for name, _get in getters), keys, strict=True)) if getters else {"InputObject": given(item)}
    )
    return PSObject({**content, "SideIndicator": side}, CUSTOM_OBJECT)


def _select_string(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    case = call.switch("CaseSensitive")
    told = [to_text(one) for one in all_of(call.get("Pattern"))]
    patterns = [(one, _pattern(re.escape(one) if call.switch("SimpleMatch") else one, case=case)) for one in told]
    if call.switch("Quiet") and not call.switch("List"):
        yield from _whether(call, input, lambda line: (_found(call, patterns, line) is None) == call.switch("NotMatch"))
        return
    around, done, shown = _around(call), "", 0
    for path, number, line, lines in _source(call, input):
        if call.switch("List") and path == done != _STREAM:
            continue
        made = _found(call, patterns, line)
        if (made is None) != call.switch("NotMatch"):
            continue
        if call.switch("Raw"):
            yield line
            continue
        matches = [] if made is None or call.switch("SimpleMatch") else [MatchValue(found) for found in made[1]]
        name = path.rpartition("/")[2]
        context = None
        if around is not None:
            shown = shown if path == done else 0
            others = [
                place
                for place, text in enumerate(lines[number : number + around[1]], number + 1)
                if (_found(call, patterns, text) is None) == call.switch("NotMatch")
            ]
            context, shown = _context(lines, number, around, shown, min(others, default=len(lines) + 1))
        content = {
            "IgnoreCase": not case, "LineNumber": UInt64(number), "Line": line, "Filename": name, "Path": path,
            "Pattern": made[0] if made is not None else told[0],
            "Context": context, "Matches": Array(matches, "System.Text.RegularExpressions.Match"),
        }  # fmt: skip
        done, text = path, _match_text(path, number, line, context)
        yield PSObject(content, ("Microsoft.PowerShell.Commands.MatchInfo", "System.Object"), text)
    if call.switch("Quiet") and _has_paths(call) and not done:
        yield None


def _whether(call: BoundCall, input: Iterator[object] | None, fits: Callable[[str], bool]) -> Iterator[bool]:
    """Whether a line fits: once of all files of -Path, of each file that comes, and of texts as soon as one does."""
    if _has_paths(call):
        yield any(fits(line) for _path, _number, line, _lines in _source(call, None))
        return
    for item in objects(call, input):
        path = _file_of(item)
        if path is not None:
            yield look_of(call).picks(path) and any(map(fits, split_lines(read_text(path, call))))
        elif fits(to_text(item)):
            yield True
            return


def _pattern(text: str, *, case: bool) -> re.Pattern[str]:
    try:
        return regex(text, case=case)
    except ScriptError as bad:
        message = f"The string {text} is not a valid regular expression: {bad.message}"
        error_id = "InvalidRegex,Microsoft.PowerShell.Commands.SelectStringCommand"
        raise ScriptError(
            message, error_id, "InvalidArgument", exception="ArgumentException", activity="Select-String"
        ) from None


_STREAM: Final = "InputStream"
"""What stands for a path where the input is no file."""


def _around(call: BoundCall) -> tuple[int, int] | None:
    """How many lines before and after a match -Context wants."""
    try:
        told = [to_int(one) for one in all_of(call.get("Context"))]
    except ScriptError as bad:
        message = f"Cannot bind parameter 'Context'. {bad.message}"
        error_id = f"CannotConvertArgumentNoMessage,{call.error_suffix}"
        raise ScriptError(message, error_id, "InvalidArgument", exception="ParameterBindingException") from None
    return (told[0], told[-1]) if told else None


def _context(lines: list[str], number: int, around: tuple[int, int], done: int, following: int) -> tuple[PSObject, int]:
    """The lines around a match, and up to which all are shown then. done: the same before.  following: the next match.

    What is shown of them leaves out what stands with another match already.
    """
    first, last = max(0, number - 1 - around[0]), min(number + around[1], len(lines))
    shown = max(min(last, following - 1), number)
    parts = {
        "PreContext": lines[first : number - 1], "PostContext": lines[number:last],
        "DisplayPreContext": lines[max(first, done) : number - 1], "DisplayPostContext": lines[number:shown],
    }  # fmt: skip
    content = {name: Array(part, "System.String") for name, part in parts.items()}
    kind = "Microsoft.PowerShell.Commands.MatchInfoContext"
    return PSObject(content, (kind, "System.Object"), kind), shown


def _found(
    call: BoundCall, patterns: list[tuple[str, re.Pattern[str]]], line: str
) -> tuple[str, list[re.Match[str]]] | None:
    """The first pattern that a line has, and where; under -SimpleMatch alone a culture says whether it has it."""
    plain = line.isascii() and all(one.isascii() for one, _pattern in patterns)
    simple, case = call.switch("SimpleMatch") and not plain, call.switch("CaseSensitive")
    shown = plain_form(line, case=case) if simple else ""
    for one, pattern in patterns:
        if simple:
            if plain_form(one, case=case) in shown:
                return one, []
            continue
        found = list(islice(all_matches(pattern, line), None if call.switch("AllMatches") else 1))
        if found:
            return one, found
    return None


def _match_text(path: str, number: int, line: str, context: object) -> str:
    """What a match says: its place and line, the lines around it marked off."""

    def one(place: int, text: str) -> str:
        return text if path == _STREAM else f"{path}:{place}:{text}"

    if not isinstance(context, PSObject):
        return one(number, line)
    before, after = context["DisplayPreContext"], context["DisplayPostContext"]
    shown = [f"  {one(number - len(before) + place, text)}" for place, text in enumerate(before)]
    shown.append(f"> {one(number, line)}")
    return os.linesep.join([*shown, *(f"  {one(number + place, text)}" for place, text in enumerate(after, 1))])


def _files(call: BoundCall, names: object, *, literal: bool) -> Iterator[str]:
    """The files of the names; one that is not there ends it. Folders hold no lines."""
    for one in all_of(names):
        text = real(one)
        lost = lost_folder(text) if has_wildcard(text) else "" if os.path.lexists(text) else one
        if not literal and lost:
            raise no_path(call, lost)
        paths = expanded(call, [one], literal=literal, look=Look())
        yield from (path for path in paths if not os.path.isdir(path))


def _source(call: BoundCall, input: Iterator[object] | None) -> Iterator[tuple[str, int, str, list[str]]]:
    """Where each line stands and what it says, and all lines where -Context wants them. -Include and -Exclude
    are held against whole paths."""
    look = look_of(call)
    if _has_paths(call):
        names, literal = paths_of(call)
        for path in list(_files(call, names, literal=literal)):  # all are looked for before one is read
            if not look.picks(absolute(path)):
                continue
            lines = split_lines(read_text(path, call))
            with reading(path):
                for number, line in enumerate(lines, 1):
                    yield absolute(path), number, line, lines
        return
    given = list(objects(call, input)) if call.given("Context") else objects(call, input)
    texts = [to_text(one) for one in given] if isinstance(given, list) else []
    for number, item in enumerate(given, 1):
        whole = _file_of(item)
        if whole is not None:
            if not look.picks(whole):
                continue
            lines = split_lines(read_text(whole, call))
            with reading(whole):
                for place, line in enumerate(lines, 1):
                    yield whole, place, line, lines
        else:
            yield _STREAM, number, to_text(item), texts


def _has_paths(call: BoundCall) -> bool:
    return call.given("Path") or call.given("LiteralPath")


def _file_of(item: object) -> str | None:
    """The path of a file, None of what is none."""
    whole = get_property(item, "FullName") if type_of(item) == "System.IO.FileInfo" else None
    return whole if isinstance(whole, str) else None


def _formatted(value: object, pattern: str) -> str:
    """A value by -FormatString, whatever the culture of the cell."""
    try:
        with in_culture(INVARIANT):
            return format_composite(pattern, [value])
    except ScriptError:
        raise NotKnownHere(f"Join-String -FormatString {pattern}") from None


def _join_string(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    told = call.get("Property")
    if told is not None and not isinstance(told, str | Block):
        raise NotKnownHere("Join-String -Property of what is no text and no script block")
    worked_out = getter(call, told) if isinstance(told, Block) else None
    texts = []
    pattern = to_text(call.get("FormatString")) if call.given("FormatString") else None
    given = (one for item in objects(call, input) for one in all_of(item)) if input is None else spread(input)
    for item in given:
        if item is None:
            continue
        value = item
        if worked_out is not None:
            value = worked_out(item)
        elif told is not None:
            value = get_property(item, to_text(told))
        text = to_text(value) if pattern is None else _formatted(value, pattern)
        if call.switch("SingleQuote"):
            text = f"'{text}'"
        elif call.switch("DoubleQuote"):
            text = f'"{text}"'
        texts.append(text)
    prefix, suffix = to_text(call.get("OutputPrefix", "")), to_text(call.get("OutputSuffix", ""))
    separator = call.get("Separator") if call.given("Separator") else call.services.get_variable("OFS")
    yield prefix + to_text(separator, net_text(separator)).join(texts) + suffix


_OBJECTS: Final = "System.Management.Automation.PSObject[]"
COMPARE: Final = ClientCommand(
    "Compare-Object",
    (
        ParameterSpec("ReferenceObject", "object[]", position=0, mandatory=True, type_name=_OBJECTS),
        ParameterSpec("DifferenceObject", "object[]", position=1, mandatory=True, by_value=True, type_name=_OBJECTS),
        ParameterSpec("SyncWindow", "int"),
        ParameterSpec("Property", "object[]"),
        ParameterSpec("ExcludeDifferent", "switch"),
        ParameterSpec("IncludeEqual", "switch"),
        ParameterSpec("PassThru", "switch"),
        ParameterSpec("Culture", "string"),
        ParameterSpec("CaseSensitive", "switch"),
    ),
    _compare,
    ("compare", "diff"),
    "CompareObjectCommand",
    own=True,
)
CMDLETS: Final = (
    COMPARE,
    ClientCommand(
        "Select-String",
        (
            ParameterSpec("Pattern", "string[]", position=0, mandatory=True),
            ParameterSpec("Path", "string[]", position=1),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP")),
            ParameterSpec("InputObject", "object", by_value=True),
            ParameterSpec("SimpleMatch", "switch"),
            ParameterSpec("CaseSensitive", "switch"),
            ParameterSpec("Quiet", "switch"),
            ParameterSpec("AllMatches", "switch"),
            ParameterSpec("NotMatch", "switch"),
            ParameterSpec("Raw", "switch"),
            ParameterSpec("List", "switch"),
            ParameterSpec("NoEmphasis", "switch"),
            ParameterSpec("Context", "object"),
            ParameterSpec("Include", "string[]"),
            ParameterSpec("Exclude", "string[]"),
            ParameterSpec("Encoding", "object"),
            ParameterSpec("Culture", "string", unsupported=True),
        ),
        _select_string,
        ("sls",),
        "SelectStringCommand",
        own=True,
    ),
    ClientCommand(
        "Join-String",
        (
            ParameterSpec("Property", "object", position=0),
            ParameterSpec("Separator", "string", position=1),
            ParameterSpec("OutputPrefix", "string", ("op",)),
            ParameterSpec("OutputSuffix", "string", ("os",)),
            ParameterSpec("SingleQuote", "switch", sets=("SingleQuote",)),
            ParameterSpec("DoubleQuote", "switch", sets=("DoubleQuote",)),
            ParameterSpec("FormatString", "string", sets=("Format",)),
            ParameterSpec("UseCulture", "switch", unsupported=True),
            ParameterSpec("InputObject", "object", by_value=True),
        ),
        _join_string,
        (),
        "Utility.JoinStringCommand",
        own=True,
    ),
)
