"""The report of a check: as text, as JUnit's XML, as a page of HTML.

Rules: each difference says the document and the line, what is not so, and what to write instead where that is known.
What a document or a server said is escaped in XML and HTML, and made safe to look at in text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final
from xml.etree import ElementTree

from lync_magic.documents.checking.results import DocumentResult, Status, StepResult
from lync_magic.documents.checking.tolerances import RULES
from lync_magic.messages import chosen_language, say
from lync_magic.safe_text import visible

_MARKS: Final[dict[Status, str]] = {"passed": "ok", "failed": "FAILED", "held back": "held back", "not checked": "-"}
_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0"
    " 1rem;color:#1b1b1b;background:#fff}"
    "code{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-top:1px solid #ddd}.failed{color:#a4000f}"
    ".passed{color:#0b6a0b}@media(prefers-color-scheme:dark){body{color:#eee;background:#1b1b1b}td,th{border-color:#444}"
    ".failed{color:#ff8a8a}.passed{color:#7ddc7d}}"
)


def as_text(results: Sequence[DocumentResult], *, explain: bool = False, verbose: bool = False) -> str:
    """What a person reads. explain: with the tolerances that were needed.  verbose: with what passed, too."""
    lines: list[str] = []
    for result in results:
        lines += _document_text(result, explain=explain, verbose=verbose)
    lines.append(summary(results))
    if explain:
        lines += ["", *_legend(results)]
    return visible("\n".join(lines))


def summary(results: Sequence[DocumentResult]) -> str:
    """All of it in a sentence."""
    failed = sum(result.failed and not result.problem for result in results)
    problems = sum(bool(result.problem) for result in results)
    counts = {status: sum(result.count(status) for result in results) for status in _MARKS}
    told = say(
        "Documents: {documents}; not true any more: {failed}. Commands: {passed} as told, {wrong} not.",
        documents=len(results),
        failed=failed,
        passed=counts["passed"],
        wrong=counts["failed"],
    )
    left = counts["held back"] + counts["not checked"]
    told += f" {say('Not run: {count}.', count=left)}" if left else ""
    return f"{told} {say('Could not be checked: {count}.', count=problems)}" if problems else told


def _document_text(result: DocumentResult, *, explain: bool, verbose: bool) -> Iterator[str]:
    passed = result.count("passed")
    rest = say("true") if passed else say("not checked") if result.steps else say("nothing to check")
    state = say("not checked") if result.problem else say("not true any more") if result.failed else rest
    yield f"{result.path}: {state} ({say('commands: {count}', count=len(result.steps))})"
    if result.problem:
        yield f"  {say('It could not be checked: {text}', text=result.problem)}"
    for step in result.steps:
        shown = verbose or step.status == "failed" or (explain and step.rules)
        if step.status in ("held back", "not checked"):
            yield f"  {result.path}:{step.line}: {say('not run')}: {_first_line(step)} ({step.reason})"
        elif shown:
            yield f"  {result.path}:{step.line}: {say(_MARKS[step.status])}: {_first_line(step)}"
        for difference in step.differences:
            yield f"    {result.path}:{difference.line}: {difference.message}"
            if difference.advice:
                yield f"      {difference.advice}"
        if explain and step.rules:
            yield f"    {say('let pass')}: {', '.join(step.rules)}"


def _legend(results: Sequence[DocumentResult]) -> Iterator[str]:
    used = {name for result in results for step in result.steps for name in step.rules}
    if used:
        yield say("What was let pass:")
    for rule in RULES:
        if rule.name in used:
            yield f"  {rule.name}: {say(rule.meaning)}"


def _first_line(step: StepResult) -> str:
    first, _, more = step.code.partition("\n")
    return f"{first[:100]}{' ...' if more or len(first) > 100 else ''}"


def as_junit(results: Sequence[DocumentResult]) -> str:
    """JUnit's XML: a suite a document, a case a command, for whatever shows test results."""
    root = ElementTree.Element("testsuites", name="lync-magic check")
    for result in results:
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=_xml(result.path),
            tests=str(len(result.steps) + bool(result.problem)),
            failures=str(result.count("failed")),
            errors=str(int(bool(result.problem))),
            skipped=str(result.count("held back") + result.count("not checked")),
            time=f"{result.seconds:.3f}",
        )
        if result.problem:
            case = ElementTree.SubElement(suite, "testcase", classname=_xml(result.path), name="document")
            ElementTree.SubElement(case, "error", message=_xml(result.problem))
        for step in result.steps:
            _case(suite, result, step)
    ElementTree.indent(root)
    return ElementTree.tostring(root, "unicode", xml_declaration=True) + "\n"


def _case(suite: ElementTree.Element, result: DocumentResult, step: StepResult) -> None:
    name = f"line {step.line}: {_first_line(step)}"
    case = ElementTree.SubElement(
        suite, "testcase", classname=_xml(result.path), name=_xml(name), file=_xml(result.path), line=str(step.line)
    )
    if step.status == "failed":
        first = step.differences[0]
        said = ElementTree.SubElement(case, "failure", type=first.kind, message=_xml(first.message))
        said.text = _xml(
            "\n".join(f"{result.path}:{one.line}: {one.message} {one.advice}".rstrip() for one in step.differences)
        )
    elif step.status != "passed":
        ElementTree.SubElement(case, "skipped", message=_xml(step.reason))


def _xml(text: str) -> str:
    """Text that XML can hold."""
    return visible("".join(one for one in text if one in "\n\t" or one >= " "))


def as_html(results: Sequence[DocumentResult]) -> str:
    """A page that stands by itself: no script, nothing fetched."""
    title = escape(say("Documents that were checked"))
    body = "".join(_section(result) for result in results)
    return (
        f'<!DOCTYPE html>\n<html lang="{chosen_language()}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1><p>{_html(summary(results))}</p>\n{body}</body></html>\n"
    )


def _section(result: DocumentResult) -> str:
    state = "failed" if result.failed else "passed"
    rows = "".join(_html_row(step) for step in result.steps)
    heads = "".join(f"<th>{escape(say(head))}</th>" for head in ("Line", "Command", "Result"))
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    problem = f'<p class="failed">{_html(result.problem)}</p>' if result.problem else ""
    name = f"{_html(result.title or result.path)}"
    return (
        f'<section><h2 class="{state}">{name}</h2><p><code>{_html(result.path)}</code></p>{problem}{table}</section>\n'
    )


def _html_row(step: StepResult) -> str:
    said = "<br>".join(
        f"{escape(say('line {number}', number=one.line))}: {_html(one.message)} <em>{_html(one.advice)}</em>"
        for one in step.differences
    )
    told = said or (_html(step.reason) if step.reason else "")
    mark = escape(say(_MARKS[step.status]))
    return (
        f'<tr><td>{step.line}</td><td><code>{_html(step.code)}</code></td><td class="{step.status.replace(" ", "-")}">'
        f"{mark} {told}</td></tr>\n"
    )


def _html(text: str) -> str:
    return escape(visible(text))
