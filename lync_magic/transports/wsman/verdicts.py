"""What an answer means: this server's word on our message, its refusal, or somebody else's in its place.

Rules of this file: no input or output. A SOAP fault, and a status of 400 to 499, say that the server did not take the
message. An envelope is its answer where it names our message. All else is as good as no answer: a gateway's error, a
page, nothing, an answer to another message.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final
from uuid import UUID

from spnego.exceptions import SpnegoError

from lync_magic.errors import (
    AccessDenied,
    AnswerLost,
    EndpointUnreachable,
    InsecureEndpoint,
    LyncError,
    ProtocolFault,
    SignInFailed,
)
from lync_magic.transports.failures import NotConnected, host_of, proxy_error
from lync_magic.transports.link import Answer
from lync_magic.transports.wsman.answers import Reply, Unreadable, identifier, read_reply
from lync_magic.transports.wsman.endpoint import IN_CLEAR, Authentication, Endpoint
from lync_magic.transports.wsman.faults import Fault, fault_in, named_error, parse_fault
from lync_magic.transports.wsman.kerberos import kerberos_error
from lync_magic.transports.wsman.negotiate import SCHEMES

LOOK_FIRST: Final = "Whether the server did what it was asked is not known: look before you ask again."

_LOGON_FAILED: Final = (
    "Logon failed for the user '{user}'. Please create a new PSCredential object, making sure that you have "
    "used the correct user name and password."
)
_LONGEST_CHALLENGE: Final = 64 * 1024
_SCHEME: Final = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s|,|$)")
"""A way to sign in, at the head of a challenge; a parameter is followed by `=`."""
DELEGATION_REFUSED: Final = frozenset({0x80090345, 0x8009035E, 0x8009035F})
"""SEC_E_DELEGATION_REQUIRED, SEC_E_DELEGATION_POLICY, SEC_E_POLICY_NLTM_ONLY."""
_GATEWAY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
_PAGE: Final = (b"<!doctype html", b"<html")


class FaultReceived(Exception):
    """The server answered with a fault; its caller decides what that means."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def lost(what: str) -> AnswerLost:
    """The error where a message has left and its answer has not come."""
    return AnswerLost(what, LOOK_FIRST)


def read_answer(answer: Answer, identity: UUID | None, uri: str, endpoint: Endpoint) -> Reply:
    """What an answer says, where it is the server's to our message.

    identity: the message's, or None for one without a number.  uri: where it went, for an `endpoint`.
    Raises FaultReceived, AnswerLost, and other errors for what the server did not take.
    """
    host = host_of(uri)
    try:
        reply = read_reply(answer.body)
    except Unreadable as why:
        raise _not_an_envelope(answer, uri, endpoint, str(why)) from None
    fault = fault_in(reply.body)
    # A server that could not read a message cannot name it in its fault.
    is_ours = identifier(reply.relates_to) == identity or (fault is not None and not reply.relates_to)
    if identity is not None and not is_ours:
        raise lost(f"{host} answered another message than ours.")
    if fault is not None:
        raise FaultReceived(fault)
    if answer.status != HTTPStatus.OK:
        raise _not_an_envelope(answer, uri, endpoint, "its status is an error's, and it holds none")
    return reply


def refused(answer: Answer | None, uri: str, authentication: Authentication) -> LyncError:
    """The error for a log-on that was refused (401). answer: None where the log-on itself says so."""
    host, method = host_of(uri), authentication.method
    refusal = answer.body.decode("utf-8", "replace") if answer is not None else ""
    fault = parse_fault(refusal)
    named = named_error(fault.message if fault is not None else refusal)
    is_token = method in ("basic", "bearer") and authentication.token is not None
    if is_token and (named is None or type(named) is SignInFailed):
        return SignInFailed(f"{host} does not take the token.", authentication.renewal)
    if named is not None:
        return named
    challenge = answer.header("WWW-Authenticate")[:_LONGEST_CHALLENGE] if answer is not None else ""
    offered = frozenset(found.lower() for found in _SCHEME.findall(challenge))
    taken = {"basic"} if method == "basic" else set(SCHEMES.get(method, offered))
    if offered and not offered & taken:
        return _other_ways(offered, host, method, is_secure=uri.startswith("https:"))
    if method == "certificate":
        return SignInFailed(
            f"{host} does not take the certificate.",
            "Check that it is the right one, and that whoever runs the server has mapped it to your account.",
        )
    return SignInFailed(
        _LOGON_FAILED.format(user=authentication.user_name),
        "Check the user name and the password, and sign in again.",
    )


