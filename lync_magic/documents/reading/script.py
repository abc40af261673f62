"""Reads a script (`.ps1`): its comment help, its regions and its comments are prose, its statements blocks.

Rules: a block is what stands together, without a blank line or a comment of its own line between, and whole: a
function is never cut. Comments at the end of a line stay with the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lync_magic.documents.model import Block, Document, Part, Prose
from lync_magic.documents.reading.html import plain_tags
from lync_magic.documents.sentences import language_of
from lync_magic.documents.shapes import parsed

_KEYWORD: Final = re.compile(r"^\s*\.([A-Za-z]+)\s*(.*)$")
_REGION: Final = re.compile(r"^\s*#\s*(end)?region\b\s*(.*)$", re.IGNORECASE)
_SIGNATURE: Final = "# SIG # Begin signature block"


def read_script(text: str, path: str, language: str | None = None) -> Document:
    """A script as a document."""
    lines = text.split("\n")
    if _SIGNATURE in lines:
        lines = lines[: lines.index(_SIGNATURE)]
    parts = tuple(_parts(lines))
    prose = "\n".join(part.text for part in parts if isinstance(part, Prose))
    title = path.replace("\\", "/").rpartition("/")[2]
    return Document(path, parts, language or language_of(prose), {"title": title}, is_program=True)


def _parts(lines: list[str]) -> Iterator[Part]:
    prose: list[str] = []
    prose_line = 1
    before, alone = "", False
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        end = number + 1
        if not line:
            prose.append("")
        elif line.startswith("<#"):
            while end < len(lines) and "#>" not in lines[end - 1]:
                end += 1
            prose, prose_line = prose or [], prose_line if any(prose) else number + 1
            prose += _help(lines[number:end])
        elif line.startswith("#") and not line.lower().startswith("#requires"):
            prose_line = prose_line if any(prose) else number + 1
            prose.append(_comment(lines[number]))
        else:
            end = _code_until(lines, number)
            text = _joined(prose)
            if text:
                yield Prose(text, prose_line)
                before, alone = text.split("\n")[-1], False
            prose = []
            code = "\n".join(lines[number:end]).rstrip()
            yield Block(code, number + 1, number + 1 + code.count("\n"), "powershell", before, alone)
            alone = True
        number = end
    text = _joined(prose)
    if text:
        yield Prose(text, prose_line)


def _code_until(lines: list[str], begin: int) -> int:
    """The line after the code that begins here: at a blank line or a comment, once what was read is whole."""
    end = begin + 1
    while end < len(lines):
        line = lines[end].strip()
        stops = not line or (line.startswith("#") and not line.lower().startswith("#requires"))
        if stops and parsed("\n".join(lines[begin:end])) is not None:
            return end
        end += 1
    return end


def _comment(line: str) -> str:
    region = _REGION.match(line)
    if region is not None:
        return "" if region[1] else f"\n## {plain_tags(region[2])}\n"
    return plain_tags(line.strip().lstrip("#").strip())


def _help(lines: list[str]) -> list[str]:
    """Comment help: each of its keywords a heading, its examples as code."""
    inside = [line.replace("<#", "").replace("#>", "") for line in lines]
    out: list[str] = []
    example = False
    for line in inside:
        found = _KEYWORD.match(line)
        if found is not None:
            word = found[1].upper()
            example = word == "EXAMPLE"
            rest = f" `{found[2].strip()}`" if found[2].strip() else ""
            out += ["", f"### {word.capitalize()}{rest}", ""]
        else:
            # An example in a script's help shows how the script is called; it is no part of the script.
            out.append(f"    {line.strip()}" if example and line.strip() else plain_tags(line.strip()))
    return out


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
