"""The tenant's state through its cmdlets: users, policies, configurations, rooms, contacts; what is set is
seen by the next Get.
"""

from __future__ import annotations

import unicodedata
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pytest

from lync_magic.sandbox.engine import Tenant, accounts
from lync_magic.sandbox.engine.views import user_object
from lync_magic.sandbox.model import Call, Raw, Word
from lync_magic.sandbox.serialize import to_clixml

TENANT_ID = UUID("bf19b7db-6960-41e5-a139-2aa373474354")
SCRIPTS = [
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
    "HANGUL",
    "ARABIC",
    "HEBREW",
    "DEVANAGARI",
    "THAI",
]


def test_the_tenant_is_the_same_at_every_start(lync: Any, shell_on: Any) -> None:
    again = shell_on(Tenant())
    for line in ("Get-CsOnlineUser", "Get-CsTenant", "Get-CsMeetingRoom", "Get-CsExUmContact", "Get-CsVoicePolicy"):
        assert [to_clixml(one) for one in lync(line).outputs] == [to_clixml(one) for one in again(line).outputs]


def test_its_names_are_in_many_scripts(lync: Any) -> None:
    names = [str(one["DisplayName"]) for one in lync("Get-CsOnlineUser").objects]
    assert len(names) == 200
    found = {unicodedata.name(letter, "").split()[0] for name in names for letter in name if letter.isalpha()}
    assert {one for one in SCRIPTS if one not in found} == set()
    assert any("<script>" in name for name in names)
    assert any('"' in name for name in names)
    assert any("😀" in name or "_xD83D_" in name for name in names)


def test_every_user_is_well_formed_and_has_the_same_properties(lync: Any) -> None:
    shapes = {tuple(one) for one in lync("Get-CsOnlineUser").objects}
    assert len(shapes) == 1
    assert list(shapes.pop())[:3] == ["AcpInfo", "AddressBookPolicy", "AdminDescription"]


def test_addresses_and_identifiers_are_unique_and_names_need_not_be(lync: Any) -> None:
    users = lync("Get-CsOnlineUser").objects
    for name in ("Identity", "UserPrincipalName", "SipAddress", "Guid", "Sid", "SamAccountName"):
        assert len({one[name] for one in users}) == len(users)
    assert [one["DisplayName"] for one in users].count("Kim Akers") == 2


def test_the_tenant_has_its_documented_type_and_identifier(lync: Any) -> None:
    ran = lync("Get-CsTenant")
    assert ran.outputs[0].type_names[0] == "Microsoft.Rtc.Management.ADConnect.Schema.TenantObject"
    assert ran.objects[0]["TenantId"] == TENANT_ID
    assert ran.objects[0]["DisplayName"] == "Litware, Inc."
    for identity in (str(TENANT_ID), "litwareinc.com"):
        assert len(lync([Call("Get-CsTenant", (Word(None, identity),))]).outputs) == 1
    assert lync("Get-CsTenant contoso.com").errors[0].category == "ObjectNotFound"


@pytest.mark.parametrize(
    "identity",
    [
        "kenmyer@litwareinc.com",
        "KENMYER@litwareinc.com",
        "sip:kenmyer@litwareinc.com",
        "Ken Myer",
        "kenmyer",
        f"CN=Ken Myer,OU={TENANT_ID},OU=OCS Tenants,DC=litwareinc,DC=com",
    ],
)
def test_a_user_is_found_by_each_of_its_identities(lync: Any, identity: str) -> None:
    ran = lync([Call("Get-CsOnlineUser", (Word("Identity", identity),))])
    assert [one["UserPrincipalName"] for one in ran.objects] == ["kenmyer@litwareinc.com"]


def test_a_user_is_found_by_guid(lync: Any) -> None:
    guid = lync("Get-CsOnlineUser kenmyer").objects[0]["Guid"]
    assert len(lync([Call("Get-CsOnlineUser", (Word(None, UUID(str(guid))),))]).outputs) == 1


def test_wildcards_find_users_by_display_name(lync: Any) -> None:
    names = [one["DisplayName"] for one in lync("Get-CsOnlineUser -Identity '* M?er'").objects]
    assert names == ["Ken Myer"]


