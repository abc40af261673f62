"""Editions of the tenant: all documented cmdlets, bound as a real PowerShell binds them, over stores of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from lync_magic.sandbox.engine import Exposed, Tenant, accounts, make_engine
from lync_magic.sandbox.engine.binder import bind
from lync_magic.sandbox.engine.compiling import Compiling
from lync_magic.sandbox.engine.describe import function_object, selected
from lync_magic.sandbox.engine.editions import EDITIONS, edition
from lync_magic.sandbox.engine.failures import CommandError
from lync_magic.sandbox.model import Call, PSObject

from .conftest import Shell
from .make_editions import made_of

MOST_BYTES = 400_000
CATALOGUE = Path(__file__).parents[4] / "shared" / "catalog" / "cmdlets.jsonl"
EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "data" / "edition_examples.json").read_text(encoding="utf-8")
)
"""Documented examples: the edition, the text, what a real PowerShell bound, and the ids of its errors."""


@pytest.fixture
def shell() -> Callable[[str], Shell]:
    return lambda name: Shell(make_engine(Tenant(), accounts[0], exposed=Exposed(edition=name)))


@pytest.mark.parametrize("name", EDITIONS)
def test_no_alias_of_a_parameter_is_another_ones_too(name: str) -> None:
    for command in edition(name).commands.values():
        words = [word.lower() for one in command.parameters for word in (one.name, *one.aliases)]
        assert [word for word, count in Counter(words).items() if count > 1] == [], command.name


def test_each_edition_has_its_cmdlets() -> None:
    every_endpoints = len(edition("online").commands) - 45
    counted = {name: len(edition(name).commands) - every_endpoints for name in EDITIONS}
    assert counted == {"online": 45, "server": 890, "teams": 621, "all": 1499}


def test_the_facts_are_small() -> None:
    file = resources.files("lync_magic.sandbox.engine") / "data" / "editions.json"
    assert len(file.read_bytes()) <= MOST_BYTES


@pytest.mark.skipif(
    not CATALOGUE.is_file(), reason="the catalogue that the facts are made of is not beside the project"
)
def test_the_facts_are_those_of_the_catalogue() -> None:
    rows = [json.loads(line) for line in CATALOGUE.read_text(encoding="utf-8").splitlines()]
    kept = (resources.files("lync_magic.sandbox.engine") / "data" / "editions.json").read_text(encoding="utf-8")
    assert made_of(rows) == kept


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["code"][:60])
def test_a_documented_example_binds_as_in_powershell(
    example: dict[str, Any], calls_of: Callable[[str], list[Call] | None]
) -> None:
    exposed, calls = edition(example["edition"]), calls_of(example["code"])
    assert calls is not None
    bound, errors = _bound(exposed, calls)
    if example["errors"]:
        assert [one.lower() for one in errors[:1]] == [_as_compiled(example["errors"][0].lower())]
    else:
        assert errors == []
        for wanted in example["bound"]:
            assert [wanted[0], sorted(wanted[1])] in bound


def _as_compiled(error_id: str) -> str:
    """The id that a compiled cmdlet gives where the recorded function had this one."""
    return error_id.replace("parameterargumenttransformationerror", "cannotconvertargumentnomessage")


def _bound(exposed: Any, calls: Sequence[Call]) -> tuple[list[list[object]], list[str]]:
    made: list[list[object]] = []
    errors, expecting = [], False
    for call in calls:
        try:
            binding = bind(exposed.find(call.name), call.words, expecting_input=expecting)
            made.append([binding.command.name, sorted(binding.values)])
        except CommandError as failure:
            errors.append(failure.record.error_id)
        expecting = not call.end_of_statement
    return made, errors


def test_what_is_made_is_listed_changed_and_removed(shell: Callable[[str], Shell]) -> None:
    server = shell("server")
    made = server("New-CsVoiceRoute -Identity R1 -NumberPattern '^.*' -Priority 2")
    assert made.objects[0]["NumberPattern"] == "^.*"
    server("Set-CsVoiceRoute -Identity R1 -Priority 5")
    assert server("Get-CsVoiceRoute -Identity R1").objects[0]["Priority"] == 5
    assert [one["Identity"] for one in server("Get-CsVoiceRoute").objects] == ["Global", "R1"]
    assert server("New-CsVoiceRoute -Identity R1").errors
    server("Remove-CsVoiceRoute -Identity R1")
    assert "R1" in server("Get-CsVoiceRoute -Identity R1").errors[0].message


def test_whatif_changes_nothing_and_says_what_it_would_do(shell: Callable[[str], Shell]) -> None:
    server = shell("server")
    said = server("New-CsVoiceRoute -Identity R1 -WhatIf")
    assert 'Performing the operation "New-CsVoiceRoute" on target "R1"' in said.host_lines[0]
    assert [one["Identity"] for one in server("Get-CsVoiceRoute").objects] == ["Global"]


def test_a_policy_of_any_kind_is_granted(shell: Callable[[str], Shell]) -> None:
    teams = shell("teams")
    teams("New-CsTeamsMeetingPolicy -Identity Quiet -AllowCloudRecording $false")
    granted = teams("Grant-CsTeamsMeetingPolicy -Identity kenmyer@litwareinc.com -PolicyName Quiet")
    assert not granted.errors
    assert granted.failure is None
    assert teams("Grant-CsTeamsMeetingPolicy -Identity nobody -PolicyName Quiet").errors


def test_values_have_the_types_of_their_parameters(shell: Callable[[str], Shell]) -> None:
    failure = shell("server")("New-CsVoiceRoute -Identity R1 -Priority abc").failure
    assert failure is not None
    assert failure.error_id == "CannotConvertArgumentNoMessage,New-CsVoiceRoute"


def test_describing_a_command_takes_its_time_once_and_its_name_takes_none() -> None:
    slept: Counter[float] = Counter()

    def sleep(seconds: float) -> None:
        slept[seconds] += 1

    compiling, one = Compiling(0.029), function_object(next(iter(edition("online").commands.values())))
    compiling.before_showing(one, sleep, ("Name", "CommandType"))
    assert not slept
    for _ in range(2):
        compiling.before_showing(one, sleep, ("Name", "Parameters"))
        compiling.before_showing(one, sleep)
    assert slept == {0.029: 1}
    compiling.before_showing(selected(PSObject(("X",), {}), ("Name",)), sleep)
    assert slept == {0.029: 1}
