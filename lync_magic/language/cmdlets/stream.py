"""What cmdlets over a stream share: their input, closing it early, and the value of a property."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.errors import LyncError, RemoteError
from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.streams import Sink, event_of, record_object
from lync_magic.language.evaluate.upwards import END, close, thrown_into
from lync_magic.language.values.collections import (
    SINGLE,
    BlockArray,
    Ordered,
    Wrapped,
    enumerate_value,
    is_collection,
    items_of,
)
from lync_magic.language.values.culture import in_culture, named
from lync_magic.language.values.failures import NotKnownHere, ScriptError, Stopping, error_of, stop_message
from lync_magic.language.values.members import member_of
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.preferences import ASKING, SILENT, action_of
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.spelled import given
from lync_magic.language.values.stream_records import InformationValue, StreamRecord
from lync_magic.language.values.text import to_text
from lync_magic.psrp import Event, HostLine, InformationRecord, WarningRecord

Getter = Callable[[object], object]


def objects(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    """The objects to work on: what is piped in, or `-InputObject` as one."""
    if input is not None:
        return input
    told = call.get("InputObject")
    if call.command_name in _SHOWING and is_collection(told) and any(map(is_collection, items_of(told))):
        raise NotKnownHere(f"{call.command_name} of a list within -InputObject")
    return iter([given(told)] if call.given("InputObject") else [])


_SHOWING: Final = ("Out-String", "Out-File", "Out-Host", "Out-Default", "Tee-Object")


def in_told_culture(call: BoundCall) -> AbstractContextManager[None]:
    """Compare as the culture of -Culture does, which the binder has looked at; as the cell's where none is told."""
    found = named(to_text(call.get("Culture", ""))) if call.get("Culture") else None
    return nullcontext() if found is None else in_culture(found)


def null_reference(call: BoundCall) -> ScriptError:
    """.NET's own error, where a cmdlet does not expect what it was given."""
    kind = "NullReferenceException"
    message = "Object reference not set to an instance of an object."
    return ScriptError(message, f"System.{kind},{call.error_suffix}", "NotSpecified", exception=kind)


def named_properties(call: BoundCall) -> list[object]:
    """What -Property names. Raises .NET's own error where that is an empty list, which these cmdlets do not expect."""
    told = all_of(call.get("Property"))
    if not told and call.get("Property") is not None:
        raise null_reference(call)
    return told


def to_screen(call: BoundCall, items: Iterator[object]) -> Iterator[object]:
    """What is shown as an object: a warning, or its like, is said as what it is."""
    for item in items:
        event = event_of(item)
        if event is None:
            yield item
        else:
            call.services.report(event)


class Source:
    """What is piped. problem: why it broke off, which is no error of what takes it."""

    def __init__(self, input: Iterator[object]) -> None:
        self._input = input
        self.problem: BaseException | None = None

    def __iter__(self) -> Source:
        return self

    def __next__(self) -> object:
        try:
            return next(self._input)
        except (StopIteration, NotKnownHere):
            raise
        except (Exception, KeyboardInterrupt) as problem:
            self.problem = problem
            raise

    def throw(self, raised: BaseException) -> object:
        """The next object after this was raised where the last one was given."""
        item = thrown_into(self._input, raised)
        if item is END:
            raise StopIteration
        return item

    def close(self) -> None:
        """No more of it is wanted."""
        close(self._input)


def spread(input: Iterator[object]) -> Iterator[object]:
    """What is piped to a parameter that takes a list: the items of one are items of its own."""
    for one in input:
        yield from items_of(one) if is_collection(one) else (one,)


class UntilBroken(Source):
    """The same for a cmdlet that writes what comes at once: where it breaks off it is at its end, and whoever made this
    raises `problem` when the cmdlet has ended."""

    def __next__(self) -> object:
        if self.problem is None:
            try:
                return super().__next__()
            except (Exception, KeyboardInterrupt):
                if self.problem is None:
                    raise
        raise StopIteration


def is_broken(input: object) -> bool:
    """Whether what was piped has broken off."""
    return isinstance(input, UntilBroken) and input.problem is not None


