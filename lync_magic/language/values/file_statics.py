"""Files and folders by .NET's own methods: `[IO.File]::ReadAllText(…)`, `[IO.Directory]::CreateDirectory(…)`.

Rules of this file: what a file holds is asked for through `surroundings`, as every look at this machine. A path that is
not whole is .NET's process's, which Set-Location does not move.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Final

from lync_magic.clixml import Byte
from lync_magic.language.values.collections import NOTHING, Array, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.encodings import TextEncoding, decoded_text
from lync_magic.language.values.failures import NotKnownHere, call_failed, null_argument
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.numeric import to_bool, to_int
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.surroundings import is_file, is_folder, need_machine, process_path
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType

Static = Method[None]
FILE: Final = "System.IO.File"
FOLDER: Final = "System.IO.Directory"
PLAIN: Final = TextEncoding("UTF8", marked=False)
"""What .NET writes where nobody says how."""
LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")


def whole_path(name: str, count: int, told: object, *, parameter: str = "path", what: str = FILE) -> str:
    """A path as .NET takes it, whole. name, count: the method and its arguments, for the error of an empty one."""
    need_machine(f"[{what}]")
    text = to_text(told)
    if not text:
        message = f"The value cannot be an empty string. (Parameter '{parameter}')"
        call_failed(name, count, message, "ArgumentException")
    return process_path(text)


@contextmanager
def told_by_net(name: str, count: int, path: str) -> Iterator[None]:
    """What the system says of a path, as .NET says it."""
    try:
        yield
    except FileNotFoundError:
        if os.path.isdir(os.path.dirname(path)):
            call_failed(name, count, f"Could not find file '{path}'.", "FileNotFoundException")
        call_failed(name, count, f"Could not find a part of the path '{path}'.", "DirectoryNotFoundException")
    except NotADirectoryError:
        call_failed(name, count, f"Could not find a part of the path '{path}'.", "DirectoryNotFoundException")
    except (IsADirectoryError, PermissionError):
        call_failed(name, count, f"Access to the path '{path}' is denied.", "UnauthorizedAccessException")


def bytes_at(name: str, count: int, path: str) -> bytes:
    """What a file holds."""
    with told_by_net(name, count, path), open(path, "rb") as file:
        return file.read()


def lines_in(text: str) -> list[str]:
    """The lines of a text as a reader parts them."""
    lines = LINE_ENDS.split(text)
    return lines if lines[-1] else lines[:-1]


def encoding_at(name: str, arguments: Sequence[object], place: int, parameter: str = "encoding") -> TextEncoding:
    """The encoding that a call names there."""
    if len(arguments) <= place:
        return PLAIN
    told = arguments[place]
    if told is None:
        null_argument(name, len(arguments), parameter)
    if not isinstance(told, TextEncoding):
        raise NotKnownHere(f"[{FILE}]::{name} with such an encoding")
    return told


def _read(name: str, arguments: Sequence[object]) -> str:
    path = whole_path(name, len(arguments), arguments[0])
    told = encoding_at(name, arguments, 1)
    return decoded_text(bytes_at(name, len(arguments), path), told)


def _write(name: str, arguments: Sequence[object], text: str, *, append: bool) -> object:
    path, count = whole_path(name, len(arguments), arguments[0]), len(arguments)
    told = encoding_at(name, arguments, 2)
    with told_by_net(name, count, path), open(path, "ab" if append else "wb") as file:
        file.write((told.mark if file.tell() == 0 else b"") + told.bytes_of(text))
    return NOTHING


def _all_lines(name: str, arguments: Sequence[object]) -> str:
    if arguments[1] is None:
        null_argument(name, len(arguments), "contents")
    lines = convert(arguments[1], NetType("System.String[]"))
    return "".join(to_text(one) + os.linesep for one in items_of(lines))


def _read_bytes(_none: None, arguments: Sequence[object]) -> object:
    path = whole_path("ReadAllBytes", 1, arguments[0])
    return Array(map(Byte, bytes_at("ReadAllBytes", 1, path)), "System.Byte")


def _write_bytes(_none: None, arguments: Sequence[object]) -> object:
    path = whole_path("WriteAllBytes", 2, arguments[0])
    if arguments[1] is None:
        null_argument("WriteAllBytes", 2, "bytes")
    data = bytes(to_int(one) for one in items_of(convert(arguments[1], NetType("System.Byte[]"))))
    with told_by_net("WriteAllBytes", 2, path), open(path, "wb") as file:
        file.write(data)
    return NOTHING


def _delete(_none: None, arguments: Sequence[object]) -> object:
    path = whole_path("Delete", 1, arguments[0])
    if not os.path.lexists(path) and os.path.isdir(os.path.dirname(path)):
        return NOTHING
    with told_by_net("Delete", 1, path):
        os.remove(path)
    return NOTHING


def _brought(name: str, act: Callable[[str, str], object]) -> Static:
    """Copy and Move: from, to, whether what is there may go."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        count = len(arguments)
        source, target = (
            whole_path(name, count, told, parameter=parameter)
            for told, parameter in zip(arguments, ("sourceFileName", "destFileName"), strict=False)
        )
        with told_by_net(name, count, source):
            os.stat(source)
        if os.path.isdir(source) or os.path.isdir(target):
            raise NotKnownHere(f"[{FILE}]::{name} of a folder")
        if os.path.exists(target) and not (count > 2 and to_bool(arguments[2])):
            call_failed(name, count, f"The file '{target}' already exists.", "IOException")
        with told_by_net(name, count, target):
            act(source, target)
        return NOTHING

    return method(2, 3)(run)


