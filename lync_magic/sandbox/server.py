"""The HTTP side: two listeners on 127.0.0.1 (TLS and plain), authentication, and what is served where.

Rules of this file: sockets and headers only; what an answer says is made by the files it calls. On plain http there is
WSMan under NTLM, Kerberos or CredSSP with encrypted messages, and the first step of discovery; nothing else. The log
has no header and no body.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from lync_magic.sandbox import discovery, encryption, faults, wsman
from lync_magic.sandbox.authentication import (
    BASIC_CHALLENGE,
    CREDSSP_SCHEME,
    LOGON_FAILED,
    NEGOTIATE_SCHEMES,
    Outcome,
)
from lync_magic.sandbox.callers import Caller
from lync_magic.sandbox.signing_in import AuthorizeHandler, ConfigurationHandler, DeviceLoginHandler, TokenHandler
from lync_magic.sandbox.site import Handler, Site

log = logging.getLogger(__name__)
requests_log = logging.getLogger("lync_magic.sandbox.requests")

LOOPBACK: Final = "127.0.0.1"
MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes that are read at all; what WSMan accepts is less."""
OAUTH_PATH: Final = "/ocspowershelloauth"
_WSMAN_PATHS: Final = r"(?i)/(?:wsman|PowerShell|OcsPowershell|OcsPowershellLiveId|OcsPowershellOAuth)/?"
"""A Windows host's, Exchange's, and those of Lync."""


class WSManHandler(Handler):
    """The PowerShell endpoints."""

    _task: asyncio.Task[bytes] | None = None

    async def get(self) -> None:
        """No operation of WSMan; clients ask so what the endpoint wants of them."""
        if self._authenticate() is not None:
            self.set_status(405)

    async def post(self) -> None:
        """One envelope, plain or encrypted."""
        outcome = self._authenticate()
        if outcome is None:
            return
        content_type = self.request.headers.get("Content-Type", "")
        body = self.request.body
        if not body:
            return
        sealed = encryption.is_encrypted(content_type)
        context = self.site.authentication(self._stream()).context
        if sealed:
            try:
                body = encryption.decrypt(context, body) if context is not None else b""
            except encryption.NotDecrypted:
                body = b""
        if (sealed and not body) or not (sealed or self.is_secure):
            self.set_status(403)
            return
        if len(body) > wsman.MAX_ENVELOPE_SIZE:
            self.set_status(413)
            return
        answer = await self._answer(body, outcome)
        if answer is None:
            return
        answer_type = wsman.CONTENT_TYPE
        if sealed and context is not None:
            answer_type, answer = encryption.encrypt(context, answer, content_type)
        self.set_header("Content-Type", answer_type)
        self.write(answer)

    async def _answer(self, body: bytes, outcome: Outcome) -> bytes | None:
        """The answer's envelope; None when the client went away."""
        message_id = ""
        try:
            request = wsman.parse(body)
            message_id = request.message_id
            self.did = request.action.rpartition("/")[2]
            assert outcome.account is not None
            caller = Caller(outcome.account, self.request.remote_ip or "", self.get_query_argument("AdminDomain", ""))
            self._task = asyncio.ensure_future(self.site.service.handle(request, caller))
            return await self._task
        except faults.WSManFault as fault:
            self.set_status(500)
            self.did += f" fault {fault.code}"
            return wsman.fault_envelope(fault, message_id)
        except asyncio.CancelledError:
            self.did += " (client gone)"
            return None

    def on_connection_close(self) -> None:
        """Nobody waits for the answer any more: end the wait, so that nothing is taken for nobody."""
        if self._task is not None:
            self._task.cancel()

    def _authenticate(self) -> Outcome | None:
        """Who asks; None when the answer, a 401, is made."""
        outcome = self.site.authentication(self._stream()).authenticate(
            self.request.headers.get("Authorization"),
            self._challenges(),
            secure=self.is_secure,
            certificate=self._certificate(),
        )
        for line in outcome.challenges:
            self.add_header("WWW-Authenticate", line)
        if outcome.account is not None:
            return outcome
        self.set_status(401)
        if outcome.refused_user:
            text = LOGON_FAILED.format(user=outcome.refused_user)
            fault = faults.logon_failed(text)
            self.set_header("Content-Type", wsman.CONTENT_TYPE)
            self.write(wsman.fault_envelope(fault))
        return None

    def _challenges(self) -> tuple[str, ...]:
        bound = (*NEGOTIATE_SCHEMES, CREDSSP_SCHEME) if self.site.credssp else NEGOTIATE_SCHEMES
        if not self.is_secure:
            return bound
        if self.request.path.lower().rstrip("/") == OAUTH_PATH:
            return (self.site.tokens.challenge(),)
        return (*bound, BASIC_CHALLENGE)

    def _certificate(self) -> bytes | None:
        """What the client showed in the TLS handshake, in DER."""
        shown = self.request.get_ssl_certificate(binary_form=True) if self.is_secure else None
        return shown if isinstance(shown, bytes) else None

    def _stream(self) -> IOStream:
        connection: Any = self.request.connection
        stream: IOStream = connection.stream
        return stream


class DiscoveryHandler(Handler):
    """The discovery documents."""

    def get(self) -> None:
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
        self.set_header("Content-Type", document.content_type)
        self.write(document.body)


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
