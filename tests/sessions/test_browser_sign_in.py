"""Signing in in a browser: a real one, a program that does what one does, and what else may come in there."""

from __future__ import annotations

import _thread
import html
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

import lync_magic
from lync_magic.errors import OperationTimedOut, SignInFailed, UsageError
from lync_magic.psrp import Event, InformationRecord, WarningRecord, ignore
from lync_magic.sessions import Application, Session
from lync_magic.sessions import tokens as keeping
from lync_magic.sessions.browser import Receiver, browser_here
from lync_magic.sessions.challenge import Challenge
from lync_magic.sessions.oauth import MsalTokens

Server = Callable[..., dict[str, Any]]
ADMINISTRATOR = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
CLIENT_ID = "00000004-0000-0ff1-ce00-000000000000"
WEB_PERSON = Path(__file__).with_name("web_person.py")
_INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_ACTION = re.compile(r'action="([^"]*)"')


class Browser(webbrowser.BaseBrowser):
    """Opens a page and signs in there, as a person would: with the form that it finds.

    opened: the pages.  away: whether the person does nothing.  there: whether the browser starts.
    """

    def __init__(self, ca: str) -> None:
        super().__init__("test")
        self.ca = ca
        self.opened: list[str] = []
        self.away = False
        self.there = True
        self.codes: list[str] = []

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.opened.append(url)
        if self.there and not self.away:
            threading.Thread(target=self.sign_in, daemon=True).start()
        return self.there

    def sign_in(self) -> None:
        page = requests.get(self.opened[-1], verify=self.ca, timeout=10).text
        form = {**_hidden(page), "user_name": ADMINISTRATOR, "password": PASSWORD}
        page = requests.post(self.opened[-1].partition("?")[0], data=form, verify=self.ca, timeout=10).text
        answer = _hidden(page)
        self.codes.append(answer["code"])
        action = _ACTION.search(page)
        assert action is not None
        assert "You have signed in" in requests.post(html.unescape(action[1]), data=answer, timeout=10).text


def _hidden(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _INPUT.findall(page)}


@pytest.fixture
def browser() -> Iterator[Callable[[str], Browser]]:
    """Make a browser the one of this machine, for one test."""
    names: list[str] = []

    def use(ca: str) -> Browser:
        one = Browser(ca)
        names.append(f"test-{id(one)}")
        webbrowser.register(names[-1], None, one, preferred=True)
        return one

    yield use
    for name in names:
        webbrowser._browsers.pop(name, None)  # type: ignore[attr-defined]
        webbrowser._tryorder.remove(name)  # type: ignore[attr-defined]


def connect(address: dict[str, Any], flow: str = "browser", **options: Any) -> Session:
    return lync_magic.connect(
        ADMINISTRATOR,
        ca=address["ca"],
        override_discovery_uri=address["http"],
        application=Application(flow=flow),
        **{"commands": (), **options},
    )


def tokens_of(address: dict[str, Any], flow: str = "browser", **options: Any) -> MsalTokens:
    challenge = Challenge(CLIENT_ID, f"{address['https']}/common", f"{address['https']}/OcsPowershellOAuth")
    return MsalTokens(
        challenge, Application(flow=flow), domain="litwareinc.com", ca=address["ca"], **{"report": ignore, **options}
    )


# --- a real browser -------------------------------------------------------------------------------------------------

