"""One notebook's state: its current session, and the sign-in form that waits in it, of which there is one at a time."""

from __future__ import annotations

import asyncio
import atexit
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display

from lync_magic import ui
from lync_magic.clixml import Credential
from lync_magic.errors import (
    CredentialNeeded,
    LyncError,
    OperationTimedOut,
    SessionClosed,
    UsageError,
)
from lync_magic.importing import Module, Wanted, import_wanted, modules
from lync_magic.magics import display as show
from lync_magic.magics.grammar import near
from lync_magic.magics.host import NotebookHost
from lync_magic.magics.namespace import NotebookNamespace, Variables
from lync_magic.psrp import Choice, Report
from lync_magic.sessions import Answer, Lane, Session, State, Target, registry

SEES_CLICKS_WHILE_WAITING = (7, 4)
"""The version of ipykernel from which a cell that awaits lets a widget's messages through."""
POLL_SECONDS = 0.1

EXTENSION_GONE = "The extension was unloaded."
KERNEL_ENDED = "The kernel ended before anybody signed in."
ANOTHER_FORM = "Another sign-in form was opened."
SHOW_IT_AGAIN = "Show the form with %lync connect USER, sign in, and run this cell again."


def _version_of_ipykernel() -> tuple[int, ...]:
    return tuple(map(int, version("ipykernel").split(".")[:2]))


def _usable(session: Session) -> bool:
    return session.state is State.OPENED or session.comes_back


