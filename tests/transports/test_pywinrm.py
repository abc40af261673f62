"""pywinrm as the carrier: what we rely on of its `Transport`, and that it decides, keeps and repeats nothing."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
import requests
from winrm.transport import Transport

from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.transports import Authentication, Endpoint, WSManTransport
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.dialing import Way
from lync_magic.transports.link import Link, NoAnswer, RequestCount
from lync_magic.transports.wsman.pywinrm import Messenger

Start = Callable[..., Any]
ADDRESS = "https://localhost:5986/OcsPowershell?Übung=%20 [x]"
MESSAGE = bytes(range(256)) * 300
SECRET = "Basic a2VuOnBAc3N3MHJkIQ=="
DEADLINE = 20.0


def noting(given: list[Any], status: int = 200) -> requests.Session:
    """A session that notes what pywinrm asks of it."""

    class Noting(requests.Session):
        def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
            given.append(("prepare", request.method, request.url, request.data))
            return requests.PreparedRequest()

        def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
            given.append("send")
            answer = requests.Response()
            answer.status_code, answer._content = status, b"answer"
            return answer

    return Noting()


# --- what we take of pywinrm ----------------------------------------------------------------------------------------


def test_a_session_that_is_there_already_is_used_as_it_is() -> None:
    transport, session = Transport(ADDRESS, auth_method="kerberos"), noting([])
    before = {name: repr(value) for name, value in vars(session).items()}
    transport.session = session
    assert transport.build_session() is session
    assert {name: repr(value) for name, value in vars(session).items()} == before
    assert transport.encryption is None


@pytest.mark.parametrize("message", [MESSAGE, b""])
def test_a_message_is_prepared_and_sent_once_with_its_bytes_unchanged(message: bytes) -> None:
    given: list[Any] = []
    transport = Transport(ADDRESS, auth_method="kerberos")
    transport.session = noting(given)
    assert transport.send_message(message) == b"answer"
    assert given == [("prepare", "POST", ADDRESS, message), "send"]


def test_a_refused_message_is_not_sent_again() -> None:
    given: list[Any] = []
    transport = Transport(ADDRESS, auth_method="kerberos")
    transport.session = noting(given, 401)
    with pytest.raises(Exception, match="rejected"):
        transport.send_message(MESSAGE)
    assert given.count("send") == 1


def test_pywinrm_is_not_loaded_before_wsman_is_used_and_then_warns_of_nothing() -> None:
    code = """if True:
        import sys
        from lync_magic.transports import WSManTransport
        assert "winrm" not in sys.modules
        from lync_magic.transports.wsman.pywinrm import Messenger
        Messenger("https://localhost/", None)
        print("winrm" in sys.modules)
    """
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


# --- that all goes through it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "scheme"), [("basic", "https"), ("ntlm", "http"), ("negotiate", "https")])
def test_every_request_of_a_session_is_sent_by_pywinrm(
    sandbox_server: Start, monkeypatch: pytest.MonkeyPatch, method: str, scheme: str
) -> None:
    sent: list[bytes] = []
    send = Transport.send_message

    def noted(self: Transport, message: bytes) -> bytes:
        sent.append(message)
        return send(self, message)

    monkeypatch.setattr(Transport, "send_message", noted)
    place = sandbox_server()
    transport = WSManTransport(
        Endpoint(f"{place[scheme]}/OcsPowershell", ca=place["ca"]),
        Authentication(method, "kenmyer@litwareinc.com", lambda: "p@ssw0rd!"),
    )
    pool = RunspacePool(transport)
    pool.open(DEADLINE)
    tenants = list(pool.run(Pipeline.of("Get-CsTenant")))
    pool.close(5)
    assert tenants
    assert len(sent) == transport.http_requests > 4


# --- what is ours to say --------------------------------------------------------------------------------------------


@pytest.fixture
def reach(authority: Any) -> Iterator[Callable[[Any], Messenger]]:
    """A messenger over an open link to a server."""
    links: list[Link] = []

    def make(server: Any) -> Messenger:
        link = Link(server.address, Way(str(authority.ca), proxy=""), RequestCount())
        links.append(link)
        link.open(Deadline.after(DEADLINE))
        return Messenger(server.address, link)

    yield make
    for link in links:
        link.close()


def post(messenger: Messenger, message: bytes = MESSAGE) -> Any:
    return messenger.post({"Authorization": SECRET}, message, Deadline.after(DEADLINE))


@pytest.mark.parametrize("status", [200, 307, 401, 404, 500, 503])
def test_an_answer_is_handed_back_as_it_came_whatever_its_status(reach: Start, web_server: Start, status: int) -> None:
    headers = {"Location": "/elsewhere", "WWW-Authenticate": "Negotiate", "Set-Cookie": "a=b"}
    server = web_server(lambda asked: (status, headers, b"\xff\xfe no text"))
    messenger = reach(server)
    for _ in range(2):
        answer = post(messenger)
        assert (answer.status, answer.body, answer.header("Location")) == (status, b"\xff\xfe no text", "/elsewhere")
    assert [(asked.method, asked.path, asked.body) for asked in server.asked] == [("POST", "/", MESSAGE)] * 2
    assert not any("Cookie" in asked.headers for asked in server.asked)


def test_a_message_that_pywinrm_would_send_twice_leaves_once(
    reach: Start, web_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Transport.send_message
    monkeypatch.setattr(Transport, "send_message", lambda self, message: [send(self, message), send(self, message)])
    server = web_server(lambda asked: (200, {}, b"answer"))
    assert post(reach(server)).body == b"answer"
    assert len(server.asked) == 1


def test_no_answer_is_told_as_the_link_tells_it(reach: Start, web_server: Start) -> None:
    server = web_server(lambda asked: None)
    with pytest.raises(NoAnswer):
        post(reach(server))
    assert len(server.asked) == 1


def test_neither_a_netrc_nor_a_proxy_of_the_environment_has_a_say(
    reach: Start, web_server: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    server = web_server(lambda asked: (200, {}, b""))
    post(reach(server))
    assert server.asked[0].headers["Authorization"] == SECRET


# --- what is kept ---------------------------------------------------------------------------------------------------


def strings_in(one: object) -> str:
    """All text that can be reached from an object, but through code."""
    seen: dict[int, object] = {}
    waiting = [one]
    while waiting:
        each = waiting.pop()
        if id(each) not in seen and not isinstance(each, (type, ModuleType, FunctionType)):
            seen[id(each)] = each
            waiting += gc.get_referents(each)
    return "\n".join(str(each) for each in seen.values() if isinstance(each, (str, bytes, bytearray)))


@pytest.mark.parametrize("given", [(200, {}, b"the answer"), (500, {}, b"the answer"), None])
def test_nothing_of_a_message_is_kept_when_it_is_over(reach: Start, web_server: Start, given: Any) -> None:
    server = web_server(lambda asked: given)
    messenger = reach(server)
    try:
        post(messenger, b"the message")
    except NoAnswer:
        assert given is None
    kept = strings_in(messenger)
    assert server.address in kept
    assert not [one for one in (SECRET, "the message", "the answer") if one in kept]


@pytest.mark.parametrize("given", [(200, {}, b""), (500, {}, b""), None])
def test_a_messenger_goes_without_waiting_for_the_collector(reach: Start, web_server: Start, given: Any) -> None:
    messenger = reach(web_server(lambda asked: given))
    session = weakref.ref(messenger._session)
    gc.disable()
    try:
        try:
            post(messenger)
        except NoAnswer:
            assert given is None
        del messenger
        assert session() is None
    finally:
        gc.enable()
