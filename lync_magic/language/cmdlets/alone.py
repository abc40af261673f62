"""One cmdlet of ours outside of a cell's evaluation: what the PowerShell engine has bound is carried out here.

Rule of this file: there is no evaluator around it, so that script blocks do not run; an error that does not end the
cmdlet is given among its output.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NoReturn

from lync_magic.errors import EvaluationError, LyncError
from lync_magic.language.cmdlets.declare import BoundCall, CallServices, ClientCommand
from lync_magic.psrp import Report

COMMON: Final = frozenset(
    ("Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable")
)
"""Parameters that every cmdlet has, as far as they mean something here."""


def run_alone(
    command: ClientCommand, name: str, bound: Mapping[str, Any], piped: Sequence[Any] | None, report: Report
) -> Iterator[object]:
    """The output of a cmdlet, with the errors (LyncError) that do not end it where they came.

    name: as it was called.  bound: parameters by name.  piped: its input, or None.
    """
    failed: list[Exception] = []
    services = CallServices(
        runner=_no_block,
        tester=_no_block,
        trying=_no_block,
        report=report,
        error=failed.append,
        remember=lambda _error: None,
        set_variable=lambda _name, _value: None,
        get_variable=lambda _name: None,
    )
    arguments = {key: value for key, value in bound.items() if key not in COMMON}
    common = {key: value for key, value in bound.items() if key in COMMON}
    call = BoundCall(name, arguments, services, command_name=command.name, common=common)
    output: Iterable[object] = command.run(call, iter(piped) if piped is not None else None)
    for item in output:
        yield from _taken(failed)
        yield item
    yield from _taken(failed)


def _no_block(*_given: object) -> NoReturn:
    raise EvaluationError("A script block cannot be run for this cmdlet.")


def _taken(failed: list[Exception]) -> Iterator[Exception]:
    """What failed since the last time. Raises what is no LyncError."""
    taken, failed[:] = list(failed), []
    for error in taken:
        if not isinstance(error, LyncError):
            raise error
        yield error
