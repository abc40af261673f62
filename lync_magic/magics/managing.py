"""What `%lync manage` shows and does: the notebook's sessions, other programs' seats, and the last commands."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from lync_magic import ui
from lync_magic.magics.notebook import Notebook
from lync_magic.messages import say
from lync_magic.sessions import Lane, Seat, Session, State, log, registry

LAST_COMMANDS: Final = 8
_STEP_SECONDS: Final = 10
"""Idle times are told in steps, so that a panel is not drawn anew each second."""


class Managing:
    """The panel's source. run_verb: carries out a verb of `%lync`."""

    def __init__(self, notebook: Notebook, run_verb: Callable[[str, str], Any]) -> None:
        self._notebook = notebook
        self._run_verb = run_verb

    def view(self) -> ui.View:
        """What there is now."""
        current = self._notebook.current
        others = registry.seats.others() if registry.seats is not None else []
        return ui.View(
            tuple(_session(one, current=one is current) for one in registry),
            tuple(_seat(one) for one in others),
            tuple(_commands()),
        )

    def act(self, verb: str, name: str) -> str:
        """Do what a button says. Raises LyncError."""
        if verb == "use":
            self._notebook.use(self._notebook.session(name))
            return say("Commands go to {name}.", name=name)
        if verb == "close":
            self._notebook.remove([self._notebook.session(name)])
            return say("{name} was removed; its seat is free.", name=name)
        self._run_verb(verb, name if verb == "reclaim" else shlex.quote(name))
        return say("Go on below, where it asks for the password.") if self._notebook.asks else ""


def _session(session: Session, *, current: bool) -> ui.SessionRow:
    lane = "" if session.lane is Lane.OPEN else f", {session.lane.value}"
    who = f"{session.user_name} · " if session.user_name else ""
    about = f"{session.state.value} · {who}{session.computer_name}{lane}"
    times = [session.why] if session.state is not State.OPENED and session.why else []
    if session.state is State.OPENED:
        times.append(say("idle for {time}", time=_time(session.unused_for)))
    if session.idle is not None:
        times.append(say("ends after {minutes} min without a command", minutes=f"{session.idle / 60:g}"))
    if session.lease is not None:
        times.append(say("its seat is free {seconds} s after this program dies", seconds=f"{session.lease:g}"))
    return ui.SessionRow(session.name, about, "; ".join(times), current)


def _seat(seat: Seat) -> ui.SeatRow:
    place = shlex.join([seat.user, "--uri", seat.uri]) if not seat.alive else ""
    return ui.SeatRow(seat.told(), place)


def _commands() -> Iterator[ui.CommandRow]:
    for entry in islice(reversed(list(log)), LAST_COMMANDS):
        count = f", {entry.objects:,}" if entry.objects else ""
        took = f", {entry.seconds:g} s" if entry.seconds is not None else ""
        yield ui.CommandRow(
            f"{entry.at.astimezone():%H:%M:%S}", entry.session, entry.command, f"{entry.outcome}{count}{took}"
        )


def _time(seconds: float) -> str:
    whole = int(seconds) // _STEP_SECONDS * _STEP_SECONDS
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
