"""A real PowerShell: what its values come as, and what it makes of ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from lync_magic.clixml import (
    Credential,
    Null,
    PSObject,
    SecureString,
    Undecoded,
    decode,
    decode_or_undecoded,
)
from lync_magic.psrp import Argument, Command, Pipeline, RunspacePool


def answers(pool: RunspacePool, text: str, values: Iterable[object] | None = None) -> list[Any]:
    """What a script gives, decoded; its input are `values`."""
    batches = pool.run(Pipeline.script(text), input=values, timeout=60)
    return [decode_or_undecoded(raw, decrypt=pool.decrypt) for batch in batches for raw in batch]


def undecoded(value: Any) -> list[str]:
    """Why parts of a value could not be decoded."""
    reasons: list[str] = []
    todo, met = [value], set()
    while todo:
        one = todo.pop()
        if id(one) in met:
            continue
        met.add(id(one))
        if isinstance(one, Undecoded):
            reasons.append(one.reason)
        elif isinstance(one, PSObject):
            todo += [*one.properties.values(), one.base]
        elif isinstance(one, list | dict):
            todo += one.values() if isinstance(one, dict) else one
    return reasons


def test_a_null_among_the_output_is_none(powershell: RunspacePool) -> None:
    assert answers(powershell, "1; $null; 2") == [1, None, 2]


def test_a_function_that_returns_null_gives_none(powershell: RunspacePool) -> None:
    assert answers(powershell, "function nothing { return $null }; nothing; nothing") == [None, None]


@pytest.mark.parametrize("null", [None, Null], ids=repr)
def test_a_null_among_the_input_is_null_there(powershell: RunspacePool, null: object) -> None:
    seen = answers(powershell, "$input | ForEach-Object { if ($null -eq $_) { 'null' } else { $_ } }", [1, null, "x"])
    assert seen == [1, "null", "x"]


def test_nulls_may_come_one_by_one_from_a_generator(powershell: RunspacePool) -> None:
    nulls: Iterable[object] = (None for _ in range(3))
    assert answers(powershell, "@($input).Count", nulls) == [3]


def test_a_list_with_nulls_keeps_them(powershell: RunspacePool) -> None:
    pipeline = Pipeline((Command("Write-Output", (Argument("InputObject", [None, 1, None]),)),))
    batches = powershell.run(pipeline)
    assert [decode(raw) for batch in batches for raw in batch] == [None, 1, None]


@pytest.mark.parametrize("null", ["[NullString]::Value", "[DBNull]::Value"])
def test_nulls_of_other_kinds_are_none(powershell: RunspacePool, null: str) -> None:
    assert answers(powershell, f"{null}; [pscustomobject]@{{ v = {null} }}; 1")[0::2] == [None, 1]
    assert answers(powershell, f"[pscustomobject]@{{ v = {null} }}")[0]["v"] is None


@pytest.mark.parametrize(
    "text",
    [
        "Get-Help *process*",
        "Get-Help Get-Process -Full",
        "function f { param([string]$Name) }; Get-Help f",
        "Get-Process | Select-Object -First 3 | Format-Table",
        "Get-Process -Id $PID | Format-List *",
        "Get-Date | Format-Wide",
        "1 | Format-Custom",
        "Get-FormatData",
        "Get-Command Get-Process",
        "Write-Error x 2>&1",
        "$PSVersionTable, $Host, (Get-Culture), [type], (Get-TimeZone)",
    ],
)
def test_objects_of_every_sort_are_decoded_whole(powershell: RunspacePool, text: str) -> None:
    values = answers(powershell, text)
    assert values
    assert undecoded(values) == []


def test_a_help_topic_is_the_object_inside_it_under_the_outer_type(powershell: RunspacePool) -> None:
    topic = answers(powershell, "Get-Help *process* | Where-Object Name -eq Get-Process")[0]
    assert topic.type_names == ("HelpInfoShort",)
    assert topic["details"]["noun"] == "Process"


def test_a_secret_that_comes_before_there_is_a_key_can_be_revealed(powershell: RunspacePool) -> None:
    assert not powershell._own.has_key.is_set()
    text = "'ken'; ConvertTo-SecureString geheim -AsPlainText -Force; Start-Sleep -Milliseconds 300; 1"
    name, secret, number = answers(powershell, text)
    assert (name, number) == ("ken", 1)
    assert secret.reveal() == "geheim"


def test_a_secret_arrives_as_one_and_comes_back_as_one(powershell: RunspacePool) -> None:
    text = "param($secret) $secret.GetType().FullName; [Net.NetworkCredential]::new('', $secret).Password; $secret"
    arguments = (Argument("secret", SecureString("geheim \U0001f600")),)
    batches = powershell.run(Pipeline((Command(text, arguments, is_script=True),)))
    kind, clear, again = [decode(raw, decrypt=powershell.decrypt) for batch in batches for raw in batch]
    assert (kind, clear) == ("System.Security.SecureString", "geheim \U0001f600")
    assert again.reveal() == "geheim \U0001f600"


def test_a_credential_arrives_and_comes_back(powershell: RunspacePool) -> None:
    text = "param($who) $who.UserName; $who.GetNetworkCredential().Password; $who"
    arguments = (Argument("who", Credential("ken", "p@ssw0rd!")),)
    batches = powershell.run(Pipeline((Command(text, arguments, is_script=True),)))
    name, clear, again = [decode(raw, decrypt=powershell.decrypt) for batch in batches for raw in batch]
    assert (name, clear, again.user_name, again.password.reveal()) == ("ken", "p@ssw0rd!", "ken", "p@ssw0rd!")


def test_a_credential_of_the_servers_goes_back_to_it(powershell: RunspacePool) -> None:
    made = "[pscredential]::new('ken', (ConvertTo-SecureString geheim -AsPlainText -Force))"
    (who,) = answers(powershell, made)
    text = "param($who) $who.GetNetworkCredential().Password"
    batches = powershell.run(Pipeline((Command(text, (Argument("who", who),), is_script=True),)))
    assert [decode(raw) for batch in batches for raw in batch] == ["geheim"]


def test_the_protocol_stays_the_one_whose_secrets_are_encrypted(powershell: RunspacePool) -> None:
    assert powershell.protocol_version == "2.3"


def test_numbers_that_the_servers_own_jobs_took_are_no_error(powershell: RunspacePool) -> None:
    """Its process counts what it says to them with what it says to us."""
    assert answers(powershell, "1") == [1]
    before = powershell.arrivals.missing()
    job = answers(powershell, "Start-Job { 41 + 1 } | Wait-Job | Receive-Job")
    assert [getattr(value, "base", value) for value in job] == [42]
    assert powershell.arrivals.missing() > before
    assert answers(powershell, "2") == [2]
