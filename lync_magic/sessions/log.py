"""The log: what was sent, when, to which tenant, and how it ended; of all sessions of this process.

Rules: it is kept in memory, the newest `MOST_ENTRIES`; secrets are masked before they come here (`wording`). An entry
is there as soon as its command is, and says so while it runs.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Final

from lync_magic.clixml import PSObject

MOST_ENTRIES: Final = 10_000
ENTRY_TYPES: Final = ("LyncMagic.LogEntry", "System.Object")
RUNNING: Final = "running"
DONE: Final = "done"


@dataclass
class Entry:
    """One pipeline that was sent. session, user, tenant: whose.  command: as text, secrets masked.

    outcome: `running`, `done`, `stopped`, or the error's name.  objects, errors: how many came.  seconds: None while it
    runs.
    """

    session: str
    user: str
    tenant: str
    command: str
    at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    outcome: str = RUNNING
    objects: int = 0
    errors: int = 0
    seconds: float | None = None
    _since: float = field(default_factory=time.monotonic)

    def end(self, outcome: str) -> None:
        """It is over."""
        if self.seconds is None:
            failed = f", {self.errors} error{'s' * (self.errors > 1)}" if self.errors else ""
            self.outcome = outcome + failed if outcome == DONE else outcome
            self.seconds = round(time.monotonic() - self._since, 3)

    def __psobject__(self) -> PSObject:
        """The entry as an object, for a table."""
        return PSObject(
            {
                "Time": self.at.astimezone(),
                "Session": self.session,
                "Tenant": self.tenant,
                "User": self.user,
                "Command": self.command,
                "Outcome": self.outcome,
                "Objects": self.objects,
                "Errors": self.errors,
                "Seconds": self.seconds,
            },
            ENTRY_TYPES,
            text=self.command,
        )


class Log:
    """The entries, oldest first. Thread-safe."""

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._entries: deque[Entry] = deque(maxlen=most)

    def begin(self, session: str, user: str, tenant: str, command: str) -> Entry:
        """Note what is being sent; end it with `Entry.end`."""
        entry = Entry(session, user, tenant, command)
        self._entries.append(entry)
        return entry

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)


log: Final = Log()
"""The one of this process."""
