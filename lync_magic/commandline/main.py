"""The command `lync-magic` itself: its verbs, its version, its language, and how errors and interrupts end it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from lync_magic import __version__
from lync_magic.commandline.check import check
from lync_magic.commandline.codes import COULD_NOT, INTERRUPTED, NOT_UNDERSTOOD
from lync_magic.commandline.completion import completion
from lync_magic.commandline.convert import convert
from lync_magic.commandline.report import report
from lync_magic.commandline.sandbox import sandbox
from lync_magic.commandline.site import site
from lync_magic.commandline.tape import tape
from lync_magic.errors import LyncError
from lync_magic.messages import LANGUAGES, use_language
from lync_magic.safe_text import visible


def _speak(_context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        use_language(value)


@click.group(name="lync-magic", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lync-magic", message="%(prog)s %(version)s")
@click.option(
    "--speak",
    type=click.Choice(sorted(LANGUAGES)),
    callback=_speak,
    expose_value=False,
    is_eager=True,
    help="The language that lync-magic speaks. [default: the surroundings', LANG]",
)
def program() -> None:
    """Documents that run, and a tenant to try them on.

    Turn the documentation that an administrator reads into notebooks, and check that what it prints is still true.
    """


for _verb in (convert, check, site, report, tape, sandbox, completion):
    program.add_command(_verb)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process. arguments: the process's own by default."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        ended = program.main(arguments, "lync-magic", standalone_mode=False)
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.UsageError as error:
        error.show()
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
