"""What may be sent again, and what is said where nobody knows whether a command ran.

Rule of this file: a command that only reads may run again by itself, once; any other is in doubt as soon as a byte of
it has left and the server has not said how it ended.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from lync_magic.errors import CommandInDoubt
from lync_magic.psrp import Command, Pipeline

READS: Final = frozenset({"get", "test", "find", "search", "measure"})
"""Verbs of commands that only read."""
SHAPES: Final = frozenset(
    f"{name}-object".lower() for name in ("Select", "Where", "Sort", "Group", "Measure", "Compare")
)
"""Commands that only shape what comes to them."""
PLAIN_LOOK: Final = "Look at what it would have changed, then run it again if it has not."


def only_reads(command: Command) -> bool:
    """Whether a command changes nothing, by its verb. A script may do anything."""
    if command.is_script:
        return False
    folded = command.name.lower()
    return folded in SHAPES or folded.partition("-")[0] in READS


def may_run_again(pipeline: Pipeline) -> bool:
    """Whether it does no harm to run a pipeline twice."""
    return all(only_reads(command) for command in pipeline.commands)


def in_doubt(
    pipeline: Pipeline, why: str, sent_at: datetime | None, session: str, known: Collection[str]
) -> CommandInDoubt:
    """The error for a pipeline that may have run. why: what became of the answer.  known: the session's commands."""
    what = str(pipeline)
    when = f" at {sent_at:%H:%M:%S} UTC" if sent_at is not None else ""
    changes = [command for command in pipeline.commands if not only_reads(command)]
    look = " or ".join(dict.fromkeys(filter(None, (_reader(command.name, known) for command in changes))))
    error = CommandInDoubt(
        f"{what} was sent to {session}{when}, and nobody knows whether it ran: {why.rstrip('.')}.",
        f"Do not just run it again. Look first ({look}), then run it if it has not."
        if look
        else f"Do not just run it again. {PLAIN_LOOK}",
    )
    error.command, error.sent_at = what, sent_at
    return error


def _reader(name: str, known: Collection[str]) -> str:
    """The command that reads what `name` changes, where there is one: Get- and the same noun, or one that ends so."""
    noun = name.partition("-")[2]
    if not noun:
        return ""
    by_name = {one.lower(): one for one in known}
    exact = by_name.get(f"get-{noun}".lower())
    if exact is not None:
        return exact
    end = noun.lower().removeprefix("cs")  # Set-CsUser, Get-CsOnlineUser
    near = [one for folded, one in by_name.items() if folded.startswith("get-") and folded.endswith(end)]
    return min(near, key=len, default="")
