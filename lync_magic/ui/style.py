"""The looks of what is shown in a notebook: the style sheets beside this file, ready to stand in an output.

Rules of this file: nothing is loaded from elsewhere; every rule is under one of our own classes; each output
brings the sheet it needs, because an output may be shown alone.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from lync_magic.safe_text import visible

PLAIN_CLASSES: Final = "tex2jax_ignore mathjax_ignore"
"""On everything that shows remote text: a `$` in it is no formula."""

_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACES = re.compile(r"\s*([{};,])\s*|\s+")


def html_of(text: str) -> str:
    """`visible` text as HTML: markup in it is shown, not obeyed."""
    return escape(visible(text), quote=True)


@cache
def sheet(name: str) -> str:
    """A style element with the theme and the style sheet `name` (`table`, `form`, `notice`)."""
    css = "".join(_read(part) for part in ("theme", name))
    return f"<style>{css}</style>"


def notice_html(text: str, *, good: bool = True) -> str:
    """One line that says how something ended: a sign-in, a removal. good: marked as a success, else quiet."""
    mark = "✔" if good else "–"
    quiet = "" if good else " lync-quiet"
    return (
        f'{sheet("notice")}<div class="lync-notice{quiet} {PLAIN_CLASSES}" role="status">'
        f'<span class="lync-mark" aria-hidden="true">{mark}</span>{html_of(text)}</div>'
    )


def line_html(text: str) -> str:
    """One quiet line that stays where something was drawn for a while."""
    return f'{sheet("notice")}<div class="lync-notice lync-past {PLAIN_CLASSES}">{html_of(text)}</div>'


def widget_bundle(widget: Any, text: str) -> dict[str, Any]:
    """A widget as a notebook takes it, with a line for where there are no widgets: an export, a saved notebook."""
    shown: dict[str, Any] = dict(widget._repr_mimebundle_() or {})
    return {**shown, "text/plain": visible(text), "text/html": line_html(text)}


def _read(name: str) -> str:
    css = files("lync_magic.ui").joinpath(f"{name}.css").read_text("utf-8")
    return _SPACES.sub(lambda match: match.group(1) or " ", _COMMENTS.sub("", css)).strip()
