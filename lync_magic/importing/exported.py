"""What a module that `export_session` wrote is made of: functions that look for their session, or open it, when called.

Rules: to import such a module sends nothing. The session is the one that was given, else one that is open to the same
place, else a new one; who signs in to that is asked where nobody said (in a terminal, or at the notebook's input line).
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from functools import update_wrapper
from typing import Any, Final, Generic, ParamSpec
from urllib.parse import urlsplit, urlunsplit

from lync_magic.clixml import Credential
from lync_magic.errors import CredentialNeeded
from lync_magic.importing.asking import details_of_session
from lync_magic.importing.command import RemoteCommand
from lync_magic.importing.piping import Piped
from lync_magic.psrp import Report, State, ignore
from lync_magic.records import Records, RecordStream
from lync_magic.sessions import (
    DEFAULT_TIMEOUT,
    Application,
    Password,
    Session,
    SessionOption,
    Target,
    as_credential,
    from_terminal,
    registry,
)
from lync_magic.sessions import connect as open_session

P = ParamSpec("P")

CREATING: Final = 'Creating a new session for implicit remoting of "{0}" command...'
"""PowerShell's words for it."""
_NEVER_WRITTEN: Final = frozenset({"proxy_log_on", "token", "forget_credential"})


def way_of(target: Target) -> dict[str, Any]:
    """Where a target leads, as plain values without any secret: what `ExportedModule` takes.

    A password in a proxy's address, an application's secret, and values for the server are left out.
    """
    default = Target()
    said = {
        one.name: getattr(target, one.name)
        for one in fields(target)
        if one.name not in _NEVER_WRITTEN and getattr(target, one.name) != getattr(default, one.name)
    }
    if "proxy" in said:
        place = urlsplit(said["proxy"])
        said["proxy"] = urlunsplit(place._replace(netloc=place.netloc.rpartition("@")[2]))
    if "options" in said:
        said["options"] = _said(replace(target.options, application_arguments=None), SessionOption())
    if target.application is not None:
        said["application"] = _said(replace(target.application, secret=None), Application())
        said["needs_secret"] = target.application.secret is not None
    if target.token is not None:
        said["needs_secret"] = True
    return {name: value for name, value in said.items() if value not in ({}, False)}


def _said(part: Any, default: Any) -> dict[str, Any]:
    return {name: value for name, value in asdict(part).items() if value != getattr(default, name)}


class ExportedModule:
    """The session of an exported module, `remote` there: the one in use, or how to open it.

    way: what `way_of` gives.  name: the module's own.
    """

    def __init__(self, name: str, **way: Any) -> None:
        self._name = name
        self._way = way
        self._session: Session | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        held = self._session.name if self._session is not None else "not connected"
        return f"<the session of {self._name}: {held}>"

    def command(self, name: str) -> Callable[[Callable[P, Records]], ExportedCommand[P]]:
        """Declare a function as this command of the server."""
        return lambda declared: ExportedCommand(self, name, declared)

    def use(self, session: Session) -> None:
        """Have the commands run in this session."""
        self._session = session

    def connect(
        self,
        *,
        password: Password | None = None,
        credential: Credential | None = None,
        token: Callable[[], str] | None = None,
        application: Application | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        report: Report = ignore,
    ) -> Session:
        """Open a session now, and have the commands run in it. Arguments and errors: see `lync_magic.connect`."""
        target = self._target()
        target = replace(target, token=token, application=application or target.application)
        signs_in = credential if credential is not None else as_credential(target.user_name, password)
        try:
            self._session = open_session(target, signs_in, timeout=timeout, report=report)
        finally:
            if signs_in is not None and signs_in is not credential:
                signs_in.wipe()
        return self._session

    def session_for(self, command: str) -> Session:
        """The session that a command runs in, opened where there is none. Raises as `connect` does."""
        with self._lock:
            if self._session is not None and _usable(self._session):
                return self._session
            self._session = next(filter(self._is_ours, registry), None)
            if self._session is not None:
                return self._session
            if self._way.get("needs_secret"):
                raise CredentialNeeded(
                    f"{self._name} signs in with a token or a secret, which is not kept in it.",
                    f"{self._name}.remote.connect(token=...), or application=....",
                )
            target = self._target()
            credential = None
            if target.needs_credential:
                credential = self._asked(target.user_name, command)
            try:
                return self.connect(credential=credential)
            finally:
                if credential is not None:
                    credential.wipe()

    def _asked(self, user_name: str, command: str) -> Credential:
        try:
            return from_terminal(user_name, CREATING.format(command))
        except CredentialNeeded as error:
            error.advice = f"Connect first: {self._name}.remote.connect(password=...), or %lync connect {user_name}"
            raise

    def _is_ours(self, session: Session) -> bool:
        return session.target is not None and _usable(session) and _folded(way_of(session.target)) == _folded(self._way)

    def _target(self) -> Target:
        way = {name: value for name, value in self._way.items() if name != "needs_secret"}
        if "options" in way:
            way["options"] = SessionOption(**way["options"])
        if "application" in way:
            way["application"] = Application(**way["application"])
        return Target(**way)


def _usable(session: Session) -> bool:
    return session.state is State.OPENED or session.comes_back


def _folded(way: Mapping[str, Any]) -> dict[str, Any]:
    return {**way, "user_name": str(way.get("user_name", "")).lower()}


class ExportedCommand(Generic[P]):
    """One command of an exported module: as `RemoteCommand`, in the session that its module finds."""

    def __init__(self, module: ExportedModule, name: str, declared: Callable[P, Records]) -> None:
        update_wrapper(self, declared)
        self.name = name
        self._module = module
        self._signature = inspect.signature(declared)

    def __call__(self, *arguments: P.args, **parameters: P.kwargs) -> Records:
        """Run the command to its end and return its output."""
        command, by_position, by_name = self._in_session(arguments, parameters)
        return command(*by_position, **by_name)

    def stream(self, *arguments: P.args, **parameters: P.kwargs) -> RecordStream:
        """Run the command and give its output in batches, as it comes; closing the stream stops the command."""
        command, by_position, by_name = self._in_session(arguments, parameters)
        return command.stream(*by_position, **by_name)

    def pipe(self, objects: Iterable[object], *, at_once: int | None = None, **parameters: object) -> Piped:
        """Run the command with `objects` as its pipeline input; see `RemoteCommand.pipe`."""
        return self._command().pipe(objects, at_once=at_once, **parameters)

    def __repr__(self) -> str:
        return f"<remote command {self.name} of {self._module!r}>"

    def _in_session(
        self, arguments: tuple[object, ...], parameters: Mapping[str, object]
    ) -> tuple[RemoteCommand, tuple[object, ...], dict[str, object]]:
        """The command, and what was given: by name, as far as the signature says what a place means."""
        bound = self._signature.bind(*arguments, **parameters).arguments
        if set(bound) == {"arguments"} or "parameters" in bound:
            return self._command(), arguments, dict(parameters)
        return self._command(), (), bound

    def _command(self) -> RemoteCommand:
        session = self._module.session_for(self.name)
        return RemoteCommand(session, self.name, self.name, details_of_session(session), self.__module__)
