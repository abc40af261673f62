"""`$private:name`: a variable of a function that what is called from there does not see.

It is taken for a variable of the function where nothing that could see it is called: no function of a cell, and no
block but those of ForEach-Object and Where-Object, which run in the function's own scope.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lync_magic.language.checked.expressions import name_in, values_in
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk


def private_in(nodes: Iterable[e.Node], functions: Collection[str]) -> set[int]:
    """The identities of the variables `$private:name` that are known, of a text. functions: the cells' own."""
    found: set[int] = set()
    for node in nodes:
        if isinstance(node, s.Function):
            inner = list(walk(node.body))
            if not _calls_others(inner, functions):
                found |= {id(one) for one in inner if isinstance(one, e.Variable) and one.drive == "private"}
    return found


def _calls_others(inner: Iterable[e.Node], functions: Collection[str]) -> bool:
    """Whether something may run in a scope within the function's."""
    ours: set[int] = set()
    for node in inner:
        if isinstance(node, s.Function):
            return True
        if isinstance(node, s.CommandCall):
            name = name_in(node)
            client = find_cmdlet(name)
            if node.invocation or not name or name.lower() in functions:
                return True
            if client is not None and client.name in ("ForEach-Object", "Where-Object"):
                ours.update(id(one) for one in values_in(node))
        if isinstance(node, e.ScriptBlockExpression) and id(node) not in ours:
            return True
    return False
