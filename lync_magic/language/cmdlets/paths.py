"""Paths as text: Test-, Join-, Split-, Resolve-, Convert-Path."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import (
    KNOWN_DRIVES,
    LOST,
    PROVIDER,
    absolute,
    expanded,
    named,
    no_path,
    paths_of,
    real,
)
from lync_magic.language.cmdlets.globbing import look_of, resolved, unescaped
from lync_magic.language.cmdlets.held_drives import held_path, is_held
from lync_magic.language.cmdlets.moving import FILTERS
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.whatif import WHAT_IF
from lync_magic.language.evaluate.automatic import location
from lync_magic.language.values.collections import Array, is_collection
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.surroundings import provider_of_folder
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

SEPARATOR: Final = os.sep


def _test_path(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names, literal = paths_of(call)
    told = all_of(names) if input is None else input
    if told == []:
        call.services.error(_no_path(Array([], "System.String") if is_collection(names) else None))
    for one in told:
        text = to_text(one)
        if one is None or is_collection(one):  # a list without items was piped
            call.services.error(_no_path(Array([], "System.String") if is_collection(names or one) else None))
            continue
        held = held_path(one, literal=literal)
        if held is not None and call.switch("IsValid"):
            yield True
            continue
        if held is not None:
            yield is_held(call, held)
            continue
        if call.switch("IsValid"):
            yield text.strip() != "" and "\0" not in text and not _is_on_drive(text)
            continue
        if not text.strip():
            yield False
            continue
        try:
            path = real(one)
        except ScriptError:  # no such drive
            yield False
            continue
        kind = to_text(call.get("PathType", "Any")).lower()
        look = look_of(call)
        if not literal and has_wildcard(path):
            found = list(resolved(path, look))
        else:
            found = [os.path.normpath(path if literal else unescaped(path))]
            found = [one for one in found if not look.is_picky or look.picks(os.path.basename(absolute(one)))]
        test = {"any": os.path.lexists, "container": os.path.isdir, "leaf": os.path.isfile}.get(kind)
        if test is None:
            raise NotKnownHere(f"Test-Path -PathType {kind}")
        tested = {test(item) for item in found}
        if len(tested) > 1:
            raise NotKnownHere("Test-Path -PathType of files and folders that a wildcard finds together")
        yield True in tested


def _no_path(given: object) -> ScriptError:
    message = "Value cannot be null. (Parameter 'The provided Path argument was null or an empty collection.')"
    error_id = "NullPathNotPermitted,Microsoft.PowerShell.Commands.TestPathCommand"
    return ScriptError(message, error_id, "InvalidArgument", exception="ArgumentNullException", target=given)


def _joined(first: str, second: str) -> str:
    first, second = first.replace("\\", SEPARATOR), second.replace("\\", SEPARATOR)
    if SEPARATOR * 2 in (first[:2], second[:2]):
        raise NotKnownHere("Join-Path of a path that begins with two separators")
    if not second:
        return first if first.endswith(SEPARATOR) else first + SEPARATOR
    return (
        first.rstrip("/\\") + SEPARATOR + second.lstrip("/\\")
        if first.strip("/\\")
        else SEPARATOR + second.lstrip("/\\")
    )


def _provided(text: str) -> tuple[str, str]:
    """The provider of files that a path begins with, or "", and the rest."""
    size = len(PROVIDER) if text.lower().startswith(PROVIDER.lower()) else 0
    return text[:size], text[size:]


def _bound(item: object) -> str:
    """What a cmdlet for paths takes of an object that is piped to it: of a file its PSPath."""
    path = get_property(item, "PSPath") if type_of(item) in _FILES else MISSING
    return to_text(item) if path is MISSING else to_text(path)


_FILES: Final = ("System.IO.FileInfo", "System.IO.DirectoryInfo")


def _join_path(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for one in all_of(call.get("Path")) if input is None else map(_bound, input):
        made = to_text(one)
        provider, _rest = _provided(made)  # which PowerShell has twice
        try:
            if re.match(r"[^:/\\]+:", made):  # the others are joined unlooked at
                real(made)
        except ScriptError as lost:
            if lost.error_id not in LOST:
                raise
            call.services.error(named(lost, call))
            continue
        children = all_of(call.get("ChildPath")) or [""]
        children += all_of(call.get("AdditionalChildPath"))
        try:
            for child in children[:-1]:  # which are joined to the next one first
                if re.match(r"[^:/\\]+:", to_text(child)):
                    real(to_text(child))
        except ScriptError as lost:
            if lost.error_id not in LOST:
                raise
            call.services.error(named(lost, call))
            continue
        for child in children:
            made = _joined(made, to_text(child))
        yield from _existing(call, provider + made) if call.switch("Resolve") else (provider + made,)


def _existing(call: BoundCall, path: str) -> Iterator[str]:
    """The whole paths of the files that a path means."""
    if _provided(path)[0]:
        raise NotKnownHere(f"{call.command_name} -Resolve of a provider's path")
    yield from map(absolute, expanded(call, [path]))


def _split_path(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names, _literal = paths_of(call)
    for one in all_of(names) if input is None else input if call.given("Parent") else map(_bound, input):
        for text in _existing(call, to_text(one)) if call.switch("Resolve") else (to_text(one),):
            yield from _split(call, text)


def _split(call: BoundCall, text: str) -> Iterator[object]:
    """The part of one path that a call asks for."""
    drive = _WITH_DRIVE.match(text)
    if call.switch("IsAbsolute"):
        yield text.startswith(("/", "\\")) or _is_on_drive(text)
    elif call.switch("NoQualifier"):
        yield text[drive.end() :] if drive is not None and _is_on_drive(text) and text[drive.end() :] else text
    elif not call.switch("Qualifier"):
        try:
            yield _part_of(call, text)
        except ScriptError as bad:
            call.services.error(named(bad, call))
    elif drive is None:
        message = f"Cannot parse path because path '{text}' does not have a qualifier specified."
        error_id = f"ParsePathFormatError,{call.error_suffix}"
        kind = "FormatException"
        call.services.error(ScriptError(message, error_id, "InvalidArgument", exception=kind, target=text))
    else:
        yield drive[0]


_WITH_DRIVE: Final = re.compile(r"[^:]*::?")
"""The drive or the provider that a path begins with: to PowerShell all that stands before a colon is one."""


def _is_on_drive(text: str) -> bool:
    """Whether a path names its drive; one that begins with a separator or this folder does not."""
    return _WITH_DRIVE.match(text) is not None and not text.startswith((":", "/", "\\", "./", ".\\"))


_LEAVES: Final = ("Leaf", "LeafBase", "Extension")


def _part_of(call: BoundCall, text: str) -> str:
    """The folder of a path, its last name, or that without or only its extension. Raises ScriptError for a provider
    that there is not."""
    provider, rest = _provided(text)
    if provider and rest:
        made = _part_of(call, rest)
        return made if any(call.switch(name) for name in _LEAVES) else provider + made
    drive = _WITH_DRIVE.match(text) if _is_on_drive(text) else None
    if drive is not None and (drive[0].endswith("::") or drive[0][:-1].lower() in KNOWN_DRIVES):
        real(text)  # which says that there is no such provider
        raise NotKnownHere("Split-Path of a path with a provider")
    leaf_wanted = any(call.switch(name) for name in _LEAVES)
    plain = text.replace("\\", SEPARATOR)
    if plain.startswith(SEPARATOR * 2):
        raise NotKnownHere("Split-Path of a path that begins with two separators")
    if not plain.strip(SEPARATOR) and plain and not leaf_wanted:
        message = 'Cannot process argument because the value of argument "path" is not valid. Change the value of the'
        raise ScriptError(f'{message} "path" argument and run the operation again.', "Argument", "InvalidArgument",
                          exception="PSArgumentException")  # fmt: skip
    if not plain.strip(SEPARATOR):
        return ""
    if leaf_wanted and plain in (".", "..", "~"):
        plain = absolute(plain)
    if leaf_wanted and plain.rpartition(SEPARATOR)[2] in (".", ".."):
        raise NotKnownHere("Split-Path of a path that ends with dots")
    folder, leaf = _parts(plain)
    if drive is not None and SEPARATOR not in plain[drive.end() :]:
        folder = ""
    if drive is not None and not text[drive.end() :].strip("/\\"):
        return f"{drive[0]}/" if call.switch("Leaf") else ""
    base, dot, extension = leaf.rpartition(".")
    if call.switch("Leaf"):
        return leaf
    if call.switch("LeafBase"):
        return base if dot else leaf
    if call.switch("Extension"):
        return dot + extension if dot and extension else ""
    return folder


def _parts(text: str) -> tuple[str, str]:
    """A path's folder and last name."""
    plain = text.replace("\\", SEPARATOR)
    trimmed = plain.rstrip(SEPARATOR)
    if not trimmed:
        return "", plain
    folder, sign, leaf = trimmed.rpartition(SEPARATOR)
    if sign and folder.endswith(":"):
        folder += SEPARATOR
    return folder, leaf


