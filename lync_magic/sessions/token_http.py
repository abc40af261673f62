"""What msal sends with: the system's trust, no redirects, https only, a deadline for each request.

Rules: a form with a secret goes to the address that was checked and nowhere else; nothing of it is logged or kept here.
"""

from __future__ import annotations

import ssl
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from lync_magic.errors import RedirectRefused

TOKEN_SERVICE_SECONDS: Final = 20.0
"""How long one request to the token service may take."""


class _SystemTrust(HTTPAdapter):
    """requests' adapter, with the system's authorities besides its own, and `ca`."""

    def __init__(self, ca: str | None) -> None:
        self._context = ssl.create_default_context()
        if ca is not None:
            self._context.load_verify_locations(ca)
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, **options)


class TokenHttp:
    """What msal sends with: no redirects, since a form would go along; a deadline for each request."""

    def __init__(self, ca: str | None, proxy: str | None) -> None:
        self.seconds = TOKEN_SERVICE_SECONDS
        self._proxy = proxy
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("https://", _SystemTrust(ca))

    def get(self, url: str, **options: Any) -> requests.Response:
        """As requests' own."""
        return self._send("GET", url, options)

    def post(self, url: str, **options: Any) -> requests.Response:
        """As requests' own."""
        return self._send("POST", url, options)

    def close(self) -> None:
        """Let the connections go."""
        self._session.close()

    def _send(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        proxies = {"https": self._proxy} if self._proxy is not None else get_environ_proxies(url, no_proxy=None)
        kept = {name: options[name] for name in ("params", "data", "headers") if name in options}
        if urlsplit(url).scheme != "https":
            raise RedirectRefused("The token service names an address without TLS. Nothing was sent there.")
        return self._session.request(method, url, timeout=self.seconds, allow_redirects=False, proxies=proxies, **kept)
