"""The notebook's namespace, as the rooms below see it.

Imported functions are pushed as hidden names (`%who` lists what the person made), and dropped by identity: a name
that the person has bound anew stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from IPython.core.interactiveshell import InteractiveShell


class NotebookNamespace:
    """Where imported functions go."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    def get(self, name: str) -> object:
        """What the name means to the person already, or None."""
        meaning: object = self._shell.user_ns.get(name)
        return meaning

    def push(self, names: Mapping[str, object]) -> None:
        """Put names there, hidden from `%who`."""
        self._shell.push(dict(names), interactive=False)

    def drop(self, names: Mapping[str, object]) -> None:
        """Take away those that still mean these objects."""
        self._shell.drop_by_id(dict(names))


class Variables(MutableMapping[str, Any]):
    """The person's Python variables as PowerShell's: `$users` is `users`. Reading does not mind the case."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._names: dict[str, Any] = shell.user_ns

    def __getitem__(self, name: str) -> Any:
        return self._names[self._existing(name)]

    def __setitem__(self, name: str, value: Any) -> None:
        try:
            name = self._existing(name)
        except KeyError:
            pass
        self._names[name] = value

    def __delitem__(self, name: str) -> None:
        del self._names[self._existing(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._names))

    def __len__(self) -> int:
        return len(self._names)

    def _existing(self, name: str) -> str:
        if name in self._names:
            return name
        folded = name.lower()
        for known in self._names:
            if known.lower() == folded:
                return known
        raise KeyError(name)
