"""A module of imported commands, as Import-PSSession makes one, and the table of those that exist.

Rules: a module lives as long as its session. It puts its functions only where a name is free, unless it was told to
take names, and takes away only names that still mean its own functions: what a person has bound anew since is theirs.
"""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final, Protocol

from lync_magic.clixml import PSObject, Version
from lync_magic.importing.command import RemoteCommand
from lync_magic.sessions import Session

MODULE_COLUMNS: Final = ("ModuleType", "Version", "Name", "ExportedCommands")
VERSION: Final = "1.0"
_ALPHABET: Final = string.ascii_lowercase + string.digits
_NEAR: Final = 0.75
"""How much of a name has to be right for the nearest one to be told."""
_SHOWN: Final = 32
"""How many characters of the exported commands a table shows, as the document's console did."""


class Namespace(Protocol):
    """Where names are put for a person to use: a kernel's namespace, seen from below."""

    def get(self, name: str) -> object:
        """What the name means there already, or None."""

    def __contains__(self, name: object) -> bool:
        """Whether the name means anything there."""

    def push(self, names: Mapping[str, object]) -> None:
        """Put names there; what a person had under one is kept for `drop`."""

    def drop(self, names: Mapping[str, object]) -> None:
        """Take away those names that still mean these objects, and put back what a person had under them."""


class Module:
    """The commands imported from one session at one time.

    commands: by the command's name as imported, in lower case.  session: where they run.
    clobber: takes names that mean something already.
    """

    def __init__(
        self, name: str, session: Session, commands: Mapping[str, RemoteCommand], *, clobber: bool = False
    ) -> None:
        self.name = name
        self.session = session
        self.commands = commands
        self.clobber = clobber
        self.description = f"Implicit remoting for {session.connection_uri}"
        self._namespace: Namespace | None = None

    @property
    def functions(self) -> dict[str, RemoteCommand]:
        """The commands by their Python names."""
        return {command.__name__: command for command in self.commands.values()}

    def publish(self, namespace: Namespace) -> None:
        """Put the functions into a namespace; `remove` takes them away again."""
        self._namespace = namespace
        namespace.push({name: it for name, it in self.functions.items() if self.clobber or is_free(it, namespace)})

    def republish(self) -> None:
        """Put the functions where they were put before, over those of another session but over nothing else."""
        if self._namespace is not None:
            namespace = self._namespace
            namespace.push({name: it for name, it in self.functions.items() if is_free(it, namespace)})

    def replace(self, commands: Callable[[], Mapping[str, RemoteCommand]]) -> None:
        """Have other commands in their place. commands: makes them, once the old ones are out of the way."""
        namespace = self._namespace
        if namespace is not None:
            namespace.drop(self.functions)
        self.commands = commands()
        if namespace is not None:
            self.publish(namespace)

    def remove(self) -> None:
        """Take the functions away, sparing names that mean something else by now. Idempotent."""
        namespace, self._namespace = self._namespace, None
        if namespace is not None:
            namespace.drop(self.functions)
        modules.discard(self)

    def row(self) -> tuple[str, str, str, str]:
        """Its row of PowerShell's module table; see `MODULE_COLUMNS`."""
        names = ", ".join(command.alias for command in self.commands.values())
        shown = names if len(names) <= _SHOWN else f"{names[:_SHOWN].rstrip(', ')}..."
        return "Script", VERSION, self.name, f"{{{shown}}}"

    def __psobject__(self) -> PSObject:
        """The module as PowerShell shows one."""
        properties = {
            "ModuleType": "Script",
            "Version": Version(VERSION),
            "Name": self.name,
            "Description": self.description,
            "ExportedCommands": {command.alias: command.alias for command in self.commands.values()},
        }
        return PSObject(properties, ("System.Management.Automation.PSModuleInfo", "System.Object"), text=self.name)

    def __repr__(self) -> str:
        kind, version, name, exported = self.row()
        return f"{kind}  {version}  {name}  {exported}"


def is_free(command: RemoteCommand, namespace: Namespace) -> bool:
    """Whether a command's Python name means nothing there, or the command of that very name of another import."""
    if command.__name__ not in namespace:
        return True
    meaning = namespace.get(command.__name__)
    return isinstance(meaning, RemoteCommand) and meaning.alias.lower() == command.alias.lower()


class ModuleTable:
    """The modules of this process, in the order they were imported. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._modules: list[Module] = []
        self._gone: tuple[str, frozenset[str]] = ("", frozenset())

    def add(self, module: Module) -> None:
        """Keep a module."""
        with self._lock:
            self._modules.append(module)

    def discard(self, module: Module) -> None:
        """Forget a module."""
        with self._lock:
            if module in self._modules:
                self._modules.remove(module)
                self._gone = (module.session.name, frozenset(module.commands))

    def find(self, command_name: str, session: Session | None = None) -> RemoteCommand | None:
        """The imported command of this name, in any case: of `session` where it has it, else of the newest import.

        The name may say its module, as in PowerShell: `tmp_abcdefgh.ijk\\Get-CsTenant`.
        """
        folded = command_name.lower()
        with self._lock:
            newest_first = self._modules[::-1]
        place, _, name = folded.partition("\\")
        if name and any(module.name == place for module in newest_first):
            newest_first = [module for module in newest_first if module.name == place]
            folded = name
        ours = [module for module in newest_first if module.session is session]
        for module in (*ours, *newest_first):
            found = module.commands.get(folded)
            if found is not None:
                return found
        return None

    def near(self, command_name: str) -> str | None:
        """The imported command whose name is nearest to one that is not there, or None."""
        with self._lock:
            known = {name: it.alias for module in self._modules for name, it in module.commands.items()}
        known.pop(command_name.lower(), None)
        found = get_close_matches(command_name.lower(), known, n=1, cutoff=_NEAR)
        return known[found[0]] if found else None

    def last_had(self, command_name: str) -> str | None:
        """The session that was removed last, where this was a command of it, or None."""
        session, names = self._gone
        return session if command_name.lower() in names else None

    def of(self, session: Session) -> list[Module]:
        """The modules that were imported from a session, oldest first."""
        return [module for module in self if module.session is session]

    def __iter__(self) -> Iterator[Module]:
        with self._lock:
            return iter(list(self._modules))

    def __len__(self) -> int:
        with self._lock:
            return len(self._modules)


modules: Final = ModuleTable()
"""The one of this process."""


def temporary_name() -> str:
    """A name as Import-PSSession makes them: `tmp_` and a random name of 8 and 3 characters."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(11))
    return f"tmp_{letters[:8]}.{letters[8:]}"
