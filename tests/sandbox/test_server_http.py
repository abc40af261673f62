"""What the sandbox says over HTTP besides WSMan: who it lets in, discovery, tokens, and how it starts and ends."""

from __future__ import annotations

import base64
import os
import signal
import ssl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
XML = "application/vnd.microsoft.rtc.autodiscover+xml;v=1"
CLIENT = "client"


def get(sandbox: Any, path: str, *, plain: bool = False, **more: Any) -> requests.Response:
    return requests.get(
        (sandbox.http if plain else sandbox.https) + path, verify=sandbox.ca, timeout=20, allow_redirects=False, **more
    )


def post(sandbox: Any, path: str, *, plain: bool = False, **more: Any) -> requests.Response:
    return requests.post((sandbox.http if plain else sandbox.https) + path, verify=sandbox.ca, timeout=20, **more)


# --- being let in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/wsman", "/OcsPowershell", "/OcsPowershellLiveId", "/ocspowershellLIVEID?AdminDomain=litwareinc.com"]
)
def test_who_says_nothing_is_asked_who_they_are(tiny_sandbox: Any, path: str) -> None:
    answer = post(tiny_sandbox, path, data="<x/>")
    assert answer.status_code == 401
    assert 'Basic realm="WSMAN"' in answer.headers["WWW-Authenticate"]
    assert "Negotiate" in answer.headers["WWW-Authenticate"]


def test_without_tls_no_password_is_asked_for_and_none_is_taken(tiny_sandbox: Any) -> None:
    answer = post(tiny_sandbox, "/OcsPowershell", plain=True, data="<x/>", auth=(USER, PASSWORD))
    assert answer.status_code == 401
    assert "Basic" not in answer.headers["WWW-Authenticate"]
    assert "Negotiate" in answer.headers["WWW-Authenticate"]


def test_a_wrong_password_is_refused_in_the_services_words(tiny_sandbox: Any) -> None:
    answer = post(tiny_sandbox, "/OcsPowershellLiveId", data="<x/>", auth=(USER, "wrong"))
    assert answer.status_code == 401
    assert (
        f"Logon failed for the user '{USER}'. Please create a new PSCredential object, making sure that you have used "
        "the correct user name and password."
    ) in answer.text
    assert "wrong" not in answer.text.replace("wrong user", "")


def test_a_user_name_comes_back_as_text_and_not_as_markup(tiny_sandbox: Any) -> None:
    answer = post(tiny_sandbox, "/OcsPowershellLiveId", data="<x/>", auth=("<script>", "x"))
    ElementTree.fromstring(answer.content)
    assert "<script>" not in answer.text


IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/>'
    "<s:Body><i:Identify/></s:Body></s:Envelope>"
)
UNAUTHENTICATED = {"WSMANIDENTIFY": "unauthenticated"}


def test_one_request_is_enough_for_basic(tiny_sandbox: Any) -> None:
    answer = post(tiny_sandbox, "/wsman", data=IDENTIFY, auth=(USER, PASSWORD))
    assert answer.history == []
    assert "<wsmid:ProductVendor>Microsoft Corporation<" in answer.text
    assert "<wsmid:ProductVersion>OS: 10.0.20348 SP: 0.0 Stack: 3.0<" in answer.text


@pytest.mark.parametrize("plain", [True, False])
def test_who_does_not_sign_in_may_ask_who_answers_and_hears_no_version(tiny_sandbox: Any, plain: bool) -> None:
    answer = post(tiny_sandbox, "/wsman", plain=plain, data=IDENTIFY, headers=UNAUTHENTICATED)
    assert answer.status_code == 200
    assert "<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0<" in answer.text


def test_who_does_not_sign_in_may_ask_nothing_else(tiny_sandbox: Any) -> None:
    for data in ("<not xml", IDENTIFY.replace("Identify", "Create"), ""):
        assert post(tiny_sandbox, "/wsman", data=data, headers=UNAUTHENTICATED).status_code == 401


def test_an_unknown_path_is_not_found(tiny_sandbox: Any) -> None:
    assert get(tiny_sandbox, "/nothing").status_code == 404


