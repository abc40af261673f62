"""Messages encrypted with an NTLM context, for WSMan without TLS (MS-WSMV 2.2.9.1).

Rules of this file: bytes and a finished context in, bytes out. A message that does not decrypt raises `NotDecrypted`.
"""

from __future__ import annotations

import re
import struct
from typing import Final

import spnego
from spnego.exceptions import SpnegoError

PROTOCOL: Final = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY: Final = b"Encrypted Boundary"
_PROTOCOL_IN_HEADER: Final = re.compile(r'protocol="([^"]+)"')
_PAYLOAD: Final = re.compile(
    rb"--\s*Encrypted Boundary\r\n.*?Length=(\d+)\r\n--\s*Encrypted Boundary\r\n"
    rb"\s*Content-Type: application/octet-stream\r\n(.*)--\s*Encrypted Boundary--(?:\r\n)?$",
    re.DOTALL,
)
_LENGTH: Final = struct.Struct("<I")


class NotDecrypted(ValueError):
    """The message is not one that the other end of this context encrypted."""


def is_encrypted(content_type: str) -> bool:
    """Whether a request's body is an encrypted message."""
    return content_type.startswith("multipart/encrypted")


def decrypt(context: spnego.ContextProxy, body: bytes) -> bytes:
    """The message inside. Raises `NotDecrypted`."""
    match = _PAYLOAD.search(body)
    if match is None or len(match[2]) < _LENGTH.size:
        raise NotDecrypted("not an encrypted message")
    (header_length,) = _LENGTH.unpack_from(match[2])
    header = match[2][_LENGTH.size : _LENGTH.size + header_length]
    try:
        message = context.unwrap_winrm(header, match[2][_LENGTH.size + header_length :])
    except (SpnegoError, struct.error) as error:
        raise NotDecrypted("the signature does not match") from error
    if len(message) != int(match[1]):
        raise NotDecrypted("the length does not match")
    return message


def encrypt(context: spnego.ContextProxy, message: bytes, content_type: str) -> tuple[str, bytes]:
    """An answer to a request of this content type: its own content type, and its body."""
    found = _PROTOCOL_IN_HEADER.search(content_type)
    protocol = found[1] if found else PROTOCOL
    header, sealed, padding = context.wrap_winrm(message)
    body = b"".join(
        (
            b"--" + _BOUNDARY + b"\r\n",
            f"\tContent-Type: {protocol}\r\n".encode(),
            f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={len(message) + padding}\r\n".encode(),
            b"--" + _BOUNDARY + b"\r\n",
            b"\tContent-Type: application/octet-stream\r\n",
            _LENGTH.pack(len(header)) + header + sealed,
            b"--" + _BOUNDARY + b"--\r\n",
        )
    )
    return f'multipart/encrypted;protocol="{protocol}";boundary="Encrypted Boundary"', body
