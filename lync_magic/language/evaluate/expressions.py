"""Expressions to values.

Each expression is made into a function of the scope once (`code`) and then called as often as it is met: in a loop or
in a block that runs for each object nothing is looked up in the tree again. What is met most (plain numbers and texts,
the properties of objects) is answered in place; everything else goes to `values`, whose answers these are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.errors import LyncError
from lync_magic.language.evaluate.blocks import (
    Block,
    block_of,
    gathered_in,
    is_written_out,
    only_expression,
)
from lync_magic.language.evaluate.core import CONSTANTS, Code, dropping, gather
from lync_magic.language.evaluate.delegates import BY_DELEGATE, call_of_array, is_by_delegate
from lync_magic.language.evaluate.flow import Flow
from lync_magic.language.evaluate.host_screen import call_screen, is_of_screen
from lync_magic.language.evaluate.methods import CONSOLE, call_block_method, write_to_console
from lync_magic.language.evaluate.operators import OperatorEvaluator, options_with_block, split_text, split_where
from lync_magic.language.evaluate.quick import QUICK, property_code
from lync_magic.language.evaluate.reference_object import referred, referred_variable
from lync_magic.language.evaluate.references import OF_REFERENCES, is_reference, put_into, try_get, try_take
from lync_magic.language.evaluate.scope import ITEM, Scope
from lync_magic.language.evaluate.script_files import OF_FILES, of_file
from lync_magic.language.evaluate.session_variables import is_expanding, variable_read
from lync_magic.language.evaluate.strict import PLACES, VARIABLES, need_place, strict_member, unset
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values import arithmetic, bits
from lync_magic.language.values import registered as _registered  # noqa: F401 - for what its files declare
from lync_magic.language.values.calls import (
    BLOCK_METHODS,
    ITEM_METHODS,
    OF_ONE_TYPE,
    REFERENCE_METHODS,
    call_method,
    need_own_method,
)
from lync_magic.language.values.collections import (
    NOTHING,
    Gapped,
    Hashtable,
    Ordered,
    Wrapped,
    array,
    collapse,
    each_of,
    is_collection,
    items_of,
    lookup,
    plain,
)
from lync_magic.language.values.convert import cast, cast_of_nothing, to_custom
from lync_magic.language.values.delegates import Delegate
from lync_magic.language.values.exceptions import named
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping
from lync_magic.language.values.members import index, member
from lync_magic.language.values.net_choice import as_cast, need_values
from lync_magic.language.values.noted import without_notes
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.patterns import regex_of_operator, replaced
from lync_magic.language.values.regex_values import RegexValue, by_block, called, compiled, most_of, start_of
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.statics import static_call, static_property
from lync_magic.language.values.text import item_text, local_text, to_text
from lync_magic.language.values.types import EVALUATOR, NetType, resolve, type_of
from lync_magic.language.values.units import whole
from lync_magic.language.values.xml_nodes import XmlNode
from lync_magic.psrp import HostLine

_INSTANCE_ONLY: Final = "System.Management.Automation.PSCustomObject"


_MATCHING: Final = frozenset(("match", "cmatch", "notmatch", "cnotmatch"))
_SET_LATER: Final = ("lastexitcode",)
"""Variables that PowerShell sets when there is something to say."""
_LONG: Final = 32
"""A chain of more operators than this is worked off in a loop, not by functions within functions."""


DROPPED: Final = {"readkey": "ReadKey: nothing to do in a notebook.", "loadwithpartialname": ""}
"""Methods that do nothing here, which a cell calls where it drops what they give; what is said of it once."""


def _is_custom(name: str) -> bool:
    """Whether a type is PSCustomObject by its whole name; `[pscustomobject]` is another name of PSObject."""
    return name.lower().endswith(".pscustomobject")


def _plain_of(code: Code) -> Code:
    return lambda scope: plain(code(scope))


class ExpressionEvaluator(OperatorEvaluator):
    """Makes code of every expression it has a method for; `check` refuses the others before anything runs."""

    def code(self, node: e.Expression) -> Code:
        """An expression as a function of the scope, made once. It raises ScriptError in PowerShell's words."""
        known = self.codes.get(id(node))
        if known is None:
            known = self.codes[id(node)] = (node, EXPRESSIONS[type(node)](self, node))
        return known[1]

    def evaluate(self, node: e.Expression, scope: Scope) -> object:
        """The value of an expression. Raises ScriptError in PowerShell's words."""
        return self.code(node)(scope)

    def _constant(self, node: e.Constant | e.String) -> Code:
        value = node.value
        return lambda scope: value

    def _expandable(self, node: e.ExpandableString) -> Code:
        parts = [part if isinstance(part, str) else self.code(part) for part in node.parts]

        def expanded(scope: Scope) -> object:
            separator = self.separator(scope)
            if scope.strict == VARIABLES:  # the first version lets texts go on
                scope = scope.child(transparent=True)
                scope.strict = 0
            texts = [part if isinstance(part, str) else to_text(unspelled(part(scope)), separator) for part in parts]
            return whole("".join(texts))

        return expanded

    def _variable(self, node: e.Variable) -> Code:
        folded = node.name.lower()
        if not node.drive and folded in CONSTANTS:
            value = CONSTANTS[folded]
            return lambda scope: value
        if node.drive:
            return lambda scope: self.variable(node, scope)
        named = self._named(node.name, folded)
        if folded in OF_FILES:
            return of_file(node, named)
        return self._item if folded in ITEM else named

    @staticmethod
    def _item(scope: Scope) -> object:
        """`$_`."""
        one: Scope | None = scope
        while one is not None:
            found = one.own.get("_", MISSING)
            if found is not MISSING:
                return found
            one = one.parent
        if scope.strict:
            raise unset("_")
        return None

    def _named(self, name: str, folded: str) -> Code:
        automatic = self.automatic_value

        def read(scope: Scope) -> object:
            here = scope
            while True:
                found = scope.own.get(folded, MISSING)
                if found is not MISSING:
                    return found
                if scope.parent is None:
                    break
                scope = scope.parent
            found = scope.find(name, folded)
            if found is not MISSING:
                return found
            found = automatic(folded)
            if found is MISSING or (found is None and here.strict and folded in _SET_LATER):
                if here.strict:
                    raise unset(name)
                return None
            return found

        return read

    def _type(self, node: e.Type) -> Code:
        kind = known_type(node.name)
        value = NetType(kind.name.replace("PSCustomObject", "PSObject"))  # the one is a name of the other
        return lambda scope: value

    def _cast(self, node: e.Cast) -> Code:
        name = node.type.name.lower()
        if isinstance(node.operand, e.Hashtable) and name == "ordered":
            return self._table(node.operand, Ordered)
        operand = self.code(node.operand)
        if isinstance(node.operand, e.Hashtable) and name == "pscustomobject":
            return lambda scope: to_custom(operand(scope), "System.Collections.Specialized.OrderedDictionary")

        if name == "ref" and isinstance(node.operand, e.Variable):
            return self._reference(node.operand)
        known = resolve(node.type)

        def casting(scope: Scope) -> object:
            value = operand(scope)
            if value is NOTHING:
                return cast_of_nothing(known or known_type(node.type))
            return cast(value, known or known_type(node.type))

        return casting

    def _reference(self, node: e.Variable) -> Code:
        """`[ref]$name`."""
        if node.drive == "env" or node.name.lower() in CONSTANTS:
            operand = self.code(node)
            return lambda scope: referred(operand(scope))
        return lambda scope: referred_variable(node, scope, self.lookup(node, scope))

    def _unary(self, node: e.Unary) -> Code:
        if node.operator in ("++", "--"):
            return self.step_code(node.operand, node.operator, after=True)
        operand, apply = self.code(node.operand), _UNARY[node.operator]
        return lambda scope: apply(operand(scope))

    def _postfix(self, node: e.Postfix) -> Code:
        return self.step_code(node.operand, node.operator, after=False)

    def _binary(self, node: e.Binary) -> Code:
        """A chain of operators to the left; a long one is worked off without going deeper."""
        chain: list[e.Binary] = []
        first: e.Expression = node
        while isinstance(first, e.Binary):
            chain.append(first)
            first = first.left
        chain.reverse()
        made = self.code(first)
        for one in chain[:_LONG]:
            made = self._one_binary(one, made)
        if len(chain) <= _LONG:
            return made
        steps: list[Callable[[object, Scope], object]] = [self._next_binary(one) for one in chain[_LONG:]]
        start = made

        def all_of(scope: Scope) -> object:
            value = start(scope)
            for step in steps:
                value = step(value, scope)
            return value

        return all_of

    def _next_binary(self, node: e.Binary) -> Callable[[object, Scope], object]:
        """A step of a long chain: what is to its left is worked out already."""
        held: list[object] = [None]
        apply = self._one_binary(node, lambda scope: held[0])

        def step(value: object, scope: Scope) -> object:
            held[0] = value
            return apply(scope)

        return step

    def _one_binary(self, node: e.Binary, left: Code) -> Code:
        operator, right = node.operator, self.code(node.right)
        match operator:
            case "and":
                return lambda scope: to_bool(left(scope)) and to_bool(right(scope))
            case "or":
                return lambda scope: to_bool(left(scope)) or to_bool(right(scope))
            case "??":
                return lambda scope: right(scope) if (value := left(scope)) is None or value is NOTHING else value
        if operator.removeprefix("c").removeprefix("not") in _OF_EACH:
            left = _items_of(left)
        if operator in ("split", "csplit"):
            return self._split(left, right, case=operator == "csplit")
        if operator in ("replace", "creplace"):
            return self._replace(left, right, operator)
        quick = QUICK.get(operator)
        operate = self.operator(operator)
        if quick is not None:
            return quick(left, right, operate)
        if operator == "f":
            return self._formatting(node, left, right)
        if operator in _MATCHING:
            return self._matching(left, right, operate)
        if operator in ("is", "isnot") and isinstance(node.right, e.Type) and _is_custom(node.right.name.name):
            left = _plain_of(left)  # what no output is, is a [psobject], which this is no name of

        def apply(scope: Scope) -> object:
            first = left(scope)
            return operate(first, right(scope))

        return apply

    def _matching(self, left: Code, right: Code, operate: Callable[[object, object], object]) -> Code:
        """`-match`, which tells `$Matches` of the scope that it stands in."""

        def apply(scope: Scope) -> object:
            first = left(scope)
            made = operate(first, right(scope))
            self.keep_matches(scope)
            return made

        return apply

    def _split(self, left: Code, right: Code, *, case: bool) -> Code:
        """`-split`, by a pattern or by a block that says of each character whether it parts the text."""

        def apply(scope: Scope) -> object:
            first, told = left(scope), right(scope)
            block = told[0] if type(told) is list and told else told
            if isinstance(block, Block):
                most, *options = told[1:] if type(told) is list and len(told) > 1 else [0]
                if options:
                    raise options_with_block()
                by = block

                def parts(char: str, text: str, place: int) -> bool:
                    given = self.call_block(by, [text, place], scope.child().for_item(char), None)
                    return to_bool(collapse(list(given)))

                return split_where(first, parts, most)
            return split_text(first, told, case=case)

        return apply

    def _formatting(self, node: e.Binary, left: Code, right: Code) -> Code:
        operate, written = self.operator("f"), isinstance(node.right, e.ArrayLiteral)
        may_be = cache(partial(self.may_be_wrapped, node))  # which goes through the whole cell

        def apply(scope: Scope) -> object:
            first, values = left(scope), right(scope)
            if is_collection(values) and not isinstance(values, Wrapped):
                nested = any(map(_is_text_within, items_of(values)))
                if (nested or not written) and may_be(nested):
                    raise NotKnownHere("-f of a list that a command may have given as one value")
            elif isinstance(values, XmlNode) and may_be(True):
                raise NotKnownHere("-f of a node of XML that a command may have given")
            try:
                return operate(first, values)
            except ScriptError as bad:  # PowerShell's own error, not .NET's, where the value is within a [psobject]
                if getattr(bad, "of_value", False) and may_be(True):
                    raise NotKnownHere("-f of what a command may have given, by a format that it has not") from None
                raise

        return apply

    def _replace(self, left: Code, right: Code, operator: str) -> Code:
        """`-replace`, by a text or by a block that gives what stands in for each match, which is `$_` there."""
        operate = self.operator(operator)

        def apply(scope: Scope) -> object:
            first, told = left(scope), right(scope)
            wanted, block = told if type(told) is list and len(told) == 2 else (told, None)
            if not isinstance(block, Block):
                return operate(first, told)
            case = operator == "creplace"
            pattern = wanted.pattern if isinstance(wanted, RegexValue) else regex_of_operator(wanted, case=case)
            one = by_block(self.runner(block, scope))
            if is_collection(first):
                return [replaced(pattern, to_text(item), one) for item in items_of(first)]
            return replaced(pattern, to_text(first), one)

        return apply

    def _ternary(self, node: e.Ternary) -> Code:
        condition, if_true, if_false = self.code(node.condition), self.code(node.if_true), self.code(node.if_false)
        return lambda scope: if_true(scope) if to_bool(condition(scope)) else if_false(scope)

    def _array(self, node: e.ArrayLiteral) -> Code:
        items = [self.code(item) for item in node.items]
        return lambda scope: array([item(scope) for item in items])

    def fed(self, node: e.Expression) -> Code:
        """What an expression puts into a pipeline: an item of a list that gave nothing puts nothing."""
        if isinstance(node, e.ArrayLiteral):
            items = [self.code(item) for item in node.items]
            return lambda scope: [one for item in items if (one := item(scope)) is not NOTHING]
        if isinstance(node, e.Unary) and node.operator == ",":
            operand = self.code(node.operand)
            return lambda scope: [] if (one := operand(scope)) is NOTHING else [one]
        return self.code(node)

    def drawn(self, node: e.Expression) -> Code:
        """What an expression puts into a pipeline or a loop that may ask for no more of it."""
        if not isinstance(node, e.Binary) or node.operator != "..":
            return self.fed(node)
        left, right = self.code(node.left), self.code(node.right)
        return lambda scope: bits.drawn(left(scope), right(scope))

    def _array_expression(self, node: e.ArrayExpression) -> Code:
        alone = only_expression(node)
        if alone is None:
            if is_written_out(node):
                return lambda scope: _all_written(self.run_statements(node.statements, scope))
            return dropping(lambda scope: gather(self.run_statements(node.statements, scope)))
        if isinstance(alone, e.ArrayLiteral):  # a list that is written out is that list
            return self.code(alone)
        if isinstance(alone, e.Paren) and gathered_in(alone) is not None:
            return lambda scope: list(self.enumerated(collapse(_all_written(self.written_out(alone, scope) or ()))))
        items_of_it = self.fed(alone)

        def listed(scope: Scope) -> object:
            value = items_of_it(scope)
            return Gapped(value) if type(value) is Gapped else list(self.enumerated(value))

        return listed

    def _sub_expression(self, node: e.SubExpression) -> Code:
        if not node.statements:
            return lambda _scope: None
        return lambda scope: collapse(gather(self.run_statements(node.statements, scope)))

    def _paren(self, node: e.Paren) -> Code:
        return self.value_code(node.statement)

    def _hashtable(self, node: e.Hashtable) -> Code:
        return self._table(node, Hashtable)

    def _table(self, node: e.Hashtable, kind: type[Hashtable]) -> Code:
        entries = [(self.code(entry.key), self.value_code(entry.value)) for entry in node.entries]

        def table(scope: Scope) -> object:
            made = kind(capacity=len(entries))
            for key_of, value_of in entries:
                key = unspelled(key_of(scope))
                if key is None:
                    message = "A null key is not allowed in a hash literal."
                    raise ScriptError(message, "InvalidNullKey", "InvalidOperation", target=made)
                if key in made:
                    message = f"Duplicate keys '{to_text(key)}' are not allowed in hash literals."
                    raise ScriptError(message, "DuplicateKeyInHashLiteral", "InvalidOperation", target=made)
                made[key] = value_of(scope)
            return made

        return table

    def _block(self, node: e.ScriptBlockExpression) -> Code:
        return lambda scope: Block(node.block, node.body_text)

    # --- members ---------------------------------------------------------------------------------------------------

    def name_code(self, node: e.Expression) -> Code:
        """A member's name."""
        if isinstance(node, e.String):
            return self._constant(node)
        name = self.code(node)
        return lambda scope: to_text(name(scope))

    def _member(self, node: e.Member) -> Code:
        """A chain of accesses; a `?.` on nothing ends the whole of it."""
        chain: list[e.Member] = []
        first: e.Expression = node
        while isinstance(first, e.Member):
            chain.append(first)
            first = first.target
        chain.reverse()
        made = self.code(first)
        if len(chain) > _LONG or any(one.null_conditional for one in chain):
            steps = [(one.null_conditional, self._one_member(one)) for one in chain]
            return lambda scope: _followed(made(scope), steps, scope)
        for one in chain:
            made = self._next_member(one, made)
        return made

    def _next_member(self, node: e.Member, target: Code) -> Code:
        if isinstance(node.name, e.String) and not node.static:
            return property_code(target, node.name.value)
        get = self._one_member(node)
        return lambda scope: get(target(scope), scope)

    def _one_member(self, node: e.Member) -> Callable[[object, Scope], object]:
        if isinstance(node.name, e.String):
            name = node.name.value
            if node.static:
                return lambda target, scope: static_property(_type_target(target), name)
            return lambda target, scope: strict_member(target, name, member(target, name), scope)
        name_of = self.code(node.name)

        def get(target: object, scope: Scope) -> object:
            key = name_of(scope)
            if isinstance(target, Ordered) and not isinstance(key, str):  # not a place, as between brackets
                found = lookup(target, key)
                return found if found is not MISSING else strict_member(target, to_text(key), None, scope)
            if isinstance(target, dict):
                return index(target, key)
            named = to_text(key)
            if node.static:
                return static_property(_type_target(target), named)
            return strict_member(target, named, member(target, named), scope)

        return get

    def _invoke(self, node: e.Invoke) -> Code:
        if isinstance(node.name, e.String) and node.name.value.lower() in DROPPED:
            line = DROPPED[node.name.value.lower()]
            return lambda scope: self._say_nothing_done(line, scope)
        if is_expanding(node):
            return self._expand(node)
        asked_for = variable_read(node)
        if asked_for is not None:
            return self._read(node, asked_for)
        target_of, name_of = self.code(node.target), self.name_code(node.name)
        arguments_of = [self.code(argument) for argument in node.arguments]
        asked = None if node.static else _cast_of(node.target)
        casts = [_cast_of(argument) for argument in node.arguments]
        wanted = [None if one is None else one.name for one in casts] if any(casts) else []

        def invoke(scope: Scope) -> object:
            target = target_of(scope)
            if node.null_conditional and (target is None or target is NOTHING):
                return None
            name = name_of(scope)
            assert isinstance(name, str)
            folded = name.lower()
            if node.static and folded in OF_REFERENCES and is_reference(node):
                return put_into(self, _type_target(target), folded, node, scope)
            if folded in REFERENCE_METHODS:
                return (try_get if folded == "trygetvalue" else try_take)(self, target, node, scope)
            given = [without_notes(argument(scope)) for argument in arguments_of]
            if folded in ITEM_METHODS and isinstance(target, OF_ONE_TYPE):
                return call_method(target, name, given)
            if any(one is NOTHING for one in given):
                owner = _type_target(target).name if node.static else type_of(target)
                need_values(owner, name, given, static=node.static)
            arguments = [plain(one) for one in given]
            if wanted:
                owner = _type_target(target).name if node.static else type_of(target)
                arguments = list(as_cast(owner, name, arguments, wanted, static=node.static))
            if folded == "replace" and any(isinstance(one, Block | Delegate) for one in arguments):
                return self._replace_by(target, arguments, scope)
            if node.static:
                kind = _type_target(target)
                if kind.name == CONSOLE:
                    return write_to_console(folded, arguments, scope)
                if (
                    kind.name == "System.Array"
                    and folded in BY_DELEGATE
                    and (folded != "sort" or is_by_delegate(arguments))
                ):
                    return call_of_array(self, name, arguments, scope)
                return static_call(kind, name, arguments)
            if is_of_screen(target, folded):
                return call_screen(self, name, arguments, scope)
            if folded in BLOCK_METHODS or (
                folded == "sort" and arguments and isinstance(arguments[0], Block | Delegate)
            ):
                return call_block_method(self, target, name, arguments, scope)
            if asked is not None:
                need_own_method(target, asked, name, arguments)
            return call_method(target, name, arguments)

        return invoke

    def _say_nothing_done(self, line: str, scope: Scope) -> object:
        if line and line not in self.said:
            self.said.add(line)
            scope.sink.report(HostLine(line))
        return NOTHING

    def _expand(self, node: e.Invoke) -> Code:
        """`$ExecutionContext.InvokeCommand.ExpandString($text)`: the text, filled in as one between double quotes."""
        text_of = self.code(node.arguments[0])

        def expand(scope: Scope) -> object:
            text = to_text(text_of(scope))
            if '\n"@' in f"\n{text}":
                raise NotKnownHere("ExpandString of a text with the end of a here-string")
            return collapse(list(self.call_block(block_of(f'@"\n{text}\n"@'), [], scope)))

        return expand

    def _read(self, node: e.Invoke, asked_for: e.Variable) -> Code:
        """`$PSCmdlet.SessionState.PSVariable.GetValue('name')`: what the variable holds where that stands."""
        owner = next(one for one in walk(node.target) if isinstance(one, e.Variable))
        holds = None if owner.name.lower() == "executioncontext" else self.code(owner)
        others = [self.code(one) for one in node.arguments[1:]]

        def read(scope: Scope) -> object:
            if holds is not None and holds(scope) is None:
                return call_method(None, "GetValue", [])
            default = next((plain(other(scope)) for other in others), None)
            found = self.lookup(asked_for, scope)
            return default if found is MISSING or found is None else found

        return read

    def _replace_by(self, target: object, arguments: list[object], scope: Scope) -> object:
        """`[regex]::Replace($text, 'pattern', { … })`: the block gives what stands in for each match."""
        most, start = None, 0
        if isinstance(target, RegexValue):
            pattern, text, block = target.pattern, to_text(arguments[0]), arguments[1]
            most, start = most_of(arguments), start_of(arguments, 3, "Replace")
        else:
            options = arguments[3] if len(arguments) > 3 else None
            with called("Replace", len(arguments)):
                pattern = compiled(to_text(arguments[1]), options)
            text, block = to_text(arguments[0]), arguments[2]
        if isinstance(block, Delegate) and block.kind == EVALUATOR:
            block = block.block
        if not isinstance(block, Block):
            raise NotKnownHere(".Replace() with these arguments")
        given = block
        return replaced(pattern, text, by_block(lambda found: self.call_block(given, [found], scope)), most, start)

    def _index(self, node: e.Index) -> Code:
        target_of, place_of = self.code(node.target), self.code(node.index)
        as_object = is_object(node.index)

        def at(scope: Scope) -> object:
            target = target_of(scope)
            if node.null_conditional and (target is None or target is NOTHING):
                return None
            place = place_of(scope)
            if as_object and isinstance(target, Ordered):
                return target.get(place)
            if scope.strict >= PLACES:
                need_place(target, place)
            return index(target, place)

        return at


