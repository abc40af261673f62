"""A block of script for a session: as words where its endpoint takes no script, else as script.

Rule of this file: what cannot be said in words goes as it is, and the server refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from lync_magic import language
from lync_magic.errors import CellError
from lync_magic.language import expressions as e
from lync_magic.language import statements as s
from lync_magic.powershell.values import as_powershell
from lync_magic.psrp import Argument, Command, Host, Pipeline, Report
from lync_magic.sessions import Session


def run_block(session: Session, block: language.SentBlock, report: Report, host: Host) -> Iterator[object]:
    """What a block gives that runs in a session."""
    sent = block.words or _as_block(block.text, block.using, block.given)
    for batch in session.stream(sent, input=block.piped, report=report, host=host):
        yield from batch


def block_pipeline(text: str, using: Mapping[str, object], given: Sequence[object]) -> Pipeline:
    """A block with the values of its `$using:` variables and its arguments, for a session."""
    return in_words(text, using, given) or _as_block(text, using, given)


def script(text: str, values: Mapping[str, object]) -> Pipeline:
    """Script text as a pipeline, with the values of its `$using:` variables given by name."""
    for name in values:
        text = _using(name).sub(lambda _found, name=name: "${" + _STANDS_FOR + name + "}", text)  # type: ignore[misc]
    if not values:
        return Pipeline.script(text)
    named = ", ".join("${" + _STANDS_FOR + name + "}" for name in values)
    arguments = tuple(Argument(_STANDS_FOR + name, as_powershell(value)) for name, value in values.items())
    return Pipeline((Command(f"param({named})\n{text}", arguments, is_script=True),))


def using_names(text: str) -> list[str]:
    """The variables that a text names by `$using:`."""
    return list(dict.fromkeys(_USING.findall(text)))


def _as_block(text: str, using: Mapping[str, object], given: Sequence[object]) -> Pipeline:
    """A block with its arguments, as script."""
    made = script(text, using)
    (command,) = made.commands
    return Pipeline((replace(command, arguments=(*command.arguments, *(Argument(None, one) for one in given))),))


def in_words(text: str, using: Mapping[str, object], given: Sequence[object]) -> Pipeline | None:
    """A block's one pipeline as words, where all that it says are commands with plain values; else None."""
    try:
        parsed = language.parse(text)
    except CellError:
        return None
    declared = parsed.parameters or ()
    if len(given) > len(declared) or any(one.types or one.attributes or one.default for one in declared):
        return None
    if len(parsed.statements) != 1:
        return None
    (statement,) = parsed.statements
    if not isinstance(statement, s.Pipeline) or statement.background:
        return None
    rest = [None] * (len(declared) - len(given))
    arguments = {one.variable.name.lower(): value for one, value in zip(declared, [*given, *rest], strict=True)}
    try:
        return Pipeline(tuple(_in_words(one, using, arguments) for one in statement.elements))
    except _NotPlain:
        return None


class _NotPlain(Exception):
    """A part of a block has no value that can be told without running it."""


def _in_words(element: s.Element, using: Mapping[str, object], arguments: Mapping[str, object]) -> Command:
    if not isinstance(element, s.CommandCall) or not isinstance(element.name, e.String) or element.invocation == ".":
        raise _NotPlain
    if any((one.from_stream, one.merge_to) != (2, 1) for one in element.redirections):
        raise _NotPlain
    made = language.to_command(element.name.value, element, lambda node: _plain(node, using, arguments))
    return replace(made, merge_errors=bool(element.redirections))


def _plain(node: e.Expression, using: Mapping[str, object], arguments: Mapping[str, object]) -> object:
    if isinstance(node, e.Constant | e.String):
        return node.value
    if isinstance(node, e.Variable) and not node.drive and node.name.lower() in arguments:
        return arguments[node.name.lower()]
    if isinstance(node, e.Variable) and node.name.lower() in _FIXED and not node.drive:
        return _FIXED[node.name.lower()]
    if isinstance(node, e.Variable) and node.drive == "using":
        folded = {name.lower(): value for name, value in using.items()}
        if node.name.lower() in folded:
            return folded[node.name.lower()]
    raise _NotPlain


def _using(name: str) -> re.Pattern[str]:
    return re.compile(r"\$using:" + re.escape(name) + r"\b", re.IGNORECASE)


_USING: Final = re.compile(r"\$using:(\w+)", re.IGNORECASE)
_STANDS_FOR: Final = "__using_"
_FIXED: Final = {"true": True, "false": False, "null": None}
