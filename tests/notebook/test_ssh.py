"""Sessions over ssh in a real kernel, to a real sshd: in the cell where nothing is asked, by a form where ssh asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sshd import PASSWORD, PHRASE

from lync_magic.sessions import find_powershell
from tests.notebook.conftest import Kernel

pytestmark = pytest.mark.timeout(180)

NAME = "print(Get_CsTenant().DisplayName)"


@pytest.fixture(scope="module")
def powershell() -> str:
    """The machine's own."""
    return ""


@pytest.fixture
def without_sessions(kernel: Any) -> Iterator[Any]:
    """The kernel; its sessions are removed afterwards."""
    yield kernel
    kernel.run("%lync remove --all")


def line(sshd: Any, options: list[str]) -> str:
    return " ".join(["%lync connect --ssh", sshd.place, *(f"--ssh-option {one}" for one in options)])


def click(kernel: Any, description: str) -> None:
    """Wait for a button and click it."""
    kernel.wait(lambda: any(state.get("description") == description for state in kernel.widgets.values()))
    kernel.comm(kernel.widget(description=description), {"method": "custom", "content": {"event": "click"}})


def shown(kernel: Any, text: str) -> bool:
    """Whether a widget shows this."""
    return any(text in str(state.get("value", "")) for state in kernel.widgets.values())


def ready_with(kernel: Any, cell: str) -> None:
    """Wait for the cell to have ended with a form."""
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 30)
    kernel.wait(lambda: any(state.get("_model_name") == "PasswordModel" for state in kernel.widgets.values()))


def test_nothing_is_asked_where_a_key_is_enough(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    outcome = kernel.run(line(sshd, sshd.options()))
    assert "DefaultShell" in outcome.text
    assert "45 commands imported" in outcome.stdout
    assert kernel.run(NAME).stdout.strip() == "Litware, Inc."
    assert "ssh://root@127.0.0.1" in kernel.run("%lync status").text


def test_a_password_goes_from_the_form_to_ssh_and_a_wrong_one_is_asked_again(without_sessions: Any, sshd: Any) -> None:
    if not sshd.takes_password:
        pytest.skip("this sshd takes no password: the tests do not run as root")
    kernel = without_sessions
    cell = kernel.send(line(sshd, sshd.password_only()))
    ready_with(kernel, cell)
    assert shown(kernel, "root@127.0.0.1&#x27;s password")
    kernel.submit_form("wrong")
    kernel.wait(lambda: shown(kernel, "That was not accepted."))
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "45 commands imported" in kernel.outcome(cell).text)
    assert shown(kernel, "Signed in as root on 127.0.0.1.")
    assert kernel.run(NAME).stdout.strip() == "Litware, Inc."
    assert PASSWORD not in str(kernel.everything)


def test_the_form_can_be_used_again_when_ssh_has_given_up(without_sessions: Any, sshd: Any) -> None:
    if not sshd.takes_password:
        pytest.skip("this sshd takes no password: the tests do not run as root")
    kernel = without_sessions
    cell = kernel.send(line(sshd, [*sshd.password_only(), "NumberOfPasswordPrompts=1"]))
    ready_with(kernel, cell)
    kernel.submit_form("wrong")
    kernel.wait(lambda: shown(kernel, "Permission denied"))
    kernel.submit_form(PASSWORD)
    kernel.wait(lambda: "45 commands imported" in kernel.outcome(cell).text)


