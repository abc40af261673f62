"""The errors of evaluation, as PowerShell words them, and how they end a statement or a script.

`ScriptError` is what the `$_` of a `catch` stands for when the mistake was made on this side. It ends its statement;
the next one runs, as in PowerShell. Wrapped in `Stopping` (`throw`, `-ErrorAction Stop`) it ends the cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NoReturn, TypeGuard

from lync_magic.errors import EvaluationError, LyncError
from lync_magic.language.values.full_names import qualified


class ScriptError(EvaluationError):
    """A statement failed on this side.

    exception, inner: the .NET exception's short type name and that of its inner one, for `catch [Type]`.
    target: the object it was about.  activity: the command it came from, or "".  inner_message: the inner
    exception's, where it is not the outer one's.
    """

    def __init__(
        self,
        message: str,
        error_id: str = "RuntimeException",
        category: str = "InvalidOperation",
        *,
        exception: str = "RuntimeException",
        inner: str = "",
        target: object = None,
        activity: str = "",
        inner_message: str = "",
    ) -> None:
        super().__init__(message, error_id=error_id, category=category)
        self.exception = exception
        self.inner = inner
        self.target = target
        self.activity = activity
        self.inner_message = inner_message
        self.thrown: object = None
        self.was_thrown = False
        self.is_told = False  # a command of the pipeline that it ended has kept it as an exception
        self.unbound: object = None  # the function whose arguments it came up with
        self.piped = False  # its target came down the pipeline, in PowerShell's own wrapping
        self.before: LyncError | None = None  # as it was until who ran its block put a name to it
        self.origin: LyncError | None = None  # the error whose exception brings this one as its own record
        self.called = ""  # how the command whose error it is was called
        self.thrown_message = ""  # what the exception says, where the record has words of its own (ErrorDetails)
        self.told_category: dict[str, str] = {}  # what Write-Error is told to put into CategoryInfo, by property
        self.recommended = ""  # what Write-Error -RecommendedAction tells to do
        self.by_provider = False  # the drive's provider ended the cmdlet, not the cmdlet itself
        self.line: tuple[int, int] | None = None  # where in the cell, set once by the statement that failed


class Stopping(Exception):
    """An error that ends the whole cell unless a `try` catches it.

    again: one that was caught is thrown on.  preferred: it was written, and a preference of Stop raised it.
    record: it is an error record that a `throw` was given.  climbed: it went up a pipeline that it had ended.
    """

    def __init__(self, error: LyncError, *, again: bool = False, preferred: bool = False, record: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.preferred = preferred
        self.record = record
        self.climbed = False
        self.is_told = False  # see there
        self.of_throw = False  # a `throw` alone threw it again
        self.of_trap = False  # a `trap` that breaks handed on the error of a statement


def error_of(raised: LyncError | Stopping) -> LyncError:
    """The error of what was raised."""
    return raised.error if isinstance(raised, Stopping) else raised


class Written(Exception):
    """A cmdlet writes an error and is at its end with it, which to the statement around it is none."""

    def __init__(self, error: ScriptError) -> None:
        super().__init__(str(error))
        self.error = error


class NotKnownHere(Exception):
    """A value or operation came up that this evaluator does not know; `what` names it. Found only while running."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
        self.line: tuple[int, int] | None = None
        """Where in the cell, line and column, once that is known."""


LARGEST: Final = 100_000_000
"""How many characters a text may have that a cell makes; an item of a list counts as several."""
ITEM: Final = 16


def need_room(size: int) -> None:
    """Raises ScriptError, as .NET does where its memory has no room, for a text of so many characters."""
    if size > LARGEST:
        message = "Insufficient memory to continue the execution of the program."
        kind = "OutOfMemoryException"
        raise ScriptError(message, f"System.{kind}", "OperationStopped", exception=kind)


_LONGEST_ARRAY: Final = 0x7FFFFFC7


