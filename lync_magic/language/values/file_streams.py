"""Readers and writers of a file: `[IO.StreamReader]::new($path)`, `New-Object IO.StreamWriter $path`.

Rule of this file: what is written reaches the file when it is flushed or closed, as with .NET's own buffer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.code_pages import encoded
from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.encodings import TextEncoding
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.net_files import Asked, is_begun, read, text_of, write
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text_streams import OF_READERS, OF_WRITERS, Reader, Writer, set_writer
from lync_magic.language.values.types import own_types, type_of

_READER: Final = "System.IO.StreamReader"
_WRITER: Final = "System.IO.StreamWriter"


class FileReader(Reader):
    """A file that is read on."""

    __slots__ = ()

    def rest(self, name: str) -> str:
        """What was not read yet. name: the method that asks."""
        if self.closed:
            message = "Cannot read from a closed TextReader.\nObject name: 'StreamReader'."
            call_failed(name, 0, message, "ObjectDisposedException")
        return self.text[self.place :]

    def __str__(self) -> str:
        return _READER


class FileWriter(Writer):
    """A file that is written on. at_once: it is flushed after each writing."""

    __slots__ = ("at_once", "encoding", "path")
    takes_several = True

    def __init__(self, path: str, encoding: TextEncoding) -> None:
        super().__init__()
        self.path, self.encoding = path, encoding
        self.at_once = False

    def put(self, name: str, count: int, text: str) -> None:
        """Write a text. name, count: the method and its arguments."""
        if self.closed:
            message = "Cannot write to a closed TextWriter.\nObject name: 'StreamWriter'."
            call_failed(name, count, message, "ObjectDisposedException")
        self.text += text
        if self.at_once:
            self.flush()

    def flush(self) -> None:
        """Let the file have what was written."""
        if self.text:
            mark = b"" if is_begun(self.path) else self.encoding.mark
            with open(self.path, "ab") as file:
                file.write(mark + encoded(self.text, self.encoding.codec))
            self.text = ""

    def __str__(self) -> str:
        return _WRITER


def _close(value: FileWriter, _arguments: Sequence[object]) -> object:
    value.flush()
    value.closed = True
    return NOTHING


def _flush(value: FileWriter, _arguments: Sequence[object]) -> object:
    value.put("Flush", 0, "")
    value.flush()
    return NOTHING


def _read(_none: None, arguments: Sequence[object]) -> FileReader:
    """`[IO.StreamReader]::new(path, encoding)`; a truth value behind the path says whether its mark counts."""
    call = Asked(".ctor", arguments)
    encoding = _UTF8 if len(arguments) > 1 and _truth(arguments[1]) else call.encoding(1)
    return FileReader(text_of(read(call), encoding))


def _written(_none: None, arguments: Sequence[object]) -> FileWriter:
    """`[IO.StreamWriter]::new(path, append, encoding)`."""
    call = Asked(".ctor", arguments)
    more = arguments[1] if len(arguments) > 1 else False
    if not isinstance(more, bool | int | str):
        raise NotKnownHere(f"[{_WRITER}]::new with a [{type_of(more)}]")
    return _opened(call, call.encoding(2), more=to_bool(more))


def _opened(call: Asked, encoding: TextEncoding, *, more: bool) -> FileWriter:
    write(call, b"", more=more)
    return FileWriter(call.path(), encoding)


def _truth(told: object) -> bool:
    if told is False:
        raise NotKnownHere("a reader to which a file's mark does not count")
    return told is True


def _reader_property(value: FileReader, folded: str) -> object:
    if folded == "endofstream":
        return None if value.closed else not value.rest("EndOfStream")
    if folded in ("basestream", "currentencoding"):
        raise NotKnownHere(f"the property .{folded} of a [{_READER}]")
    return MISSING


def _writer_property(value: FileWriter, folded: str) -> object:
    if folded == "autoflush":
        return value.at_once
    if folded == "newline":
        return value.line_end
    if folded in ("basestream", "encoding", "formatprovider"):
        raise NotKnownHere(f"the property .{folded} of a [{_WRITER}]")
    return MISSING


def _set(value: FileWriter, name: str, new: object) -> None:
    if name.lower() != "autoflush":
        set_writer(value, name, new)
        return
    value.at_once = to_bool(new)
    if value.at_once:
        value.flush()


_UTF8: Final = TextEncoding("UTF8", marked=False)
_OF_WRITERS: Final[dict[str, Method[Any]]] = {
    **OF_WRITERS, "flush": method(0)(_flush), "close": method(0)(_close), "dispose": method(0)(_close),
}  # fmt: skip
_OF_FILES: Final = own_statics["System.IO.File"][0]
_OF_FILES["opentext"] = method(1)(lambda _n, a: FileReader(text_of(read(Asked("OpenText", a)), _UTF8)))
_OF_FILES["createtext"] = method(1)(lambda _n, a: _opened(Asked("CreateText", a), _UTF8, more=False))
_OF_FILES["appendtext"] = method(1)(lambda _n, a: _opened(Asked("AppendText", a), _UTF8, more=True))
own_types[FileReader] = lambda value: _READER
own_types[FileWriter] = lambda value: _WRITER
own_properties[FileReader] = _reader_property
own_properties[FileWriter] = _writer_property
own_methods[FileReader] = OF_READERS
own_methods[FileWriter] = _OF_WRITERS
setters[FileWriter] = _set
own_statics[_READER] = {"new": method(1, 2)(_read)}, {}
own_statics[_WRITER] = {"new": method(1, 3)(_written)}, {}
