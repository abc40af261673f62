"""Answers of hostile or broken servers, made at random from right ones: only our errors, in bounded time and memory.

FUZZ_EXAMPLES in the environment asks for more of each kind than a quick run has.
"""

from __future__ import annotations

import base64
import gzip
import os
import re
import socket
import threading
import tracemalloc
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spnego.exceptions import SpnegoError

from lync_magic.errors import LyncError
from lync_magic.transports import Authentication, Endpoint, Received, Shell, WSManTransport
from lync_magic.transports.wsman import answers
from lync_magic.transports.wsman.answers import Unreadable
from lync_magic.transports.wsman.negotiate import Handshake
from lync_magic.transports.wsman.sealing import Form, NotDecrypted, Sealing

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
fuzzed = settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
COMMAND = UUID(int=7)
RELATED = UUID(int=9)
RECEIVED = (
    f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:rsp="{SHELL}" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header><a:Action>x</a:Action>'
    f"<a:RelatesTo>uuid:{RELATED}</a:RelatesTo></s:Header><s:Body><rsp:ReceiveResponse>"
    f'<rsp:Stream Name="stdout" CommandId="{COMMAND}">{base64.b64encode(bytes(range(90))).decode()}</rsp:Stream>'
    f'<rsp:Stream Name="stdout" CommandId="{COMMAND}">AAAA</rsp:Stream><rsp:Stream Name="stdout" End="true"/>'
    f'<rsp:CommandState CommandId="{COMMAND}" State="{SHELL}/CommandState/Done"><rsp:ExitCode>0</rsp:ExitCode>'
    "</rsp:CommandState></rsp:ReceiveResponse></s:Body></s:Envelope>"
).encode()
FAULT = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body><s:Fault><s:Code><s:Value>s:R'
    b"</s:Value><s:Subcode><s:Value>w:TimedOut</s:Value></s:Subcode></s:Code><s:Reason><s:Text>no</s:Text></s:Reason>"
    b'<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="2150858793">'
    b"<f:Message>timed out</f:Message></f:WSManFault></s:Detail></s:Fault></s:Body></s:Envelope>"
)
LISTED = (
    f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:rsp="{SHELL}" xmlns:n="http://schemas.xmlsoap.'
    f'org/ws/2004/09/enumeration"><s:Body><n:EnumerateResponse><n:EnumerationContext>1</n:EnumerationContext><rsp:Shell>'
    f"<rsp:ShellId>{COMMAND}</rsp:ShellId><rsp:Owner>ken</rsp:Owner><rsp:ShellRunTime>P0DT0H0M12S</rsp:ShellRunTime>"
    "</rsp:Shell></n:EnumerateResponse></s:Body></s:Envelope>"
).encode()
MADE = (
    f'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:rsp="{SHELL}"><s:Body><rsp:Shell ShellId="1">'
    f"<rsp:ShellId>{COMMAND}</rsp:ShellId><rsp:IdleTimeOut>PT60.000S</rsp:IdleTimeOut></rsp:Shell></s:Body></s:Envelope>"
).encode()
PIECES = [
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<![CDATA[<rsp:Stream>]]>",
    b"<!-- <rsp:Stream Name='a'>AAAA</rsp:Stream> -->",
    b"<?pi <rsp:Stream Name='a'>?>",
    b"<rsp:Stream Name='a'>",
    b"<a><b>" * 40,
    b"&amp;&#0;&x;",
    b"\0",
    b"\xff\xfe",
    b"</s:Body><s:Body>",
    b"P9999999999DT1H",
    b"=" * 20,
]


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A right document after a few accidents."""
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(whole)))
        end = draw(st.integers(start, min(len(whole), start + 60)))
        inserted = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8), st.just(whole[start:end] * 2)))
        whole = whole[:start] + inserted + whole[end:]
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 9)) == 0 else whole


documents = st.one_of(*(damaged(one) for one in (RECEIVED, FAULT, LISTED, MADE)), st.binary(max_size=300))


@fuzzed
@given(documents)
def test_a_document_is_read_or_refused(document: bytes) -> None:
    try:
        reply = answers.read_reply(document)
    except Unreadable:
        return
    readers: list[Callable[[answers.Reply], Any]] = [
        answers.read_delivery,
        answers.read_command_id,
        answers.read_made,
        answers.read_shells,
        answers.read_identity,
    ]
    for read in readers:
        try:
            read(reply)
        except Unreadable:
            pass


@fuzzed
@given(damaged(RECEIVED))
def test_what_is_lifted_out_is_what_the_whole_document_says(document: bytes) -> None:
    """The quick way and the slow one agree on what is an answer, and on what it says."""
    found: list[object] = []
    for read in (answers.read_reply, answers._whole):
        try:
            reply = read(document)
            found.append((reply.relates_to, [one for one in reply.output if one], reply.body.find(f"{{{SHELL}}}x")))
        except Unreadable:
            found.append(None)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "document",
    [
        b"<a>" * 300_000,
        b"<s:a xmlns:s='x'>" + b"<b/>" * 300_000,
        b"<a " + b" ".join(b"x%d='1'" % n for n in range(30_000)) + b"/>",
        b"<!DOCTYPE a [<!ENTITY b 'cccccccccc'>" + b"<!ENTITY c '&b;&b;&b;&b;'>" * 9 + b"]><a>&c;</a>",
        b"<rsp:Stream " * 100_000,
        b"<rsp:Stream x>" * 120_000,
        RECEIVED.replace(b"AAAA", b"A" * 8_000_000),
    ],
)
def test_a_document_that_is_made_to_cost_much_is_refused_before_it_does(document: bytes) -> None:
    tracemalloc.start()
    try:
        try:
            answers.read_reply(document)
        except Unreadable:
            pass
        assert tracemalloc.get_traced_memory()[1] < 10 * len(document) + 100_000_000
    finally:
        tracemalloc.stop()


class _Opens:
    """A log-on that opens whatever it gets."""

    def unwrap_winrm(self, header: bytes, data: bytes) -> bytes:
        return data


WINDOWS = (
    b"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
    b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=4\r\n"
    b"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n\0\0\0\0abcd--Encrypted Boundary--\r\n"
)


@fuzzed
@given(damaged(WINDOWS), st.one_of(st.just("boundary=x"), st.text(max_size=40)))
def test_an_encrypted_answer_is_read_or_refused(body: bytes, kind: str) -> None:
    sealing = Sealing(_Opens(), "Negotiate", Form())  # type: ignore[arg-type]
    for given_kind in (kind, 'multipart/encrypted;boundary="Encrypted Boundary"'):
        sealing.is_sealed(given_kind)
        try:
            sealing.open(given_kind, body)
        except NotDecrypted:
            pass


@settings(fuzzed, max_examples=EXAMPLES // 3)
@given(
    st.one_of(
        st.text(max_size=60),
        st.binary(max_size=80).map(lambda token: f"Negotiate {base64.b64encode(token).decode()}"),
        damaged(b"NTLMSSP\0\2\0\0\0\0\0\0\0\x38\0\0\0\5\2\x8a\xa2abcdefgh\0\0\0\0\0\0\0\0\0\0\0\0\x38\0\0\0").map(
            lambda token: f"Negotiate {base64.b64encode(token).decode()}"
        ),
    )
)
def test_a_challenge_is_answered_or_refused(challenge: str) -> None:
    handshake = Handshake(Authentication("ntlm", "ken", lambda: "x"), "localhost", seals=True)
    handshake.begin(None, 5.0)
    try:
        handshake.answer(challenge, None, 5.0)
    except SpnegoError:
        pass


# --- whole answers, over a socket -----------------------------------------------------------------------------------

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n"
PACKED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(RECEIVED)
REFUSED = b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate, Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
REDIRECTED = b"HTTP/1.1 302 Found\r\nLocation: https://localhost/x\r\nContent-Length: 0\r\n\r\n"
http_answers = st.one_of(
    *(
        damaged(one)
        for one in (
            OK % len(RECEIVED) + RECEIVED,
            CHUNKED % len(RECEIVED) + RECEIVED + b"\r\n0\r\n\r\n",
            b"HTTP/1.1 500 Internal\r\nContent-Length: %d\r\n\r\n" % len(FAULT) + FAULT,
            PACKED,
            REFUSED,
            REDIRECTED,
            b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + OK % 3,
        )
    ),
    st.binary(max_size=200),
)


@settings(fuzzed, max_examples=EXAMPLES // 2)
@given(http_answers)
def test_an_answer_over_the_wire_is_taken_or_refused(answer: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lync_magic.transports.link.dial", lambda *_: _says(answer))
        for method in ("basic", "ntlm"):
            endpoint = Endpoint("https://localhost/OcsPowershell", proxy="")
            transport = WSManTransport(endpoint, Authentication(method, "ken", lambda: "x"))
            calls: list[Callable[[], object]] = [
                lambda transport=transport: transport.receive(COMMAND, timeout=1),  # type: ignore[misc]
                lambda transport=transport: transport.command(COMMAND, b"", timeout=1),  # type: ignore[misc]
                lambda transport=transport: transport.shells(timeout=1),  # type: ignore[misc]
            ]
            for call in calls:
                try:
                    result = call()
                except LyncError:
                    continue
                assert result is None or isinstance(result, (Received, list))
            transport.drop()


@settings(fuzzed, max_examples=EXAMPLES // 3)
@given(
    st.one_of(
        damaged(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"), damaged(REFUSED), st.binary(max_size=90)
    )
)
def test_what_a_proxy_says_is_understood_or_refused(answer: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lync_magic.transports.dialing._tcp", lambda *_: _says(answer))
        endpoint = Endpoint("https://localhost/OcsPowershell", proxy="http://127.0.0.1:1")
        transport = WSManTransport(endpoint, Authentication("basic", "ken", lambda: "x"))
        with pytest.raises(LyncError):
            transport.open(COMMAND, b"", timeout=1)
        assert transport.http_requests == 0


def _says(answer: bytes) -> socket.socket:
    """A connection to somebody who answers each request so, naming its message, and hangs up."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        with theirs:
            try:
                asked = theirs.recv(65536)
                named = re.search(rb"uuid:([0-9A-Fa-f-]{36})</wsa:MessageID>", asked)
                related = named[1] if named else str(uuid4()).encode()
                theirs.sendall(answer.replace(str(RELATED).encode(), related))
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    return ours


def test_a_shell_in_a_list_is_read() -> None:
    """What is damaged above is right before it is."""
    shells, context = answers.read_shells(answers.read_reply(LISTED))
    assert (shells, context) == ([Shell(COMMAND, "ken", "", "", 12.0, None)], "1")
    assert answers.read_made(answers.read_reply(MADE)) == (str(COMMAND), 60.0)
    delivery = answers.read_delivery(answers.read_reply(RECEIVED))
    assert (len(delivery.chunks), delivery.done, delivery.commands) == (2, True, {COMMAND})
