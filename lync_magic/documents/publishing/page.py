"""A document as a page: its prose, its commands with what it says that they print, and what checking them found.

Rules: the document's own order and words; what was found stands under the command that it is about, in the document's
language. A block that does not run is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import Final

from lync_magic.documents.checking import DocumentResult, StepResult
from lync_magic.documents.linking import Linking
from lync_magic.documents.making import provenance
from lync_magic.documents.model import PRINTED, Document, Judged, Printed, Prose
from lync_magic.documents.outline import Item, Shown, Step
from lync_magic.documents.publishing.look import framed
from lync_magic.documents.publishing.markup import code_html, prose_html, text_html
from lync_magic.messages import say_in

_MARKS: Final = {"passed": "✓", "failed": "✗", "held back": "–", "not checked": "–"}


def page(
    document: Document,
    items: Sequence[Item],
    result: DocumentResult | None,
    link: Linking,
    *,
    up: str,
    contents: str,
    notebook: str,
) -> str:
    """The page of a document. items: its outline.  result: what checking found, or None where nobody checked.

    up: the way to the site's folder.  contents, notebook: the names of the contents' page and of its notebook.
    """
    made = _Page(document.language, link)
    found = chain(result.steps if result is not None else (), repeat(None))
    body = "\n".join(_pieces(made, items, found))
    say = made.say
    head = (
        f'<a href="{up}{contents}">{text_html(say("Contents"))}</a> · '
        f'<a href="{text_html(notebook)}" download>{text_html(say("As a notebook"))}</a>'
    )
    if result is not None and result.problem:
        told = text_html(say("It could not be checked: {text}", text=result.problem))
        body = f'<div class="block failed"><p class="verdict">{told}</p></div>\n{body}'
    facts = provenance(document, {})
    foot = " ".join(
        text_html(told)
        for told in (
            say("Made by lync_magic from the document {name}.", name=facts["source"]),
            say("The document's date: {date}.", date=facts["date"]) if "date" in facts else "",
            say("Its licence: {licence}.", licence=facts["licence"]) if "licence" in facts else "",
        )
        if told
    )
    return framed(body, title=title_of(document), language=document.language, up=up, head=head, foot=foot)


def title_of(document: Document) -> str:
    """What a document is called: by itself, else by its file's name."""
    return document.facts.get("title") or document.path.replace("\\", "/").rpartition("/")[2]


def _pieces(made: _Page, items: Sequence[Item], found: Iterator[StepResult | None]) -> Iterator[str]:
    shown = {item.judged.block.first for item in items if isinstance(item, Shown)}
    for item in items:
        if isinstance(item, Prose):
            yield made.prose(item.text)
        elif isinstance(item, Step):
            yield made.step(item, [one for one in item.expected if one.line not in shown], next(found))
        elif isinstance(item, Shown):
            yield made.shown(item.judged)


class _Page:
    def __init__(self, language: str, link: Linking) -> None:
        self._link = link
        self._anchors: dict[str, int] = {}
        self.say: Callable[..., str] = lambda text, **values: say_in(language, text, **values)

    def prose(self, text: str) -> str:
        return prose_html(self._link.text(text), self._anchors)

    def shown(self, judged: Judged) -> str:
        """A block that nobody types."""
        text = judged.block.text
        inside = f'<span class="prints">{text_html(text)}</span>' if judged.kind in PRINTED else code_html(text)
        return f'<div class="block"><pre>{inside}</pre></div>'

    def step(self, step: Step, printed: Sequence[Printed], found: StepResult | None) -> str:
        """A command and what was found. printed: what its own block says that it prints."""
        prints = "".join(f'<pre class="prints">{text_html(one.text)}</pre>' for one in printed)
        status = found.status if found is not None else ""
        kind = status if status in ("passed", "failed") else ""
        return (
            f'<div class="block {kind}" id="line-{step.line}"><pre>{code_html(step.code)}</pre>{prints}'
            f"{self._verdict(found) if found is not None else ''}</div>"
        )

    def _verdict(self, found: StepResult) -> str:
        status = found.status
        word = self.say("as told" if status == "passed" else "not as told" if status == "failed" else "not run")
        told = [f"{_MARKS[status]} {word}{f': {found.reason}' if found.reason else ''}"]
        told += [
            f"{self.say('line {number}', number=one.line)}: {one.message} {one.advice}" for one in found.differences
        ]
        return f'<p class="verdict">{"<br>".join(map(text_html, told))}</p>'
