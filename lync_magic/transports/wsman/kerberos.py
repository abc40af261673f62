"""Signing in with Kerberos: for whom a ticket is asked for, and what its library's errors mean.

Rules of this file: the ticket comes from the ticket cache (`kinit`, or the log-on to this machine); a password is
never turned into one.
"""

from __future__ import annotations

from typing import Final

from spnego.exceptions import SpnegoError

from lync_magic.errors import CredentialNeeded, EndpointUnreachable, LyncError, SignInFailed

SERVICE: Final = "HTTP"
"""The service that a ticket is asked for: `HTTP/host` (MS-WSMV 2.1, RFC 4559)."""
# Minor codes of MIT Kerberos (krb5.h).
_SERVICE_UNKNOWN: Final = -1765328377
_CLOCKS_DIFFER: Final = frozenset({-1765328347, -1765328236})
_TICKET_EXPIRED: Final = -1765328352
_ROUTINE: Final = 0xFF0000
"""The part of GSSAPI's major code that says what went wrong (RFC 2744 3.9.1)."""
_EXPIRED: Final = frozenset({0xB0000, 0xC0000})
"""The credential's end, the context's end."""
_KDC_UNREACHABLE: Final = frozenset({-1765328228, -1765328164})
_NO_TICKET: Final = frozenset({-1765328243, -1765328189})
_GET_ONE: Final = "Get one in a terminal (kinit {user}), and connect again."


def principal(user_name: str) -> str | None:
    """Whose ticket to use: None for whoever the cache's first ticket is for.

    Realms are upper case by convention and are compared by case, where people write `kenmyer@litwareinc.com`.
    """
    user, _, realm = user_name.rpartition("\\")[2].partition("@")
    return (f"{user}@{realm.upper()}" if realm else user) or None


def ticket_seconds(user_name: str) -> float | None:
    """How long the ticket that is there is good; None where that cannot be known."""
    try:
        import gssapi
    except ImportError:  # on Windows, which renews by itself
        return None
    name = principal(user_name)
    try:
        who = gssapi.Name(name, gssapi.NameType.kerberos_principal) if name else None
        return float(gssapi.Credentials(name=who, usage="initiate").lifetime)
    except gssapi.raw.GSSError:
        return None  # there is none, which the log-on says better


def kerberos_error(error: SpnegoError, host: str, user_name: str) -> LyncError:
    """The error that a person meets, for what went wrong in Kerberos."""
    text, code = _reason(error)
    get_one = _GET_ONE.format(user=principal(user_name) or "user@REALM")
    if code in _NO_TICKET:
        whose = f" for {user_name}" if user_name else ""
        return CredentialNeeded(f"There is no Kerberos ticket{whose} on this machine.", get_one)
    if code == _TICKET_EXPIRED or getattr(error.base_error, "maj_code", 0) & _ROUTINE in _EXPIRED:
        return CredentialNeeded("The Kerberos ticket on this machine has expired.", get_one)
    if code == _SERVICE_UNKNOWN:
        return SignInFailed(
            f"Kerberos knows no service {SERVICE}/{host}.", "Use the host's full name, as its domain knows it."
        )
    if code in _CLOCKS_DIFFER:
        return SignInFailed(
            f"This machine's clock and that of Kerberos (KDC) or {host} differ by more than Kerberos allows.",
            "Set this machine's clock right; Kerberos allows five minutes.",
        )
    if code in _KDC_UNREACHABLE:
        return EndpointUnreachable(f"Kerberos' own server (KDC) cannot be reached: {text}.", "Check network and VPN.")
    return SignInFailed(f"Signing in to {host} with kerberos failed: {text}.", "Check the ticket with klist.")


def _reason(error: SpnegoError) -> tuple[str, int]:
    """Text and code of what went wrong below; the code is the mechanism's own (GSSAPI's minor status)."""
    below = error.base_error
    code = int(getattr(below, "min_code", 0))
    try:
        text = str(below.get_all_statuses(code, False)[-1])  # type: ignore[union-attr]  # gssapi's own error has it
    except (AttributeError, IndexError):
        text = "no reason was given"
    return text.rstrip("."), code - (1 << 32) if code >= 1 << 31 else code
