"""`break` and `continue` in a pipeline: in PowerShell they leave the loop that the pipeline's objects come out of,
which may be in a function before them and has no place here.

Rule of this file: what may be within a loop when it gives an object is taken to be; a cell that leaves it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final

from lync_magic.language.checked.refusing import refuse
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s

_LOOPS: Final = (s.ForEach, s.For, s.While, s.DoLoop, s.Switch)


def check_leaving(nodes: Sequence[e.Node], functions: Set[str]) -> None:
    """Refuse what leaves a loop that is not seen. nodes: all of the cell.  functions: those of it and of earlier ones,
    in lower case."""
    if not any(isinstance(one, s.Flow) and one.keyword in ("break", "continue") for one in nodes):
        return
    bodies = {one.name.lower().rpartition(":")[2]: one.body for one in nodes if isinstance(one, s.Function)}
    for node in nodes:
        if not isinstance(node, s.Pipeline):
            continue
        looping = False
        for element in node.elements:
            leaving = next(_leaving(element, bodies, set()), None) if looping else None
            if leaving is not None:
                refuse(leaving.extent, f"{leaving.keyword} behind what may be within a loop of its own")
            looping = looping or _loops(element, functions, bodies, set())


def _runs(element: e.Node, bodies: Mapping[str, s.ScriptBlock], seen: set[str]) -> Iterator[e.Node]:
    """What an element runs as its objects come: its own script blocks, and the function that it calls."""
    if not isinstance(element, s.CommandCall):
        return
    for one in (element.name, *element.elements):
        told = one.argument if isinstance(one, s.Parameter) else one
        if isinstance(told, e.ScriptBlockExpression):
            yield told.block
    name = element.name.value.lower() if isinstance(element.name, e.String) else ""
    if name in bodies and name not in seen:
        seen.add(name)
        yield bodies[name]


def _leaving(element: e.Node, bodies: Mapping[str, s.ScriptBlock], seen: set[str]) -> Iterator[s.Flow]:
    """What leaves a loop around an element."""
    waiting = list(_runs(element, bodies, seen))
    while waiting:
        node = waiting.pop()
        if isinstance(node, s.Flow) and node.keyword in ("break", "continue"):
            yield node
        elif isinstance(node, s.CommandCall):
            waiting.extend(_runs(node, bodies, seen))
        elif not isinstance(node, (*_LOOPS, s.Function, e.ScriptBlockExpression)):
            waiting.extend(node.children())


def _loops(element: e.Node, functions: Set[str], bodies: Mapping[str, s.ScriptBlock], seen: set[str]) -> bool:
    """Whether an element may give objects from within a loop."""
    if not isinstance(element, s.CommandCall):
        return False
    name = element.name.value.lower() if isinstance(element.name, e.String) else None
    if name is None and not isinstance(element.name, e.ScriptBlockExpression):
        return True  # a block or a name that is held by a variable
    if name in functions and name not in bodies:
        return True  # of an earlier cell
    waiting = list(_runs(element, bodies, seen))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _LOOPS):
            return True
        if isinstance(node, s.CommandCall) and _loops(node, functions, bodies, seen):
            return True
        if not isinstance(node, s.Function | e.ScriptBlockExpression | s.CommandCall):
            waiting.extend(node.children())
    return False
