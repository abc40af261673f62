"""A certificate authority that lives as long as the server, and the server's certificate.

Rules of this file: the authority's private key never leaves memory. The server's goes to disk for the moment in which
OpenSSL reads it, encrypted with a password that is thrown away.
"""

from __future__ import annotations

import ipaddress
import secrets
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAMES: Final = ("localhost",)
_BINDING: Final = b"tls-server-end-point:"
ADDRESSES: Final = ("127.0.0.1", "::1")
LIFETIME: Final = timedelta(days=30)
_CLOCK_SKEW: Final = timedelta(hours=1)


class Authority:
    """Signs server certificates. `ca_path` is what a client needs to trust them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Lync sandbox certificate authority")
        self._certificate = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_path = folder / "ca.pem"
        self.ca_path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    binding = b""
    """What binds a log-on to the last server certificate (RFC 5929 4)."""

    def server_context(
        self, names: Sequence[str] = NAMES, addresses: Sequence[str] = ADDRESSES, *, client_ca: Path | None = None
    ) -> ssl.SSLContext:
        """A TLS context with a new certificate for these names. client_ca: whose certificates clients may show."""
        key = ec.generate_private_key(ec.SECP256R1())
        identifiers: list[x509.GeneralName] = [x509.DNSName(one) for one in names]
        identifiers += [x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]
        certificate = (
            _builder(_name(names[0]), self._name, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(identifiers), critical=False)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.binding = _BINDING + certificate.fingerprint(hashes.SHA256())
        context = self._loaded(key, certificate)
        if client_ca is not None:
            context.verify_mode = ssl.CERT_OPTIONAL
            context.load_verify_locations(client_ca)
        return context

    def _loaded(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        password = secrets.token_bytes(32).hex()
        chain = self._folder / "server.pem"
        pem = certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password.encode()),
        )
        try:
            chain.touch(mode=0o600)
            chain.write_bytes(pem)
            context.load_cert_chain(chain, password=password)
        finally:
            chain.unlink(missing_ok=True)
        return context


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + LIFETIME)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
