"""Assignments: `$x = …`, `$a, $b = …`, `$x.Name = …`, `$x[0] = …`, `[int]$x = …`, `$x += …`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from lync_magic.clixml import MISSING
from lync_magic.language.evaluate.automatic import preference_value
from lync_magic.language.evaluate.blocks import alone_in
from lync_magic.language.evaluate.commands import CommandEvaluator
from lync_magic.language.evaluate.constraints import Constraint
from lync_magic.language.evaluate.core import Code, Put, dropping
from lync_magic.language.evaluate.expressions import is_object, known_type
from lync_magic.language.evaluate.named_functions import put_function
from lync_magic.language.evaluate.quick import combining
from lync_magic.language.evaluate.records import gathered
from lync_magic.language.evaluate.scope import ITEM, LOCKED, Scope
from lync_magic.language.evaluate.script_files import OF_FILES, put_of_file
from lync_magic.language.evaluate.strict import strict_member
from lync_magic.language.evaluate.validation import Evaluate, RunBlock, fault, is_validation
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.collections import (
    NOTHING,
    SINGLE,
    Enumerator,
    Hashtable,
    KeyCollection,
    Ordered,
    Unlisted,
    array_like,
    each_of,
    lookup,
    plain,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture_formats import set_culture
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.indexers import put_item
from lync_magic.language.values.members import index, member, set_index, set_member, set_slice
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.preferences import PREFERENCES
from lync_magic.language.values.properties import PropertyList
from lync_magic.language.values.surroundings import environment
from lync_magic.language.values.text import listed_text, to_text
from lync_magic.language.values.types import bound_type_of
from lync_magic.language.values.xml_nodes import NodeList
from lync_magic.psrp import HostLine

UNUSUAL: Final = frozenset({"null", *LOCKED, *ITEM})
"""Variables that are not simply assigned to."""


class _Place(NamedTuple):
    """What stands somewhere, read and put. find: its parts, worked out once for both."""

    find: Callable[[Scope], Any]
    get: Callable[[Any], object]
    put: Callable[[Any, object], None]


class AssignmentEvaluator(CommandEvaluator):
    """Makes code of assignments: where a value goes is looked up in the tree once, however often it runs."""

    def assignment(self, node: s.Assignment) -> Code:
        """An assignment as a function of the scope; its value, for `$a = $b = 1`."""
        known = self.codes.get(id(node))
        if known is None:
            made = self._plain_assignment(node) if node.operator == "=" else self._compound(node)
            known = self.codes[id(node)] = (node, made)
        return known[1]

    def _plain_assignment(self, node: s.Assignment) -> Code:
        value_of, put = self.value_code(node.value), self.put_code(node.target)
        if isinstance(node.target, e.ArrayLiteral) and alone_in(node.value) is None:
            value_of = dropping(value_of)

        def assign(scope: Scope) -> object:
            value = value_of(scope)
            if type(value) not in SINGLE:
                value = gathered(value)
            put(scope, value)
            return value

        if isinstance(node.target, e.Invoke):  # whose assignment has no value
            return lambda scope: (assign(scope), NOTHING)[1]
        return assign

    def _compound(self, node: s.Assignment) -> Code:
        """`+=`, `-=`, …, `??=`."""
        place, value_of = self._place(_unwrapped(node.target)), self.value_code(node.value)
        typed = self.put_code(node.target) if isinstance(node.target, e.Cast | e.Attributed) else None
        compute = None if node.operator == "??=" else combining(node.operator[0])
        folded = _plain_name(_unwrapped(node.target))

        def change(scope: Scope) -> object:
            found = place.find(scope)
            own = scope.before(folded) if folded else MISSING
            value = before = place.get(found) if own is MISSING else own
            if compute is not None:
                value = compute(before, value_of(scope))
            elif before is not None and before is not NOTHING:
                return before
            else:
                value = value_of(scope)
            if typed is not None:
                typed(scope, value)
            else:
                place.put(found, value)
            return value

        return change

    def step_code(self, operand: e.Expression, operator: str, *, after: bool) -> Code:
        """`++` or `--`, which is put back: the value before or `after` it."""
        place, by, compute = self._place(_unwrapped(operand)), 1 if operator == "++" else -1, combining("+")

        def step(scope: Scope) -> object:
            found = place.find(scope)
            before = place.get(found)
            if type(before) is not int:
                before = _counted(before, operator)
            made = compute(before, by)
            place.put(found, made)
            return made if after else before

        return step

    def _place(self, target: e.Expression) -> _Place:
        """How what stands at a place is read and put, its parts worked out once."""
        if isinstance(target, e.Index):
            owner_of, at_of, put_at = self.code(target.target), self.code(_at(target)), _put_at(target)
            by_key = is_object(_at(target))
            return _Place(
                lambda scope: (owner_of(scope), at_of(scope)),
                lambda found: _by_key(*found) if by_key else index(*found),
                lambda found, value: put_at(found[0], found[1], value),
            )
        if isinstance(target, e.Member) and not target.static:
            holder_of, key_of = self.code(target.target), self.code(target.name)
            return _Place(lambda scope: (holder_of(scope), key_of(scope), scope), _held, _put_member)
        return _Place(_same, self.code(target), self.put_code(target))

    def put_code(self, target: e.Expression) -> Put:
        """How a value is put where an expression points."""
        if isinstance(target, e.Paren):
            target = _unwrapped(target)
        if isinstance(target, e.Variable):
            return self._variable_put(target)
        if isinstance(target, e.Cast | e.Attributed):
            return self._typed_put(target)
        if isinstance(target, e.ArrayLiteral):
            return _put_each([self.put_code(item) for item in target.items])
        if isinstance(target, e.Member):
            return self._member_put(target)
        if isinstance(target, e.Index):
            owner_of, at_of, put_at = self.code(target.target), self.code(_at(target)), _put_at(target)
            return lambda scope, value: put_at(owner_of(scope), at_of(scope), value)
        if isinstance(target, e.Invoke):
            owner_of, at_of = self.code(target.target), self.code(target.arguments[0])
            return lambda scope, value: put_item(owner_of(scope), at_of(scope), plain(value))
        return _nowhere

    def _variable_put(self, node: e.Variable) -> Put:
        name, folded = node.name, node.name.lower()
        if folded in OF_FILES and node.within.path:
            return put_of_file(folded)
        if node.drive or folded in UNUSUAL or folded in PREFERENCES:
            return lambda scope, value: _assign_unusual(node, value, scope)

        def put(scope: Scope, value: object) -> None:
            holder = scope.holder if scope.transparent else scope
            if holder.locks:
                holder.unlocked(name)
            holder.put(name, folded, holder.taken(name, value) if folded in holder.constraints else value)

        return put

    def _typed_put(self, target: e.Cast | e.Attributed) -> Put:
        inner: e.Expression = target
        attributes: list[e.Attribute] = []
        kinds: list[e.TypeName] = []
        while isinstance(inner, e.Cast | e.Attributed) and not (kinds and isinstance(inner, e.Cast)):
            if isinstance(inner, e.Attributed):
                attributes.append(inner.attribute)
            else:
                kinds.append(inner.type)
            inner = inner.operand
        if isinstance(inner, e.Variable):
            name = inner.name

            def declare(scope: Scope, value: object) -> None:
                scope.unlocked(name)
                kind = known_type(kinds[0]) if kinds else None
                outermost = scope.holder.parent is None
                made = Constraint(kind, outermost, self.validity(attributes, scope))
                if not outermost:  # a function's variable has its type even where its first value does not fit
                    scope.constrain(name, made)
                taken = made.first(name, value)
                scope.constrain(name, made)
                scope.set(name, taken)

            return declare
        assert isinstance(target, e.Cast)
        put = self.put_code(target.operand)
        return lambda scope, value: put(scope, convert(plain(value), known_type(target.type)))

    def validity(
        self, attributes: Sequence[e.Attribute], scope: Scope, *, wrapped: bool = False
    ) -> Callable[[object], bool] | None:
        """What a variable's `[Validate…]` let through; None where it has none. wrapped: as in `fault`."""
        if not any(is_validation(one) for one in attributes):
            return None
        evaluate, run = self.checking(scope)
        return lambda value: not fault(attributes, value, evaluate, run, wrapped=wrapped)

    def checking(self, scope: Scope) -> tuple[Evaluate, RunBlock]:
        """How a `[Validate…]` works out its arguments and runs its block; errors in there are the check's, whose caller
        is nobody."""
        apart = scope.child(transparent=True, unheard=True)
        apart.caller = ""
        return lambda node: self.evaluate(node, scope), lambda block, item: self.valuer(block, apart)(item)

    def _member_put(self, target: e.Member) -> Put:
        owner_of, key_of = self.code(target.target), self.code(target.name)

        def put(scope: Scope, value: object) -> None:
            owner = owner_of(scope)
            if target.static:
                name = to_text(key_of(scope))
                if name.lower() in NOTHING_SET:
                    self._once(NOTHING_SET[name.lower()], scope)
                else:
                    set_culture(name, plain(value))
                return
            _put_member((owner, key_of(scope)), value)

        return put

    def _once(self, line: str, scope: Scope) -> None:
        if line and line not in self.said:
            self.said.add(line)
            scope.sink.report(HostLine(line))


