"""Tab in `%lync` lines and `%%lync` cells: verbs, options, imported commands and their parameters.

Rules: a Tab asks the server at most once for a command's parameters, and only a session that is free; it never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher
from IPython.core.interactiveshell import InteractiveShell

from lync_magic.importing import modules
from lync_magic.magics.engines import Engines
from lync_magic.magics.verbs import VERBS
from lync_magic.powershell import complete
from lync_magic.sessions import registry

_LINE: Final = re.compile(r"^(?:.*=\s*)?%lync\s+(.*)$", re.DOTALL)
_CELL: Final = re.compile(r"^%%lync[^\n]*\n")
_LAST_COMMAND: Final = re.compile(r"([A-Za-z]+-[\w]+)(?![^|;\n(){}]*[A-Za-z]+-\w+[^|;\n(){}]*$)")
_WORD: Final = re.compile(r"[^\s|;(){},=]*$")

_KINDS: Final = {
    "Command": "function",
    "ParameterName": "param",
    "ParameterValue": "value",
    "Property": "property",
    "Method": "function",
    "Variable": "variable",
    "Type": "class",
    "ProviderItem": "path",
    "ProviderContainer": "path",
    "Keyword": "keyword",
}
"""IPython's words for PowerShell's kinds of completions."""

MATCHER_ID: Final = "lync_magic"


class Completion:
    """The matcher of one shell."""

    def __init__(self, shell: InteractiveShell, engines: Engines | None = None) -> None:
        self._shell = shell
        self._engines = engines
        self._matcher: Any = None

    def register(self) -> None:
        """Offer completions from now on."""

        @context_matcher(identifier=MATCHER_ID)  # type: ignore[untyped-decorator]
        def lync_matcher(context: CompletionContext) -> SimpleMatcherResult:
            found = self._in_powershell(context.full_text, context.cursor_line, context.cursor_position)
            return found or matches(context.full_text, context.cursor_line, context.cursor_position)

        self._matcher = lync_matcher
        self._completer().custom_matchers.append(lync_matcher)

    def _in_powershell(self, text: str, line_number: int, position: int) -> SimpleMatcherResult | None:
        """What PowerShell offers in a cell that runs in it; None where it is not asked, or offers nothing."""
        head = _CELL.match(text)
        if self._engines is None or head is None or not line_number or not self._engines.runs_in_powershell(head[0]):
            return None
        lines = text[head.end() :].split("\n")
        place = sum(len(line) + 1 for line in lines[: line_number - 1]) + position
        offered = complete(self._engines.cells, text[head.end() :], place)
        if offered is None or not offered.matches:
            return None
        written = text[head.end() :][offered.start : place]
        found = [SimpleCompletion(one.text, type=_KINDS.get(one.kind, "text")) for one in offered.matches]
        return _result(found, written, found=True)

    def unregister(self) -> None:
        """Offer none any more."""
        matchers = self._completer().custom_matchers
        if self._matcher in matchers:
            matchers.remove(self._matcher)

    def _completer(self) -> Any:
        return self._shell.Completer


def matches(text: str, line_number: int, position: int) -> SimpleMatcherResult:
    """What may stand at a place of a cell. line_number, position: from 0."""
    lines = text.split("\n")
    before = lines[line_number][:position] if line_number < len(lines) else ""
    in_cell = bool(_CELL.match(text)) and line_number > 0
    line = None if in_cell else _LINE.match(before)
    if not in_cell and line is None:
        return _result([], "", found=False)
    written = before if line is None else line[1]
    fragment = _WORD.search(written)
    word = fragment[0] if fragment else ""
    offered = list(_offers(written, word, verbs=line is not None))
    return _result([SimpleCompletion(name, type=kind) for name, kind in offered], word, found=True)


def _result(completions: list[SimpleCompletion], fragment: str, *, found: bool) -> SimpleMatcherResult:
    """`found`: the text is ours, so that what Python would offer is left out."""
    return {
        "completions": completions,
        "matched_fragment": fragment,
        "suppress": found,
        "do_not_suppress": set(),
        "ordered": False,
    }


def _offers(written: str, word: str, *, verbs: bool) -> Iterable[tuple[str, str]]:
    folded = word.lower()
    first = written.split()[0].lower() if written.split() else ""
    if verbs and (not written.strip() or written.strip() == word):
        yield from ((name, "keyword") for name in VERBS if name.startswith(folded))
    if verbs and first in VERBS and written.strip() != word:
        yield from _of_verb(first, folded)
        return
    if word.startswith("-"):
        yield from _parameters(written[: len(written) - len(word)], folded)
        return
    if folded:
        names = {command.alias for module in modules for command in module.commands.values()}
        yield from ((name, "function") for name in sorted(names) if name.lower().startswith(folded))


def _of_verb(verb: str, folded: str) -> Iterable[tuple[str, str]]:
    if folded.startswith("-"):
        for action in VERBS[verb].parser._actions:
            if action.help != "==SUPPRESS==":
                yield from ((option, "param") for option in action.option_strings if option.startswith(folded))
    elif verb in ("use", "remove"):
        yield from ((str(session.id), "session") for session in registry if str(session.id).startswith(folded))
    elif verb == "help":
        yield from ((name, "keyword") for name in VERBS if name.startswith(folded))
    elif verb == "sandbox":
        yield from ((name, "keyword") for name in ("start", "stop") if name.startswith(folded))


def _parameters(before: str, folded: str) -> Iterable[tuple[str, str]]:
    found = _LAST_COMMAND.search(before)
    command = modules.find(found[1]) if found else None
    if command is None:
        return
    for name in command.parameters():
        if f"-{name}".lower().startswith(folded):
            yield f"-{name}", "param"
