"""One lane to a WSMan endpoint: a message goes out and its own answer comes back, over a connection that is signed in.

Rules of this file: a carrier is used by one thread at a time. What was sent is never sent again here, with exceptions
that are safe: a request that was answered by a redirect or refused for its log-on was not carried out. What an error
says of the message is what `transports.base` promises: AnswerLost where bytes of it left and no whole answer of this
server's came back, any other error where the server did not take it. Whatever goes wrong, the connection is thrown
away; one that the server has closed meanwhile is noticed before a message is sent on it.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final, NoReturn
from urllib.parse import urlsplit
from uuid import UUID

from spnego.exceptions import SpnegoError

from lync_magic.errors import (
    AnswerLost,
    CredentialNeeded,
    EndpointUnreachable,
    LyncError,
    RedirectRefused,
    SignInFailed,
)
from lync_magic.transports import failures
from lync_magic.transports.base import nothing
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.failures import host_of
from lync_magic.transports.frames import sealed
from lync_magic.transports.link import Answer, NoAnswer, RequestCount
from lync_magic.transports.wsman.answers import Reply
from lync_magic.transports.wsman.connection import Connection, InClear, NotKept
from lync_magic.transports.wsman.endpoint import Authentication, Endpoint
from lync_magic.transports.wsman.envelopes import Request
from lync_magic.transports.wsman.negotiate import NotProven, need_extra
from lync_magic.transports.wsman.redirects import redirected
from lync_magic.transports.wsman.sealing import Form, NotDecrypted, NotSealed
from lync_magic.transports.wsman.verdicts import log_on_error, lost, read_answer, refused

WINDOWS: Final = "Microsoft-"
"""How Windows' own HTTP services begin to name themselves (Microsoft-HTTPAPI/2.0, Microsoft-IIS/10.0)."""
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class Carrier:
    """Sends messages and brings answers back. Not connected before the first one. form: of encrypted messages."""

    def __init__(
        self, endpoint: Endpoint, authentication: Authentication, count: RequestCount, form: Form | None = None
    ) -> None:
        self._endpoint = endpoint
        self._authentication = authentication
        self._count = count
        self._form = form or Form()
        self._uri = endpoint.uri
        self._connection: Connection | None = None

    @property
    def uri(self) -> str:
        """Where it sends to: the endpoint's address, or where that sent us."""
        return self._uri

    @sealed  # the frames below hold the request's headers
    def send(
        self, request: Request, timeout: float, meanwhile: Callable[[], None] = nothing, *, is_first: bool = False
    ) -> Reply:
        """Send one message and return its answer, within `timeout` seconds.

        meanwhile: is done when the message is out, before the wait.  is_first: nothing was asked of this server
        before, so that it may send us elsewhere, and may not know our form of encryption.
        Raises FaultReceived, and the errors of `lync_magic.errors` for everything else.
        """
        deadline = Deadline.after(timeout)
        for _ in range(self._endpoint.max_redirects + 1):
            answer = self._answered(request, deadline, meanwhile, is_first=is_first)
            if answer.status not in _MOVED or "Location" not in answer.headers:
                return self._read(answer, request.identity)
            left = self._left()
            self.reset()
            if not is_first:
                what = f"{self._host} sends us elsewhere in the middle of a session."
                raise lost(what) if left else EndpointUnreachable(what, "Connect again.")
            self._uri = redirected(self._uri, answer.header("Location"), self._endpoint.redirect_hosts)
        raise RedirectRefused(f"{self._host} redirects in a circle.", "Check the address, or ask who runs the server.")

    @sealed
    def identify(self, envelope: bytes, timeout: float) -> Reply:
        """The answer to a message that has no number. Raises as `send` does."""
        return self._read(self._exchange(envelope, Deadline.after(timeout), nothing), None)

    def _read(self, answer: Answer, identity: UUID | None) -> Reply:
        """Raises FaultReceived, which leaves the connection good; whatever else goes wrong does not."""
        left = self._left()
        try:
            if answer.status == HTTPStatus.UNAUTHORIZED:
                raise refused(answer, self._uri, self._authentication) from None
            reply = read_answer(answer, identity, self._uri, self._endpoint)
            self._form.large = answer.header("Server").startswith(WINDOWS)
            return reply
        except AnswerLost as error:
            self.reset()
            if left:
                raise
            raise EndpointUnreachable(f"{error.message} Nothing but the log-on was sent.", "Try again later.") from None
        except LyncError:
            self.reset()
            raise

    def reset(self) -> None:
        """Throw the connection away; the next message gets a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.link.close()

    def abort(self) -> None:
        """End the connection under the thread that waits on it."""
        connection = self._connection
        if connection is not None:
            connection.link.abort()

    def drop(self) -> None:
        """Free the descriptor without a word to the server: another process has it too."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.link.drop()

    @property
    def _host(self) -> str:
        return host_of(self._uri)

    def _answered(
        self, request: Request, deadline: Deadline, meanwhile: Callable[[], None], *, is_first: bool
    ) -> Answer:
        was_kept = self._connection is not None and self._connection.is_usable
        try:
            answer = self._exchange(request.envelope, deadline, meanwhile)
        except (SignInFailed, CredentialNeeded):
            if not was_kept:
                raise
            answer = self._exchange(request.envelope, deadline, meanwhile)  # its ticket has run out: nothing has left
        if was_kept and answer.status == HTTPStatus.UNAUTHORIZED and self._endpoint_is_secure:
            self.reset()  # it has forgotten our log-on, and has not looked at the message
            answer = self._exchange(request.envelope, deadline, meanwhile)
        if is_first and self._form.tabs and self._is_unread(answer):
            self.reset()
            self._form.tabs = False
            answer = self._exchange(request.envelope, deadline, meanwhile)
        return answer

    @property
    def _endpoint_is_secure(self) -> bool:
        return urlsplit(self._uri).scheme == "https"

    def _is_unread(self, answer: Answer) -> bool:
        """Whether a server that should have answered under encryption refused a message that it could not open."""
        return (
            not self._endpoint_is_secure
            and answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR)
            and not answer.body
        )

    def _exchange(self, envelope: bytes, deadline: Deadline, meanwhile: Callable[[], None]) -> Answer:
        try:
            return self._connected().send(envelope, deadline, meanwhile)
        except NoAnswer as error:
            self._raise_no_answer(error)
        except InClear as error:
            return self._in_clear(error.answer)
        except NotProven:
            self.reset()
            raise SignInFailed(
                f"{self._host} did not prove who it is. What it answered was not used.",
                "Check the address; if it is right, tell whoever runs this server.",
            ) from None
        except NotKept:
            self.reset()
            raise EndpointUnreachable(
                f"{self._host} closed the connection in the middle of the log-on.",
                f"{self._authentication.method} belongs to its connection: a proxy on the way must keep it open.",
            ) from None
        except SpnegoError as error:
            self.reset()
            raise log_on_error(error, self._uri, self._authentication) from None
        except NotSealed:
            self.reset()
            raise SignInFailed(
                f"The log-on to {self._host} has run out.", "Sign in again, and connect again."
            ) from None
        except NotDecrypted:
            self.reset()
            raise lost(f"{self._host} answered with something that cannot be decrypted.") from None
        except BaseException:  # an interrupt, a defect, an error of ours
            self.reset()
            raise

    def _connected(self) -> Connection:
        if self._connection is not None and not self._connection.is_usable:
            self.reset()
        if self._connection is None:
            need_extra(self._authentication.method)
            self._connection = Connection(self._uri, self._endpoint, self._authentication, self._count, self._form)
        return self._connection

    def _left(self) -> bool:
        return self._connection is not None and self._connection.left

    def _raise_no_answer(self, error: NoAnswer) -> NoReturn:
        left = self._left()
        self.reset()
        said = error.said(self._host)
        if error.refused:  # in TLS 1.3 the server says so after the handshake; it has read nothing
            raise failures.client_refused(self._host) from None
        if left:
            raise lost(said) from None
        raise EndpointUnreachable(
            f"{said} Nothing but the log-on was sent.",
            "Try again; if it lasts, check the address." if self._endpoint_is_secure else failures.SCHEME_AND_PORT,
        ) from None

    def _in_clear(self, answer: Answer) -> Answer:
        """An answer that should have been encrypted: a refusal stands, anything else may be somebody else's."""
        if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or answer.status in _MOVED:
            return answer._replace(body=b"")
        if self._is_unread(answer):
            return answer
        self.reset()
        raise lost(
            f"{self._host} answered without encryption, where it has to encrypt; somebody between you and the server "
            "may have written it. The answer was not used."
        )