def of_block(made: object) -> object:
    """What a property is of what its block gave. Raises NotKnownHere for a list that is one value of it: PowerShell
    writes its items where a list is its type's name, and the object is the same one."""
    if type(made) is list:
        return BlockArray(made)
    if is_collection(made) and not isinstance(made, Wrapped):
        raise NotKnownHere("a property whose block gives a list as one value")
    return given(made)


def getter(call: BoundCall, told: object) -> Getter:
    """How a property is read: by name, or worked out by a script block; a block that fails gives `$null`, and the error
    is told by the cmdlets that order, else kept in `$Error` alone."""
    if isinstance(told, Block):
        value_of = call.services.trying(told)

        def run(item: object) -> object:
            try:
                made = value_of(item)
                return of_block(made)
            except (RemoteError, Stopping) as raised:
                if call.command_name in _TELLING:
                    _tell(call, raised, item)
                else:
                    call.services.remember(raised)
                return None

        return run
    name = to_text(told)
    read = reader(name)

    def get(item: object) -> object:
        found = read(item)
        if found is MISSING and type(item) is Ordered:
            return None
        return found if type(found) in SINGLE else member_of(item, name)

    return get


_OF_ORDERED: Final = frozenset({"count", "isreadonly", "keys", "values", "isfixedsize", "syncroot", "issynchronized"})

"""The properties of an ordered table; its entries are none, to the cmdlets that take names of properties."""
_TELLING: Final = {
    "Sort-Object": "SortObjectCommand", "Group-Object": "GroupObjectCommand", "Compare-Object": "CompareObjectCommand",
}  # fmt: skip


def _tell(call: BoundCall, raised: LyncError | Stopping, item: object) -> None:
    """Write what went wrong in a key. `$Error` has both where it was thrown, or ended a cmdlet there; else it has what
    went wrong alone."""
    error, kind = error_of(raised), "CommandNotFoundException"
    preferred = isinstance(raised, Stopping) and raised.preferred
    message = stop_message("ErrorActionPreference", error.message) if preferred else error.message
    ended = isinstance(error, ScriptError) and bool(error.activity) and not error.exception.startswith("ParameterBind")
    if isinstance(error, ScriptError):
        kind = "CmdletInvocationException" if ended else error.exception
    if isinstance(raised, Stopping):
        kind = "ActionPreferenceStopException" if preferred else "RuntimeException"
    error_id = f"ExpressionEvaluation,Microsoft.PowerShell.Commands.{_TELLING[call.command_name]}"
    made = ScriptError(message, error_id, "InvalidResult", target=item, exception=kind)
    made.piped = True
    if ended or isinstance(raised, Stopping):
        call.services.remember(raised)
    elif isinstance(error, ScriptError):
        made.inner, made.inner_message, made.before = error.inner, error.inner_message, error
    else:
        made.before = error
    call.services.error(made)


def reader(name: str) -> Getter:
    """How a property of an object's own is read: MISSING where it has none."""

    def get(item: object) -> object:
        if type(item) is Ordered and name.lower() not in _OF_ORDERED:
            return MISSING
        if type(item) is PSObject and type(item.properties) is dict:
            found = item.properties.get(name, MISSING)
            if type(found) in SINGLE:
                return found
        return get_property(item, name)

    return get


def null_input(suffix: str) -> ScriptError:
    """The error of a cmdlet that takes no `$null` from the pipeline. suffix: its class."""
    message = "Cannot bind argument to parameter 'InputObject' because it is null."
    error_id = f"ParameterArgumentValidationErrorNullNotAllowed,Microsoft.PowerShell.Commands.{suffix}"
    return ScriptError(message, error_id, "InvalidData", exception="ParameterBindingValidationException")


def all_of(value: object) -> list[object]:
    """A parameter's value as a list."""
    return [] if value is None else list(enumerate_value(value))


def preferred(call: BoundCall, parameter: str, variable: str) -> str:
    """What is to be done with what a call says, in lower case. parameter: the common one that tells it, else the
    preference variable does."""
    told = call.common.get(parameter)
    if told is None:
        return implied(call.common, variable) or action_of(variable.lower(), call.services.get_variable(variable))
    if parameter.endswith("Action"):
        return action_of(variable.lower(), told)
    return "continue" if to_bool(told) else "ignore"


