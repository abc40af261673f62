"""The parameters that a notebook declares, as options of `lync-magic report NOTEBOOK`.

Rule of this file: an option of the command itself keeps its name; such a parameter is given by `-p`.
"""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from lync_magic.messages import say
from lync_magic.reports import Declared, declared_in
from lync_magic.safe_text import one_line

PREFIX: Final = "declared_"
"""What an option's value is called inside, so that none is taken for one of the command's own."""
NOTEBOOKS: Final = (".ipynb",)
LONGEST_DEFAULT: Final = 60


class ReportCommand(click.Command):
    """A command that takes the parameters of the notebook that its line names, too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the line, once it is known which notebook it names."""
        found = next((each for each in args if each.lower().endswith(NOTEBOOKS) and Path(each).is_file()), None)
        ctx.meta[PREFIX] = (found, declared_in(Path(found)) if found is not None else [])
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's own options, and the notebook's."""
        return [*super().get_params(ctx), *(option for _, option in self._declared(ctx))]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options first, then the notebook's under its name."""
        own = [param.get_help_record(ctx) for param in super().get_params(ctx)]
        with formatter.section(gettext.gettext("Options")):
            formatter.write_dl([record for record in own if record is not None])
        notebook, declared = ctx.meta.get(PREFIX, (None, []))
        if not declared:
            return
        options = dict(self._declared(ctx))
        with formatter.section(say("Parameters of {notebook}", notebook=Path(str(notebook)).name)):
            formatter.write_dl([(_names(each, options.get(each.name)), _told(each)) for each in declared])

    def _declared(self, ctx: click.Context) -> list[tuple[str, click.Option]]:
        taken = {name for param in super().get_params(ctx) for name in (*param.opts, *param.secondary_opts)}
        made = []
        for each in ctx.meta.get(PREFIX, (None, []))[1]:
            flag = f"--{each.name.replace('_', '-')}"
            if flag not in taken:
                made.append((each.name, click.Option([PREFIX + each.name, flag], metavar=each.shown_type)))
        return made


def given_by(options: dict[str, Any]) -> dict[str, str]:
    """The notebook's parameters among a command's options."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in options.items()
        if name.startswith(PREFIX) and value is not None
    }


def _names(declared: Declared, option: click.Option | None) -> str:
    return f"{option.opts[0] if option is not None else f'-p {declared.name}='} {one_line(declared.shown_type)}"


def _told(declared: Declared) -> str:
    default = one_line(declared.default, LONGEST_DEFAULT)
    end = "required" if declared.required else f"default: {default}" if default else ""
    return " ".join(filter(None, (one_line(declared.help), f"[{end}]" if end else "")))


def names_of(declared: Sequence[Declared]) -> set[str]:
    """Those whose words stay text, since the declaration says what they are."""
    return {each.name for each in declared if each.typed}
