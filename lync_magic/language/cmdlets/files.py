"""What the file cmdlets share: paths from the notebook's folder, encodings, and errors in PowerShell's words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from stat import S_IWGRP, S_IWOTH, S_IWUSR
from typing import Any, Final

from lync_magic.clixml import MISSING, ObjectLike, PSObject
from lync_magic.language.cmdlets.declare import BoundCall
from lync_magic.language.cmdlets.encodings import DEFAULT, codec_of, codec_of_file
from lync_magic.language.cmdlets.globbing import Look, look_of, lost_folder, resolved, unescaped
from lync_magic.language.cmdlets.open_files import split_lines
from lync_magic.language.cmdlets.stream import all_of
from lync_magic.language.values.code_pages import decoded
from lync_magic.language.values.convert import convert
from lync_magic.language.values.failures import NotKnownHere, ScriptError, setting_failed
from lync_magic.language.values.members import net_setters
from lync_magic.language.values.net_members import net_property
from lync_magic.language.values.outside import changes
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.properties import get_property, late_properties, replace_property
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType

DRIVE_NOT_FOUND: Final = "DriveNotFound"
PROVIDER_NOT_FOUND: Final = "ProviderNotFound"
LOST: Final = (DRIVE_NOT_FOUND, PROVIDER_NOT_FOUND)
"""What `real` says of a path that is on nothing that there is."""
_QUALIFIED = re.compile(r"(?![/\\]|\.[/\\]|~[/\\])([^:]+):")
KNOWN_DRIVES: Final = frozenset(("env", "variable", "function", "alias", "cert", "hklm", "hkcu", "wsman", "temp"))

FILE_BASES: Final = ("System.IO.FileSystemInfo", "System.MarshalByRefObject", "System.Object")
"""What a file and a folder derive from."""


def encoding(call: BoundCall) -> tuple[str, bytes]:
    """The encoding that a call names, and the mark at a file's start."""
    return codec_of(call.get("Encoding", DEFAULT))


def encoding_at(call: BoundCall, path: str) -> tuple[str, bytes]:
    """The same where a file is written on: a mark at its start comes before what the call names."""
    name, mark = encoding(call)
    if os.path.isfile(path):
        with open(path, "rb") as file:
            name, _size = codec_of_file(file.read(4), name)
    return name, mark


def read_text(path: str, call: BoundCall) -> str:
    """A file's text. A mark at its start tells the encoding."""
    return _decoded(whole_of(path), encoding(call)[0])


def whole_of(path: str) -> bytes:
    """A file's bytes. Raises NotKnownHere as `regular` does."""
    return Path(regular(path)).read_bytes()


def regular(path: str) -> str:
    """The path. Raises NotKnownHere for what is no file and may have no end (a device, a pipe)."""
    if os.path.exists(path) and not os.path.isfile(path):
        raise NotKnownHere(f"reading {path}, which is no regular file")
    return path


def _decoded(data: bytes, usual: str) -> str:
    name, size = codec_of_file(data, usual)
    return decoded(data[size:], name)


def lines_in_file(path: object) -> list[str]:
    """The lines that `switch -File` goes through. Raises ScriptError where there is no such file."""
    name = real(path)
    if not os.path.isfile(name):
        shown = absolute(path)
        message = f"Cannot find path '{shown}' because it does not exist."
        raise ScriptError(message, "PathNotFound", "ObjectNotFound", exception="ItemNotFoundException", target=shown)
    return split_lines(_decoded(Path(name).read_bytes(), "utf-8"))


def has_file_system(arguments: Mapping[str, object]) -> bool:
    """Whether the first path of a call is one of files: only then there are the parameters that files give."""
    first = next(iter(all_of(arguments.get("Path", arguments.get("LiteralPath")))), None)
    if not isinstance(first, str):
        return True
    try:
        real(first)
    except ScriptError as lost:
        return lost.error_id not in LOST
    return not other_drive(first)


