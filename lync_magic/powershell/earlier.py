"""What the notebook's other cells made besides its variables, brought to the engine before the next cell there.

Rules: what was brought is not brought again, so that what cells of the engine made of it stays; what other cells made
anew since comes again. A function is defined by the text that made it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from lync_magic.powershell.engine import Engine
from lync_magic.powershell.values import as_engine
from lync_magic.psrp import Command, Pipeline

if TYPE_CHECKING:
    from lync_magic.language import Left


class Earlier:
    """What was brought. left: what the embedded evaluator's cells made; gives None where none have run."""

    def __init__(self, engine: Engine, left: Callable[[], Left | None]) -> None:
        self._engine = engine
        self._left = left
        self._brought: Left | None = None

    @property
    def is_there(self) -> bool:
        """Whether other cells made anything."""
        return self._left() is not None

    def forget(self) -> None:
        """The engine is a new one."""
        self._brought = None

    def bring(self) -> None:
        """Bring what is new. Raises LyncError."""
        left, before = self._left(), self._brought
        if left is None:
            return
        had = before.functions if before is not None else {}
        functions = [text for name, text in left.functions.items() if had.get(name) != text]
        called = before.aliases if before is not None else {}
        aliases = {name: what for name, what in left.aliases.items() if called.get(name) != what}
        known = set(map(id, before.errors if before is not None else ()))
        errors = [one for one in left.errors if id(one) not in known]
        held = before.variables if before is not None else {}
        variables = {name: value for name, value in left.variables.items() if held.get(name) != value}
        if functions:
            self._define(functions)
        if aliases or errors:
            told = [as_engine(one) for one in reversed(errors)]
            self._engine.ask("Import-LyncEarlier", Aliases=aliases, Errors=told)
        if variables:
            values = {name: as_engine(value) for name, value in variables.items()}
            self._engine.give(values, list(values))
        self._brought = left

    def _define(self, functions: list[str]) -> None:
        """By running what defines them, as a cell is run."""
        pipeline = Pipeline((Command("\n".join(functions), is_script=True),))
        with closing(self._engine.run(pipeline)) as output:
            for _ in output:
                pass
