"""Locks of a person's programs on this machine: one run a target at a time, and no more seats than there are.

Rule of this file: a lock is a file that is locked while its program lives, so that one that died holds none.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from lync_magic.errors import UsageError
from lync_magic.sessions import lock, state_folder

PAUSE_SECONDS: Final = 0.1


class Locked(UsageError):
    """Another program does the same just now."""


@contextmanager
def held(kind: str, name: str, *, places: int = 1, wait: float = 0.0) -> Iterator[None]:
    """Hold one of so many places of that name; wait for one at most `wait` seconds. Raises Locked."""
    folder = state_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    deadline = time.monotonic() + wait
    while True:
        for place in range(places):
            file = _taken(folder / f"{kind}-{_file_name(name)}-{place}.lock")
            if file is not None:
                try:
                    yield
                finally:
                    file.close()
                return
        if time.monotonic() >= deadline:
            raise Locked(
                f"Another program runs {name} just now.", "Wait for its end, or give this one time: --wait SECONDS"
            )
        time.sleep(PAUSE_SECONDS)


def _taken(path: Path) -> IO[str] | None:
    file = path.open("a+", encoding="utf-8")
    if lock(file):
        return file
    file.close()
    return None


def _file_name(name: str) -> str:
    plain = re.sub(r"[^\w.@-]", "_", name)[:60]
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:10]}"
