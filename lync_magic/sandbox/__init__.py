"""An embedded tenant: a real PowerShell remoting server in a process of its own. It shares no code with the client.

The server itself is loaded when it is first used: what HTTP needs takes half of a start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from lync_magic.sandbox.model import (
    Call,
    Engine,
    EnumValue,
    ErrorRecord,
    Long,
    PipelineFailed,
    PipelineStopped,
    PSCredential,
    PSObject,
    Raw,
    SecureString,
    Streams,
    Uri,
    Version,
    Word,
)

if TYPE_CHECKING:
    from lync_magic.sandbox.sandbox import Addresses, Options, Sandbox
    from lync_magic.sandbox.stdio import serve_stdio

__all__ = [
    "Addresses",
    "Call",
    "Engine",
    "EnumValue",
    "ErrorRecord",
    "Long",
    "Options",
    "PSCredential",
    "PSObject",
    "PipelineFailed",
    "PipelineStopped",
    "Raw",
    "Sandbox",
    "SecureString",
    "Streams",
    "Uri",
    "Version",
    "Word",
    "serve_stdio",
]

_ROOMS: Final = {"Addresses": "sandbox", "Options": "sandbox", "Sandbox": "sandbox", "serve_stdio": "stdio"}


def __getattr__(name: str) -> Any:
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{room}"), name)
