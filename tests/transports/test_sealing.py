"""Encrypted messages in all the forms that servers write, sealed by a real log-on and read by ours."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import spnego
from spnego.exceptions import SpnegoError

from lync_magic.transports.wsman.sealing import Form, NotDecrypted, Sealing

MESSAGE = b"<s:Envelope>" + bytes(range(32, 127)) * 40 + b"</s:Envelope>"
KIND = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'

Ends = tuple[spnego.ContextProxy, spnego.ContextProxy]


@pytest.fixture
def ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ends:
    """Client and server of one NTLM log-on."""
    accounts = tmp_path / "accounts"
    accounts.write_text("LITWAREINC:ken:p@ssw0rd!\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(accounts))
    client = spnego.client("LITWAREINC\\ken", "p@ssw0rd!", protocol="ntlm")
    server = spnego.server(protocol="ntlm")
    token = client.step()
    while not (client.complete and server.complete):
        said = server.step(token)
        token = client.step(said) if said else None
    return client, server


def sealed(server: spnego.ContextProxy, template: bytes, message: bytes = MESSAGE) -> bytes:
    """An answer. template: with LENGTH and DATA where they belong."""
    header, data, padding = server.wrap_winrm(message)
    whole = struct.pack("<I", len(header)) + header + data
    return template.replace(b"LENGTH", str(len(message) + padding).encode()).replace(b"DATA", whole)


WINDOWS = (
    b"--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
    b"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=LENGTH\r\n"
    b"--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\nDATA--Encrypted Boundary--\r\n"
)
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "Windows": lambda form: form,
    "no tabs, and one more line, as OMI": lambda form: form.replace(b"\t", b"") + b"\r\n",
    "spaces before the name, as Exchange": lambda form: form.replace(b"--Encrypted", b"-- Encrypted"),
    "an epilogue": lambda form: form + b"This is the epilogue. It is to be ignored.\r\n",
    "a preamble": lambda form: b"This is a message in MIME.\r\n" + form,
    "names in small letters": lambda form: form.replace(b"Content-Type", b"content-type"),
    "an empty line before the data, and a line's end after it": lambda form: form.replace(
        b"octet-stream\r\nDATA", b"octet-stream\r\n\r\nDATA\r\n"
    ),
    "no line's end at the end": lambda form: form.removesuffix(b"\r\n"),
    "single line feeds": lambda form: form.replace(b"\r\n", b"\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_mime_allows_is_read(ends: Ends, form: str) -> None:
    client, server = ends
    reading = Sealing(client, "NTLM", Form())
    for message in (MESSAGE, MESSAGE[:-1], b"<a/>"):  # the connection goes on
        assert reading.open(KIND, sealed(server, FORMS[form](WINDOWS), message)) == message


def test_another_boundary_is_read(ends: Ends) -> None:
    client, server = ends
    other = WINDOWS.replace(b"Encrypted Boundary", b"=_x.1")
    kind = KIND.replace('"Encrypted Boundary"', '"=_x.1"')
    assert Sealing(client, "NTLM", Form()).open(kind, sealed(server, other)) == MESSAGE


@pytest.mark.parametrize("tabs", [True, False])
def test_what_we_write_is_windows_form_or_the_one_without_tabs(ends: Ends, tabs: bool) -> None:
    client, server = ends
    form = Form()
    form.tabs = tabs
    kind, body = Sealing(client, "Negotiate", form).seal(MESSAGE)
    assert kind == KIND
    assert body.startswith(WINDOWS[:60] if tabs else WINDOWS[:60].replace(b"\t", b""))
    begin = body.index(b"octet-stream\r\n") + len(b"octet-stream\r\n")
    whole = body[begin : body.rindex(b"--Encrypted")]
    (length,) = struct.unpack_from("<I", whole)
    assert server.unwrap_winrm(whole[4 : 4 + length], whole[4 + length :]) == MESSAGE


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: b"",
        lambda body: body[: len(body) // 2],
        lambda body: body.replace(b"Length=", b"Length=1"),
        lambda body: body.replace(b"Length=", b"Longer="),
        lambda body: body.replace(b"--Encrypted Boundary\r\n", b"", 1),
        lambda body: body[:-40] + bytes([body[-40] ^ 1]) + body[-39:],
        lambda body: body.replace(b"octet-stream\r\n", b"octet-stream\r\n\xff\xff\xff\xff"),
    ],
)
def test_what_was_damaged_is_refused(ends: Ends, damage: Callable[[bytes], bytes]) -> None:
    client, server = ends
    with pytest.raises((NotDecrypted, SpnegoError)):
        Sealing(client, "NTLM", Form()).open(KIND, damage(sealed(server, WINDOWS)))


@pytest.mark.parametrize(
    ("kind", "is_sealed"),
    [
        (KIND, True),
        (KIND.replace('"', ""), True),
        (KIND.replace(";", " ; ").replace("protocol=", "Protocol = "), True),
        (KIND.replace("SPNEGO", "Kerberos"), True),
        ("application/soap+xml;charset=UTF-8", False),
        ("text/html", False),
        ("", False),
    ],
)
def test_an_answer_says_whether_it_is_encrypted(ends: Ends, kind: str, is_sealed: bool) -> None:
    assert Sealing(ends[0], "Negotiate", Form()).is_sealed(kind) is is_sealed
