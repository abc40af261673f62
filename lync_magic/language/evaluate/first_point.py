"""The first statement of a cell that PowerShell numbers: it does not note that it has come to it, so that what fails
there has the place of the assignment around it.

Rule of this file: an assignment is numbered behind what is on its right, a loop with a condition marks all its places.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent


class FirstPoint(NamedTuple):
    """A node, and the assignment around it, None where there is none."""

    node: e.Node
    around: Extent | None


def first_point(script: s.Script) -> FirstPoint | None:
    """That of a cell; None where it has none."""
    if any(isinstance(one, s.Trap) for one in script.statements):
        return None
    return _first(script.statements, None)


def _first(statements: Iterable[s.Statement], around: Extent | None) -> FirstPoint | None:
    return next((found for one in statements if (found := _of(one, around)) is not None), None)


def _of(node: s.Statement, around: Extent | None) -> FirstPoint | None:
    match node:
        case s.Assignment():
            return _right(node.value, node.extent) or FirstPoint(node, around)
        case s.Pipeline():
            return FirstPoint(node, around)
        case s.Try():
            return _first(node.body.statements, around)
        case s.If():
            return FirstPoint(node.clauses[0].condition, around)
        case s.ForEach():
            return FirstPoint(node.source, around)
        case s.For() if node.initializer is not None:
            return _of(node.initializer, around)
        case s.Flow() if node.keyword == "return" and isinstance(node.value, s.Pipeline):
            return _of(node.value, around)
        case s.Function() | s.Using():
            return None
    return FirstPoint(node, None)


def _right(node: s.Statement, around: Extent | None) -> FirstPoint | None:
    """Of a statement whose value is wanted: a pipeline is not numbered there, what is in it is."""
    return _within(node, around) if isinstance(node, s.Pipeline) else _of(node, around)


def _within(node: e.Node, around: Extent | None) -> FirstPoint | None:
    match node:
        case e.ScriptBlockExpression():
            return None
        case e.SubExpression() | e.ArrayExpression():
            return _first(node.statements, around)
        case e.HashEntry():
            return _within(node.key, around) or _right(node.value, around)
        case e.Paren():
            return _right(node.statement, around)
    return next((found for one in node.children() if (found := _within(one, around)) is not None), None)
