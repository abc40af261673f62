"""Tokens by msal (the extra `oauth`): how a person or a program gets one for what an endpoint asks for.

Rules: a person is asked when nothing else helps, in a browser or with a code; every wait has an end, and ends when the
session does. A secret goes to the authority that was checked and nowhere else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from lync_magic.clixml import SecureString
from lync_magic.errors import (
    DependencyMissing,
    EndpointUnreachable,
    OperationTimedOut,
    RedirectRefused,
    SignInFailed,
    UsageError,
)
from lync_magic.psrp import InformationRecord, Report
from lync_magic.sessions.challenge import MICROSOFT, Challenge

if TYPE_CHECKING:
    from lync_magic.sessions.token_http import TokenHttp

logging.getLogger("msal.token_cache").setLevel(logging.INFO)  # its debug log holds the code that a browser brought

TOKEN_USER: Final = "oauth"
"""The user name that says that the password is a token."""

PERSON_SECONDS: Final = 300.0
"""How long a person may take to sign in."""
LAST_SECONDS: Final = 1.5
"""How long one request to the token service may take when the session ends, and perhaps the process with it."""
FLOWS: Final = ("auto", "browser", "code")
"""How a person signs in: in a browser that opens here, with a code in any browser, or as it fits."""
POLL_SLICE: Final = 0.2
SLOWER: Final = 5.0
"""What `slow_down` adds to the interval (RFC 8628 3.5)."""

COMMON: Final = "common"
"""The authority's tenant that stands for any."""

REFRESH_TOKEN: Final = "RefreshToken"
"""What msal's cache calls one."""

_MAX_PEM: Final = 1 << 20


@dataclass(frozen=True)
class Application:
    """How to get tokens by msal.

    client_id: the application, None for the one that the endpoint names.  tenant: its id or domain, None for the admin
    domain.  secret, or certificate and certificate_key (paths of PEM files): the application signs in by itself;
    without them a person does.  flow: one of `FLOWS`: "browser" opens one on this machine, "code" shows a code that is
    entered in any browser (device code), "auto" is the first where there is a browser, else the second.
    """

    client_id: str | None = None
    tenant: str | None = None
    secret: SecureString | None = field(default=None, repr=False)
    certificate: str | None = None
    certificate_key: str | None = None
    flow: str = "auto"

    def check(self) -> None:
        """Raise UsageError when its parts do not go together."""
        if self.flow not in FLOWS:
            raise UsageError(f"There is no way to sign in called {self.flow!r}.", f"Use one of: {', '.join(FLOWS)}.")
        if self.by_itself and self.client_id is None:
            raise UsageError("A secret or certificate signs an application in, and none is named.", "--application ID")
        if self.secret is not None and self.certificate is not None:
            raise UsageError("A secret and a certificate were both given.", "Give one of them.")
        if (self.certificate is None) != (self.certificate_key is None):
            raise UsageError("A certificate needs its key, and a key its certificate.", "Give both PEM files.")

    @property
    def by_itself(self) -> bool:
        """Whether no person is asked."""
        return self.secret is not None or self.certificate is not None


