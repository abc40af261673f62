"""What a running command may do: say things, ask, fail, and reach the tenant.

Rules of this file: the common parameters (-Verbose, -ErrorAction, -WhatIf, -Confirm …) are obeyed here, once
for all commands. A command is a generator of objects; it raises `CommandError` to end the pipeline and calls
`error` to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lync_magic.sandbox.engine.binder import flag, preference
from lync_magic.sandbox.engine.compiling import Compiling
from lync_magic.sandbox.engine.entries import Account
from lync_magic.sandbox.engine.failures import CommandError, record
from lync_magic.sandbox.engine.organization import Organization
from lync_magic.sandbox.engine.signatures import Catalog, Command, catalog
from lync_magic.sandbox.engine.tenant import Tenant
from lync_magic.sandbox.model import ErrorRecord, Streams

Parameters = Mapping[str, object]
"""Bound parameters by name."""

_CONFIRM_CAPTION: Final = "Confirm"
_CHOICES: Final = (
    ("&Yes", "Continue with only the next step of the operation."),
    ("Yes to &All", "Continue with all the steps of the operation."),
    ("&No", "Skip this operation and proceed with the next operation."),
    ("No to A&ll", "Skip this operation and all subsequent operations."),
    (
        "&Suspend",
        'Pause the current pipeline and return to the command prompt. Type "exit" to resume the pipeline.',
    ),
)
_YES, _YES_TO_ALL, _NO, _NO_TO_ALL, _SUSPEND = range(len(_CHOICES))

ASKS_BY_ITSELF: Final = frozenset({"Update-CsTenantMeetingUrl"})
"""Commands of high impact: they ask even without -Confirm."""


@dataclass
class Context:
    """One command of a running pipeline.

    merged_errors: where `2>&1` sends its errors, for the output to take; None leaves them in their stream.
    catalog: the commands of its endpoint.  compiling: what describing them costs.
    """

    command: Command
    tenant: Tenant
    account: Account
    streams: Streams
    common: Parameters
    merged_errors: list[ErrorRecord] | None = None
    catalog: Catalog = field(default_factory=catalog)
    compiling: Compiling = field(default_factory=Compiling)
    _answer_to_all: bool | None = field(default=None, repr=False)

    @property
    def organization(self) -> Organization:
        """What the tenant's Exchange cmdlets have changed."""
        return self.tenant.organization

    def error(self, failure: ErrorRecord) -> None:
        """Report a failure after which the command goes on, as -ErrorAction says."""
        wanted = preference(self.common, "ErrorAction", "Continue")
        if wanted == "Stop":
            raise CommandError(failure)
        if wanted in ("SilentlyContinue", "Ignore"):
            return
        if self.merged_errors is not None:
            self.merged_errors.append(failure)
        else:
            self.streams.error(failure)

    def warning(self, message: str) -> None:
        """Say a warning, as -WarningAction says."""
        if preference(self.common, "WarningAction", "Continue") not in ("SilentlyContinue", "Ignore"):
            self.streams.warning(message)

    def verbose(self, message: str) -> None:
        """Say a detail if -Verbose was given."""
        if flag(self.common, "Verbose"):
            self.streams.verbose(message)

    def should_process(self, target: str) -> bool:
        """Whether to do it: obeys -WhatIf and -Confirm, and says what it does under -Verbose."""
        action = f'Performing the operation "{self.command.name}" on target "{target}".'
        if flag(self.common, "WhatIf"):
            self.streams.host_line(f"What if: {action}")
            return False
        if self._must_ask():
            return self._ask(action)
        self.verbose(action)
        return True

    def pause(self) -> None:
        """Take the time that an object is said to take; a stop ends it."""
        if self.tenant.delay_per_object:
            self.streams.sleep(self.tenant.delay_per_object)

    def _must_ask(self) -> bool:
        confirm = self.common.get("Confirm")
        if isinstance(confirm, bool):
            return confirm
        return self.command.name in ASKS_BY_ITSELF and not flag(self.common, "Force")

    def _ask(self, action: str) -> bool:
        if self._answer_to_all is not None:
            return self._answer_to_all
        message = f"Are you sure you want to perform this action?\n{action}"
        answer = self.streams.choose(_CONFIRM_CAPTION, message, _CHOICES, _YES)
        if answer in (_YES_TO_ALL, _NO_TO_ALL):
            self._answer_to_all = answer == _YES_TO_ALL
        if answer == _SUSPEND:
            raise CommandError(_cannot_suspend(self.command.name))
        return answer in (_YES, _YES_TO_ALL)


def _cannot_suspend(command: str) -> ErrorRecord:
    return record(
        "A remote pipeline cannot be suspended.",
        f"NotSupported,{command}",
        "System.NotSupportedException",
        "InvalidOperation",
        activity=command,
    )


Cmdlet = Callable[[Context, Iterator[Parameters]], Iterator[object]]
"""A command's work. Its second argument: its bound parameters, once for each pipeline object, or once."""

PerRecord = Callable[[Context, Parameters], Iterable[object]]
"""A command's work for one pipeline object."""


def per_record(work: PerRecord) -> Cmdlet:
    """A command that treats each pipeline object by itself."""

    def run(context: Context, calls: Iterator[Parameters]) -> Iterator[object]:
        for parameters in calls:
            yield from work(context, parameters)

    return run
