"""What is said above a cell that runs: what was added to its command, what it changes, why it may fail.

Rule: a command that may fail through nobody's fault (another system, a tenant that has no such object, a name that
nobody documents) does not stop the notebook; the remark says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from lync_magic.documents.adapting import adapted
from lync_magic.documents.catalog import Cmdlet, documented, nearest
from lync_magic.documents.effects import effect_of
from lync_magic.documents.model import PRINTED, Effect
from lync_magic.documents.names import is_cmdlet_name
from lync_magic.documents.outline import Step
from lync_magic.documents.shapes import parsed
from lync_magic.language import WINDOWS_ALONE, commands_in, is_powershells

_TAKES_AWAY: Final = re.compile(r"\bRemove-Cs\w|\.(?:RemoveAt|Remove)\s*\(", re.IGNORECASE)
"""What takes something away that has to be there."""
_ALIKE: Final = 0.9
"""How like a documented name another one is that must be meant for it."""


def may_fail(step: Step) -> bool:
    """Whether its cell may fail, and the notebook goes on: as the document shows, or through nobody's fault."""
    shown = any(printed.kind in PRINTED - {"output"} for printed in step.expected)
    gone = _misspelled(step.code) or _of_another_service(step.code)
    return shown or _is_of_windows(step.code) or _takes_away(step.code) or gone is not None


def remarks(step: Step, say: Callable[..., str]) -> list[str]:
    """The sentences above a command's cell. say: gives a text in the document's language."""
    told: list[str] = []
    if step.why == "lost":
        told.append(say("The page lost this command's line; it was worked out from what is printed."))
    elif step.why == "again":
        told.append(say("Once more, to see what the document shows."))
    elif step.why == "named":
        told.append(say("The sentence above names this command."))
    _code, changes = adapted(step.code, step.expected)
    if "verbose" in changes:
        told.append(say("The messages that the document shows are asked for with `-Verbose`."))
    if "value" in changes:
        told.append(say("The last line shows what the variable holds, as the document does."))
    if "module name" in changes:
        told.append(say("The module's name differs in every session, so a pattern stands for it."))
    effect = effect_of(step.code)
    if effect in ("tenant", "machine", "file"):
        told.append(_changes(effect, say))
    if _is_of_windows(step.code):
        told.append(say("It is there on Windows alone; elsewhere the cell says so, and the notebook goes on."))
    if _takes_away(step.code):
        told.append(say("Where the tenant has nothing to take away, the cell says so, and the notebook goes on."))
    if (cmdlet := _of_another_service(step.code)) is not None:
        told.append(
            say(
                "{name} is documented ({module}); where the tenant does not have it, the cell says so, and the notebook"
                " goes on.",
                name=cmdlet.name,
                module=cmdlet.modules[-1],
            )
        )
    if (name := _misspelled(step.code)) is not None:
        told.append(
            say("No command {name} is documented; {other} is. The notebook goes on.", name=name, other=nearest(name))
        )
    return told


def _changes(effect: Effect, say: Callable[..., str]) -> str:
    if effect == "tenant":
        return say("**This changes the tenant.**")
    if effect == "machine":
        return say("**This concerns the machine that the notebook runs on.**")
    return say("**This writes a file.**")


def _is_of_windows(code: str) -> bool:
    """Whether it has a command of Windows' own PowerShell."""
    return any(name.lower() in WINDOWS_ALONE for name in _commands(code))


def _takes_away(code: str) -> bool:
    return _TAKES_AWAY.search(code) is not None


def _misspelled(code: str) -> str | None:
    """A command in it that nobody documents and that is named almost as one that is documented, or None."""
    for name in _commands(code):
        known = not is_cmdlet_name(name) or is_powershells(name) or documented(name) is not None
        if not known and nearest(name, _ALIKE) is not None and f"function {name}" not in code:
            return name
    return None


def _of_another_service(code: str) -> Cmdlet | None:
    """The first command in it that is documented, and that Lync Online has not; what connects to a service is ours."""
    known = (documented(name) for name in _commands(code) if not is_powershells(name) and "onnect-" not in name)
    return next((cmdlet for cmdlet in known if cmdlet is not None and not cmdlet.online), None)


def _commands(code: str) -> tuple[str, ...]:
    script = parsed(code)
    return tuple(commands_in(script)) if script is not None else ()
