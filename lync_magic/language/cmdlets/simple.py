"""Small cmdlets: Write-Output and the other streams, Out-Null, Get-Date, New-TimeSpan."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

from lync_magic.clixml import MISSING, Char, EnumValue, ObjectLike, TimeSpan
from lync_magic.errors import LyncError
from lync_magic.language.cmdlets.coercion import opaque
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.stream import objects
from lync_magic.language.evaluate.error_values import ErrorValue, ExceptionValue, again
from lync_magic.language.values.collections import Unlisted, enumerate_value, is_bare, is_collection
from lync_magic.language.values.convert import convert_by_culture
from lync_magic.language.values.enums import enum_member
from lync_magic.language.values.exceptions import kind_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError, cannot_convert
from lync_magic.language.values.moment_members import ticks_of_date
from lync_magic.language.values.moments import TICKS_PER_SECOND, BadMoment, HintedDate, format_datetime
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.shapes import final
from lync_magic.language.values.text import argument_text, to_text
from lync_magic.language.values.types import NetType, type_of
from lync_magic.language.values.unix_dates import unix_format


def _write_output(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    whole = call.switch("NoEnumerate")
    for told in [call.get("InputObject")] if input is None else input:
        if whole:
            yield told
        else:
            yield from enumerate_value(told)


def _write_error(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if input is None and not any(call.given(name) for name in _TOLD):
        message = "Cannot process command because of one or more missing mandatory parameters: Message."
        error_id = "MissingMandatoryParameter,Microsoft.PowerShell.Commands.WriteErrorCommand"
        raise ScriptError(message, error_id, "InvalidArgument", exception="ParameterBindingException")
    for told in map(_piped_text, input) if input is not None else [_told_error(call)]:
        call.services.error(_error_of(call, told))
    yield from ()


def _piped_text(told: object) -> object:
    """What comes down the pipeline is the text of the error, be it an error itself."""
    return to_text(told) if isinstance(told, ErrorValue | ExceptionValue) else told


def _told_error(call: BoundCall) -> object:
    return next((call.get(name) for name in _TOLD if call.given(name)), None)


_TOLD: Final = ("ErrorRecord", "Exception", "Message")
"""What Write-Error is told by, the first that is given."""


def _error_of(call: BoundCall, told: object) -> LyncError:
    """The error that Write-Error is given: a record, an exception or a text."""
    if isinstance(told, ErrorValue) and not call.given("Exception"):
        inside = told.exception if told.unwrapped else None
        written = again(told.told, call.services.caller, "Write-Error", inside)
        if isinstance(written, ScriptError):
            _tell_more(call, written)
        return written
    if call.given("ErrorRecord") and not is_collection(told):
        raise _no_argument("ErrorRecord", opaque(told, "System.Management.Automation.ErrorRecord"))
    if is_collection(told) and not isinstance(told, Unlisted):
        name = "Exception" if call.given("Exception") else "ErrorRecord"
        kind = "System.Exception" if name == "Exception" else "System.Management.Automation.ErrorRecord"
        message = (
            f"Cannot convert '{type_of(told)}' to the type '{kind}' required by parameter '{name}'. Specified method "
            "is not supported."
        )
        suffix, kind = (
            "CannotConvertArgument,Microsoft.PowerShell.Commands.WriteErrorCommand",
            "ParameterBindingException",
        )
        made = ScriptError(message, suffix, "InvalidArgument", exception=kind, activity="Write-Error")
        made.inner, made.inner_message = "NotSupportedException", "Specified method is not supported."
        raise made
    error_id, category = call.get("ErrorId"), to_text(call.get("Category", "NotSpecified"))
    if call.given("Exception") and told is call.get("Exception"):
        told = _exception(told)
    if isinstance(told, ExceptionValue):
        text = (to_text(call.get("Message")) if isinstance(call.get("Message"), str) else "") or told.message
        exception, named = told, kind_of(told.name).name
    else:
        named = "Microsoft.PowerShell.Commands.WriteErrorException"
        text, exception = argument_text(told) if told is not None else f"Exception of type '{named}' was thrown.", None
    made = ScriptError(text, category=category, exception="WriteErrorException", target=call.get("TargetObject"))
    made.error_id = (to_text(error_id) if error_id is not None else "") or named
    made.error_id += f",{call.services.caller}" if call.services.caller else ""
    _tell_more(call, made)
    if exception is not None:
        made.exception, made.thrown = exception.name, exception
        made.thrown_message = exception.message if text != exception.message else ""
    return made


def _tell_more(call: BoundCall, error: ScriptError) -> None:
    """What is said of an error besides what it is."""
    error.recommended = to_text(call.get("RecommendedAction", "")) or error.recommended
    told = {name: to_text(call.get(f"Category{name}", "")) for name in _OF_CATEGORY}
    error.told_category = error.told_category | {name: text for name, text in told.items() if text}


_OF_CATEGORY: Final = ("Activity", "Reason", "TargetName", "TargetType")


def _exception(told: object) -> ExceptionValue:
    """What -Exception makes of a text or a number. Raises ScriptError, in PowerShell's words, for anything else."""
    kind = "System.Exception"
    if isinstance(told, ExceptionValue):
        return told
    if isinstance(told, dict):
        raise NotKnownHere("an exception of a table")
    is_number = isinstance(told, int | float | Decimal) and not isinstance(told, bool | EnumValue)
    if type_of(told) == "System.String" or is_number:
        return ExceptionValue(to_text(told), "Exception")
    if isinstance(told, bool | Char | datetime | EnumValue):
        why = f"Invalid cast from '{type_of(told)}' to '{kind}'."
        raise _no_argument("Exception", cannot_convert(to_text(told), kind, why, ""))
    bad = final(told, kind)
    raise _no_argument("Exception", cannot_convert(to_text(told), kind, bad.message, "") if is_bare(told) else bad)


