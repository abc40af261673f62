"""Asking a server about commands: when first needed, several in one request, each once; kept for the next session.

Rules: one pipeline tells all: `Get-Command NAMES | Select-Object …; Get-Help A; Get-Help B`. It runs in a thread of its
own, so that whoever waits can stop waiting, and a session that is busy is not waited for. Where an endpoint has no
Get-Help, parameters alone are help enough; where it has no such Get-Command, GET_COMMAND_METADATA tells them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from lync_magic.errors import LyncError, RemoteError
from lync_magic.importing.cache import DetailsFile, key_of
from lync_magic.importing.details import Details
from lync_magic.importing.reading import from_metadata, help_name, with_help
from lync_magic.psrp import Argument, Command, Pipeline, ignore
from lync_magic.sessions import Session

SECONDS: Final = 5.0
"""How long a question about a command may take; it is asked in the middle of a person's typing."""
SECONDS_A_NAME: Final = 0.5
"""What each further name in one question is given."""
AT_ONCE: Final = 50
"""Names in one request, where all are asked for."""
PROPERTIES: Final = ("Name", "CommandType", "Parameters", "DefaultParameterSet", "CmdletBinding")
"""What a restricted endpoint's Select-Object lets through."""


class CommandDetails:
    """The details of one session's commands. Thread-safe."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._known: dict[str, Details] = {}
        self._told: set[str] = set()
        """What this session's server was asked for, or is being; what else is known came from the cache."""
        self._helped: set[str] = set()
        self._file: DetailsFile | None = None

    def keep(self, names: Iterable[str]) -> None:
        """Take what an earlier session learnt of an endpoint with these commands, and keep what this one learns."""
        self._file = DetailsFile(key_of(self._session, names))
        self._known = {**self._file.read(), **self._known}

    def known(self, name: str) -> Details | None:
        """What is known already, without asking."""
        return self._known.get(name.lower())

    def is_fresh(self, name: str) -> bool:
        """Whether this session's server said it, and not an earlier session's."""
        return name.lower() in self._told

    def parameters(self, names: Sequence[str]) -> Mapping[str, Details]:
        """Details with parameters of several commands, in one request for those not yet known; by lower-case name.

        Raises what a remote command raises.
        """
        self._ask([name for name in names if self.known(name) is None], helped=False)
        found = {name.lower(): self.known(name) for name in names}
        return {name: details for name, details in found.items() if details is not None}

    def help(self, name: str, wait: float | None = None) -> Details | None:
        """Details with sets and help, as far as the endpoint tells them; None for an unknown command.

        wait: seconds, None for as long as it may take. The answer that comes later is kept.
        """
        details = self.known(name)
        if details is not None and (details.helped or name.lower() in self._helped):
            return details
        self.want([name], wait)
        return self.known(name)

    def want(self, names: Sequence[str], wait: float | None = 0.0) -> None:
        """Ask for what is not known of these, in a thread of its own. wait: seconds to wait for it; 0 not to."""
        asking = threading.Thread(target=self._ask_quietly, args=(list(names),), name="command details", daemon=True)
        asking.start()
        asking.join(wait if wait is not None else _seconds(names))

    def refresh(self, name: str) -> Details | None:
        """Ask again for what only an earlier session knew. Raises what a remote command raises."""
        if not self.is_fresh(name):
            self._helped.discard(name.lower())
            self._ask([name], helped=True)
        return self.known(name)

    def ask_all(self, names: Sequence[str], told: Callable[[int], None]) -> None:
        """Ask for everything, some at a time. told: is given how many are known by now."""
        wanted = [name for name in names if not self._is_known(name)]
        known = len(names) - len(wanted)
        told(known)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            self._ask(some, helped=True)
            known += len(some)
            told(known)

    def _is_known(self, name: str) -> bool:
        details = self.known(name)
        return details is not None and details.helped

    def _ask_quietly(self, names: list[str]) -> None:
        try:
            self._ask(names, helped=True)
        except LyncError:  # by Tab and `?`, also of a session that is gone: no answer, then, but no error either
            return

    def _ask(self, names: Sequence[str], *, helped: bool) -> None:
        with self._asking:
            done = self._helped if helped else self._told
            wanted = [name for name in names if name.lower() not in done and not (helped and self._is_fresh_help(name))]
            if not wanted:
                return
            items = list(self._answers(wanted, helped=helped))
            found = {one.name.lower(): one for one in map(from_metadata, items) if one is not None}
            if not found and any(self.known(name) is None for name in wanted):
                answers = self._session.metadata(wanted, timeout=_seconds(wanted))
                found = {one.name.lower(): one for one in map(from_metadata, answers) if one is not None}
            for item in items:
                name = help_name(item).lower()
                if name and len(wanted) == 1 == len(found):
                    name = next(iter(found))  # the help of an alias is its command's
                if name in found:
                    found[name] = with_help(found[name], item)
            self._told |= {name.lower() for name in wanted}
            if helped:
                self._helped |= {name.lower() for name in wanted}
            self._learn(found)

    def _is_fresh_help(self, name: str) -> bool:
        details = self.known(name)
        return self.is_fresh(name) and details is not None and details.helped

    def _learn(self, found: Mapping[str, Details]) -> None:
        with self._lock:
            for name, details in found.items():
                before = self._known.get(name)
                if before is None or details.helped or not before.helped:
                    self._known[name] = details
                else:  # the help of an earlier session, with the parameters of today
                    self._known[name] = replace(before, advanced=details.advanced)
            if self._file is not None and found:
                self._file.write(self._known)

    def _answers(self, names: Sequence[str], *, helped: bool) -> Iterator[Any]:
        """What the server says; what it had said until it refused to say more. Raises where it said nothing."""
        told = False
        try:
            with self._session.stream(asking(names, helped=helped), report=ignore, timeout=_seconds(names)) as batches:
                for batch in batches:
                    told = True
                    yield from batch
        except RemoteError:
            return  # it says no more: what it said is kept
        except LyncError:
            if not told:
                raise


_OF_SESSIONS: Final[WeakKeyDictionary[Session, CommandDetails]] = WeakKeyDictionary()


def details_of_session(session: Session) -> CommandDetails:
    """The details of a session's commands: one for all its imports."""
    return _OF_SESSIONS.setdefault(session, CommandDetails(session))


def asking(names: Sequence[str], *, helped: bool) -> Pipeline:
    """The one pipeline that tells about commands."""
    commands = [
        Command("Get-Command", (Argument("Name", list(names)),)),
        Command("Select-Object", (Argument("Property", list(PROPERTIES)),), end_of_statement=helped),
    ]
    if helped:
        commands += [Command("Get-Help", (Argument("Name", name),), end_of_statement=True) for name in names]
    return Pipeline(tuple(commands))


def _seconds(names: Sequence[str]) -> float:
    return SECONDS + SECONDS_A_NAME * len(names)
