"""The methods that take script blocks: `.Where({…})`, `.ForEach({…})`, `$list.Find({…})`, a block's `.Invoke(…)`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Final

from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.introsort import introsort
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.collection_methods import for_each, where
from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.evaluate.delegates import call_delegate, invoke_delegate
from lync_magic.language.evaluate.failed_within import failed_within, need_given
from lync_magic.language.evaluate.frames import BLOCK
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.validation import need_plain_defaults
from lync_magic.language.values.calls import call_each, call_method, lacking
from lync_magic.language.values.collections import (
    NOTHING,
    ArrayList,
    Collection,
    GenericList,
    collapse,
    each_of,
    is_collection,
    items_of,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.delegates import Delegate
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    Stopping,
    call_failed,
    cannot_convert_object,
    no_overload,
)
from lync_magic.language.values.formatting import format_called
from lync_magic.language.values.methods import argument_failed, method
from lync_magic.language.values.numeric import to_bool, to_int
from lync_magic.language.values.spelled import given, unspelled
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.psrp import ScreenLine


def call_block_method(core: EvaluatorCore, target: object, name: str, arguments: list[object], scope: Scope) -> object:
    """One of them. Raises ScriptError in PowerShell's words."""
    folded = name.lower()
    arguments = list(map(unspelled, arguments))
    if isinstance(target, Delegate) and folded == "invoke":
        return invoke_delegate(core, target, name, arguments, scope)
    if isinstance(target, Block) and folded not in ("where", "foreach"):
        return _of_block(core, target, name, arguments, scope)
    if (target is None or target is NOTHING) and folded not in ("where", "foreach"):
        message = "You cannot call a method on a null-valued expression."
        raise ScriptError(message, "InvokeMethodOnNull", "InvalidOperation")
    if folded in _OF_BLOCKS:
        if is_collection(target) and len(items_of(target)):
            return call_each(target, name, lambda one: call_block_method(core, one, name, arguments, scope))
        raise lacking(target, name)
    if isinstance(target, GenericList) and not isinstance(target, Collection) and folded != "where":
        return _of_list(core, target, name, arguments, scope)
    if folded not in ("where", "foreach"):
        return call_method(target, name, arguments)
    items = [] if target is None else each_of(target)
    apart = scope.uncaptured().child(transparent=True)
    apart.caller = BLOCK  # what the block writes is not its function's
    return (where if folded == "where" else for_each)(core, items, arguments, apart)


_SPREAD: Final = ("System.Object[]", "System.String[]")
"""Arrays that .NET takes for all of the arguments of a method with any number of them."""
_OF_BLOCKS = ("invoke", "invokereturnasis", "getnewclosure")


def _of_block(core: EvaluatorCore, block: Block, name: str, arguments: list[object], scope: Scope) -> object:
    if len(arguments) == 1 and type_of(arguments[0]) in _SPREAD:
        arguments = list(items_of(arguments[0]))
    match name.lower():
        case "invoke":
            return Collection(_invoked(core, block, name, arguments, scope))
        case "invokereturnasis":
            return given(collapse(_invoked(core, block, name, arguments, scope)))
        case "getnewclosure":
            return block.closed({**scope.visible(), "error": ArrayList()})
    return call_method(block, name, arguments)


def _invoked(core: EvaluatorCore, block: Block, name: str, arguments: list[object], scope: Scope) -> list[object]:
    """What a block gives that is called as .NET calls it: an error ends it, as in a `try`, and is the method's."""
    need_given(name, block, len(arguments))
    need_plain_defaults(block)
    try:
        return list(core.call_block(block, arguments, scope.uncaptured().child(transparent=True, unheard=True)))
    except (LyncError, Stopping) as raised:
        failed_within(name, len(arguments), raised)


_INDICES: Final = ("findindex", "findlastindex")


def _no_delegate(items: GenericList, name: str, value: object) -> ScriptError:
    """The error of what is no script block where a List[T] wants one."""
    parameter, kind = ("action", "Action") if name.lower() == "foreach" else ("match", "Predicate")
    if value is None:
        call_failed(name, 1, f"Value cannot be null. (Parameter '{parameter}')", "ArgumentNullException")
    wanted = f"System.{kind}`1[{items.element}]"
    why = cannot_convert_object(net_text(value), type_of(value), wanted, "ConvertToFinalInvalidCastException")
    return argument_failed(parameter, value, name, wanted, why)


