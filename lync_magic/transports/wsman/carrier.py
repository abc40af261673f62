"""One connection to a WSMan endpoint: pywinrm's `Transport` with our trust, redirects, deadlines and errors.

Rules of this file: a carrier is used by one thread at a time. Whatever goes wrong under way, its session is
thrown away, because pywinrm's stays broken after a lost connection and a half-done log-on. What was sent is
never sent again here, with one exception that is safe: a request that was answered by a redirect was not
carried out. A kept connection that the server has closed is noticed before a message is sent on it, since
NTLM belongs to its connection.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final, NoReturn

import requests
from spnego.exceptions import SpnegoError
from winrm.exceptions import InvalidCredentialsError, WinRMError, WinRMTransportError

from lync_magic.errors import (
    AccessDenied,
    EndpointUnreachable,
    InsecureEndpoint,
    ProtocolFault,
    RedirectRefused,
    SessionBroken,
    SignInFailed,
)
from lync_magic.transports.base import nothing
from lync_magic.transports.failures import host_of, network_error
from lync_magic.transports.frames import sealed
from lync_magic.transports.http import RequestCount
from lync_magic.transports.proxies import proxy_for
from lync_magic.transports.wsman.connection import Connection
from lync_magic.transports.wsman.endpoint import IN_CLEAR, Authentication, Endpoint
from lync_magic.transports.wsman.faults import Fault, named_error, parse_fault
from lync_magic.transports.wsman.kerberos import kerberos_error
from lync_magic.transports.wsman.negotiate import SCHEMES, NotProven, need_extra
from lync_magic.transports.wsman.redirects import redirected

MAX_REDIRECTS: Final = 5
CONNECT_TIMEOUT: Final = 15.0
"""Seconds for a TCP connection, where the whole may take longer."""

_LOGON_FAILED: Final = (
    "Logon failed for the user '{user}'. Please create a new PSCredential object, making sure that you have "
    "used the correct user name and password."
)
_UNREADABLE: Final = (KeyError, IndexError, AttributeError, ValueError, struct.error)
"""What pyspnego raises besides its own errors for a token or a message that is not what it expects."""


class FaultReceived(Exception):
    """The server answered with a fault; its caller decides what that means."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Carrier:
    """Sends envelopes and brings answers back. Not opened before the first one."""

    def __init__(self, endpoint: Endpoint, authentication: Authentication, count: RequestCount) -> None:
        self._endpoint = endpoint
        self._authentication = authentication
        self._count = count
        self._uri = endpoint.uri
        self._transport: Connection | None = None

    @property
    def uri(self) -> str:
        """Where it sends to: the endpoint's address, or where that sent us."""
        return self._uri

    @sealed  # the frames below hold the request's headers
    def send(self, envelope: bytes, timeout: float, meanwhile: Callable[[], None] = nothing) -> bytes:
        """Send one envelope and return the answer's, waiting for it at most `timeout` seconds.

        meanwhile: called when the envelope is out, before the wait.
        Raises FaultReceived, and the errors of `lync_magic.errors` for everything else.
        """
        for _ in range(MAX_REDIRECTS + 1):
            try:
                return self._send_once(envelope, timeout, meanwhile)
            except requests.TooManyRedirects as redirect:
                self.reset()
                location = redirect.response.headers["Location"] if redirect.response is not None else ""
            self._uri = redirected(self._uri, location, self._endpoint.redirect_hosts)
        raise RedirectRefused(f"{host_of(self._uri)} redirects in a circle.")

    def reset(self) -> None:
        """Throw the connection away; the next envelope gets a new one."""
        if self._transport is not None:
            self._transport.close_session()
            self._transport = None

    def _send_once(self, envelope: bytes, timeout: float, meanwhile: Callable[[], None]) -> bytes:
        try:
            transport = self._connected()
            transport.prepare(min(timeout, CONNECT_TIMEOUT), timeout, meanwhile)
            return bytes(transport.send_message(envelope))
        except requests.TooManyRedirects:
            raise
        except WinRMTransportError as error:
            self._raise_status(error)
        except InvalidCredentialsError:
            self._raise_sign_in()
        except NotProven:
            self.reset()
            raise SignInFailed(
                f"{host_of(self._uri)} did not prove who it is. What it answered was not used.",
                "Check the address; if it is right, tell whoever runs this server.",
            ) from None
        except requests.RequestException as error:
            self.reset()
            raise network_error(error, self._uri, proxy_for(self._uri, self._endpoint.proxy)) from None
        except SpnegoError as error:
            if self._authentication.method == "credssp" and hasattr(error.base_error, "winerror"):
                self._raise_sign_in()  # the server says so, inside CredSSP
            self.reset()
            if self._authentication.method == "kerberos":
                raise kerberos_error(error, host_of(self._uri), self._authentication.user_name) from None
            raise SignInFailed(
                f"Signing in to {host_of(self._uri)} with {self._authentication.method} failed.",
                "Check the user name and the password, and that the server knows this way to sign in.",
            ) from None
        except (WinRMError, *_UNREADABLE):
            self.reset()
            raise SessionBroken(
                f"{host_of(self._uri)} answered with something that cannot be read.", "Connect again."
            ) from None
        except BaseException:  # an interrupt, a defect, an error of ours
            self.reset()
            raise

    def _connected(self) -> Connection:
        if self._transport is not None and self._transport.lost_connection:
            self.reset()
        if self._transport is None:
            need_extra(self._authentication.method)
            self._transport = Connection(self._uri, self._endpoint, self._authentication, self._count)
        return self._transport

    def _raise_status(self, error: WinRMTransportError) -> NoReturn:
        """An answer with a status of 400 or more: mostly a fault, which leaves the connection good."""
        fault = parse_fault(error.response_text)
        if fault is not None:
            raise FaultReceived(fault) from None
        refusal = self._refusal()
        self.reset()
        host = host_of(self._uri)
        status = int(error.code)
        named = named_error(error.response_text) or named_error(refusal)
        if named is not None:
            raise named from None
        if status == requests.codes.forbidden:
            raise AccessDenied(
                f"{host} does not let you use this endpoint.",
                "Ask who runs this server whether you may use it.",
            ) from None
        if status == requests.codes.not_found:
            raise EndpointUnreachable(
                f"{host} has no PowerShell endpoint at this address.", "Check the address's path."
            ) from None
        if status in (requests.codes.unavailable, requests.codes.bad_gateway, requests.codes.gateway_timeout):
            raise EndpointUnreachable(f"The service on {host} is not available.", "Try again later.") from None
        raise ProtocolFault(f"{host} answered with HTTP status {status}.") from None

    def _raise_sign_in(self) -> NoReturn:
        refusal = self._refusal()
        offered = self._transport.offered if self._transport is not None else frozenset()
        self.reset()
        fault = parse_fault(refusal)
        named = named_error(fault.message if fault is not None else refusal)
        is_token = self._authentication.method in ("basic", "bearer") and self._authentication.token is not None
        if is_token and (named is None or type(named) is SignInFailed):
            raise SignInFailed(f"{host_of(self._uri)} does not take the token.", self._authentication.renewal) from None
        if named is not None:
            raise named from None
        self._check_offer(offered)
        if self._authentication.method == "certificate":
            raise SignInFailed(
                f"{host_of(self._uri)} does not take the certificate.",
                "Check that it is the right one, and that whoever runs the server has mapped it to your account.",
            ) from None
        raise SignInFailed(
            _LOGON_FAILED.format(user=self._authentication.user_name),
            "Check the user name and the password, and sign in again.",
        ) from None

    def _refusal(self) -> str:
        return self._transport.refusal if self._transport is not None else ""

    def _check_offer(self, offered: frozenset[str]) -> None:
        """Raise when the server refused us because it knows other ways to sign in than ours."""
        host, method = host_of(self._uri), self._authentication.method
        taken = {"basic"} if method == "basic" else set(SCHEMES.get(method, offered))
        if not offered or offered & taken:
            return
        if offered <= IN_CLEAR and not self._uri.startswith("https:"):
            raise InsecureEndpoint(
                f"{host} asks for {_listed(offered)} without TLS, which would show the credential to everyone on the "
                "way. It was not sent.",
                "Use the server's https address.",
            ) from None
        raise SignInFailed(
            f"{host} does not know {method}; it offers {_listed(offered)}.", "Choose another way to sign in (--auth)."
        ) from None


def _listed(schemes: frozenset[str]) -> str:
    return ", ".join(sorted(schemes))
