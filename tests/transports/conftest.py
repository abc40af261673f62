"""What the tests of this room share: recordings, a small process that speaks the line protocol, HTTPS servers."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lync_magic.transports import ProcessTransport

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # so that tests can import what they share
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
def echo_program(tmp_path: Path) -> Path:
    """The echo server under a name that no other test's processes have."""
    return Path(shutil.copy(ECHO_SERVER, tmp_path))


@pytest.fixture
def echo(echo_program: Path) -> Iterator[Callable[..., ProcessTransport]]:
    """Transports to processes that answer each Data with the same Data; `echo("--mute")` for another manner."""
    made: list[ProcessTransport] = []

    def start(*manners: str) -> ProcessTransport:
        transport = ProcessTransport([sys.executable, str(echo_program), *manners])
        made.append(transport)
        return transport

    yield start
    for transport in made:
        transport.close(timeout=1)


class Authority:
    """A certificate authority made for one test session. ca: its PEM file.  chain: certificate and key of localhost."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._number = itertools.count()
        root = _certificate("Test authority", self._key, "Test authority", self._key, is_ca=True)
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        self.chain = self.sign("localhost")

    def sign(
        self,
        name: str,
        *,
        hosts: Sequence[str] = ("localhost", "127.0.0.1"),
        others: Sequence[x509.GeneralName] = (),
        days: tuple[int, int] = (-1, 1),
        self_signed: bool = False,
        password: bytes | None = None,
    ) -> Path:
        """A new certificate and its key, in one file. days: from when to when it is good, counted from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, issuer_key = (name, key) if self_signed else ("Test authority", self._key)
        leaf = _certificate(name, key, issuer, issuer_key, is_ca=False, hosts=hosts, others=others, days=days)
        pem = serialization.Encoding.PEM
        lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        path = self._folder / f"chain{next(self._number)}.pem"
        path.write_bytes(leaf.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, lock))
        return path


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts, and what it signed."""
    return Authority(tmp_path_factory.mktemp("authority"))


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    is_ca: bool,
    hosts: Sequence[str] = (),
    others: Sequence[x509.GeneralName] = (),
    days: tuple[int, int] = (-1, 1),
) -> x509.Certificate:
    now = datetime.now(timezone.utc)
    names = x509.SubjectAlternativeName([*map(_host, hosts), *others])
    usage = x509.KeyUsage(True, False, False, False, False, is_ca, is_ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(names, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _host(text: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(text)) if text[0].isdigit() else x509.DNSName(text)


class Asked(NamedTuple):
    """One request that a web server got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


_SHELL_NAMESPACE = b"http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
_BODIES = {
    b"Create": b'<r:Shell xmlns:r="%b"><r:ShellId>%b</r:ShellId><r:IdleTimeOut>PT60.000S</r:IdleTimeOut></r:Shell>',
    b"Command": b'<r:CommandResponse xmlns:r="%b"><r:CommandId>%b</r:CommandId></r:CommandResponse>',
}


def as_windows_answers(asked: bytes, content: bytes) -> bytes:
    """An envelope with an empty header, and perhaps an empty body, filled with what answers the request."""
    message = re.search(rb"<wsa:MessageID>([^<]*)<", asked)
    if message is None or b"<s:Header/>" not in content:
        return content
    addressing = b"http://schemas.xmlsoap.org/ws/2004/08/addressing"
    related = b'<s:Header><a:RelatesTo xmlns:a="%b">%b</a:RelatesTo></s:Header>' % (addressing, message[1])
    content = content.replace(b"<s:Header/>", related)
    action = re.search(rb"<wsa:Action[^>]*>[^<]*/(\w+)<", asked)
    made = re.search(rb'(?:ShellId|CommandId)="([^"]+)"', asked)
    if action is not None and made is not None and action[1] in _BODIES:
        body = _BODIES[action[1]] % (_SHELL_NAMESPACE, made[1])
        content = content.replace(b"<s:Body/>", b"<s:Body>%b</s:Body>" % body)
    return content


class _QuietServer(ThreadingHTTPServer):
    """Says nothing of connections that end early, as those of a client that does not trust it do."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class WebServer:
    """A server that answers as it is told. answer: gives status, headers and body for a request, or None to hang up.

    An envelope with `<s:Header/>` gets the header that a right answer has, and one with `<s:Body/>` its body.

    prepare: changes its TLS.
    """

    def __init__(
        self,
        answer: Callable[[Asked], tuple[int, dict[str, str], bytes] | None],
        chain: Path | None,
        prepare: Callable[[ssl.SSLContext], None] | None = None,
    ) -> None:
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
                content = as_windows_answers(body, content)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = handle_any  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is logged."""

        self._http = _QuietServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        if chain is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(chain)
            if prepare is not None:
                prepare(context)
            # In the thread of its connection: a handshake that fails must not end the server's loop.
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
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
    """Start servers: `web_server(answer)` over TLS, `web_server(answer, tls=False)` without.

    chain: another certificate.  prepare: changes the TLS context.
    """
    started: list[WebServer] = []

    def start(
        answer: Callable[[Asked], tuple[int, dict[str, str], bytes] | None],
        *,
        tls: bool = True,
        chain: Path | None = None,
        prepare: Callable[[ssl.SSLContext], None] | None = None,
    ) -> WebServer:
        server = WebServer(answer, (chain or authority.chain) if tls else None, prepare)
        started.append(server)
        return server

    yield start
    for server in started:
        server.close()


