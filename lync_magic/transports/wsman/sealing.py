"""Messages encrypted by the connection's log-on, for WSMan without TLS (MS-WSMV 2.2.9.1).

Rules of this file: bytes and a finished context in, bytes out; what does not decrypt to what it says is refused.
"""

from __future__ import annotations

import re
import struct
from typing import Final

import requests
import spnego
from winrm.exceptions import WinRMError

CREDSSP_PIECE: Final = 16384
"""How many bytes CredSSP encrypts at once: a record of TLS."""

_PROTOCOLS: Final = {
    "credssp": "application/HTTP-CredSSP-session-encrypted",
    "kerberos": "application/HTTP-Kerberos-session-encrypted",
}
_SPNEGO: Final = "application/HTTP-SPNEGO-session-encrypted"
_MARK: Final = b"--Encrypted Boundary"
_MARKS: Final = re.compile(rb"--\s*Encrypted Boundary(?:--)?\r\n")
"""Exchange writes a space where others write none."""
_LENGTH_IN_HEAD: Final = re.compile(rb"Length=(\d+)")
_BODY_HEAD: Final = b"\tContent-Type: application/octet-stream\r\n"
_LENGTH: Final = struct.Struct("<I")


class Sealing:
    """Encrypts and decrypts the messages of one connection. scheme: as which the log-on went (`Negotiate`, …).

    Stands in for pywinrm's own, whose methods it has.
    """

    def __init__(self, context: spnego.ContextProxy, scheme: str) -> None:
        self._context = context
        self._protocol = _PROTOCOLS.get(scheme.lower(), _SPNEGO)
        self._piece = CREDSSP_PIECE if scheme.lower() == "credssp" else None

    def sealed(self, response: requests.Response) -> bool:
        """Whether an answer says that it is encrypted as it has to be."""
        return f'protocol="{self._protocol}"' in response.headers.get("Content-Type", "")

    def prepare_encrypted_request(
        self, session: requests.Session, endpoint: str, message: bytes
    ) -> requests.PreparedRequest:
        """A request that carries the message."""
        size = self._piece or max(1, len(message))
        pieces = [message[start : start + size] for start in range(0, len(message), size)]
        kind = "multipart/encrypted" if len(pieces) == 1 else "multipart/x-multi-encrypted"
        body = b"".join(map(self._seal, pieces)) + _MARK + b"--\r\n"
        request = session.prepare_request(requests.Request("POST", endpoint, data=body))
        request.headers["Content-Type"] = f'{kind};protocol="{self._protocol}";boundary="Encrypted Boundary"'
        return request

    def parse_encrypted_response(self, response: requests.Response) -> bytes:
        """The message in an answer. Raises WinRMError for what is none, and what the context raises."""
        parts = [part for part in _MARKS.split(response.content) if part]
        if not parts or len(parts) % 2:
            raise WinRMError("The answer is no encrypted message.")
        return b"".join(map(self._open, parts[::2], parts[1::2]))

    def _seal(self, piece: bytes) -> bytes:
        header, data, padding = self._context.wrap_winrm(piece)
        head = f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={len(piece) + padding}\r\n"
        return b"".join(
            (
                _MARK + b"\r\n",
                f"\tContent-Type: {self._protocol}\r\n{head}".encode("ascii"),
                _MARK + b"\r\n",
                _BODY_HEAD,
                _LENGTH.pack(len(header)) + header + data,
            )
        )

    def _open(self, head: bytes, body: bytes) -> bytes:
        said = _LENGTH_IN_HEAD.search(head)
        body = body.removeprefix(_BODY_HEAD)
        if said is None or len(body) < _LENGTH.size:
            raise WinRMError("The answer is no encrypted message.")
        (length,) = _LENGTH.unpack_from(body)
        header, data = body[_LENGTH.size : _LENGTH.size + length], body[_LENGTH.size + length :]
        message = bytes(self._context.unwrap_winrm(header, data))
        if len(message) != int(said[1]):
            raise WinRMError("The answer is not as long as it says.")
        return message
