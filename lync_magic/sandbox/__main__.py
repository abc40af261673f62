"""`python -m lync_magic.sandbox`: the embedded tenant, with its accounts and its cmdlets."""

from __future__ import annotations

import sys
from pathlib import Path

from lync_magic.sandbox import engine
from lync_magic.sandbox.commandline import run
from lync_magic.sandbox.model import Account, Engine, MakeEngine


def tenants_of(
    users: int,
    delay_per_object: float,
    commands: Path | None = None,
    edition: str = engine.ONLINE,
    metadata_delay: float = 0.0,
) -> MakeEngine:
    """One tenant a domain, made when it is first needed and kept for as long as the process lives."""
    tenants: dict[str, engine.Tenant] = {}
    exposed = engine.Exposed(commands, edition, metadata_delay)
    known = {one.user_name: one for one in engine.accounts}

    def make(account: Account, configuration: str = "") -> Engine:
        tenant = tenants.get(account.domain)
        if tenant is None:
            tenant = tenants[account.domain] = engine.Tenant(users=users, delay_per_object=delay_per_object)
        return engine.make_engine(tenant, known[account.user_name], configuration, exposed)

    return make


if __name__ == "__main__":
    sys.exit(run(engine.accounts, tenants_of))
