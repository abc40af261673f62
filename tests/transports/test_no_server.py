"""What is told of a program that is no PowerShell server, of one that says nothing, and of what ssh says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from lync_magic.errors import AccessDenied, AnswerLost, EndpointUnreachable, LyncError
from lync_magic.transports import ProcessTransport
from lync_magic.transports.ssh import ssh_host, with_keep_alive

Echo = Callable[..., ProcessTransport]
SHELL = UUID(int=1)
DEADLINE = 20.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are POSIX's")


# --- what is no PowerShell server ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (["cat"], "sends back what it is sent"),
        (["sh"], "(?i)syntax error"),
        (["sh", "-c", "echo Welcome; exec sh"], "(?s)(?=.*Welcome).*[Ss]yntax error"),
        ([sys.executable, "-i"], "SyntaxError|Python"),
    ],
)
def test_a_program_that_is_no_server_is_told_from_what_it_writes(program: list[str], told: str) -> None:
    transport = ProcessTransport(program)
    with pytest.raises(EndpointUnreachable, match=told) as caught:
        transport.open(SHELL, b"creation", timeout=600)  # the test's own time-out is sooner
    assert "pwsh -NoProfile -NoLogo -s" in caught.value.advice
    transport.close(timeout=5)


def test_a_powershell_that_was_not_started_as_a_server_is_told_from_its_prompt(pwsh: str) -> None:
    transport = ProcessTransport([pwsh, "-NoProfile"])
    with pytest.raises(EndpointUnreachable, match="no PowerShell remoting server: it wrote: PowerShell 7"):
        transport.open(SHELL, b"creation", timeout=600)
    transport.close(timeout=5)


def test_a_program_that_says_nothing_is_told_at_the_deadline(echo: Echo) -> None:
    with pytest.raises(AnswerLost, match=r"has not begun to speak as a PowerShell server within 0\.3 seconds\."):
        echo("--silent").open(SHELL, b"creation", timeout=0.3)


def test_what_a_program_wrote_is_told_at_the_deadline_too(echo: Echo) -> None:
    with pytest.raises(AnswerLost, match=r"within 2 seconds; it wrote: Welcome to this machine\."):
        echo("--silent", "--banner").open(SHELL, b"creation", timeout=2)


# --- what ssh says ------------------------------------------------------------------------------------------


@pytest.fixture
def ssh(tmp_path: Path) -> Callable[[str], ProcessTransport]:
    """A program called ssh that says this and ends as ssh does when it does not come to a session."""

    def make(said: str) -> ProcessTransport:
        program = tmp_path / "ssh"
        program.write_text(f"#!{sys.executable}\nimport sys\nsys.stderr.write({said!r})\nsys.exit(255)\n")
        program.chmod(0o700)
        return ProcessTransport([str(program), "-p", "2222", "-l", "ken", "web01.contoso.com", "-s", "powershell"])

    return make


@pytest.mark.parametrize(
    ("said", "kind", "advice"),
    [
        ("ken@web01: Permission denied (publickey,password).\n", AccessDenied, "user name"),
        ("ssh: Could not resolve hostname web01: Name or service not known\n", EndpointUnreachable, "spelling"),
        ("ssh: connect to host web01 port 22: Connection refused\n", EndpointUnreachable, "SSH server"),
        ("ssh: connect to host web01 port 22: Connection timed out\n", EndpointUnreachable, "firewall"),
        ("Host key verification failed.\n", EndpointUnreachable, "fingerprint"),
        (
            "@ REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.\n",
            EndpointUnreachable,
            "-R web01.contoso.com",
        ),
        ("subsystem request failed on channel 0\n", EndpointUnreachable, "sshd_config"),
        ("Connection closed by 10.0.0.1 port 22\n", EndpointUnreachable, "subsystem"),
    ],
)
def test_the_words_of_ssh_become_an_error_with_its_advice(
    ssh: Callable[[str], ProcessTransport], said: str, kind: type[LyncError], advice: str
) -> None:
    transport = ssh(said)
    with pytest.raises(kind, match=r"ssh to web01\.contoso\.com ended \(exit code 255\): ") as caught:
        transport.open(SHELL, b"creation", timeout=DEADLINE)
    assert advice in caught.value.advice
    transport.close(timeout=5)


@pytest.mark.parametrize(
    ("command_line", "host"),
    [
        ("ssh web01 -s powershell", "web01"),
        ("/usr/bin/ssh -vp22 -o BatchMode=yes -J jump@gate ken@web01.contoso.com -s powershell", "web01.contoso.com"),
        ("ssh -s -- ken@litwareinc.com@web01 powershell", "web01"),
        ("ssh ssh://ken@web01:2222 -s powershell", "web01"),
        ("ssh.exe -i key web01", "web01"),
        ("ssh -V", None),
        ("pwsh -s", None),
    ],
)
def test_the_host_is_read_from_the_command_line(command_line: str, host: str | None) -> None:
    assert ssh_host(command_line.split()) == host


@pytest.mark.parametrize(
    ("command_line", "started"),
    [
        ("ssh -p 22 web01 -s powershell", "ssh -p 22 {} web01 -s powershell"),
        ("ssh -s -- web01 powershell", "ssh -s {} -- web01 powershell"),
        ("ssh -o ServerAliveInterval=60 web01", "ssh -o ServerAliveInterval=60 web01"),
        ("ssh -V", "ssh -V"),
        ("pwsh -s", "pwsh -s"),
    ],
)
def test_ssh_notices_a_dead_network_unless_the_line_says_otherwise(command_line: str, started: str) -> None:
    added = "-o ServerAliveInterval=10 -o ServerAliveCountMax=2"
    assert with_keep_alive(command_line.split()) == started.format(added).split()


def test_the_host_of_ssh_is_the_computer_that_sessions_are_listed_with(ssh: Callable[[str], ProcessTransport]) -> None:
    assert ssh("").computer_name == "web01.contoso.com"
