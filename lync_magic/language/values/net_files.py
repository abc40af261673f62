"""Files and folders by .NET's own methods: `[IO.File]::ReadAllText(…)`, `[IO.Directory]::CreateDirectory(…)`.

Rules of this file: paths go from .NET's current folder, which Set-Location does not move; what the system refuses is
told in .NET's words; a script that may not look at this machine is held back first.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from lync_magic.clixml import Byte
from lync_magic.language.values.code_pages import decoded, encoded
from lync_magic.language.values.collections import NOTHING, Array, is_bare, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.encodings import TextEncoding
from lync_magic.language.values.failures import NotKnownHere, ScriptError, call_failed, no_overload, null_argument
from lync_magic.language.values.methods import Method, argument_failed, method
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.surroundings import is_file, is_folder, net_folder, net_path
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, type_of

Static = Method[None]
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_UTF8: Final = TextEncoding("UTF8", marked=False)
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Asked:
    """A call of a method. name: as PowerShell tells it.  arguments: what it was given."""

    __slots__ = ("arguments", "name")

    def __init__(self, name: str, arguments: Sequence[object]) -> None:
        self.name = name
        self.arguments = arguments

    def fail(self, message: str, kind: str) -> None:
        """Raise PowerShell's error for what .NET throws."""
        call_failed(self.name, len(self.arguments), message, kind)

    def path(self, place: int = 0, parameter: str = "path") -> str:
        """An argument as a whole path."""
        if is_bare(self.arguments[place]):
            raise NotKnownHere(f"[IO.File]::{self.name} of an object")
        text = to_text(self.arguments[place])
        if not text:
            self.fail(f"The value cannot be an empty string. (Parameter '{parameter}')", "ArgumentException")
        if "\\" in text and os.sep == "/" and type_of(self.arguments[place]) == "System.String":
            raise NotKnownHere("a file whose name has a backslash")
        whole = net_path(text)
        is_file(whole)  # whether this machine may be looked at
        return whole

    def encoding(self, place: int) -> TextEncoding:
        """An argument as an encoding, UTF-8 without a mark where there is none."""
        if len(self.arguments) <= place:
            return _UTF8
        told = self.arguments[place]
        if isinstance(told, TextEncoding):
            return told
        if told is None:
            null_argument(self.name, len(self.arguments), "encoding")
        if type_of(told) not in ("System.String", "System.Boolean"):
            raise NotKnownHere(f"an encoding that is a [{NetType(type_of(told)).spoken}]")
        raise no_overload(self.name, len(self.arguments))

    def switch(self, place: int) -> bool:
        """An argument as a truth value, False where there is none."""
        return len(self.arguments) > place and bool(self.arguments[place])

    @contextmanager
    def told(self, path: str, *, as_folder: bool = False) -> Iterator[None]:
        """Tell what the system says of a path in .NET's words. as_folder: what is missing is a folder."""
        try:
            yield
        except OSError as bad:
            self.fail(*_words(bad, path, as_folder=as_folder))


def _words(bad: OSError, path: str, *, as_folder: bool) -> tuple[str, str]:
    match bad.errno:
        case errno.ENOENT if as_folder or not os.path.isdir(os.path.dirname(path)):
            return f"Could not find a part of the path '{path}'.", "DirectoryNotFoundException"
        case errno.ENOENT:
            return f"Could not find file '{path}'.", "FileNotFoundException"
        case errno.EACCES | errno.EPERM | errno.EISDIR:
            return f"Access to the path '{path}' is denied.", "UnauthorizedAccessException"
        case errno.EEXIST:
            return f"The file '{path}' already exists.", "IOException"
    return f"{bad.strerror} : '{path}'", "IOException"


# --- files -----------------------------------------------------------------------------------------------------------


