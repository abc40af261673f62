"""Files and folders: Get-, New-, Remove-Item and Get-ChildItem."""

from __future__ import annotations

import os
import stat
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
    in_use,
    lost_parent,
    named,
    need_no_separator,
    no_path,
    paths_of,
    real,
)
from lync_magic.language.cmdlets.globbing import (
    ATTRIBUTES,
    Look,
    are_folders,
    attributes_told,
    folders_in,
    is_hidden,
    look_of,
    lost_folder,
    names_in,
    resolved,
    unescaped,
)
from lync_magic.language.cmdlets.held_drives import held_items, held_path, take_off
from lync_magic.language.cmdlets.moving import FILTERS, FORCE, LITERAL, PATH, RECURSE
from lync_magic.language.cmdlets.setting import new_held
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.cmdlets.whatif import WHAT_IF, goes_on
from lync_magic.language.cmdlets.wsman_drive import is_on_drive, item_at
from lync_magic.language.values.code_pages import encoded
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.text import net_text, to_text


def _to_attributes(value: object) -> object:
    """What -Attributes says, as one of the words that are known."""
    told = to_text(value).lower()
    if told not in _ATTRIBUTES:
        raise NotKnownHere(f"Get-ChildItem -Attributes {told}")
    return told


more_converters["System.Management.Automation.FlagsExpression`1[System.IO.FileAttributes]"] = _to_attributes
_ATTRIBUTES: Final = (*ATTRIBUTES, *(f"{one}+{other}" for one in ATTRIBUTES for other in ATTRIBUTES))
NO_END: Final = 1 << 30
"""How deep -Recurse goes where -Depth does not say it."""


def _get_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for name, literal in given(call, input):
        held = held_path(name, literal=literal)
        if held is not None:
            yield from held_items(call, held)
        elif not is_on_drive(to_text(name)):
            yield from _shown(call, expanded(call, [name], literal=literal))
        elif (found := item_at(to_text(name))) is not None:
            yield found
        else:
            call.services.error(no_path(call, name))