def _resolve_path(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    base = call.get("RelativeBasePath")
    for given in [None] if input is None else input:
        piped = None if input is None else iter([given])
        if not base:
            yield from _resolved(call, piped)
        elif (folder := _base_folder(call, base, len(all_of(paths_of(call)[0])) if piped is None else 1)) is not None:
            here = os.getcwd()
            os.chdir(folder)
            try:
                yield from list(_resolved(call, piped))
            finally:
                os.chdir(here)


def _base_folder(call: BoundCall, base: object, times: int) -> str | None:
    """The folder that paths are taken from; None where it is not there, which is an error of each of so many paths."""
    found = list(expanded(call, [base])) if has_wildcard(to_text(base)) else [real(base)]
    if len(found) > 1:
        raise NotKnownHere("Resolve-Path -RelativeBasePath of several folders")
    if not found or not os.path.lexists(found[0]):
        for _path in range(times):
            call.services.error(no_path(call, absolute(base)))
        return None
    if not os.path.isdir(found[0]):
        raise NotKnownHere("Resolve-Path -RelativeBasePath of a file")
    return found[0]


def _resolved(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names, literal = paths_of(call)
    for name in all_of(names) if input is None else map(_bound, input):
        provider, _rest = _provided(to_text(name))
        for path in expanded(call, [name], literal=literal):
            if call.switch("Relative"):
                yield _relative(absolute(path).rstrip("/") or "/")
            else:
                yield location(
                    absolute(path), provider or ("" if os.path.isabs(to_text(name)) else provider_of_folder())
                )


def _relative(path: str) -> str:
    """A path as it is from the current folder; what is above that is named on a way that goes up once more."""
    here = os.getcwd()
    if not f"{here.rstrip('/')}/".startswith(f"{path.rstrip('/')}/"):
        made = os.path.relpath(path)
        return made if made.startswith(".") else os.path.join(".", made)
    up = len(here.strip("/").split("/")) - len([one for one in path.split("/") if one])
    return "../" * (up + bool(path.strip("/"))) + os.path.basename(path)


def _convert_path(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names, literal = paths_of(call)
    for name in all_of(names) if input is None else input:
        yield from map(absolute, expanded(call, [name], literal=literal))


def _new_temporary(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    import tempfile

    from lync_magic.language.cmdlets.files import file_item

    handle, path = tempfile.mkstemp(suffix=".tmp")
    os.close(handle)
    yield file_item(path)


_LITERAL: Final = ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), mandatory=True, sets=("LiteralPath",))
_PATH: Final = ParameterSpec("Path", "string[]", position=0, mandatory=True, sets=("Path",), by_value=True)

TEST_PATH: Final = ClientCommand(
    "Test-Path",
    (
        ParameterSpec("Path", "object[]", position=0, mandatory=True, sets=("Path",), by_value=True, spelled=True),
        _LITERAL,
        ParameterSpec("PathType", "string", ("Type",)),
        ParameterSpec("IsValid", "switch"),
        ParameterSpec("OlderThan", "datetime", unsupported=True),
        ParameterSpec("NewerThan", "datetime", unsupported=True),
        *FILTERS,
    ),
    _test_path,
    (),
    "TestPathCommand",
    "Path",
    own=True,
)

_UNASKED: Final = tuple(replace(one, unsupported=True) for one in WHAT_IF)
_HIDDEN_TOO: Final = ParameterSpec("Force", "switch", unsupported=True)
CMDLETS: Final = (
    TEST_PATH,
    ClientCommand(
        "Join-Path",
        (
            ParameterSpec("Path", "string[]", ("PSPath",), 0, mandatory=True, by_value=True),
            ParameterSpec("ChildPath", "string[]", position=1, mandatory=True),
            ParameterSpec("AdditionalChildPath", "string[]", position=2, remaining=True),
            ParameterSpec("Resolve", "switch"),
            ParameterSpec("Credential", "object", unsupported=True),
        ),
        _join_path,
        (),
        "JoinPathCommand",
        own=True,
    ),
    ClientCommand(
        "Split-Path",
        (
            ParameterSpec("Path", "string[]", position=0, mandatory=True, sets=("Path",), by_value=True),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), sets=("LiteralPath",)),
            *(
                ParameterSpec(name, "switch")
                for name in ("Leaf", "LeafBase", "Extension", "Parent", "IsAbsolute", "NoQualifier", "Qualifier")
            ),
            ParameterSpec("Resolve", "switch"),
            *FILTERS[-1:],
        ),
        _split_path,
        (),
        "SplitPathCommand",
        "Path",
        own=True,
    ),
    ClientCommand(
        "Resolve-Path",
        (
            _PATH,
            _LITERAL,
            ParameterSpec("Relative", "switch"),
            ParameterSpec("RelativeBasePath", "string"),
            *FILTERS[-1:],
            _HIDDEN_TOO,
        ),
        _resolve_path,
        ("rvpa",),
        "ResolvePathCommand",
        "Path",
        own=True,
    ),
    ClientCommand(
        "Convert-Path", (_PATH, _LITERAL, _HIDDEN_TOO), _convert_path, ("cvpa",), "ConvertPathCommand", "Path", own=True
    ),
    ClientCommand("New-TemporaryFile", _UNASKED, _new_temporary, (), "NewTemporaryFileCommand", own=True),
)  # fmt: skip
