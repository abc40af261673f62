"""One notebook's state: its current session, and how it signs in and connects.

Rules: a magic never waits for a widget. `%lync connect` shows the form and returns; the form's button connects, and
what that writes stands in the cell that showed the form (its output context is kept for that).
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from lync_magic.clixml import Credential
from lync_magic.errors import (
    CredentialNeeded,
    LyncError,
    OperationTimedOut,
    SessionClosed,
    SignInFailed,
    UsageError,
)
from lync_magic.importing import Module, RemoteCommand, import_session, modules
from lync_magic.magics import display as show
from lync_magic.magics.host import NotebookHost
from lync_magic.magics.namespace import NotebookNamespace, Variables
from lync_magic.psrp import Event, Report, WarningRecord
from lync_magic.sessions import (
    OTHER_WAYS,
    Plan,
    Session,
    State,
    Target,
    connect,
    from_descriptor,
    from_environment,
    from_terminal,
    need_keyring,
    recall,
    registry,
    remember,
    token_from_environment,
)
from lync_magic.ui import SignInForm, line_of

SEES_CLICKS_WHILE_WAITING = (7, 4)
"""The version of ipykernel from which a cell that awaits lets a widget's messages through."""
POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Importing:
    """What to import after connecting; not `wanted` is none of it. See `import_session`."""

    wanted: bool = True
    patterns: tuple[str, ...] = ("*",)
    prefix: str = ""
    allow_clobber: bool = False
    replace_imported: bool = False


