"""What is refused before anything is sent is what a real PowerShell refuses, in its words; and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lync_magic.errors import ParameterError, PromptRefused, RemoteError
from lync_magic.importing import import_session
from lync_magic.psrp import Pipeline
from lync_magic.sessions import Session

from .conftest import command

TYPED = """
function global:Test-Typed { [CmdletBinding()] param([int]$I, [byte]$B, [sbyte]$SB, [int16]$Sh, [uint16]$US, [uint32]$U,
    [long]$L, [uint64]$UL, [bool]$F, [guid]$G, [switch]$S, [DayOfWeek]$Day,
    [ValidateSet('Red', 'Green')][string]$Colour,
    [int[]]$Is, [double]$D, [Alias('Other')][string]$Text, [nullable[int]]$N) 1 }
function global:Test-Sets { [CmdletBinding(DefaultParameterSetName = 'A')] param(
    [Parameter(Mandatory, Position = 0, ParameterSetName = 'A')][string]$Name,
    [Parameter(Mandatory, ParameterSetName = 'B')][int]$Id,
    [Parameter(Mandatory, ParameterSetName = 'B')][int]$Number, [string]$NameToo) 1 }
function global:Test-NoDefault { [CmdletBinding()] param([Parameter(Mandatory, ParameterSetName = 'A')][string]$Name,
    [Parameter(Mandatory, ParameterSetName = 'B')][int]$Id) 1 }
