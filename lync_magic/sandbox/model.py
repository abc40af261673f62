"""What the rooms of the sandbox say to each other: values, calls, streams.

Rules of the sandbox: it shares no code with the client, so that one's mistake cannot hide the other's. The server
(transport and protocol) knows no cmdlet; the engine (binder, cmdlets, tenant) knows no wire. They meet here.

Values that flow: None, bool, int (Int32, or Int64 when it does not fit), `Long`, float, Decimal, str, datetime,
timedelta, UUID, bytes, list, dict (Hashtable), `Uri`, `Version`, `EnumValue`, `PSObject`, `SecureString`,
`PSCredential`, `Raw`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol


class Long(int):
    """An Int64 even when it would fit an Int32."""


class Uri(str):
    """A System.Uri."""


class Version(str):
    """A System.Version."""


class EnumValue(NamedTuple):
    """A .NET enumeration's value: `EnumValue("System.DayOfWeek", "Friday", 5)`."""

    type_name: str
    name: str
    value: int


@dataclass
class PSObject:
    """An object: type names, most derived first (no `Deserialized.` prefix), and properties in order.

    text: what ToString() gives; None leaves it out.
    adapted: properties go as `Props` (a .NET object's own), else as `MS`.
    """

    type_names: tuple[str, ...]
    properties: dict[str, object]
    text: str | None = None
    adapted: bool = True


@dataclass(frozen=True)
class SecureString:
    """A password that was sent encrypted; `reveal` is for the engine alone."""

    clear: str = field(repr=False)


@dataclass(frozen=True)
class PSCredential:
    """A user name with a password."""

    user_name: str
    password: SecureString = field(repr=False)


class Raw(str):
    """An object that is CLIXML already: sent as it is. For results that are prepared once and sent many times."""


class Word(NamedTuple):
    """One argument as it came: a name (`-Identity`, `-Switch:` or a bound `Identity`), a value, or both."""

    name: str | None
    value: object


class Call(NamedTuple):
    """One command of a pipeline as it came."""

    name: str
    words: tuple[Word, ...] = ()
    is_script: bool = False
    end_of_statement: bool = False
    merge_errors: bool = False


@dataclass
class ErrorRecord:
    """One record of the error stream.

    exception: .NET type name.  error_id: FullyQualifiedErrorId.  category: name and number (`InvalidArgument`, 5).
    """

    message: str
    error_id: str
    exception: str = "System.Management.Automation.RemoteException"
    category: str = "NotSpecified"
    category_number: int = 0
    activity: str = ""
    reason: str = ""
    target: object = None
    target_name: str = ""
    target_type: str = ""


class PipelineFailed(Exception):
    """The pipeline as a whole ends Failed with this record in its state message."""

    def __init__(self, record: ErrorRecord) -> None:
        super().__init__(record.message)
        self.record = record


class PipelineStopped(Exception):
    """The client asked to stop: end quickly, state Stopped."""


class Streams(Protocol):
    """Where a running pipeline says things. Every call may raise `PipelineStopped`."""

    def began(self, command: str, parameters: Mapping[str, object]) -> None:
        """A command was found and bound, and runs now: for the journal."""

    def output(self, value: object) -> None: ...
    def error(self, record: ErrorRecord) -> None: ...
    def warning(self, message: str) -> None: ...
    def verbose(self, message: str) -> None: ...
    def debug(self, message: str) -> None: ...
    def information(self, text: str, tags: Sequence[str] = ()) -> None: ...
    def host_line(self, text: str) -> None: ...
    def progress(
        self,
        activity: str,
        status: str,
        percent: int = -1,
        seconds_remaining: int = -1,
        *,
        completed: bool = False,
        activity_id: int = 0,
    ) -> None: ...
    def choose(self, caption: str, message: str, choices: Sequence[tuple[str, str]], default: int) -> int:
        """Ask the client's host (label, help) and wait for the index; raises PipelineFailed where it has no host."""

    def fill(self, caption: str, message: str, fields: Sequence[tuple[str, str]]) -> Mapping[str, object] | None:
        """Ask the client's host for a value for each field (name, type); None where it has none, or does not answer."""

    def sleep(self, seconds: float) -> None:
        """Wait, ended early by a stop."""


NO_INPUT: Final[tuple[object, ...]] = ()
"""The input of a pipeline whose client said that it has none. One that sends nothing but did not say so is empty."""


class Engine(Protocol):
    """Runs the pipelines of one runspace pool. Called from a worker thread, one pipeline at a time."""

    application_private_data: Mapping[str, object]

    def run(self, calls: Sequence[Call], pipeline_input: Iterable[object], streams: Streams) -> None:
        """Run to the end. pipeline_input: what the client sends, as it comes, or `NO_INPUT`.

        Raises PipelineFailed, PipelineStopped; anything else is a defect, answered as a failure.
        """

    def metadata(self, names: Sequence[str], command_type: int) -> Iterator[object]:
        """The answer to GET_COMMAND_METADATA (MS-PSRP 2.2.2.14): the count object, then one object per command."""


class Account(Protocol):
    """What the server needs to know of an account."""

    @property
    def user_name(self) -> str:
        """The user principal name."""

    @property
    def password(self) -> str: ...

    @property
    def domain(self) -> str:
        """The tenant's domain."""

    @property
    def is_administrator(self) -> bool: ...

    @property
    def remote_sessions_enabled(self) -> bool: ...


class MakeEngine(Protocol):
    """Makes the engine of a session: for an account, and for its configuration where that is not the usual one."""

    def __call__(self, account: Account, configuration: str = "") -> Engine: ...
