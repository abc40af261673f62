"""Files and folders: Get-, New-, Remove-Item and Get-ChildItem."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import (
    LOST,
    absolute,
    expanded,
    file_item,
    given,
    in_order,
    in_use,
    named,
    no_path,
    paths_of,
    real,
)
from lync_magic.language.cmdlets.moving import FILTERS, FORCE, LITERAL, PATH, RECURSE
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, also_done, goes_on, is_verbose
from lync_magic.language.cmdlets.wsman_drive import is_on_drive, item_at
from lync_magic.language.values.code_pages import encoded
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.text import net_text, to_text


def _get_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for name, literal in given(call, input):
        if not is_on_drive(to_text(name)):
            yield from (file_item(path) for path in expanded(call, [name], literal=literal))
        elif (found := item_at(to_text(name))) is not None:
            yield found
        else:
            call.services.error(no_path(call, name))


def _get_children(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for name, literal in given(call, input) if input is not None or paths_of(call)[0] is not None else [(".", False)]:
        try:
            text = real(name) or "."
        except ScriptError as lost:
            if lost.error_id not in LOST:
                raise
            call.services.error(named(lost, call))
            continue
        if call.switch("Name"):
            yield from _names(call, name, text, literal=literal)
        else:
            yield from map(file_item, _children(call, name, text, literal=literal))


def _names(call: BoundCall, name: object, text: str, *, literal: bool) -> Iterator[str]:
    """-Name: each path from the folder that was named, or that what was named is in. A file that is named has none with
    -Recurse; a folder that a wildcard means is gone through."""
    if not (call.switch("Recurse") or call.given("Depth")):
        if os.path.isdir(text):
            yield from (os.path.relpath(path, text) for path in _below(call, text, 0))
            return
        folder = os.path.dirname(text) or "."
        yield from (os.path.relpath(path, folder) for path in _children(call, name, text, literal=literal))
        return
    depth = call.get("Depth", 1 << 30)
    several = not literal and has_wildcard(text)
    for path in in_order(glob.glob(text)) if several else (text,):
        if os.path.isdir(path):
            yield from (os.path.relpath(one, path) for one in _below(call, path, depth))
        elif not os.path.lexists(path):
            call.services.error(no_path(call, name))
        elif _kept(call, path):
            yield os.path.basename(path) if several else ""


def _children(call: BoundCall, name: object, text: str, *, literal: bool) -> Iterator[str]:
    """The files that one path of Get-ChildItem means. text: the path as the system takes it."""
    if "/" in to_text(call.get("Filter", "")):
        raise NotKnownHere("Get-ChildItem -Filter with a folder")
    deep = call.switch("Recurse") or call.given("Depth")
    depth = call.get("Depth", 1 << 30)
    picked = any(all_of(call.get(name)) for name in ("Include", "Exclude"))
    folder, leaf = os.path.split(text)
    if not literal and any(sign in text for sign in "*?["):
        if deep and not picked and leaf == "*":
            yield from _below(call, folder or ".", depth)
            return
        if deep:
            yield from _each_below(call, folder or ".", depth, leaf)
            return
        for path in in_order(glob.glob(text)):
            if _kept(call, path):
                yield from _below(call, path, 0) if picked and os.path.isdir(path) else (path,)
    elif os.path.isdir(text):
        if deep:
            yield from _each_below(call, text, depth, "*") if picked else _below(call, text, depth)
        elif (literal or not all_of(call.get("Include"))) and not (
            picked and call.switch("File")
        ):  # which the folder itself is not
            yield from _below(call, text, 0)
    elif deep and not literal and not picked and os.path.isdir(folder or "."):
        yield from _each_below(call, folder or ".", depth, leaf)
    elif os.path.lexists(text):
        if not picked or _kept(call, text):
            yield text
    elif not picked or (deep and not literal) or call.switch("Name"):
        call.services.error(no_path(call, name))
    elif literal and _is_included(call, os.path.basename(text).lower()):
        shown = absolute(name)
        error_id = f"ItemNotFound,{call.error_suffix}"
        message = f"Could not find item {shown}."
        exception = "PSArgumentException"
        call.services.error(ScriptError(message, error_id, "ObjectNotFound", exception=exception, target=shown))


def _below(call: BoundCall, folder: str, depth: int) -> Iterator[str]:
    """What is in a folder, then what is in the folders within."""
    paths = _in(folder)
    yield from (path for path in paths if _kept(call, path))
    for path in paths if depth > 0 else ():
        if os.path.isdir(path) and not os.path.islink(path):
            yield from _below(call, path, depth - 1)


def _each_below(call: BoundCall, folder: str, depth: int, pattern: str) -> Iterator[str]:
    """What is in a folder and is called so, each folder followed by what is in it: so where names are told."""
    for path in _in(folder):
        if fnmatch.fnmatch(os.path.basename(path).lower(), pattern.lower()) and _kept(call, path):
            yield path
        if depth > 0 and os.path.isdir(path) and not os.path.islink(path):
            yield from _each_below(call, path, depth - 1, pattern)


def _in(folder: str) -> list[str]:
    return in_order([os.path.join(folder, name) for name in os.listdir(folder)])


def _is_included(call: BoundCall, name: str) -> bool:
    """Whether -Include means a name, or none is told."""
    included = [to_text(one).lower() for one in all_of(call.get("Include"))]
    return not included or any(fnmatch.fnmatch(name, one) for one in included)


def _kept(call: BoundCall, path: str) -> bool:
    name = os.path.basename(path).lower()
    folder = os.path.isdir(path)
    if (call.switch("Directory") and not folder) or (call.switch("File") and folder):
        return False
    if not name.startswith("."):
        if call.switch("Hidden"):
            return False
    elif not (call.switch("Force") or call.switch("Hidden")):
        return False
    told = call.get("Filter")
    if told is not None and not fnmatch.fnmatch(name, to_text(told).lower()):
        return False
    if not _is_included(call, name):
        return False
    return not any(fnmatch.fnmatch(name, to_text(one).lower()) for one in all_of(call.get("Exclude")))


def _item_type(call: BoundCall) -> str:
    """`file` or `directory`; a beginning of either is enough. Raises ScriptError for what is none of .NET's."""
    told = to_text(call.get("ItemType", "File")).lower()
    if any(one.startswith(told) for one in ("symboliclink", "junction", "hardlink")):
        raise NotKnownHere(f"New-Item -ItemType {to_text(call.get('ItemType'))}")
    if any(one.startswith(told) for one in ("directory", "container")):
        return "directory"
    if "file".startswith(told):
        return "file"
    message = (
        'The type is not a known type for the file system. Only "file","directory" or "symboliclink" can be specified.'
    )
    error_id = "Argument,Microsoft.PowerShell.Commands.NewItemCommand"
    error = ScriptError(message, error_id, "InvalidArgument", exception="PSArgumentException")
    error.by_provider = True
    raise error