def need_elements(count: int) -> None:
    """The same for an array of so many elements."""
    if count > 2**31 - 1:
        raise cannot_convert_object(str(count), "System.Int64", "System.Int32", "ConvertToFinalInvalidCastException")
    if count > _LONGEST_ARRAY:
        kind = "OutOfMemoryException"
        message = "Array dimensions exceeded supported range."
        raise ScriptError(message, f"System.{kind}", "OperationStopped", exception=kind)
    need_room(count * ITEM)


def cannot_convert(value_text: str, type_name: str, why: str, error_id: str) -> ScriptError:
    """`Cannot convert value "x" to type "T". Error: "why"`."""
    message = f'Cannot convert value "{value_text}" to type "{type_name}". Error: "{why}"'
    return ScriptError(message, error_id, "InvalidArgument", inner="PSInvalidCastException")


def no_null(name: str) -> ScriptError:
    """The error for `$null` where a value type is wanted."""
    return ScriptError(f'Cannot convert null to type "{name}".', "nullToObjectInvalidCast", "InvalidArgument")


def cannot_convert_object(value_text: str, from_type: str, to_type: str, error_id: str) -> ScriptError:
    """`Cannot convert the "x" value of type "A" to type "B".`"""
    message = f'Cannot convert the "{value_text}" value of type "{qualified(from_type)}" to type "{to_type}".'
    return ScriptError(message, error_id, "InvalidArgument", inner="PSInvalidCastException")


def cannot_convert_to_secret(from_type: str, to_type: str) -> ScriptError:
    """The error of what becomes no secret; it does not show what it was given."""
    message = f'Cannot convert the value of type "{from_type}" to type "{to_type}".'
    return ScriptError(message, "ConvertToFinalInvalidCastException", "InvalidArgument", inner="PSInvalidCastException")


def not_got(name: str, why: str, inner: str) -> ScriptError:
    """The error of an indexer that is asked by its name (`.Item(9)`). inner: .NET's own exception."""
    message = f'Exception getting "{name}": "{why}"'
    return ScriptError(
        message, "ExceptionWhenGetting", "NotSpecified", exception="GetValueInvocationException", inner=inner
    )


def no_method(type_name: str, name: str, *, of_object: bool = False) -> ScriptError:
    """A type that has no such method. of_object: an object of properties was asked, whose error names the method."""
    message = f"Method invocation failed because [{qualified(type_name)}] does not contain a method named '{name}'."
    return ScriptError(
        message, "MethodNotFound", "InvalidOperation", target=name if of_object or name.startswith("op_") else None
    )


def ambiguous(name: str, count: int) -> ScriptError:
    """A method of which several take the arguments equally well."""
    message = f'Multiple ambiguous overloads found for "{name}" and the argument count: "{count}".'
    return ScriptError(message, "MethodCountCouldNotFindBest", "NotSpecified", exception="MethodException")


def no_overload(name: str, count: int) -> ScriptError:
    """A method that does not take so many arguments."""
    message = f'Cannot find an overload for "{name}" and the argument count: "{count}".'
    return ScriptError(message, "MethodCountCouldNotFindBest", "NotSpecified", exception="MethodException")


def stop_message(variable: str, message: str) -> str:
    """What PowerShell says of a stop that a preference variable, or the common parameter, asked for."""
    return (
        f'The running command stopped because the preference variable "{variable}" or common parameter is set to '
        f"Stop: {message}"
    )


def is_halt(error: LyncError) -> TypeGuard[ScriptError]:
    """Whether it is what a warning, or its like, ends with under a preference of Stop."""
    return isinstance(error, ScriptError) and error.error_id.startswith("ActionPreferenceStop,")


def reason_of(bad: ScriptError) -> str:
    """.NET's own words within the message of a conversion that failed."""
    return bad.message.partition('Error: "')[2].removesuffix('"') or bad.message


def must_be(name: str, number: int, wanted: str = "a non-negative value") -> str:
    """.NET's words for an argument that is a number out of its range."""
    return f"{name} ('{number}') must be {wanted}. (Parameter '{name}')\nActual value was {number}."