def other_drive(path: str) -> str:
    """The drive of a path that is none of the file system, "" where it has none."""
    named = _QUALIFIED.match(path)
    return named[1] if named is not None and named[1].lower() in KNOWN_DRIVES else ""


PROVIDER: Final = "Microsoft.PowerShell.Core\\FileSystem::"
"""What a path begins with where it says whose it is."""


_LONGEST_NAME: Final = 255


def real(path: object) -> str:
    """A path as the system takes it: `\\` parts folders here as it does for PowerShell; `~` is the home folder."""
    text = to_text(path)
    for drive in (PROVIDER.lower(), "filesystem::"):
        if text.lower().startswith(drive):
            text = text[len(drive) :]
    if drive := other_drive(text):
        raise NotKnownHere(f"a path on the drive {drive}:")
    check_drive(text)
    if os.name != "nt":
        text = text.replace("\\", "/")
    if text.startswith("//"):
        raise NotKnownHere("a path that begins with two separators")
    if len(text) > _LONGEST_NAME and any(len(name) > _LONGEST_NAME for name in text.split("/")):
        raise NotKnownHere(f"a path with a name of more than {_LONGEST_NAME} characters")
    return os.path.expanduser(text) if text.startswith("~") else text


def check_drive(path: str) -> None:
    """Raises ScriptError where a path names a drive or a provider that is none."""
    told = _QUALIFIED.match(path)
    if told is not None and not other_drive(path) and not (os.name == "nt" and len(told[1]) == 1):
        raise _no_drive(told[1]) if path[told.end() : told.end() + 1] != ":" else _no_provider(told[1])


def _no_drive(name: str) -> ScriptError:
    message = f"Cannot find drive. A drive with the name '{name}' does not exist."
    return ScriptError(message, DRIVE_NOT_FOUND, "ObjectNotFound", exception="DriveNotFoundException", target=name)


def _no_provider(name: str) -> ScriptError:
    message = f"Cannot find a provider with the name '{name}'."
    exception = "ProviderNotFoundException"
    return ScriptError(message, PROVIDER_NOT_FOUND, "ObjectNotFound", exception=exception, target=name)


def named(error: ScriptError, call: BoundCall) -> ScriptError:
    """An error of `real` as that of a cmdlet."""
    error.error_id += f",{call.error_suffix}"
    return error


def absolute(path: object) -> str:
    """The whole path of a file, with the separator at its end if it was written with one."""
    text = real(path)
    whole = os.path.normpath(os.path.join(os.getcwd(), text))
    return f"{whole}/" if text.endswith("/") and not whole.endswith("/") else whole


def in_use(call: BoundCall, doing: str, path: str) -> bool:
    """Whether a folder is the notebook's or holds it, and so is left alone: that is told. doing: what is not done."""
    shown = absolute(path)
    if not f"{os.getcwd()}/".startswith(f"{shown.rstrip('/')}/"):
        return False
    why = (
        f"Cannot {doing} the item at '{shown}' because it"
        if doing != "move"
        else f"{_LOST['Move-Item']} item at '{shown}'"
    )
    message = f"{why} is in use."
    error_id, kind = f"InvalidOperation,{call.error_suffix}", "PSInvalidOperationException"
    call.services.error(ScriptError(message, error_id, "InvalidOperation", exception=kind))
    return True


def given(call: BoundCall, input: Iterator[object] | None) -> Iterator[tuple[object, bool]]:
    """The paths that a call names, or that come down the pipeline, each with whether it is taken as it is written: a
    file that is piped is taken by its whole name."""
    if input is None:
        names, literal = paths_of(call)
        yield from ((one, literal) for one in all_of(names))
        return
    for item in input:
        whole = get_property(item, "FullName") if not isinstance(item, str) else MISSING
        yield (whole, True) if isinstance(whole, str) else (to_text(item), False)


def found(call: BoundCall, input: Iterator[object] | None) -> Iterator[str]:
    """The files that these mean."""
    for name, literal in given(call, input):
        yield from expanded(call, [name], literal=literal)


