"""Messages and fragments (MS-PSRP 2.2.1 and 2.2.4): bytes of a transport to whole messages and back.

Rules of this file: it knows the frames and no content. A message keeps the pipeline of the channel that it
came on, which is the one that counts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from itertools import count
from typing import NamedTuple, NoReturn
from uuid import UUID

from lync_magic.errors import SessionBroken
from lync_magic.limits import MAX_FRAGMENT, MAX_MESSAGE, MB, too_much

_FRAGMENT_HEADER = struct.Struct(">QQBI")
_MESSAGE_HEADER = struct.Struct("<II32s")
_TO_CLIENT, _TO_SERVER = 1, 2
_BOM = b"\xef\xbb\xbf"
_START, _END = 1, 2
_WHOLE = _START | _END
_NOBODY = bytes(16)
"""The identity that some servers write where they name no pool or no pipeline."""

NULL = b"<Nil />"
"""What stands for a null among the output."""

_AGAIN = "Connect again."
_WHO = "Check that a PowerShell is what answers there."


class MessageType(IntEnum):
    """What a message is (MS-PSRP 2.2.1)."""

    SESSION_CAPABILITY = 0x00010002
    INIT_RUNSPACEPOOL = 0x00010004
    PUBLIC_KEY = 0x00010005
    ENCRYPTED_SESSION_KEY = 0x00010006
    PUBLIC_KEY_REQUEST = 0x00010007
    CONNECT_RUNSPACEPOOL = 0x00010008
    RUNSPACEPOOL_INIT_DATA = 0x0002100B
    RESET_RUNSPACE_STATE = 0x0002100C
    SET_MAX_RUNSPACES = 0x00021002
    SET_MIN_RUNSPACES = 0x00021003
    RUNSPACE_AVAILABILITY = 0x00021004
    RUNSPACEPOOL_STATE = 0x00021005
    CREATE_PIPELINE = 0x00021006
    GET_AVAILABLE_RUNSPACES = 0x00021007
    USER_EVENT = 0x00021008
    APPLICATION_PRIVATE_DATA = 0x00021009
    GET_COMMAND_METADATA = 0x0002100A
    RUNSPACEPOOL_HOST_CALL = 0x00021100
    RUNSPACEPOOL_HOST_RESPONSE = 0x00021101
    PIPELINE_INPUT = 0x00041002
    END_OF_PIPELINE_INPUT = 0x00041003
    PIPELINE_OUTPUT = 0x00041004
    ERROR_RECORD = 0x00041005
    PIPELINE_STATE = 0x00041006
    DEBUG_RECORD = 0x00041007
    VERBOSE_RECORD = 0x00041008
    WARNING_RECORD = 0x00041009
    PROGRESS_RECORD = 0x00041010
    INFORMATION_RECORD = 0x00041011
    PIPELINE_HOST_CALL = 0x00041100
    PIPELINE_HOST_RESPONSE = 0x00041101


class Message(NamedTuple):
    """One message. type: a number, because a newer server may send one that has no name here.

    pipeline_id: None for the pool.  data: the CLIXML, without its byte order mark; `NULL` where output came without any
    data, which is how a server writes `$null`.
    """

    type: int
    pipeline_id: UUID | None
    data: bytes


class FragmentReader:
    """Puts the fragments of one channel together, one message after another. Bytes may be cut anywhere.

    pipeline_id: the channel's, None for the pool's.  pool_id: whose messages these are; where it is None, neither whom
    they are for nor their order is looked at.
    """

    def __init__(self, pipeline_id: UUID | None = None, pool_id: UUID | None = None) -> None:
        self._pipeline_id = pipeline_id
        self._addresses = _addresses(pool_id, pipeline_id) if pool_id is not None else None
        self._waiting: list[bytes] = []
        """Bytes that came, and do not make a whole fragment yet; how many they are, and how many they must be."""
        self._held = 0
        self._needed = _FRAGMENT_HEADER.size
        self._parts: list[bytes] = []
        """The fragments of a message whose end has not come; how many bytes they are."""
        self._size = 0
        self._object_id = 0
        self._last = 0 if self._addresses else -1
        """The number that the next message must be above."""
        self.begun: list[int] = []
        """The numbers of the messages that began with the last bytes, in their order."""

    def feed(self, data: bytes) -> list[Message]:
        """The messages that `data` completes.

        Raises SessionBroken for a fragment that came twice, not in its order or not at all, for what is no fragment,
        is larger than `limits` allow, or is said to be for somebody else (MS-PSRP 2.2.1, 3.1.5.1.2).
        """
        self.begun = []
        self._waiting.append(data)
        self._held += len(data)
        if self._held < self._needed:
            return []
        data = b"".join(self._waiting) if len(self._waiting) > 1 else data
        start = 0
        messages = []
        while len(data) - start >= _FRAGMENT_HEADER.size:
            object_id, fragment_id, flags, length = _FRAGMENT_HEADER.unpack_from(data, start)
            begins = flags & _START and not fragment_id and not self._parts and object_id > self._last
            if not begins or length > MAX_FRAGMENT:
                self._check(object_id, fragment_id, flags, length)
            body = start + _FRAGMENT_HEADER.size
            if len(data) - body < length:
                break
            start = body + length
            if begins:
                self._object_id = object_id
                self._last = object_id if self._addresses else -1
                self.begun.append(object_id)
            if flags & _WHOLE == _WHOLE:
                messages.append(self._message(data, body, start))
            elif (whole := self._add(flags, data[body:start])) is not None:
                messages.append(self._message(whole, 0, len(whole)))
        self._waiting = [data[start:]] if start < len(data) else []
        self._held = len(data) - start
        self._needed = self._held + 1 if self._held < _FRAGMENT_HEADER.size else _FRAGMENT_HEADER.size + length
        return messages

    def _check(self, object_id: int, fragment_id: int, flags: int, length: int) -> None:
        if length > MAX_FRAGMENT:
            size = f"or one of more than {MAX_FRAGMENT // MB} MB"
            raise SessionBroken(f"The server sent something that is not a PowerShell remoting fragment, {size}.", _WHO)
        goes_on = (object_id, fragment_id) == (self._object_id, len(self._parts)) and not flags & _START
        if self._parts and goes_on:
            return
        if self._parts or fragment_id or not flags & _START:
            raise SessionBroken("A fragment of a message was lost or came out of order.", _AGAIN)
        raise SessionBroken("A message of the server came twice or out of order.", _AGAIN)

    def _add(self, flags: int, blob: bytes) -> bytes | None:
        self._parts.append(blob)
        self._size += len(blob) + _FRAGMENT_HEADER.size
        if self._size > MAX_MESSAGE:
            raise too_much("a message", MAX_MESSAGE, "bytes")
        if not flags & _END:
            return None
        whole = b"".join(self._parts)
        self._parts = []
        self._size = 0
        return whole

    def _message(self, data: bytes, start: int, end: int) -> Message:
        content = start + _MESSAGE_HEADER.size
        if content > end:
            raise SessionBroken("The server sent a message that is too short to be one.", _AGAIN)
        destination, message_type, address = _MESSAGE_HEADER.unpack_from(data, start)
        if self._addresses is not None and (address not in self._addresses or destination == _TO_SERVER):
            self._refuse(destination, address)
        if data.startswith(_BOM, content, end):
            content += len(_BOM)
        text = data[content:end]
        if not text and message_type == MessageType.PIPELINE_OUTPUT:
            text = NULL
        return Message(message_type, self._pipeline_id, text)

    def _refuse(self, destination: int, address: bytes) -> NoReturn:
        if destination == _TO_SERVER:
            raise SessionBroken("What answers sends back what it was sent.", _WHO)
        assert self._addresses is not None
        is_ours = any(address[:16] == known[:16] for known in self._addresses)
        whose = "command" if is_ours else "session"
        raise SessionBroken(f"A message came that is for another {whose}.", _AGAIN)


def _addresses(pool_id: UUID, pipeline_id: UUID | None) -> frozenset[bytes]:
    """What a message for this pool and pipeline may name (MS-PSRP 2.2.1: RPID, PID); some servers name nobody."""
    pools = (pool_id.bytes_le, _NOBODY)
    pipelines = (pipeline_id.bytes_le if pipeline_id is not None else _NOBODY, _NOBODY)
    return frozenset(pool + pipeline for pool in pools for pipeline in pipelines)


class FragmentWriter:
    """Cuts messages of this client into fragments, each object with a number of its own.

    to_client: the messages are a server's, for who stands in one's place.
    """

    def __init__(self, pool_id: UUID, *, to_client: bool = False) -> None:
        self._pool = pool_id.bytes_le
        self._destination = _TO_CLIENT if to_client else _TO_SERVER
        self._object_ids = count(1)

    def write(self, message: Message, size: int) -> Iterator[bytes]:
        """The fragments of `message`, headers included in `size`."""
        pipeline = message.pipeline_id.bytes_le if message.pipeline_id is not None else _NOBODY
        header = _MESSAGE_HEADER.pack(self._destination, message.type, self._pool + pipeline)
        room = size - _FRAGMENT_HEADER.size
        object_id = next(self._object_ids)
        length = len(header) + len(message.data)
        if length <= room:
            yield b"".join((_FRAGMENT_HEADER.pack(object_id, 0, _WHOLE, length), header, message.data))
            return
        whole = header + message.data
        for fragment_id, start in enumerate(range(0, length, room)):
            blob = whole[start : start + room]
            flags = _START * (fragment_id == 0) | _END * (start + room >= length)
            yield _FRAGMENT_HEADER.pack(object_id, fragment_id, flags, len(blob)) + blob
