"""The blocks of members that an object has: what works out a property, what sets it, what a method does.

Rule of this file: the object is `$this`; a block sees the variables of whoever asks for the member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lync_magic.clixml import PSObject
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.cmdlets.stream import of_block
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.failed_within import need_given, need_taken
from lync_magic.language.evaluate.streams import ERROR, Redirected
from lync_magic.language.evaluate.validation import need_plain_defaults
from lync_magic.language.values.collections import collapse
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, error_of
from lync_magic.language.values.scripted import Call, Put, Worked

if TYPE_CHECKING:
    from lync_magic.language.evaluate.core import EvaluatorCore
    from lync_magic.language.evaluate.scope import Scope


def _scope_of(core: EvaluatorCore, owner: PSObject) -> Scope:
    """Where the script of a member runs: the object is `$this`, its errors go to who asked, or to a `try` around."""
    scope = core.scope.child(trying=True, unheard=not core.guards)
    scope.own["this"] = owner
    return scope


def worked(call: BoundCall, value: object) -> Worked:
    """A script property's value: the object is `$this`; one that fails has none."""
    block, core = value, call.services.evaluator
    if block is None:
        return lambda _owner: None
    if not isinstance(block, Block):
        raise NotKnownHere("a ScriptProperty without a script block")

    def work(owner: PSObject) -> object:
        scope = _scope_of(core, owner)
        scope.sink = Redirected(scope.sink, {ERROR: None})
        try:
            return of_block(collapse(list(core.call_block(block, [], scope))))
        except (ScriptError, Stopping) as raised:
            core.remember(raised)
            return None

    return work


def setter_of(call: BoundCall, name: str, value: object) -> Put | None:
    """What sets a script property: the value is the block's argument."""
    block, core = value, call.services.evaluator
    if block is None:
        return None
    assert isinstance(block, Block)

    def put(owner: PSObject, new: object) -> None:
        scope = _scope_of(core, owner)
        try:
            list(core.call_block(block, [new], scope))
        except (ScriptError, Stopping) as raised:
            need_taken(name, error_of(raised))
            core.remember(raised)
            raise _not_done(raised, f'Exception setting "{name}"', "ScriptSetValue", "SetValue") from None

    return put


def _not_done(raised: LyncError | Stopping, what: str, error_id: str, kind: str) -> ScriptError:
    """The error of an object's script that failed."""
    error = error_of(raised)
    inner = error.exception if isinstance(error, ScriptError) else type(error).__name__
    return ScriptError(
        f'{what}: "{error.message}"', f"{error_id}RuntimeException", "NotSpecified",
        exception=f"{kind}InvocationException", inner=inner, inner_message=error.message,
    )  # fmt: skip


def called(call: BoundCall, name: str, value: object) -> Call:
    """A script method: the object is `$this`, the arguments are the block's."""
    block, core = value, call.services.evaluator
    if not isinstance(block, Block):
        raise NotKnownHere("a ScriptMethod without a script block")
    need_plain_defaults(block)

    def run(owner: PSObject, arguments: Sequence[object]) -> object:
        need_given(name, block, len(arguments))
        scope = _scope_of(core, owner)
        try:
            return of_block(collapse(list(core.call_block(block, list(arguments), scope))))
        except (ScriptError, Stopping) as raised:
            need_taken(name, error_of(raised))
            core.remember(raised)
            what = f'Exception calling "{name}" with "{len(arguments)}" argument(s)'
            raise _not_done(raised, what, "ScriptMethod", "Method") from None

    return run
