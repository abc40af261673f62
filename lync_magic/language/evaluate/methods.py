"""The methods that take script blocks: `.Where({…})`, `.ForEach({…})`, and a block's own `.Invoke(…)`."""

from __future__ import annotations

from lync_magic.clixml import MISSING
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import NOTHING, Collection, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, ScriptError, no_method
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, named_type_of

_MODES = ("default", "first", "last", "skipuntil", "until", "split")


def call_block_method(core: EvaluatorCore, target: object, name: str, arguments: list[object], scope: Scope) -> object:
    """One of the three. Raises ScriptError in PowerShell's words."""
    folded = name.lower()
    if folded == "invoke":
        if isinstance(target, Block):
            return list(core.call_block(target, arguments, scope))
        raise no_method(named_type_of(target), name)
    if target is None:
        message = "You cannot call a method on a null-valued expression."
        raise ScriptError(message, "InvokeMethodOnNull", "InvalidOperation")
    items = list(items_of(target)) if is_collection(target) else [] if target is NOTHING else [target]
    if folded == "where":
        return Collection(_where(core, items, arguments, scope))
    return Collection(_for_each(core, items, arguments, scope))


def _where(core: EvaluatorCore, items: list[object], arguments: list[object], scope: Scope) -> list[object]:
    block = arguments[0] if arguments else None
    if not isinstance(block, Block):
        raise NotKnownHere(".Where() without a script block")
    mode = to_text(arguments[1]).lower() if len(arguments) > 1 else "default"
    most = to_int(arguments[2]) if len(arguments) > 2 else 0
    if mode not in _MODES:
        raise NotKnownHere(f".Where() with the mode {mode}")
    holds = list(map(core.tester(block, scope), items))
    chosen = [item for item, hold in zip(items, holds, strict=True) if hold]
    if mode == "first":
        return chosen[: most or 1]
    if mode == "last":
        return chosen[-(most or 1) :]
    if mode == "split":
        left = [item for item, hold in zip(items, holds, strict=True) if not hold]
        return [Collection(chosen), Collection(left)]
    if mode == "default":
        return chosen[:most] if most else chosen
    place = holds.index(True) if True in holds else len(items)
    found = items[:place] if mode == "until" else items[place:]
    return found[:most] if most else found


def _for_each(core: EvaluatorCore, items: list[object], arguments: list[object], scope: Scope) -> list[object]:
    told = arguments[0] if arguments else None
    made: list[object] = []
    run = core.runner(told, scope) if isinstance(told, Block) else None
    for item in items:
        if run is not None:
            made.extend(run(item))
        elif isinstance(told, NetType):
            made.append(convert(item, told))
        elif isinstance(told, str):
            found = get_property(item, told)
            if found is MISSING:
                found = call_method(item, told, arguments[1:])
            made.append(found)
        else:
            raise NotKnownHere(".ForEach() with this argument")
    return made
