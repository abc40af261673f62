"""Readers and writers of a text: `[IO.StringReader]`, `[IO.StringWriter]`.

Rule of this file: what .NET says of one that is closed is said here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING
from lync_magic.language.values.collections import NOTHING, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere, ambiguous, call_failed
from lync_magic.language.values.formatting import format_called
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import own_types, type_of

_READER, _WRITER = "System.IO.StringReader", "System.IO.StringWriter"
_LINE_ENDS: Final = re.compile(r"\r\n|\r|\n")


class Reader:
    """A text that is read on."""

    __slots__ = ("closed", "place", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.closed = False

    def rest(self, name: str) -> str:
        """What was not read yet. name: the method that asks."""
        if self.closed:
            call_failed(name, 0, "Cannot read from a closed TextReader.", "ObjectDisposedException")
        return self.text[self.place :]

    def __str__(self) -> str:
        return _READER


class Writer:
    """A text that is written on."""

    __slots__ = ("closed", "line_end", "text")

    def __init__(self) -> None:
        self.text = ""
        self.line_end: str = os.linesep
        self.closed = False

    def put(self, name: str, count: int, text: str) -> None:
        """Write a text. name, count: the method and its arguments."""
        if self.closed:
            call_failed(name, count, "Cannot write to a closed TextWriter.", "ObjectDisposedException")
        self.text += text

    def __str__(self) -> str:
        return self.text


def _read_line(value: Reader, _arguments: Sequence[object]) -> object:
    rest = value.rest("ReadLine")
    if not rest:
        return None
    found = _LINE_ENDS.search(rest)
    value.place += len(rest) if found is None else found.end()
    return rest if found is None else rest[: found.start()]


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
    value.closed = True
    return NOTHING


def _writer_property(value: Writer, folded: str) -> object:
    if folded == "newline":
        return value.line_end
    if folded in ("encoding", "formatprovider"):
        raise NotKnownHere(f"the property .{folded} of a [{_WRITER}]")
    return MISSING


def _set_writer(value: Writer, name: str, new: object) -> None:
    if name.lower() != "newline":
        raise NotKnownHere(f"setting .{name} of a [{_WRITER}]")
    value.line_end = os.linesep if new is None else to_text(new)


def _written(name: str, value: Writer, arguments: Sequence[object]) -> object:
    """`.Write(…)` and `.WriteLine(…)`: a value, or a format and what goes into it."""
    text = _shown(name, arguments) if arguments else ""
    value.put(name, len(arguments), text + (value.line_end if name == "WriteLine" else ""))
    return NOTHING


def _shown(name: str, arguments: Sequence[object]) -> str:
    told, *rest = arguments
    if rest:
        if type(told) is not str or any(map(is_collection, rest)):
            raise NotKnownHere(f".{name}() of a [{_WRITER}] with such arguments")
        if len(rest) > 1:
            raise ambiguous(name, len(arguments))
        return format_called(name, len(arguments), told, rest)
    if type_of(told) == "System.Char[]":
        return "".join(map(str, items_of(told)))
    return net_text(told)


_OF_READERS: Final[dict[str, Method[Any]]] = {
    "readline": method(0)(_read_line), "readtoend": method(0)(_read_rest), "read": method(0)(_read_one),
    "peek": method(0)(_peek), "close": method(0)(_close), "dispose": method(0)(_close),
}  # fmt: skip
_OF_WRITERS: Final[dict[str, Method[Any]]] = {
    "write": method(1, 5)(lambda v, a: _written("Write", v, a)),
    "writeline": method(0, 5)(lambda v, a: _written("WriteLine", v, a)),
    "flush": method(0)(lambda v, a: NOTHING), "close": method(0)(_close), "dispose": method(0)(_close),
    "tostring": method(0)(lambda v, a: str(v)),
}  # fmt: skip
own_types[Reader] = lambda value: _READER
own_types[Writer] = lambda value: _WRITER
own_properties[Reader] = lambda value, folded: MISSING
own_properties[Writer] = _writer_property
own_methods[Reader] = _OF_READERS
own_methods[Writer] = _OF_WRITERS
setters[Writer] = _set_writer
own_statics[_READER] = {"new": method(1)(lambda _n, a: Reader(to_text(a[0])))}, {}
own_statics[_WRITER] = {"new": method(0)(lambda _n, a: Writer())}, {}
