"""A client as Microsoft's is over plain HTTP: it begins to sign in with an empty body, and encrypts what it sends.

Its bytes are made here, from what that client was seen to do: a domain and a user for a name with an @, heads without
TABs, and a NUL at the end of each envelope.
"""

from __future__ import annotations

import base64
import http.client
import struct
from typing import Any

import spnego
from raw_client import PASSWORD, Answer, Client

BOUNDARY = b"--Encrypted Boundary"
PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"


class SealedClient(Client):
    """tab: what stands before each head. nul: what stands after each envelope."""

    def __init__(
        self, sandbox: Any, user: str = "litwareinc.com\\kenmyer", *, tab: bytes = b"", nul: bytes = b"\0"
    ) -> None:
        self.shell_id = ""
        self.tab, self.nul = tab, nul
        self.connection = http.client.HTTPConnection("localhost", sandbox.http_port, timeout=20)
        self.context = spnego.client(user, PASSWORD, hostname="localhost", service="http", protocol="negotiate")
        self.last_body = self.last_envelope = b""

    def sign_in(self) -> int:
        """Begin by ourselves; the status of the last answer."""
        said: bytes | None = None
        while (token := self.context.step(said)) is not None:
            given = {"Authorization": f"Negotiate {base64.b64encode(token).decode()}"}
            status, headers, _ = self._post(b"", given)
            said = base64.b64decode((headers.get("WWW-Authenticate") or "").partition(" ")[2])
            if status != 401 and self.context.complete:
                break
            if not said:
                break
        return status

    def send_raw(self, envelope: str) -> Answer:
        if not self.context.complete:
            assert self.sign_in() == 200
        kind = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'
        status, headers, body = self._post(self.seal(envelope.encode() + self.nul), {"Content-Type": kind})
        self.last_body = body
        if not body:
            return Answer(status, b"<nothing/>")
        assert str(headers["Content-Type"]).startswith("multipart/encrypted")
        self.last_envelope = self.unseal(body)
        return Answer(status, self.last_envelope)

    def seal(self, message: bytes) -> bytes:
        header, sealed, _ = self.context.wrap_winrm(message)
        return b"\r\n".join(
            (
                BOUNDARY,
                self.tab + f"Content-Type: {PROTOCOL}".encode(),
                self.tab + b"OriginalContent: type=application/soap+xml;charset=UTF-8;Length=%d" % len(message),
                BOUNDARY,
                self.tab + b"Content-Type: application/octet-stream",
                struct.pack("<I", len(header)) + header + sealed + BOUNDARY + b"--",
                b"",
            )
        )

    def unseal(self, body: bytes) -> bytes:
        _, _, content = body.split(BOUNDARY, 2)
        content = content.rpartition(BOUNDARY)[0].split(b"octet-stream\r\n", 1)[1]
        (length,) = struct.unpack_from("<I", content)
        return bytes(self.context.unwrap_winrm(content[4 : 4 + length], content[4 + length :]))

    def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        self.connection.request("POST", "/wsman", body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read()
