"""What the session cmdlets ask of the notebook, and the sessions that a call means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import EvaluationError, SessionClosed, UsageError
from lync_magic.importing import Module, Wanted, matches
from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.psrp import CONNECT_AGAIN, Event, Pipeline, Report, VerboseRecord
from lync_magic.sessions import INVALID_STATE, Session, State, Target, fixed_token, registry


@dataclass(frozen=True)
class SentBlock:
    """A block of script for a session. using: its `$using:` variables.  given: -ArgumentList.  piped: its input.
    words: its commands with their values, where it has nothing else.
    """

    text: str
    using: Mapping[str, object] = field(default_factory=dict)
    given: Sequence[object] = ()
    piped: Sequence[Any] | None = None
    words: Pipeline | None = None


class SessionHost(Protocol):
    """What the session cmdlets need of the notebook, or of whatever else runs a cell."""

    def get_credential(self, user_name: str, message: str) -> Credential:
        """Ask a person. Raises CredentialNeeded where nobody can be asked."""

    def open_session(self, target: Target, credential: Credential | None, report: Report) -> Session:
        """Connect. For any thread."""

    def adopt(self, session: Session) -> None:
        """A session that was opened is the notebook's from here on."""

    def import_session(self, session: Session, wanted: Wanted, report: Report) -> Module:
        """Import a session's commands into the notebook."""

    def run_block(self, session: Session, block: SentBlock, report: Report) -> Iterator[object]:
        """Run a block of script in a session; what it gives."""

    def enter_session(self, session: Session, *, opened: bool) -> None:
        """Make it the one that later commands go to. opened: for this, so that leaving it ends it."""

    def leave_session(self) -> None:
        """Go back to where one was before the session was entered that was entered last."""


def sessions_of(call: BoundCall, piped: Iterator[object] | None) -> list[Session]:
    """The sessions a call means: given, piped, by number or by name. Raises for what is no session."""
    named: list[object] = []
    if call.given("Session"):
        given = call.get("Session")
        named += given if isinstance(given, list) else [given]
    if piped is not None:
        named += list(piped)
    by_number = [item for item in named if isinstance(item, int)]  # `Remove-PSSession 1`: its -Id
    by_host = [item for item in named if isinstance(item, str)] if piped is None else []
    if named and not by_number and not by_host:
        return [a_session(item) for item in named]
    wanted, names = by_number or numbers(call.get("Id")), texts(call.get("Name"))
    hosts = by_host or texts(call.get("ComputerName"))
    if not (wanted or names or hosts):
        if piped is not None:
            return []  # a pipeline that gave no session: nothing to do
        raise UsageError(f"{call.name} needs a session.", f"{call.name} $session; the sessions: Get-PSSession.")
    return _looked_for(call, wanted, names, hosts)


def _looked_for(call: BoundCall, wanted: Sequence[int], names: Sequence[str], hosts: Sequence[str]) -> list[Session]:
    """Those of these numbers, names or computers. What there is none of is told, and ends a command that is about one
    session."""
    missing = missing_sessions(call, wanted, names, hosts)
    found = [
        session
        for session in registry
        if session.id in wanted
        or (names and matches(session.name, names))
        or (hosts and matches(session.computer_name, hosts))
    ]
    if missing and not found and call.name != "Remove-PSSession":
        raise missing[0]
    for one in missing:
        call.services.error(one)
    return found


def missing_sessions(
    call: BoundCall, wanted: Sequence[int], names: Sequence[str], hosts: Sequence[str]
) -> list[EvaluationError]:
    """The errors of numbers, names and computers of which there is no session; a pattern may mean none."""
    there = list(registry)
    return [
        *(_missing(call, number, "SessionId") for number in wanted if all(one.id != number for one in there)),
        *(
            _missing(call, name, "Name")
            for name in names
            if not has_wildcard(name) and not any(matches(one.name, (name,)) for one in there)
        ),
        *(
            _missing(call, host, "Computer")
            for host in hosts
            if not has_wildcard(host) and not any(matches(one.computer_name, (host,)) for one in there)
        ),
    ]


