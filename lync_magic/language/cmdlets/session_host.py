"""What the session cmdlets ask of the notebook, and the sessions that a call means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import EvaluationError, SessionClosed, UsageError
from lync_magic.importing import Module, Wanted, matches
from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.psrp import Event, Report, VerboseRecord
from lync_magic.sessions import INVALID_STATE, Session, Target, fixed_token, registry


@dataclass(frozen=True)
class SentBlock:
    """A block of script for a session. using: its `$using:` variables.  given: -ArgumentList.  piped: its input."""

    text: str
    using: Mapping[str, object] = field(default_factory=dict)
    given: Sequence[object] = ()
    piped: Sequence[Any] | None = None


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
    if named and not by_number:
        return [a_session(item) for item in named]
    wanted, names = by_number or numbers(call.get("Id")), texts(call.get("Name"))
    hosts = texts(call.get("ComputerName"))
    if not (wanted or names or hosts):
        if piped is not None:
            return []  # a pipeline that gave no session: nothing to do
        raise UsageError(f"{call.name} needs a session.", f"{call.name} $session; the sessions: Get-PSSession.")
    found = [
        session
        for session in registry
        if session.id in wanted
        or (names and matches(session.name, names))
        or (hosts and matches(session.computer_name, hosts))
    ]
    if not found:
        raise missing_session(call, wanted, names or hosts)
    return found


def missing_session(call: BoundCall, wanted: Sequence[int], names: Sequence[str]) -> EvaluationError:
    """No session has these numbers or names, in PowerShell's words."""
    what, kind = (f"session ID {wanted[0]}", "SessionId") if wanted else (f"name {names[0]}", "Name")
    error = EvaluationError(
        f"The remote session with the {what} is not available.",
        "List them: Get-PSSession, or %lync sessions.",
        error_id=f"RemoteRunspaceNotAvailableForSpecified{kind},"
        f"Microsoft.PowerShell.Commands.{call.name.replace('-', '')}Command",
        category="InvalidArgument",
        command=call.name,
    )
    error.target = wanted[0] if wanted else names[0]
    return error


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
