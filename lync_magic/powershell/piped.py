"""What a cell pipes into an imported command, kept until that command begins.

Rule of this file: what holds a secret is never on disk.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

HELD_BYTES: Final = 16 * 1024 * 1024
"""How much of it is held in memory before it goes to disk."""


class PipedInput:
    """Objects piped into a command that has not begun: in memory, then on disk."""

    def __init__(self) -> None:
        self._held: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(HELD_BYTES)  # noqa: SIM115 - `close` ends it
        self._secret: list[list[object]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, objects: list[object]) -> None:
        self._count += len(objects)
        if not self._secret:
            try:
                self._held.write(pickle.dumps(objects))
            except TypeError:
                pass  # a secret is in them, which refuses to be pickled: never on disk
            else:
                return
        self._secret.append(objects)

    def __iter__(self) -> Iterator[object]:
        self._held.seek(0)
        while True:
            try:
                batch: list[object] = pickle.load(self._held)
            except EOFError:
                break
            yield from batch
        for objects in self._secret:
            yield from objects

    def close(self) -> None:
        self._held.close()
