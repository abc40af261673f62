"""The ways that scripts open sessions over SSH, in cells of both engines, to a real sshd."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from lync_magic.errors import LyncError
from lync_magic.sessions import registry

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
Cell = Callable[[str], str]


@pytest.fixture(scope="module")
def notebook(sshd: Any) -> Iterator[InteractiveShell]:
    """An IPython with the extension; `$o` and `$other` are ssh's options, with a known and an unknown host key."""
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "lync_magic")

    def options(words: list[str]) -> dict[str, str]:
        return {name: value for name, _, value in (word.partition("=") for word in words)}

    shell.user_ns |= {
        "o": options([*sshd.options(), "BatchMode=yes"]),
        "other": options([*sshd.options("known_otherwise"), "BatchMode=yes"]),
        "port": sshd.port,
        "key": sshd.key(),
    }
    yield shell
    shell.run_line_magic("unload_ext", "lync_magic")
    InteractiveShell.clear_instance()


@pytest.fixture(autouse=True)
def no_sessions() -> None:
    """None is left of other tests in this process."""
    for session in list(registry):
        session.close()


@pytest.fixture(params=["embedded", "powershell"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "powershell" and not (os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")):
        pytest.skip("there is no PowerShell here (LYNC_MAGIC_PWSH, or pwsh on PATH)")
    return str(request.param)


@pytest.fixture
def cell(notebook: InteractiveShell, engine: str, sshd: Any) -> Iterator[Cell]:
    """Run a cell: all that a person sees of it."""

    def run(text: str) -> str:
        with capture_output() as captured:
            result = notebook.run_cell(f"%%lync --engine {engine}\n{text}")
        shown = "".join(str(one.data.get("text/plain", "")) for one in captured.outputs)
        error = result.error_in_exec
        told = f"{error or ''} {error.advice if isinstance(error, LyncError) else ''}"
        return COLOURS.sub("", f"{captured.stdout}{captured.stderr}{shown}{told}")

    yield run
    for session in list(registry):
        session.close()
    assert sshd.is_idle_soon()


def test_a_session_by_host_name_is_shown_imported_and_removed(cell: Cell) -> None:
    said = cell(
        "$s = New-PSSession -HostName 127.0.0.1 -UserName root -Port $port -KeyFilePath $key -Options $o "
        "-Subsystem powershell -ConnectingTimeout 20000 -SSHTransport -Name web\n"
        '"$($s.Name) $($s.ComputerName) $($s.State) $($s.ConfigurationName)"\n'
        "$null = Import-PSSession $s -CommandName Get-CsTenant\n"
        "(Get-CsTenant).DisplayName\n"
        "Remove-PSSession $s\n"
        "@(Get-PSSession).Count"
    )
    assert said.split("\n")[:3] == ["web 127.0.0.1 Opened DefaultShell", "Litware, Inc.", "0"]


@pytest.mark.parametrize(
    "way",
    [
        'New-PSSession -HostName "root@127.0.0.1:$port" -Options $o',
        "New-PSSession 127.0.0.1 -UserName root -Port $port -Options $o -IdentityFilePath $key",
        "New-PSSession -SSHConnection @{ HostName = '127.0.0.1'; UserName = 'root'; Port = $port; Options = $o }",
        'New-PSSession -SSHConnection @{ ComputerName = "127.0.0.1:$port"; IdentityFilePath = $key; Options = $o }',
    ],
)
def test_every_way_to_say_a_host_is_taken(cell: Cell, way: str) -> None:
    assert cell(f'$s = {way}\n"$($s.ComputerName) $($s.State)"').strip() == "127.0.0.1 Opened"


def test_one_host_that_is_refused_does_not_keep_the_others(cell: Cell) -> None:
    said = cell(
        '$s = New-PSSession -HostName "127.0.0.1:9", "127.0.0.1:$port" -Options $o -ErrorAction Continue\n'
        '"$(@($s).Count) opened"'
    )
    assert "1 opened" in said
    assert "Connection refused" in said


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("-HostName 127.0.0.1 -Port $port -Options $other", "REMOTE HOST IDENTIFICATION HAS CHANGED"),
        ("-HostName 127.0.0.1 -Port 9 -Options $o", "Connection refused"),
        ("-HostName 127.0.0.1 -Port $port -Options $o -Subsystem nothing", "sshd_config"),
        ("-HostName 127.0.0.1 -Port $port -KeyFilePath /nowhere", "There is no key file /nowhere"),
        ("-HostName '-oProxyCommand=x'", "is no host for ssh"),
        ("-SSHConnection @{ HostName = 'x'; Colour = 'red' }", "does not know Colour"),
        ("-HostName x -ComputerName y", "Parameter set cannot be resolved"),
    ],
)
def test_what_does_not_work_says_why(cell: Cell, way: str, told: str) -> None:
    assert told in " ".join(cell(f"New-PSSession {way}").split())


def test_a_command_is_run_on_a_host_that_is_connected_for_it_alone(cell: Cell, engine: str) -> None:
    if engine == "embedded":
        pytest.skip("there Invoke-Command takes a session")
    said = cell('Invoke-Command -HostName "127.0.0.1:$port" -Options $o { Get-CsTenant } | ForEach-Object DisplayName')
    assert said.strip() == "Litware, Inc."
