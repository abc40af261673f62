"""Modes: whether a session is recorded or replayed, by the names that the field uses for cassettes.

once     replay the tape that is there; where there is none, record one
none     replay, and never record: what a CI does unless it is told otherwise
all      ask the live server always, and add to the tape
rewrite  ask the live server, and put a new tape in the old one's place

Rules of this file: sessions of one process that name one file share its tape, and it is closed with the last of them.
"""

from __future__ import annotations

import atexit
import os
import platform
import re
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from lync_magic.clixml import Credential
from lync_magic.errors import TapeError, UsageError, warn
from lync_magic.sessions import JOURNAL_VARIABLE, Registry, Taped, Target, Way, note, registry
from lync_magic.tapes.cleaning import Cleaning
from lync_magic.tapes.recording import Recorder
from lync_magic.tapes.redaction import Choose, Redaction
from lync_magic.tapes.replaying import Replay, TapeTransport

MODES: Final = ("once", "none", "all", "rewrite")
TAPE_VARIABLE: Final = "LYNC_MAGIC_TAPE"
"""Names the tape of all sessions of a process that are not told otherwise."""
MODE_VARIABLE: Final = "LYNC_MAGIC_TAPE_MODE"
REDACT_VARIABLE: Final = "LYNC_MAGIC_TAPE_REDACT"

Redact = str | Sequence[str] | Choose | None
"""What is left out: names with commas between them, a list of names, or a function."""


class Recording:
    """Sessions are recorded on a tape."""

    replays = False
    recorded = ""

    def __init__(self, recorder: Recorder, done: Callable[[], None]) -> None:
        self._recorder = recorder
        self._done = done

    def way(self, target: Target, credential: Credential | None, find: Callable[[], Way]) -> Way:
        """The live way, with the tape listening in."""
        way = find()
        told = {
            "target": name_of(target),
            "computer": way.transport.computer_name,
            "user": credential.user_name if credential is not None else target.user_name,
            "uri": _without_secret(way.uri),
            "configuration": target.configuration or "",
        }
        held = way.tokens.held if way.tokens is not None else None
        return replace(way, tap=self._recorder.session(told, way.credential or credential, held))

    def finish(self) -> None:
        """One session is over."""
        self._done()


class Replaying:
    """Sessions are replayed from a tape."""

    replays = True

    def __init__(self, replay: Replay, done: Callable[[], None]) -> None:
        self.recorded = replay.tape.recorded.isoformat(timespec="seconds")
        self._replay = replay
        self._done = done

    def way(self, target: Target, credential: Credential | None, find: Callable[[], Way]) -> Way:
        """A way to the tape."""
        session = self._replay.session(name_of(target), _without_secret(target.uri or ""))
        signed_in = Credential(session.user, "") if session.user else None
        transport = TapeTransport(self._replay, session, lambda: None)
        return Way(
            transport, session.uri or str(self._replay.tape.path), lambda: 0, signed_in, origin=self._replay.tape.origin
        )

    def finish(self) -> None:
        """One session is over."""
        self._done()


class Unshown:
    """Sessions of a report that is not recorded: what they are answered is without secrets before anybody sees it."""

    replays = False
    recorded = ""

    def way(self, target: Target, credential: Credential | None, find: Callable[[], Way]) -> Way:
        """The live way, with who takes secrets out."""
        way = find()
        redaction = Redaction()
        redaction.know_credential(way.credential or credential)
        return replace(way, tap=Cleaning(redaction, way.tokens.held if way.tokens is not None else None))

    def finish(self) -> None:
        """One session is over."""


class _Open:
    """A tape that is in use."""

    def __init__(self, tape: Recorder | Replay) -> None:
        self.tape = tape
        self.sessions = 0
        """How many have it just now, and how many began with it."""
        self.begun = 0

    @property
    def goes_on(self) -> bool:
        """Whether more sessions are to come: as many as were recorded."""
        return self.sessions > 0 or (isinstance(self.tape, Replay) and self.begun < len(self.tape.tape.sessions))


class Shelf:
    """The tapes that this process has in use. Thread-safe."""

    def __init__(self) -> None:
        self._open: dict[Path, _Open] = {}
        self._made: set[Path] = set()
        """Tapes that were recorded here: a session that comes later adds to them."""
        self._lock = threading.Lock()

    def take(self, file: str | os.PathLike[str], mode: str, redact: Redact = None) -> Taped:
        """A tape for one session more. Raises UsageError, TapeError."""
        path = Path(file).expanduser().absolute()
        check_mode(mode)
        with self._lock:
            found = self._open.get(path)
            if found is None:
                found = self._open[path] = _Open(self._opened(path, mode, redact))
            found.sessions += 1
            found.begun += 1
            tape = found.tape

        def done() -> None:
            with self._lock:
                found.sessions -= 1
                if found.goes_on or self._open.get(path) is not found:
                    return
                del self._open[path]
            _end(tape)

        return Replaying(tape, done) if isinstance(tape, Replay) else Recording(tape, done)

    def holds(self, file: str) -> bool:
        """Whether there is a tape to replay: one that this process is not recording itself."""
        path = Path(file).expanduser().absolute()
        return path.exists() and path not in self._made

    def forget(self) -> None:
        """Take the tapes that were recorded here for such as were there before."""
        self._made.clear()

    def close(self) -> None:
        """Close all tapes: those that are recorded are put in their places. Raises the first TapeError."""
        with self._lock:
            opened, self._open = list(self._open.values()), {}
        failures: list[TapeError] = []
        for each in opened:
            try:
                _end(each.tape)
            except TapeError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def close_at_exit(self) -> None:
        """When the process ends: what is recorded is kept, and what goes wrong is said."""
        try:
            self.close()
        except TapeError as error:
            note("failure", error=type(error).__name__)
            warn(f"{error.message} {error.advice}", UserWarning)

    def _opened(self, path: Path, mode: str, redact: Redact) -> Recorder | Replay:
        there = path.exists()
        if mode == "none" or (mode == "once" and self.holds(str(path))):
            if not there:
                raise UsageError(f"There is no tape {path}.", f"Record it: --record {path.name} --mode once")
            return Replay(path)
        before = path if there and (mode == "all" or path in self._made) else None
        redaction = Redaction.of(redact)
        self._made.add(path)
        try:
            return Recorder(path, redaction, about(redaction), before, shared=in_report())
        except OSError as error:
            raise TapeError(f"The tape {path} cannot be written: {error.strerror}.") from None