IN_A_PROGRAM = """
import sys
import lync_magic
from lync_magic.sessions import Application
ca, discovery = sys.argv[1:]
try:
    with lync_magic.connect("kenmyer@litwareinc.com", ca=ca, override_discovery_uri=discovery,
                            application=Application(), commands=()) as lync:
        print(lync.run("Get-CsTenant")[0].DisplayName)
except lync_magic.errors.SignInFailed as error:
    print(error.message)
"""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium here")
@pytest.mark.parametrize(
    ("words", "seen", "shown"),
    [
        ("", "Litware, Inc.", "You have signed in."),
        ("--cancel", "The token service refuses: AADSTS65004", "You have not signed in."),
    ],
)
def test_a_person_signs_in_in_a_browser_or_gives_up(
    sandbox_server: Server, monkeypatch: pytest.MonkeyPatch, words: str, seen: str, shown: str
) -> None:
    address = sandbox_server()
    monkeypatch.setenv("BROWSER", f"{sys.executable} {WEB_PERSON} {ADMINISTRATOR} {PASSWORD} {words} %s")
    for name in ("SSH_CONNECTION", "SSH_TTY", "JUPYTERHUB_USER", "CODESPACES", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    ended = subprocess.run(
        [sys.executable, "-c", IN_A_PROGRAM, address["ca"], address["http"]],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    assert seen in ended.stdout
    assert f"{shown} http://localhost:" in ended.stdout
    assert "code=" not in ended.stdout  # it came in a form, and is in no address


# --- who is asked, and when -----------------------------------------------------------------------------------------


def test_a_session_goes_on_by_itself_when_its_token_ends(sandbox_server: Server, browser: Any) -> None:
    address = sandbox_server("--token-lifetime", "3")
    person = browser(address["ca"])
    with connect(address, commands=("*",)) as lync:
        time.sleep(3.2)
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
    assert len(person.opened) == 1


@pytest.mark.parametrize(("options", "gone"), [((), True), (("--no-refresh-tokens",), False)])
def test_the_seat_comes_back_though_the_token_has_ended_and_nobody_is_asked_for_that(
    sandbox_server: Server, browser: Any, tmp_path: Path, options: tuple[str, ...], gone: bool
) -> None:
    log, told = tmp_path / "log", list[Event]()
    address = sandbox_server("--token-lifetime", "3", "--log", str(log), *options)
    person = browser(address["ca"])
    with connect(address, report=told.append):
        time.sleep(3.2)
    assert len(person.opened) == 1
    assert any(isinstance(event, WarningRecord) for event in told) is not gone
    end = time.monotonic() + 10
    while gone and " Delete 200 " not in log.read_text() and time.monotonic() < end:
        time.sleep(0.05)  # the server writes its line after it has answered
    assert (" Delete 200 " in log.read_text()) is gone


def test_a_session_whose_token_cannot_be_renewed_asks_once_and_goes_on(sandbox_server: Server, browser: Any) -> None:
    address = sandbox_server("--token-lifetime", "4", "--no-refresh-tokens")
    person = browser(address["ca"])
    with connect(address, commands=("*",)) as lync:
        time.sleep(4.2)
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
    assert len(person.opened) == 2


def test_an_interrupt_ends_the_question_and_the_session_goes_on(
    sandbox_server: Server, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody signs in the second time: the interrupt is obeyed, nobody is asked again for the cleaning up, and the
    session works when the command is run again later."""
    monkeypatch.setattr(keeping, "PATIENCE", 2.0)
    address = sandbox_server("--token-lifetime", "4", "--no-refresh-tokens")
    person = browser(address["ca"])
    with connect(address) as lync:
        time.sleep(4.2)
        person.away = True
        threading.Timer(1.0, _thread.interrupt_main).start()
        with pytest.raises(KeyboardInterrupt):
            lync.run("Get-CsTenant")
        with pytest.raises(SignInFailed, match="interrupted"):
            lync.run("Get-CsTenant")
        assert len(person.opened) == 2
        person.away = False
        time.sleep(2.1)
        assert lync.run("Get-CsTenant")[0].DisplayName == "Litware, Inc."


def test_where_no_browser_opens_a_code_is_shown(
    sandbox_server: Server, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, told = sandbox_server(), list[str]()
    person = browser(address["ca"])
    person.there = False
    monkeypatch.setenv("BROWSER", "x")
    for name in ("SSH_CONNECTION", "SSH_TTY", "JUPYTERHUB_USER", "CODESPACES", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)

    def report(event: Event) -> None:
        if isinstance(event, InformationRecord):
            told.append(event.text)

    with pytest.raises(OperationTimedOut, match="Nobody entered the code"):
        tokens_of(address, "auto", report=report, seconds=0.5)()
    assert len(person.opened) == 1
    assert [text.startswith("To sign in, use a web browser") for text in told] == [True]


def test_who_asked_for_the_browser_gets_the_page_even_where_none_opens(sandbox_server: Server, browser: Any) -> None:
    address, told = sandbox_server(), list[str]()
    person = browser(address["ca"])
    person.there = False

    def report(event: Event) -> None:
        if isinstance(event, InformationRecord):
            told.append(event.text)
            person.sign_in()

    assert tokens_of(address, "browser", report=report)().count(".") == 2
    assert told[0].endswith(person.opened[0])


def test_nobody_who_signs_in_is_waited_for_for_ever(sandbox_server: Server, browser: Any) -> None:
    address = sandbox_server()
    browser(address["ca"]).away = True
    with pytest.raises(OperationTimedOut, match=r"Nobody signed in in the browser within 0\.5 seconds"):
        tokens_of(address, seconds=0.5)()


def test_the_end_of_a_session_ends_the_wait_for_the_browser(sandbox_server: Server, browser: Any) -> None:
    address = sandbox_server()
    browser(address["ca"]).away = True
    tokens = tokens_of(address)
    threading.Timer(0.5, tokens.stop).start()
    with pytest.raises(SignInFailed, match="has ended"):
        tokens()


def test_no_log_holds_the_code_or_the_token(
    sandbox_server: Server, browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    address = sandbox_server()
    person = browser(address["ca"])
    for name in (None, "msal", "urllib3"):
        caplog.set_level("DEBUG", name)
    token = tokens_of(address)()
    assert len(person.codes) == 1
    assert "msal" in {record.name.partition(".")[0] for record in caplog.records}
    for secret in (token, *person.codes):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("environment", "platform", "seen"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "x"}, "linux", False),
        ({"BROWSER": "firefox"}, "linux", True),
        ({"BROWSER": "firefox", "JUPYTERHUB_USER": "ken"}, "linux", False),
        ({"SSH_TTY": "x"}, "darwin", False),
        ({"CODESPACES": "true"}, "win32", False),
    ],
)
def test_a_browser_is_here_where_its_person_is(environment: Mapping[str, str], platform: str, seen: bool) -> None:
    assert browser_here(environment, platform) is seen


def test_a_screen_with_a_browser_is_enough(browser: Any) -> None:
    browser("")
    assert browser_here({"DISPLAY": ":0"}, "linux")


@pytest.mark.parametrize(("word", "flow"), [("oauth", "auto"), ("browser", "browser"), ("device_code", "code")])
def test_each_word_names_its_way(word: str, flow: str) -> None:
    found = lync_magic.sessions.plan({"user": ADMINISTRATOR, word: True}).target.application
    assert found is not None
    assert found.flow == flow


def test_two_ways_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="Several ways to sign in"):
        lync_magic.sessions.plan({"user": ADMINISTRATOR, "oauth": True, "device_code": True})


# --- what may come in -----------------------------------------------------------------------------------------------


def wait(receiver: Receiver, seconds: float = 10.0) -> Mapping[str, str]:
    return receiver.wait(seconds, lambda: False)


def say(method: str, receiver: Receiver, said: Mapping[str, str]) -> requests.Response:
    where = "params" if method == "get" else "data"
    return requests.request(method, receiver.address, timeout=9, **{where: said})  # type: ignore[arg-type]


@pytest.mark.parametrize("send", ["post", "get"])
def test_only_the_answer_that_belongs_to_the_question_is_taken(send: str) -> None:
    markup = "<script>alert(1)</script>"
    with Receiver() as receiver:
        receiver.expect("right")
        for state in ("", "wrong", "righ", markup):
            said = {"code": "forged", "state": state, "error": markup}
            answer = requests.request(
                send, receiver.address, params=said if send == "get" else None, data=said, timeout=9
            )
            assert answer.status_code == 400
            assert markup not in answer.text
        said = {"code": "c0de", "state": "right"}
        good = say(send, receiver, said)
        assert good.status_code == 200
        assert "c0de" not in good.text + str(good.headers)
        assert wait(receiver) == said


def test_nothing_is_taken_before_anything_was_asked() -> None:
    with Receiver() as receiver:
        assert requests.post(receiver.address, data={"code": "x", "state": ""}, timeout=9).status_code == 400
        with pytest.raises(OperationTimedOut):
            wait(receiver, 0.1)


def test_connections_that_say_nothing_and_forms_without_end_hold_nobody_up() -> None:
    with Receiver() as receiver:
        receiver.expect("right")
        port = int(receiver.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)), socket.create_connection(("127.0.0.1", port)) as large:
            large.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
            requests.post(receiver.address, data={"code": "x", "state": "right"}, timeout=9)
            assert wait(receiver)["code"] == "x"


def test_it_is_reached_from_this_machine_only_and_gone_afterwards() -> None:
    with Receiver() as receiver:
        place = ("127.0.0.1", int(receiver.address.rpartition(":")[2]))
        assert receiver._server.server_address == place
        socket.create_connection(place).close()
    with pytest.raises(OSError):
        socket.create_connection(place)