def expanded(call: BoundCall, names: object, *, literal: bool = False, look: Look | None = None) -> Iterator[str]:
    """The files that names with wildcards mean; each that has none and is not there is an error. look: what is seen of
    folders, where the call does not say it."""
    look = look_of(call) if look is None else look
    if literal and look.is_picky:  # each cmdlet heeds them in a way of its own, or not at all
        raise NotKnownHere(f"{call.command_name} -LiteralPath with -Include or -Exclude")
    for one in all_of(names):
        try:
            text = real(one)
        except ScriptError as error:
            if error.error_id not in LOST:
                raise
            call.services.error(named(error, call))
            continue
        need_no_separator(text)
        if not literal and has_wildcard(text):
            if lost := lost_folder(text):
                call.services.error(no_path(call, lost))
            yield from resolved(text, look)
            continue
        plain = text if literal else unescaped(text)
        if os.path.lexists(plain):
            if not look.is_picky or look.picks(os.path.basename(absolute(plain))):
                yield plain
        elif not look.is_picky:
            call.services.error(no_path(call, one))
        elif lost := lost_parent(plain):
            call.services.error(no_path(call, lost))


def lost_parent(path: str) -> str:
    """The folder that a path without wildcards is in where that is not there, or ""."""
    folder = os.path.dirname(path)
    return folder if folder and not os.path.lexists(folder) else ""


def need_no_separator(path: str) -> None:
    """Raises NotKnownHere for a file's path that is written as a folder's is."""
    if path.endswith("/") and os.path.isfile(path.rstrip("/")):
        raise NotKnownHere("a file's path with a separator behind it")


_LOST: Final = {"Rename-Item": "Cannot rename because", "Move-Item": "Cannot move item because the"}


def no_path(call: BoundCall, path: object, *, class_name: str = "", shown: str = "") -> ScriptError:
    """The error for a path that is not there. shown: how it is named, where that is not in full."""
    literal = call.given("LiteralPath")
    lost = _LOST.get(call.command_name) if literal else None
    if lost is not None:
        error_id = f"InvalidOperation,{call.error_suffix}"
        message = f"{lost} item at '{to_text(path)}' does not exist."
        return ScriptError(message, error_id, "InvalidOperation", exception="PSInvalidOperationException")
    if literal and call.command_name == "Select-String":
        whole = absolute(path)
        message = f"The file {whole} cannot be read: Could not find file '{whole}'."
        error_id = "ProcessingFile,Microsoft.PowerShell.Commands.SelectStringCommand"
        return ScriptError(message, error_id, "InvalidArgument", exception="ArgumentException")
    if literal and call.command_name == "Select-Xml":
        whole = absolute(path)
        message = f"The file '{whole}' cannot be read: Could not find file '{whole}'."
        error_id = f"ProcessingFile,{call.error_suffix}"
        return ScriptError(message, error_id, "InvalidArgument", exception="ArgumentException", target=whole)
    if not shown:
        shown = to_text(path) if literal and call.command_name != "Get-ChildItem" else absolute(path)
    kind = class_name or _CLASSES.get(call.command_name.lower()) or call.error_suffix.rpartition(".")[2]
    error_id = f"PathNotFound,Microsoft.PowerShell.Commands.{kind}"
    return ScriptError(
        f"Cannot find path '{shown}' because it does not exist.", error_id, "ObjectNotFound",
        exception="ItemNotFoundException", target=shown,
    )  # fmt: skip


_CLASSES: Final = {
    "select-xml": "SelectXmlCommand", "get-content": "GetContentCommand",
    "get-item": "GetItemCommand", "get-childitem": "GetChildItemCommand",
    "remove-item": "RemoveItemCommand", "copy-item": "CopyItemCommand", "move-item": "MoveItemCommand",
    "rename-item": "RenameItemCommand", "resolve-path": "ResolvePathCommand", "clear-content": "ClearContentCommand",
    "set-location": "SetLocationCommand", "select-string": "SelectStringCommand",
    "convert-path": "ConvertPathCommand", "join-path": "JoinPathCommand", "split-path": "SplitPathCommand",
    "push-location": "PushLocationCommand", "import-csv": "ImportCsvCommand",
}  # fmt: skip


