"""Assignments: `$x = …`, `$a, $b = …`, `$x.Name = …`, `$x[0] = …`, `[int]$x = …`, `$x += …`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from lync_magic.language.evaluate.automatic import PREFERENCES
from lync_magic.language.evaluate.commands import CommandEvaluator
from lync_magic.language.evaluate.expressions import known_type
from lync_magic.language.evaluate.records import gathered
from lync_magic.language.evaluate.scope import ITEM, Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values import arithmetic
from lync_magic.language.values.collections import NOTHING, SwitchParameter, is_collection, items_of, plain
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.members import index, member, set_index, set_member
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, bound_type_of, type_of
from lync_magic.psrp import HostLine

_CONSTANT: Final = ("true", "false", "pid", "home")
UNUSUAL: Final = frozenset({"null", *_CONSTANT, *ITEM})
"""Variables that are not simply assigned to."""


class AssignmentEvaluator(CommandEvaluator):
    """Puts values where they belong."""

    def run_assignment(self, node: s.Assignment, scope: Scope) -> object:
        """Run an assignment; its value, for `$a = $b = 1`."""
        if node.operator == "=":
            value = gathered(self.value_of(node.value, scope))
            self.assign(node.target, value, scope)
            return value
        get, put = self._place(_unwrapped(node.target), scope)
        before = get()
        if node.operator == "??=":
            if before is not None and before is not NOTHING:
                return before
            value = self.value_of(node.value, scope)
        else:
            value = arithmetic.binary(node.operator[0], before, plain(self.value_of(node.value, scope)))
        if isinstance(node.target, e.Cast):
            self.assign(node.target, value, scope)
        else:
            put(value)
        return value

    def step(self, operand: e.Expression, operator: str, scope: Scope) -> tuple[object, object]:
        """The value before and after `++` or `--`, which is put back."""
        get, put = self._place(_unwrapped(operand), scope)
        before = get()
        if (before is not None and before is not NOTHING and as_number(before) is None) or isinstance(before, bool):
            kind = bound_type_of(before)
            message = f"The '{operator}' operator works only on numbers. The operand is a '{kind}'."
            raise ScriptError(message, "OperatorRequiresNumber", "InvalidOperation")
        first = 0 if before is None or before is NOTHING else before
        after = arithmetic.binary("+", first, 1 if operator == "++" else -1)
        put(after)
        return first, after

    def _place(self, target: e.Expression, scope: Scope) -> tuple[Callable[[], object], Callable[[object], None]]:
        """How what stands at a place is read and put, its parts worked out once."""
        if isinstance(target, e.Index):
            owner, at = self.evaluate(target.target, scope), self.evaluate(target.index, scope)
            return (lambda: index(owner, at)), (lambda value: set_index(owner, at, plain(value)))
        if isinstance(target, e.Member) and not target.static:
            holder, name = self.evaluate(target.target, scope), self._name(target.name, scope)
            return (lambda: member(holder, name)), (lambda value: set_member(holder, name, plain(value)))
        if isinstance(target, e.Variable):
            return (lambda: self.variable(target, scope)), (lambda value: self.assign(target, value, scope))
        return (lambda: self.evaluate(target, scope)), (lambda value: self.assign(target, value, scope))

    def assign(self, target: e.Expression, value: object, scope: Scope) -> None:
        """Put a value where an expression points."""
        if isinstance(target, e.Paren):
            target = _unwrapped(target)
        if isinstance(target, e.Variable):
            self._assign_variable(target, value, scope)
        elif isinstance(target, e.Cast):
            self._assign_typed(target, value, scope)
        elif isinstance(target, e.ArrayLiteral):
            self._assign_each(target.items, value, scope)
        elif isinstance(target, e.Member):
            self._assign_member(target, plain(value), scope)
        elif isinstance(target, e.Index):
            owner = self.evaluate(target.target, scope)
            set_index(owner, self.evaluate(target.index, scope), plain(value))
        else:
            raise NotKnownHere("an assignment to this")

    def _assign_variable(self, node: e.Variable, value: object, scope: Scope) -> None:
        folded = node.name.lower()
        if folded == "null" and not node.drive:
            return
        if folded in _CONSTANT and not node.drive:
            message = f"Cannot overwrite variable {node.name} because it is read-only or constant."
            raise ScriptError(message, "VariableNotWritable", "WriteError", target=node.name)
        if node.drive == "env":
            if value is None or to_text(value) == "":
                os.environ.pop(node.name, None)
            else:
                os.environ[node.name] = to_text(value)
            return
        if folded in PREFERENCES and not node.drive:
            value = _preference(value)
        if node.drive in ("global", "script"):
            scope.root.store(node.name, value)
            return
        kind = scope.type_of(node.name)
        scope.set(node.name, value if kind is None else _constrained(value, kind, scope))

    def _assign_typed(self, target: e.Cast, value: object, scope: Scope) -> None:
        kind = known_type(target.type)
        inner = target.operand
        if isinstance(inner, e.Variable):
            made = _constrained(plain(value), kind, scope)
            scope.holder.types[inner.name.lower()] = kind
            scope.set(inner.name, made)
            return
        self.assign(inner, convert(plain(value), kind), scope)

    def _assign_each(self, targets: tuple[e.Expression, ...], value: object, scope: Scope) -> None:
        """Each target one item; the last takes what is left; what has no item becomes `$null`."""
        items = list(items_of(value)) if is_collection(value) else [] if value is NOTHING else [value]
        for place, target in enumerate(targets[:-1]):
            self.assign(target, items[place] if place < len(items) else None, scope)
        rest = items[len(targets) - 1 :]
        self.assign(targets[-1], None if not rest else rest[0] if len(rest) == 1 else rest, scope)

    def _once(self, line: str, scope: Scope) -> None:
        if line not in self.said:
            self.said.add(line)
            scope.sink.report(HostLine(line))

    def _assign_member(self, target: e.Member, value: object, scope: Scope) -> None:
        owner = self.evaluate(target.target, scope)
        if target.static:
            self._once("The protocol of TLS is chosen by this computer; there is nothing to set here.", scope)
            return
        set_member(owner, self._name(target.name, scope), value)


def _preference(value: object) -> object:
    """What a preference variable takes; another word says nothing, as where it is not set."""
    try:
        return enum_value("System.Management.Automation.ActionPreference", value)
    except ScriptError:
        return value


def _constrained(value: object, kind: NetType, scope: Scope) -> object:
    """A value as a variable's type; only the cell's own variables say that it is the variable's constraint."""
    value = plain(value)
    own = scope.holder.parent is None
    if own and kind.name == "System.Boolean" and as_number(value) is None and not isinstance(value, SwitchParameter):
        raise _no_truth(value, kind)
    try:
        return convert(value, kind)
    except ScriptError as bad:
        if not own:
            raise
        if kind.name == SwitchParameter.NAME and as_number(value) is None:
            raise _no_truth(value, kind) from None
        raise ScriptError(bad.message, "RuntimeException", "MetadataError", inner=bad.inner) from None


def _no_truth(value: object, kind: NetType) -> ScriptError:
    message = (
        f'Cannot convert value "{type_of(value)}" to type "{kind.name}". Boolean parameters accept only Boolean values '
        "and numbers, such as $True, $False, 1 or 0."
    )
    return ScriptError(message, "RuntimeException", "MetadataError", inner="PSInvalidCastException")


def _unwrapped(target: e.Expression) -> e.Expression:
    """The place inside parentheses and casts."""
    while True:
        if isinstance(target, e.Cast):
            target = target.operand
        elif isinstance(target, e.Paren) and isinstance(target.statement, s.Pipeline):
            element = target.statement.elements[0]
            if not isinstance(element, s.CommandExpression):
                return target
            target = element.expression
        else:
            return target
