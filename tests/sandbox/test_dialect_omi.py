"""The ways of a server that is not Windows: each as it was met, and with all of them a session still works."""

from __future__ import annotations

import base64
import re
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from psrpcore import PSRPPayload, StreamType
from raw_client import RESOURCE, RSP, SHELL, TRANSFER, Answer, Client
from sandbox_process import TINY_SERVER, running
from sealed_client import SealedClient

WSMAN = "{http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd}"
SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
XML = {"Content-Type": "application/soap+xml;charset=UTF-8"}
MANY = ("--seats-administrator", "100", "--seats-tenant", "100")


@pytest.fixture(scope="module")
def omi() -> Iterator[Any]:
    """All ways at once. Its half minute of waiting takes half a second."""
    with running([str(TINY_SERVER)], "--dialect", "omi", "--clock", "60", "--idle-timeout", "1e6", *MANY) as one:
        yield one


@pytest.fixture
def client(omi: Any) -> Client:
    one = Client(omi)
    one.create()
    while one.pool.state.name != "Opened":
        one.pool.receive_data(PSRPPayload(one.receive().output, StreamType.default, None))
        while one.pool.next_event() is not None:
            pass
    return one


def at_once(call: Any) -> tuple[threading.Thread, list[Any]]:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(call()), daemon=True)
    thread.start()
    return thread, answers


def beside(client: Client, omi: Any) -> Client:
    """The same session over another connection."""
    other = Client(omi)
    other.shell_id, other.pool = client.shell_id, client.pool
    return other


def read_to_the_end(client: Client, command_id: str) -> list[Answer]:
    answers = [client.receive(command_id)]
    while answers[-1].find("CommandState") is None or "Done" not in str(answers[-1].find("CommandState").get("State")):  # type: ignore[union-attr]
        answers.append(client.receive(command_id))
    return answers


def test_a_shell_without_a_name_is_refused_without_a_word(omi: Any) -> None:
    client = Client(omi)
    with pytest.raises(Exception, match="no element found"):
        client.create(attributes="")
    assert client.shell_id == ""


def test_a_created_shell_is_told_by_where_it_is_alone(omi: Any) -> None:
    created = Client(omi).create()
    assert created.fault is None
    assert created.find("Shell") is None
    assert [one.get("Name") for one in created.root.iter(f"{WSMAN}Selector")] == ["ShellId"]


def test_answers_have_other_prefixes_and_say_the_same(omi: Any) -> None:
    client = SealedClient(omi, nul=b"")
    client.create()
    for answer in (client.send(f"{TRANSFER}/Get", resource=SHELL), client.receive(str(uuid.uuid4()))):
        assert answer.root.find(f"{SOAP}Body") is not None
    assert set(re.findall(rb"</?([\w-]+):", client.last_envelope)) == {b"SOAP-ENV", b"wsa"}
    assert b">SOAP-ENV:Sender<" in client.last_envelope


def test_one_receive_brings_one_object(client: Client) -> None:
    command_id, _ = client.command("Get-Text", 5)
    answers = read_to_the_end(client, command_id)
    assert [one.output.count(b"<S>text ") for one in answers] == [1, 1, 1, 1, 1, 0]
    assert b"PipelineState" in answers[-1].output


def test_a_delete_waits_until_what_the_shell_says_is_received(client: Client, omi: Any) -> None:
    other = beside(client, omi)
    deleting, deleted = at_once(other.delete)
    deleting.join(0.7)
    assert deleting.is_alive()
    assert client.shell_id in omi.seats
    while not deleted:
        client.receive()
    assert deleted[0].status == 200
    assert client.shell_id not in omi.seats


def test_a_key_exchange_waits_until_its_answer_is_received(client: Client, omi: Any) -> None:
    other = beside(client, omi)
    client.pool.exchange_key()
    data = client.pool.data_to_send()
    assert data is not None
    stream = f'<rsp:Stream Name="stdin">{base64.b64encode(data.data).decode()}</rsp:Stream>'
    sending, sent = at_once(lambda: other.send(f"{SHELL}/Send", f"<rsp:Send>{stream}</rsp:Send>"))
    sending.join(0.7)
    assert sending.is_alive()
    assert client.receive().output
    sending.join(10)
    assert sent[0].status == 200


def test_a_stop_is_answered_when_the_end_was_received(client: Client, omi: Any) -> None:
    command_id, _ = client.command("Wait-Long", 60)
    client.receive(command_id)
    stopping, stopped = at_once(lambda: beside(client, omi).signal(command_id, "powershell/signal/ctrl_c"))
    stopping.join(0.7)
    assert stopping.is_alive()
    read_to_the_end(client, command_id)
    stopping.join(10)
    assert stopped[0].status == 200


