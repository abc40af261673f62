"""`$PSCmdlet` and `$MyInvocation` inside a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from lync_magic.clixml import MISSING, PSObject
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.stream import halt, implied, inform
from lync_magic.language.cmdlets.whatif import Confirmation, are_you_sure, is_asked
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.core import of_cmdlet
from lync_magic.language.evaluate.declared import impact_of
from lync_magic.language.evaluate.error_values import ErrorValue, again, locate, record_of
from lync_magic.language.evaluate.function_info import function_info
from lync_magic.language.evaluate.streams import record_object
from lync_magic.language.evaluate.upwards import Asked, PipelineHalted
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent, file_of, position_message
from lync_magic.language.values.collections import NOTHING, ArrayList, each_of, is_collection, items_of, net_object
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, no_overload
from lync_magic.language.values.methods import method
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.preferences import SILENT, action_of
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.stream_records import InformationValue, information_record
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types
from lync_magic.psrp import Choice, DebugRecord, ScreenLine, VerboseRecord, WarningRecord

if TYPE_CHECKING:
    from lync_magic.language.cmdlets.binder import Bound
    from lync_magic.language.evaluate.core import EvaluatorCore
    from lync_magic.language.evaluate.parameter_sets import ParameterSets
    from lync_magic.language.evaluate.scope import Scope


class CmdletValue:
    """`$PSCmdlet`. failed: it wrote an error, so that `$?` of the call is false.  halted: what it ended the function
    with, which may go on all the same and ends its pipeline then."""

    def __init__(
        self,
        core: EvaluatorCore,
        block: Block,
        bound: Bound | None,
        sets: ParameterSets | None,
        scope: Scope,
        called: Called,
    ) -> None:
        self.core = core
        self.block = block
        self.bound = bound
        self.sets = sets
        self.scope = scope
        self.called = called
        self.failed = False
        self.halted: LyncError | Stopping | None = None
        self.confirmation = Confirmation()

    def __str__(self) -> str:
        return "System.Management.Automation.PSScriptCmdlet"


def _should_process(value: CmdletValue, arguments: Sequence[object]) -> object:
    """Whether to go on: what would be done is said under -WhatIf, and asked where the function's ConfirmImpact is no
    less than `$ConfirmPreference`, which -Confirm lowers."""
    texts = [to_text(one) for one in arguments]
    action = texts[1] if len(texts) > 1 else value.block.name
    doing = texts[0] if len(texts) > 2 else f'Performing the operation "{action}" on target "{texts[0]}".'
    if _only_says(value):
        value.scope.sink.report(ScreenLine(f"What if: {doing}"))
        return False
    preference = value.scope.get("ConfirmPreference")
    if is_asked(impact_of(value.block), None if preference is MISSING else preference):
        query, caption = (texts[1], texts[2]) if len(texts) > 2 else (are_you_sure(doing), "Confirm")
        return value.confirmation.given(value.core.runtime.choose, query, caption)
    if value.bound is not None and to_bool(value.bound.common.get("Verbose", False)):
        value.scope.sink.report(VerboseRecord(doing))
    return True


def _only_says(value: CmdletValue) -> bool:
    """Whether nothing is to be done: under -WhatIf, and where the preference says it."""
    told = value.bound.common.get("WhatIf", MISSING) if value.bound is not None else MISSING
    preference = value.scope.get("WhatIfPreference") if told is MISSING else told
    return preference is not MISSING and to_bool(preference)


def _should_continue(value: CmdletValue, arguments: Sequence[object]) -> object:
    """Whether the person says yes."""
    query, caption = (to_text(one) for one in arguments)
    told = [Choice("&Yes", "Continue with only the next step of the operation."), Choice("&No", "Skip this operation.")]
    return value.core.runtime.choose(caption, query, told, 0) == 0


def _write_error(value: CmdletValue, arguments: Sequence[object]) -> object:
    given = arguments[0]
    if not isinstance(given, ErrorValue):
        raise NotKnownHere("$PSCmdlet.WriteError with anything but an error record")
    value.failed = True
    error = _taken(given, value.block.name)
    if value.called.place is not None and isinstance(error, ScriptError):
        locate(error, value.called.place)  # it is the function's own
    with _ending(value):
        value.core.written(error, value.scope)
    return NOTHING


@contextmanager
def _ending(value: CmdletValue) -> Iterator[None]:
    """Where something is said: a preference of Stop ends the function."""
    try:
        yield
    except Stopping as stopping:
        _end(value, stopping)


def _end(value: CmdletValue, raised: LyncError | Stopping) -> NoReturn:
    """End the function: its own statements see only that it was stopped, and what called it has the error."""
    core, sink = value.core, value.scope.sink
    if isinstance(raised, LyncError):
        sink.keep(record_of(raised), of_cmdlet(raised))
        raised.is_told = True  # type: ignore[attr-defined]
    else:
        core.keep_ending(raised, sink, wraps=True)
    value.halted = value.halted or raised
    raise PipelineHalted(value.halted, value)


def forget(stage: object, scope: Scope) -> None:
    """What a stage is ended with is gone where a `trap` of a stage of that pipeline takes it, in whose scope this is;
    what a function ends itself with, where the `trap` is its own."""
    holder = scope.holder
    if scope.dotted:
        return
    if isinstance(stage, Asked) and holder.parent is not None and holder.parent.holder is stage.around:
        stage.halted = None
    if isinstance(stage, CmdletValue) and holder.own.get("pscmdlet") is stage:
        stage.halted = None


def _taken(given: ErrorValue, name: str) -> LyncError:
    """The error of a record that a command of this name writes: the record is that command's from now on."""
    error = again(given.error, name, name)
    if isinstance(given.error, ScriptError) and isinstance(error, ScriptError):
        own = copy(given.error)  # what $Error holds of it stays as it was
        own.error_id, own.activity = error.error_id, error.activity
        given.error = own
    return error


