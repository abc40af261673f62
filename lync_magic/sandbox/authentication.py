"""Who is there: accounts, and the ways to prove to be one (Basic, NTLM, Kerberos, CredSSP, a token, a certificate).

Rules of this file: a password or token is compared and forgotten, never stored, logged or put into a message. NTLM and
Kerberos belong to a connection (MS-NTHT): their state lives in a `ConnectionAuthentication`, one for each.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import math
import os
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from lync_magic.sandbox.certificates import names_in
from lync_magic.sandbox.model import Account

TOKEN_USER: Final = "oauth"
"""The user name that says: the password is a token."""
BASIC_CHALLENGE: Final = 'Basic realm="WSMAN"'
NEGOTIATE_SCHEMES: Final = ("Negotiate", "NTLM")
KERBEROS_SCHEME: Final = "Kerberos"
CREDSSP_SCHEME: Final = "CredSSP"
CERTIFICATE_SCHEME: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
"""What a client says for an `Authorization` when its certificate is its identity (DSP0226 C.3.7)."""
_BOUND_SCHEMES: Final = frozenset(one.lower() for one in (*NEGOTIATE_SCHEMES, KERBEROS_SCHEME))
_RAW_NTLM: Final = b"NTLMSSP\x00"
_KERBEROS_MECHANISM: Final = bytes.fromhex("06092a864886f712010202")
"""The object identifier 1.2.840.113554.1.2.2, with which a bare Kerberos token begins (RFC 4121 4.1)."""
_HEAD: Final = 20
"""Bytes of a token in which its mechanism is named."""
_KEYTAB: Final = "KRB5_KTNAME"
_ENVIRONMENT: Final = "NTLM_USER_FILE"
"""Where pyspnego's NTLM server looks for the accounts: a variable of the process with a file's name."""

LOGON_FAILED: Final = (
    "Logon failed for the user '{user}'. Please create a new PSCredential object, making sure that you have used the "
    "correct user name and password."
)


class Directory:
    """All accounts, found by `user@domain`, `DOMAIN\\user` or `domain.com\\user`, in any case."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self.accounts = tuple(accounts)
        self._by_name = {name.lower(): one for one in accounts for name in _names(one)}

    @property
    def domains(self) -> list[str]:
        """The tenants' domains, in order of first mention."""
        return list(dict.fromkeys(one.domain for one in self.accounts))

    def find(self, user_name: str) -> Account | None:
        """The account of this name, or None."""
        return self._by_name.get(user_name.lower())

    def verify(self, user_name: str, password: str) -> Account | None:
        """The account, when the password is right."""
        account = self.find(user_name)
        if account is None or not hmac.compare_digest(account.password.encode(), password.encode()):
            return None
        return account

    def offer_to_ntlm(self, folder: Path) -> None:
        """Write the accounts where pyspnego's NTLM server reads them: a file in a private folder, named by a variable
        of this process. These are the sandbox's own accounts, which its documentation names."""
        store = folder / "accounts"
        lines = [_ntlm_line(name, one.password) for one in self.accounts for name in _names(one)]
        store.touch(mode=0o600)
        store.write_text("\n".join(lines), encoding="utf-8")
        os.environ[_ENVIRONMENT] = str(store)


def _names(account: Account) -> tuple[str, str, str]:
    """What an account is called; the last is what the NTLM library of Microsoft's client makes of the first."""
    user = account.user_name.partition("@")[0]
    return account.user_name, f"{account.domain.partition('.')[0].upper()}\\{user}", f"{account.domain}\\{user}"


def _ntlm_line(name: str, password: str) -> str:
    domain, _, user = name.rpartition("\\")
    return f"{domain}:{user}:{password}"


def offer_keytab(keytab: Path) -> None:
    """Let Kerberos find the service's keys: its library reads a file that a variable of this process names."""
    os.environ[_KEYTAB] = f"FILE:{keytab}"


@dataclass(frozen=True)
class Outcome:
    """Who a request comes from.

    account: who it is, or None.  challenges: `WWW-Authenticate` lines to answer with.  refused_user: who it is not.
    """

    account: Account | None
    challenges: tuple[str, ...] = ()
    refused_user: str = ""


