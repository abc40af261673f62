"""`$Host.UI`: a script's own question goes to the person, and what it writes to the screen comes out in its place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lync_magic.errors import PromptRefused
from lync_magic.language import Interpreter, parse
from lync_magic.psrp import Choice, DebugRecord, Event, ScreenLine, VerboseRecord, WarningRecord
from tests.language.judge.world import TenantRuntime

ASKS = """
$yes = New-Object System.Management.Automation.Host.ChoiceDescription '&Yes', 'Goes on.'
$no = [System.Management.Automation.Host.ChoiceDescription]::new('&No')
$choices = [System.Management.Automation.Host.ChoiceDescription[]]($yes, $no)
$Host.UI.PromptForChoice('Grant', 'Go on?', $choices, 1)
(Get-Host).UI.PromptForChoice('', 'Again?', ('&Yes', '&No'), -1)
$many = New-Object Collections.ObjectModel.Collection[Management.Automation.Host.ChoiceDescription]
$many.Add($yes)
$Host.UI.PromptForChoice('One', '', $many, 0)
"""


class Person(TenantRuntime):
    """A person who takes the first answer."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked: list[object] = []

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        self.asked.append((caption, message, list(choices), default))
        return 0


def told(text: str) -> list[Event]:
    runtime = TenantRuntime({})
    Interpreter(runtime).run(parse(text))
    return runtime.events


def test_a_person_chooses_from_what_a_script_offers() -> None:
    person = Person()
    Interpreter(person).run(parse(ASKS))
    yes, no = Choice("&Yes", "Goes on."), Choice("&No")
    assert person.asked == [
        ("Grant", "Go on?", [yes, no], 1),
        ("", "Again?", [Choice("&Yes"), no], -1),
        ("One", "", [yes], 0),
    ]
    assert [item for items in person.shown for item in items] == [0, 0, 0]


def test_a_question_is_refused_where_nobody_can_be_asked() -> None:
    with pytest.raises(PromptRefused):
        Interpreter(TenantRuntime({})).run(parse(ASKS))


def test_lines_of_the_host_come_out_as_what_they_are() -> None:
    text = """
    $Host.UI.WriteLine('a'); $Host.UI.Write('Red', 'Black', 'b'); $Host.UI.WriteErrorLine('c')
    $Host.UI.WriteWarningLine('d'); $Host.UI.WriteVerboseLine('e'); $Host.UI.WriteDebugLine('f')
    """
    assert told(text) == [
        ScreenLine("a"), ScreenLine("b", newline=False, foreground=12, background=0), ScreenLine("c", error=True),
        WarningRecord("d"), VerboseRecord("e"), DebugRecord("f"),
    ]  # fmt: skip


def test_the_title_and_colours_of_the_screen_are_kept_and_change_nothing() -> None:
    runtime = TenantRuntime({})
    text = "$Host.UI.RawUI.WindowTitle = 'Report'; $Host.UI.RawUI.ForegroundColor = 'Green'"
    Interpreter(runtime).run(parse(f'{text}; "$($Host.UI.RawUI.WindowTitle) $($Host.UI.RawUI.ForegroundColor)"'))
    assert runtime.shown == [["Report Green"]]
