"""A number that is written as a command's argument: it keeps its spelling where that is not its text.

Rule of this file: PowerShell compares the two when it compiles the block around, in the culture of that moment: a
cell's own statements before any runs, any other block when it is called for the first time.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.culture import Culture, current, in_culture
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.number_text import plain_number
from lync_magic.language.values.spelled import spelled


def argument(node: e.Constant, value: Any, began: Culture) -> object:
    """A constant as an argument. began: the culture that the cell began in."""
    text = node.extent.text
    if isinstance(value, float | Decimal) and began.decimal != current().decimal and _is_in_cell(node):
        if _is_in_block(node):
            raise NotKnownHere(f"the argument {text} in a block, in a culture that the cell came to")
        with in_culture(began):
            return value if text == plain_number(value) else spelled(value, text)
    return value if text == plain_number(value) else spelled(value, text)


def _is_in_cell(node: e.Node) -> bool:
    return node.within.script is not None and not node.within.path


def _is_in_block(node: e.Node) -> bool:
    return any(
        one.start <= node.start < one.end
        for one in walk(node.within.script)
        if isinstance(one, e.ScriptBlockExpression | s.Function)
    )
