"""What a cell asks of the machine by types: `[IO.Path]`, `[Environment]`, `[Threading.Thread]`, and texts for the web.

Rule of this file: nothing here reads or writes a file, and what the environment holds goes through `surroundings`.
"""

from __future__ import annotations

import gc
import getpass
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from html.entities import name2codepoint
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from lync_magic.clixml import Char, PSObject, Version
from lync_magic.language.values.collections import NOTHING, Array
from lync_magic.language.values.culture_formats import Thread
from lync_magic.language.values.enums import LocalEnum
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.methods import Method, method, whole
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.surroundings import environment, is_file, is_folder, net_folder, net_path
from lync_magic.language.values.text import to_text

Static = Method[None]


def _text(call: Callable[[str], object]) -> Static:
    """A function of one text."""
    return method(1)(lambda _n, a: call(to_text(a[0])))


# --- paths -----------------------------------------------------------------------------------------------------------


def _file_name(path: str) -> str:
    return os.path.basename(path)


def _extension(path: str) -> str:
    """From the last dot of the name on; a dot at its end is none."""
    _stem, dot, after = _file_name(path).rpartition(".")
    return dot + after if dot and after else ""


def _stem(path: str) -> str:
    before, dot, after = _file_name(path).rpartition(".")
    return before if dot else after


def _folder(path: str) -> str | None:
    if not path or not path.strip(os.sep):
        return os.sep if len(path) > 1 and os.sep == "/" else None
    return re.sub("/+", "/", os.path.dirname(path)) if os.sep == "/" else os.path.dirname(path)


def _root(path: str) -> str | None:
    if os.name == "nt":
        raise NotKnownHere("[IO.Path]::GetPathRoot here")
    return (os.sep if path.startswith(os.sep) else "") if path else None


def _joined(_none: None, arguments: Sequence[object]) -> str:
    """The parts one after the other, whatever they begin with."""
    made = ""
    for part in filter(None, map(to_text, arguments)):
        is_apart = not made or made.endswith(os.sep) or part.startswith(os.sep)
        made += part if is_apart else os.sep + part
    return made


def _not_in_names() -> str:
    """What no file's name may have, in .NET's order."""
    return _NOT_IN_NAMES if os.name == "nt" else "\0/"


def _not_in_paths() -> str:
    return f"|{_CONTROLS}" if os.name == "nt" else "\0"


_CONTROLS: Final = "".join(map(chr, range(32)))
_NOT_IN_NAMES: Final = f'"<>|{_CONTROLS}:*?\\/'


def _change_extension(_none: None, arguments: Sequence[object]) -> object:
    path, extension = to_text(arguments[0]), to_text(arguments[1])
    if not path:
        return ""
    name = _file_name(path)
    base = path[: len(path) - len(name) + name.rindex(".")] if "." in name else path
    return base + ("" if extension.startswith(".") else ".") + extension


# --- texts for the web ---------------------------------------------------------------------------------------------


_MARKS: Final = {"<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "&": "&amp;"}
_ENTITY: Final = re.compile(r"&(?:#[xX]([0-9a-fA-F]+)|#(\d+)|(\w+));")
_NO_NUMBER: Final = range(0xD800, 0xE000)


def html_encoded(text: str) -> str:
    """As WebUtility has it: marks by name, Latin-1 from 160 on and what takes two characters by number."""
    return "".join(
        _MARKS.get(char) or (f"&#{ord(char)};" if 160 <= ord(char) < 256 or ord(char) > 0xFFFF else char)
        for char in text
    )


def html_decoded(text: str) -> str:
    """An entity ends with its semicolon; one that is none stays as it is."""

    def meant(found: re.Match[str]) -> str:
        hexadecimal, decimal, name = found.groups()
        if name is not None:
            code = 39 if name == "apos" else name2codepoint.get(name, 0)
        else:
            code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        return chr(code) if 0 < code <= sys.maxunicode and code not in _NO_NUMBER else found[0]

    return _ENTITY.sub(meant, text)


def _plus_quoted(text: str) -> str:
    return quote(text, safe="-_.!*()").replace("~", "%7E").replace("%20", "+")


def small_quoted(text: str) -> str:
    """The same with hexadecimal digits in lower case, as HttpUtility writes them."""
    return re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), _plus_quoted(text))


def plus_unquoted(text: str) -> str:
    """A text that was written for an address, as it was."""
    return unquote(text.replace("+", " "))


# --- the environment -------------------------------------------------------------------------------------------------


