"""Which script blocks came out of a pipeline: PowerShell takes such an argument as a value like any other, where one
that is written or held stands for what the pipeline gives to the parameter.

Rule of this file: what the text tells is enough. A cmdlet gives such blocks, a block or a function what the last of
its statements gives; a variable holds one as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

FunctionOf = Callable[[str], Block | None]
_MOST: Final = 20
"""How many functions within functions are looked into."""


def is_piped(node: e.Expression | s.Statement | None, function_of: FunctionOf, depth: int = 0) -> bool:
    """Whether the script block that an argument is came out of a pipeline. function_of: by name, in lower case."""
    match node:
        case e.Variable():
            return node.name.lower() in ("_", "psitem")
        case e.Paren():
            return is_piped(node.statement, function_of, depth)
        case s.Flow():
            inner = node.value if node.keyword == "return" else None
            return is_piped(inner, function_of, depth)
        case e.SubExpression():
            return is_piped(node.statements[-1] if node.statements else None, function_of, depth)
        case s.Pipeline():
            last = node.elements[-1]
            if isinstance(last, s.CommandCall):
                return depth < _MOST and _gives(last, function_of, depth + 1)
            return isinstance(last, s.CommandExpression) and is_piped(last.expression, function_of, depth)
    return False


def _gives(call: s.CommandCall, function_of: FunctionOf, depth: int) -> bool:
    """Whether what a call gives comes of a cmdlet in the end."""
    if isinstance(call.name, e.ScriptBlockExpression):
        return _last_of(call.name.block, function_of, depth)
    if not isinstance(call.name, e.String):
        return False
    function = function_of(call.name.value.lower())
    if function is not None:
        return _last_of(function.node, function_of, depth)
    client = find_cmdlet(call.name.value)
    if client is None or client.name == "Invoke-Expression":
        return False
    if client.name != "ForEach-Object":
        return True
    told = [one.argument if isinstance(one, s.Parameter) else one for one in call.elements]
    blocks = [one for one in told if isinstance(one, e.ScriptBlockExpression)]
    if not blocks:
        return not any(isinstance(one, e.Variable) for one in told)  # a property by its name
    return _last_of(blocks[-1].block, function_of, depth)


def _last_of(block: s.ScriptBlock, function_of: FunctionOf, depth: int) -> bool:
    last = next((part.statements[-1] for part in reversed(block.blocks) if part.statements), None)
    return is_piped(last, function_of, depth)
