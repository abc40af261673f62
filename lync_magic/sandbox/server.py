"""The HTTP side: two listeners on 127.0.0.1 (TLS and plain), and what is served where.

Rules of this file: sockets and routes only; what an answer says is made by the files it calls. On plain http there is
WSMan under NTLM, Kerberos or CredSSP with encrypted messages, and the first step of discovery; nothing else. The log
has no header and no body.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from lync_magic.sandbox import discovery
from lync_magic.sandbox.endpoint import WSManHandler
from lync_magic.sandbox.misbehaving import Answer
from lync_magic.sandbox.signing_in import AuthorizeHandler, ConfigurationHandler, DeviceLoginHandler, TokenHandler
from lync_magic.sandbox.site import Handler, Site

requests_log = logging.getLogger("lync_magic.sandbox.requests")

LOOPBACK: Final = "127.0.0.1"
MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes that are read at all; what WSMan accepts is less."""
_WSMAN_PATHS: Final = r"(?i)/(?:wsman|PowerShell|OcsPowershell|OcsPowershellLiveId|OcsPowershellOAuth)/?"
"""A Windows host's, Exchange's, and those of Lync."""


class DiscoveryHandler(Handler):
    """The discovery documents."""

    async def get(self) -> None:
        """The root, or a domain's document."""
        domain = self.get_query_argument("Domain", self.get_query_argument("domain", ""))
        accept = self.request.headers.get("Accept", "")
        if self.request.path.lower() == discovery.DOMAIN_PATH:
            document = self.site.discovery.domain(domain, accept) if self.is_secure else None
        else:
            document = self.site.discovery.root(domain, accept, secure=self.is_secure)
        if document is None:
            self.set_status(404)
            return
        answer = Answer(200, document.content_type, document.body)
        await self.deliver(answer, self.site.mishaps.pick(("discovery",)))


def application(site: Site) -> Application:
    """All that is served."""
    given = {"site": site}
    return Application(
        [
            (_WSMAN_PATHS, WSManHandler, given),
            (r"(?i)/", DiscoveryHandler, given),
            (rf"(?i){discovery.ROOT_PATH}(?:/domain)?", DiscoveryHandler, given),
            (r"(?i)/([^/]+)/oauth2/(?:v2\.0/)?(token|devicecode)", TokenHandler, given),
            (r"(?i)/[^/]+/oauth2/(?:v2\.0/)?authorize", AuthorizeHandler, given),
            (r"(?i)/([^/]+)/(?:v2\.0/)?\.well-known/openid-configuration", ConfigurationHandler, given),
            (r"(?i)/devicelogin", DeviceLoginHandler, given),
        ],
        log_function=_log_request,
        compress_response=False,
    )


def listen(app: Application, port: int, ssl_context: Any = None) -> tuple[HTTPServer, int]:
    """Serve on 127.0.0.1. Port 0 takes a free one; the port that was taken comes back."""
    sockets = bind_sockets(port, LOOPBACK)
    server = HTTPServer(app, ssl_options=ssl_context, max_body_size=MAX_BODY, max_buffer_size=MAX_BODY * 2)
    server.add_sockets(sockets)
    return server, int(sockets[0].getsockname()[1])


def _log_request(handler: RequestHandler) -> None:
    """Method, path, operation, status, milliseconds: nothing that a client holds secret."""
    request = handler.request
    milliseconds = 1000 * request.request_time()
    did = getattr(handler, "did", "")
    requests_log.info(
        "%s %s %s %s %d %.1f ms",
        request.method,
        request.protocol,
        request.path,
        did,
        handler.get_status(),
        milliseconds,
    )
