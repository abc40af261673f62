"""The sandbox as a whole: accounts, tenants, listeners, put together, started and stopped.

Rules of this file: everything that is temporary lives in one private folder, removed at the end. Nothing here reads a
command line; `python -m lync_magic.sandbox` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

from tornado.httpserver import HTTPServer

from lync_magic.sandbox.authentication import Directory, offer_keytab
from lync_magic.sandbox.authority import Authority
from lync_magic.sandbox.clock import Clock
from lync_magic.sandbox.control import Control
from lync_magic.sandbox.dialect import WINDOWS, Dialect
from lync_magic.sandbox.discovery import Discovery, with_initial
from lync_magic.sandbox.idling import IdleBounds
from lync_magic.sandbox.journal import Journal
from lync_magic.sandbox.mishaps import Mishaps
from lync_magic.sandbox.model import Account, MakeEngine
from lync_magic.sandbox.seats import OF_A_TENANT, OF_AN_ADMINISTRATOR, Seats
from lync_magic.sandbox.server import application, listen
from lync_magic.sandbox.service import WSManService
from lync_magic.sandbox.shells import ShellTable, Surroundings
from lync_magic.sandbox.site import Site
from lync_magic.sandbox.tokens import TOKEN_LIFETIME, TokenService


@dataclass(frozen=True)
class Options:
    """How the sandbox is set up. Ports: 0 takes free ones. Times in seconds, of a clock that
    runs `clock_speed` times as fast as the world's.

    client_ca: the authority (PEM) whose certificates name an account.  keytab: Kerberos' keys of this service.
    credssp: whether CredSSP is offered, as a Windows host does where it was turned on.
    channel_binding: whether a log-on over TLS must be bound to the certificate.
    journal: where a line is written for each command that ran.  faults: mishaps, as `mishaps` has them.  seed: of the
    chance by which they happen.
    """

    port: int = 0
    http_port: int = 0
    seats_administrator: int = OF_AN_ADMINISTRATOR
    seats_tenant: int = OF_A_TENANT
    idle: IdleBounds = field(default_factory=IdleBounds)
    clock_speed: float = 1.0
    token_lifetime: float = TOKEN_LIFETIME
    refresh_tokens: bool = True
    hang: bool = False
    client_ca: Path | None = None
    keytab: Path | None = None
    credssp: bool = False
    journal: Path | None = None
    channel_binding: bool = False
    dialect: Dialect = WINDOWS
    faults: tuple[str, ...] = ()
    seed: int | None = None


@dataclass(frozen=True)
class Addresses:
    """Where the sandbox answers, and what proves that it is the one."""

    https: str
    http: str
    ca: Path
    domains: tuple[str, ...]


class Sandbox:
    """A running sandbox: `async with Sandbox(accounts, make_engine, Options()) as addresses`."""

    control: Control
    """What it can be told while it runs."""

    def __init__(self, accounts: Sequence[Account], make_engine: MakeEngine, options: Options | None = None) -> None:
        self._directory = Directory(accounts)
        self._make_engine = make_engine
        self._options = options or Options()
        self._cleanup = contextlib.ExitStack()

    async def __aenter__(self) -> Addresses:
        """Start to listen."""
        # psrpcore and pyspnego write whole messages, secrets too, where somebody asks for debugging output.
        for library in ("psrpcore", "spnego"):
            logging.getLogger(library).setLevel(logging.WARNING)
        options = self._options
        clock = Clock(options.clock_speed)
        folder = Path(self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="lync-sandbox-")))
        authority = Authority(folder)
        self._directory.offer_to_ntlm(folder)
        if options.keytab is not None:
            offer_keytab(options.keytab)
        loop = asyncio.get_running_loop()
        journal = Journal(options.journal)
        mishaps = Mishaps(options.faults, options.seed)
        self._cleanup.callback(journal.close)
        around = Surroundings(loop, clock, journal, options.dialect)
        shells = ShellTable(Seats(options.seats_administrator, options.seats_tenant), around)
        service = WSManService(shells, self._make_engine, around, idle=options.idle, hang=options.hang)
        tokens = TokenService(
            self._directory, lifetime=options.token_lifetime, refresh=options.refresh_tokens, clock=clock.epoch
        )
        finding = Discovery(with_initial(self._directory.domains))
        tls = authority.server_context(client_ca=options.client_ca)
        binding = authority.binding if options.channel_binding else b""
        site = Site(
            self._directory, service, tokens, finding, WeakKeyDictionary(), mishaps, around, options.credssp, binding
        )
        app = application(site)
        secure, port = listen(app, options.port, tls)
        plain, http_port = listen(app, options.http_port)
        tokens.base = finding.https = f"https://localhost:{port}"
        self.control = Control(shells, clock, journal, mishaps)
        sweeping = asyncio.ensure_future(shells.sweep())
        self._cleanup.callback(shells.close)
        self._cleanup.callback(sweeping.cancel)
        self._servers: tuple[HTTPServer, ...] = (secure, plain)
        return Addresses(finding.https, f"http://localhost:{http_port}", authority.ca_path, tuple(finding.domains))

    async def __aexit__(self, *_exception: object) -> None:
        """Stop to listen, end all shells, remove what is on disk."""
        for server in self._servers:
            server.stop()
        self._cleanup.close()
        for server in self._servers:
            await server.close_all_connections()
