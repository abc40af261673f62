"""Where-Object and ForEach-Object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from lync_magic.clixml import MISSING, ObjectLike
from lync_magic.errors import RemoteError
from lync_magic.language.cmdlets.binding_errors import failure
from lync_magic.language.cmdlets.declare import BEGUN, BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of, objects
from lync_magic.language.cmdlets.whatif import also_done, is_only_said, is_verbose, only_said
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.flow import LoopFlow
from lync_magic.language.evaluate.strict import PROPERTIES
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import NOTHING, enumerate_value, is_bare, is_collection, is_table, lookup
from lync_magic.language.values.compare import compare, contains
from lync_magic.language.values.convert import convert
from lync_magic.language.values.exceptions import is_a
from lync_magic.language.values.failures import NotKnownHere, ScriptError, no_method
from lync_magic.language.values.members import has_parameters, member_of
from lync_magic.language.values.net_members import net_method, net_name
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.patterns import first_match, groups_of, regex
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.spelled import given
from lync_magic.language.values.text import local_text, to_text
from lync_magic.language.values.types import NetType, named_type_of, type_of
from lync_magic.language.values.wildcard_values import like

Test = Callable[[object, object], bool]


def _compared(operator: str, *, case: bool) -> Test:
    return lambda left, right: to_bool(compare(operator, left, right, case=case))


def _match(*, case: bool, negate: bool) -> Test:
    def test(left: object, right: object) -> bool:
        found = any(first_match(regex(to_text(right), case=case), to_text(one)) for one in _each(left))
        return found != negate

    return test


def _matches(call: BoundCall, operator: str, left: object, right: object) -> bool:
    """Whether a single value passes; `$Matches` is what the operator has found, as it is behind `-match`."""
    found = first_match(regex(to_text(right), case=operator.startswith("C")), to_text(left))
    core = call.services.evaluator
    if found is not None and core is not None:
        core.groups = groups_of(found)
        core.keep_matches(call.services.scope)
    return (found is None) == operator.endswith("NotMatch")


def _each(value: object) -> list[object]:
    return [value] if value is None else list(enumerate_value(value))


def _like(*, case: bool, negate: bool) -> Test:
    def test(left: object, right: object) -> bool:
        return any(like(to_text(one), right, case=case) for one in _each(left)) != negate

    return test


def _contains(*, case: bool, negate: bool, swapped: bool) -> Test:
    def test(left: object, right: object) -> bool:
        return contains(right, left, case=case) != negate if swapped else contains(left, right, case=case) != negate

    return test


def _tests(prefix: str, *, case: bool) -> dict[str, Test]:
    return {
        **{prefix + name.upper(): _compared(name, case=case) for name in ("eq", "ne", "gt", "lt", "ge", "le")},
        prefix + "Like": _like(case=case, negate=False),
        prefix + "NotLike": _like(case=case, negate=True),
        prefix + "Match": _match(case=case, negate=False),
        prefix + "NotMatch": _match(case=case, negate=True),
        prefix + "Contains": _contains(case=case, negate=False, swapped=False),
        prefix + "NotContains": _contains(case=case, negate=True, swapped=False),
        prefix + "In": _contains(case=case, negate=False, swapped=True),
        prefix + "NotIn": _contains(case=case, negate=True, swapped=True),
    }


_PLAIN_TESTS: Final = _tests("", case=False)
_CASED_TESTS: Final = _tests("C", case=True)
TESTS: Final[dict[str, Test]] = {
    name: test
    for plain in _PLAIN_TESTS
    for name, test in ((plain, _PLAIN_TESTS[plain]), ("C" + plain, _CASED_TESTS["C" + plain]))
}
_OF_TYPES: Final = ("Is", "IsNot")
_BLOCK: Final = "ScriptBlockSet"
_NOT: Final = "Not"


def _unmet_of(call: BoundCall, operator: str) -> ScriptError | None:
    """What Where-Object says, once an object comes, to an operator without a value or a value without an operator."""
    if operator and not call.given("Value"):
        message = (
            "The specified operator requires both the -Property and -Value parameters. Provide values for both "
            "parameters, and then try the command again."
        )
        return failure(WHERE, "ValueNotSpecifiedForWhereObject", message)
    if not operator and call.given("Value"):
        message = (
            "An operator is required to compare the two specified values. Include a valid operator in the command, and "
            "then try the command again. For example, Get-Process | Where-Object -Property Name -eq Idle"
        )
        return failure(WHERE, "OperatorNotSpecified", message)
    return None


def _where(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    block = call.get("FilterScript")
    if isinstance(block, Block):
        passes = call.services.tester(block)
        for item in objects(call, input):
            try:
                if not passes(item):
                    continue
            except LoopFlow as left:
                _leave(call, input, left)
                continue
            yield item
        return
    name, value = to_text(call.get("Property")), call.get("Value")
    operator = next((one for one in (*TESTS, *_OF_TYPES) if call.given(one)), "")
    if operator in _OF_TYPES and call.given("Value"):
        value = _type_told(value)
    strict = call.services.scope is not None and call.services.scope.strict >= PROPERTIES
    unmet = _unmet_of(call, operator)
    for item in objects(call, input):
        if unmet is not None:
            raise unmet
        if strict and get_property(item, name) is MISSING:
            call.services.error(_not_there(item, name, "property", "PropertyNotFound", WHERE))
            continue
        found = member_of(item, name)
        try:
            if operator.endswith("Match") and found is not NOTHING and not is_collection(found):
                holds = _matches(call, operator, found, value)
            elif operator in _OF_TYPES:
                holds = to_bool(call.services.evaluator.operate(operator.lower(), found, value))
            else:
                holds = TESTS[operator](found, value) if operator else to_bool(found)
        except ScriptError as bad:
            call.services.error(_operator_failed(operator, item, bad))
            continue
        if holds != call.switch("Not"):
            yield item


def _type_told(value: object) -> object:
    """The type that -Is and -IsNot take: itself, or its name, in brackets or without. Raises NotKnownHere for another
    value."""
    if isinstance(value, NetType):
        return value
    found = _type_named(to_text(value)) if type(value) is str else None
    if found is None:
        raise NotKnownHere("Where-Object -Is with what is no type")
    return found


def _type_named(text: str) -> NetType | None:
    name = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        found = convert(name, NetType("System.Type"))
    except ScriptError:
        return None
    return found if isinstance(found, NetType) else None


def _not_there(item: object, name: str, what: str, error_id: str, command: ClientCommand) -> ScriptError:
    """The error under Set-StrictMode for an object without that member."""
    message = f'The input name "{name}" cannot be resolved to a {what}.'
    error_id = f"{error_id},{command.error_suffix}"
    return ScriptError(message, error_id, "InvalidArgument", target=item, exception="PSArgumentException")


def _operator_failed(operator: str, item: object, bad: ScriptError) -> ScriptError:
    """An item that cannot be compared: an error each, and the others go on."""
    shown = "C" + operator[1:].lower() if operator in _CASED_TESTS else "I" + operator.lower()
    told = f"The '{shown}' operator failed: {bad.message}.", "OperatorFailed", "InvalidOperation"
    kind = "PSInvalidOperationException"
    if is_a(bad.exception, "System.ArgumentException"):
        message = f"The argument to operator '{shown}' is not valid: {bad.message}."
        told, kind = (message, "BadOperatorArgument", "InvalidArgument"), "PSArgumentException"
    message, error_id, category = told
    return _of_item(message, f"{error_id},{WHERE.error_suffix}", category, item, kind)


def _of_item(message: str, error_id: str, category: str, item: object, exception: str) -> ScriptError:
    error = ScriptError(message, error_id, category, target=item, exception=exception)
    error.piped = True
    return error


WHERE: Final = ClientCommand(
    "Where-Object",
    (
        ParameterSpec("FilterScript", "scriptblock", position=0, mandatory=True, sets=(_BLOCK,), takes_block=True),
        ParameterSpec("Property", "string", position=0, mandatory=True, sets=(*TESTS, *_OF_TYPES, _NOT)),
        ParameterSpec("Value", "object", position=1, sets=(*TESTS, *_OF_TYPES)),
        *(
            ParameterSpec(
                name, "switch", ("I" + name,) if name in _PLAIN_TESTS else (), mandatory=name != "EQ", sets=(name,)
            )
            for name in TESTS
        ),
        *(ParameterSpec(name, "switch", mandatory=True, sets=(name,)) for name in _OF_TYPES),
        ParameterSpec("Not", "switch", mandatory=True, sets=(_NOT,)),
        ParameterSpec("InputObject", "object", by_value=True),
    ),
    _where,
    ("where", "?"),
    "WhereObjectCommand",
    "EQ",
)


def _for_each(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if call.given("MemberName"):
        yield from _members(call, input)
        return
    begin, end = call.get("Begin"), call.get("End")
    told = (name for name in call.arguments if name in ("Process", "RemainingScripts"))  # in the order that they are
    process = [one for name in told for one in all_of(call.get(name))]
    if begin is None and len(process) > 1:
        begin, process = process[0], process[1:]
    if end is None and len(process) > 1:
        end, process = process[-1], process[:-1]
    if begin is not None:
        yield from call.services.runner(begin)(MISSING)
    if call.begun:
        yield BEGUN
    runs = [call.services.runner(block) for block in process if isinstance(block, Block)]
    without = input is None and not call.given("InputObject")  # PowerShell runs a cmdlet that nothing comes to once
    taken = (call.services.get_variable("_"),) if without else objects(call, input)
    items = call.services.foretold(process, taken)
    for item in items:
        try:
            for run in runs:
                yield from run(item)
        except LoopFlow as left:
            _leave(call, items, left)
    if end is not None:
        yield from call.services.runner(end)(MISSING)


def _leave(call: BoundCall, items: Iterable[object] | None, left: LoopFlow) -> None:
    """A `break` or `continue` in a block goes to what gave the object. items: what gives them, as they come."""
    if items is None or call.services.leaving is None or isinstance(items, list | tuple):
        raise left
    call.services.leaving(left)


_OF_ALL: Final = frozenset({"tostring", "equals", "gethashcode", "gettype"})
"""The methods of every object."""


def _members(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    name, arguments = to_text(call.get("MemberName")), all_of(call.get("ArgumentList"))
    strict = call.services.scope is not None and call.services.scope.strict >= PROPERTIES
    if any(sign in name for sign in "*?["):
        raise NotKnownHere(f"the members of a pattern, {name}")
    for item in objects(call, input) if input is not None or call.given("InputObject") else (None,):
        hidden = is_only_said(call)
        if hidden or is_verbose(call):  # what it says is worked out for nobody else
            target = "null" if item is None else local_text(item)
            say = only_said if hidden else also_done
            say(call, _doing(item, name, arguments), f"InputObject: {target}")
        if hidden:
            continue
        if item is None and call.given("ArgumentList"):
            message = "You cannot call a method on a null-valued expression."
            error_id, kind = f"InvokeMethodOnNull,{FOR_EACH.error_suffix}", "PSArgumentException"
            call.services.error(ScriptError(message, error_id, "InvalidArgument", exception=kind))
            continue
        if item is None:
            yield None
            continue
        found = get_property(item, name) if not arguments else MISSING
        if found is MISSING and strict and name.lower() not in _OF_ALL and not net_method(type_of(item), name):
            call.services.error(_not_there(item, name, "member", "PropertyOrMethodNotFound", FOR_EACH))
            continue
        if found is MISSING:
            if not arguments and has_parameters(type_of(item), name.lower()):
                raise NotKnownHere(f"the property .{name} of [{type_of(item)}]")
            try:
                found = _called(item, name, arguments)
            except ScriptError as error:
                if not error.error_id.endswith(f",{FOR_EACH.error_suffix}"):
                    raise
                call.services.error(error)
                continue
        yield from map(given, enumerate_value(found))


def _doing(item: object, name: str, arguments: list[object]) -> str:
    """What ForEach-Object does with a member, as -WhatIf says it."""
    names = [*(item if isinstance(item, ObjectLike) and is_bare(item) else ()), "ToString"]
    spelled = net_name(type_of(item), name) or next((one for one in names if one.lower() == name.lower()), name)
    if arguments:
        told = ", ".join("null" if one is None else local_text(one) for one in arguments)
        return f"Invoke method '{spelled}' with arguments: {told}"
    if is_table(item) and lookup(item, name) is not MISSING:
        return f"Retrieve the value for key '{name}'"
    is_method = net_method(type_of(item), name) or (name.lower() in _OF_ALL and get_property(item, name) is MISSING)
    return f"Invoke method '{spelled}'" if is_method else f"Retrieve the value for property '{spelled}'"


def _not_called(error: RemoteError, item: object) -> RemoteError:
    """A method that failed: an error for the object, and the others go on."""
    if not isinstance(error, ScriptError):
        return error
    if error.error_id.startswith("MethodArgumentConversion"):
        raise NotKnownHere("an argument of ForEach-Object that its method does not take")
    made = _of_item(
        error.message, f"MethodInvocationError,{FOR_EACH.error_suffix}", "InvalidOperation", item, error.exception
    )
    made.inner, made.inner_message = error.inner, error.inner_message
    return made


def _called(item: object, name: str, arguments: list[object]) -> object:
    try:
        return call_method(item, name, arguments)
    except RemoteError as error:
        if error.error_id != no_method(named_type_of(item), name).error_id:
            raise _not_called(error, item) from None
        if not arguments:
            return member_of(item, name)
        message = f'Input name "{name}" cannot be resolved to a method.'
        error_id = f"MethodNotFound,{FOR_EACH.error_suffix}"
        raise _of_item(message, error_id, "InvalidArgument", item, "PSArgumentException") from None


FOR_EACH: Final = ClientCommand(
    "ForEach-Object",
    (
        ParameterSpec("Process", "object[]", position=0, mandatory=True, sets=("ScriptBlockSet",), takes_block=True),
        ParameterSpec("Begin", "scriptblock", sets=("ScriptBlockSet",)),
        ParameterSpec("End", "scriptblock", sets=("ScriptBlockSet",)),
        ParameterSpec(
            "RemainingScripts", "object[]", position=1, remaining=True, sets=("ScriptBlockSet",), takes_block=True
        ),
        ParameterSpec("MemberName", "string", position=0, mandatory=True, sets=("PropertyAndMethodSet",)),
        ParameterSpec("ArgumentList", "object[]", ("Args",), 1, remaining=True, sets=("PropertyAndMethodSet",)),
        ParameterSpec("Parallel", "scriptblock", sets=("ParallelParameterSet",), unsupported=True),
        ParameterSpec("ThrottleLimit", "int", sets=("ParallelParameterSet",), unsupported=True),
        ParameterSpec("TimeoutSeconds", "int", sets=("ParallelParameterSet",), unsupported=True),
        ParameterSpec("AsJob", "switch", sets=("ParallelParameterSet",), unsupported=True),
        ParameterSpec("UseNewRunspace", "switch", sets=("ParallelParameterSet",), unsupported=True),
        ParameterSpec("InputObject", "object", by_value=True),
        ParameterSpec("WhatIf", "switch", ("wi",), unsupported=True),
        ParameterSpec("Confirm", "switch", ("cf",), unsupported=True),
    ),
    _for_each,
    ("foreach", "%"),
    "ForEachObjectCommand",
    "ScriptBlockSet",
)

CMDLETS: Final = (WHERE, FOR_EACH)
