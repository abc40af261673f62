"""What earlier results of a command had: the names of their properties, and what their objects are called.

Rules: it is kept in memory, of the newest result of each command, and never asked for: a list that somebody has seen
helps to write the next line. Values are kept of identities alone, at most `MOST_IDENTITIES` of a command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lync_magic.clixml import ObjectLike

MOST_IDENTITIES: Final = 500
MOST_LOOKED_AT: Final = 50
"""Objects whose property names are looked at; one result's objects are mostly of one type."""
_IDENTITIES: Final = ("UserPrincipalName", "Identity", "Name")


@dataclass(frozen=True)
class Sighting:
    """What a command gave. names: of its objects' properties.  identities: what tells one object from another.

    are_users: whether they are users, which every command that takes a user takes.
    """

    names: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    are_users: bool = False


class Sightings:
    """What the commands of this process gave, by name in any case. Thread-safe: entries are replaced whole."""

    def __init__(self) -> None:
        self._seen: dict[str, Sighting] = {}
        self._unread: dict[str, Callable[[], Sequence[object]]] = {}

    def note_unread(self, command: str, items: Callable[[], Sequence[object]]) -> None:
        """Remember what a command gave, and read it when somebody wants to know. items: reads it."""
        self._unread[command.lower()] = items

    def note(self, command: str, items: Sequence[object]) -> None:
        """Remember what a command gave; a result without objects is none."""
        names: dict[str, None] = {}
        for item in islice(items, MOST_LOOKED_AT):
            if isinstance(item, ObjectLike):
                names.update(dict.fromkeys(str(name) for name in item))
        if not names:
            return
        key = next((one for one in _IDENTITIES if one in names), None)
        found = (
            (item.get(key) for item in islice(items, MOST_IDENTITIES) if isinstance(item, ObjectLike)) if key else ()
        )
        identities = tuple(dict.fromkeys(str(one) for one in found if one is not None))
        self._seen[command.lower()] = Sighting(tuple(names), identities, key == _IDENTITIES[0])

    def of(self, command: str) -> Sighting | None:
        """What the newest result of a command had, or None."""
        unread = self._unread.pop(command.lower(), None)
        if unread is not None:
            self.note(command, unread())
        return self._seen.get(command.lower())

    def users(self) -> tuple[str, ...]:
        """The users that were seen, by their principal names."""
        for command in tuple(self._unread):
            self.of(command)
        seen = tuple(self._seen.values())
        return tuple(dict.fromkeys(name for one in seen if one.are_users for name in one.identities))


sightings: Final = Sightings()
"""The one of this process."""
