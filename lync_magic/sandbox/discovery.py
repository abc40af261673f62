"""The discovery chain: from a domain to its PowerShell endpoint (MS-OCDISCWS, as New-CsOnlineSession walks it).

Rules of this file: pure; it makes documents, the server sends them. Plain http answers nothing but where https is.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

XML_TYPE: Final = "application/vnd.microsoft.rtc.autodiscover+xml;v=1"
JSON_TYPE: Final = "application/json"
ROOT_PATH: Final = "/autodiscover/autodiscoverservice.svc/root"
DOMAIN_PATH: Final = ROOT_PATH + "/domain"
POWERSHELL_PATH: Final = "/OcsPowershellLiveId"
HYBRID_PREFIX: Final = "onprem."
"""`onprem.litwareinc.com` stands for a hybrid deployment: its domain document points to the online tenant's root."""


@dataclass(frozen=True)
class Document:
    """One answer: its content type and body."""

    content_type: str
    body: bytes


def with_initial(domains: Collection[str]) -> list[str]:
    """Tenants' domains, and the one that each tenant had first: `litwareinc.onmicrosoft.com`."""
    return [*domains, *(f"{one.partition('.')[0]}.onmicrosoft.com" for one in domains)]


@dataclass
class Discovery:
    """Answers for `domains`; `https` is the server's secure address, without a path."""

    domains: Collection[str]
    https: str = ""

    def root(self, domain: str, accept: str, *, secure: bool) -> Document | None:
        """The root document, or None for a domain that nobody here knows."""
        if self._tenant(domain) is None:
            return None
        if not secure:
            return _document("Root", {"Redirect": self._link(ROOT_PATH, domain)}, accept)
        return _document(
            "Root", {"Domain": self._link(DOMAIN_PATH, domain), "Self": self._link(ROOT_PATH, domain)}, accept
        )

    def domain(self, domain: str, accept: str) -> Document | None:
        """The domain's document, or None for a domain that nobody here knows."""
        tenant = self._tenant(domain)
        if tenant is None:
            return None
        if tenant != domain.lower():
            return _document("Domain", {"Hybrid": self._link(ROOT_PATH, tenant)}, accept)
        return _document(
            "Domain",
            {
                "External/Autodiscover": self.https + ROOT_PATH,
                "External/RemotePowerShell": self.https + POWERSHELL_PATH,
            },
            accept,
        )

    def _tenant(self, domain: str) -> str | None:
        known = domain.lower().removeprefix(HYBRID_PREFIX)
        return known if known in self.domains else None

    def _link(self, path: str, domain: str) -> str:
        return f"{self.https}{path}?Domain={quote(domain)}"


def _document(kind: str, links: dict[str, str], accept: str) -> Document:
    """XML for who asks for exactly that, else JSON."""
    if XML_TYPE not in accept.replace(" ", ""):
        listed = [{"token": token, "href": href} for token, href in links.items()]
        body = json.dumps({"AccessLocation": "External", kind: {"Links": listed}})
        return Document(JSON_TYPE, body.encode())
    inner = "".join(f"<Link token={quoteattr(token)} href={quoteattr(href)} />" for token, href in links.items())
    return Document(
        XML_TYPE,
        '<?xml version="1.0" encoding="utf-8"?><AutodiscoverResponse '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'AccessLocation="External"><{kind}>{inner}</{kind}></AutodiscoverResponse>'.encode(),
    )
