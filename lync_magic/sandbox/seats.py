"""Seats: how many sessions an administrator and a tenant may hold at once.

Rule of this file: it counts and refuses, it closes nothing. A seat is a shell's; it is free again when the shell ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from lync_magic.sandbox import faults
from lync_magic.sandbox.model import Account

OF_AN_ADMINISTRATOR: Final = 3
OF_A_TENANT: Final = 9


@dataclass
class Seats:
    """Who holds which seat."""

    of_an_administrator: int = OF_AN_ADMINISTRATOR
    of_a_tenant: int = OF_A_TENANT
    _taken: dict[UUID, Account] = field(default_factory=dict)

    def take(self, shell_id: UUID, account: Account) -> None:
        """Give a seat to a shell. Raises the quota's fault when the administrator's or the tenant's are all taken."""
        holders = self._taken.values()
        if sum(one.user_name == account.user_name for one in holders) >= self.of_an_administrator:
            raise faults.too_many_shells(faults.SHELLS_OF_USER, "user")
        if sum(one.domain == account.domain for one in holders) >= self.of_a_tenant:
            raise faults.too_many_shells(faults.SHELLS_OF_TENANT, "tenant")
        self._taken[shell_id] = account

    def free(self, shell_id: UUID) -> None:
        """The shell has ended. A shell without a seat is no error."""
        self._taken.pop(shell_id, None)