shelf: Final = Shelf()
atexit.register(shelf.close_at_exit)


def taped(
    record: str | os.PathLike[str] | None = None,
    replay: str | os.PathLike[str] | None = None,
    mode: str | None = None,
    redact: Redact = None,
) -> Taped | None:
    """The tape that a person named; where none was named, the one of the surroundings; None for no tape.

    record, replay: a file.  mode: one of `MODES`; for `record`, `once`, or `none` in a CI.  redact: see `Redaction.of`.
    """
    if record is not None and replay is not None:
        raise UsageError("A session is recorded or replayed, not both.", "Give --record or --replay.")
    if replay is not None:
        if mode not in (None, "none") or redact is not None:
            raise UsageError("A mode and redaction belong to a recording.", "Leave them out with --replay.")
        return shelf.take(replay, "none")
    if record is not None:
        return shelf.take(record, mode or usual_mode(), redact)
    if mode is not None or redact is not None:
        raise UsageError("A mode and redaction belong to a recording, and no tape is named.", "Give --record FILE.")
    named = os.environ.get(TAPE_VARIABLE)
    if not named:
        return Unshown() if in_report() else None
    return shelf.take(named, os.environ.get(MODE_VARIABLE) or usual_mode(), os.environ.get(REDACT_VARIABLE))


def will_replay(
    record: str | os.PathLike[str] | None = None,
    replay: str | os.PathLike[str] | None = None,
    mode: str | None = None,
) -> bool:
    """Whether `taped` would replay, so that nobody need sign in."""
    if record is None and replay is None:
        record, mode = os.environ.get(TAPE_VARIABLE), os.environ.get(MODE_VARIABLE)
    mode = mode or usual_mode()
    return replay is not None or (bool(record) and (mode == "none" or (mode == "once" and shelf.holds(str(record)))))


def in_report() -> bool:
    """Whether this process runs a notebook as a report, whose outputs are sent to others."""
    return bool(os.environ.get(JOURNAL_VARIABLE))


def usual_mode() -> str:
    """`once`; `none` in a CI, where nothing should be recorded by accident."""
    return "none" if os.environ.get("CI", "").lower() in ("1", "true", "yes") else "once"


def check_mode(mode: str) -> None:
    """Raise UsageError for a mode that there is not."""
    if mode not in MODES:
        raise UsageError(f"There is no mode {mode!r}.", f"Choose one of: {', '.join(MODES)}.")


_ASSIGNMENT: Final = re.compile(r"\w+=")


def name_of(target: Target) -> str:
    """A target's name on a tape, the same wherever its endpoint is found: the domain, else the host, else the program.

    An empty name where nothing is said.
    """
    if target.override_admin_domain:
        return target.override_admin_domain.lower()
    if target.ssh_place is not None:
        return target.ssh_place.host.lower()
    domain = target.user_name.rpartition("@")[2] if "@" in target.user_name else ""
    if target.ssh is not None:
        return target.ssh.rpartition("@")[2].partition(":")[0].lower()
    if target.uri is None and target.process is None:
        return domain.lower()
    if target.uri is not None:
        return (urlsplit(target.uri).hostname or "").lower()
    words = target.process.split() if isinstance(target.process, str) else [*(target.process or ())]
    program = next((word for word in words if word != "env" and not _ASSIGNMENT.match(word)), "")
    return Path(program).stem.lower()


def about(redaction: Redaction) -> dict[str, Any]:
    """What the head of a tape says: when, by which versions, what was left out."""
    packages = {}
    for name in ("lync-magic", "psrpcore", "pywinrm"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "recorded": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "versions": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            **packages,
        },
        "redacted": list(redaction.names),
        "redacted_by_function": redaction.by_function,
        "program": Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "",
    }


def _without_secret(uri: str) -> str:
    place = urlsplit(uri)
    return (
        place._replace(netloc=place.netloc.rpartition("@")[2], query="", fragment="").geturl() if place.netloc else uri
    )


def _end(tape: Recorder | Replay) -> None:
    if isinstance(tape, Recorder):
        tape.close()
        return
    try:
        tape.finish()
    finally:
        tape.tape.close()


def use_surroundings(sessions: Registry = registry) -> None:
    """Have sessions that are told nothing of tapes use the tape that the surroundings name, if they name one."""
    sessions.taping = taped
