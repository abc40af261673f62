"""What a description of a command costs: a real server compiles its parameters the first time that somebody asks for
more than its name and kind (29 ms each were measured). With a delay the sandbox takes that time, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from lync_magic.sandbox.engine.describe import FUNCTION_TYPES
from lync_magic.sandbox.model import PSObject

FREE: Final = frozenset({"name", "commandtype"})
"""Properties that a server knows without compiling anything."""
Sleep = Callable[[float], None]


class Compiling:
    """The commands of one session that are compiled. delay: seconds each."""

    def __init__(self, delay: float = 0.0) -> None:
        self._delay = delay
        self._compiled: set[str] = set()

    def compile(self, name: str, sleep: Sleep) -> None:
        """Take the time, the first time."""
        if self._delay and name not in self._compiled:
            self._compiled.add(name)
            sleep(self._delay)

    def before_showing(self, value: object, sleep: Sleep, properties: Iterable[str] = ()) -> None:
        """Take the time for a command of which more is shown than is free. properties: those shown; none means all."""
        if isinstance(value, PSObject) and value.type_names == FUNCTION_TYPES:
            names = {name.lower() for name in properties}
            if not names or names - FREE:
                self.compile(str(value.properties["Name"]), sleep)
