"""The engine of the sandbox: a Lync Online tenant behind a restricted endpoint. This file is its door.

Rules of the room: it knows no wire. It takes calls (words or bound parameters), binds them as PowerShell
binds them, runs the cmdlets on the tenant's state and says what comes of it through `Streams`.
"""

from lync_magic.sandbox.engine.editions import EDITIONS, ONLINE
from lync_magic.sandbox.engine.entries import Account, accounts
from lync_magic.sandbox.engine.exposing import Exposed
from lync_magic.sandbox.engine.runner import LyncEngine
from lync_magic.sandbox.engine.tenant import Tenant
from lync_magic.sandbox.model import Engine

__all__ = ["EDITIONS", "ONLINE", "Account", "Exposed", "Tenant", "accounts", "make_engine"]


def make_engine(tenant: Tenant, account: Account, configuration: str = "", exposed: Exposed | None = None) -> Engine:
    """The engine of one runspace pool. Engines share the tenant; each belongs to one signed-in account.

    configuration: of the session; `Microsoft.Exchange` has cmdlets of its own.  exposed: what there is besides.
    """
    exposed = exposed or Exposed()
    return LyncEngine(tenant, account, exposed.catalog(configuration), exposed.metadata_delay)
