"""The notebook's folder: Get-, Set-, Push-, Pop-Location.

Rule of this file: the process has one current folder, so it has one stack and one history of them; .NET's own folder is
left as it is (`surroundings`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import LOST, PROVIDER, named, no_path, paths_of, real
from lync_magic.language.cmdlets.globbing import Look, lost_folder, resolved, unescaped
from lync_magic.language.evaluate.automatic import here
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.patterns import has_wildcard
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.surroundings import enter, provider_of_folder
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of


class _Folder(NamedTuple):
    """A folder, and what its path began with where that said whose it is."""

    path: str
    provider: str


_stack: Final[list[_Folder]] = []
"""Those of Push-Location."""
_past: Final[list[_Folder]] = []
"""Where Set-Location was before, for `cd -`."""
_future: Final[list[_Folder]] = []
"""Where `cd -` came back from, for `cd +`."""
_MOST: Final = 20
"""How many folders PowerShell keeps of either."""


def _now() -> _Folder:
    return _Folder(os.getcwd(), provider_of_folder())


def _get_location(_call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    yield here()


def _target(call: BoundCall, path: object, *, literal: bool) -> _Folder | ScriptError:
    """The folder that a path names, or why it names none."""
    written, text = to_text(path), real(path)
    provider = PROVIDER if written.lower().startswith(PROVIDER.lower()) else ""
    if not os.path.isabs(text):
        provider = provider_of_folder()
    if has_wildcard(written) and not literal:
        folders = [one for one in resolved(text, Look()) if os.path.isdir(one)]
        if len(folders) == 1:
            return _Folder(folders[0], provider)
        if not folders:
            lost = lost_folder(text)
            return no_path(call, lost) if lost else no_path(call, path, shown=written)
        message = (
            f"Cannot set the location because path '{written}' resolved to multiple containers. You can only set "
            "the location to a single container at a time."
        )
        return ScriptError(message, f"Argument,{call.error_suffix}", "InvalidArgument", exception="PSArgumentException")
    text = text if literal else unescaped(text)
    if not os.path.isdir(text):
        return no_path(call, path, shown=written if os.path.exists(text) else "")
    return _Folder(text, provider)


def _entered(call: BoundCall, path: object, *, literal: bool) -> bool:
    """Go to the folder that a path names; an error is said where it is none."""
    try:
        found = _target(call, path, literal=literal)
    except ScriptError as lost:
        if lost.error_id not in LOST:
            raise
        found = named(lost, call)
    if isinstance(found, ScriptError):
        call.services.error(found)
        return False
    before = _now()
    enter(*found)
    _remember(_past, before)
    _future.clear()
    return True


def _remember(where: list[_Folder], folder: _Folder) -> None:
    where.append(folder)
    del where[:-_MOST]


def _went_back(call: BoundCall, step: str) -> bool:
    """`cd -` and `cd +`; an error is said where there is no such folder."""
    gone, other = (_past, _future) if step == "-" else (_future, _past)
    if not gone and step == "-":  # a console has been in a folder of its own by then
        raise NotKnownHere("the folder before the first one")
    if not gone:
        message = "There is no location history left to navigate forwards."
        kind = "InvalidOperationException"
        error_id = f"System.{kind},{call.error_suffix}"
        call.services.error(ScriptError(message, error_id, "NotSpecified", exception=kind))
        return False
    folder, before = gone.pop(), _now()
    if not os.path.isdir(folder.path):
        call.services.error(no_path(call, folder.path))
        return False
    enter(*folder)
    _remember(other, before)
    return True


def forget() -> None:
    """No folder was left yet: so it is where a process begins."""
    for folders in (_stack, _past, _future):
        folders.clear()


def _folders(call: BoundCall, input: Iterator[object] | None, otherwise: str) -> Iterator[tuple[object, bool]]:
    """The paths that a call names, and whether each is taken as it is written; what stands for none."""
    if input is None:
        told, literal = paths_of(call)
        yield (otherwise, False) if told is None or told == "" else (told, literal)
        return
    for one in input:
        if one in (None, ""):
            yield otherwise, False
        elif type_of(one) in ("System.IO.FileInfo", "System.IO.DirectoryInfo"):
            yield get_property(one, "PSPath"), True
        else:
            yield one, False


def _set_location(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for path, literal in _folders(call, input, "~"):
        step = "" if literal or to_text(path) not in ("-", "+") else to_text(path)
        went = _went_back(call, step) if step else _entered(call, path, literal=literal)
        if went and call.switch("PassThru"):
            yield here()


def _push(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    for path, literal in _folders(call, input, ""):
        before = _now()
        if path == "" or _entered(call, path, literal=literal):
            _stack.append(before)
            if call.switch("PassThru"):
                yield here()


def _pop(call: BoundCall, _input: Iterator[object] | None) -> Iterator[object]:
    popped = bool(_stack)
    if popped:
        enter(*_stack.pop())
    if call.switch("PassThru"):
        yield here() if popped else None


_PATHS: Final = (
    ParameterSpec("Path", "string", position=0, sets=("Path",), by_value=True),
    ParameterSpec("LiteralPath", "string", ("PSPath", "LP"), sets=("LiteralPath",)),
    ParameterSpec("PassThru", "switch"),
)
_NAMED: Final = ParameterSpec("StackName", "string", unsupported=True)
CMDLETS: Final = (
    ClientCommand(
        "Get-Location",
        tuple(
            ParameterSpec(name, kind, unsupported=True)
            for name, kind in (
                ("PSProvider", "string[]"),
                ("PSDrive", "string[]"),
                ("Stack", "switch"),
                ("StackName", "string[]"),
            )
        ),
        _get_location,
        ("gl", "pwd"),
        "GetLocationCommand",
        own=True,
    ),
    ClientCommand(
        "Set-Location",
        (*_PATHS, _NAMED),
        _set_location,
        ("sl", "cd", "chdir"),
        "SetLocationCommand",
        "Path",
        own=True,
    ),
    ClientCommand("Push-Location", (*_PATHS, _NAMED), _push, ("pushd",), "PushLocationCommand", "Path", own=True),
    ClientCommand("Pop-Location", (_PATHS[-1], _NAMED), _pop, ("popd",), "PopLocationCommand", own=True),
)
