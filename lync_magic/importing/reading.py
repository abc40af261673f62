"""What a server says of a command, read: the objects of Get-Command (or GET_COMMAND_METADATA) and of Get-Help.

Rules: each server says less or more than the next; what is missing stays unknown. Get-Help has two forms: the one that
PowerShell makes itself counts positions from 0, that of a help file (or of comments) from 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from lync_magic.clixml import invariant_text
from lync_magic.importing.details import COMMON_PARAMETERS, Details, Example, Parameter, Use

_WRITTEN_HELP: Final = "MamlCommandHelpInfo"


def from_metadata(item: Any) -> Details | None:
    """A command's parameters, from an object that has `Name` and `Parameters`; None for any other."""
    name, parameters = get(item, "Name"), get(item, "Parameters")
    if help_name(item) or not isinstance(name, str) or not isinstance(parameters, Mapping):
        return None
    found = [
        Parameter(
            name=str(key),
            type_name=str(get(value, "ParameterType") or ""),
            aliases=tuple(str(alias) for alias in (get(value, "Aliases") or ())),
            switch=bool(get(value, "SwitchParameter")),
        )
        for key, value in parameters.items()
        if str(key).lower() not in COMMON_PARAMETERS
    ]
    return Details(
        str(name),
        tuple(found),
        default_set=str(get(item, "DefaultParameterSet") or ""),
        advanced=get(item, "CmdletBinding") is not False,
        cmdlet=text_of(get(item, "CommandType")) == "Cmdlet",
    )


def help_name(item: Any) -> str:
    """The name of the command that a help object is of; "" for any other object."""
    return text_of(get(item, "Name")) if get(item, "syntax") is not None else ""


def with_help(details: Details, item: Any) -> Details:
    """Details with what one help object says."""
    first = 1 if any(_WRITTEN_HELP in name for name in getattr(item, "type_names", ())) else 0
    listed = [
        (text_of(get(one, "parameterSetName")), as_list(get(one, "parameter")))
        for one in as_list(get(get(item, "syntax"), "syntaxItem"))
    ]
    items = _default_first([parameters for _, parameters in listed], details.default_set)
    sets = tuple(tuple(_use(one, first) for one in parameters) for parameters in items)
    told = {text_of(get(one, "name")).lower(): one for one in as_list(get(get(item, "parameters"), "parameter"))}
    for parameters in items:
        for one in parameters:
            told.setdefault(text_of(get(one, "name")).lower(), one)
    values = {text_of(get(one, "name")).lower(): _values(one) for parameters in items for one in parameters}
    synopsis = text_of(get(item, "Synopsis"))
    return replace(
        details,
        parameters=tuple(
            _helped(p, told.get(p.name.lower()), sets, values.get(p.name.lower(), ())) for p in details.parameters
        ),
        sets=sets,
        syntax=tuple(_syntax_line(details.name, parameters) for parameters in items),
        synopsis=""
        if synopsis.startswith(details.name)
        else synopsis,  # where there is no help, the syntax stands there
        description=_paragraphs(get(item, "description")),
        examples=tuple(_example(one) for one in as_list(get(get(item, "examples"), "example"))),
        helped=True,
    )


def _default_first(items: list[list[Any]], default_set: str) -> list[list[Any]]:
    """The default set before the others: what PowerShell makes itself says which is which, a help file does not."""

    def is_default(parameters: list[Any]) -> bool:
        names = {text_of(get(one, "parameterSetName")).lower() for one in parameters}
        return bool(default_set) and any(default_set.lower() in name.split(", ") for name in names)

    return sorted(items, key=lambda parameters: not is_default(parameters))


def _use(one: Any, first: int) -> Use:
    return Use(text_of(get(one, "name")), _is_true(get(one, "required")), _position(one, first))


def _position(one: Any, first: int) -> int | None:
    text = text_of(get(one, "position"))
    return int(text) - first if text.isdecimal() else None


def _is_true(value: Any) -> bool:
    return text_of(value).lower() == "true"


def _helped(parameter: Parameter, told: Any, sets: Sequence[Sequence[Use]], values: tuple[str, ...]) -> Parameter:
    uses = [use for one in sets for use in one if use.name.lower() == parameter.name.lower()]
    accepted = text_of(get(told, "pipelineInput"))
    return replace(
        parameter,
        position=next((use.position for use in uses if use.position is not None), None),
        required=len(uses) == len(sets) > 0 and all(use.required for use in uses),
        values=values or _values(told),
        pipeline=tuple(
            way for way in ("ByValue", "ByPropertyName") if way.lower() in accepted.lower().replace(" ", "")
        ),
        description=_paragraphs(get(told, "description")),
    )


def _values(one: Any) -> tuple[str, ...]:
    group = get(get(one, "parameterValueGroup"), "parameterValue")
    return tuple(text_of(value) for value in as_list(group))


def _syntax_line(name: str, parameters: Sequence[Any]) -> str:
    words = [name]
    for parameter in parameters:
        label = f"-{text_of(get(parameter, 'name'))}"
        if text_of(get(parameter, "position")).isdecimal():
            label = f"[{label}]"
        value = get(parameter, "parameterValue")
        values = _values(parameter)
        if value is None and values:
            word = f"{label} <{' | '.join(values)}>"
        else:
            word = label if value is None else f"{label} <{text_of(value)}>"
        words.append(word if _is_true(get(parameter, "required")) else f"[{word}]")
    return " ".join(words)


def _paragraphs(value: Any) -> str:
    return "\n".join(filter(None, (text_of(get(one, "Text")) for one in as_list(value))))


def _example(one: Any) -> Example:
    return Example(text_of(get(one, "code")), _paragraphs(get(one, "remarks")))


def get(item: Any, name: str) -> Any:
    """A property of an object, or an entry of a dictionary; None where there is none."""
    if not isinstance(item, Mapping) and not hasattr(item, "names"):
        return None
    try:
        return item[name]
    except (KeyError, TypeError):
        return None


def text_of(value: Any) -> str:
    """A value as PowerShell prints it: help is full of texts that carry properties."""
    return "" if value is None else invariant_text(value).strip()


def as_list(value: Any) -> list[Any]:
    """What stands in a place that holds one or several."""
    if value is None:
        return []
    if isinstance(value, (str, Mapping)) or hasattr(value, "names"):
        return [value]
    return list(value)
