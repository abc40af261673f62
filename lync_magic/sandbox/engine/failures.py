"""Error records, worded and numbered as PowerShell and Lync word and number them.

Rules of this file: pure functions, one per kind of failure; a text that a recording holds is the recording's.
Only here do exceptions' .NET names and error ids stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from lync_magic.sandbox.model import ErrorRecord, PSObject

_AUTOMATION: Final = "System.Management.Automation."
BINDING: Final = _AUTOMATION + "ParameterBindingException"
VALIDATION: Final = _AUTOMATION + "ParameterBindingValidationException"

CATEGORIES: Final = {
    "NotSpecified": 0,
    "InvalidArgument": 5,
    "InvalidData": 6,
    "InvalidOperation": 7,
    "ObjectNotFound": 13,
    "OperationStopped": 14,
    "ParserError": 17,
    "PermissionDenied": 18,
    "ResourceExists": 20,
    "WriteError": 23,
}
"""System.Management.Automation.ErrorCategory, as far as it is used."""

MANAGEMENT: Final = "Microsoft.Rtc.Management.AD.ManagementException"


class CommandError(Exception):
    """A command cannot go on: the pipeline ends, or the error is shown and the next statement runs."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(record.message)
        self.record = record


def record(
    message: str, error_id: str, exception: str, category: str, *, activity: str = "", target: object = None
) -> ErrorRecord:
    """An error record with what follows from its exception, category and target filled in."""
    return ErrorRecord(
        message,
        error_id,
        exception,
        category,
        CATEGORIES[category],
        activity=activity,
        reason=exception.rpartition(".")[2],
        target=target,
        target_name="" if target is None else _target_text(target),
        target_type="" if target is None else _target_type(target),
    )


def _target_text(target: object) -> str:
    if isinstance(target, PSObject):
        return target.text if target.text is not None else target.type_names[0]
    return str(target)


def _target_type(target: object) -> str:
    if isinstance(target, PSObject):
        return target.type_names[0].rpartition(".")[2]
    names = {str: "String", bool: "Boolean", int: "Int32", UUID: "Guid"}
    return names.get(type(target), type(target).__name__)


# --- the engine's own refusals (recordings `restricted`, `errors`, `tokens_bound`) ----------------


def scripts_not_allowed(script: str) -> ErrorRecord:
    """Script text in a runspace in no-language mode."""
    return record(
        "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode.",
        "ScriptsNotAllowed",
        _AUTOMATION + "ParseException",
        "ParserError",
        target=script,
    )


def unknown_command(name: str, activity: str = "", owner: str = "") -> ErrorRecord:
    """A command that is not there, or not visible.

    owner: the cmdlet that looked for it, empty for the engine.
    """
    error_id = f"CommandNotFoundException,{owner}" if owner else "CommandNotFoundException"
    return record(
        f"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or "
        "executable program.\n"
        "Check the spelling of the name, or if a path was included, verify that the path is correct "
        "and try again.",
        error_id,
        _AUTOMATION + "CommandNotFoundException",
        "ObjectNotFound",
        activity=activity,
        target=name,
    )


def empty_pipeline() -> ErrorRecord:
    """A pipeline without a command."""
    return record(
        "The pipeline does not contain a command.",
        "InvalidOperation",
        "System.InvalidOperationException",
        "InvalidOperation",
    )


# --- binding --------------------------------------------------------------------------------------


def _binding(command: str, error_id: str, message: str) -> ErrorRecord:
    return record(message, f"{error_id},{command}", BINDING, "InvalidArgument", activity=command)


def unknown_parameter(command: str, name: str) -> ErrorRecord:
    """A name that no parameter has."""
    return _binding(
        command,
        "NamedParameterNotFound",
        f"A parameter cannot be found that matches parameter name '{name}'.",
    )


