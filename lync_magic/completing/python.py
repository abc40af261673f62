"""What may stand at a place of Python that is about our things: calls of imported commands, members of results.

Rule of this file: a place that is not about our things is Python's own business (None).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from types import ModuleType
from typing import Any, Final

from lync_magic.completing.known import COMMON, Surroundings
from lync_magic.completing.offers import Kind, Offer, Offers, starting
from lync_magic.completing.shapes import names_of
from lync_magic.completing.values import Values
from lync_magic.importing import Parameter, RemoteCommand
from lync_magic.records import Record, Records
from lync_magic.sessions import Session, registry

_PATH: Final = r"(?P<head>[^\W\d]\w*)(?P<path>(?:\.[^\W\d]\w*|\[[^\[\]\n]*\])*)"
_CHAIN: Final = re.compile(_PATH + r"\.(?P<begun>\w*)\Z")
_KEY: Final = re.compile(_PATH + r"\[(?:\[[^\[\]\n]*)?(?P<begun>['\"]\w*)\Z")
_BARE: Final = re.compile(r"(?<![\w.])[A-Z][A-Za-z]*_\w*\Z")
_STEP: Final = re.compile(r"\.(?P<name>[^\W\d]\w*)|\[(?P<index>[^\[\]\n]*)\]")
_CALLED: Final = re.compile(_PATH + r"\Z")
_NAMED: Final = re.compile(r"([^\W\d]\w*)\s*=\s*(?P<value>[\"'][^\"']*|\w*)\Z")
_CALL_METHODS: Final = ("stream", "pipe", "pipeline")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


def complete_python(text: str, around: Surroundings) -> Offers | None:
    """What may stand at the end of a text of Python, or None where it is not about our things."""
    key = _KEY.search(text)
    if key is not None:
        value = _value(around, key["head"], key["path"])
        if isinstance(value, Record | Records | Sessions):
            return _offers(key["begun"], _keys(value, key["begun"][0]))
    chain = _CHAIN.search(text)
    if chain is not None and not _in_text(text[: chain.start()]):
        value = _value(around, chain["head"], chain["path"])
        return _offers(chain["begun"], _members(value, chain["begun"])) if _is_ours(value) else None
    bare = _BARE.search(text)
    if bare is not None and not _in_text(text[: bare.start()]):
        names = [name for name in around.variables if name.startswith(bare[0])]
        if any(isinstance(around.variables[name], RemoteCommand) for name in names):  # all that Python would offer
            return _offers(bare[0], (Offer(name, Kind.COMMAND) for name in names))
    return _call(text, around)


class Sessions:
    """Stands for `lync_magic.sessions`, whose keys are sessions' names."""


# --- members -------------------------------------------------------------------------------------------------------


def _value(around: Surroundings, head: str, path: str) -> Any:
    """What a chain of names and indexes means, without running anything of the person's; None when unknown."""
    value: Any = around.variables.get(head)
    at = 0
    while at < len(path) and value is not None:
        step = _STEP.match(path, at)
        if step is None:
            return None
        at = step.end()
        value = _named(value, step["name"]) if step["name"] is not None else _indexed(value, step["index"])
    return value


def _named(value: Any, name: str) -> Any:
    if isinstance(value, ModuleType) and value.__name__ == "lync_magic" and name == "sessions":
        return Sessions()
    if isinstance(value, Session):
        return (value.commands or {}).get(name)
    if isinstance(value, Record):
        return value.get(name)
    return None


def _indexed(value: Any, index: str) -> Any:
    word = index.strip()
    if isinstance(value, Sessions):
        return next((one for one in registry if one.name == word.strip("'\"")), None)
    if isinstance(value, Records):
        if re.fullmatch(r"-?\d+", word):
            return value[int(word)] if -len(value) <= int(word) < len(value) else None
        if ":" in word:
            return value
        return value[0] if word and word[0] not in "'\"" and len(value) else None
    if isinstance(value, Record) and word[:1] in "'\"":
        return value.get(word.strip("'\""))
    return None


def _is_ours(value: Any) -> bool:
    return isinstance(value, Record | Records | Session | RemoteCommand)


