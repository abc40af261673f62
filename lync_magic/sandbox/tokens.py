"""A token service: OAuth 2 grants at `/<tenant>/oauth2/token` and `/<tenant>/oauth2/v2.0/token`.

Rules of this file: no sockets; a form in, a status and a JSON document out. Access tokens are signed with a key of this
process and carry who they are for and until when; refresh tokens and device codes are remembered. None is ever logged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from lync_magic.sandbox.authentication import Directory
from lync_magic.sandbox.model import Account

CLIENT_ID: Final = "00000004-0000-0ff1-ce00-000000000000"
"""The service's application id, as `WWW-Authenticate` names it."""
APPLICATION_ID: Final = "5b1ad1c4-6f0b-4d0e-9b57-3c1d0a5f2a10"
APPLICATION_SECRET: Final = "sandbox application secret"
"""The one registered application: it may sign in by itself, and acts as the first administrator."""

TOKEN_LIFETIME: Final = 3600.0
"""Seconds."""
DEVICE_CODE_LIFETIME: Final = 900.0
AUTHORIZATION_CODE_LIFETIME: Final = 600.0
POLL_INTERVAL: Final = 1
DEVICE_GRANTS: Final = ("urn:ietf:params:oauth:grant-type:device_code", "device_code")
_USER_CODE_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"


class Answer(NamedTuple):
    """An HTTP status and a JSON document."""

    status: int
    document: Mapping[str, object]


@dataclass
class _DeviceCode:
    user_code: str
    client_id: str
    resource: str
    expires: float
    account: Account | None = None


@dataclass(frozen=True)
class _AuthorizationCode:
    client_id: str
    redirect_uri: str
    challenge: str
    expires: float
    account: Account


class _Refused(Exception):
    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


