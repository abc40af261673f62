"""The form of a tape file: a head that a person can read, blocks of frames, an index at the end.

Rules of this file: it knows bytes and JSON, and nothing of what is said in them. A block is written whole and can be
read alone, so that both ways take the memory of one block; a file that was cut gives all blocks before the cut. The
present version is written, and every earlier one is read; a newer one is refused by its number, never guessed.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from copy import copy
from enum import IntEnum
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import zstandard

from lync_magic.errors import TapeError

VERSION: Final = 2
VERSIONS: Final = (1, 2)
"""Those that are read here. 1: blocks are packed by zlib.  2: by Zstandard."""
MAGIC: Final = b"lync-magic tape "
LEVEL: Final = 3
"""Zstandard's: records of one type repeat each other so much that more effort finds little more."""
BLOCK_BYTES: Final = 512 * 1024
"""How much of frames makes a block; a frame that is larger is a block of its own."""
MOST_BYTES: Final = 1 << 28
"""No block is larger: what says so is no tape."""
LONGEST_HEAD: Final = 1 << 20

_BLOCK: Final = struct.Struct(">4sIII")
FRAME: Final = struct.Struct(">BII")
_MESSAGE: Final = struct.Struct(">BIII")
_END: Final = struct.Struct(">Q8s")
_BLOCK_MARK, _INDEX_MARK, _END_MARK = b"BLCK", b"INDX", b"TAPE-END"

HEAD: Final = b"""\
This file holds what remote PowerShell sessions were asked and what they answered.
Look at it with: lync-magic tape show FILE
After the first empty line stands one line of JSON about the whole (when, by which versions, what was redacted),
then blocks. A block: 'BLCK', then three numbers (32 bits, big-endian): the length of what follows, its CRC-32, and its
length unpacked; then Zstandard (RFC 8878; in version 1 zlib). Unpacked, a block is frames. A frame: a byte for its
kind, two numbers (32 bits, big-endian: which entry it belongs to, the length of what follows), then what it says:
  1  session  JSON: the target's name, computer, user, address; the entry's number is the session's
  2  pool     4 bytes, big-endian: the type of a PSRP message (MS-PSRP 2.2.1); then its CLIXML, as it came
  3  entry    JSON: session, command, its canonical form, whether it changes something
  4  message  as 2, of the entry's answer, in the order in which they came
  5  end      JSON: how it ended, how many objects, errors and warnings, a digest of its input, SHA-256 of its messages
  6  time     JSON: when the entry began, how many seconds it took; kept apart, so that the rest can be compared
The last block is 'INDX', of the same shape: JSON with the entries and where each begins, and the CRC-32 of all that
stands before the first block. Then its offset (64 bits, big-endian) and 'TAPE-END'. A file without that end was cut:
all blocks before the cut are good.
"""


class Kind(IntEnum):
    """What a frame says."""

    SESSION = 1
    POOL = 2
    ENTRY = 3
    MESSAGE = 4
    END = 5
    TIME = 6


class Place(NamedTuple):
    """Where a frame stands: its block's offset in the file, and its own in the unpacked block."""

    block: int
    frame: int


class Frame(NamedTuple):
    """One frame. number: of the entry, or of the session."""

    kind: int
    number: int
    data: bytes
    place: Place

    def told(self) -> dict[str, Any]:
        """What a frame of JSON says."""
        told = json.loads(self.data)
        return told if isinstance(told, dict) else {}


