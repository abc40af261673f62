"""Signs in as `%lync connect` was told: the credential, the session, its commands, and what is said of them.

Rules: a magic never waits for a widget. Where nobody has to be asked, or the input line is, all of it happens in the
cell. A form is shown and the magic returns; the form's button connects on a thread of its own, so that Cancel is heard
while it works and the kernel stays free, and what that writes stands in the cell that showed the form (its output
context is kept for that). A credential is wiped when the attempt it was for is over, whatever its end.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from lync_magic import ui
from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded, LyncError, SignInFailed, UsageError
from lync_magic.importing import Module, RemoteCommand, Wanted, modules
from lync_magic.magics import display as show
from lync_magic.magics.notebook import Notebook
from lync_magic.messages import say
from lync_magic.psrp import Event, ProgressRecord, Report
from lync_magic.sessions import (
    COUNT_DOWN_ID,
    OTHER_WAYS,
    Lane,
    Person,
    Plan,
    Session,
    State,
    Taped,
    Target,
    connect,
    from_descriptor,
    from_environment,
    from_terminal,
    keyring_works,
    need_keyring,
    recall,
    reclaim,
    registry,
    remember,
    token_from_environment,
)
from lync_magic.ui import line_of

KEPT: Final = "The password is in your keyring. Next time connect with --keyring; %lync forget removes it."
NOT_KEPT: Final = "WARNING: The password was not kept: {0}"


class Errand(Protocol):
    """What is done once somebody has signed in, or can without being asked."""

    notebook: Notebook

    def already_done(self, target: Target) -> bool:
        """Whether there is nothing to do, so that nobody need be asked."""

    def carry_out(
        self, target: Target, credential: Credential | None, report: Report, *, keep: bool = False, drawn: bool = False
    ) -> Done:
        """Do it. keep: put the credential into the keyring, now that it was good.  drawn: `report` draws progress too.

        Raises what `connect` raises.
        """

    def cancel(self) -> None:
        """It was given up while it is carried out, in another thread: come to an end."""


@dataclass(frozen=True)
class Done:
    """What came of an errand. signed_in: one line for the form.  show: the rest, for the cell.

    undo: for what was given up meanwhile.
    """

    signed_in: str
    show: Callable[[], None]
    undo: Callable[[], None] = lambda: None


def sign_in(
    errand: Errand, wanted: Plan, *, prompt: bool = False, descriptor: int | None = None, replays: bool = False
) -> None:
    """Do an errand, asking for a credential in the way that fits; a form does it when it is submitted.

    prompt: ask on the input line.  descriptor: an open file descriptor that gives the password.  replays: a tape
    answers, so that nobody signs in.
    Raises UsageError before anything is asked, CredentialNeeded where nobody can be asked, and what `connect` raises.
    """
    target, notebook = wanted.target, errand.notebook
    if replays:
        if not errand.already_done(target):
            _here(errand, target, None)
        return
    if wanted.token_env is not None:
        target = replace(target, token=token_from_environment(wanted.token_env))
    target.check(user_named=False)
    if errand.already_done(target):
        return
    if not target.needs_credential:
        _here(errand, target, None)
        return
    if wanted.keyring:
        need_keyring()
    credential = found_credential(target, wanted, descriptor)
    if credential is None and wanted.keyring and target.user_name:
        credential = recall(target)
        if credential is not None:
            _here_as_kept(errand, target, credential)
            return
    if credential is None and (prompt or notebook.asks_on_a_line):
        credential = from_terminal(target.user_name)
    if credential is not None:
        _here(errand, target.with_user(credential.user_name), credential, keep=wanted.keyring)
    elif notebook.can_show_forms:
        _ByForm(errand, target).show(keep=wanted.keyring)
    else:
        whose = f"the password of {target.user_name}" if target.user_name else "a user name and password"
        raise CredentialNeeded(f"Nobody can be asked for {whose} here.", OTHER_WAYS)


def found_credential(target: Target, wanted: Plan, descriptor: int | None) -> Credential | None:
    """The credential that a program left for us."""
    if descriptor is not None:
        return from_descriptor(target.user_name, descriptor)
    return from_environment(target.user_name, wanted.env) if wanted.env is not None else None


def _here(errand: Errand, target: Target, credential: Credential | None, *, keep: bool = False) -> None:
    """Do it while the cell waits. The credential is wiped."""
    try:
        with show.reporting() as report:
            done = errand.carry_out(target, credential, report, keep=keep, drawn=True)
    finally:
        if credential is not None:
            credential.wipe()
    done.show()


def _here_as_kept(errand: Errand, target: Target, credential: Credential) -> None:
    try:
        _here(errand, target, credential)
    except SignInFailed as error:
        raise type(error)(
            error.message,
            f"It is in your keyring. If it has changed: %lync forget {target.user_name}, and connect again.",
        ) from None


class Connecting:
    """Opens a session, makes it the current one, imports its commands.

    timeout: seconds.  idle: seconds after which it ends by itself, None for never.  reuse: take one that is open on the
    same target already, in the same lane.  name: what it is called, "" for the usual.  lane: what it lets through.
    taping: gives the tape that it is recorded on, or replayed from.
    """

    def __init__(
        self,
        notebook: Notebook,
        importing: Wanted | None,
        timeout: float,
        idle: float | None,
        *,
        reuse: bool,
        taping: Callable[[], Taped | None] = lambda: None,
        name: str = "",
        lane: Lane = Lane.OPEN,
    ) -> None:
        self.notebook = notebook
        self._importing = importing
        self._timeout = timeout
        self._idle = idle
        self._reuse = reuse
        self._taping = taping
        self._name = name
        self._lane = lane
        self.session: Session | None = None
        """What commands go to once it is done; None while a form waits."""
        self.person: Person | None = None
        """Who is asked what ssh asks."""
        self.opening: Session | None = None
        """The session that is being opened."""
        self._opened: Session | None = None
        self._cancelled = False

    def already_done(self, target: Target) -> bool:
        """Whether a session is open on the target: then commands go to it, and it is said."""
        found = self.notebook.connected_to(target, self._lane, self._name) if self._reuse else None
        self.session = found
        if found is None:
            if self._name and registry.named(self._name) is not None:
                raise UsageError(f"There is a session {self._name} already.", "Give another name, or remove that one.")
            return False
        if found.state is not State.OPENED:
            with show.reporting():
                found.reconnect()
        self.notebook.use(found)
        show.say(f"{found.name} is open on {found.computer_name} already; commands go to it (--new opens another).")
        if self._importing is not None and (self._importing.prefix or not modules.of(found)):
            show.show_modules([self.notebook.import_commands(found, self._importing, show.writer())])
        return True

    def carry_out(
        self, target: Target, credential: Credential | None, report: Report, *, keep: bool = False, drawn: bool = False
    ) -> Done:
        session = connect(
            target,
            credential,
            timeout=self._timeout,
            report=report,
            host=self.notebook.host,
            idle=self._idle,
            tape=self._taping(),
            person=self.person,
            began=self._began,
        )
        user, computer = session.user_name, session.computer_name
        signed_in = (
            say("Signed in as {user} on {computer}.", user=user, computer=computer)
            if user
            else say("Connected to {computer}.", computer=computer)
        )
        self._opened = self.session = session
        if self._cancelled:
            session.close()
            return Done(signed_in, lambda: None)
        session.name = self._name or session.name
        session.lane = self._lane
        self.notebook.adopt(session)
        session.on_locked(lambda locked: _ask_again(self.notebook, locked, target))
        kept = _keep(target, credential) if keep and credential is not None else ""
        module, trouble = self._import(session, report, drawn=drawn)

        def tell() -> None:
            _show_connected(session, module, kept)
            if trouble is not None:
                show.show_error(trouble)

        return Done(signed_in, tell, session.close)

    def _began(self, session: Session) -> None:
        self.opening = session

    def cancel(self) -> None:
        self._cancelled = True
        if self._opened is not None:
            self._opened.stop()

    def _import(self, session: Session, report: Report, *, drawn: bool) -> tuple[Module | None, LyncError | None]:
        """The imported commands, or why there are none: that is no failure to sign in."""
        if self._importing is None:
            return None, None
        try:
            return self.notebook.import_commands(session, self._importing, report, drawn=drawn), None
        except LyncError as error:
            return None, error


class Returning:
    """Takes up a session again whose credential nobody knows any more."""

    def __init__(self, notebook: Notebook, session: Session) -> None:
        self.notebook = notebook
        self._session = session

    def already_done(self, target: Target) -> bool:
        return self._session.state is State.OPENED

    def carry_out(
        self, target: Target, credential: Credential | None, report: Report, *, keep: bool = False, drawn: bool = False
    ) -> Done:
        if credential is not None:
            self._session.sign_in_again(credential)
        name = self._session.name
        return Done(f"{name} is open again.", lambda: show.say(f"{name} is open again; run the cell that needed it."))

    def cancel(self) -> None:
        self._session.stop()


def _ask_again(notebook: Notebook, session: Session, target: Target) -> None:
    """Show a form where one can be shown; the cell that needs the session ends, as a cell cannot see clicks."""
    if notebook.can_show_forms:
        _ByForm(Returning(notebook, session), target.with_user(session.user_name)).show(keep=False)


class Reclaiming:
    """Takes back the seats that programs left behind when they died. timeout: seconds."""

    def __init__(self, notebook: Notebook, timeout: float) -> None:
        self.notebook = notebook
        self._timeout = timeout

    def already_done(self, target: Target) -> bool:
        return False

    def carry_out(
        self, target: Target, credential: Credential | None, report: Report, *, keep: bool = False, drawn: bool = False
    ) -> Done:
        back = reclaim(target, credential, timeout=self._timeout, report=report)
        said = "Taken back: " + "; ".join(seat.name for seat in back) + "."
        return Done(f"Signed in as {target.user_name}.", lambda: show.say(said))

    def cancel(self) -> None:
        """What was taken back cannot be given back."""


class _ByForm:
    """Does an errand when the form is submitted, once for each submit, until one succeeds or the form is closed."""

    def __init__(self, errand: Errand, target: Target) -> None:
        self._errand = errand
        self._target = target
        self._context = contextvars.copy_context()

    def show(self, *, keep: bool) -> None:
        """Show the form. keep: "Remember in keyring" is ticked at first."""
        self._form = self._errand.notebook.show_form(
            self._target.user_name,
            "",
            on_submit=self._submitted,
            on_cancel=self._errand.cancel,
            remember=keep if keep or keyring_works() else None,
        )

    def _submitted(self, credential: Credential) -> None:
        work = self._context.copy().run
        threading.Thread(target=work, args=(self._attempt, credential), name="lync_magic sign-in", daemon=True).start()

    def _attempt(self, credential: Credential) -> None:
        form = self._form
        try:
            target = self._target.with_user(credential.user_name)
            done = self._errand.carry_out(target, credential, into_form(form), keep=bool(form.remember))
            if not form.succeed(done.signed_in):  # given up while it worked
                done.undo()
                return
            done.show()
        except LyncError as error:
            form.fail(error)
        except BaseException as error:
            form.fail(f"{type(error).__name__}: {error}")
            raise
        finally:
            credential.wipe()


def _keep(target: Target, credential: Credential) -> str:
    """Put a credential into the keyring, and say how that went: that it failed is no reason to lose the session."""
    try:
        remember(target, credential)
    except LyncError as error:
        return NOT_KEPT.format(error.said()[0])
    return KEPT


def _show_connected(session: Session, module: Module | None, kept: str) -> None:
    show.show_sessions([session])
    if session.origin:
        show.say(f"{session.name} answers {session.origin}; nothing is sent anywhere.")
    if module is not None:
        show.show_modules([module])
        example = _example(module)
        if example is not None:
            names = f"{example.__name__}() in Python, %lync {example.alias} in PowerShell"
            show.say(f"{len(module.commands)} commands imported: {names}, and so on.")
    if kept:
        show.say(kept)


def _example(module: Module) -> RemoteCommand | None:
    """A command that only reads, to show how commands are called."""
    readers = [command for name, command in module.commands.items() if name.startswith("get-")]
    return next((command for command in readers if command.name == "Get-CsTenant"), next(iter(readers), None))


def into_form(form: ui.Card[Any]) -> Report:
    """A report that writes into a form while it is open."""

    def report(event: Event) -> None:
        if isinstance(event, ProgressRecord) and event.activity_id == COUNT_DOWN_ID:
            form.wait(f"{event.activity} {event.status}")
        line = line_of(event)
        if line is not None:
            form.progress(line.text)

    return report