def test_a_display_name_of_two_people_lists_both_but_changes_neither(lync: Any) -> None:
    assert len(lync('Get-CsOnlineUser "Kim Akers"').outputs) == 2
    ran = lync('Set-CsUser "Kim Akers" -EnterpriseVoiceEnabled $true')
    assert ran.errors[0].message.startswith('Filter failed to return unique result for identity "Kim Akers".')


def test_listing_users_obeys_result_size_sort_and_properties(lync: Any) -> None:
    assert lync("Get-CsOnlineUser -ResultSize 0").outputs == []
    assert len(lync("Get-CsOnlineUser -ResultSize Unlimited").outputs) == 200
    names = [str(one["UserPrincipalName"]) for one in lync("Get-CsOnlineUser -Sort").objects]
    assert names == sorted(names)
    ran = lync([Call("Get-CsOnlineUser", (Word(None, "kenmyer"), Word("Properties", "Title, City")))])
    assert set(ran.objects[0]) == {"Identity", "UserPrincipalName", "DisplayName", "Title", "City"}
    assert lync("Get-CsOnlineUser -SoftDeletedUser").outputs == []
    assert lync("Get-CsOnlineUser kenmyer -SkipUserPolicies").objects[0]["ExternalAccessPolicy"] is None


def test_a_changed_user_is_seen_by_the_next_get(lync: Any) -> None:
    before = lync("Get-CsOnlineUser packerman").objects[0]
    assert before["LineURI"] in (None, "")
    ran = lync('Set-CsUser "Pilar Ackerman" -LineUri "tel:+123456789" -EnterpriseVoiceEnabled $true -PassThru')
    assert ran.objects[0]["LineURI"] == "tel:+123456789"
    after = lync("Get-CsOnlineUser packerman").objects[0]
    assert (after["LineURI"], after["EnterpriseVoiceEnabled"]) == ("tel:+123456789", "true")
    assert after["WhenChanged"] != before["WhenChanged"]
    lync("Set-CsUser packerman -LineURI: $null")
    assert lync("Get-CsOnlineUser packerman").objects[0]["LineURI"] in (None, "")


def test_a_line_that_is_taken_or_malformed_is_refused(lync: Any) -> None:
    taken = str(lync("Get-CsOnlineUser kenmyer").objects[0]["LineURI"])
    assert taken.startswith("tel:+1425555")
    ran = lync([Call("Set-CsUser", (Word(None, "packerman"), Word("LineURI", taken)))])
    assert ran.errors[0].category == "ResourceExists"
    assert lync("Set-CsUser packerman -LineURI 5551234").errors[0].category == "InvalidData"


def test_what_an_online_administrator_must_not_set_is_refused(lync: Any) -> None:
    ran = lync("Set-CsUser packerman -SipAddress sip:other@litwareinc.com")
    assert ran.errors[0].message == (
        'Unable to set "SipAddress". This parameter is restricted within Remote Tenant PowerShell.'
    )


def test_audio_conferencing_providers_are_added_replaced_and_removed(lync: Any) -> None:
    def texts() -> list[str]:
        return lync("Get-CsUserAcp kenmyer").objects[0]["AcpInfo"]  # type: ignore[no-any-return]

    assert len(texts()) == 1
    common = '-Domain "northwindtraders.com" -TollNumber 14255551300 -ParticipantPasscode'
    lync(f'Set-CsUserAcp kenmyer -Name "Northwind & Sons" {common} 13762')
    lync(f'Set-CsUserAcp kenmyer -Name "Northwind & Sons" {common} 13763 -IsDefault $true')
    first, second = texts()
    assert ElementTree.fromstring(first).findtext("name") == "Northwind & Sons"
    assert ElementTree.fromstring(first).findtext("participantPassCode") == "13763"
    assert [ElementTree.fromstring(one).get("default") for one in (first, second)] == ["true", "false"]
    lync('Remove-CsUserAcp kenmyer -Name "Fabrikam ACP"')
    assert len(texts()) == 1
    assert lync('Remove-CsUserAcp kenmyer -Name "Fabrikam ACP"').errors[0].category == "ObjectNotFound"
    lync("Get-CsUserAcp | Remove-CsUserAcp")
    assert lync("Get-CsUserAcp").outputs == []


