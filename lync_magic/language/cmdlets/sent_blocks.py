"""A block for a session as words: what PowerShell makes of it for an endpoint that takes no script
(ScriptBlock.GetPowerShell).

Rules of this file: a block of commands alone becomes words; what their arguments say is worked out here, of the block's
own parameters, `$args` and `$using:` variables. Any other block goes as it stands, and what the endpoint says of it is
its answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.text import to_text
from lync_magic.language.words import to_command
from lync_magic.psrp import Pipeline

_FIXED: Final = frozenset(("args", "true", "false", "null"))
"""The variables of a block that are no parameters of it, and mean the same everywhere."""


def in_words(call: BoundCall, block: Block, arguments: list[object]) -> Pipeline | None:
    """The block's commands with the values of their arguments; None where it is not made of commands alone.

    Raises NotKnownHere for a block that PowerShell makes words of and this room does not.
    """
    statements = _statements(block)
    if statements is None or not all(_is_plain(one, block) for calls in statements for one in calls):
        return None
    told = [node for calls in statements for one in calls for node in _told(one)]
    values = dict(zip(map(id, told), _values(call, block, told, arguments), strict=True))
    return Pipeline(
        tuple(
            replace(
                to_command(to_text(values[id(one.name)]), one, lambda node: values[id(node)]),
                merge_errors=bool(one.redirections),
                end_of_statement=one is calls[-1] and calls is not statements[-1],
            )
            for calls in statements
            for one in calls
        )
    )


def _statements(block: Block) -> list[list[s.CommandCall]] | None:
    """The commands of each statement of a block that has nothing else."""
    if len(block.node.blocks) != 1 or block.node.blocks[0].kind != "end" or not block.node.blocks[0].statements:
        return None
    found = []
    for statement in block.node.blocks[0].statements:
        if not isinstance(statement, s.Pipeline) or statement.background:
            return None
        calls = [one for one in statement.elements if isinstance(one, s.CommandCall) and one.invocation != "."]
        if len(calls) != len(statement.elements):
            return None
        found.append(calls)
    return found


def _is_plain(call: s.CommandCall, block: Block) -> bool:
    """Whether what a command is given can be worked out without the endpoint: by expressions, of the block's own."""
    own = _FIXED | {one.variable.name.lower() for one in block.declared}
    for one in call.redirections:
        if one.merge_to is None:
            return False
        if (one.from_stream, one.merge_to) != (2, 1):
            raise NotKnownHere("such a redirection in a block for a session")
    for node in (inner for told in _told(call) for inner in walk(told)):
        if isinstance(node, s.CommandCall | e.ScriptBlockExpression):
            return False
        if isinstance(node, s.Statement) and not isinstance(node, s.Pipeline | s.Assignment):
            return False
        if isinstance(node, e.Variable) and node.drive == "using" and node.name.lower() in own:
            raise NotKnownHere("a $using: variable that is named as a parameter of its block")
        if isinstance(node, e.Variable) and node.drive != "using" and (node.drive or node.name.lower() not in own):
            return False
    return True


def _told(call: s.CommandCall) -> list[e.Expression]:
    """A command's name and arguments."""
    given = [one.argument if isinstance(one, s.Parameter) else one for one in call.elements]
    return [call.name, *(one for one in given if one is not None)]


def _values(call: BoundCall, block: Block, told: list[e.Expression], arguments: list[object]) -> list[object]:
    """What expressions of a block are, its parameters being bound to these arguments."""
    whole = told[0]
    plain = tuple(replace(one, splatted=False) if isinstance(one, e.Variable) else one for one in told)
    listed = e.ArrayLiteral(whole.within, whole.start, whole.end, plain)
    element = s.CommandExpression(whole.within, whole.start, whole.end, (), listed)
    statement = s.Pipeline(whole.within, whole.start, whole.end, (element,))
    body = replace(block.node.blocks[0], statements=(statement,))
    made = replace(block, node=replace(block.node, attributes=(), blocks=(body,)))
    evaluator, run = call.services.evaluator, call.services.call_block
    assert run is not None
    evaluator.sending += 1
    try:
        values = list(run(made, arguments, None))
    except ScriptError:
        raise NotKnownHere("what PowerShell says of an argument in a block for a session") from None
    finally:
        evaluator.sending -= 1
    if len(values) != len(told):
        raise NotKnownHere("an argument without a value in a block for a session")
    return values