_MISSING: Final = {
    "SessionId": "The remote session with the session ID {} is not available.",
    "Name": "The remote session with the name {}  is not available.",
    "Computer": "Remote session is not available for ComputerName {}.",
}
"""In PowerShell's words, by what is told of the sessions."""


def _missing(call: BoundCall, what: int | str, kind: str) -> EvaluationError:
    error = ScriptError(
        _MISSING[kind].format(what),
        f"RemoteRunspaceNotAvailableForSpecified{kind},{call.error_suffix}",
        "InvalidArgument",
        exception="ArgumentException",
        target=what,
        activity=call.name,
    )
    by_name = kind == "Computer"  # so PowerShell takes a text alone
    error.advice = f"By its name: -Name {what}" if by_name else "List them: Get-PSSession, or %lync sessions."
    return error


def open_of(call: BoundCall, sessions: Sequence[Session]) -> list[Session]:
    """The sessions that a block can be sent to; of each that was removed there is an error. Raises ScriptError where
    none is left."""
    left = [one for one in sessions if one.state is not State.CLOSED]
    for one in sessions:
        if one.state is State.CLOSED:
            message = (
                f"Because the session state for session {one.name}, {one.shell_id.lower()}, {one.computer_name} is not "
                "equal to Open, you cannot run a command in the session.  The session state is Closed."
            )
            error_id, kind = f"InvokeCommandCommandInvalidSessionState,{call.error_suffix}", _BAD_STATE
            closed = ScriptError(message, error_id, "InvalidOperation", exception=kind, target=one, activity=call.name)
            closed.advice = f"{one.name} was removed. {CONNECT_AGAIN}"
            call.services.error(closed)
    if sessions and not left:
        error_id, kind = f"InvalidOperation,{call.error_suffix}", "PSInvalidOperationException"
        none_left = ScriptError(_NONE_LEFT, error_id, "InvalidOperation", exception=kind, activity=call.name)
        none_left.advice = CONNECT_AGAIN
        raise none_left
    return left


_BAD_STATE: Final = "System.Management.Automation.Runspaces.InvalidRunspaceStateException"
_NONE_LEFT: Final = (
    "No valid sessions were specified.  Ensure you provide valid sessions that are in the Opened state and are "
    "available to run commands."
)


def a_session(item: object) -> Session:
    """A session, or what to do about something else."""
    if isinstance(item, Session):
        return item
    if item is None:
        raise SessionClosed(
            INVALID_STATE,
            "The value is $null, no session: connect first (New-CsOnlineSession).",
        )
    if isinstance(item, str):
        raise UsageError(f"{item!r} is a text, and no session.", f"By its name: -Name {item}")
    raise UsageError(f"A {type(item).__name__} is no session.", "Make one: $session = New-CsOnlineSession …")


def token_of(given: object) -> Callable[[], str] | None:
    """-OAuthAccessToken: a SecureString, as it is documented; a text is taken into one."""
    if given is None:
        return None
    if not isinstance(given, (str, SecureString)):
        raise UsageError("-OAuthAccessToken takes a SecureString.")
    return fixed_token(given if isinstance(given, SecureString) else SecureString(given))


def report_of(call: BoundCall) -> Report:
    """What the connecting says goes on; its verbose lines only under -Verbose, as in PowerShell."""
    if call.common.get("Verbose"):
        return call.services.report

    def quiet(event: Event) -> None:
        if not isinstance(event, VerboseRecord):
            call.services.report(event)

    return quiet


def texts(value: Any) -> tuple[str, ...]:
    """A parameter's texts."""
    if value is None:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)


def numbers(value: Any) -> tuple[int, ...]:
    """A parameter's numbers."""
    if value is None:
        return ()
    return tuple(int(item) for item in value) if isinstance(value, (list, tuple)) else (int(value),)


def text_or_none(value: Any) -> str | None:
    """A parameter's text, None where it was not given."""
    return None if value is None else str(value)