def _is_text_within(value: object) -> bool:
    """Whether a value is another text within a [psobject] than it is itself: a list, a node of XML."""
    return (is_collection(value) and not isinstance(value, Wrapped)) or isinstance(value, XmlNode)


def _all_written(output: Iterable[object]) -> list[object]:
    """The output of `@((command))` or `@($(…))`: where it fails, what there was goes out with what is raised."""
    items: list[object] = []
    try:
        items.extend(output)
    except (LyncError, Stopping, Flow) as left:
        left.items = [*items, *getattr(left, "items", ())]  # type: ignore[union-attr]
        raise
    return items


_OF_EACH: Final = frozenset({"match", "like", "replace", "split"})
"""Operators that work on each item of their left side, without what negates them or minds the case."""


def _items_of(left: Code) -> Code:
    """Such a left side: what gave no output has no items, where `$null` is one."""
    return lambda scope: [] if (value := left(scope)) is NOTHING else value


def _joined(value: object) -> object:
    if not is_collection(value):
        return to_text(value)
    return whole("".join([item_text(item, local_text) for item in items_of(value)]))


def _split(value: object) -> object:
    texts: list[object] = [to_text(item).strip() for item in each_of(value)]
    return split_text(texts, r"\s+", case=False)


_UNARY: Final[dict[str, Callable[[object], object]]] = {
    "not": lambda value: not to_bool(value),
    "-": arithmetic.negate,
    "+": arithmetic.positive,
    ",": lambda value: array([value]),
    "bnot": bits.invert,
    "join": _joined,
    "split": _split,
}