def _members(value: Any, begun: str) -> Iterator[Offer]:
    if isinstance(value, Session):
        yield from (Offer(name, Kind.COMMAND) for name in value.commands or ())
    elif isinstance(value, Record | Records):
        yield from (Offer(name, Kind.PROPERTY) for name in names_of(value) if name.isidentifier())
    for name in sorted(set(dir(type(value)))):
        if name.startswith("_") == begun.startswith("_"):
            is_method = callable(getattr(type(value), name, None))
            yield Offer(name, Kind.METHOD if is_method else Kind.PROPERTY)


def _keys(value: Any, quote: str) -> Iterator[Offer]:
    names = [one.name for one in registry] if isinstance(value, Sessions) else list(names_of(value))
    yield from (Offer(f"{quote}{name}{quote}", Kind.PROPERTY) for name in names)


# --- calls ---------------------------------------------------------------------------------------------------------


def _call(text: str, around: Surroundings) -> Offers | None:
    """Arguments of an imported command's call: its parameters first, then values that are at hand."""
    opened = _open_call(text)
    if opened is None:
        return None
    command = _command(around, text[:opened])
    if command is None:
        return None
    inside = text[opened + 1 :]
    known = [one for one in around.parameters(command.alias) if one not in COMMON]
    named = _NAMED.search(inside)
    if named is not None:
        return _value_of(named[1], named["value"], command, known, around)
    argument = re.split(r"[,(\[{=]", inside)[-1].lstrip()
    if not re.fullmatch(r"\w*", argument):
        return None
    given = {name.lower() for name in re.findall(r"([^\W\d]\w*)\s*=[^=]", inside)}
    offers = [
        Offer(f"{one.name}=", Kind.PARAMETER, "switch" if one.switch else one.type_name)
        for one in known
        if one.name.lower() not in given and one.name.isidentifier()
    ]
    if not known:
        return None
    if argument:
        offers += [Offer(name, Kind.VARIABLE, type(value).__name__) for name, value in around.python_variables()]
    return _offers(argument, iter(offers))


def _value_of(
    name: str, written: str, command: RemoteCommand, known: list[Parameter], around: Surroundings
) -> Offers | None:
    """The values of one parameter, as Python's texts."""
    parameter = next((one for one in known if one.name.lower() == name.lower()), None)
    if parameter is None:
        return None
    values = [one.text for one in islice(Values(around, command.alias, ()).of(parameter, ""), 500)]
    quote = written[:1] if written[:1] in ("'", '"') and written else '"'
    python = {"$true": "True", "$false": "False"}
    offers = [Offer(python.get(one) or f"{quote}{one.strip(chr(39))}{quote}", Kind.VALUE) for one in values]
    if parameter.switch:
        offers = [Offer("True", Kind.VALUE), Offer("False", Kind.VALUE)]
    if written[:1] not in ("'", '"') or not written:
        offers += [Offer(name, Kind.VARIABLE, type(value).__name__) for name, value in around.python_variables()]
    return _offers(written, iter(offers))


def _command(around: Surroundings, before: str) -> RemoteCommand | None:
    """The imported command that a call's opening parenthesis follows."""
    called = _CALLED.search(before)
    if called is None:
        return None
    path = called["path"]
    for method in _CALL_METHODS:
        path = path.removesuffix(f".{method}")
    value = _value(around, called["head"], path)
    return value if isinstance(value, RemoteCommand) else None


def _open_call(text: str) -> int | None:
    """Where the innermost parenthesis that is still open stands; None in a text, or where none is."""
    stack: list[tuple[str, int]] = []
    quote = ""
    at = 0
    while at < len(text):
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif text.startswith(quote, at):
                at += len(quote) - 1
                quote = ""
        elif char in "'\"":
            quote = char * 3 if text.startswith(char * 3, at) else char
            at += len(quote) - 1
        elif char == "#":
            end = text.find("\n", at)
            if end < 0:
                return None
            at = end
        elif char in "([{":
            stack.append((char, at))
        elif char in _PAIRS and stack and stack[-1][0] == _PAIRS[char]:
            stack.pop()
        at += 1
    if quote and not (stack and _NAMED.search(text[stack[-1][1] + 1 :])):
        return None
    return stack[-1][1] if stack and stack[-1][0] == "(" else None


def _in_text(before: str) -> bool:
    """Whether a text or a comment is open at the end of the line before the cursor."""
    line = before.rpartition("\n")[2]
    return "#" in line or line.count('"') % 2 == 1 or line.count("'") % 2 == 1


def _offers(written: str, offers: Iterator[Offer]) -> Offers:
    return Offers(written, tuple(starting(written, offers)))