def test_a_policy_is_granted_and_taken_back(lync: Any) -> None:
    def policy() -> object:
        return lync("Get-CsOnlineUser kenmyer").objects[0]["VoicePolicy"]

    ran = lync('Grant-CsVoicePolicy -Identity "Ken Myer" -PolicyName Tag:RedmondVoicePolicy -PassThru')
    assert ran.objects[0]["VoicePolicy"] == policy() == "RedmondVoicePolicy"
    lync('Grant-CsVoicePolicy -Identity "Ken Myer" -PolicyName: $null')
    assert policy() is None
    assert lync("Grant-CsVoicePolicy kenmyer Nosuch").errors[0].message == (
        'Policy "Nosuch" is not a user policy. You can assign only a user policy to a specific user.'
    )


def test_a_grant_names_a_user_or_the_tenant(lync: Any) -> None:
    for noun in ("CsClientPolicy", "CsExternalAccessPolicy"):
        ran = lync(f"Grant-{noun} -PolicyName FederationOnly")
        assert [one.category for one in ran.errors] != []
    ran = lync("Get-CsOnlineUser -ResultSize 1 | Grant-CsExternalAccessPolicy -PolicyName FederationOnly -PassThru")
    assert ran.objects[0]["ExternalAccessPolicy"] == "FederationOnly"
    assert lync("Grant-CsExternalAccessPolicy -PolicyName FederationOnly -Group g -Rank 1").errors[0].target == "g"


def test_granting_to_the_tenant_changes_the_global_policy(lync: Any) -> None:
    lync("Grant-CsClientPolicy -Global -PolicyName SalesPolicy")
    assert lync("Get-CsClientPolicy Global").objects[0]["DisableEmoticons"] is True


def test_policies_have_their_scope_documented_type_and_order(lync: Any) -> None:
    ran = lync("Get-CsExternalAccessPolicy")
    assert [one["Identity"] for one in ran.objects][:2] == ["Global", "Tag:FederationAndPICDefault"]
    assert ran.outputs[0].type_names[0] == (
        "Microsoft.Rtc.Management.WritableConfig.Policy.ExternalAccess.ExternalAccessPolicy"
    )
    assert list(ran.objects[0])[2:] == [
        "EnableFederationAccess",
        "EnableXmppAccess",
        "EnablePublicCloudAccess",
        "EnablePublicCloudAudioVideoAccess",
        "EnableOutsideAccess",
    ]


def test_a_policy_is_named_with_or_without_its_scope(lync: Any) -> None:
    for identity in ("SalesPolicy", "tag:salespolicy"):
        assert [one["Identity"] for one in lync(f"Get-CsClientPolicy {identity}").objects] == ["Tag:SalesPolicy"]
    assert lync("Get-CsClientPolicy Nosuch").errors[0].message == (
        'Cannot find "ClientPolicy" "Tag:Nosuch" because it does not exist.'
    )


def test_policies_can_be_listed_by_who_defined_them(lync: Any) -> None:
    ran = lync("Get-CsConferencingPolicy -Include TenantDefinedOnly")
    assert [one["Identity"] for one in ran.objects] == ["Global", "Tag:SalesConferencingPolicy"]


def test_a_removed_policy_is_gone_and_its_users_have_none(lync: Any) -> None:
    lync("Grant-CsVoicePolicy kenmyer UserVoicePolicy1")
    lync("Get-CsVoicePolicy -Filter tag:User* | Remove-CsVoicePolicy")
    assert lync("Get-CsVoicePolicy UserVoicePolicy1").errors[0].category == "ObjectNotFound"
    assert lync("Get-CsOnlineUser kenmyer").objects[0]["VoicePolicy"] is None


