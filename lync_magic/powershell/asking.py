"""What an editor asks of the engine: completion, help, whether a text is whole. Never asked while a cell runs.

Rules: an engine that is not ready answers nothing; nothing here raises, starts an engine or waits longer than its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from lync_magic.powershell.cells import Cells

SECONDS: Final = 2.0
"""How long an editor waits. PowerShell answers in a few hundredths of a second once it has loaded what it needs."""


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
    told = cells.engine.ask_if_free("Get-LyncCompletion", SECONDS, Text=text, Position=position)
    if not told:
        return None
    head, *matches = told
    return Completions(
        int(head["Start"]),
        int(head["Length"]),
        tuple(Match(*(str(one[name] or "") for name in ("Text", "Kind", "ToolTip", "Label"))) for one in matches),
    )


def help_on(cells: Cells, name: str) -> str | None:
    """Get-Help on a command as text, or None when there is none or nobody to ask."""
    told = cells.engine.ask_if_free("Get-LyncHelp", SECONDS, Name=name)
    text = str(told[0]).strip() if told else ""
    return text or None


def whole(cells: Cells, text: str) -> Whole:
    """Whether a text is a cell as it stands."""
    told = cells.engine.ask_if_free("Test-LyncText", SECONDS, Text=text)
    word = str(told[0]).partition(":")[0] if told else "unknown"
    return Whole(word)
