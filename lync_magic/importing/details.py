"""What is known of one command: its parameters, their sets, and help; as a Python signature and as text.

Rules: data that never changes, without values of anybody's: it is kept between sessions. Nothing here is needed to run
a command: the server binds.
"""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lync_magic.importing.annotations import annotation_of, plain_type

COMMON: Final = {
    "Verbose": "vb",
    "Debug": "db",
    "ErrorAction": "ea",
    "WarningAction": "wa",
    "InformationAction": "infa",
    "ProgressAction": "proga",
    "ErrorVariable": "ev",
    "WarningVariable": "wv",
    "InformationVariable": "iv",
    "OutVariable": "ov",
    "OutBuffer": "ob",
    "PipelineVariable": "pv",
}
"""What every advanced command takes, with its alias, in PowerShell's order."""
COMMON_PARAMETERS: Final = frozenset(name.lower() for name in COMMON)
END_NOTE: Final = "None means not given; lync_magic.Null sends $null. A switch is True or False."


@dataclass(frozen=True)
class Parameter:
    """One parameter of a remote command.

    type_name: .NET name.  position: from 0, None when only by name or unknown.  required: in every set of the command.
    values: of its validation set, or the names of its enumeration.  pipeline: `ByValue`, `ByPropertyName`.
    """

    name: str
    type_name: str = ""
    aliases: tuple[str, ...] = ()
    switch: bool = False
    position: int | None = None
    required: bool = False
    values: tuple[str, ...] = ()
    pipeline: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Use:
    """A parameter's part in one parameter set."""

    name: str
    required: bool = False
    position: int | None = None


@dataclass(frozen=True)
class Example:
    """An example of the command's own help."""

    code: str
    remarks: str = ""


@dataclass(frozen=True)
class Details:
    """What is known of one command: its parameters without the common ones.

    sets: its parameter sets, the default one first; empty when unknown.  syntax: a line for each.
    advanced: has the common parameters, and takes no others than its own.  cmdlet: compiled, and no function.
    helped: whether its help was asked for.
    """

    name: str
    parameters: tuple[Parameter, ...]
    sets: tuple[tuple[Use, ...], ...] = ()
    default_set: str = ""
    syntax: tuple[str, ...] = ()
    synopsis: str = ""
    description: str = ""
    examples: tuple[Example, ...] = ()
    advanced: bool = True
    cmdlet: bool = False
    helped: bool = False

    def find(self, name: str) -> list[Parameter]:
        """The parameters that a name, an alias or an abbreviation may mean, in any case."""
        folded = name.lower()
        for parameter in self.parameters:
            if folded in (parameter.name.lower(), *(alias.lower() for alias in parameter.aliases)):
                return [parameter]
        return [
            parameter
            for parameter in self.parameters
            if any(one.lower().startswith(folded) for one in (parameter.name, *parameter.aliases))
        ]

    def signature(self) -> inspect.Signature:
        """Positional parameters first, in their order, then the others, those that must be given before those that
        need not be. What must be given has no default, as far as Python can say so.
        """
        named = [p for p in self.parameters if p.name.isidentifier() and not keyword.iskeyword(p.name)]
        by_position = sorted((p for p in named if p.position is not None), key=lambda p: (p.position, p.name))
        by_name = sorted((p for p in named if p.position is None), key=lambda p: not p.required)
        made: list[inspect.Parameter] = []
        optional = False
        for parameter in by_position:
            optional = optional or not parameter.required or bool(parameter.pipeline)
            made.append(_in_python(parameter, inspect.Parameter.POSITIONAL_OR_KEYWORD, optional=optional))
        for parameter in by_name:
            optional = not parameter.required or bool(parameter.pipeline)
            made.append(_in_python(parameter, inspect.Parameter.KEYWORD_ONLY, optional=optional))
        return inspect.Signature(made)

    def document(self) -> str:
        """Help as text: synopsis, syntax, parameters with aliases and values, pipeline input, examples."""
        lines = [self.synopsis or f"The remote command {self.name}."]
        if self.description and self.description != self.synopsis:
            lines += ["", self.description]
        if self.syntax:
            lines += ["", "Syntax", *(f"    {line}" for line in self.syntax)]
        if self.parameters:
            lines += ["", "Parameters", *(f"    {describe(parameter)}" for parameter in self.parameters)]
        lines += _examples(self.examples)
        lines += ["", END_NOTE]
        return "\n".join(lines)


def describe(parameter: Parameter) -> str:
    """A parameter in one line: type, whether it is required, aliases, values, pipeline input."""
    kind = "switch" if parameter.switch else plain_type(parameter.type_name)
    notes = ["required"] if parameter.required else []
    if parameter.aliases:
        notes.append("alias " + ", ".join(parameter.aliases))
    if parameter.values:
        notes.append("one of " + ", ".join(parameter.values))
    if parameter.pipeline:
        notes.append("pipeline " + ", ".join(parameter.pipeline))
    return f"{parameter.name}: {kind}" + (f" ({'; '.join(notes)})" if notes else "")


def _examples(examples: Iterable[Example]) -> list[str]:
    lines: list[str] = []
    for example in examples:
        lines += ["", "Example", *(f"    {line}" for line in example.code.splitlines())]
        lines += [f"    {line}" for line in example.remarks.splitlines()]
    return lines


def _in_python(parameter: Parameter, kind: inspect._ParameterKind, *, optional: bool) -> inspect.Parameter:
    default = (False if parameter.switch else None) if optional else inspect.Parameter.empty
    return inspect.Parameter(parameter.name, kind, default=default, annotation=annotation_of(parameter, optional))
