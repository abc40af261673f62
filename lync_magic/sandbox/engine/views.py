"""Users as the objects that the cmdlets return: documented .NET types, documented property names.

Rules of this file: pure functions of a snapshot. A user is made into CLIXML once for each of its states
(`UserView`), because a large tenant lists thousands of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape  # as saxutils does it, which loads urllib and all of email for it
from typing import Final

from lync_magic.sandbox.engine.entries import (
    DOMAIN,
    REGISTRAR_POOL,
    TENANT_DN,
    TENANT_ID,
    Entry,
    User,
    identifier,
    when,
)
from lync_magic.sandbox.engine.nettypes import enumeration
from lync_magic.sandbox.model import EnumValue, Long, PSObject, Raw
from lync_magic.sandbox.serialize import to_clixml

SCHEMA: Final = "Microsoft.Rtc.Management.ADConnect.Schema."
_OBJECT_STATE: Final = "Microsoft.Rtc.Management.ADConnect.Core.ObjectState"

USER_TYPES: Final = (f"{SCHEMA}OCSADUser", f"{SCHEMA}OCSUserOrAppContact", "System.Object")
ACP_TYPES: Final = (f"{SCHEMA}ADUserAcp", "System.Object")

USER_POLICIES: Final = (
    "ClientPolicy",
    "ConferencingPolicy",
    "ExternalAccessPolicy",
    "HostedVoicemailPolicy",
    "VoicePolicy",
)
"""The policies that a user can be granted, and the names of the user's properties that say which."""


class Later:
    """An object that is made when it is asked for: whole for the next command, or as it goes to the client.

    make: makes the object.
    """

    def __init__(self, make: Callable[[], PSObject]) -> None:
        self._make = make

    def whole(self) -> PSObject:
        """The object."""
        return self._make()

    def sent(self) -> PSObject | Raw:
        """The object, or its CLIXML where that was prepared."""
        return self._make()


class UserView(Later):
    """A user as Get-CsOnlineUser returns it; its CLIXML is made once for each state of the user."""

    _KEY: Final = "clixml"

    def __init__(self, user: User) -> None:
        super().__init__(lambda: user_object(user))
        self._user = user

    def sent(self) -> Raw:
        """The user's CLIXML. Kept as bytes: as text, one name beyond Latin would double it."""
        known = self._user.prepared.get(self._KEY)
        if known is None:
            known = self._user.prepared[self._KEY] = to_clixml(self.whole()).encode()
        return Raw(known.decode())


def valid() -> EnumValue:
    """The state of an object that is as the directory has it."""
    return EnumValue(_OBJECT_STATE, "Unchanged", 1)


def user_properties(user: User) -> dict[str, object]:
    """Everything that Get-CsOnlineUser shows of a user, by name."""
    person, index, place = user.person, user.index, user.person.place
    has_line = index % _USERS_A_LINE == 0
    changed = user.changes
    sip = f"sip:{user.user_principal_name}"
    created = when(index)
    return {
        "AcpInfo": list(acp_texts(acps_of(user))),
        "AddressBookPolicy": None,
        "AdminDescription": None,
        "ArchivingPolicy": None,
        "AssignedPlan": ASSIGNED_PLANS,
        "AudioVideoDisabled": changed.get("AudioVideoDisabled", False),
        "BaseSimpleUrl": f"https://meet.lync.com/{DOMAIN}",
        "City": place.city,
        "ClientPolicy": changed.get("ClientPolicy"),
        "ClientVersionPolicy": None,
        "Company": "Litware, Inc.",
        "ConferencingPolicy": changed.get("ConferencingPolicy", "BposSAllModality" if index % 2 else None),
        "ContactOptionFlags": None,
        "CountryAbbreviation": place.country,
        "CountryOrRegionDisplayName": place.country_name,
        "Department": person.department,
        "Description": [],
        "DialPlan": None,
        "DirSyncEnabled": index % 5 == 0,
        "DisplayName": person.display,
        "DistinguishedName": user.distinguished_name,
        "EnabledForFederation": True,
        "EnabledForInternetAccess": True,
        "EnabledForRichPresence": True,
        "Enabled": changed.get("Enabled", True),
        "EnterpriseVoiceEnabled": changed.get("EnterpriseVoiceEnabled", has_line),
        "ExchangeArchivingPolicy": changed.get(
            "ExchangeArchivingPolicy",
            enumeration("ExchangeArchivingPolicyOptionsEnum", "Uninitialized"),
        ),
        "ExUmEnabled": index % 4 == 0,
        "ExternalAccessPolicy": changed.get("ExternalAccessPolicy", "FederationAndPICDefault"),
        "Fax": None,
        "FirstName": person.first,
        "Guid": user.guid,
        "HideFromAddressLists": False,
        "HomeServer": f"CN=Lc Services,CN=Microsoft,CN=1:1,{TENANT_DN}",
        "HostedVoiceMail": changed.get("HostedVoiceMail", has_line or None),
        "HostedVoicemailPolicy": changed.get("HostedVoicemailPolicy"),
        "HostingProvider": "SRV:",
        "Id": user.distinguished_name,
        "Identity": user.distinguished_name,
        "IsValid": True,
        "LastName": person.last,
        "LastSyncTimeStamp": when(index + 3),
        "LineServerURI": changed.get("LineServerURI", ""),
        "LineURI": line_of(user),
        "LocationPolicy": None,
        "MobilePhone": None,
        "MobilityPolicy": None,
        "Name": user.alias,
        "ObjectCategory": "CN=Person,CN=Schema,CN=Configuration,DC=litwareinc,DC=com",
        "ObjectClass": ["top", "person", "organizationalPerson", "user"],
        "ObjectId": identifier(f"object-{user.alias}"),
        "ObjectState": valid(),
        "OnPremLineURI": changed.get("OnPremLineURI"),
        "OnPremLineURIManuallySet": "OnPremLineURI" in changed,
        "OnPremSipAddress": None,
        "OriginatingServer": "dc1.litwareinc.com",
        "OtherTelephone": [],
        "Phone": f"{place.prefix}{index:04d}",
        "PinPolicy": None,
        "PostalCode": f"{10000 + index % 89999}",
        "PreferredLanguage": place.language,
        "PresencePolicy": None,
        "PrivateLine": changed.get("PrivateLine"),
        "ProxyAddresses": [f"SMTP:{user.user_principal_name}", sip],
        "RegistrarPool": REGISTRAR_POOL,
        "RemoteCallControlTelephonyEnabled": changed.get("RemoteCallControlTelephonyEnabled", False),
        "SamAccountName": user.alias,
        "ServiceInstance": "microsoftcommunicationsonline/NOAM-0A-S1",
        "Sid": f"S-1-5-21-2127521184-1604012920-1887927527-{1000 + index}",
        "SipAddress": changed.get("SipAddress", sip),
        "StateOrProvince": place.province,
        "StreetAddress": f"{index + 1} Main Street",
        "SubProvisioningCounter": index % 4,
        "SyncingCounter": Long(index % 3),
        "TenantId": TENANT_ID,
        "Title": person.title,
        "UsageLocation": place.country,
        "UserAccountControl": [
            EnumValue("Microsoft.Rtc.Management.ADConnect.Core.UserAccountControlFlags", "NormalAccount", 512)
        ],
        "UserPrincipalName": user.user_principal_name,
        "VoicePolicy": changed.get("VoicePolicy", "BusinessVoice" if has_line else None),
        "WebPage": f"http://my.{DOMAIN}/{user.alias}" if index % 6 == 0 else None,
        "WhenChanged": changed.get("WhenChanged", when(index + 5)),
        "WhenCreated": created,
        "WindowsEmailAddress": user.user_principal_name,
    }