def paths_of(call: BoundCall) -> tuple[object, bool]:
    """The paths that a call names, and whether each is taken as it is written."""
    literal = call.given("LiteralPath")
    return call.get("LiteralPath") if literal else call.get("Path"), literal


def files_to_read(call: BoundCall, input: Iterator[object] | None, command: str) -> Iterator[str]:
    """The files that a call names, or that are piped into it. command: .NET's name of the cmdlet.

    Raises ScriptError for one that is not there.
    """
    for one in all_of(paths_of(call)[0]) if input is None else input:
        yield _readable(call, real(one), command)


def _readable(call: BoundCall, path: str, command: str) -> str:
    exception = "FileNotFoundException"
    if has_wildcard(path) and not call.given("LiteralPath") and not lost_folder(path):
        path = only_one(look_of(call), path, path, command)
    if os.path.isdir(path):
        message, exception = f"Access to the path '{absolute(path)}' is denied.", "UnauthorizedAccessException"
    elif not os.path.exists(path):
        is_lost = not os.path.isdir(os.path.dirname(absolute(path)))
        message = f"Could not find {'a part of the path' if is_lost else 'file'} '{absolute(path)}'."
        exception = "DirectoryNotFoundException" if is_lost else exception
    else:
        return path
    whole = f"FileOpenFailure,Microsoft.PowerShell.Commands.{command}"
    raise ScriptError(message, whole, "OpenError", exception=exception)


def only_one(look: Look, path: str, told: str, command: str) -> str:
    """The only file that a path with wildcards means, where a cmdlet opens it. Raises ScriptError where there is none
    or are several."""
    paths = list(resolved(path, look))
    if len(paths) == 1:
        return paths[0]
    if paths:
        message = (
            "Cannot perform operation because the path resolved to more than one file. This command cannot operate "
            "on multiple files."
        )
        error_id = f"ReadWriteMultipleFilesNotSupported,Microsoft.PowerShell.Commands.{command}"
        raise ScriptError(message, error_id, "InvalidArgument", exception="PSInvalidOperationException")
    message = f"Cannot perform operation because the wildcard path {told} did not resolve to a file."
    error_id = f"FileOpenFailure,Microsoft.PowerShell.Commands.{command}"
    raise ScriptError(message, error_id, "OpenError", exception="FileNotFoundException", target=told)


def file_item(path: str) -> PSObject:
    """What Get-Item gives for a file or folder."""
    whole = absolute(path)
    folder = os.path.isdir(whole)
    stat = os.lstat(whole)
    name = os.path.basename(whole.rstrip("/")) or whole
    base, extension = os.path.splitext(name)
    if name.startswith(".") and not extension:
        base, extension = "", name
    content: dict[str, Any] = {"Mode": _mode(whole, folder=folder), "Name": name}
    if not folder:
        content["Length"] = _sized(stat.st_size)
        content["DirectoryName"] = os.path.dirname(whole.rstrip("/"))
        content["IsReadOnly"] = is_read_only(whole)
    content |= {
        "BaseName": name if folder else base, "Exists": True, "FullName": whole, "Extension": extension,
        "CreationTime": _moment(stat.st_ctime), "LastAccessTime": _moment(stat.st_atime),
        "LastWriteTime": _moment(stat.st_mtime), "PSIsContainer": folder,
        "PSPath": f"{PROVIDER}{whole}", "PSParentPath": f"{PROVIDER}{os.path.dirname(whole.rstrip('/')) or '/'}",
        "PSChildName": os.path.basename(whole),
    }  # fmt: skip
    if folder:
        content["Parent"] = _folder_above(whole)
    kind = "System.IO.DirectoryInfo" if folder else "System.IO.FileInfo"
    return PSObject(content, (kind, *FILE_BASES), whole)


def _folder_above(path: str) -> PSObject | None:
    """The folder that a file or folder is in, which is looked at when more is asked of it."""
    above = os.path.dirname(path.rstrip("/") or "/")
    if above == path:
        return None
    content = {"Name": os.path.basename(above) or above, "FullName": above, "Exists": True}
    return PSObject(content, ("System.IO.DirectoryInfo", *FILE_BASES), above)


