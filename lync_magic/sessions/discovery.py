"""From a user's domain to the PowerShell endpoint: the chain that New-CsOnlineSession walks (MS-OCDISCWS).

    http://lyncdiscover.<domain>?Domain=<domain>  ->  Root  ->  Redirect | Domain  ->  External/RemotePowerShell |
    Hybrid

Rules: each step is one GET without a credential; links of the documents are followed, a redirect of HTTP only on the
same host, nothing from https to http. The chain starts without TLS, so whoever is on the way can write its first
document: that may name hosts of the domain, of the service (`SERVICE_DOMAINS`) and those that the user allowed, and no
others; a document that came by TLS may name any. The chain has an end (`MAX_STEPS`) and one deadline, and whatever
breaks it is named with the step's address.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from xml.etree import ElementTree

from lync_magic.errors import CertificateNotTrusted, DiscoveryFailed, LyncError, RedirectRefused
from lync_magic.transports import within

ACCEPT: Final = "application/vnd.microsoft.rtc.autodiscover+xml;v=1"
"""Without it the service answers JSON."""

POWERSHELL_LINK: Final = "External/RemotePowerShell"
FOLLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "Root": ("Domain", "Redirect"),
    "Domain": ("Hybrid", "Redirect"),
    "User": ("Redirect",),
}
"""The links that lead on, by kind of document, the first one that is there."""

SERVICE_DOMAINS: Final = frozenset({"lync.com", "lync.cn", "skypeforbusiness.us"})
"""Where the service itself is: Microsoft's cloud, 21Vianet's, and those of the US government."""

MAX_STEPS: Final = 8
MAX_DOCUMENT: Final = 1 << 20
DISCOVERY_SECONDS: Final = 30.0
"""How long the whole chain may take."""

_DOMAIN: Final = re.compile(r"(?:(?!-)[\w-]{1,63}(?<!-)\.)+(?!-)[\w-]{2,63}(?<!-)")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_WEB_PAGE: Final = "it is a web page, perhaps of a proxy that wants a sign-in"
_NO_DOCUMENT: Final = "did not answer with a discovery document"


class Answer(Protocol):
    """What a GET brought. headers: names in any case."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


Get = Callable[[str, float], Answer]
"""GET an address, in at most so many seconds, without a credential and without following redirects.

Raises a LyncError where there is no answer.
"""


@dataclass(frozen=True)
class Document:
    """One discovery document. kind: `Root`, `Domain` or `User`.  links: href by token."""

    kind: str
    links: Mapping[str, str]


def admin_domain(user_name: str) -> str:
    """The domain to administer: what follows `@`. Raises DiscoveryFailed when there is none, without repeating what
    was given: a password that was typed in the user's place goes into no address and no output.
    """
    name, _at, domain = user_name.strip().rpartition("@")
    if not name or any(letter.isspace() for letter in name) or not _DOMAIN.fullmatch(domain):
        raise DiscoveryFailed(
            "The user name holds no domain to administer.",
            "Give it as name@domain, or name the domain: --override-admin-domain DOMAIN.",
        )
    return domain


def root_address(domain: str) -> str:
    """Where the chain starts for a domain, when nothing says otherwise."""
    return f"http://lyncdiscover.{domain}"


def find_endpoint(
    domain: str, root: str, get: Get, seconds: float = DISCOVERY_SECONDS, trusted: Collection[str] = ()
) -> str:
    """The address of the domain's PowerShell endpoint.

    domain: the admin domain.  root: where to start, without query.  seconds: for all steps together.
    trusted: further domains and hosts that a document may name that came without TLS.
    Raises DiscoveryFailed naming the step that broke, and RedirectRefused for a host that is not followed to.
    """
    known = frozenset(one.lower().rstrip(".") for one in (domain, *trusted)) | SERVICE_DOMAINS
    return _Chain(f"{root}?Domain={quote(domain)}", get, time.monotonic() + seconds, domain, known).walk()


class _Broken(Exception):
    """A step that leads nowhere, and why."""


