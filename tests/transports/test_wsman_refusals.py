"""WSMan against servers that do what a good one never does: redirects, faults, lost connections, nonsense."""

from __future__ import annotations

import base64
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from lync_magic.clixml import SecureString
from lync_magic.errors import (
    AccessDenied,
    AnswerLost,
    CertificateNotTrusted,
    EndpointUnreachable,
    LyncError,
    ProtocolFault,
    QuotaExceeded,
    SessionBroken,
    SessionClosed,
    SignInFailed,
)
from lync_magic.transports import Authentication, Endpoint, Received, Signal, WSManTransport

Start = Callable[..., Any]
SHELL = UUID(int=1)
PASSWORD = "p@ssw0rd!"
_ACTION = re.compile(rb"<wsa:Action[^>]*>[^<]*/(\w+)</wsa:Action>")
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_RSP = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"


def action(asked: Any) -> str:
    """What a request wants: Create, Receive, …"""
    found = _ACTION.search(asked.body)
    return found[1].decode() if found else ""


def envelope(body: str) -> bytes:
    whole = f"<s:Body>{body}</s:Body>" if body else "<s:Body/>"
    return f'<s:Envelope xmlns:s="{_SOAP}" xmlns:rsp="{_RSP}"><s:Header/>{whole}</s:Envelope>'.encode()


def fault(code: int | None, text: str) -> tuple[int, dict[str, str], bytes]:
    number = f' Code="{code}"' if code is not None else ""
    detail = (
        f'<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"{number}>'
        f"<f:Message>{text}</f:Message></f:WSManFault>"
    )
    return 500, {}, envelope(f"<s:Fault><s:Detail>{detail}</s:Detail></s:Fault>")


def fine(asked: Any) -> tuple[int, dict[str, str], bytes]:
    """A server that says yes to everything, and has always the same to say."""
    if action(asked) == "Receive":
        data = base64.b64encode(b"output").decode()
        done = f'<rsp:CommandState State="{_RSP}/CommandState/Done"/>'
        return (
            200,
            {},
            envelope(f'<rsp:ReceiveResponse><rsp:Stream Name="stdout">{data}</rsp:Stream>{done}</rsp:ReceiveResponse>'),
        )
    return 200, {}, envelope("")


@pytest.fixture
def connect(authority: Any, web_server: Start) -> Callable[..., tuple[WSManTransport, Any]]:
    """A transport to a server that answers as told, not opened."""

    def make(answer: Callable[[Any], Any], **options: Any) -> tuple[WSManTransport, Any]:
        server = web_server(answer)
        endpoint = Endpoint(f"{server.address}/OcsPowershell", ca=str(authority.ca), **options)
        return WSManTransport(endpoint, Authentication("basic", "ken", lambda: PASSWORD)), server

    return make


Connect = Callable[..., tuple[WSManTransport, Any]]


def test_a_command_is_three_requests(connect: Connect) -> None:
    transport, server = connect(fine)
    transport.open(SHELL, b"creation", timeout=5)
    pipeline = uuid4()
    before = transport.http_requests
    transport.command(pipeline, b"first", timeout=5)
    assert transport.receive(pipeline, timeout=5) == Received([b"output"], True)
    transport.signal(pipeline, Signal.TERMINATE, timeout=5)
    assert transport.http_requests - before == 3
    transport.close(timeout=5)
    assert [action(asked) for asked in server.asked] == ["Create", "Command", "Receive", "Signal", "Delete"]


def test_something_else_is_done_while_the_server_has_the_request(connect: Connect) -> None:
    has_request, done = threading.Event(), threading.Event()
    seen: list[bool] = []

    def answer(asked: Any) -> Any:
        if action(asked) == "Receive":
            has_request.set()
            seen.append(done.wait(5))
        return fine(asked)

    def meanwhile() -> None:
        seen.append(has_request.wait(5))
        done.set()

    transport, _ = connect(answer)
    transport.open(SHELL, b"creation", timeout=5)
    assert transport.receive(uuid4(), timeout=5, meanwhile=meanwhile) == Received([b"output"], True)
    assert seen == [True, True]
    transport.close(timeout=5)
    assert seen == [True, True]


