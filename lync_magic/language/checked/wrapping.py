"""Where `-is [psobject]` can be answered: a plain value that a cmdlet gave is a [psobject] to PowerShell, and no value
here keeps that.

Rules of this file: what may have come from a command, wherever it went in the cell, is refused; what was written out,
worked out or converted is not one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Final

from lync_magic.language.checked.expressions import name_in, values_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.cmdlets.registry import find_cmdlet
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.types import WRAPPERS, resolve

_MADE: Final = (
    e.Constant,
    e.String,
    e.ExpandableString,
    e.Binary,
    e.Unary,
    e.Hashtable,
    e.ScriptBlockExpression,
    e.Type,
)
_HOLDING: Final = frozenset({"add", "insert", "enqueue", "push", "set_item"})
_TAKING: Final = frozenset({"dequeue", "peek", "pop", "item", "get_item", "getvalue"})
_PLAIN: Final = frozenset({"null", "true", "false"})


def check_wrapping(nodes: Sequence[e.Node], functions: Set[str]) -> None:
    """Refuse each `-is [psobject]` whose answer is not known. nodes: all of the cell.  functions: those of it, in lower
    case."""
    asked = [
        node
        for node in nodes
        if isinstance(node, e.Binary) and node.operator in ("is", "isnot") and isinstance(node.right, e.Type)
    ]
    asked = [node for node in asked if (kind := resolve(node.right.name)) is not None and kind.name in WRAPPERS]  # type: ignore[attr-defined]
    if not asked:
        return
    cell = _Cell(nodes, functions)
    for node in asked:
        if cell.may_come(node.left):
            refuse(node.place, f"-{node.operator} [psobject] of what a command may have given")


class _Cell:
    """What each variable of a cell is given. None among the sources stands for what is not seen."""

    def __init__(self, nodes: Sequence[e.Node], functions: Set[str]) -> None:
        self._functions = functions
        self._sources: defaultdict[str, list[e.Node | None]] = defaultdict(list)
        self._held: list[e.Node] = []
        self._looking: set[str] = set()
        calls: defaultdict[str, list[s.CommandCall]] = defaultdict(list)
        fed: set[str] = set()
        for node in nodes:
            if isinstance(node, s.Pipeline):
                for place, call in enumerate(node.elements):
                    if isinstance(call, s.CommandCall):
                        calls[name_in(call).lower()].append(call)
                        if place:
                            fed.add(name_in(call).lower())
            elif isinstance(node, s.Assignment):
                self._assigned(node)
            elif isinstance(node, s.ForEach):
                self._sources[node.variable.name.lower()].append(node.source)
            elif isinstance(node, e.HashEntry):
                self._held.append(node.value)
            elif isinstance(node, e.Invoke) and isinstance(node.name, e.String) and node.name.value.lower() in _HOLDING:
                self._held.extend(node.arguments)
        for node in nodes:
            if isinstance(node, s.Function):
                name = node.name.lower()
                values = [value for call in calls[name] for value in values_in(call)]
                shown = bool(calls[name]) and name not in fed
                for one in (*(node.parameters or ()), *(node.body.parameters or ())):
                    self._parameter(one, values if shown else [None])
            elif isinstance(node, e.ScriptBlockExpression):
                for one in node.block.parameters or ():
                    self._parameter(one, [None])

    def _assigned(self, node: s.Assignment) -> None:
        target, value = node.target, node.value
        while isinstance(target, e.Cast | e.Attributed):
            if isinstance(target, e.Cast) and _converts(target.type):
                return
            target = target.operand
        for one in target.items if isinstance(target, e.ArrayLiteral) else (target,):
            if isinstance(one, e.Variable):
                self._sources[one.name.lower()].append(value)
            else:
                self._held.append(value)

    def _parameter(self, node: s.ParameterDeclaration, values: Sequence[e.Node | None]) -> None:
        if not (node.types and _converts(node.types[-1])):
            self._sources[node.variable.name.lower()].extend([*values, *([node.default] if node.default else [])])

    def may_come(self, node: e.Node | None) -> bool:
        """Whether a command may have given the value of a node."""
        if node is None or isinstance(node, s.CommandCall):
            return node is None or not self._gives_objects(node)
        if isinstance(node, s.Pipeline):  # what the last of them gives
            return self.may_come(node.elements[-1])
        if isinstance(node, _MADE) or (isinstance(node, e.Cast) and _converts(node.type)):
            return False
        if isinstance(node, e.Variable):
            return self._variable(node)
        if isinstance(node, e.Invoke):
            return isinstance(node.name, e.String) and node.name.value.lower() in _TAKING
        if isinstance(node, e.Member | e.Index):
            return self._holds_one() or (isinstance(node, e.Index) and self.may_come(node.target))
        return any(self.may_come(one) for one in node.children())

    def _gives_objects(self, call: s.CommandCall) -> bool:
        """Whether a call is the server's `Get-`, which gives objects: each is a [psobject] whoever asks."""
        name = name_in(call).lower()
        return name.startswith("get-") and name not in self._functions and find_cmdlet(name) is None

    def _variable(self, node: e.Variable) -> bool:
        name = node.name.lower()
        if name in _PLAIN or node.drive == "env" or name in self._looking:
            return False
        self._looking.add(name)
        try:
            sources: Iterator[e.Node | None] = iter(self._sources.get(name, [None]))
            return any(self.may_come(one) for one in sources)
        finally:
            self._looking.discard(name)

    def _holds_one(self) -> bool:
        """Whether something that a command may have given is put into a table, a list or a property."""
        if "" in self._looking:
            return False
        self._looking.add("")
        try:
            return any(self.may_come(one) for one in self._held)
        finally:
            self._looking.discard("")


def _converts(kind: e.TypeName) -> bool:
    """Whether a value converted to a type is one of that type alone."""
    found = resolve(kind)
    return found is not None and found.name not in (*WRAPPERS, "System.Object")
