"""Runspace pools and pipelines over psrpcore (MS-PSRP)."""

from lync_magic.psrp.encode import Encoder, Encrypt, escape
from lync_magic.psrp.events import (
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    ProgressRecord,
    Report,
    VerboseRecord,
    WarningRecord,
    ignore,
)
from lync_magic.psrp.host import Choice, Host, RawHost, RefusingHost
from lync_magic.psrp.pipeline import Argument, Command, Pipeline
from lync_magic.psrp.pool import RunspacePool
from lync_magic.psrp.pump import Sink
from lync_magic.psrp.requests import IMPORTABLE, CommandType
from lync_magic.psrp.state import PoolState
from lync_magic.psrp.streams import remote_error

__all__ = [
    "IMPORTABLE",
    "Argument",
    "Choice",
    "Command",
    "CommandType",
    "DebugRecord",
    "Encoder",
    "Encrypt",
    "ErrorRecord",
    "Event",
    "Host",
    "HostLine",
    "InformationRecord",
    "Pipeline",
    "PoolState",
    "ProgressRecord",
    "RawHost",
    "RefusingHost",
    "Report",
    "RunspacePool",
    "Sink",
    "VerboseRecord",
    "WarningRecord",
    "escape",
    "ignore",
    "remote_error",
]