def _of_process(arguments: Sequence[object], place: int) -> bool:
    """Whether the environment of this process is meant: that of a user or a machine is empty but on Windows."""
    if len(arguments) <= place:
        return True
    target = to_text(arguments[place]).lower()
    if target in ("process", "0"):
        return True
    if target not in ("user", "machine", "1", "2") or os.name == "nt":
        raise NotKnownHere(f"the environment of {to_text(arguments[place])}")
    return False


def _get_variable(_none: None, arguments: Sequence[object]) -> object:
    name = to_text(arguments[0])
    return environment(name).get(name) if _of_process(arguments, 1) else None


def _set_variable(_none: None, arguments: Sequence[object]) -> object:
    name, value = to_text(arguments[0]), to_text(arguments[1])
    if not name:
        message = "The value cannot be an empty string. (Parameter 'variable')"
        call_failed("SetEnvironmentVariable", len(arguments), message, "ArgumentException")
    if _of_process(arguments, 2):
        environment(name)[name] = value
    return NOTHING


def _expanded(text: str) -> str:
    return re.sub(r"%([^%]+)%", lambda found: environment(found[1]).get(found[1], found[0]), text)


def _system() -> PSObject:
    """`[Environment]::OSVersion`."""
    if not sys.platform.startswith("linux"):
        raise NotKnownHere("[Environment]::OSVersion on this system")
    numbers = [int(one) for one in re.findall(r"\d+", os.uname().release)[:4]]
    version = Version(".".join(map(str, [*numbers, 0, 0, 0, 0][:4])))
    shown = f"Unix {version}"
    content = {
        "Platform": LocalEnum("Unix", 4, "System.PlatformID"), "ServicePack": "", "Version": version,
        "VersionString": shown,
    }  # fmt: skip
    return PSObject(content, ("System.OperatingSystem", "System.Object"), shown)


_OF_HOME: Final = {
    "userprofile": "", "applicationdata": "XDG_CONFIG_HOME:.config",
    "localapplicationdata": "XDG_DATA_HOME:.local/share",
}  # fmt: skip
_OF_PERSON: Final = {
    "desktop": "DESKTOP", "desktopdirectory": "DESKTOP", "mydocuments": "DOCUMENTS", "personal": "DOCUMENTS",
    "mymusic": "MUSIC", "mypictures": "PICTURES", "myvideos": "VIDEOS", "templates": "TEMPLATES",
}  # fmt: skip


def _special_folder(name: str) -> str:
    """A folder of the person's, as .NET finds it on Linux; "" for one that is not there."""
    folded = name.lower()
    home = Path.home()
    if not sys.platform.startswith("linux") or folded not in {*_OF_HOME, *_OF_PERSON}:
        raise NotKnownHere(f"[Environment]::GetFolderPath('{name}')")
    if folded in _OF_HOME:
        variable, _, below = _OF_HOME[folded].partition(":")
        found = Path(environment(variable).get(variable) or home / below) if variable else home
    else:
        found = _told_folder(_OF_PERSON[folded]) or home / _OF_PERSON[folded].capitalize()
    return str(found) if is_folder(str(found)) else ""


def _told_folder(name: str) -> Path | None:
    """Where `user-dirs.dirs` says that a person keeps something."""
    told = Path(environment("XDG_CONFIG_HOME").get("XDG_CONFIG_HOME") or Path.home() / ".config") / "user-dirs.dirs"
    if not is_file(str(told)):
        return None
    found = re.search(rf'^XDG_{name}_DIR="(\$HOME/?)?(.*)"', told.read_text(encoding="utf-8"), re.MULTILINE)
    return None if found is None else (Path.home() / found[2] if found[1] else Path(found[2]))


def _sleep(_none: None, arguments: Sequence[object]) -> object:
    told = arguments[0]
    time.sleep(
        told.total_seconds() if isinstance(told, timedelta) else whole(told, "millisecondsTimeout", "Sleep") / 1000
    )
    return NOTHING


def _collect(_none: None, _arguments: Sequence[object]) -> object:
    gc.collect()
    return NOTHING


def _machine_name() -> str:
    return os.uname().nodename if hasattr(os, "uname") else ""


