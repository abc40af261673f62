"""Get-PSCallStack: the functions and blocks that run, the innermost one first, each with where it has come to.

Rule of this file: what the scopes and the text tell together is told; a frame of which they do not agree (a block that
was made of text, one that a cmdlet runs from elsewhere) makes the whole not known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand
from lync_magic.language.evaluate.frames import BLOCK, blocks_around, name_in_stack
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.collections import items_of
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.text import to_text

_FRAME: Final = "System.Management.Automation.CallStackFrame"
_RUN_IN_PLACE: Final = ("foreach-object", "where-object", "%", "?", "foreach", "where")
_WITHIN: Final = (s.Pipeline, s.Assignment)


def _call_stack(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    place, scope = call.services.place, call.services.scope
    cell = call.services.evaluator.automatic.get("myinvocation")
    for one in [each for each in scope.outwards() if each.block is not None]:
        known, block = _known(place), one.block
        around = blocks_around(known) + ([known.source.script] if block.is_file else [])
        if block.node not in around or block.is_filter:
            raise _unknown()
        yield from _in_between(around[: around.index(block.node)], known, one, cell)
        yield _frame(name_in_stack(block, known), known, one, cell)
        place = one.place
    known = _known(place)
    outermost = list(scope.outwards())[-1]
    yield from _in_between(blocks_around(known), known, outermost, cell)
    yield _frame(BLOCK, known, outermost, cell)


def _known(place: Extent | None) -> Extent:
    """A place in a text that is known. Raises NotKnownHere for any other, and where a function or a block that comes
    before it in its pipeline would still run."""
    if place is None or place.source.script is None:
        raise _unknown()
    for pipeline in walk(place.source.script):
        if isinstance(pipeline, s.Pipeline) and _has(pipeline, place):
            before = [one for one in pipeline.elements if one.extent.end <= place.start]
            if not all(isinstance(one, s.CommandExpression) or _is_plain(one) for one in before):
                raise _unknown()
    return place


def _is_plain(element: s.Element) -> bool:
    """Whether it is a cmdlet that runs no block of a cell's."""
    from lync_magic.language.cmdlets.registry import find_cmdlet

    name = element.name.value if isinstance(element, s.CommandCall) and isinstance(element.name, e.String) else ""
    return find_cmdlet(name) is not None and not any(isinstance(one, e.ScriptBlockExpression) for one in walk(element))


def _in_between(blocks: list[s.ScriptBlock], place: Extent, scope: Scope, cell: object) -> Iterator[PSObject]:
    """The frames of blocks that ForEach-Object or Where-Object runs where they are written."""
    script = place.source.script
    assert script is not None
    run_there = {
        id(one.block)
        for call in walk(script)
        if isinstance(call, s.CommandCall) and isinstance(call.name, e.String)
        if call.name.value.lower() in _RUN_IN_PLACE
        for one in call.elements
        if isinstance(one, e.ScriptBlockExpression)
    }
    for block in blocks:
        if id(block) not in run_there:
            raise _unknown()
        yield _frame(BLOCK, place, scope, cell)


def _frame(name: str, place: Extent, scope: Scope, cell: object) -> PSObject:
    """cell: the InvocationInfo of what has none of its own."""
    told = scope.own.get("myinvocation", MISSING)
    told = cell if told is MISSING else told
    command = get_property(get_property(told, "MyCommand"), "Name") if scope.block else ""
    at, path = _point(place), place.source.path
    where = f"{os.path.basename(path)}: line {at.line}" if path else "<No file>"
    content = {
        "ScriptName": path or None, "ScriptLineNumber": at.line, "InvocationInfo": told,
        "Position": _extent(at), "FunctionName": name, "Command": command or name,
        "Location": where, "Arguments": _arguments(told) if scope.block else "{}",
    }  # fmt: skip
    return PSObject(content, (_FRAME, "System.Object"), f"at {name}, {path or '<No file>'}: line {at.line}")


def _arguments(invocation: object) -> str:
    """What a call was given, as PowerShell's own script property tells it."""
    bound = get_property(invocation, "BoundParameters")
    named = [f"{key}={to_text(value) if to_bool(value) else ''}" for key, value in dict(bound).items()]  # type: ignore[call-overload]
    loose = items_of(get_property(invocation, "UnboundArguments"))
    return f"{{{', '.join([*named, *(to_text(one) if to_bool(one) else '$null' for one in loose)])}}}"


def _point(place: Extent) -> Extent:
    """The statement that runs at a place."""
    script = place.source.script
    assert script is not None
    lists = [
        one
        for node in walk(script)
        if isinstance(node, s.Block | s.NamedBlock | e.SubExpression | e.ArrayExpression)
        for one in node.statements
        if one.extent.start <= place.start < one.extent.end
    ]
    found = min(lists, key=lambda one: one.extent.end - one.extent.start)
    if isinstance(found, s.Flow) and found.keyword == "throw":
        return found.extent
    within = [one for one in walk(found) if isinstance(one, _WITHIN) and _has(one, place)]
    return max((one.extent for one in within), key=lambda one: one.end - one.start)


def _has(node: s.Statement, place: Extent) -> bool:
    """Whether a place stands in a statement."""
    return node.extent.start <= place.start < node.extent.end


def _extent(at: Extent) -> PSObject:
    kind = "System.Management.Automation.Language.InternalScriptExtent"
    content = {
        "File": at.source.path or None, "StartLineNumber": at.line, "StartColumnNumber": at.column, "Text": at.text,
        "StartOffset": at.start, "EndOffset": at.end,
    }  # fmt: skip
    return PSObject(content, (kind, "System.Object"), at.text)


def _unknown() -> NotKnownHere:
    return NotKnownHere("the call stack within what a cmdlet or a text ran")


CMDLETS: Final = (ClientCommand("Get-PSCallStack", (), _call_stack, (), "GetPSCallStackCommand", own=True),)
