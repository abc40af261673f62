"""What of a cell is PowerShell, and what is IPython's: `%magic` and `!program` lines, `#!` lines, `%%magic` cells.

Rules: a line is IPython's only where a statement may begin, outside of every string, comment and bracket, and where
PowerShell could only take it for a command that cannot be (`%name`, `!name`): `% { … }`, `%{ … }` and `!$x` are
PowerShell's; so is `?`, but for a cell of one word with it (`Get-Item?`). A `#!` line is a comment to PowerShell;
`#!/bin/…`, the first line of a script file, stays one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

_CELL_MAGIC: Final = re.compile(r"\s*%%(\w[\w.]*)")
_CANDIDATE: Final = re.compile(r"^[ \t]*(?:%{1,2}[A-Za-z]|![\w./~\"'\\]|#![A-Za-z])", re.MULTILINE)
_MAGIC: Final = re.compile(r"[ \t]*%[A-Za-z]")
_SHELL: Final = re.compile(r"[ \t]*!!?[A-Za-z./~\"'\\]")
_DIRECTIVE: Final = re.compile(r"[ \t]*#!([A-Za-z][\w.#-]*)")
_POWERSHELL: Final = frozenset(("pwsh", "powershell"))
_HELP: Final = re.compile(r"\s*(?:\?{1,2}(\$?[A-Za-z][\w:.-]*)|(\$?[A-Za-z][\w:.-]*)\?{1,2})\s*")
_NOT_CODE: Final = re.compile(
    r"(?P<here>@(?P<quote>[\"'])[ \t]*\n.*?^(?P=quote)@)"
    r"|(?P<block><#.*?#>)"
    r"|(?P<single>'[^']*')"
    r"|(?P<comment>(?:(?<=[\s;{}()|&,=])|^)#[^\n]*)"
    r"|(?P<escape>`.)"
    r"|(?P<double>\")"
    r"|(?P<open>[({\[])|(?P<close>[)}\]])"
    r"|(?P<line>\n)",
    re.DOTALL | re.MULTILINE,
)
_IN_DOUBLE: Final = re.compile(r"`.|\"\"|(?P<sub>\$\()|(?P<end>\")", re.DOTALL)


class Kind(Enum):
    """What runs a part of a cell."""

    POWERSHELL = "PowerShell"
    MAGIC = "magic"
    SHELL = "shell"
    DIRECTIVE = "directive"
    HELP = "help"


@dataclass(frozen=True)
class Part:
    """One part of a cell. line: of the cell, from 0, where it begins.

    body: what belongs to a directive that names another language, up to the next directive that names one; `full`,
    where full help is asked for.
    """

    kind: Kind
    text: str
    line: int
    body: str = ""


def cell_magic(text: str) -> str | None:
    """The name of the `%%magic` that a cell begins with, or None."""
    found = _CELL_MAGIC.match(text)
    return found[1] if found else None


def part_at(text: str, position: int, languages: Container[str] = frozenset()) -> Part | None:
    """The part of a cell in which a place is. position: in characters."""
    line = text.count("\n", 0, position)
    return next((part for part in reversed(list(parts(text, languages))) if part.line <= line), None)


def open_brackets(text: str) -> int:
    """How many brackets are open at the end of a text."""
    return _scan(text)[1]


def parts(text: str, languages: Container[str] = frozenset()) -> Iterator[Part]:
    """A cell's parts, in order. languages: the directives that begin a text in another language.

    They are found one after the other: what runs in between may add to `languages`.
    """
    asked = _HELP.fullmatch(text)
    if asked is not None:
        return iter([Part(Kind.HELP, asked[1] or asked[2], 0, "full" if "??" in text else "")])
    plain = _CANDIDATE.search(text) is None
    found = iter([Part(Kind.POWERSHELL, text, 0)]) if plain else _parts(text, languages)
    return (part for part in found if part.kind is not Kind.POWERSHELL or part.text.strip())


def _parts(text: str, languages: Container[str]) -> Iterator[Part]:
    lines = text.split("\n")
    begins = _statement_lines(text)
    first = number = 0
    while number < len(lines):
        kind = _kind(lines[number]) if number in begins else None
        if kind is None:
            number += 1
            continue
        yield Part(Kind.POWERSHELL, "\n".join(lines[first:number]), first)
        end = number + 1
        name = _named(lines[number])
        if name in languages and name not in _POWERSHELL:
            while end < len(lines) and not (_named(lines[end]) in languages or _named(lines[end]) in _POWERSHELL):
                end += 1
            yield Part(kind, lines[number].strip(), number, "\n".join(lines[number + 1 : end]))
            yield from (
                Part(part.kind, part.text, part.line + end, part.body)
                for part in _parts("\n".join(lines[end:]), languages)
            )
            return
        while kind is not Kind.DIRECTIVE and lines[end - 1].endswith("\\") and end < len(lines):
            end += 1
        yield Part(kind, "\n".join(lines[number:end]).strip(), number)
        first = number = end
    yield Part(Kind.POWERSHELL, "\n".join(lines[first:]), first)


def _named(line: str) -> str:
    """What a directive is called, or ""."""
    found = _DIRECTIVE.match(line)
    return found[1].lower() if found is not None else ""


def _kind(line: str) -> Kind | None:
    if _MAGIC.match(line):
        return Kind.MAGIC
    if _SHELL.match(line):
        return Kind.SHELL
    return Kind.DIRECTIVE if _DIRECTIVE.match(line) else None


def _statement_lines(text: str) -> set[int]:
    """The lines, from 0, that begin outside of strings, comments, brackets and statements that go on."""
    return _scan(text)[0]


def _scan(text: str) -> tuple[set[int], int]:
    """Those lines, and how many brackets are open at the end."""
    begins, depth, place = {0}, 0, 0
    while True:
        found = _NOT_CODE.search(text, place)
        if found is None:
            return begins, depth
        place = found.end()
        if found["open"]:
            depth += 1
        elif found["close"]:
            depth = max(0, depth - 1)
        elif found["double"]:
            place = _after_double(text, place)
        elif found["line"]:
            before = text[: found.start()].rstrip()
            if depth == 0 and not before.endswith(("|", "&&", ",")):
                begins.add(text.count("\n", 0, place))


def _after_double(text: str, place: int) -> int:
    """The end of a text in double quotes, with the expressions in it."""
    while True:
        found = _IN_DOUBLE.search(text, place)
        if found is None:
            return len(text)
        place = found.end()
        if found["end"]:
            return place
        if found["sub"]:
            place = _after_bracket(text, place)


def _after_bracket(text: str, place: int) -> int:
    depth = 1
    while depth:
        found = _NOT_CODE.search(text, place)
        if found is None:
            return len(text)
        place = found.end()
        if found["double"]:
            place = _after_double(text, place)
        depth += bool(found["open"]) - bool(found["close"])
    return place
