"""What a parameter takes: the words of its type, names that were listed before, properties, files, types.

Rule of this file: a value is offered as it has to be written, in quotes where it needs them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from lync_magic.completing.known import ACTIONS, BOOLEANS, COMMON, Surroundings
from lync_magic.completing.offers import Kind, Offer
from lync_magic.completing.shapes import Names
from lync_magic.completing.types import type_names
from lync_magic.errors import CellError
from lync_magic.importing import Parameter, modules, sightings
from lync_magic.language import parse

PATHS: Final = frozenset(
    {"path", "literalpath", "filepath", "outfile", "infile", "destination", "ca", "certificate", "cssuri", "file"}
)
PROPERTIES: Final = frozenset({"property", "excludeproperty", "expandproperty", "groupby"})
COMMAND_NAMES: Final = frozenset({("get-command", "name"), ("get-help", "name"), ("help", "name"), ("gcm", "name")})
TYPE_NAMES: Final = frozenset({("new-object", "typename"), ("add-type", "assemblyname")})
ENCODINGS: Final = ("ascii", "bigendianunicode", "oem", "unicode", "utf7", "utf8", "utf8BOM", "utf8NoBOM", "utf32")
MOST_FILES: Final = 200
_BARE: Final = re.compile(r"[\w./:\\~@-][\w./:\\~@*?+=-]*")
_PLACE_WORD: Final = re.compile(r"(?:~|\.{1,2})?[/\\]")


def script_parameters(words: Iterable[str]) -> Iterator[Offer]:
    """The parameters of the script file that is the first of these words; none where it cannot be read."""
    path = next(iter(words), "").strip("'\"")
    try:
        script = parse(Path(path).expanduser().read_text("utf-8-sig"))
    except (OSError, ValueError, CellError):
        return
    for declared in script.parameters or ():
        yield Offer(f"-{declared.variable.name}", Kind.PARAMETER, ", ".join(map(str, declared.types)))
    yield from (Offer(f"-{one.name}", Kind.PARAMETER, "common") for one in COMMON)


class Values:
    """The values of one command's parameters."""

    def __init__(self, around: Surroundings, command: str, properties: Names) -> None:
        self._around = around
        self._command = command
        self._properties = properties

    def of(self, parameter: Parameter, written: str) -> Iterator[Offer]:
        """What a parameter takes. written: what stands there already, with its quote."""
        name, kind = parameter.name.lower(), parameter.type_name.lower().removesuffix("[]")
        pair = (self._command.lower(), name)
        if parameter.values:
            yield from _quoted((one for one in parameter.values), written, parameter.type_name)
        elif kind.endswith("actionpreference"):
            yield from (Offer(one, Kind.VALUE, "ActionPreference") for one in ACTIONS)
        elif kind in ("bool", "boolean") or kind.endswith("nullable`1[system.boolean]"):
            yield from (Offer(one, Kind.VALUE, "Boolean") for one in BOOLEANS)
        elif name in PROPERTIES and modules.find(self._command, self._around.current) is None:
            yield from _quoted(self._properties, written, "property", Kind.PROPERTY)
        elif pair in COMMAND_NAMES:
            yield from (Offer(one.alias, Kind.COMMAND) for module in modules for one in module.commands.values())
        elif pair in TYPE_NAMES:
            yield from type_names()
        elif name == "encoding":
            yield from (Offer(one, Kind.VALUE) for one in ENCODINGS)
        elif name in PATHS:
            yield from files(written)
        else:
            yield from self._listed(parameter, written)

    def _listed(self, parameter: Parameter, written: str) -> Iterator[Offer]:
        """The objects that a Get- command listed before: of the same noun, or that the parameter is named for."""
        remote = modules.find(self._command, self._around.current)
        noun = (remote.name if remote is not None else self._command).partition("-")[2]
        name = parameter.name.lower()
        if name == "identity" and "userid" in parameter.type_name.lower():
            yield from _quoted(sightings.users(), written, "a user")
            return
        sources = [f"get-{noun}"] if name in ("identity", "policyname", "name") else [f"get-cs{name}", f"get-{name}"]
        for source in sources:
            seen = sightings.of(source)
            if seen is not None:
                plain = (one.removeprefix("Tag:") for one in seen.identities)
                yield from _quoted(plain, written, f"from {source}")


def is_place(written: str) -> bool:
    """Whether what is written begins as a path does."""
    return _PLACE_WORD.match(written.lstrip("'\"")) is not None


def files(written: str) -> Iterator[Offer]:
    """The files and folders that a path can go on with, as they are written."""
    plain = written.lstrip("'\"")
    folder, slash, begun = plain.rpartition("/")
    place = Path(os.path.expanduser(f"{folder}{slash}") or ".")
    try:
        found = sorted(islice(os.scandir(place), MOST_FILES * 10), key=lambda one: (not one.is_dir(), one.name.lower()))
        names = [
            f"{folder}{slash}{one.name}{'/' if one.is_dir() else ''}"
            for one in found
            if one.name.lower().startswith(begun.lower()) and (begun or not one.name.startswith("."))
        ]
    except OSError:
        return
    yield from _quoted(islice(names, MOST_FILES), written, "", Kind.PATH)


def _quoted(values: Iterable[str], written: str, note: str, kind: Kind = Kind.VALUE) -> Iterator[Offer]:
    quote = written[:1] if written[:1] in ("'", '"') and written else ""
    for value in values:
        yield Offer(as_written(value, quote), kind, note)


def as_written(value: str, quote: str = "") -> str:
    """A value as a word of PowerShell: bare where that is the same, else quoted. quote: one that stands there."""
    if quote == '"':
        escaped = value.replace("`", "``").replace("$", "`$").replace('"', '`"')
        return f'"{escaped}"'
    if not quote and _BARE.fullmatch(value):
        return value
    return "'" + value.replace("'", "''") + "'"