def text_of(data: bytes, encoding: TextEncoding) -> str:
    """What a file says: by its mark, where it has one, else in the encoding."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return decoded(data[len(mark) :], codec)
    return decoded(data, encoding.codec)


def lines_of(text: str) -> list[str]:
    """Its lines, without what ends each."""
    found = _LINE_END.split(text)
    return found if found[-1] else found[:-1]


def read(call: Asked) -> bytes:
    """All of a file."""
    path = call.path()
    with call.told(path), open(path, "rb") as file:
        return file.read()


def write(call: Asked, data: bytes, *, more: bool = False) -> None:
    """Write a file. more: behind what it holds."""
    path = call.path()
    with call.told(path), open(path, "ab" if more else "wb") as file:
        file.write(data)


def is_begun(path: str) -> bool:
    """Whether a file holds something already."""
    return os.path.isfile(path) and os.path.getsize(path) > 0


def _put(call: Asked, text: str, *, more: bool = False) -> object:
    encoding = call.encoding(2)
    mark = b"" if more and is_begun(call.path()) else encoding.mark
    write(call, mark + encoded(text, encoding.codec), more=more)
    return NOTHING


def _text(call: Asked) -> str:
    """The second argument as a text."""
    told = call.arguments[1]
    if is_bare(told):
        raise no_overload(call.name, len(call.arguments))
    return to_text(told)


def _lines(call: Asked, *, listed: bool) -> str:
    """The second argument as lines. listed: any list may be made one of texts."""
    told = call.arguments[1]
    if told is None:
        null_argument(call.name, len(call.arguments), "contents")
    of_texts = type_of(told) == "System.String[]" or type_of(told).endswith("[System.String]")
    if not of_texts and (not listed or is_bare(told)):
        raise no_overload(call.name, len(call.arguments))
    return "".join(f"{to_text(one)}{os.linesep}" for one in (items_of(told) if is_collection(told) else [told]))


def _bytes(call: Asked) -> bytes:
    told = call.arguments[1]
    if told is None:
        null_argument(call.name, len(call.arguments), "bytes")
    if isinstance(told, str):
        raise NotKnownHere("bytes of a text")
    try:
        made = convert(told, NetType("System.Byte[]"))
    except ScriptError as bad:
        raise argument_failed("bytes", net_text(told), call.name, "System.Byte[]", bad) from None
    return bytes(int(to_text(one)) for one in items_of(made))


def _read_text(call: Asked) -> str:
    encoding = call.encoding(1)
    return text_of(read(call), encoding)


def _read_lines(call: Asked) -> object:
    return Array(lines_of(_read_text(call)), "System.String")


def _read_bytes(call: Asked) -> object:
    return Array(map(Byte, read(call)), "System.Byte")


def _write_bytes(call: Asked) -> object:
    data = _bytes(call)
    write(call, data)
    return NOTHING


def _delete(call: Asked) -> object:
    path = call.path()
    if os.path.isdir(path) and not os.path.islink(path):
        call.fail(f"Access to the path '{path}' is denied.", "UnauthorizedAccessException")
    with call.told(path):
        if os.path.lexists(path) or not os.path.isdir(os.path.dirname(path)):
            os.remove(path)
    return NOTHING


def _pass_on(call: Asked, pass_on: Callable[[str, str], object]) -> object:
    """Copy or move a file."""
    path, target = call.path(0, "sourceFileName"), call.path(1, "destFileName")
    if not os.path.isfile(path):
        if os.path.isdir(path):
            raise NotKnownHere(f"[IO.File]::{call.name} of a folder")
        with call.told(path):
            os.stat(path)
    if os.path.isdir(target):
        raise NotKnownHere(f"[IO.File]::{call.name} to a folder")
    if os.path.exists(target) and not call.switch(2):
        call.fail(f"The file '{target}' already exists.", "IOException")
    with call.told(target):
        pass_on(path, target)
    return NOTHING


# --- folders ---------------------------------------------------------------------------------------------------------


def _make_folder(call: Asked) -> object:
    path = call.path()
    with call.told(path):
        os.makedirs(path, exist_ok=True)
    return convert(to_text(call.arguments[0]), NetType("System.IO.DirectoryInfo"))


def _delete_folder(call: Asked) -> object:
    path = call.path()
    if os.path.isfile(path):
        call.fail(f"The directory name is invalid : '{path}'", "IOException")
    with call.told(path, as_folder=True):
        if call.switch(1) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.rmdir(path)
    return NOTHING


def _in_folder(call: Asked, *, files: bool, folders: bool) -> object:
    """What is in a folder, in the system's order: one folder after the other."""
    told, path = to_text(call.arguments[0]), call.path()
    wanted = _pattern(to_text(call.arguments[1])) if len(call.arguments) > 1 else re.compile("")
    deep = len(call.arguments) > 2 and to_text(call.arguments[2]).lower() in ("1", "alldirectories")
    if os.path.isfile(path):
        raise NotKnownHere(f"[IO.Directory]::{call.name} of a file")
    found, waiting = [], [(path, told)]
    while waiting:
        folder, shown = waiting.pop(0)
        with call.told(folder, as_folder=True):
            entries = list(os.scandir(folder))
        for one in entries:
            name = shown + one.name if shown.endswith("/") else f"{shown}/{one.name}"
            if (folders if one.is_dir() else files) and wanted.match(one.name):
                found.append(name)
            if deep and one.is_dir(follow_symlinks=False):
                waiting.append((one.path, name))
    return Array(found, "System.String")


