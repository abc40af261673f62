"""Whose certificate a client shows: the names in it that may be an account's.

Rules of this file: bytes in, names out; the TLS library has verified them before.
"""

from __future__ import annotations

from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

_UPN: Final = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
"""Windows' user principal name among a certificate's alternative names (MS-WCCE 2.2.2.7.5)."""
_UTF8_STRING: Final = 0x0C
_LONG_LENGTH: Final = 0x80


def names_in(certificate: bytes) -> list[str]:
    """User principal names, then mail addresses, then common names. Empty for what is no certificate."""
    try:
        read = x509.load_der_x509_certificate(certificate)
        others = _alternative_names(read)
    except ValueError:
        return []
    names = [_text(one.value) for one in others if isinstance(one, x509.OtherName) and one.type_id == _UPN]
    names += [one.value for one in others if isinstance(one, x509.RFC822Name)]
    names += [str(one.value) for one in read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return [name for name in names if name]


def _alternative_names(certificate: x509.Certificate) -> list[x509.GeneralName]:
    try:
        return list(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def _text(value: bytes) -> str:
    """The text of a DER UTF8String of less than 128 bytes; longer names are no account's here."""
    if len(value) < 2 or value[0] != _UTF8_STRING or value[1] >= _LONG_LENGTH or value[1] != len(value) - 2:
        return ""
    return value[2:].decode("utf-8", "replace")
