"""An embedded tenant: a real PowerShell remoting server in a process of its own. It shares no code with the client."""

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
