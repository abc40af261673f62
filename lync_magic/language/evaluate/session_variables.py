"""What a cell asks of its session by way of `$ExecutionContext` and `$PSCmdlet`: a text to be filled in, a variable.

Rule of this file: it looks at the text alone; the variable that is asked for is written out.
"""

from __future__ import annotations

import re
from typing import Final

from lync_magic.language.syntax import expressions as e

_CONTEXT: Final = "$executioncontext"
_CMDLET: Final = "$pscmdlet"
_FILLING: Final = (_CONTEXT, "invokecommand", "expandstring")
_READING: Final = frozenset(
    {
        (_CONTEXT, "sessionstate", "psvariable", "getvalue"), (_CMDLET, "sessionstate", "psvariable", "getvalue"),
        (_CMDLET, "getvariablevalue"),
    }
)  # fmt: skip
_NAME: Final = re.compile(r"(?:(?P<drive>global|script|local|variable):)?(?P<name>\w+)", re.IGNORECASE)
_PAIR: Final = 2


def is_expanding(node: e.Node) -> bool:
    """Whether it is `$ExecutionContext.InvokeCommand.ExpandString(…)`."""
    return isinstance(node, e.Invoke) and len(node.arguments) == 1 and _path(node) == _FILLING


def variable_read(node: e.Node) -> e.Variable | None:
    """The variable of `$PSCmdlet.SessionState.PSVariable.GetValue('name')`, with a value for what is not there or
    without."""
    if not isinstance(node, e.Invoke) or not 1 <= len(node.arguments) <= _PAIR or _path(node) not in _READING:
        return None
    told = node.arguments[0]
    found = _NAME.fullmatch(told.value) if isinstance(told, e.String) else None
    return (
        None
        if found is None
        else e.Variable(told.within, told.start, told.end, found["name"], (found["drive"] or "").lower())
    )


def _path(node: e.Node) -> tuple[str, ...]:
    """A variable and the names behind it, in lower case; nothing for anything else."""
    names: list[str] = []
    while isinstance(node, e.Member | e.Invoke) and isinstance(node.name, e.String):
        if node.static or (names and isinstance(node, e.Invoke)):
            return ()
        names.append(node.name.value.lower())
        node = node.target
    alone = isinstance(node, e.Variable) and not node.drive
    return (f"${node.name.lower()}", *reversed(names)) if alone else ()  # type: ignore[attr-defined]
