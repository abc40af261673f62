"""Where it can be told whether a value is a [psobject]: a plain one that a cmdlet gave is one to PowerShell, and no
value here keeps that. `-is [psobject]` asks for it, Get-Member does for each property of an object of a cell's own, and
`-f` for each list among its arguments, which within one is the text of its items.

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
from lync_magic.language.syntax.walk import walk
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
_ITEMS: Final = frozenset({"_", "psitem"})
_ANY_MEMBER: Final = "."
"""Stands for all that is held, beside the names of variables."""
_RUNNING: Final = frozenset({"foreach", "where", "invoke", "invokereturnasis"})
"""Methods that give what a block gave, each of it within a [psobject]."""
_OF_CMDLETS: Final = {
    "Group-Object": ("group", "values"), "Compare-Object": ("inputobject",),
    "Get-Item": ("basename", "mode"), "Get-ChildItem": ("basename", "mode"),
}  # fmt: skip
"""Properties of what a cmdlet gives that hold a [psobject]."""
_CALCULATED: Final = frozenset({"e", "ex", "exp", "expr", "expre", "express", "expressi", "expressio", "expression"})


def check_wrapping(nodes: Sequence[e.Node], functions: Set[str]) -> None:
    """Refuse each `-is [psobject]` and each Get-Member whose answer is not known. nodes: all of the cell.  functions:
    those of it, in lower case."""
    _check_members(nodes, functions)
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


def _check_members(nodes: Sequence[e.Node], functions: Set[str]) -> None:
    """Refuse each Get-Member that tells of properties which a command may have given to an object of the cell's own."""
    pipelines = [node for node in nodes if isinstance(node, s.Pipeline)]
    asked = [
        (one, place)
        for one in pipelines
        for place, call in enumerate(one.elements)
        if _means(call, "Get-Member") and not _is_of_server(one.elements[:place], functions)
    ]
    if not asked or not any(map(_makes_object, nodes)):
        return
    cell = _Cell(nodes, functions)
    named = {
        id(node.target.statement)
        for node in nodes
        if isinstance(node, e.Member) and isinstance(node.target, e.Paren) and _is_told(node.name)
    }
    for pipeline, place in asked:
        behind = pipeline.elements[place + 1 :]
        if id(pipeline) not in named and not (behind and _tells_names(behind[0])) and cell.holds_one():
            refuse(pipeline.elements[place].extent, "Get-Member of what a command may have given")


def may_format_wrapped(node: e.Binary, nested: bool, functions: Set[str]) -> bool:
    """Whether a list among the arguments of a `-f` may be within a [psobject]. node: one of a cell whose source knows
    its script.  nested: there are lists within what it formats.  functions: those known, in lower case."""
    script = node.within.script
    if script is None:  # it is of constants, and worked out ahead
        return False
    cell = _Cell(list(walk(script)), functions)
    if isinstance(node.right, e.ArrayLiteral):
        return any(map(cell.may_be_item, node.right.items))
    return cell.may_be_item(node.right) or (nested and cell.may_come(node.right))


def _means(call: s.Element, name: str) -> bool:
    """Whether an element of a pipeline calls a cmdlet."""
    found = find_cmdlet(name_in(call))
    return found is not None and found.name == name


def _is_of_server(elements: Sequence[s.Element], functions: Set[str]) -> bool:
    """Whether what comes is the server's, or of .NET's own: cmdlets alone gave it, and none of them by a block."""
    return bool(elements) and all(
        isinstance(one, s.CommandCall)
        and isinstance(one.name, e.String)
        and one.name.value.lower() not in functions
        and not _means(one, "ForEach-Object")
        for one in elements
    )


def _makes_object(node: e.Node) -> bool:
    """Whether a node makes an object of the cell's own or gives it a property."""
    if isinstance(node, e.Cast):
        kind = resolve(node.type)
        return kind is not None and kind.name in WRAPPERS
    return isinstance(node, s.CommandCall) and (_means(node, "New-Object") or _means(node, "Add-Member"))


