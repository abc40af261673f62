"""Rooms, contacts, the tenant, policies and configurations as the objects that the cmdlets return.

Rules of this file: pure functions of a snapshot; documented .NET types, documented property names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from lync_magic.sandbox.engine.configurations import AUDIO_CONFERENCING, FEDERATION
from lync_magic.sandbox.engine.elements import Element
from lync_magic.sandbox.engine.entries import (
    CREATED,
    DOMAIN,
    REGISTRAR_POOL,
    TENANT_DN,
    TENANT_ID,
    Entry,
    identifier,
    when,
)
from lync_magic.sandbox.engine.views import ASSIGNED_PLANS, SCHEMA, acp_texts, acps_of, valid
from lync_magic.sandbox.model import EnumValue, PSObject

_EDGE: Final = "Microsoft.Rtc.Management.WritableConfig.Settings.Edge."

ROOM_TYPES: Final = (f"{SCHEMA}OCSADMeetingRoom", f"{SCHEMA}OCSADUser", "System.Object")
CONTACT_TYPES: Final = (f"{SCHEMA}OCSADExUmContact", f"{SCHEMA}OCSADApplicationContact", "System.Object")
TENANT_TYPES: Final = (f"{SCHEMA}TenantObject", "System.Object")

ALLOW_ALL: Final = "AllowAllKnownDomains"


def room_object(room: Entry) -> PSObject:
    """A meeting room as Get-CsMeetingRoom returns it."""
    properties = {**room.properties, "AcpInfo": list(acp_texts(acps_of(room)))}
    return _entry_object(room, ROOM_TYPES, properties)


def contact_object(contact: Entry) -> PSObject:
    """A contact as Get-CsExUmContact returns it."""
    return _entry_object(contact, CONTACT_TYPES, contact.properties)


def _entry_object(entry: Entry, types: tuple[str, ...], properties: Mapping[str, object]) -> PSObject:
    named: dict[str, object] = {
        **properties,
        "DistinguishedName": entry.identity,
        "Guid": entry.guid,
        "Id": entry.identity,
        "Identity": entry.identity,
        "IsValid": True,
        "Name": entry.alias,
        "ObjectState": valid(),
        "TenantId": TENANT_ID,
    }
    return PSObject(types, dict(sorted(named.items())), text=entry.identity)


def tenant_object(url_updates: int, users: int) -> PSObject:
    """The tenant as Get-CsTenant returns it. url_updates: how often its meeting addresses were made anew."""
    marker = f"{url_updates:02d}" if url_updates else ""
    properties: dict[str, object] = {
        "AdminDescription": None,
        "AllowedDataLocation": [],
        "AssignedPlan": ASSIGNED_PLANS,
        "City": "Redmond",
        "CompanyPartnership": [],
        "CompanyTags": [],
        "CountryAbbreviation": "US",
        "CountryOrRegionDisplayName": "United States",
        "Description": None,
        "DirSyncEnabled": False,
        "DisplayName": "Litware, Inc.",
        "DistinguishedName": TENANT_DN,
        "Domains": [DOMAIN, "litwareinc.onmicrosoft.com"],
        "DomainUrlMap": [f"{DOMAIN}#https://meet.lync.com/litwareinc{marker}"],
        "ExperiencePolicy": None,
        "Guid": TENANT_ID,
        "Id": TENANT_DN,
        "Identity": TENANT_DN,
        "IsByPassValidation": False,
        "IsValid": True,
        "LastProvisionTimeStamp": when(17),
        "LastPublishTimeStamp": when(17),
        "LastSubProvisionTimeStamp": None,
        "LastSyncTimeStamp": when(18),
        "Name": str(TENANT_ID),
        "NonPrimarySource": None,
        "ObjectCategory": "CN=Organizational-Unit,CN=Schema,CN=Configuration,DC=litwareinc,DC=com",
        "ObjectClass": ["top", "organizationalUnit"],
        "ObjectId": TENANT_ID,
        "ObjectState": valid(),
        "OriginatingServer": "dc1.litwareinc.com",
        "PendingDeletion": False,
        "Phone": "+14255550100",
        "PostalCode": "98052",
        "PreferredLanguage": "en",
        "ProvisionedPlan": [],
        "ProvisioningCounter": 3,
        "ProvisioningStamp": b"\x04\x01\x00\x00",
        "PublicProvider": "WindowsLive",
        "PublishingCounter": 2,
        "RegistrarPool": REGISTRAR_POOL,
        "ServiceInfo": [],
        "ServiceInstance": "microsoftcommunicationsonline/NOAM-0A-S1",
        "StateOrProvince": "Washington",
        "Street": "One Litware Way",
        "SubProvisioningCounter": 1,
        "SyncingCounter": 4,
        "TenantId": TENANT_ID,
        "TenantPoolExtension": "a01.infra.lync.com",
        "TotalUsers": users,
        "UpgradeRetryCounter": 0,
        "UserRoutingGroupIds": [identifier("routing-1"), identifier("routing-2")],
        "VerifiedDomains": [DOMAIN, "litwareinc.onmicrosoft.com"],
        "WhenChanged": when(18),
        "WhenCreated": CREATED,
        "XForestMovePolicy": None,
    }
    return PSObject(TENANT_TYPES, properties, text=TENANT_DN)


# --- policies and configurations ------------------------------------------------------------------


def element_object(element: Element) -> PSObject:
    """A policy or configuration as its Get cmdlet returns it."""
    properties: dict[str, object] = {"Identity": element.identity}
    for name, value in element.properties.items():
        if element.kind is FEDERATION and name in ("AllowedDomains", "BlockedDomains"):
            properties[name] = _domains(name, value)
        else:
            properties[name] = (
                list(value) if isinstance(value, (list, tuple)) and not isinstance(value, EnumValue) else value
            )
    if element.kind is AUDIO_CONFERENCING:
        properties["Priority"] = 0
    return PSObject((element.kind.type_name, "System.Object"), properties, text=element.identity)


def _domains(name: str, value: object) -> object:
    names = [str(one) for one in value] if isinstance(value, (list, tuple)) else []
    if name == "BlockedDomains":
        return [domain_pattern(one) for one in names]
    if names == [ALLOW_ALL]:
        return allow_all_domains()
    return allow_list(names)


def domain_pattern(domain: str) -> PSObject:
    """What New-CsEdgeDomainPattern returns."""
    return PSObject((f"{_EDGE}DomainPattern", "System.Object"), {"Domain": domain}, text=f"Domain={domain}")


def allow_all_domains() -> PSObject:
    """What New-CsEdgeAllowAllKnownDomains returns."""
    return PSObject((f"{_EDGE}{ALLOW_ALL}", "System.Object"), {}, text=ALLOW_ALL)


def allow_list(domains: Sequence[str]) -> PSObject:
    """What New-CsEdgeAllowList returns."""
    patterns = [domain_pattern(one) for one in domains]
    text = "AllowedDomain=" + ",".join(f"Domain={one}" for one in domains)
    return PSObject((f"{_EDGE}AllowList", "System.Object"), {"AllowedDomain": patterns}, text=text)


def tenant_matches(identity: str) -> bool:
    """Whether an identity means this tenant: GUID, distinguished name, domain or display name."""
    lowered = identity.strip().lower()
    return lowered in {
        str(TENANT_ID),
        TENANT_DN.lower(),
        DOMAIN,
        "litware, inc.",
        "litwareinc.onmicrosoft.com",
    }


def is_this_tenant(tenant: object) -> bool:
    """Whether a -Tenant means this one; no value means it too."""
    return tenant is None or (isinstance(tenant, UUID) and tenant == TENANT_ID)