def unknown_positional(command: str, argument: str) -> ErrorRecord:
    """A value that no position takes."""
    message = f"A positional parameter cannot be found that accepts argument '{argument}'."
    return _binding(command, "PositionalParameterNotFound", message)


def missing_argument(command: str, name: str, type_name: str) -> ErrorRecord:
    """A name without its value."""
    wanted = f"Specify a parameter of type '{type_name}' and try again."
    return _binding(command, "MissingArgument", f"Missing an argument for parameter '{name}'. {wanted}")


def ambiguous_parameter(command: str, name: str, matches: Sequence[str]) -> ErrorRecord:
    """An abbreviation that fits several parameters."""
    possible = "".join(f" -{one}" for one in matches)
    message = (
        f"Parameter cannot be processed because the parameter name '{name}' is ambiguous. "
        f"Possible matches include:{possible}."
    )
    return _binding(command, "AmbiguousParameter", message)


def bound_twice(command: str, name: str) -> ErrorRecord:
    """A parameter that was given twice."""
    message = (
        f"Cannot bind parameter because parameter '{name}' is specified more than once. To provide "
        "multiple values to "
        "parameters that can accept multiple values, use the array syntax. For example, "
        '"-parameter value1,value2,value3".'
    )
    return _binding(command, "ParameterAlreadyBound", message)


def ambiguous_set(command: str) -> ErrorRecord:
    """Parameters that do not go together, or too few to tell the sets apart."""
    message = (
        "Parameter set cannot be resolved using the specified named parameters. One or more "
        "parameters issued cannot "
        "be used together or an insufficient number of parameters were provided."
    )
    return _binding(command, "AmbiguousParameterSet", message)


def missing_mandatory(command: str, names: Sequence[str]) -> ErrorRecord:
    """Mandatory parameters without a value, where nobody can be asked."""
    message = f"Cannot process command because of one or more missing mandatory parameters: {' '.join(names)}."
    return _binding(command, "MissingMandatoryParameter", message)


def input_not_bound(command: str, value: object) -> ErrorRecord:
    """A pipeline object that no parameter takes."""
    message = (
        "The input object cannot be bound to any parameters for the command either because the "
        "command does not take "
        "pipeline input or the input and its properties do not match any of the parameters that take "
        "pipeline input."
    )
    found = _binding(command, "InputObjectNotBound", message)
    found.target, found.target_name, found.target_type = value, _target_text(value), _target_type(value)
    return found


def not_converted(command: str, parameter: str, reason: str) -> ErrorRecord:
    """A value that cannot be made into the parameter's type. reason: what the conversion said."""
    message = f"Cannot bind parameter '{parameter}'. {reason}"
    return _binding(command, "CannotConvertArgumentNoMessage", message)


def wrong_kind(command: str, parameter: str, value: str, type_name: str, reason: str) -> ErrorRecord:
    """A value of another kind, such as a list for one number. value, type_name: as .NET calls them."""
    message = f"Cannot convert '{value}' to the type '{type_name}' required by parameter '{parameter}'. {reason}"
    return _binding(command, "CannotConvertArgument", message)


def null_refused(command: str, parameter: str, reason: str) -> ErrorRecord:
    """Null for a type that has none. reason: what the conversion said, or "" for a Boolean."""
    if not reason:
        message = f"Cannot bind argument to parameter '{parameter}' because it is null."
        return _binding(command, "ParameterArgumentValidationErrorNullNotAllowed", message)
    message = f'Cannot bind parameter \'{parameter}\' to the target. Exception setting "{parameter}": "{reason}"'
    return record(message, f"ParameterBindingFailed,{command}", BINDING, "WriteError", activity=command)


def validation(command: str, parameter: str, reason: str) -> ErrorRecord:
    """A value of the right type that its validation refuses."""
    return record(
        f"Cannot validate argument on parameter '{parameter}'. {reason}",
        f"ParameterArgumentValidationError,{command}",
        VALIDATION,
        "InvalidData",
        activity=command,
    )


