"""Questions of PowerShell: on the front end's input line, or refused with the way where there is none."""

from __future__ import annotations

import pytest

from tests.kernel.conftest import Kernel

MANDATORY = (
    'function f { param([Parameter(Mandatory)][string]$Name, [Parameter(Mandatory)][int]$Count) "$Name*$Count" }; f'
)
HELPED = "function helped { param([Parameter(Mandatory, HelpMessage = 'Any one.')][string]$Word) $Word }; helped"
LIST = "function g { param([Parameter(Mandatory)][string[]]$Item) $Item -join '+' }; g"
CHOICES = """
$choices = [System.Management.Automation.Host.ChoiceDescription[]]('&A', '&B', '&C')
"$($Host.UI.PromptForChoice('Go on', 'With what?', $choices, [int[]](0, 1)))"
"""
CHOICE = "$Host.UI.PromptForChoice('Go on', 'Shall it?', @('&Yes', '&No', 'A&bort'), 1)"


@pytest.mark.parametrize(
    ("text", "answers", "printed", "masked"),
    [
        ("$who = Read-Host 'Who'; \"hello $who\"", ["Ken"], "hello Ken\n", [False]),
        ('"[$(Read-Host)]"', [""], "[]\n", [False]),
        ('"$(Read-Host A)$(Read-Host B)"', ["1", "2"], "12\n", [False, False]),
        ("(Read-Host 'PIN' -AsSecureString).Length", ["abcd"], "4\n", [True]),
        ("Read-Host 'PIN' -MaskInput", ["abcd"], "abcd\n", [True]),
        ("(Get-Credential).GetNetworkCredential().Password", ["ken", "p@ss"], "p@ss\n", [False, True]),
        ("(Get-Credential bob).UserName", ["p"], "bob\n", [True]),
        (MANDATORY, ["a", "3"], "a*3\n", [False, False]),
        (LIST, ["x", "y", ""], "x+y\n", [False, False, False]),
        (HELPED, ["!?", "x"], "x\n", [False, False]),
        (CHOICE, [""], "1\n", [False]),
        (CHOICE, ["Y"], "0\n", [False]),
        (CHOICE, ["what", "b"], "2\n", [False, False]),
        (CHOICES, ["b", "a", ""], "1 0\n", [False, False, False]),
        (CHOICES, [""], "0 1\n", [False]),
        (
            "$null = New-Item asked.txt -Force; Remove-Item asked.txt -Confirm; Test-Path asked.txt",
            ["n"],
            "True\n",
            [False],
        ),
        ("Remove-Item asked.txt -Confirm; Test-Path asked.txt", ["y"], "False\n", [False]),
    ],
)
def test_a_question_is_asked_and_answered(
    kernel: Kernel, text: str, answers: list[str], printed: str, masked: list[bool]
) -> None:
    if "Remove-Item" in text:
        kernel.run("$null = New-Item asked.txt -Force")
    cell = kernel.run(text, answers=answers)
    assert cell.stdout == printed
    assert [one["password"] for one in cell.asked] == masked


def test_a_choice_shows_what_there_is(kernel: Kernel) -> None:
    (asked,) = kernel.run(CHOICE, answers=[""]).asked
    assert asked["prompt"] == 'Go on\nShall it?\n[Y] Yes  [N] No  [B] Abort (default is "N"): '


def test_a_mandatory_parameter_says_what_it_is_for(kernel: Kernel) -> None:
    first, second = kernel.run(HELPED, answers=["!?", "x"]).asked
    assert first["prompt"].endswith("\n(Type !? for Help.)\nWord: ")
    assert second["prompt"] == "Any one.\nWord: "


def test_a_choice_says_what_each_answer_does(kernel: Kernel) -> None:
    first, second = kernel.run("'x' > told.txt; Remove-Item told.txt -Confirm", answers=["?", "y"]).asked
    assert '[L] No to All  [?] Help (default is "Y"): ' in first["prompt"]
    assert "\nN - Skip this operation and proceed with the next operation.\n" in second["prompt"]


@pytest.mark.parametrize(
    "text", ["Read-Host 'Who'", MANDATORY, CHOICE, "Get-Credential", "Set-Content x.txt 1 -Confirm"]
)
def test_where_nobody_answers_the_cell_fails_with_the_way(kernel: Kernel, text: str) -> None:
    cell = kernel.run(text, stdin=False)
    assert cell.status == "error"
    assert "nobody can" in cell.traceback.lower()
    assert len(cell.error["traceback"]) > 1
    assert kernel.run("'goes on'").stdout == "goes on\n"


@pytest.mark.parametrize("line", ["%lync connect kenmyer@litwareinc.com", "#!connect lync kenmyer@litwareinc.com"])
def test_a_front_end_without_forms_is_asked_for_the_password_on_its_input_line(kernel: Kernel, line: str) -> None:
    cell = kernel.run(line, answers=["p@ssw0rd!"])
    try:
        assert cell.status == "ok"
        (asked,) = cell.asked
        assert "kenmyer@litwareinc.com" in asked["prompt"]
        assert asked["password"]
        assert kernel.run("(Get-CsTenant).DisplayName").stdout == "Litware, Inc.\n"
    finally:
        kernel.run("%lync remove")
