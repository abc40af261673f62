"""The policies and configurations that the tenant has at its start.

Rules of this file: data, and the one function that makes it into state.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from uuid import UUID

from lync_magic.sandbox.engine.configurations import (
    AUDIO_CONFERENCING,
    FEDERATION,
    HYBRID,
    IM_FILTER,
    LICENSING,
    MEETING_CONFIGURATION,
    PRIVACY_CONFIGURATION,
    PUBLIC_PROVIDER,
    PUSH_CONFIGURATION,
)
from lync_magic.sandbox.engine.elements import GLOBAL, TAG, Element, Kind
from lync_magic.sandbox.engine.policies import (
    CLIENT_POLICY,
    CONFERENCING_POLICY,
    EXTERNAL_ACCESS_POLICY,
    HOSTED_VOICEMAIL_POLICY,
    PRESENCE_POLICY,
    VOICE_POLICY,
)

_POLICIES: Final[tuple[tuple[Kind, str, Mapping[str, object]], ...]] = (
    (CLIENT_POLICY, "ClientPolicyDefaultPhoto", {"DisplayPhoto": "AllPhotos"}),
    (CLIENT_POLICY, "ClientPolicyNoIMURL", {"EnableURL": False, "DisplayPhoto": "AllPhotos"}),
    (CLIENT_POLICY, "ClientPolicyNoPhoto", {"DisplayPhoto": "NoPhoto"}),
    (
        CLIENT_POLICY,
        "ClientPolicyNoSaveIMNoArchivingNoIMURL",
        {"DisableSavingIM": True, "EnableIMAutoArchiving": False},
    ),
    (
        CLIENT_POLICY,
        "SalesPolicy",
        {"DisableEmoticons": True, "IMWarning": "Sales & <Marketing>: think twice."},
    ),
    (CONFERENCING_POLICY, "BposSAllModality", {"AllowConferenceRecording": True, "EnableP2PRecording": True}),
    (
        CONFERENCING_POLICY,
        "BposSAllModalityNoFT",
        {"EnableFileTransfer": False, "EnableP2PFileTransfer": False},
    ),
    (CONFERENCING_POLICY, "BposSIMP2P", {"AllowIPAudio": False, "AllowIPVideo": False, "MaxMeetingSize": 2}),
    (
        CONFERENCING_POLICY,
        "SalesConferencingPolicy",
        {"MaxMeetingSize": 100, "AllowExternalUserControl": True},
    ),
    (EXTERNAL_ACCESS_POLICY, "FederationAndPICDefault", {"EnablePublicCloudAccess": True}),
    (EXTERNAL_ACCESS_POLICY, "FederationOnly", {}),
    (EXTERNAL_ACCESS_POLICY, "NoFederationAndPIC", {"EnableFederationAccess": False}),
    (HOSTED_VOICEMAIL_POLICY, "BusinessVoice", {"Description": "Voice mail of the business"}),
    (HOSTED_VOICEMAIL_POLICY, "RedmondHostedVoicemail", {"Organization": "litwareinc.com"}),
    (VOICE_POLICY, "BusinessVoice", {"Name": "BusinessVoice", "EnableCallPark": True}),
    (
        VOICE_POLICY,
        "UserVoicePolicy1",
        {"Name": "UserVoicePolicy1", "PstnUsages": ["Local", "Long Distance"]},
    ),
    (VOICE_POLICY, "RedmondVoicePolicy", {"Name": "RedmondVoicePolicy", "AllowSimulRing": False}),
    (PRESENCE_POLICY, "RedmondPresencePolicy", {"MaxPromptedSubscriber": 600}),
)
"""Kind, name and differences from the defaults of the per-user policies."""

_PROVIDERS: Final = (
    ("Fabrikam ACP", "fabrikam.com", "https://conferencing.fabrikam.com"),
    ("Northwind Traders", "northwindtraders.com", "https://acp.northwindtraders.com"),
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        one.name: one
        for one in (
            CLIENT_POLICY,
            CONFERENCING_POLICY,
            EXTERNAL_ACCESS_POLICY,
            HOSTED_VOICEMAIL_POLICY,
            VOICE_POLICY,
            PRESENCE_POLICY,
            IM_FILTER,
            MEETING_CONFIGURATION,
            PRIVACY_CONFIGURATION,
            PUSH_CONFIGURATION,
            FEDERATION,
            HYBRID,
            LICENSING,
            PUBLIC_PROVIDER,
            AUDIO_CONFERENCING,
        )
    }
)
"""Every kind by its name."""


def initial_elements(tenant_id: UUID, domain: str) -> dict[str, dict[str, Element]]:
    """What the tenant has at its start: by kind, then by identity in lower case."""
    found: dict[str, dict[str, Element]] = {}
    for kind in KINDS.values():
        found[kind.name] = {}
        if kind is not AUDIO_CONFERENCING:
            _add(found, Element(kind, GLOBAL, kind.defaults))
    for kind, name, differences in _POLICIES:
        _add(found, Element(kind, TAG + name, kind.defaults).changed(differences))
    for name, host, url in _PROVIDERS:
        changes = {"Name": name, "Domain": host, "Url": url}
        _add(found, Element(AUDIO_CONFERENCING, name, AUDIO_CONFERENCING.defaults).changed(changes))
    provider = Element(PUBLIC_PROVIDER, GLOBAL, PUBLIC_PROVIDER.defaults).changed({"Tenant": tenant_id})
    _add(found, provider)
    hybrid = Element(HYBRID, GLOBAL, HYBRID.defaults).changed({"PeerDestination": f"sip.{domain}"})
    _add(found, hybrid)
    return found


def _add(found: dict[str, dict[str, Element]], element: Element) -> None:
    found[element.kind.name][element.identity.lower()] = element