class Notebook:
    """The state that belongs to one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.namespace = NotebookNamespace(shell)
        self.variables = Variables(shell)
        self.host = NotebookHost()
        self._current: Session | None = None
        self._form: SignInForm | None = None

    # --- the current session ---------------------------------------------------------------------------------------

    @property
    def current(self) -> Session | None:
        """The session that commands go to, or None."""
        if self._current is not None and self._current.state is State.CLOSED:
            self._current = None
        if self._current is None:
            following = next((s for s in reversed(list(registry)) if s.state is State.OPENED), None)
            if following is not None:
                self.use(following)
        return self._current

    def use(self, session: Session) -> None:
        """Make a session the one that commands go to; its functions take the names that it shares with others."""
        self._current = session
        for module in modules.of(session):
            module.republish()

    def session(self, number: int | None = None) -> Session:
        """The session with this number, or the current one. Raises SessionClosed when there is none."""
        found = self.current if number is None else registry.get(number)
        if found is None:
            name = "There is no session." if number is None else f"There is no session {number}."
            raise SessionClosed(name, "Connect first: %lync connect USER. List them: %lync sessions.")
        return found

    # --- connecting ------------------------------------------------------------------------------------------------

    @property
    def can_show_forms(self) -> bool:
        """Whether a person sits before a notebook: a kernel with a frontend that answers."""
        kernel = getattr(self.shell, "kernel", None)
        return kernel is not None and bool(getattr(kernel, "_allow_stdin", False))

    def adopt(self, session: Session) -> None:
        """A session that was opened here: commands go to it and report to this notebook."""
        session.tell(show.reporting)
        session.on_end(self._ended)
        self.use(session)

    def _ended(self, session: Session) -> None:
        """A session was removed or broke: the names it shared go to the one that is current now."""
        if self._current is session:
            self._current = None
        current = self.current
        if current is not None:
            self.use(current)

    def connect(
        self,
        wanted: Plan,
        importing: Importing,
        *,
        timeout: float,
        prompt: bool = False,
        descriptor: int | None = None,
    ) -> None:
        """Connect, asking for a credential in the way that fits; a form connects when it is submitted.

        prompt: ask on the input line.  descriptor: an open file descriptor that gives the password.
        Raises UsageError before anything is asked, CredentialNeeded where nobody can be asked, and what `connect`
        raises.
        """
        target = wanted.target
        if wanted.token_env is not None:
            target = replace(target, token=token_from_environment(wanted.token_env))
        target.check(user_named=False)
        if not target.needs_credential:
            self._connect_here(target, None, importing, timeout)
            return
        if wanted.keyring:
            need_keyring()
        credential = self._found(target, wanted, descriptor)
        if credential is None and wanted.keyring and target.user_name:
            credential = recall(target)
            if credential is not None:
                self._connect_as_kept(target, credential, importing, timeout)
                return
        if credential is None and (prompt or not hasattr(self.shell, "kernel")):
            credential = from_terminal(target.user_name)
        if credential is not None:
            named = target.with_user(credential.user_name)
            self._connect_here(named, credential, importing, timeout, keep=wanted.keyring)
        elif self.can_show_forms:
            self._connect_by_form(target, importing, timeout, keep=wanted.keyring)
        else:
            raise CredentialNeeded(f"Nobody can be asked for the password of {target.user_name} here.", OTHER_WAYS)

    def _found(self, target: Target, wanted: Plan, descriptor: int | None) -> Credential | None:
        """The credential that a program left for us."""
        if descriptor is not None:
            return from_descriptor(target.user_name, descriptor)
        return from_environment(target.user_name, wanted.env) if wanted.env is not None else None

    def _connect_as_kept(self, target: Target, credential: Credential, importing: Importing, timeout: float) -> None:
        try:
            self._connect_here(target, credential, importing, timeout)
        except SignInFailed as error:
            raise type(error)(
                error.message,
                f"It is in your keyring. If it has changed: %lync forget {target.user_name}, and connect again.",
            ) from None

    def establish(
        self,
        target: Target,
        credential: Credential | None,
        importing: Importing,
        timeout: float,
        report: Report,
        *,
        keep: bool = False,
    ) -> tuple[Session, Module | None]:
        """Open a session, make it the current one, import its commands. The credential is wiped.

        keep: put the credential into the keyring, now that it was good.
        """
        try:
            session = connect(target, credential, timeout=timeout, report=report, host=self.host)
            if keep and credential is not None:
                _keep(target, credential, report)
        finally:
            if credential is not None:
                credential.wipe()
        self.adopt(session)
        if not importing.wanted:
            return session, None
        return session, self.import_commands(session, importing, report)

    def import_commands(self, session: Session, importing: Importing, report: Report) -> Module:
        """Import commands of a session into the notebook's namespace."""
        with show.progress_bars() as bars:
            return import_session(
                session,
                importing.patterns,
                prefix=importing.prefix,
                allow_clobber=importing.allow_clobber,
                replace_imported=importing.replace_imported,
                namespace=self.namespace,
                report=show.both(report, bars.report),
            )

    def _connect_here(
        self,
        target: Target,
        credential: Credential | None,
        importing: Importing,
        timeout: float,
        *,
        keep: bool = False,
    ) -> None:
        session, module = self.establish(target, credential, importing, timeout, show.writer(), keep=keep)
        _show_connected(session, module)

    def _connect_by_form(self, target: Target, importing: Importing, timeout: float, *, keep: bool) -> None:
        here = contextvars.copy_context()

        def submitted(credential: Credential) -> None:
            here.run(connected, credential)

        def connected(credential: Credential) -> None:
            wanted = target.with_user(credential.user_name)
            session, module = self.establish(wanted, credential, importing, timeout, _into(form), keep=keep)
            form.succeed(f"Signed in as {session.user_name} on {session.computer_name}.")
            _show_connected(session, module)

        message = "The password will be kept in your keyring, once it was good." if keep else ""
        form = self.show_form(target.user_name, message, submitted)

    def show_form(
        self,
        user_name: str,
        message: str,
        on_submit: Callable[[Credential], None],
        on_cancel: Callable[[], None] | None = None,
        **labels: str,
    ) -> SignInForm:
        """Show a sign-in form in the cell that runs; an older one that still waits is closed. labels: of its button."""
        if self._form is not None:
            self._form.cancel("Another sign-in form was opened.")
        form = SignInForm(user_name, message, on_submit=on_submit, on_cancel=on_cancel, **labels)
        self._form = form
        handle = display(form.widget, display_id=True)
        if handle is not None:
            # A notebook that is opened again holds no widgets: what is saved is the closed form's line.
            form.when_closed(lambda bundle: handle.update(bundle, raw=True))
        form.focus()
        return form

    async def signed_in(self, timeout: float) -> Session:
        """Wait until a session is open, for Run All: `await lync_magic.signed_in()`.

        Raises OperationTimedOut after `timeout` seconds, and UsageError at once where the kernel cannot see clicks
        while a cell waits.
        """
        kernel_version = version("ipykernel")
        if self.current is None and tuple(map(int, kernel_version.split(".")[:2])) < SEES_CLICKS_WHILE_WAITING:
            raise UsageError(
                f"Nobody has signed in yet, and ipykernel {kernel_version} cannot see clicks while a cell waits.",
                "Sign in in the form above and run this cell again. For Run All: ipykernel 7.4 or later, or --prompt.",
            )
        end = time.monotonic() + timeout
        while True:
            session = self.current
            if session is not None and session.state is State.OPENED:
                return session
            if time.monotonic() > end:
                raise OperationTimedOut(
                    f"Nobody signed in within {timeout:g} seconds.",
                    "Show the form with %lync connect USER, sign in, and run this cell again.",
                )
            await asyncio.sleep(POLL_SECONDS)

    # --- ending ----------------------------------------------------------------------------------------------------

    def remove(self, sessions: Sequence[Session]) -> None:
        """Close sessions; one that does not close in order does not keep the others."""
        trouble: LyncError | None = None
        for session in sessions:
            try:
                session.close()
            except LyncError as error:
                trouble = trouble or error
        if trouble is not None:
            raise trouble


def _keep(target: Target, credential: Credential, report: Report) -> None:
    """Put a credential into the keyring; that this does not work is no reason to lose the session."""
    try:
        remember(target, credential)
    except LyncError as error:
        report(WarningRecord(f"The password was not kept: {error.message}"))


def _show_connected(session: Session, module: Module | None) -> None:
    show.show_sessions([session])
    if module is not None:
        show.show_modules([module])
        example = _example(module)
        if example is not None:
            names = f"{example.__name__}() in Python, %lync {example.alias} in PowerShell"
            show.say(f"{len(module.commands)} commands imported: {names}, and so on.")


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
