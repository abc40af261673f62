"""Readers and writers of text: `[IO.StreamReader]`, `[IO.StreamWriter]`, `[IO.StringReader]`, `[IO.StringWriter]`.

Rules of this file: a file is read whole when it is opened, and written when its writer is flushed or closed. What .NET
says of one that is closed is said here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.collections import NOTHING, is_collection, items_of
from lync_magic.language.values.encodings import TextEncoding, decoded_text
from lync_magic.language.values.failures import NotKnownHere, ambiguous, call_failed
from lync_magic.language.values.file_statics import (
    FILE,
    LINE_ENDS,
    PLAIN,
    bytes_at,
    encoding_at,
    told_by_net,
    whole_path,
)
from lync_magic.language.values.formatting import format_called
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.numeric import to_bool
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import own_types, type_of

_READER, _WRITER = "System.IO.StreamReader", "System.IO.StreamWriter"
_TEXT_READER, TEXT_WRITER = "System.IO.StringReader", "System.IO.StringWriter"


class Reader:
    """A text that is read on. kind: its type."""

    __slots__ = ("closed", "kind", "place", "text")

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text
        self.place = 0
        self.closed = False

    def rest(self, name: str) -> str:
        """What was not read yet. name: the method that asks."""
        if self.closed:
            what = "StreamReader" if self.kind == _READER else ""
            named = f"\nObject name: '{what}'." if what else ""
            call_failed(name, 0, f"Cannot read from a closed TextReader.{named}", "ObjectDisposedException")
        return self.text[self.place :]

    def __str__(self) -> str:
        return self.kind


class Writer:
    """A text that is written on. kind: its type.  path: the file's, where it is one's.  encoding: of the file."""

    __slots__ = ("at_once", "closed", "encoding", "kind", "line_end", "path", "waiting")

    def __init__(self, kind: str, path: str = "", encoding: TextEncoding = PLAIN) -> None:
        self.kind = kind
        self.path = path
        self.encoding = encoding
        self.waiting = ""
        self.line_end: str = os.linesep
        self.at_once = False
        self.closed = False

    def put(self, name: str, count: int, text: str) -> None:
        """Write a text. name, count: the method and its arguments."""
        if self.closed:
            what = "\nObject name: 'StreamWriter'." if self.kind == _WRITER else ""
            call_failed(name, count, f"Cannot write to a closed TextWriter.{what}", "ObjectDisposedException")
        self.waiting += text
        if self.at_once:
            self.flush()

    def flush(self) -> None:
        """Bring what waits into the file."""
        if self.path and self.waiting:
            with open(self.path, "ab") as file:
                file.write((self.encoding.mark if file.tell() == 0 else b"") + self.encoding.bytes_of(self.waiting))
            self.waiting = ""

    def __str__(self) -> str:
        return self.kind if self.kind == _WRITER else self.waiting


def _read_line(value: Reader, _arguments: Sequence[object]) -> object:
    rest = value.rest("ReadLine")
    if not rest:
        return None
    found = LINE_ENDS.search(rest)
    line = rest if found is None else rest[: found.start()]
    value.place += len(rest) if found is None else found.end()
    return line


def _read_rest(value: Reader, _arguments: Sequence[object]) -> object:
    rest = value.rest("ReadToEnd")
    value.place = len(value.text)
    return rest


def _read_one(value: Reader, _arguments: Sequence[object]) -> object:
    rest = value.rest("Read")
    value.place += 1 if rest else 0
    return ord(rest[0]) if rest else -1


def _peek(value: Reader, _arguments: Sequence[object]) -> object:
    rest = value.rest("Peek")
    return ord(rest[0]) if rest else -1


def _close(value: Reader | Writer, _arguments: Sequence[object]) -> object:
    if isinstance(value, Writer):
        value.flush()
    value.closed = True
    return NOTHING


def _reader_property(value: Reader, folded: str) -> object:
    if value.kind == _READER and folded == "endofstream":
        return not value.rest("get_EndOfStream")
    if value.kind == _READER and folded in ("basestream", "currentencoding"):
        raise NotKnownHere(f"the property .{folded} of a [{value.kind}]")
    return MISSING


def _writer_property(value: Writer, folded: str) -> object:
    if folded == "newline":
        return value.line_end
    if value.kind == _WRITER and folded == "autoflush":
        return value.at_once
    if folded in ("encoding", "formatprovider", "basestream"):
        raise NotKnownHere(f"the property .{folded} of a [{value.kind}]")
    return MISSING


def _set_writer(value: Writer, name: str, new: object) -> None:
    match name.lower():
        case "newline":
            value.line_end = os.linesep if new is None else to_text(new)
        case "autoflush" if value.kind == _WRITER:
            value.at_once = to_bool(new)
            value.flush()
        case _:
            raise NotKnownHere(f"setting .{name} of a [{value.kind}]")


def _written(name: str, value: Writer, arguments: Sequence[object]) -> object:
    """`.Write(…)` and `.WriteLine(…)`: a value, or a format and what goes into it."""
    text = _shown(name, value, arguments) if arguments else ""
    value.put(name, len(arguments), text + (value.line_end if name == "WriteLine" else ""))
    return NOTHING


def _shown(name: str, value: Writer, arguments: Sequence[object]) -> str:
    told, *rest = arguments
    if rest:
        if type(told) is not str or any(map(is_collection, rest)):
            raise NotKnownHere(f".{name}() of a [{value.kind}] with such arguments")
        if value.kind == TEXT_WRITER and len(rest) > 1:
            raise ambiguous(name, len(arguments))
        return format_called(name, len(arguments), told, rest)
    if type_of(told) == "System.Char[]":
        return "".join(map(str, items_of(told)))
    return net_text(told)


def _flush(value: Writer, _arguments: Sequence[object]) -> object:
    value.flush()
    return NOTHING


def _opened(name: str, told: object, count: int, encoding: TextEncoding = PLAIN) -> Reader:
    path = whole_path(name, count, told, what=FILE)
    return Reader(_READER, decoded_text(bytes_at(name, count, path), encoding))


def _new_reader(_none: None, arguments: Sequence[object]) -> object:
    if type_of(arguments[0]) != "System.String":
        raise NotKnownHere(f"[{_READER}]::new of such a value")
    if len(arguments) > 1 and isinstance(arguments[1], bool):
        return _opened(".ctor", arguments[0], 2)
    return _opened(".ctor", arguments[0], len(arguments), encoding_at(".ctor", arguments, 1))


def _began(name: str, told: object, count: int, encoding: TextEncoding, *, append: bool) -> Writer:
    path = whole_path(name, count, told, what=FILE)
    with told_by_net(name, count, path), open(path, "ab" if append else "wb"):
        return Writer(_WRITER, path, encoding)


def _new_writer(_none: None, arguments: Sequence[object]) -> object:
    if type_of(arguments[0]) != "System.String" or (len(arguments) > 1 and not isinstance(arguments[1], bool)):
        raise NotKnownHere(f"[{_WRITER}]::new of such values")
    append = len(arguments) > 1 and to_bool(arguments[1])
    return _began(".ctor", arguments[0], len(arguments), encoding_at(".ctor", arguments, 2), append=append)


def _new_text_reader(_none: None, arguments: Sequence[object]) -> object:
    return Reader(_TEXT_READER, to_text(arguments[0]))


def _kind(value: object) -> str:
    assert isinstance(value, Reader | Writer)
    return value.kind


_OF_READERS: Final[dict[str, Method[Any]]] = {
    "readline": method(0)(_read_line), "readtoend": method(0)(_read_rest), "read": method(0)(_read_one),
    "peek": method(0)(_peek), "close": method(0)(_close), "dispose": method(0)(_close),
}  # fmt: skip
_OF_WRITERS: Final[dict[str, Method[Any]]] = {
    "write": method(1, 5)(lambda v, a: _written("Write", v, a)),
    "writeline": method(0, 5)(lambda v, a: _written("WriteLine", v, a)),
    "flush": method(0)(_flush), "close": method(0)(_close), "dispose": method(0)(_close),
    "tostring": method(0)(lambda v, a: str(v)),
}  # fmt: skip
own_types[Reader] = _kind
own_types[Writer] = _kind
own_properties[Reader] = _reader_property
own_properties[Writer] = _writer_property
own_methods[Reader] = _OF_READERS
own_methods[Writer] = _OF_WRITERS
setters[Writer] = _set_writer
own_statics[_READER] = {"new": method(1, 2)(_new_reader)}, {}
own_statics[_WRITER] = {"new": method(1, 3)(_new_writer)}, {}
own_statics[_TEXT_READER] = {"new": method(1)(_new_text_reader)}, {}
own_statics[TEXT_WRITER] = {"new": method(0)(lambda _n, a: Writer(TEXT_WRITER))}, {}
own_statics[FILE][0].update(
    {
        "opentext": method(1)(lambda _n, a: _opened("OpenText", a[0], 1)),
        "createtext": method(1)(lambda _n, a: _began("CreateText", a[0], 1, PLAIN, append=False)),
        "appendtext": method(1)(lambda _n, a: _began("AppendText", a[0], 1, PLAIN, append=True)),
    }
)
