"""Signing in with tokens, against the sandbox's token service: given, by a code, by an application, and renewed."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

import lync_magic
from lync_magic.errors import DiscoveryFailed, OperationTimedOut, RedirectRefused, SignInFailed, UsageError
from lync_magic.psrp import Event, InformationRecord, VerboseRecord, WarningRecord, ignore
from lync_magic.sessions import Application, Session, State, Target
from lync_magic.sessions.challenge import Challenge, challenge_of, oauth_uri
from lync_magic.sessions.hold import SEAT_LATER
from lync_magic.sessions.oauth import MsalTokens

Server = Callable[..., dict[str, Any]]
ADMINISTRATOR = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
CLIENT_ID = "00000004-0000-0ff1-ce00-000000000000"
SIGN_IN = "To sign in, use a web browser"


def connect(address: dict[str, Any], **options: Any) -> Session:
    return lync_magic.connect(
        ADMINISTRATOR, ca=address["ca"], override_discovery_uri=address["http"], **{"commands": (), **options}
    )


def fetch_token(address: dict[str, Any]) -> str:
    """A token by the password grant, as any other program would get one."""
    form = {"grant_type": "password", "username": ADMINISTRATOR, "password": PASSWORD, "client_id": CLIENT_ID}
    form["resource"] = f"{address['https']}/OcsPowershellOAuth"
    answer = requests.post(f"{address['https']}/common/oauth2/token", data=form, verify=address["ca"], timeout=10)
    token: str = answer.json()["access_token"]
    return token


class Person:
    """Somebody who enters the code that is shown, in the page that is named."""

    def __init__(self, address: dict[str, Any]) -> None:
        self.address = address
        self.codes: list[str] = []

    def report(self, event: Event) -> None:
        if not isinstance(event, InformationRecord) or SIGN_IN not in event.text:
            return
        code = event.text.rpartition("the code ")[2].split()[0]
        self.codes.append(code)
        form = {"user_code": code, "user_name": ADMINISTRATOR, "password": PASSWORD}
        page = f"{self.address['https']}/devicelogin"
        assert requests.post(page, data=form, verify=self.address["ca"], timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("https://a/OcsPowerShellLiveId", "https://a/OcsPowershellOAuth"),
        ("https://a/OcsPowershellOAuth", "https://a/OcsPowershellOAuth"),
        ("https://a/other", "https://a/other"),
    ],
)
def test_the_endpoint_for_tokens_stands_beside_the_one_for_passwords(found: str, wanted: str) -> None:
    assert oauth_uri(found) == wanted


def test_a_token_that_was_given_signs_in_and_the_steps_name_its_endpoint(sandbox_server: Server) -> None:
    address = sandbox_server()
    token, told = fetch_token(address), list[Event]()
    with connect(address, token=lambda: token, report=told.append, commands=("*",)) as lync:
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        assert lync.connection_uri == f"{address['https']}/OcsPowershellOAuth?AdminDomain=litwareinc.com"
    said = [event.message for event in told if isinstance(event, VerboseRecord)]
    assert f"TargetUri = {address['https']}/OcsPowershellOAuth" in said


def test_a_token_from_the_environment_signs_in(sandbox_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    address = sandbox_server()
    monkeypatch.setenv("LYNC_TOKEN", fetch_token(address))
    profile = lync_magic.sessions.plan({"user": ADMINISTRATOR, "token_env": "LYNC_TOKEN"})
    assert profile.token_env == "LYNC_TOKEN"
    token = lync_magic.sessions.token_from_environment("LYNC_TOKEN")
    connect(address, token=token).close()


def test_a_wrong_token_is_refused_and_not_shown(sandbox_server: Server) -> None:
    with pytest.raises(SignInFailed, match="does not take the token") as caught:
        connect(sandbox_server(), token=lambda: "eyJ.S3cret.x")
    assert "S3cret" not in str(caught.value)


def test_a_session_that_outlives_its_token_asks_again_and_goes_on(sandbox_server: Server) -> None:
    address = sandbox_server("--token-lifetime", "3")
    asked: list[float] = []

    def token() -> str:
        asked.append(time.monotonic())
        return fetch_token(address)

    with connect(address, token=token, commands=("*",)) as lync:
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        before = len(asked)
        time.sleep(3.2)
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        assert len(asked) > before


def lines_of(log: Any, word: str) -> list[str]:
    """The requests that the sandbox got for an operation."""
    return [line for line in log.read_text().splitlines() if f" {word} " in line]


def test_a_given_token_that_ends_is_said_once_with_what_to_do_and_a_new_one_is_taken(
    sandbox_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    log = tmp_path / "log"
    address = sandbox_server("--token-lifetime", "3", "--log", str(log))
    monkeypatch.setenv("LYNC_TOKEN", fetch_token(address))
    with connect(address, token=lync_magic.sessions.token_from_environment("LYNC_TOKEN")) as lync:
        assert lync.run("Get-CsTenant")[0].DisplayName == "Litware, Inc."
        ran = len(lines_of(log, "Command"))
        time.sleep(3.2)
        with pytest.raises(SignInFailed, match="localhost does not take the token") as caught:
            lync.run("Get-CsTenant")
        assert caught.value.advice == 'Put a new one into os.environ["LYNC_TOKEN"], and run the command again.'
        assert len(lines_of(log, "Command")) == ran  # it was not carried out
        assert lync.state is State.OPENED
        monkeypatch.setenv("LYNC_TOKEN", fetch_token(address))
        assert lync.run("Get-CsTenant")[0].DisplayName == "Litware, Inc."
        assert len(lines_of(log, "Command")) == ran + 1


def test_a_token_of_a_cell_that_ends_says_how_to_go_on(sandbox_server: Server) -> None:
    address = sandbox_server("--token-lifetime", "3")
    told: list[Event] = []
    given = lync_magic.sessions.fixed_token(lync_magic.SecureString(fetch_token(address)))
    with connect(address, token=given, report=told.append) as lync:
        time.sleep(3.2)
        with pytest.raises(SignInFailed, match="does not take the token") as caught:
            lync.run("Get-CsTenant")
        assert caught.value.advice == "Connect again, with a new token."
        name = lync.name
    assert lync.state is State.CLOSED
    assert [event.message for event in told if isinstance(event, WarningRecord)] == [SEAT_LATER.format(name)]


def test_a_token_that_ends_in_the_middle_of_a_long_answer_is_renewed_there(sandbox_server: Server) -> None:
    address = sandbox_server("--token-lifetime", "3", "--delay", "0.05", "--users", "100")
    asked: list[float] = []

    def token() -> str:
        asked.append(time.monotonic())
        return fetch_token(address)

    with connect(address, token=token) as lync:
        before = len(asked)
        assert len(lync.run("Get-CsOnlineUser")) == 100
        assert len(asked) > before


def test_what_goes_wrong_where_tokens_come_from_is_said_and_the_session_stays(sandbox_server: Server) -> None:
    address = sandbox_server("--token-lifetime", "3")
    broken = False

    def token() -> str:
        if broken:
            raise RuntimeError("S3cret of the vault")
        return fetch_token(address)

    with connect(address, token=token) as lync:
        time.sleep(3.2)
        broken = True
        with pytest.raises(SignInFailed, match="Whoever gives the token failed: RuntimeError") as caught:
            lync.run("Get-CsTenant")
        assert "S3cret" not in str(caught.value)
        broken = False
        assert lync.run("Get-CsTenant")[0].DisplayName == "Litware, Inc."


def test_a_code_in_a_browser_signs_in(sandbox_server: Server) -> None:
    address = sandbox_server()
    person = Person(address)
    with connect(address, application=Application(flow="code"), report=person.report, commands=("*",)) as lync:
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
    assert len(person.codes) == 1


def test_who_signed_in_by_a_code_is_not_asked_again_when_the_token_ends(sandbox_server: Server) -> None:
    address = sandbox_server("--token-lifetime", "3")
    person = Person(address)
    with connect(address, application=Application(flow="code"), report=person.report, commands=("*",)) as lync:
        time.sleep(3.2)
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
    assert len(person.codes) == 1


def challenge(address: dict[str, Any]) -> Challenge:
    return Challenge(CLIENT_ID, f"{address['https']}/common", f"{address['https']}/OcsPowershellOAuth")


def test_a_code_that_nobody_enters_is_given_up(sandbox_server: Server) -> None:
    address = sandbox_server()
    tokens = MsalTokens(
        challenge(address),
        Application(flow="code"),
        domain="litwareinc.com",
        report=ignore,
        ca=address["ca"],
        seconds=1.0,
    )
    with pytest.raises(OperationTimedOut, match="Nobody entered the code"):
        tokens()


def test_the_end_of_a_session_ends_the_wait_for_a_person(sandbox_server: Server) -> None:
    address = sandbox_server()
    shown = threading.Event()

    def report(_event: Event) -> None:
        shown.set()

    by_code = Application(flow="code")
    tokens = MsalTokens(challenge(address), by_code, domain="litwareinc.com", report=report, ca=address["ca"])
    threading.Thread(target=lambda: (shown.wait(10), tokens.stop()), daemon=True).start()
    with pytest.raises(SignInFailed, match="has ended"):
        tokens()


def test_an_application_signs_itself_in_by_its_secret(sandbox_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from lync_magic.sandbox.tokens import APPLICATION_ID, APPLICATION_SECRET

    address = sandbox_server()
    monkeypatch.setenv("APP_SECRET", APPLICATION_SECRET)
    wanted = lync_magic.sessions.plan(
        {"user": ADMINISTRATOR, "application": APPLICATION_ID, "client_secret_env": "APP_SECRET"}
    )
    application = wanted.target.application
    assert application is not None
    assert APPLICATION_SECRET not in repr(wanted)
    with connect(address, application=application, commands=("*",)) as lync:
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_an_application_with_a_wrong_secret_is_told_so_in_the_services_words(sandbox_server: Server) -> None:
    application = Application("5b1ad1c4-6f0b-4d0e-9b57-3c1d0a5f2a10", secret=lync_magic.SecureString("S3cret"))
    with pytest.raises(SignInFailed, match="AADSTS7000215: Invalid client secret provided") as caught:
        connect(sandbox_server(), application=application)
    assert "S3cret" not in str(caught.value)


def test_an_application_signs_itself_in_by_a_certificate(serve: Any, certificates: Any, tmp_path: Any) -> None:
    """A token service that checks the assertion with the certificate's key (RFC 7523 2.2)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _write_certificate(key, tmp_path)
    seen: list[dict[str, str]] = []

    def talk(connection: Any, head: bytes) -> None:
        base = server.base
        while b"\r\n\r\n" in head and len(head.partition(b"\r\n\r\n")[2]) < _length(head):
            head += connection.recv(65536)
        if head.startswith(b"GET"):
            document = {
                "issuer": f"{base}/t/v2.0",
                "authorization_endpoint": f"{base}/t/authorize",
                "token_endpoint": f"{base}/t/token",
            }
        else:
            form = dict(parse_qsl(head.partition(b"\r\n\r\n")[2].decode()))
            seen.append(form)
            document = {"access_token": "the-token", "token_type": "Bearer", "expires_in": 3600}
        body = json.dumps(document).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    server = serve(talk, certificates.good)
    application = Application(
        "app-id", "t", certificate=str(tmp_path / "c.pem"), certificate_key=str(tmp_path / "k.pem")
    )
    where = Challenge("other-id", f"{server.base}/common", "https://pool/OcsPowershellOAuth")
    tokens = MsalTokens(where, application, domain="x.example", report=ignore, ca=certificates.ca)
    assert tokens() == "the-token"
    assert seen[0]["client_id"] == "app-id"
    assert seen[0]["scope"].split()[0] == "https://pool/OcsPowershellOAuth/.default"
    signed, _, signature = seen[0]["client_assertion"].rpartition(".")
    header = json.loads(_decoded(signed.partition(".")[0]))
    scheme: Any = padding.PKCS1v15()
    if header["alg"].startswith("PS"):
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    key.public_key().verify(_decoded(signature), signed.encode(), scheme, hashes.SHA256())


