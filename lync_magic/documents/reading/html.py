"""Reads HTML: what stands in Markdown, and whole pages.

Rules: what comes out is Markdown and text; scripts, styles and forms go; a tag that is not known is dropped and its
text stays; nothing is fetched. Nesting and length are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from typing import Final

from lync_magic.documents.model import Block, Document, Part, Prose
from lync_magic.documents.names import words

_DROPPED: Final = words("script style noscript template svg form select textarea button iframe object nav")
_BLOCKS: Final = words(
    "p div section article header footer main aside ul ol table tr blockquote figure details summary dl dt dd "
    "h1 h2 h3 h4 h5 h6 pre"
)
_HEADINGS: Final = {f"h{level}": "#" * level for level in range(1, 7)}
_EMPHASIS: Final = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_ALERT_CLASS: Final = re.compile(r"\b(note|tip|important|warning|caution)\b", re.IGNORECASE)
_CODE_HEAD: Final = re.compile(r"\b(?:code-?header|code-?toolbar|copy-?button|copy-to-clipboard|lang-?label)\b", re.I)
"""What a site puts above a block of code (its language, a button to copy it): it is no sentence before the block."""
_HOLDS_HEADS: Final = words("div span header p button")
_LINK: Final = re.compile(r"^(?:https?:|mailto:|#|[\w./-]+(?:$|[#?]))", re.IGNORECASE)
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])[^<>]{0,2000}>")
_NOTE_HEAD: Final = 40
"""Characters of what a note may be called."""
_DECLARATION: Final = re.compile(r"<[!?][^<>]{0,2000}>")
_OPEN: Final = re.compile(r"<(?![A-Za-z/][^<>]{0,4000}>)")
_COMMENT_START: Final = re.compile(r"<(?=[A-Za-z/!?])")


def plain_tags(line: str) -> str:
    """A line of Markdown with its HTML as text, but for tags that say nothing more than emphasis and a line's end."""
    if "`" in line:  # what stands in code is text already
        pieces = re.split(r"(`+[^`]*`+)", line)
        return "".join(piece if piece.startswith("`") else plain_tags(piece) for piece in pieces)
    line = _without_comments(line)
    line = re.sub(r"<(https?://[^<>\s]+|[\w.+-]+@[\w.-]+)>", "\x01\\1\x02", line)
    line = re.sub(r"<br\s*/?>", "  ", line, flags=re.IGNORECASE)
    line = re.sub(r"</?(?:strong|b)>", "**", line, flags=re.IGNORECASE)
    line = re.sub(r"</?(?:em|i)>", "*", line, flags=re.IGNORECASE)
    line = re.sub(r"</?(?:div|span|p|a|u|sup|sub|center|font|kbd|code)\b[^<>]{0,2000}>", "", line, flags=re.IGNORECASE)
    line = _TAG.sub(lambda found: escape(found[0], quote=False), line)
    line = _COMMENT_START.sub("&lt;", line)
    return line.replace("\x01", "<").replace("\x02", ">")


def _without_comments(line: str) -> str:
    first, *rest = line.split("<!--")
    kept = [first]
    for piece in rest:
        comment, ended, after = piece.partition("-->")
        kept.append("\n" * comment.count("\n") + after if ended else f"&lt;!--{comment}")
    return "".join(kept)


def _tame(html: str) -> str:
    """HTML without what makes the parser look for an end again and again: comments, declarations, open tags."""
    html = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), _without_comments(html))
    return _OPEN.sub("&lt;", html)


def as_markdown(html: str, alerts: Mapping[str, str]) -> str:
    """A piece of HTML as Markdown. alerts: the words for notes in the document's language."""
    reader = _Reader(alerts)
    reader.read(html)
    return "\n\n".join(part.text for part in reader.parts if isinstance(part, Prose))


def read_html(text: str, path: str, language: str | None, alerts: Mapping[str, str], spoken: str) -> Document:
    """A page of HTML: its main part, as prose and blocks."""
    reader = _Reader(alerts)
    reader.read(text)
    facts = dict(reader.facts)
    return Document(path, tuple(reader.parts), language or reader.language or spoken, facts)


