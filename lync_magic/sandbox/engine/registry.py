"""Which function does a command's work: one table over all files of cmdlets.

Rule of this file: every command that the signatures name is in it, and nothing else.
"""

from __future__ import annotations

from lync_magic.sandbox.engine.builtins import BUILTINS
from lync_magic.sandbox.engine.cmdlets_policies import POLICY_CMDLETS
from lync_magic.sandbox.engine.cmdlets_rooms import ROOM_CMDLETS
from lync_magic.sandbox.engine.cmdlets_users import USER_CMDLETS
from lync_magic.sandbox.engine.context import Cmdlet
from lync_magic.sandbox.engine.exchange import EXCHANGE_CMDLETS

_TABLES = (BUILTINS, POLICY_CMDLETS, ROOM_CMDLETS, USER_CMDLETS, EXCHANGE_CMDLETS)


def cmdlet_for(name: str) -> Cmdlet:
    """The work of the command of that full name."""
    for table in _TABLES:
        if name in table:
            return table[name]
    raise LookupError(f"No work is registered for the command {name}.")
