"""In which functions and blocks an error came up, each with the line that it had come to (`$_.ScriptStackTrace`).

Rule of this file: a frame is believed where the place within it stands in its own text; what ran between two frames and
is none of them (a cmdlet's block, a text that was run) makes the whole not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from lync_magic.errors import LyncError
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import statements as s
from lync_magic.language.syntax.source import Extent
from lync_magic.language.syntax.walk import walk
from lync_magic.language.values.failures import NotKnownHere

BLOCK: Final = "<ScriptBlock>"
"""What a script block is called where a function has its name."""


class Frame(NamedTuple):
    """A block that was called. place: where from."""

    block: Block
    place: Extent | None


def leave_frame(error: LyncError, block: Block, place: Extent | None) -> None:
    """Keep with an error a block that it leaves."""
    error.left = [*getattr(error, "left", ()), Frame(block, place)]  # type: ignore[attr-defined]


def keep_frames(error: LyncError, scope: Scope) -> None:
    """Keep with an error that is caught the blocks that run there, the innermost one first."""
    if not hasattr(error, "around"):
        error.around = list(_running(scope))  # type: ignore[attr-defined]


def _running(scope: Scope) -> Iterator[Frame]:
    return (Frame(one.block, one.place) for one in scope.outwards() if one.block is not None)


def stack_trace(error: LyncError) -> str:
    """The frames of an error, a line each. Raises NotKnownHere where they are not all known."""
    told, frames = error, list(getattr(error, "left", ()))
    while isinstance(before := getattr(told, "before", None), LyncError):
        told, frames = before, [*getattr(before, "left", ()), *frames]
    frames += getattr(error, "around", ())
    place = getattr(told, "extent", None) or getattr(error, "extent", None)
    lost = bool(getattr(error, "within", "")) and not frames
    if lost or not isinstance(place, Extent) or place.source.script is None:
        raise _unknown()
    lines = []
    for frame in frames:
        lines.append(f"at {_named(frame.block, place)}, <No file>: line {place.line}")
        if frame.place is None or frame.place.source.script is None:
            raise _unknown()
        place = frame.place
    if _around(place) is not None:
        raise _unknown()
    return "\n".join([*lines, f"at {BLOCK}, <No file>: line {place.line}"])


def _named(block: Block, place: Extent) -> str:
    """The name of a frame that came to a place."""
    if _around(place) is not block.node or block.is_filter:
        raise _unknown()
    return name_in_stack(block, place)


def name_in_stack(block: Block, place: Extent) -> str:
    """A block's name with that of its part in which a place stands."""
    part = next((one for one in block.node.blocks if one.extent.start <= place.start < one.extent.end), None)
    kind = "" if part is None or part.unnamed else f"<{part.kind.title()}>"
    return f"{block.name or BLOCK}{kind}"


def _around(place: Extent) -> s.ScriptBlock | None:
    """The innermost block whose text a place stands in; None in that of the cell itself."""
    return next(iter(blocks_around(place)), None)


def blocks_around(place: Extent) -> list[s.ScriptBlock]:
    """The blocks whose text a place stands in, the innermost one first."""
    script = place.source.script
    assert script is not None
    found = [
        one
        for one in walk(script)
        if isinstance(one, s.ScriptBlock) and one is not script and one.extent.start <= place.start < one.extent.end
    ]
    return sorted(found, key=lambda one: one.extent.end - one.extent.start)


def _unknown() -> NotKnownHere:
    return NotKnownHere("the ScriptStackTrace of an error within what a cmdlet or a text ran")
