"""What every handler of the HTTP side has in common: the site that it serves, and what it knows of a connection.

Rules of this file: no page and no message is made here. A request for a host that is not this machine is refused, so
that no page of another site can reach the server by a name that was made to point here (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from tornado.iostream import IOStream, SSLIOStream
from tornado.web import RequestHandler

from lync_magic.sandbox import discovery
from lync_magic.sandbox.authentication import ConnectionAuthentication, Directory
from lync_magic.sandbox.misbehaving import Answer, Said, send
from lync_magic.sandbox.misbehaving import deliver as misbehave
from lync_magic.sandbox.mishaps import Mishap, Mishaps
from lync_magic.sandbox.service import WSManService
from lync_magic.sandbox.shells import Surroundings
from lync_magic.sandbox.tokens import TokenService

_KEPT: Final = 64
"""Of how many questions the last answer is kept."""


@dataclass(frozen=True)
class Site:
    """What the handlers work with."""

    directory: Directory
    service: WSManService
    tokens: TokenService
    discovery: discovery.Discovery
    connections: WeakKeyDictionary[IOStream, ConnectionAuthentication]
    mishaps: Mishaps
    around: Surroundings
    credssp: bool = False
    binding: bytes = b""
    """What a log-on over TLS must be bound to, if it must."""
    said: dict[object, Said] = field(default_factory=dict)
    """The last answer to each question, kept while one may be given again."""

    def keep(self, question: object, said: Said) -> None:
        """Keep the last answer to a question."""
        self.said[question] = said
        while len(self.said) > _KEPT:
            del self.said[next(iter(self.said))]

    def authentication(self, stream: IOStream) -> ConnectionAuthentication:
        """The state of a connection's authentication."""
        known = self.connections.get(stream)
        if known is None:
            binding = self.binding if isinstance(stream, SSLIOStream) else b""
            known = self.connections[stream] = ConnectionAuthentication(self.directory, self.tokens.verify, binding)
        return known


class Handler(RequestHandler):
    """What all have in common: the site, and what one may know of the connection."""

    _task: asyncio.Future[Any] | None = None
    """What is waited for, to be given up when the client goes."""

    def initialize(self, site: Site) -> None:
        self.site = site
        self.did = ""
        if site.around.dialect.has("vendor"):
            self.clear_header("Server")

    def prepare(self) -> None:
        """Answer under our own names only."""
        if not _is_our_name(self.request.host_name):
            self.set_status(421)
            self.finish()

    def on_connection_close(self) -> None:
        """Nobody waits for the answer any more: end the wait, so that nothing is taken for nobody."""
        if self._task is not None:
            self._task.cancel()

    async def deliver(self, answer: Answer, mishap: Mishap | None) -> None:
        """Send an answer, or what a mishap makes of it."""
        if mishap is None:
            send(self, answer)
        else:
            await misbehave(self, mishap, answer, self.site.mishaps, self._pause)

    async def _pause(self, seconds: float) -> None:
        """Wait for so long; given up when the client goes."""
        self._task = asyncio.ensure_future(asyncio.sleep(seconds))
        await self._task

    @property
    def is_secure(self) -> bool:
        """Whether the connection has TLS."""
        return bool(self.request.protocol == "https")

    def set_default_headers(self) -> None:
        self.set_header("Server", "Microsoft-HTTPAPI/2.0")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """No page: clients of this server do not read one."""
        self.finish(b"")

    def send_json(self, status: int, document: Mapping[str, object]) -> None:
        """An answer of the token service."""
        self.set_header("Cache-Control", "no-store")
        send(self, json_answer(status, document))

    def form(self) -> dict[str, str]:
        """The posted form."""
        return {name: values[-1] for name, values in parse_qs(self.request.body.decode("utf-8", "replace")).items()}


def json_answer(status: int, document: Mapping[str, object]) -> Answer:
    """A document as JSON."""
    return Answer(status, "application/json; charset=UTF-8", json.dumps(dict(document)).encode())


def _is_our_name(host: str) -> bool:
    """Whether a host's name or address is this machine's loopback."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.rstrip(".") == "localhost"
