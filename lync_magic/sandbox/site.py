"""What every handler of the HTTP side has in common: the site that it serves, and what it knows of a connection.

Rules of this file: no page and no message is made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from tornado.iostream import IOStream
from tornado.web import RequestHandler

from lync_magic.sandbox import discovery
from lync_magic.sandbox.authentication import ConnectionAuthentication, Directory
from lync_magic.sandbox.service import WSManService
from lync_magic.sandbox.tokens import TokenService


@dataclass(frozen=True)
class Site:
    """What the handlers work with."""

    directory: Directory
    service: WSManService
    tokens: TokenService
    discovery: discovery.Discovery
    connections: WeakKeyDictionary[IOStream, ConnectionAuthentication]
    credssp: bool = False

    def authentication(self, stream: IOStream) -> ConnectionAuthentication:
        """The state of a connection's authentication."""
        known = self.connections.get(stream)
        if known is None:
            known = self.connections[stream] = ConnectionAuthentication(self.directory, self.tokens.verify)
        return known


class Handler(RequestHandler):
    """What all have in common: the site, and what one may know of the connection."""

    def initialize(self, site: Site) -> None:
        self.site = site
        self.did = ""

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
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.write(dict(document))

    def form(self) -> dict[str, str]:
        """The posted form."""
        return {name: values[-1] for name, values in parse_qs(self.request.body.decode("utf-8", "replace")).items()}