def _held(found: tuple[Any, ...]) -> object:
    """What a member holds that is about to be set anew: of an object, a name, a scope."""
    owner, key, scope = found
    name = to_text(key)
    if isinstance(owner, dict) and not isinstance(key, str):
        value = lookup(owner, key)
        return strict_member(owner, name, None if value is MISSING else value, scope)
    return strict_member(owner, name, member(owner, name), scope)


def _put_member(found: tuple[Any, ...], value: object) -> None:
    """Set a member of an object by its name; what is no text is a key of a table as it is, but of one in order."""
    owner, key = found[:2]
    if isinstance(owner, Hashtable) and not isinstance(key, str) and not isinstance(owner, Ordered):
        set_index(owner, key, plain(value))
    else:
        set_member(owner, to_text(key), plain(value))


NOTHING_SET: Final = {
    "securityprotocol": "The protocol of TLS is chosen by this computer; there is nothing to set here.",
    "servercertificatevalidationcallback": (
        "Certificates are looked at when a session opens: an unknown one is told with its fingerprint; there is "
        "nothing to set here."
    ),
    **dict.fromkeys(("outputencoding", "inputencoding", "title", "foregroundcolor", "backgroundcolor"), ""),
}
"""What assigning to a member of [Net.ServicePointManager], or of [Console], says."""


