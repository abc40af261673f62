"""Where in the cell an error is: the argument that a parameter does not take, the name of a command that is not there,
else the statement or call that failed (InvocationInfo.PositionMessage)."""

from __future__ import annotations

import re
from typing import Final

from lync_magic.errors import CommandNotFound, LyncError
from lync_magic.language.cmdlets.binder import find_parameter
from lync_magic.language.cmdlets.declare import ClientCommand
from lync_magic.language.evaluate.error_values import locate
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent
from lync_magic.language.values.exceptions import is_a, kind_of
from lync_magic.language.values.failures import ScriptError

_TOLD: Final = re.compile(r"(?:parameter (?:name )?|to parameter |on parameter )'([^']*)'")
_OF_NAMES: Final = ("NamedParameterNotFound", "AmbiguousParameter", "MissingArgument")
_BINDING: Final = "System.Management.Automation.ParameterBindingException"


def place_of(node: e.Node) -> Extent:
    """Where an error of a statement is. Of an assignment that a cell begins with PowerShell marks the first statement
    within before the assignment itself, and tells of it as the assignment."""
    source = node.extent.source
    script = (source.origin or source).script
    if not isinstance(script, s.Script) or script.parameters or not script.statements:
        return node.extent
    begun = script.statements[0]
    if not isinstance(begun, s.Assignment) or node.extent.start >= begun.extent.end:
        return node.extent
    return begun.extent if _first_within(begun) is node else node.extent


def _first_within(begun: s.Assignment) -> e.Node | None:
    """The first statement within an assignment that has a place of its own, where it is worked out or assigns."""
    waiting = [*begun.value.children()][::-1] if isinstance(begun.value, s.Pipeline) else [begun.value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, s.Assignment) or (isinstance(one, s.Pipeline) and _is_worked_out(one)):
            return one
        if isinstance(one, s.Pipeline | s.Switch | s.While | s.DoLoop) or (isinstance(one, s.Flow) and not _gives(one)):
            return None
        held = one.statement if isinstance(one, e.Paren) else one.value if isinstance(one, e.HashEntry) else None
        if isinstance(held, s.Pipeline):
            waiting += [*held.children()][::-1]
        elif not isinstance(one, e.ScriptBlockExpression | s.Function):
            waiting += [*one.children()][::-1]
    return None


def _gives(flow: s.Flow) -> bool:
    return flow.keyword == "return"


def _is_worked_out(pipeline: s.Pipeline) -> bool:
    return isinstance(pipeline.elements[0], s.CommandExpression)


def place_in_call(error: LyncError, call: s.CommandCall, command: ClientCommand | None = None) -> None:
    """Place the error of a call that could not be bound to its command, or whose command is not there."""
    if isinstance(error, CommandNotFound):
        error.called = call.invocation or error.command  # type: ignore[attr-defined]
        locate(error, call.name.extent)
        return
    unbound = None if command is None else _unbound(error, call, command)
    locate(error, unbound or call.extent)


def is_binders(error: LyncError) -> bool:
    """Whether an error is the binder's."""
    return isinstance(error, ScriptError) and is_a(kind_of(error.exception).name, _BINDING)


def _unbound(error: LyncError, call: s.CommandCall, command: ClientCommand) -> Extent | None:
    found = _TOLD.search(error.message) if is_binders(error) else None
    if found is None or not isinstance(error, ScriptError):
        return None
    told, by_name = found[1].lower(), error.error_id.startswith(_OF_NAMES)
    arguments, loose = _arguments(call)
    named = [_parameter_of(command, parameter.name) for parameter, _argument in arguments]
    for (parameter, argument), name in zip(arguments, named, strict=True):
        if told in (name, parameter.name.lower() if by_name else name):
            return parameter.extent if by_name or argument is None else argument.extent
    placed = sorted((one for one in command.parameters if one.position is not None), key=lambda one: one.position or 0)
    free = [one.name.lower() for one in placed if one.name.lower() not in named]
    index = free.index(told) if told in free else len(loose)
    return loose[index].extent if index < len(loose) else None


def _parameter_of(command: ClientCommand, name: str) -> str:
    """The parameter that a name in a call means, in lower case; "" for none."""
    try:
        return find_parameter(command, name).name.lower()
    except ScriptError:
        return ""


def _arguments(
    call: s.CommandCall,
) -> tuple[list[tuple[s.Parameter, e.Expression | None]], list[e.Expression]]:
    """The parameters that a call names with what stands behind them, and what has no name."""
    named: list[tuple[s.Parameter, e.Expression | None]] = []
    loose: list[e.Expression] = []
    waiting: s.Parameter | None = None
    for one in call.elements:
        if isinstance(one, s.Parameter):
            if waiting is not None:
                named.append((waiting, None))
            waiting = one if one.argument is None else None
            if one.argument is not None:
                named.append((one, one.argument))
        elif waiting is not None:
            named.append((waiting, one))
            waiting = None
        else:
            loose.append(one)
    if waiting is not None:
        named.append((waiting, None))
    return named, loose
