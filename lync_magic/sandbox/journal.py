"""What really ran: a line of JSON for each command that an engine began, written when it has ended.

    {"shell": "…", "command": "…", "name": "Set-CsUser", "parameters": {"Identity": "ken"},
     "start": 1385380800.1, "end": 1385380800.2, "state": "Completed", "error": ""}

`parameters` are those that the call bound, not what came through the pipeline;
`shell` and `command` are the ids of the runspace pool and of the pipeline; `start` and `end` seconds since 1970;
`state` is the pipeline's: Completed, Stopped, Failed, or Running where it has not ended; `error` is the error id of one
that failed. Rules of this file: no secret is written; any thread may call; a line is written whole.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

from lync_magic.sandbox import fields
from lync_magic.sandbox.model import EnumValue, PSCredential, PSObject, SecureString

KEPT: Final = 10_000
"""How many lines are kept in memory for whoever asks."""
RUNNING: Final = "Running"
_MASK: Final = "***"
_SECRET: Final = re.compile("passw|passcode|secret|token|credential|pin$", re.IGNORECASE)
"""Names of parameters whose text is a secret, whatever its type."""


@dataclass
class Entry:
    """One command."""

    shell: str
    command: str
    name: str
    parameters: Mapping[str, object]
    start: float = field(default_factory=time.time)
    end: float | None = None
    state: str = RUNNING
    error: str = ""


class Journal:
    """Keeps entries, and writes them to a file where there is one."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._descriptor = None if file is None else os.open(file, flags, 0o600)

    def begin(self, shell: UUID, command: UUID, name: str, parameters: Mapping[str, object]) -> Entry:
        """A command begins to run, with these bound parameters."""
        told = {key: _MASK if _SECRET.search(key) else _told(value) for key, value in parameters.items()}
        entry = Entry(fields.as_text(shell), fields.as_text(command), name, told)
        with self._lock:
            self._entries.append(entry)
        return entry

    def end(self, entry: Entry, state: str, error: str = "") -> None:
        """It has ended."""
        with self._lock:
            entry.end, entry.state, entry.error = time.time(), state, error
            if self._descriptor is not None:
                os.write(self._descriptor, json.dumps(asdict(entry)).encode() + b"\n")

    def entries(self) -> list[dict[str, object]]:
        """All that is kept, in the order in which commands began, those that still run among them."""
        with self._lock:
            return [asdict(one) for one in self._entries]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None


def _told(value: object) -> object:
    """A value as JSON can say it, without secrets."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, SecureString):
        return _MASK
    if isinstance(value, PSCredential):
        return {"UserName": value.user_name, "Password": _MASK}
    if isinstance(value, EnumValue):
        return value.name
    if isinstance(value, Mapping):
        return {str(key): _MASK if _SECRET.search(str(key)) else _told(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_told(item) for item in value]
    if isinstance(value, PSObject):
        return value.text if value.text is not None else _told(value.properties)
    return str(value)
