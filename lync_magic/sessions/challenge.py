"""What an endpoint of the OAuth era says of its tokens: whose they are, where they come from, and for what.

    …/OcsPowershellLiveId -> …/OcsPowershellOAuth -> 401, WWW-Authenticate: client_id, authorization_uri

Rules: the endpoint is asked without a credential; it may name its own host as the authority, or one of Microsoft's
clouds, and nothing else, since a person signs in there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from lync_magic.errors import DiscoveryFailed, RedirectRefused
from lync_magic.sessions.discovery import Answer

LIVE_ID_SUFFIX: Final = "/ocspowershellliveid"
OAUTH_SUFFIX: Final = "/OcsPowershellOAuth"
CLOUDS: Final[Mapping[str, str]] = {
    "TeamsGCCH": "login.microsoftonline.us",
    "TeamsDOD": "login.microsoftonline.us",
    "TeamsChina": "login.chinacloudapi.cn",
}
"""Where the tokens of the national clouds come from, by -TeamsEnvironmentName."""
MICROSOFT: Final = frozenset(
    {"login.microsoftonline.com", "login.windows.net", "login.partner.microsoftonline.cn", *CLOUDS.values()}
)
_PARAMETER: Final = re.compile(r'(\w+)="([^"]*)"')
_AUTHORIZE: Final = re.compile(r"/oauth2(?:/v2\.0)?/authorize/?$", re.IGNORECASE)


@dataclass(frozen=True)
class Challenge:
    """What an endpoint says of its tokens. client_id: the application to ask as.  authority: whom to ask.

    resource: what the token is for: the endpoint's address.
    """

    client_id: str
    authority: str
    resource: str


def oauth_uri(uri: str) -> str:
    """The endpoint that takes tokens, beside the one that takes passwords."""
    head, tail = uri[: -len(LIVE_ID_SUFFIX)], uri[-len(LIVE_ID_SUFFIX) :]
    return head + OAUTH_SUFFIX if tail.lower() == LIVE_ID_SUFFIX else uri


def challenge_of(uri: str, environment: str | None, get: Callable[[str], Answer]) -> Challenge:
    """Ask an endpoint where its tokens come from. environment: a key of `CLOUDS`, or None.

    Raises DiscoveryFailed when it does not say, RedirectRefused when it names somebody else, and what `get` raises.
    """
    answer = get(uri)
    host = urlsplit(uri).hostname
    header = answer.headers.get("WWW-Authenticate", "")
    found = dict(_PARAMETER.findall(header)) if "bearer" in header.lower() else {}
    authority = _AUTHORIZE.sub("", found.get("authorization_uri", ""))
    if answer.status != HTTPStatus.UNAUTHORIZED or not authority or not found.get("client_id"):
        raise DiscoveryFailed(
            f"{host} does not say where its tokens come from (HTTP status {answer.status}).",
            "Give a token of your own: --token-env NAME, or -OAuthAccessToken; or sign in with a password.",
        )
    _check_authority(authority, host or "", environment)
    return Challenge(found["client_id"], authority, uri)


def _check_authority(authority: str, host: str, environment: str | None) -> None:
    try:
        place = urlsplit(authority)
        named, usable = place.hostname or "", place.scheme == "https" and place.username is None
    except ValueError:
        named, usable = "", False
    wanted = frozenset({CLOUDS[environment]}) if environment is not None else MICROSOFT | {host.lower()}
    if not usable or named not in wanted:
        raise RedirectRefused(
            f"{host} sends us to {named or 'no web address'} for a token. Nothing was sent there.",
            f"Tokens are asked of {', '.join(sorted(wanted))} only.",
        )
