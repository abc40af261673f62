"""Messages encrypted with the context of a log-on, for WSMan without TLS (MS-WSMV 2.2.9.1).

Rules of this file: bytes and a finished context in, bytes out. A message that does not decrypt raises `NotDecrypted`.
"""

from __future__ import annotations

import re
import struct
from typing import Final

import spnego
from spnego.exceptions import SpnegoError

PROTOCOL: Final = "application/HTTP-SPNEGO-session-encrypted"
CREDSSP_PROTOCOL: Final = "application/HTTP-CredSSP-session-encrypted"
_BOUNDARY: Final = b"Encrypted Boundary"
_PROTOCOL_IN_HEADER: Final = re.compile(r'protocol="([^"]+)"')
_PIECES: Final = re.compile(rb"--\s*Encrypted Boundary(?:--(?:\r\n)?|\r\n)")
_LENGTH_IN_HEAD: Final = re.compile(rb"Length=(\d+)\s*$")
_TAB: Final = re.compile(rb"^\t", re.MULTILINE)
_BODY_HEAD: Final = re.compile(rb"^\s*Content-Type: application/octet-stream\r\n")
_RECORD: Final = 16384
"""Bytes that CredSSP encrypts at once: a record of TLS."""
_LENGTH: Final = struct.Struct("<I")


class NotDecrypted(ValueError):
    """The message is not one that the other end of this context encrypted."""


def is_encrypted(content_type: str) -> bool:
    """Whether a request's body is an encrypted message."""
    return content_type.startswith(("multipart/encrypted", "multipart/x-multi-encrypted"))


def decrypt(context: spnego.ContextProxy, body: bytes, *, bare: bool = False) -> bytes:
    """The message inside. bare: whether heads with TABs before them are refused, unread. Raises `NotDecrypted`."""
    *parts, end = _PIECES.split(body)
    if len(parts) < 3 or parts[0].strip() or end.strip() or not len(parts) % 2:
        raise NotDecrypted("not an encrypted message")
    parts = parts[1:]
    if bare and any(_TAB.match(part) for part in parts):
        raise NotDecrypted("heads begin with a TAB")
    return b"".join(_open(context, head, piece) for head, piece in zip(parts[::2], parts[1::2], strict=True))


def _open(context: spnego.ContextProxy, head: bytes, piece: bytes) -> bytes:
    said, content = _LENGTH_IN_HEAD.search(head), _BODY_HEAD.sub(b"", piece, count=1)
    if said is None or len(content) < _LENGTH.size:
        raise NotDecrypted("not an encrypted message")
    (header_length,) = _LENGTH.unpack_from(content)
    header = content[_LENGTH.size : _LENGTH.size + header_length]
    try:
        message = context.unwrap_winrm(header, content[_LENGTH.size + header_length :])
    except (SpnegoError, struct.error) as error:
        raise NotDecrypted("the signature does not match") from error
    if int(said[1]) not in (len(message), len(message.rstrip(b"\0"))):
        raise NotDecrypted("the length does not match")
    return message


def encrypt(
    context: spnego.ContextProxy, message: bytes, content_type: str, *, bare: bool = False
) -> tuple[str, bytes]:
    """An answer to a request of this content type: its own content type, and its body.

    bare: without TABs before the heads, and with an empty line after the end, which MIME allows and Windows does not
    write.
    """
    found = _PROTOCOL_IN_HEADER.search(content_type)
    protocol = found[1] if found else PROTOCOL
    tab = "" if bare else "\t"
    size = _RECORD if protocol == CREDSSP_PROTOCOL else max(1, len(message))
    pieces = [_seal(context, message[start : start + size], protocol, tab) for start in range(0, len(message), size)]
    kind = "multipart/encrypted" if len(pieces) == 1 else "multipart/x-multi-encrypted"
    body = b"".join(pieces) + b"--" + _BOUNDARY + b"--\r\n" + (b"\r\n" if bare else b"")
    return f'{kind};protocol="{protocol}";boundary="Encrypted Boundary"', body


def _seal(context: spnego.ContextProxy, piece: bytes, protocol: str, tab: str) -> bytes:
    header, sealed, padding = context.wrap_winrm(piece)
    return b"".join(
        (
            b"--" + _BOUNDARY + b"\r\n",
            f"{tab}Content-Type: {protocol}\r\n".encode(),
            f"{tab}OriginalContent: type=application/soap+xml;charset=UTF-8;Length={len(piece) + padding}\r\n".encode(),
            b"--" + _BOUNDARY + b"\r\n",
            f"{tab}Content-Type: application/octet-stream\r\n".encode(),
            _LENGTH.pack(len(header)) + header + sealed,
        )
    )
