"""Reads Markdown: Microsoft Learn's, TechNet's as it was converted, and that of community READMEs.

Rules: a block is a fence or an indented block, wherever it is nested; everything else is prose, kept as it stands,
but for what only another site understands (`:::`, `#tab/`, `[!NOTE]`, HTML): that becomes plain Markdown. Nothing of a
document's HTML reaches a notebook as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lync_magic.documents.model import Block, Document, Part, Prose
from lync_magic.documents.reading.html import as_markdown, plain_tags
from lync_magic.documents.sentences import language_of

_DEEPEST: Final = 24
"""Levels of nesting that are read; what is deeper is prose."""

_FRONT: Final = re.compile(r"^([A-Za-z][\w.-]*(?::[\w.-]+)?)\s*:(?:\s+(.*))?$")
_SIDE_BY_SIDE: Final = re.compile(
    r'<span class="sxs-lookup"><span data-stu-id="[^"<]{0,80}">[^<]{0,4000}</span></span>'
)
_TTU: Final = re.compile(r'</?span(?: data-ttu-id="[^"<]{0,80}"| class="notranslate")?>')
_ALERT: Final = re.compile(r"^(\s*>\s*)\[!(\w+)\]\s*(.*)$")
_TAB: Final = re.compile(r"^(\s*)(#{1,6})\s*\[([^\]]+)\]\(#tab/[^)]*\)\s*$")
_TAB_HEADING: Final = "####"
"""A tab is written as a heading of the first level, and stands below the one before it."""
_COLONS: Final = re.compile(r"^\s*:{3,}\s*(\S*)(.*)$")
_ALT: Final = re.compile(r'alt-text="([^"]*)"')
_UNSAFE_LINK: Final = re.compile(r"(\]\(\s*|\]:\s*|<)\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)

_ALERT_NAMES: Final = ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION")
ALERTS: Final[Mapping[str, Mapping[str, str]]] = {
    language: dict(zip(_ALERT_NAMES, words, strict=True))
    for language, words in {
        "en": ("Note", "Tip", "Important", "Warning", "Caution"),
        "fr": ("Remarque", "Conseil", "Important", "Avertissement", "Attention"),
        "de": ("Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"),
        "es": ("Nota", "Sugerencia", "Importante", "Advertencia", "Precaución"),
    }.items()
}
"""What a note is called, in each language."""


def read_markdown(text: str, path: str, language: str | None = None) -> Document:
    """A Markdown document. language: of its prose, else its front matter or its words tell."""
    lines = text.split("\n")
    facts, begin = front_matter(lines)
    body = "\n".join(lines[begin:])
    spoken = language or _declared(facts) or language_of(body)
    parts = tuple(_parts(lines, begin, _tokens(body), spoken))
    if "title" not in facts:
        heading = next((line.lstrip("# ") for line in lines[begin:] if line.startswith("# ")), "")
        facts = {**facts, "title": heading} if heading else facts
    return Document(path, parts, spoken, facts)


def front_matter(lines: list[str]) -> tuple[dict[str, str], int]:
    """The document's facts, and the index of the first line after them."""
    if not lines or lines[0].strip() != "---":
        return {}, 0
    end = next((number for number, line in enumerate(lines[1:200], 1) if line.strip() in ("---", "...")), None)
    if end is None:
        return {}, 0
    facts: dict[str, str] = {}
    for line in lines[1:end]:
        found = _FRONT.match(line)
        if found is not None and found[2] and found[2].strip():
            facts[found[1]] = found[2].strip().strip("\"'")
    return facts, end + 1


def _declared(facts: Mapping[str, str]) -> str | None:
    for key in ("lang", "language", "ms.locale", "ms:mtpsurl"):
        told = facts.get(key, "").lower()
        found = (
            re.search(r"/([a-z]{2})-[a-z]{2}/", told) if "/" in told else re.match(r"([a-z]{2})(?:-[a-z]{2})?$", told)
        )
        if found is not None:
            return found[1]
    return None


def _tokens(body: str) -> list[Token]:
    reader = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    # Blocks are all that is asked for; the text within a paragraph is never taken apart.
    reader.disable("inline")
    return reader.parse(body)


def _parts(lines: list[str], begin: int, tokens: list[Token], language: str) -> Iterator[Part]:
    at = begin
    markup = _html_lines(tokens, begin)
    before = ""
    alone = False
    for token in tokens:
        if token.type not in ("fence", "code_block") or token.map is None:
            continue
        first, end = begin + token.map[0], begin + token.map[1]
        if first < at:
            continue
        while end > first and not lines[end - 1].strip():
            end -= 1
        prose = _prose(lines, at, first, markup, language)
        if prose:
            yield Prose(prose, at + 1)
            before, alone = last_paragraph(prose), False
        fenced = token.type == "fence"
        info = token.info.strip().split()[0].strip("{}.") if fenced and token.info.strip() else ""
        text = token.content.rstrip("\n")
        if text.strip():
            last = first + 1 + fenced + text.count("\n")
            yield Block(text, first + 1, last, info, before, alone)
            alone = True
        at = max(end, first + 1)
    prose = _prose(lines, at, len(lines), markup, language)
    if prose:
        yield Prose(prose, at + 1)


def _html_lines(tokens: list[Token], begin: int) -> dict[int, int]:
    """Where HTML stands: first line to the line after its last."""
    return {begin + token.map[0]: begin + token.map[1] for token in tokens if token.type == "html_block" and token.map}


def _prose(lines: list[str], first: int, end: int, markup: Mapping[int, int], language: str) -> str:
    out: list[str] = []
    number = first
    while number < end:
        until = min(markup.get(number, number), end)
        if until > number:
            out.append(as_markdown("\n".join(lines[number:until]), ALERTS.get(language, ALERTS["en"])))
            number = until
        else:
            out.append(_line(lines[number], language))
            number += 1
    return _dedented([line for text in out for line in text.split("\n")])


def _line(line: str, language: str) -> str:
    """A line of prose without what only another site understands."""
    colons = _COLONS.match(line)
    if colons is not None:
        alt = _ALT.search(colons[2])
        return f"*{alt[1]}*" if alt is not None else ""
    tab = _TAB.match(line)
    if tab is not None:
        return f"{tab[1]}{_TAB_HEADING} {tab[3]}"
    alert = _ALERT.match(line)
    if alert is not None:
        words = ALERTS.get(language, ALERTS["en"])
        name = words.get(alert[2].upper(), alert[2].capitalize())
        return f"{alert[1]}**{name}**  \n{alert[1]}{alert[3]}".rstrip()
    if "<" in line:
        line = plain_tags(_TTU.sub("", _SIDE_BY_SIDE.sub("", line)))
    return _UNSAFE_LINK.sub(r"\1#", line)


def _dedented(lines: list[str]) -> str:
    """Prose that stood in a list, moved to the left; blank lines folded.

    What goes on with an item after a block stands deeper than the next item: unless it moves by itself, it is code.
    """
    moved: list[str] = []
    margin: int | None = None
    for line in lines:
        if line.strip():
            width = len(line) - len(line.lstrip())
            margin = width if margin is None else min(margin, width)
        moved.append(line[margin or 0 :].rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(moved)).strip("\n")


def last_paragraph(prose: str) -> str:
    """What stands right before a block: the last paragraph, or item, of a text."""
    text = prose.rstrip()
    return re.split(r"\n\s*\n", text)[-1].lstrip(" \t>-*#0123456789.•")
