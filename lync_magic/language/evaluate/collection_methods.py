"""`.Where()` and `.ForEach()`, which PowerShell gives to every value: of a block, of a member's name, of a type.

Rules: an item is looked at when its turn comes, and none after the last that is wanted.
"""

from __future__ import annotations

from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.stream import reader
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.strict import PROPERTIES, missing
from lync_magic.language.values.calls import call_method, has_method
from lync_magic.language.values.collections import (
    NOTHING,
    Collection,
    GenericList,
    Hashtable,
    SwitchParameter,
    is_collection,
    items_of,
    lookup,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    cannot_convert,
    cannot_convert_object,
    no_overload,
)
from lync_magic.language.values.members import set_member
from lync_magic.language.values.methods import argument_failed, as_item
from lync_magic.language.values.net_choice import rank_of
from lync_magic.language.values.numeric import INTEGERS, REALS, to_int
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, type_of

_MODE: Final = NetType("System.Management.Automation.WhereOperatorSelectionMode")
_BLOCK: Final = NetType("System.Management.Automation.ScriptBlock")


def where(core: EvaluatorCore, items: list[object], arguments: list[object], scope: Scope) -> list[object]:
    """`.Where({ … }, mode, numberToReturn)`."""
    if not 1 <= len(arguments) <= 3:
        raise no_overload(".Where({ expression } [, mode [, numberToReturn]])", len(arguments))
    if arguments[0] is None:
        raise NotKnownHere(".Where() without a script block")
    block = convert(arguments[0], _BLOCK)
    assert isinstance(block, Block)
    mode = to_text(convert(arguments[1], _MODE)) if len(arguments) > 1 else "Default"
    most = to_int(arguments[2]) if len(arguments) > 2 else 0
    if most < 0:
        message = (
            "The 'numberToReturn' value provided to the third argument of the Where() operator must be greater than "
            "zero. Please correct the argument's value and try running your script again. (Parameter 'numberToReturn')"
            f"\nActual value was {most}."
        )
        error_id, kind = "System.ArgumentOutOfRangeException", "ArgumentOutOfRangeException"
        raise ScriptError(message, error_id, "OperationStopped", exception=kind)
    holds = core.tester(block, scope)
    chosen: list[object] = []
    left: list[object] = []
    if mode == "Last":
        return Collection([item for item in items if holds(item)][-(most or 1) :])
    most = most or (1 if mode == "First" else len(items))
    if mode == "SkipUntil":
        start = next((place for place, item in enumerate(items) if holds(item)), len(items))
        return Collection(items[start : start + most])
    for place, item in enumerate(items):
        if len(chosen) == most:
            left += items[place:]
            break
        held = holds(item)
        if mode == "Until" and held:
            break
        (chosen if held or mode == "Until" else left).append(item)
    return [Collection(chosen), Collection(left)] if mode == "Split" else Collection(chosen)


def for_each(core: EvaluatorCore, items: list[object], arguments: list[object], scope: Scope) -> Collection:
    """`.ForEach({ … })`, `.ForEach('Member', …)`, `.ForEach([type])`."""
    if not arguments:
        raise no_overload(".ForEach(expression [, arguments...])", 0)
    told, more = arguments[0], arguments[1:]
    if isinstance(told, NetType):
        return _converted(items, told)
    items = [item for item in items if item is not NOTHING]
    if isinstance(told, Block):
        if more:
            turns = (core.call_block(told, more, scope.for_item(item)) for item in items)
            return Collection([one for turn in turns for one in turn])
        run = core.runner(told, scope)
        return Collection([one for item in items for one in run(item)])
    if told is None:
        message = "Value cannot be null. (Parameter 'expression')"
        raise ScriptError(
            message, "System.ArgumentNullException", "OperationStopped", exception="ArgumentNullException"
        )
    name = to_text(told)
    if not name:
        message = (
            'Cannot process argument because the value of argument "name" is not valid. Change the value of the "name" '
            "argument and run the operation again."
        )
        raise ScriptError(message, "Argument", "InvalidArgument", inner="PSArgumentException")
    found = (_of_member(item, name, more, strict=scope.strict >= PROPERTIES) for item in items)
    return Collection([one for one in found if one is not NOTHING])