def _new_item(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    kind = _item_type(call)
    for one in all_of(call.get("Path")) or ["."]:
        path = real(one)
        path = os.path.join(path, real(call.get("Name"))) if call.given("Name") else path.rstrip(" ")
        path = path.rstrip("/") or path
        shown = absolute(path)
        if kind == "directory":
            if os.path.exists(path) and not call.switch("Force"):
                message = f"An item with the specified name {shown} already exists."
                call.services.error(_failure("DirectoryExist", message, shown, "ResourceExists"))
            elif not os.path.isfile(path) and goes_on(call, "Create Directory", f"Destination: {shown}"):
                try:
                    os.makedirs(path, exist_ok=True)
                except NotADirectoryError:
                    call.services.error(_no_part("CreateDirectoryIOError", shown))
                else:
                    yield file_item(path)
            continue
        folder, forced = os.path.dirname(path), call.switch("Force")
        if forced and folder and not os.path.isdir(folder):
            if not goes_on(call, "Create Directory", f"Destination: {os.path.dirname(shown)}"):
                goes_on(call, "Create File", f"Destination: {shown}")
                continue
            os.makedirs(folder)
        if goes_on(call, "Create File", f"Destination: {shown}"):
            if os.path.exists(path) and not forced:
                call.services.error(_failure("NewItemIOError", f"The file '{shown}' already exists.", shown))
                continue
            if folder and not os.path.isdir(folder):
                call.services.error(_no_part("NewItemIOError", shown))
                continue
            value = call.get("Value")
            text = "" if value is None else net_text(value)
            Path(path).write_bytes(encoded(text, "utf-8"))
            yield file_item(path)


def _failure(
    error_id: str, message: str, target: str, category: str = "WriteError", *, exception: str = "IOException"
) -> ScriptError:
    whole = f"{error_id},Microsoft.PowerShell.Commands.NewItemCommand"
    return ScriptError(message, whole, category, exception=exception, target=target)


def _no_part(error_id: str, shown: str) -> ScriptError:
    message = f"Could not find a part of the path '{shown}'."
    return _failure(error_id, message, shown, exception="DirectoryNotFoundException")


def _make_folder(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    call.arguments = {**call.arguments, "ItemType": "Directory"}
    return _new_item(call, input)


_HELD = re.compile(r"(?i)(env|variable|function):[\\/]?([^*?\[]+)")


def _taken_off(call: BoundCall, path: str) -> bool:
    """Take away a variable of the environment or of the cell, or a function; whether the path means one."""
    found = _HELD.fullmatch(path)
    if found is None or call.given("WhatIf"):
        return False
    drive, name = found[1].lower(), found[2]
    scope = call.services.scope
    removed = (
        os.environ.pop(name, None) is not None
        if drive == "env"
        else scope.root.remove(name)
        if drive == "variable"
        else scope.root.functions.pop(name.lower(), None) is not None
    )
    if not removed:
        shown = f"{drive.title()}:/{name}"
        message = f"Cannot find path '{shown}' because it does not exist."
        error_id = "PathNotFound,Microsoft.PowerShell.Commands.RemoveItemCommand"
        call.services.error(
            ScriptError(message, error_id, "ObjectNotFound", exception="ItemNotFoundException", target=shown)
        )
    return True


def _remove_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    kept = (pair for pair in given(call, input) if not _taken_off(call, to_text(pair[0])))
    for path in (path for name, literal in kept for path in expanded(call, [name], literal=literal)):
        shown = absolute(path)
        folder = os.path.isdir(path) and not os.path.islink(path)
        if in_use(call, "remove", path):
            continue
        if folder and os.listdir(path) and not call.switch("Recurse"):
            raise NotKnownHere("Remove-Item of a folder that is not empty, without -Recurse")
        if goes_on(call, "Remove Directory" if folder else "Remove File", shown):
            if folder:
                _tell_removed(call, path)
                shutil.rmtree(path)
            else:
                os.remove(path)
    yield from ()


def _tell_removed(call: BoundCall, folder: str) -> None:
    """Say under -Verbose which files go with a folder: those of its folders, then its own."""
    if not is_verbose(call):
        return
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda one: not one.is_dir())
    for one in found:
        if one.is_dir() and not one.is_symlink():
            _tell_removed(call, one.path)
        else:
            also_done(call, "Remove File", absolute(one.path))


_NEW: Final = (
    ParameterSpec("Path", "string[]", position=0),
    ParameterSpec("Name", "string"),
    ParameterSpec("Value", "object", ("Target",), spelled=True),
    FORCE,
    ParameterSpec("Credential", "object", unsupported=True),
    *WHAT_IF,
)

CMDLETS: Final = (
    ClientCommand("Get-Item", (PATH, LITERAL, FORCE, *FILTERS), _get_item, ("gi",), "GetItemCommand", "Path", own=True),
    ClientCommand(
        "Get-ChildItem",
        (
            ParameterSpec("Path", "string[]", position=0, sets=("Path",), by_value=True),
            LITERAL,
            ParameterSpec("Filter", "string", position=1),
            ParameterSpec("Include", "string[]"),
            ParameterSpec("Exclude", "string[]"),
            ParameterSpec("Recurse", "switch", ("s",)),
            ParameterSpec("Depth", "int"),
            ParameterSpec("Directory", "switch", ("ad", "d")),
            ParameterSpec("File", "switch", ("af",)),
            ParameterSpec("Hidden", "switch", ("ah", "h")),
            ParameterSpec("Name", "switch"),
            ParameterSpec("Attributes", "object", unsupported=True),
            FORCE,
        ),
        _get_children,
        ("gci", "dir", "ls"),
        "GetChildItemCommand",
        "Path",
        own=True,
    ),
    ClientCommand(
        "New-Item",
        (*_NEW, ParameterSpec("ItemType", "string", ("Type",))),
        _new_item,
        ("ni",),
        "NewItemCommand",
        own=True,
    ),
    ClientCommand("mkdir", _NEW, _make_folder, ("md",), "NewItemCommand", own=True),
    ClientCommand(
        "Remove-Item",
        (PATH, LITERAL, RECURSE, FORCE, *FILTERS, *WHAT_IF),
        _remove_item,
        ("ri", "rm", "rmdir", "del", "erase", "rd"),
        "RemoveItemCommand",
        "Path",
        own=True,
    ),
)
