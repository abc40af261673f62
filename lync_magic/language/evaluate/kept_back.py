"""What a cell says while nothing of it is seen outside, kept back: either it is let out, or the cell has never run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.layout.display_sets import display_sets
from lync_magic.language.values.shapes import is_value_type
from lync_magic.language.values.typed_members import kept_members
from lync_magic.language.values.types import type_of

_OF_EVALUATOR: Final = ("groups", "ok", "random")
_PATIENCE: Final = 1.0
"""For so many seconds what a cell says is kept back at most: who waits wants to see it."""


class KeptBack:
    """The words of a cell since it began, and how the notebook was before."""

    def __init__(self, evaluator: EvaluatorCore) -> None:
        self.holds_objects = False
        """Whether it keeps an object, which is to be shown as it is now."""
        self._evaluator = evaluator
        self._said: list[Callable[[], None]] = []
        self._began = time.monotonic()
        self._restore = evaluator.scope.as_it_is()
        self._of_evaluator = {name: getattr(evaluator, name) for name in _OF_EVALUATOR}
        self._restore_types = kept_members()
        self._shown_sets = dict(display_sets())
        self._errors = list(evaluator.automatic.errors)

    def keep(self, say: Callable[[], None], items: Sequence[object] = ()) -> None:
        """Keep something that is to be said."""
        self._said.append(say)
        self.holds_objects = self.holds_objects or any(map(_may_change, items))

    @property
    def is_long(self) -> bool:
        """Whether somebody has waited for it long enough."""
        return time.monotonic() - self._began > _PATIENCE

    def let_out(self) -> None:
        """Say it all."""
        said, self._said = self._said, []
        for say in said:
            say()

    def undo(self) -> None:
        """Have the notebook as it was before the cell."""
        self._said.clear()
        self._restore()
        self._restore_types()
        shown = display_sets()
        if shown != self._shown_sets:
            shown.clear()
            shown.update(self._shown_sets)
        for name, one in self._of_evaluator.items():
            setattr(self._evaluator, name, one)
        self._evaluator.automatic.errors[:] = self._errors
        self._evaluator.errors.clear()


def _may_change(item: object) -> bool:
    return item is not None and not (isinstance(item, str) or is_value_type(type_of(item)))