def _assign_unusual(node: e.Variable, value: object, scope: Scope) -> None:
    """Assign to a variable of a drive, a constant, a preference or `$_`."""
    folded = node.name.lower()
    if folded == "null" and not node.drive:
        return
    if not node.drive:
        scope.unlocked(node.name)
    if node.drive == "env":
        if value is None:
            environment(node.name).pop(node.name, None)
        else:
            environment(node.name)[node.name] = listed_text(value)
        return
    if node.drive == "function":
        put_function(node.name, value, scope)
        return
    owner = scope.root if node.drive == "global" else scope.script if node.drive == "script" else scope
    if folded in PREFERENCES and node.drive in _OF_SCOPES:
        value = preference_value(folded, value, owner)
    if owner is not scope:
        owner.store(node.name, owner.taken(node.name, value))
        return
    scope.set(node.name, scope.taken(node.name, value))


_OF_SCOPES: Final = ("", "global", "script", "local", "private", "variable")


def _plain_name(target: e.Expression) -> str:
    """The name of a variable that is simply assigned to, in lower case; "" for anything else."""
    if not isinstance(target, e.Variable) or target.drive:
        return ""
    folded = target.name.lower()
    return "" if folded in UNUSUAL or folded in PREFERENCES else folded


_WHOLE: Final = (Enumerator, Unlisted, PropertyList, NodeList)
"""What is one value to several targets: .NET does not index it."""


def _is_whole(value: object) -> bool:
    return isinstance(value, _WHOLE) and not (isinstance(value, KeyCollection) and value.is_list)


def _put_each(puts: list[Put]) -> Put:
    """Each target one item; the last takes what is left; what has no item becomes `$null`."""

    def put(scope: Scope, value: object) -> None:
        items: list[object] = [value] if _is_whole(value) else each_of(value)
        for place, one in enumerate(puts[:-1]):
            one(scope, items[place] if place < len(items) else None)
        rest = items[len(puts) - 1 :]
        puts[-1](scope, None if not rest else rest[0] if len(rest) == 1 else array_like(rest, value))

    return put


def _nowhere(scope: Scope, value: object) -> None:
    raise NotKnownHere("an assignment to this")


def _at(node: e.Index) -> e.Expression:
    """The place that is written between the brackets: `$a[,1]` is `$a[1]`."""
    written = node.index
    return written.operand if isinstance(written, e.Unary) and written.operator == "," else written


def _put_at(node: e.Index) -> Callable[[Any, Any, object], None]:
    """How something is put there, by how the place is written."""
    if isinstance(node.index, e.ArrayLiteral):
        return set_slice
    return partial(set_index, by_key=is_object(_at(node)))


def _by_key(owner: object, place: object) -> object:
    return owner.get(place) if isinstance(owner, Ordered) else index(owner, place)


def _same(scope: Scope) -> Scope:
    """A variable is found in its scope alone."""
    return scope


def _counted(value: object, operator: str) -> object:
    """What `++` and `--` count on from. Raises ScriptError for what is no number."""
    if value is None or value is NOTHING:
        return 0
    if as_number(value) is None or isinstance(value, bool):
        kind = bound_type_of(value)
        message = f"The '{operator}' operator works only on numbers. The operand is a '{kind}'."
        raise ScriptError(message, "OperatorRequiresNumber", "InvalidOperation")
    return value


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
