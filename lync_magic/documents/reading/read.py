"""Chooses the reader: by the file's name, and where that says nothing, by what stands in it.

Rules: a file is read as UTF-8, as UTF-16 where it says so, else as Windows wrote it. A file that is too long is
refused.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from lync_magic.documents.cells import Cell, Notebook, text_of
from lync_magic.documents.model import Block, Document, Part, Prose
from lync_magic.documents.reading.dib import read_dib
from lync_magic.documents.reading.html import read_html
from lync_magic.documents.reading.including import with_includes
from lync_magic.documents.reading.ipynb import read_ipynb
from lync_magic.documents.reading.markdown import ALERTS, read_markdown
from lync_magic.documents.reading.percent import is_percent, read_percent
from lync_magic.documents.reading.plain import read_plain
from lync_magic.documents.reading.script import read_script
from lync_magic.documents.sentences import language_of
from lync_magic.errors import UsageError

MOST_BYTES: Final = 64_000_000
MOST_CHARACTERS: Final = 4_000_000
"""A longer document is cut: nobody wrote it for a person to read. A notebook, which may hold pictures, is not."""
MARKDOWN: Final = frozenset({".md", ".markdown", ".mdx", ".mdown", ".qmd", ".rmd"})
SCRIPTS: Final = frozenset({".ps1", ".psm1"})
PAGES: Final = frozenset({".html", ".htm", ".xhtml"})
NOTEBOOKS: Final = frozenset({".ipynb", ".dib"})
READABLE: Final = frozenset({*MARKDOWN, *SCRIPTS, *PAGES, *NOTEBOOKS, ".txt"})
"""What a file's name may end in."""

_MARKUP: Final = re.compile(r"^(?:```|~~~|#{1,6} \S|---\s*$|> )|\]\(|\*\*\w", re.MULTILINE)
_PAGE: Final = re.compile(r"^\s*(?:<!doctype html|<html|<\?xml[^>]*>\s*<!doctype html)", re.IGNORECASE)


def read(path: Path, language: str | None = None) -> Document:
    """A document from a file. language: of its prose, where its words do not tell. Raises UsageError."""
    return document_of(text_in(path), path, language)


def document_of(text: str, path: Path, language: str | None = None) -> Document:
    """The document of a file whose text was read, with what it includes."""

    def alone(one: Path) -> Document:
        return read_text(text_in(one), str(one), language)

    return with_includes(read_text(text, str(path), language), path, alone)


def read_text(text: str, path: str, language: str | None = None) -> Document:
    """A document from its text; what `path` ends in says its form."""
    ending = Path(path).suffix.lower()
    if is_notebook(text, path):
        return as_document(read_notebook(text, path), path, language)
    text = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\ufeff")
    if ending in SCRIPTS:
        return read_script(text, path, language)
    if ending in PAGES or _PAGE.match(text[:1_000]):
        spoken = language or language_of(re.sub(r"<[^<>]{0,2000}>", " ", text[:200_000]))
        return read_html(text, path, language, ALERTS.get(spoken, ALERTS["en"]), spoken)
    if ending in MARKDOWN or _MARKUP.search(text[:50_000]):
        return read_markdown(text, path, language)
    return read_plain(text, path, language)


def is_notebook(text: str, path: str) -> bool:
    """Whether a file has cells: a notebook, or a script that marks them (`# %%`)."""
    ending = Path(path).suffix.lower()
    return ending in NOTEBOOKS or (ending in SCRIPTS and is_percent(text))


def read_notebook(text: str, path: str) -> Notebook:
    """A notebook from its text: `.dib`, `.ipynb`, or a script with cells. Raises UsageError."""
    ending = Path(path).suffix.lower()
    if ending in SCRIPTS:
        return read_percent(text.replace("\r\n", "\n").replace("\0", ""))
    return read_dib(text) if ending == ".dib" else read_ipynb(text, path)


def text_in(path: Path) -> str:
    """A file's text. Raises UsageError for one that cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB.", "Give the document alone.")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.", "Name a file that is there.") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def as_document(notebook: Notebook, path: str, language: str | None = None) -> Document:
    """A notebook as a document: its cells of PowerShell are blocks, and what they print. A line is a cell's number."""
    parts: list[Part] = []
    before, alone = "", False
    for cell in notebook.cells:
        if cell.language != "powershell":
            parts.append(Prose(cell.source if not cell.is_code else _quoted(cell), cell.line))
            before, alone = cell.source.rstrip().split("\n")[-1], False
            continue
        parts.append(Block(cell.source, cell.line, cell.line + cell.source.count("\n"), "powershell", before, alone))
        for printed in _printed(cell):
            parts.append(Block(printed, cell.line, cell.line + printed.count("\n"), "output", "", alone=True))
        alone = True
    prose = "\n".join(part.text for part in parts if isinstance(part, Prose))
    title = next((line.lstrip("# ") for line in prose.split("\n") if line.startswith("# ")), "")
    return Document(
        path, tuple(parts), language or language_of(prose), {"title": title} if title else {}, is_program=True
    )


def _printed(cell: Cell) -> list[str]:
    """What a cell prints: by the document that it was made of, or by its outputs."""
    told = cell.facts.get("expected")
    if isinstance(told, list):
        return [str(one["text"]) for one in told if isinstance(one, dict) and one.get("text")]
    printed = text_of(cell.outputs)
    return [printed] if printed.strip() else []


def _quoted(cell: Cell) -> str:
    return f"```{cell.language}\n{cell.source}\n```"
