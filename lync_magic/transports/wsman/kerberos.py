"""Signing in with Kerberos: for whom a ticket is asked for, and what its library's errors mean.

Rules of this file: the ticket comes from the ticket cache (`kinit`, or the log-on to this machine); a password is
never turned into one.
"""

from __future__ import annotations

import ast
from typing import Final

from winrm.transport import HAVE_KERBEROS

from lync_magic.errors import CredentialNeeded, EndpointUnreachable, LyncError, SignInFailed

KERBEROS_ERRORS: tuple[type[Exception], ...] = ()
"""What pywinrm's Kerberos raises; empty where no Kerberos is installed."""
if HAVE_KERBEROS:
    from winrm.vendor.requests_kerberos.exceptions import KerberosExchangeError, MutualAuthenticationError

    KERBEROS_ERRORS = (KerberosExchangeError, MutualAuthenticationError)

SERVICE: Final = "HTTP"
"""The service that a ticket is asked for: `HTTP/host` (MS-WSMV 2.1, RFC 4559)."""
# Minor codes of MIT Kerberos (krb5.h).
_SERVICE_UNKNOWN: Final = -1765328377
_TICKET_EXPIRED: Final = -1765328352
_KDC_UNREACHABLE: Final = frozenset({-1765328228, -1765328164})
_NO_TICKET: Final = frozenset({-1765328243, -1765328189})
_GET_ONE: Final = "Get one in a terminal (kinit {user}), and connect again."


def principal(user_name: str) -> str | None:
    """Whose ticket to use: None for whoever the cache's first ticket is for.

    Realms are upper case by convention and are compared by case, where people write `kenmyer@litwareinc.com`.
    """
    user, _, realm = user_name.rpartition("\\")[2].partition("@")
    return (f"{user}@{realm.upper()}" if realm else user) or None


def kerberos_error(error: Exception, host: str, user_name: str) -> LyncError:
    """The error that a person meets, for one of `KERBEROS_ERRORS`."""
    if type(error).__name__ == "MutualAuthenticationError":
        return SignInFailed(
            f"{host} did not prove by Kerberos who it is. What it answered was not used.",
            "Check the address; if it is right, tell whoever runs this server.",
        )
    text, code = _reason(error)
    get_one = _GET_ONE.format(user=principal(user_name) or "user@REALM")
    if code in _NO_TICKET:
        whose = f" for {user_name}" if user_name else ""
        return CredentialNeeded(f"There is no Kerberos ticket{whose} on this machine.", get_one)
    if code == _TICKET_EXPIRED:
        return CredentialNeeded("The Kerberos ticket on this machine has expired.", get_one)
    if code == _SERVICE_UNKNOWN:
        return SignInFailed(
            f"Kerberos knows no service {SERVICE}/{host}.", "Use the host's full name, as its domain knows it."
        )
    if code in _KDC_UNREACHABLE:
        return EndpointUnreachable(f"Kerberos' own server (KDC) cannot be reached: {text}.", "Check network and VPN.")
    return SignInFailed(f"Signing in to {host} with kerberos failed: {text}.", "Check the ticket with klist.")


def _reason(error: Exception) -> tuple[str, int]:
    """Text and code of what went wrong below; the last is the mechanism's own (`((text, major), (text, minor))`)."""
    try:
        text, code = ast.literal_eval(str(error).partition("failed: ")[2])[-1]
    except (ValueError, SyntaxError, TypeError, IndexError):
        return "no reason was given", 0
    return str(text).rstrip("."), int(code)
