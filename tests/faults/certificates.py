"""A certificate authority that lives as long as a proxy does, and the certificate of `localhost` that it signs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_authority(folder: Path) -> tuple[Path, Path]:
    """The files of the authority's certificate, and of the server's certificate with its key."""
    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a faulty proxy")])
    now = datetime.now(timezone.utc)

    def begin(name: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        )

    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    root = begin(issuer, authority).add_extension(x509.BasicConstraints(True, 0), critical=True)
    root_certificate = root.add_extension(usage, critical=True).sign(authority, hashes.SHA256())
    leaf = begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), server)
    certificate = leaf.add_extension(names, critical=False).sign(authority, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    ca, chain = folder / "ca.pem", folder / "chain.pem"
    ca.write_bytes(root_certificate.public_bytes(pem))
    key = server.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    chain.write_bytes(certificate.public_bytes(pem) + key)
    return ca, chain
