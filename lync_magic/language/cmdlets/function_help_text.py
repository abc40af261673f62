"""How the help of a function looks that brings it in its comments: plain, -Full, -Detailed, -Examples, and a parameter.

Rule of this file: the lines are those of PowerShell's own format, blank ones with their indents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lync_magic.clixml import PSObject
from lync_magic.language.layout.cells import chunks
from lync_magic.language.layout.tables import WIDTH
from lync_magic.language.values.text import to_text

_INDENT: Final = "    "
_TWICE: Final = _INDENT * 2
_LABEL: Final = 28
_COMMON: Final = (
    "This cmdlet supports the common parameters: Verbose, Debug,",
    "ErrorAction, ErrorVariable, WarningAction, WarningVariable,",
    "OutBuffer, PipelineVariable, and OutVariable. For more information, see",
    "about_CommonParameters (https://go.microsoft.com/fwlink/?LinkID=113216). ",
)
_FACTS: Final = (
    ("Required?", "required"), ("Position?", "position"), ("Default value", "defaultValue"),
    ("Accept pipeline input?", "pipelineInput"), ("Aliases", ""), ("Accept wildcard characters?", "globbing"),
)  # fmt: skip


def plain_view(help: PSObject, width: int = WIDTH) -> str:
    """What Get-Help alone prints."""
    links = ["RELATED LINKS", *_links(help), "", "REMARKS", *_remarks(help)]
    return _laid([*_head(help), *_usages(help), *links], width)


def full_view(help: PSObject, width: int = WIDTH) -> str:
    """What Get-Help -Full prints."""
    lines: list[_Line] = [*_head(help), *_usages(help), "PARAMETERS"]
    for one in parameters_of(help):
        lines += [*_told(one, _INDENT), _TWICE, *_facts(one, _TWICE), _TWICE]
    lines += _common()
    for title, held, name in (("INPUTS", "inputTypes", "inputType"), ("OUTPUTS", "returnValues", "returnValue")):
        lines.append(title)
        for one in _each(_part(help, held, name)):
            lines += [*_lines(to_text(one["type"]["name"])), _INDENT]
        lines.append(_INDENT)
    notes = _part(help, "alertSet", "alert")
    if notes is not None:
        lines += ["NOTES", _INDENT, _INDENT, *(line for one in _texts(notes) for line in _lines(one, _TWICE)), _INDENT]
    return _laid([*lines, *_examples(help), _INDENT, "RELATED LINKS", *_links(help), "", ""], width)


def detailed_view(help: PSObject, width: int = WIDTH) -> str:
    """What Get-Help -Detailed prints."""
    told = [line for one in parameters_of(help) for line in (*_told(one, _INDENT), _TWICE)]
    rest = [*_common(), *_examples(help), "REMARKS", *_remarks(help)]
    return _laid([*_head(help), *_usages(help), "PARAMETERS", *told, *rest], width)


def examples_view(help: PSObject, width: int = WIDTH) -> str:
    """What Get-Help -Examples prints."""
    return _laid([*_head(help), *_examples(help), "", ""], width)


def parameter_view(one: PSObject, width: int = WIDTH) -> str:
    """What Get-Help -Parameter prints of a parameter."""
    return _laid(["", *_told(one, ""), _INDENT, *_facts(one, _INDENT), _INDENT], width)


class _Said(NamedTuple):
    """A text, whose lines are broken where they are too wide."""

    text: str
    indent: str


_Line = str | _Said


def _lines(text: str, indent: str = _INDENT) -> list[_Line]:
    return [_Said(text, indent)]


def _laid(lines: Iterable[_Line], width: int) -> str:
    made: list[str] = []
    for one in lines:
        if isinstance(one, _Said):
            made += [one.indent + line for line in chunks(one.text, width - len(one.indent))]
        else:
            made.append(one)
    return "\n".join(made)


def _each(value: object) -> Iterable[PSObject]:
    return () if value is None else (value,) if isinstance(value, PSObject) else value  # type: ignore[return-value]


def _texts(value: object) -> list[str]:
    return [to_text(one["Text"]) for one in _each(value)]


def _part(help: PSObject, name: str, inner: str) -> object:
    held = help.get(name)
    return held.get(inner) if isinstance(held, PSObject) else None


def _head(help: PSObject) -> list[_Line]:
    synopsis = [line for one in _texts(_part(help, "details", "description")) for line in _lines(one)]
    return ["", "NAME", f"{_INDENT}{to_text(help['Name'])}", _INDENT, "SYNOPSIS", *synopsis, _INDENT, _INDENT]


def _usages(help: PSObject) -> Iterator[_Line]:
    yield "SYNTAX"
    for item in _each(_part(help, "syntax", "syntaxItem")):
        yield from (*_lines(_usage(item)), _INDENT)
    yield from (_INDENT, "DESCRIPTION")
    yield from (line for one in _texts(help.get("description")) for line in _lines(one))
    yield from (_INDENT, "")


def _usage(item: PSObject) -> str:
    words = [to_text(item["name"])]
    for one in _each(item.get("parameter")):
        label = f"[-{one['name']}]" if one["position"] != "named" else f"-{one['name']}"
        word = f"{label} <{one['parameterValue']}>" if one.get("parameterValue") else f"-{one['name']}"
        words.append(word if one["required"] == "true" else f"[{word}]")
    return " ".join([*words, "[<CommonParameters>]"])


def parameters_of(help: PSObject) -> Iterable[PSObject]:
    """The parameters that a help tells of."""
    return _each(_part(help, "parameters", "parameter"))


def _told(one: PSObject, indent: str) -> list[_Line]:
    """A parameter's name with its type, and what its comment says."""
    kind = to_text(one.get("parameterValue"))
    label = f"-{one['name']} [<{kind}>]" if kind == "SwitchParameter" else f"-{one['name']} <{kind}>"
    said = [line for text in _texts(one.get("description")) for line in _lines(text, indent + _INDENT)]
    return [*_lines(label, indent), *said]


def _facts(one: PSObject, indent: str) -> list[_Line]:
    told = (f"{label:{_LABEL}} {to_text(one.get(name)) if name else ''}" for label, name in _FACTS)
    return [line for each in told for line in _lines(each, indent)]


def _common() -> list[str]:
    return [f"{_INDENT}<CommonParameters>", *(f"{_TWICE}{line}" for line in _COMMON), _INDENT]


def _examples(help: PSObject) -> Iterator[_Line]:
    for one in _each(_part(help, "examples", "example")):
        yield from (f"{_INDENT}{one['title']}", _INDENT)
        prompt = "".join(_texts(one["introduction"]))
        yield from (*_lines(f"{prompt}{one['code']}"), _INDENT)
        yield from (line for text in _texts(one["remarks"]) for line in _lines(text))


def _links(help: PSObject) -> list[_Line]:
    return [
        line
        for one in _each(_part(help, "relatedLinks", "navigationLink"))
        for line in _lines(f"{to_text(one.get('linkText'))} " if one.get("linkText") else to_text(one.get("uri")))
    ]


def _remarks(help: PSObject) -> Iterator[_Line]:
    name = to_text(help["Name"])
    told = [("see the examples", "Examples"), ("more information", "Detailed"), ("technical information", "Full")]
    is_linked = help.get("relatedLinks") is not None
    if is_linked:
        told.append(("online help", "Online"))
    for what, view in told:
        yield from _lines(f'{"To" if view == "Examples" else "For"} {what}, type: "Get-Help {name} -{view}"')
    yield from ("",) if is_linked else ("", "")
