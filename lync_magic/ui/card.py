"""A card that asks a person for something: its heading, its fields, its two buttons, and where it stands.

Rules of this file: a card decides nothing about what is done with an answer; it hands it over and shows what it is
told. Its state is one of three (`Stage`), changed under one lock, because clicks may come on another thread than the
cell. A secret is in no widget (`field`); it is handed over once for each submit, and the card keeps none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from threading import RLock
from typing import Any, Generic, TypeVar

import ipywidgets as widgets

from lync_magic.errors import LyncError
from lync_magic.messages import say
from lync_magic.safe_text import visible
from lync_magic.ui.field import SecretField
from lync_magic.ui.form_parts import head_html, labelled, later, steps_html, trouble_html
from lync_magic.ui.hearing import hear
from lync_magic.ui.style import notice_html, widget_bundle

BUTTON_WIDTH = "118px"

ENTER_GRACE = 0.25
"""Seconds to wait after Enter for the text that it commits: the browser sends the key first, then the text.
"""

FOCUS_DELAYS = (0.15, 0.6)
"""Seconds after which a card that was just displayed is given the focus; the first may find it not drawn yet.
"""

STEPS_SHOWN = 12
"""How many lines of connecting the card shows, the last ones."""

INTERRUPTED = "Interrupted."
CANCELLED = "Sign-in cancelled."

T = TypeVar("T")


class Stage(Enum):
    """Where the card stands."""

    READY = "ready"
    BUSY = "busy"
    CLOSED = "closed"


class Card(Generic[T]):
    """A card with a secret field. Display `widget`.

    on_submit: called with what was asked for on the thread that handles the click. It ends with `succeed` or `fail`,
    now or later, from any thread, or raises a LyncError, which stands in the card; the card is then ready again.
    on_cancel: called when the person gives up, also while busy; the card has closed before.
    label: the secret's.  labels: of the button that submits, ready and busy.
    """

    def __init__(
        self,
        title: str,
        message: str,
        *,
        on_submit: Callable[[T], None],
        on_cancel: Callable[[], None] | None,
        label: str,
        labels: tuple[str, str],
    ) -> None:
        self._on_submit = on_submit
        self._on_cancel = on_cancel
        self._labels = {Stage.READY: say(labels[0]), Stage.BUSY: say(labels[1])}
        self._lock = RLock()
        self._stage = Stage.READY
        self._enter_pressed = False
        self._in_use = False
        self._replace: Callable[[dict[str, str]], object] | None = None
        self._steps: list[str] = []
        self._waiting = ""
        self._failed = ""

        self._password = SecretField(self._password_arrived, self._entered, **labelled(say(label)))
        self._submit_button = widgets.Button(button_style="primary")
        self._submit_button.on_click(self._clicked_submit)
        self._cancel_button = widgets.Button(description=say("Cancel"))
        self._cancel_button.on_click(self._clicked_cancel)
        for button in (self._submit_button, self._cancel_button):
            button.layout.width = BUTTON_WIDTH
        self._head = widgets.HTML(head_html(say(title), say(message)))
        self._trouble = widgets.HTML()
        self._progress = widgets.HTML()
        self._buttons = widgets.HBox([self._submit_button, self._cancel_button])
        self._buttons.add_class("lync-buttons")
        self.widget = widgets.VBox()
        self.widget.add_class("lync-form")
        self._asked: Sequence[widgets.Widget] = ()

    def _ask_for(self, fields: Sequence[widgets.Widget], above: Sequence[widgets.Widget] = ()) -> None:
        """Show these fields. above: what stands between the heading and them."""
        self._asked = fields
        for field in fields:
            hear(field)
        self.widget.children = [self._head, *above, *fields, self._trouble, self._buttons, self._progress]
        self._draw()

    # --- what a kind of card says -------------------------------------------------------------------------------

    def _begin(self) -> T | None:
        """Take what was asked for and become busy (`_become_busy`), or say what is missing. Under no lock yet."""
        raise NotImplementedError

    def _first_field(self) -> widgets.Widget:
        """Where the cursor belongs."""
        return self._password

    @property
    def _is_complete(self) -> bool:
        """Whether a click has all that it needs: what was typed may arrive after it."""
        return self._password.holds_something

    def bundle(self) -> dict[str, Any]:
        """The card as a notebook takes it, by MIME type, with a line for where there are no widgets."""
        return widget_bundle(self.widget, say("A form stood here; run the cell to show it again."))

    # --- where it stands ----------------------------------------------------------------------------------------

    @property
    def stage(self) -> Stage:
        """Where the card stands."""
        return self._stage

    def focus(self) -> None:
        """Put the cursor into the first field to be filled. Call it right after `widget` was displayed."""
        for delay in FOCUS_DELAYS:
            later(delay, self._focus_if_not_in_use)

    def when_closed(self, replace: Callable[[dict[str, str]], object]) -> None:
        """Say how to put the closing line in the widget's place: a notebook that is reopened has no widgets.

        replace: takes the line by MIME type, as a display handle's `update` with `raw=True` does.
        """
        self._replace = replace

    def progress(self, line: str) -> None:
        """Add one line on how connecting goes."""
        with self._lock:
            self._steps.append(line)
            self._waiting = ""
            self._draw_steps()

    def wait(self, line: str) -> None:
        """Say below these lines what is waited for just now; the next that is told takes its place."""
        with self._lock:
            self._waiting = line
            self._draw_steps()

    def fail(self, error: LyncError | str) -> None:
        """Show why it did not work; the card can be used again. Nothing happens to one that is closed."""
        with self._lock:
            if self._stage is Stage.CLOSED:
                return
            self._stage = Stage.READY
            self._password.forget()
            self._clear_steps()
            self._draw_steps()
            self._trouble.value = trouble_html(error)
            self._failed = str(error.said()[0] if isinstance(error, LyncError) else error)
            self._draw()
        self._focus_if_ready()

    def succeed(self, text: str) -> bool:
        """Close the card to one line. Whether it was open: nothing happens to one that was cancelled before."""
        return self._close(say(text), good=True)

    def cancel(self, text: str = CANCELLED) -> bool:
        """Close the card to one line without an answer. Whether it was open. `on_cancel` is not called.

        What it failed with last stays to be read.
        """
        failed = f"{self._failed.rstrip('.')}. " if self._failed else ""
        return self._close(f"{failed}{say(text)}", good=False)

    def give_up(self, text: str = CANCELLED) -> None:
        """Close the card as its Cancel button does: who waits for it is told."""
        if self.cancel(text) and self._on_cancel is not None:
            self._on_cancel()

    # --- what the person does -----------------------------------------------------------------------------------

    def _entered(self) -> None:
        self._in_use = True
        self._enter_pressed = True
        later(ENTER_GRACE, self._submit_if_entered)

    def _password_arrived(self) -> None:
        self._in_use = True
        if self._enter_pressed:
            self._submit()

    def _clicked_submit(self, _button: object) -> None:
        if self._is_complete:
            self._submit()
        else:  # the click may have come on another thread than the text, and before it
            self._entered()

    def _clicked_cancel(self, _button: object) -> None:
        self.give_up()

    def _submit_if_entered(self) -> None:
        if self._enter_pressed:
            self._submit()

    def _submit(self) -> None:
        with self._lock:
            self._enter_pressed = False
            taken = self._begin() if self._stage is Stage.READY else None  # one of two clicks gets something
        if taken is None:
            return
        try:
            self._on_submit(taken)
        except LyncError as error:
            self.fail(error)
        except KeyboardInterrupt:
            self.fail(say(INTERRUPTED))
        except BaseException as error:
            self.fail(f"{type(error).__name__}: {error}")
            raise

    # --- what is seen -------------------------------------------------------------------------------------------

    def _become_busy(self) -> None:
        self._stage = Stage.BUSY
        self._trouble.value = self._failed = ""
        self._clear_steps()
        self._draw()

    def _close(self, text: str, *, good: bool) -> bool:
        with self._lock:
            if self._stage is Stage.CLOSED:
                return False
            self._stage = Stage.CLOSED
            self._password.forget()
            parts = self.widget.children
            self.widget.remove_class("lync-form")
            line = notice_html(text, good=good)
            self.widget.children = [widgets.HTML(line)]
        for part in {*parts, self._password, *self._buttons.children}:
            part.close()
        if self._replace is not None:
            self._replace({"text/html": line, "text/plain": visible(text)})
        return True

    def _draw(self) -> None:
        busy = self._stage is Stage.BUSY
        (self.widget.add_class if busy else self.widget.remove_class)("lync-busy")
        self._submit_button.description = self._labels[self._stage]
        self._submit_button.icon = "spinner spin" if busy else ""
        for part in (self._submit_button, *self._asked):
            part.disabled = busy

    def _draw_steps(self) -> None:
        waiting = [self._waiting] if self._waiting else []
        self._progress.value = steps_html([*self._steps[-STEPS_SHOWN:], *waiting])

    def _clear_steps(self) -> None:
        self._steps.clear()
        self._waiting = ""

    def _say_missing(self, text: str, field: widgets.Widget) -> None:
        self._trouble.value = trouble_html(text)
        field.focus()

    def _focus_if_not_in_use(self) -> None:
        """A person who is in the card already keeps the cursor where it is."""
        if not self._in_use:
            self._focus_if_ready()

    def _focus_if_ready(self) -> None:
        if self._stage is Stage.READY:
            self._first_field().focus()