def _length(head: bytes) -> int:
    for line in head.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _write_certificate(key: rsa.RSAPrivateKey, folder: Any) -> None:
    from datetime import datetime, timedelta, timezone

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "c.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "k.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Answer:
    def __init__(self, status: int, **headers: str) -> None:
        self.status, self.body = status, b""
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def bearer(authority: str) -> str:
    return f'Bearer client_id="c", trusted_issuers="x", authorization_uri="{authority}"'


ENDPOINT = "https://pool.contoso.com/OcsPowershellOAuth"


def test_a_challenge_says_where_tokens_come_from_and_for_what() -> None:
    answer = Answer(401, WWW_Authenticate=bearer("https://login.windows.net/common/oauth2/authorize"))
    found = challenge_of(ENDPOINT, None, lambda _uri: answer)
    assert found == Challenge("c", "https://login.windows.net/common", ENDPOINT)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200),
        Answer(404),
        Answer(401),
        Answer(401, WWW_Authenticate="Negotiate"),
        Answer(401, WWW_Authenticate='Bearer client_id="c"'),
        Answer(200, WWW_Authenticate=bearer("https://login.windows.net/common/oauth2/authorize")),
    ],
)
def test_an_endpoint_that_does_not_say_where_tokens_come_from_is_named(answer: Answer) -> None:
    with pytest.raises(DiscoveryFailed, match=r"pool\.contoso\.com does not say where its tokens come from"):
        challenge_of(ENDPOINT, None, lambda _uri: answer)