def log_on_error(error: SpnegoError, uri: str, authentication: Authentication) -> LyncError:
    """The error for a log-on that went wrong before the message left."""
    host, method = host_of(uri), authentication.method
    code = getattr(error.base_error, "winerror", None)
    if method == "credssp" and code is not None:  # the server says so, inside CredSSP
        if code & 0xFFFFFFFF not in DELEGATION_REFUSED:
            return refused(None, uri, authentication)
        return SignInFailed(
            f"{host} may not be given your password (CredSSP): its policy, or your domain's, forbids it.",
            "Sign in with --auth negotiate, which does not hand it over.",
        )
    if method == "kerberos":
        return kerberos_error(error, host, authentication.user_name)
    return SignInFailed(
        f"Signing in to {host} with {method} failed.",
        "Check the user name and the password, and that the server knows this way to sign in.",
    )


def _other_ways(offered: frozenset[str], host: str, method: str, *, is_secure: bool) -> LyncError:
    """The error where a server knows other ways to sign in than ours."""
    listed = ", ".join(sorted(offered))
    if offered <= IN_CLEAR and not is_secure:
        return InsecureEndpoint(
            f"{host} asks for {listed} without TLS, which would show the credential to everyone on the way. It was not "
            "sent.",
            "Use the server's https address.",
        )
    return SignInFailed(
        f"{host} does not know {method}; it offers {listed}.", "Choose another way to sign in (--auth)."
    )


def _not_an_envelope(answer: Answer, uri: str, endpoint: Endpoint, why: str) -> LyncError:
    host, status = host_of(uri), answer.status
    if not 400 <= status < 500:
        return lost(_in_its_place(answer, host, why))
    named = named_error(answer.body.decode("utf-8", "replace"))
    if named is not None:
        return named
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return proxy_error(
            NotConnected(status, answer.reason, answer.header("Proxy-Authenticate")), host, endpoint.relay(uri)
        )
    if status == HTTPStatus.FORBIDDEN:
        return AccessDenied(
            f"{host} does not let you use this endpoint.", "Ask who runs this server whether you may use it."
        )
    if status == HTTPStatus.NOT_FOUND:
        return EndpointUnreachable(f"{host} has no PowerShell endpoint at this address.", "Check the address's path.")
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return EndpointUnreachable(
            f"{host} takes no PowerShell requests at this address.", "Check the address: its port and its path."
        )
    return ProtocolFault(
        f"{host} refused the request with HTTP status {status} {answer.reason}".rstrip() + ".",
        "Check the address: what answers there may be no PowerShell endpoint.",
    )


def _in_its_place(answer: Answer, host: str, why: str) -> str:
    """What came in place of the server's answer."""
    kind = answer.header("Content-Type").partition(";")[0].strip().lower()
    if answer.status in _GATEWAY:
        return f"{host}: a gateway answered {answer.status} in its place."
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{host} answered with HTTP status {answer.status}, and not in the words of a PowerShell endpoint."
    if not answer.body:
        return f"{host} answered with nothing (HTTP status {answer.status})."
    if kind == "text/html" or answer.body[:256].lstrip().lower().startswith(_PAGE):
        return f"{host}: a web page came in place of the answer (HTTP status {answer.status})."
    return f"{host} answered with something that cannot be read (HTTP status {answer.status}): {why}."
