"""Copy-Item, Move-Item and Rename-Item: files and folders that go elsewhere, and what is there already.

Rule of this file: nothing that is there is written over unless PowerShell would; each failure is an error of its own,
and the next name is gone on with.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import LOST, absolute, expanded, file_item, found, given, in_use, named, real
from lync_magic.language.cmdlets.globbing import Look, look_of, lost_folder
from lync_magic.language.cmdlets.whatif import WHAT_IF, also_done, goes_on, is_verbose
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.text import to_text


def _failure(
    call: BoundCall, error_id: str, message: str, category: str, target: object, *, exception: str = "IOException"
) -> None:
    whole = f"{error_id},{call.error_suffix}"
    call.services.error(ScriptError(message, whole, category, exception=exception, target=target))


def _no_part(call: BoundCall, error_id: str, path: str, target: object) -> None:
    message = f"Could not find a part of the path '{path}'."
    _failure(call, error_id, message, "WriteError", target, exception="DirectoryNotFoundException")


def _folder_exists(call: BoundCall, there: str) -> None:
    message = f"An item with the specified name {there} already exists."
    _failure(call, "DirectoryExist", message, "ResourceExists", there)


def _destination(call: BoundCall) -> str:
    """Where things go. Raises NotKnownHere for no place, of which each cmdlet says something else."""
    told = call.get("Destination", ".")
    if not to_text(told):
        raise NotKnownHere(f"{call.command_name} without a destination")
    return real(told)


def _place(path: str, destination: str) -> str:
    return os.path.join(destination, os.path.basename(path.rstrip("/"))) if os.path.isdir(destination) else destination


def _is_within(there: str, folder: str) -> bool:
    return there == folder or there.startswith(folder.rstrip("/") + "/")


def _has_folder(path: str) -> bool:
    return os.path.isdir(os.path.dirname(absolute(path)))


def _goes(call: BoundCall, doing: str, path: str, to: str) -> bool:
    kind = "Directory" if os.path.isdir(path) else "File"
    return goes_on(call, f"{doing} {kind}", f"Item: {absolute(path)} Destination: {absolute(to)}")


def _copy_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    try:
        destination = _destination(call)
    except ScriptError as lost:
        if lost.error_id not in LOST:
            raise
        told = named(lost, call)
        for _one in given(call, input):
            call.services.error(told)
        return
    for path in found(call, input):
        to = _place(path, destination)
        if absolute(destination if os.path.isdir(path) else to) == absolute(path):
            message = f"Cannot overwrite the item {absolute(path)} with itself."
            _failure(call, "CopyError", message, "WriteError", absolute(path))
            continue
        if os.path.isdir(path) and os.path.isfile(to):
            message, kind = "Container cannot be copied onto existing leaf item.", "PSArgumentException"
            _failure(call, "CopyContainerItemToLeafError", message, "InvalidArgument", absolute(path), exception=kind)
            continue
        if not _goes(call, "Copy", path, to):
            continue
        copied = _copied_folder if os.path.isdir(path) else _copied_file
        if copied(call, path, to) and call.switch("PassThru"):
            yield file_item(to)
            if os.path.isdir(path) and call.switch("Recurse"):
                yield from map(file_item, _within(look_of(call), path, to))


def _within(look: Look, folder: str, to: str) -> Iterator[str]:
    """What was copied of a folder, as PowerShell goes through it."""
    for one in _copied_of(look, folder):
        yield (there := os.path.join(to, one.name))
        if one.is_dir():
            yield from _within(look, one.path, there)


def _copied_of(look: Look, folder: str) -> list[os.DirEntry[str]]:
    """What is copied of a folder, each as the system lists them: the files that -Filter finds and -Exclude lets pass,
    then all folders."""
    look = Look(force=True, filter=look.filter, exclude=look.exclude)
    with os.scandir(folder) as entries:
        found = [one for one in entries if one.is_dir() or (look.sees(one.name, folder=False) and look.picks(one.name))]
    return sorted(found, key=lambda one: one.is_dir())


def _tell_copied(call: BoundCall, folder: str, to: str) -> None:
    """Say under -Verbose what is done to copy a folder, in the order of `_within`."""
    also_done(call, "Create Directory", f"Destination: {absolute(to)}")
    if not call.switch("Recurse") or not is_verbose(call):
        return
    for one in _copied_of(look_of(call), folder):
        there = os.path.join(to, one.name)
        kind = "Directory" if one.is_dir() else "File"
        also_done(call, f"Copy {kind}", f"Item: {absolute(one.path)} Destination: {absolute(there)}")
        if one.is_dir():
            _tell_copied(call, one.path, there)


def _copied_file(call: BoundCall, path: str, to: str) -> bool:
    there = absolute(to)
    if not _has_folder(to):
        if to.endswith("/"):
            raise NotKnownHere("Copy-Item of a file to a folder that is not there")
        _no_part(call, "CopyFileInfoItemIOError", there, file_item(path))
    else:
        changes()
        shutil.copy2(path, to)
        return True
    return False


def _copied_folder(call: BoundCall, path: str, to: str) -> bool:
    shown, there = absolute(path), absolute(to)
    if _is_within(there, shown):
        raise NotKnownHere("Copy-Item of a folder into itself")
    if os.path.isdir(to) and not call.switch("Force"):
        if call.switch("Recurse") and os.listdir(path):
            raise NotKnownHere("Copy-Item -Recurse over a folder that is there, without -Force")
        _folder_exists(call, there)
        return False
    look = look_of(call)
    if call.switch("Recurse") and look.filter and look.is_picky:
        raise NotKnownHere("Copy-Item -Recurse with both -Filter and -Include or -Exclude")
    _tell_copied(call, path, to)
    if call.switch("Recurse"):
        _copy_below(call, path, to, look)
    else:
        changes()
        os.makedirs(to, exist_ok=True)
    return True


def _copy_below(call: BoundCall, path: str, to: str, look: Look) -> None:
    """Copy a folder; each file that cannot be read is an error, and the rest is copied."""
    try:
        changes()
        shutil.copytree(path, to, dirs_exist_ok=True, ignore=partial(_left_out, look))
    except shutil.Error as failed:
        for one, _target, _why in failed.args[0]:
            if os.path.exists(one):
                raise
            message = f"Could not find file '{absolute(one)}'."
            kind = "FileNotFoundException"
            _failure(call, "CopyFileInfoItemIOError", message, "WriteError", file_item(one), exception=kind)


def _left_out(look: Look, folder: str, names: Iterable[str]) -> set[str]:
    """What is not copied of a folder."""
    return {*names} - {one.name for one in _copied_of(look, folder)}


def _move_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for path in found(call, input):
        try:
            to = _place(path, _destination(call))
        except ScriptError as lost:
            if lost.error_id not in LOST:
                raise
            call.services.error(named(lost, call))
            continue
        if in_use(call, "move", path):
            continue
        if os.path.isdir(path) and _is_below(call, path, to):
            continue
        may_move = _may_move_folder if os.path.isdir(path) else _may_move_file
        if not _goes(call, "Move", path, to) or not may_move(call, path, to):
            continue
        if absolute(path) != absolute(to):
            changes()
            shutil.move(path, to)
        if call.switch("PassThru"):
            yield file_item(f"{to}/" if os.path.isdir(to) and not to.endswith("/") else to)


def _may_move_file(call: BoundCall, path: str, to: str) -> bool:
    error_id, there = "MoveFileInfoItemIOError", absolute(to)
    if not _has_folder(to) or to.endswith("/"):
        _no_part(call, error_id, absolute(to), file_item(path))
    elif os.path.exists(to) and there != absolute(path) and not call.switch("Force"):
        _failure(call, error_id, f"The file '{there}' already exists.", "WriteError", file_item(path))
    else:
        return True
    return False


def _is_below(call: BoundCall, path: str, to: str) -> bool:
    """Whether a folder would go into itself, which is told before anything is asked."""
    shown, there = absolute(path), absolute(to)
    if not _is_within(there, shown):
        return False
    message = f"Destination path cannot be a subdirectory of the source or the source itself: {there}."
    _failure(call, "MoveItemArgumentError", message, "InvalidArgument", there)
    return True


def _may_move_folder(call: BoundCall, path: str, to: str) -> bool:
    shown, there = absolute(path), absolute(to)
    if os.path.isfile(to):
        if call.switch("PassThru"):
            raise NotKnownHere("Move-Item -PassThru of a folder to where a file is")
        _folder_exists(call, there)
    elif os.path.isdir(to):
        raise NotKnownHere("Move-Item of a folder to where one of its name is")
    elif not _has_folder(to):
        _no_part(call, "MoveDirectoryItemIOError", shown, file_item(path))
    else:
        return True
    return False


def _rename_item(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    new = to_text(call.get("NewName")).removeprefix("./").removeprefix(".\\")
    for one, literal in given(call, input):
        if not literal and has_wildcard(to_text(one)) and not os.path.lexists(real(one)):
            several = list(expanded(call, [one]))
            if not several and lost_folder(real(one)):
                continue
            if len(several) != 1:
                _no_wildcard(call, one, len(several))
                continue
            one, literal = several[0], True
        for path in expanded(call, [one], literal=True):
            if "/" in new or "\\" in new:
                raise _no_name(call)
            if in_use(call, "rename", path):
                continue
            to = os.path.join(os.path.dirname(path) or ".", new)
            if not _goes(call, "Rename", path, to):
                continue
            if not _may_rename(call, absolute(path), absolute(to), folder=os.path.isdir(path)):
                continue
            changes()
            os.rename(path, to)
            if call.switch("PassThru"):
                yield file_item(to)


def _no_wildcard(call: BoundCall, path: object, count: int) -> None:
    if count:
        raise NotKnownHere("Rename-Item of several at once")
    message, kind = f"Cannot rename because item at '{to_text(path)}' does not exist.", "PSInvalidOperationException"
    _failure(call, "InvalidOperation", message, "InvalidOperation", None, exception=kind)


def _no_name(call: BoundCall) -> ScriptError:
    message = "Cannot rename the specified target, because it represents a path or device name."
    error = ScriptError(message, f"Argument,{call.error_suffix}", "InvalidArgument", exception="PSArgumentException")
    error.by_provider = True
    return error


def _may_rename(call: BoundCall, shown: str, there: str, *, folder: bool) -> bool:
    message = ""
    if folder and there == shown:
        message = "Source and destination path must be different."
    elif there != shown and os.path.lexists(there):
        message = (
            f"Cannot create '{there}' because a file or directory with the same name already exists."
            if folder
            else f"The file '{there}' already exists."
        )
    if message:
        _failure(call, "RenameItemIOError", message, "WriteError", shown)
    return not message


PATH: Final = ParameterSpec("Path", "string[]", position=0, mandatory=True, sets=("Path",), by_value=True)
LITERAL: Final = ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), mandatory=True, sets=("LiteralPath",))
FORCE: Final = ParameterSpec("Force", "switch")
RECURSE: Final = ParameterSpec("Recurse", "switch")
FILTERS: Final = (
    ParameterSpec("Filter", "string"),
    ParameterSpec("Include", "string[]"),
    ParameterSpec("Exclude", "string[]"),
    ParameterSpec("Credential", "object", unsupported=True),
)
_DESTINATION: Final = ParameterSpec("Destination", "string", position=1)
_NEW_NAME: Final = ParameterSpec("NewName", "string", position=1, mandatory=True)
_PASS: Final = ParameterSpec("PassThru", "switch")
_COPYING: Final = (
    ParameterSpec("Container", "switch", unsupported=True),
    ParameterSpec("FromSession", "object", unsupported=True),
    ParameterSpec("ToSession", "object", unsupported=True),
)

CMDLETS: Final = (
    ClientCommand(
        "Copy-Item",
        (PATH, LITERAL, _DESTINATION, RECURSE, FORCE, _PASS, *FILTERS, *_COPYING, *WHAT_IF),
        _copy_item,
        ("cpi", "cp", "copy"),
        "CopyItemCommand",
        "Path",
        own=True,
    ),
    ClientCommand(
        "Move-Item",
        (PATH, LITERAL, _DESTINATION, FORCE, _PASS, *FILTERS, *WHAT_IF),
        _move_item,
        ("mi", "mv", "move"),
        "MoveItemCommand",
        "Path",
        own=True,
    ),
    ClientCommand(
        "Rename-Item",
        (PATH, LITERAL, _NEW_NAME, FORCE, _PASS, FILTERS[-1], *WHAT_IF),
        _rename_item,
        ("rni", "ren"),
        "RenameItemCommand",
        "Path",
        own=True,
    ),
)