def _full_path(_none: None, arguments: Sequence[object]) -> str:
    """`[IO.Path]::GetFullPath(path[, base])`."""
    path = to_text(arguments[0])
    if len(arguments) == 2:
        base = to_text(arguments[1])
        if base and not os.path.isabs(base):
            why = "Basepath argument is not fully qualified. (Parameter 'basePath')"
            call_failed("GetFullPath", 2, why, "ArgumentException")
        if not path or not base:
            raise NotKnownHere("[System.IO.Path]::GetFullPath with these arguments")
        return net_path(os.path.join(base, path))
    if not path:
        message = "The value cannot be an empty string. (Parameter 'path')"
        call_failed("GetFullPath", 1, message, "ArgumentException")
    return net_path(path)


def _relative_path(_none: None, arguments: Sequence[object]) -> str:
    """`[IO.Path]::GetRelativePath(from, to)`."""
    start, path = map(to_text, arguments)
    if not start or not path or os.name == "nt" or (path.endswith("/") and path != "/"):
        raise NotKnownHere("[System.IO.Path]::GetRelativePath with these arguments")
    return os.path.relpath(net_path(path), net_path(start))


_ESCAPES: Final[dict[str, str]] = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;"}
own_statics["System.Security.SecurityElement"] = (
    {"escape": _text(lambda text: re.sub("[<>&\"']", lambda found: _ESCAPES[found[0]], text))},
    {},
)
own_statics["System.IO.Path"] = {
    "combine": method(2, 9)(lambda _n, a: os.path.join(*filter(None, map(to_text, a)), *([""] * (not any(a))))),
    "join": method(2, 4)(_joined),
    "getpathroot": _text(_root),
    "ispathfullyqualified": _text(os.path.isabs),
    "endsindirectoryseparator": _text(lambda path: path.endswith(os.sep)),
    "trimendingdirectoryseparator": _text(lambda path: path.removesuffix(os.sep) if len(path) > 1 else path),
    "getinvalidfilenamechars": method(0)(lambda _n, a: Array(map(Char, _not_in_names()), "System.Char")),
    "getinvalidpathchars": method(0)(lambda _n, a: Array(map(Char, _not_in_paths()), "System.Char")),
    "getextension": _text(_extension),
    "getfilename": _text(_file_name),
    "getfilenamewithoutextension": _text(_stem),
    "getdirectoryname": _text(_folder),
    "changeextension": method(2)(_change_extension),
    "hasextension": _text(lambda path: bool(_extension(path))),
    "ispathrooted": _text(os.path.isabs),
    "getfullpath": method(1, 2)(_full_path),
    "getrelativepath": method(2)(_relative_path),
    "gettemppath": method(0)(lambda _n, a: tempfile.gettempdir().rstrip("/") + "/"),
}, {
    "directoryseparatorchar": lambda: Char(os.sep), "pathseparator": lambda: Char(os.pathsep),
    "altdirectoryseparatorchar": lambda: Char("/"),
    "volumeseparatorchar": lambda: Char(":" if os.name == "nt" else "/"),
}  # fmt: skip
own_statics["System.IO.File"] = {"exists": _text(is_file)}, {}
own_statics["System.IO.Directory"] = {"exists": _text(is_folder)}, {}
own_statics["System.Environment"] = {
    "getenvironmentvariable": method(1, 2)(_get_variable),
    "setenvironmentvariable": method(2, 3)(_set_variable),
    "expandenvironmentvariables": _text(_expanded),
    "getfolderpath": _text(_special_folder),
}, {
    "currentdirectory": net_folder, "processorcount": lambda: os.cpu_count() or 1, "newline": lambda: os.linesep,
    "machinename": _machine_name, "username": getpass.getuser, "userdomainname": _machine_name, "osversion": _system,
    "is64bitprocess": lambda: sys.maxsize > 2**32, "is64bitoperatingsystem": lambda: sys.maxsize > 2**32,
}  # fmt: skip
own_statics["System.Threading.Thread"] = {"sleep": method(1)(_sleep)}, {"currentthread": Thread}
own_statics["System.GC"] = (
    {
        "collect": method(0)(_collect),
        "waitforpendingfinalizers": method(0)(_collect),
    },
    {},
)
own_statics["System.Net.WebUtility"] = (
    {
        "htmlencode": _text(html_encoded),
        "htmldecode": _text(html_decoded),
        "urlencode": _text(_plus_quoted),
        "urldecode": _text(plus_unquoted),
    },
    {},
)
own_statics["System.Web.HttpUtility"] = (
    {
        "htmlencode": _text(html_encoded),
        "htmldecode": _text(html_decoded),
        "urlencode": _text(small_quoted),
        "urldecode": _text(plus_unquoted),
    },
    {},
)
