"""The sign-in form: user name, masked password, whether to remember it: one card of core widgets.

Rules of this file: the form decides nothing about connecting; it hands a `Credential` to `on_submit` and shows what it
is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from lync_magic.clixml import Credential
from lync_magic.messages import say
from lync_magic.safe_text import visible
from lync_magic.ui.card import Card, Stage
from lync_magic.ui.form_parts import labelled
from lync_magic.ui.style import widget_bundle


class SignInForm(Card[Credential]):
    """A form that asks for a user name and a password. Display `widget`.

    user_name: filled in, can be changed.  message: why one is asked, above the fields.  title: the card's
    heading.
    on_submit: called with the Credential on the thread that handles the click. It ends with `succeed` or
    `fail`, now or later, from any thread, or raises a LyncError, which stands in the form; the form is then
    ready again. The Credential is its own.
    on_cancel: called when the person gives up, also while busy; the form has closed before.
    remember: whether "Remember in keyring" is ticked at first; None where no keyring works: it is not asked then.
    """

    def __init__(
        self,
        user_name: str = "",
        message: str = "",
        *,
        on_submit: Callable[[Credential], None],
        on_cancel: Callable[[], None] | None = None,
        title: str = "Sign in",
        submit_label: str = "Sign in",
        busy_label: str = "Signing in…",
        remember: bool | None = None,
    ) -> None:
        super().__init__(
            title,
            message,
            on_submit=on_submit,
            on_cancel=on_cancel,
            label="Password",
            labels=(submit_label, busy_label),
        )
        self._user = widgets.Text(user_name, continuous_update=False, **labelled(say("User name")))
        self._user.on_msg(self._heard_user)
        self._remember = (
            None if remember is None else widgets.Checkbox(remember, **labelled(say("Remember in keyring")))
        )
        self._ask_for([part for part in (self._user, self._password, self._remember) if part is not None])

    @property
    def remember(self) -> bool:
        """Whether the person wants the password kept, once it was good. It cannot be changed while busy."""
        return self._remember is not None and bool(self._remember.value)

    def bundle(self) -> dict[str, Any]:
        user = visible(self._user.value.strip())
        if not user:
            return widget_bundle(self.widget, say("A sign-in form stood here; run the cell to show it again."))
        line = say("A sign-in form for {user} stood here; run the cell to show it again.", user=user)
        return widget_bundle(self.widget, line)

    def _heard_user(self, _widget: object, content: dict[str, object], _buffers: object) -> None:
        self._in_use = True
        if content.get("event") != "submit" or self._stage is not Stage.READY:
            return
        if self._password.holds_something:
            self._entered()
        else:
            self._password.focus()

    def _begin(self) -> Credential | None:
        user_name = self._user.value.strip()
        if not user_name:
            self._say_missing(say("Enter a user name."), self._user)
            return None
        secret = self._password.take()
        if secret is None:
            self._say_missing(say("Enter the password."), self._password)
            return None
        self._become_busy()
        return Credential(user_name, secret)

    def _first_field(self) -> widgets.Widget:
        return self._password if self._user.value else self._user
