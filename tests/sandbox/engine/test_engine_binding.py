"""The binder: names, abbreviations, aliases, positions, sets, types, pipeline objects, and the errors of
each.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lync_magic.sandbox.engine.binder import bind
from lync_magic.sandbox.engine.failures import CommandError
from lync_magic.sandbox.engine.signatures import commands, find
from lync_magic.sandbox.model import ErrorRecord, PSObject, Word


def bound(command: str, *words: tuple[str | None, object], expecting_input: bool = False) -> dict[str, object]:
    found = find(command)
    assert found is not None
    return bind(found, [Word(*one) for one in words], expecting_input=expecting_input).values


def refused(command: str, *words: tuple[str | None, object], expecting_input: bool = False) -> ErrorRecord:
    with pytest.raises(CommandError) as raised:
        bound(command, *words, expecting_input=expecting_input)
    return raised.value.record


def test_bound_parameters_without_a_dash_bind_by_name() -> None:
    values = bound("Get-CsOnlineUser", ("Identity", "kenmyer"), ("ResultSize", 5))
    assert values == {"Identity": "kenmyer", "ResultSize": 5}


def test_a_bound_null_is_a_value_and_a_lone_name_is_none() -> None:
    assert bound("Set-CsUser", ("Identity", "x"), ("LineURI", None))["LineURI"] == ""
    assert refused("Set-CsUser", ("-Identity", None), (None, "x"), ("-LineURI", None)).error_id == (
        "MissingArgument,Set-CsUser"
    )


def test_a_name_that_needs_a_value_does_not_take_the_next_parameter_for_it() -> None:
    record = refused("Get-CsOnlineUser", ("-Identity", None), ("-Sort", None))
    assert record.message.startswith("Missing an argument for parameter 'Identity'. Specify a parameter of type '")


def test_a_name_that_no_parameter_has_can_be_a_value() -> None:
    assert bound("Get-CsOnlineUser", ("-Identity", None), ("-nobody", None)) == {"Identity": "-nobody"}


def test_after_two_dashes_everything_is_a_value() -> None:
    assert bound("Get-CsOnlineUser", ("--", None), (None, "-Sort")) == {"Identity": "-Sort"}


@pytest.mark.parametrize("dash", ["-", "\u2013", "\u2014", "\u2015"])
def test_every_dash_that_powershell_knows_makes_a_name(dash: str) -> None:
    assert bound("Get-CsOnlineUser", (f"{dash}Sort", None)) == {"Sort": True}


def test_an_alias_and_an_abbreviation_bind_to_the_full_name() -> None:
    assert bound("Set-CsUser", (None, "x"), ("-CsEnabled", None), (None, True))["Enabled"] is True
    assert bound("Set-CsUser", (None, "x"), ("-wi", None))["WhatIf"] is True
    assert bound("Get-CsOnlineUser", ("-FILT", None), (None, "x"))["Filter"] == "x"


def test_an_ambiguous_abbreviation_names_what_it_could_mean() -> None:
    record = refused("Set-CsUser", (None, "x"), ("-Line", None), (None, "y"))
    assert record.message == (
        "Parameter cannot be processed because the parameter name 'Line' is ambiguous. "
        "Possible matches include: -LineServerURI -LineURI."
    )
    assert record.error_id == "AmbiguousParameter,Set-CsUser"


def test_an_abbreviation_prefers_a_commands_own_parameter_to_a_common_one() -> None:
    assert bound("New-CsEdgeDomainPattern", ("-D", None), (None, "fabrikam.com")) == {"Domain": "fabrikam.com"}


def test_a_parameter_given_twice_is_refused() -> None:
    record = refused("Get-CsOnlineUser", ("-Identity", None), (None, "a"), ("-Identity", None), (None, "b"))
    assert record.error_id == "ParameterAlreadyBound,Get-CsOnlineUser"
    assert record.message.endswith('For example, "-parameter value1,value2,value3".')


def test_positions_fill_in_the_default_sets_order() -> None:
    assert bound("Grant-CsClientPolicy", (None, "Ken Myer"), (None, "SalesPolicy")) == {
        "Identity": "Ken Myer",
        "PolicyName": "SalesPolicy",
    }
    assert bound("Grant-CsClientPolicy", ("-Global", None), (None, "SalesPolicy")) == {
        "Global": True,
        "PolicyName": "SalesPolicy",
    }
    assert bound("Grant-CsConferencingPolicy", (None, "SalesPolicy"), (None, "Ken Myer")) == {
        "PolicyName": "SalesPolicy",
        "Identity": "Ken Myer",
    }


def test_parameters_of_two_sets_do_not_go_together() -> None:
    record = refused("Get-CsClientPolicy", ("Identity", "Global"), ("Filter", "tag:*"))
    assert record.error_id == "AmbiguousParameterSet,Get-CsClientPolicy"
    assert record.category == "InvalidArgument"


def test_what_is_mandatory_must_be_given_unless_the_pipeline_brings_it() -> None:
    record = refused("Set-CsUserAcp", ("Identity", "x"), ("Name", "n"))
    assert record.message == (
        "Cannot process command because of one or more missing mandatory parameters: "
        "Domain ParticipantPasscode TollNumber."
    )
    assert record.error_id == "MissingMandatoryParameter,Set-CsUserAcp"
    assert refused("Set-CsUser").error_id == "MissingMandatoryParameter,Set-CsUser"
    assert bound("Set-CsUser", expecting_input=True) == {}


def test_a_boolean_refuses_text_and_takes_numbers() -> None:
    assert bound("Set-CsUser", ("Identity", "x"), ("EnterpriseVoiceEnabled", 1))["EnterpriseVoiceEnabled"] is True
    record = refused("Set-CsUser", ("Identity", "x"), ("EnterpriseVoiceEnabled", "true"))
    assert record.message == (
        "Cannot convert 'System.String' to the type 'System.Boolean' required by parameter 'EnterpriseVoiceEnabled'. "
    )
    assert record.error_id == "CannotConvertArgument,Set-CsUser"
    assert record.category == "InvalidArgument"
    assert refused("Set-CsUser", ("Identity", "x"), ("EnterpriseVoiceEnabled", None)).error_id == (
        "ParameterArgumentValidationErrorNullNotAllowed,Set-CsUser"
    )


def test_a_number_is_read_from_text_or_refused_with_dotnets_words() -> None:
    assert bound("Get-CsTenant", ("ResultSize", "0x10"))["ResultSize"] == 16
    assert bound("Get-CsTenant", ("ResultSize", Decimal("2.5")))["ResultSize"] == 2
    record = refused("Get-CsTenant", ("ResultSize", "ten"))
    assert record.message == (
        "Cannot bind parameter 'ResultSize'. Cannot convert value \"ten\" to type "
        '"System.Int32". Error: "The input string \'ten\' was not in a correct format."'
    )
    assert "too large or too small for an Int32" in refused("Get-CsTenant", ("ResultSize", 2**31)).message
    assert refused("Get-CsTenant", ("ResultSize", [1, 2])).message == (
        "Cannot convert 'System.Object[]' to the type 'System.Int32' required by parameter 'ResultSize'. "
        "Specified method is not supported."
    )


def test_a_result_size_may_be_unlimited() -> None:
    assert bound("Get-CsOnlineUser", ("ResultSize", "unlimited"))["ResultSize"] == "Unlimited"


def test_a_guid_is_read_in_all_its_forms() -> None:
    wanted = UUID("bf19b7db-6960-41e5-a139-2aa373474354")
    for text in (str(wanted), f"{{{wanted}}}", wanted.hex, wanted):
        assert bound("Get-CsClientPolicy", ("Tenant", text))["Tenant"] == wanted
    assert "Unrecognized Guid format." in refused("Get-CsClientPolicy", ("Tenant", "x")).message
    assert "32 digits with 4 dashes" in refused("Get-CsClientPolicy", ("Tenant", "bf19-x")).message


def test_an_enumeration_takes_a_name_in_any_case_or_its_start() -> None:
    values = bound("Set-CsMeetingConfiguration", ("DesignateAsPresenter", "every"))
    assert values["DesignateAsPresenter"].name == "Everyone"  # type: ignore[attr-defined]
    record = refused("Set-CsMeetingConfiguration", ("DesignateAsPresenter", "nobody"))
    assert "Unable to match the identifier name nobody to a valid enumerator name." in record.message
    assert record.message.endswith('None, Company, Everyone"')


def test_a_list_parameter_takes_one_several_or_a_change() -> None:
    def blocked(value: object) -> object:
        return bound("Set-CsTenantFederationConfiguration", ("BlockedDomains", value))["BlockedDomains"]

    assert blocked("a.com") == ["a.com"]
    assert blocked(["a.com", "b.com"]) == ["a.com", "b.com"]
    assert blocked({"add": "c.com"}) == {"Add": ["c.com"]}


def test_text_is_made_of_anything_as_powershell_makes_it() -> None:
    def filtered(value: object) -> object:
        return bound("Get-CsOnlineUser", ("Filter", value))["Filter"]

    assert filtered(True) == "True"
    assert (
        filtered(PSObject(("System.Management.Automation.ScriptBlock",), {}, text="Title -eq 'x'")) == "Title -eq 'x'"
    )
    assert filtered(PSObject(("X",), {"A": 1, "B": None}, adapted=False)) == "@{A=1; B=}"


def test_a_list_is_no_text_for_a_compiled_cmdlet() -> None:
    record = refused("Get-CsOnlineUser", ("Filter", ["a", "b"]))
    assert record.message == (
        "Cannot convert 'System.Object[]' to the type 'System.String' required by parameter 'Filter'. "
        "Specified method is not supported."
    )
    assert record.error_id == "CannotConvertArgument,Get-CsOnlineUser"


def test_what_only_another_cmdlet_makes_is_refused_as_anything_else() -> None:
    for value, said in (
        ({"Add": ["a.com"]}, 'Cannot convert the "System.Collections.Hashtable" value'),
        ("a.com", 'Cannot convert the "a.com" value of type "System.String" to'),
    ):
        record = refused("Set-CsTenantFederationConfiguration", ("AllowedDomains", value))
        assert record.message.startswith(f"Cannot bind parameter 'AllowedDomains'. {said}")
        assert record.error_id == "CannotConvertArgumentNoMessage,Set-CsTenantFederationConfiguration"


def test_a_mandatory_text_must_not_be_empty() -> None:
    record = refused("New-CsEdgeDomainPattern", ("Domain", None))
    assert record.message == "Cannot bind argument to parameter 'Domain' because it is an empty string."
    assert record.error_id == "ParameterArgumentValidationErrorEmptyStringNotAllowed,New-CsEdgeDomainPattern"
    assert refused("Set-CsUser", ("Identity", None)).error_id == (
        "ParameterArgumentValidationErrorNullNotAllowed,Set-CsUser"
    )


def test_a_switch_can_be_turned_off_but_not_with_text() -> None:
    assert bound("Get-CsOnlineUser", ("-Sort:", False)) == {"Sort": False}
    assert refused("Get-CsOnlineUser", ("-Sort:", "no")).error_id == ("CannotConvertArgument,Get-CsOnlineUser")


def test_common_parameters_have_their_aliases_and_types() -> None:
    values = bound("Get-CsTenant", ("-ea", None), (None, "SilentlyContinue"), ("-vb", None), ("-ov", None), (None, "o"))
    assert values["ErrorAction"].name == "SilentlyContinue"  # type: ignore[attr-defined]
    assert values["Verbose"] is True
    assert values["OutVariable"] == "o"


def test_every_parameters_type_is_known_and_every_set_exists() -> None:
    from lync_magic.sandbox.engine.nettypes import full_name

    for command in commands().values():
        for parameter in command.parameters:
            assert full_name(parameter.type)
            assert set(parameter.uses) <= {*command.sets, "__AllParameterSets"}


def test_there_are_45_cmdlets() -> None:
    cmdlets = [one.name for one in commands().values() if one.module == "Lync"]
    assert len(cmdlets) == 45
    assert all("-Cs" in one for one in cmdlets)


def test_a_pipeline_object_binds_by_its_identity_or_as_the_instance(lync: Any) -> None:
    grant, configure = find("Grant-CsClientPolicy"), find("Set-CsPrivacyConfiguration")
    assert grant is not None
    assert configure is not None
    user = PSObject(("User",), {"Identity": "CN=x", "PolicyName": "not by property name"})
    binding = bind(grant, [Word("PolicyName", "SalesPolicy")], expecting_input=True)
    assert binding.for_input(user) == {"PolicyName": "SalesPolicy", "Identity": "CN=x"}
    assert binding.for_input("kenmyer") == {"PolicyName": "SalesPolicy", "Identity": "kenmyer"}
    other = bind(configure, [Word("EnablePrivacyMode", True)], expecting_input=True)
    assert other.for_input(user) == {"EnablePrivacyMode": True, "Instance": user}


def test_an_object_that_nothing_takes_is_an_error_for_itself_alone(lync: Any) -> None:
    ran = lync("Get-CsTenant | Get-CsTenant")
    assert [one.error_id for one in ran.errors] == ["InputObjectNotBound,Get-CsTenant"]
    assert ran.errors[0].message.startswith("The input object cannot be bound to any parameters for the command")
    assert ran.failure is None
