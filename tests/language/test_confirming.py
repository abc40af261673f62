"""-Confirm and `$ConfirmPreference`: nothing is changed before the person said so, in PowerShell's own words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lync_magic.errors import PromptRefused
from lync_magic.language import Interpreter, parse
from lync_magic.psrp import Choice
from tests.language.judge.world import TenantRuntime

YES, YES_TO_ALL, NO, NO_TO_ALL = range(4)


class Person(TenantRuntime):
    """Somebody who gives one answer after the other."""

    def __init__(self, *answers: int) -> None:
        super().__init__({})
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        assert [one.label for one in choices] == ["&Yes", "Yes to &All", "&No", "No to A&ll"]
        assert default == YES
        self.asked.append((caption, message))
        return self.answers.pop(0)


def told(text: str, *answers: int) -> tuple[list[object], list[tuple[str, str]]]:
    person = Person(*answers)
    Interpreter(person).run(parse(text))
    assert person.answers == []
    return [item for items in person.shown for item in items], person.asked


def sure(doing: str) -> tuple[str, str]:
    return "Confirm", f"Are you sure you want to perform this action?\n{doing}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_removed_where_the_person_says_yes_and_kept_where_they_say_no(folder: Path) -> None:
    text = "'x' | Set-Content a.txt; 'x' | Set-Content b.txt; Remove-Item a.txt, b.txt -Confirm; (Get-ChildItem).Name"
    shown, asked = told(text, NO, YES)
    assert shown == ["a.txt"]
    assert asked == [
        sure(f'Performing the operation "Remove File" on target "{folder / name}".') for name in ("a.txt", "b.txt")
    ]


@pytest.mark.parametrize(("answer", "left"), [(YES_TO_ALL, []), (NO_TO_ALL, ["a.txt", "b.txt"])])
def test_an_answer_for_all_holds_for_the_rest_of_one_call(answer: int, left: list[str]) -> None:
    text = "'x' | Set-Content a.txt; 'x' | Set-Content b.txt; Remove-Item *.txt -Confirm; (Get-ChildItem).Name"
    shown, asked = told(text, answer)
    assert shown == (left or [None])
    assert len(asked) == 1


@pytest.mark.parametrize(
    "change",
    [
        "New-Item new.txt -Confirm",
        "'x' | Set-Content new.txt -Confirm",
        "'x' | Add-Content new.txt -Confirm",
        "'x' | Out-File new.txt -Confirm",
        "1 | Export-Csv new.txt -Confirm",
        "1 | Export-Clixml new.txt -Confirm",
        "Copy-Item old.txt new.txt -Confirm",
        "Rename-Item old.txt new.txt -Confirm",
        "Move-Item old.txt new.txt -Confirm",
        "mkdir new.txt -Confirm",
        "Clear-Content old.txt -Confirm",
        "Set-Variable n 5 -Confirm",
        "New-Variable n 5 -Confirm",
        "Clear-Variable kept -Confirm",
        "Remove-Variable kept -Confirm",
        "Set-Alias n Get-Item -Confirm",
    ],
)
def test_no_leaves_everything_as_it_was(folder: Path, change: str) -> None:
    (folder / "old.txt").write_text("old")
    shown, asked = told(f"$kept = 'k'; {change}; $kept; $null -eq $n; $null -eq (Get-Alias n -ea Ignore)", NO)
    assert shown == ["k", True, True]
    assert len(asked) == 1
    assert [(one.name, one.read_text()) for one in folder.iterdir()] == [("old.txt", "old")]


def test_a_preference_asks_for_what_changes_as_much_and_a_call_may_say_that_it_need_not() -> None:
    text = "$ConfirmPreference = 'Medium'; 'x' | Set-Content a.txt; 'x' | Set-Content b.txt -Confirm:$false"
    shown, asked = told(f"{text}; (Get-ChildItem).Name", NO)
    assert shown == ["b.txt"]
    assert len(asked) == 1
    assert told("$ConfirmPreference = 'None'; 'x' | Set-Content c.txt") == ([], [])


FUNCTION = """
function Set-It {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact='IMPACT')] param($Name)
    if ($PSCmdlet.ShouldProcess($Name, 'Grant')) { "did $Name"; 'x' | Set-Content "$Name.txt" }
}
"""


def test_a_function_of_ones_own_asks_by_its_impact() -> None:
    shown, asked = told(FUNCTION.replace("IMPACT", "High") + "Set-It a; Set-It b -Confirm:$false", NO)
    assert shown == ["did b"]
    assert asked == [sure('Performing the operation "Grant" on target "a".')]


def test_confirm_on_a_function_holds_for_what_it_calls(folder: Path) -> None:
    shown, asked = told(FUNCTION.replace("IMPACT", "Low") + "Set-It a -Confirm", YES, NO)
    assert shown == ["did a"]
    assert asked == [
        sure('Performing the operation "Grant" on target "a".'),
        sure(f'Performing the operation "Set Content" on target "Path: {folder / "a.txt"}".'),
    ]
    assert list(folder.iterdir()) == []


def test_where_nobody_can_be_asked_nothing_is_changed(folder: Path) -> None:
    (folder / "a.txt").write_text("x")
    with pytest.raises(PromptRefused):
        Interpreter(TenantRuntime({})).run(parse("Remove-Item a.txt -Confirm"))
    assert (folder / "a.txt").exists()
