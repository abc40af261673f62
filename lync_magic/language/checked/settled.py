"""What is known in one use alone: a key that is waited for where nothing looks at it, a text that is filled in, names
of PowerShell's that a cell has for variables of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lync_magic.language.checked.expressions import EXPRESSION_CHECKS, OF_SECRETS, name_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.evaluate.expressions import DROPPED
from lync_magic.language.evaluate.session_state import session_path
from lync_magic.language.evaluate.session_variables import is_expanding, variable_read
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.accounts import ACCOUNT_PARTS
from lync_magic.language.values.exceptions import named

_OWN: Final = frozenset({"sender", "event", "eventargs", "eventsubscriber", "profile", "outputencoding"})
"""PowerShell's variables that a cell which assigns them has for its own."""
_PAIR: Final = 2
_DECLARING: Final = (s.ForEach, s.ParameterDeclaration)
_GIVING: Final = (s.Assignment, *_DECLARING)
"""What gives variables their values."""
_LOOPING: Final = (s.ForEach, s.Switch)
_ASKING: Final = (e.Member, e.Invoke)
_SETTLED: Final = (e.Invoke, e.Variable)
_SETTLING: Final = (*_GIVING, e.Cast, e.Binary, s.Pipeline, e.Invoke, e.Member, s.Switch)
"""What settles how something within it is known."""


def settled_in(nodes: list[e.Node]) -> frozenset[int]:
    """The nodes that are known by where they stand, by identity. Raises CellNotSupported for what is known elsewhere
    only."""
    uses = Counter(node.name.lower() for node in nodes if isinstance(node, e.Variable) and not node.drive)
    assigned: set[str] = set()
    found: set[int] = set()
    for node in nodes:
        if not isinstance(node, _SETTLING):
            continue
        if isinstance(node, _LOOPING):
            found.update(_places(node))
        if isinstance(node, _GIVING):
            assigned.update(_assigned(node))
        target = node.target if isinstance(node, s.Assignment) else None
        if isinstance(target, e.Variable) and target.name.lower() == "errorview":  # how a console shows errors
            found.add(id(target))
        if isinstance(target, e.Member) and target.static:  # which is looked at as an assignment
            found.add(id(target))
        called = _call_within(_dropped(node, uses))
        if called is not None:
            found.add(id(called))
        if isinstance(node, e.Binary):
            found.update(map(id, _exception_asked_for(node)))
            continue
        asked_for = variable_read(node)
        if asked_for is not None:
            EXPRESSION_CHECKS[e.Variable](asked_for)
        if isinstance(node, e.Member) and _asks_of_account(node):
            found.add(id(node.target))
        if isinstance(node, _ASKING) and session_path(node):
            found.update(map(id, walk(node.target)))
        if asked_for is not None or is_expanding(node):
            found.update(map(id, walk(node.target)), (id(node),))  # type: ignore[union-attr]
    for node in nodes:
        if not isinstance(node, _SETTLED):
            continue
        if _is_dropping(node) and id(node) not in found:
            told = node.extent.text.partition("(")[0]
            refuse(node.extent, told if told.startswith("[") else f"method .{told.rpartition('.')[2]}()")
        if isinstance(node, e.Variable) and not node.drive and node.name.lower() in _OWN & assigned:
            found.add(id(node))
    return frozenset(found)


def _asks_of_account(node: e.Member) -> bool:
    """Whether it is what a call of GetNetworkCredential says beside the password."""
    called, asked = node.target, node.name
    return (
        isinstance(called, e.Invoke)
        and isinstance(called.name, e.String)
        and called.name.value.lower() == OF_SECRETS
        and isinstance(asked, e.String)
        and asked.value.lower() in ACCOUNT_PARTS
    )


def _places(node: s.ForEach | s.Switch) -> Iterator[int]:
    """Where a loop's body asks for its place, or goes on in it: `$foreach.Current`, `$switch.MoveNext()`."""
    name = "foreach" if isinstance(node, s.ForEach) else "switch"
    parts = [node.body] if isinstance(node, s.ForEach) else [*node.clauses, *([node.default] if node.default else [])]
    for one in (inner for part in parts for inner in walk(part)):
        if isinstance(one, _ASKING) and isinstance(one.name, e.String) and not one.static:
            asked = one.target
            known = one.name.value.lower() in ("movenext", "reset") if isinstance(one, e.Invoke) else _is_current(one)
            if known and isinstance(asked, e.Variable) and asked.name.lower() == name and not asked.drive:
                yield id(asked)


def _is_current(node: e.Member) -> bool:
    return isinstance(node.name, e.String) and node.name.value.lower() == "current"


def _assigned(node: s.Assignment | s.ForEach | s.ParameterDeclaration) -> Iterator[str]:
    """The names that a node gives values."""
    if isinstance(node, _DECLARING):
        yield node.variable.name.lower()
        return
    yield from (inner.name.lower() for inner in walk(node.target) if isinstance(inner, e.Variable))


def _dropped(node: e.Node, uses: Counter[str]) -> e.Node | None:
    """What a node drops: `[void](…)`, `… | Out-Null`, `$null = …`, `$x = …` where nothing reads it."""
    if isinstance(node, e.Cast) and node.type.name.lower() == "void":
        return node.operand
    if isinstance(node, s.Pipeline) and len(node.elements) == _PAIR and name_in(node.elements[1]).lower() == "out-null":
        return node.elements[0]
    if isinstance(node, s.Assignment) and isinstance(node.target, e.Variable):
        name = node.target.name.lower()
        return node.value if name == "null" or uses[name] == 1 else None
    return None


def _exception_asked_for(node: e.Binary) -> Iterator[e.Type]:
    """The right operand of `-is` that is an exception of which nothing else is known."""
    if node.operator in ("is", "isnot") and isinstance(node.right, e.Type) and named(node.right.name) is not None:
        yield node.right


def _call_within(node: e.Node | None) -> e.Node | None:
    while node is not None and not isinstance(node, e.Invoke):
        if isinstance(node, e.Paren):
            node = node.statement
        elif isinstance(node, s.Pipeline) and len(node.elements) == 1:
            node = node.elements[0]
        elif isinstance(node, s.CommandExpression):
            node = node.expression
        else:
            return None
    return node if node is not None and _is_dropping(node) else None


def _is_dropping(node: e.Node) -> bool:
    return isinstance(node, e.Invoke) and isinstance(node.name, e.String) and node.name.value.lower() in DROPPED
