"""What a document includes: `[!INCLUDE [title](../includes/connect.md)]`, as Microsoft Learn and DocFX write it.

Rules: only Markdown is taken, and only from the folder that the document's own folder lies in; everything else stays a
link. What was included has the line of the document that includes it, so that an error points into that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from lync_magic.documents.linking import Linking, Places
from lync_magic.documents.model import Block, Document, Part, Prose

FOLDERS: Final = frozenset({"includes", "_includes"})
"""Folders whose files are parts of documents, and none by themselves."""
_INCLUDE: Final = re.compile(
    r"\[!INCLUDE\s{0,4}(\[[^\]\n]{0,300}\]\(\s{0,4}([^()\s]{1,300})\s{0,4}\))\s{0,4}\]", re.IGNORECASE
)
_DEEPEST: Final = 4
"""Includes within includes that are followed."""
_MOST: Final = 100
"""Includes of one document that are followed."""

Reader = Callable[[Path], Document]


def with_includes(document: Document, path: Path, read: Reader, depth: int = _DEEPEST) -> Document:
    """The document with what it includes. read: reads a file without what that includes itself."""
    if not any(isinstance(part, Prose) and _INCLUDE.search(part.text) for part in document.parts):
        return document
    left = [_MOST]
    parts: list[Part] = []
    for part in document.parts:
        parts += _taken_apart(part, path, read, depth, left) if isinstance(part, Prose) else (part,)
    return replace(document, parts=tuple(parts))


def _taken_apart(prose: Prose, path: Path, read: Reader, depth: int, left: list[int]) -> Iterator[Part]:
    """Prose, and between it what it includes."""
    at = 0
    line = prose.line
    for found in _INCLUDE.finditer(prose.text):
        between = prose.text[at : found.start()]
        line = prose.line + prose.text.count("\n", 0, found.start())
        included = _included(path, unquote(found[2])) if depth and left[0] else None
        text = between if included is not None else between + found[1]
        if text.strip():
            yield Prose(text.strip("\n"), prose.line + prose.text.count("\n", 0, at))
        if included is not None:
            left[0] -= 1
            inner = with_includes(read(included), included, read, depth - 1)
            yield from _placed(inner, Linking(included, path, Places({})), line)
        at = found.end()
    if prose.text[at:].strip():
        yield Prose(prose.text[at:].strip("\n"), prose.line + prose.text.count("\n", 0, at))


def _placed(document: Document, link: Linking, line: int) -> Iterator[Part]:
    """A document's parts as they stand in another one."""
    for part in document.parts:
        if isinstance(part, Block):
            yield replace(part, line=line, last=line + part.text.count("\n"))
        else:
            yield Prose(link.text(part.text), line)


def _included(path: Path, named: str) -> Path | None:
    try:
        found = (path.parent / named).resolve()
        within = path.resolve().parent.parent
        taken = found.suffix.lower() in (".md", ".markdown") and found.is_relative_to(within) and found.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return None
    return found if taken and found != path.resolve() else None
