"""`$credential.GetNetworkCredential()`: the name and the domain of an account.

Rule of this file: no password leaves a credential; what would give one is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import MISSING, Credential
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.methods import method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.types import own_types

ACCOUNT_PARTS: Final = ("username", "domain")
_KIND: Final = "System.Net.NetworkCredential"


class Account:
    """What System.Net.NetworkCredential says of an account but its password."""

    __slots__ = ("domain", "name")

    def __init__(self, told: str) -> None:
        domain, sign, name = told.partition("\\")
        if not sign:
            name, domain = told, ""
            before, at, behind = told.rpartition("@")
            if at and ("@" in before or "." not in behind):  # an address of mail is a name as a whole
                name, domain = before, behind
        self.name, self.domain = name, domain

    def __str__(self) -> str:
        return _KIND


def _account(value: Credential, _arguments: Sequence[object]) -> Account | None:
    return Account(value.user_name) if value.user_name else None


def _property(value: Account, folded: str) -> object:
    if folded in ACCOUNT_PARTS:
        return value.name if folded == "username" else value.domain
    if folded in ("password", "securepassword"):
        raise NotKnownHere("method .GetNetworkCredential()")
    return MISSING


own_types[Account] = lambda value: _KIND
own_properties[Account] = _property
own_methods[Credential] = {**own_methods.get(Credential, {}), "getnetworkcredential": method(0)(_account)}
