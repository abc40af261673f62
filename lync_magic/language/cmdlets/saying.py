"""Write-Host, Write-Warning, Write-Verbose, Write-Debug, Write-Information, Write-Progress: what a script says beside
its output.

Rule of this file: a record becomes an object where something may ask for one, and not for the screen alone; its
InvocationInfo is that of who said it, the function or cell around the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import (
    all_of,
    halt_at,
    inform,
    null_reference,
    preferred,
    takes_objects,
    tell,
    warn,
)
from lync_magic.language.evaluate.streams import record_object
from lync_magic.language.values.collections import is_collection, is_table, items_of
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.preferences import SILENT
from lync_magic.language.values.stream_records import information_record
from lync_magic.language.values.text import local_text, net_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.xml_nodes import XmlNode
from lync_magic.psrp import (
    DebugRecord,
    Event,
    HostLine,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)

_COLOR: Final = "System.ConsoleColor"
_INFORMATION: Final = ("InformationAction", "InformationPreference")


def _object(call: BoundCall, record: Event) -> object:
    """The object that stands for a record; None where nothing asks for it."""
    if not takes_objects(call):
        return None
    return record_object(record, call.services.get_variable("MyInvocation"), call.command_name)


def _host(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    separator = to_text(call.get("Separator", " "))
    front, back = (_color(call.get(name)) for name in ("ForegroundColor", "BackgroundColor"))
    preference = preferred(call, *_INFORMATION)
    for item in input if input is not None else [call.get("Object", "")]:
        if input is not None and is_table(item):
            item = type_of(item)
        is_piped = is_collection(item) and (input is not None or item is call.services.scope.get("_"))
        text = to_text(item) if is_piped else _host_text(item, separator)  # a list that was piped is one value
        line = HostLine(text, newline=not call.switch("NoNewline"), foreground=front, background=back)
        if preference == "ignore":
            call.services.scope.sink.keep_ignored(line, _object(call, line))
            continue
        tell(call, line, _object(call, line))
        halt_at(call, preference, "InformationPreference", text)
    yield from ()


def _color(told: object) -> int | None:
    return None if told is None else enum_value(_COLOR, told).value


def _host_text(value: object, separator: str) -> str:
    """What Write-Host makes of a value: numbers in full, lists within lists as one, tables as their entries."""
    if isinstance(value, NetType):
        return value.shown
    if isinstance(value, XmlNode):
        return value.name
    if is_collection(value):
        return separator.join(_host_text(one, separator) for one in items_of(value))
    if is_table(value):
        return separator.join(f"[{local_text(key)}, {local_text(one)}]" for key, one in value.items())
    return net_text(value)


def _warning(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for message in input if input is not None else [call.get("Message")]:
        text = to_text(message)
        warn(call, text, _object(call, WarningRecord(text)))
    yield from ()


def _told(
    kind: type[VerboseRecord] | type[DebugRecord], parameter: str
) -> Callable[[BoundCall, Iterator[object] | None], Iterator[object]]:
    variable = f"{parameter}Preference"

    def run(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
        preference = preferred(call, parameter, variable)
        for message in input if input is not None else [call.get("Message")]:
            if preference in SILENT:
                continue
            record = kind(to_text(message))
            tell(call, record, _object(call, record))
            halt_at(call, preference, variable, to_text(message))
        yield from ()

    return run


def _information(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    preference = preferred(call, *_INFORMATION)
    for tag in all_of(call.get("Tags")):
        if to_text(tag).lower().startswith("ps"):
            message = f"Cannot use tag '{tag}'. The 'PS' prefix is reserved."
            raise _failed(call, "PSPrefixReservedInInformationTag", message, "PSArgumentException", tag)
    for data in input if input is not None else [call.get("MessageData")]:
        if any(one is None for one in all_of(call.get("Tags"))):
            raise null_reference(call)
        tags = tuple(to_text(one) for one in all_of(call.get("Tags")))
        if input is not None and is_collection(data):
            raise NotKnownHere(f"{call.command_name} of a list that was piped")
        record = information_record(data, tags, call.command_name)
        inform(call.services.scope.sink, record, preference, call.error_suffix, call.command_name)
    yield from ()


def _progress(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    activity, done = to_text(call.get("Activity")), call.switch("Completed")
    number, parent = call.get("Id", 0), call.get("ParentId", -1)
    if not activity and not done:
        message = "Missing value for mandatory parameter. (Parameter 'Activity')"
        raise _failed(call, "MissingActivity", message, "ArgumentException")
    if number == parent:
        message = "ParentActivityId cannot be the same as the ActivityId."
        raise _failed(call, "Argument", message, "PSArgumentException")
    preference = preferred(call, "ProgressAction", "ProgressPreference")
    if preference not in SILENT:
        percent = call.get("PercentComplete", -1)
        record = ProgressRecord(
            activity, to_text(call.get("Status", "Processing")), to_text(call.get("CurrentOperation", "")), number,
            parent if parent >= 0 else None, percent if percent >= 0 else None, call.get("SecondsRemaining"),
        )  # fmt: skip
        call.services.report(replace(record, percent=100, completed=True) if done else record)
        halt_at(call, preference, "ProgressPreference", activity)
    yield from ()


def _failed(call: BoundCall, error_id: str, message: str, kind: str, target: object = None) -> ScriptError:
    return ScriptError(message, f"{error_id},{call.error_suffix}", "InvalidArgument", exception=kind, target=target)


_MESSAGE: Final = ParameterSpec("Message", "string", ("Msg",), 0, mandatory=True, by_value=True)

CMDLETS: Final = (
    ClientCommand(
        "Write-Host",
        (
            ParameterSpec("Object", "object", ("Msg", "Message"), 0, remaining=True, by_value=True, spelled=True),
            ParameterSpec("NoNewline", "switch"),
            ParameterSpec("Separator", "object"),
            ParameterSpec("ForegroundColor", "string"),
            ParameterSpec("BackgroundColor", "string"),
        ),
        _host,
        (),
        "WriteHostCommand",
    ),
    ClientCommand("Write-Warning", (_MESSAGE,), _warning, (), "WriteWarningCommand"),
    ClientCommand("Write-Verbose", (_MESSAGE,), _told(VerboseRecord, "Verbose"), (), "WriteVerboseCommand"),
    ClientCommand("Write-Debug", (_MESSAGE,), _told(DebugRecord, "Debug"), (), "WriteDebugCommand", own=True),
    ClientCommand(
        "Write-Information",
        (
            ParameterSpec("MessageData", "object", ("Msg", "Message"), 0, mandatory=True, by_value=True),
            ParameterSpec("Tags", "string[]", position=1),
        ),
        _information,
        (),
        "WriteInformationCommand",
        own=True,
    ),
    ClientCommand(
        "Write-Progress",
        (
            ParameterSpec("Activity", "string", position=0),
            ParameterSpec("Status", "string", position=1),
            ParameterSpec("Id", "int", position=2),
            ParameterSpec("PercentComplete", "int"),
            ParameterSpec("SecondsRemaining", "int"),
            ParameterSpec("CurrentOperation", "string"),
            ParameterSpec("ParentId", "int"),
            ParameterSpec("Completed", "switch"),
            ParameterSpec("SourceId", "int"),
        ),
        _progress,
        (),
        "WriteProgressCommand",
        own=True,
    ),
)
