"""What an editor asks of the engine: completion, help, whether a text is whole. Never asked while a cell runs.

Rules: an engine that is not ready answers nothing; nothing here raises, starts an engine or waits longer than its time.
Places are in characters; PowerShell's are in UTF-16 units.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from lync_magic.powershell.cells import Cells

SECONDS: Final = 4.0
"""How long an editor waits. PowerShell answers in a few hundredths of a second once it has loaded what it needs."""


KINDS: Final = {
    "Command": "function",
    "DynamicKeyword": "keyword",
    "History": "text",
    "Keyword": "keyword",
    "Method": "function",
    "Namespace": "module",
    "ParameterName": "param",
    "ParameterValue": "value",
    "Property": "property",
    "ProviderContainer": "path",
    "ProviderItem": "path",
    "Text": "text",
    "Type": "class",
    "Variable": "variable",
}
"""Jupyter's words for PowerShell's kinds of completions."""


class Whole(Enum):
    """Whether a text is a cell as it stands, by PowerShell's own parser."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Match:
    """One way to go on. text: what replaces.  kind: PowerShell's word (`Command`, `ParameterName`, `Property`, …)."""

    text: str
    kind: str
    tool_tip: str = ""
    label: str = ""


@dataclass(frozen=True)
class Completions:
    """The ways to go on at a place. start, length: what of the text they replace."""

    start: int
    length: int
    matches: tuple[Match, ...]


def complete(cells: Cells, text: str, position: int) -> Completions | None:
    """What may stand at `position` of a cell's text (TabExpansion2), or None when there is nobody to ask."""
    cells.prepare_to_complete(text)
    told = cells.engine.ask_if_free("Get-LyncCompletion", SECONDS, Text=text, Position=_units(text, position))
    if not told:
        return None
    head, *matches = told
    start = _characters(text, int(head["Start"]))
    return Completions(
        start,
        _characters(text, int(head["Start"]) + int(head["Length"])) - start,
        tuple(Match(*(str(one[name] or "") for name in ("Text", "Kind", "ToolTip", "Label"))) for one in matches),
    )


def help_on(cells: Cells, name: str) -> str | None:
    """Get-Help on a command as text, or None when there is none or nobody to ask."""
    told = cells.engine.ask_if_free("Get-LyncHelp", SECONDS, Name=name)
    text = str(told[0]).strip() if told else ""
    return text or None


def inspect(cells: Cells, text: str, position: int, *, full: bool = False) -> str | None:
    """What is at a place of a cell's text: a variable's value, a command's help, a type's members. None as above."""
    told = cells.engine.ask_if_free(
        "Get-LyncInspection", SECONDS, Text=text, Position=_units(text, position), Full=full
    )
    shown = str(told[0]).strip("\n") if told else ""
    return shown or None


def whole(cells: Cells, text: str) -> Whole:
    """Whether a text is a cell as it stands."""
    told = cells.engine.ask_if_free("Test-LyncText", SECONDS, Text=text)
    word = str(told[0]).partition(":")[0] if told else "unknown"
    return Whole(word)


def _units(text: str, characters: int) -> int:
    """A place in characters as one in UTF-16 units."""
    return len(text[:characters].encode("utf-16-le", "surrogatepass")) // 2


def _characters(text: str, units: int) -> int:
    """The other way."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "replace"))
