"""Reads the text of a page without any markup: commands and outputs stand between paragraphs.

Rules: a line is a sentence, or it is a console's. A console's lines that touch are one block; a sentence ends it, even
where the page lost the blank line. A list's marks and indentation are prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lync_magic.documents.model import Block, Document, Part, Prose
from lync_magic.documents.reading.html import plain_tags
from lync_magic.documents.sentences import language_of
from lync_magic.documents.shapes import DASHES, said_by_console, shape_of
from lync_magic.language import PROMPT

_WORD: Final = re.compile(r"[A-Za-zÀ-ÿ’'-]{2,}[,;:.!?)»”]*")
_ENDS: Final = re.compile(r"[.:!?…][\"'”»)]*\s*$")
_PROSE_WORDS: Final = 7
_DATE: Final = re.compile(
    r"(?:Last Modified|Dernière (?:rubrique )?modifi\w+|Updated|Zuletzt\s\w+)\W{1,6}(\d{4}-\d\d-\d\d"
    r"|\d\d?/\d\d?/\d{4})",
    re.I,
)
_CONSOLE: Final = frozenset({"prompt", "transcript", "error", "table", "stream", "progress", "list"})
_TYPED: Final = frozenset({"command", "parameter", "program"})
_FURNITURE: Final = re.compile(
    r"^\s*(?:Export \(\d+\)( Print)?|Print|Expand All|Collapse All|Share|Was this page helpful\?|\(\d+"
    r" characters remaining\)"
    r"|Thank you for your feedback|© \d{4}.*|Imprimer|Développer tout|Cette page (?:vous )?a-t-elle été utile\s?\?)\s*$"
)


_LABEL: Final = re.compile(
    r"^\s*((?:Azure )?(?:PowerShell|CLI)|Output|Sortie|Résultat|Console|Bash|JSON|XML|YAML|HTTP|C#|Python|cmd)\s*$",
    re.I,
)
_COPY: Final = re.compile(r"^\s*(?:Copy|Copier|Kopieren|Copiar)\s*$")
"""What a site shows above a block of code, and who copies the page has with it: the block's language, and a button."""
_OUTPUT: Final = frozenset({"output", "sortie", "résultat"})


def read_plain(text: str, path: str, language: str | None = None) -> Document:
    """A page's text. language: of its prose, else its words tell."""
    lines = text.split("\n")
    spoken = language or language_of(text)
    facts: dict[str, str] = {}
    title = next((line.strip() for line in lines if line.strip() and not _FURNITURE.match(line)), "")
    if title and len(title) < 200:
        facts["title"] = title
    dated = _DATE.search(text[:4_000])
    if dated is not None:
        facts["ms.date"] = dated[1]
    if "title" in facts:
        place = next(number for number, line in enumerate(lines) if line.strip() == facts["title"])
        lines[place] = f"# {facts['title']}"
    return Document(path, tuple(_parts(lines)), spoken, facts)


def _parts(lines: list[str]) -> Iterator[Part]:
    prose: list[str] = []
    labels = _labels(lines)
    began = 0
    before, alone = "", False
    number = 0
    while number < len(lines):
        info = labels.get(number, "")
        end = _labelled_until(lines, number, info) if info else _console_until(lines, number)
        if end == number:
            if not prose:
                began = number
            if not _FURNITURE.match(lines[number]):
                prose.append(lines[number])
            number += 1
            continue
        text = _paragraphs(prose)
        if text:
            yield Prose(text, began + 1)
            before, alone = _last_line(prose), False
        prose = []
        block = "\n".join(lines[number:end])
        yield Block(_flush(block), number + 1, end, info, before, alone)
        alone = True
        number = end
    text = _paragraphs(prose)
    if text:
        yield Prose(text, began + 1)


def _labels(lines: list[str]) -> dict[int, str]:
    """The blocks that a site's label stands above: their first line, and the language; the labels are taken away."""
    found: dict[int, str] = {}
    for number, line in enumerate(lines):
        label = _LABEL.match(line)
        button = _next(lines, number + 1) if label is not None else len(lines)
        if label is None or button >= len(lines) or not _COPY.match(lines[button]):
            continue
        first = _next(lines, button + 1)
        lines[number] = lines[button] = ""
        if first < len(lines):
            told = label[1].lower().removeprefix("azure ")
            found[first] = "output" if told in _OUTPUT else told
    return found


def _next(lines: list[str], number: int) -> int:
    """The next line that is not empty."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _labelled_until(lines: list[str], number: int, info: str) -> int:
    """The line after a labelled block: an empty one, or a sentence that the page has right below what is typed."""
    end = number + 1
    while end < len(lines) and lines[end].strip():
        if info != "output" and (_is_sentence(lines[end]) or lines[end].rstrip().endswith(":")):
            break
        end += 1
    return end


def _console_until(lines: list[str], number: int) -> int:
    """The line after a console's lines that begin here; `number` itself where none do."""
    if not _begins(lines, number):
        return number
    end = number + 1
    typed = shape_of(lines[number]).shape in _TYPED and not _heads(lines, number)
    while end < len(lines) and lines[end].strip() and not _is_sentence(lines[end]):
        if typed and not _goes_on(lines, end):
            break
        end += 1
    return end


def _begins(lines: list[str], number: int) -> bool:
    line = lines[number]
    if not line.strip():
        return False
    if _heads(lines, number) or PROMPT.match(line):
        return True
    said = said_by_console(line)
    if said is None and _is_sentence(line):
        return False
    shape = said or shape_of(line).shape
    if shape == "list":  # a sentence with a colon looks like one, too
        return "  :" in line or (" : " in line and len(line.split()) < 8)
    if shape in _CONSOLE:
        return True
    return shape in _TYPED and _is_code(line)


def _is_code(line: str) -> bool:
    """Whether a line that reads as a command is one: a cmdlet's bare name is also a heading."""
    words = line.split()
    return len(words) < 4 or any(word.startswith(("-", "$", '"', "'", "|", "@", "(", "=")) for word in words[1:])


def _heads(lines: list[str], number: int) -> bool:
    return number + 1 < len(lines) and DASHES.match(lines[number + 1]) is not None and bool(lines[number].strip())


def _goes_on(lines: list[str], number: int) -> bool:
    """Whether a line that follows a typed one is typed, too, or goes on with it."""
    above = lines[number - 1].rstrip()
    return (
        above.endswith(("`", "|", "{", "(", ","))
        or lines[number].lstrip().startswith(("}", ")", "|"))
        or (shape_of(lines[number]).shape in _TYPED)
    )


def _is_sentence(line: str) -> bool:
    """Whether a line is prose: many words, most of them letters, and an end as sentences have it."""
    words = line.split()
    if said_by_console(line) in ("error", "stream", "prompt"):
        return False
    plain = sum(_WORD.fullmatch(word) is not None for word in words)
    if len(words) < _PROSE_WORDS or "   " in line.strip():
        return False
    return plain * 4 >= len(words) * 3 and (bool(_ENDS.search(line)) or len(words) > 2 * _PROSE_WORDS)


def _paragraphs(lines: list[str]) -> str:
    """Prose as Markdown: indentation is not code there, and each line is a paragraph."""
    kept = [plain_tags(re.sub(r"^[ \t]*•[ \t]*", "- ", line.strip())) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _last_line(lines: list[str]) -> str:
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _flush(text: str) -> str:
    """A block moved to the left."""
    rows = text.split("\n")
    margin = min((len(row) - len(row.lstrip()) for row in rows if row.strip()), default=0)
    return "\n".join(row[margin:].rstrip() for row in rows)
