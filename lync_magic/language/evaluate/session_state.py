"""`$ExecutionContext.SessionState` and `$PSCmdlet.SessionState`: where the notebook is, and the path of a file that
need not be there.

Rule of this file: `SESSION_PATHS` is all that is known of them; the checker refuses the rest by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.files import absolute
from lync_magic.language.evaluate.automatic import VALUES, here
from lync_magic.language.evaluate.cmdlet_value import CmdletValue, more_properties
from lync_magic.language.syntax import expressions as e
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import ScriptError, call_failed
from lync_magic.language.values.methods import Method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types

_AUTOMATION: Final = "System.Management.Automation."
_RESOLVING: Final = "GetUnresolvedProviderPathFromPSPath"
SESSION_PATHS: Final = frozenset(
    f"sessionstate.{one}"
    for one in (
        "languagemode", f"path.{_RESOLVING.lower()}()", "path.currentlocation", "path.currentfilesystemlocation",
    )
)  # fmt: skip


class SessionPart:
    """One of the objects on the way there. kind: its type.  parts: its properties, by name in lower case."""

    __slots__ = ("kind", "parts")

    def __init__(self, kind: str, parts: dict[str, Callable[[], object]]) -> None:
        self.kind, self.parts = kind, parts

    def __str__(self) -> str:
        return self.kind


_PATH: Final = SessionPart(f"{_AUTOMATION}PathIntrinsics", {"currentlocation": here, "currentfilesystemlocation": here})
SESSION_STATE: Final = SessionPart(
    f"{_AUTOMATION}SessionState",
    {"path": lambda: _PATH, "languagemode": lambda: LocalEnum("FullLanguage", 0, f"{_AUTOMATION}PSLanguageMode")},
)
EXECUTION_CONTEXT: Final = SessionPart(f"{_AUTOMATION}EngineIntrinsics", {"sessionstate": lambda: SESSION_STATE})


def _unresolved(_value: object, arguments: Sequence[object]) -> object:
    """The whole path of what a path means, whether it is there or not."""
    try:
        return absolute(to_text(arguments[0]))
    except ScriptError as bad:
        call_failed(_RESOLVING, 1, bad.message, bad.exception)


_HAVING: Final = ("executioncontext", "pscmdlet")


def session_path(node: e.Expression) -> str:
    """What is asked of a session's state, as it stands in SESSION_PATHS; "" for anything else."""
    told: list[str] = []
    while isinstance(node, e.Member | e.Invoke) and not node.static and isinstance(node.name, e.String):
        told.insert(0, node.name.value.lower() + ("()" if isinstance(node, e.Invoke) else ""))
        node = node.target
    of_session = isinstance(node, e.Variable) and not node.drive and node.name.lower() in _HAVING
    path = ".".join(told)
    return path if of_session and path in SESSION_PATHS else ""


own_types[SessionPart] = lambda value: value.kind  # type: ignore[attr-defined]
own_properties[SessionPart] = lambda value, folded: value.parts[folded]() if folded in value.parts else MISSING
own_methods[SessionPart] = {_RESOLVING.lower(): Method(_unresolved, 1, 1)}
VALUES["executioncontext"] = lambda: EXECUTION_CONTEXT
more_properties["sessionstate"] = lambda: SESSION_STATE
own_methods[CmdletValue] = {**own_methods[CmdletValue], _RESOLVING.lower(): Method(_unresolved, 1, 1)}