def test_removing_the_global_policy_resets_it(lync: Any) -> None:
    lync("Grant-CsVoicePolicy -Global -PolicyName RedmondVoicePolicy")
    assert lync("Get-CsVoicePolicy Global").objects[0]["AllowSimulRing"] is False
    lync("Remove-CsVoicePolicy Global")
    assert lync("Get-CsVoicePolicy Global").objects[0]["AllowSimulRing"] is True


@pytest.mark.parametrize(
    ("noun", "name", "value", "text"),
    [
        ("CsMeetingConfiguration", "HelpURL", "https://help", "'https://help'"),
        ("CsPrivacyConfiguration", "EnablePrivacyMode", True, "$true"),
        ("CsPushNotificationConfiguration", "EnableApplePushNotificationService", True, "$true"),
        ("CsTenantHybridConfiguration", "UseOnPremDialPlan", False, "$false"),
        ("CsTenantFederationConfiguration", "SharedSipAddressSpace", True, "$true"),
    ],
)
def test_a_configuration_is_set_and_seen(lync: Any, noun: str, name: str, value: object, text: str) -> None:
    assert lync(f"Get-{noun}").objects[0][name] != value
    assert lync(f"Set-{noun} -{name} {text}").failure is None
    assert lync(f"Get-{noun} Global").objects[0][name] == value


def test_a_configuration_comes_back_as_an_instance(lync: Any) -> None:
    lync("Get-CsPrivacyConfiguration | Set-CsPrivacyConfiguration -EnablePrivacyMode $true")
    assert lync("Get-CsPrivacyConfiguration").objects[0]["EnablePrivacyMode"] is True
    assert lync("Set-CsPrivacyConfiguration -Identity site:Redmond -EnablePrivacyMode $true").errors


def test_federation_goes_from_all_to_a_list_and_back(lync: Any) -> None:
    def allowed() -> Any:
        return lync("Get-CsTenantFederationConfiguration").objects[0]["AllowedDomains"]

    def set_to(value: object) -> None:
        words = (Word("AllowedDomains", value),)
        assert lync([Call("Set-CsTenantFederationConfiguration", words)]).failure is None

    everybody = lync("New-CsEdgeAllowAllKnownDomains").outputs[0]
    pattern = lync("New-CsEdgeDomainPattern -Domain fabrikam.com").outputs[0]
    chosen = lync([Call("New-CsEdgeAllowList", (Word("AllowedDomain", [pattern]),))]).outputs[0]
    assert allowed().type_names == everybody.type_names
    set_to(chosen)
    assert [one.properties["Domain"] for one in allowed().properties["AllowedDomain"]] == ["fabrikam.com"]
    set_to(everybody)
    assert allowed().type_names == everybody.type_names


def test_blocked_domains_are_added_and_removed_one_by_one(lync: Any) -> None:
    def change(value: object) -> list[str]:
        lync([Call("Set-CsTenantFederationConfiguration", (Word("BlockedDomains", value),))])
        found = lync("Get-CsTenantFederationConfiguration").objects[0]["BlockedDomains"]
        return [one.properties["Domain"] for one in found]

    assert change(["a.com", "b.com"]) == ["a.com", "b.com"]
    assert change({"Add": "c.com"}) == ["a.com", "b.com", "c.com"]
    assert change({"Remove": ["A.com"]}) == ["b.com", "c.com"]
    assert change({"Replace": "d.com"}) == ["d.com"]


def test_public_providers_are_chosen_and_all_turned_off(lync: Any) -> None:
    def providers() -> object:
        return lync("Get-CsTenantPublicProvider").objects[0]["Provider"]

    lync(f"Set-CsTenantPublicProvider -Tenant {TENANT_ID} -Provider aol, Yahoo")
    assert providers() == ["AOL", "Yahoo"]
    lync(f'Set-CsTenantPublicProvider -Tenant {TENANT_ID} -Provider ""')
    assert providers() == []
    assert lync(f"Set-CsTenantPublicProvider -Tenant {TENANT_ID} -Provider Nosuch").errors


