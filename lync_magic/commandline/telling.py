"""The command line's help and click's own words, in the language that is spoken.

Rules: the texts of our commands are translated by their paragraphs, like all others of ours (`messages`). Click's own
go through gettext, as click does it: from the catalogue `messages/locale/fr/LC_MESSAGES/click.mo`, which is compiled
from the `click.po` beside it (`pybabel compile -D click -d lync_magic/messages/locale`).
"""

from __future__ import annotations

import copy
import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from lync_magic import messages
from lync_magic.messages import chosen_language, say

_DOMAIN: Final = "click"
LOCALES: Final = Path(messages.__file__).parent / "locale"
_LANGUAGE: Final = "LANGUAGE"
"""The variable by which gettext is told what to speak."""
_UNWRAPPED: Final = "\b"
"""How click marks a paragraph whose lines stay as they are."""


@contextmanager
def told(command: click.Command) -> Iterator[click.Command]:
    """The same command, and those in it, with help in the language that is spoken; until the end click speaks it, too,
    and so do programs that are started."""
    before = os.environ.get(_LANGUAGE)
    domain = gettext.textdomain()
    gettext.bindtextdomain(_DOMAIN, str(LOCALES))
    gettext.textdomain(_DOMAIN)
    os.environ[_LANGUAGE] = chosen_language()
    try:
        yield in_language(command)
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ[_LANGUAGE]
        else:
            os.environ[_LANGUAGE] = before


def texts(command: click.Command) -> Iterator[str]:
    """Every text of ours in a command's help, and in that of the commands in it."""
    for text in (command.help, command.epilog):
        yield from _paragraphs(text or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from texts(inner)


def in_language(command: click.Command) -> click.Command:
    """The same command, and those in it, with help in the language that is spoken now."""
    made = copy.copy(command)
    made.help, made.epilog = _text(command.help), _text(command.epilog)
    made.params = [_parameter(one) for one in command.params]
    if isinstance(made, click.Group) and isinstance(command, click.Group):
        made.commands = {name: in_language(inner) for name, inner in command.commands.items()}
    return made


def _parameter(parameter: click.Parameter) -> click.Parameter:
    made = copy.copy(parameter)
    if isinstance(made, click.Option) and made.help:
        made.help = say(made.help)
    if isinstance(made.type, click.Path):  # it was named (`file`, `path`) when the language was not known yet
        made.type = copy.copy(made.type)
        made.type.name = gettext.gettext(made.type.name)
    return made


def _text(text: str | None) -> str | None:
    if text is None:
        return None
    return "\n\n".join(map(_paragraph, text.split("\n\n")))


def _paragraph(text: str) -> str:
    if not text.startswith(_UNWRAPPED):
        return say(" ".join(text.split()))
    mark, head, *lines = text.split("\n")
    return "\n".join((mark, say(head), *lines))


def _paragraphs(text: str) -> Iterator[str]:
    for one in text.split("\n\n"):
        if one.strip():
            yield one.split("\n")[1] if one.startswith(_UNWRAPPED) else " ".join(one.split())