def implied(common: Mapping[str, object], variable: str) -> str:
    """What -Debug and -Verbose of a call make of another preference, in lower case; "" where that is nothing."""
    if to_bool(common.get("Debug", False)) and variable in ("WarningPreference", "VerbosePreference"):
        return "inquire"
    return "continue" if to_bool(common.get("Verbose", False)) and variable == "WarningPreference" else ""


def tell(call: BoundCall, record: Event, value: object = None) -> None:
    """Show a record. value: the object that stands for it, None for the cmdlet's own."""
    sink = getattr(call.services.scope, "sink", None)
    if sink is None:
        call.services.report(record)
    else:
        sink.report(record, _own_object(call, record, value))


def takes_objects(call: BoundCall) -> bool:
    """Whether what a call says may become an object."""
    return bool(getattr(getattr(call.services.scope, "sink", None), "takes_objects", False))


def _own_object(call: BoundCall, record: Event, value: object) -> object:
    """The object that stands for what a cmdlet says itself; None where nothing asks for it."""
    if value is not None or not takes_objects(call):
        return value
    return record_object(record, call.services.invocation(), call.command_name)


def keep_unshown(call: BoundCall, record: Event, value: object = None) -> None:
    """A record that a preference hides is still there for -WarningVariable and -InformationVariable."""
    sink = getattr(call.services.scope, "sink", None)
    if sink is not None:
        sink.keep(record, _own_object(call, record, value))


def halt_at(call: BoundCall, preference: str, variable: str, message: str) -> None:
    """End the cell where a preference says so: a warning, or its like, under Stop. Raises Stopping; NotKnownHere for a
    preference that asks a person."""
    halt(preference, variable, message, call.error_suffix, call.command_name)


def halt(preference: str, variable: str, message: str, suffix: str, name: str) -> None:
    """The same for a command of this name; suffix: what its errors' ids end with."""
    if preference in ASKING:
        raise NotKnownHere(f"${variable} = '{preference.title()}'")
    if preference.isalpha() and preference != "stop":
        return
    said = stop_message(variable, message)
    if preference != "stop":
        said = (
            f'The running command stopped because the preference variable "{variable}" or common parameter is set to '
            f'the following value that is not valid: "{preference}".'
        )
    error = ScriptError(
        said, f"ActionPreferenceStop,{suffix}", "OperationStopped", exception="ActionPreferenceStopException"
    )
    error.activity = name
    raise Stopping(error)


def warn(call: BoundCall, message: str, value: object = None) -> None:
    """What a cmdlet warns of, shown unless -WarningAction or the preference says otherwise. Raises Stopping. value: the
    object that stands for it."""
    preference = preferred(call, "WarningAction", "WarningPreference")
    record = WarningRecord(message)
    if preference in SILENT:
        keep_unshown(call, record, value)
        return
    tell(call, record, value)
    halt_at(call, preference, "WarningPreference", message)


def inform(sink: Sink, value: InformationValue, preference: str, suffix: str, name: str) -> None:
    """Say a piece of information as a preference has it. suffix, name: as for `halt`."""
    record = InformationRecord(value.text, tuple(map(to_text, value["Tags"])))
    if preference == "ignore":
        sink.keep_ignored(record, value)
    elif preference == "continue" or ("PSHOST" in record.tags and preference == "silentlycontinue"):
        sink.report(_line_of(value) or record, value)
    else:
        sink.keep(record, value)
        halt(preference, "InformationPreference", value.text, suffix, name)


def _line_of(value: InformationValue) -> HostLine | None:
    """The line that a piece of information is which Write-Host made; None for another."""
    data = value["MessageData"]
    if not isinstance(data, StreamRecord) or "NoNewLine" not in data or "PSHOST" not in value["Tags"]:
        return None
    front, back = (None if (told := data[f"{name}groundColor"]) is None else told.value for name in ("Fore", "Back"))
    return HostLine(data.text, not data["NoNewLine"], foreground=front, background=back)
