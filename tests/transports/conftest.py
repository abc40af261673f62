"""What the tests of this room share: recordings, a small process that speaks the line protocol, HTTPS servers."""

from __future__ import annotations

import gzip
import json
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lync_magic.transports import ProcessTransport

HERE = Path(__file__).parent
RECORDINGS = HERE.parent / "recordings"
ECHO_SERVER = HERE / "echo_server.py"


@pytest.fixture
def recorded_lines() -> Callable[[str], list[tuple[str, bytes]]]:
    """Sender and line of a recording, in order."""

    def read(name: str) -> list[tuple[str, bytes]]:
        with gzip.open(RECORDINGS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            rows = [json.loads(line) for line in file][1:]
        return [(row["from"], row["line"].encode()) for row in rows if row.get("from") in ("client", "server")]

    return read


@pytest.fixture
def echo() -> Iterator[Callable[..., ProcessTransport]]:
    """Transports to processes that answer each Data with the same Data; `echo("--mute")` for another manner."""
    made: list[ProcessTransport] = []

    def start(*manners: str) -> ProcessTransport:
        transport = ProcessTransport([sys.executable, str(ECHO_SERVER), *manners])
        made.append(transport)
        return transport

    yield start
    for transport in made:
        transport.close(timeout=5)


class Authority(NamedTuple):
    """A certificate authority made for one test session. ca: its PEM file.  chain: certificate and key of localhost."""

    ca: Path
    chain: Path


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts, and what it signed."""
    folder = tmp_path_factory.mktemp("authority")
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Test authority", root_key, "Test authority", root_key, is_ca=True)
    leaf = _certificate("localhost", leaf_key, "Test authority", root_key, is_ca=False)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(root.public_bytes(pem))
    key = leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "chain.pem").write_bytes(leaf.public_bytes(pem) + key)
    return Authority(folder / "ca.pem", folder / "chain.pem")


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_ca: bool,
) -> x509.Certificate:
    now = datetime.now(timezone.utc)
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    usage = x509.KeyUsage(True, False, False, False, False, is_ca, is_ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(hosts, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


class Asked(NamedTuple):
    """One request that a web server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class WebServer:
    """A server that answers as it is told. answer: gives status, headers and body for a request, or None to hang up."""

    def __init__(self, answer: Callable[[Asked], tuple[int, dict[str, str], bytes] | None], chain: Path | None) -> None:
        self.asked: list[Asked] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                asked = Asked(self.command, self.path, dict(self.headers), body)
                server.asked.append(asked)
                given = answer(asked)
                if given is None:
                    self.close_connection = True
                    return
                status, headers, content = given
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = handle_any  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is logged."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        if chain is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(chain)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        scheme = "https" if chain is not None else "http"
        self.address = f"{scheme}://localhost:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)


@pytest.fixture
def web_server(authority: Authority) -> Iterator[Callable[..., WebServer]]:
    """Start servers: `web_server(answer)` over TLS, `web_server(answer, tls=False)` without."""
    started: list[WebServer] = []

    def start(answer: Callable[[Asked], tuple[int, dict[str, str], bytes] | None], *, tls: bool = True) -> WebServer:
        server = WebServer(answer, authority.chain if tls else None)
        started.append(server)
        return server

    yield start
    for server in started:
        server.close()


@pytest.fixture
def children() -> Callable[[], set[int]]:
    """The process ids of all descendants of this process."""

    def list_them() -> set[int]:
        text = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        return {int(line.split()[0]) for line in text.splitlines() if str(ECHO_SERVER) in line}

    return list_them
