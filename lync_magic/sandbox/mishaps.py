"""Mishaps: what goes wrong between a server and its client, made to happen where a test or a reader wants to see it.

A mishap is OPERATION[WHEN][:before]:KIND[=VALUE], for instance `command@1:502`, `receive-command@3:cut=0.25`,
`delete:before:503`, `any%0.02:reset`. It happens to whoever has signed in and asks for the operation:

  create command send receive signal delete    WSMan's operations; for two of them more exactly
  receive-shell receive-command                a Receive of the shell's own, or of a command's output
  stop terminate                               the two signals
  disconnect reconnect connect                 going away and coming back
  get enumerate pull identify                  asking about shells, and who answers
  discovery token sign-in                      what comes before: the last is a request that is answered by 401, or that
                                               signs in and asks for nothing
  any                                          all of these

WHEN: `@3` the third from now on, once; `@3+` the third and all later; `%0.1` one in ten, by chance (--seed); nothing:
each. The first mishap that applies happens. The server does its work, and then the answer meets the mishap; with
`before` the work is not done (a stall comes before it: it is done late, whether or not the client still waits).

  500 502 503 504 ... a gateway's answer with this status     html           a page, with status 200
  empty               status 200 and no body                  redirect=URL   a redirect (/elsewhere)
  cut=PART            no length, and an early end (0.5)       fault=NUMBER   a WSMan fault (995)
  cut-after=TEXT      the same, after a text (</rsp:Stream>)  replay         the operation's last answer again
  truncate=PART       less than its length says (0.5)         replay=fresh   the same, as an answer to this
  flip                one bit of the body is another          wrong-relates  an answer to something else
  reset               the connection is reset                 wrong-command  an answer about something else
  swallow             the connection ends without an answer   duplicate      the work is done twice
  black-hole          nothing ever comes                      stall=SECONDS  it comes late (3600)
  gzip-bomb=BYTES     the answer and 1 GB of spaces           drip=SECONDS   a byte, a pause (0.5), a byte ...

Seconds are real ones.

Rules of this file: it decides what happens and when; `misbehaving` makes it happen.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

OPERATIONS: Final = (
    *("create", "command", "send", "receive", "receive-shell", "receive-command", "signal", "stop", "terminate"),
    *("delete", "disconnect", "reconnect", "connect", "get", "enumerate", "pull", "identify", "discovery", "token"),
    "sign-in",
    "any",
)
DEFAULTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("html", "empty", "replay", "duplicate", "flip", "wrong-relates", "wrong-command"), ""),
    **dict.fromkeys(("reset", "swallow", "black-hole"), ""),
    "redirect": "/elsewhere",
    "fault": "995",
    "cut": "0.5",
    "cut-after": "</rsp:Stream>",
    "truncate": "0.5",
    "stall": "3600",
    "drip": "0.5",
    "gzip-bomb": str(1 << 30),
}
"""The kinds besides statuses, and the value that each has when none is said."""
_NEEDS_AN_ANSWER: Final = frozenset(
    ("cut", "cut-after", "truncate", "flip", "drip", "gzip-bomb", "duplicate", "wrong-relates", "wrong-command")
)
"""The kinds that make something of an answer: there is none where the work was not done."""
_NUMBERS: Final = {"fault": int, "cut": float, "truncate": float, "stall": float, "drip": float, "gzip-bomb": int}
_SPEC: Final = re.compile(
    r"(?P<operation>[a-z-]+)(?:@(?P<nth>\d+)(?P<onward>\+?)|%(?P<chance>[\d.]+))?(?P<before>:before)?"
    r":(?P<kind>[1-5]\d\d|[a-z][a-z-]*)(?:=(?P<value>.+))?"
)


@dataclass
class Mishap:
    """One mishap: what it is, and how often it might have happened and did."""

    spec: str
    operation: str
    kind: str
    value: str
    before: bool = False
    nth: int = 0
    onward: bool = False
    chance: float = 1.0
    seen: int = 0
    happened: int = 0

    @property
    def number(self) -> float:
        """The value of a kind that has a number."""
        return float(self.value)

    @property
    def status(self) -> int | None:
        """The HTTP status, where the kind is one."""
        return int(self.kind) if self.kind.isdigit() else None

    def applies(self, draw: float) -> bool:
        """Whether it happens to the request that was just seen. draw: a number by chance, from 0 to 1."""
        if self.nth:
            return self.seen == self.nth or (self.onward and self.seen > self.nth)
        return draw < self.chance


def parse(spec: str) -> Mishap:
    """A mishap from its text. Raises ValueError, which says what may be said."""
    found = _SPEC.fullmatch(spec.strip())
    if found is None:
        raise ValueError(f"{spec!r} is not OPERATION[@N|@N+|%CHANCE][:before]:KIND[=VALUE].")
    operation, kind = found["operation"], found["kind"]
    if operation not in OPERATIONS:
        raise ValueError(f"{operation!r} is no operation: {', '.join(OPERATIONS)}.")
    if not kind.isdigit() and kind not in DEFAULTS:
        raise ValueError(f"{kind!r} is no mishap: a status like 503, {', '.join(DEFAULTS)}.")
    if found["before"] and kind in _NEEDS_AN_ANSWER:
        raise ValueError(f"{spec!r}: {kind} needs an answer, so the work must be done.")
    value = found["value"] or DEFAULTS.get(kind, "")
    chance = found["chance"]
    try:
        _NUMBERS.get(kind, str)(value)
        return Mishap(
            spec=spec.strip(),
            operation=operation,
            kind=kind,
            value=value,
            before=found["before"] is not None,
            nth=int(found["nth"] or 0),
            onward=found["onward"] == "+",
            chance=1.0 if chance is None else float(chance),
        )
    except ValueError:
        raise ValueError(f"{spec!r} holds a number that cannot be read.") from None


class Mishaps:
    """The mishaps of a server, and the chance by which some of them happen."""

    def __init__(self, specs: Collection[str] = (), seed: int | None = None) -> None:
        self.all: list[Mishap] = [parse(spec) for spec in specs]
        self.chance = random.Random(seed)

    def add(self, spec: str) -> None:
        """One more. Raises ValueError."""
        self.all.append(parse(spec))

    def clear(self) -> None:
        """No more of them."""
        self.all.clear()

    @property
    def replays(self) -> bool:
        """Whether answers must be kept, to be given again."""
        return any(one.kind == "replay" for one in self.all)

    def pick(self, operations: Collection[str]) -> Mishap | None:
        """What happens to a request of these operations (an operation has a general and an exact name)."""
        chosen = None
        for one in self.all:
            if one.operation != "any" and one.operation not in operations:
                continue
            one.seen += 1
            if chosen is None and one.applies(self.chance.random()):
                chosen = one
        if chosen is not None:
            chosen.happened += 1
        return chosen

    def told(self) -> list[dict[str, object]]:
        """What there is, for whoever asks."""
        return [{"spec": one.spec, "seen": one.seen, "happened": one.happened} for one in self.all]
