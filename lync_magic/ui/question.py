"""The form of what a program asks on its way: a secret, or yes or no; one question after the other on one card.

Rules of this file: what is asked stands as it came, in a fixed width; nothing is accepted by a key that was meant for
something else, so a decision has the cursor on the answer that changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from lync_magic.clixml import SecureString
from lync_magic.errors import LyncError
from lync_magic.messages import say
from lync_magic.ui.card import CANCELLED, Card, Stage
from lync_magic.ui.form_parts import question_html, trouble_html


class QuestionForm(Card["SecureString | bool"]):
    """A form that shows one question at a time. Display `widget`; `ask_secret` and `ask_decision` make it ready.

    title: what all of them are for.  on_submit: called with a SecureString, or True; the form is busy until the next
    question, `fail`, `offer_again` or `succeed`.  on_cancel: called when the person gives up, or says no.
    """

    def __init__(
        self, title: str, *, on_submit: Callable[[SecureString | bool], None], on_cancel: Callable[[], None]
    ) -> None:
        super().__init__(
            title,
            "",
            on_submit=on_submit,
            on_cancel=on_cancel,
            label="Password",
            labels=("OK", "Connecting…"),
        )
        self._question = widgets.HTML()
        self._wants_secret = False
        self._when_refused = CANCELLED
        self._ask_for([], [self._question])

    def ask_secret(self, text: str, label: str, trouble: str = "") -> None:
        """Ask for a secret. text: the program's words.  label: the field's.  trouble: why it is asked once more."""
        self._password.description = label
        self._ask(question_html(text), [self._password], trouble, yes=say("OK"), no=say("Cancel"), refused=CANCELLED)

    def ask_decision(self, text: str, detail: str, *, yes: str, no: str, refused: str) -> None:
        """Ask for yes or no. detail: what it is about, as it came.  yes, no: the buttons.  refused: what no means."""
        self._ask(question_html(text, detail), [], "", yes=yes, no=no, refused=refused)

    def offer_again(self, error: LyncError) -> None:
        """It failed: show why. The secret can be given anew; where there was none, the whole can be tried again."""
        if not self._wants_secret:
            self._ask("", [], "", yes=say("Try again"), no=say("Cancel"), refused=CANCELLED)
        self.fail(error)

    def _ask(
        self, question: str, fields: list[widgets.Widget], trouble: str, *, yes: str, no: str, refused: str
    ) -> None:
        with self._lock:
            if self._stage is Stage.CLOSED:
                return
            self._stage = Stage.READY
            self._in_use = False
            self._wants_secret = bool(fields)
            self._when_refused = refused
            self._password.forget()
            self._question.value = question
            self._trouble.value = trouble_html(trouble) if trouble else ""
            self._labels[Stage.READY] = yes
            self._cancel_button.description = no
            self._ask_for(fields, [self._question])
        self._focus_if_ready()

    def _begin(self) -> SecureString | bool | None:
        given = self._password.take() if self._wants_secret else True
        if given is None:
            self._say_missing(say("Enter an answer."), self._password)
            return None
        self._become_busy()
        return given

    def _clicked_cancel(self, _button: object) -> None:
        self.give_up(self._when_refused)

    def _first_field(self) -> widgets.Widget:
        return self._password if self._wants_secret else self._cancel_button

    @property
    def _is_complete(self) -> bool:
        return not self._wants_secret or super()._is_complete
