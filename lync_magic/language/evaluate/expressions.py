"""Expressions to values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.methods import call_block_method
from lync_magic.language.evaluate.operators import OperatorEvaluator, split_text
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.values import arithmetic
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import (
    NOTHING,
    Hashtable,
    Ordered,
    collapse,
    is_collection,
    items_of,
    plain,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.members import index, member
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.regex_values import MatchValue, RegexValue, compiled
from lync_magic.language.values.statics import static_call, static_property
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, resolve

_NO_ZERO: Final = {
    "System.DateTime": "0001-01-01", "System.Boolean": False, "System.Guid": "00000000-0000-0000-0000-000000000000",
    "System.TimeSpan": "00:00:00", "System.Version": "0.0",
}  # fmt: skip
_INSTANCE_ONLY: Final = "System.Management.Automation.PSCustomObject"


class ExpressionEvaluator(OperatorEvaluator):
    """Evaluates every expression it has a method for; `check` refuses the others before anything runs."""

    def evaluate(self, node: e.Expression, scope: Scope) -> object:
        """The value of an expression. Raises ScriptError in PowerShell's words."""
        return EXPRESSIONS[type(node)](self, node, scope)

    def _constant(self, node: e.Constant, scope: Scope) -> object:
        return node.value

    def _string(self, node: e.String, scope: Scope) -> object:
        return node.value

    def _expandable(self, node: e.ExpandableString, scope: Scope) -> object:
        separator = self.separator(scope)
        return "".join(
            part if isinstance(part, str) else to_text(self.evaluate(part, scope), separator) for part in node.parts
        )

    def _variable(self, node: e.Variable, scope: Scope) -> object:
        return self.variable(node, scope)

    def _type(self, node: e.Type, scope: Scope) -> object:
        return known_type(node.name)

    def _cast(self, node: e.Cast, scope: Scope) -> object:
        if node.type.name.lower() == "ordered" and isinstance(node.operand, e.Hashtable):
            return self._table(node.operand, scope, Ordered())
        value = self.evaluate(node.operand, scope)
        if node.type.name.lower() == "pscustomobject" and isinstance(node.operand, e.Hashtable):
            return convert(value, NetType(_INSTANCE_ONLY))
        return convert(value, known_type(node.type))

    def _unary(self, node: e.Unary, scope: Scope) -> object:
        if node.operator in ("++", "--"):
            return self.step(node.operand, node.operator, scope)[1]
        value = self.evaluate(node.operand, scope)
        match node.operator:
            case "not":
                return not to_bool(value)
            case "-":
                return arithmetic.negate(value)
            case "+":
                return arithmetic.positive(value)
            case ",":
                return [plain(value)]
            case "bnot":
                return arithmetic.invert(value)
            case "join":
                return "".join(to_text(item) for item in items_of(value)) if is_collection(value) else to_text(value)
        return split_text(
            [to_text(i).strip() for i in (items_of(value) if is_collection(value) else [value])], r"\s+", case=False
        )

    def _postfix(self, node: e.Postfix, scope: Scope) -> object:
        return self.step(node.operand, node.operator, scope)[0]

    def _binary(self, node: e.Binary, scope: Scope) -> object:
        """A chain of operators to the left is worked off without going deeper."""
        chain: list[e.Binary] = []
        first: e.Expression = node
        while isinstance(first, e.Binary):
            chain.append(first)
            first = first.left
        value = self.evaluate(first, scope)
        for one in reversed(chain):
            value = self._one_binary(one, value, scope)
        return value

    def _one_binary(self, node: e.Binary, left: object, scope: Scope) -> object:
        match node.operator:
            case "and":
                return to_bool(left) and to_bool(self.evaluate(node.right, scope))
            case "or":
                return to_bool(left) or to_bool(self.evaluate(node.right, scope))
            case "??":
                return self.evaluate(node.right, scope) if left is None or left is NOTHING else left
        return self.operate(node.operator, left, self.evaluate(node.right, scope))

    def _ternary(self, node: e.Ternary, scope: Scope) -> object:
        chosen = node.if_true if to_bool(self.evaluate(node.condition, scope)) else node.if_false
        return self.evaluate(chosen, scope)

    def _array(self, node: e.ArrayLiteral, scope: Scope) -> object:
        return [plain(self.evaluate(item, scope)) for item in node.items]

    def _array_expression(self, node: e.ArrayExpression, scope: Scope) -> object:
        return list(self.run_statements(node.statements, scope))

    def _sub_expression(self, node: e.SubExpression, scope: Scope) -> object:
        return collapse(list(self.run_statements(node.statements, scope)))

    def _paren(self, node: e.Paren, scope: Scope) -> object:
        return self.value_of(node.statement, scope)

    def _hashtable(self, node: e.Hashtable, scope: Scope) -> object:
        return self._table(node, scope, Hashtable())

    def _table(self, node: e.Hashtable, scope: Scope, made: Hashtable) -> Hashtable:
        for entry in node.entries:
            key = self.evaluate(entry.key, scope)
            if key is None:
                raise ScriptError("A null key is not allowed in a hash literal.", "InvalidNullKey", "InvalidOperation")
            if key in made:
                message = f"Duplicate keys '{to_text(key)}' are not allowed in hash literals."
                raise ScriptError(message, "DuplicateKeyInHashLiteral", "InvalidOperation")
            made[key] = plain(self.value_of(entry.value, scope))
        return made

    def _block(self, node: e.ScriptBlockExpression, scope: Scope) -> object:
        return Block(node.block, node.body_text)

    # --- members ---------------------------------------------------------------------------------------------------

    def _name(self, node: e.Expression, scope: Scope) -> str:
        return node.value if isinstance(node, e.String) else to_text(self.evaluate(node, scope))

    def _target(self, node: e.Member | e.Invoke | e.Index, scope: Scope) -> object:
        return self.evaluate(node.target, scope)

    def _member(self, node: e.Member, scope: Scope) -> object:
        """A chain of accesses is worked off from its start without going deeper."""
        chain: list[e.Member] = []
        first: e.Expression = node
        while isinstance(first, e.Member):
            chain.append(first)
            first = first.target
        value = self.evaluate(first, scope)
        for one in reversed(chain):
            if one.null_conditional and (value is None or value is NOTHING):
                return None
            value = self._one_member(one, value, scope)
        return value

    def _one_member(self, node: e.Member, target: object, scope: Scope) -> object:
        if not isinstance(node.name, e.String) and isinstance(target, dict):
            return index(target, self.evaluate(node.name, scope))
        name = self._name(node.name, scope)
        return static_property(_type_target(target), name) if node.static else member(target, name)

    def _invoke(self, node: e.Invoke, scope: Scope) -> object:
        target = self._target(node, scope)
        if node.null_conditional and (target is None or target is NOTHING):
            return None
        name = self._name(node.name, scope)
        if node.static and name.lower() == "tryparse":
            return self._try_parse(_type_target(target), node, scope)
        arguments = [plain(self.evaluate(argument, scope)) for argument in node.arguments]
        if any(isinstance(one, Block) for one in arguments) and name.lower() == "replace":
            return self._replace_by(target, arguments, scope)
        if node.static:
            return static_call(_type_target(target), name, arguments)
        if name.lower() in ("where", "foreach", "invoke"):
            return call_block_method(self, target, name, arguments, scope)
        return call_method(target, name, arguments)

    def _try_parse(self, kind: NetType, node: e.Invoke, scope: Scope) -> object:
        """`[int]::TryParse($text, [ref]$n)`: the value goes into the variable."""
        place = node.arguments[-1]
        assert isinstance(place, e.Cast)
        text = plain(self.evaluate(node.arguments[0], scope))
        value: object = convert(_NO_ZERO.get(kind.name, 0), kind)
        done = False
        if isinstance(text, str) and text.strip():
            try:
                value, done = convert(text, kind), True
            except ScriptError:
                done = False
        if not (isinstance(place.operand, e.Variable) and place.operand.name.lower() == "null"):
            self.assign(place.operand, value, scope)
        return done

    def _replace_by(self, target: object, arguments: list[object], scope: Scope) -> object:
        """`[regex]::Replace($text, 'pattern', { … })`: the block gives what stands in for each match."""
        if isinstance(target, RegexValue):
            pattern, text, block = target.pattern, to_text(arguments[0]), arguments[1]
        else:
            options = arguments[3] if len(arguments) > 3 else None
            pattern, text, block = compiled(to_text(arguments[1]), options), to_text(arguments[0]), arguments[2]
        if not isinstance(block, Block):
            raise NotKnownHere(".Replace() with these arguments")
        given = block

        def one(found: re.Match[str]) -> str:
            return to_text(collapse(list(self.call_block(given, [MatchValue(found)], scope))))

        return pattern.sub(one, text)

    def _index(self, node: e.Index, scope: Scope) -> object:
        target = self._target(node, scope)
        if node.null_conditional and (target is None or target is NOTHING):
            return None
        place = self.evaluate(node.index, scope)
        if isinstance(target, Ordered) and isinstance(node.index, e.Cast) and node.index.type.name.lower() == "object":
            return target.get(place)  # as an object a number is a key, not a position
        return index(target, place)