BAD_COUNT: Final = "Count must be positive and count must refer to a location within the string/array/collection."
PAST_END: Final = "Index was out of range. Must be non-negative and less than or equal to the size of the collection."
"""What .NET says of a position behind the last one that it has; the parameter is to be said."""
OUTSIDE: Final = (
    "Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')"
)
"""What .NET's lists say of a position that they have not."""


def out_of_range(message: str) -> ScriptError:
    """The error of .NET for a number that is too small or too large."""
    kind = "ArgumentOutOfRangeException"
    return ScriptError(message, f"System.{kind}", "OperationStopped", exception=kind)


RUNTIME: Final = "RuntimeException"
"""PowerShell's own exception, of which the others are made."""


NO_PROPERTY: Final = "The property '{}' cannot be found on this object. Verify that the property exists and can be set."


def setting_failed(name: str, why: str, inner: str = "") -> ScriptError:
    """A property of .NET's that does not take a value. inner: the exception inside, if any."""
    message, kind = f'Exception setting "{name}": "{why}"', "SetValueInvocationException"
    return ScriptError(
        message, "ExceptionWhenSetting", "NotSpecified", exception=kind, inner=inner, inner_message=why if inner else ""
    )


def call_failed(name: str, count: int, message: str, inner: str) -> NoReturn:
    """A .NET method that threw."""
    text = f'Exception calling "{name}" with "{count}" argument(s): "{message}"'
    raise ScriptError(
        text, inner, "NotSpecified", exception="MethodInvocationException", inner=inner, inner_message=message
    )


def null_argument(name: str, count: int, parameter: str) -> NoReturn:
    """Raises the error of a method's call whose argument may not be `$null`. count: of the call's arguments."""
    call_failed(name, count, f"Value cannot be null. (Parameter '{parameter}')", "ArgumentNullException")


def null_index() -> ScriptError:
    """The error of an index that is nothing."""
    return ScriptError("Index operation failed; the array index evaluated to null.", "NullArrayIndex")


def less_than(told: str, least: object) -> str:
    """What is said of an argument below its parameter's range."""
    return (
        f"The {told} argument is less than the minimum allowed range of {least}. Supply an argument that is greater "
        f"than or equal to {least} and then try the command again."
    )


def greater_than(told: str, most: object) -> str:
    """What is said of an argument above its parameter's range."""
    return (
        f"The {told} argument is greater than the maximum allowed range of {most}. Supply an argument that is less "
        f"than or equal to {most} and then try the command again."
    )


def not_in_set(told: str, words: Iterable[str]) -> str:
    """What is said of an argument that is none of the words that its parameter allows."""
    return (
        f'The argument "{told}" does not belong to the set "{",".join(words)}" specified by the ValidateSet attribute. '
        "Supply an argument that is in the set and then try the command again."
    )


def no_coercion(first: str, second: str) -> ScriptError:
    """The error of .NET's expressions for two types that have no common one."""
    message = f"No coercion operator is defined between types '{first}' and '{second}'."
    error_id = "System.InvalidOperationException"
    return ScriptError(message, error_id, "OperationStopped", exception="InvalidOperationException")


def no_cast(first: str, second: str) -> ScriptError:
    """The error of .NET for an object that is not of the type that it is taken for."""
    message = f"Unable to cast object of type '{first}' to type '{second}'."
    return ScriptError(message, "System.InvalidCastException", "OperationStopped", exception="InvalidCastException")


def no_operator(name: str, first: str, second: str) -> ScriptError:
    """The error of .NET's expressions for an operator that two types do not have."""
    message = f"The binary operator {name} is not defined for the types '{first}' and '{second}'."
    error_id = "System.InvalidOperationException"
    return ScriptError(message, error_id, "OperationStopped", exception="InvalidOperationException")


def not_done(failed: OSError, path: str, suffix: str, activity: str) -> ScriptError:
    """The error of a cmdlet to which the system said no while it read or wrote a file."""
    message = f"{failed.strerror or failed} : '{path}'"
    error_id = f"System.IO.IOException,{suffix}"
    return ScriptError(message, error_id, "NotSpecified", exception="IOException", activity=activity)
