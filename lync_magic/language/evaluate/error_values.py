"""Error records and exceptions as values: the `$_` of a `catch`, the items of `$Error` and of `-ErrorVariable`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.errors import CommandNotFound, LyncError, RemoteError
from lync_magic.language.cmdlets.coercion import opaque
from lync_magic.language.evaluate.frames import BLOCK, keep_first_frames, stack_trace
from lync_magic.language.syntax.source import Extent, file_of, place_words, position_message
from lync_magic.language.values.collections import NOTHING, Dictionary, GenericList, net_object
from lync_magic.language.values.command_objects import command_object
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.enums import ENUMS, LocalEnum, enum_value
from lync_magic.language.values.exceptions import RUNTIME, has_property, is_a, kind_of, number_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, no_overload
from lync_magic.language.values.methods import argument_failed, method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.spelled import Spelled
from lync_magic.language.values.static_exceptions import exception_maker
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, own_types, type_of
from lync_magic.psrp import ErrorRecord

_RECORD: Final = "System.Management.Automation.ErrorRecord"
_SERVERS: Final = "System.Management.Automation.Runspaces.RemotingErrorRecord"
_CATEGORY: Final = "System.Management.Automation.ErrorCategory"
_CATEGORIES: Final = ENUMS[_CATEGORY]


@dataclass(frozen=True, eq=False)
class ExceptionValue:
    """An exception. name: its .NET type's short name.  inner: the one inside, or None.  file: the name of the file that
    a FileNotFoundException is about, where it was told."""

    message: str
    name: str
    inner: ExceptionValue | None = None
    error: LyncError | None = None
    file: str | None = None

    def __str__(self) -> str:
        """Its type and message, and those of the one inside: .NET's, without where in .NET it was thrown."""
        own = f"{kind_of(self.name).name}: {self.message}"
        if self.file:
            own += f"\nFile name: '{self.file}'"
        if self.inner is None:
            return own
        return f"{own}\n ---> {self.inner}\n   --- End of inner exception stack trace ---"

    def text_in_cells(self) -> str:
        """The same. Raises NotKnownHere for one that PowerShell itself throws in running a script, whose text has the
        places."""
        name, error = kind_of(self.name).name, self.error
        own_by = isinstance(error, ScriptError) and (error.was_thrown or name.endswith(".WriteErrorException"))
        if name.endswith(".ActionPreferenceStopException") or (
            isinstance(error, ScriptError | CommandNotFound) and not own_by
        ):
            raise NotKnownHere("the text of an exception, which has its places in .NET ($_.Exception.Message is known)")
        if self.inner is not None:
            self.inner.text_in_cells()
        return str(self)


@dataclass(eq=False)
class ErrorValue:
    """An error record.

    unwrapped: a `catch` took the exception inside, which then is the record's own.  preferred: a preference of Stop
    raised it.  own: the record that the exception itself brings, where a `catch` took that.  is_copy: it is the `$_` of
    a `catch` or `trap`: what is changed of it is so of no other record.  first: the error before that.  came: it is the
    record that a server sent, whose class is another.  raised: it ended a statement.  trapped: it is that of a `trap`,
    where `throw` alone throws nothing again.
    """

    error: LyncError
    unwrapped: bool = False
    preferred: bool = False
    own: LyncError | None = None
    is_copy: bool = False
    first: LyncError | None = None
    came: bool = False
    raised: bool = False
    trapped: bool = False

    def __str__(self) -> str:
        has_words = isinstance(self.error, ScriptError) and self.error.thrown_message
        return self.exception.message if self.unwrapped and not has_words else self.error.message

    def __repr__(self) -> str:
        """As PowerShell shows it in a line: the command and what it said."""
        return f"{self.record().activity or self.exception.name.rpartition('.')[2]}: {self}"

    @property
    def told(self) -> LyncError:
        """What the record's properties tell of."""
        return self.own or self.error

    @property
    def exception(self) -> ExceptionValue:
        """What was thrown."""
        outer = exception_of(self.error)
        inside = outer.inner if self.unwrapped and is_a(outer.name, RUNTIME) else None
        return outer if inside is None else inside

    def record(self) -> ErrorRecord:
        """As the error stream has it."""
        made = record_of(self.told)
        return replace(made, message=str(self)) if self.unwrapped else made