def known_type(name: e.TypeName) -> NetType:
    """The type that a name means. Raises NotKnownHere where it is not known (`check` has refused those)."""
    found = resolve(name)
    if found is None:
        raise NotKnownHere(f"the type [{name}]")
    return found


def _type_target(value: object) -> NetType:
    if isinstance(value, NetType):
        return value
    raise NotKnownHere("`::` on anything but a type")


Evaluation = Callable[[ExpressionEvaluator, Any, Scope], object]

EXPRESSIONS: Final[dict[type[e.Expression], Evaluation]] = {
    e.Constant: ExpressionEvaluator._constant,
    e.String: ExpressionEvaluator._string,
    e.ExpandableString: ExpressionEvaluator._expandable,
    e.Variable: ExpressionEvaluator._variable,
    e.Type: ExpressionEvaluator._type,
    e.Cast: ExpressionEvaluator._cast,
    e.Unary: ExpressionEvaluator._unary,
    e.Postfix: ExpressionEvaluator._postfix,
    e.Binary: ExpressionEvaluator._binary,
    e.Ternary: ExpressionEvaluator._ternary,
    e.ArrayLiteral: ExpressionEvaluator._array,
    e.ArrayExpression: ExpressionEvaluator._array_expression,
    e.SubExpression: ExpressionEvaluator._sub_expression,
    e.Paren: ExpressionEvaluator._paren,
    e.Hashtable: ExpressionEvaluator._hashtable,
    e.ScriptBlockExpression: ExpressionEvaluator._block,
    e.Member: ExpressionEvaluator._member,
    e.Invoke: ExpressionEvaluator._invoke,
    e.Index: ExpressionEvaluator._index,
}
"""Every expression that is known; `check` refuses the rest."""
