"""Text and blocks that are run: Invoke-Expression, Measure-Command, what Invoke-Command runs here; Set-StrictMode."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from lync_magic.clixml import TimeSpan
from lync_magic.errors import CellNotSupported, CellSyntaxError, CommandNotFound
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import all_of, objects
from lync_magic.language.evaluate.blocks import Block, checkers
from lync_magic.language.evaluate.flow import Return
from lync_magic.language.parser.entry import parse
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType


def _invoke_expression(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    core, scope = call.services.evaluator, call.services.scope
    for one in [call.get("Command")] if input is None else input:
        text = to_text(one)
        try:
            script = parse(text)
        except CellSyntaxError as bad:
            error_id = f"{bad.error_id},Microsoft.PowerShell.Commands.InvokeExpressionCommand"
            raise ScriptError(_placed(bad, text), error_id, "ParserError", exception="ParseException") from None
        if not all(part.unnamed for part in script.blocks):
            raise NotKnownHere("Invoke-Expression of text with named parts")
        try:
            for checker in checkers:
                checker(script, core.runtime, core.known_functions())
        except CellNotSupported as refused:
            raise NotKnownHere(
                f"Invoke-Expression of text with {refused.message.removeprefix('Not known here yet: ')}"
            ) from None
        try:
            yield from call.services.telling(partial(core.run_statements, script.statements))(scope)
        except Return as returned:  # it ends the text alone
            yield from returned.items


def _placed(bad: CellSyntaxError, text: str) -> str:
    """An error of a text with its place, as PowerShell shows it. Raises NotKnownHere where that would be more than a
    sign."""
    line = (text.splitlines() or [""])[bad.line - 1] if bad.line <= len(text.splitlines()) else ""
    if bad.error_id not in _OF_ONE_SIGN or len(line) > _SHORT:
        raise NotKnownHere(f"Invoke-Expression of text that does not parse: {bad.message}")
    return f"At line:{bad.line} char:{bad.column}\n+ {line}\n+ {' ' * (bad.column - 1)}~\n{bad.message}"


_OF_ONE_SIGN: Final = ("ExpectedValueExpression", "MissingEndParenthesisInExpression")
_SHORT: Final = 60


def run_here(call: BoundCall, block: Block, input: Iterator[object] | None) -> Iterator[object]:
    """Run a script block in a scope of its own, with -ArgumentList and -InputObject (Invoke-Command)."""
    if call.services.call_block is None:
        raise CommandNotFound(f"{call.command_name} is not known here.", command=call.command_name)
    given = list(input) if input is not None else None
    if given is None and call.given("InputObject"):
        given = [call.get("InputObject")]
    if block.node.has_several_parts:
        error_id, kind = f"InvalidOperation,{call.error_suffix}", "PSInvalidOperationException"
        raise ScriptError(_SEVERAL_PARTS, error_id, "InvalidOperation", exception=kind)
    if any(part.kind in ("begin", "process") and not part.unnamed for part in block.node.blocks):
        raise NotKnownHere("Invoke-Command with a block that is not run at the end")
    try:
        yield from call.services.call_block(block, all_of(call.get("ArgumentList")), given)
    except ScriptError as bad:
        if bad.error_id in _NOT_TAKEN:
            raise NotKnownHere("what PowerShell says of an argument that a block's parameter does not take") from None
        raise


_SEVERAL_PARTS: Final = (
    "The script block cannot be invoked because it contains more than one clause. The Invoke() method can only be used "
    "on script blocks that contain a single clause."
)
_NOT_TAKEN: Final = ("ParameterArgumentTransformationError", "ParameterArgumentValidationError")


def _measure_command(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    block = call.get("Expression")
    assert isinstance(block, Block)
    start = time.perf_counter_ns()
    run = call.services.runner(block)
    for item in objects(call, input) if input is not None or call.given("InputObject") else [None]:
        for _output in run(item):
            pass
    yield TimeSpan.of((time.perf_counter_ns() - start) // 100)


def _strict(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    told = to_text("0.0" if call.get("Version") is None else call.get("Version")).strip().lower() or "0"
    if told == "latest":
        major, minor = _NEWEST
    elif (found := _VERSION.fullmatch(told)) is not None:
        major, minor = int(found[1]), int(found[2] or 0)
    elif isinstance(call.get("Version"), bool):
        major, minor = int(call.get("Version")), 0
    else:
        if isinstance(call.get("Version"), list):
            raise NotKnownHere("Set-StrictMode -Version of a list")
        try:
            convert(call.get("Version"), NetType("System.Version"))
        except ScriptError as bad:
            error_id, kind = f"CannotConvertArgumentNoMessage,{call.error_suffix}", "ParameterBindingException"
            message = f"Cannot bind parameter 'Version'. {bad.message}"
            raise ScriptError(message, error_id, "InvalidArgument", exception=kind) from None
        raise NotKnownHere(f"Set-StrictMode -Version {told}")
    if call.given("Version") and minor not in _MINORS.get(major, ()):
        shown = told if "." in told else f"{major}.{minor}"
        message = (
            f"Cannot validate argument on parameter 'Version'. The \"{shown}\" argument does not contain a valid "
            "PowerShell version. Supply a valid version number and then try the command again."
        )
        error_id, kind = f"ParameterArgumentValidationError,{call.error_suffix}", "ParameterBindingValidationException"
        raise ScriptError(message, error_id, "InvalidData", exception=kind)
    call.services.scope.be_strict(min(major, _STRICTEST))
    yield from ()


def _debug(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    """Set-PSDebug: the global scope becomes strict, or is not any longer."""
    if call.get("Trace", 0):
        raise NotKnownHere(f"Set-PSDebug -Trace {to_text(call.get('Trace'))}")
    scope = call.services.scope
    if scope.holder is not scope.root:
        raise NotKnownHere("Set-PSDebug within a function or a block")
    if call.get("Strict") or call.get("Off"):
        scope.be_strict(1 if call.get("Strict") else 0)
    yield from ()


_VERSION: Final = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9})(?:\.[0-9]{1,9}){0,2})?")
_NEWEST: Final = (7, 6)
_MINORS: Final[Mapping[int, Sequence[int]]] = {
    1: (0,), 2: (0,), 3: (0,), 4: (0,), 5: (0, 1), 6: (0, 1, 2), 7: range(_NEWEST[1] + 1),
}  # fmt: skip
"""The versions of PowerShell that there were, as it knows them itself."""
_STRICTEST: Final = 3


CMDLETS: Final = (
    ClientCommand(
        "Set-PSDebug",
        (
            ParameterSpec("Trace", "int", sets=("on",)),
            ParameterSpec("Step", "switch", sets=("on",), unsupported=True),
            ParameterSpec("Strict", "switch", sets=("on",)),
            ParameterSpec("Off", "switch", sets=("off",)),
        ),
        _debug, (), "SetPSDebugCommand", "on", own=True,
    ),
    ClientCommand(
        "Set-StrictMode",
        (
            ParameterSpec("Version", "object", ("v",), mandatory=True, sets=("Version",), spelled=True),
            ParameterSpec("Off", "switch", mandatory=True, sets=("Off",)),
        ),
        _strict, (), "SetStrictModeCommand", "Version", own=True,
    ),
    ClientCommand(
        "Invoke-Expression",
        (ParameterSpec("Command", "string", position=0, mandatory=True, by_value=True),),
        _invoke_expression,
        ("iex",),
        "InvokeExpressionCommand",
        own=True,
    ),
    ClientCommand(
        "Measure-Command",
        (
            ParameterSpec("Expression", "scriptblock", position=0, mandatory=True),
            ParameterSpec("InputObject", "object", by_value=True),
        ),
        _measure_command,
        (),
        "MeasureCommandCommand",
        own=True,
    ),
)  # fmt: skip