_NEVER_ONE: Final = ("System.Array", "System.Collections.ArrayList", "System.Collections.Hashtable")
"""Types of which .NET's list is never made one, and that take no item after another."""


def _converted(items: list[object], kind: NetType) -> Collection:
    """Arrays and lists are made of all items at once, another type of each."""
    if kind.name in _NEVER_ONE:
        message = (
            f"Unable to convert input to the target type [{to_text(kind)}] passed to the ForEach() operator. Please "
            "check the specified type and try running your script again."
        )
        raise ScriptError(message, "ForEachTypeConversionFailed", "InvalidOperation", target=kind)
    if kind.name.startswith("System.Collections.Generic."):
        try:
            return Collection(items_of(convert(items, kind)))
        except ScriptError:  # the items are added one by one then
            element = kind.name.partition("[")[2].removesuffix("]")
            return Collection([as_item(item, element, "Add") for item in items])
    if kind.name.endswith("[]"):
        return Collection(items_of(convert(GenericList(items), kind)))
    return Collection([_added(item, kind) for item in items], kind.name)


def _added(item: object, kind: NetType) -> object:
    """An item as the argument of the `Add` of .NET's collection of that type."""
    if kind.name == SwitchParameter.NAME:
        raise NotKnownHere(".ForEach([switch])")
    try:
        return as_item(item, kind.name, "Add")
    except ScriptError:
        if kind.name == "System.Type" and item is not None:
            raise _no_type(item) from None
        raise


_AS_TEXT: Final = frozenset(("System.String", *INTEGERS, *REALS))
"""Types of which .NET makes a text first where a type is wanted."""


def _no_type(item: object) -> ScriptError:
    """The error for an item that names no type; what has no text of a type's name in it is no argument at all."""
    becomes = rank_of(item, "System.Type")
    if becomes is None:
        raise NotKnownHere(f".ForEach([type]) of what is none: {to_text(item)}")
    if not becomes:
        return no_overload("Add", 1)
    if type_of(item) not in _AS_TEXT:
        why = f"Invalid cast from '{type_of(item)}' to 'System.Type'."
        return argument_failed(
            "item", item, "Add", "System.Type", cannot_convert(to_text(item), "System.Type", why, "")
        )
    bad = cannot_convert_object(to_text(item), "System.String", "System.Type", "ConvertToFinalInvalidCastException")
    return argument_failed("item", item, "Add", "System.Type", bad)


def _of_member(item: object, name: str, arguments: list[object], *, strict: bool) -> object:
    """A property's value, or NOTHING where it is set; what a method gives."""
    told = arguments[0] if len(arguments) == 1 else arguments
    if type(item) is Hashtable:
        if arguments:
            item[name] = told
            return NOTHING
        found = lookup(item, name)
        return None if found is MISSING else found
    if (item is None and arguments) or name.lower() == "psobject":
        raise NotKnownHere(f".ForEach('{name}')")
    found = reader(name)(item)
    if found is not MISSING and arguments:
        try:
            set_member(item, name, told)
        except ScriptError as bad:
            if bad.error_id != "PropertyAssignmentException":
                raise
            message = f'"{name}" is a ReadOnly property.'
            raise ScriptError(message, "ReadOnlyProperty", "NotSpecified", exception="SetValueException") from None
        return NOTHING
    if found is not MISSING or item is None:
        return None if found is MISSING else found
    if is_collection(item) and not has_method(item, name):
        return None  # not that of what is in it
    try:
        return call_method(item, name, arguments)
    except ScriptError as bad:
        if bad.error_id != "MethodNotFound":
            raise
    if arguments:
        message = (
            f"The ForEach() operator could not find a member '{name}' on the target object. Please verify that the "
            "named member exists and then try running your script again."
        )
        raise ScriptError(message, "ForEachNonexistentMemberReference", "InvalidOperation", target=item)
    if strict:
        missing(name, "InvalidOperation", "RuntimeException")
    return None
