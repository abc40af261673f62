"""The discovery chain, document by document."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pytest

from lync_magic.errors import DiscoveryFailed, EndpointUnreachable, RedirectRefused
from lync_magic.sessions.discovery import MAX_STEPS, admin_domain, find_endpoint

ROOT = "http://lyncdiscover.contoso.com"
START = f"{ROOT}?Domain=contoso.com"
NAMESPACE = 'xmlns="http://schemas.microsoft.com/rtc/2012/03/ucwa"'


@dataclass
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def document(kind: str, **links: str) -> bytes:
    inner = "".join(f'<Link token="{token.replace("_", "/")}" href="{href}"/>' for token, href in links.items())
    return (
        f'<AutodiscoverResponse {NAMESPACE} AccessLocation="External"><{kind}>{inner}</{kind}></AutodiscoverResponse>'
    ).encode()


def find(pages: Mapping[str, bytes | Answer], trusted: Collection[str] = ()) -> str:
    def get(address: str, _seconds: float) -> Answer:
        if address not in pages:
            raise EndpointUnreachable(f"No such host: {address}")
        page = pages[address]
        return Answer(200, page) if isinstance(page, bytes) else page

    return find_endpoint("contoso.com", ROOT, get, trusted=trusted)


def test_the_chain_leads_from_the_plain_root_by_a_redirect_link_to_the_endpoint() -> None:
    pages = {
        START: document("Root", Redirect="https://pool.contoso.com/root"),
        "https://pool.contoso.com/root": document("Root", Domain="https://pool.contoso.com/domain"),
        "https://pool.contoso.com/domain": document(
            "Domain", External_RemotePowerShell="https://pool.contoso.com/OcsPowershellLiveId"
        ),
    }
    assert find(pages) == "https://pool.contoso.com/OcsPowershellLiveId"


def test_a_hybrid_answer_is_followed() -> None:
    pages = {
        START: document("Root", Domain="https://onprem.contoso.com/domain"),
        "https://onprem.contoso.com/domain": document("Domain", Hybrid="https://online/root"),
        "https://online/root": document("Root", Domain="https://online/domain"),
        "https://online/domain": document("Domain", External_RemotePowerShell="https://online/OcsPowershell"),
    }
    assert find(pages) == "https://online/OcsPowershell"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "contoso.com.evil.example",
        "evilcontoso.com",
        "online.lync.com.evil.example",
        "evil-lync.com",
        "com",
        "127.0.0.1",
    ],
)
@pytest.mark.parametrize("token", ["Redirect", "Domain", "Hybrid", "External_RemotePowerShell"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_without_tls_nobody_names_a_host_that_is_not_of_the_domain(host: str, token: str, scheme: str) -> None:
    there = f"{scheme}://{host}/OcsPowershellLiveId"
    kind = "Domain" if token in ("Hybrid", "External_RemotePowerShell") else "Root"
    pages = {
        START: document(kind, **{token: there}),
        there: document("Domain", External_RemotePowerShell="https://pool.contoso.com/"),
    }
    with pytest.raises(RedirectRefused, match=f"asked without TLS, sends us to {host}, which is not of") as caught:
        find(pages)
    assert f"--allow-host {host}" in caught.value.advice


@pytest.mark.parametrize(
    ("host", "trusted"),
    [
        ("contoso.com", ()),
        ("pool.contoso.com", ()),
        ("POOL.Contoso.com", ()),
        ("webdir0d.online.lync.com", ()),
        ("webdir.online.partner.lync.cn", ()),
        ("webdir.online.gov.skypeforbusiness.us", ()),
        ("pool.fabrikam.com", ("fabrikam.com",)),
        ("pool.fabrikam.com", ("Pool.Fabrikam.com.",)),
    ],
)
def test_without_tls_hosts_of_the_domain_of_the_service_and_allowed_ones_are_followed(
    host: str, trusted: Collection[str]
) -> None:
    there = f"https://{host}/OcsPowershellLiveId"
    assert find({START: document("Domain", External_RemotePowerShell=there)}, trusted) == there


def test_a_document_that_came_by_tls_may_name_any_host() -> None:
    pages = {
        START: document("Root", Redirect="https://pool.contoso.com/root"),
        "https://pool.contoso.com/root": document("Domain", External_RemotePowerShell="https://hoster.example/x"),
    }
    assert find(pages) == "https://hoster.example/x"


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ({}, "No such host"),
        ({START: Answer(404, b"")}, "HTTP status 404"),
        ({START: b"{}"}, "did not answer with a discovery document"),
        ({START: b"<html><body/></html>"}, "did not answer with a discovery document"),
        ({START: b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>'}, "did not answer with a discovery document"),
        ({START: document("Root")}, "no link to a PowerShell endpoint"),
        ({START: document("Root", Redirect=START)}, "leads back to itself"),
        ({START: document("Root", Redirect="file:///etc/passwd")}, "no web address"),
        (
            {
                START: document("Root", Redirect="https://a.contoso.com/"),
                "https://a.contoso.com/": document("Root", Domain="http://b/"),
            },
            "from https to http",
        ),
    ],
)
def test_a_broken_chain_ends_in_the_documents_error_with_the_step_that_broke(
    pages: Mapping[str, bytes | Answer], why: str
) -> None:
    with pytest.raises(DiscoveryFailed) as caught:
        find(pages)
    assert caught.value.message == f"Unable to query AutoDiscover URL at: {START}"
    assert why in caught.value.advice


def test_a_chain_without_end_is_ended() -> None:
    pages = {START: document("Root", Redirect="https://pool.contoso.com/1")}
    for step in range(1, 3 * MAX_STEPS):
        pages[f"https://pool.contoso.com/{step}"] = document("Root", Redirect=f"https://pool.contoso.com/{step + 1}")
    with pytest.raises(DiscoveryFailed, match="Unable to query AutoDiscover"):
        find(pages)


def test_the_domain_to_administer_follows_the_at_sign() -> None:
    assert admin_domain("kenmyer@litwareinc.com") == "litwareinc.com"


@pytest.mark.parametrize(
    "name",
    ["kenmyer", "LITWARE\\kenmyer", "kenmyer@", "p@ssw0rd!", "Secret@123", "@litwareinc.com", "a b@c.d", "a@b@c"],
)
def test_what_is_no_user_name_with_a_domain_is_refused_unrepeated_with_the_way_out(name: str) -> None:
    with pytest.raises(DiscoveryFailed) as caught:
        admin_domain(name)
    assert "--override-admin-domain" in caught.value.advice
    assert name not in str(caught.value)