def exception_of(error: LyncError) -> ExceptionValue:
    """The exception of an error."""
    if isinstance(error, ScriptError):
        thrown = getattr(error, "thrown", None)
        if isinstance(thrown, ExceptionValue):
            return thrown
        inner = None
        if error.inner and not error.error_id.startswith("FormatError"):
            inner = ExceptionValue(error.inner_message or error.message, error.inner, _deepest(error))
        return ExceptionValue(error.thrown_message or error.message, error.exception, inner, error)
    if isinstance(error, CommandNotFound):
        return ExceptionValue(error.message, "CommandNotFoundException", None, error)
    name = "RemoteException" if isinstance(error, RemoteError) else type(error).__name__
    return ExceptionValue(error.message, name, None, error)


def _deepest(error: ScriptError) -> ExceptionValue | None:
    """What the inner exception of one that could not be converted holds in its turn."""
    found = None
    if error.inner in (_CAST, _TRANSFORMED) and 'Error: "' in error.message:
        of_regex = error.error_id.startswith("InvalidCastFromStringToRegex")
        of_xml = '"System.Xml.XmlDocument"' in error.message
        kind = "RegexParseException" if of_regex else "XmlException" if of_xml else "FormatException"
        found = ExceptionValue(error.message.partition('Error: "')[2].removesuffix('"'), kind)
    return ExceptionValue(error.inner_message, _CAST, found) if error.inner == _TRANSFORMED else found


_CAST: Final = "PSInvalidCastException"
_TRANSFORMED: Final = "ArgumentTransformationMetadataException"


def cause(error: LyncError) -> object:
    """What is the same for all records of one exception."""
    thrown = getattr(error, "thrown", None)
    if not isinstance(thrown, ExceptionValue):
        first = getattr(error, "before", None) or getattr(error, "origin", None)
        return cause(first) if isinstance(first, LyncError) else error
    return thrown if thrown.error is None else cause(thrown.error)


def record_of(error: LyncError) -> ErrorRecord:
    """An error as the error stream has it."""
    error_id, category = type(error).__name__, "NotSpecified"
    if isinstance(error, RemoteError):
        error_id, category = error.error_id or error_id, error.category or category
    if isinstance(error, ScriptError):
        error_id = error.error_id or ""  # a text that was thrown is one, the empty one too
    target = target_of(error)
    position = ""
    line = getattr(error, "line", None)
    if line is not None:
        extent = getattr(error, "extent", None)
        position = f"At line:{line[0]} char:{line[1]}"
        if isinstance(extent, Extent):
            position = place_words(extent, *line)
    return ErrorRecord(
        error.message,
        error_id,
        category,
        kind_of(exception_of(error).name).name,
        _told(error, "TargetName") or ("" if target is None else net_text(target)),
        _told(error, "Activity") or _activity(error),
        position,
        recommended_action=(error.recommended if isinstance(error, ScriptError) else "") or error.advice or "",
        caller=_caller(error),
    )


def _caller(error: LyncError) -> str:
    """The function that wrote an error (Write-Error), whose word it is to who reads; "" of a block and a cell."""
    by = getattr(error, "written_by", None)
    command = by.get("MyCommand") if isinstance(by, PSObject) else None
    return to_text(command["Name"]) if isinstance(command, PSObject) and "Name" in command else ""


def _told(error: LyncError, name: str) -> str:
    """What a property of its CategoryInfo was told to be, "" where nothing."""
    return error.told_category.get(name, "") if isinstance(error, ScriptError) else ""


def locate(error: LyncError, extent: Extent) -> None:
    """Keep where an error is, unless that is known."""
    if getattr(error, "line", None) is None:
        error.line = (extent.line, extent.column)  # type: ignore[attr-defined]
        error.source_line = extent.source.whole_line(extent.line)  # type: ignore[attr-defined]
        error.extent = extent  # type: ignore[attr-defined]


def _shortened(text: str) -> str:
    """The target's name: at most 40 characters, the middle left out."""
    return text if len(text) <= 40 else f"{text[:19]}…{text[-19:]}"


def _activity(error: LyncError) -> str:
    if isinstance(error, ScriptError):
        return error.activity
    if isinstance(error, CommandNotFound):
        return ""
    return error.command if isinstance(error, RemoteError) else ""


def target_of(error: LyncError) -> object:
    """What an error was about."""
    if isinstance(error, CommandNotFound):
        return error.command
    return getattr(error, "target", None)


