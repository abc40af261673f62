"""A document as steps: each command with what the document says that it prints, between its prose.

Rules: a printed block belongs to the command before it, under the same heading, when its sentence announces what is
seen; an error or a question not where something would have to be so, nothing where another parameter is named. An error
that names another command belongs to a second run of that one. A command whose line a page lost is worked out only
where the document leaves no doubt, and is marked; everything else stays text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, TypeAlias

from lync_magic.documents.judge import judge
from lync_magic.documents.model import PRINTED, Document, Judged, Printed, Prose
from lync_magic.documents.sentences import intents, last_sentence, supposes
from lync_magic.documents.shapes import DASHES, error_command, parsed
from lync_magic.language import commands_in


@dataclass(frozen=True)
class Step:
    """A command that runs. expected: what it prints, by the document.

    why: what makes it one, where it is not the document's own block: `again` (an earlier command is run once more),
    `named` (the sentence names it), `lost` (the page lost its line).
    """

    code: str
    line: int
    number: int
    expected: tuple[Printed, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Shown:
    """A block that is shown and not run."""

    judged: Judged


Item: TypeAlias = "Prose | Step | Shown"


@dataclass
class _Outline:
    language: str
    items: list[Item] = field(default_factory=list)
    owner: int | None = None
    """Where in `items` the command stands that prints what comes next."""

    def step(self, step: Step) -> None:
        self.owner = len(self.items)
        self.items.append(step)

    def expect(self, printed: Printed) -> None:
        assert self.owner is not None
        step = self.items[self.owner]
        assert isinstance(step, Step)
        self.items[self.owner] = replace(step, expected=(*step.expected, printed))

    @property
    def steps(self) -> list[Step]:
        return [item for item in self.items if isinstance(item, Step)]


_HEADING: Final = re.compile(r"^#{1,6} ", re.MULTILINE)
_ASSIGNED: Final = re.compile(r"^\s*(\$\w+)\s*=\s*(.+)$", re.DOTALL)
_PARAMETER: Final = re.compile(r"(?<![\w-])-[A-Z][A-Za-z]+\b")
_VARIABLE_NAMED: Final = re.compile(
    r"\b(variable name|name of the variable|nom de (la|cette) variable|variablenname)", re.I
)
_PRINTS: Final[Mapping[frozenset[str], str]] = {
    frozenset({"ModuleType", "Name", "ExportedCommands"}): "Get-Module",
    frozenset({"ModuleType", "Version", "Name", "ExportedCommands"}): "Get-Module",
    frozenset({"ModuleType", "Version", "PreRelease", "Name", "ExportedCommands"}): "Get-Module",
    frozenset({"Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability"}): "Get-PSSession",
}
"""The headings of a table, and the one command that prints it."""
_EXAMPLE_WORDS: Final = 5
"""A shorter sentence ("For example:") announces anything."""
_CREDENTIAL: Final = frozenset({"UserName", "Password"})


def outline(document: Document, twin: Document | None = None) -> tuple[Item, ...]:
    """The document's steps, prose and other blocks, in its order."""
    made = _Outline(document.language)
    judged = iter(judge(document, twin))
    before = ""
    for part in document.parts:
        if isinstance(part, Prose):
            made.items.append(part)
            before = f"{before}\n\n{part.text}"
            if _HEADING.search(part.text):
                made.owner = None
            continue
        one = next(judged)
        if one.runs:
            made.step(Step(one.code or one.block.text.strip(), one.block.first, one.number, one.prints))
        else:
            if one.kind in PRINTED:
                _place(made, one, before)
            elif one.kind != "fragment":
                made.owner = None  # what is printed next is of a command that does not run
            made.items.append(Shown(one))
        before = ""
    return tuple(made.items)


def steps(document: Document, twin: Document | None = None) -> tuple[Step, ...]:
    """The commands of a document that run, in order."""
    return tuple(item for item in outline(document, twin) if isinstance(item, Step))


def _place(made: _Outline, one: Judged, before: str) -> None:
    """Give a printed block to the command that prints it, or to none."""
    if not one.sure or (one.kind != "output" and supposes(one.block.before)):
        return
    printed = Printed(one.kind, one.block.text, one.block.first)
    if one.kind == "error":
        _place_error(made, one, printed)
        return
    lost = _lost(made, one, before)
    if lost is not None:
        made.step(Step(lost, one.block.first, one.number, (printed,), "lost"))
        return
    told = intents(one.block.before, made.language)
    # A sentence that announces nothing ("For example:") shows a value, not what the command before prints.
    follows = one.block.alone or one.kind == "prompt" or "output" in told or _is_next(before)
    if made.owner is None or not follows or _announces_command(before, made.language):
        return
    owner = made.items[made.owner]
    if isinstance(owner, Step) and _has_all(owner.code, one.block.before):
        made.expect(printed)


def _has_all(code: str, before: str) -> bool:
    """Whether a command has the parameters that the sentence before what is printed names."""
    folded = code.lower()
    return all(name.lower() in folded for name in _PARAMETER.findall(last_sentence(before)))


def _is_next(before: str) -> bool:
    """Whether no more than one paragraph, which says no "for example", stands between a command and what is printed."""
    return len(re.split(r"\n\s*\n", before.strip())) == 1 and len(before.split()) > _EXAMPLE_WORDS


def _announces_command(before: str, language: str) -> bool:
    """Whether a paragraph before the last one announces a command that does not come."""
    paragraphs = [text for text in re.split(r"\n\s*\n", before) if text.strip()]
    return any(text.rstrip().endswith((":", " :")) and "command" in intents(text, language) for text in paragraphs[:-1])


def _lost(made: _Outline, one: Judged, before: str) -> str | None:
    """The command whose line is lost, where the document leaves no doubt of it."""
    if not _announces_command(before, made.language):
        return None
    headings = _headings(one.block.text)
    credential = headings == _CREDENTIAL
    if credential or _VARIABLE_NAMED.search(before):
        variables = [found for step in made.steps if (found := _ASSIGNED.match(step.code)) is not None]
        fitting = [found[1] for found in variables if not credential or "Get-Credential" in found[2]]
        return fitting[-1] if fitting else None
    return _PRINTS.get(headings)


def _headings(text: str) -> frozenset[str]:
    lines = [line for line in text.split("\n") if line.strip()]
    for above, below in pairwise(lines):
        if DASHES.match(below):
            return frozenset(above.split())
    return frozenset()


def _place_error(made: _Outline, one: Judged, printed: Printed) -> None:
    name = error_command(one.block.text)
    if name is None:
        if made.owner is not None and one.block.alone:
            made.expect(printed)
        return
    owner = made.items[made.owner] if made.owner is not None else None
    if isinstance(owner, Step) and _calls(owner.code, name):
        if any(printed.kind == "output" for printed in owner.expected) and not one.block.alone:
            made.step(Step(owner.code, one.block.first, one.number, (printed,), "again"))
        else:
            made.expect(printed)
        return
    told = one.block.before.lower()
    if name.lower() not in told:
        return
    earlier = next((step for step in reversed(made.steps) if _calls(step.code, name)), None)
    if earlier is not None:
        made.step(Step(earlier.code, one.block.first, one.number, (printed,), "again"))
    elif name.lower().startswith("get-") and not made.steps:
        made.step(Step(name, one.block.first, one.number, (printed,), "named"))


def _calls(code: str, name: str) -> bool:
    script = parsed(code)
    return script is not None and name.lower() in (called.lower() for called in commands_in(script))
