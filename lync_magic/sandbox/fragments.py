"""Fragments: how messages are cut for the wire and found again (MS-PSRP 2.2.4).

Rules of this file: pure functions over bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

FRAGMENT_SIZE: Final = 32 * 1024
"""How many bytes a fragment may have, header included: what PowerShell's own server uses."""
_HEADER: Final = struct.Struct(">QQBI")
_START, _END = 1, 2


def whole(data: bytes) -> tuple[bytes, bytes]:
    """The whole fragments at the beginning, and the rest."""
    end = 0
    while len(data) >= end + _HEADER.size:
        length = _HEADER.unpack_from(data, end)[3]
        if len(data) < end + _HEADER.size + length:
            break
        end += _HEADER.size + length
    return data[:end], data[end:]


def each(data: bytes) -> Iterator[bytes]:
    """One fragment after another."""
    while data:
        end = _HEADER.size + _HEADER.unpack_from(data)[3]
        yield data[:end]
        data = data[end:]


def end_of_messages(data: bytes, count: int) -> int:
    """Where the first `count` messages end."""
    end = 0
    while count and end < len(data):
        _, _, flags, length = _HEADER.unpack_from(data, end)
        end += _HEADER.size + length
        count -= bool(flags & _END)
    return end


def cut(object_id: int, message: bytes) -> list[bytes]:
    """A message cut for the wire (MS-PSRP 2.2.4)."""
    room = FRAGMENT_SIZE - _HEADER.size
    if len(message) <= room:
        return [_HEADER.pack(object_id, 0, _START | _END, len(message)) + message]
    pieces = [message[start : start + room] for start in range(0, len(message), room)]
    last = len(pieces) - 1
    return [
        _HEADER.pack(object_id, number, _START * (number == 0) | _END * (number == last), len(piece)) + piece
        for number, piece in enumerate(pieces)
    ]
