"""How long a session may lie idle: what is granted, what keeps it, when it ends; and what the server says of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from raw_client import ENUMERATE, RSP, SHELL, TRANSFER, USER, Answer, Client
from sandbox_process import TINY_SERVER

OUT_OF_BOUNDS = 2150859250
NOT_FOUND = 2150858843
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"


def granted(answer: Answer) -> str | None:
    return answer.root.findtext(f".//{RSP}IdleTimeOut")


def idle(seconds: int) -> str:
    return f"<rsp:IdleTimeOut>PT{seconds}.000S</rsp:IdleTimeOut>"


@pytest.mark.parametrize(
    ("asked", "given"),
    [(idle(60), "PT60.000S"), (idle(1), "PT60.000S"), (idle(9000), "PT900.000S"), ("", "PT900.000S")],
)
def test_a_session_gets_the_nearest_idle_time_out_that_the_server_grants(
    client: Client, asked: str, given: str
) -> None:
    assert granted(client.create(asked)) == given


def test_a_server_may_grant_nothing_short(start_tiny: Callable[..., Any]) -> None:
    assert granted(Client(start_tiny("--min-idle", "900")).create(idle(60))) == "PT900.000S"


def test_a_server_may_refuse_a_session_that_asks_for_less_than_it_grants(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--refuse-idle", "--min-idle", "120")
    refused = Client(sandbox).create(idle(60))
    assert refused.fault == OUT_OF_BOUNDS
    assert "120000 to 900000 milliseconds" in refused.text
    assert granted(Client(sandbox).create(idle(120))) == "PT120.000S"
    assert len(sandbox.seats) == 1


def test_a_session_ends_when_its_own_time_out_has_passed(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.create(idle(60))
    sandbox.tell("pass 59")
    assert sandbox.seats == [client.shell_id]
    sandbox.tell("pass 2")
    assert sandbox.seats == []
    assert client.receive().fault == NOT_FOUND


def test_any_operation_restarts_a_sessions_clock(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.create(idle(60))
    for operation in (
        lambda: client.receive(timeout=0.2),
        lambda: client.command("Get-Text"),
        lambda: client.signal("00000000-0000-0000-0000-00000000000A"),
        lambda: client.send(f"{TRANSFER}/Get", resource=SHELL),
        lambda: None,
    ):
        assert sandbox.seats == [client.shell_id]
        sandbox.tell("pass 50")
        operation()
    sandbox.tell("pass 50")
    assert sandbox.seats == []


def test_being_listed_does_not_restart_a_sessions_clock(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.create(idle(60))
    sandbox.tell("pass 50")
    client.send(ENUMERATE, f'<n:Enumerate xmlns:n="{ENUMERATION}"/>', resource=SHELL)
    sandbox.tell("pass 11")
    assert sandbox.seats == []


def test_the_sandboxs_time_can_run_faster(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--clock", "300")
    client = Client(sandbox)
    client.create(idle(60))
    before = sandbox.tell("pass 0")["now"]
    assert client.receive(timeout=0.5).fault is None
    client.receive(timeout=0.5)
    assert sandbox.tell("pass 0")["now"] - before >= 150
    assert sandbox.seats == [client.shell_id]
    while sandbox.seats:
        pass


def test_a_sessions_age_and_inactivity_are_told_as_winrm_tells_them(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--idle-timeout", "500000")
    client = Client(sandbox)
    client.create()
    sandbox.tell("pass 93784")
    (shell,) = client.send(ENUMERATE, f'<n:Enumerate xmlns:n="{ENUMERATION}"/>', resource=SHELL).root.iter(
        f"{RSP}Shell"
    )
    told = {one.tag.removeprefix(RSP): one.text for one in shell}
    assert told["ShellId"] == client.shell_id
    assert told["Owner"] == USER
    assert told["ClientIP"] == "127.0.0.1"
    assert told["ProcessId"] == str(sandbox.process.pid)
    assert told["State"] == "Connected"
    assert str(told["ShellRunTime"]).startswith("P1DT2H3M")
    assert str(told["ShellInactivity"]).startswith("P1DT2H3M")


def listed(client: Client) -> list[str | None]:
    answer = client.send(ENUMERATE, f'<n:Enumerate xmlns:n="{ENUMERATION}"/>', resource=SHELL)
    return [one.findtext(f"{RSP}ShellId") for one in answer.root.iter(f"{RSP}Shell")]


def test_who_is_no_administrator_sees_no_session_of_others(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.create()
    assert listed(client) == listed(Client(sandbox, "pilar@litwareinc.com")) == [client.shell_id]
    assert listed(Client(sandbox, "user@litwareinc.com")) == []
    assert listed(Client(sandbox, "admin@contoso.com")) == []


def test_the_server_can_be_told_to_end_sessions(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    first, second, third = Client(sandbox), Client(sandbox), Client(sandbox)
    for one in (first, second, third):
        one.create()
    assert [one["shell"] for one in sandbox.tell(f"end {second.shell_id}")["seats"]] == [
        first.shell_id,
        third.shell_id,
    ]
    assert second.receive().fault == NOT_FOUND
    assert "There is no session" in sandbox.tell(f"end {second.shell_id}")["error"]
    assert sandbox.tell("end") == {"seats": []}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--clock", "0"], "a clock must go forward"),
        (["--journal", "/no/such/folder/file"], "there is no folder /no/such/folder"),
        (["--omi", "fly"], "'fly' is none of name, pending"),
        (["--fault", "get:explode"], "'explode' is no mishap"),
    ],
)
def test_options_that_mean_nothing_are_refused(options: list[str], text: str) -> None:
    ended = subprocess.run(
        [sys.executable, str(TINY_SERVER), "--announce", *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 2
    assert text in ended.stderr


def test_what_the_server_is_told_and_does_not_understand_is_said(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    assert "'hello' is none of" in sandbox.tell("hello you")["error"]
    assert "error" in sandbox.tell("pass soon")
