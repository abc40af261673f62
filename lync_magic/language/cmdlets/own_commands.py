"""The cmdlets of this side as a cell has them: the language's own, and those that its runtime brings."""

from __future__ import annotations

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand


def own_commands(call: BoundCall) -> tuple[ClientCommand, ...]:
    """All of them, each once, by name."""
    from lync_magic.language.cmdlets.registry import CMDLETS

    evaluator = call.services.evaluator
    brought = evaluator.runtime.client_commands() if evaluator is not None else ()
    found = {one.name.lower(): one for one in (*CMDLETS, *brought)}
    return tuple(found[name] for name in sorted(found))


def own_command(call: BoundCall, name: str) -> ClientCommand | None:
    """The one of this name or alias, in any case, or None."""
    folded = name.lower()
    return next((one for one in own_commands(call) if folded in (one.name.lower(), *one.folded_aliases)), None)
