"""The notebook's namespace, as the rooms below see it.

Imported functions are pushed as hidden names (`%who` lists what the person made), and dropped by identity: a name
that the person has bound anew stays, and what an import was told to take from the person comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Final

from IPython.core.interactiveshell import InteractiveShell

from lync_magic.importing import RemoteCommand

HISTORY: Final = ("In", "Out")
"""IPython's own, which are no variables of a cell of PowerShell: its `$Out` is `out`."""
_OF_IPYTHON: Final = ("exit", "quit", "get_ipython", "open", "display")
"""IPython's functions, which are none either, until the person gives one of these names a value of their own."""


class NotebookNamespace:
    """Where imported functions go."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._taken: dict[str, object] = {}
        """What the person had under names that an import took."""

    def get(self, name: str) -> object:
        """What the name means to the person already, or None."""
        meaning: object = self._shell.user_ns.get(name)
        return meaning

    def __contains__(self, name: object) -> bool:
        """Whether the name means anything to the person already."""
        return name in self._shell.user_ns

    def push(self, names: Mapping[str, object]) -> None:
        """Put names there, hidden from `%who`; what the person had under one is kept."""
        for name in names:
            if name in self and not isinstance(self.get(name), RemoteCommand):
                self._taken[name] = self.get(name)
        self._shell.push(dict(names), interactive=False)

    def drop(self, names: Mapping[str, object]) -> None:
        """Take away those that still mean these objects; what the person had there before comes back."""
        gone = {name: it for name, it in names.items() if self.get(name) is it}
        self._shell.drop_by_id(gone)
        back = {name: self._taken.pop(name) for name in gone if name in self._taken}
        if back:
            self._shell.push(back)


class Variables(MutableMapping[str, Any]):
    """The person's Python variables as PowerShell's: `$users` is `users`. Reading does not mind the case."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._names: dict[str, Any] = shell.user_ns
        self._hidden = {name: self._names[name] for name in _OF_IPYTHON if name in self._names}
        self._folded: dict[str, list[str]] = {}
        self._looked: tuple[int, str] = (0, "")
        """How many names there were when `_folded` was made, and the last of them: a new one stands behind all."""

    def __getitem__(self, name: str) -> Any:
        return self._names[self._existing(name)]

    def __setitem__(self, name: str, value: Any) -> None:
        try:
            name = self._existing(name)
        except KeyError:
            name = name.lower() if name in HISTORY else name
        self._names[name] = value

    def __delitem__(self, name: str) -> None:
        del self._names[self._existing(name)]

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._names if not self._is_ipythons(name)])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _existing(self, name: str) -> str:
        found = self.spelled(name)
        if found is None:
            raise KeyError(name)
        return found

    def spelled(self, name: str) -> str | None:
        """A variable's name as the notebook has it; None where there is none."""
        if name in self._names and not self._is_ipythons(name):
            return name
        looked = len(self._names), next(reversed(self._names), "")
        if looked != self._looked:
            self._folded = {}
            for known in self._names:
                self._folded.setdefault(known.lower(), []).append(known)
            self._looked = looked
        same = self._folded.get(name.lower(), ())
        return next((one for one in same if one in self._names and not self._is_ipythons(one)), None)

    def _is_ipythons(self, name: str) -> bool:
        return name in HISTORY or (name in self._hidden and self._names[name] is self._hidden[name])