def is_servers(error: LyncError) -> bool:
    """Whether an error is what the server said of a command: it ends the command, not the statement around it."""
    return isinstance(error, RemoteError) and not isinstance(error, ScriptError | CommandNotFound)


def error_category(name: str) -> LocalEnum:
    """A value of PowerShell's ErrorCategory."""
    number = _CATEGORIES.index(name) if name in _CATEGORIES else 0
    return LocalEnum(_CATEGORIES[number], number, _CATEGORY)


def is_category(name: str) -> str | None:
    """A category's own spelling, None for what is none."""
    return next((one for one in _CATEGORIES if one.lower() == name.lower()), None)


def category_info(value: ErrorValue) -> PSObject:
    """`$_.CategoryInfo`."""
    error, record = value.told, value.record()
    target = target_of(error)
    kind = "" if target is None else NetType(type_of(target)).short
    if kind == "PSCustomObject" or isinstance(target, Spelled) or getattr(error, "piped", False):
        kind = "PSObject"
    reason = value.exception.name.rpartition(".")[2]
    if isinstance(error, RemoteError) and error.reason:
        reason = error.reason
    typed, by, why = (_shortened(_told(error, name)) for name in ("TargetType", "Activity", "Reason"))
    text = (
        f"{record.category}: ({_shortened(record.target)}:{typed or kind}) [{by or record.activity}], {why or reason}"
    )
    kind, reason = _told(error, "TargetType") or kind, _told(error, "Reason") or reason
    return PSObject(
        {
            "Category": error_category(record.category), "Activity": record.activity, "Reason": reason,
            "TargetName": record.target, "TargetType": kind,
        },
        ("System.Management.Automation.ErrorCategoryInfo", "System.Object"),
        text,
    )  # fmt: skip


def error_property(value: ErrorValue, folded: str) -> object:
    """What a record tells as it is; what a cell may change of it is in `error_details`."""
    error = value.told
    match folded:
        case "exception":
            return value.exception
        case "fullyqualifiederrorid":
            return value.record().error_id
        case "targetobject":
            return target_of(error)
        case "invocationinfo":
            return invocation_of(value)
        case "origininfo" if value.came:
            raise NotKnownHere("the OriginInfo of an error of a server's command")
        case "scriptstacktrace":
            if is_servers(error):  # PowerShell tells a line of the file that its import made
                raise NotKnownHere("the ScriptStackTrace of an error of a server's command")
            if _is_unthrown(error) or value.own is not None or not isinstance(error, ScriptError | CommandNotFound):
                return None
            return stack_trace(error)
    return MISSING


def _is_unthrown(error: LyncError) -> bool:
    """Whether it was made by a cell, and no more."""
    return getattr(error, "is_made", False) and getattr(error, "extent", None) is None


def invocation_of(value: ErrorValue) -> PSObject | None:
    """`$_.InvocationInfo`."""
    if _is_unthrown(value.told) or (value.came and not value.raised):
        return None
    stopped = value.preferred or getattr(value.told, "thrown_on", False)
    if stopped and getattr(value.told, "written_by", None) is not None:
        by = value.told.written_by  # type: ignore[attr-defined]
        if not by.get("ScriptLineNumber"):  # of a cell, which is called from nowhere
            return net_object("System.Management.Automation.InvocationInfo", {**by, **_place_of(value.told)})
    return None if value.own is not None and value.own is not value.error else _invocation(value.told)


def _invocation(error: LyncError) -> PSObject:
    by = getattr(error, "written_by", None)
    if isinstance(by, PSObject):
        return net_object("System.Management.Automation.InvocationInfo", {**by, **_not_told()})
    activity = _activity(error)
    within = getattr(error, "within", "")
    written = activity == "Write-Error" and not record_of(error).error_id.endswith(".WriteErrorCommand")
    name = within.removeprefix(BLOCK) if written else activity  # Write-Error is its caller's word: a function's
    called = name if written else getattr(error, "called", "")
    called = getattr(error, "called", "") if isinstance(error, CommandNotFound) else called
    if not called and not kind_of(exception_of(error).name).name.endswith(_OF_BINDER):
        called = name
    content = {
        "MyCommand": _command(name, within) if name or written else None, "InvocationName": called,
        **_place_of(error), **_not_told(),
    }  # fmt: skip
    if is_servers(error):  # what raised it is a line of the import's own file
        content |= {"MyCommand": None, "InvocationName": ""}
    return net_object("System.Management.Automation.InvocationInfo", content)


