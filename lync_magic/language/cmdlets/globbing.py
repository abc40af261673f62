"""What paths with wildcards mean, and what is in a folder: PowerShell's own way through the file system.

Rules of this file: case never counts where a name is compared with a pattern; a folder's folders come before its files,
each in the order of the culture; what is hidden is not seen but with -Force.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard, matches_wildcard
from lync_magic.language.values.text import collation_key, need_common_order, to_text


class Look(NamedTuple):
    """What of a folder is seen. filter: the pattern that the system looks by, "" for all."""

    force: bool = False
    hidden: bool = False
    directory: bool = False
    file: bool = False
    filter: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def is_picky(self) -> bool:
        """Whether names are picked by -Include or -Exclude."""
        return bool(self.include or self.exclude)

    def enters(self, name: str) -> bool:
        """Whether a folder of that name is gone into."""
        return self.force or self.hidden or not is_hidden(name)

    def sees(self, name: str, *, folder: bool) -> bool:
        """Whether an item is listed."""
        if not self.enters(name) or (self.hidden and not is_hidden(name)):
            return False
        if (self.directory and not folder) or (self.file and folder):
            return False
        return not self.filter or _of_system(self.filter).fullmatch(name) is not None

    def picks(self, name: str) -> bool:
        """Whether -Include and -Exclude let a name pass. Raises ScriptError for a pattern that is not valid."""
        if self.include and not any(matches_wildcard(one, name) for one in self.include):
            return False
        return not any(matches_wildcard(one, name) for one in self.exclude)


def look_of(call: BoundCall) -> Look:
    """What a call sees of folders."""
    told = attributes_told(call)
    force, hidden, directory, file = (
        call.switch(name) or name in told for name in ("Force", "Hidden", "Directory", "File")
    )
    include, exclude = (tuple(map(to_text, all_of(call.get(name)))) for name in ("Include", "Exclude"))
    return Look(force, hidden, directory, file, to_text(call.get("Filter")), include, exclude)


def attributes_told(call: BoundCall) -> list[str]:
    """The switches that say what -Attributes does."""
    words = to_text(call.get("Attributes", "")).lower()
    return [ATTRIBUTES[one.strip()] for one in words.split("+") if one]


ATTRIBUTES: Final = {
    "directory": "Directory", "d": "Directory", "!directory": "File", "!d": "File", "hidden": "Hidden", "h": "Hidden",
}  # fmt: skip
"""What -Attributes may say, each alone or with others by `+`, with the switch that says the same."""


def is_hidden(name: str) -> bool:
    """Whether the system hides a file of that name."""
    return name.startswith(".") and name not in (".", "..")


@lru_cache(maxsize=64)
def _of_system(pattern: str) -> re.Pattern[str]:
    """-Filter as .NET has it: `*` and `?` alone, which end before a point or with the name."""
    made = ""
    for place, char in enumerate("*" if pattern == "*.*" else pattern):
        following = pattern[place + 1 : place + 2]
        if char == "." and not following and pattern[place - 1 : place] == "*" and place:
            made = f"{made.removesuffix('.*')}(?:[^.]*|.*\\.)"
        elif char == "." and following and following in "?*":
            made += r"(?:\.|$)"
        else:
            made += {"*": ".*", "?": r"(?:[^.]|(?=\.)|$)"}.get(char, re.escape(char))
    return re.compile(made, re.DOTALL | re.IGNORECASE)


def names_in(folder: str, look: Look, *, all_folders: bool = False) -> list[str]:
    """The names of what is seen in a folder, in order. all_folders: of the folders all that may be gone into."""
    with os.scandir(folder or ".") as entries:
        found = [(one.name, os.path.isdir(one.path)) for one in entries]  # also of a link to itself
    kept = [
        (name, is_folder)
        for name, is_folder in found
        if (look.enters(name) if all_folders and is_folder else look.sees(name, folder=is_folder))
    ]
    if len(kept) > 1:
        for name, _folder in kept:
            need_common_order(name, case=False)
    return [name for name, _folder in sorted(kept, key=lambda one: (not one[1], collation_key(one[0], case=False)))]


def folders_in(folder: str, look: Look) -> Iterator[str]:
    """The paths of the folders in a folder that are gone into, as the system lists them."""
    with os.scandir(folder or ".") as entries:
        found = [one.name for one in entries if not one.is_symlink() and one.is_dir()]
    yield from (os.path.join(folder, name) for name in found if look.enters(name))


_ESCAPED: Final = re.compile(r"`(?:(`)|([*?\[\]]))")


_GRAVE: Final = re.compile("`(`)?")


def unescaped(path: str) -> str:
    """A path without wildcards as the system takes it: a grave before a sign of theirs is dropped."""
    return _ESCAPED.sub(lambda found: found[1] or found[2], path) if "`" in path else path


def resolved(path: str, look: Look) -> Iterator[str]:
    """What a path with wildcards means. path: as the system takes it."""
    folder, parts = _parted(path)
    if look.include and parts and "[" in parts[-1]:  # where PowerShell forgets the path's own pattern
        raise NotKnownHere("-Include with a path that ends with characters in brackets")
    found = [folder]
    for left, leaf in zip(range(len(parts))[::-1], parts, strict=True):
        found = list(_matching(found, leaf, look, last=not left))
    yield from found


def lost_folder(path: str) -> str:
    """The folder that a path with wildcards begins in where it is not there, or ""."""
    folder, _parts = _parted(path)
    return folder if folder and not os.path.lexists(folder) else ""


def _parted(path: str) -> tuple[str, list[str]]:
    """The folder before the first wildcard of a path, and the names from there on."""
    if any(part in (".", "..") for part in path.split("/")):
        path = os.path.normpath(path)
    parts: list[str] = []
    path = path.rstrip("/")
    while has_wildcard(path):
        path, leaf = os.path.split(path)
        parts.append(leaf)
    return unescaped(path), parts[::-1]


def _matching(folders: Iterable[str], leaf: str, look: Look, *, last: bool) -> Iterator[str]:
    """What of that name is in folders. last: the path ends with it; else it is a folder."""
    for folder in folders:
        if not last and not has_wildcard(leaf):
            if os.path.isdir(path := os.path.join(folder, unescaped(leaf))):
                yield path
            continue
        if folder and not os.path.isdir(folder):
            continue
        for name in names_in(folder, look, all_folders=not last):
            path = os.path.join(folder, name)
            if _fits(leaf, name) and look.picks(name) and (last or os.path.isdir(path)):
                yield path


def _fits(pattern: str, name: str) -> bool:
    """Whether a name is meant; a pattern that is not valid means none. A grave among wildcards escapes none of them, as
    PowerShell has made a backslash of it by then."""
    try:
        return matches_wildcard(_GRAVE.sub(lambda found: "`" if found[1] else "\\", pattern), name)
    except ScriptError:
        return False


def are_folders(paths: Sequence[str]) -> bool:
    """Whether all are folders, and there are any."""
    return bool(paths) and all(map(os.path.isdir, paths))
