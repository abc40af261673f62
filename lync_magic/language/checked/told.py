"""What a cell may ask of the streams, their preferences and `$PSCmdlet`: what a console's person or a debugger has part
in is no notebook's.

Rule of this file: it looks at the text alone; a preference that is worked out is found when something is said under it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Final

from lync_magic.language.checked.expressions import name_in
from lync_magic.language.checked.refusing import refuse
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.preferences import ACTION, PREFERENCES
from lync_magic.language.values.screens import SIZES

_ASKING: Final = ("inquire", "break")
_ACTIONS: Final = {
    "erroraction": "ErrorAction", "ea": "ErrorAction", "warningaction": "WarningAction", "wa": "WarningAction",
    "informationaction": "InformationAction", "infa": "InformationAction", "progressaction": "ProgressAction",
    "proga": "ProgressAction",
}  # fmt: skip
_UNDER_DEBUG: Final = ("write-warning", "write-verbose")
"""Cmdlets that ask the person under -Debug."""
_DEBUG: Final = ("debug", "db")
_OF_CMDLET: Final = frozenset(
    {
        "commandorigin", "commandruntime", "currentpstransaction", "events", "host", "invokecommand", "invokeprovider",
        "jobmanager", "jobrepository", "pagingparameters", "sessionstate",
    }
)  # fmt: skip
"""What is not known of `$PSCmdlet`."""
_NOWHERE: Final = frozenset(
    {"ast", "pipelineiterationinfo", "commandinvocation", "sessionstatecategory", "typespecified"}
)
"""Properties of blocks, errors, exceptions and commands that are not known of any."""
_OF_EXCEPTION: Final = frozenset({"data", "stacktrace", "targetsite"})
"""What is not known of any exception."""
_EXCEPTIONS: Final = frozenset({"baseexception", "exception", "getbaseexception", "innerexception"})
_OF_SCREEN: Final = frozenset({"writeinformation", "writeprogress", "prompt", "promptforcredential"})
"""What is not called of `$Host.UI`."""

_WITH_NAMES: Final = (e.Member, e.Invoke)


def check_told(node: e.Node | s.Statement) -> None:
    """Refuse what is not known of this."""
    if isinstance(node, s.CommandCall):
        for name, value in _named(node):
            if name.lower() in _ACTIONS and _asks(value):
                refuse(value.extent, f"-{_ACTIONS[name.lower()]} {value.extent.text}")
        if name_in(node).lower() in _UNDER_DEBUG:
            for one in node.elements:
                if isinstance(one, s.Parameter) and one.name.lower() in _DEBUG and one.argument is None:
                    refuse(one.extent, f"{name_in(node)} -Debug, which asks")
    elif isinstance(node, s.Assignment):
        target, given = node.target, _written(node.value)
        is_action = isinstance(target, e.Variable) and PREFERENCES.get(target.name.lower()) == ACTION
        if is_action and given is not None and _asks(given):
            refuse(node.extent, f"{target.extent.text} = {given.extent.text}")
    elif isinstance(node, _WITH_NAMES) and isinstance(node.name, e.String):
        _check_member(node, node.name.value.lower())


def check_debugged(nodes: Sequence[e.Node | s.Statement], functions: Set[str]) -> None:
    """Refuse -Debug of a function where `$PSCmdlet` warns, which asks then."""
    said = any(isinstance(one, e.Invoke) and _asks_under_debug(one) for one in nodes)
    for node in nodes if said else ():
        if isinstance(node, s.CommandCall) and name_in(node).lower() in functions:
            for one in node.elements:
                if isinstance(one, s.Parameter) and one.name.lower() in _DEBUG and one.argument is None:
                    refuse(one.extent, f"{name_in(node)} -Debug beside $PSCmdlet.WriteWarning, which asks")


def check_bases(nodes: Sequence[e.Node | s.Statement]) -> None:
    """Refuse a `.PSBase` of which no property is asked for."""
    asked = {id(node.target) for node in nodes if isinstance(node, e.Member) and not node.static}
    for node in nodes:
        if not isinstance(node, e.Member) or node.static or id(node) in asked or not isinstance(node.name, e.String):
            continue
        if node.name.value.lower() == "psbase":
            refuse(node.extent, ".PSBase without one of its properties")


def _asks_under_debug(node: e.Invoke) -> bool:
    told = node.name.value.lower() if isinstance(node.name, e.String) else ""
    return told in ("writewarning", "writeverbose") and _is_variable(node.target, "pscmdlet")


def _check_member(node: e.Member | e.Invoke, folded: str) -> None:
    if folded in _NOWHERE:
        refuse(node.name.extent, f"the property .{node.name.extent.text}")
    if folded in _OF_EXCEPTION and not node.static and _is_exception(node.target):
        refuse(node.name.extent, f"the property .{node.name.extent.text} of an exception")
    if _is_variable(node.target, "pscmdlet") and folded in _OF_CMDLET:
        refuse(node.name.extent, f"$PSCmdlet.{node.name.extent.text}")
    inner = node.target
    of_host = isinstance(inner, e.Member) and _is_variable(inner.target, "host") and isinstance(inner.name, e.String)
    if of_host and folded in _OF_SCREEN:
        refuse(node.name.extent, f"$Host.UI.{node.name.extent.text}")
    of_screen = isinstance(inner, e.Member) and isinstance(inner.name, e.String) and inner.name.value.lower() == "rawui"
    if of_screen and folded in SIZES:
        refuse(node.name.extent, f"$Host.UI.RawUI.{node.name.extent.text}")


def _is_exception(node: e.Node) -> bool:
    """Whether an exception is asked for there: `$_.Exception`, `$_.Exception.InnerException`."""
    return (
        isinstance(node, e.Member | e.Invoke)
        and not node.static
        and isinstance(node.name, e.String)
        and node.name.value.lower() in _EXCEPTIONS
    )


def _is_variable(node: e.Node, folded: str) -> bool:
    return isinstance(node, e.Variable) and not node.drive and node.name.lower() == folded


def _named(node: s.CommandCall) -> Iterator[tuple[str, e.Expression]]:
    for place, one in enumerate(node.elements):
        if isinstance(one, s.Parameter) and one.name:
            behind = node.elements[place + 1] if place + 1 < len(node.elements) else None
            value = one.argument or behind
            if isinstance(value, e.Expression):
                yield one.name, value


def _written(node: s.Statement) -> e.Expression | None:
    """The expression that a statement consists of."""
    if isinstance(node, s.Pipeline) and len(node.elements) == 1:
        element = node.elements[0]
        return element.expression if isinstance(element, s.CommandExpression) else None
    return None


def _asks(value: e.Expression) -> bool:
    told = value.name if isinstance(value, e.Member) and value.static else value  # [ActionPreference]::Inquire
    return isinstance(told, e.String) and told.value.lower() in _ASKING