class ConnectionAuthentication:
    """One connection's way to an identity. last_used: when it was, for who minds.

    binding: what a log-on must be bound to, if it must (WinRM's CbtHardeningLevel Strict).
    """

    def __init__(
        self, directory: Directory, verify_token: Callable[[str], Account | None], binding: bytes = b""
    ) -> None:
        self._directory = directory
        self._binding = GssChannelBindings(application_data=binding) if binding else None
        self._verify_token = verify_token
        self.last_used = math.inf
        self._context: spnego.ContextProxy | None = None
        self._account: Account | None = None

    @property
    def context(self) -> spnego.ContextProxy | None:
        """The finished NTLM or Kerberos context, with which messages are encrypted."""
        return self._context if self._context is not None and self._context.complete else None

    def authenticate(
        self, authorization: str | None, challenges: Sequence[str], *, secure: bool, certificate: bytes | None = None
    ) -> Outcome:
        """Who a request comes from. challenges: what is offered to one that nobody is behind.

        certificate: what the client showed in the handshake and the TLS library has verified, in DER. Basic, tokens
        and certificates are taken on a secure connection only, and are good for the one request that carries them.
        """
        if not authorization:
            return Outcome(self._account, () if self._account else tuple(challenges))
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() in _BOUND_SCHEMES or (scheme.lower() == "credssp" and CREDSSP_SCHEME in challenges):
            return self._negotiate(scheme, value, challenges)
        if secure and scheme.lower() == "basic":
            user, password = _basic(value)
            is_token = user.lower() == TOKEN_USER
            account = self._verify_token(password) if is_token else self._directory.verify(user, password)
            return Outcome(account, () if account else tuple(challenges), "" if account else user)
        if secure and scheme.lower() == "bearer":
            account = self._verify_token(value.strip())
            return Outcome(account, () if account else tuple(challenges), "" if account else TOKEN_USER)
        if certificate is not None and scheme == CERTIFICATE_SCHEME:
            named = (self._directory.find(name) for name in names_in(certificate))
            account = next((one for one in named if one is not None), None)
            return Outcome(account, () if account else tuple(challenges))
        return Outcome(None, tuple(challenges))

    def _negotiate(self, scheme: str, value: str, challenges: Sequence[str]) -> Outcome:
        """One step of NTLM or Kerberos, bare, inside SPNEGO (MS-NTHT 3.2.5) or inside CredSSP (MS-CSSP 3.1.5)."""
        try:
            token = base64.b64decode(value, validate=True)
            if self._context is None or self._context.complete:
                self._account = None
                protocol = "credssp" if scheme.lower() == "credssp" else _protocol(token)
                self._context = spnego.server(
                    protocol=protocol,
                    options=_OPTIONS[protocol],
                    channel_bindings=None if protocol == "credssp" else self._binding,
                )
            answer = self._context.step(token)
        except (SpnegoError, ValueError, LookupError, struct.error, ImportError):
            # What pyspnego raises for bytes of any kind; the last for a ticket where no Kerberos is installed.
            self._context = None
            return Outcome(None, tuple(challenges))
        line = scheme if not answer else f"{scheme} {base64.b64encode(answer).decode()}"
        if not self._context.complete:
            if not answer:
                self._context = None  # it gives up without a word, as CredSSP's does
            return Outcome(None, (line,))
        self._account = self._known(self._context)
        return Outcome(self._account, (line,) if answer else ())

    def _known(self, context: spnego.ContextProxy) -> Account | None:
        """Whose log-on this was; with CredSSP, when the password that came with it is theirs too."""
        account = self._directory.find(context.client_principal or "")
        given = context.get_extra_info("client_credential")
        if given is None:
            return account
        name = f"{given.domain_name}\\{given.username}" if given.domain_name else given.username
        vouched = self._directory.verify(name, given.password)
        return account if account is not None and vouched is account else None


_OPTIONS: Final = {
    "ntlm": spnego.NegotiateOptions.use_ntlm,
    "kerberos": spnego.NegotiateOptions.use_gssapi,
    "negotiate": spnego.NegotiateOptions.use_negotiate,
    "credssp": spnego.NegotiateOptions.use_negotiate,
}


def _protocol(token: bytes) -> str:
    if token.startswith(_RAW_NTLM):
        return "ntlm"
    return "kerberos" if _KERBEROS_MECHANISM in token[:_HEAD] else "negotiate"


def _basic(value: str) -> tuple[str, str]:
    try:
        user, _, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
