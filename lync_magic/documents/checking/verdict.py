"""What came of a command, judged against what the document says of it.

Rules: an error that the document does not show says more than what it therefore did not print. What the tenant lacks,
or another service has, is no mistake of the document: the command is not checked, with the reason.
"""

from __future__ import annotations

import re
from typing import Final

from lync_magic.documents.checking.came import Came
from lync_magic.documents.checking.comparing import Compared, Difference, compare, no_column
from lync_magic.documents.checking.faults import Commands, Known, difference_of, elsewhere
from lync_magic.documents.checking.results import StepResult
from lync_magic.documents.checking.selecting import chosen_columns
from lync_magic.documents.outline import Step
from lync_magic.language import HELD_BACK
from lync_magic.messages import say

_COUNTS: Final = re.compile(r"\.(?:Count|Length)\s*\Z", re.IGNORECASE)
"""How a command ends that counts."""
_FAULTS = 3
"""How many errors of one command are told."""


def verdict(step: Step, came: Came, commands: Commands, known: Known, *, values: bool) -> StepResult:
    """The result of a step that ran. commands: those that are imported now.  known: this side's.  values: whether
    values are compared, and not only columns."""
    kinds = {printed.kind for printed in step.expected}
    held = next((fault for fault in came.faults if fault.kind == HELD_BACK), None)
    if held is not None:
        return StepResult(step.line, step.code, "held back", reason=held.message)
    if not kinds & {"error", "prompt"}:
        excused = _excused(step, came, commands)
        if excused is not None:
            return excused
    found = _compared(step, came, values=values)
    if "prompt" in kinds:  # what the console says after the question has been answered cannot be asked for here
        found.differences = [one for one in found.differences if one.kind != "error"]
    found.differences += _absent_columns(step, came)
    if not kinds & {"error", "prompt"}:
        if came.faults:
            found.differences = [difference_of(fault, step.line, commands, known) for fault in came.faults[:_FAULTS]]
        for question in came.questions[:1]:
            told = say("It asks a question that the document does not show: {text}", text=question)
            found.differs(step.line, "prompt", told)
    if found.differences:
        return StepResult(step.line, step.code, "failed", tuple(found.differences), tuple(found.rules))
    return StepResult(step.line, step.code, "passed", rules=tuple(found.rules))


def _compared(step: Step, came: Came, *, values: bool) -> Compared:
    found = Compared()
    for printed in step.expected:
        one = compare(printed, came, values=values, counts=_COUNTS.search(step.code) is not None)
        found.differences += one.differences
        found.rules.update(one.rules)
    return found


def _excused(step: Step, came: Came, commands: Commands) -> StepResult | None:
    """The result where the tenant cannot show whether the document is true."""
    for fault in came.faults:
        known = elsewhere(fault, step.code, step.line, commands)
        if known is not None:
            reason, differences = known
            if differences:
                return StepResult(step.line, step.code, "failed", tuple(differences))
            return StepResult(step.line, step.code, "not checked", reason=reason)
    absent = next((fault for fault in came.faults if fault.is_absence), None)
    if absent is None:
        return None
    told = say(
        "The tenant has not what the document takes for granted ({text}); --setup can give it.", text=absent.message
    )
    return StepResult(step.line, step.code, "not checked", reason=told)


def _absent_columns(step: Step, came: Came) -> list[Difference]:
    """Columns that a command chooses by a name that what the server gave has not."""
    if not came.names:
        return []
    folded = {name.lower() for name in came.names}
    missing = [name for name in chosen_columns(step.code) if name.lower() not in folded]
    return [no_column(name, sorted(came.names), step.line) for name in missing]
