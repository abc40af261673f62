"""Servers that misbehave on purpose, on real sockets, with certificates of any kind."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import keyring
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from keyring.backend import KeyringBackend

from lync_magic.clixml import Credential
from lync_magic.errors import LyncError
from lync_magic.importing import import_session
from lync_magic.psrp import Report, ignore
from lync_magic.sessions import Registry, Session, SessionOption, Target, connect, orphans
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.sessions.seats import SeatFile

USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"

Talk = Callable[[socket.socket, bytes], None]
"""What a server does with one connection, when it has read the head of a request."""


class BadServer:
    """Listens on 127.0.0.1 and does with each connection what `talk` says, until the test is over.

    heard: all that clients sent.
    """

    def __init__(self, talk: Talk, context: ssl.SSLContext | None = None, *, handshake: bool = True) -> None:
        self.heard = bytearray()
        self._talk = talk
        self._context = context
        self._handshake = handshake
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listener]
        scheme = "https" if context is not None or not handshake else "http"
        self.base = f"{scheme}://localhost:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        for one in self._open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        try:
            if self._context is not None:
                connection = self._context.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            head = b""
            while self._handshake and b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
                self.heard += piece
            self._talk(connection, head)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.fixture
def serve() -> Iterator[Callable[..., BadServer]]:
    """Start bad servers that end with the test."""
    started: list[BadServer] = []

    def start(talk: Talk, context: ssl.SSLContext | None = None, *, handshake: bool = True) -> BadServer:
        started.append(BadServer(talk, context, handshake=handshake))
        return started[-1]

    yield start
    for server in started:
        server.stop()


class Certificates:
    """An authority, and TLS contexts for servers: `good`, `other_name`, `expired` and `self_signed`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        authority = self._sign("Test authority", self._key, self._key, "Test authority", is_authority=True)
        self.ca = str(folder / "ca.pem")
        Path(self.ca).write_bytes(authority.public_bytes(serialization.Encoding.PEM))

    @property
    def good(self) -> ssl.SSLContext:
        return self._context("good", "localhost")

    @property
    def other_name(self) -> ssl.SSLContext:
        return self._context("other", "elsewhere.example")

    @property
    def expired(self) -> ssl.SSLContext:
        return self._context("expired", "localhost", until=-timedelta(days=1))

    @property
    def self_signed(self) -> ssl.SSLContext:
        return self._context("self", "localhost", by_itself=True)

    def _context(
        self, file: str, name: str, *, until: timedelta = timedelta(days=1), by_itself: bool = False
    ) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        signer, issuer = (key, name) if by_itself else (self._key, "Test authority")
        certificate = self._sign(name, key, signer, issuer, until=until)
        path = self._folder / f"{file}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        signer: ec.EllipticCurvePrivateKey,
        issuer: str,
        *,
        until: timedelta = timedelta(days=1),
        is_authority: bool = False,
    ) -> x509.Certificate:
        now = datetime.now(timezone.utc)
        names = [x509.DNSName(name.replace(" ", "-"))]
        addresses = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if name == "localhost" else []
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=30))
            .not_valid_after(now + until)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
            .sign(signer, hashes.SHA256())
        )


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of every kind."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


class MemoryKeyring(KeyringBackend):
    """A keyring of this process, as a plug-in of the library."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    """The system's keyring, for one test."""
    before = keyring.get_keyring()
    one = MemoryKeyring()
    keyring.set_keyring(one)
    yield one
    keyring.set_keyring(before)


class Tenant:
    """A sandbox that can be told things, and sessions on it with a registry of their own."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.process = SandboxProcess(options)
        self.folder = folder
        self.registry = Registry(SeatFile(str(folder)))
        self._opened: list[Session] = []

    def connect(self, *, commands: Sequence[str] = ("*",), report: Report = ignore, **how: Any) -> Session:
        """A session with its commands imported, found from the user's domain."""
        options = how.pop("options", SessionOption())
        address = self.process.address
        target = Target(USER, ca=how.pop("ca", address.ca), override_discovery_uri=address.http, options=options)
        session = connect(target, Credential(USER, PASSWORD), report=report, registry=self.registry, **how)
        self._opened.append(session)
        if commands:
            import_session(session, commands)
        return session

    def tell(self, line: str) -> dict[str, Any]:
        """Say something to the sandbox."""
        return self.process.tell(line)

    @property
    def seats(self) -> int:
        """How many the server counts."""
        return len(self.tell("seats")["seats"])

    def ran(self, name: str) -> int:
        """How often a command really ran."""
        return sum(entry["name"] == name for entry in self.tell("journal")["journal"])

    def end(self) -> None:
        """Leave nothing to the next test."""
        self.tell("clear")
        for session in self._opened:
            with contextlib.suppress(LyncError):
                session.close()
        with contextlib.suppress(AssertionError):
            until(lambda: self.seats == 0, 3)
        self.tell("pass 900")  # what programs that died have left
        assert self.seats == 0
        for seat in orphans(registry=self.registry):
            SeatFile(str(self.folder)).forget(seat.shell_id)
        self._opened.clear()

    def stop(self) -> None:
        self.process.stop()


def until(reached: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what another thread, or the server, does."""
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def one_tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A tenant for all tests of a file."""
    tenant = Tenant(tmp_path_factory.mktemp("seats"))
    yield tenant
    tenant.stop()


@pytest.fixture
def tenant(one_tenant: Tenant) -> Iterator[Tenant]:
    """The tenant, with no session and no fault."""
    yield one_tenant
    one_tenant.end()


@pytest.fixture
def tenant_with(tmp_path: Path) -> Iterator[Callable[..., Tenant]]:
    """Tenants with options of their own."""
    started: list[Tenant] = []

    def start(*options: str) -> Tenant:
        started.append(Tenant(tmp_path, *options))
        return started[-1]

    yield start
    for one in started:
        one.stop()