class MsalTokens:
    """Gives tokens for a challenge, asking a person or signing an application in; a callable.

    domain: the admin domain.  user_name: who is likely to sign in.  report: told what a person has to do.
    ca: of an authority on the endpoint's host.  seconds: how long a person is waited for.
    Raises DependencyMissing at once without msal.
    """

    def __init__(
        self,
        challenge: Challenge,
        application: Application,
        *,
        domain: str,
        report: Report,
        user_name: str = "",
        ca: str | None = None,
        proxy: str | None = None,
        seconds: float = PERSON_SECONDS,
    ) -> None:
        self.advice = "Run the command again to sign in once more."
        self._application = application
        self._user_name = user_name
        self._scopes = [f"{challenge.resource}/.default"]
        self._report = report
        self._seconds = seconds
        self._stopped = False
        from lync_magic.sessions.token_http import TokenHttp

        self._http = TokenHttp(ca, proxy)
        self._client = _client(challenge, application, domain, self._http)

    def __call__(self) -> str:
        """A token. A person is asked when nothing else helps. Raises SignInFailed, OperationTimedOut."""
        import requests

        try:
            answer = self._answer()
        except requests.Timeout:
            raise OperationTimedOut("The token service did not answer in time.", "Try again.") from None
        except requests.RequestException:
            raise EndpointUnreachable("The token service cannot be reached.", "Check the network.") from None
        except ValueError:  # what msal raises for an authority that is none
            raise SignInFailed("The token service answered with something that cannot be read.") from None
        token = answer.get("access_token")
        if isinstance(token, str):
            return token
        raise _refused(answer)

    def stop(self) -> None:
        """Ask no person any more, and the token service only for a moment."""
        self._stopped = True
        self._http.seconds = LAST_SECONDS

    def _answer(self) -> Mapping[str, Any]:
        if self._application.by_itself:
            found: Mapping[str, Any] = self._client.acquire_token_for_client(self._scopes)
            return found
        for account in self._client.get_accounts():
            silent: Mapping[str, Any] | None = self._client.acquire_token_silent(self._scopes, account)
            if silent is not None and "access_token" in silent:
                return silent
        # A service that says nothing of accounts (RFC 6749 asks for no more) still gives refresh tokens.
        for kept in list(self._client.token_cache.search(REFRESH_TOKEN)):
            renewed: Mapping[str, Any] = self._client.acquire_token_by_refresh_token(kept["secret"], self._scopes)
            if "access_token" in renewed:
                return renewed
        return self._ask_a_person()

    def _ask_a_person(self) -> Mapping[str, Any]:
        if self._stopped:
            raise SignInFailed("The session has ended; nobody is asked to sign in any more.")
        from lync_magic.sessions.browser import browser_here

        way = self._application.flow
        if way == "browser" or (way == "auto" and browser_here()):
            answer = self._by_browser(must_open=way == "auto")
            if answer is not None:
                return answer
        return self._by_code()

    def _by_browser(self, *, must_open: bool) -> Mapping[str, Any] | None:
        """RFC 8252 with RFC 7636: open a page, and wait until somebody has signed in there.

        must_open: whether to give up, with None, where no browser opens.
        """
        from lync_magic.sessions.browser import Receiver, open_page

        with Receiver() as receiver:
            flow: dict[str, Any] = self._client.initiate_auth_code_flow(
                self._scopes,
                redirect_uri=receiver.address,
                login_hint=self._user_name or None,
                response_mode="form_post",  # so that the code does not stay in the browser's history
            )
            page = str(flow.get("auth_uri", ""))
            if urlsplit(page).scheme != "https":
                raise RedirectRefused("The token service names a page without TLS. It was not opened.")
            receiver.expect(flow["state"])
            if not open_page(page) and must_open:
                return None
            self._report(InformationRecord(f"Sign in in the browser. If no window opens, open this page here: {page}"))
            answer = receiver.wait(self._seconds, lambda: self._stopped)
        found: Mapping[str, Any] = self._client.acquire_token_by_auth_code_flow(flow, answer)
        return found

    def _by_code(self) -> Mapping[str, Any]:
        """RFC 8628: show a code, and wait until somebody has entered it."""
        flow: dict[str, Any] = self._client.initiate_device_flow(self._scopes)
        if "user_code" not in flow:
            return flow
        self._report(InformationRecord(str(flow["message"])))
        end = time.monotonic() + self._seconds
        while not self._stopped:
            answer: Mapping[str, Any] = self._client.acquire_token_by_device_flow(
                flow, exit_condition=lambda _flow: True
            )
            if answer.get("error") not in ("authorization_pending", "slow_down"):
                return answer
            if time.monotonic() > end:
                raise OperationTimedOut(
                    f"Nobody entered the code within {self._seconds:g} seconds.", "Connect again for a new code."
                )
            _pause(float(flow.get("interval", 1)) + (SLOWER if answer["error"] == "slow_down" else 0.0))
        raise SignInFailed("The session has ended; nobody is asked to sign in any more.")


def _pause(seconds: float) -> None:
    """Sleep in slices, so that an interrupt is seen soon on every system."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(POLL_SLICE, left))


def _client(challenge: Challenge, application: Application, domain: str, http: TokenHttp) -> Any:
    import requests

    try:
        import msal
    except ImportError:
        raise DependencyMissing("msal", "Signing in with OAuth", "oauth") from None
    head, _, tenant = challenge.authority.rpartition("/")
    wanted = application.tenant or (domain if application.by_itself and tenant.lower() == COMMON else tenant)
    options: dict[str, Any] = {
        "authority": f"{head}/{wanted}",
        "http_client": http,
        # An authority on the endpoint's own host is not one that Microsoft's list knows; `challenge_of` checked it.
        "instance_discovery": False if urlsplit(head).hostname not in MICROSOFT else None,
    }
    client_id = application.client_id or challenge.client_id
    try:
        if not application.by_itself:
            return msal.PublicClientApplication(client_id, **options)
        return msal.ConfidentialClientApplication(client_id, client_credential=_proof(application), **options)
    except requests.RequestException:
        raise EndpointUnreachable("The token service cannot be reached.", "Check the network.") from None
    except ValueError:
        raise SignInFailed("The token service does not know this tenant.", "Check --tenant.") from None


def _proof(application: Application) -> str | dict[str, str]:
    if application.secret is not None:
        return application.secret.reveal()
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA1

    try:
        certificate = Path(str(application.certificate)).read_bytes()[:_MAX_PEM]
        key = Path(str(application.certificate_key)).read_text(encoding="ascii")[:_MAX_PEM]
        thumbprint = x509.load_pem_x509_certificate(certificate).fingerprint(SHA1()).hex()
    except (OSError, ValueError):
        raise UsageError("The certificate or its key cannot be read.", "Give the paths of PEM files.") from None
    return {"private_key": key, "thumbprint": thumbprint, "public_certificate": certificate.decode("ascii")}


def _refused(answer: Mapping[str, Any]) -> SignInFailed:
    said = str(answer.get("error_description") or answer.get("error") or "no reason was given").splitlines()[0]
    return SignInFailed(f"The token service refuses: {said}", "Connect again to sign in once more.")