def _below(name: str, wanted: Callable[[str], bool]) -> Static:
    """GetFiles and GetDirectories: the folder, a pattern, whether all that is below it counts."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        count = len(arguments)
        folder = whole_path(name, count, arguments[0], what=FOLDER)
        pattern = to_text(arguments[1]) if count > 1 else "*"
        deep = count > 2 and to_text(arguments[2]).lower() == "alldirectories"
        if "/" in pattern or ".." in pattern or not pattern:
            raise NotKnownHere(f"[{FOLDER}]::{name} by such a pattern")
        if not os.path.isdir(folder):
            message = f"Could not find a part of the path '{folder}'."
            call_failed(name, count, message, "DirectoryNotFoundException")
        shown = to_text(arguments[0])
        found = [one for one in _walked(shown, deep=deep) if wanted(one) and _matches(os.path.basename(one), pattern)]
        return Array(found, "System.String")

    return method(1, 3)(run)


def _walked(folder: str, *, deep: bool) -> Iterator[str]:
    """What is in a folder, and behind it what is in those below, in the order of the disk."""
    folders = []
    for entry in os.scandir(process_path(folder)):
        path = os.path.join(folder, entry.name)
        yield path
        if deep and entry.is_dir(follow_symlinks=False):
            folders.append(path)
    for one in folders:
        yield from _walked(one, deep=True)


def _matches(name: str, pattern: str) -> bool:
    return pattern == "*.*" or fnmatchcase(name, pattern.replace("[", "[[]"))


def _make_folder(_none: None, arguments: Sequence[object]) -> object:
    path = whole_path("CreateDirectory", 1, arguments[0], what=FOLDER)
    if os.path.isfile(path):
        message = f"The file '{path}' already exists."
        call_failed("CreateDirectory", 1, message, "IOException")
    with told_by_net("CreateDirectory", 1, path):
        os.makedirs(path, exist_ok=True)
    return convert(path, NetType("System.IO.DirectoryInfo"))


def _delete_folder(_none: None, arguments: Sequence[object]) -> object:
    count = len(arguments)
    path = whole_path("Delete", count, arguments[0], what=FOLDER)
    if not os.path.isdir(path):
        if os.path.exists(path):
            raise NotKnownHere(f"[{FOLDER}]::Delete of a file")
        call_failed("Delete", count, f"Could not find a part of the path '{path}'.", "DirectoryNotFoundException")
    if f"{os.getcwd()}/".startswith(f"{path.rstrip('/')}/"):
        raise NotKnownHere(f"[{FOLDER}]::Delete of the folder that the notebook is in")
    if count > 1 and to_bool(arguments[1]):
        shutil.rmtree(path)
    elif os.listdir(path):
        call_failed("Delete", count, f"Directory not empty : '{path}'", "IOException")
    else:
        os.rmdir(path)
    return NOTHING


def _text(call: Callable[[str], object]) -> Static:
    return method(1)(lambda _n, a: call(process_path(to_text(a[0])) if to_text(a[0]) else ""))


own_statics[FILE] = (
    {
        "exists": _text(is_file),
        "readalltext": method(1, 2)(lambda _n, a: _read("ReadAllText", a)),
        "readalllines": method(1, 2)(lambda _n, a: Array(lines_in(_read("ReadAllLines", a)), "System.String")),
        "readallbytes": method(1)(_read_bytes),
        "writealltext": method(2, 3)(lambda _n, a: _write("WriteAllText", a, to_text(a[1]), append=False)),
        "writealllines": method(2, 3)(
            lambda _n, a: _write("WriteAllLines", a, _all_lines("WriteAllLines", a), append=False)
        ),
        "writeallbytes": method(2)(_write_bytes),
        "appendalltext": method(2, 3)(lambda _n, a: _write("AppendAllText", a, to_text(a[1]), append=True)),
        "appendalllines": method(2, 3)(
            lambda _n, a: _write("AppendAllLines", a, _all_lines("AppendAllLines", a), append=True)
        ),
        "delete": method(1)(_delete),
        "copy": _brought("Copy", shutil.copyfile),
        "move": _brought("Move", os.replace),
    },
    {},
)
own_statics[FOLDER] = (
    {
        "exists": _text(is_folder),
        "getfiles": _below("GetFiles", os.path.isfile),
        "getdirectories": _below("GetDirectories", os.path.isdir),
        "createdirectory": method(1)(_make_folder),
        "delete": method(1, 2)(_delete_folder),
    },
    {},
)
