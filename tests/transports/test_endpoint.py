"""Where to connect and how to sign in: what goes together, what must not be sent, and what is never shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lync_magic.errors import InsecureEndpoint, UsageError
from lync_magic.transports import Authentication, Endpoint, WSManTransport

LYNC = Endpoint("https://pool.litwareinc.com/OcsPowershell?AdminDomain=litwareinc.com")
BASIC = Authentication("basic", "ken", lambda: "p@ssw0rd!")


def test_nothing_shows_a_secret() -> None:
    bearer = Authentication("bearer", token=lambda: "eyJhbGciOi")
    for one in (BASIC, bearer, WSManTransport(LYNC, BASIC)):
        assert "p@ssw0rd!" not in repr(one)
        assert "eyJ" not in repr(one)
        assert "lambda" not in repr(one)


def test_a_configuration_is_a_name_or_a_whole_resource_uri() -> None:
    assert LYNC.resource_uri == "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
    assert replace(LYNC, configuration="Microsoft.Exchange").resource_uri.endswith("/Microsoft.Exchange")
    assert replace(LYNC, configuration="http://my/own").resource_uri == "http://my/own"


def test_the_computer_name_is_the_hosts() -> None:
    assert WSManTransport(LYNC, BASIC).computer_name == "pool.litwareinc.com"


@pytest.mark.parametrize(
    "authentication",
    [
        BASIC,
        Authentication("bearer", token=lambda: "token"),
        Authentication("certificate", certificate="c.pem", certificate_key="k.pem"),
    ],
)
def test_what_would_go_in_clear_is_refused_without_tls(authentication: Authentication) -> None:
    with pytest.raises(InsecureEndpoint, match="Nothing was sent"):
        WSManTransport(Endpoint("http://localhost/OcsPowershell"), authentication)


def test_what_encrypts_its_messages_is_allowed_without_tls() -> None:
    WSManTransport(Endpoint("http://localhost/OcsPowershell"), replace(BASIC, method="ntlm"))


@pytest.mark.parametrize(
    ("endpoint", "authentication"),
    [
        (LYNC, replace(BASIC, method="auto")),
        (LYNC, replace(BASIC, password=None)),
        (LYNC, replace(BASIC, user_name="")),
        (LYNC, Authentication("bearer")),
        (LYNC, Authentication("certificate", certificate="c.pem")),
        (Endpoint("ftp://host/x"), BASIC),
        (Endpoint("https:///x"), BASIC),
        (Endpoint("https://ken:p@ssw0rd!@host/x"), BASIC),
    ],
)
def test_what_does_not_go_together_is_refused(endpoint: Endpoint, authentication: Authentication) -> None:
    with pytest.raises(UsageError):
        WSManTransport(endpoint, authentication)


def test_a_fragment_fits_its_envelope_and_grows_where_the_server_is_windows() -> None:
    transport = WSManTransport(LYNC, BASIC)
    small = transport.fragment_size
    assert small * 4 // 3 < 150 * 1024
    transport.allow_large_messages()
    assert transport.fragment_size == small
    transport._carriers._form.large = True  # it has named itself
    assert small < transport.fragment_size
    assert transport.fragment_size * 4 // 3 < 500 * 1024