def test_silence_ends_after_half_a_minute_whatever_was_asked_and_is_no_fault(client: Client) -> None:
    began = time.monotonic()
    answer = client.receive(timeout=0.1)
    assert time.monotonic() - began > 0.4
    assert (answer.status, answer.find("ReceiveResponse") is not None, answer.find("Stream")) == (200, True, None)


def test_a_fault_has_a_code_and_a_subcode_and_no_number(client: Client) -> None:
    gone = client.receive("00000000-0000-0000-0000-00000000000A")
    wrong = client.send(f"{SHELL}/Send", "<rsp:Send/>")
    said = [
        (one.status, one.fault, one.root.findtext(f".//{SOAP}Subcode/{SOAP}Value"), one.root.findtext(f".//{SOAP}Text"))
        for one in (gone, wrong)
    ]
    assert said[0][:3] == (500, None, "wsa:DestinationUnreachable")
    assert "was not found" in str(said[0][3])
    assert said[1] == (500, None, "wsman:InternalError", "")


def test_what_is_no_request_is_refused_without_a_word(omi: Any) -> None:
    account = ("kenmyer@litwareinc.com", "p@ssw0rd!")
    answer = requests.post(f"{omi.https}/wsman", data="<no/>", headers=XML, auth=account, verify=omi.ca, timeout=10)
    assert (answer.status_code, answer.content) == (400, b"")


def test_who_does_not_begin_to_sign_in_is_not_asked_to(omi: Any) -> None:
    answer = requests.post(f"{omi.http}/wsman", data=b"x", headers=XML, timeout=10)
    assert (answer.status_code, answer.content, answer.headers.get("WWW-Authenticate")) == (400, b"", None)


def test_messages_have_no_tabs_and_an_empty_line_at_the_end(omi: Any) -> None:
    client = SealedClient(omi, tab=b"", nul=b"")
    assert client.create().fault is None
    assert b"\tContent-Type" not in client.last_body
    assert client.last_body.endswith(b"--Encrypted Boundary--\r\n\r\n")


def test_messages_with_tabs_are_refused_unread(omi: Any) -> None:
    client = SealedClient(omi, tab=b"\t", nul=b"")
    envelope = client.envelope(f"{TRANSFER}/Get", shell="00000000-0000-0000-0000-00000000000A")
    assert (client.send_raw(envelope).status, client.last_body) == (400, b"")


def test_an_envelope_of_256_kilobytes_ends_the_connection(omi: Any) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.post(
            f"{omi.https}/wsman",
            data=b" " * 256 * 1024,
            headers=XML,
            auth=("kenmyer@litwareinc.com", "p@ssw0rd!"),
            verify=omi.ca,
            timeout=10,
        )


def test_a_connection_that_was_idle_ends_at_its_next_request(omi: Any) -> None:
    client = SealedClient(omi, nul=b"")
    envelope = client.envelope(f"{TRANSFER}/Get", shell="00000000-0000-0000-0000-00000000000A")
    assert client.send_raw(envelope).status == 500
    omi.tell("pass 61")
    with pytest.raises(ConnectionError):
        client.send_raw(envelope)


def test_identify_says_who_it_is(omi: Any) -> None:
    client = Client(omi)
    identity = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
    answer = client.send("", f'<w:Identify xmlns:w="{identity}"/>')
    assert answer.root.findtext(f".//{{{identity}}}ProductVendor") == "Open Management Infrastructure"


@pytest.mark.parametrize(("data", "breaks"), [(b"", False), (b"<Nil />", True), (b"<Nil/>", True)])
def test_null_as_an_element_breaks_the_session_and_as_nothing_does_not(
    client: Client, data: bytes, breaks: bool
) -> None:
    command_id, _ = client.command("Get-Input", given=True)
    client.input(command_id, data)
    client.end_input(command_id)
    if breaks:
        while b"RunspaceState" not in (said := client.receive().output):
            pass
        assert b'N="RunspaceState">5<' in said
    else:
        output = b"".join(one.output for one in read_to_the_end(client, command_id))
        assert b"<S>got</S><Nil />" in output


def test_a_resource_is_served_as_anywhere(client: Client) -> None:
    answer = client.send(f"{TRANSFER}/Get", resource=RESOURCE)
    assert answer.find("ShellId").text == client.shell_id  # type: ignore[union-attr]
    assert answer.root.find(f".//{RSP}Shell") is not None
