"""A session is left and taken up again: by the same client or another, its commands running on meanwhile."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from raw_client import ENUMERATE, PASSWORD, RSP, SHELL, USER, Answer, Client

STREAM_DISCONNECTED = 0x803381DE
SHELL_DISCONNECTED = 0x803381C4
CONNECTED_TO_ANOTHER = 0x803381CD
ROOM = 4 * 1024 * 1024


def test_a_disconnected_session_refuses_work_and_takes_it_up_again(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Get-Text", 3)
    assert client.send(f"{SHELL}/Disconnect", "<rsp:Disconnect/>").fault is None
    assert client.receive(command_id).fault == 0x803381C4
    assert client.send(f"{SHELL}/Disconnect", "<rsp:Disconnect/>").fault == 0x803381CF
    assert client.send(f"{SHELL}/Reconnect", "<rsp:Reconnect/>").fault is None
    assert client.send(f"{SHELL}/Reconnect", "<rsp:Reconnect/>").fault == 0x803381D0
    assert client.receive(command_id).output.count(b"<S>text ") == 3


def foreign(sandbox: Any) -> WSMan:
    return WSMan(
        "localhost",
        port=sandbox.https_port,
        auth="basic",
        username=USER,
        password=PASSWORD,
        path="OcsPowershell",
        cert_validation=sandbox.ca,
    )


def test_a_foreign_client_disconnects_and_comes_back(tiny_sandbox: Any) -> None:
    with foreign(tiny_sandbox) as wsman, RunspacePool(wsman) as pool:
        pool.disconnect()
        pool.connect()
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-Text")
        assert shell.invoke() == ["text 0"]


def test_another_client_takes_a_session_over_with_its_running_command(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    with foreign(sandbox) as first, foreign(sandbox) as second:
        pool = RunspacePool(first)
        pool.open()
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-Text").add_argument(2)
        shell.begin_invoke()
        pool.disconnect()
        (taken,) = RunspacePool.get_runspace_pools(second)
        taken.connect()
        (running,) = taken.create_disconnected_power_shells()
        assert running.connect() == ["text 0", "text 1"]
        taken.close()


def leave(client: Client, body: str = "") -> Answer:
    return client.send(f"{SHELL}/Disconnect", f"<rsp:Disconnect>{body}</rsp:Disconnect>")


def come_back(client: Client, of: str = "") -> Answer:
    return client.send(f"{SHELL}/Reconnect", f"<rsp:Reconnect{of}/>")


def numbers(answer: Answer) -> list[int]:
    return [int(one) for one in re.findall(rb"<S>text (\d+)", answer.output)]


def read_to_the_end(client: Client, command_id: str) -> tuple[list[int], bytes]:
    got: list[int] = []
    data = b""
    while True:
        answer = client.receive(command_id)
        got += numbers(answer)
        data += answer.output
        state = answer.find("CommandState")
        if state is not None and str(state.get("State")).endswith("Done"):
            return got, data


def test_a_receive_that_waits_is_told_that_its_stream_is_disconnected(client: Client, tiny_sandbox: Any) -> None:
    client.open()
    other = Client(tiny_sandbox)
    other.shell_id = client.shell_id
    answers: list[Answer] = []
    waiting = threading.Thread(target=lambda: answers.append(client.receive(timeout=20)))
    waiting.start()
    time.sleep(0.3)
    assert leave(other).fault is None
    waiting.join(10)
    assert answers[0].fault == STREAM_DISCONNECTED
    come_back(other)


def test_every_operation_on_a_disconnected_session_is_refused(client: Client) -> None:
    client.open()
    running, _ = client.command("Wait-Long", 60)
    leave(client)
    answers = (
        client.receive(),
        client.receive(running),
        client.command("Get-Text")[1],
        client.signal(running),
        client.send(f"{SHELL}/Send", '<rsp:Send><rsp:Stream Name="stdin">AAAA</rsp:Stream></rsp:Send>'),
    )
    assert {one.fault for one in answers} == {SHELL_DISCONNECTED}


def test_a_commands_output_is_taken_up_where_it_stopped(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Get-Text", 3000)
    first = numbers(client.receive(command_id, size=20_000))
    leave(client)
    come_back(client)
    rest, _ = read_to_the_end(client, command_id)
    assert first
    assert first + rest == list(range(3000))


def test_a_command_says_all_it_has_to_say_while_nobody_is_there(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.open()
    command_id, _ = client.command("Write-Slowly", 1)
    leave(client)
    while not sandbox.journal or sandbox.journal[-1]["state"] == "Running":  # not there before the pipeline starts
        time.sleep(0.05)
    assert sandbox.journal[-1]["state"] == "Completed"
    come_back(client)
    _, data = read_to_the_end(client, command_id)
    for said in (b"output", b"a warning", b"a debug line", b"an information line", b"Working", b"No such user."):
        assert said in data


def test_a_command_waits_when_too_much_waits_to_be_taken_up(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.open()
    command_id, _ = client.command("Get-Raw", 8000)
    leave(client)
    while (waiting := sandbox.tell("seats")["seats"][0]["waiting"]) <= ROOM:
        time.sleep(0.02)
    time.sleep(0.3)
    assert sandbox.tell("seats")["seats"][0]["waiting"] == waiting < ROOM + 10_000
    assert sandbox.journal[-1]["state"] == "Running"
    come_back(client)
    _, data = read_to_the_end(client, command_id)
    assert data.count(b"</S>") == 8000


def test_a_disconnected_session_is_listed_as_such_and_ends_by_the_time_that_it_was_left_for(
    start_tiny: Callable[..., Any],
) -> None:
    sandbox = start_tiny()
    client = Client(sandbox)
    client.open()
    leave(client, "<rsp:IdleTimeOut>PT120.000S</rsp:IdleTimeOut>")
    body = '<n:Enumerate xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"/>'
    listed = client.send(ENUMERATE, body, resource=SHELL)
    assert [one.text for one in listed.root.iter(f"{RSP}State")] == ["Disconnected"]
    sandbox.tell("pass 119")
    assert len(sandbox.seats) == 1
    sandbox.tell("pass 2")
    assert sandbox.seats == []
    assert come_back(client).fault == 2150858843


def test_a_command_can_be_reconnected_by_itself_after_its_session(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Get-Text", 2)
    leave(client)
    of = f' CommandId="{command_id}"'
    assert come_back(client, of).fault == SHELL_DISCONNECTED
    assert come_back(client).fault is None
    assert come_back(client, of).fault is None
    assert read_to_the_end(client, command_id)[0] == [0, 1]
    client.signal(command_id)
    assert come_back(client, of).fault == 2150858843


def test_a_session_that_another_client_waits_on_is_not_taken_over(client: Client, tiny_sandbox: Any) -> None:
    client.open()
    waiting = threading.Thread(target=lambda: client.receive(timeout=1.5))
    waiting.start()
    time.sleep(0.3)
    other = Client(tiny_sandbox)
    answer = other.send(
        f"{SHELL}/Connect",
        '<rsp:Connect><connectXml xmlns="http://schemas.microsoft.com/powershell">AAAA</connectXml></rsp:Connect>',
        shell=client.shell_id,
    )
    assert answer.fault == CONNECTED_TO_ANOTHER
    waiting.join()
