"""Which function does a command's work: one table over all files of cmdlets.

Rule of this file: a command that has no work of its own does what its verb says.
"""

from __future__ import annotations

from lync_magic.sandbox.engine.builtins import BUILTINS
from lync_magic.sandbox.engine.cmdlets_policies import POLICY_CMDLETS
from lync_magic.sandbox.engine.cmdlets_rooms import ROOM_CMDLETS
from lync_magic.sandbox.engine.cmdlets_users import USER_CMDLETS
from lync_magic.sandbox.engine.context import Cmdlet, per_record
from lync_magic.sandbox.engine.exchange import EXCHANGE_CMDLETS
from lync_magic.sandbox.engine.generic import generic

_TABLES = (BUILTINS, POLICY_CMDLETS, ROOM_CMDLETS, USER_CMDLETS, EXCHANGE_CMDLETS)


def cmdlet_for(name: str) -> Cmdlet:
    """The work of a command of the tenant's."""
    for table in _TABLES:
        if name in table:
            return table[name]
    return per_record(generic)