@pytest.mark.parametrize(
    ("authority", "environment"),
    [
        ("https://login.evil.example/common/oauth2/authorize", None),
        ("https://login.windows.net.evil.example/common/oauth2/authorize", None),
        ("https://login.windows.net@evil.example/common/oauth2/authorize", None),
        ("http://login.windows.net/common/oauth2/authorize", None),
        ("https://[login/common/oauth2/authorize", None),
        ("https://login.windows.net/common/oauth2/authorize", "TeamsGCCH"),
        ("https://pool.contoso.com/common/oauth2/authorize", "TeamsDOD"),
    ],
)
def test_an_authority_that_nobody_knows_is_not_gone_to(authority: str, environment: str | None) -> None:
    with pytest.raises(RedirectRefused, match="Nothing was sent there"):
        challenge_of(ENDPOINT, environment, lambda _uri: Answer(401, WWW_Authenticate=bearer(authority)))


def test_a_national_cloud_has_its_own_authority() -> None:
    answer = Answer(401, WWW_Authenticate=bearer("https://login.microsoftonline.us/common/oauth2/authorize"))
    assert challenge_of(ENDPOINT, "TeamsDOD", lambda _uri: answer).authority.startswith("https://login.microsoftonline")


@pytest.mark.parametrize(
    "target",
    [
        Target("a@b.c", environment="TeamsMars"),
        Target("a@b.c", application=Application(), token=lambda: "x"),
        Target("a@b.c", application=Application(), uri="https://host/"),
        Target("a@b.c", application=Application(secret=lync_magic.SecureString("x"))),
        Target("a@b.c", application=Application("id", certificate="c.pem")),
        Target("a@b.c", application=Application(flow="pigeon")),
        Target("a@b.c", application=Application("id", None, lync_magic.SecureString("x"), "c.pem", "k.pem")),
        Target(application=Application()),
    ],
)
def test_what_does_not_go_together_is_refused(target: Target) -> None:
    with pytest.raises(UsageError):
        target.check()


def test_no_library_logs_a_token_or_a_code_that_stands_for_one(
    sandbox_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    address = sandbox_server("--token-lifetime", "3")
    person = Person(address)
    for name in ("msal", "urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with (
        caplog.at_level(logging.DEBUG),
        connect(address, application=Application(flow="code"), report=person.report) as lync,
    ):
        assert lync._hold.way.tokens is not None
        msal_tokens = lync._hold.way.tokens._give
        kept = [one["secret"] for one in msal_tokens._client.token_cache.search("RefreshToken")]  # type: ignore[attr-defined]
        tokens = {lync._hold.way.tokens()}
        time.sleep(3.2)
        tokens.add(lync._hold.way.tokens())
        assert lync.run("Get-CsTenant")[0].DisplayName == "Litware, Inc."
    assert kept
    assert len(tokens) == 2
    assert "urllib3" in {record.name.partition(".")[0] for record in caplog.records}
    for secret in (*tokens, *kept, *person.codes):
        assert secret not in caplog.text