def test_a_phrase_is_asked_for_a_key_that_has_one(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    cell = kernel.send(f"{line(sshd, sshd.options(key='none'))} --key {sshd.key('locked_key')}")
    ready_with(kernel, cell)
    assert shown(kernel, "Enter passphrase for key")
    kernel.submit_form(PHRASE)
    kernel.wait(lambda: "45 commands imported" in kernel.outcome(cell).text)


def test_a_cell_of_the_powershell_kernel_waits_for_its_form(sshd: Any) -> None:
    if find_powershell() is None:
        pytest.skip("no PowerShell on this machine")
    options = "; ".join("{} = '{}'".format(*one.split("=", 1)) for one in sshd.options(key="locked_key"))
    opening = f'$s = New-PSSession -HostName 127.0.0.1 -Port {sshd.port} -Options @{{ {options} }}; "$($s.State)"'
    kernel = Kernel(name="lync_magic")
    try:
        kernel.client.comm_info("jupyter.widget")
        kernel.client.get_shell_msg(timeout=60)
        cell = kernel.send(opening)
        kernel.wait(lambda: shown(kernel, "Enter passphrase for key"))
        kernel.submit_form("wrong")
        kernel.wait(lambda: shown(kernel, "That was not accepted."))
        assert kernel.outcome(cell).status != "idle"
        kernel.submit_form(PHRASE)
        kernel.wait(lambda: kernel.outcome(cell).status == "idle")
        assert kernel.outcome(cell).stdout == "Opened\n"
        stopped = kernel.send(opening)
        kernel.wait(lambda: any(state.get("_model_name") == "PasswordModel" for state in kernel.widgets.values()))
        kernel.interrupt()
        kernel.wait(lambda: kernel.outcome(stopped).status == "idle")
        assert "Stopped." in kernel.outcome(stopped).error_text
        assert kernel.run("$s.State.ToString()").stdout == "Opened\n"
        assert PHRASE not in str(kernel.everything)
    finally:
        kernel.stop()


def test_an_unknown_host_key_is_shown_and_kept_by_ssh_once_it_is_accepted(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    known = sshd.folder / sshd.fresh_known_hosts("known_soon")
    cell = kernel.send(line(sshd, sshd.options(known="known_soon")))
    kernel.wait(lambda: shown(kernel, sshd.fingerprint))
    assert known.read_text() == ""
    click(kernel, "Accept")
    kernel.wait(lambda: "45 commands imported" in kernel.outcome(cell).text)
    assert sshd.knows("known_soon")


def test_nothing_is_sent_to_a_host_whose_key_is_refused(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    cell = kernel.send(line(sshd, sshd.options(known="known_not")))
    click(kernel, "Refuse")
    kernel.wait(lambda: shown(kernel, "The host key was not accepted."))
    assert kernel.outcome(cell).status == "idle"
    assert "There is no session" in kernel.run("%lync sessions").text
    assert (sshd.folder / "known_not").read_text() == ""
    assert sshd.is_idle_soon()


def test_a_changed_host_key_is_refused_with_what_to_do(without_sessions: Any, sshd: Any) -> None:
    outcome = without_sessions.run(line(sshd, sshd.options(known="known_otherwise")))
    assert outcome.error_name == "EndpointUnreachable"
    assert "REMOTE HOST IDENTIFICATION HAS CHANGED" in outcome.error_text
    assert f'ssh-keygen -f "{sshd.folder}/known_otherwise" -R "[127.0.0.1]:{sshd.port}"' in outcome.error_text


def test_the_input_line_is_asked_where_it_is_wished(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    told = f"{line(sshd, sshd.options(known='known_not', key='locked_key'))} --prompt"
    sshd.fresh_known_hosts("known_not")
    outcome = kernel.run(told, answers=["yes", PHRASE])
    sshd.fresh_known_hosts("known_not")
    assert "45 commands imported" in outcome.stdout


def test_nobody_is_asked_where_nobody_can_answer(without_sessions: Any, sshd: Any) -> None:
    outcome = without_sessions.run(line(sshd, sshd.options(key="locked_key")), stdin=False)
    assert outcome.error_name == "AccessDenied"
    assert "ssh to 127.0.0.1 ended" in outcome.error_text


def test_a_form_that_is_cancelled_leaves_nothing(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    cell = kernel.send(line(sshd, sshd.options(key="locked_key")))
    ready_with(kernel, cell)
    click(kernel, "Cancel")
    kernel.wait(lambda: shown(kernel, "Sign-in cancelled."))
    assert sshd.is_idle_soon()
    assert "There is no session" in kernel.run("%lync sessions").text


def test_a_session_that_is_lost_comes_back_by_itself_with_what_was_given(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    cell = kernel.send(line(sshd, sshd.options(key="locked_key")))
    ready_with(kernel, cell)
    kernel.submit_form(PHRASE)
    kernel.wait(lambda: "45 commands imported" in kernel.outcome(cell).text)
    (serving,) = sshd.serving
    serving.kill()
    outcome = kernel.run(NAME)
    assert "Connecting again." in outcome.stderr + outcome.stdout
    assert "Litware, Inc." in outcome.stdout


@pytest.mark.parametrize("engine", ["embedded", "powershell"])
def test_a_cell_goes_on_by_itself_when_ssh_has_its_answer(without_sessions: Any, sshd: Any, engine: str) -> None:
    if engine == "powershell" and find_powershell() is None:
        pytest.skip("no PowerShell: none on PATH, and LYNC_MAGIC_PWSH names none")
    kernel = without_sessions
    options = "; ".join(f"{one.partition('=')[0]} = '{one.partition('=')[2]}'" for one in sshd.options(key="none"))
    cell = kernel.send(
        f"%%lync --engine {engine}\n"
        f"$s = New-PSSession -HostName 127.0.0.1 -UserName root -Port {sshd.port} "
        f"-KeyFilePath '{sshd.key('locked_key')}' -Options @{{ {options} }}\n"
        "$s | Select-Object ComputerName, State, ConfigurationName\n"
        "$null = Import-PSSession $s\n"
        "(Get-CsTenant).DisplayName\n"
        "Remove-PSSession $s\n"
    )
    ready_with(kernel, cell)
    kernel.submit_form(PHRASE)
    kernel.wait(lambda: "Litware, Inc." in kernel.outcome(cell).text)
    assert "DefaultShell" in kernel.outcome(cell).text
    assert sshd.is_idle_soon()


def test_a_line_asks_on_the_input_line(without_sessions: Any, sshd: Any) -> None:
    kernel = without_sessions
    options = "; ".join(
        f"{one.partition('=')[0]} = '{one.partition('=')[2]}'" for one in sshd.options(key="locked_key")
    )
    told = f"%lync New-PSSession -HostName 127.0.0.1 -UserName root -Port {sshd.port} -Options @{{ {options} }}"
    outcome = kernel.run(f"s = {told}", answers=[PHRASE])
    assert outcome.status == "ok", outcome.error_text
    assert kernel.run("%lync sessions").text.count("Opened") == 1
