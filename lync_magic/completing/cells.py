"""Which part of a cell a place is in, and what may stand there: the door of this room.

Rule of this file: None says that a place is not ours, and that Python's own completion has it; no offers say that it is
ours, and that nothing may stand there.
"""

from __future__ import annotations

from lync_magic.completing.inspecting import inspect_line, inspect_powershell
from lync_magic.completing.known import Surroundings
from lync_magic.completing.lines import (
    CELL_MAGIC,
    LINE_MAGIC,
    complete_cell_options,
    complete_verb,
    first_words,
    line_parts,
)
from lync_magic.completing.offers import Offers, starting
from lync_magic.completing.powershell import complete_powershell
from lync_magic.completing.python import complete_python

__all__ = ["complete", "inspect"]


def complete(text: str, position: int, around: Surroundings) -> Offers | None:
    """What may stand at `position` of a cell's text, or None where that is Python's business."""
    before = text[:position]
    head = CELL_MAGIC.match(text)
    if head is not None:
        if position <= head.end("options"):
            return complete_cell_options(before[head.start("options") :], around)
        return complete_powershell(before[head.end() :], around)
    line = before.rpartition("\n")[2]
    magic = LINE_MAGIC.match(line)
    if magic is None:
        return complete_python(before, around)
    if not magic["gap"]:
        return None
    return complete_line(line[magic.end() :], around)


def complete_line(text: str, around: Surroundings) -> Offers:
    """What may stand at the end of what follows `%lync `."""
    verb, rest = line_parts(text, around)
    if verb is not None:
        return complete_verb(verb, rest, around)
    words = rest.split()
    last = words[-1] if words and not rest.endswith((" ", "\t")) else ""
    if rest.startswith("-"):
        option = complete_verb(around.cell, rest, around)
        first = tuple(starting(last, first_words(last, around))) if last.startswith("-") else ()
        return Offers(option.written, tuple(dict.fromkeys((*first, *option.items))))
    found = complete_powershell(rest, around)
    if len(words) > 1 or (words and not last):
        return found
    return Offers(found.written, (*starting(last, first_words(last, around)), *found.items))


def inspect(text: str, position: int, around: Surroundings) -> str | None:
    """What is known of what stands at `position`; "" where it is ours and nothing is; None where it is Python's."""
    head = CELL_MAGIC.match(text)
    if head is not None:
        if position <= head.end("options"):
            return inspect_line(head["options"], position - head.start("options"), around.cell, around)
        return inspect_powershell(text[head.end() :], position - head.end(), around)
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : end if end >= 0 else len(text)]
    magic = LINE_MAGIC.match(line)
    if magic is None or position - start < magic.end():
        return around.cell.help() if magic is not None and position - start >= magic.end("before") else None
    rest = line[magic.end() :]
    return inspect_line(rest, position - start - magic.end(), None, around)