def _followed(value: object, steps: list[tuple[bool, Callable[[object, Scope], object]]], scope: Scope) -> object:
    for conditional, step in steps:
        if conditional and (value is None or value is NOTHING):
            return None
        value = step(value, scope)
    return value


def _cast_of(node: e.Expression) -> NetType | None:
    """The type of a cast, in parentheses or not."""
    inner = node
    while isinstance(inner, e.Paren) and isinstance(inner.statement, s.Pipeline):
        element = inner.statement.elements[0]
        if len(inner.statement.elements) > 1 or not isinstance(element, s.CommandExpression):
            return None
        inner = element.expression
    return resolve(inner.type) if isinstance(inner, e.Cast) else None


def is_object(node: e.Expression) -> bool:
    """Whether an index is said to be an object: of an ordered table a number is then a key, not a position."""
    return isinstance(node, e.Cast) and node.type.name.lower() == "object"


def known_type(name: e.TypeName) -> NetType:
    """The type that a name means. Raises NotKnownHere where it is not known (`check` has refused those)."""
    found = resolve(name)
    if found is not None:
        return found
    if (exception := named(name)) is not None:
        return NetType(exception)
    raise NotKnownHere(f"the type [{name}]")


def _type_target(value: object) -> NetType:
    if isinstance(value, NetType):
        return value
    raise NotKnownHere("`::` on anything but a type")


Compilation = Callable[[ExpressionEvaluator, Any], Code]

EXPRESSIONS: Final[dict[type[e.Expression], Compilation]] = {
    e.Constant: ExpressionEvaluator._constant,
    e.String: ExpressionEvaluator._constant,
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
