"""Variables that a function certainly assigns, where the assignment failed.

PowerShell keeps what the statements of a called block certainly assign in places of the block's own, and what is read
behind such an assignment is read there: it is empty where the assignment failed, whatever an outer scope has by that
name. Blocks within, what is called and cmdlets look by the name, and find the outer one.

Rule of this file: an empty place is a variable of the block's scope while the list of statements runs in which its
assignment stands; a scope within has the outer value in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from lync_magic.clixml import MISSING
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import SwitchParameter
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.numeric import INTEGERS, REALS
from lync_magic.language.values.types import resolve

_OF_ZERO: Final = frozenset((*INTEGERS, *REALS, "System.Boolean", "System.Char", "System.DateTime", "System.TimeSpan"))
"""Types whose place begins with what 0 is of them; that of most others begins with `$null`."""


def leave_empty(statement: s.Statement, scope: Scope) -> None:
    """A statement failed: what it certainly assigns and did not is empty from here on."""
    if scope.dotted:
        return
    for target in _assigned(statement):
        variable, kind = _declared(target)
        if variable is not None:
            leave_place(variable, scope, kind)


def leave_place(variable: e.Variable, scope: Scope, kind: e.TypeName | None = None) -> None:
    """A variable without a value of its own is empty, if its scope keeps places for what its block assigns."""
    folded, holder = variable.name.lower(), scope.holder
    if scope.dotted or holder.parent is None or variable.drive not in ("", "local") or folded in holder.own:
        return
    outer, value = holder.parent.get(variable.name), _empty_value(kind)
    if outer is not MISSING or value is not None or scope.strict:
        holder.leave_empty(folded, value, outer)


def is_part(statements: Iterable[s.Statement], block: Block | None) -> bool:
    """Whether they are all of a block, or its `begin`, `process` or `end`: what is empty in there stays so."""
    return block is not None and any(part.statements is statements for part in block.node.blocks)


def _empty_value(kind: e.TypeName | None) -> object:
    found = None if kind is None else resolve(kind)
    if found is None:
        return None
    if found.name == SwitchParameter.NAME:
        return SwitchParameter(on=False)
    if found.name == "System.Guid":
        return convert(str(UUID(int=0)), found)
    return convert(0, found) if found.name in _OF_ZERO or is_enum(found.name) else None


def _declared(target: e.Expression) -> tuple[e.Variable | None, e.TypeName | None]:
    """The variable that a target of an assignment is, and the type it has there."""
    kind: e.TypeName | None = None
    while isinstance(target, e.Cast | e.Attributed | e.Paren):
        if isinstance(target, e.Paren):
            return None, None
        kind = kind or (target.type if isinstance(target, e.Cast) else None)
        target = target.operand
    return (target, kind) if isinstance(target, e.Variable) else (None, None)


def _assigned(node: e.Node) -> Iterator[e.Expression]:
    """The targets of all assignments that a statement certainly comes to."""
    if isinstance(node, s.Assignment):
        yield from node.target.items if isinstance(node.target, e.ArrayLiteral) else (node.target,)
        yield from _assigned(node.value)
        return
    if isinstance(node, s.ForEach):
        yield node.variable
    if isinstance(node, s.Try) and any(isinstance(one, s.Flow) for one in node.body.statements):
        yield from _in_all([one.body for one in node.catches])  # one of them runs, or none is left by an error
    if isinstance(node, s.If) and node.otherwise is not None:
        yield from _in_all([*(one.body for one in node.clauses), node.otherwise])
    for part in _certain(node):
        yield from _assigned(part)


def _in_all(bodies: Sequence[s.Block]) -> Iterator[e.Expression]:
    """What each of these assigns, one of which runs."""
    assigned = [list(_assigned_in(one.statements)) for one in bodies]
    names = [{one.name.lower() for target in each if (one := _declared(target)[0]) is not None} for each in assigned]
    for target in assigned[0] if assigned else ():
        variable = _declared(target)[0]
        if variable is not None and all(variable.name.lower() in each for each in names):
            yield target


def _assigned_in(statements: Iterable[s.Statement]) -> Iterator[e.Expression]:
    """The same of a list, as far as it comes."""
    for one in statements:
        yield from _assigned(one)
        if isinstance(one, s.Flow):
            return


def _certain(node: e.Node) -> Iterator[e.Node]:
    """What of a node is certainly run, as far as its own list of statements goes."""
    if isinstance(node, e.ScriptBlockExpression | s.Function | s.Try | s.Trap | s.TypeDefinition):
        return
    if isinstance(node, s.If):
        yield node.clauses[0].condition
    elif isinstance(node, s.While | s.Switch):
        yield node.condition
    elif isinstance(node, s.For):
        yield from (one for one in (node.initializer, node.condition) if one is not None)
    elif isinstance(node, s.ForEach):
        yield node.source
    elif isinstance(node, s.Chain):
        yield node.left
    elif isinstance(node, e.Ternary):
        yield node.condition
    elif isinstance(node, e.Binary) and node.operator in ("and", "or", "??"):
        yield node.left
    else:
        yield from node.children()
