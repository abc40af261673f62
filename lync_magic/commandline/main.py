"""The command `lync-magic` itself: its verbs, its version, its language, and how errors and interrupts end it.

A verb's file is imported when the verb is named: each stands on large rooms of its own, and the start is what a person
waits for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Final, NoReturn

import click

from lync_magic import __version__
from lync_magic.commandline.codes import COULD_NOT, INTERRUPTED, NOT_UNDERSTOOD
from lync_magic.commandline.telling import in_language, told
from lync_magic.errors import LyncError
from lync_magic.messages import LANGUAGES, spoken, use_language
from lync_magic.safe_text import visible

VERBS: Final = ("convert", "check", "site", "report", "tape", "sandbox", "completion")
"""Each is a command of its name in the file of its name."""

_SLOW_GRAMMAR: Final = "rfc3987_syntax"
"""With it jsonschema could check IRIs, which notebooks have none of; reading a notebook would begin with building its
grammar, for more than a second. Without it jsonschema leaves that check out."""


class Verbs(click.Group):
    """Knows its commands by name, and each one by its file once it is asked for."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name in VERBS and name not in self.commands:
            self.commands[name] = in_language(getattr(import_module(f"lync_magic.commandline.{name}"), name))
        return self.commands.get(name)


@click.group(
    name="lync-magic", cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="lync-magic", message="%(prog)s %(version)s")
@click.option(
    "--speak",
    type=click.Choice(sorted(LANGUAGES)),
    expose_value=False,
    help="The language that lync-magic speaks. [default: the surroundings', LANG]",
)
def program() -> None:
    """Reports and documents that run by themselves, and a tenant to try them on.

    Run a notebook as a report, live or from a tape of an earlier day, into one file to send. Turn the documentation
    that an administrator reads into notebooks, and check that what it prints is still true.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process. arguments: the process's own by default."""
    sys.modules.setdefault(_SLOW_GRAMMAR, None)  # type: ignore[arg-type]
    sys.exit(_run(arguments))


def _wished(words: Sequence[str]) -> str | None:
    """The language that `--speak` asks for, known before anything is said: help and errors are in it, too."""
    for word, following in pairwise([*words, ""]):
        if word in VERBS:
            return None
        name, _equals, value = word.partition("=")
        if name == "--speak" and (value or following) in LANGUAGES:
            return value or following
    return None


def _run(arguments: Sequence[str] | None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    wished = _wished(words)
    if wished is not None:
        use_language(wished)
    with told(program) as spoken_program:
        return _ended(spoken_program, words)


def _ended(command: click.Command, words: list[str]) -> int:
    try:
        ended = command.main(words, "lync-magic", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.UsageError as error:
        ours = type(error) is click.UsageError  # those of click's own kinds put their words together themselves
        (click.UsageError(spoken(error.message), error.ctx) if ours else error).show()
        return NOT_UNDERSTOOD
    except click.ClickException as error:
        error.show()
        return COULD_NOT
    except LyncError as error:
        click.echo(visible(str(error)), err=True)
        return COULD_NOT
    except BrokenPipeError:  # whoever read us has enough
        sys.stderr.close()
        return 0
    return ended if isinstance(ended, int) else 0
