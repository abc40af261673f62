"""Which `catch` or `trap` takes an error, and the `$_` that it sees.

An error is looked at from several sides: the exception inside, the one that was raised and, where a preference of Stop
raised it, the one that was written. Of the types that fit one of them the most special one wins, of equal ones the
first side (ExceptionHandlingOps.FindMatchingHandler).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lync_magic.errors import CommandNotFound, LyncError
from lync_magic.language.evaluate import error_details as _error_details  # noqa: F401 - for what it declares
from lync_magic.language.evaluate.cmdlet_value import Called
from lync_magic.language.evaluate.error_values import ErrorValue, ExceptionValue, as_script_error, exception_of, locate
from lync_magic.language.syntax.expressions import TypeName
from lync_magic.language.values.exceptions import RUNTIME, is_a, kind_of, named
from lync_magic.language.values.failures import ScriptError, Stopping, error_of
from lync_magic.language.values.types import resolve

_STOP: Final = "System.Management.Automation.ActionPreferenceStopException"
_CMDLET: Final = "System.Management.Automation.CmdletInvocationException"
_BINDING: Final = "System.Management.Automation.ParameterBindingException"


def caught_by(
    clauses: Sequence[Sequence[TypeName]], raised: LyncError | Stopping, *, trap: bool = False
) -> tuple[int, ErrorValue] | None:
    """The clause that takes what was raised, by its place, with its `$_`. clauses: the types of each, () for any."""
    types = [(place, named(one)) for place, names in enumerate(clauses) for one in names]
    ranks = [sum(each is not one and is_a(each[1] or "", one[1] or "") for each in types) for one in types]
    best: tuple[int, int, ErrorValue] | None = None
    for kind, value in _sides(raised, trap=trap):
        for (place, name), rank in zip(types, ranks, strict=True):
            if is_a(kind, name or ""):
                best = (rank, place, value) if best is None or rank < best[0] else best
                break
    if best is not None:
        return best[1:]
    rest = next((place for place, names in enumerate(clauses) if not names), None)
    if rest is None:
        return None
    own = isinstance(raised, Stopping) and raised.preferred and len(clauses) > 1 and not trap
    return rest, _own_value(raised.error) if isinstance(raised, Stopping) and own else _value(raised)


def type_not_found(clauses: Sequence[Sequence[TypeName]]) -> ScriptError | None:
    """The error of the first type that there is not: they are looked up when something is to be caught."""
    lost = next((one for names in clauses for one in names if named(one) is None and resolve(one) is None), None)
    if lost is None:
        return None
    return ScriptError(f"Unable to find type [{lost}].", "TypeNotFound", "InvalidOperation", target=str(lost))


def _value(raised: LyncError | Stopping) -> ErrorValue:
    if isinstance(raised, Stopping):
        return ErrorValue(raised.error, preferred=raised.preferred)
    return ErrorValue(raised)


def _own_value(error: LyncError) -> ErrorValue:
    """The `$_` of an error that a preference of Stop raised, where types were asked for: one of PowerShell's own
    exceptions brings its record."""
    own = own_record(error) if is_a(exception_of(error).name, RUNTIME) else None
    return ErrorValue(error, preferred=True, own=own)


def _sides(raised: LyncError | Stopping, *, trap: bool) -> Iterator[tuple[str, ErrorValue]]:
    """The exceptions that may be caught, each with the `$_` of who catches it."""
    error = error_of(raised)
    if isinstance(raised, Stopping) and raised.preferred:
        yield _STOP, _value(raised)
        if trap:
            return
        if not is_a(exception_of(error).name, RUNTIME):
            yield exception_of(error).name, _value(raised)
            return
        yield from _inner(error, _own_value(error))
        return
    outer = exception_of(error).name
    if isinstance(error, ScriptError) and error.before is not None:
        inner = _wrapped(error)
        if inner is not None and not trap:
            yield inner.name, ErrorValue(error)
        yield outer, ErrorValue(error)
        yield _CMDLET, ErrorValue(error)
        return
    if isinstance(raised, Stopping) and raised.record:
        yield outer, ErrorValue(error)
        yield RUNTIME, ErrorValue(error)
        return
    if is_a(outer, RUNTIME):
        yield from _inner(error, ErrorValue(error))
        return
    yield outer, ErrorValue(error)
    yield _CMDLET if isinstance(error, ScriptError) and error.activity else RUNTIME, ErrorValue(error)


def _inner(error: LyncError, whole: ErrorValue) -> Iterator[tuple[str, ErrorValue]]:
    inner = _wrapped(error)
    if inner is not None:
        yield inner.name, ErrorValue(error, unwrapped=True)
    yield exception_of(error).name, whole


def _wrapped(error: LyncError) -> ExceptionValue | None:
    """What .NET threw, where PowerShell made a RuntimeException of it afterwards, and not at once."""
    at_once = isinstance(error, ScriptError) and error.error_id.startswith("FormatError")
    outer = exception_of(error)
    return None if at_once or not is_a(outer.name, RUNTIME) else outer.inner


def unsigned(raised: LyncError | Stopping) -> ScriptError | CommandNotFound | None:
    """The error of a statement that leaves a function as a cmdlet's own would: no command wrote it, nor a `throw`."""
    if isinstance(raised, Stopping) and (raised.preferred or raised.again or raised.record):
        return None
    error = error_of(raised)
    if isinstance(error, CommandNotFound):
        return error
    if not isinstance(error, ScriptError) or error.was_thrown or error.exception == _STOP.rpartition(".")[2]:
        return None
    return error if not error.activity or of_nobody(error) else None


def of_nobody(error: ScriptError) -> bool:
    """Whether no command has put its name to an error: what the binder says is of who ran the command it speaks of."""
    if error.before is not None:
        return False
    return is_a(error.exception, _BINDING) or ("," not in error.error_id and not error.activity)


def signed(error: ScriptError | CommandNotFound, name: str, called: Called, suffix: str = "") -> ScriptError:
    """Such an error, of the function or cmdlet of that name: to who called it, that of one statement. suffix: what
    ends its id, if it is not the name."""
    if isinstance(error, ScriptError) and error.activity == name:  # the binder's word on the function itself
        return error
    made = as_script_error(error)
    if name:
        made.error_id, made.activity = ",".join(filter(None, (made.error_id.partition(",")[0], suffix or name))), name
        made.before, made.called = error, called.name
        if called.place is not None:
            made.line = None
            locate(made, called.place)
    return made


def own_record(error: LyncError) -> LyncError:
    """The record that an error's exception itself brings: it does not know the command that wrote it."""
    if not isinstance(error, ScriptError) or is_a(error.exception, _BINDING):
        return error
    error_id, category, target = (error.error_id or "").partition(",")[0], error.category or "", error.target
    kind = kind_of(error.exception)
    if error_id == error.exception or error.thrown is not None or error.was_thrown:  # it was made of its words alone
        error_id, category, target = kind.error_id, kind.category, kind.target
    made = ScriptError(
        error.message, error_id, category, exception=error.exception, inner=error.inner, target=target,
        inner_message=error.inner_message,
    )  # fmt: skip
    made.origin = error
    return made