class Notebook:
    """The state that belongs to one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.namespace = NotebookNamespace(shell)
        self.variables = Variables(shell)
        self.host = NotebookHost()
        self.adopted: Callable[[Session], None] = lambda _session: None
        """Is told of each session that was opened here."""
        self._current: Session | None = None
        self._entered: list[tuple[Session, bool, Session | None]] = []
        self._form: ui.Card[Any] | None = None
        self._panel: ui.Panel | None = None
        atexit.register(self._leave_line)
        self._shown: tuple[int, Session | None] = (0, None)

    # --- the current session ---------------------------------------------------------------------------------------

    @property
    def current(self) -> Session | None:
        """The session that commands go to, or None."""
        if self._current is not None and not _usable(self._current):
            self._current = None
        if self._current is None:
            following = next((session for session in reversed(list(registry)) if _usable(session)), None)
            if following is not None:
                self.use(following)
        return self._current

    def use(self, session: Session) -> None:
        """Make a session the one that commands go to; its functions take the names that it shares with others."""
        self._current = session
        for module in modules.of(session):
            module.republish()

    def enter(self, session: Session, *, opened: bool) -> None:
        """Use a session until `leave`. opened: for this, so that it ends with it."""
        self._entered.append((session, opened, self._current))
        self.use(session)

    def leave(self) -> None:
        """Go back to the session that was in use before the one that was entered last."""
        if not self._entered:
            return
        session, opened, before = self._entered.pop()
        if opened:
            session.close()
        if before is not None and _usable(before):
            self.use(before)

    def session(self, word: str | None = None) -> Session:
        """The session of this name or number, or the current one. Raises SessionClosed when there is none."""
        found = self.current if word is None else registry.named(word)
        if found is None:
            removed = registry.removed(word) if word is not None else None
            name = f"There is no session{'' if word is None else f' {word}'}."
            name = f"{removed} was removed." if removed else name
            where = "List them: %lync sessions." if len(registry) else "Connect first: %lync connect USER."
            if word is not None and "-" in word:
                where = "Commands stand in the lines below %%lync."
            raise SessionClosed(name, f"{near(word or '', [one.name for one in registry])} {where}".strip())
        return found

    def note_shown(self, session: Session | None) -> None:
        """This cell has shown a session already."""
        self._shown = (self.shell.execution_count, session)

    def was_shown(self, session: Session) -> bool:
        """Whether this cell has shown it."""
        return self._shown == (self.shell.execution_count, session)

    @contextmanager
    def using(self, word: str | None) -> Iterator[None]:
        """Within the block commands go to this session; to the current one where it is None."""
        if word is None:
            yield
            return
        before = self._current
        self._current = self.session(word)
        try:
            yield
        finally:
            self._current = before

    # --- connecting ------------------------------------------------------------------------------------------------

    @property
    def can_ask(self) -> bool:
        """Whether a person sits before a notebook: a kernel with a frontend that answers."""
        return bool(getattr(self._kernel, "_allow_stdin", False))

    @property
    def can_show_forms(self) -> bool:
        """Whether that person's frontend draws widgets too. Our own kernel knows; of another one it is assumed."""
        return self.can_ask and bool(getattr(self._kernel, "shows_widgets", True))

    @property
    def hears_clicks(self) -> bool:
        """Whether a cell that awaits lets a widget's messages through."""
        return _version_of_ipykernel() >= SEES_CLICKS_WHILE_WAITING

    @property
    def asks_on_a_line(self) -> bool:
        """Whether a person can be asked on the input line alone: in a terminal, or by a frontend without widgets."""
        return self._kernel is None or (self.can_ask and not self.can_show_forms)

    @property
    def _kernel(self) -> Any:
        return getattr(self.shell, "kernel", None)

    def adopt(self, session: Session) -> None:
        """A session that was opened here: commands go to it and report to this notebook."""
        session.tell(show.reporting)
        session.ask = self._agreed
        session.on_end(self._ended)
        session.on_idle(lambda ended: show.say(f"{ended.why} The next command connects again."))
        self.use(session)
        self.adopted(session)

    def _agreed(self, call: str) -> Answer:
        """Ask whether a call may be sent. Raises PromptRefused where nobody can be asked."""
        answers = (Answer.YES, Answer.YES_TO_ALL, Answer.NO)
        choices = (Choice("&Yes"), Choice("Yes to &All of this cell"), Choice("&No"))
        return answers[self.host.choose("Send this?", call, choices, default=2)]

    def connected_to(self, target: Target, lane: Lane, name: str = "") -> Session | None:
        """The session that is open on this target in this lane, or can be taken up again; None where there is none.

        name: what it has to be called, "" for whatever.
        """
        same = (session for session in registry if session.target is not None and session.target.same_as(target))
        fit = (one for one in same if one.lane is lane and name.lower() in ("", one.name.lower()))
        return next((session for session in fit if _usable(session)), None)

    def _ended(self, session: Session) -> None:
        """A session was removed or broke: the names it shared go to the one that is current now."""
        if self._current is session:
            self._current = None
        current = self.current
        if current is not None:
            self.use(current)

    def import_commands(self, session: Session, wanted: Wanted, report: Report, *, drawn: bool = False) -> Module:
        """Import commands of a session into the notebook's namespace. drawn: `report` draws progress already."""
        with show.progress_bars() as bars:
            told = report if drawn else show.both(report, bars.report)
            return import_wanted(session, wanted, namespace=self.namespace, report=told)

    def show_form(
        self,
        user_name: str,
        message: str,
        on_submit: Callable[[Credential], None],
        on_cancel: Callable[[], None] | None = None,
        *,
        remember: bool | None = None,
        **labels: str,
    ) -> ui.SignInForm:
        """Show a sign-in form in the cell that runs; an older one that still stands is closed. labels: of its button.

        The rest as `SignInForm` has it. What was submitted in the older one goes on without a form.
        """
        form = ui.SignInForm(user_name, message, on_submit=on_submit, on_cancel=on_cancel, remember=remember, **labels)
        self.show_card(form)
        return form

    def show_card(self, form: ui.Card[Any]) -> None:
        """Show a form in the cell that runs; an older one that still stands is closed."""
        older = self._form
        if older is not None and older.stage is ui.Stage.READY:
            older.give_up(ANOTHER_FORM)
        elif older is not None:
            older.cancel(ANOTHER_FORM)
        self._form = form
        handle = display(form.bundle(), raw=True, display_id=True)
        if handle is not None:
            # A notebook that is opened again holds no widgets: what is saved is the closed form's line.
            form.when_closed(lambda bundle: handle.update(bundle, raw=True))
        form.focus()

    @property
    def asks(self) -> bool:
        """Whether a form waits for somebody."""
        return self._form is not None and self._form.stage is ui.Stage.READY

    def show_panel(self, panel: ui.Panel) -> None:
        """Show the panel of sessions in the cell that runs; there is one: an older one becomes text."""
        if self._panel is not None:
            self._panel.close()
        self._panel = panel
        handle = display(panel.bundle(), raw=True, display_id=True)
        if handle is not None:
            panel.when_closed(lambda bundle: handle.update(bundle, raw=True))
        panel.live()

    async def signed_in(self, timeout: float) -> Session:
        """Wait until a session is open and the form is done, for Run All: `await lync_magic.signed_in()`.

        Raises OperationTimedOut after `timeout` seconds, CredentialNeeded as soon as the form was cancelled, and
        UsageError at once where the kernel cannot see clicks while a cell waits.
        """
        if self.current is None and not self.hears_clicks:
            raise UsageError(
                f"Nobody has signed in yet, and ipykernel {version('ipykernel')} cannot see clicks while a cell waits.",
                "Sign in in the form above and run this cell again. For Run All: ipykernel 7.4 or later, or --prompt.",
            )
        end = time.monotonic() + timeout
        while True:
            stage = self._form.stage if self._form is not None else None  # looked at first: a form closes last
            session = self.current
            if session is not None and stage is not ui.Stage.BUSY:
                return session
            if session is None and stage is ui.Stage.CLOSED:
                raise CredentialNeeded("The sign-in form was closed, and no session is open.", SHOW_IT_AGAIN)
            if time.monotonic() > end:
                raise OperationTimedOut(f"Nobody signed in within {timeout:g} seconds.", SHOW_IT_AGAIN)
            await asyncio.sleep(POLL_SECONDS)

    def _leave_line(self) -> None:
        """The kernel ends: what still stands becomes text, for who opens the notebook again."""
        if self._form is not None:
            self._form.cancel(KERNEL_ENDED)
        if self._panel is not None:
            self._panel.close()

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

    def close(self) -> None:
        """Close the form that stands, with what was typed into it, and every session."""
        atexit.unregister(self._leave_line)
        if self._form is not None:
            self._form.give_up(EXTENSION_GONE)
        if self._panel is not None:
            self._panel.close()
        self.remove(list(registry))
