"""Cells on a real session: the server's commands inside a running pipeline of the server's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from lync_magic.importing import import_session, modules
from lync_magic.language import Interpreter, parse
from lync_magic.language.values.failures import ScriptError
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.runtime import NotebookRuntime
from lync_magic.records import Records
from lync_magic.sessions import Session, connect
from lync_magic.sessions.target import Target


def new_shell() -> InteractiveShell:
    """A shell that keeps no history: a database of it would be open until this process ends."""
    config = Config()
    config.HistoryManager.enabled = False
    return InteractiveShell(config=config)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    target = Target(process=(sys.executable, "-m", "lync_magic.sandbox", "--stdio"))
    with connect(target, None, timeout=60) as opened:
        module = import_session(opened, namespace=Notebook(new_shell()).namespace)
        yield opened
        modules.discard(module)


@pytest.fixture
def given(session: Session) -> Callable[[str], list[Any]]:
    """What a cell gives on the session."""

    def run(code: str) -> list[Any]:
        notebook = Notebook(new_shell())
        notebook.use(session)
        world = NotebookRuntime(notebook, collect=True)
        Interpreter(world).run(parse(code))
        made = world.collected()
        return list(made) if isinstance(made, list | Records) else [made]

    return run


def test_a_command_for_each_object_of_a_running_command(given: Callable[[str], list[Any]], session: Session) -> None:
    names = [str(user["DisplayName"]) for user in session.run("Get-CsOnlineUser")[:5]]
    code = "Get-CsOnlineUser -ResultSize 5 | ForEach-Object { (Get-CsOnlineUser -Identity $_.Identity).DisplayName }"
    assert given(code) == names


def test_a_block_between_two_commands_of_the_server(given: Callable[[str], list[Any]]) -> None:
    code = "Get-CsOnlineUser -ResultSize 4 | Where-Object { (Get-CsTenant).DisplayName }"
    assert given(f"{code} | Grant-CsVoicePolicy -PolicyName $null -PassThru | % {{ 1 }}") == [1, 1, 1, 1]


def test_a_first_stops_the_command_before_another_one_runs(given: Callable[[str], list[Any]], session: Session) -> None:
    tenant = session.run("Get-CsTenant")[0]["DisplayName"]
    assert given("Get-CsOnlineUser | Select-Object -First 1 | % { (Get-CsTenant).DisplayName }") == [tenant]
    assert session.availability == "Available"


@pytest.mark.parametrize("body", ["Get-CsOnlineUser", "Get-CsOnlineUser | Where-Object { $true }"])
def test_a_first_stops_the_server_before_its_last_object_goes_on(given: Callable[[str], list[Any]], body: str) -> None:
    first = "f | Select-Object -First 1 | % { @(Get-PSSession | Where-Object Availability -eq Busy).Count }"
    assert given(f"function f {{ {body} }}; {first}") == [0]
    assert given(f"function f {{ try {{ {body} }} finally {{ }} }}; {first}") == [1]  # it ends behind the object


def test_a_break_leaves_the_session_free(given: Callable[[str], list[Any]], session: Session) -> None:
    assert len(given("foreach ($u in Get-CsOnlineUser) { (Get-CsTenant).DisplayName; break }")) == 1
    assert session.availability == "Available"


def test_a_session_cmdlet_is_this_machines_where_a_server_has_one_of_its_name_too(
    given: Callable[[str], list[Any]], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = modules.find
    has_one = {"Get-PSSession": "Get-CsTenant"}
    monkeypatch.setattr(modules, "find", lambda name, *near: find(has_one.get(name, name), *near))
    names = given("Get-PSSession | ForEach-Object Name")  # other tests of this process may hold sessions, too
    assert session.name in names
    assert all(name.startswith("Session") for name in names)


def test_what_the_server_says_into_the_output_are_error_records(given: Callable[[str], list[Any]]) -> None:
    code = """
    $said = Get-CsOnlineUser nobody 2>&1
    $said -is [System.Management.Automation.ErrorRecord]
    "$said"
    $said.CategoryInfo.ToString()
    try { Get-CsOnlineUser nobody -ErrorAction Stop }
    catch [System.Management.Automation.RemoteException] { $_.TargetObject }
    """
    assert given(code) == [
        True,
        'Management object not found for identity "nobody".',
        "ObjectNotFound: (nobody:String) [Get-CsOnlineUser], ManagementException",
        "nobody",
    ]


def test_a_command_that_is_not_there_is_that_to_a_catch(given: Callable[[str], list[Any]]) -> None:
    kind = "System.Management.Automation.CommandNotFoundException"
    code = f"try {{ Get-Nothing }} catch [{kind}] {{ $_.CategoryInfo.ToString() }}"
    assert given(code) == ["ObjectNotFound: (Get-Nothing:String) [], CommandNotFoundException"]


def test_lists_and_enumerations_of_a_server_go_into_clixml_as_what_they_were_there(
    given: Callable[[str], list[Any]],
) -> None:
    users = "".join(given("Get-CsOnlineUser -ResultSize 3 | ConvertTo-CliXml"))
    assert "<T>Deserialized.System.Enum</T>" in users
    assert "<T>System.Enum</T>" not in users
    assert "<T>System.Object[]</T>" not in users
    policies = "".join(given("Get-CsVoicePolicy | ConvertTo-CliXml"))
    names = re.findall("<T>(.*?)</T>", policies)
    assert "Deserialized.System.Collections.ArrayList" not in names
    assert all(name.startswith("Deserialized.") for name in names)
    assert any(name.endswith(("[]", "]]")) or "List" in name for name in names)


def test_an_error_of_the_server_is_a_record_of_its_own_class_without_a_place(given: Callable[[str], list[Any]]) -> None:
    code = "$e = Get-CsOnlineUser -Identity nobody@nowhere 2>&1; $e.GetType().Name; $null -eq $e.InvocationInfo"
    assert given(code) == ["RemotingErrorRecord", True]
    stopped = "try { Get-CsOnlineUser -Identity nobody@nowhere -ErrorAction Stop }"
    assert given(f"{stopped} catch {{ $_.GetType().Name; $Error[0].GetType().Name }}") == [
        "ErrorRecord",
        "RemotingErrorRecord",
    ]


def test_a_session_is_powershells_to_a_cell(given: Callable[[str], list[Any]], session: Session) -> None:
    code = f"$s = Get-PSSession -Id {session.id}"
    assert given(f'{code}; $s.GetType().Name; "$s"') == ["PSSession", f"[PSSession]{session.name}"]
    assert given(f"{code}; $s | Format-Table Id, State | Out-String -Stream | Where-Object {{ $_ -like '*Opened' }}")
    assert given(f"{code}; Invoke-Command $s {{ Get-CsOnlineUser -ResultSize 2 }} | ForEach-Object {{ 1 }}") == [1, 1]


def test_a_session_that_is_not_there_is_an_error_as_any(given: Callable[[str], list[Any]]) -> None:
    code = "Remove-PSSession -Name none -ErrorAction SilentlyContinue; $Error[0].Exception.GetType().Name; 'next'"
    assert given(code) == ["ArgumentException", "next"]


BLOCKS = {
    "{ param($w) Get-CsOnlineUser -Identity \"ken$w\" } 'myer@litwareinc.com'": "1",
    "{ param($w) Get-CsOnlineUser -Identity $w.ToLower() } $who, 2": "1",
    "{ Get-CsOnlineUser -Identity $args[0] } $who": "1",
    "{ Get-CsOnlineUser -ResultSize (1 + 1) } $who": "2",
    "{ param([int]$n) Get-CsOnlineUser -ResultSize $n } '2'": "2",
    "{ param($w = 'kenmyer@litwareinc.com') Get-CsOnlineUser -Identity $w } @()": "1",
    "{ [CmdletBinding()] param($n) Get-CsOnlineUser -ResultSize $n } 2, 3": "2",
    "{ param($c) & $c -ResultSize 2 } 'Get-CsOnlineUser'": "2",
    "{ Get-CsOnlineUser @args } $who": "1",
    "{ Get-CsOnlineUser -Identity ($using:who) } $who": "1",
    "{ Get-CsTenant; Get-CsTenant } $who": "2",
    "{ end { Get-CsTenant } } $who": "1",
    "{ Get-CsOnlineUser -ResultSize 2 2>&1 } $who": "2",
    "{ Get-CsOnlineUser -Identity $who } $who": "ScriptsNotAllowed",
    "{ Get-CsOnlineUser -ResultSize 2 2>$null }": "ScriptsNotAllowed",
    "{ param($n) Get-CsOnlineUser -ResultSize $n > x } 1": "ScriptsNotAllowed",
    "{ Get-CsOnlineUser -Identity $env:HOME } $who": "ScriptsNotAllowed",
    "{ Get-CsOnlineUser -Identity (Get-CsTenant).Name } $who": "ScriptsNotAllowed",
    "{ (Get-CsTenant).DisplayName } $who": "ScriptsNotAllowed",
    "{ Get-CsTenant | ForEach-Object { $_ } } $who": "ScriptsNotAllowed",
    "{ process { Get-CsTenant } } $who": "ScriptsNotAllowed",
    "{ Get-CsTenant && Get-CsTenant } $who": "ScriptsNotAllowed",
    "{ } $who": "ScriptsNotAllowed",
    "{ Get-Date } $who": "CommandNotFoundException",
}
"""What a block comes to in a session to the sandbox, asked of PowerShell: how many objects, or an error."""


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_for_a_session_is_the_words_that_powershell_makes_of_it(
    given: Callable[[str], list[Any]], session: Session, block: str
) -> None:
    code = f"""
    $s = Get-PSSession -Id {session.id}; $who = 'kenmyer@litwareinc.com'
    function Test($block, $given) {{
        try {{ "$(@(Invoke-Command -Session $s $block -ArgumentList $given -ErrorAction Stop).Count)" }}
        catch {{ $_.FullyQualifiedErrorId }}
    }}
    Test {block}
    """
    assert given(code) == [BLOCKS[block]]


def test_what_a_server_says_of_a_block_ends_no_cell(given: Callable[[str], list[Any]], session: Session) -> None:
    code = f"$s = Get-PSSession -Id {session.id}; $x = Invoke-Command -Session $s {{ $y = 1; $y }}; $?; $null -eq $x"
    assert given(f"{code} 2>$null") == [False, True]


@pytest.mark.parametrize(
    "code",
    [
        "(Get-CsTenant).PSComputerName",
        "Get-CsTenant | Select-Object DisplayName, PSComputerName",
        "Get-CsTenant | Sort-Object RunspaceId",
        "Get-CsTenant | ForEach-Object PSComputerName",
        "Invoke-Command -Session (Get-PSSession) { Get-CsTenant } | Group-Object PSComputerName",
    ],
)
def test_where_an_object_came_from_is_not_known_here(given: Callable[[str], list[Any]], code: str) -> None:
    with pytest.raises(ScriptError, match="the computer and the session"):
        given(code)
