"""Who the sandbox takes a client for: names in certificates, and what its command line refuses."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lync_magic.sandbox.certificates import names_in

UPN = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
TINY_SERVER = Path(__file__).with_name("tiny_server.py")
KERBEROS_TOKEN = "YCAGCSqGSIb3EgECAgEAbg=="
WITHOUT_KERBEROS = f"""
import sys
sys.modules["gssapi"] = sys.modules["krb5"] = None
from lync_magic.sandbox.authentication import ConnectionAuthentication, Directory
connection = ConnectionAuthentication(Directory([]), lambda token: None)
print(connection.authenticate("Negotiate {KERBEROS_TOKEN}", ("Negotiate",), secure=False))
"""


def certificate(subject: str, *others: x509.GeneralName) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)] if subject else [])
    now = datetime.now(timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
    )
    if others:
        builder = builder.add_extension(x509.SubjectAlternativeName(others), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def upn(value: bytes) -> x509.OtherName:
    return x509.OtherName(UPN, value)


def test_a_principal_name_goes_before_a_mail_address_and_that_before_the_subject() -> None:
    der = certificate("Ken Myer", x509.RFC822Name("ken@mail.example"), upn(b"\x0c\x05ken@x"))
    assert names_in(der) == ["ken@x", "ken@mail.example", "Ken Myer"]


def test_a_certificate_without_alternative_names_has_its_subject() -> None:
    assert names_in(certificate("kenmyer@litwareinc.com")) == ["kenmyer@litwareinc.com"]


@pytest.mark.parametrize("value", [b"\x0c\x00", b"\x05\x00", b"\x13\x05ken@x", b"\x0c\x81\x80" + b"k" * 128])
def test_a_principal_name_that_is_no_short_text_is_none(value: bytes) -> None:
    assert names_in(certificate("", upn(value))) == []


@pytest.mark.parametrize("der", [b"", b"\x30\x00", b"garbage" * 100])
def test_what_is_no_certificate_names_nobody(der: bytes) -> None:
    assert names_in(der) == []


@pytest.mark.parametrize("option", ["--client-ca", "--keytab"])
def test_a_file_that_is_not_there_is_said_at_the_start(option: str, tmp_path: Path) -> None:
    program = [sys.executable, str(TINY_SERVER), "--announce", option, str(tmp_path / "missing")]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert "there is no file" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_ticket_where_no_kerberos_is_installed_is_refused() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_KERBEROS], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout.startswith("Outcome(account=None, challenges=('Negotiate',)")