def test_options_of_the_endpoint_are_in_the_request(connect: Connect) -> None:
    options = {"configuration": "Microsoft.Exchange", "idle_timeout": 60, "no_profile": True, "locale": "fr-FR"}
    transport, server = connect(fine, **options)
    transport.open(SHELL, b"creation", timeout=5)
    body = server.asked[0].body.decode()
    for part in (
        "http://schemas.microsoft.com/powershell/Microsoft.Exchange",
        "<rsp:IdleTimeOut>PT60.000S</rsp:IdleTimeOut>",
        '<wsman:Option Name="protocolversion" MustComply="true">2.3</wsman:Option>',
        '<wsman:Option Name="WINRS_NOPROFILE" MustComply="true">TRUE</wsman:Option>',
        'xml:lang="fr-FR"',
        f">{base64.b64encode(b'creation').decode()}</creationXml>",
        f'ShellId="{SHELL}"',
    ):
        assert part in body


def test_the_stop_signal_is_misspelt_as_powershell_wants_it(connect: Connect) -> None:
    transport, server = connect(fine)
    transport.open(SHELL, b"", timeout=5)
    transport.signal(uuid4(), Signal.STOP, timeout=5)
    assert b"<rsp:Code>powershell/signal/crtl_c</rsp:Code>" in server.asked[-1].body


def test_a_wait_that_the_server_ends_in_silence_is_no_error(connect: Connect) -> None:
    transport, _ = connect(lambda asked: fault(2150858793, "timed out") if action(asked) == "Receive" else fine(asked))
    transport.open(SHELL, b"", timeout=5)
    assert transport.receive(timeout=1) == Received([], False)


def test_a_quota_without_a_number_is_known_by_its_text(connect: Connect) -> None:
    text = "The maximum number of concurrent shells for this user has been exceeded."
    transport, server = connect(lambda asked: fault(None, text))
    with pytest.raises(QuotaExceeded, match="concurrent shells"):
        transport.open(SHELL, b"", timeout=5)
    transport.close(timeout=5)
    assert [action(asked) for asked in server.asked] == ["Create"]


def test_a_shell_that_is_gone_breaks_the_session_and_closes_quietly(connect: Connect) -> None:
    transport, _ = connect(lambda asked: fine(asked) if action(asked) == "Create" else fault(2150858843, "not found"))
    transport.open(SHELL, b"", timeout=5)
    with pytest.raises(SessionBroken, match="not found"):
        transport.command(uuid4(), b"", timeout=5)
    transport.signal(uuid4(), Signal.TERMINATE, timeout=5)
    transport.close(timeout=5)


@pytest.mark.parametrize("code", [995, 1223])
def test_an_aborted_operation_at_close_is_quiet(connect: Connect, code: int) -> None:
    transport, _ = connect(lambda asked: fault(code, "aborted") if action(asked) == "Delete" else fine(asked))
    transport.open(SHELL, b"", timeout=5)
    transport.close(timeout=5)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, SignInFailed),
        (403, AccessDenied),
        (404, EndpointUnreachable),
        (503, AnswerLost),
        (418, ProtocolFault),
    ],
)
def test_a_status_without_a_fault_has_its_error(connect: Connect, status: int, kind: type[LyncError]) -> None:
    transport, _ = connect(lambda asked: (status, {}, b"<html>no</html>"))
    with pytest.raises(kind) as caught:
        transport.open(SHELL, b"", timeout=5)
    assert type(caught.value) is kind


def test_a_wrong_password_has_the_services_words_and_not_the_password(connect: Connect) -> None:
    transport, _ = connect(lambda asked: (401, {"WWW-Authenticate": "Basic"}, b""))
    with pytest.raises(SignInFailed, match="Logon failed for the user 'ken'. Please create") as caught:
        transport.open(SHELL, b"", timeout=5)
    assert PASSWORD not in str(caught.value)
    assert caught.value.__suppress_context__


def test_what_a_refusal_says_is_read(connect: Connect) -> None:
    text = b"The user 'ken' does not have permission to manage this tenant."
    transport, _ = connect(lambda asked: (403, {}, text))
    with pytest.raises(SignInFailed, match="does not have permission"):
        transport.open(SHELL, b"", timeout=5)


