"""What a script reads of the machine without a command: its environment, and whether a file is there.

Rule: the evaluator asks for them here alone, so that a text that is not trusted is kept from them (`kept_apart`): an
environment holds passwords and tokens.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from lync_magic.errors import EvaluationError

HELD_BACK: Final = "MachineHeldBack"
"""The id of the error for what a script may not ask the machine."""
_apart: ContextVar[bool] = ContextVar("apart", default=False)


@contextmanager
def kept_apart() -> Iterator[None]:
    """Run a script that may not look at this machine."""
    token = _apart.set(True)
    try:
        yield
    finally:
        _apart.reset(token)


def held_back(name: str) -> EvaluationError:
    """The error for what may not be asked here. name: a command, or a part of the machine as PowerShell writes it."""
    return EvaluationError(
        f"A document may not run {name}: it concerns this machine.",
        "Let it with --allow-machine.",
        error_id=f"{HELD_BACK},{name}",
        category="PermissionDenied",
    )


def environment(name: str) -> MutableMapping[str, str]:
    """The environment, where a variable of it may be read and set. Raises EvaluationError where it may not."""
    if _apart.get():
        raise held_back(f"$env:{name}")
    return os.environ


class _Moved:
    """Where Set-Location went, and from where: .NET stays in the folder that it began in."""

    began = here = provider = ""


def enter(folder: str, provider: str = "") -> None:
    """Go into a folder, as Set-Location does. provider: what its path began with, where that said whose it is."""
    began = net_folder()
    os.chdir(folder)
    _Moved.began, _Moved.here, _Moved.provider = began, os.getcwd(), provider


def provider_of_folder() -> str:
    """What the current folder's path begins with, where it was entered by a path that says whose it is."""
    return _Moved.provider if os.getcwd() == _Moved.here else ""


def net_folder() -> str:
    """The current folder to .NET, by which its own methods go."""
    here = os.getcwd()
    return _Moved.began if here == _Moved.here else here


def net_path(path: str) -> str:
    """A path as .NET's own methods take it: `~` and `a:` are no more than names."""
    whole = os.path.abspath(os.path.join(net_folder(), path))
    whole = whole[1:] if whole.startswith("//") else whole
    return f"{whole}/" if path.endswith("/") and not whole.endswith("/") else whole


def is_file(path: str) -> bool:
    """Whether a file is there. Raises EvaluationError where that may not be asked."""
    if _apart.get():
        raise held_back("[System.IO.File]")
    return os.path.isfile(net_path(path))


def is_folder(path: str) -> bool:
    """Whether a folder is there. Raises EvaluationError where that may not be asked."""
    if _apart.get():
        raise held_back("[System.IO.Directory]")
    return os.path.isdir(net_path(path))
