"""Help as PowerShell prints it: plain, -Detailed, -Full, -Examples and -Parameter.

Two forms, as PowerShell has them: of a command whose help somebody wrote, and of one of which only the syntax is known.
Rule of this file: what is not known of a command is left out, never made up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

from lync_magic.importing import Details, Parameter
from lync_magic.language.values.failures import NotKnownHere

COMMON: Final = """\
<CommonParameters>
    This cmdlet supports the common parameters: Verbose, Debug,
    ErrorAction, ErrorVariable, WarningAction, WarningVariable,
    OutBuffer, PipelineVariable, and OutVariable. For more information, see
    about_CommonParameters (https://go.microsoft.com/fwlink/?LinkID=113216).
"""
_INDENT: Final = "    "
_LABEL_WIDTH: Final = 28


def plain(details: Details) -> str:
    """What Get-Help alone prints."""
    parts = _head(details)
    if is_written(details):
        return _joined([*parts, ("RELATED LINKS", ""), ("REMARKS", _remarks(details))])
    return _joined([*parts, ("ALIASES", "None\n"), ("REMARKS", "None\n")])


def detailed(details: Details) -> str:
    """What Get-Help -Detailed prints."""
    told = [_named(one, details) + _indented(one.description) for one in _ordered(details)]
    last = ("REMARKS", _remarks(details) if is_written(details) else "None\n")
    return _joined([*_head(details), ("PARAMETERS", _parameters(told, details)), *_examples(details), last])


def full(details: Details) -> str:
    """What Get-Help -Full prints."""
    told = [_told(one, details) for one in _ordered(details)]
    return _joined([*_head(details), ("PARAMETERS", _parameters(told, details)), *_examples(details)])


def examples(details: Details) -> str:
    """What Get-Help -Examples prints."""
    synopsis = [("SYNOPSIS", f"{details.synopsis}\n")] if details.synopsis else []
    return _joined([("NAME", details.name), *synopsis, *_examples(details)])


def parameters(found: Iterable[Parameter], details: Details) -> str:
    """What Get-Help -Parameter prints of these."""
    return "".join(f"\n{_told(one, details)}\n" for one in found)


def syntax(details: Details, name: str) -> list[str]:
    """A line for each parameter set, as Get-Command -Syntax prints them."""
    common = " [<CommonParameters>]" if details.advanced else ""
    lines = details.syntax or (details.name,)
    return [f"{name}{line.removeprefix(details.name)}{common}" for line in lines]


def syntax_of_powershell(cmdlet: str, name: str) -> list[str]:
    """The same of one of PowerShell's own cmdlets, with all that it has there. name: what it is called here.

    Raises NotKnownHere for one that PowerShell was not asked for.
    """
    lines = _of_powershell().get(cmdlet)
    if lines is None:
        raise NotKnownHere(f"Get-Command {name} -Syntax")
    return [f"{name}{line.removeprefix(cmdlet)} [<CommonParameters>]" for line in lines]


def has_syntax(cmdlet: str) -> bool:
    """Whether PowerShell was asked for it."""
    return cmdlet in _of_powershell()


@cache
def _of_powershell() -> dict[str, list[str]]:
    """By cmdlet, a line for each parameter set. PowerShell wrote `syntax.txt` (tests/language/judge/syntax.ps1)."""
    text = files("lync_magic.language.cmdlets").joinpath("syntax.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        found.setdefault(line.partition(" ")[0], []).append(line)
    return found


def is_written(details: Details) -> bool:
    """Whether somebody wrote help on it."""
    return bool(details.synopsis or details.description or details.examples)


def _ordered(details: Details) -> list[Parameter]:
    """As they were declared where somebody wrote help, else by name."""
    known = list(details.parameters)
    return known if is_written(details) else sorted(known, key=lambda one: one.name.lower())


def _head(details: Details) -> list[tuple[str, str]]:
    lines = "".join(f"{line}\n" for line in syntax(details, details.name))
    head = [("NAME", f"{details.name}\n"), ("SYNTAX", lines)]
    if not is_written(details):
        return head
    synopsis = ("SYNOPSIS", f"{details.synopsis}\n")
    return [head[0], synopsis, head[1], ("DESCRIPTION", f"{details.description}\n")]


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    """Parts with their headings; a part without one has its own."""
    return (
        "".join(f"\n{heading}\n{_indented(text)}" if heading else f"\n{_indented(text)}" for heading, text in parts)
        + "\n"
    )


def _indented(text: str) -> str:
    return "".join(f"{_INDENT}{line}".rstrip() + "\n" for line in text.splitlines())


def _remarks(details: Details) -> str:
    said = {
        "To see the examples": "Examples",
        "For more information": "Detailed",
        "For technical information": "Full",
    }
    return "".join(
        f'{what}, type: "Get-Help {details.name} -{kind}"\n'
        for what, kind in said.items()
        if kind != "Examples" or details.examples
    )


def _parameters(told: Iterable[str], details: Details) -> str:
    return "\n".join([*told, *([COMMON] if details.advanced else [])])


def _named(parameter: Parameter, details: Details) -> str:
    """`-Kind <String>`, with the type as the syntax has it."""
    if parameter.switch:
        return f"-{parameter.name} [<SwitchParameter>]\n" if is_written(details) else f"-{parameter.name}\n"
    spelled = re.escape(parameter.name)
    found = (re.search(rf"-{spelled}\]? <([^>]*)>", line) for line in details.syntax)
    kind = next((one[1] for one in found if one is not None), parameter.type_name.rpartition(".")[2])
    return f"-{parameter.name} <{kind}>\n"


def _told(parameter: Parameter, details: Details) -> str:
    written = is_written(details)
    place = "named" if parameter.position is None else str(parameter.position + 1)
    bare = "Named" if parameter.position is None else str(parameter.position)
    pipeline = f"true ({', '.join(parameter.pipeline)})" if parameter.pipeline else "false"
    rows = {
        "Required?": str(parameter.required).lower(),
        "Position?": place if written else bare,
        "Accept pipeline input?": pipeline,
        "Aliases": ", ".join(parameter.aliases) or ("" if written else "None"),
    }
    if parameter.values:
        rows["Accepted values"] = ", ".join(parameter.values)
    listed = "".join(f"{label:<{_LABEL_WIDTH}} {value}".rstrip() + "\n" for label, value in rows.items())
    said = f"{parameter.description}\n" if parameter.description else ""
    return _named(parameter, details) + _indented(f"{said}\n{listed}")


def _examples(details: Details) -> list[tuple[str, str]]:
    made = []
    for number, example in enumerate(details.examples, 1):
        heading = f"-------------------------- EXAMPLE {number} --------------------------"
        made.append(("", f"{heading}\n\nPS > {example.code}\n{example.remarks}\n"))
    return made
