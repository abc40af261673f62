"""How an error record looks as text: what Out-String, Out-File, `*> file` and Tee-Object write of it.

PowerShell's own view of it (Get-FormatData System.Management.Automation.ErrorRecord) for `$ErrorView` ConciseView, the
console's own, NormalView and CategoryView, without colours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.language.evaluate.error_values import (
    ErrorValue,
    category_info,
    invocation_of,
    is_servers,
    target_of,
    was_thrown,
)
from lync_magic.language.layout.shapes import own_lines
from lync_magic.language.values.collections import is_table
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.properties import get_property
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import type_of

_view: ContextVar[Callable[[], object]] = ContextVar("view", default=lambda: MISSING)
_finds: ContextVar[Callable[[str], bool]] = ContextVar("finds", default=lambda _name: True)
_columns: ContextVar[Callable[[], int]] = ContextVar("columns", default=lambda: 120)
_WIDTH: Final = 4
"""Of a line's number."""


@contextmanager
def viewing(view: Callable[[], object], columns: Callable[[], int], finds: Callable[[str], bool]) -> Iterator[None]:
    """Run a cell with what it gives for `$ErrorView`, MISSING where that is nothing, on a screen of so many columns.
    finds: whether a function is still there where an error is shown."""
    tokens = _view.set(view), _columns.set(columns), _finds.set(finds)
    try:
        yield
    finally:
        _view.reset(tokens[0])
        _columns.reset(tokens[1])
        _finds.reset(tokens[2])


def error_text(value: ErrorValue) -> str:
    """The text of an error record."""
    found = _view.get()()
    view = "conciseview" if found is MISSING else to_text(found).lower()
    if view == "detailedview" or value.record().category == "ParserError":
        raise NotKnownHere("the text of an error record")
    if view == "categoryview":
        return to_text(category_info(value))
    return _concise(value) if view == "conciseview" else _normal(value)


def _concise(value: ErrorValue) -> str:
    error = value.told
    target = target_of(error)
    if is_table(target) and {"line", "linetext"} <= {to_text(key).lower() for key in target}:
        raise NotKnownHere("the text of an error record whose target tells a line")
    invocation = None if is_servers(error) else invocation_of(value)
    position, message = "", str(value)
    file = "" if invocation is None else to_text(invocation["ScriptName"])
    if invocation is not None and (file or int(invocation.get("ScriptLineNumber", 0)) > 1):
        _place, *marked = to_text(invocation["PositionMessage"]).split("\n")
        if not marked:
            raise NotKnownHere("the text of an error record of which the line alone is known")
        line, mark = marked
        number = str(invocation["ScriptLineNumber"])
        bar = " " * max(len(number) - _WIDTH, 0) + " " * (_WIDTH + 1) + "| "
        told = f"{file}:{number}" if file else ""
        position = f"{told}\n{bar[: -_WIDTH - 3]}Line |\n{number.rjust(_WIDTH)} | {line[1:]}\n{bar}{mark[1:]}\n{bar}"
    recommended = error.recommended.strip() if isinstance(error, ScriptError) else ""
    action = f"\n  Recommendation: {error.recommended}" if recommended and isinstance(error, ScriptError) else ""
    if file:
        prefix = position.rpartition("\n")[2]
        position, message = position.removesuffix(prefix), _lines(prefix, message, _columns.get()())
    return f"{_reason(value, invocation)}: {position}{message}{action}"


def _lines(prefix: str, message: str, columns: int) -> str:
    """What an error of a script file says, broken where the screen ends."""
    whole = prefix + message.replace(os.linesep, " ").replace("\n", " ").replace("\t", " ")
    if not 0 < columns < len(whole):
        return f"{whole}\n"
    lines = [_to_last_space(whole, columns)]
    rest = whole[len(lines[0]) :].strip()
    while len(rest) + len(prefix) > columns and len(line := _to_last_space(prefix + rest, columns)) > len(prefix):
        lines.append(line)
        rest = rest[len(line) - len(prefix) :].strip()
    return "\n".join([*lines, prefix + rest, ""])


def _to_last_space(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    spaces = [place for place, sign in enumerate(text[:length]) if sign.isspace()]
    return text[: spaces[-1] if spaces else length]


def _reason(value: ErrorValue, invocation: PSObject | None) -> str:
    if was_thrown(value.exception):
        return "Exception"
    command = None if invocation is None else invocation["MyCommand"]
    is_command = command is not None and not type_of(command).endswith(".ExternalScriptInfo")
    name = to_text(get_property(command, "Name")) if is_command else ""
    if is_command and type_of(command).endswith(".FunctionInfo") and not _finds.get()(name):
        name = ""
    told = category_info(value)
    category = "" if to_text(told["Category"]) == "NotSpecified" else to_text(told["Category"])
    called = "" if invocation is None else to_text(invocation["InvocationName"])
    return name or to_text(told["Activity"]) or called or category or to_text(told["Reason"])


def _normal(value: ErrorValue) -> str:
    error = value.told
    if is_servers(error):
        raise NotKnownHere("the text of a server's error record in NormalView")
    invocation = invocation_of(value)
    prefix = position = ""
    if invocation is not None and (said := to_text(invocation.get("PositionMessage", ""))):
        position = f"\n{said}"
    if invocation is not None:
        command = invocation["MyCommand"]
        called = to_text(invocation["InvocationName"])
        name = to_text(command) if called in ("", "&", ".") and command is not None else called
        if type_of(command).endswith(".ExternalScriptInfo"):
            name = to_text(get_property(command, "Path"))
        prefix = f"{name} : " if name else ""
    told = f"+ CategoryInfo          : {to_text(category_info(value))}"
    return f"{prefix}{value}{position}\n{told}\n+ FullyQualifiedErrorId : {value.record().error_id}"


own_lines[ErrorValue] = error_text
