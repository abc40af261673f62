"""Signs in as `%lync connect` was told: the credential, the session, its commands, and what is said of them.

Rules: a magic never waits for a widget. Where nobody has to be asked, or the input line is, all of it happens in the
cell. A form is shown and the magic returns; the form's button connects on a thread of its own, so that Cancel is heard
while it works and the kernel stays free, and what that writes stands in the cell that showed the form (its output
context is kept for that). A credential is wiped when the attempt it was for is over, whatever its end.
"""

from __future__ import annotations

import contextvars
import threading
from dataclasses import replace
from typing import Final

from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded, LyncError, SignInFailed
from lync_magic.importing import Module, RemoteCommand
from lync_magic.magics import display as show
from lync_magic.magics.notebook import Importing, Notebook
from lync_magic.messages import say
from lync_magic.psrp import Event, Report
from lync_magic.sessions import (
    OTHER_WAYS,
    Plan,
    Session,
    Target,
    connect,
    from_descriptor,
    from_environment,
    from_terminal,
    keyring_works,
    need_keyring,
    recall,
    remember,
    token_from_environment,
)
from lync_magic.ui import SignInForm, Stage, line_of

KEPT: Final = "The password is in your keyring. Next time connect with --keyring; %lync forget removes it."
NOT_KEPT: Final = "WARNING: The password was not kept: {0}"


def sign_in(
    notebook: Notebook,
    wanted: Plan,
    importing: Importing,
    *,
    timeout: float,
    prompt: bool = False,
    descriptor: int | None = None,
) -> None:
    """Connect, asking for a credential in the way that fits; a form connects when it is submitted.

    timeout: seconds.  prompt: ask on the input line.  descriptor: an open file descriptor that gives the password.
    Raises UsageError before anything is asked, CredentialNeeded where nobody can be asked, and what `connect` raises.
    """
    target = wanted.target
    if wanted.token_env is not None:
        target = replace(target, token=token_from_environment(wanted.token_env))
    target.check(user_named=False)
    here = _Here(notebook, importing, timeout)
    if not target.needs_credential:
        here.connect(target, None)
        return
    if wanted.keyring:
        need_keyring()
    credential = _found(target, wanted, descriptor)
    if credential is None and wanted.keyring and target.user_name:
        credential = recall(target)
        if credential is not None:
            _connect_as_kept(here, target, credential)
            return
    if credential is None and (prompt or not hasattr(notebook.shell, "kernel")):
        credential = from_terminal(target.user_name)
    if credential is not None:
        here.connect(target.with_user(credential.user_name), credential, keep=wanted.keyring)
    elif notebook.can_show_forms:
        _ByForm(notebook, target, importing, timeout).show(keep=wanted.keyring)
    else:
        raise CredentialNeeded(f"Nobody can be asked for the password of {target.user_name} here.", OTHER_WAYS)


def _found(target: Target, wanted: Plan, descriptor: int | None) -> Credential | None:
    """The credential that a program left for us."""
    if descriptor is not None:
        return from_descriptor(target.user_name, descriptor)
    return from_environment(target.user_name, wanted.env) if wanted.env is not None else None


class _Here:
    """Signs in while the cell waits."""

    def __init__(self, notebook: Notebook, importing: Importing, timeout: float) -> None:
        self._notebook = notebook
        self._importing = importing
        self._timeout = timeout

    def connect(self, target: Target, credential: Credential | None, *, keep: bool = False) -> None:
        """Open a session, make it the current one, import its commands. The credential is wiped.

        keep: put the credential into the keyring, now that it was good.
        """
        notebook, report = self._notebook, show.writer()
        kept = ""
        try:
            session = connect(target, credential, timeout=self._timeout, report=report, host=notebook.host)
            notebook.adopt(session)
            if keep and credential is not None:
                kept = _keep(target, credential)
        finally:
            if credential is not None:
                credential.wipe()
        module = notebook.import_commands(session, self._importing, report) if self._importing.wanted else None
        _show_connected(session, module, kept)


def _connect_as_kept(here: _Here, target: Target, credential: Credential) -> None:
    try:
        here.connect(target, credential)
    except SignInFailed as error:
        raise type(error)(
            error.message,
            f"It is in your keyring. If it has changed: %lync forget {target.user_name}, and connect again.",
        ) from None


class _ByForm:
    """Signs in when the form is submitted, once for each submit, until one succeeds or the form is closed."""

    def __init__(self, notebook: Notebook, target: Target, importing: Importing, timeout: float) -> None:
        self._notebook = notebook
        self._target = target
        self._importing = importing
        self._timeout = timeout
        self._context = contextvars.copy_context()
        self._opened: Session | None = None

    def show(self, *, keep: bool) -> None:
        """Show the form. keep: "Remember in keyring" is ticked at first."""
        self._form = self._notebook.show_form(
            self._target.user_name,
            "",
            on_submit=self._submitted,
            on_cancel=self._cancelled,
            remember=keep if keep or keyring_works() else None,
        )

    def _submitted(self, credential: Credential) -> None:
        work = self._context.copy().run
        threading.Thread(target=work, args=(self._attempt, credential), name="lync_magic sign-in", daemon=True).start()

    def _cancelled(self) -> None:
        session = self._opened
        if session is not None:
            session.stop()

    def _attempt(self, credential: Credential) -> None:
        try:
            self._connect(self._target.with_user(credential.user_name), credential)
        except LyncError as error:
            self._form.fail(error)
        except BaseException as error:
            self._form.fail(f"{type(error).__name__}: {error}")
            raise
        finally:
            credential.wipe()

    def _connect(self, target: Target, credential: Credential) -> None:
        notebook, form, report = self._notebook, self._form, _into(self._form)
        session = connect(target, credential, timeout=self._timeout, report=report, host=notebook.host)
        if form.stage is Stage.CLOSED:  # given up while it worked
            session.close()
            return
        self._opened = session
        notebook.adopt(session)
        kept = _keep(target, credential) if form.remember else ""
        module, trouble = self._import(session, report)
        if not form.succeed(
            say("Signed in as {user} on {computer}.", user=session.user_name, computer=session.computer_name)
        ):
            session.close()
            return
        _show_connected(session, module, kept)
        if trouble is not None:
            show.show_error(trouble)

    def _import(self, session: Session, report: Report) -> tuple[Module | None, LyncError | None]:
        """The imported commands, or why there are none: that is no failure to sign in."""
        if not self._importing.wanted:
            return None, None
        try:
            return self._notebook.import_commands(session, self._importing, report), None
        except LyncError as error:
            return None, error


def _keep(target: Target, credential: Credential) -> str:
    """Put a credential into the keyring, and say how that went: that it failed is no reason to lose the session."""
    try:
        remember(target, credential)
    except LyncError as error:
        return NOT_KEPT.format(error.message)
    return KEPT


def _show_connected(session: Session, module: Module | None, kept: str) -> None:
    show.show_sessions([session])
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


def _into(form: SignInForm) -> Report:
    """A report that writes into a form while it is open."""

    def report(event: Event) -> None:
        line = line_of(event)
        if line is not None:
            form.progress(line.text)

    return report
