"""The engine of the sandbox: a Lync Online tenant behind a restricted endpoint. This file is its door.

Rules of the room: it knows no wire. It takes calls (words or bound parameters), binds them as PowerShell
binds them, runs the cmdlets on the tenant's state and says what comes of it through `Streams`.
"""

from lync_magic.sandbox.engine.entries import Account, accounts
from lync_magic.sandbox.engine.exchange import CONFIGURATION
from lync_magic.sandbox.engine.runner import LyncEngine
from lync_magic.sandbox.engine.signatures import catalog
from lync_magic.sandbox.engine.tenant import Tenant
from lync_magic.sandbox.model import Engine

__all__ = ["Account", "Tenant", "accounts", "make_engine"]


def make_engine(tenant: Tenant, account: Account, configuration: str = "") -> Engine:
    """The engine of one runspace pool. Engines share the tenant; each belongs to one signed-in account.

    configuration: of the session; `Microsoft.Exchange` has cmdlets of its own.
    """
    return LyncEngine(tenant, account, catalog("Exchange" if configuration == CONFIGURATION else "Lync"))
