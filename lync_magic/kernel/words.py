"""The words of a `#!` line, and its options.

Rules: words are apart by spaces; double quotes hold a word together, and so do the brackets of a JSON value. A word
`@input` or `@password`, with a prompt or with JSON after a colon, stands for what somebody is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lync_magic.errors import UsageError

_ASKS: Final = {"@input": False, "@password": True}
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True)
class Word:
    """One word. quoted: whether it, or a part of it, stood in quotes.  value: what its JSON says."""

    text: str
    quoted: bool = False
    value: Any = None


@dataclass(frozen=True)
class Asked:
    """A question that a word stands for. secret: its answer is shown nowhere.  save_as: asked once a kernel."""

    prompt: str
    secret: bool
    save_as: str = ""


@dataclass(frozen=True)
class Usage:
    """How a directive is written.

    takes: its options with a value.  flags: those without.  most: words beside them.
    """

    text: str
    takes: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    most: int = 0


@dataclass
class Options:
    """What a line says. values: by option, without its dashes.  rest: the words that belong to none."""

    values: dict[str, Word] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    rest: list[Word] = field(default_factory=list)


def words_of(line: str) -> list[Word]:
    """A line's words. Raises UsageError for quotes or brackets that do not end."""
    found: list[Word] = []
    place = 0
    while place < len(line):
        if line[place].isspace():
            place += 1
            continue
        word, place = _word(line, place)
        found.append(word)
    return found


def _word(line: str, place: int) -> tuple[Word, int]:
    text, quoted = "", False
    while place < len(line) and not line[place].isspace():
        if line[place] == '"':
            part, place = _quoted(line, place)
            text, quoted = text + part, True
        elif line[place] in "{[" and (not text or text.endswith(":")):
            try:
                value, end = _DECODER.raw_decode(line, place)
            except (ValueError, RecursionError):
                raise UsageError(f"This is no JSON: {line[place:][:60]}", "Write it as JSON, or in quotes.") from None
            return Word(text + line[place:end], quoted, value), end
        else:
            text, place = text + line[place], place + 1
    return Word(text, quoted), place


def _quoted(line: str, place: int) -> tuple[str, int]:
    text, end = "", place + 1
    while end < len(line) and line[end] != '"':
        if line.startswith('\\"', end):
            end += 1
        text, end = text + line[end], end + 1
    if end >= len(line):
        raise UsageError('A quote (") does not end in this line.', "End it, or take it out.")
    return text, end + 1


def options_of(name: str, words: list[Word], usage: Usage) -> Options:
    """A directive's options. Raises UsageError for what it does not take."""
    told = Options()
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        option, equals, rest = word.text[2:].partition("=") if word.text.startswith("--") else ("", "", "")
        if word.quoted and not option:
            told.rest.append(word)
        elif option in usage.flags and not equals:
            told.flags.add(option)
        elif option in usage.takes and (equals or waiting):
            told.values[option] = Word(rest, word.quoted, word.value) if equals else waiting.pop(0)
        elif option in usage.takes:
            raise UsageError(f"{name}: --{option} needs a value.", f"Write: {usage.text}")
        elif word.text.startswith("-"):
            raise UsageError(f"{name} does not take {word.text}.", f"Write: {usage.text}")
        else:
            told.rest.append(word)
    if len(told.rest) > usage.most:
        raise UsageError(f"{name} does not take {told.rest[usage.most].text[:60]!r}.", f"Write: {usage.text}")
    return told


def asked_by(word: Word, name: str) -> Asked | None:
    """The question that a word stands for, or None. name: of what it is asked for."""
    head, _, rest = word.text.partition(":")
    if head not in _ASKS:
        return None
    told: Mapping[str, Any] = word.value if isinstance(word.value, dict) else {"prompt": rest}
    prompt = str(told.get("prompt") or f"{name or 'value'}")
    return Asked(prompt, _ASKS[head] or told.get("type") == "password", str(told.get("saveAs") or ""))
