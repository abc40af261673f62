"""lync_magic: a remote PowerShell session in a notebook.

    %load_ext lync_magic
    %lync connect kenmyer@litwareinc.com

Rules of this file: the public names, each loaded when it is first used, so that `%load_ext` costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from lync_magic import sessions
    from lync_magic.clixml import Credential, Null, SecureString, Undecoded
    from lync_magic.importing import connect, export_session, stubs
    from lync_magic.magics import signed_in
    from lync_magic.psrp import Argument, Command, Pipeline
    from lync_magic.records import Record, Records
    from lync_magic.reports import fan_out, parameters
    from lync_magic.sessions import Session

__version__: Final = "0.1.0"

__all__ = [
    "Argument",
    "Command",
    "Credential",
    "Null",
    "Pipeline",
    "Record",
    "Records",
    "SecureString",
    "Session",
    "Undecoded",
    "connect",
    "export_session",
    "fan_out",
    "load_ipython_extension",
    "parameters",
    "sessions",
    "signed_in",
    "stubs",
    "unload_ipython_extension",
]

_ROOMS: Final = {
    "Argument": "psrp",
    "Command": "psrp",
    "Credential": "clixml",
    "Null": "clixml",
    "Pipeline": "psrp",
    "Record": "records",
    "Records": "records",
    "SecureString": "clixml",
    "Session": "sessions",
    "Undecoded": "clixml",
    "connect": "importing",
    "export_session": "importing",
    "fan_out": "reports",
    "parameters": "reports",
    "signed_in": "magics",
    "stubs": "importing",
}
_GIVES_RESULTS: Final = frozenset({"connect", "fan_out", "Record", "Records", "Session"})
"""What brings results, which a notebook shows as tables whether `%load_ext` was called or not."""


def __getattr__(name: str) -> Any:
    if name == "sessions":
        return import_module(f"{__name__}.sessions")
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _GIVES_RESULTS and "IPython" in sys.modules:
        from lync_magic.magics import show_results_as_tables

        show_results_as_tables()
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*(name for name in globals() if name.startswith("__")), *__all__})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%load_ext lync_magic`."""
    from lync_magic.magics import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Called by `%unload_ext lync_magic`: removes the magics and every session."""
    from lync_magic.magics import unload

    unload(shell)