def line_of(user: User) -> str:
    """A user's telephone line, empty when it has none."""
    changed = user.changes.get("LineURI")
    if changed is not None:
        return str(changed)
    return f"tel:{user.person.place.prefix}{user.index:04d}" if user.index % _USERS_A_LINE == 0 else ""


_USERS_A_LINE: Final = 3
"""Every how many-th user has a telephone line from the start."""

ASSIGNED_PLANS: Final = [
    '<XmlValueAssignedPlan xmlns="http://schemas.microsoft.com/online/directoryservices/change/2008/11">'
    '<Plan SubscribedPlanId="2b6f8b5c-0c2d-4f52-8d2b-8b2f7f9d5f2e" '
    'ServiceInstance="microsoftcommunicationsonline/NOAM-0A-S1" '
    'CapabilityStatus="Enabled" AssignedTimestamp="2012-03-14T09:26:53Z" /></XmlValueAssignedPlan>'
]


def user_object(user: User) -> PSObject:
    """A user as Get-CsOnlineUser returns it."""
    return PSObject(USER_TYPES, user_properties(user), text=user.distinguished_name)


# --- audio conferencing providers of a user -------------------------------------------------------


def acps_of(owner: User | Entry) -> Sequence[Mapping[str, object]]:
    """The audio conferencing providers of a user or a room, the default one first."""
    found = owner.changes.get("AcpInfo") if isinstance(owner, User) else owner.properties.get("AcpInfo")
    if found is None and isinstance(owner, User) and owner.index % _USERS_AN_ACP == 0:
        return (_first_acp(owner),)
    return tuple(found) if isinstance(found, (list, tuple)) else ()


_USERS_AN_ACP: Final = 10
"""Every how many-th user has an audio conferencing provider from the start."""


def _first_acp(user: User) -> Mapping[str, object]:
    return {
        "TollNumber": "14255551298",
        "TollFreeNumbers": ["18005551298"],
        "ParticipantPasscode": f"{13761 + user.index}",
        "Domain": "fabrikam.com",
        "Name": "Fabrikam ACP",
        "Url": "https://conferencing.fabrikam.com",
        "IsDefault": True,
    }


def acp_texts(acps: Sequence[Mapping[str, object]]) -> Sequence[str]:
    """The providers as the directory keeps them: one small XML text each."""
    texts = []
    for acp in acps:
        free = acp.get("TollFreeNumbers")
        numbers = free if isinstance(free, (list, tuple)) else ()
        inside = [("tollNumber", acp.get("TollNumber")), *(("tollFreeNumber", one) for one in numbers)]
        inside += [("participantPassCode", acp.get("ParticipantPasscode")), ("domain", acp.get("Domain"))]
        inside += [("name", acp.get("Name")), ("url", acp.get("Url"))]
        body = "".join(f"<{name}>{escape(str(value), quote=False)}</{name}>" for name, value in inside if value)
        default = "true" if acp.get("IsDefault") else "false"
        texts.append(f'<acpInformation default="{default}">{body}</acpInformation>')
    return texts


def acp_object(user: User) -> PSObject:
    """A user's providers as Get-CsUserAcp returns them."""
    properties: dict[str, object] = {
        "AcpInfo": list(acp_texts(acps_of(user))),
        "DisplayName": user.person.display,
        "DistinguishedName": user.distinguished_name,
        "Guid": user.guid,
        "Identity": user.distinguished_name,
        "SipAddress": f"sip:{user.user_principal_name}",
        "WhenChanged": user.changes.get("WhenChanged", when(user.index + 5)),
    }
    return PSObject(ACP_TYPES, properties, text=user.distinguished_name)
