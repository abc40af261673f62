"""`lync_magic.sessions["eu"]`: this room as the collection of the process's sessions, by name or number."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

from lync_magic.errors import SessionClosed
from lync_magic.sessions.registry import registry
from lync_magic.sessions.session import Session


class SessionsByName(ModuleType):
    """A module that can be read as a collection: `sessions["eu"]`, `sessions[2]`, `for session in sessions`."""

    def __getitem__(self, name: str | int) -> Session:
        """The session of this name, in any case, or of this number. Raises SessionClosed where there is none."""
        found = registry.named(str(name))
        if found is None:
            there = ", ".join(session.name for session in registry)
            raise SessionClosed(
                f"There is no session {name!r}.",
                f"There are: {there}." if there else "Connect first: %lync connect USER.",
            )
        return found

    def __contains__(self, name: object) -> bool:
        return registry.named(str(name)) is not None

    def __iter__(self) -> Iterator[Session]:
        return iter(registry)

    def __len__(self) -> int:
        return len(registry)