def _not_told() -> dict[str, object]:
    """What the InvocationInfo of an error does not tell of the command that it came from."""
    return {
        "BoundParameters": Dictionary((), "System.String", "System.Object"), "UnboundArguments": GenericList(()),
        "PipelineLength": 0, "PipelinePosition": 0, "ExpectingInput": False, "DisplayScriptPosition": None,
        "CommandOrigin": LocalEnum("Internal", 1, "System.Management.Automation.CommandOrigin"),
    }  # fmt: skip


def invocation_of_cmdlet(name: str, called: str, place: Extent | None) -> PSObject:
    """The InvocationInfo of a cmdlet that says something itself. called: as the cell calls it."""
    content: dict[str, object] = {
        "MyCommand": _command(name, ""), "InvocationName": called, **file_of(place),
    }  # fmt: skip
    if place is not None:
        content |= {
            "ScriptLineNumber": place.line, "OffsetInLine": place.column, "Line": place.source.whole_line(place.line),
            "PositionMessage": position_message(place),
        }  # fmt: skip
    return net_object("System.Management.Automation.InvocationInfo", content)


_OF_BINDER: Final = (
    "ParameterBindingException",
    "ParameterBindingValidationException",
    "ParameterBindingArgumentTransformationException",
)
"""What the binder throws, which knows the command but not how it was called."""


def _place_of(error: LyncError) -> dict[str, object]:
    line, extent = getattr(error, "line", None) or (1, 1), getattr(error, "extent", None)
    return {
        "ScriptLineNumber": line[0], "OffsetInLine": line[1], "Line": getattr(error, "source_line", ""),
        "PositionMessage": position_message(extent) if isinstance(extent, Extent) else "",
        "Statement": extent.text if isinstance(extent, Extent) else "",
        **file_of(extent if isinstance(extent, Extent) else None),
    }  # fmt: skip


def _command(name: str, within: str) -> PSObject:
    kind = "Script" if not name else "Function" if name == within else "Cmdlet"
    if name == within and name.lower().endswith(".ps1"):
        kind = "ExternalScript"
    return command_object(kind, {"Name": name}, name)


_ARGUMENT: Final = re.compile(r'argument "([^"]*)"')
_PARAMETER: Final = re.compile(r"parameter (?:name )?'([^']*)'")


def _is_binders(value: ExceptionValue) -> bool:
    return isinstance(value.error, ScriptError) and value.name.startswith("ParameterBinding")


def was_thrown(value: ExceptionValue) -> bool:
    """Whether a `throw` raised it, or raised it again."""
    return bool(getattr(value.error, "was_thrown", False) or getattr(value.error, "thrown_on", False))


def _exception_property(value: ExceptionValue, folded: str) -> object:
    match folded:
        case "message":
            return value.message
        case "innerexception":
            return value.inner
        case "errorrecord" if value.error is not None and has_property(value.name, folded):
            return ErrorValue(value.error)
        case "itemname" if value.error is not None and has_property(value.name, folded):
            return target_of(value.error)
        case "commandname" if isinstance(value.error, CommandNotFound):
            return value.error.command
        case "filename" if value.error is None and value.name == "FileNotFoundException":
            return value.file
        case "helplink":
            return None
        case "hresult" if (value.error is None or value.name not in _OF_SYSTEM) and (
            number := number_of(value.name)
        ) is not None:
            return number
        case "source" if was_thrown(value) or value.name.endswith("WriteErrorException"):
            return None
        case "stacktrace" | "source" | "hresult" | "targetsite" | "data":
            raise NotKnownHere(f"the property .{folded} of an exception")
        case "paramname" if value.name.startswith("Argument"):
            return value.message.partition("(Parameter '")[2].removesuffix("')") or None
        case "paramname" if value.name.startswith("PSArgument"):
            if (told := _ARGUMENT.search(value.message)) is None:
                raise NotKnownHere("the parameter that an exception tells of")
            return told[1]
        case "wasthrownfromthrowstatement" if is_a(value.name, RUNTIME):
            return was_thrown(value)
        case "parametername" | "errorid" if _is_binders(value):
            assert isinstance(value.error, ScriptError)
            if folded == "errorid":
                return value.error.error_id.partition(",")[0]
            return getattr(value.error, "parameter", None) or (
                found[1] if (found := _PARAMETER.search(value.message)) is not None else None
            )
    return MISSING


