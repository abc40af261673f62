"""The kinds of configurations, with the property names, their order and the values that the reference
documents for a tenant.

Rules of this file: data. What the global configuration of a kind says are the kind's defaults.
"""

from __future__ import annotations

from typing import Final

from lync_magic.sandbox.engine.elements import WRITABLE, kind
from lync_magic.sandbox.engine.nettypes import enumeration

IM_FILTER: Final = kind(
    "ImFilterConfiguration",
    WRITABLE + "Settings.ImFilter.ImFilterConfiguration",
    {
        "Prefixes": [
            "callto:",
            "file:",
            "ftp.",
            "ftp:",
            "gopher:",
            "href",
            "http:",
            "https:",
            "ldap:",
            "mailto:",
        ],
        "AllowMessage": None,
        "WarnMessage": None,
        "Enabled": True,
        "IgnoreLocal": True,
        "BlockFileExtension": False,
        "Action": "Allow",
    },
)

MEETING_CONFIGURATION: Final = kind(
    "MeetingConfiguration",
    WRITABLE + "Settings.UserServices.MeetingConfiguration",
    {
        "PstnCallersBypassLobby": True,
        "EnableAssignedConferenceType": True,
        "DesignateAsPresenter": enumeration("DesignateAsPresenter", "Company"),
        "AssignedConferenceTypeByDefault": True,
        "AdmitAnonymousUsersByDefault": True,
        "RequireRoomSystemsAuthorization": False,
        "LogoURL": None,
        "LegalURL": None,
        "HelpURL": None,
        "CustomFooterText": None,
        "AllowConferenceRecording": True,
        "AllowCloudRecordingService": False,
        "EnableMeetingReport": False,
        "UserUriFormatForStUser": None,
    },
)

PRIVACY_CONFIGURATION: Final = kind(
    "PrivacyConfiguration",
    WRITABLE + "Settings.UserServices.PrivacyConfiguration",
    {
        "EnablePrivacyMode": False,
        "AutoInitiateContacts": True,
        "PublishLocationDataDefault": True,
        "DisplayPublishedPhotoDefault": True,
    },
)

PUSH_CONFIGURATION: Final = kind(
    "PushNotificationConfiguration",
    "Microsoft.Rtc.Management.WriteableConfig.Settings.PushNotificationConfiguration.PushNotificationConfiguration",
    {"EnableApplePushNotificationService": False, "EnableMicrosoftPushNotificationService": False},
)

FEDERATION: Final = kind(
    "TenantFederationConfiguration",
    WRITABLE + "Settings.Edge.TenantFederationSettings",
    {
        "AllowedDomains": ("AllowAllKnownDomains",),
        "BlockedDomains": [],
        "AllowedTrialTenantDomains": [],
        "AllowFederatedUsers": True,
        "AllowTeamsConsumer": True,
        "AllowTeamsConsumerInbound": True,
        "AllowPublicUsers": True,
        "BlockAllSubdomains": False,
        "TreatDiscoveredPartnersAsUnverified": False,
        "SharedSipAddressSpace": False,
        "RestrictTeamsConsumerToExternalUserProfiles": False,
        "ExternalAccessWithTrialTenants": enumeration("ExternalAccessWithTrialTenantsType", "Blocked"),
        "SecurityTeamAllowBlockListDelegation": enumeration("SecurityTeamAllowBlockListDelegationType", "Disabled"),
        "EnableExternalAccessRestrictionsForChatParticipants": False,
        "EnableMutualFederationForChatParticipants": False,
    },
)

HYBRID: Final = kind(
    "TenantHybridConfiguration",
    WRITABLE + "Settings.HybridConfiguration.TenantHybridConfiguration",
    {
        "PeerDestination": None,
        "HybridConfigServiceInternalUrl": None,
        "HybridConfigServiceExternalUrl": None,
        "UseOnPremDialPlan": True,
    },
)

LICENSING: Final = kind(
    "TenantLicensingConfiguration",
    WRITABLE + "Settings.TenantConfiguration.TenantLicensingConfiguration",
    {"Status": "Enabled"},
)

PUBLIC_PROVIDER: Final = kind(
    "TenantPublicProvider",
    WRITABLE + "Settings.Edge.TenantPublicProvider",
    {"Tenant": None, "Provider": ["WindowsLive"]},
)

AUDIO_CONFERENCING: Final = kind(
    "AudioConferencingProvider",
    WRITABLE + "Settings.AudioConferencingProvider.AudioConferencingProvider",
    {"Name": "", "Domain": "", "Port": 5061, "Url": ""},
)
