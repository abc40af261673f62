"""`using namespace System.Text`: the short names of types in a text are made whole before it is checked."""

from __future__ import annotations

from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.types import resolve


def names_in_full(script: s.Script) -> None:
    """Give the types of a text the names that its `using namespace` lines make of them."""
    namespaces = [one.name for one in script.usings if one.kind == "namespace"]
    if not namespaces:
        return
    for node in walk(script):
        if isinstance(node, e.TypeName) and resolve(node) is None:
            _complete(node, namespaces)


def _complete(node: e.TypeName, namespaces: list[str]) -> None:
    for argument in node.arguments:  # a generic type is known by its arguments
        if resolve(argument) is None:
            _complete(argument, namespaces)
    short = node.name
    for namespace in namespaces:
        node.name = f"{namespace}.{short}"  # type: ignore[misc] # the one place where a tree is changed
        if resolve(node) is not None:
            return
    node.name = short  # type: ignore[misc]
