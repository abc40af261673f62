"""Who asks, and whether they may manage the tenant.

Rules of this file: the refusals are the service's own sentences.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from lync_magic.sandbox import faults
from lync_magic.sandbox.discovery import with_initial
from lync_magic.sandbox.model import Account
from lync_magic.sandbox.wsman import Request

NO_PERMISSION: Final = "The user '{user}' does not have permission to manage this tenant."
SESSIONS_DISABLED: Final = (
    "The ability to connect to this tenant by using a remote PowerShell session has been disabled."
)


@dataclass(frozen=True)
class Caller:
    """Who asks, from where, and for which tenant (`?AdminDomain=`, or nothing)."""

    account: Account
    address: str = "127.0.0.1"
    admin_domain: str = ""


Operations: TypeAlias = Mapping[str, Callable[[Request, Caller], Awaitable[bytes]]]
"""What answers a request, by its action."""


def check_permission(caller: Caller) -> None:
    """Only an administrator of an enabled tenant gets a session, and only for that tenant. Raises `WSManFault`."""
    account = caller.account
    is_theirs = not caller.admin_domain or caller.admin_domain.lower() in with_initial([account.domain.lower()])
    if not account.is_administrator or not is_theirs:
        raise faults.not_permitted(NO_PERMISSION.format(user=account.user_name))
    if not account.remote_sessions_enabled:
        raise faults.not_permitted(SESSIONS_DISABLED)