def _get_children(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    try:
        yield from _all_children(call, input)
    except ScriptError as bad:
        raise (named(bad, call) if bad.error_id == "RuntimeException" else bad) from None


def _all_children(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    is_named = input is not None or bool(all_of(paths_of(call)[0]))
    for name, literal in given(call, input) if is_named else [(".", False)]:
        name = "." if name == "" else name
        held = held_path(name, literal=literal)
        if held is not None:
            yield from held_items(call, held)
            continue
        try:
            text = real(name)
        except ScriptError as lost:
            if lost.error_id not in LOST:
                raise
            call.services.error(named(lost, call))
            continue
        if call.switch("Name"):
            yield from _names(call, name, text, literal=literal)
        else:
            yield from _shown(call, _children(call, name, text, literal=literal))


def _shown(call: BoundCall, paths: Iterator[str]) -> Iterator[object]:
    """The items; one that is hidden is shown where it is asked for alone."""
    asked = call.switch("Force") or call.switch("Hidden") or "Hidden" in attributes_told(call)
    for path in paths:
        if not asked and is_hidden(os.path.basename(path.rstrip("/"))):
            call.services.error(no_item(call, absolute(path)))
        else:
            yield file_item(path)


def no_item(call: BoundCall, shown: str) -> ScriptError:
    """The error for an item that the file system does not show."""
    error_id, message = f"ItemNotFound,{call.error_suffix}", f"Could not find item {shown}."
    return ScriptError(message, error_id, "ObjectNotFound", exception="PSArgumentException", target=shown)


def _names(call: BoundCall, name: object, text: str, *, literal: bool) -> Iterator[str]:
    """-Name: of what a wildcard means the last name; of a folder's items the path from there. A file that is named has
    none with -Recurse."""
    deep, look = call.switch("Recurse") or call.given("Depth"), look_of(call)
    depth = call.get("Depth", NO_END) if deep else 0
    wild = not literal and has_wildcard(text)
    plain = text if literal else unescaped(text)
    need_no_separator(plain)
    if not wild and not os.path.lexists(plain):
        call.services.error(no_path(call, name))
        return
    if wild and (lost := lost_folder(text)):
        call.services.error(no_path(call, lost))
    unpicked = look._replace(include=(), exclude=(), filter="")
    for path in resolved(text, unpicked) if wild else (plain,):
        if (deep or not wild) and os.path.isdir(path):
            yield from _names_below(path, "", look, depth)
        elif look.enters(leaf := os.path.basename(path)) and look.picks(leaf):
            yield "" if deep and not wild else os.path.basename(path)


def _names_below(folder: str, above: str, look: Look, depth: int) -> Iterator[str]:
    """The names in a folder, then those in the folders within."""
    yield from (os.path.join(above, name) for name in names_in(folder, look) if look.picks(name))
    for name in names_in(folder, look, all_folders=True) if depth > 0 else ():
        path = os.path.join(folder, name)
        if os.path.isdir(path) and not os.path.islink(path):
            yield from _names_below(path, os.path.join(above, name), look, depth - 1)


def _children(call: BoundCall, name: object, text: str, *, literal: bool) -> Iterator[str]:
    """The files that one path of Get-ChildItem means. text: the path as the system takes it."""
    if "/" in to_text(call.get("Filter", "")):
        raise NotKnownHere("Get-ChildItem -Filter with a folder")
    deep, look = call.switch("Recurse") or call.given("Depth"), look_of(call)
    if deep and look.filter and not literal and has_wildcard(text):
        raise NotKnownHere("Get-ChildItem -Filter with -Recurse below a path with wildcards")
    depth = call.get("Depth", NO_END) if deep else 0
    picked = look.is_picky
    if deep and not literal:
        text, look = _searched(text, look)
    plain = text if literal else unescaped(text)
    need_no_separator(plain)
    if not literal and has_wildcard(text):
        if lost := lost_folder(text):
            call.services.error(no_path(call, lost))
        for path in resolved(text, look._replace(include=(), exclude=()) if deep else look):
            if deep or (picked and os.path.isdir(path)):
                yield from _picked(path, look, depth)
            else:
                yield path
    elif os.path.isdir(plain or "."):
        if not look.is_picky:
            yield from _below(plain, look, depth)
        elif deep or literal or (look.picks(os.path.basename(absolute(plain or "."))) and not look.file):
            yield from _picked(plain, look, depth)
    elif os.path.lexists(plain):
        leaf = os.path.basename(plain)
        if look.picks(leaf) and (not look.is_picky or (look.enters(leaf) and not look.directory)):
            yield plain
    elif not picked or (deep and not literal):
        call.services.error(no_path(call, text if deep and not literal else name))
    elif not literal and (lost := lost_parent(plain)):
        call.services.error(no_path(call, lost))
    elif literal and look.picks(os.path.basename(plain)):
        call.services.error(no_item(call, absolute(plain)))


def _searched(text: str, look: Look) -> tuple[str, Look]:
    """Where -Recurse looks, and for what: a path that is not only folders is a name within the folder before it."""
    folder, leaf = text[: -len(os.path.basename(text)) or None], os.path.basename(text)
    if leaf == "*" and (look.file or look.directory):
        if has_wildcard(folder):
            raise NotKnownHere("Get-ChildItem -Recurse of * below a wildcard, with -File or -Directory")
        return folder, look
    wild = has_wildcard(text)
    if look.include or not leaf or are_folders(list(resolved(text, Look(look.force))) if wild else [unescaped(text)]):
        return text, look
    return folder, look if leaf == "*" else look._replace(include=(leaf,))


def _below(folder: str, look: Look, depth: int) -> Iterator[str]:
    """What is in a folder, then what is in the folders within."""
    yield from (os.path.join(folder, name) for name in names_in(folder, look))
    for path in folders_in(folder, look) if depth > 0 else ():
        yield from _below(path, look, depth - 1)


def _picked(path: str, look: Look, depth: int) -> Iterator[str]:
    """What of a folder is picked, each folder followed by what is in it; a file itself."""
    if not os.path.isdir(path or "."):
        if look.picks(os.path.basename(path)):
            yield path
        return
    seen = set(names_in(path, look))
    for name in names_in(path, look, all_folders=depth > 0):
        one = os.path.join(path, name)
        if name in seen and look.picks(name):
            yield one
        if depth > 0 and os.path.isdir(one) and not os.path.islink(one):
            yield from _picked(one, look, depth - 1)


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
    for one in all_of(call.get("Path")) or ["."]:
        yield from new_held(call, one) or _new_file(call, one, _item_type(call))


def _new_file(call: BoundCall, one: object, kind: str) -> Iterator[object]:
    path = real(one)
    if call.given("Name"):
        path = os.path.join(path, real(f"./{to_text(call.get('Name'))}").removeprefix("./").lstrip("/"))
    else:
        path = path.rstrip(" ")
    path = path.rstrip("/") or path
    shown = absolute(path)
    if kind == "directory":
        if os.path.exists(path) and not call.switch("Force"):
            message = f"An item with the specified name {shown} already exists."
            call.services.error(_failure("DirectoryExist", message, shown, "ResourceExists"))
        elif not os.path.isfile(path) and goes_on(call, "Create Directory", f"Destination: {shown}"):
            try:
                changes()
                os.makedirs(path, exist_ok=True)
            except NotADirectoryError:
                call.services.error(_no_part("CreateDirectoryIOError", shown))
            else:
                yield file_item(path)
        return
    folder, forced = os.path.dirname(path), call.switch("Force")
    if forced and folder and not os.path.lexists(folder):
        if not goes_on(call, "Create Directory", f"Destination: {os.path.dirname(shown)}"):
            goes_on(call, "Create File", f"Destination: {shown}")
            return
        changes()
        os.makedirs(folder)
    if goes_on(call, "Create File", f"Destination: {shown}"):
        if os.path.exists(path) and not forced:
            call.services.error(_failure("NewItemIOError", f"The file '{shown}' already exists.", shown))
            return
        if folder and not os.path.isdir(folder):
            call.services.error(_no_part("NewItemIOError", shown))
            return
        if os.path.isdir(path):
            message, kind = f"Access to the path '{shown}' is denied.", "UnauthorizedAccessException"
            error_id = "NewItemUnauthorizedAccessError"
            call.services.error(_failure(error_id, message, shown, "PermissionDenied", exception=kind))
            return
        value = call.get("Value")
        text = "" if value is None else net_text(value)
        changes()
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


def _taken_off(call: BoundCall, path: object, *, literal: bool) -> bool:
    """Take away a variable of the environment or of the cell, or a function; whether the path means one."""
    held = held_path(path, literal=literal)
    if held is None:
        return False
    take_off(call, held)
    return True


def _remove_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    if call.switch("Recurse") and look_of(call).is_picky:
        raise NotKnownHere("Remove-Item -Recurse with -Include or -Exclude")
    kept = (pair for pair in given(call, input) if not _taken_off(call, pair[0], literal=pair[1]))
    for path in (path for name, literal in kept for path in expanded(call, [name], literal=literal)):
        if in_use(call, "remove", path):
            continue
        if _is_folder(path) and os.listdir(path) and not call.switch("Recurse"):
            raise NotKnownHere("Remove-Item of a folder that is not empty, without -Recurse")
        _remove(call, path)
    yield from ()


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _remove(call: BoundCall, path: str) -> None:
    """Take away a file, or what is in a folder and then the folder: its folders first, as the system lists them."""
    shown, folder = absolute(path), _is_folder(path)
    if not goes_on(call, "Remove Directory" if folder else "Remove File", shown):
        return
    if folder:
        with os.scandir(path) as entries:
            found = sorted((one.path for one in entries), key=lambda one: not _is_folder(one))
        seen = Look(force=True, filter=look_of(call).filter)
        for one in found:
            if _is_folder(one) or seen.sees(os.path.basename(one), folder=False):
                _remove(call, one)
        if os.listdir(path) and call.switch("Force") and seen.filter:
            raise NotKnownHere("Remove-Item -Recurse -Force of a folder of which -Filter leaves something")
        if os.listdir(path) and not call.switch("Force"):
            message = f"Directory {shown} cannot be removed because it is not empty."
            call.services.error(_not_removed(call, "DirectoryNotEmpty", message, "WriteError", path))
            return
    if not call.switch("Force") and (is_hidden(os.path.basename(shown.rstrip("/"))) or _is_read_only(path)):
        call.services.error(
            _not_removed(call, "RemoveFileSystemItemUnAuthorizedAccess", _PROTECTED, "PermissionDenied", path)
        )
    elif folder:
        changes()
        os.rmdir(path)
    else:
        changes()
        os.remove(path)


_PROTECTED: Final = (
    "You do not have sufficient access rights to perform this operation or the item is hidden, system, or read only."
)


def _is_read_only(path: str) -> bool:
    return not os.path.islink(path) and not os.stat(path).st_mode & stat.S_IWUSR


def _not_removed(call: BoundCall, error_id: str, message: str, category: str, path: str) -> ScriptError:
    whole = f"{error_id},{call.error_suffix}"
    return ScriptError(message, whole, category, exception="IOException", target=file_item(path))


_NEW: Final = (
    ParameterSpec("Path", "string[]", position=0),
    ParameterSpec("Name", "string"),
    ParameterSpec("Value", "object", ("Target",), spelled=True),
    FORCE,
    ParameterSpec("Credential", "object", unsupported=True),
    *WHAT_IF,
)

CMDLETS: Final = (
    ClientCommand("Get-Item", (PATH, LITERAL, *FILTERS, FORCE), _get_item, ("gi",), "GetItemCommand", "Path", own=True),
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
            FORCE,
            ParameterSpec("Name", "switch"),
            ParameterSpec("Attributes", "object", allowed=_ATTRIBUTES),
            ParameterSpec("FollowSymlink", "switch", unsupported=True),
            ParameterSpec("Directory", "switch", ("ad", "d")),
            ParameterSpec("File", "switch", ("af",)),
            ParameterSpec("Hidden", "switch", ("ah", "h")),
            ParameterSpec("ReadOnly", "switch", ("ar",), unsupported=True),
            ParameterSpec("System", "switch", ("as",), unsupported=True),
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
        (PATH, LITERAL, *FILTERS, RECURSE, FORCE, *WHAT_IF),
        _remove_item,
        ("ri", "rm", "rmdir", "del", "erase", "rd"),
        "RemoveItemCommand",
        "Path",
        own=True,
    ),
)
