"""Commands as Python text: what stubs and exported modules have in common.

Rule of this file: what is written is Python, whatever a server's texts hold: names are identifiers, texts are literals.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Final

from lync_magic.importing.command import RemoteCommand
from lync_magic.importing.details import Details
from lync_magic.psrp import ProgressRecord, Report
from lync_magic.safe_text import visible

IMPORTS: Final = """
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from lync_magic import Credential, Records, SecureString
"""
TYPES: Final = ("datetime", "timedelta", "Decimal", "Literal", "UUID", "Credential", "Records", "SecureString")
"""Names that no command may have where these are imported."""


def ask_all(commands: Sequence[RemoteCommand], activity: str, report: Report) -> None:
    """Ask for what is not known yet of commands of one session, with progress. Raises what a remote command raises."""

    def told(known: int) -> None:
        status = f"{known:,} of {len(commands):,} commands"
        report(ProgressRecord(activity, status, percent=100 * known // max(1, len(commands))))

    if commands:
        commands[0].ask_all([one.name for one in commands], told)
    report(ProgressRecord(activity, completed=True))


def parameters_of(details: Details | None, *, defaults: bool = False) -> list[str]:
    """A command's parameters as they stand in a `def`. defaults: with their values, and not `...`."""
    if details is None:
        return ["*arguments: object", "**parameters: object"]
    parameters = details.signature().parameters.values()
    listed = [_parameter(one, defaults=defaults) for one in parameters]
    by_name = next((at for at, one in enumerate(parameters) if one.kind is one.KEYWORD_ONLY), None)
    return listed if by_name is None else [*listed[:by_name], "*", *listed[by_name:]]


def _parameter(one: inspect.Parameter, *, defaults: bool) -> str:
    if one.default is inspect.Parameter.empty:
        return f"{one.name}: {one.annotation}"
    return f"{one.name}: {one.annotation} = {one.default!r}" if defaults else f"{one.name}: {one.annotation} = ..."


def quoted(value: object) -> str:
    """A value as a literal; a plain text in the quotes that formatters want."""
    text = repr(value)
    return f'"{text[1:-1]}"' if isinstance(value, str) and not set(text[1:-1]) & set("\"'\\") else text


def literal(text: str) -> str:
    """A text as a literal on one line."""
    return repr(one_line(text))


def one_line(text: str) -> str:
    """A text on one line, as it may stand in any literal."""
    return " ".join(visible(text).split()).replace('"""', "'''").replace("\\", "/")


def docstring(text: str, indent: str = "    ") -> str:
    """A text as a docstring of several lines."""
    first, *rest = visible(text).replace("\\", "\\\\").replace('"""', '\\"\\"\\"').splitlines() or [""]
    if not rest:
        return f'{indent}"""{first}{" " if first.endswith(chr(34)) else ""}"""'
    lines = [f"{indent}{line}".rstrip() for line in rest]
    return "\n".join([f'{indent}"""{first}', *lines, f'{indent}"""'])