def test_another_tenant_is_not_to_be_managed(lync: Any) -> None:
    ran = lync("Get-CsClientPolicy -Tenant 00000000-0000-0000-0000-000000000001")
    assert ran.errors[0].category == "PermissionDenied"
    assert len(lync(f"Get-CsPrivacyConfiguration -Tenant {TENANT_ID}").outputs) == 1


def test_a_meeting_room_is_changed_disabled_and_enabled(lync: Any) -> None:
    lync('Set-CsMeetingRoom -Identity "RedmondMeetingRoom" -LineUri "tel:+12065550000"')
    assert lync("Get-CsMeetingRoom RedmondMeetingRoom").objects[0]["LineURI"] == "tel:+12065550000"
    lync('Disable-CsMeetingRoom -Identity "sip:RedmondMeetingRoom@litwareinc.com"')
    assert lync("Get-CsMeetingRoom RedmondMeetingRoom").errors[0].category == "ObjectNotFound"
    ran = lync('Enable-CsMeetingRoom "Redmond Meeting Room" -SipAddress sip:new@litwareinc.com -PassThru')
    assert ran.outputs[0].type_names[0] == "Microsoft.Rtc.Management.ADConnect.Schema.OCSADMeetingRoom"
    assert lync("Get-CsMeetingRoom sip:new@litwareinc.com").objects[0]["Enabled"] is True


def test_a_contact_is_made_once_changed_and_removed(lync: Any) -> None:
    line = (
        "New-CsExUmContact -SipAddress sip:exumsa9@litwareinc.com -RegistrarPool RedmondPool.litwareinc.com "
        '-OU "OU=ExUmContacts,DC=litwareinc,DC=com" -DisplayNumber 2065554567'
    )
    assert lync(line).objects[0]["DisplayNumber"] == "2065554567"
    assert lync(line).errors[0].category == "ResourceExists"
    lync("Set-CsExUmContact sip:exumsa9@litwareinc.com -AutoAttendant $true")
    found = lync('Get-CsExUmContact -OU "OU=ExUmContacts,DC=litwareinc,DC=com"').objects
    assert [
        (one["AutoAttendant"], one["IsSubscriberAccess"]) for one in found if "exumsa9" in str(one["SipAddress"])
    ] == [(True, False)]
    lync("Remove-CsExUmContact sip:exumsa9@litwareinc.com")
    assert lync("Get-CsExUmContact sip:exumsa9@litwareinc.com").errors[0].category == "ObjectNotFound"


def test_every_get_cmdlet_answers_without_parameters_in_clixml(lync: Any) -> None:
    from lync_magic.sandbox.engine.signatures import commands

    for command in commands().values():
        if command.module and command.name.startswith("Get-"):
            ran = lync([Call(command.name)])
            assert ran.outputs, command.name
            for one in ran.outputs:
                ElementTree.fromstring(to_clixml(one) if not isinstance(one, Raw) else one)


def test_a_listing_sends_what_a_user_is_now_although_its_clixml_is_kept(tenant: Tenant, lync: Any) -> None:
    before = lync("Get-CsOnlineUser").outputs
    lync("Get-CsOnlineUser -ResultSize 50 | Grant-CsVoicePolicy -PolicyName RedmondVoicePolicy")
    lync('Set-CsUser kenmyer -LineURI "tel:+1&2<3" -HostedVoiceMail $true -ExchangeArchivingPolicy NoArchiving')
    sent = [str(one) for one in lync("Get-CsOnlineUser").outputs]
    assert sent == [to_clixml(user_object(one)) for one in tenant.users()]
    assert sent[:50] != before[:50]
    assert sent[50:] == before[50:]


def test_accounts_are_the_documented_ones_and_show_no_password() -> None:
    administrators = [one for one in accounts if one.is_administrator and one.remote_sessions_enabled]
    assert administrators[0].user_name == "kenmyer@litwareinc.com"
    assert len(administrators) == 3
    assert [one.user_name for one in accounts if not one.is_administrator] == ["packerman@litwareinc.com"]
    assert [one.domain for one in accounts if not one.remote_sessions_enabled] == ["fabrikam.com"]
    assert "p@ssw0rd!" not in repr(accounts)
    assert accounts[0].password == "p@ssw0rd!"
