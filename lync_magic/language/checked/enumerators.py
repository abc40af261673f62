"""Where what `.GetEnumerator()` gives may stand: where it is gone through at once, or in a variable that is asked for
its place (`.MoveNext()`, `.Current`) or gone through.

PowerShell's is neither a list nor a single value: an operator, a cast, an argument or a text each takes it in a way of
its own, and uses it up or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Final

from lync_magic.language.checked.refusing import refuse
from lync_magic.language.evaluate.blocks import expression_of
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_READ: Final = frozenset({"current", "key", "value", "entry", "name"})
_CALLED: Final = frozenset({"movenext", "reset", "where", "foreach"})
_LISTS: Final = (s.Block, s.NamedBlock, e.SubExpression, e.ArrayExpression)
_ASKING: Final = (e.Member, e.Invoke)
_DECLARING: Final = (s.ForEach, s.ParameterDeclaration)


def check_enumerators(nodes: Sequence[e.Node], functions: Set[str]) -> None:
    """Refuse an enumerator that goes anywhere else. nodes: all of the cell.  functions: with a dot, the methods that it
    gives to objects."""
    made = [node for node in nodes if isinstance(node, e.Invoke) and _named(node) == "getenumerator"]
    if not made or ".getenumerator" in functions:
        return
    fine = {id(one) for node in nodes for one in _asked(node)}
    kept: set[str] = set()
    for node in nodes:
        if isinstance(node, s.Assignment) and isinstance(node.target, e.Variable):
            fine.add(id(node.target))
            value = _alone(node.value)
            if isinstance(value, e.Invoke) and node.operator == "=" and not node.target.drive:
                fine.add(id(value))
                if _named(value) == "getenumerator":
                    kept.add(node.target.name.lower())
        elif isinstance(node, _DECLARING):
            fine.add(id(node.variable))
    for one in made:
        if id(one) not in fine:
            refuse(one.extent, "an enumerator as a value")
    for node in nodes:
        if isinstance(node, e.Variable) and node.name.lower() in kept and id(node) not in fine:
            refuse(node.extent, f"an enumerator as a value, in ${node.name}")


def _asked(node: e.Node) -> Iterator[e.Expression]:
    """What a node goes through, or asks for its place."""
    if isinstance(node, s.Pipeline) and len(node.elements) > 1:
        yield from _first(node)
    elif isinstance(node, _LISTS):
        for statement in node.statements:
            yield from _first(statement)
    elif isinstance(node, s.Chain):
        yield from (*_first(node.left), *_first(node.right))
    elif isinstance(node, s.ForEach):
        yield from _first(node.source)
    elif isinstance(node, s.Switch):
        yield from _first(node.condition)
    elif isinstance(node, s.Flow) and node.keyword == "return" and isinstance(node.value, s.Statement):
        yield from _first(node.value)
    elif isinstance(node, _ASKING) and not node.static and _named(node) in _names(node):
        yield _unwrapped(node.target)


def _names(node: e.Member | e.Invoke) -> Set[str]:
    return _CALLED if isinstance(node, e.Invoke) else _READ


def _named(node: e.Member | e.Invoke) -> str:
    return node.name.value.lower() if isinstance(node.name, e.String) else ""


def _first(statement: s.Statement) -> Iterator[e.Expression]:
    """The expression that a pipeline begins with."""
    first = statement.elements[0] if isinstance(statement, s.Pipeline) else None
    if isinstance(first, s.CommandExpression):
        yield _unwrapped(first.expression)


def _unwrapped(node: e.Expression) -> e.Expression:
    while isinstance(node, e.Paren) and (inner := _alone(node.statement)) is not None:
        node = inner
    return node


def _alone(statement: s.Statement) -> e.Expression | None:
    """The expression that a statement is."""
    found = expression_of(statement)
    return None if found is None else _unwrapped(found.expression)
