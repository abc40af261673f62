"""The evaluator's own values: script blocks, functions, error records and the exceptions in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lync_magic.clixml import MISSING, EnumValue, PSObject
from lync_magic.errors import CommandNotFound, LyncError, RemoteError
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.properties import own_properties
from lync_magic.language.values.types import own_types


@dataclass(frozen=True, eq=False)
class Block:
    """A script block as a value. parameters: those declared after a function's name, else None."""

    node: s.ScriptBlock
    text: str
    name: str = ""
    parameters: tuple[s.ParameterDeclaration, ...] | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def declared(self) -> tuple[s.ParameterDeclaration, ...]:
        """Its parameters."""
        return self.parameters if self.parameters is not None else self.node.parameters or ()


@dataclass(frozen=True, eq=False)
class ExceptionValue:
    """`$_.Exception`. name: its .NET type's short name.  inner: that of the exception inside, or ""."""

    error: LyncError
    name: str
    inner: str = ""

    def __str__(self) -> str:
        return self.error.message


@dataclass(frozen=True, eq=False)
class ErrorValue:
    """An error record: the `$_` of a `catch`."""

    error: LyncError

    def __str__(self) -> str:
        return self.error.message

    @property
    def exception(self) -> ExceptionValue:
        """What was thrown."""
        if isinstance(self.error, ScriptError):
            return ExceptionValue(self.error, self.error.exception, self.error.inner)
        if isinstance(self.error, CommandNotFound):
            return ExceptionValue(self.error, "CommandNotFoundException")
        name = "RemoteException" if isinstance(self.error, RemoteError) else type(self.error).__name__
        return ExceptionValue(self.error, name)


_NAMESPACES: Final = {
    "RuntimeException": "System.Management.Automation.", "CommandNotFoundException": "System.Management.Automation.",
    "RemoteException": "System.Management.Automation.", "ParameterBindingException": "System.Management.Automation.",
    "MethodInvocationException": "System.Management.Automation.", "MethodException": "System.Management.Automation.",
    "WriteErrorException": "Microsoft.PowerShell.Commands.",
}  # fmt: skip


_CATEGORIES: Final = (
    "NotSpecified", "OpenError", "CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument", "InvalidData",
    "InvalidOperation", "InvalidResult", "InvalidType", "MetadataError", "NotImplemented", "NotInstalled",
    "ObjectNotFound", "OperationStopped", "OperationTimeout", "SyntaxError", "ParserError", "PermissionDenied",
    "ResourceBusy", "ResourceExists", "ResourceUnavailable", "ReadError", "WriteError", "FromStdErr", "SecurityError",
    "ProtocolError", "ConnectionError", "AuthenticationError", "LimitsExceeded", "QuotaExceeded", "NotEnabled",
)  # fmt: skip


def error_category(name: str) -> EnumValue:
    """A value of PowerShell's ErrorCategory."""
    number = _CATEGORIES.index(name) if name in _CATEGORIES else 0
    return EnumValue(name, number, "System.Management.Automation.ErrorCategory")


def caught_by(error: LyncError, type_name: str) -> bool:
    """Whether `catch [type_name]` takes an error."""
    short = type_name.rpartition(".")[2].lower()
    if short in ("exception", "systemexception"):
        return True
    record = ErrorValue(error).exception
    if short in (record.name.lower(), record.inner.lower()):
        return True
    return short == "runtimeexception" and not record.inner and record.name != "Exception"


def _error_property(value: ErrorValue, folded: str) -> object:
    error = value.error
    match folded:
        case "exception":
            return value.exception
        case "fullyqualifiederrorid":
            return error.error_id if isinstance(error, RemoteError) else type(error).__name__
        case "categoryinfo":
            category = error.category if isinstance(error, RemoteError) else "NotSpecified"
            return PSObject({"Category": error_category(category or "NotSpecified")}, ())
        case "targetobject":
            if isinstance(error, CommandNotFound):
                return error.command
            return error.target if isinstance(error, ScriptError) else None
    return MISSING


def _exception_property(value: ExceptionValue, folded: str) -> object:
    if folded == "message":
        return value.error.message
    if folded == "innerexception":
        return ExceptionValue(value.error, value.inner) if value.inner else None
    return MISSING


def _exception_type(value: object) -> str:
    name = value.name if isinstance(value, ExceptionValue) else ""
    return _NAMESPACES.get(name, "System.") + name


own_types[Block] = lambda value: "System.Management.Automation.ScriptBlock"
own_types[ErrorValue] = lambda value: "System.Management.Automation.ErrorRecord"
own_types[ExceptionValue] = _exception_type
own_properties[ErrorValue] = _error_property
own_properties[ExceptionValue] = _exception_property
own_properties[Block] = lambda value, folded: MISSING
