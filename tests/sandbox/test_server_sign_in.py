"""The token service's page where a person signs in for a program on this machine (RFC 6749 4.1, RFC 7636, RFC 8252)."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from lync_magic.sandbox.authentication import Directory
from lync_magic.sandbox.tokens import AUTHORIZATION_CODE_LIFETIME, TokenService

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": "app",
    "redirect_uri": "http://localhost:4711",
    "response_type": "code",
    "response_mode": "query",
    "state": "st<a>te",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
PATH = "/common/oauth2/v2.0/authorize"


@dataclass(frozen=True)
class Account:
    user_name: str = USER
    password: str = PASSWORD
    domain: str = "litwareinc.com"
    is_administrator: bool = True
    remote_sessions_enabled: bool = True


class Clock:
    now = 1_000_000.0

    def time(self) -> float:
        return self.now


def redeem(service: TokenService, code: str, /, **other: str) -> tuple[int, str]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "app",
        "redirect_uri": ASKED["redirect_uri"],
        "code_verifier": VERIFIER,
        **other,
    }
    answer = service.token(form)
    return answer.status, str(answer.document.get("error", ""))


def test_a_code_is_good_for_one_token() -> None:
    service = TokenService(Directory([Account()]))
    code = service.authorize(ASKED, USER, PASSWORD)
    assert code is not None
    assert redeem(service, code) == (200, "")
    assert redeem(service, code) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "other",
    [
        {"code_verifier": "b" * 43},
        {"code_verifier": ""},
        {"client_id": "another"},
        {"redirect_uri": "http://localhost:4712"},
        {"code": "another"},
    ],
)
def test_a_code_is_for_who_asked_for_it(other: dict[str, str]) -> None:
    service = TokenService(Directory([Account()]))
    code = service.authorize(ASKED, USER, PASSWORD)
    assert code is not None
    assert redeem(service, code, **other) == (400, "invalid_grant")


def test_a_code_ends() -> None:
    clock = Clock()
    service = TokenService(Directory([Account()]), clock=clock.time)
    code = service.authorize(ASKED, USER, PASSWORD)
    assert code is not None
    clock.now += AUTHORIZATION_CODE_LIFETIME
    assert redeem(service, code) == (400, "invalid_grant")


def test_a_wrong_password_gets_no_code() -> None:
    assert TokenService(Directory([Account()])).authorize(ASKED, USER, "wrong") is None


def test_without_refresh_tokens_none_is_given() -> None:
    service = TokenService(Directory([Account()]), refresh=False)
    form = {"grant_type": "password", "client_id": "app", "username": USER, "password": PASSWORD}
    assert "refresh_token" not in service.token(form).document


@pytest.mark.parametrize(
    "other",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://evil.example/"},
        {"redirect_uri": "http://localhost.evil.example/"},
        {"redirect_uri": "http://localhost@evil.example/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
        {"response_type": "token"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_may_not_be_answered_is_not(sandbox: Any, other: dict[str, str], method: str) -> None:
    said = {**ASKED, **other, "user_name": USER, "password": PASSWORD}
    answer = requests.request(
        method,
        sandbox.https + PATH,
        verify=sandbox.ca,
        timeout=10,
        allow_redirects=False,
        **{"params" if method == "get" else "data": said},  # type: ignore[arg-type]
    )
    assert (answer.status_code, answer.headers.get("Location")) == (400, None)
    assert "may not be answered" in answer.text
    assert "<form" not in answer.text


def test_nothing_is_served_without_tls(sandbox: Any) -> None:
    assert requests.get(sandbox.http + PATH, params=ASKED, timeout=10).status_code == 400


def test_the_answer_goes_back_by_the_address_or_in_a_form(sandbox: Any) -> None:
    said = {**ASKED, "user_name": USER, "password": PASSWORD}
    by_address = requests.post(sandbox.https + PATH, data=said, verify=sandbox.ca, timeout=10, allow_redirects=False)
    place = urlsplit(by_address.headers["Location"])
    found = parse_qs(place.query)
    assert (by_address.status_code, place.netloc, found["state"]) == (302, "localhost:4711", ["st<a>te"])
    in_form = requests.post(
        sandbox.https + PATH, data={**said, "response_mode": "form_post"}, verify=sandbox.ca, timeout=10
    ).text
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', in_form)}
    assert fields.keys() == {"code", "state"}
    assert fields["state"] == "st<a>te"
    assert "st<a>te" not in in_form
