"""What an editor asks: completion, help, whether a text is whole; all by PowerShell itself."""

from __future__ import annotations

import pytest

from lync_magic.powershell import Whole, complete, help_on, whole
from lync_magic.sessions import Session
from tests.powershell.conftest import Notebook


@pytest.fixture
def ready(notebook: Notebook) -> Notebook:
    notebook.run("1")
    return notebook


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Get-Date", Whole.COMPLETE),
        ("if ($true) {", Whole.INCOMPLETE),
        ("'open", Whole.INCOMPLETE),
        ("1 + }", Whole.INVALID),
        ("}", Whole.INVALID),
        ("", Whole.COMPLETE),
    ],
)
def test_the_parser_says_whether_a_text_is_whole(ready: Notebook, text: str, said: Whole) -> None:
    assert whole(ready.cells, text) is said


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Get-ChildIt", "Get-ChildItem"),
        ("Get-ChildItem -Recu", "-Recurse"),
        ("[System.Math]::Ab", "Abs("),
        ("(Get-Date).DayOfW", "DayOfWeek"),
    ],
)
def test_completion_is_powershells(ready: Notebook, text: str, offered: str) -> None:
    found = complete(ready.cells, text, len(text))
    assert found is not None
    assert offered in [one.text for one in found.matches]
    assert text[found.start : found.start + found.length] in text


def test_parameters_of_imported_commands_complete_before_they_were_ever_called(
    tenant: Session, ready: Notebook
) -> None:
    text = "Get-CsAudioConferencingProvider -Ident"
    found = complete(ready.cells, text, len(text))
    assert found is not None
    assert [one.text for one in found.matches] == ["-Identity"]


def test_variables_of_earlier_cells_complete_with_their_members(ready: Notebook) -> None:
    ready.run("$when = Get-Date")
    found = complete(ready.cells, "$when.DayOfY", 12)
    assert found is not None
    assert [one.text for one in found.matches] == ["DayOfYear"]


def test_help_is_text(ready: Notebook) -> None:
    assert "Get-ChildItem [[-Path] <string[]>]" in (help_on(ready.cells, "Get-ChildItem") or "")
    assert help_on(ready.cells, "Get-NoSuchThing") is None


def test_an_engine_that_was_not_started_answers_nothing(own_notebook: Notebook) -> None:
    assert complete(own_notebook.cells, "Get-Chi", 7) is None
    assert whole(own_notebook.cells, "1") is Whole.UNKNOWN
    assert own_notebook.engine.pid == 0