class _Reader(HTMLParser):
    """Makes parts of HTML as it comes."""

    def __init__(self, alerts: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[Part] = []
        self.facts: dict[str, str] = {}
        self.language: str | None = None
        self._alerts = alerts
        self._text: list[str] = []
        self._line = 1
        self._dropped = 0
        self._head = ""
        """The tag of what stands above a block of code, while it is open."""
        self._heads = 0
        self._pre: list[str] | None = None
        self._pre_line = 1
        self._pre_info = ""
        self._lists: list[str] = []
        self._rows: list[list[str]] | None = None
        self._tables = 0
        self._link: list[str] = []
        self._title = False
        self._quote = 0
        self._code = 0
        self._last_prose = ""
        self._alone = False

    def read(self, html: str) -> None:
        self.feed(_tame(html))
        self.close()
        if self._pre is not None:
            self._end_pre()
        self._end_text()

    # --- tags ------------------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "pre":
            self._heads = 0  # whatever was left open
        elif self._heads or (_CODE_HEAD.search(told.get("class", "")) and tag in _HOLDS_HEADS):
            self._head = self._head if self._heads else tag
            self._heads += tag == self._head
            return
        if tag in _DROPPED:
            self._dropped += 1
        elif tag == "html":
            self.language = told.get("lang", "")[:2].lower() or None
        elif tag == "title":
            self._title = True
        elif tag == "meta":
            self._meta(told)
        if self._dropped:
            return
        if tag == "pre":
            self._begin_pre(told)
        elif tag == "code":
            self._begin_code(told)
        elif self._pre is not None:
            self._pre.append("\n" if tag == "br" else "")
        elif tag == "table":
            self._begin_table(told)
        elif tag == "img":
            alt = told.get("alt", "").strip()
            if alt and alt.lower() not in {"note", "important", "tip", "warning", "caution"}:
                self._text.append(f"*{_plain(alt)}*")
        elif tag == "br":
            self._text.append("  \n")
        else:
            self._begin(tag, told)

    def _begin(self, tag: str, told: Mapping[str, str]) -> None:
        if tag in ("ul", "ol"):
            self._lists.append("-" if tag == "ul" else "1.")
        elif tag == "li":
            self._break()
            self._text.append(f"{'   ' * (len(self._lists) - 1)}{self._lists[-1] if self._lists else '-'} ")
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
            self._text.append("\x00")
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in _EMPHASIS:
            self._text.append(_EMPHASIS[tag])
        elif tag == "a":
            self._link.append(told.get("href", ""))
            self._text.append("[")
        elif tag in _BLOCKS and self._rows is None:
            self._end_text()
            alert = _ALERT_CLASS.search(told.get("class", "")) if tag == "div" else None
            if alert is not None:
                self._text.append(f"> **{self._alerts.get(alert[1].upper(), alert[1])}**: ")
            self._text.append(_HEADINGS[tag] + " " if tag in _HEADINGS else "> " if tag == "blockquote" else "")

    def handle_endtag(self, tag: str) -> None:
        if self._heads:
            self._heads -= tag == self._head
            return
        if tag in _DROPPED:
            self._dropped = max(0, self._dropped - 1)
            return
        if tag == "title":
            self._title = False
        if self._dropped:
            return
        if tag == "pre":
            self._end_pre()
        elif tag == "code" and self._code:
            self._code -= 1
            if self._pre is None:
                self._text.append("`")
        elif self._pre is not None:
            return
        elif tag == "table":
            self._end_table()
        elif tag in ("ul", "ol"):
            self._lists = self._lists[:-1]
            self._break()
        elif tag in _EMPHASIS:
            self._text.append(_EMPHASIS[tag])
        elif tag == "a" and self._link:
            place = self._link.pop()
            self._text.append(f"]({place})" if _LINK.match(place) and " " not in place else "]")
        elif tag in _BLOCKS and self._rows is None:
            self._end_text()

    def handle_data(self, data: str) -> None:
        if self._title:
            self.facts.setdefault("title", " ".join(data.split()))
        if self._dropped or self._title or self._heads:
            return
        if self._pre is not None:
            self._pre.append(data)
        elif data.strip():
            if not any(piece.strip() for piece in self._text):
                self._line = self.getpos()[0] + len(data) - len(data.lstrip("\n"))
            self._text.append(_plain(re.sub(r"\s+", " ", data)))
        elif self._text:
            self._text.append(" ")

    # --- what they make --------------------------------------------------------------------------------------------

    def _meta(self, told: Mapping[str, str]) -> None:
        name = (told.get("name") or told.get("property") or "").lower()
        if name in ("ms.date", "date", "article:modified_time", "updated_at"):
            self.facts.setdefault("ms.date", told.get("content", ""))
        elif name in ("og:url", "canonical"):
            self.facts.setdefault("source", told.get("content", ""))

    def _begin_pre(self, told: Mapping[str, str]) -> None:
        self._end_text()
        self._pre, self._pre_line = [], self.getpos()[0]
        self._pre_info = _info(told)

    def _begin_code(self, told: Mapping[str, str]) -> None:
        self._code += 1
        if self._pre is None:
            self._text.append("`")
        else:
            self._pre_info = self._pre_info or _info(told)

    def _end_pre(self) -> None:
        if self._pre is None:
            return
        text = "".join(self._pre).replace("\r\n", "\n")
        self._pre = None
        line = self._pre_line + len(text) - len(text.lstrip("\n"))
        text = text.strip("\n").rstrip()
        if text.strip():
            block = Block(text, line, line + text.count("\n"), self._pre_info, self._last_prose, self._alone)
            self.parts.append(block)
            self._alone = True

    def _begin_table(self, told: Mapping[str, str]) -> None:
        self._tables += 1
        if self._tables == 1:
            self._end_text()
            self._rows = []

    def _end_table(self) -> None:
        self._tables = max(0, self._tables - 1)
        if self._tables or self._rows is None:
            return
        cells = [" ".join(cell.split()) for cell in "".join(self._text).split("\x00")[1:]]
        widths = [len(row) for row in self._rows if row]
        self._rows, self._text = None, []
        is_note = set(widths) == {1} and len(cells) > 1 and len(cells[0]) < _NOTE_HEAD
        table = _note(cells) if is_note else _table(cells, widths)
        self._text.append(table)
        self._end_text()

    def _break(self) -> None:
        if self._text and self._rows is None:
            self._text.append("\n")

    def _end_text(self) -> None:
        text = "\n".join(line.rstrip() if not line.endswith("  ") else line for line in "".join(self._text).split("\n"))
        self._text = []
        text = text.strip("\n ").replace("\x00", "")
        if text.strip("> *#-`[]"):
            self.parts.append(Prose(text, self._line))
            self._last_prose, self._alone = text, False


def _note(cells: list[str]) -> str:
    """A table of one column is how a note was converted: its head says which kind."""
    head, *said = cells
    return "\n>\n".join([f"> **{head.strip('* :')}**", *(f"> {text}" for text in said)])


def _info(told: Mapping[str, str]) -> str:
    for word in f"{told.get('data-lang', '')} {told.get('class', '')}".split():
        name = word.removeprefix("lang-").removeprefix("language-").removeprefix("highlight-source-")
        if name != word or word.lower() in ("powershell", "output", "console", "azurepowershell"):
            return name
    return ""


def _plain(text: str) -> str:
    """Text as Markdown that holds no HTML."""
    return text.replace("<", "&lt;")


def _table(cells: list[str], widths: list[int]) -> str:
    lines: list[str] = []
    at = 0
    most = max(widths, default=0)
    for number, width in enumerate(widths):
        row = [cell.replace("|", "\\|") for cell in cells[at : at + width]]
        at += width
        lines.append(f"| {' | '.join([*row, *[''] * (most - width)])} |")
        if not number:
            lines.append(f"|{' --- |' * most}")
    return "\n".join(lines)
