"""Prose and code of a document as HTML.

Rules: no HTML of a document is HTML in a page; no address but those that Markdown's own rules let pass becomes a link.
A heading has the anchor that GitHub and Microsoft Learn give it, so that links into documents stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PowerShellLexer

from lync_magic.safe_text import visible

_DEEPEST: Final = 24
_LONGEST_COLOURED: Final = 20_000
"""Characters of code that are coloured; colouring longer ones takes long."""


def text_html(text: str) -> str:
    """A text that came from elsewhere."""
    return escape(visible(text))


def code_html(code: str) -> str:
    """PowerShell, coloured by classes (`look.STYLE`)."""
    shown = visible(code)
    if len(shown) > _LONGEST_COLOURED:
        return escape(shown)
    return str(highlight(shown, PowerShellLexer(), HtmlFormatter(nowrap=True))).rstrip("\n")


def prose_html(markdown: str, used: dict[str, int]) -> str:
    """Markdown. used: the anchors that the page has already, and how often."""
    reader = _reader()
    tokens = reader.parse(visible(markdown))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", _anchor(tokens, place, used))
    return str(reader.renderer.render(tokens, reader.options, {}))


def _anchor(tokens: Sequence[Token], place: int, used: dict[str, int]) -> str:
    children = tokens[place + 1].children or ()
    said = "".join(one.content for one in children if one.type in ("text", "code_inline"))
    name = re.sub(r"[^\w\- ]", "", said.strip().lower()).replace(" ", "-")
    count = used.get(name, 0)
    used[name] = count + 1
    return f"{name}-{count}" if count else name


@cache
def _reader() -> MarkdownIt:
    options: dict[str, Any] = {"maxNesting": _DEEPEST, "html": False}
    return MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