function global:Test-Loose { param($A) "$A $args" }
"""

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("Test-Typed", {"I": "abc"}),
    *(("Test-Typed", {name: 2**70}) for name in ("I", "B", "SB", "Sh", "US", "U", "L", "UL")),
    *(("Test-Typed", {name: -1}) for name in ("B", "US", "U", "UL")),
    ("Test-Typed", {"F": "true"}),
    ("Test-Typed", {"S": "yes"}),
    ("Test-Typed", {"G": "x"}),
    ("Test-Typed", {"G": "a-b"}),
    ("Test-Typed", {"Day": "Fooday"}),
    ("Test-Typed", {"Colour": "Blue"}),
    ("Test-Typed", {"Is": [1, "x"]}),
    ("Test-Typed", {"N": "x"}),
    ("Test-Typed", {"Nope": 1}),
    ("Test-Typed", {"i": 1, "I": 2}),
    ("Test-Typed", {"Text": "a", "Other": "b"}),
    ("Test-Sets", {"Id": 1, "Name": "x"}),
    ("Test-Sets", {"N": "x"}),
    ("Test-NoDefault", {}),
    ("Get-Process", {"Id": 1, "Name": "x"}),
    ("Get-Process", {"I": 1}),
    ("Get-Process", {"Id": "x"}),
    ("Get-Date", {"DisplayHint": "Foo"}),
    ("Get-Date", {"Format": "x", "UFormat": "%Y"}),
]
TAKEN: list[tuple[str, dict[str, Any]]] = [
    *(("Test-Typed", {"I": text}) for text in ("1,2", "1kb", "0x1F", "5l", " 7 ", "", "1e2", "1d", "1u", "1y", "1n")),
    ("Test-Typed", {"I": True}),
    ("Test-Typed", {"I": 1.5}),
    ("Test-Typed", {"Is": 5}),
    ("Test-Typed", {"Is": "5"}),
    ("Test-Typed", {"F": 2.5}),
    ("Test-Typed", {"F": 1}),
    ("Test-Typed", {"S": False}),
    ("Test-Typed", {"G": "{12345678-1234-1234-1234-123456789012}"}),
    ("Test-Typed", {"G": "12345678123412341234123456789012"}),
    ("Test-Typed", {"Day": "mon"}),
    ("Test-Typed", {"Day": 3}),
    ("Test-Typed", {"Day": ["Monday"]}),
    ("Test-Typed", {"Colour": "RED"}),
    ("Test-Typed", {"Verb": True, "ea": "Stop", "OutVar": "x"}),
    ("Test-Typed", {"Col": "red", "other": "x"}),
    ("Test-Typed", {"N": 5}),
    ("Test-Sets", {"Name": "x", "NameToo": "y"}),
    ("Test-Sets", {"Id": 1, "Number": 2}),
    ("Test-Loose", {"B": 1}),
]


@pytest.fixture(scope="module")
def commands(pwsh: Session) -> Session:
    pwsh.run(Pipeline.script(TYPED))
    import_session(pwsh, ("Test-Typed", "Test-Sets", "Test-NoDefault", "Test-Loose", "Get-Process", "Get-Date"))
    return pwsh


@pytest.mark.parametrize(("name", "given"), REFUSED, ids=str)
def test_what_is_refused_here_powershell_refuses_in_these_words(
    name: str, given: dict[str, Any], commands: Session
) -> None:
    function = getattr(commands, name.replace("-", "_"))
    assert function.details().helped
    with pytest.raises(ParameterError) as ours:
        function(**given)
    with pytest.raises(RemoteError) as theirs:
        commands.run(function.pipeline((), given))
    assert ours.value.message == theirs.value.message
    assert ours.value.error_id.partition(",")[0] == theirs.value.error_id.partition(",")[0]


@pytest.mark.parametrize(("name", "given"), TAKEN, ids=str)
def test_what_powershell_takes_is_never_refused_here(name: str, given: dict[str, Any], commands: Session) -> None:
    function = getattr(commands, name.replace("-", "_"))
    assert function.details().helped
    assert len(function(**given))


@pytest.mark.parametrize(
    ("given", "missing"), [((), "Name"), ({"Id": 1}, "Number"), ({"Number": 1}, "Id"), ({"NameToo": ""}, "Name")]
)
def test_what_powershell_would_ask_for_is_named(given: Any, missing: str, commands: Session) -> None:
    assert commands.Test_Sets.details().helped
    with pytest.raises(ParameterError, match=f"missing mandatory parameters: {missing}\\.\nGive {missing}"):
        commands.Test_Sets(**dict(given))
    with pytest.raises(PromptRefused, match=f"(?s)Supply values for the following parameters.*{missing}:"):
        commands.run(commands.Test_Sets.pipeline((), dict(given)))


def test_a_near_name_is_told(commands: Session) -> None:
    assert commands.Get_Process.details().helped
    with pytest.raises(ParameterError, match="Did you mean Name"):
        commands.Get_Process(Nme="x")
    assert commands.Test_Typed.details().helped
    with pytest.raises(ParameterError, match="Did you mean Green"):
        commands.Test_Typed(Colour="Geen")


def test_a_position_counts_for_what_must_be_given(commands: Session) -> None:
    assert commands.Test_Sets("x")[0] == 1
    with pytest.raises(ParameterError, match="missing mandatory parameters: Number"):
        commands.Test_Sets("x", Id=1)


def test_nothing_is_refused_of_which_nothing_is_known(session_with: Callable[..., Session]) -> None:
    session = session_with(command("Test-Unknown", {"Value": {}}))
    import_session(session, ("Test-Unknown",))
    assert session.Test_Unknown.known() is None
    with pytest.raises(RemoteError) as caught:
        session.Test_Unknown(Nope=1)
    assert not isinstance(caught.value, ParameterError)


def test_what_an_earlier_session_knew_is_asked_anew_before_it_refuses(
    another_pwsh: Callable[[], Session], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LYNC_MAGIC_CACHE", str(tmp_path))
    first, second = another_pwsh(), another_pwsh()
    for session, parameter in ((first, "Old"), (second, "New")):
        session.run(Pipeline.script(f"function global:Test-Changing {{ [CmdletBinding()] param(${parameter}) 1 }}"))
    import_session(first, ("Test-Changing",))
    assert first.Test_Changing.details().find("Old")
    import_session(second, ("Test-Changing",))
    assert second.Test_Changing.known().find("Old")
    assert second.Test_Changing(New=1)[0] == 1
    with pytest.raises(ParameterError):
        second.Test_Changing(Old=1)
