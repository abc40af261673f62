"""What the engine knows of the notebook's sessions and imports, and what it has still to be told.

Rule of this file: it asks nobody; who runs something in the engine tells it the changes before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from lync_magic.clixml import PSObject
from lync_magic.importing import Module, RemoteCommand, modules
from lync_magic.powershell import forms
from lync_magic.powershell.commands import exported
from lync_magic.powershell.engine import Engine
from lync_magic.powershell.values import as_session, session_object
from lync_magic.sessions import Session, registry

MODULE: Final = "LyncMagic.Module"
_NONE: Final = repr([])
"""What an engine knows of sessions that was told nothing."""


class Synced:
    """What the engine knows of the notebook's sessions and imports, and what it has still to be told."""

    def __init__(self) -> None:
        self._modules: dict[str, Module] = {}
        self._defined: set[str] = set()
        self._left: set[str] = set()
        self._told = _NONE
        self.sessions: dict[int, Session] = {}
        """Every session that was seen, by number: one that is closed is still what a variable holds."""

    def forget(self) -> None:
        """The engine is a new one."""
        self._modules.clear()
        self._defined.clear()
        self._left.clear()
        self._told = _NONE

    def leave(self, names: Iterable[str]) -> None:
        """Names of imported commands that mean one of the engine's own there, which acts on this machine."""
        self._left |= {name.lower() for name in names}

    def take_left(self, commands: Iterable[RemoteCommand]) -> list[RemoteCommand]:
        """Those of these commands that the engine has one of its own for, each once."""
        found = [command for command in commands if command.alias.lower() in self._left]
        self._left -= {command.alias.lower() for command in found}
        return found

    def incoming(self, value: Any) -> Any:
        """A session where the engine holds its stand-in."""
        return as_session(value, self.sessions)

    def module_changes(self) -> list[PSObject]:
        """The modules that came and went since the last time."""
        now = {module.name: module for module in modules}
        gone = [PSObject({"Name": name, "Gone": True}, (MODULE,)) for name in self._modules if name not in now]
        came = [
            PSObject(
                {
                    "Name": name,
                    "Gone": False,
                    "Description": module.description,
                    "Computer": module.session.computer_name,
                    "Commands": exported(module),
                    "Clobber": module.clobber,
                },
                (MODULE,),
            )
            for name, module in now.items()
            if name not in self._modules
        ]
        if gone or came:
            self._defined.clear()
        self._modules = now
        return gone + came

    def session_changes(self) -> list[PSObject] | None:
        """All sessions, where any changed since the last time."""
        self.sessions |= {session.id: session for session in registry}
        rows = [session_object(session) for session in registry]
        told = repr([(dict(row.items())["Id"], dict(row.items())["State"]) for row in rows])
        if told == self._told:
            return None
        self._told = told
        return rows

    def changes(self, engine: Engine) -> dict[str, str | bytes]:
        """Both, as entries of an answer."""
        entries: dict[str, str | bytes] = {}
        changed = self.module_changes()
        if changed:
            entries["modules"] = forms.items(forms.element(one, engine.encrypt, None) for one in changed)
        rows = self.session_changes()
        if rows is not None:
            entries["sessions"] = forms.items(forms.element(one, engine.encrypt, None) for one in rows)
        return entries

    def undefined(self, commands: Sequence[RemoteCommand]) -> list[RemoteCommand]:
        """Those without a parameter block in the engine, which they get now."""
        wanted = [command for command in commands if command.alias.lower() not in self._defined]
        self._defined |= {command.alias.lower() for command in wanted}
        return wanted