def _pattern(told: str) -> re.Pattern[str]:
    """What names a pattern of .NET's takes. Raises NotKnownHere for one of MS-DOS's ways."""
    if not told or "?" in told or "/" in told or told.endswith("."):
        raise NotKnownHere(f"the pattern {told}")
    if told == "*.*":
        return re.compile("")
    return re.compile(".*".join(map(re.escape, told.split("*"))) + r"\Z", re.DOTALL)


def _parent(call: Asked) -> object:
    path = call.path().rstrip("/")
    return convert(os.path.dirname(path) or "/", NetType("System.IO.DirectoryInfo")) if path else None


def _move_folder(call: Asked) -> object:
    path, target = call.path(0, "sourceDirName"), call.path(1, "destDirName")
    if not os.path.isdir(path) or os.path.lexists(target):
        raise NotKnownHere("[IO.Directory]::Move of what is no folder, or to what is there")
    with call.told(target, as_folder=True):
        os.rename(path, target)
    return NOTHING


def _declare(kind: str, name: str, least: int, most: int, run: Callable[[Asked], object]) -> None:
    own_statics.setdefault(kind, ({}, {}))[0][name.lower()] = method(least, most)(lambda _n, a: run(Asked(name, a)))


for _name, _least, _most, _run in (
    ("ReadAllText", 1, 2, _read_text),
    ("ReadAllLines", 1, 2, _read_lines),
    ("ReadLines", 1, 2, _read_lines),
    ("ReadAllBytes", 1, 1, _read_bytes),
    ("WriteAllText", 2, 3, lambda c: _put(c, _text(c))),
    ("WriteAllLines", 2, 3, lambda c: _put(c, _lines(c, listed=True))),
    ("WriteAllBytes", 2, 2, _write_bytes),
    ("AppendAllText", 2, 3, lambda c: _put(c, _text(c), more=True)),
    ("AppendAllLines", 2, 3, lambda c: _put(c, _lines(c, listed=False), more=True)),
    ("Exists", 1, 1, lambda c: is_file(to_text(c.arguments[0]))),
    ("Delete", 1, 1, _delete),
    ("Copy", 2, 3, lambda c: _pass_on(c, shutil.copyfile)),
    ("Move", 2, 3, lambda c: _pass_on(c, shutil.move)),
):
    _declare("System.IO.File", _name, _least, _most, _run)
for _name, _least, _most, _run in (
    ("Exists", 1, 1, lambda c: is_folder(to_text(c.arguments[0]))),
    ("CreateDirectory", 1, 1, _make_folder),
    ("Delete", 1, 2, _delete_folder),
    ("GetFiles", 1, 3, lambda c: _in_folder(c, files=True, folders=False)),
    ("GetDirectories", 1, 3, lambda c: _in_folder(c, files=False, folders=True)),
    ("GetFileSystemEntries", 1, 3, lambda c: _in_folder(c, files=True, folders=True)),
    ("EnumerateFiles", 1, 3, lambda c: _in_folder(c, files=True, folders=False)),
    ("EnumerateDirectories", 1, 3, lambda c: _in_folder(c, files=False, folders=True)),
    ("EnumerateFileSystemEntries", 1, 3, lambda c: _in_folder(c, files=True, folders=True)),
    ("GetParent", 1, 1, _parent),
    ("GetCurrentDirectory", 0, 0, lambda c: net_folder()),
    ("Move", 2, 2, _move_folder),
):
    _declare("System.IO.Directory", _name, _least, _most, _run)
