"""ConvertFrom-StringData, Get-FileHash, Out-Host and Out-Default."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.files import absolute, expanded, paths_of, real
from lync_magic.language.cmdlets.globbing import lost_folder
from lync_magic.language.cmdlets.stream import all_of, is_broken, objects, to_screen
from lync_magic.language.layout.shapes import lines_of
from lync_magic.language.values.collections import Hashtable, net_object
from lync_magic.language.values.digests import ALGORITHMS
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.text import argument_text, to_text
from lync_magic.psrp import ScreenLine

_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([^\w])|([aefnrtv]))")
_LETTERS: Final = {"a": "\a", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescaped(text: str) -> str:
    """A text whose escapes are read as those of a regular expression."""
    if "\\" in _ESCAPE.sub("", text):
        raise NotKnownHere(f"ConvertFrom-StringData of {text}")

    def one(found: re.Match[str]) -> str:
        number = found[1] or found[2]
        return chr(int(number, 16)) if number else found[3] or _LETTERS[found[4]]

    return _ESCAPE.sub(one, text)


def _string_data(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    parting = to_text(call.get("Delimiter", "="))
    for told in [call.get("StringData")] if input is None else input:
        made = Hashtable()
        for line in argument_text(told).split("\n"):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            name, found, value = text.partition(parting)
            if not found or not name.strip():
                raise _bad_data(f"Data line '{text}' is not in 'name=value' format. ")
            if name.strip() in made:
                raise _bad_data(f"Data item '{name.strip()}' in line '{text}' is already defined. ")
            made[name.strip()] = _unescaped(value.strip())
        yield made


def _bad_data(message: str) -> ScriptError:
    error_id = "InvalidOperation,Microsoft.PowerShell.Commands.ConvertFromStringDataCommand"
    return ScriptError(message, error_id, "InvalidOperation", exception="PSInvalidOperationException")


def _file_hash(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    names, literal = paths_of(call)
    told = ((one, literal) for one in all_of(names)) if input is None else map(_path, input)
    algorithm = to_text(call.get("Algorithm", "SHA256")).upper()
    for path in (path for one, literal in told for path in _there(call, one, literal=literal)):
        if Path(path).is_dir():
            message, shown = f"Access to the path '{absolute(path)}' is denied.", absolute(path)
            error_id, kind = f"UnauthorizedAccessError,{call.error_suffix}", "UnauthorizedAccessException"
            call.services.error(ScriptError(message, error_id, "InvalidData", exception=kind, target=shown))
            continue
        digest = hashlib.new(algorithm.lower(), Path(path).read_bytes(), usedforsecurity=False).hexdigest().upper()
        content = {"Algorithm": algorithm, "Hash": digest, "Path": absolute(path)}
        yield net_object("Microsoft.PowerShell.Commands.FileHashInfo", content)


def _there(call: BoundCall, one: object, *, literal: bool) -> Iterator[str]:
    text = to_text(one)
    wild = not literal and any(sign in text for sign in "*?[")
    if wild and lost_folder(real(one)):
        return
    if wild or os.path.lexists(real(one)):
        yield from expanded(call, [one], literal=literal)
        return
    message, kind = f"Cannot find path '{absolute(one)}' because it does not exist.", "ItemNotFoundException"
    if literal:
        text, kind = absolute(one), "FileNotFoundException"
        message = f"Could not find file '{text}'."
    error_id = f"FileNotFound,{call.error_suffix}"
    call.services.error(ScriptError(message, error_id, "ObjectNotFound", exception=kind, target=text))


def _path(item: object) -> tuple[str, bool]:
    """The path that an object is or has, and whether it is literal: that of a file is."""
    found = get_property(item, "FullName")
    return (found, True) if isinstance(found, str) else (to_text(item), False)


def _out_host(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    told = to_screen(call, (one for one in objects(call, input) if one is not None))
    width = call.services.evaluator.runtime.width - 1  # a console leaves its last column free
    for line in lines_of(told, width, broken=lambda: is_broken(input)):
        call.services.report(ScreenLine(line))
    yield from ()


CMDLETS: Final = (
    ClientCommand(
        "ConvertFrom-StringData",
        (
            ParameterSpec("StringData", "string", position=0, mandatory=True, by_value=True),
            ParameterSpec("Delimiter", "char", position=1),
        ),
        _string_data,
        (),
        "ConvertFromStringDataCommand",
        own=True,
    ),
    ClientCommand(
        "Get-FileHash",
        (
            ParameterSpec("Path", "string[]", position=0, mandatory=True, by_value=True, sets=("Path",)),
            ParameterSpec("LiteralPath", "string[]", ("PSPath", "LP"), mandatory=True, sets=("LiteralPath",)),
            ParameterSpec("InputStream", "object", mandatory=True, sets=("Stream",), unsupported=True),
            ParameterSpec("Algorithm", "string", position=1, allowed=ALGORITHMS),
        ),
        _file_hash,
        (),
        "GetFileHashCommand",
        "Path",
        own=True,
    ),
    ClientCommand(
        "Out-Host",
        (ParameterSpec("InputObject", "object", by_value=True), ParameterSpec("Paging", "switch", unsupported=True)),
        _out_host,
        ("oh",),
        "OutHostCommand",
        as_it_comes=True,
    ),
    ClientCommand(
        "Out-Default",
        (
            ParameterSpec("InputObject", "object", by_value=True),
            ParameterSpec("Transcript", "switch", unsupported=True),
        ),
        _out_host,
        (),
        "OutDefaultCommand",
        as_it_comes=True,
    ),
)