GARBAGE = [
    b"",
    b"NTLMSSP\0garbage",
    b"NTLMSSP\0\1\0\0\0",
    b"NTLMSSP\0\3\0\0\0" + bytes(80),
    b"\x60\xff\xff",
    b"\xa1\x03\x30\x01\xff",
    bytes.fromhex("602006092a864886f71201020201006e") + bytes(20),
]


@pytest.mark.parametrize(
    "value", ["Negotiate !!!", "Digest x", "Basic !", *(f"NTLM {base64.b64encode(one).decode()}" for one in GARBAGE)]
)
def test_garbage_for_an_identity_is_refused(tiny_sandbox: Any, value: str) -> None:
    answer = post(tiny_sandbox, "/wsman", data="", headers={"Authorization": value})
    assert answer.status_code == 401


# --- discovery ------------------------------------------------------------------------------------------------------


def links(answer: requests.Response, kind: str) -> dict[str, str]:
    assert answer.headers["Content-Type"] == XML
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "AutodiscoverResponse"
    assert root.get("AccessLocation") == "External"
    return {str(one.get("token")): str(one.get("href")) for one in root.findall(f"{kind}/Link")}


@pytest.mark.parametrize("path", ["/", "/autodiscover/autodiscoverservice.svc/root"])
def test_discovery_leads_from_a_domain_to_its_endpoint(tiny_sandbox: Any, path: str) -> None:
    accept = {"Accept": XML}
    plain = links(get(tiny_sandbox, f"{path}?Domain=litwareinc.com", plain=True, headers=accept), "Root")
    assert list(plain) == ["Redirect"]
    secure = requests.get(plain["Redirect"], headers=accept, verify=tiny_sandbox.ca, timeout=20)
    domain = requests.get(links(secure, "Root")["Domain"], headers=accept, verify=tiny_sandbox.ca, timeout=20)
    assert links(domain, "Domain")["External/RemotePowerShell"] == f"{tiny_sandbox.https}/OcsPowershellLiveId"


def test_discovery_knows_the_domain_that_a_tenant_had_first(tiny_sandbox: Any) -> None:
    answer = get(tiny_sandbox, "/?Domain=litwareinc.onmicrosoft.com", plain=True)
    assert answer.status_code == 200


def test_discovery_answers_json_to_who_does_not_ask_for_xml(tiny_sandbox: Any) -> None:
    answer = get(tiny_sandbox, "/?Domain=litwareinc.com", plain=True)
    assert answer.json()["Root"]["Links"][0]["token"] == "Redirect"


def test_a_hybrid_domain_points_to_the_online_tenant(tiny_sandbox: Any) -> None:
    answer = get(
        tiny_sandbox,
        "/autodiscover/autodiscoverservice.svc/root/domain?Domain=onprem.litwareinc.com",
        headers={"Accept": XML},
    )
    found = links(answer, "Domain")
    assert "External/RemotePowerShell" not in found
    assert found["Hybrid"].endswith("Domain=litwareinc.com")


@pytest.mark.parametrize("plain", [True, False])
def test_a_domain_that_nobody_knows_is_not_found(tiny_sandbox: Any, plain: bool) -> None:
    assert get(tiny_sandbox, "/?Domain=example.com", plain=plain).status_code == 404


# --- tokens ---------------------------------------------------------------------------------------------------------


def token(sandbox: Any, **form: str) -> requests.Response:
    form = {"client_id": CLIENT, "resource": sandbox.https, **form}
    return post(sandbox, "/common/oauth2/token", data=form)


def test_the_token_endpoint_wants_a_token_and_says_whose(tiny_sandbox: Any) -> None:
    answer = get(tiny_sandbox, "/OcsPowershellOAuth")
    assert answer.status_code == 401
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge.startswith("Bearer ")
    assert 'client_id="00000004-0000-0ff1-ce00-000000000000"' in challenge
    assert f'authorization_uri="{tiny_sandbox.https}/common/oauth2/authorize"' in challenge


