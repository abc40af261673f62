"""PowerShell's variables for Python: brought when Python names them, so that what it never asks for stays where it is;
and its folder and environment, which Python has too.

Rules: what Python text is about to run names is brought before it runs; what looks a variable up by its name gets it
brought then. A PowerShell that has ended brings nothing, and no look-up fails for that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from typing import Any, Final

from lync_magic.errors import LyncError
from lync_magic.powershell import Cells

_NAME: Final = re.compile(r"\b[^\W\d]\w*")
_LISTS_ALL: Final = re.compile(r"^\s*%(?:who|whos|who_ls|store|save)\b", re.MULTILINE)
"""Magics that look at all variables."""


def bring_for(cells: Cells, python: str) -> None:
    """Bring what a text of Python, or of a magic, names, and where PowerShell is."""
    with suppress(LyncError):
        cells.follow()
        if _LISTS_ALL.search(python):
            cells.bring_all()
        else:
            cells.bring(_NAME.findall(python))


class Brought(MutableMapping[str, Any]):
    """A notebook's variables, each brought when it is looked up."""

    def __init__(self, variables: MutableMapping[str, Any], cells: Cells) -> None:
        self._variables = variables
        self._cells = cells

    def __getitem__(self, name: str) -> Any:
        with suppress(LyncError):
            self._cells.bring([name])
        return self._variables[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._variables[name] = value

    def __delitem__(self, name: str) -> None:
        del self._variables[name]

    def __iter__(self) -> Iterator[str]:
        with suppress(LyncError):
            self._cells.bring_all()
        return iter(self._variables)

    def __len__(self) -> int:
        return sum(1 for _ in self)