def not_in_set(command: str, parameter: str, value: str, values: Sequence[str]) -> ErrorRecord:
    """A value outside the parameter's validation set."""
    reason = (
        f'The argument "{value}" does not belong to the set "{",".join(values)}" specified by the '
        "ValidateSet attribute. "
        "Supply an argument that is in the set and then try the command again."
    )
    return validation(command, parameter, reason)


def empty_refused(command: str, parameter: str, what: str) -> ErrorRecord:
    """A mandatory parameter with nothing in it. what: `null`, `an empty string`, `an empty array`."""
    kinds = {"null": "Null", "an empty string": "EmptyString", "an empty array": "EmptyArray"}
    return record(
        f"Cannot bind argument to parameter '{parameter}' because it is {what}.",
        f"ParameterArgumentValidationError{kinds[what]}NotAllowed,{command}",
        VALIDATION,
        "InvalidData",
        activity=command,
    )


# --- Lync's own -----------------------------------------------------------------------------------


def _lync(command: str, message: str, category: str, target: object = None) -> ErrorRecord:
    class_name = command.replace("-Cs", "Ocs")
    return record(
        message,
        f"{MANAGEMENT},Microsoft.Rtc.Management.AD.Cmdlets.{class_name}Cmdlet",
        MANAGEMENT,
        category,
        activity=command,
        target=target,
    )


def object_not_found(command: str, identity: str) -> ErrorRecord:
    """No user, room or contact has that identity."""
    message = f'Management object not found for identity "{identity}".'
    return _lync(command, message, "ObjectNotFound", identity)


def object_not_unique(command: str, identity: str, names: Sequence[str]) -> ErrorRecord:
    """Several objects have that identity."""
    found = ", ".join(names)
    message = f'Filter failed to return unique result for identity "{identity}". Matching objects: [{found}].'
    return _lync(command, message, "InvalidData", identity)


def already_exists(command: str, what: str, value: str) -> ErrorRecord:
    """A value that must be unique is another object's."""
    message = f'Filter failed to return unique result. The {what} "{value}" is already in use.'
    return _lync(command, message, "ResourceExists", value)


def restricted_parameter(command: str, parameter: str) -> ErrorRecord:
    """A property that an online tenant's administrator must not set."""
    message = f'Unable to set "{parameter}". This parameter is restricted within Remote Tenant PowerShell.'
    return _lync(command, message, "PermissionDenied", parameter)


def invalid_value(command: str, message: str, target: object = None) -> ErrorRecord:
    """A value that the service refuses."""
    return _lync(command, message, "InvalidData", target)


def element_not_found(command: str, noun: str, identity: str) -> ErrorRecord:
    """No policy or configuration has that identity."""
    message = f'Cannot find "{noun}" "{identity}" because it does not exist.'
    return _configuration(command, message, "ObjectNotFound", identity)


def not_a_user_policy(command: str, name: str) -> ErrorRecord:
    """A policy that cannot be granted: it is not there, or it is not per user."""
    message = f'Policy "{name}" is not a user policy. You can assign only a user policy to a specific user.'
    return _configuration(command, message, "InvalidData", name)


def wrong_tenant(command: str, tenant: str) -> ErrorRecord:
    """Another organisation's tenant."""
    message = f'The tenant "{tenant}" was not found, or you do not have permission to manage it.'
    return _configuration(command, message, "PermissionDenied", tenant)


def bad_filter(command: str, text: str, reason: str) -> ErrorRecord:
    """A -Filter or -LdapFilter that cannot be read."""
    message = f'Cannot process the filter "{text}". {reason}'
    return _configuration(command, message, "InvalidArgument", text)


def _configuration(command: str, message: str, category: str, target: object = None) -> ErrorRecord:
    return record(
        message,
        f"InvalidArgument,{command}",
        "System.ArgumentException",
        category,
        activity=command,
        target=target,
    )