@pytest.mark.parametrize("how", ["bearer", "basic"])
def test_a_token_for_a_password_opens_the_endpoint(tiny_sandbox: Any, how: str) -> None:
    said = token(tiny_sandbox, grant_type="password", username=USER, password=PASSWORD).json()
    value = said["access_token"]
    given: dict[str, Any] = (
        {"headers": {"Authorization": f"Bearer {value}"}} if how == "bearer" else {"auth": ("oauth", value)}
    )
    assert post(tiny_sandbox, "/OcsPowershellOAuth", data="", **given).status_code == 200


def test_version_two_names_the_resource_in_the_scope(tiny_sandbox: Any) -> None:
    form = {
        "client_id": CLIENT,
        "scope": f"{tiny_sandbox.https}/.default offline_access",
        "grant_type": "password",
        "username": USER,
        "password": PASSWORD,
    }
    said = post(tiny_sandbox, "/litwareinc.com/oauth2/v2.0/token", data=form).json()
    headers = {"Authorization": f"Bearer {said['access_token']}"}
    assert post(tiny_sandbox, "/OcsPowershellOAuth", data="", headers=headers).status_code == 200


def test_a_token_for_another_server_is_refused(tiny_sandbox: Any) -> None:
    said = token(
        tiny_sandbox, grant_type="password", username=USER, password=PASSWORD, resource="https://example.com"
    ).json()
    headers = {"Authorization": f"Bearer {said['access_token']}"}
    assert post(tiny_sandbox, "/OcsPowershellOAuth", data="", headers=headers).status_code == 401


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "e30.e30."])
def test_what_is_no_token_is_refused(tiny_sandbox: Any, value: str) -> None:
    headers = {"Authorization": f"Bearer {value}"}
    assert post(tiny_sandbox, "/OcsPowershellOAuth", data="", headers=headers).status_code == 401


