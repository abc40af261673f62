"""`%lync connect --ssh`: ssh asks only what it needs, so whether a person is needed shows on the way.

Rules: the session is opened on a thread of its own while the cell waits. Where nothing is asked, all of it happens in
the cell. When something is asked by a form, the cell ends with the form shown, and what follows is written into the
same cell; a question for the input line is asked in the kernel's own thread, where an interrupt is heard.
"""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final, Generic, TypeVar

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import LyncError, interrupted
from lync_magic.magics import display as show
from lync_magic.magics.asking import FormPerson, LinePerson
from lync_magic.magics.signing_in import Connecting, Done, found_credential, into_form
from lync_magic.psrp import Event, ProgressRecord, Report
from lync_magic.sessions import COUNT_DOWN_ID, Person, Plan, State, Target, recall
from lync_magic.transports import Question

SLICE_SECONDS: Final = 0.2
INTERRUPT_SECONDS: Final = 5.0

T = TypeVar("T")


def connect_ssh(connecting: Connecting, wanted: Plan, *, prompt: bool, descriptor: int | None) -> None:
    """Open a session over ssh, and import its commands. prompt, descriptor: as `sign_in` has them.

    Raises what `connect` raises, unless a form was shown: then it stands there.
    """
    target, notebook = wanted.target, connecting.notebook
    target.check()
    if connecting.already_done(target):
        return
    credential = found_credential(target, wanted, descriptor)
    if credential is None and wanted.keyring and target.user_name:
        credential = recall(target)
    opening = _Opening(connecting, target, credential)
    if prompt or notebook.asks_on_a_line:
        connecting.person = _InTheKernelsThread(opening)
    elif notebook.can_show_forms:
        opening.person = connecting.person = FormPerson(notebook, opening.form_shown, opening.cancel)
    opening.run()


class _Call(Generic[T]):
    """Something to be done in the kernel's thread, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._over: SimpleQueue[tuple[T | None, LyncError | None]] = SimpleQueue()

    def carry_out(self) -> None:
        try:
            self._over.put((self._work(), None))
        except LyncError as error:
            self._over.put((None, error))

    def result(self, withdrawn: threading.Event) -> T | None:
        while not withdrawn.is_set():
            try:
                value, error = self._over.get(timeout=SLICE_SECONDS)
            except Empty:
                continue
            if error is not None:
                raise error
            return value
        return None


class _Opening:
    """One opening beside the kernel's thread, which is free when a form is shown."""

    def __init__(self, connecting: Connecting, target: Target, credential: Credential | None) -> None:
        self._connecting = connecting
        self._target = target
        self._credential = credential
        self._told: SimpleQueue[_Call[Any] | None] = SimpleQueue()
        """Calls for the kernel's thread; None when it is free."""
        self._form_shown = False
        self._failure: BaseException | None = None
        self._done: Done | None = None
        self.person: FormPerson | None = None

    def run(self) -> None:
        """Until the session is open, or a form is shown. Raises why there is none."""
        work = contextvars.copy_context().run
        thread = threading.Thread(target=work, args=(self._work,), name="lync_magic ssh", daemon=True)
        thread.start()
        try:
            while (call := self._next()) is not None:
                call.carry_out()
        except KeyboardInterrupt as stop:
            self.cancel()
            thread.join(INTERRUPT_SECONDS)
            raise interrupted(stop, "Stopped; no session was opened.") from None
        if self._form_shown:
            return
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        assert self._done is not None
        self._done.show()

    def ask_here(self, call: _Call[Any]) -> None:
        """Have something done in the kernel's thread."""
        self._told.put(call)

    def form_shown(self) -> None:
        """The kernel's thread is free: the form needs it."""
        self._form_shown = True
        self._told.put(None)

    def cancel(self) -> None:
        """It is given up: what is being opened is closed."""
        self._connecting.cancel()
        opening = self._connecting.opening
        if opening is not None and opening.state is State.OPENING:
            opening.close(0)

    def _next(self) -> _Call[Any] | None:
        while True:
            try:
                return self._told.get(timeout=SLICE_SECONDS)
            except Empty:
                continue

    def _work(self) -> None:
        try:
            with show.reporting() as bars:
                self._done = self._opened(bars)
        except BaseException as error:  # noqa: BLE001 - it is raised in the kernel's thread, or shown
            self._failure = error
        finally:
            if self._credential is not None:
                self._credential.wipe()
        if self._form_shown:
            self._end_in_the_form()
        self._told.put(None)

    def _opened(self, lines: Report) -> Done:
        while True:
            try:
                return self._connecting.carry_out(self._target, self._credential, self._into(lines), drawn=True)
            except LyncError as error:
                if self.person is None or not self.person.try_again(error):
                    raise

    def _into(self, lines: Report) -> Report:
        """Into the form while there is one, else into the cell; progress is a bar in both."""

        def report(event: Event) -> None:
            form = self.person.form if self.person is not None else None
            is_bar = isinstance(event, ProgressRecord) and event.activity_id != COUNT_DOWN_ID
            (lines if form is None or is_bar else into_form(form))(event)

        return report

    def _end_in_the_form(self) -> None:
        assert self.person is not None
        done = self._done
        if not self.person.end(self._failure, done.signed_in if done is not None else ""):
            if done is not None:  # given up while it worked
                done.undo()
        elif done is not None:
            done.show()
        if self._failure is not None and not isinstance(self._failure, LyncError):
            sys.stderr.write(f"{type(self._failure).__name__}: {self._failure}\n")


class _InTheKernelsThread:
    """A person at the input line, who is asked in the kernel's thread."""

    def __init__(self, opening: _Opening) -> None:
        self._opening = opening
        self._person: Person = LinePerson()

    def secret(self, question: Question, *, again: bool) -> SecureString:
        given = self._asked(question, lambda: self._person.secret(question, again=again))
        return given if given is not None else SecureString("")

    def decide(self, question: Question) -> bool:
        return bool(self._asked(question, lambda: self._person.decide(question)))

    def _asked(self, question: Question, work: Callable[[], T]) -> T | None:
        call = _Call(work)
        self._opening.ask_here(call)
        return call.result(question.withdrawn)
