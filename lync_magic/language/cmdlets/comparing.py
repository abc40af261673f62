"""Compare-Object, Select-String and Join-String."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import absolute, expanded, paths_of, read_text
from lync_magic.language.cmdlets.ordering import compare_items
from lync_magic.language.cmdlets.selecting import column, with_properties
from lync_magic.language.cmdlets.stream import Getter, all_of, getter, objects
from lync_magic.language.cmdlets.text_files import split_lines
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.collections import CUSTOM_OBJECT
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.numbers import UInt64
from lync_magic.language.values.patterns import regex
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.regex_values import MatchValue
from lync_magic.language.values.text import to_text


def _keys(getters: list[tuple[str, Getter]], item: object) -> list[object]:
    return [get(item) for _name, get in getters] if getters else [item]


def _same(left: list[object], right: list[object], *, case: bool) -> bool:
    return all(compare_items(a, b, case=case) == 0 for a, b in zip(left, right, strict=True))


def _compare(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for name in ("ReferenceObject", "DifferenceObject"):
        if call.given(name) and call.get(name) in (None, [None]):
            message = f"Cannot bind argument to parameter '{name}' because it is null."
            error_id = (
                "ParameterArgumentValidationErrorNullNotAllowed,Microsoft.PowerShell.Commands.CompareObjectCommand"
            )
            raise ScriptError(message, error_id, "InvalidData", exception="ParameterBindingValidationException")
    before = all_of(call.get("ReferenceObject"))
    after = list(input) if input is not None else all_of(call.get("DifferenceObject"))
    getters: list[tuple[str, Getter]] = []
    for told in all_of(call.get("Property")):
        name, get = column(COMPARE, call, told)
        getters.append((name, get or (lambda item, name=name: get_property(item, name))))  # type: ignore[misc]
    case = call.switch("CaseSensitive")
    left = [(one, _keys(getters, one)) for one in before]
    added = []
    for item in after:
        keys = _keys(getters, item)
        place = next((i for i, (_one, known) in enumerate(left) if _same(known, keys, case=case)), None)
        if place is None:
            added.append((item, keys))
            continue
        known, _keys_of = left.pop(place)
        if call.switch("IncludeEqual"):
            yield _difference(call, known, getters, "==")
    if call.switch("ExcludeDifferent"):
        return
    for item, _found in added:
        yield _difference(call, item, getters, "=>")
    for item, _found in left:
        yield _difference(call, item, getters, "<=")


def _difference(call: BoundCall, item: object, getters: list[tuple[str, Getter]], side: str) -> object:
    if call.switch("PassThru"):
        if isinstance(item, PSObject):
            item.properties["SideIndicator"] = side
            return item
        return with_properties(item, {"SideIndicator": side})
    content = {name: get(item) for name, get in getters} if getters else {"InputObject": item}
    return PSObject({**content, "SideIndicator": side}, CUSTOM_OBJECT)


def _select_string(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    case = call.switch("CaseSensitive")
    told = [to_text(one) for one in all_of(call.get("Pattern"))]
    patterns = [(one, regex(re.escape(one) if call.switch("SimpleMatch") else one, case=case)) for one in told]
    for path, number, line in _source(call, input):
        made = None
        for one, pattern in patterns:
            found = (
                list(pattern.finditer(line)) if call.switch("AllMatches") else [m for m in [pattern.search(line)] if m]
            )
            if found:
                made = (one, found)
                break
        if (made is None) != call.switch("NotMatch"):
            continue
        if call.switch("Quiet"):
            yield True
            return
        if call.switch("Raw"):
            yield line
            continue
        matches = [] if made is None or call.switch("SimpleMatch") else [MatchValue(found) for found in made[1]]
        name = path.rpartition("/")[2]
        content = {
            "IgnoreCase": not case, "LineNumber": UInt64(number), "Line": line, "Filename": name, "Path": path,
            "Pattern": made[0] if made is not None else told[0], "Context": None, "Matches": matches,
        }  # fmt: skip
        text = line if path == "InputStream" else f"{path}:{number}:{line}"
        yield PSObject(content, ("Microsoft.PowerShell.Commands.MatchInfo", "System.Object"), text)
    if call.switch("Quiet") and input is None:
        yield False


def _source(call: BoundCall, input: Iterator[object] | None) -> Iterator[tuple[str, int, str]]:
    if call.given("Path") or call.given("LiteralPath"):
        names, literal = paths_of(call)
        for path in expanded(call, names, literal=literal):
            for number, line in enumerate(split_lines(read_text(path, call)), 1):
                yield absolute(path), number, line
        return
    for number, item in enumerate(objects(call, input), 1):
        whole = get_property(item, "FullName")
        if isinstance(whole, str):
            for place, line in enumerate(split_lines(read_text(whole, call)), 1):
                yield whole, place, line
        else:
            yield "InputStream", number, to_text(item)


def _join_string(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    told = call.get("Property")
    worked_out = getter(call, told) if isinstance(told, Block) else None
    texts = []
    given = [one for item in objects(call, input) for one in all_of(item)] if input is None else input
    for item in given:
        value = item
        if worked_out is not None:
            value = worked_out(item)
        elif told is not None:
            value = get_property(item, to_text(told))
        text = to_text(value)
        if call.switch("SingleQuote"):
            text = f"'{text}'"
        elif call.switch("DoubleQuote"):
            text = f'"{text}"'
        texts.append(text)
    prefix, suffix = to_text(call.get("OutputPrefix", "")), to_text(call.get("OutputSuffix", ""))
    yield prefix + to_text(call.get("Separator", "")).join(texts) + suffix


COMPARE: Final = ClientCommand(
    "Compare-Object",
    (
        ParameterSpec("ReferenceObject", "object[]", position=0, mandatory=True),
        ParameterSpec("DifferenceObject", "object[]", position=1, mandatory=True, by_value=True),
        ParameterSpec("SyncWindow", "int", unsupported=True),
        ParameterSpec("Property", "object[]"),
        ParameterSpec("ExcludeDifferent", "switch"),
        ParameterSpec("IncludeEqual", "switch"),
        ParameterSpec("PassThru", "switch"),
        ParameterSpec("Culture", "string", unsupported=True),
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
            ParameterSpec("List", "switch", unsupported=True),
            ParameterSpec("NoEmphasis", "switch"),
            ParameterSpec("Context", "object", unsupported=True),
            ParameterSpec("Include", "object", unsupported=True),
            ParameterSpec("Exclude", "object", unsupported=True),
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
            ParameterSpec("SingleQuote", "switch"),
            ParameterSpec("DoubleQuote", "switch"),
            ParameterSpec("FormatString", "string", unsupported=True),
            ParameterSpec("UseCulture", "switch", unsupported=True),
            ParameterSpec("InputObject", "object", by_value=True),
        ),
        _join_string,
        (),
        "JoinStringCommand",
        own=True,
    ),
)
