"""Messages and fragments (MS-PSRP 2.2.1 and 2.2.4): bytes of a transport to whole messages and back.

Rules of this file: it knows the frames and no content. A message keeps the pipeline of the channel that it
came on, which is the one that counts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from itertools import count
from typing import NamedTuple
from uuid import UUID

from lync_magic.errors import SessionBroken

MAX_MESSAGE = 256 * 1024 * 1024
"""Bytes of one message that are held in memory; PowerShell itself takes objects of up to 10 MB."""

_FRAGMENT_HEADER = struct.Struct(">QQBI")
_MESSAGE_HEADER = struct.Struct("<II16s16s")
_TO_SERVER = 2
_TO_CLIENT = 1
_BOM = b"\xef\xbb\xbf"
_START, _END = 1, 2
_WHOLE = _START | _END


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

    pipeline_id: None for the pool.  data: the CLIXML, without its byte order mark.
    """

    type: int
    pipeline_id: UUID | None
    data: bytes


class FragmentReader:
    """Puts the fragments of one channel together. Bytes may be cut anywhere; messages may be interleaved."""

    def __init__(self, pipeline_id: UUID | None = None) -> None:
        self._pipeline_id = pipeline_id
        self._rest = b""
        self._partial: dict[int, list[bytes]] = {}
        self._held = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes. Raises SessionBroken when one is missing or too large."""
        data = self._rest + data if self._rest else data
        start, end = 0, len(data)
        while end - start >= _FRAGMENT_HEADER.size:
            object_id, fragment_id, flags, length = _FRAGMENT_HEADER.unpack_from(data, start)
            body = start + _FRAGMENT_HEADER.size
            if length > MAX_MESSAGE:
                raise SessionBroken("The server sent something that is not a PowerShell remoting fragment.")
            if end - body < length:
                break
            start = body + length
            if flags & _WHOLE == _WHOLE and fragment_id == 0 and object_id not in self._partial:
                yield self._message(data, body, start)
                continue
            whole = self._add(object_id, fragment_id, flags, data[body:start])
            if whole is not None:
                yield self._message(whole, 0, len(whole))
        self._rest = data[start:]

    def _add(self, object_id: int, fragment_id: int, flags: int, blob: bytes) -> bytes | None:
        parts = self._partial.setdefault(object_id, [])
        if fragment_id != len(parts) or bool(flags & _START) != (fragment_id == 0):
            raise SessionBroken("A fragment of a message was lost on the way.")
        parts.append(blob)
        self._held += len(blob)
        if self._held > MAX_MESSAGE:
            raise SessionBroken(f"The server sent a message of more than {MAX_MESSAGE // 1024 // 1024} MB.")
        if not flags & _END:
            return None
        del self._partial[object_id]
        whole = b"".join(parts) if len(parts) > 1 else blob
        self._held -= len(whole)
        return whole

    def _message(self, data: bytes, start: int, end: int) -> Message:
        content = start + _MESSAGE_HEADER.size
        if content > end:
            raise SessionBroken("The server sent a message that is too short to be one.")
        message_type = _MESSAGE_HEADER.unpack_from(data, start)[1]
        if data.startswith(_BOM, content, end):
            content += len(_BOM)
        return Message(message_type, self._pipeline_id, data[content:end])


class FragmentWriter:
    """Cuts messages of this client into fragments, each object with a number of its own."""

    def __init__(self, pool_id: UUID) -> None:
        self._pool_id = pool_id
        self._object_ids = count(1)

    def write(self, message: Message, size: int) -> Iterator[bytes]:
        """The fragments of `message`, headers included in `size`."""
        whole = _frame(message, self._pool_id, _TO_SERVER)
        room = size - _FRAGMENT_HEADER.size
        object_id = next(self._object_ids)
        for fragment_id, start in enumerate(range(0, len(whole), room)):
            blob = whole[start : start + room]
            flags = _START * (fragment_id == 0) | _END * (start + room >= len(whole))
            yield _FRAGMENT_HEADER.pack(object_id, fragment_id, flags, len(blob)) + blob


def whole_fragment(message: Message, pool_id: UUID, object_id: int) -> bytes:
    """A message of the server as one whole fragment, for a reader that takes nothing else."""
    framed = _frame(message, pool_id, _TO_CLIENT)
    return _FRAGMENT_HEADER.pack(object_id, 0, _WHOLE, len(framed)) + framed


def _frame(message: Message, pool_id: UUID, destination: int) -> bytes:
    pipeline = message.pipeline_id or UUID(int=0)
    return _MESSAGE_HEADER.pack(destination, message.type, pool_id.bytes_le, pipeline.bytes_le) + message.data