def test_a_token_grows_old_and_is_renewed(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--token-lifetime", "1")
    said = token(sandbox, grant_type="password", username=USER, password=PASSWORD).json()

    def status(value: str) -> int:
        return post(sandbox, "/OcsPowershellOAuth", data="", headers={"Authorization": f"Bearer {value}"}).status_code

    assert status(said["access_token"]) == 200
    deadline = time.monotonic() + 30
    while status(said["access_token"]) == 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    renewed = token(sandbox, grant_type="refresh_token", refresh_token=said["refresh_token"]).json()
    assert status(renewed["access_token"]) == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password", "username": USER, "password": "wrong"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "client_credentials", "client_secret": "x"}, "invalid_client"),
        ({"grant_type": "device_code", "device_code": "x"}, "bad_verification_code"),
        ({"grant_type": "nothing"}, "unsupported_grant_type"),
    ],
)
def test_a_grant_that_does_not_hold_is_refused(tiny_sandbox: Any, form: dict[str, str], error: str) -> None:
    answer = token(tiny_sandbox, **form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_an_application_signs_in_by_itself(tiny_sandbox: Any) -> None:
    from lync_magic.sandbox.tokens import APPLICATION_ID, APPLICATION_SECRET

    answer = token(
        tiny_sandbox, grant_type="client_credentials", client_id=APPLICATION_ID, client_secret=APPLICATION_SECRET
    )
    assert answer.json()["token_type"] == "Bearer"


def test_a_person_enters_a_devices_code_on_the_page(tiny_sandbox: Any) -> None:
    asked = post(
        tiny_sandbox, "/common/oauth2/devicecode", data={"client_id": CLIENT, "resource": tiny_sandbox.https}
    ).json()
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": asked["device_code"]}
    assert token(tiny_sandbox, **grant).json()["error"] == "authorization_pending"
    page = asked["verification_uri"]
    assert "Enter code" in requests.get(page, verify=tiny_sandbox.ca, timeout=20).text
    filled = {"user_code": asked["user_code"].lower(), "user_name": USER, "password": PASSWORD}
    assert requests.post(page, data={**filled, "password": "x"}, verify=tiny_sandbox.ca, timeout=20).status_code == 400
    assert requests.post(page, data=filled, verify=tiny_sandbox.ca, timeout=20).status_code == 200
    assert "access_token" in token(tiny_sandbox, **grant).json()
    assert token(tiny_sandbox, **grant).json()["error"] == "bad_verification_code"


def test_the_token_service_describes_itself(tiny_sandbox: Any) -> None:
    said = get(tiny_sandbox, "/common/v2.0/.well-known/openid-configuration").json()
    assert said["token_endpoint"] == f"{tiny_sandbox.https}/common/oauth2/v2.0/token"


def test_the_token_service_is_not_there_without_tls(tiny_sandbox: Any) -> None:
    answer = post(tiny_sandbox, "/common/oauth2/token", plain=True, data={"grant_type": "password"})
    assert answer.status_code == 403


# --- starting and ending --------------------------------------------------------------------------------------------


def test_the_certificate_is_for_this_machine_and_verifies_with_the_authority_alone(tiny_sandbox: Any) -> None:
    pem = ssl.get_server_certificate(("127.0.0.1", tiny_sandbox.https_port))
    extension = x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_oid(
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME
    )
    names = extension.value
    assert isinstance(names, x509.SubjectAlternativeName)
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(tiny_sandbox.https, timeout=20)


def test_what_is_on_disk_is_private_and_holds_no_key(tiny_sandbox: Any) -> None:
    folder = Path(tiny_sandbox.ca).parent
    assert folder.stat().st_mode & 0o077 == 0
    assert not any(b"PRIVATE KEY" in one.read_bytes() for one in folder.iterdir())


@pytest.mark.parametrize("how", ["stdin", "signal"])
def test_it_ends_and_leaves_nothing_on_disk(start_tiny: Callable[..., Any], how: str) -> None:
    sandbox = start_tiny()
    process: subprocess.Popen[str] = sandbox.process
    assert process.stdin is not None
    if how == "stdin":
        process.stdin.close()
    else:
        os.kill(process.pid, signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert not Path(sandbox.ca).parent.exists()


def test_it_listens_on_this_machine_alone(tiny_sandbox: Any) -> None:
    import psutil

    listening = [one for one in psutil.Process(tiny_sandbox.process.pid).net_connections() if one.status == "LISTEN"]
    assert {one.laddr.ip for one in listening} == {"127.0.0.1"}


def test_the_log_holds_no_secret(start_tiny: Callable[..., Any], tmp_path: Path) -> None:
    log = tmp_path / "requests.log"
    sandbox = start_tiny("--log", str(log))
    said = token(sandbox, grant_type="password", username=USER, password=PASSWORD).json()
    post(sandbox, "/OcsPowershellOAuth", data="", auth=("oauth", said["access_token"]))
    post(sandbox, "/OcsPowershellLiveId", data="<x/>", auth=(USER, PASSWORD))
    post(sandbox, "/OcsPowershellLiveId", data="<x/>", auth=(USER, "another"))
    written = log.read_text()
    assert "/OcsPowershellLiveId" in written
    basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    for secret in (PASSWORD, "another", said["access_token"], said["refresh_token"], basic):
        assert secret not in written


# --- whose name -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:5985", 200),
        ("[::1]", 200),
        ("LOCALHOST:1", 200),
        ("evil.example", 421),
        ("evil.example:5985", 421),
        ("localhost.evil.example", 421),
        ("10.0.0.1", 421),
    ],
)
def test_a_foreign_host_is_refused(tiny_sandbox: Any, host: str, status: int) -> None:
    answer = requests.get(f"{tiny_sandbox.http}/?Domain=litwareinc.com", headers={"Host": host}, timeout=10)
    assert answer.status_code == status
    assert bool(answer.content) is (status == 200)


def test_a_foreign_host_is_refused_at_the_endpoint_too(tiny_sandbox: Any) -> None:
    answer = requests.get(
        f"{tiny_sandbox.https}/wsman", headers={"Host": "evil.example"}, verify=tiny_sandbox.ca, timeout=10
    )
    assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (421, None)
