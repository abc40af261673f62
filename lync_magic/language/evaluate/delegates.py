"""How delegates are run: `$f.Invoke(3)`, and `[array]::Find($items, [Predicate[int]]{ … })` and its like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import Final

from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.introsort import introsort
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.evaluate.failed_within import failed_within
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.values.collections import NOTHING, Array, collapse
from lync_magic.language.values.convert import convert
from lync_magic.language.values.delegates import Delegate
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, call_failed, no_overload
from lync_magic.language.values.methods import argument_as
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.statics import ARRAY_FINDS
from lync_magic.language.values.types import NetType, type_of

_OBJECT: Final = "System.Object"


def call_delegate(
    core: EvaluatorCore, value: Delegate, arguments: Sequence[object], scope: Scope, name: str, count: int
) -> object:
    """What a delegate gives. name, count: of the method that calls it. Raises ScriptError in PowerShell's words."""
    assert isinstance(value.block, Block)
    try:
        made = collapse(list(core.call_block(value.block, list(arguments), scope)))
    except (LyncError, Stopping) as raised:
        failed_within(name, count, raised)
    if not value.gives:
        return NOTHING
    if value.gives == _OBJECT or (made is NOTHING and value.gives == "System.String"):
        return None if made is NOTHING else made
    try:
        return convert(None if made is NOTHING else made, NetType(value.gives))
    except ScriptError as bad:
        return call_failed(name, count, bad.message, "PSInvalidCastException")


def invoke_delegate(
    core: EvaluatorCore, value: Delegate, name: str, arguments: Sequence[object], scope: Scope
) -> object:
    """`$delegate.Invoke(…)`."""
    if len(arguments) != len(value.takes):
        raise no_overload(name, len(arguments))
    given = [
        one if kind == _OBJECT or type_of(one) == kind else argument_as(one, kind, parameter, name)
        for one, kind, parameter in zip(arguments, value.takes, value.names, strict=True)
    ]
    return call_delegate(core, value, given, scope.uncaptured(), name, len(arguments))


BY_DELEGATE: Final = frozenset((*ARRAY_FINDS, "sort"))
"""Static methods of [array] that take a delegate, in lower case."""
_WANTED: Final = {"foreach": "System.Action", "convertall": "System.Converter", "sort": "System.Comparison"}


def is_by_delegate(arguments: Sequence[object]) -> bool:
    """Whether a delegate stands last."""
    return len(arguments) == 2 and isinstance(arguments[1], Delegate)


def call_of_array(core: EvaluatorCore, name: str, arguments: Sequence[object], scope: Scope) -> object:
    """`[array]::Find($items, $delegate)`: the delegate is of the items' type. Raises ScriptError."""
    folded = name.lower()
    if len(arguments) != 2:
        raise NotKnownHere(f"[array]::{name} with {len(arguments)} arguments")
    items, told = arguments
    if type_of(told) == "System.Management.Automation.ScriptBlock":
        raise no_overload(name, 2)  # of which .NET is not told what it is of
    kind = type_of(items)
    element = kind.removesuffix("[]")
    fits = isinstance(told, Delegate) and told.kind.partition("`")[0] == _WANTED.get(folded, "System.Predicate")
    if not isinstance(told, Delegate) or not fits or not isinstance(items, list) or told.takes[0] != element:
        raise NotKnownHere(f"[array]::{name} with these arguments")
    delegate, apart = told, scope.uncaptured()

    def run(*given: object) -> object:
        return call_delegate(core, delegate, given, apart, name, 2)

    if folded == "sort":
        keys = [cmp_to_key(lambda first, second: to_int(run(first, second)))(item) for item in items]
        introsort(keys, items)
        return NOTHING
    return _FINDS[folded](list(items), run, delegate, element)


def _all(items: Sequence[object], element: str) -> object:
    return list(items) if element == _OBJECT else Array(items, element)


def _first(items: Sequence[object], run: Callable[..., object], element: str) -> object:
    nothing = None if element == _OBJECT else convert(None, NetType(element)) if element != "System.String" else None
    return next((item for item in items if run(item)), nothing)


def _place(items: Sequence[object], run: Callable[..., object], places: Sequence[int]) -> int:
    return next((place for place in places if run(items[place])), -1)


def _each(items: Sequence[object], run: Callable[..., object]) -> object:
    for item in items:
        run(item)
    return NOTHING


_FINDS: Final[dict[str, Callable[[Sequence[object], Callable[..., object], Delegate, str], object]]] = {
    "find": lambda items, run, _told, element: _first(items, run, element),
    "findlast": lambda items, run, _told, element: _first(items[::-1], run, element),
    "findall": lambda items, run, _told, element: _all([one for one in items if run(one)], element),
    "findindex": lambda items, run, _told, _element: _place(items, run, range(len(items))),
    "findlastindex": lambda items, run, _told, _element: _place(items, run, range(len(items))[::-1]),
    "exists": lambda items, run, _told, _element: any(run(one) for one in items),
    "trueforall": lambda items, run, _told, _element: all(run(one) for one in items),
    "foreach": lambda items, run, _told, _element: _each(items, run),
    "convertall": lambda items, run, told, _element: _all([run(one) for one in items], told.gives),
}
