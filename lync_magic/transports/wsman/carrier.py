"""One lane to a WSMan endpoint: a message goes out and its own answer comes back, over a connection that is signed in.

Rules of this file: a carrier is used by one thread at a time. What was sent is never sent again here, with exceptions
that are safe: a request that was answered by a redirect or refused for its log-on was not carried out. What an error
says of the message is what `transports.base` promises: AnswerLost where bytes of it left and no whole answer of this
server's came back, any other error where the server did not take it. Whatever goes wrong, the connection is thrown
away; one that the server has closed meanwhile is noticed before a message is sent on it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from http import HTTPStatus
from typing import Final, NoReturn
from urllib.parse import urlsplit

from spnego.exceptions import SpnegoError

from lync_magic.errors import (
    AccessDenied,
    AnswerLost,
    EndpointUnreachable,
    InsecureEndpoint,
    ProtocolFault,
    RedirectRefused,
    SignInFailed,
)
from lync_magic.transports import failures
from lync_magic.transports.base import nothing
from lync_magic.transports.deadlines import Deadline
from lync_magic.transports.failures import host_of
from lync_magic.transports.frames import sealed
from lync_magic.transports.http import RequestCount
from lync_magic.transports.link import Answer, NoAnswer
from lync_magic.transports.proxies import proxy_for
from lync_magic.transports.wsman.answers import Reply, Unreadable, identifier, read_reply
from lync_magic.transports.wsman.connection import Connection, InClear, NotKept
from lync_magic.transports.wsman.endpoint import IN_CLEAR, Authentication, Endpoint
from lync_magic.transports.wsman.envelopes import Request
from lync_magic.transports.wsman.faults import Fault, fault_in, named_error, parse_fault
from lync_magic.transports.wsman.kerberos import kerberos_error
from lync_magic.transports.wsman.negotiate import SCHEMES, NotProven, need_extra
from lync_magic.transports.wsman.redirects import redirected
from lync_magic.transports.wsman.sealing import Form, NotDecrypted

MAX_REDIRECTS: Final = 5

_LOGON_FAILED: Final = (
    "Logon failed for the user '{user}'. Please create a new PSCredential object, making sure that you have "
    "used the correct user name and password."
)
_UNREADABLE: Final = (NotDecrypted, KeyError, IndexError, AttributeError, ValueError, struct.error)
"""What pyspnego raises besides its own errors for a token or a message that is not what it expects."""
LOOK_FIRST: Final = "Whether the server did what it was asked is not known: look before you ask again."
_SCHEME_AND_PORT: Final = (
    "Check the address: its scheme (behind https there is TLS, behind http none) and its port (WinRM has 5986 for "
    "https and 5985 for http)."
)
_LONGEST_CHALLENGE: Final = 64 * 1024
_SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)")
"""A way to sign in, at the head of a challenge; a parameter is followed by `=`."""
_GATEWAY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class FaultReceived(Exception):
    """The server answered with a fault; its caller decides what that means."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


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
        deadline = Deadline(timeout)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._answered(request, deadline, meanwhile, is_first=is_first)
            if answer.status not in _MOVED or "Location" not in answer.headers:
                return self._read(answer, request)
            self.reset()
            if not is_first:
                raise self._lost(f"{self._host} sends us elsewhere in the middle of a session.")
            self._uri = redirected(self._uri, answer.header("Location"), self._endpoint.redirect_hosts)
        raise RedirectRefused(f"{self._host} redirects in a circle.", "Check the address, or ask who runs the server.")

    def identify(self, envelope: bytes, timeout: float) -> Reply:
        """The answer to a message that has no number. Raises as `send` does."""
        return self._read(self._exchange(envelope, Deadline(timeout), nothing), None)

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
        answer = self._exchange(request.envelope, deadline, meanwhile)
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
            self._raise_token(error)
        except _UNREADABLE:
            left = self._left()
            self.reset()
            if left:
                raise self._lost(f"{self._host} answered with something that cannot be read.") from None
            raise SignInFailed(
                f"{self._host} answered the log-on with something that cannot be read.",
                "Check the address, and that the server knows this way to sign in (--auth).",
            ) from None
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

    def _lost(self, what: str) -> AnswerLost:
        return AnswerLost(what, LOOK_FIRST)

    # --- no answer ----------------------------------------------------------------------------------------------------

    def _raise_no_answer(self, error: NoAnswer) -> NoReturn:
        left = self._left()
        self.reset()
        said = error.said(self._host)
        if error.refused and self._authentication.method == "certificate" and left:
            raise failures.client_refused(self._host) from None
        if left:
            raise self._lost(said) from None
        raise EndpointUnreachable(
            f"{said} Nothing but the log-on was sent.",
            "Try again; if it lasts, check the address." if self._endpoint_is_secure else _SCHEME_AND_PORT,
        ) from None

    def _in_clear(self, answer: Answer) -> Answer:
        """An answer that should have been encrypted: a refusal stands, anything else may be somebody else's."""
        if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) or answer.status in _MOVED:
            return answer._replace(body=b"")
        if self._is_unread(answer):
            return answer
        self.reset()
        raise self._lost(
            f"{self._host} answered without encryption, where it has to encrypt; somebody between you and the server "
            "may have written it. The answer was not used."
        )

    def _raise_token(self, error: SpnegoError) -> NoReturn:
        left = self._left()
        if self._authentication.method == "credssp" and hasattr(error.base_error, "winerror"):
            self._raise_sign_in("", "")  # the server says so, inside CredSSP
        self.reset()
        if left:
            raise self._lost(f"{self._host} answered with something that cannot be decrypted.") from None
        if self._authentication.method == "kerberos":
            raise kerberos_error(error, self._host, self._authentication.user_name) from None
        raise SignInFailed(
            f"Signing in to {self._host} with {self._authentication.method} failed.",
            "Check the user name and the password, and that the server knows this way to sign in.",
        ) from None

    # --- an answer ----------------------------------------------------------------------------------------------------

    def _read(self, answer: Answer, request: Request | None) -> Reply:
        """What an answer says, where it is one to this message. Raises FaultReceived."""
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._raise_sign_in(answer.header("WWW-Authenticate"), answer.body.decode("utf-8", "replace"))
        try:
            reply = read_reply(answer.body)
        except Unreadable as why:
            self._raise_status(answer, str(why))
        fault = fault_in(reply.body)
        if request is not None and not _answers(reply, request, is_fault=fault is not None):
            self.reset()
            raise self._lost(f"{self._host} answered another message than ours.")
        if fault is not None:
            raise FaultReceived(fault)
        if answer.status != HTTPStatus.OK:
            self._raise_status(answer, "its status is an error's, and it holds none")
        return reply

    def _raise_status(self, answer: Answer, why: str) -> NoReturn:
        """An answer that is no envelope."""
        self.reset()
        host, status = self._host, answer.status
        named = named_error(answer.body.decode("utf-8", "replace")) if 400 <= status < 500 else None
        if named is not None:
            raise named
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            proxy = proxy_for(self._uri, self._endpoint.proxy)
            raise failures.proxy_error(failures.ProxyAsksToSignIn(), host, proxy)
        if status == HTTPStatus.FORBIDDEN:
            raise AccessDenied(
                f"{host} does not let you use this endpoint.", "Ask who runs this server whether you may use it."
            )
        if status == HTTPStatus.NOT_FOUND:
            raise EndpointUnreachable(
                f"{host} has no PowerShell endpoint at this address.", "Check the address's path."
            )
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            raise EndpointUnreachable(
                f"{host} takes no PowerShell requests at this address.", "Check the address: its port and its path."
            )
        if 400 <= status < 500:
            raise ProtocolFault(
                f"{host} refused the request with HTTP status {status} {answer.reason}".rstrip() + ".",
                "Check the address: what answers there may be no PowerShell endpoint.",
            )
        raise self._lost(_in_its_place(answer, host, why))

    def _raise_sign_in(self, challenge: str, refusal: str) -> NoReturn:
        self.reset()
        offered = frozenset(found.lower() for found in _SCHEME.findall(challenge[:_LONGEST_CHALLENGE]))
        fault = parse_fault(refusal)
        named = named_error(fault.message if fault is not None else refusal)
        is_token = self._authentication.method in ("basic", "bearer") and self._authentication.token is not None
        if is_token and (named is None or type(named) is SignInFailed):
            raise SignInFailed(f"{self._host} does not take the token.", self._authentication.renewal) from None
        if named is not None:
            raise named from None
        self._check_offer(offered)
        if self._authentication.method == "certificate":
            raise SignInFailed(
                f"{self._host} does not take the certificate.",
                "Check that it is the right one, and that whoever runs the server has mapped it to your account.",
            ) from None
        raise SignInFailed(
            _LOGON_FAILED.format(user=self._authentication.user_name),
            "Check the user name and the password, and sign in again.",
        ) from None

    def _check_offer(self, offered: frozenset[str]) -> None:
        """Raise when the server refused us because it knows other ways to sign in than ours."""
        host, method = self._host, self._authentication.method
        taken = {"basic"} if method == "basic" else set(SCHEMES.get(method, offered))
        if not offered or offered & taken:
            return
        if offered <= IN_CLEAR and not self._endpoint_is_secure:
            raise InsecureEndpoint(
                f"{host} asks for {_listed(offered)} without TLS, which would show the credential to everyone on the "
                "way. It was not sent.",
                "Use the server's https address.",
            ) from None
        raise SignInFailed(
            f"{host} does not know {method}; it offers {_listed(offered)}.", "Choose another way to sign in (--auth)."
        ) from None


def _answers(reply: Reply, request: Request, *, is_fault: bool) -> bool:
    """Whether a reply is to our message. A server that could not read a message cannot name it in its fault."""
    if is_fault and not reply.relates_to:
        return True
    return identifier(reply.relates_to) == request.identity


def _in_its_place(answer: Answer, host: str, why: str) -> str:
    """What came in place of the server's answer."""
    kind = answer.header("Content-Type").partition(";")[0].strip().lower()
    if answer.status in _GATEWAY:
        return f"{host}: a gateway answered {answer.status} in its place."
    if not answer.body:
        return f"{host} answered with nothing (HTTP status {answer.status})."
    if kind == "text/html" or answer.body[:256].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return f"{host}: a web page came in place of the answer (HTTP status {answer.status})."
    return f"{host} answered with something that cannot be read (HTTP status {answer.status}): {why}."


def _listed(schemes: frozenset[str]) -> str:
    return ", ".join(sorted(schemes))
