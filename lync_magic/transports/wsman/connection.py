"""One signed-in connection to a WSMan endpoint: messages go out and answers come back, encrypted where there is no TLS.

Rules of this file: without TLS every message is encrypted, both ways, and none is sent before the connection is signed
in; a password or token is asked for when a request needs it, and not kept where that can be helped (NTLM keeps its
hash, CredSSP the password, for as long as the connection lives). It says at each moment whether the message has left.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final

from lync_magic.transports.base import nothing
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.dialing import Way
from lync_magic.transports.failures import host_of
from lync_magic.transports.link import Answer, Link, RequestCount
from lync_magic.transports.trust import ClientCertificate
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint
from lync_magic.transports.wsman.negotiate import MAX_ROUNDS, SCHEMES, Handshake, NotProven
from lync_magic.transports.wsman.pywinrm import Messenger
from lync_magic.transports.wsman.sealing import Form, Sealing

SOAP: Final = {"Content-Type": "application/soap+xml;charset=UTF-8"}
UNAUTHORIZED: Final = 401
_MUTUAL: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
"""What WinRM wants to read where a certificate signs in."""


class InClear(Exception):
    """An answer came without encryption, where it has to be encrypted: whoever is on the way may have written it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Connection:
    """A connection to `uri`, made by the first message. form: how encrypted messages are written."""

    def __init__(
        self, uri: str, endpoint: Endpoint, authentication: Authentication, count: RequestCount, form: Form
    ) -> None:
        self.link = Link(uri, way_of(endpoint, authentication), count)
        self._messenger = Messenger(uri, self.link)
        self._authentication = authentication
        self._form = form
        self._seals = not uri.startswith("https:")
        self._handshake: Handshake | None = None
        if authentication.method in SCHEMES:
            self._handshake = Handshake(authentication, host_of(uri), seals=self._seals)
        self._sealing: Sealing | None = None
        self._is_signed_in = self._handshake is None
        self._carries_message = False

    @property
    def left(self) -> bool:
        """Whether bytes of the message have left, and nobody has refused to look at them."""
        return self._carries_message and self.link.began

    @property
    def is_usable(self) -> bool:
        """Whether another message can go over it at once."""
        has_run_out = self._handshake is not None and self._handshake.has_run_out
        return self._is_signed_in and not has_run_out and self.link.is_open

    def send(self, envelope: bytes, deadline: Deadline, meanwhile: Callable[[], None] = nothing) -> Answer:
        """The answer to a message, its body in clear; a refusal of the log-on (401) is one too.

        meanwhile: is done when the message is out. Raises NoAnswer, InClear, NotProven, what connecting raises, and
        what the log-on's and the encryption's library raises.
        """
        self._carries_message = False
        if not self.link.is_open:
            self.link.open(deadline)
        if self._handshake is not None and not self._is_signed_in:
            answer = self._sign_in(self._handshake, envelope, deadline, meanwhile)
            if answer is not None:
                return answer
        return self._say(envelope, self._authorization(), deadline, meanwhile)

    def _sign_in(
        self, handshake: Handshake, envelope: bytes, deadline: Deadline, meanwhile: Callable[[], None]
    ) -> Answer | None:
        """Go on until the server has let us in, or has not. The answer: to the message where it went along, or to
        the log-on where that failed; None where the message is still to be sent.
        """
        header: str | None = handshake.begin(self.link.certificate, deadline.left)
        for _ in range(MAX_ROUNDS):
            goes_along = handshake.carries_message
            headers = {"Authorization": header or ""}
            answer = self._post(
                envelope if goes_along else b"", headers, deadline, meanwhile if goes_along else nothing
            )
            if answer.status != UNAUTHORIZED:
                break
            self._carries_message = False
            challenge = answer.header("WWW-Authenticate")
            header = handshake.answer(challenge, self.link.certificate, deadline.left)
            if header is None:
                return answer
            if not self.link.is_open:
                raise NotKept
        let_in = answer.status < 300
        handshake.finish(answer.header("WWW-Authenticate"), deadline.left, let_in=let_in)
        self._is_signed_in = answer.status != UNAUTHORIZED and (let_in or goes_along)
        if goes_along or not self._is_signed_in:
            return answer
        if self._seals:
            if handshake.context is None:
                raise NotProven
            self._sealing = Sealing(handshake.context, handshake.scheme, self._form)
        return None

    def _say(
        self, envelope: bytes, headers: dict[str, str], deadline: Deadline, meanwhile: Callable[[], None]
    ) -> Answer:
        if self._sealing is None:
            return self._post(envelope, headers, deadline, meanwhile)
        kind, sealed = self._sealing.seal(envelope)
        answer = self._post(sealed, {**headers, "Content-Type": kind}, deadline, meanwhile)
        if not self._sealing.is_sealed(answer.header("Content-Type")):
            raise InClear(answer)
        return answer._replace(body=self._sealing.open(answer.header("Content-Type"), answer.body))

    def _post(self, body: bytes, headers: dict[str, str], deadline: Deadline, meanwhile: Callable[[], None]) -> Answer:
        self._carries_message = bool(body)
        answer = self._messenger.post({**SOAP, **headers}, body, deadline, meanwhile)
        if answer.status == UNAUTHORIZED:
            self._carries_message = False
        return answer

    def _authorization(self) -> dict[str, str]:
        """What goes with each request, asked for anew: nothing of it is kept."""
        method = self._authentication.method
        if method == "basic":
            secret = f"{self._authentication.user_name}:{self._authentication.reveal()}".encode()
            return {"Authorization": f"Basic {base64.b64encode(secret).decode('ascii')}"}
        if method == "bearer":
            token = self._authentication.token
            return {"Authorization": f"Bearer {token() if token is not None else ''}"}
        if method == "certificate":
            return {"Authorization": _MUTUAL}
        return {}


class NotKept(Exception):
    """The connection was closed in the middle of a log-on, which belongs to it."""


def way_of(endpoint: Endpoint, authentication: Authentication) -> Way:
    """How to get to an endpoint."""
    certificate, key = authentication.certificate, authentication.certificate_key
    shown = None
    if authentication.method == "certificate" and certificate is not None and key is not None:
        shown = ClientCertificate(certificate, key, authentication.password)
    return Way(endpoint.ca, endpoint.pin, endpoint.proxy, shown, endpoint.connect_timeout, endpoint.proxy_log_on)