class TokenService:
    """Issues and checks tokens. base: the server's secure address. clock: seconds since the epoch.

    refresh: whether refresh tokens are given; without them somebody has to sign in again when a token ends.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        base: str = "",
        lifetime: float = TOKEN_LIFETIME,
        refresh: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.base = base
        self.lifetime = lifetime
        self._gives_refresh = refresh
        self._directory = directory
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._refresh: dict[str, tuple[Account, str]] = {}
        self._devices: dict[str, _DeviceCode] = {}
        self._codes: dict[str, _AuthorizationCode] = {}

    def token(self, form: Mapping[str, str]) -> Answer:
        """The token endpoint (RFC 6749 3.2)."""
        grants: dict[str, Callable[[Mapping[str, str]], Account]] = {
            "password": self._by_password,
            "refresh_token": self._by_refresh_token,
            "client_credentials": self._by_client,
            "authorization_code": self._by_authorization_code,
            **dict.fromkeys(DEVICE_GRANTS, self._by_device),
        }
        try:
            grant = grants.get(form.get("grant_type", ""))
            if grant is None:
                raise _Refused("unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.")
            if not form.get("client_id"):
                raise _Refused(
                    "invalid_request",
                    "AADSTS900144: The request body must contain the parameter 'client_id'.",
                )
            account = grant(form)
        except _Refused as refused:
            return Answer(400, {"error": refused.error, "error_description": refused.description})
        return Answer(200, self._issue(account, _resource(form), form["client_id"]))

    def device_code(self, form: Mapping[str, str]) -> Answer:
        """The device authorization endpoint (RFC 8628 3.1)."""
        code = secrets.token_urlsafe(32)
        letters = "".join(secrets.choice(_USER_CODE_LETTERS) for _ in range(8))
        entry = _DeviceCode(letters, form.get("client_id", ""), _resource(form), self._clock() + DEVICE_CODE_LIFETIME)
        self._devices[code] = entry
        page = f"{self.base}/devicelogin"
        return Answer(
            200,
            {
                "device_code": code,
                "user_code": letters,
                "verification_uri": page,
                "verification_url": page,
                "expires_in": int(DEVICE_CODE_LIFETIME),
                "interval": POLL_INTERVAL,
                "message": f"To sign in, use a web browser to open the page {page} and enter the code {letters} to "
                "authenticate.",
            },
        )

    def approve(self, user_code: str, user_name: str, password: str) -> bool:
        """What the page at /devicelogin does: a person vouches for a code. False when something does not fit."""
        account = self._directory.verify(user_name, password)
        for entry in self._devices.values():
            if account is not None and entry.user_code == user_code.strip().upper() and entry.expires > self._clock():
                entry.account = account
                return True
        return False

    def authorize(self, asked: Mapping[str, str], user_name: str, password: str) -> str | None:
        """What the page at `authorize` does: a code for the program that sent a person there (RFC 6749 4.1.2).

        asked: what it said of itself, with the challenge of RFC 7636. None for a wrong password.
        """
        account = self._directory.verify(user_name, password)
        if account is None:
            return None
        code = secrets.token_urlsafe(32)
        self._codes[code] = _AuthorizationCode(
            asked["client_id"],
            asked["redirect_uri"],
            asked["code_challenge"],
            self._clock() + AUTHORIZATION_CODE_LIFETIME,
            account,
        )
        return code

    def verify(self, token: str) -> Account | None:
        """The account behind an access token, when it is one of ours, for this server, and still good."""
        head, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(head).encode()):
            return None
        claims = json.loads(_decoded(head.partition(".")[2]))
        if claims["exp"] <= self._clock() or not str(claims["aud"]).startswith(self.base):
            return None
        return self._directory.find(claims["upn"])

    def challenge(self) -> str:
        """`WWW-Authenticate` of an endpoint that wants a token."""
        return (
            f'Bearer trusted_issuers="{self.base}", client_id="{CLIENT_ID}", '
            f'authorization_uri="{self.base}/common/oauth2/authorize"'
        )

    def configuration(self, tenant: str) -> Mapping[str, object]:
        """The OpenID configuration that client libraries ask for first."""
        root = f"{self.base}/{tenant}"
        return {
            "issuer": f"{root}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "response_types_supported": ["code"],
            "response_modes_supported": ["form_post", "query"],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": [
                "authorization_code",
                "password",
                "refresh_token",
                "client_credentials",
                *DEVICE_GRANTS,
            ],
        }

    # --- grants -----------------------------------------------------------------------------------------------------

    def _by_password(self, form: Mapping[str, str]) -> Account:
        account = self._directory.verify(form.get("username", ""), form.get("password", ""))
        if account is None:
            raise _Refused(
                "invalid_grant",
                "AADSTS50126: Error validating credentials due to invalid username or password.",
            )
        return account

    def _by_refresh_token(self, form: Mapping[str, str]) -> Account:
        known = self._refresh.get(form.get("refresh_token", ""))
        if known is None or known[1] != form["client_id"]:
            raise _Refused("invalid_grant", "AADSTS70000: The provided refresh token is not valid.")
        return known[0]

    def _by_client(self, form: Mapping[str, str]) -> Account:
        secret = form.get("client_secret", "")
        if form["client_id"] != APPLICATION_ID or not hmac.compare_digest(secret.encode(), APPLICATION_SECRET.encode()):
            raise _Refused("invalid_client", "AADSTS7000215: Invalid client secret provided.")
        return next(one for one in self._directory.accounts if one.is_administrator)

    def _by_authorization_code(self, form: Mapping[str, str]) -> Account:
        entry = self._codes.pop(form.get("code", ""), None)  # good for one try
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            entry is None
            or entry.expires <= self._clock()
            or (entry.client_id, entry.redirect_uri) != (form["client_id"], form.get("redirect_uri"))
            or not hmac.compare_digest(entry.challenge.encode(), _base64url(verifier).encode())
        ):
            raise _Refused("invalid_grant", "AADSTS70008: The provided authorization code is invalid or has expired.")
        return entry.account

    def _by_device(self, form: Mapping[str, str]) -> Account:
        code = form.get("device_code") or form.get("code", "")
        entry = self._devices.get(code)
        if entry is None or entry.client_id != form["client_id"]:
            raise _Refused("bad_verification_code", "AADSTS70019: Verification code expired or unknown.")
        if entry.expires <= self._clock():
            del self._devices[code]
            raise _Refused("expired_token", "AADSTS70020: The provided value for the device code has expired.")
        if entry.account is None:
            raise _Refused("authorization_pending", "AADSTS70016: Pending end-user authorization.")
        del self._devices[code]
        return entry.account

    # --- tokens -----------------------------------------------------------------------------------------------------

    def _issue(self, account: Account, resource: str, client_id: str) -> dict[str, object]:
        now = self._clock()
        claims = {
            "aud": resource or self.base,
            "iss": f"{self.base}/{tenant_id(account)}/",
            "iat": int(now),
            "exp": now + self.lifetime,
            "upn": account.user_name,
            "tid": tenant_id(account),
            "appid": client_id,
            "jti": secrets.token_hex(8),
        }
        head = f"{_encoded({'typ': 'JWT', 'alg': 'HS256'})}.{_encoded(claims)}"
        answer: dict[str, object] = {
            "token_type": "Bearer",
            "resource": resource,
            "expires_in": int(self.lifetime),
            "ext_expires_in": int(self.lifetime),
            "expires_on": str(int(now + self.lifetime)),
            "access_token": f"{head}.{self._sign(head)}",
        }
        if self._gives_refresh:
            refresh = secrets.token_urlsafe(48)
            self._refresh[refresh] = (account, client_id)
            answer["refresh_token"] = refresh
        return answer

    def _sign(self, text: str) -> str:
        return _base64url(hmac.new(self._key, text.encode(), hashlib.sha256).digest())


def tenant_id(account: Account) -> str:
    """The tenant's id: the same at every start."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, account.domain))


def _resource(form: Mapping[str, str]) -> str:
    """Whom the token is for: `resource` (version 1), or the scope that names a resource (version 2)."""
    if form.get("resource"):
        return form["resource"]
    scopes = [one for one in form.get("scope", "").split() if "://" in one]
    return scopes[0].removesuffix("/.default") if scopes else ""


def _encoded(document: Mapping[str, object]) -> str:
    return _base64url(json.dumps(document, separators=(",", ":")).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
