"""One file to send: a notebook that was run, as a page that needs no network and runs nothing but tables' sorting.

Rules of this file: everything in the page is ours, or made safe by `safe_html`; a policy in its head says the same to
the browser, so that what slipped through would neither run nor load. What differs from run to run (who, when, live or
from a tape) stands in elements of the class `lync-provenance` or `lync-origin`, and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from lync_magic.messages import chosen_language, number_text, say
from lync_magic.reports.outcome import Outcome, kept_outcome
from lync_magic.reports.provenance import banner_html, provenance_html
from lync_magic.reports.safe_html import safe_html
from lync_magic.safe_text import visible

LONGEST_OUTPUT: Final = 200_000
"""Characters of one text output."""
MOST_WARNING_LINES: Final = 12
_COLOURS: Final = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07")
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif", "image/webp")
_DRAWN_WHEN: Final = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
"""What an SVG says of when and by what it was drawn: the page is the same for the same chart."""
_CONNECT: Final = re.compile(r"^\s*%lync\s+connect\b", re.IGNORECASE | re.MULTILINE)
_HIDDEN: Final = frozenset({"remove-cell", "remove_cell", "hide-cell"})
_NO_INPUT: Final = frozenset({"remove-input", "remove_input", "hide-input"})
_NO_OUTPUT: Final = frozenset({"remove-output", "remove_output", "hide-output"})
_MARKERS: Final = "papermill-error-cell-tag"


def html_of_notebook(path: Path, outcome: Outcome | None = None) -> str:
    """A notebook that was run as one page. outcome: what came of the run; None: what the notebook keeps of it."""
    import nbformat

    notebook = nbformat.read(path, 4)
    return page_of(notebook, outcome or kept_outcome(notebook))


def page_of(notebook: Any, outcome: Outcome) -> str:
    """A page. notebook: of nbformat, version 4."""
    title = _title(notebook) or Path(outcome.notebook or "report").stem
    script, style = _asset("page.js"), _asset("page.css")
    policy = (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '{_digest(script)}'; "
        "form-action 'none'; base-uri 'none'"
    )
    body = "\n".join(filter(None, _sections(notebook.cells)))
    return (
        f'<!doctype html>\n<html lang="{chosen_language()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{banner_html(outcome)}\n<main>\n{body}\n</main>\n{provenance_html(outcome)}\n"
        f"<script>{script}</script>\n</body>\n</html>"
    )


def _title(notebook: Any) -> str:
    for cell in notebook.cells:
        found = re.search(r"^#\s+(.+)$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return visible(re.sub(r"[*_`]", "", found[1])).strip()
    return ""


def _digest(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _asset(name: str) -> str:
    return files("lync_magic.reports").joinpath(name).read_text("utf-8").strip()


# --- cells ---------------------------------------------------------------------------------------------------------


def _sections(cells: Any) -> Iterator[str]:
    """The cells in their order; the code of those that show nothing stands folded with that of the next that does."""
    waiting: list[str] = []
    for cell in cells:
        tags = set(cell.metadata.get("tags", ()))
        if tags & _HIDDEN or _MARKERS in tags:
            continue
        if cell.cell_type == "code":
            code = "" if tags & _NO_INPUT else cell.source.strip()
            waiting += [code] if code else []
            shown = _shown(cell, tags)
            if not shown:
                continue
            failed = any(output.output_type == "error" for output in cell.outputs)
            kind = "lync-cell lync-failed" if failed else "lync-cell"
            yield f'<section class="{kind}">{_code_html(waiting)}{shown}</section>'
            waiting = []
        elif cell.cell_type == "markdown" and cell.source.strip():
            yield _code_html(waiting)
            waiting = []
            yield f'<section class="lync-text">{_markdown(cell.source)}</section>'
    yield _code_html(waiting)


def _shown(cell: Any, tags: set[str]) -> str:
    """What a cell shows."""
    failed = any(output.output_type == "error" for output in cell.get("outputs", ()))
    quiet = (tags & _NO_OUTPUT or _CONNECT.search(cell.source)) and not failed
    return "" if quiet else "".join(_outputs(cell.get("outputs", ())))


def _markdown(text: str) -> str:
    from markdown_it import MarkdownIt

    return safe_html(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def _code_html(sources: list[str]) -> str:
    if not sources:
        return ""
    code = "".join(f"<pre><code>{escape(_visible_lines(source))}</code></pre>" for source in sources)
    return f'<details class="lync-code"><summary>{escape(say("Show the code"))}</summary>{code}</details>'


def _visible_lines(text: str) -> str:
    """A text of several lines, with what hides or moves in it written out."""
    return "\n".join(map(visible, text.splitlines()))


def _outputs(outputs: Any) -> Iterator[str]:
    for output in outputs:
        if output.output_type == "stream":
            yield _warnings_html(output.text) if output.name == "stderr" else _stream_html(output.text)
        elif output.output_type == "error":
            lines = "\n".join(output.get("traceback", ())) or f"{output.ename}: {output.evalue}"
            yield f'<pre class="lync-error" role="alert">{_plain(lines)}</pre>'
        else:
            yield _data_html(output.get("data", {}))


def _stream_html(text: str, kind: str = "lync-stream") -> str:
    return f'<pre class="{kind}">{_plain(text)}</pre>'


def _warnings_html(text: str) -> str:
    """What a cell wrote to its standard error; folded where it is longer than what a reader came for."""
    written = _stream_html(text, "lync-stream lync-errors")
    lines = text.count("\n")
    if lines <= MOST_WARNING_LINES:
        return written
    told = escape(say("{count} lines of warnings", count=number_text(lines)))
    return f'<details class="lync-warnings"><summary>{told}</summary>{written}</details>'


def _data_html(data: Any) -> str:
    html = data.get("text/html")
    if html:
        return f'<div class="lync-output">{safe_html(_joined(html))}</div>'
    for kind in _PICTURES:
        if kind in data:
            packed = re.sub(r"[^A-Za-z0-9+/=]", "", _joined(data[kind]))
            return f'<img class="lync-picture" alt="" src="data:{kind};base64,{packed}">'
    if "image/svg+xml" in data:
        drawn = _DRAWN_WHEN.sub("", _joined(data["image/svg+xml"]))
        packed = base64.b64encode(drawn.encode()).decode()
        return f'<img class="lync-picture" alt="" src="data:image/svg+xml;base64,{packed}">'
    if "text/markdown" in data:
        return f'<div class="lync-output">{_markdown(_joined(data["text/markdown"]))}</div>'
    if "application/vnd.jupyter.widget-view+json" in data:
        return ""
    return _stream_html(_joined(data["text/plain"])) if "text/plain" in data else ""


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _plain(text: str) -> str:
    """Text of a terminal, without its colours."""
    lines = [visible(line.rpartition("\r")[2]) for line in _COLOURS.sub("", text).rstrip("\n").split("\n")]
    shown = "\n".join(lines)
    if len(shown) > LONGEST_OUTPUT:
        left_out = number_text(len(shown) - LONGEST_OUTPUT)
        shown = f"{shown[:LONGEST_OUTPUT]}\n… {say('{count} more characters', count=left_out)}"
    return escape(shown)
