"""Raw envelopes, sent with pywinrm's Transport: operations, faults with their numbers, seats, coming back."""

from __future__ import annotations

import itertools
import struct
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from psrpcore import PSRPPayload, StreamType
from raw_client import ENUMERATE, RESOURCE, RSP, SHELL, TRANSFER, USER, Answer, Client
from winrm.exceptions import WinRMTransportError

# --- the way of a command -------------------------------------------------------------------------------------------


def test_creating_a_shell_says_its_id_owner_and_time_out(client: Client) -> None:
    answer = client.create("<rsp:IdleTimeOut>PT240.000S</rsp:IdleTimeOut>")
    assert answer.find("ShellId").text == client.shell_id  # type: ignore[union-attr]
    assert answer.find("Owner").text == USER  # type: ignore[union-attr]
    assert answer.find("IdleTimeOut").text == "PT240.000S"  # type: ignore[union-attr]


def test_an_idle_time_out_is_granted_within_the_servers_bounds(client: Client) -> None:
    answer = client.create("<rsp:IdleTimeOut>PT1S</rsp:IdleTimeOut>")
    assert answer.find("IdleTimeOut").text == "PT60.000S"  # type: ignore[union-attr]


def test_one_answer_brings_all_that_opens_a_pool(client: Client) -> None:
    client.create()
    client.pool.receive_data(PSRPPayload(client.receive().output, StreamType.default, None))
    names = []
    while (event := client.pool.next_event()) is not None:
        names.append(type(event).__name__)
    assert names == ["SessionCapabilityEvent", "ApplicationPrivateDataEvent", "RunspacePoolStateEvent"]


def test_one_answer_brings_a_small_commands_output_and_its_end(client: Client) -> None:
    client.open()
    command_id, answer = client.command("Get-Text", 50)
    assert answer.find("CommandId").text == command_id  # type: ignore[union-attr]
    answer = client.receive(command_id)
    assert answer.output.count(b"<S>text ") == 50
    assert answer.find("CommandState").get("State") == f"{SHELL}/CommandState/Done"  # type: ignore[union-attr]


