"""Every node of a tree, without recursion."""

from __future__ import annotations

from collections.abc import Iterator

from lync_magic.language.syntax.expressions import Node


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, parents first, in the order they were written."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        if below := one.children():
            waiting.extend(below[::-1])
