"""Messages encrypted by the connection's log-on, for WSMan without TLS (MS-WSMV 2.2.9.1).

Rules of this file: bytes and a finished context in, bytes out; what does not decrypt to what it says is refused. It
reads what MIME allows and writes what Windows documents, with a tab before each header, or, for servers that refuse
that, without.
"""

from __future__ import annotations

import re
import struct
from typing import Final

import spnego

CREDSSP_PIECE: Final = 16384
"""How many bytes CredSSP encrypts at once: a record of TLS."""

_PROTOCOLS: Final = {
    "credssp": "application/HTTP-CredSSP-session-encrypted",
    "kerberos": "application/HTTP-Kerberos-session-encrypted",
}
_SPNEGO: Final = "application/HTTP-SPNEGO-session-encrypted"
_BOUNDARY: Final = "Encrypted Boundary"
_BOUNDARY_IN_TYPE: Final = re.compile(r'(?i)boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))')
_PROTOCOL_IN_TYPE: Final = re.compile(r'(?i)protocol\s*=\s*"?application/http-[\w-]+-session-encrypted')
_LENGTH_IN_HEAD: Final = re.compile(rb"(?i)Length\s*=\s*(\d{1,10})")
_BODY_HEAD: Final = re.compile(rb"(?i)[ \t]*Content-Type:[ \t]*application/octet-stream[ \t]*\r?\n")
_LENGTH: Final = struct.Struct("<I")


class NotDecrypted(ValueError):
    """An answer is not what the other end of this log-on encrypted."""


class NotSealed(Exception):
    """The log-on has run out: nothing can be encrypted by it any more."""


class Form:
    """How the messages of an endpoint are written; all of its connections have the same.

    tabs: before each header, as Windows does.  large: beyond what any server takes; only Windows is known to.
    """

    def __init__(self) -> None:
        self.tabs = True
        self.large = False


class Sealing:
    """Encrypts and decrypts the messages of one connection. scheme: as which the log-on went (`Negotiate`, …)."""

    def __init__(self, context: spnego.ContextProxy, scheme: str, form: Form) -> None:
        self._context = context
        self._form = form
        self._protocol = _PROTOCOLS.get(scheme.lower(), _SPNEGO)
        self._piece = CREDSSP_PIECE if scheme.lower() == "credssp" else None

    def is_sealed(self, content_type: str) -> bool:
        """Whether an answer says that it is encrypted."""
        return _PROTOCOL_IN_TYPE.search(content_type) is not None

    def seal(self, message: bytes) -> tuple[str, bytes]:
        """A message's content type, and its body. Raises NotSealed."""
        size = self._piece or max(1, len(message))
        pieces = [message[start : start + size] for start in range(0, len(message), size)]
        kind = "multipart/encrypted" if len(pieces) == 1 else "multipart/x-multi-encrypted"
        body = b"".join(map(self._seal, pieces)) + f"--{_BOUNDARY}--\r\n".encode()
        return f'{kind};protocol="{self._protocol}";boundary="{_BOUNDARY}"', body

    def open(self, content_type: str, body: bytes) -> bytes:
        """The message in an answer. Raises NotDecrypted."""
        named = _BOUNDARY_IN_TYPE.search(content_type)
        boundary = re.escape(((named[1] or named[2]) if named else _BOUNDARY).encode("latin-1", "replace"))
        # Exchange writes a space before the boundary's name, where others write none.
        marks = re.compile(rb"--[ ]?" + boundary + rb"(--)?[ \t]*(?:\r?\n|$)")
        _, *parts = marks.split(body)
        inner: list[bytes] = []
        for closing, part in zip(parts[::2], parts[1::2], strict=True):
            if closing:
                break  # whatever comes after it is no part
            inner.append(part)
        if not inner or len(inner) % 2:
            raise NotDecrypted("The answer is no encrypted message.")
        return b"".join(map(self._open, inner[::2], inner[1::2]))

    def _seal(self, piece: bytes) -> bytes:
        try:
            header, data, padding = self._context.wrap_winrm(piece)
        except Exception as error:
            raise NotSealed from error
        tab = "\t" if self._form.tabs else ""
        length = len(piece) + padding
        head = (
            f"--{_BOUNDARY}\r\n{tab}Content-Type: {self._protocol}\r\n"
            f"{tab}OriginalContent: type=application/soap+xml;charset=UTF-8;Length={length}\r\n"
            f"--{_BOUNDARY}\r\n{tab}Content-Type: application/octet-stream\r\n"
        )
        return head.encode("ascii") + _LENGTH.pack(len(header)) + header + data

    def _open(self, head: bytes, body: bytes) -> bytes:
        said, begin = _LENGTH_IN_HEAD.search(head), _BODY_HEAD.match(body)
        content = body[begin.end() :] if begin is not None else body
        if said is None or len(content) < _LENGTH.size:
            raise NotDecrypted("The answer is no encrypted message.")
        (length,) = _LENGTH.unpack_from(content)
        if length > len(content) and content.startswith(b"\r\n"):  # the empty line that MIME has
            content = content[2:]
            (length,) = _LENGTH.unpack_from(content.ljust(_LENGTH.size, b"\0"))
        header, data = content[_LENGTH.size : _LENGTH.size + length], content[_LENGTH.size + length :]
        if len(data) == int(said[1]) + 2 and data.endswith(b"\r\n"):  # the line's end that MIME has before a boundary
            data = data[:-2]
        try:
            message = bytes(self._context.unwrap_winrm(header, data))
        except Exception as error:
            raise NotDecrypted("The answer is not encrypted as it should be.") from error
        if len(message) != int(said[1]):
            raise NotDecrypted("The answer is not as long as it says.")
        return message
