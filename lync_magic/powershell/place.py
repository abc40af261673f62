"""Where cells run: one current folder and one environment, of this process and of the engine's.

Rules: what one side changed goes to the other before that runs something: `%cd` and `os.environ` to PowerShell, `cd`
and `$env:` to Python. Only what changed travels, so that what is each process's own from its start stays so. No
value is kept here: a password that was taken out of the environment is to be nowhere.
"""

from __future__ import annotations

import os
from contextlib import suppress

from lync_magic.powershell.engine import Engine


class Place:
    """What both sides know of the folder and of the environment."""

    def __init__(self) -> None:
        self._folder = _folder()
        self._variables = _environment()
        self._has_run = False
        """Whether the engine ran something since this process was last told."""

    def begin_again(self, folder: str) -> None:
        """The engine is a new one, in a folder, with the environment of this process."""
        self._folder, self._has_run = folder, False
        self._variables = _environment()

    def to_engine(self, engine: Engine) -> None:
        """Tell the engine what changed here; it is about to run something. Raises EngineLost."""
        folder, variables = _folder(), _environment()
        if folder != self._folder or variables != self._variables:
            engine.ask(
                "Set-LyncPlace",
                Folder=folder if folder != self._folder else "",
                Values={name: os.environ[name] for name in variables if self._variables.get(name) != variables[name]},
                Removed=[name for name in self._variables if name not in variables],
            )
            self._folder, self._variables = folder, variables
        self._has_run = True

    def to_python(self, engine: Engine) -> None:
        """Take over what changed there; this process is about to run something. Raises EngineLost."""
        if not self._has_run:
            return
        self._has_run = False
        (told,) = engine.ask("Get-LyncPlace")
        for name, value in (told["Values"] or {}).items():
            os.environ[str(name)] = str(value)
        for name in told["Removed"] or ():
            os.environ.pop(str(name), None)
        if told["Folder"]:
            with suppress(OSError):  # PowerShell may be where this process may not go
                os.chdir(str(told["Folder"]))
        self._folder, self._variables = _folder(), _environment()


def _environment() -> dict[str, int]:
    """Of each variable what tells whether its value is another one."""
    return {name: hash(value) for name, value in os.environ.items()}


def _folder() -> str:
    """The current folder; "" where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return ""
