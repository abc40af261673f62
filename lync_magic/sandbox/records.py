"""Records and states as objects to serialize, in the shape that PowerShell gives them (MS-PSRP 2.2.2.21 to 2.2.2.25).

Rules of this file: pure functions; an exception's type names list its .NET bases as a real server does.
"""

from __future__ import annotations

from typing import Final

from psrpcore import types as ps

from lync_magic.sandbox.deserialize import to_model
from lync_magic.sandbox.model import ErrorRecord, PSObject, Raw

GENERIC_RESULT: Final = -2146233087
"""HResult of a .NET exception that has no number of its own (COR_E_SYSTEM)."""

_RUNTIME = ("System.Management.Automation.RuntimeException", "System.SystemException")
_BASES: Final[dict[str, tuple[str, ...]]] = {
    "System.Management.Automation.RuntimeException": ("System.SystemException",),
    "System.Management.Automation.RemoteException": _RUNTIME,
    "System.Management.Automation.ParseException": _RUNTIME,
    "System.Management.Automation.CommandNotFoundException": _RUNTIME,
    "System.Management.Automation.PipelineStoppedException": _RUNTIME,
    "System.Management.Automation.ParameterBindingException": _RUNTIME,
    "System.Management.Automation.ParameterBindingValidationException": (
        "System.Management.Automation.ParameterBindingException",
        *_RUNTIME,
    ),
    "System.Management.Automation.ParameterBindingArgumentTransformationException": (
        "System.Management.Automation.ParameterBindingException",
        *_RUNTIME,
    ),
    "System.Management.Automation.ItemNotFoundException": (
        "System.Management.Automation.SessionStateException",
        *_RUNTIME,
    ),
    "System.Management.Automation.Host.HostException": _RUNTIME,
    "Microsoft.PowerShell.Commands.WriteErrorException": ("System.SystemException",),
}


def stopped() -> ErrorRecord:
    """What a pipeline says that was stopped."""
    return ErrorRecord(
        "The pipeline has been stopped.",
        "PipelineStopped",
        "System.Management.Automation.PipelineStoppedException",
        "OperationStopped",
        14,
        reason="PipelineStoppedException",
    )


def defect(error: BaseException) -> ErrorRecord:
    """What a pipeline says when the server itself failed: the kind of failure, for a bug report."""
    return ErrorRecord(
        f"The sandbox failed while it ran the command ({type(error).__name__}: {error}). This is a defect of the "
        "sandbox.",
        "SandboxDefect",
        "System.InvalidOperationException",
        "InvalidOperation",
        7,
        reason=type(error).__name__,
    )


def no_host(caption: str, message: str) -> ErrorRecord:
    """What a command that asks gets where the client has no host to ask."""
    question = "\n".join(part for part in (caption, message) if part)
    return ErrorRecord(
        "A command that prompts the user failed because the host program or the command type does not support user "
        "interaction. The host was attempting to request confirmation with the following message: " + question,
        "HostFunctionNotImplemented",
        "System.Management.Automation.Host.HostException",
        "NotImplemented",
        11,
        reason="HostException",
    )


def refused_by_host(message: str) -> ErrorRecord:
    """What a command that asked gets when the client's host answered with an error."""
    return ErrorRecord(
        message,
        "System.Management.Automation.Remoting.PSRemotingDataStructureException",
        "System.Management.Automation.Host.HostException",
        "InvalidOperation",
        7,
        reason="HostException",
    )


def category_message(record: ErrorRecord) -> str:
    """`ObjectNotFound: (ken:User) [Get-CsUser], ManagementException`, as a console prints it."""
    target = f"{record.target_name}:{record.target_type}"
    return f"{record.category}: ({target}) [{record.activity}], {_reason(record)}"


def to_object(record: ErrorRecord) -> PSObject:
    """The record as PowerShell serializes it (MS-PSRP 2.2.3.15), without invocation information."""
    types = dict.fromkeys((record.exception, *_BASES.get(record.exception, ()), "System.Exception", "System.Object"))
    exception = PSObject(
        tuple(types),
        {
            "ErrorRecord": record.message,
            "WasThrownFromThrowStatement": False,
            "TargetSite": None,
            "Message": record.message,
            "Data": {},
            "InnerException": None,
            "HelpLink": None,
            "Source": None,
            "HResult": GENERIC_RESULT,
            "StackTrace": None,
        },
        text=f"{record.exception}: {record.message}",
    )
    return PSObject(
        ("System.Management.Automation.ErrorRecord", "System.Object"),
        {
            "Exception": exception,
            "TargetObject": None if isinstance(record.target, Raw) else record.target,
            "FullyQualifiedErrorId": record.error_id,
            "InvocationInfo": None,
            "ErrorCategory_Category": record.category_number,
            "ErrorCategory_Activity": record.activity,
            "ErrorCategory_Reason": _reason(record),
            "ErrorCategory_TargetName": record.target_name,
            "ErrorCategory_TargetType": record.target_type,
            "ErrorCategory_Message": category_message(record),
            "SerializeExtendedInfo": False,
        },
        text=record.message,
        adapted=False,
    )


def state(number: int, record: ErrorRecord | None) -> PSObject:
    """A pipeline's state message (MS-PSRP 2.2.2.21)."""
    properties: dict[str, object] = {"PipelineState": number}
    if record is not None:
        properties["ExceptionAsErrorRecord"] = to_object(record)
    return PSObject((), properties, adapted=False)


def informational(kind: str, message: str) -> PSObject:
    """A line of the warning, verbose or debug stream (MS-PSRP 2.2.2.22 to 24); kind: `Warning`, …"""
    name = "System.Management.Automation."
    return PSObject(
        (f"{name}{kind}Record", f"{name}InformationalRecord", "System.Object"),
        {"InformationalRecord_Message": message, "InformationalRecord_SerializeInvocationInfo": False},
        text=message,
        adapted=False,
    )


def to_psrpcore(record: ErrorRecord) -> ps.ErrorRecord:
    """The record for psrpcore's own messages about the pool."""
    return ps.ErrorRecord(
        Exception=ps.NETException(Message=record.message, HResult=GENERIC_RESULT),
        CategoryInfo=ps.ErrorCategoryInfo(Category=ps.ErrorCategory(record.category_number), Reason=_reason(record)),
        FullyQualifiedErrorId=record.error_id,
    )


def _reason(record: ErrorRecord) -> str:
    return record.reason or record.exception.rpartition(".")[2]


def message_of(record: ps.ErrorRecord) -> str:
    """The text of a record that a client sent."""
    return str(to_model(record.Exception.Message))
