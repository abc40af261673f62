"""Where what a Format- cmdlet makes may go: to the screen, or to an Out- cmdlet.

PowerShell's are objects of its own (FormatStartData, FormatEntryData, …), which is seen where anything else looks at
them; here they are lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lync_magic.language.checked.expressions import functions_in, name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk

_WORKING_OUT: Final = (
    *("Compare-Object", "ConvertTo-Html", "Group-Object", "Measure-Object", "Select-Object", "Sort-Object"),
    "Where-Object",
)
"""Cmdlets for which a block's output is a value."""
_KEEPING: Final = ("outvariable", "ov", "pipelinevariable", "pv")


def check_laid_out(nodes: list[e.Node]) -> None:
    """Refuse what would see that lines stand for PowerShell's objects of formatting."""
    if not any(isinstance(one, s.CommandCall) and _formats(name_in(one)) for one in nodes):
        return
    functions = functions_in(nodes)
    functions |= dict(_held_blocks(nodes))
    given = {name for name, body in functions.items() if _gives(body, frozenset())}
    given |= {name for name, body in functions.items() if _gives(body, given)}
    kept = {
        node.target.name.lower()
        for node in nodes
        if isinstance(node, s.Assignment) and isinstance(node.target, e.Variable) and _ends(node.value, given)
    }
    fine: set[int] = set()
    for node in nodes:
        if isinstance(node, s.Pipeline):
            fine |= _check_pipeline(node, given)
        if isinstance(node, s.Assignment) and isinstance(node.target, e.Variable):
            fine.add(id(node.target))
        if isinstance(node, s.ParameterDeclaration):
            fine.add(id(node.variable))
        for inner in _values(node):
            if _ends(inner, given):
                refuse(inner.extent, "what is laid out already, as a value")
            fine -= {id(one) for one in walk(inner) if isinstance(one, e.Variable)}
    for node in nodes:
        if isinstance(node, e.Variable) and node.name.lower() in kept and id(node) not in fine:
            refuse(node.extent, f"what is laid out already, in ${node.name}")


def _check_pipeline(node: s.Pipeline, given: set[str]) -> set[int]:
    """Refuse what comes after something that is laid out, but an Out- cmdlet; the variables that may be laid out."""
    laid_out, fine = False, set()
    for place, call in enumerate(node.elements):
        for one in call.elements if isinstance(call, s.CommandCall) and _lays_out(call, given) else ():
            if isinstance(one, s.Parameter) and one.name.lower() in _KEEPING:
                refuse(one.extent, f"what is laid out already, in -{one.name}")
        client = find_cmdlet(name_in(call)) if isinstance(call, s.CommandCall) else None
        goes_out = client is not None and client.name.startswith("Out-")
        if laid_out and not goes_out:
            refuse(call.extent, f"what is laid out already, before {name_in(call) or 'a block'}")
        if client is not None and (client.name in _WORKING_OUT or _formats(client.name)):
            for block in (one for one in walk(call) if isinstance(one, e.ScriptBlockExpression)):
                if _gives(block.block, given):
                    refuse(block.extent, f"what is laid out already, in a block of {client.name}")
        laid_out = _lays_out(call, given)
        if place == 0 and isinstance(call, s.CommandExpression) and isinstance(call.expression, e.Variable):
            following = node.elements[1] if len(node.elements) > 1 else None
            after = find_cmdlet(name_in(following)) if following is not None else None
            if following is None or (after is not None and after.name.startswith("Out-")):
                fine.add(id(call.expression))
    return fine


def _values(node: e.Node) -> Iterator[s.Statement]:
    """The statements in a node whose value is used there."""
    if isinstance(node, e.Paren):
        yield node.statement
    elif isinstance(node, e.SubExpression | e.ArrayExpression):
        yield from node.statements
    elif isinstance(node, s.Clause | s.While | s.DoLoop | s.Switch):
        yield node.condition
    elif isinstance(node, s.ForEach):
        yield node.source
    elif isinstance(node, e.HashEntry):
        yield node.value


def _formats(name: str) -> bool:
    client = find_cmdlet(name) if name else None
    return client is not None and client.name.startswith("Format-")


def _lays_out(call: s.Element, given: set[str] | frozenset[str]) -> bool:
    """Whether what an element gives may be laid out: by itself, by a block of its, or by a function of the cell."""
    if not isinstance(call, s.CommandCall):
        return False
    name = name_in(call).lower() or _block_name(call.name)
    if _formats(name) or name in given:
        return True
    client = find_cmdlet(name) if name else None
    if client is not None and client.name not in ("ForEach-Object", "Invoke-Command"):
        return False
    blocks = [one for one in (call.name, *values_in(call)) if isinstance(one, e.ScriptBlockExpression)]
    return any(_gives(one.block, given) for one in blocks)


def _held_blocks(nodes: list[e.Node]) -> Iterator[tuple[str, s.ScriptBlock]]:
    """The script blocks that variables hold, by the names that `&` calls them by."""
    for node in nodes:
        if isinstance(node, s.Assignment) and isinstance(node.value, s.Pipeline):
            first = node.value.elements[0]
            if isinstance(first, s.CommandExpression) and isinstance(first.expression, e.ScriptBlockExpression):
                yield _block_name(node.target), first.expression.block


def _block_name(held: e.Expression) -> str:
    return f"${held.name.lower()}" if isinstance(held, e.Variable) else ""


def _gives(block: e.Node, given: set[str] | frozenset[str]) -> bool:
    """Whether a pipeline in a block ends with what is laid out."""
    return any(isinstance(one, s.Pipeline) and _lays_out(one.elements[-1], given) for one in walk(block))


def _ends(node: s.Statement, given: set[str]) -> bool:
    """Whether the value of a statement is laid out."""
    if isinstance(node, s.Pipeline):
        return _lays_out(node.elements[-1], given)
    return not isinstance(node, s.Assignment) and _gives(node, given)