@pytest.mark.parametrize("answer", [b"", b"<html/>", b"\x00\x01", b"<a>"])
def test_nonsense_in_place_of_output_is_a_lost_answer(connect: Connect, answer: bytes) -> None:
    transport, _ = connect(lambda asked: (200, {}, answer) if action(asked) == "Receive" else fine(asked))
    transport.open(SHELL, b"", timeout=5)
    with pytest.raises(AnswerLost):
        transport.receive(timeout=1)


def test_a_certificate_that_does_not_verify_stops_everything(web_server: Start) -> None:
    server = web_server(fine)
    transport = WSManTransport(Endpoint(server.address), Authentication("basic", "ken", lambda: PASSWORD))
    with pytest.raises(CertificateNotTrusted):
        transport.open(SHELL, b"", timeout=5)
    assert server.asked == []


# --- lost connections --------------------------------------------------------------------------------------------


class Losing:
    """Answers, but hangs up the first `times` that it is asked for `what`."""

    def __init__(self, what: str, times: int = 1) -> None:
        self.what = what
        self.times = times

    def __call__(self, asked: Any) -> Any:
        if action(asked) == self.what and self.times:
            self.times -= 1
            return None
        return fine(asked)


def asked_for(server: Any, what: str) -> int:
    return sum(action(asked) == what for asked in server.asked)


@pytest.mark.parametrize("what", ["Command", "Send"])
def test_what_may_have_reached_the_server_is_not_sent_again(connect: Connect, what: str) -> None:
    transport, server = connect(Losing(what))
    transport.open(SHELL, b"", timeout=5)
    act = transport.command if what == "Command" else transport.send
    given = (uuid4(), b"") if what == "Command" else (b"",)
    with pytest.raises(SessionBroken, match="was lost"):
        act(*given, timeout=5)
    assert asked_for(server, what) == 1


def test_output_whose_answer_was_lost_is_not_asked_for_again(connect: Connect) -> None:
    transport, server = connect(Losing("Receive"))
    transport.open(SHELL, b"", timeout=5)
    with pytest.raises(SessionBroken, match="was lost"):
        transport.receive(uuid4(), timeout=1)
    assert asked_for(server, "Receive") == 1


def test_the_end_of_a_pipeline_is_said_again_on_a_new_connection(connect: Connect) -> None:
    transport, server = connect(Losing("Signal"))
    transport.open(SHELL, b"", timeout=5)
    transport.signal(uuid4(), Signal.TERMINATE, timeout=5)
    assert asked_for(server, "Signal") == 2


def test_a_shell_is_taken_back_over_a_new_connection(connect: Connect) -> None:
    transport, server = connect(Losing("Delete"))
    transport.open(SHELL, b"", timeout=5)
    transport.close(timeout=5)
    assert asked_for(server, "Delete") == 2


def test_after_a_lost_connection_the_next_request_gets_a_new_one(connect: Connect) -> None:
    transport, _ = connect(Losing("Send"))
    transport.open(SHELL, b"", timeout=5)
    with pytest.raises(SessionBroken):
        transport.send(b"", timeout=5)
    transport.command(uuid4(), b"", timeout=5)


def test_a_shell_whose_making_was_lost_is_taken_back_when_closed(connect: Connect) -> None:
    transport, server = connect(Losing("Create"))
    with pytest.raises(SessionBroken):
        transport.open(SHELL, b"", timeout=5)
    transport.close(timeout=5)
    assert asked_for(server, "Delete") == 1
    assert str(SHELL).upper() in server.asked[-1].body.decode()


def test_a_session_left_waiting_is_given_up_with_advice_on_seats(connect: Connect) -> None:
    release = threading.Event()

    def hang(asked: Any) -> Any:
        if action(asked) == "Create":
            release.wait(5)
        return fine(asked)

    transport, server = connect(hang)
    with pytest.raises(AnswerLost, match=r"has not answered within 0\.3 s") as caught:
        transport.open(SHELL, b"", timeout=0.3)
    assert "%lync remove" in caught.value.advice
    release.set()
    transport.close(timeout=5)
    assert asked_for(server, "Delete") == 1


