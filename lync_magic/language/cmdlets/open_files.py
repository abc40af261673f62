"""Files that are written to and read while objects come.

A file is opened once and has its own place in what is there, as .NET's has: two that have the same one open write over
each other, as PowerShell's do. Lines are read in blocks, so that what comes to a file while it is read is read, too.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final

from lync_magic.language.cmdlets.encodings import codec_of_file
from lync_magic.language.values.code_pages import decoded, encoded
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.outside import changes

BLOCK: Final = 4096
"""How many bytes .NET reads at once."""
_MUCH: Final = 1 << 20
_READ: Final[Counter[str]] = Counter()
"""The files that are read as a whole, of which what comes to them meanwhile would not be seen."""


class OpenFile:
    """A file that is open for writing, emptied at first or not.

    codec, mark: the encoding, and what a new file begins with.  at_once: each piece stands in it as soon as it was
    written, and not only when there are many or it is closed.  marked: what it begins with stands in one without a
    text, too.  As a context it is again what it was when something is not known here before anything was written.
    """

    def __init__(
        self,
        path: str,
        codec: str = "utf-8",
        mark: bytes = b"",
        *,
        append: bool = False,
        at_once: bool = True,
        marked: bool = True,
    ) -> None:
        if _READ[os.path.realpath(path)]:
            raise NotKnownHere(f"writing to {path} while it is read")
        self._path, self._codec, self._marked = path, codec, marked
        self._is_new = not os.path.exists(path)
        self._before = None if append or self._is_new else _kept(path)
        self._has_changed = not (append or self._is_new) and self._before is None
        if self._has_changed:
            changes()
        # with "ab" all would go to its end, wherever that is by then
        mode = "wb" if self._is_new or not append else "r+b"
        self._file = open(path, mode, 0 if at_once else BLOCK)  # noqa: SIM115 (its caller closes it)
        self._mark = b"" if self._file.seekable() and self._file.seek(0, os.SEEK_END) else mark

    def write(self, text: str) -> None:
        """Put a text behind what was written."""
        self.put(encoded(text, self._codec))

    def put(self, data: bytes) -> None:
        """The same of bytes."""
        if not self._has_changed or self._mark:
            changes()
            data, self._mark, self._has_changed = self._mark + data, b"", True
        written = self._file.write(data)
        while written < len(data):
            written += self._file.write(data[written:])

    def lines(self, lines: Iterable[str], end: str = os.linesep) -> None:
        """Write lines as they come, to their last one."""
        for line in lines:
            self.write(line + end)

    def close(self) -> None:
        """Nothing comes any more."""
        try:
            if self._marked:
                self.put(b"")
            changes()
        finally:
            self._file.close()

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, raised: BaseException | None, _at: TracebackType | None
    ) -> None:
        if not (isinstance(raised, NotKnownHere) and not self._has_changed):
            self.close()
            return
        self._file.close()
        if self._is_new:
            os.unlink(self._path)
        elif self._before is not None:
            Path(self._path).write_bytes(self._before)


def _kept(path: str) -> bytes | None:
    """What a file holds that is emptied, None where that is much or it is none."""
    return Path(path).read_bytes() if os.path.isfile(path) and os.path.getsize(path) <= _MUCH else None


@contextmanager
def reading(path: str) -> Iterator[None]:
    """While a file's objects are given one by one that were read as a whole."""
    place = os.path.realpath(path)
    _READ[place] += 1
    try:
        yield
    finally:
        _READ[place] -= 1


def lines_read(path: str, usual: str) -> Iterator[str]:
    """A file's lines, each when it is wanted. usual: the encoding of one without a mark."""
    with open(path, "rb", buffering=0) as file:
        block = file.read(BLOCK)
        codec, size = codec_of_file(block, usual)
        is_wide = codec.startswith(("utf-16", "utf-32"))  # a line's end is more than a byte
        block = block[size:] + (file.readall() if is_wide else b"")
        held: list[bytes] = []
        while block or held:
            end = len(block) if is_wide else block.rfind(b"\n") + 1
            rest = block[end:]
            last: tuple[str, ...] = ()
            if end or not block:
                *lines, last_line = split_lines(decoded(b"".join((*held, block[:end])), codec))
                held.clear()
                yield from lines
                last = (last_line,)
            if rest:
                yield from last
                held.append(rest)
            block = file.read(BLOCK)
            if not rest:  # PowerShell looks whether something follows a line before it gives it
                yield from last
                block = block or file.read(BLOCK)


def split_lines(text: str) -> list[str]:
    """A text in lines, as Get-Content parts it."""
    if not text:
        return []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
