"""What the tenant's directory holds at its start, as values: accounts, users, meeting rooms, contacts.

Rules of this file: value types that never change, made the same way every time; no state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from uuid import NAMESPACE_DNS, UUID, uuid5

from lync_magic.sandbox.engine.nettypes import enumeration
from lync_magic.sandbox.engine.people import Person

DOMAIN: Final = "litwareinc.com"
TENANT_ID: Final = UUID("bf19b7db-6960-41e5-a139-2aa373474354")
"""The identifier that the reference's examples give to litwareinc.com."""

TENANT_DN: Final = f"OU={TENANT_ID},OU=OCS Tenants,DC=litwareinc,DC=com"
REGISTRAR_POOL: Final = "sippoolbl20a01.infra.lync.com"
CREATED: Final = datetime(2012, 3, 14, 9, 26, 53)
_DN_SPECIAL: Final = frozenset(',+"\\<>;=')


@dataclass(frozen=True)
class Account:
    """Somebody who may try to sign in to the sandbox. The password is public: it guards nothing."""

    user_name: str
    password: str = field(repr=False)
    domain: str
    is_administrator: bool
    remote_sessions_enabled: bool


_PASSWORD: Final = "p@ssw0rd!"

accounts: Final[tuple[Account, ...]] = (
    Account("kenmyer@litwareinc.com", _PASSWORD, DOMAIN, True, True),
    Account("dlongmuir@litwareinc.com", _PASSWORD, DOMAIN, True, True),
    Account("haochen@litwareinc.com", _PASSWORD, DOMAIN, True, True),
    Account("packerman@litwareinc.com", _PASSWORD, DOMAIN, False, True),
    Account("admin@fabrikam.com", _PASSWORD, "fabrikam.com", True, False),
)
"""Who can sign in:

three administrators, one user who is none, and a tenant whose remote sessions are turned off.
"""


@dataclass(frozen=True)
class User:
    """One user as it is at one moment.

    changes: properties that a cmdlet has set, by name; all else follows from the person and the number.
    prepared: what was made of this moment's user, by whom; it goes with it.
    """

    index: int
    person: Person
    changes: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    prepared: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def alias(self) -> str:
        """The name before the @ of its addresses."""
        return self.person.alias

    @property
    def user_principal_name(self) -> str:
        """kenmyer@litwareinc.com"""
        return f"{self.person.alias}@{DOMAIN}"

    @property
    def guid(self) -> UUID:
        """Its object's identifier."""
        return identifier(self.person.alias)

    @property
    def distinguished_name(self) -> str:
        """Its place in the directory."""
        name = self.person.display
        if self.person.alias[-1:].isdigit():
            name = f"{name} ({self.person.alias})"
        return f"CN={escaped_name(name)},{TENANT_DN}"


@dataclass(frozen=True)
class Entry:
    """A meeting room or a contact of Exchange's unified messaging.

    identity: distinguished name.  alias: name before the @.  properties: what its cmdlets show, by name.
    """

    identity: str
    alias: str
    guid: UUID
    properties: Mapping[str, object]

    @property
    def sip_address(self) -> str:
        """`sip:…`, empty when it has none."""
        return str(self.properties.get("SipAddress") or "")


def identifier(name: str) -> UUID:
    """The GUID of something of the tenant, always the same for its name."""
    return uuid5(NAMESPACE_DNS, f"{name}.{DOMAIN}")


def escaped_name(name: str) -> str:
    """A name as a value of a distinguished name (RFC 4514)."""
    return "".join(f"\\{one}" if one in _DN_SPECIAL else one for one in name)


def when(index: int) -> datetime:
    """A date after the tenant's first day, always the same for a number."""
    return CREATED + timedelta(days=index % 700, hours=index % 11, minutes=index * 7 % 60)


def lookup_key(identity: str) -> str:
    """An identity as identities are compared: in any case, a SIP address without `sip:`."""
    return identity.strip().lower().removeprefix("sip:")


def entry_matches(entry: Entry, identity: str) -> bool:
    """Whether an identity means that room or contact."""
    names = (
        entry.identity,
        entry.alias,
        entry.sip_address,
        str(entry.properties.get("DisplayName")),
        str(entry.guid),
    )
    upn = str(entry.properties.get("UserPrincipalName") or "")
    return lookup_key(identity) in {lookup_key(one) for one in (*names, upn) if one}


_ROOMS: Final = (
    ("RedmondMeetingRoom", "Redmond Meeting Room", True),
    ("ParisSalle", "Salle Édith Piaf, Paris", True),
    ("TokyoKaigi", "東京会議室 さくら", True),
    ("MumbaiBoard", "मुंबई बोर्डरूम", True),
    ("KrakowZamek", "Kraków – Zamek & Smok", True),
    ("RedmondLounge", "Redmond Lounge", False),
)


def initial_rooms() -> list[Entry]:
    """The meeting rooms that the tenant has at its start."""
    rooms = []
    for index, (alias, name, enabled) in enumerate(_ROOMS):
        properties: dict[str, object] = {
            "AcpInfo": (),
            "AudioVideoDisabled": False,
            "DisplayName": name,
            "Enabled": enabled,
            "EnterpriseVoiceEnabled": enabled and index == 0,
            "ExchangeArchivingPolicy": enumeration("ExchangeArchivingPolicyOptionsEnum", "Uninitialized"),
            "HostedVoiceMail": None,
            "LineServerURI": "",
            "LineURI": "tel:+12065551219" if index == 0 else "",
            "PrivateLine": "",
            "RegistrarPool": REGISTRAR_POOL if enabled else None,
            "RemoteCallControlTelephonyEnabled": False,
            "SamAccountName": alias,
            "SipAddress": f"sip:{alias}@{DOMAIN}" if enabled else None,
            "UserPrincipalName": f"{alias}@{DOMAIN}",
            "WhenChanged": when(index + 40),
            "WhenCreated": when(index),
        }
        identity = f"CN={escaped_name(name)},{TENANT_DN}"
        rooms.append(Entry(identity, alias, identifier(alias), MappingProxyType(properties)))
    return rooms


_CONTACTS: Final = (
    ("exumsa1", "2065554567", False, "Subscriber access"),
    ("exumaa1", "2065559876", True, "Auto attendant"),
)


def initial_contacts() -> list[Entry]:
    """The contacts of unified messaging that the tenant has at its start."""
    return [
        new_contact(f"sip:{alias}@{DOMAIN}", number, attendant, text, REGISTRAR_POOL, f"OU=ExUmContacts,{TENANT_DN}")
        for alias, number, attendant, text in _CONTACTS
    ]


def new_contact(sip_address: str, number: str, auto_attendant: bool, description: str, pool: str, unit: str) -> Entry:
    """A contact of unified messaging as New-CsExUmContact makes it.

    unit: distinguished name of its organisational unit.
    """
    alias = sip_address.removeprefix("sip:").partition("@")[0]
    guid = identifier(f"contact-{sip_address.lower()}")
    properties: dict[str, object] = {
        "AutoAttendant": auto_attendant,
        "Description": description,
        "DisplayName": alias,
        "DisplayNumber": number,
        "Enabled": True,
        "EnterpriseVoiceEnabled": True,
        "ExUmEnabled": True,
        "ExchangeArchivingPolicy": enumeration("ExchangeArchivingPolicyOptionsEnum", "Uninitialized"),
        "IsSubscriberAccess": not auto_attendant,
        "OtherIpPhone": number,
        "RegistrarPool": pool,
        "SipAddress": sip_address,
        "WhenCreated": CREATED,
    }
    return Entry(f"CN={guid},{unit}", alias, guid, MappingProxyType(properties))
