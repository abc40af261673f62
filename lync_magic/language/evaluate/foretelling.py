"""Loops in a cell that asks first: gone through once without sending, so that a person sees all calls and their number.

Rule of this file: only what may be gone through twice is: bodies that send commands, decide, and write lines, and
change nothing on this side. Any other loop is asked about call by call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from lync_magic.errors import LyncError
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.streams import Sink
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.expressions import Node
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.failures import Stopping
from lync_magic.sessions import asks_first, registry, rehearse

_WRITES: Final = frozenset({"write-host", "write-output", "write-verbose", "write-warning", "write-information"})
_PURE: Final = frozenset(
    {"trim", "trimstart", "trimend", "tolower", "toupper", "tostring", "replace", "split", "substring"}
)
_STATEMENTS: Final = (s.Pipeline, s.If)
_EFFECTS: Final = (e.Postfix, e.ScriptBlockExpression)


def foretell(
    bodies: Sequence[Node],
    runtime: Runtime,
    scope: Scope,
    items: Iterable[object],
    turn: Callable[[object, Scope], object],
) -> Iterable[object]:
    """The items of a loop, after its calls were shown and agreed to where the cell asks first.

    turn: goes through the bodies for one item, in a scope.  Raises NotSent.
    """
    if not asks_first(one.lane for one in registry) or not all(
        _is_harmless(node, runtime) for body in bodies for node in walk(body)
    ):
        return items
    all_items = list(items)
    silent = scope.child(transparent=True)
    silent.sink = Sink(lambda _event: None)

    def go() -> None:
        try:
            for item in all_items:
                turn(item, silent)
        except (LyncError, Stopping):
            return  # it is met again when the loop runs, and told there

    rehearse(go)
    return all_items


def _is_harmless(node: object, runtime: Runtime) -> bool:
    if isinstance(node, s.CommandCall):
        name = node.name.value if isinstance(node.name, e.String) else ""
        return not node.redirections and (name.lower() in _WRITES or runtime.is_remote(name))
    if isinstance(node, e.Invoke):
        return isinstance(node.name, e.String) and node.name.value.lower() in _PURE
    if isinstance(node, e.Unary):
        return node.operator not in ("++", "--")
    return not isinstance(node, _EFFECTS) and (not isinstance(node, s.Statement) or isinstance(node, _STATEMENTS))
