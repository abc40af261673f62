"""The help that a function brings in its comments: before it, at the beginning of its body or at the end of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.failures import NotKnownHere

_DIRECTIVE: Final = re.compile(r"^\s*\.(\w+)(?:\s+(\S.*))?\s*$")
_COMMENT: Final = r"(?:<#.*?#>|#[^\r\n]*)"
_AT_START: Final = re.compile(rf"(?:\s|{_COMMENT})*", re.DOTALL)
_BEFORE: Final = re.compile(r"(?:<#(?:(?!#>).)*#>|(?:^[ \t]*#[^\n]*\n)*^[ \t]*#[^\n]*)\s*\Z", re.DOTALL | re.MULTILINE)
_BLANK: Final = re.compile(r"[ \t\xa0]*")
_PROMPT: Final = "PS > "
_LISTS: Final = ("EXAMPLE", "INPUTS", "OUTPUTS", "LINK")
_ONCE: Final = ("SYNOPSIS", "DESCRIPTION", "NOTES", "COMPONENT", "ROLE", "FUNCTIONALITY")


_KNOWN: Final = frozenset(
    (*_LISTS, *_ONCE, "PARAMETER", "FORWARDHELPTARGETNAME", "FORWARDHELPCATEGORY", "REMOTEHELPRUNSPACE", "EXTERNALHELP")
)


@dataclass
class CommentHelp:
    """Sections by their names in capitals, the lists of those that come several times, parameters' texts by name."""

    sections: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)


def comment_help(block: Block) -> CommentHelp | None:
    """That of a function, None where it has none. Raises NotKnownHere for a section that stands elsewhere."""
    for comments in _comments(block):
        lines = list(_lines(comments))
        if any((told := _DIRECTIVE.match(line)) and told[1].upper() in _KNOWN for line in lines):
            return _sections(lines)
    return None


def _comments(block: Block) -> Iterator[str]:
    """The comments that may be its help, the first of them first."""
    source, end = block.node.extent.source.text, block.node.extent.end
    start = source.rfind(block.definition, 0, end + len(block.definition)) if block.definition else -1
    before = _BEFORE.search(source[: max(start, 0)])
    if before is not None and before[0].strip() and before[0][len(before[0].rstrip()) :].count("\n") <= 2:
        yield before[0]
    at_start = _AT_START.match(block.text)
    if at_start is not None and at_start[0].strip():
        yield from re.findall(rf"<#.*?#>|(?:^[ \t]*#[^\n]*\n?)+|{_COMMENT}", at_start[0], re.DOTALL | re.MULTILINE)
    at_end = _BEFORE.search(block.text)
    if at_end is not None:
        yield at_end[0]


def _lines(comments: str) -> Iterator[str]:
    for one in re.findall(_COMMENT, comments, re.DOTALL):
        if one.startswith("<#"):
            yield from one[2:-2].replace("\r\n", "\n").split("\n")
        else:
            yield one.lstrip("#").rstrip("\r")


def _sections(lines: list[str]) -> CommentHelp:
    found = CommentHelp()
    place = 0
    while place < len(lines):
        told = _DIRECTIVE.match(lines[place])
        place += 1
        if told is None:
            if lines[place - 1].strip():
                raise NotKnownHere("help in a comment that begins with something else")
            continue
        text, place = _text(lines, place)
        name = told[1].upper()
        if name == "PARAMETER" and told[2]:
            found.parameters[told[2].strip().upper()] = text
        elif name in _LISTS and not told[2]:
            found.lists.setdefault(name, []).append(text)
        elif name in _ONCE and not told[2]:
            found.sections[name] = text
        else:
            raise NotKnownHere(f"the section .{told[1]} of a function's help")
    return found


def _text(lines: list[str], place: int) -> tuple[str, int]:
    """A section's text and where the next begins: its first line says how far all of them are moved to the left."""
    held: list[str] = []
    moved = 0
    while place < len(lines) and not _DIRECTIVE.match(lines[place]):
        line = lines[place]
        place += 1
        found = _BLANK.match(line)
        blank = found.end() if found is not None else 0
        if not held:
            if not line.strip():
                continue
            moved = blank
        held.append(line[min(moved, blank) :])
    return "\n".join(held).strip(), place


def example_parts(text: str) -> tuple[str, str, str]:
    """An example's prompt, code and remarks."""
    first = re.match(r"^.*?>", text)
    prompt = first[0] if first is not None else _PROMPT
    text = text[len(prompt) :] if first is not None else text
    code, _blank, remarks = text.partition("\n\n")
    return prompt, code.strip(), remarks.strip()