_TOLD: Final = frozenset({"name", "membertype", "typename", "count", "length"})


def _is_told(name: e.Node) -> bool:
    """Whether a name is of what Get-Member tells for sure."""
    return isinstance(name, e.String) and name.value.lower() in _TOLD


def _tells_names(call: s.Element) -> bool:
    """Whether only that is taken of what Get-Member gave."""
    if _means(call, "Measure-Object"):
        return True
    if not (_means(call, "ForEach-Object") or _means(call, "Select-Object")):
        return False
    assert isinstance(call, s.CommandCall)
    values = values_in(call)
    if _means(call, "ForEach-Object") and values and isinstance(values[0], e.ScriptBlockExpression):
        inside = [node for one in values for node in walk(one)]
        whole = sum(isinstance(node, e.Variable) and node.name.lower() in ("_", "psitem") for node in inside)
        return whole == sum(
            isinstance(node, e.Member) and isinstance(node.target, e.Variable) and _is_told(node.name)
            for node in inside
        )
    names = [item for one in values for item in (one.items if isinstance(one, e.ArrayLiteral) else (one,))]
    return bool(names) and all(map(_is_told, names))


class _Cell:
    """What each variable of a cell is given. None among the sources stands for what is not seen."""

    def __init__(self, nodes: Sequence[e.Node], functions: Set[str]) -> None:
        self._functions = functions
        self._sources: defaultdict[str, list[e.Node | None]] = defaultdict(list)
        self._held: list[e.Node | None] = []
        self._looking: set[str] = set()
        self._bodies: defaultdict[str, list[s.ScriptBlock]] = defaultdict(list)
        self._wrapped: set[str] = set()
        self._walked: set[int] = set()
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
                self._walked.add(id(node.source))
            elif isinstance(node, e.HashEntry):
                self._held.append(None if _is_calculated(node) else node.value)
            elif isinstance(node, s.CommandCall):
                self._called(node)
            elif isinstance(node, e.Invoke) and isinstance(node.name, e.String) and node.name.value.lower() in _HOLDING:
                self._held.extend(node.arguments)
        for node in nodes:
            if isinstance(node, s.Function):
                name = node.name.lower()
                self._bodies[name].append(node.body)
                values = [value for call in calls[name] for value in values_in(call)]
                shown = bool(calls[name]) and name not in fed
                for one in (*(node.parameters or ()), *(node.body.parameters or ())):
                    self._parameter(one, values if shown else [None])
            elif isinstance(node, e.ScriptBlockExpression):
                for one in node.block.parameters or ():
                    self._parameter(one, [None])

    def _called(self, call: s.CommandCall) -> None:
        if _means(call, "Add-Member"):
            values = values_in(call)
            self._held.extend(values)
            if any(isinstance(one, e.ScriptBlockExpression) for one in values):
                self._wrapped.update(one.value.lower() for one in values if isinstance(one, e.String))
        self._wrapped.update(*(names for cmdlet, names in _OF_CMDLETS.items() if _means(call, cmdlet)))

    def _assigned(self, node: s.Assignment) -> None:
        target, value = node.target, node.value
        converted = False
        while isinstance(target, e.Cast | e.Attributed):
            converted = converted or (isinstance(target, e.Cast) and _converts(target.type))
            target = target.operand
        if converted:
            if isinstance(target, e.Variable):
                self._sources.setdefault(target.name.lower(), [])
            return
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
            return node is None or self._call(node)
        if isinstance(node, s.Pipeline):  # what the last of them gives
            return self.may_come(node.elements[-1])
        is_list = isinstance(node, e.Unary) and node.operator == ","
        if (isinstance(node, _MADE) and not is_list) or (isinstance(node, e.Cast) and _converts(node.type)):
            return False
        if isinstance(node, e.Variable):
            return self._variable(node)
        if isinstance(node, e.Invoke):
            folded = node.name.value.lower() if isinstance(node.name, e.String) else ""
            return folded in _TAKING or folded in _RUNNING or folded in self._wrapped
        if isinstance(node, e.Member):
            return self.holds_one() or (isinstance(node.name, e.String) and node.name.value.lower() in self._wrapped)
        if isinstance(node, e.Index):
            return self.holds_one() or self.may_come(node.target)
        return any(self.may_come(one) for one in node.children())

    def _call(self, call: s.CommandCall) -> bool:
        """Whether a call may give a plain value within a [psobject]: a function of the cell gives what its own
        statements do."""
        name = name_in(call).lower()
        if isinstance(call.name, e.ScriptBlockExpression):
            return any(map(self.may_come, _given_by(call.name.block)))
        if name not in self._bodies:
            return not self._gives_objects(call)
        if f"{name}()" in self._looking:
            return False
        self._looking.add(f"{name}()")
        try:
            return any(self.may_come(one) for body in self._bodies[name] for one in _given_by(body))
        finally:
            self._looking.discard(f"{name}()")

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

    def may_be_item(self, node: e.Node | None) -> bool:
        """Whether a list that a node gives may be one thing that went through a pipeline or came of a cmdlet, and not
        gathered of several."""
        if node is None or id(node) in self._walked:
            return node is None or self.may_come(node)
        if isinstance(node, s.Pipeline):
            is_piped = len(node.elements) > 1
            of_one = is_piped and any(isinstance(one, e.Unary) and one.operator == "," for one in walk(node))
            return of_one or self.may_be_item(node.elements[-1])
        if isinstance(node, s.CommandCall):
            return _means(node, "ConvertFrom-Json") or any(
                isinstance(one, s.Parameter) and "-noenumerate".startswith(one.spelled.lower()) for one in node.elements
            )
        if isinstance(node, e.Variable | e.Member):
            name = node.name.lower() if isinstance(node, e.Variable) else _ANY_MEMBER
            if name in _ITEMS or name in self._looking:
                return name in _ITEMS
            self._looking.add(name)
            try:
                held = [one for one in self._held if one is not None]
                return any(map(self.may_be_item, self._sources.get(name, ()) if name != _ANY_MEMBER else held))
            finally:
                self._looking.discard(name)
        if isinstance(node, e.Index):
            return self.may_come(node.target)
        if isinstance(node, e.Paren | s.CommandExpression):
            return any(map(self.may_be_item, node.children()))
        return False

    def holds_one(self) -> bool:
        """Whether something that a command may have given is put into a table, a list or a property."""
        if "" in self._looking:
            return False
        self._looking.add("")
        try:
            return any(self.may_come(one) for one in self._held)
        finally:
            self._looking.discard("")


def _is_calculated(entry: e.HashEntry) -> bool:
    """Whether an entry is the block of a calculated property."""
    key = entry.key
    value: e.Node = entry.value
    while isinstance(value, s.Pipeline | s.CommandExpression):
        value = value.elements[0] if isinstance(value, s.Pipeline) else value.expression
    return isinstance(value, e.ScriptBlockExpression) and isinstance(key, e.String) and key.value.lower() in _CALCULATED


def _given_by(body: s.ScriptBlock) -> Iterator[e.Node]:
    """The statements of a body that give something, and those of the blocks and functions within it."""
    for node in walk(body):
        if isinstance(node, s.Block | s.NamedBlock):
            yield from (one for one in node.statements if isinstance(one, s.Pipeline | s.Chain))
        elif isinstance(node, s.Flow) and node.keyword == "return" and node.value is not None:
            yield node.value


def _converts(kind: e.TypeName) -> bool:
    """Whether a value converted to a type is one of that type alone."""
    found = resolve(kind)
    return found is not None and found.name not in (*WRAPPERS, "System.Object")