_OF_SYSTEM: Final = ("IOException", "RemoteException")
"""What the system, or a server, gives a number of its own."""


def _exception_type(value: object) -> str:
    return kind_of(value.name).name if isinstance(value, ExceptionValue) else ""


def _made(message: str, name: str, inner: object, file: str | None) -> ExceptionValue:
    return ExceptionValue(message, name, inner if isinstance(inner, ExceptionValue) else None, file=file)


def made_record(exception: ExceptionValue, error_id: str, category: str, target: object) -> ScriptError:
    """An error of an exception that a cell made."""
    error = ScriptError(exception.message, error_id, category, exception=exception.name, target=target)
    error.thrown = exception
    return error


def thrown_anew(value: ErrorValue) -> LyncError:
    """The error of a record that a `throw` is given: of one whose inner exception a `catch` took, that of the inner."""
    error = value.error
    if not value.unwrapped or not isinstance(error, ScriptError) or error.thrown_message:
        return copy(error) if value.trapped else error
    made = made_record(value.exception, error.error_id, error.category or "NotSpecified", error.target)
    keep_first_frames(made, error)
    return made


def as_script_error(error: ScriptError | CommandNotFound) -> ScriptError:
    """An error anew, to be changed."""
    if isinstance(error, ScriptError):
        made = ScriptError(error.message)
        vars(made).update(vars(error))
        return made
    made = ScriptError(
        error.message, error.error_id, error.category, exception="CommandNotFoundException", target=error.command
    )
    vars(made).update((name, value) for name, value in vars(error).items() if name in _KEPT)
    return made


_KEPT: Final = ("advice", "line", "source_line", "extent", "within", "called")
_WRITING: Final = "Write-Error"
"""The command whose name its errors keep, whoever writes them once more."""


def again(error: LyncError, suffix: str, activity: str, inside: ExceptionValue | None = None) -> LyncError:
    """An error as it is written once more, by a command of this name. What ends its id is of who wrote it before.
    inside: the exception that a `catch` took in its place."""
    if not isinstance(error, ScriptError | CommandNotFound):
        return error
    told, thrown, error = error, inside or exception_of(error), as_script_error(error)
    first = error.error_id.rpartition(",")[0] if error.activity and "," in error.error_id else error.error_id
    error_id = ",".join(filter(None, (first, suffix)))
    made = made_record(thrown, error_id, error.category or "NotSpecified", error.target)
    made.activity = error.activity if error.activity == _WRITING else activity
    keep_first_frames(made, told)
    if error.thrown_message:
        made.message, made.thrown_message, made.recommended = error.message, error.thrown_message, error.recommended
    return made


def _innermost(value: ExceptionValue) -> ExceptionValue:
    """`.GetBaseException()`."""
    while value.inner is not None:
        value = value.inner
    return value


def _new_record(_none: None, arguments: Sequence[object]) -> object:
    """[System.Management.Automation.ErrorRecord]::new(exception, id, category, target)."""
    exception = arguments[0]
    if isinstance(exception, str):
        exception = ExceptionValue(exception, "Exception")
    if not isinstance(exception, ExceptionValue):
        raise NotKnownHere("[ErrorRecord]::new() of anything but an exception or its text")
    if arguments[2] is None:
        raise no_overload("new", len(arguments))
    try:
        category = str(enum_value(_CATEGORY, arguments[2]))
    except ScriptError as bad:
        raise argument_failed("errorCategory", arguments[2], ".ctor", _CATEGORY, bad) from None
    error = made_record(exception, to_text(arguments[1]), category, arguments[3])
    error.is_made = True  # type: ignore[attr-defined] # and nobody has thrown it
    return ErrorValue(error)


def _to_record(value: object) -> ErrorValue | None:
    if value is None or value is NOTHING or isinstance(value, ErrorValue):
        return value if isinstance(value, ErrorValue) else None
    raise opaque(value, _RECORD)


exception_maker.append(_made)
more_converters[_RECORD] = _to_record
own_statics[_RECORD] = {"new": method(4)(_new_record)}, {}
own_types[ErrorValue] = lambda value: _SERVERS if isinstance(value, ErrorValue) and value.came else _RECORD
own_types[ExceptionValue] = _exception_type
own_methods[ExceptionValue] = {"getbaseexception": method(0)(lambda value, _a: _innermost(value))}
own_properties[ExceptionValue] = _exception_property
