"""What the Exchange cmdlets have changed: mailboxes, unified messaging, distribution groups.

Rule of this file: everything goes through `Organization` and its lock; what it hands out never changes afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Group:
    """A distribution group. members: aliases."""

    name: str
    alias: str
    members: tuple[str, ...] = ()


class Organization:
    """What the cmdlets have changed. One a tenant; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mailboxes: dict[str, Mapping[str, object]] = {}
        self._unified: dict[str, Mapping[str, object]] = {}
        self._groups = {"sales": Group("Sales", "sales", ("kenmyer", "packerman"))}

    def mailbox(self, alias: str) -> Mapping[str, object]:
        """What was set on a mailbox."""
        with self._lock:
            return self._mailboxes.get(alias, MappingProxyType({}))

    def change_mailbox(self, alias: str, changes: Mapping[str, object]) -> None:
        """Set properties of a mailbox."""
        with self._lock:
            self._mailboxes[alias] = MappingProxyType({**self._mailboxes.get(alias, {}), **changes})

    def unified(self, alias: str) -> Mapping[str, object] | None:
        """What unified messaging knows of a mailbox; None where it is not enabled."""
        with self._lock:
            return self._unified.get(alias)

    def set_unified(self, alias: str, values: Mapping[str, object] | None) -> None:
        """Enable a mailbox for unified messaging, or (None) disable it."""
        with self._lock:
            if values is None:
                self._unified.pop(alias, None)
            else:
                self._unified[alias] = values

    def groups(self) -> tuple[Group, ...]:
        """All groups, in order."""
        with self._lock:
            return tuple(self._groups.values())

    def group(self, identity: str) -> Group | None:
        """The group of that name, alias or address."""
        wanted = identity.lower().partition("@")[0]
        return next((one for one in self.groups() if wanted in (one.name.lower(), one.alias.lower())), None)

    def keep(self, group: Group) -> None:
        """Add a group, or put it in the place of the one with its alias."""
        with self._lock:
            self._groups[group.alias.lower()] = group

    def drop(self, group: Group) -> None:
        """Remove a group; one that is gone already is no error."""
        with self._lock:
            self._groups.pop(group.alias.lower(), None)
