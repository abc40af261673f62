"""How far a fan-out has come, for who shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from lync_magic.messages import say
from lync_magic.records import count_text

if TYPE_CHECKING:
    from lync_magic.reports.worker import Answer

_FAILED: Final = "bad"


class Progress:
    """How far a fan-out has come: a state for each target, and its mark (`records.show`), for who shows it."""

    viewer: ClassVar[Callable[[Progress], Shown] | None] = None
    """Begins to show one, and gives what shows each change; set by the rooms above."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.states = [say("waiting")] * len(names)
        self.marks = [""] * len(names)
        self._answered: set[int] = set()

    @property
    def told(self) -> str:
        """How many targets have answered, and how many of them failed."""
        answered = say("{come} of {count} targets have answered", come=len(self._answered), count=len(self.names))
        failed = self.marks.count(_FAILED)
        return f"{answered}, {say('{count} failed', count=failed)}" if failed else answered

    def asks(self, place: int) -> bool:
        """A target is being asked; whether that is news."""
        before, self.states[place], self.marks[place] = self.states[place], say("asking"), ""
        return before != self.states[place]

    def answer(self, place: int, answer: Answer) -> None:
        """A target has answered, or failed."""
        self._answered.add(place)
        self.states[place] = answer.error or count_text(len(answer.records or ()))
        self.marks[place] = _FAILED if answer.records is None else ""

    def stop(self) -> None:
        """Nobody waits for the other targets any more."""
        for place in set(range(len(self.names))) - self._answered:
            self.states[place], self.marks[place] = say("stopped"), "warn"


Shown = Callable[[Progress], None]
