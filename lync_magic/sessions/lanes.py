"""Lanes: what a session lets through. Read-only sends nothing that changes; confirm asks first, with the exact calls.

Rules: it is decided here, for every way in (lines, cells, Python calls, the engine), before anything is sent. What only
reads is told by its verb (`READS`); script text is never known to only read. A cell may be stricter than its session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, NamedTuple

from lync_magic.errors import NotSent
from lync_magic.psrp import Argument, Command, Pipeline
from lync_magic.sessions.wording import call_text

READS: Final = ("get-", "test-", "find-", "search-", "measure-", "select-")
"""Verbs of commands that change nothing."""
_MOST_SHOWN: Final = 10


class Lane(Enum):
    """What a session lets through."""

    OPEN = "open"
    READ_ONLY = "read-only"
    CONFIRM = "confirm"


class Answer(Enum):
    """What somebody said to a call."""

    YES = "yes"
    YES_TO_ALL = "yes to all"
    NO = "no"


Ask = Callable[[str], Answer]
"""Shows what is about to be sent and asks. Raises PromptRefused where nobody can be asked."""


@dataclass
class Rules:
    """How strict one cell is, whatever its session. agreed: somebody said yes to all of it.

    part_of: the cell's, where these are of one call of it that is sent in parts.  total: for how many objects.
    foretold: calls that were shown with their number and agreed to, before a loop sends them one by one.
    rehearsal: the calls of a loop that is gone through to see what it would send; None where it is sent.
    """

    confirm: bool = False
    what_if: bool = False
    agreed: bool = False
    part_of: Rules | None = None
    total: int | None = None
    foretold: list[Foretold] = field(default_factory=list)
    rehearsal: list[Foretold] | None = None


class Foretold(NamedTuple):
    """A call that a loop would send. place: its session, and the user and tenant, for the question."""

    text: str
    place: str
    ask: Ask | None = None


class Rehearsed(Exception):
    """What this would send is noted, and nothing is sent."""


_rules: ContextVar[Rules | None] = ContextVar("lync_magic rules", default=None)


@contextmanager
def cell_rules(*, confirm: bool = False, what_if: bool = False) -> Iterator[None]:
    """What is sent within the block is asked about first (confirm), or only says what it would do (what_if)."""
    token = _rules.set(Rules(confirm, what_if))
    try:
        yield
    finally:
        _rules.reset(token)


def preferences() -> dict[str, object]:
    """What PowerShell's own preferences are to be in a cell under these rules: its files count as much as its calls."""
    rules = _rules.get() or Rules()
    return ({"WhatIfPreference": True} if rules.what_if else {}) | (
        {"ConfirmPreference": "Low"} if rules.confirm else {}
    )


@contextmanager
def sent_in_parts(total: int | None) -> Iterator[None]:
    """What is sent within the block is one call for so many objects, and asked about once. total: None if unknown."""
    cell = _rules.get() or Rules()
    token = _rules.set(replace(cell, part_of=cell, total=total))
    try:
        yield
    finally:
        _rules.reset(token)


def asks_first(lanes: Iterable[Lane]) -> bool:
    """Whether this cell, or one of the sessions that it may use, asks before it changes something, and nobody has said
    yes to all of it.
    """
    rules = _rules.get()
    if rules is None or rules.what_if or rules.agreed:
        return False
    return rules.confirm or Lane.CONFIRM in lanes


def rehearse(go: Callable[[], None]) -> None:
    """Ask once about all that a loop sends: their calls, and how many. go: goes through the loop; what would change
    something raises Rehearsed there.

    Raises NotSent where the answer is no.
    """
    rules = _rules.get()
    if rules is None:
        return
    found: list[Foretold] = []
    rules.rehearsal = found
    try:
        go()
    finally:
        rules.rehearsal = None
    if len(found) < 2:
        return  # one is asked about when it is sent
    for place in dict.fromkeys(one.place for one in found):
        calls = [one for one in found if one.place == place]
        shown = [one.text for one in calls[:_MOST_SHOWN]]
        shown += [f"… and {len(calls) - len(shown):,} more"] if len(calls) > len(shown) else []
        count = f"{len(calls):,} calls"
        if _agreed(count, place, shown, calls[0].ask, f"None of {count} was sent") is Answer.YES_TO_ALL:
            rules.agreed = True
        rules.foretold += calls


