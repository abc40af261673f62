"""From a user's domain to the PowerShell endpoint: the chain that New-CsOnlineSession walks (MS-OCDISCWS).

    http://lyncdiscover.<domain>?Domain=<domain>  ->  Root  ->  Redirect | Domain  ->  External/RemotePowerShell |
    Hybrid

Rules: each step is one GET without a credential; no redirect of HTTP is followed, only links of the documents; the
chain has an end (`MAX_STEPS`), and whatever breaks it is named with the step's address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from lync_magic.errors import DiscoveryFailed, LyncError

ACCEPT: Final = "application/vnd.microsoft.rtc.autodiscover+xml;v=1"
"""Without it the service answers JSON."""

DOMAIN_LINK: Final = "Domain"
REDIRECT_LINK: Final = "Redirect"
POWERSHELL_LINK: Final = "External/RemotePowerShell"
HYBRID_LINK: Final = "Hybrid"

MAX_STEPS: Final = 8
MAX_DOCUMENT: Final = 1 << 20

LIVE_ID_SUFFIX: Final = "/OcsPowershellLiveId"
OAUTH_SUFFIX: Final = "/OcsPowershellOAuth"


class Answer(Protocol):
    """What a GET brought."""

    @property
    def status(self) -> int: ...
    @property
    def body(self) -> bytes: ...


Get = Callable[[str], Answer]
"""GET an address without a credential and without following redirects. Raises a LyncError where there is no answer."""


@dataclass(frozen=True)
class Document:
    """One discovery document. kind: `Root`, `Domain` or `User`.  links: href by token."""

    kind: str
    links: dict[str, str]


def admin_domain(user_name: str) -> str:
    """The domain to administer: what follows `@`. Raises DiscoveryFailed when there is none."""
    _, at, domain = user_name.rpartition("@")
    if not at or not domain.strip():
        raise DiscoveryFailed(
            f"The user name '{user_name}' holds no domain to administer.",
            "Give it as name@domain, or name the domain: --override-admin-domain DOMAIN.",
        )
    return domain.strip()


def root_address(domain: str) -> str:
    """Where the chain starts for a domain, when nothing says otherwise."""
    return f"http://lyncdiscover.{domain}"


def find_endpoint(domain: str, root: str, get: Get) -> str:
    """The address of the domain's PowerShell endpoint.

    domain: the admin domain.  root: where to start, without query.  Raises DiscoveryFailed naming the step that broke.
    """
    start = f"{root}?Domain={quote(domain)}"
    address = start
    seen: set[str] = set()
    for _ in range(MAX_STEPS):
        if address in seen:
            raise _failed(start, f"{address} leads back to itself")
        seen.add(address)
        document = _read(start, address, get)
        endpoint = document.links.get(POWERSHELL_LINK)
        if endpoint is not None:
            return _checked(start, address, endpoint)
        following = _next_link(document)
        if following is None:
            raise _failed(start, f"{address} has no link to a PowerShell endpoint")
        address = _checked(start, address, following)
    raise _failed(start, f"no endpoint after {MAX_STEPS} steps")


def _next_link(document: Document) -> str | None:
    order = (DOMAIN_LINK, REDIRECT_LINK, HYBRID_LINK)
    return next((document.links[token] for token in order if token in document.links), None)


def _read(start: str, address: str, get: Get) -> Document:
    try:
        answer = get(address)
    except LyncError as error:
        raise _failed(start, f"{address}: {error.message}") from error
    if answer.status != 200:
        raise _failed(start, f"{address} answered with HTTP status {answer.status}")
    if len(answer.body) > MAX_DOCUMENT:
        raise _failed(start, f"{address} answered with {len(answer.body)} bytes")
    if b"<!DOCTYPE" in answer.body or b"<!ENTITY" in answer.body:
        raise _failed(start, f"{address} did not answer with a discovery document")
    try:
        tree = ElementTree.fromstring(answer.body)
    except ElementTree.ParseError as error:
        raise _failed(start, f"{address} did not answer with a discovery document") from error
    for element in tree:
        kind = _local(element.tag)
        if kind in ("Root", "Domain", "User"):
            return Document(kind, _links(element))
    raise _failed(start, f"{address} did not answer with a discovery document")


def _links(element: ElementTree.Element) -> dict[str, str]:
    return {
        link.get("token", ""): link.get("href", "")
        for link in element
        if _local(link.tag) == "Link" and link.get("href")
    }


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _checked(start: str, at: str, link: str) -> str:
    place = urlsplit(link)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise _failed(start, f"{at} links to something that is no web address")
    if urlsplit(at).scheme == "https" and place.scheme == "http":
        raise _failed(start, f"{at} leads from https to http, which is not followed")
    return link


def _failed(start: str, why: str) -> DiscoveryFailed:
    return DiscoveryFailed(
        f"Unable to query AutoDiscover URL at: {start}",
        f"{why[0].upper()}{why[1:]}. In a hybrid deployment name the admin domain (--override-admin-domain); "
        "or give the endpoint itself: --uri https://host/OcsPowershell.",
    )