class Proxy:
    """A proxy on this machine, for CONNECT and for plain requests; whatever host is asked for, it goes to this machine.

    credential: the `user:password` that it wants.  refusal: a status line with which it refuses every CONNECT.
    forge: a port whose answers it gives in place of the server's, to requests that are encrypted.
    heads: the heads of the requests that it got.  carried: every byte of both directions, but the heads of CONNECT.
    """

    def __init__(self, credential: str | None = None, refusal: str | None = None, forge: int | None = None) -> None:
        self.heads: list[str] = []
        self.carried = bytearray()
        wanted = "Basic " + base64.b64encode(credential.encode()).decode() if credential else None
        proxy = self

        class Handler(StreamRequestHandler):
            upstream: socket.socket | None = None

            def handle(self) -> None:
                while head := self._head():
                    proxy.heads.append(head)
                    method, target, _ = head.split("\r\n")[0].split(" ")
                    if wanted and f"proxy-authorization: {wanted}".lower() not in head.lower():
                        asks = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\n"
                        self.wfile.write(f"{asks}Proxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n".encode())
                        return
                    if method != "CONNECT":
                        self._forward(head, target)
                    elif refusal:
                        self.wfile.write(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
                    else:
                        self._reach(int(target.rpartition(":")[2]))
                        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        self._pass(self.connection, self._reached())
                        return

            def finish(self) -> None:
                super().finish()
                if self.upstream is not None:
                    self.upstream.close()

            def _head(self) -> str:
                lines = b""
                while line := self.rfile.readline():
                    lines += line
                    if line == b"\r\n":
                        return lines.decode("latin-1")
                return ""

            def _forward(self, head: str, target: str) -> None:
                place = urlsplit(target)
                if self.upstream is None:
                    self._reach(place.port or 80)
                    threading.Thread(target=self._pass, args=(self._reached(), self.connection), daemon=True).start()
                length = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
                message = head.encode("latin-1") + self.rfile.read(int(length[1]) if length else 0)
                proxy.carried += message
                origin = target[target.index(place.netloc) + len(place.netloc) :] or "/"
                sent = message.replace(target.encode(), origin.encode(), 1)
                if forge is None or b"session-encrypted" not in message:
                    self._reached().sendall(sent)
                    return
                with socket.create_connection(("127.0.0.1", forge)) as forger:
                    forger.sendall(sent)
                    while answer := forger.recv(65536):
                        self.connection.sendall(answer)

            def _reach(self, port: int) -> None:
                self.upstream = socket.create_connection(("127.0.0.1", port))

            def _reached(self) -> socket.socket:
                assert self.upstream is not None
                return self.upstream

            def _pass(self, source: socket.socket, sink: socket.socket) -> None:
                if source is self.connection:
                    threading.Thread(target=self._pass, args=(sink, source), daemon=True).start()
                try:
                    while data := source.recv(65536):
                        proxy.carried += data
                        sink.sendall(data)
                    sink.shutdown(socket.SHUT_WR)
                except OSError:
                    return

        self._server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.place = f"127.0.0.1:{self._server.server_address[1]}"
        self.address = f"http://{credential}@{self.place}" if credential else f"http://{self.place}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@pytest.fixture
def start_proxy() -> Iterator[Callable[..., Proxy]]:
    """Start proxies that end with the test: `start_proxy(credential="user:password")`."""
    started: list[Proxy] = []

    def start(**options: Any) -> Proxy:
        started.append(Proxy(**options))
        return started[-1]

    yield start
    for proxy in started:
        proxy.close()


@pytest.fixture
def pwsh(monkeypatch: pytest.MonkeyPatch) -> str:
    """The path of a real PowerShell, `LYNC_MAGIC_PWSH` or the one on PATH."""
    program = os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")
    if program is None:
        pytest.skip("there is no PowerShell here (LYNC_MAGIC_PWSH, or pwsh on PATH)")
    runtime = Path(program).parent / "dotnet"
    if runtime.is_dir():
        monkeypatch.setenv("DOTNET_ROOT", str(runtime))
    return program


@pytest.fixture
def children(echo_program: Path) -> Callable[[], set[int]]:
    """The process ids of this test's echo servers, and of those that they started."""

    def list_them() -> set[int]:
        text = subprocess.run(["ps", "-ewwo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        return {int(line.split()[0]) for line in text.splitlines() if str(echo_program) in line}

    return list_them
