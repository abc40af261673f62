"""Which commands an endpoint exposes: those of its configuration, and what a file adds to them.

A file (`--commands FILE`) is a list in JSON of rows as in `data/cmdlets.json`; its commands do nothing but give back
what was bound to them, as one object: a way to see what a client sends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from lync_magic.sandbox.engine.context import Context, Parameters
from lync_magic.sandbox.engine.editions import ONLINE, edition
from lync_magic.sandbox.engine.exchange import CONFIGURATION
from lync_magic.sandbox.engine.signatures import COMMON_NAMES, Catalog, catalog, read_commands
from lync_magic.sandbox.model import PSObject

ECHO_TYPES: Final = ("LyncSandbox.Bound", "System.Object")
ECHO_MODULE: Final = "LyncSandbox"


@dataclass(frozen=True)
class Exposed:
    """What a sandbox exposes. commands: a file of further ones.  edition: of the tenant.  metadata_delay: seconds that
    the description of a command takes, as compiling its parameters takes a real server.
    """

    commands: Path | None = None
    edition: str = ONLINE
    metadata_delay: float = 0.0

    def catalog(self, configuration: str = "") -> Catalog:
        """The commands of a session configuration."""
        found = catalog("Exchange") if configuration == CONFIGURATION else edition(self.edition)
        if self.commands is None:
            return found
        rows = json.loads(self.commands.read_text(encoding="utf-8"))
        added = {one.name.lower(): replace(one, echoes=True) for one in read_commands(rows, ECHO_MODULE)}
        return Catalog(MappingProxyType(dict(sorted({**found.commands, **added}.items()))))


def echo(_: Context, parameters: Parameters) -> Iterable[object]:
    """Give back what was bound."""
    yield PSObject(ECHO_TYPES, {name: value for name, value in parameters.items() if name not in COMMON_NAMES})
