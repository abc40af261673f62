"""The tenant's state: who and what it holds, the same at every start, changed by the cmdlets alone.

Rules of this file: every access to what changes goes through `Tenant` and its lock; what it hands out is a
snapshot that never changes afterwards, so that sessions in several threads need no lock of their own. It
knows no cmdlet and no wire.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from lync_magic.sandbox.engine.elements import Element
from lync_magic.sandbox.engine.entries import (
    DOMAIN,
    TENANT_ID,
    Entry,
    User,
    initial_contacts,
    initial_rooms,
    lookup_key,
)
from lync_magic.sandbox.engine.inventory import initial_elements
from lync_magic.sandbox.engine.organization import Organization
from lync_magic.sandbox.engine.people import people
from lync_magic.sandbox.model import PSObject


class Tenant:
    """litwareinc.com.

    users: how many.  delay_per_object: seconds for every listed object, to make a command slow on purpose.
    """

    def __init__(self, users: int = 200, *, delay_per_object: float = 0.0) -> None:
        self.delay_per_object = delay_per_object
        self._lock = threading.RLock()
        self._users = [User(index, one) for index, one in enumerate(people(users))]
        self._user_keys = self._index()
        self._rooms = {one.identity.lower(): one for one in initial_rooms()}
        self._contacts = {one.identity.lower(): one for one in initial_contacts()}
        self._elements: dict[str, dict[str, Element]] = initial_elements(TENANT_ID, DOMAIN)
        self._meeting_url_updates = 0
        self.organization = Organization()
        self._stores: dict[str, dict[str, PSObject]] = {}

    def store(self, noun: str, make: Callable[[], dict[str, PSObject]]) -> dict[str, PSObject]:
        """The objects of a noun that has no cmdlets of its own here, by identity; made when first asked for."""
        with self._lock:
            return self._stores.setdefault(noun.lower(), make() if noun.lower() not in self._stores else {})

    # --- users ------------------------------------------------------------------------------------

    def users(self) -> Sequence[User]:
        """All users, in order."""
        with self._lock:
            return tuple(self._users)

    def find_users(self, identity: str) -> Sequence[User]:
        """The users with that identity:

        user principal name, SIP address with or without `sip:`, alias, display name, DN, GUID.
        """
        with self._lock:
            return tuple(self._users[index] for index in self._user_keys.get(lookup_key(identity), ()))

    def change_user(self, user: User, changes: Mapping[str, object]) -> User:
        """Set properties of a user; what it is after that."""
        with self._lock:
            now = self._users[user.index]
            changed = User(now.index, now.person, MappingProxyType({**now.changes, **changes}))
            self._users[user.index] = changed
            return changed

    def edit_user(self, user: User, edit: Callable[[User], Mapping[str, object]]) -> User:
        """Set properties that follow from what the user is now; nobody else changes it meanwhile."""
        with self._lock:
            return self.change_user(user, edit(self._users[user.index]))

    def _index(self) -> dict[str, tuple[int, ...]]:
        keys: dict[str, tuple[int, ...]] = {}
        for user in self._users:
            names = {
                user.user_principal_name,
                user.alias,
                user.person.display,
                user.distinguished_name,
                str(user.guid),
            }
            for name in {lookup_key(one) for one in names}:
                keys[name] = (*keys.get(name, ()), user.index)
        return keys

    # --- meeting rooms and contacts ---------------------------------------------------------------

    def rooms(self) -> Sequence[Entry]:
        """All meeting rooms, in order."""
        with self._lock:
            return tuple(self._rooms.values())

    def contacts(self) -> Sequence[Entry]:
        """All contacts of unified messaging, in order."""
        with self._lock:
            return tuple(self._contacts.values())

    def change_room(self, room: Entry, changes: Mapping[str, object]) -> Entry:
        """Set properties of a meeting room; what it is after that."""
        return self._change(self._rooms, room, changes)

    def change_contact(self, contact: Entry, changes: Mapping[str, object]) -> Entry:
        """Set properties of a contact; what it is after that."""
        return self._change(self._contacts, contact, changes)

    def add_contact(self, contact: Entry) -> bool:
        """Add a contact. False when its SIP address is another's."""
        with self._lock:
            address = contact.sip_address.lower()
            if any(one.sip_address.lower() == address for one in (*self._contacts.values(), *self._rooms.values())):
                return False
            if self._user_keys.get(lookup_key(address)):
                return False
            self._contacts[contact.identity.lower()] = contact
            return True

    def remove_contact(self, contact: Entry) -> None:
        """Remove a contact; one that is gone already is no error."""
        with self._lock:
            self._contacts.pop(contact.identity.lower(), None)

    def _change(self, entries: dict[str, Entry], entry: Entry, changes: Mapping[str, object]) -> Entry:
        with self._lock:
            key = entry.identity.lower()
            now = entries.get(key, entry)
            changed = replace(now, properties=MappingProxyType({**now.properties, **changes}))
            entries[key] = changed
            return changed

    # --- policies and configurations --------------------------------------------------------------

    def elements(self, kind: str) -> Sequence[Element]:
        """All policies or configurations of a kind (`ClientPolicy`), in order."""
        with self._lock:
            return tuple(self._elements[kind].values())

    def element(self, kind: str, identity: str) -> Element | None:
        """The policy or configuration with that identity, in any case."""
        with self._lock:
            return self._elements[kind].get(identity.lower())

    def change_element(self, kind: str, identity: str, changes: Mapping[str, object]) -> Element | None:
        """Set properties of a policy or configuration; None when it is gone."""
        with self._lock:
            now = self._elements[kind].get(identity.lower())
            if now is None:
                return None
            changed = now.changed(changes)
            self._elements[kind][identity.lower()] = changed
            return changed

    def remove_element(self, kind: str, identity: str) -> bool:
        """Remove a policy; the global one only goes back to its defaults. False when it is gone already."""
        with self._lock:
            now = self._elements[kind].get(identity.lower())
            if now is None:
                return False
            if now.is_global:
                self._elements[kind][identity.lower()] = now.reset()
            else:
                del self._elements[kind][identity.lower()]
            return True

    def update_meeting_url(self) -> int:
        """Make new meeting addresses; how often that was done."""
        with self._lock:
            self._meeting_url_updates += 1
            return self._meeting_url_updates

    @property
    def meeting_url_updates(self) -> int:
        """How often the meeting addresses were made anew."""
        with self._lock:
            return self._meeting_url_updates
