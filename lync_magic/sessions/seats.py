"""Seats: which sessions the programs of this person on this machine hold, told from one program to the others.

Each program keeps a file of its own in the person's state folder, and a lock on it for as long as it lives: a file
whose lock can be had is of a program that has died, and what it lists are orphans. A file is removed once its seats
are surely free.

Rules: no secret is in a file; a seat is here from before it is asked for until the server has said that it is free;
nothing here raises, for the sake of a folder that cannot be written: then this program is not seen by the others.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from platformdirs import user_state_dir

from lync_magic.psrp import LEASE_ASSUMED
from lync_magic.safe_text import one_line

FOLDER: Final = "LYNC_MAGIC_STATE"
"""The variable that names another folder."""
SUFFIX: Final = ".seats.json"
NOTEBOOK: Final = "JPY_SESSION_NAME"
"""Where Jupyter's server tells a kernel the path of its notebook."""
_BEAT_SECONDS: Final = 5.0
_TRIES, _PAUSE = 3, 0.02
"""A file may be read while its program writes it."""


@dataclass(frozen=True)
class Seat:
    """One session of a program of this person.

    session: its name there.  shell_id: on the server.  since: ISO 8601, UTC.  lease: seconds of silence after which the
    server frees it, None where it did not say.  program: what holds it, as a person knows it.  alive: whether that
    program lives.  heard: seconds since the server heard of it, for one that died.
    """

    session: str
    shell_id: str
    uri: str
    computer: str
    configuration: str
    user: str
    since: str
    lease: float | None
    program: str
    pid: int
    alive: bool = True
    heard: float = 0.0

    @property
    def free_in(self) -> float:
        """Seconds until the server frees the seat of a program that died, at the latest."""
        return max(0.0, (LEASE_ASSUMED if self.lease is None else self.lease) - self.heard)

    @property
    def name(self) -> str:
        """Whose it is, in a few words."""
        since = datetime.fromisoformat(self.since).astimezone()
        return one_line(f"{self.session} of {self.program}, since {since:%H:%M}")

    def told(self) -> str:
        """Whose it is, and when it is free where its program has died."""
        return self.name if self.alive else f"{self.name}, which has died (free in {self.free_in:.0f} s at the latest)"


def state_folder(folder: str | None = None) -> Path:
    """Where this person's programs tell each other what they hold. folder: None for the person's own."""
    named = folder or os.environ.get(FOLDER)
    return Path(named) if named else Path(user_state_dir("lync_magic", appauthor=False))


class SeatFile:
    """This program's file, and what it can read of the others'. folder: None for the person's own."""

    def __init__(self, folder: str | None = None) -> None:
        self._folder = state_folder(folder)
        self._begin()
        self.program = ""
        """What holds the seats, as a person knows it; set by whoever knows better than the command line."""

    def _begin(self) -> None:
        self._file: IO[str] | None = None
        self._path = self._folder / f"{os.getpid()}-{time.time_ns():x}{SUFFIX}"
        self._beat_at = 0.0

    @property
    def known_as(self) -> str:
        """What to call this program."""
        if self.program:
            return self.program
        notebook = os.environ.get(NOTEBOOK)
        if notebook:
            return f"the notebook {Path(notebook).name}"
        script = Path(sys.argv[0]).name
        return f"{script if script not in ('', '-c', '-m') else 'Python'} (process {os.getpid()})"

    def write(self, seats: Iterable[Seat]) -> None:
        """List these from now on."""
        rows = [asdict(seat) for seat in seats]
        with contextlib.suppress(OSError):
            if self._file is None:
                if not rows:
                    return
                self._file = self._make()
            self._file.seek(0)
            self._file.truncate()
            json.dump(rows, self._file)
            self._file.flush()

    def beat(self) -> None:
        """The servers have heard of this program."""
        if self._file is not None and time.monotonic() - self._beat_at > _BEAT_SECONDS:
            self._beat_at = time.monotonic()
            with contextlib.suppress(OSError):
                os.utime(self._path)

    def remove(self) -> None:
        """Nothing is held any more, and nothing will be."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
            file.close()

    def drop(self) -> None:
        """This is a forked process: the file is the parent's."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                os.close(file.fileno())
        self._begin()

    def others(self) -> list[Seat]:
        """The seats of the other programs, those of the dead last."""
        with contextlib.suppress(OSError):
            found = [seat for path in self._folder.glob(f"*{SUFFIX}") for seat in self._read(path)]
            return sorted(found, key=lambda seat: (not seat.alive, seat.since))
        return []

    def _read(self, path: Path) -> Iterator[Seat]:
        if path == self._path:
            return
        with contextlib.suppress(OSError), path.open("r+", encoding="utf-8") as file:
            alive = not lock(file, shared=True)
            heard = time.time() - os.fstat(file.fileno()).st_mtime
            seats = [replace(seat, alive=alive, heard=0.0 if alive else heard) for seat in _seats(file)]
            if not alive and all(seat.free_in <= 0 for seat in seats):
                path.unlink()
                return
            yield from seats

    def forget(self, shell_id: str) -> None:
        """The seat of a program that died has been taken back."""
        for path in self._folder.glob(f"*{SUFFIX}"):
            with contextlib.suppress(OSError), path.open("r+", encoding="utf-8") as file:
                if not lock(file):
                    continue
                left = [asdict(seat) for seat in _seats(file) if seat.shell_id != shell_id]
                file.seek(0)
                file.truncate()
                json.dump(left, file)

    def _make(self) -> IO[str]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        file = os.fdopen(descriptor, "r+", encoding="utf-8")
        lock(file)
        return file


def _seats(file: IO[str]) -> list[Seat]:
    """What a file lists; nothing where it is not one of ours."""
    names = {field.name for field in fields(Seat)}
    for _ in range(_TRIES):
        file.seek(0)
        try:
            rows: Any = json.load(file)
            return [Seat(**{name: row[name] for name in names}) for row in rows]
        except (ValueError, TypeError, KeyError):
            time.sleep(_PAUSE)
    return []


if sys.platform == "win32":
    import msvcrt

    _FAR: Final = 1 << 30
    """Beyond what is written: a locked region cannot be read by others."""

    def lock(file: IO[Any], *, shared: bool = False) -> bool:
        """Lock a file for as long as it is open; whether it could be. Windows' locks of this kind are never shared."""
        file.seek(_FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def lock(file: IO[Any], *, shared: bool = False) -> bool:
        """Lock a file for as long as it is open; whether it could be. shared: with others who only look."""
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
