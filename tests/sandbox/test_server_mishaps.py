"""Mishaps happen as they were asked for: at the operation, at the request and in the form that the text says."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from raw_client import PASSWORD, RSP, SHELL, TRANSFER, USER, Answer, Client
from sandbox_process import TINY_SERVER, running

from lync_magic.sandbox import mishaps

COMMAND_GONE = 2150858843
XML = "application/soap+xml;charset=UTF-8"


class Asking(Client):
    """Sends envelopes and takes whatever comes back over HTTP."""

    def __init__(self, sandbox: Any) -> None:
        super().__init__(sandbox)
        self.sandbox = sandbox
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (USER, PASSWORD)
        self.session.verify = sandbox.ca

    def ask(self, envelope: str, **more: Any) -> requests.Response:
        return self.session.post(
            f"{self.sandbox.https}/OcsPowershellLiveId",
            data=envelope.encode(),
            headers={"Content-Type": XML},
            allow_redirects=False,
            **{"timeout": 20, **more},
        )

    def get_shell(self, **more: Any) -> requests.Response:
        return self.ask(self.envelope(f"{TRANSFER}/Get", resource=SHELL), **more)

    def receive_text(self, count: int) -> str:
        """A command whose output waits."""
        command_id, _ = self.command("Get-Text", count)
        return command_id


@pytest.fixture(scope="module")
def one_server() -> Iterator[Any]:
    with running([str(TINY_SERVER)], "--seats-administrator", "100", "--seats-tenant", "100", "--seed", "1") as one:
        yield one


@pytest.fixture
def client(one_server: Any) -> Iterator[Asking]:
    asking = Asking(one_server)
    asking.open()
    yield asking
    one_server.tell("clear")
    asking.delete()
    asking.session.close()


def fault(client: Asking, spec: str) -> None:
    assert "error" not in client.sandbox.tell(f"fault {spec}")


# --- which request --------------------------------------------------------------------------------------------------


def statuses(client: Asking, count: int) -> list[int]:
    return [client.get_shell().status_code for _ in range(count)]


@pytest.mark.parametrize(
    ("when", "seen"),
    [("", [503, 503, 503, 503]), ("@2", [200, 503, 200, 200]), ("@3+", [200, 200, 503, 503]), ("%0", [200] * 4)],
)
def test_a_mishap_happens_at_the_request_that_its_text_says(client: Asking, when: str, seen: list[int]) -> None:
    fault(client, f"get{when}:503")
    assert statuses(client, 4) == seen


def test_a_mishap_happens_by_chance(client: Asking) -> None:
    fault(client, "get%0.5:503")
    assert set(statuses(client, 20)) == {200, 503}


def test_a_mishap_happens_to_its_operation_only(client: Asking) -> None:
    fault(client, "receive-command:503")
    command_id = client.receive_text(1)
    assert client.get_shell().status_code == 200
    assert client.receive(timeout=0.2).status == 500
    assert client.ask(client.envelope(*receiving(command_id))).status_code == 503


def test_mishaps_are_counted_and_taken_away(client: Asking) -> None:
    fault(client, "get@2:503")
    statuses(client, 3)
    told = client.sandbox.tell("clear")
    assert told == {"faults": [{"spec": "get@2:503", "seen": 3, "happened": 1}]}
    assert client.sandbox.tell("faults") == {"faults": []}


def test_mishaps_can_be_given_on_the_command_line(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--fault", "get:503", "--fault", "discovery@2:reset")
    assert [one["spec"] for one in sandbox.tell("faults")["faults"]] == ["get:503", "discovery@2:reset"]
    assert Asking(sandbox).get_shell().status_code == 503


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("nonsense", "is not OPERATION"),
        ("fly:503", "'fly' is no operation"),
        ("get:explode", "'explode' is no mishap"),
        ("get:cut=half", "cannot be read"),
        ("get%0.1.1:503", "cannot be read"),
        ("get:before:cut", "needs an answer"),
    ],
)
def test_what_is_no_mishap_is_refused_with_what_may_be_said(client: Asking, spec: str, text: str) -> None:
    assert text in client.sandbox.tell(f"fault {spec}")["error"]


def test_the_help_names_every_kind() -> None:
    for kind in mishaps.DEFAULTS:
        assert re.search(rf"^  .*\b{kind}\b", mishaps.__doc__ or "", re.MULTILINE), kind
    for operation in mishaps.OPERATIONS:
        assert re.search(rf"^  .*\b{operation}\b", mishaps.__doc__ or "", re.MULTILINE), operation


# --- whether the work was done --------------------------------------------------------------------------------------


def receiving(command_id: str) -> tuple[str, str]:
    wanted = f'<rsp:DesiredStream CommandId="{command_id}">stdout</rsp:DesiredStream>'
    return f"{SHELL}/Receive", f"<rsp:Receive>{wanted}</rsp:Receive>"


@pytest.mark.parametrize(("side", "done"), [("", True), (":before", False)])
def test_the_work_is_done_before_the_answer_meets_the_mishap_or_not_at_all(
    client: Asking, side: str, done: bool
) -> None:
    fault(client, f"terminate{side}:502")
    command_id = client.receive_text(1)
    body = f'<rsp:Signal CommandId="{command_id}"><rsp:Code>{SHELL}/signal/terminate</rsp:Code></rsp:Signal>'
    answer = client.ask(client.envelope(f"{SHELL}/Signal", body))
    assert answer.status_code == 502
    assert (client.receive(command_id).fault == COMMAND_GONE) is done


def test_work_that_is_done_twice_has_two_effects(client: Asking) -> None:
    fault(client, "command:duplicate")
    _, answer = client.command("Get-Text", 1)
    assert answer.fault == 0x803381D6
    assert [one["name"] for one in client.sandbox.journal][-1:] == ["Get-Text"]


# --- what comes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "has_body"),
    [
        ("500", 500, "text/html", False),
        ("502", 502, "text/html", True),
        ("503", 503, "text/html", True),
        ("504", 504, "text/html", True),
        ("404", 404, "text/html", True),
        ("empty", 200, "application/soap+xml", False),
        ("html", 200, "text/html", True),
        ("redirect", 302, "text/html", False),
    ],
)
def test_an_intermediary_answers_in_the_servers_place(
    client: Asking, kind: str, status: int, content_type: str, has_body: bool
) -> None:
    fault(client, f"get:{kind}")
    answer = client.get_shell()
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(content_type)
    assert bool(answer.content) is has_body
    assert b"Envelope" not in answer.content


def test_a_redirect_goes_where_it_is_told_to(client: Asking) -> None:
    fault(client, "get:redirect=https://mail.contoso.com/owa")
    assert client.get_shell().headers["Location"] == "https://mail.contoso.com/owa"


def test_a_fault_of_any_number_can_be_the_answer(client: Asking) -> None:
    fault(client, "get:before:fault=2150859173")
    assert client.send(f"{TRANSFER}/Get", resource=SHELL).fault == 2150859173


def test_an_answer_that_is_cut_has_no_length_and_looks_finished(client: Asking) -> None:
    whole = client.get_shell().content
    fault(client, "get:cut=0.25")
    answer = client.get_shell()
    assert (answer.status_code, "Content-Length" in answer.headers) == (200, False)
    assert abs(len(answer.content) - len(whole) / 4) < 50


def test_an_answer_ends_after_a_text_in_it(client: Asking) -> None:
    fault(client, "receive-command:cut-after")
    command_id = client.receive_text(1)
    answer = client.ask(client.envelope(*receiving(command_id)))
    assert answer.text.endswith("</rsp:Stream>")
    assert answer.text.count("<rsp:Stream ") == 1


def test_an_answer_that_is_truncated_is_shorter_than_its_length(client: Asking) -> None:
    fault(client, "get:truncate")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get_shell()


def test_a_bit_is_flipped(client: Asking) -> None:
    fault(client, "get@2:flip")
    whole, flipped = client.get_shell().content, client.get_shell().content
    strip = re.compile(rb"uuid:[0-9A-F-]{36}|P0D[^<]*", re.IGNORECASE)
    differing = sum(a != b for a, b in zip(strip.sub(b"", whole), strip.sub(b"", flipped), strict=False))
    assert len(whole) == len(flipped)
    assert differing <= 1


@pytest.mark.parametrize("kind", ["reset", "swallow"])
def test_a_connection_ends_without_an_answer(client: Asking, kind: str) -> None:
    fault(client, f"discovery@1:{kind}")
    where = f"{client.sandbox.http}/?Domain=litwareinc.com"
    with pytest.raises(requests.exceptions.ConnectionError) as lost:
        client.session.get(where)
    assert ("reset by peer" in str(lost.value)) is (kind == "reset")
    assert client.session.get(where).status_code == 200


@pytest.mark.parametrize("side", ["", ":before"])
def test_an_answer_comes_late(client: Asking, side: str) -> None:
    fault(client, f"get{side}:stall=0.5")
    began = time.monotonic()
    assert client.get_shell().content.endswith(b"</s:Envelope>")
    assert time.monotonic() - began >= 0.5


def test_work_that_was_held_up_is_done_when_nobody_waits_for_it_any_more(client: Asking) -> None:
    fault(client, "terminate:before:stall=0.7")
    command_id = client.receive_text(1)
    body = f'<rsp:Signal CommandId="{command_id}"><rsp:Code>{SHELL}/signal/terminate</rsp:Code></rsp:Signal>'
    envelope = client.envelope(f"{SHELL}/Signal", body)
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.ask(envelope, timeout=0.2)
    assert client.receive(command_id).fault is None
    time.sleep(0.8)
    assert client.receive(command_id).fault == COMMAND_GONE


def test_an_answer_comes_byte_by_byte(client: Asking) -> None:
    fault(client, "get:drip=0.0001")
    assert client.get_shell().content.endswith(b"</s:Envelope>")


def test_nothing_ever_comes_out_of_a_black_hole(client: Asking) -> None:
    fault(client, "get@1:black-hole")
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.session.post(
            f"{client.sandbox.https}/OcsPowershellLiveId",
            data=client.envelope(f"{TRANSFER}/Get", resource=SHELL),
            headers={"Content-Type": XML},
            timeout=0.7,
        )
    assert client.get_shell().status_code == 200


def test_a_bomb_is_small_on_the_wire_and_large_when_it_is_unpacked(client: Asking) -> None:
    fault(client, "get:gzip-bomb=50000000")
    answer = client.get_shell(stream=True)
    packed = answer.raw.read(decode_content=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(packed) < 100_000
    unpacked = 0
    while packed:
        member = zlib.decompressobj(wbits=31)
        unpacked += len(member.decompress(packed))
        packed = member.unused_data
    assert unpacked > 50_000_000


def relates_to(answer: requests.Response) -> str:
    found = re.search(r"RelatesTo>([^<]*)<", answer.text)
    return "" if found is None else found[1]


def message_id(envelope: str) -> str:
    found = re.search(r"MessageID>([^<]*)<", envelope)
    assert found is not None
    return found[1]


def test_an_answer_is_to_something_else(client: Asking) -> None:
    fault(client, "get:wrong-relates")
    envelope = client.envelope(f"{TRANSFER}/Get", resource=SHELL)
    assert relates_to(client.ask(envelope)) not in ("", message_id(envelope))


def test_an_answer_is_about_another_command(client: Asking) -> None:
    fault(client, "receive-command:wrong-command")
    command_id = client.receive_text(1)
    answer = client.ask(client.envelope(*receiving(command_id)))
    assert "<rsp:Stream" in answer.text
    assert command_id not in answer.text


@pytest.mark.parametrize(("kind", "is_fresh"), [("replay", False), ("replay=fresh", True)])
def test_an_earlier_answer_comes_again_and_the_new_one_is_lost(client: Asking, kind: str, is_fresh: bool) -> None:
    fault(client, f"receive-command@2:{kind}")
    command_id = client.receive_text(400)
    action, body = receiving(command_id)
    first = client.ask(client.envelope(action, body, size=20_000))
    envelope = client.envelope(action, body, size=20_000)
    second = client.ask(envelope)
    third = client.ask(client.envelope(action, body, size=20_000))
    assert Answer(200, second.content).output == Answer(200, first.content).output != b""
    assert (relates_to(second) == message_id(envelope)) is is_fresh
    seen = [int(one) for one in re.findall(rb"<S>text (\d+)", Answer(200, third.content).output)]
    expected = [int(one) for one in re.findall(rb"<S>text (\d+)", Answer(200, first.content).output)]
    assert seen[0] > expected[-1] + 1


def test_an_earlier_answer_comes_again_and_nothing_is_lost_where_the_work_is_not_done(client: Asking) -> None:
    fault(client, "receive-command@2:before:replay")
    command_id = client.receive_text(400)
    action, body = receiving(command_id)
    answers = [client.ask(client.envelope(action, body, size=20_000)) for _ in range(3)]
    first, second, third = (re.findall(rb"<S>text (\d+)", Answer(200, one.content).output) for one in answers)
    assert first == second
    assert int(third[0]) == int(first[-1]) + 1


def test_discovery_and_tokens_have_mishaps_too(client: Asking) -> None:
    for spec in ("discovery:503", "token:html"):
        fault(client, spec)
    sandbox = client.sandbox
    assert client.session.get(f"{sandbox.http}/?Domain=litwareinc.com").status_code == 503
    answer = client.session.post(f"{sandbox.https}/common/oauth2/token", data={"grant_type": "password"})
    assert "Sign in" in answer.text


def test_signing_in_has_mishaps_too(client: Asking) -> None:
    fault(client, "sign-in:502")
    where = f"{client.sandbox.http}/wsman"
    assert requests.post(where, timeout=10).status_code == 502
    token = {"Authorization": "Negotiate TlRMTVNTUAABAAAAMpCI4gAAAAAoAAAAAAAAACgAAAAGAbEdAAAADw=="}
    assert requests.post(where, headers=token, timeout=10).status_code == 502
    assert client.get_shell().status_code == 200


def test_mishaps_meet_encrypted_messages(one_server: Any) -> None:
    client = Client(one_server, auth="ntlm")
    client.open()
    one_server.tell("fault get@1:wrong-relates")
    answer = client.send(f"{TRANSFER}/Get", resource=SHELL)
    assert answer.root.find(f".//{RSP}Shell") is not None
    one_server.tell("clear")
    client.delete()
