"""What an editor asks about PowerShell text: is it whole, what may follow, what is this. By PowerShell, or without one.

Rules: an engine that is just starting is waited for, a short while; one that runs a cell is not asked. Without a
PowerShell, or where one is named that is not there, it is this side that answers: the embedded evaluator's parser says
whether a text is whole, and what `%%lync` cells are offered and told is offered and told here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from lync_magic import language
from lync_magic.errors import CellSyntaxError, PowerShellMissing
from lync_magic.kernel.parts import open_brackets
from lync_magic.powershell import KINDS, Cells, EngineState, Whole, complete, inspect, whole

if TYPE_CHECKING:
    from lync_magic.completing import Offers

START_SECONDS: Final = 10.0
SLICE_SECONDS: Final = 0.05
INDENT: Final = 4
FILES: Final = ("ProviderItem", "ProviderContainer")
KNOWN_HERE: Final = ("property", "value")


def wait_for_start(cells: Cells) -> None:
    """Wait while the engine starts, which it does once."""
    end = time.monotonic() + START_SECONDS
    while cells.engine.state is EngineState.STARTING and time.monotonic() < end:
        time.sleep(SLICE_SECONDS)


def has_powershell(cells: Cells) -> bool:
    """Whether there is a PowerShell to ask, once it has started."""
    try:
        return cells.engine.find() is not None
    except PowerShellMissing:
        return False


def is_complete(cells: Cells, text: str) -> dict[str, str]:
    """The reply to an `is_complete_request`."""
    wait_for_start(cells)
    status = whole(cells, text)
    if status is Whole.UNKNOWN and not has_powershell(cells):
        status = _by_evaluator(text)
    reply = {"status": status.value}
    if status is Whole.INCOMPLETE:
        reply["indent"] = " " * (INDENT * open_brackets(text))
    return reply


def _by_evaluator(text: str) -> Whole:
    try:
        language.parse(text)
    except CellSyntaxError as error:
        place = _place(text, error)
        is_open = error.error_id == "MissingEndCurlyBrace" and text[place : place + 1] in ("{", "@")  # it says where
        ended = is_open or error.error_id.startswith("Terminator") or place >= len(text.rstrip())
        return Whole.INCOMPLETE if ended else Whole.INVALID
    return Whole.COMPLETE


def _place(text: str, error: CellSyntaxError) -> int:
    """Where an error is, in characters."""
    lines = text.split("\n")[: max(0, error.line - 1)]
    return sum(len(line) + 1 for line in lines) + error.column - 1


def completions(cells: Cells, text: str, position: int, ours: Callable[[], Offers | None]) -> dict[str, Any]:
    """The reply to a `complete_request`, with the kinds that JupyterLab shows.

    ours: what this side knows of the place. Of that only what PowerShell cannot know (properties of an imported
    command's objects, policies), where there is one, and it knows nothing, or no more than the names of files.
    """
    wait_for_start(cells)
    found = complete(cells, text, position)
    if found is None or all(one.kind in FILES for one in found.matches):
        offers, alone = ours(), not has_powershell(cells)
        if offers is not None and (alone or any(one.kind.word in KNOWN_HERE for one in offers.items)):
            return _of_offers(offers, position)
    start = found.start if found is not None else position
    end = start + found.length if found is not None else position
    matches = found.matches if found is not None else ()
    typed = [
        {
            "start": start,
            "end": end,
            "text": one.text,
            "type": KINDS.get(one.kind, "text"),
            "signature": one.tool_tip if one.kind in ("Command", "Method") and one.tool_tip != one.text else "",
        }
        for one in matches
    ]
    return {
        "status": "ok",
        "matches": [one.text for one in matches],
        "cursor_start": start,
        "cursor_end": end,
        "metadata": {"_jupyter_types_experimental": typed},
    }


def _of_offers(offers: Offers, position: int) -> dict[str, Any]:
    start = position - len(offers.written)
    typed = [{"start": start, "end": position, "text": one.text, "type": one.kind.word} for one in offers.items]
    return {
        "status": "ok",
        "matches": [one.text for one in offers.items],
        "cursor_start": start,
        "cursor_end": position,
        "metadata": {"_jupyter_types_experimental": typed},
    }


def help_at(cells: Cells, text: str, position: int, ours: Callable[[], str | None], *, full: bool) -> str | None:
    """What is known of a place, or None. ours: what this side knows of it."""
    wait_for_start(cells)
    shown = inspect(cells, text, position, full=full)
    return shown if shown is not None or has_powershell(cells) else ours() or None


def inspection(shown: str | None) -> dict[str, Any]:
    """The reply to an `inspect_request`."""
    data = {"text/plain": shown} if shown is not None else {}
    return {"status": "ok", "found": shown is not None, "data": data, "metadata": {}}