def _no_argument(name: str, why: ScriptError) -> ScriptError:
    """The binder's error for an argument of Write-Error."""
    error_id = "CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.WriteErrorCommand"
    message = f"Cannot bind parameter '{name}'. {why.message}"
    return ScriptError(
        message, error_id, "InvalidArgument", exception="ParameterBindingException", inner="PSInvalidCastException",
        inner_message=why.message, activity="Write-Error",
    )  # fmt: skip


def _out_null(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for _item in objects(call, input):
        pass
    yield from ()


def _date_of(call: BoundCall, item: object) -> object:
    """The date that an object of the pipeline is or has; MISSING, with an error said, where there is none."""
    value = item
    if (isinstance(item, ObjectLike) and item.base is MISSING) or type_of(item) == "System.DateTimeOffset":
        value = next(
            (found for name in ("Date", "LastWriteTime") if (found := get_property(item, name)) is not MISSING), item
        )
    try:
        if value is not None:
            return convert_by_culture(value, NetType("System.DateTime"))
    except ScriptError:
        pass
    message = (
        "The input object cannot be bound to any parameters for the command either because the command does not take "
        "pipeline input or the input and its properties do not match any of the parameters that take pipeline input."
    )
    error_id = "InputObjectNotBound,Microsoft.PowerShell.Commands.GetDateCommand"
    kind = "ParameterBindingException"
    call.services.error(ScriptError(message, error_id, "InvalidArgument", exception=kind, target=item))
    return MISSING


def _get_date(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    told = [call.get("Date")] if input is None or call.given("Date") else (_date_of(call, one) for one in input)
    for one in told:
        if one is MISSING:
            continue
        moment = one if isinstance(one, datetime) else datetime.now().astimezone()
        if call.given("UnixTimeSeconds"):
            moment = datetime.fromtimestamp(float(as_number(call.get("UnixTimeSeconds")) or 0)).astimezone()
        if call.switch("AsUTC"):
            moment = moment.astimezone(timezone.utc)
        moment = _with_parts(call, moment)
        if call.given("UFormat"):
            yield unix_format(moment, to_text(call.get("UFormat")))
            continue
        if not call.given("Format"):
            hint = call.get("DisplayHint", enum_member(_HINT, _DATE_AND_TIME))
            yield HintedDate.hinting(moment, hint)
            continue
        pattern = to_text(call.get("Format"))
        if pattern.lower() in ("filedateuniversal", "filedatetimeuniversal"):
            moment = moment.astimezone(timezone.utc)
        try:
            yield format_datetime(moment, _NAMED_FORMATS.get(pattern.lower(), pattern))
        except BadMoment as bad:
            error_id, kind = f"System.FormatException,{call.error_suffix}", "FormatException"
            raise ScriptError(str(bad), error_id, "NotSpecified", exception=kind) from None


def _with_parts(call: BoundCall, moment: datetime) -> datetime:
    """A date with the parts that are told, the larger ones first: a day that a month has not is its last one where the
    month was told, and where the day was told one of the next month."""
    for name in ("year", "month"):
        if call.given(name.title()):
            first = moment.replace(**{"day": 1, name: call.get(name.title())})
            moment = first.replace(day=min(moment.day, monthrange(first.year, first.month)[1]))
    if call.given("Day"):
        day = date(moment.year, moment.month, 1) + timedelta(days=call.get("Day") - 1)
        moment = moment.replace(year=day.year, month=day.month, day=day.day)
    smaller = {name.lower(): call.get(name) for name in ("Hour", "Minute", "Second") if call.given(name)}
    if call.given("Millisecond"):
        moment, smaller["microsecond"] = moment.replace(microsecond=0), call.get("Millisecond") * 1000
    return moment.replace(**smaller) if smaller else moment


_HINT: Final = "Microsoft.PowerShell.Commands.DisplayHintType"
_DATE_AND_TIME: Final = 2
_PARTS: Final = ("Year", "Month", "Day", "Hour", "Minute", "Second", "Millisecond")
_NAMED_FORMATS: Final = {
    "filedate": "yyyyMMdd", "filedatetime": "yyyyMMddTHHmmssffff", "filedateuniversal": "yyyyMMddZ",
    "filedatetimeuniversal": "yyyyMMddTHHmmssffffZ",
}  # fmt: skip


def _new_timespan(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if call.given("Start") or call.given("End"):
        now = datetime.now()
        start, end = call.get("Start", now), call.get("End", now)
        yield TimeSpan.of(ticks_of_date(end) - ticks_of_date(start))
        return
    seconds = (
        call.get("Days", 0) * 86_400
        + call.get("Hours", 0) * 3600
        + call.get("Minutes", 0) * 60
        + call.get("Seconds", 0)
    )
    if abs(seconds) * TICKS_PER_SECOND >= 2**63:
        error_id = "System.ArgumentOutOfRangeException,Microsoft.PowerShell.Commands.NewTimeSpanCommand"
        kind = "ArgumentOutOfRangeException"
        message = "TimeSpan overflowed because the duration is too long."
        raise ScriptError(message, error_id, "NotSpecified", exception=kind)
    yield TimeSpan.of(seconds * TICKS_PER_SECOND + call.get("Milliseconds", 0) * (TICKS_PER_SECOND // 1000))


CMDLETS: Final = (
    ClientCommand(
        "Write-Output",
        (
            ParameterSpec("InputObject", "object", (), 0, mandatory=True, remaining=True, by_value=True),
            ParameterSpec("NoEnumerate", "switch"),
        ),
        _write_output,
        ("echo", "write"),
        "WriteOutputCommand",
    ),
    ClientCommand(
        "Write-Error",
        (
            ParameterSpec("Message", "object", ("Msg",), 0, by_value=True, spelled=True),
            ParameterSpec("Category", "System.Management.Automation.ErrorCategory"),
            ParameterSpec("ErrorId", "string"),
            ParameterSpec("Exception", "object", sets=("WithException",), mandatory=True),
            ParameterSpec("ErrorRecord", "object", sets=("ErrorRecord",), mandatory=True),
            ParameterSpec("TargetObject", "object"),
            ParameterSpec("RecommendedAction", "string"),
            *(ParameterSpec(f"Category{name}", "string", (name,)) for name in _OF_CATEGORY),
        ),
        _write_error,
        (),
        "WriteErrorCommand",
        "NoException",
    ),
    ClientCommand(
        "Out-Null", (ParameterSpec("InputObject", "object", by_value=True),), _out_null, (), "OutNullCommand"
    ),
    ClientCommand(
        "Get-Date",
        (
            ParameterSpec("Date", "datetime", ("LastWriteTime",), 0, by_value=True),
            ParameterSpec("Format", "string"),
            ParameterSpec("UFormat", "string"),
            ParameterSpec("UnixTimeSeconds", "object", ("UnixTime",)),
            ParameterSpec("DisplayHint", _HINT),
            ParameterSpec("AsUTC", "switch"),
            *(ParameterSpec(name, "int") for name in _PARTS),
        ),
        _get_date,
        (),
        "GetDateCommand",
    ),
    ClientCommand(
        "New-TimeSpan",
        (
            ParameterSpec("Start", "datetime", ("LastWriteTime",), 0),
            ParameterSpec("End", "datetime", (), 1),
            *(ParameterSpec(name, "int") for name in ("Days", "Hours", "Minutes", "Seconds")),
            ParameterSpec("Milliseconds", "int"),
        ),
        _new_timespan,
        (),
        "NewTimeSpanCommand",
    ),
)
