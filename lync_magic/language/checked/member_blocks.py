"""The blocks of members that a cell gives to objects: which variables they may read.

PowerShell runs such a block in the scope of whoever asks for the member, so a variable that some function or called
block has of its own may be another one at each look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lync_magic.language.checked.expressions import name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.scope import ITEM
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk

_ADDING: Final = ("Add-Member",)
_TYPING: Final = ("Update-TypeData",)
_IN_PLACE: Final = ("ForEach-Object", "Where-Object")
"""Cmdlets whose blocks run in the scope around them."""


def check_member_blocks(nodes: Sequence[e.Node]) -> None:
    """Refuse a member's block that reads a variable which another scope may have."""
    blocks = [block for call in _calls(nodes, _ADDING) for block in _blocks(call)]
    for call in _calls(nodes, _TYPING):  # a closure is none any more there
        blocks += [one for one in walk(call) if isinstance(one, e.ScriptBlockExpression)]
    if not blocks:
        return
    here = {id(block) for call in _calls(nodes, _IN_PLACE) for block in _blocks(call)} | set(map(id, blocks))
    inner = {
        name
        for node in nodes
        if isinstance(node, s.Function) or (isinstance(node, e.ScriptBlockExpression) and id(node) not in here)
        for name in _given(node)
    }
    for block in blocks:
        own = set(_given(block))
        item = next(_free_items(block.block), None)
        if item is not None:
            refuse(item.extent, f"${item.name} of whoever asks in a member's block")
        for node in walk(block):
            if isinstance(node, e.Variable) and not node.drive and node.name.lower() in inner - own:
                refuse(node.extent, f"${node.name} of a function in a member's block")


def _free_items(node: e.Node) -> Iterator[e.Variable]:
    """Where `$_` stands that nothing within gives a value."""
    for one in node.children():
        if isinstance(one, e.Variable) and one.name.lower() in ITEM:
            yield one
        elif not isinstance(one, e.ScriptBlockExpression | s.Switch | s.Try | s.Trap | s.Function):
            yield from _free_items(one)


def _calls(nodes: Sequence[e.Node], names: Sequence[str]) -> Iterator[s.CommandCall]:
    for node in nodes:
        client = find_cmdlet(name_in(node)) if isinstance(node, s.CommandCall) else None
        if client is not None and client.name in names:
            assert isinstance(node, s.CommandCall)
            yield node


def _blocks(call: s.CommandCall) -> list[e.ScriptBlockExpression]:
    return [one for one in values_in(call) if isinstance(one, e.ScriptBlockExpression)]


def _given(node: e.Node) -> Iterator[str]:
    """The variables that are given values within, in lower case."""
    for one in walk(node):
        if isinstance(one, s.ForEach | s.ParameterDeclaration):
            yield one.variable.name.lower()
        elif isinstance(one, s.Assignment):
            yield from (
                found.name.lower() for found in walk(one.target) if isinstance(found, e.Variable) and not found.drive
            )
