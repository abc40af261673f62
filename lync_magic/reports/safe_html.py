"""HTML of outputs made safe to send: what says something stays, what could run, load or lead away goes.

Rules of this file: only elements and attributes that are named here pass, each written anew; text is escaped, and what
hides or moves in it is written out. Pictures pass where they are in the page itself. What is dropped with all it holds:
scripts, styles, frames, forms.
"""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

from lync_magic.safe_text import visible

ELEMENTS: Final = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "u",
        "ul",
        "var",
    ]
)
VOID: Final = frozenset({"br", "col", "hr", "img"})
DROPPED: Final = frozenset(
    [
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "select",
        "textarea",
        "svg",
        "math",
        "link",
        "meta",
        "base",
        "template",
        "noscript",
        "head",
        "title",
        "audio",
        "video",
        "canvas",
        "applet",
        "frame",
        "frameset",
        "portal",
        "dialog",
        "slot",
    ]
)
"""With what they hold."""
ATTRIBUTES: Final = frozenset(
    {"class", "colspan", "rowspan", "scope", "dir", "lang", "title", "align", "open", "start"}
)
_CLASS: Final = re.compile(r"[\w -]{0,200}")
_NUMBER: Final = re.compile(r"\d{1,4}")
_KEY: Final = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?")
"""What a cell sorts by."""
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_ALIGNED: Final = re.compile(r"text-align:\s*(left|right|center)")


def safe_html(text: str) -> str:
    """HTML with nothing in it that runs, loads or leads away."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return cleaner.result()


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[str] = []
        self._dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropping:
            if tag in DROPPED and tag not in _EMPTY:
                self._dropping.append(tag)
            return
        if tag in DROPPED:
            if tag not in _EMPTY:
                self._dropping.append(tag)
            return
        if tag not in ELEMENTS:
            return
        kept = _attributes(tag, attrs)
        if tag == "img" and "src=" not in kept:
            return
        self._parts.append(f"<{tag}{kept}>")
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag == self._dropping[-1]:
                self._dropping.pop()
            return
        if tag not in self._open:
            return
        while self._open:
            last = self._open.pop()
            self._parts.append(f"</{last}>")
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self._parts.append(escape(visible(data), quote=False))

    def result(self) -> str:
        """What is left, with every element closed."""
        return "".join([*self._parts, *(f"</{tag}>" for tag in reversed(self._open))])


_EMPTY: Final = frozenset({"input", "embed", "link", "meta", "base", "frame"})
"""Dropped elements that hold nothing."""


def _attributes(tag: str, attributes: list[tuple[str, str | None]]) -> str:
    kept = []
    for name, value in attributes:
        text = value or ""
        if name == "style":
            aligned = _ALIGNED.search(text)
            if aligned:
                kept.append(f' style="text-align:{aligned[1]}"')
        elif (
            (name == "src" and tag == "img" and _PICTURE.fullmatch(text))
            or name == "alt"
            or (name == "data-v" and _KEY.fullmatch(text))
            or (name in ATTRIBUTES and _fits(name, text))
        ):
            kept.append(f' {name}="{escape(text)}"')
    return "".join(kept)


def _fits(name: str, text: str) -> bool:
    if name == "class":
        return _CLASS.fullmatch(text) is not None
    if name in ("colspan", "rowspan", "start"):
        return _NUMBER.fullmatch(text) is not None
    return True
