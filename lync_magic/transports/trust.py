"""Whom we trust in a TLS handshake, what we show there, and one certificate by its fingerprint.

Rules of this file: a certificate is always verified, against the system's authorities and the one that the user named,
or against the fingerprint that the user named (a pin) and nothing else; TLS is 1.2 or later.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import ssl
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography import x509
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from lync_magic.errors import CertificateNotTrusted, UsageError

_CA_VARIABLES: Final = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PIN: Final = "SHA256:"
_DIGEST_SIZE: Final = 32
_SHOWN_NAME: Final = 120
"""Characters of a certificate's names in a message, at most."""


class ClientCertificate(NamedTuple):
    """What a client shows in the TLS handshake: paths of PEM files, and what reveals the key's password."""

    certificate: str
    key: str
    password: Callable[[], str] | None = None


def trusting(ca: str | None, shown: ClientCertificate | None = None) -> ssl.SSLContext:
    """TLS that trusts the system's authorities, requests' own, those of its environment variables, and `ca`.

    ca: path of a PEM file, or of a folder of hashed ones, or None.  shown: the client's own certificate, or None.
    Raises CertificateNotTrusted, UsageError for unreadable files.
    """
    named = (DEFAULT_CA_BUNDLE_PATH, ca, *(os.environ.get(name) for name in _CA_VARIABLES))
    files = tuple((path, _changed(path)) for path in named if path)
    if shown is None:
        return _shared_context(files)
    context = _context(files)
    _show(context, shown)
    return context


def looking(shown: ClientCertificate | None = None) -> ssl.SSLContext:
    """TLS that takes every certificate, for who compares it with a pin before a byte is sent, or only looks at it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if shown is not None:
        _show(context, shown)
    return context


def pinned(text: str) -> bytes:
    """The SHA-256 of a certificate that a pin names: `SHA256:` and 64 hexadecimal digits (colons between them or
    not), or Base64. Raises UsageError.
    """
    head, said = text[: len(_PIN)].upper(), text[len(_PIN) :].strip()
    plain = said.replace(":", "")
    try:
        digest = bytes.fromhex(plain) if len(plain) == 2 * _DIGEST_SIZE else base64.b64decode(f"{said}=", validate=True)
    except (ValueError, binascii.Error):
        digest = b""
    if head != _PIN or len(digest) != _DIGEST_SIZE:
        raise UsageError(
            "The pin is no fingerprint of a certificate.",
            "It is SHA256: and 64 hexadecimal digits, as the refusal of the certificate shows it.",
        )
    return digest


def fingerprint(certificate: bytes) -> str:
    """The pin of a certificate in DER."""
    return _PIN + hashlib.sha256(certificate).hexdigest().upper()


def is_pinned(certificate: bytes, pin: str) -> bool:
    """Whether a certificate in DER is the one that the pin names."""
    return hashlib.sha256(certificate).digest() == pinned(pin)


def described(certificate: bytes) -> str:
    """Whose a certificate in DER is and who signed it, for a message; its fingerprint alone where it cannot be read."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        names = [one.rfc4514_string() for one in (read.subject, read.issuer)]
    except (ValueError, TypeError):
        return fingerprint(certificate)
    subject, issuer = (name if len(name) <= _SHOWN_NAME else name[:_SHOWN_NAME] + "…" for name in names)
    return f"subject {subject or '(none)'}, issuer {issuer or '(none)'}, {fingerprint(certificate)}"


def _changed(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        raise _unreadable(path) from None


def _context(files: tuple[tuple[str, float], ...]) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for path, _ in files:
        try:
            context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
        except (OSError, ssl.SSLError):
            raise _unreadable(path) from None
    return context


_shared_context = lru_cache(maxsize=32)(_context)
"""Reading the authorities takes longer than connecting; kept for as long as their files do not change."""


def _unreadable(path: str) -> CertificateNotTrusted:
    return CertificateNotTrusted(f"The certificate authority {path} cannot be read.", "Give the path of a PEM file.")


def _show(context: ssl.SSLContext, shown: ClientCertificate) -> None:
    reveal = shown.password
    try:
        # Without a password OpenSSL would ask for one on the terminal.
        context.load_cert_chain(shown.certificate, shown.key, password=reveal if reveal is not None else lambda: "")
    except (OSError, ssl.SSLError):
        raise UsageError(
            f"The certificate {shown.certificate} cannot be used with the key {shown.key}.",
            "Both are PEM files and belong together; a key with a password needs that password.",
        ) from None
