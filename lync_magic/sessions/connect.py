"""Connect: from what a person says to an open session.

Four ways to say where: a user name (the endpoint is discovered from its domain), an address (`uri`), a host with an SSH
server (`ssh`), or a command line that speaks the out-of-process protocol (`process`). Rules: what does not go together
is refused before anything is sent; steps are reported in the words of `New-CsOnlineSession -Verbose`; a failure leaves
no session, no seat and no process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from lync_magic.clixml import Credential
from lync_magic.errors import AnswerLost, CredentialNeeded, OperationTimedOut, QuotaExceeded, TapeError, interrupted
from lync_magic.psrp import Host, Report, ignore
from lync_magic.sessions.answers import Answers, Person
from lync_magic.sessions.credentials import Password
from lync_magic.sessions.journal import note
from lync_magic.sessions.keyrings import keyring_works, recall
from lync_magic.sessions.registry import Registry, registry
from lync_magic.sessions.sandbox import SandboxKeeper, sandbox
from lync_magic.sessions.session import IDLE_SECONDS, Session
from lync_magic.sessions.taken import LOOK_SECONDS, explained
from lync_magic.sessions.target import Target
from lync_magic.sessions.way import Taped, Way
from lync_magic.transports import sealed, ssh_place

DEFAULT_TIMEOUT: Final = 60.0
NO_PASSWORD: Final = "Give it: lync_magic.connect(USER, password=...), or %lync connect USER in a notebook."
SIGN_IN_PROBE: Final = "Get-Command"
"""Every endpoint has it; asking for it signs in the second connection too."""


@sealed
def connect(
    target: Target,
    credential: Credential | None = None,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    report: Report = ignore,
    host: Host | None = None,
    registry: Registry = registry,
    sandbox: SandboxKeeper = sandbox,
    idle: float | None = IDLE_SECONDS,
    tape: Taped | None = None,
    password: Password | None = None,
    person: Person | None = None,
    began: Callable[[Session], None] = lambda _session: None,
) -> Session:
    """Open a session. timeout: seconds for all of it.  report: told each step.  host: answers remote questions.
    idle: seconds without a command after which it ends by itself, None for never.  tape: what the session is recorded
    on, or replayed from; the registry's own where it is None.
    password: for what ssh asks, in place of a credential; a callable is called when it asks.  person: who is asked what
    ssh asks; without either it asks nobody.  began: told of the session before it is opened, for who may close it.

    The session holds a copy of the credential and wipes it when it closes, or now, with `target.forget_credential`.
    Raises the errors of `lync_magic.errors`: UsageError, CredentialNeeded, DiscoveryFailed, EndpointUnreachable,
    CertificateNotTrusted, InsecureEndpoint, SignInFailed, NotAnAdministrator, QuotaExceeded, OperationTimedOut, …
    """
    tape = tape if tape is not None else registry.taping()
    replays = tape is not None and tape.replays
    if not replays:
        target.check()
    if credential is None and target.needs_credential and not replays:
        _let_go(tape)
        raise CredentialNeeded(f"There is no password for {target.user_name or 'the user'}.", NO_PASSWORD)
    deadline = time.monotonic() + min(timeout, target.options.open_timeout or timeout)
    answers = None
    if target.ssh is not None:
        password = credential.password if password is None and credential is not None else password
        name = ssh_place(target.ssh).host
        answers, credential = Answers(name, person=person, password=password, pin=target.pin), None
    credential = credential.copy() if credential is not None else None

    def opened(session: Session) -> None:
        if tape is not None:
            session.finish_with(tape.finish)
        _note(session, target, tape)

    try:
        return _open(target, credential, answers, deadline, report, host, registry, sandbox, idle, tape, began, opened)
    except KeyboardInterrupt as stop:
        _let_go(tape)
        raise interrupted(stop, "Stopped; no session was opened.") from None
    except BaseException as failure:
        note("failure", error=type(failure).__name__)
        _let_go(tape)
        raise


def _note(session: Session, target: Target, tape: Taped | None) -> None:
    note(
        "session",
        session=session.name,
        target=target.user_name.rpartition("@")[2] or session.computer_name,
        user=session.user_name,
        computer=session.computer_name,
        origin=session.origin,
        recorded=tape.recorded if tape is not None else "",
    )


def _let_go(tape: Taped | None) -> None:
    """No session came of it; that nothing was asked of the tape is no error beside that."""
    if tape is not None:
        with suppress(TapeError):
            tape.finish()


def _open(
    target: Target,
    credential: Credential | None,
    answers: Answers | None,
    deadline: float,
    report: Report,
    host: Host | None,
    registry: Registry,
    sandbox: SandboxKeeper,
    idle: float | None,
    tape: Taped | None,
    began: Callable[[Session], None],
    opened: Callable[[Session], None],
) -> Session:
    from lync_magic.sessions.finding import DEFAULT_CONFIGURATION, SSH_CONFIGURATION, find_way, say  # all of HTTP

    def find(known: Credential | None, end: float, to: Report, *, person: bool = True) -> Way:
        if answers is not None:
            answers.begin(to, person=person)
        if tape is None:
            return find_way(target, known, end, to, sandbox, answers)
        return tape.way(target, known, lambda: find_way(target, known, end, to, sandbox, answers))

    try:
        way = find(credential, deadline, report)
    except BaseException:
        if credential is not None:
            credential.wipe()
        raise
    deadline += way.waited
    say(report, "Initializing remote session")

    given = credential

    def again(seconds: float, to: Report) -> Way:
        # Who waits for a command cannot be asked by a form.
        return find(_still_known(target, given), time.monotonic() + seconds, to, person=False)

    def sign_in(another: Credential) -> None:
        nonlocal given
        if answers is not None:
            answers.know(another.password)
        else:
            given = another.copy()

    session = Session(
        way,
        registry=registry,
        configuration_name=target.configuration or (SSH_CONFIGURATION if answers else DEFAULT_CONFIGURATION),
        host=host,
        report=report,
        find_way=again,
        sign_in=sign_in,
        target=target,
        idle=idle,
    )
    spare = credential.copy() if credential is not None else None  # the session's own is gone with it
    began(session)
    try:
        session.open(max(1.0, deadline - time.monotonic()))
        if target.forget_credential and answers is not None:
            session.forget_credential()
        elif target.forget_credential and not session.origin:
            session.metadata((SIGN_IN_PROBE,), timeout=max(1.0, deadline - time.monotonic()))
            session.forget_credential()
        say(report, "Success")
        _wipe(spare)
        opened(session)
        return session  # within the block: an interrupt just before must not leave it open, and nobody's
    except QuotaExceeded as error:
        try:
            look = find_way(target, spare, time.monotonic() + LOOK_SECONDS, ignore, sandbox)
            raise explained(error, session, registry, look.transport) from None
        finally:
            _wipe(spare)
    except (AnswerLost, OperationTimedOut) as error:
        _take_back(session)
        _wipe(spare)
        if time.monotonic() < deadline:
            raise
        raise explained(error, session, registry) from None  # some services leave who has all seats waiting
    except BaseException:
        _take_back(session)
        _wipe(spare)
        raise


def _take_back(session: Session) -> None:
    """It is not given out: nobody asked its tape anything, which is no error beside what went wrong."""
    session.finish_with(lambda: None)
    session.close(0)


def _wipe(spare: Credential | None) -> None:
    if spare is not None:
        spare.wipe()


def _still_known(target: Target, credential: Credential | None) -> Credential | None:
    """The credential that a session is taken up again with: from memory, else from the keyring."""
    if credential is None or not target.needs_credential or not credential.password.wiped:
        return credential
    kept = recall(target) if keyring_works() else None
    if kept is None:
        raise CredentialNeeded(
            f"The password of {credential.user_name} was forgotten, so this session cannot be taken up again.",
            f"Sign in again: %lync connect {credential.user_name}",
        )
    return kept
