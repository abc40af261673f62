"""Filters: the directory's language and LDAP's, against users that are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from lync_magic.sandbox.engine.filters import FilterError, parse_filter
from lync_magic.sandbox.engine.ldap import parse_ldap
from lync_magic.sandbox.model import Call, Word

ITEM: dict[str, object] = {
    "DisplayName": "Ken Myer",
    "Department": "IT",
    "Title": None,
    "Enabled": True,
    "Counter": 12,
    "WhenCreated": datetime(2012, 3, 14, 9, 26, 53),
    "ProxyAddresses": ["SMTP:kenmyer@litwareinc.com", "sip:kenmyer@litwareinc.com"],
}
NAMES = {name.lower(): name for name in ITEM}


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ('DisplayName -eq "ken myer"', True),
        ("displayname -EQ 'Ken Myer'", True),
        ("DisplayName -ne 'Ken Myer'", False),
        ('DisplayName -like "Ken*"', True),
        ('DisplayName -like "Ke? M[xyz]er"', True),
        ('DisplayName -notlike "*Akers"', True),
        ("Enabled -eq $true", True),
        ("Enabled -eq 'True'", True),
        ("Enabled -ne $True", False),
        ("Title -eq $null", True),
        ("Title -ne $null", False),
        ("Department -ne $null", True),
        ("Counter -gt 9", True),
        ("Counter -lt '100'", True),
        ("Counter -ge 12 -and Counter -le 12", True),
        ("Counter -gt ten", False),
        ('WhenCreated -gt "3/13/2012"', True),
        ('WhenCreated -lt "2012-03-14T09:26:53Z"', False),
        ("ProxyAddresses -eq 'SIP:kenmyer@litwareinc.com'", True),
        ("ProxyAddresses -like 'smtp:*'", True),
        ("Department -eq 'HR' -or Enabled -eq $true", True),
        ("Department -eq 'IT' -and Enabled -eq $false", False),
        ("-not Department -eq 'HR'", True),
        ("-not (Department -eq 'IT' -or Enabled -eq $true)", False),
        ("(Department -eq 'HR' -or Department -eq 'IT') -and Counter -eq 12", True),
        ("Department -eq 'HR' -or Department -eq 'IT' -and Counter -eq 13", False),
        ("{DisplayName -eq 'Ken Myer'}", True),
        ("DisplayName \u2013eq 'Ken Myer'", True),
        ("DisplayName -eq 'O''Neil'", False),
    ],
)
def test_a_filter_says_yes_or_no(text: str, passes: bool) -> None:
    assert parse_filter(text, NAMES)(ITEM) is passes


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("Nosuch -eq 1", '"Nosuch" is not a recognized filterable property.'),
        ("DisplayName -match 'K'", '"-match" is not a valid operator.'),
        ("DisplayName -eq", "ends where a value was expected"),
        ("DisplayName", "ends where an operator was expected"),
        ("(DisplayName -eq 'x'", 'ends where ")" was expected'),
        ("DisplayName -eq 'x' Department", 'Unexpected "Department"'),
        ("DisplayName -eq 'x", "cannot be read at character 17"),
        ("", "ends where a property name was expected"),
    ],
)
def test_a_filter_that_cannot_be_read_says_why(text: str, complaint: str) -> None:
    with pytest.raises(FilterError) as raised:
        parse_filter(text, NAMES)
    assert complaint in str(raised.value)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("(department=it)", True),
        ("department=it", True),
        ("(&(department=it)(displayName=Ken*))", True),
        ("(|(department=hr)(counter>=12))", True),
        ("(!(department=it))", False),
        ("(title=*)", False),
        ("(&(enabled=TRUE)(!(title=*)))", True),
        (r"(displayName=Ken\20Myer)", True),
        ("(nosuch=1)", False),
    ],
)
def test_an_ldap_filter_says_yes_or_no(text: str, passes: bool) -> None:
    assert parse_ldap(text, NAMES)(ITEM) is passes


@pytest.mark.parametrize("text", ["(department=it", "(&)", "((department=it))", "(department=it)x", "()"])
def test_an_ldap_filter_with_unmatched_parentheses_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_ldap(text, NAMES)


def test_a_command_filters_on_the_server(lync: Any) -> None:
    ran = lync([Call("Get-CsOnlineUser", (Word("Filter", "Department -eq 'Legal' -and LastName -eq 'Garcia'"),))])
    assert [one["DisplayName"] for one in ran.objects] == ["Cesar Garcia"]


def test_a_bad_filter_ends_the_command_before_any_object(lync: Any) -> None:
    ran = lync([Call("Get-CsOnlineUser", (Word("Filter", "Nosuch -eq 1"),))])
    assert ran.outputs == []
    assert '"Nosuch" is not a recognized filterable property.' in ran.failure.message


def test_policies_filter_by_their_identity(lync: Any) -> None:
    names = [one["Identity"] for one in lync('Get-CsClientPolicy -Filter "tag:*photo"').objects]
    assert names == ["Tag:ClientPolicyDefaultPhoto", "Tag:ClientPolicyNoPhoto"]


def test_meeting_rooms_filter_by_ldap(lync: Any, calls_of: Callable[[str], list[Call] | None]) -> None:
    ran = lync([Call("Get-CsMeetingRoom", (Word("LdapFilter", "(&(displayName=*Zamek*)(!(enabled=FALSE)))"),))])
    assert [one["DisplayName"] for one in ran.objects] == ["Kraków – Zamek & Smok"]
