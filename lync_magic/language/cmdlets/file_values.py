"""A path as a file or folder: `[System.IO.FileInfo]'a.csv'`, as the type of a script's parameter most of all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from lync_magic.clixml import Char, EnumValue, ObjectLike, PSObject
from lync_magic.language.cmdlets.files import FILE_BASES, file_item
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import NotKnownHere, cannot_convert
from lync_magic.language.values.methods import method
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.shapes import final
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.surroundings import is_file, is_folder, net_path
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import type_of

FILE: Final = "System.IO.FileInfo"
FOLDER: Final = "System.IO.DirectoryInfo"


def _of_path(kind: str, value: object) -> object:
    """`[kind]value`: what is there, or what would be there. Its text is the path as it was given."""
    if value is None or type_of(value) == kind:
        return value
    if isinstance(value, ObjectLike):
        raise NotKnownHere(f"a [{kind}] of a [{type_of(value)}]")
    return _named(kind, to_text(value))


def _converted(kind: str, value: object) -> object:
    """`[kind]value`: texts and numbers are paths to a conversion."""
    if isinstance(value, bool | datetime | Char | EnumValue):
        why = f"Invalid cast from '{type_of(value)}' to '{kind}'."
        raise cannot_convert(net_text(value), kind, why, "InvalidCastIConvertible")
    is_path = value is None or type_of(value) in ("System.String", kind) or as_number(value) is not None
    if is_path or isinstance(value, ObjectLike):
        return _of_path(kind, value)
    raise final(value, kind)


def _named(kind: str, text: str) -> object:
    if not text:
        why = "The value cannot be an empty string. (Parameter 'path')"
        raise cannot_convert(text, kind, why, "InvalidCastConstructorException")
    path = net_path(text)
    if is_folder(path) if kind == FOLDER else is_file(path):
        made = file_item(path)
        made.text = text
        return made
    name = os.path.basename(path)
    base, extension = os.path.splitext(name)
    content: dict[str, Any] = {"Name": name, "FullName": path, "Exists": False, "Extension": extension}
    content["BaseName"] = name if kind == FOLDER else base
    if kind == FILE:
        content |= {"DirectoryName": os.path.dirname(path), "Length": None}
    return PSObject(content, (kind, *FILE_BASES), text)


def _made(kind: str, _none: None, arguments: Sequence[object]) -> object:
    return _of_path(kind, arguments[0])


for _kind in (FILE, FOLDER):
    more_converters[_kind] = partial(_converted, _kind)
    own_statics[_kind] = {"new": method(1)(partial(_made, _kind))}, {}
