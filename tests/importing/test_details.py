"""What is known of a command, when it is asked for, and what is made of it."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lync_magic.importing import RemoteCommand, asking, import_session
from lync_magic.importing.cache import DetailsFile
from lync_magic.importing.details import Details
from lync_magic.psrp import Event, Pipeline, ProgressRecord
from lync_magic.sessions import Session

from .conftest import command

NAMES = ("Get-CsTenant", "Set-CsUser", "Grant-CsVoicePolicy")
HELPED = """
function global:Test-Helped {
<#
.SYNOPSIS
Does it.
.DESCRIPTION
In more words.
.PARAMETER Kind
Which kind.
.EXAMPLE
Test-Helped -Kind a
Shows a.
#>
[CmdletBinding(DefaultParameterSetName = 'B')] param(
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'A')][ValidateSet('a', 'b')][Alias('k')][string]$Kind,
    [Parameter(Mandatory, Position = 1, ValueFromPipeline, ParameterSetName = 'A')][int[]]$Number,
    [Parameter(Mandatory, ParameterSetName = 'B')][datetime]$When, [DayOfWeek]$Day, [switch]$Force) 1 }
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("LYNC_MAGIC_CACHE", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def shared(session_with: Callable[..., Session]) -> Session:
    return session_with(command("Test-Echo"))


@pytest.fixture
def session(shared: Session) -> Session:
    """A session of which nothing is known."""
    asking._OF_SESSIONS.pop(shared, None)
    return shared


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was sent from here on."""
    sent: list[str] = []
    streamed = Session.stream

    def stream(self: Session, pipeline: Pipeline | str, **how: Any) -> Any:
        sent.append(str(pipeline))
        return streamed(self, pipeline, **how)

    monkeypatch.setattr(Session, "stream", stream)
    return sent


def test_a_question_about_several_is_one_pipeline_and_none_the_second_time(session: Session, sent: list[str]) -> None:
    import_session(session)
    sent.clear()
    session.Get_CsTenant._details.want(list(NAMES), None)
    assert sent == [f"Get-Command | Select-Object; {'; '.join(['Get-Help'] * 3)}"]
    for name in NAMES:
        assert getattr(session, name.replace("-", "_")).details().helped
    assert len(sent) == 1


def test_what_one_session_learnt_the_next_one_has(session_with: Callable[..., Session], sent: list[str]) -> None:
    first, second, other = (session_with(command("Test-Echo")), session_with(command("Test-Echo")), session_with())
    import_session(first)
    learnt = first.Set_CsUser.details()
    import_session(second, ("Set-CsUser",))
    sent.clear()
    assert second.Set_CsUser.details() == learnt
    assert inspect.signature(second.Set_CsUser) == learnt.signature()
    assert sent == []
    import_session(other)
    assert other.Set_CsUser.known() is None


def test_the_cache_holds_names_types_and_help_but_no_value(session: Session, folder: Path) -> None:
    import_session(session)
    session.Test_Echo(Value="a secret of mine")
    assert session.Test_Echo.details().helped
    (file,) = folder.iterdir()
    content = file.read_text()
    assert "Test-Echo" in content
    assert "a secret of mine" not in content
    assert set(json.loads(content)) == {"format", "commands"}


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"format": 1}', b'{"format": 0, "commands": []}', b'{"format": 1, "commands": [1]}']
)
def test_a_damaged_cache_is_as_none(folder: Path, damage: bytes) -> None:
    file, known = DetailsFile("key"), Details("Get-A", ())
    file.write({"get-a": known})
    assert file.read() == {"get-a": known}
    (path,) = folder.iterdir()
    path.write_bytes(damage)
    assert file.read() == {}
    file.write({"get-a": known})
    assert file.read() == {"get-a": known}


def test_a_folder_that_cannot_be_written_is_no_error(
    session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LYNC_MAGIC_CACHE", str(tmp_path / "file" / "below"))
    import_session(session)
    assert session.Test_Echo.details().helped


def test_a_call_by_position_asks_first_and_one_by_name_does_not(session: Session, sent: list[str]) -> None:
    import_session(session)
    sent.clear()
    assert session.Get_CsClientPolicy(Identity="Global").Identity == "Global"
    assert session.Get_CsClientPolicy.known() is None
    assert session.Get_CsClientPolicy("Global").Identity == "Global"
    assert session.Get_CsClientPolicy.known().helped
    assert sent == ["Get-Command | Select-Object; Get-Help"]


def test_a_busy_session_is_not_asked(session: Session, sent: list[str]) -> None:
    import_session(session)
    stream = session.Get_CsOnlineUser.stream()
    next(stream)
    sent.clear()
    assert session.Set_CsUser.details() is None
    assert sent == []
    stream.close()
    assert session.Set_CsUser.details().helped


def test_it_is_asked_in_another_thread(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    import_session(session)
    threads: list[threading.Thread] = []
    streamed = Session.stream

    def stream(self: Session, *what: Any, **how: Any) -> Any:
        threads.append(threading.current_thread())
        return streamed(self, *what, **how)

    monkeypatch.setattr(Session, "stream", stream)
    assert "Syntax" in session.Set_CsUser.__doc__
    assert threads
    assert threading.main_thread() not in threads


def test_an_eager_import_knows_all_and_says_how_far_it_is(session: Session, sent: list[str]) -> None:
    told: list[str] = []

    def report(event: Event) -> None:
        if isinstance(event, ProgressRecord) and event.percent is not None:
            told.append(event.status)

    module = import_session(session, eager=True, report=report)
    commands = [one for one in module.commands.values() if isinstance(one, RemoteCommand)]
    assert all(one.known().helped for one in commands)
    assert told[0].endswith(f"0 of {len(commands)} commands")
    assert told[-1].endswith(f"{len(commands)} of {len(commands)} commands")
    assert len(sent) == 1 + -(-len(commands) // asking.AT_ONCE)


def test_an_endpoint_without_help_tells_parameters_all_the_same(pwsh: Session) -> None:
    pipeline = asking.asking(("Get-Process", "Get-Date"), helped=True)
    assert [one.name for one in pipeline.commands] == ["Get-Command", "Select-Object", "Get-Help", "Get-Help"]
    pwsh.run(
        Pipeline.script(
            "function global:Test-Bare { [CmdletBinding()] param($A) } ; function global:Get-Help { throw 'none' }"
        )
    )
    try:
        import_session(pwsh, ("Test-Bare",))
        details = pwsh.Test_Bare.details()
    finally:
        pwsh.run(Pipeline.script("Remove-Item function:Get-Help"))
    assert [one.name for one in details.parameters] == ["A"]
    assert not details.helped


@pytest.fixture
def helped(pwsh: Session) -> RemoteCommand:
    pwsh.run(Pipeline.script(HELPED))
    import_session(pwsh, ("Test-Helped",))
    return pwsh.Test_Helped  # type: ignore[no-any-return]


def test_the_signature_is_made_of_sets_positions_types_and_values(helped: RemoteCommand) -> None:
    made = inspect.signature(helped)
    assert str(made) == (
        "(Kind: str | None = None, Number: int | list[int] | None = None, *, "
        "When: datetime | str | None = None, "
        "Day: Literal['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] | None = None, "
        "Force: bool = False)"
    )


def test_what_must_be_given_in_every_set_has_no_default(session: Session) -> None:
    import_session(session)
    made = inspect.signature(session.Grant_CsVoicePolicy)
    assert made.parameters["PolicyName"].default is None  # a position after one that may be left out
    assert (
        inspect.signature(session.Set_CsTenantPublicProvider).parameters["Provider"].default is inspect.Parameter.empty
    )


def test_the_document_is_the_commands_own_help(helped: RemoteCommand) -> None:
    text = helped.__doc__
    assert text.startswith("Does it.\n\nIn more words.\n\nSyntax\n    Test-Helped -When <DateTime>")
    assert "    Test-Helped [-Kind] <String> [-Number] <Int32[]>" in text
    assert "    Kind: String (alias k)" in text
    assert "    Number: Int32[] (pipeline ByValue)" in text
    assert "Example\n    Test-Helped -Kind a" in text


def test_a_validation_set_is_a_literal(pwsh: Session) -> None:
    text = (
        "function global:Test-Set { [CmdletBinding()] param([Parameter(Mandatory)][ValidateSet('a', 'b')][string]$X) }"
    )
    pwsh.run(Pipeline.script(text))
    import_session(pwsh, ("Test-Set",))
    assert str(inspect.signature(pwsh.Test_Set)) == "(X: Literal['a', 'b'])"
    assert "X: String (required; one of a, b)" in pwsh.Test_Set.__doc__


def test_a_default_set_comes_first(session: Session) -> None:
    import_session(session)
    details = session.Grant_CsVoicePolicy.details()
    assert details.default_set == "Identity"
    assert [use.name for use in details.sets[0]][:2] == ["Identity", "PolicyName"]
