"""`$PSCmdlet.WriteObject(…)` puts an object into the output of its function, wherever it stands: it is known where
that is the output of its own statement too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.language.checked.expressions import name_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk

WRITE_OBJECT: Final = "writeobject"
_BODIES: Final = (s.Block, s.NamedBlock, s.ScriptBlock, s.Clause, s.SwitchClause, s.CatchClause)
_AROUND: Final = (s.If, s.Loop, s.Switch, s.Try)


def check_written(nodes: Sequence[e.Node]) -> None:
    """Refuse WriteObject where what its statement gives goes elsewhere than the function's output."""
    calls = [node for node in nodes if isinstance(node, e.Invoke) and _is_writing(node)]
    if not calls:
        return
    known = {id(one) for node in nodes if isinstance(node, s.Function) for one in _outputs(node.body)}
    for call in calls:
        if id(call) not in known:
            refuse(call.extent, f"{call.extent.text.partition('(')[0]} within another statement")


def _is_writing(node: e.Node) -> bool:
    return isinstance(node, e.Invoke) and isinstance(node.name, e.String) and node.name.value.lower() == WRITE_OBJECT


def _outputs(node: e.Node) -> list[e.Node]:
    """The calls of it that are statements of their own, whose output is the function's."""
    found: list[e.Node] = []
    for child in node.children():
        if isinstance(child, (*_BODIES, *_AROUND)):
            found += _outputs(child)
        elif isinstance(child, s.Pipeline) and not isinstance(node, (s.Clause, s.SwitchClause, *_AROUND)):
            alone = alone_in(child)
            if alone is not None and _is_writing(alone):
                found.append(alone)
            elif alone is None:
                found += _in_blocks(child)
    return found


def _in_blocks(node: s.Pipeline) -> list[e.Node]:
    """Those in the blocks that the last command of a pipeline runs."""
    call = node.elements[-1]
    if not isinstance(call, s.CommandCall) or call.redirections:
        return []
    client = find_cmdlet(name_in(call))
    blocks: list[e.Node] = []
    if client is not None and client.name == "ForEach-Object":
        blocks = [one.block for one in walk(call) if isinstance(one, e.ScriptBlockExpression)]
    elif isinstance(call.name, e.ScriptBlockExpression):
        blocks = [call.name.block]
    return [one for block in blocks for one in _outputs(block)]