def _of_delegate(items: GenericList, name: str, value: Delegate) -> object:
    """The block of a delegate of the type that a method takes."""
    wanted = {"foreach": "System.Action", "sort": "System.Comparison"}.get(name.lower(), "System.Predicate")
    if value.kind != f"{wanted}`1[{items.element}]":
        raise NotKnownHere(f".{name}() of a [{NetType(value.kind).spoken}]")
    return value.block


def _converted(core: EvaluatorCore, items: GenericList, name: str, told: object, scope: Scope) -> object:
    """`.ConvertAll([Converter[int, string]]{ … })`: of a block alone .NET is not told what it gives."""
    if isinstance(told, Block):
        raise no_overload(name, 1)
    if not isinstance(told, Delegate) or not told.kind.startswith(f"System.Converter`2[{items.element},"):
        raise NotKnownHere(f".{name}() of such a delegate")
    apart = scope.uncaptured()
    return GenericList([call_delegate(core, told, [one], apart, name, 1) for one in list(items)], told.gives)


def _of_list(core: EvaluatorCore, items: GenericList, name: str, arguments: list[object], scope: Scope) -> object:
    """A List[T]'s own methods that take a block, which gets the item as its argument."""
    block = arguments[0] if arguments else None
    if name.lower() in _INDICES and len(arguments) > 1:
        raise NotKnownHere(f".{name}() of a part of a list")
    if len(arguments) != 1:
        raise no_overload(name, len(arguments))
    if name.lower() == "convertall":
        return _converted(core, items, name, block, scope)
    if isinstance(block, Delegate):
        block = _of_delegate(items, name, block)
    if not isinstance(block, Block):
        raise _no_delegate(items, name, block)
    given, apart = block, scope.uncaptured()

    def told(*values: object) -> object:
        try:
            return collapse(list(core.call_block(given, list(values), apart)))
        except (LyncError, Stopping) as raised:
            failed_within(name, len(arguments), raised)

    def holds(item: object) -> bool:
        return to_bool(told(item))

    nothing = convert(None, NetType(items.element)) if items.element in _VALUES else None
    match name.lower():
        case "foreach":
            for item in list(items):
                told(item)
            return NOTHING
        case "find":
            return next((item for item in items if holds(item)), nothing)
        case "findlast":
            return next((item for item in reversed(items) if holds(item)), nothing)
        case "findindex":
            return next((place for place, item in enumerate(items) if holds(item)), -1)
        case "findlastindex":
            return next((place for place in reversed(range(len(items))) if holds(items[place])), -1)
        case "findall":
            return GenericList([item for item in items if holds(item)], items.element)
        case "exists":
            return any(holds(item) for item in items)
        case "trueforall":
            return all(holds(item) for item in items)
        case "removeall":
            kept = [item for item in items if not holds(item)]
            gone = len(items) - len(kept)
            items[:] = kept
            return gone
    keys = [cmp_to_key(lambda first, second: to_int(told(first, second)))(item) for item in items]
    introsort(keys, items)
    return NOTHING


CONSOLE: Final = "System.Console"


def write_to_console(name: str, arguments: list[object], scope: Scope) -> object:
    """`[Console]::WriteLine(…)`: what a console shows is a line of the host."""
    text = to_text(arguments[0]) if arguments else ""
    if len(arguments) > 1:
        text = format_called("WriteLine" if name == "writeline" else "Write", len(arguments), text, arguments[1:])
    scope.sink.report(ScreenLine(text, newline=name == "writeline"))
    return NOTHING


def _only_there(_none: None, _arguments: Sequence[object]) -> object:
    raise NotKnownHere("[Console] outside of a cell")


own_statics[CONSOLE] = {"writeline": method(0, 8)(_only_there), "write": method(1, 8)(_only_there)}, {}
_VALUES: Final = frozenset(f"System.{one}" for one in ("Int32", "Int64", "Double", "Decimal", "Boolean"))
"""Types of which the list has a nought where it has nothing."""
