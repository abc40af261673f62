"""The page that a site opens with: every document, folder by folder, and how checking it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote

from lync_magic.documents.checking import DocumentResult, summary
from lync_magic.documents.publishing.look import framed
from lync_magic.documents.publishing.markup import text_html
from lync_magic.messages import chosen_language, long_date, say


class Entry(NamedTuple):
    """A document of the site. page: where its page is, from the site's folder.  result: None where nobody checked."""

    page: PurePosixPath
    title: str
    result: DocumentResult | None


def contents(entries: Sequence[Entry], *, title: str, day: date, report: str, junit: str) -> str:
    """The page. day: of the check.  report, junit: the files that hold all of it."""
    parts = [f"<h1>{text_html(title)}</h1>"]
    results = [entry.result for entry in entries if entry.result is not None]
    if results:
        links = (
            f'<a href="{quote(report)}">{text_html(say("The whole report"))}</a> · <a href="{quote(junit)}">JUnit</a>'
        )
        told = say("Checked against the sandbox tenant on {date}.", date=long_date(day))
        parts.append(f"<p>{text_html(told)} {text_html(summary(results))} {links}</p>")
    for folder, group in groupby(entries, key=lambda entry: entry.page.parent):
        if folder.parts:
            parts.append(f"<h2>{text_html(str(folder))}</h2>")
        parts.append(_table(tuple(group), checked=bool(results)))
    return framed("\n".join(parts), title=title, language=chosen_language(), up="")


def _table(entries: Sequence[Entry], *, checked: bool) -> str:
    heads = (say("Title"), say("Commands"), say("Result")) if checked else (say("Title"),)
    head = "".join(f"<th>{text_html(one)}</th>" for one in heads)
    rows = "\n".join(f"<tr>{_row(entry)}</tr>" for entry in entries)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def _row(entry: Entry) -> str:
    name = f'<td><a href="{quote(str(entry.page))}">{text_html(entry.title)}</a></td>'
    found = entry.result
    if found is None:
        return name
    if found.failed:
        first = next((step.differences[0] for step in found.steps if step.differences), None)
        why = found.problem or (f"{say('line {number}', number=first.line)}: {first.message}" if first else "")
        state = say("not checked") if found.problem else say("not true any more")
        kind, told = "failed", f"✗ {state} ({why})"
    elif not found.steps:
        kind, told = "quiet", say("nothing to check")
    else:
        left = found.count("held back") + found.count("not checked")
        checked = left < len(found.steps)
        told = f"✓ {say('true')}" if checked else say("not checked")
        told += f"; {say('Not run: {count}.', count=left)}" if left else ""
        kind = "passed" if checked else "quiet"
    return f'{name}<td>{len(found.steps)}</td><td class="{kind}">{text_html(told)}</td>'