@dataclass(frozen=True)
class _Chain:
    start: str
    get: Get
    deadline: float
    domain: str
    known: frozenset[str]

    def walk(self) -> str:
        address, seen = self.start, set[str]()
        for _ in range(MAX_STEPS):
            try:
                if address in seen:
                    raise _Broken(f"{address} leads back to itself")
                seen.add(address)
                address, found = self._step(address)
            except _Broken as why:
                raise self._failed(str(why), why.__cause__) from why.__cause__
            if found:
                return address
        raise self._failed(f"There is no endpoint after {MAX_STEPS} steps, the last of them {address}")

    def _step(self, address: str) -> tuple[str, bool]:
        """Where a step leads, and whether that is the endpoint."""
        answer = self._ask(address)
        if answer.status in _REDIRECTS:
            return _redirected(address, answer.headers.get("Location", "")), False
        if answer.status != 200:
            raise _Broken(f"{address} answered with HTTP status {answer.status}")
        document = read_document(address, answer.body)
        endpoint = document.links.get(POWERSHELL_LINK)
        if endpoint is not None:
            return self._followed(address, endpoint), True
        following = next((token for token in FOLLOWED[document.kind] if token in document.links), None)
        if following is None:
            raise _Broken(f"{address} has no link to a PowerShell endpoint")
        return self._followed(address, document.links[following]), False

    def _followed(self, at: str, link: str) -> str:
        """A document's link, which whoever is on the way may have written where it came without TLS."""
        _checked(at, link)
        here, there = urlsplit(at), (urlsplit(link).hostname or "").rstrip(".")
        if here.scheme == "https" or there == here.hostname or _is_of(there, self.known):
            return link
        raise RedirectRefused(
            f"{here.hostname}, asked without TLS, sends us to {there}, which is not of {self.domain}. Nothing was "
            "sent there.",
            f"If you know that it is your service: --allow-host {there}; or give the endpoint itself: --uri URI.",
        )

    def _ask(self, address: str) -> Answer:
        left = max(0.1, self.deadline - time.monotonic())
        late = f"{urlsplit(address).hostname} did not answer in time."
        try:
            return within(left, lambda: self.get(address, left), late)
        except LyncError as error:
            raise _Broken(f"{address}: {error.message}") from error

    def _failed(self, why: str, cause: BaseException | None = None) -> DiscoveryFailed:
        trust = f" {cause.advice}" if isinstance(cause, CertificateNotTrusted) else ""
        return DiscoveryFailed(
            f"Unable to query AutoDiscover URL at: {self.start}",
            f"{why.rstrip('.')}.{trust} In a hybrid deployment name the admin domain (--override-admin-domain); "
            "or give the endpoint itself: --uri https://host/OcsPowershell.",
        )


def _is_of(host: str, domains: Collection[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def read_document(address: str, body: bytes) -> Document:
    """A discovery document. address: for the errors."""
    if len(body) > MAX_DOCUMENT:
        raise _Broken(f"{address} answered with {len(body)} bytes, more than any discovery document has")
    reader = _Reader()
    parser = ElementTree.XMLParser(target=reader)
    try:
        parser.feed(body)
        parser.close()
    except _DeclaresEntities:
        why = _WEB_PAGE if _is_web_page(body) else "it declares entities of its own"
        raise _Broken(f"{address} {_NO_DOCUMENT} ({why})") from None
    except (ElementTree.ParseError, LookupError, ValueError):  # the latter two: an encoding that nobody knows
        raise _Broken(f"{address} {_NO_DOCUMENT} ({_looks_like(body)})") from None
    if reader.kind is None:
        raise _Broken(f"{address} {_NO_DOCUMENT} (it is another XML document)")
    return Document(reader.kind, reader.links)


class _DeclaresEntities(Exception):
    """A discovery document has no document type; one that has may be a bomb."""


class _Reader:
    """Takes the links of the first `Root`, `Domain` or `User` from the parser; keeps no tree."""

    def __init__(self) -> None:
        self.kind: str | None = None
        self.links: dict[str, str] = {}
        self._open: list[str] = []

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise _DeclaresEntities

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if len(self._open) == 1 and name in FOLLOWED and self.kind is None:
            self.kind = name
        elif len(self._open) == 2 and name == "Link" and self._open[1] == self.kind and attributes.get("href"):
            self.links.setdefault(attributes.get("token", ""), attributes["href"].strip())
        self._open.append(name)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def close(self) -> None:
        """Nothing is built."""


def _is_web_page(body: bytes) -> bool:
    return body.lstrip()[:64].lower().startswith((b"<!doctype html", b"<html"))


def _looks_like(body: bytes) -> str:
    text = body.lstrip()[:64].lower()
    if not text:
        return "the answer is empty"
    if text.startswith((b"{", b"[")):
        return "it is JSON"
    if _is_web_page(body):
        return _WEB_PAGE
    return "it is no complete XML document" if text.startswith(b"<") else "it is no XML document"


def _redirected(at: str, location: str) -> str:
    if not location:
        raise _Broken(f"{at} redirects by HTTP without saying where to")
    try:
        target = urljoin(at, location)
    except ValueError:
        raise _Broken(f"{at} redirects to something that is no web address") from None
    here, there = urlsplit(at), _place(at, target)
    if there.hostname != here.hostname:
        raise _Broken(f"{at} redirects by HTTP to {there.hostname}, which is not followed")
    return _checked(at, target)


def _checked(at: str, link: str) -> str:
    place = _place(at, link)
    if urlsplit(at).scheme == "https" and place.scheme == "http":
        raise _Broken(f"{at} leads from https to http, which is not followed")
    return link


def _place(at: str, link: str) -> SplitResult:
    try:
        place = urlsplit(link)
        usable = place.scheme in ("http", "https") and bool(place.hostname) and place.port != 0
    except ValueError:
        raise _Broken(f"{at} links to something that is no web address") from None
    if not usable or any(character <= " " for character in link):
        raise _Broken(f"{at} links to something that is no web address")
    if place.username is not None or place.password is not None:
        raise _Broken(f"{at} links to an address with a user name or password in it")
    return place
