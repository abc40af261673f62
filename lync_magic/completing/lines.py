"""What may stand after `%lync` and `%%lync`: verbs, their options and what these take, sessions, and PowerShell.

Rules: the grammar of the verbs is told by who parses them (`Grammar`), so that what is offered is what is taken; what a
word stands for is told by its metavar (`ID` a session, `FILE` a file, `PATTERN` commands).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from lync_magic.completing.grammar import Grammar, Option
from lync_magic.completing.offers import Kind, Offer, Offers, starting

if TYPE_CHECKING:
    from lync_magic.completing.known import Surroundings

LINE_MAGIC: Final = re.compile(r"(?P<before>\s*(?:[^%#'\"\n]*[^%#'\"\n=]=[ \t]*)?)%lync(?P<gap>[ \t]+|$)")
CELL_MAGIC: Final = re.compile(r"\s*%%lync(?P<options>[^\n]*)(?P<end>\n|$)")
KEEPS: Final = re.compile(r"\s*(?P<name>[^\W\d]\w*)\s*<<\s*")
"""`name << …`: what comes is kept under this name."""
FIRST: Final = ("--help", "--version")
_FILES: Final = ("FILE", "FILE.ps1", "DOCUMENT", "PATH")
_BARE_WORD: Final = re.compile(r"[A-Za-z]+\s")


def line_parts(text: str, around: Surroundings) -> tuple[Grammar | None, str]:
    """What the text after `%lync` is: a verb and what follows it, or None and PowerShell."""
    keeps = KEEPS.match(text)
    rest = text[keeps.end() :] if keeps is not None else text
    rest = _after_options(rest, around.cell)
    verb = around.verbs.get(rest.split(None, 1)[0].lower()) if _BARE_WORD.match(rest) else None
    if verb is not None:
        return verb, rest.split(None, 1)[1] if len(rest.split(None, 1)) > 1 else ""
    session = rest.split(None, 1)[0] if _BARE_WORD.match(rest) else ""
    if session and any(one.name.lower() == session.lower() for one in around.sessions):
        return None, rest[len(session) :].lstrip()
    return None, rest


def _after_options(text: str, cell: Grammar) -> str:
    """What follows the options that may stand before PowerShell: those of `%%lync`."""
    options = {name: option for option in cell.options() for name in option.names}
    rest = text.lstrip()
    while rest.startswith("-"):
        word, space, after = rest.partition(" ")
        option = options.get(word)
        if option is None or not space:
            return rest
        rest = after.lstrip()
        if option.takes_value:
            _value, space, after = rest.partition(" ")
            if not space:
                return f"{word} {rest}"
            rest = after.lstrip()
    return rest


def first_words(written: str, around: Surroundings) -> Iterator[Offer]:
    """What may stand first after `%lync`, besides PowerShell."""
    if written.startswith("-"):
        yield from (Offer(name, Kind.OPTION) for name in FIRST)
        yield from option_names(around.cell)
        return
    yield from (Offer(verb.name, Kind.VERB, verb.summary) for verb in around.verbs.values())
    yield from sessions(around)


def complete_verb(verb: Grammar, text: str, around: Surroundings) -> Offers:
    """What may stand at the end of the text after a verb."""
    words = text.split()
    written = words.pop() if words and not text.endswith((" ", "\t")) else ""
    options = {name: option for option in verb.options() for name in option.names}
    before = options.get(words[-1]) if words else None
    name, equals, begun = written.partition("=")
    if equals and name in options:
        return _chosen(begun, option_values(options[name], begun, around))
    if before is not None and before.takes_value:
        return _chosen(written, option_values(before, written, around))
    if written.startswith("-") and verb.takes == "FILE.ps1" and words:
        from lync_magic.completing.values import script_parameters

        return _chosen(written, script_parameters(words))
    if written.startswith("-"):
        given = {one for word in words if word in options for one in options[word].names}
        left = (offer for offer in option_names(verb) if offer.text not in given)
        return _chosen(written, (*left, Offer("--help", Kind.OPTION, "show the verb's help")))
    return _chosen(written, _positional(verb, written, around))


def complete_cell_options(text: str, around: Surroundings) -> Offers:
    """What may stand at the end of what follows `%%lync` on its line."""
    keeps = KEEPS.match(text)
    rest = text[keeps.end() :] if keeps is not None else text
    offers = complete_verb(around.cell, rest, around)
    if offers.written or not rest[:1].isspace() or rest.rstrip().endswith(tuple(_valued(around.cell))):
        return offers
    return _chosen("", (*sessions(around), *option_names(around.cell)))


def _valued(verb: Grammar) -> Iterator[str]:
    """The options of a verb after which a value stands."""
    return (name for option in verb.options() if option.takes_value for name in option.names)


def option_names(verb: Grammar) -> Iterator[Offer]:
    """The options of a verb: a long name before a short one."""
    for option in verb.options():
        for name in sorted(option.names, key=len, reverse=True):
            yield Offer(name, Kind.OPTION, option.help)


def option_values(option: Option, written: str, around: Surroundings) -> Iterator[Offer]:
    """What an option takes."""
    from lync_magic.completing.values import files

    yield from (Offer(one, Kind.VALUE) for one in option.choices)
    if option.metavar in _FILES:
        yield from files(written)
    elif option.metavar in ("ID", "SESSION"):
        yield from sessions(around)
    elif any(name.endswith("env") for name in option.names):
        yield from (Offer(name, Kind.VARIABLE, "environment") for name in sorted(os.environ))


def sessions(around: Surroundings) -> Iterator[Offer]:
    """The sessions that there are, by name and by number."""
    for one in around.sessions:
        yield Offer(one.name, Kind.SESSION, f"{one.user_name} on {one.computer_name}")
    yield from (Offer(str(one.id), Kind.SESSION, one.name) for one in around.sessions)


def _positional(verb: Grammar, written: str, around: Surroundings) -> Iterator[Offer]:
    from lync_magic.completing.values import files
    from lync_magic.importing import modules

    yield from (Offer(one, Kind.VALUE) for one in verb.choices())
    if verb.takes in ("ID", "SESSION"):
        yield from sessions(around)
    elif verb.takes in _FILES:
        yield from files(written)
    elif verb.takes in ("PATTERN", "VERB"):
        if verb.takes == "VERB":
            yield from (Offer(one.name, Kind.VERB, one.summary) for one in around.verbs.values())
        yield from (Offer(one.alias, Kind.COMMAND) for module in modules for one in module.commands.values())
    elif verb.takes == "USER":
        yield from (Offer(name, Kind.VALUE) for name in around.who())


def _chosen(written: str, offers: Iterator[Offer] | Sequence[Offer]) -> Offers:
    return Offers(written, tuple(starting(written, offers)))