def only_reads(name: str) -> bool:
    """Whether a command of this name changes nothing."""
    return name.lower().startswith(READS)


def changing(pipeline: Pipeline) -> list[Command]:
    """The commands of a pipeline that may change something; script text is one."""
    return [one for one in pipeline.commands if one.is_script or not only_reads(one.name)]


def refuse_in(lane: Lane, session: str, names: Iterable[str]) -> None:
    """Raise NotSent where one of these commands may not be sent: nothing of the cell runs then."""
    refused = list(dict.fromkeys(name for name in names if not only_reads(name))) if lane is Lane.READ_ONLY else []
    if refused:
        raise NotSent(
            f"{session} is read-only, and {', '.join(refused[:_MOST_SHOWN])} may change something. Nothing was sent.",
            "It sends commands named Get-, Test-, Find-, Search-, Measure- and Select-. Connect without --read-only.",
        )


def passed(
    pipeline: Pipeline, given: Iterable[object] | None, lane: Lane, session: str, where: str, ask: Ask | None
) -> Pipeline:
    """The pipeline as it may be sent. given: its input.  where: the user and tenant, for the question.

    Raises NotSent where it may not.
    """
    found = changing(pipeline)
    if not found:
        return pipeline
    refuse_in(lane, session, ("script text" if one.is_script else one.name for one in found))
    rules = _rules.get()
    if rules is not None and rules.what_if:
        return replace(pipeline, commands=tuple(_what_if(one) for one in pipeline.commands))
    agreed = rules is not None and rules.agreed
    if not agreed and (lane is Lane.CONFIRM or (rules is not None and rules.confirm)):
        _confirm(pipeline, given, f"{session}, {where}", ask, rules)
    if rules is not None and rules.rehearsal is not None:
        raise Rehearsed
    return pipeline


def _confirm(
    pipeline: Pipeline, given: Iterable[object] | None, place: str, ask: Ask | None, rules: Rules | None
) -> None:
    parts = rules is not None and rules.part_of is not None
    times = rules.total if rules is not None and parts else len(given) if isinstance(given, Sized) else None
    number = 1 if given is None else times
    count = "1 call" if number == 1 else "calls" if number is None else f"{number:,} calls"
    each = "" if number == 1 else "   (once for each object that comes)"
    each = f"   (once for each of {number:,} objects)" if number is not None and number != 1 else each
    call = Foretold(f"{call_text(pipeline)}{each}", place, ask)
    if rules is not None and rules.rehearsal is not None:
        rules.rehearsal.append(call)
        return
    if rules is not None and call in rules.foretold:
        rules.foretold.remove(call)
        return
    answer = _agreed(count, place, [call.text], ask, f"{pipeline} was not sent")
    if rules is None:
        return
    rules.agreed = parts or answer is Answer.YES_TO_ALL
    if answer is Answer.YES_TO_ALL and rules.part_of is not None:
        rules.part_of.agreed = True


def _agreed(count: str, place: str, calls: list[str], ask: Ask | None, what: str) -> Answer:
    """Ask, and give the answer that is not no. what: for the error, what was not done. Raises NotSent."""
    answer = ask("\n    ".join([f"{count} on {place}:", *calls])) if ask is not None else Answer.NO
    if answer is Answer.NO:
        why = "nobody could be asked" if ask is None else "the answer was no"
        session = place.partition(",")[0]
        raise NotSent(f"{what}: {why}.", f"{session} asks before it changes something (--confirm).")
    return answer


def _what_if(command: Command) -> Command:
    """The command, with -WhatIf where it may change something. Raises NotSent for script text."""
    if command.is_script:
        raise NotSent("Script text cannot be asked what it would do; it was not sent.", "Leave out --whatif.")
    if only_reads(command.name):
        return command
    in_words = any(one.name is None or one.name.startswith("-") for one in command.arguments)
    return replace(command, arguments=(*command.arguments, Argument("-WhatIf:" if in_words else "WhatIf", True)))
