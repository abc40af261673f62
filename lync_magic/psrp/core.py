"""psrpcore's client state machine behind a small door: handshake, session key, and the reading of messages.

Rules of this file: psrpcore is used by one thread at a time; it gets one whole message at a time, so that a
message that it cannot read costs that message only; what it cannot read is repaired where the fault is a
known one, else raised as `Unreadable`. Output records never come here. Its debug log would hold whole
payloads, so it is turned off.
"""

from __future__ import annotations

import base64
import logging
import re
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import psrpcore
from psrpcore.types import (
    ConsoleColor,
    Coordinates,
    HostDefaultData,
    HostInfo,
    PSRPMessageType,
    PSVersion,
    Size,
)

from lync_magic.clixml import NoKey, Version
from lync_magic.psrp.wire import FragmentReader, Message, MessageType, whole_fragment

for _name in ("psrpcore", "psrpcore._base", "psrpcore._client"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_WINDOW = (120, 50)
"""Characters and lines of the window that a remote command formats for."""
_BUFFER = (120, 3000)

_CHARACTER_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")
_UNREADABLE = (
    ElementTree.ParseError,
    psrpcore.PSRPCoreError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What psrpcore was seen to raise on a message that it cannot read, and its kin."""
_KNOWN_TYPES = frozenset(kind.value for kind in PSRPMessageType)


AnyEvent = psrpcore.PSRPEvent[Any, Any]


class Unreadable(Exception):
    """A message that psrpcore cannot read; `str` says why in one line."""


@contextmanager
def guarded(message: Message) -> Iterator[None]:
    """What psrpcore raises about `message` becomes Unreadable, without its content, which may be secret."""
    try:
        yield
    except _UNREADABLE as error:
        raise Unreadable(f"{PSRPMessageType(message.type).name} ({type(error).__name__})") from None


class Core:
    """One runspace pool as psrpcore sees it.

    application_arguments: for `$PSSenderInfo.ApplicationArguments`; plain Python values.
    """

    def __init__(self, application_arguments: Mapping[str, Any] | None = None, max_runspaces: int = 1) -> None:
        self._pool = psrpcore.ClientRunspacePool(
            application_arguments=dict(application_arguments or {}),
            host=_host_info(),
            max_runspaces=max_runspaces,
        )
        self._count = 0
        self._lock = threading.RLock()
        """The listener reads for the pool while a caller reads for a pipeline."""

    @property
    def pool_id(self) -> uuid.UUID:
        """The pool's identity, which is also the shell's."""
        return self._pool.runspace_pool_id

    @property
    def max_runspaces(self) -> int:
        """How many pipelines the pool may run at once."""
        return self._pool.max_runspaces

    @property
    def protocol_version(self) -> str:
        """The protocol that the server speaks, `2.3`, or "" before it said so."""
        capability = self._pool.their_capability
        return str(capability.protocolversion) if capability is not None else ""

    @property
    def application_private_data(self) -> dict[str, Any]:
        """What the server told about itself, in plain Python."""
        data = _plain(self._pool.application_private_data)
        return data if isinstance(data, dict) else {}

    def open(self) -> list[Message]:
        """The messages that open the pool: SESSION_CAPABILITY and INIT_RUNSPACEPOOL."""
        self._pool.open()
        return list(self._messages())

    def request_key(self) -> list[Message]:
        """The message that asks for a session key (MS-PSRP 2.2.2.3); nothing when it was asked for before."""
        with self._lock:
            self._pool.exchange_key()
            return list(self._messages())

    def encrypt(self, secret: str) -> str:
        """A secret text under the session's key. Raises psrpcore's MissingCipherError without a key."""
        return self._pool._cipher.encrypt(secret)

    def decrypt(self, sealed: bytes) -> bytes:
        """The clear text (UTF-16-LE) of a secret under the session's key. Raises NoKey without one, or ValueError."""
        try:
            clear = self._pool._cipher.decrypt(base64.b64encode(sealed).decode("ascii"))
        except psrpcore.MissingCipherError:
            raise NoKey("There is no session key yet; it is made when a secret is sent.") from None
        return clear.encode("utf-16-le", "surrogatepass")

    def read(self, message: Message) -> AnyEvent:
        """What the message says. Raises Unreadable, and what `guarded` turns into it."""
        if message.type not in _KNOWN_TYPES:
            raise Unreadable(f"a message of the unknown type 0x{message.type:08X}")
        with self._lock:
            try:
                return self._read(message)
            except ElementTree.ParseError:
                return self._read(message._replace(data=_CHARACTER_REFERENCE.sub(_readable, message.data)))

    def _read(self, message: Message) -> AnyEvent:
        if message.pipeline_id is not None and message.type == MessageType.PIPELINE_STATE:
            self._know(message.pipeline_id)
        self._count += 1
        fragment = whole_fragment(message, self.pool_id, self._count)
        self._pool.receive_data(psrpcore.PSRPPayload(fragment, psrpcore.StreamType.default, message.pipeline_id))
        event = self._pool.next_event()
        if event is None:
            raise ValueError("no event")
        return event

    def _know(self, pipeline_id: uuid.UUID) -> None:
        """psrpcore takes the state of a pipeline that it knows only; this room made the pipeline itself."""
        if pipeline_id not in self._pool.pipeline_table:
            psrpcore.ClientPowerShell(self._pool, pipeline_id=pipeline_id)

    def forget(self, pipeline_id: uuid.UUID) -> None:
        """A pipeline is over."""
        self._pool.pipeline_table.pop(pipeline_id, None)

    def _messages(self) -> Iterator[Message]:
        """What psrpcore wants sent, as messages, so that this room cuts the fragments."""
        reader = FragmentReader()
        while (payload := self._pool.data_to_send()) is not None:
            yield from reader.feed(payload.data)


def _host_info() -> HostInfo:
    """A host with a screen, so that prompts and written lines come here."""
    width, height = _WINDOW
    return HostInfo(
        IsHostNull=False,
        IsHostUINull=False,
        IsHostRawUINull=False,
        UseRunspaceHost=False,
        HostDefaultData=HostDefaultData(
            ForegroundColor=ConsoleColor.Gray,
            BackgroundColor=ConsoleColor.Black,
            CursorPosition=Coordinates(X=0, Y=0),
            WindowPosition=Coordinates(X=0, Y=0),
            CursorSize=25,
            BufferSize=Size(Width=_BUFFER[0], Height=_BUFFER[1]),
            WindowSize=Size(Width=width, Height=height),
            MaxWindowSize=Size(Width=width, Height=height),
            MaxPhysicalWindowSize=Size(Width=width, Height=height),
            WindowTitle="lync_magic",
        ),
    )


def _plain(value: Any) -> Any:
    """psrpcore's value as Python's own, or as the names of `lync_magic.clixml`; anything else as its text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, PSVersion):
        return Version(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)


def _readable(found: re.Match[bytes]) -> bytes:
    """A character reference that XML 1.0 allows as it is, another as U+FFFD."""
    code = int(found[1], 16) if found[1] else int(found[2])
    allowed = (
        code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    )
    return found[0] if allowed else b"&#xFFFD;"
