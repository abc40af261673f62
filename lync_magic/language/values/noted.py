"""What Get-Content reads carries notes: where it came from and how many of it were read till then.

Rule of this file: a noted text is a text, a noted list a list; the notes stay with the value where it is handed on, and
are lost where a new value is made of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from lync_magic.clixml import Int64, PSObject

PROVIDER: Final = "Microsoft.PowerShell.Core\\FileSystem"
_OF_DRIVE: Final = "System.Management.Automation.PSDriveInfo"
_OF_PROVIDER: Final = "System.Management.Automation.ProviderInfo"
NOTES: Final = ("PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "ReadCount")
_NAMED: Final = {name.lower(): name for name in NOTES}


class Source:
    """A file that is read. path: as PowerShell names it; told: what that begins with where it says whose it is."""

    __slots__ = ("_notes", "path", "told")

    def __init__(self, path: str, told: str = "") -> None:
        self.path, self.told = path, told
        self._notes: dict[str, object] = {}

    @property
    def notes(self) -> dict[str, object]:
        """The notes that all of the file has, made when the first is asked for."""
        if not self._notes:
            folder = os.path.dirname(self.path) or os.sep
            drive = PSObject({"Name": os.sep, "Root": os.sep}, (_OF_DRIVE, "System.Object"), os.sep)
            provider = PSObject({"Name": "FileSystem"}, (_OF_PROVIDER, "System.Object"), PROVIDER)
            values = (self.told + self.path, self.told + folder, os.path.basename(self.path), drive, provider)
            self._notes = dict(zip(NOTES, values, strict=False))
        return self._notes


class NotedText(str):
    """A line of a file. read: which one it is."""

    __slots__ = ("read", "source")
    source: Source
    read: int

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)


class NotedList(list[object]):
    """Several lines of a file that were read together. read: how many were read by then."""

    __slots__ = ("read", "source")
    source: Source
    read: int

    def __reduce__(self) -> tuple[type[list[object]], tuple[list[object]]]:
        return list, (list(self),)


Noted = NotedText | NotedList
TEXTS: Final = frozenset({str, NotedText})
"""The types of what is a System.String."""


def noted_text(text: str, source: Source, read: int) -> NotedText:
    """A line with its notes."""
    made = NotedText(text)
    made.source, made.read = source, read
    return made


def noted_list(items: Iterable[object], source: Source, read: int) -> NotedList:
    """Lines that were read together, with theirs."""
    made = NotedList(items)
    made.source, made.read = source, read
    return made


def note_of(value: Noted, folded: str) -> object:
    """A note by its name in lower case, None where there is no such."""
    name = _NAMED.get(folded)
    return None if name is None else Int64(value.read) if name == "ReadCount" else value.source.notes[name]


def notes_of(value: Noted) -> dict[str, object]:
    """All of them, in PowerShell's order."""
    return {**value.source.notes, "ReadCount": Int64(value.read)}


def without_notes(value: object) -> object:
    """A value as a method gets it, and whatever else makes a new one of it."""
    kind = type(value)
    return str(value) if kind is NotedText else list(value) if kind is NotedList else value  # type: ignore[call-overload]
