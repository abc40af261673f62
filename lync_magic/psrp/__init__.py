"""Runspace pools and pipelines over psrpcore (MS-PSRP)."""

from lync_magic.psrp.encode import (
    APART,
    CUSTOM_OBJECT,
    OBJECT_ARRAY,
    Encoder,
    Encrypt,
    Exact,
    Written,
    escape,
    is_plain,
)
from lync_magic.psrp.events import (
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    ProgressRecord,
    Report,
    ScreenLine,
    VerboseRecord,
    WarningRecord,
    ignore,
)
from lync_magic.psrp.foreign import plain as of_library
from lync_magic.psrp.host import Choice, Host, RawHost, RefusingHost
from lync_magic.psrp.keys import sealed_key
from lync_magic.psrp.lease import LEASE_ASSUMED
from lync_magic.psrp.pipeline import Argument, Command, Pipeline
from lync_magic.psrp.pool import OPERATION_TIMEOUT, RunspacePool
from lync_magic.psrp.pump import Sink
from lync_magic.psrp.reading import is_question
from lync_magic.psrp.requests import IMPORTABLE, CommandType
from lync_magic.psrp.running import STOP_TIMEOUT, Meanwhile, no_hurry
from lync_magic.psrp.state import CONNECT_AGAIN, INVALID_STATE, CommandState, State, require_opened, session_life
from lync_magic.psrp.streams import remote_error
from lync_magic.psrp.tap import Heard, Tap
from lync_magic.psrp.wire import FragmentReader, FragmentWriter, Message, MessageType

__all__ = [
    "APART",
    "CONNECT_AGAIN",
    "CUSTOM_OBJECT",
    "IMPORTABLE",
    "INVALID_STATE",
    "LEASE_ASSUMED",
    "OBJECT_ARRAY",
    "OPERATION_TIMEOUT",
    "STOP_TIMEOUT",
    "Argument",
    "Choice",
    "Command",
    "CommandState",
    "CommandType",
    "DebugRecord",
    "Encoder",
    "Encrypt",
    "ErrorRecord",
    "Event",
    "Exact",
    "FragmentReader",
    "FragmentWriter",
    "Heard",
    "Host",
    "HostLine",
    "InformationRecord",
    "Meanwhile",
    "Message",
    "MessageType",
    "Pipeline",
    "ProgressRecord",
    "RawHost",
    "RefusingHost",
    "Report",
    "RunspacePool",
    "ScreenLine",
    "Sink",
    "State",
    "Tap",
    "VerboseRecord",
    "WarningRecord",
    "Written",
    "escape",
    "ignore",
    "is_plain",
    "is_question",
    "no_hurry",
    "of_library",
    "remote_error",
    "require_opened",
    "sealed_key",
    "session_life",
]