def test_answers_stay_within_the_size_that_the_client_allows(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Get-Raw", 200)
    done = False
    received = b""
    while not done:
        answer = client.receive(command_id, size=40_000)
        assert len(ElementTree.tostring(answer.root)) <= 40_000
        received += answer.output
        state = answer.find("CommandState")
        done = state is not None and str(state.get("State")).endswith("Done")
    assert received.count(b"</S>") == 200


def fragments(data: bytes) -> list[tuple[int, int, int]]:
    """Object id, fragment id and flags (1 start, 2 end) of each fragment (MS-PSRP 2.2.4)."""
    found = []
    while data:
        object_id, fragment_id, flags, length = struct.unpack_from(">QQBI", data)
        found.append((object_id, fragment_id, flags))
        data = data[21 + length :]
    return found


def test_objects_count_up_by_one_over_all_that_a_session_says_and_fragments_from_zero(client: Client) -> None:
    client.create()
    said = fragments(client.receive().output)
    for name, *arguments in (("Write-All",), ("Get-Large", 100_000), ("Fail-Now",), ("Get-Raw", 40), ("Get-Types",)):
        command_id, _ = client.command(name, *arguments)
        done = False
        while not done:
            answer = client.receive(command_id)
            said += fragments(answer.output)
            state = answer.find("CommandState")
            done = state is not None and str(state.get("State")).endswith("Done")
        client.signal(command_id)
    starts = [object_id for object_id, _, flags in said if flags & 1]
    assert starts == list(range(1, len(starts) + 1))
    for (before, last, ended), (object_id, number, flags) in itertools.pairwise(said):
        assert (number == 0) is bool(flags & 1) is bool(ended & 2)
        assert (object_id, number) == ((before + 1, 0) if ended & 2 else (before, last + 1))
    assert max(number for _, number, _ in said) > 2


def messages(data: bytes) -> list[tuple[int, bytes]]:
    """Type and data of each message, where none is in more than one fragment."""
    found = []
    while data:
        (length,) = struct.unpack_from(">I", data, 17)
        (message_type,) = struct.unpack_from("<I", data, 25)
        found.append((message_type, data[61 : 21 + length]))
        data = data[21 + length :]
    return found


def test_null_in_the_output_is_a_message_without_any_data(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Get-Null")
    said = [data for kind, data in messages(client.receive(command_id).output) if kind == 0x00041004]
    assert said == [b"\xef\xbb\xbf<S>before</S>", b"", b"\xef\xbb\xbf<S>after</S>"]


@pytest.mark.parametrize("data", [b"", b"<Nil />"])
def test_null_among_the_input_is_taken_without_data_and_as_an_element(client: Client, data: bytes) -> None:
    client.open()
    command_id, _ = client.command("Get-Input", given=True)
    client.input(command_id, data)
    client.input(command_id, b"<S>more</S>")
    client.end_input(command_id)
    client.input(command_id, b"<S>too late</S>")
    output = client.receive(command_id).output
    assert b"<S>got</S><Nil />" in output
    assert b"<S>got</S><S>more</S>" in output
    assert b"too late" not in output


def test_silence_is_a_time_out_in_winrms_words(client: Client) -> None:
    client.open()
    answer = client.receive(timeout=0.2)
    assert (answer.status, answer.fault) == (500, 2150858793)
    assert answer.text.strip() == (
        "The WS-Management service cannot complete the operation within the time specified in OperationTimeout."
    )


def test_a_second_receive_ends_the_first(client: Client, tiny_sandbox: Any) -> None:
    client.open()
    answers: list[Answer] = []
    waiting = threading.Thread(target=lambda: answers.append(client.receive(timeout=20)))
    waiting.start()
    other = Client(tiny_sandbox)
    other.shell_id = client.shell_id
    while waiting.is_alive():  # whichever comes first: a later one of ours ends the other's
        other.receive(timeout=0.2)
    assert answers[0].fault == 995
    assert other.receive(timeout=0.2).fault == 2150858793


def test_stopping_ends_a_command_with_its_state(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Wait-Long", 60)
    assert b"started" in client.receive(command_id).output
    assert client.signal(command_id, "powershell/signal/crtl_c").fault is None
    answer = client.receive(command_id)
    assert b"PipelineStopped" in answer.output
    assert client.signal(command_id).fault is None


def test_a_terminated_command_is_gone(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Wait-Long", 60)
    client.signal(command_id)
    assert client.receive(command_id).fault == 2150858843


def test_a_thousand_commands_that_were_never_terminated_are_too_many(client: Client) -> None:
    client.open()
    body = '<rsp:CommandLine CommandId="{}"><rsp:Command/></rsp:CommandLine>'
    for _ in range(1000):
        assert client.send(f"{SHELL}/Command", body.format(uuid.uuid4())).fault is None
    assert client.send(f"{SHELL}/Command", body.format(uuid.uuid4())).fault == 2150859241


def test_output_that_a_client_no_longer_waited_for_is_not_lost(client: Client) -> None:
    client.open()
    command_id, _ = client.command("Wait-Long", 4)
    client.receive(command_id)
    patient, client.transport.read_timeout_sec = client.transport.read_timeout_sec, 1
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.receive(command_id, timeout=20)
    client.transport.read_timeout_sec = patient
    answer = client.receive(command_id, timeout=20)
    assert b"<S>never</S>" in answer.output


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "resource", "fault"),
    [
        ("http://example.com/Nothing", RESOURCE, 2150858753),
        (f"{TRANSFER}/Create", "http://example.com/resource", 2150858811),
        (f"{TRANSFER}/Create", f"{SHELL}/cmd", 2150858811),
        (f"{TRANSFER}/Delete", RESOURCE, 2150858843),
        (f"{SHELL}/Receive", RESOURCE, 2150858843),
    ],
)
def test_a_wrong_request_gets_its_own_fault(client: Client, action: str, resource: str, fault: int) -> None:
    answer = client.send(action, "<rsp:Shell/>", resource=resource, shell=str(uuid.uuid4()))
    assert (answer.status, answer.fault) == (500, fault)


def test_what_is_not_xml_is_refused(client: Client) -> None:
    assert client.send_raw("<not xml").fault == 2150858819


def test_an_envelope_without_an_action_is_refused(client: Client) -> None:
    envelope = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body/></s:Envelope>'
    assert client.send_raw(envelope).fault == 2150858767


@pytest.mark.parametrize("size", [0, 100, 8191])
def test_a_size_that_nothing_fits_is_refused(client: Client, size: int) -> None:
    assert client.send(f"{TRANSFER}/Get", resource=SHELL, size=size).fault == 2150858767


def test_an_id_that_is_no_guid_is_refused(client: Client) -> None:
    assert client.send(f"{SHELL}/Receive", "<rsp:Receive/>", shell="mine").fault == 0x803381D5


def test_a_shell_id_that_is_taken_is_refused(client: Client, tiny_sandbox: Any) -> None:
    client.open()
    creation = '<creationXml xmlns="http://schemas.microsoft.com/powershell">AAAA</creationXml>'
    answer = client.send(f"{TRANSFER}/Create", f'<rsp:Shell ShellId="{client.shell_id}">{creation}</rsp:Shell>')
    assert answer.fault == 0x803381D7


def test_another_users_shell_is_not_there(client: Client, tiny_sandbox: Any) -> None:
    client.open()
    other = Client(tiny_sandbox, "pilar@litwareinc.com")
    assert other.send(f"{TRANSFER}/Delete", shell=client.shell_id).fault == 2150858843


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    with pytest.raises(WinRMTransportError) as refused:
        client.transport.send_message(" " * 600_000)
    assert refused.value.code == 413


@pytest.mark.parametrize(
    ("user", "query", "text"),
    [
        (
            "user@litwareinc.com",
            "",
            "The user 'user@litwareinc.com' does not have permission to manage this tenant.",
        ),
        (
            USER,
            "?AdminDomain=contoso.com",
            f"The user '{USER}' does not have permission to manage this tenant.",
        ),
        (
            "admin@contoso.com",
            "",
            "The ability to connect to this tenant by using a remote PowerShell session has been disabled.",
        ),
    ],
)
def test_who_may_not_manage_a_tenant_is_told_so(tiny_sandbox: Any, user: str, query: str, text: str) -> None:
    answer = Client(tiny_sandbox, user, query=query).create()
    assert (answer.fault, answer.text) == (5, text)


@pytest.mark.parametrize("domain", ["LitwareInc.com", "litwareinc.onmicrosoft.com"])
def test_the_admin_domain_of_ones_own_tenant_is_fine(tiny_sandbox: Any, domain: str) -> None:
    client = Client(tiny_sandbox, query=f"?AdminDomain={domain}")
    client.open()
    client.delete()


# --- seats ----------------------------------------------------------------------------------------------------------


def test_a_fourth_session_is_refused_until_one_is_removed(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    clients = [Client(sandbox) for _ in range(4)]
    for one in clients[:3]:
        one.open()
    answer = clients[3].create()
    assert answer.fault == 2150859173
    assert answer.text == (
        "The WS-Management service cannot process the request. The maximum number of concurrent shells for this user "
        "has been exceeded. Close existing shells or raise the quota for this user."
    )
    clients[0].delete()
    assert clients[3].create().fault is None


def test_a_tenants_seats_end_too(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--seats-tenant", "2")
    Client(sandbox).open()
    Client(sandbox, "pilar@litwareinc.com").open()
    answer = Client(sandbox).create()
    assert "for this tenant has been exceeded" in answer.text


def test_a_session_without_a_seat_hangs_where_the_server_was_told_so(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--seats-administrator", "1", "--hang")
    first = Client(sandbox)
    first.open()
    waiting = Client(sandbox)
    waiting.transport.read_timeout_sec = 1
    with pytest.raises(requests.exceptions.ReadTimeout):
        waiting.create()
    assert first.command("Get-Text")[1].fault is None


def test_an_idle_session_loses_its_seat(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--seats-administrator", "1")
    first, second = Client(sandbox), Client(sandbox)
    first.open()
    assert second.create().fault == 2150859173
    sandbox.tell("pass 901")
    assert second.create().fault is None
    assert first.receive().fault == 2150858843


def test_a_session_that_is_waited_on_is_not_idle(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--clock", "1000")
    client = Client(sandbox)
    client.open()
    assert client.receive(timeout=1.5).fault == 2150858793
    assert sandbox.seats == [client.shell_id]


def test_a_receive_that_waits_is_told_when_its_session_ends(client: Client, tiny_sandbox: Any) -> None:
    client.open()
    answers: list[Answer] = []
    waiting = threading.Thread(target=lambda: answers.append(client.receive(timeout=20)))
    waiting.start()
    time.sleep(0.5)
    other = Client(tiny_sandbox)
    other.shell_id = client.shell_id
    assert other.delete().fault is None
    waiting.join(10)
    assert answers[0].fault == 2150858843
    client.shell_id = ""


def test_an_administrator_sees_the_tenants_sessions(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny()
    first, second = Client(sandbox), Client(sandbox, "pilar@litwareinc.com")
    first.open()
    second.open()
    body = '<n:Enumerate xmlns:n="http://schemas.xmlsoap.org/ws/2004/09/enumeration"/>'
    answer = first.send(ENUMERATE, body, resource=SHELL)
    seen = [(one.findtext(f"{RSP}Owner"), one.findtext(f"{RSP}ShellId")) for one in answer.root.iter(f"{RSP}Shell")]
    assert seen == [(USER, first.shell_id), ("pilar@litwareinc.com", second.shell_id)]


def test_a_session_is_described_when_asked(client: Client) -> None:
    client.open()
    answer = client.send(f"{TRANSFER}/Get", resource=SHELL)
    assert answer.find("State").text == "Connected"  # type: ignore[union-attr]


def test_messages_are_encrypted_without_tls(tiny_sandbox: Any) -> None:
    client = Client(tiny_sandbox, auth="ntlm")
    client.open()
    command_id, _ = client.command("Get-Text", 2)
    assert client.receive(command_id).output.count(b"<S>text ") == 2
    client.delete()