def _of_file(value: ObjectLike, folded: str) -> object:
    path = to_text(value["FullName"])
    if folded in ("psdrive", "psprovider"):
        raise NotKnownHere(f".{folded} of a file")
    if folded == "attributes" and os.name != "nt" and os.path.exists(path):
        return _attributes(path)
    if folded == "directory" and value.type_names[0] == "System.IO.FileInfo":
        return _folder_above(path)
    if folded == "root" and value.type_names[0] == "System.IO.DirectoryInfo":
        return file_item(os.path.abspath(os.sep))
    if "Mode" not in value and os.path.isdir(path):
        return get_property(file_item(path), folded)
    return MISSING


def _set_of_file(value: ObjectLike, name: str, new: object) -> object:
    """Set a time of a file or folder, or whether a file may be written."""
    path, folded = to_text(value["FullName"]), name.lower()
    if folded not in ("lastwritetime", "lastaccesstime", "isreadonly") or name not in value or not os.path.exists(path):
        if net_property(value.type_names[0], folded):
            raise NotKnownHere(f"setting .{name} of a [{value.type_names[0]}]")
        return new
    kind = NetType("System.Boolean" if folded == "isreadonly" else "System.DateTime")
    try:
        made = convert(new, kind)
    except ScriptError as bad:
        raise setting_failed(name, bad.message, bad.inner or "") from None
    changes()
    if not isinstance(made, datetime):
        mode = os.stat(path).st_mode
        os.chmod(path, mode & ~_WRITING if made else mode | S_IWUSR)
        replace_property(value, "Mode", _mode(path, folder=False))
        return made
    seconds = made.timestamp()
    held = os.stat(path)
    times = (held.st_atime, seconds) if folded == "lastwritetime" else (seconds, held.st_mtime)
    os.utime(path, times)
    return _moment(seconds)


_WRITING: Final = S_IWUSR | S_IWGRP | S_IWOTH
net_setters["System.IO.FileInfo"] = net_setters["System.IO.DirectoryInfo"] = _set_of_file
late_properties["System.IO.FileInfo"] = late_properties["System.IO.DirectoryInfo"] = _of_file


def _attributes(path: str) -> object:
    """Its FileAttributes."""
    hidden, folder = os.path.basename(path.rstrip("/")).startswith("."), os.path.isdir(path)
    told = {
        "ReadOnly": is_read_only(path), "Hidden": hidden, "Directory": folder, "ReparsePoint": os.path.islink(path),
    }  # fmt: skip
    named = ", ".join(name for name, is_so in told.items() if is_so)
    return convert(named or "Normal", NetType("System.IO.FileAttributes"))


def is_read_only(path: str) -> bool:
    """Whether .NET says so: it looks at what is written of the file, though who may do everything writes it."""
    if os.name == "nt":
        return not os.access(path, os.W_OK)
    held = os.stat(path)
    for_owner, for_group, for_others = ((held.st_mode >> shift) & _READ_WRITE == _READ for shift in (6, 3, 0))
    if held.st_uid == os.geteuid():
        return for_owner
    return for_group if held.st_gid in (os.getegid(), *os.getgroups()) else for_others


_READ: Final = 4
_READ_WRITE: Final = 6


def _sized(size: int) -> int:
    from lync_magic.clixml import Int64

    return Int64(size)


def _mode(path: str, *, folder: bool) -> str:
    if os.path.islink(path):
        return "l----"
    read_only = "r" if is_read_only(path) else "-"
    hidden = "h" if os.path.basename(path).startswith(".") else "-"
    return (
        f"d-{read_only}{hidden}-"
        if folder
        else f"-a{read_only}{hidden}-"
        if os.name == "nt"
        else f"--{read_only}{hidden}-"
    )


def _moment(seconds: float) -> object:
    return datetime.fromtimestamp(seconds).astimezone()