def test_a_poll_that_was_abandoned_does_not_hold_up_the_next(connect: Connect) -> None:
    release = threading.Event()
    slow, quick = uuid4(), uuid4()

    def answer(asked: Any) -> Any:
        if action(asked) == "Receive" and str(slow).upper().encode() in asked.body:
            release.wait(10)
        return fine(asked)

    transport, server = connect(answer)
    transport.open(SHELL, b"", timeout=5)
    abandoned = threading.Thread(target=lambda: transport.receive(slow, timeout=10), daemon=True)
    abandoned.start()
    end = time.monotonic() + 5
    while not asked_for(server, "Receive") and time.monotonic() < end:
        time.sleep(0.01)
    assert transport.receive(quick, timeout=5).chunks == [b"output"]
    assert not release.is_set()
    release.set()
    abandoned.join(5)


# --- secrets -----------------------------------------------------------------------------------------------------


def test_no_log_of_any_library_holds_the_credential(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    transport, _ = connect(fine)
    transport.open(SHELL, b"creation", timeout=5)
    transport.close(timeout=5)
    assert PASSWORD not in caplog.text
    assert base64.b64encode(f"ken:{PASSWORD}".encode()).decode() not in caplog.text


def test_a_token_is_asked_for_each_request(authority: Any, web_server: Start) -> None:
    server = web_server(fine)
    tokens = iter(["first", "second", "third"])
    endpoint = Endpoint(server.address, ca=str(authority.ca))
    transport = WSManTransport(endpoint, Authentication("bearer", token=lambda: next(tokens)))
    transport.open(SHELL, b"", timeout=5)
    transport.send(b"", timeout=5)
    assert [asked.headers["Authorization"] for asked in server.asked] == ["Bearer first", "Bearer second"]


def test_a_password_with_any_character_is_sent_as_utf8(authority: Any, web_server: Start) -> None:
    server = web_server(fine)
    transport = WSManTransport(
        Endpoint(server.address, ca=str(authority.ca)), Authentication("basic", "kén", lambda: "pässwörd日本")
    )
    transport.open(SHELL, b"", timeout=5)
    scheme, _, sent = server.asked[0].headers["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(sent).decode("utf-8")) == ("Basic", "kén:pässwörd日本")


def test_a_certificate_signs_in_and_says_so(authority: Any, web_server: Start) -> None:
    server = web_server(fine)
    authentication = Authentication(
        "certificate", certificate=str(authority.chain), certificate_key=str(authority.chain)
    )
    transport = WSManTransport(Endpoint(server.address, ca=str(authority.ca)), authentication)
    transport.open(SHELL, b"", timeout=5)
    assert server.asked[0].headers["Authorization"].endswith("/secprofile/https/mutual")


WITHOUT_KERBEROS = """
import sys
sys.modules["gssapi"] = None
from uuid import UUID
from lync_magic.errors import DependencyMissing
from lync_magic.transports import Authentication, Endpoint, WSManTransport
try:
    WSManTransport(Endpoint("https://localhost:1/x"), Authentication("kerberos")).open(UUID(int=1), b"", timeout=5)
except DependencyMissing as error:
    print(error)
"""


def test_kerberos_that_is_not_installed_names_what_to_install() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_KERBEROS], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Signing in with kerberos needs the package gssapi" in ended.stdout
    assert '"lync-magic[kerberos]"' in ended.stdout


def test_a_password_that_was_wiped_is_said(authority: Any, web_server: Start) -> None:
    secret = SecureString(PASSWORD)
    server = web_server(fine)
    transport = WSManTransport(
        Endpoint(server.address, ca=str(authority.ca)), Authentication("basic", "ken", secret.reveal)
    )
    transport.open(SHELL, b"", timeout=5)
    secret.wipe()
    with pytest.raises(SessionClosed, match="wiped"):
        transport.command(uuid4(), b"", timeout=5)


@pytest.mark.parametrize("error", [ValueError("not that"), TimeoutError(), KeyError("x"), KeyboardInterrupt()])
def test_what_is_done_meanwhile_fails_by_itself_and_leaves_a_transport_that_can_be_closed(
    connect: Connect, error: BaseException
) -> None:
    def fail() -> None:
        raise error

    transport, server = connect(fine)
    transport.open(SHELL, b"", timeout=5)
    with pytest.raises(type(error)) as caught:
        transport.receive(uuid4(), timeout=5, meanwhile=fail)
    assert caught.value is error
    transport.close(timeout=5)
    assert asked_for(server, "Delete") == 1
