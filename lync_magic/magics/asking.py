"""Who answers what ssh asks on its way: a person at a form, or at the input line.

Rules: they are called in the thread of the question and wait there; nobody waits longer than the question stands. A
form is shown when something is asked first, and shows what is asked next in the same place.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from queue import Empty, SimpleQueue
from typing import Final

from lync_magic import ui
from lync_magic.clixml import SecureString
from lync_magic.errors import CredentialNeeded, LyncError
from lync_magic.magics.notebook import Notebook
from lync_magic.messages import say
from lync_magic.sessions import OTHER_WAYS, fingerprint_of
from lync_magic.transports import Asked, Question

SLICE_SECONDS: Final = 0.2
_NOT_FOR_THE_FORM: Final = re.compile(r"key fingerprint is|^Are you sure|^\+[-[]|^\|.*\|$")
"""Lines of a question on a host key that the form has its own way to show, and the picture of a key."""


class FormPerson:
    """A person at a form. shown: called when it is shown first.  cancelled: called when they give up.  waiting: what
    is around a wait for them."""

    def __init__(
        self,
        notebook: Notebook,
        shown: Callable[[], None],
        cancelled: Callable[[], None] = lambda: None,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._notebook = notebook
        self._shown = shown
        self._cancelled = cancelled
        self._waiting = waiting
        self._given: SimpleQueue[SecureString | bool | None] = SimpleQueue()
        self._ready: SecureString | None = None
        self.form: ui.QuestionForm | None = None

    def secret(self, question: Question, *, again: bool) -> SecureString:
        ready, self._ready = self._ready, None
        if ready is not None:
            return ready
        labels = {Asked.PASSWORD: say("Password"), Asked.PASSPHRASE: say("Passphrase")}
        trouble = say("That was not accepted.") if again else ""
        self._here().ask_secret(question.text.rstrip(": "), labels.get(question.kind, say("Answer")), trouble)
        given = self._wait(question)
        if not isinstance(given, SecureString):
            raise CredentialNeeded("The form was cancelled; no session was opened.", "Connect again.")
        return given

    def decide(self, question: Question) -> bool:
        if question.kind is Asked.HOST_KEY:
            lines = [line for line in question.text.splitlines() if not _NOT_FOR_THE_FORM.search(line)]
            compare = say("Accept it only if who runs the host names the same fingerprint.")
            self._here().ask_decision(
                "\n".join([*lines, compare]),
                fingerprint_of(question),
                yes=say("Accept"),
                no=say("Refuse"),
                refused=say("The host key was not accepted."),
            )
        else:
            self._here().ask_decision(
                question.text, "", yes=say("Yes"), no=say("No"), refused=say("It was not confirmed.")
            )
        return self._wait(question) is True

    def try_again(self, error: LyncError) -> bool:
        """It failed: show why, and whether the person has it tried again."""
        if self.form is None:
            return False
        self.form.offer_again(error)
        with self._waiting():
            given = self._given.get()
        self._ready = given if isinstance(given, SecureString) else None
        return given is not None

    def end(self, failure: BaseException | None, done: str = "") -> bool:
        """Close the form where there is one; whether it was open. done: what was reached."""
        form, self.form = self.form, None
        if form is None:
            return True
        if isinstance(failure, LyncError):
            return form.cancel(failure.said()[0].splitlines()[0])
        return form.cancel() if failure is not None else form.succeed(done)

    def _here(self) -> ui.QuestionForm:
        """The form, shown."""
        if self.form is None:
            self.form = ui.QuestionForm(say("Connect over SSH"), on_submit=self._given.put, on_cancel=self._give_up)
            self._notebook.show_card(self.form)
            self._shown()
        return self.form

    def leave(self) -> None:
        """They answer no more: who waits for them has no answer."""
        self._given.put(None)

    def _give_up(self) -> None:
        self._cancelled()
        self.leave()

    def _wait(self, question: Question) -> SecureString | bool | None:
        with self._waiting():
            while not question.withdrawn.is_set():
                try:
                    return self._given.get(timeout=SLICE_SECONDS)
                except Empty:
                    continue
        return None


class LinePerson:
    """A person at the terminal, or at the notebook's input line."""

    def secret(self, question: Question, *, again: bool) -> SecureString:
        return SecureString(_asked(getpass.getpass, question))

    def decide(self, question: Question) -> bool:
        while not question.withdrawn.is_set():
            answer = _asked(input, question).strip().lower()
            if answer in ("yes", "no", "y", "n"):
                return answer.startswith("y")
        return False


def _asked(ask: Callable[[str], str], question: Question) -> str:
    yes_or_no = "" if "(yes/no" in question.text or question.kind in _SECRETS else " (yes/no)"
    try:
        return ask(f"{question.text}{yes_or_no} ")
    except (EOFError, RuntimeError, OSError) as error:
        # ipykernel raises StdinNotImplementedError, a RuntimeError, where no frontend answers.
        raise CredentialNeeded(f"Nobody can be asked here: {question.text}", OTHER_WAYS) from error


_SECRETS: Final = frozenset({Asked.PASSWORD, Asked.PASSPHRASE, Asked.SECRET})
