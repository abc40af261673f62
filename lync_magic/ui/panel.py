"""The panel of sessions: what is open, whose seats are taken, what was sent last; with buttons, and live.

Rules of this file: the panel decides nothing: what it shows is looked up by `look`, what a button does is told to `act`
on a thread of its own. It looks again every `LOOK_SECONDS` while it stands, and draws only what has changed, so that
the keyboard's focus stays where it is. All of it is core widgets: Tab goes from button to button, Space presses one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import ipywidgets as widgets

from lync_magic.errors import LyncError
from lync_magic.messages import say
from lync_magic.safe_text import one_line, visible
from lync_magic.ui.style import PLAIN_CLASSES, html_of, sheet, widget_bundle

LOOK_SECONDS: Final = 2.0
WORD_WIDTH: Final = 14
LONGEST_COMMAND: Final = 100


@dataclass(frozen=True)
class SessionRow:
    """A session. about: state, user, computer, lane.  times: idle time and lease.  current: commands go to it."""

    name: str
    about: str
    times: str
    current: bool


@dataclass(frozen=True)
class SeatRow:
    """A seat that another program of this person holds. key: what `act` is told to take it back; "" where it lives."""

    about: str
    key: str = ""


@dataclass(frozen=True)
class CommandRow:
    """A command that was sent."""

    time: str
    session: str
    command: str
    outcome: str


@dataclass(frozen=True)
class View:
    """All that the panel shows at one time."""

    sessions: tuple[SessionRow, ...] = ()
    seats: tuple[SeatRow, ...] = ()
    commands: tuple[CommandRow, ...] = ()

    def text(self) -> str:
        """The same as plain text, for where there are no widgets."""
        lines = [say("Sessions") if self.sessions else say("No session is open.")]
        for one in self.sessions:
            lines += [f"{'*' if one.current else ' '} {one.name}: {one.about}", f"    {one.times}"]
        if self.seats:
            lines += ["", say("Seats of other programs here"), *(f"  {one.about}" for one in self.seats)]
        if self.commands:
            lines += ["", say("Last commands")]
            lines += [f"  {one.time} {one.session}: {one.command} ({one.outcome})" for one in self.commands]
        return visible("\n".join(lines))


Act = Callable[[str, str], str]
"""Does what a button says (`use`, `close`, `connect`, `reclaim`) to what is named; gives a line on how it went."""


class Panel:
    """Display `bundle()`. look: gives what there is.  act: does what a button says; may raise LyncError."""

    def __init__(self, look: Callable[[], View], act: Act) -> None:
        self._look = look
        self._act = act
        self._context = copy_context()
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._view = View()
        self._rows: dict[str, widgets.HTML] = {}
        self._replace: Callable[[dict[str, Any]], object] = lambda _bundle: None
        self._head = widgets.HTML(f'{sheet("panel")}<div class="lync-title" role="heading" aria-level="3"></div>')
        self._sessions = widgets.VBox()
        self._seats = widgets.VBox()
        self._user = widgets.Text(placeholder="kenmyer@litwareinc.com", continuous_update=False)
        self._user.on_msg(self._heard_user)
        self._connect = self._button(say("Connect"), say("Connect as this user"), lambda: self._begin_connect())
        self._commands = widgets.HTML()
        self._said = widgets.HTML()
        self.widget = widgets.VBox(
            [self._head, self._sessions, self._row(self._user, self._connect), self._seats, self._commands, self._said]
        )
        self.widget.add_class("lync-panel")
        self._draw(look(), first=True)

    def bundle(self) -> dict[str, Any]:
        """The panel as a notebook takes it, by MIME type; as text where there are no widgets."""
        return widget_bundle(self.widget, self._view.text())

    def when_closed(self, replace: Callable[[dict[str, Any]], object]) -> None:
        """Say how to put the text in the widget's place."""
        self._replace = replace

    def live(self) -> None:
        """Look again from time to time, until `close`."""
        work = self._context.copy().run
        threading.Thread(target=work, args=(self._keep_looking,), name="lync_magic panel", daemon=True).start()

    def close(self) -> None:
        """The panel becomes text, as things are now. Idempotent."""
        if self._ended.is_set():
            return
        self._ended.set()
        text = self._view.text()
        self.widget.close()
        self._replace({"text/plain": text, "text/html": f"<pre>{escape(text)}</pre>"})

    # --- what the person does ---------------------------------------------------------------------------------------

    def _button(self, text: str, tooltip: str, pressed: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=text, tooltip=tooltip)
        button.layout.width = "auto"
        button.on_click(lambda _button: pressed())
        return button

    def _heard_user(self, _widget: object, content: dict[str, object], _buffers: object) -> None:
        if content.get("event") == "submit":
            self._begin_connect()

    def _begin_connect(self) -> None:
        user = self._user.value.strip()
        if user:
            self._begin("connect", user)
        else:
            self._tell(say("Enter a user name."))

    def _begin(self, verb: str, name: str) -> None:
        """Do it on a thread of its own: the kernel's is needed for what is drawn meanwhile."""
        self._tell("…")
        work = self._context.copy().run
        threading.Thread(target=work, args=(self._do, verb, name), name="lync_magic panel", daemon=True).start()

    def _do(self, verb: str, name: str) -> None:
        try:
            self._tell(self._act(verb, name))
        except LyncError as error:
            self._tell(str(error))
        self.look()

    # --- what is seen -----------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Show what there is now."""
        self._draw(self._look())

    def _keep_looking(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self.look()

    def _tell(self, text: str) -> None:
        self._said.value = (
            f'<div class="lync-said {PLAIN_CLASSES}" role="status" aria-live="polite">{html_of(text)}</div>'
        )

    def _draw(self, view: View, *, first: bool = False) -> None:
        with self._lock:
            if self._ended.is_set() or (view == self._view and not first):
                return
            before, self._view = self._view, view
            heading = say("Sessions") if view.sessions else say("No session is open.")
            self._head.value = (
                f'{sheet("panel")}<div class="lync-title" role="heading" aria-level="3">{html_of(heading)}</div>'
            )
            if first or [(one.name, one.current) for one in view.sessions] != [
                (one.name, one.current) for one in before.sessions
            ]:
                self._rows = {one.name: widgets.HTML() for one in view.sessions}
                self._sessions.children = [self._session_row(one) for one in view.sessions]
            for one in view.sessions:
                self._rows[one.name].value = _session_html(one)
            if first or view.seats != before.seats:
                self._seats.children = self._seat_rows(view.seats)
            self._commands.value = _commands_html(view.commands)

    def _session_row(self, row: SessionRow) -> widgets.HBox:
        use = self._button(
            say("Use"), say("Have commands go to {name}", name=row.name), lambda: self._begin("use", row.name)
        )
        use.disabled = row.current
        close = self._button(
            say("Close"), say("Remove {name}; its seat is free", name=row.name), lambda: self._begin("close", row.name)
        )
        return self._row(self._rows[row.name], use, close)

    def _seat_rows(self, seats: Sequence[SeatRow]) -> list[widgets.Widget]:
        if not seats:
            return []
        rows: list[widgets.Widget] = [widgets.HTML(_title(say("Seats of other programs here")))]
        for one in seats:
            parts: list[widgets.Widget] = [widgets.HTML(f'<span class="{PLAIN_CLASSES}">{html_of(one.about)}</span>')]
            if one.key:
                tip = say("Remove what a program that died left behind")
                parts.append(self._button(say("Take back"), tip, lambda key=one.key: self._begin("reclaim", key)))  # type: ignore[misc]
            rows.append(self._row(*parts))
        return rows

    @staticmethod
    def _row(*parts: widgets.Widget) -> widgets.HBox:
        row = widgets.HBox(list(parts))
        row.add_class("lync-row")
        return row


def _title(text: str) -> str:
    return f'<div class="lync-title" role="heading" aria-level="4">{html_of(text)}</div>'


def _session_html(row: SessionRow) -> str:
    mark = f" <b>({html_of(say('commands go here'))})</b>" if row.current else ""
    times = f'<div class="lync-faint">{html_of(row.times)}</div>'
    return f'<div class="{PLAIN_CLASSES}"><b>{html_of(row.name)}</b>{mark} {html_of(row.about)}{times}</div>'


def _commands_html(commands: Sequence[CommandRow]) -> str:
    if not commands:
        return ""
    rows = "".join(_command_html(one) for one in commands)
    return f'{_title(say("Last commands"))}<div class="{PLAIN_CLASSES}">{rows}</div>'


def _command_html(row: CommandRow) -> str:
    command, outcome = html_of(one_line(row.command, LONGEST_COMMAND)), html_of(row.outcome)
    head = f"{html_of(row.time)} {html_of(row.session)}:"
    return f'<div class="lync-mono">{head} {command} <span class="lync-faint">{outcome}</span></div>'
