"""The work for one target: sign in, ask, give the seat back. It runs in a worker, maybe in another process.

Rules of this file: what travels here is picklable and holds no secret; the session begins and ends here. No more than
so many seats of a tenant and user are taken at once, also by other processes of this machine.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lync_magic.clixml import ObjectLike, PSObject, SecureString
from lync_magic.errors import CredentialNeeded, LyncError
from lync_magic.importing import connect
from lync_magic.psrp import Pipeline
from lync_magic.records import Records
from lync_magic.reports.locking import held
from lync_magic.sessions import Session, working
from lync_magic.tapes import will_replay

Function = Callable[[Session], object]

SEAT_SECONDS: Final = 3600.0
"""How long a worker waits for a seat of its tenant."""
FILE_TYPES: Final = ("LyncMagic.FanOutFile",)


@dataclass(frozen=True)
class Told:
    """What a worker is told. target: what `connect` takes by name.  env: where the password is.  key: its own.

    mark: the file that says that it has begun.
    """

    name: str
    target: Mapping[str, Any]
    env: str | None
    what: Function | Pipeline
    seats: int
    timeout: float | None
    file: str | None
    key: str
    mark: str | None = None


@dataclass
class Answer:
    """What one target gave. records: None where it failed, by the error's name and text."""

    name: str
    records: Records | None = None
    error: str = ""
    seconds: float = 0.0


def work(told: Told) -> Answer:
    """One target's work: sign in, ask, give the seat back. Never raises but for an interrupt."""
    began = time.monotonic()
    if told.mark is not None:
        Path(told.mark).touch()
    running[told.key] = under_way = Work()
    try:
        user = str(told.target.get("user_name", told.name))
        place = str(told.target.get("uri") or told.target.get("computer") or "")
        with held("seat", f"{user} {place}", places=told.seats, wait=SEAT_SECONDS):
            records = _asked(told, under_way)
    except Exception as error:  # noqa: BLE001 - a target that fails is a row, and the others go on
        return Answer(told.name, error=error_text(error), seconds=time.monotonic() - began)
    finally:
        running.pop(told.key, None)
    return Answer(told.name, records, seconds=time.monotonic() - began)


def _asked(told: Told, under_way: Work) -> Records:
    names = ("*",) if callable(told.what) else ()
    with (
        connect(**told.target, password=_password(told), commands=names) as session,
        working(session.name, under_way.stopped),
    ):
        under_way.session = session
        return Records() if under_way.stopped.is_set() else _given(told, session)


def _given(told: Told, session: Session) -> Records:
    if isinstance(told.what, Pipeline):
        if told.file is None:
            return session.run(told.what, timeout=told.timeout)
        count = session.stream(told.what, timeout=told.timeout).to_parquet(told.file)
        return Records([PSObject({"File": told.file, "Count": count}, FILE_TYPES)])
    given = told.what(session)
    if isinstance(given, Records):
        return given
    if given is None:
        return Records()
    if isinstance(given, str | bytes | Mapping | ObjectLike) or not isinstance(given, Iterable):
        return Records([_row(given)])
    return Records(map(_row, given))


def _row(item: object) -> object:
    """A dict with names for keys is a row, as `Records.from_rows` has it."""
    if isinstance(item, Mapping) and not isinstance(item, ObjectLike) and all(isinstance(key, str) for key in item):
        return PSObject(dict(item))
    return item


class Work:
    """What is under way for one target in this process. session: once there is one."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.session: Session | None = None

    def stop(self) -> None:
        """Send nothing more, and stop what runs."""
        self.stopped.set()
        if self.session is not None:
            self.session.stop()


running: Final[dict[str, Work]] = {}
"""By the key of what the workers of this process were told."""


def _password(told: Told) -> SecureString | None:
    """From a variable, which stays: other targets may have the same. None where a tape answers, and nobody signs in."""
    env, how = told.env, told.target
    if env is None or will_replay(how.get("record"), how.get("replay"), how.get("mode")):
        return None
    secret = os.environ.get(env)
    if not secret:
        raise CredentialNeeded(f"The environment variable {env} is not set.", f"Set {env} where the workers run.")
    return SecureString(secret)


def error_text(error: BaseException) -> str:
    text = error.message if isinstance(error, LyncError) else str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
