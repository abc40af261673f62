"""Script blocks that stand for arguments (`Rename-Item -NewName { $_.Name + '.bak' }`): worked out for each object that
is piped in, in a scope of their own, with the object as `$_`.
"""

from __future__ import annotations

from lync_magic.errors import RemoteError
from lync_magic.language.cmdlets.binder import Waiting
from lync_magic.language.cmdlets.binding_errors import failure
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.evaluate.core import EvaluatorCore, gather
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.values.collections import Collection
from lync_magic.language.values.failures import Stopping, error_of


def worked_out(
    core: EvaluatorCore, command: ClientCommand, name: str, waiting: Waiting, item: object, scope: Scope
) -> object:
    """The argument for one object. Raises ScriptError in PowerShell's words where the block fails or gives nothing."""
    inner = scope.child(transparent=True, unheard=True)
    inner.own["_"] = item
    try:
        made = gather(core.call_block(waiting.block, [], inner))  # type: ignore[arg-type]
    except (RemoteError, Stopping) as raised:
        why = error_of(raised)
        core.remember(raised)
        message = f"The input to the script block for parameter '{name}' failed. {why.message}"
        raise failure(command, "ScriptBlockArgumentInvocationFailed", message, target=item) from None
    if not made:
        message = f"Cannot evaluate parameter '{name}' because its argument input did not produce any output."
        raise failure(command, "ScriptBlockArgumentNoOutput", message, target=item)
    return made[0] if len(made) == 1 else Collection(made)