def _write_object(value: CmdletValue, arguments: Sequence[object]) -> object:
    """What the statement gives, which is the function's output (`checked/written.py`)."""
    given = arguments[0]
    if len(arguments) > 1 and to_bool(arguments[1]):
        return list(each_of(given))
    return [given]


def _throw(value: CmdletValue, arguments: Sequence[object]) -> object:
    given = arguments[0]
    if isinstance(given, ErrorValue) and isinstance(given.error, LyncError):
        error = _taken(given, value.block.name)
        if value.called.place is not None:
            error.line = None  # type: ignore[attr-defined]
            locate(error, value.called.place)
        _end(value, error)
    raise NotKnownHere("$PSCmdlet.ThrowTerminatingError with anything but an error record")


def _preferred(value: CmdletValue, variable: str) -> str:
    """What is to be done with what a function says, in lower case: as its parameters say, whatever its variables."""
    common = value.bound.common if value.bound is not None else {}
    own = variable.removesuffix("Preference")
    if own in ("Verbose", "Debug") and own in common:
        return "continue" if to_bool(common[own]) else "silentlycontinue"
    if f"{own}Action" in common:
        return action_of(variable.lower(), common[f"{own}Action"])
    return implied(common, variable) or value.core.preference(variable, value.scope)


def _said(kind: type[WarningRecord] | type[VerboseRecord] | type[DebugRecord], variable: str) -> Any:
    def say(value: CmdletValue, arguments: Sequence[object]) -> object:
        message = to_text(arguments[0])
        preference = _preferred(value, variable)
        record, sink = kind(message), value.scope.sink
        told = record_object(record, value.scope.own.get("myinvocation")) if sink.takes_objects else None
        if preference in SILENT:
            if kind is WarningRecord:
                sink.keep(record, told)
            return NOTHING
        sink.report(record, told)
        with _ending(value):
            halt(preference, variable, message, value.block.name, value.block.name)
        return NOTHING

    return say


def _inform(value: CmdletValue, arguments: Sequence[object]) -> object:
    """Say a piece of information: a record, or what it is of and its tags."""
    if len(arguments) == 1:
        made = arguments[0]
        if made is None:
            raise NotKnownHere("$PSCmdlet.WriteInformation of $null")
        if not isinstance(made, InformationValue):
            raise no_overload("WriteInformation", 1)
    else:
        tags = tuple(map(to_text, items_of(arguments[1]))) if is_collection(arguments[1]) else (to_text(arguments[1]),)
        made = information_record(arguments[0], () if arguments[1] is None else tags, value.block.name)
    preference = _preferred(value, "InformationPreference")
    with _ending(value):
        inform(value.scope.sink, made, preference, value.block.name, value.block.name)
    return NOTHING


def _property(value: CmdletValue, folded: str) -> object:
    match folded:
        case "parametersetname":
            return (value.sets.name if value.sets is not None else "") or "__AllParameterSets"
        case "myinvocation":
            return value.scope.own.get("myinvocation")
        case "stopping":
            return False
    part = more_properties.get(folded)
    return MISSING if part is None else part()


more_properties: dict[str, Callable[[], object]] = {}
"""Properties whose values have a room of their own, by name in lower case."""


class Called(NamedTuple):
    """How a call was written. name: the word, or the sign before it.  position, length: in its pipeline of commands.
    outermost: it stands in the cell itself, in no function or block."""

    name: str = ""
    position: int = 1
    length: int = 1
    place: Extent | None = None
    call: s.CommandCall | None = None
    outermost: bool = False


def invocation(block: Block, bound: object, rest: list[object], called: Called, *, piped: bool) -> PSObject:
    """`$MyInvocation` of a call."""
    content = {
        "MyCommand": function_info(block), "BoundParameters": bound, "UnboundArguments": ArrayList(rest),
        **file_of(called.place),
        "InvocationName": called.name, "PipelineLength": called.length, "PipelinePosition": called.position,
        "ExpectingInput": piped, "DisplayScriptPosition": None,
        "CommandOrigin": LocalEnum(*(("Runspace", 0) if called.outermost else ("Internal", 1)), _ORIGIN),
    }  # fmt: skip
    if called.place is not None:
        content |= {
            "ScriptLineNumber": called.place.line, "OffsetInLine": called.place.column,
            "Line": called.place.source.whole_line(called.place.line), "Statement": called.place.text,
            "PositionMessage": position_message(called.place),
        }  # fmt: skip
    return net_object("System.Management.Automation.InvocationInfo", content)


_ORIGIN: Final = "System.Management.Automation.CommandOrigin"

own_types[CmdletValue] = lambda value: "System.Management.Automation.PSScriptCmdlet"
own_properties[CmdletValue] = _property
own_methods[CmdletValue] = {
    "shouldprocess": method(1, 3)(_should_process),
    "shouldcontinue": method(2)(_should_continue),
    "writeobject": method(1, 2)(_write_object),
    "writeerror": method(1)(_write_error),
    "throwterminatingerror": method(1)(_throw),
    "writeverbose": method(1)(_said(VerboseRecord, "VerbosePreference")),
    "writewarning": method(1)(_said(WarningRecord, "WarningPreference")),
    "writeinformation": method(1, 2)(_inform),
    "writedebug": method(1)(_said(DebugRecord, "DebugPreference")),
}
