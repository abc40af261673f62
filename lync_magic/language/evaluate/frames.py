"""In which functions and blocks an error came up, each with the line that it had come to (`$_.ScriptStackTrace`).

Rule of this file: a frame is believed where the place within it stands in its own text. Between two of them may be
blocks that are written where ForEach-Object and its like run them; what else ran there (a block that a variable holds,
a text that was run) makes the whole not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from lync_magic.errors import LyncError
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
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
    """Keep with an error a block that it leaves, unless those around it are known from where it was caught."""
    if hasattr(error, "around"):
        return
    error.left = [*getattr(error, "left", ()), Frame(block, place)]  # type: ignore[attr-defined]


def keep_frames(error: LyncError, scope: Scope) -> None:
    """Keep with an error that is caught the blocks that run there, the innermost one first."""
    if not hasattr(error, "around"):
        error.around = list(_running(scope))  # type: ignore[attr-defined]


def keep_first_frames(made: LyncError, error: LyncError) -> None:
    """An error that is another one once more came up where that did."""
    if hasattr(error, "around"):
        made.came_up = getattr(error, "came_up", error)  # type: ignore[attr-defined]


def _running(scope: Scope) -> Iterator[Frame]:
    return (Frame(one.block, one.place) for one in scope.outwards() if one.block is not None)


def stack_trace(error: LyncError) -> str:
    """The frames of an error, a line each. Raises NotKnownHere where they are not all known."""
    error = getattr(error, "came_up", error)
    told, frames = error, list(getattr(error, "left", ()))
    while isinstance(before := getattr(told, "before", None), LyncError):
        told, frames = before, [*getattr(before, "left", ()), *frames]
    frames += getattr(error, "around", ())
    place = getattr(error, "said_at", None) or getattr(told, "extent", None) or getattr(error, "extent", None)
    if not isinstance(place, Extent) or place.source.script is None:
        raise _unknown()
    within = bool(getattr(error, "within", "")) and getattr(error, "unbound", None) is None
    if within and not frames and _around(place) is None:
        raise _unknown()
    lines: list[str] = []
    for frame in frames:
        place = _out_of_blocks(place, frame.block.node, lines)
        lines.append(_line(_named(frame.block, place), place))
        if frame.place is None or frame.place.source.script is None:
            raise _unknown()
        place = frame.place
    place = _out_of_blocks(place, None, lines)
    return "\n".join([*lines, _line(BLOCK, place)])


def _line(name: str, place: Extent) -> str:
    return f"at {name}, {place.source.path or '<No file>'}: line {place.line}"


def _out_of_blocks(place: Extent, block: s.ScriptBlock | None, lines: list[str]) -> Extent:
    """Go from a place out of the blocks that are run where they are written, each of which is a line, into a block."""
    while (around := _around(place)) is not None and around is not block:
        lines.append(_line(BLOCK, place))
        place = _run_at(around, place)
    return place


def _run_at(block: s.ScriptBlock, place: Extent) -> Extent:
    """The pipeline in which a cmdlet runs a block that is written there."""
    for pipeline in (one for one in walk(place.source.script) if isinstance(one, s.Pipeline)):
        for index, call in enumerate(pipeline.elements):
            if _named_as(call) in _RUNNING and any(_block_of(one) is block for one in call.children()):
                if all(_hands_on_itself(one) for one in pipeline.elements[:index]):
                    return _assigned(pipeline).extent
                raise _unknown()
    raise _unknown()


def _assigned(statement: s.Statement) -> s.Statement:
    """The assignment whose value a statement is, or the statement itself."""
    script = statement.extent.source.script
    around = (one for one in walk(script) if isinstance(one, s.Assignment) and one.value is statement)
    found = next(around, None)
    return statement if found is None else _assigned(found)


def _block_of(argument: e.Node) -> s.ScriptBlock | None:
    value = argument.argument if isinstance(argument, s.Parameter) else argument
    return value.block if isinstance(value, e.ScriptBlockExpression) else None


def _named_as(call: s.Element) -> str:
    name = call.name if isinstance(call, s.CommandCall) else None
    return name.value.lower() if isinstance(name, e.String) else ""


def _hands_on_itself(call: s.Element) -> bool:
    """Whether no block and no function runs while what an element gives is taken: theirs would be lines too."""
    return isinstance(call, s.CommandExpression) or _named_as(call) in _GIVING


_TESTING: Final = ("where-object", "where", "?")
_RUNNING: Final = (*_TESTING, "foreach-object", "foreach", "%", "invoke-command", "icm")
_GIVING: Final = (*_TESTING, "sort-object", "sort", "select-object", "select", "group-object", "group", "get-unique")
"""Cmdlets that give what they give themselves, and not in a block."""


def _named(block: Block, place: Extent) -> str:
    """The name of a frame that came to a place."""
    within = _around(place) or (place.source.script if block.is_file else None)
    if within is not block.node:
        raise _unknown()
    return name_in_stack(block, place)


def name_in_stack(block: Block, place: Extent) -> str:
    """A block's name with that of its part in which a place stands."""
    part = next((one for one in block.node.blocks if one.extent.start <= place.start < one.extent.end), None)
    kind = "" if part is None or part.unnamed else f"<{part.kind.title()}>"
    return f"{BLOCK if block.is_file else block.name or BLOCK}{kind}"


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