def as_json(told: object) -> bytes:
    """JSON as a tape holds it: the same bytes for the same thing."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def frame(kind: Kind, number: int, data: bytes) -> bytes:
    """The bytes of a frame."""
    return FRAME.pack(kind, number, len(data)) + data


def message_frame(kind: Kind, number: int, type: int, data: bytes) -> bytes:
    """The bytes of a frame that holds a message."""
    return _MESSAGE.pack(kind, number, 4 + len(data), type) + data


def in_blocks(frames: Iterable[bytes]) -> Iterator[bytes]:
    """Frames put together, in pieces of about a block."""
    held: list[bytes] = []
    size = 0
    for each in frames:
        held.append(each)
        size += len(each)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


# --- write ---------------------------------------------------------------------------------------------------------


class BlockWriter:
    """Writes a tape from its beginning. Not for two threads at once."""

    def __init__(self, file: BinaryIO, about: dict[str, Any]) -> None:
        self._file = file
        self._packer = zstandard.ZstdCompressor(level=LEVEL)
        self._waiting: list[bytes] = []
        self._size = 0
        head = MAGIC + str(VERSION).encode() + b"\n" + HEAD + b"\n" + as_json(about) + b"\n"
        self._head = zlib.crc32(head)
        file.write(head)
        self._at = len(head)

    def put(self, data: bytes) -> Place:
        """Add a frame, or several; where the first is."""
        place = Place(self._at, self._size)
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= BLOCK_BYTES:
            self.flush()
        return place

    def flush(self) -> None:
        """Write what makes no whole block yet as one."""
        if self._size:
            self._write(_BLOCK_MARK, b"".join(self._waiting))
            self._waiting, self._size = [], 0

    def end(self, index: dict[str, Any]) -> None:
        """Write the index, and the end."""
        self.flush()
        at = self._at
        self._write(_INDEX_MARK, as_json({**index, "head": self._head}))
        self._file.write(_END.pack(at, _END_MARK))
        self._file.flush()

    def _write(self, mark: bytes, data: bytes) -> None:
        packed = self._packer.compress(data)
        self._file.write(_BLOCK.pack(mark, len(packed), zlib.crc32(packed), len(data)) + packed)
        self._file.flush()
        self._at += _BLOCK.size + len(packed)


# --- read ----------------------------------------------------------------------------------------------------------


class BlockReader:
    """Reads a tape. Raises TapeError where a file is none, or is of a version that is not known here.

    about: what the head says.  version: of its form.  whole: whether the file has its end.  index: what stands there,
    None where it was cut.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = VERSION
        self._unpacker = zstandard.ZstdDecompressor()
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise TapeError(f"The tape {path} cannot be read: {error.strerror}.") from None
        try:
            self.about = self._head()
            self._first = self._file.tell()
            self.index = self._index()
        except BaseException:
            self._file.close()
            raise
        self.whole = self.index is not None
        self.cut_at: int | None = None
        """Where the reading of a file that was cut ended."""

    def head_is_as_written(self) -> bool:
        """Whether what stands before the first block is; true where the index does not say."""
        self._file.seek(0)
        return (self.index or {}).get("head") in (None, zlib.crc32(self._file.read(self._first)))

    def another(self) -> BlockReader:
        """One more that reads the same file, from a place of its own."""
        twin = copy(self)
        twin._file = self.path.open("rb")
        twin._unpacker = zstandard.ZstdDecompressor()
        return twin

    def close(self) -> None:
        """Read no more."""
        self._file.close()

    def frames(self, start: Place | None = None) -> Iterator[Frame]:
        """All frames, in their order, from one of them on. What was cut off is left out, and `cut_at` says where."""
        at, skip = (self._first, 0) if start is None else start
        while True:
            block = self._block(at)
            if block is None:
                return
            after, data = block
            yield from _frames(data, at, skip)
            at, skip = after, 0

    def messages(self, start: Place, number: int) -> Iterator[tuple[int, bytes]]:
        """The types and the CLIXML of an entry's messages, from its place to its end: what a replay is made of."""
        (at, skip), head = start, FRAME.size
        unpack, unpack_message = FRAME.unpack_from, _MESSAGE.unpack_from
        while (block := self._block(at)) is not None:
            at, data = block
            while skip + head <= len(data):
                kind, whose, length = unpack(data, skip)
                after = skip + head + length
                if whose == number:
                    if kind == Kind.MESSAGE:
                        yield unpack_message(data, skip)[3], data[skip + _MESSAGE.size : after]
                    elif kind == Kind.END:
                        return
                skip = after
            skip = 0

    def blocks(self) -> Iterator[bytes]:
        """All blocks unpacked, in their order."""
        at = self._first
        while (block := self._block(at)) is not None:
            at, data = block
            yield data

    def _block(self, at: int) -> tuple[int, bytes] | None:
        """Where the block that begins there ends, and its frames; None where there is none, or only a part."""
        self._file.seek(at)
        head = self._file.read(_BLOCK.size)
        if len(head) < _BLOCK.size:
            self.cut_at = None if self.whole else at
            return None
        mark, length, check, size = _BLOCK.unpack(head)
        if mark == _INDEX_MARK:
            return None
        packed = self._file.read(length) if mark == _BLOCK_MARK and max(length, size) <= MOST_BYTES else b""
        if len(packed) < length or zlib.crc32(packed) != check:
            self.cut_at = at
            return None
        data = self._unpacked(packed, size)
        if len(data) != size:
            self.cut_at = at
            return None
        return at + _BLOCK.size + length, data

    def _head(self) -> dict[str, Any]:
        first = self._file.readline(100)
        number = first.removeprefix(MAGIC).strip()
        if not first.startswith(MAGIC) or not number.isdigit():
            raise TapeError(f"{self.path} is no tape.", "A tape is made by: %lync connect USER --record FILE")
        self.version = int(number)
        if self.version not in VERSIONS:
            raise TapeError(
                f"{self.path} is a tape of version {self.version}, and this lync_magic reads up to version {VERSION}.",
                "Read it with the lync_magic that made it, or a newer one.",
            )
        read = len(first)
        while read < LONGEST_HEAD:
            line = self._file.readline(LONGEST_HEAD)
            read += len(line)
            if line in (b"\n", b""):
                break
        try:
            about = json.loads(self._file.readline(LONGEST_HEAD))
        except ValueError:
            about = None
        if not isinstance(about, dict):
            raise TapeError(f"{self.path} is a tape that was cut in its head: nothing of it can be read.")
        return about

    def _index(self) -> dict[str, Any] | None:
        self._file.seek(0, 2)
        size = self._file.tell()
        if size < _END.size:
            return None
        self._file.seek(size - _END.size)
        at, mark = _END.unpack(self._file.read(_END.size))
        if mark != _END_MARK or at >= size:
            return None
        self._file.seek(at)
        head = self._file.read(_BLOCK.size)
        if len(head) < _BLOCK.size:
            return None
        mark, length, check, unpacked = _BLOCK.unpack(head)
        packed = self._file.read(min(length, size))
        if mark != _INDEX_MARK or zlib.crc32(packed) != check or unpacked > MOST_BYTES:
            return None
        data = self._unpacked(packed, unpacked)
        told = json.loads(data) if len(data) == unpacked else None
        return told if isinstance(told, dict) else None

    def _unpacked(self, packed: bytes, size: int) -> bytes:
        """A block unpacked, never more than it says; nothing where it is none."""
        try:
            if self.version == 1:
                return zlib.decompressobj().decompress(packed, size)
            if zstandard.frame_content_size(packed) != size:
                return b""
            return self._unpacker.decompress(packed, max_output_size=size)
        except (zlib.error, zstandard.ZstdError):
            return b""


def _frames(data: bytes, block: int, skip: int) -> Iterator[Frame]:
    at, head = skip, FRAME.size
    unpack = FRAME.unpack_from
    while at + head <= len(data):
        kind, number, length = unpack(data, at)
        start = at + head
        yield Frame(kind, number, data[start : start + length], Place(block, at))
        at = start + length
