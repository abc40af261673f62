"""Whose seats are taken, where they are all taken; and how those of programs that died are taken back.

Rules: what is told comes from this machine's programs and, where it lists its shells, from the server; nothing is
removed but what a program of this person left behind, and only when the person asks for it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from lync_magic.clixml import Credential
from lync_magic.errors import LyncError, UsageError
from lync_magic.messages import spoken
from lync_magic.psrp import Report, ignore
from lync_magic.sessions.registry import Registry, registry
from lync_magic.sessions.sandbox import SandboxKeeper, sandbox
from lync_magic.sessions.seats import Seat
from lync_magic.sessions.session import Session
from lync_magic.sessions.target import Target
from lync_magic.transports import Listing, Shell, Transport

E = TypeVar("E", bound=LyncError)

LOOK_SECONDS: Final = 5.0
RECLAIM_SECONDS: Final = 60.0
REMOVE_SECONDS: Final = 5.0


def explained(error: E, session: Session, registry: Registry, look: Transport | None = None) -> E:
    """The same error, with who holds the seats as far as it can be known. session: the one that got none.

    look: another way to the server, to ask which shells it has; None for one that does not answer.
    """
    shells = _listed(look) if look is not None else []
    if not shells and registry.seats is None:
        return error
    ours = [seat for one in registry.held() if one is not session for seat in one.seats("this program")]
    others = registry.seats.others() if registry.seats is not None else []
    seats = [seat for seat in (*ours, *others) if _same_holder(seat, session)]
    mine = {seat.shell_id.lower() for seat in seats}
    told = [spoken(seat.told()) for seat in seats]
    strangers = [shell for shell in shells if str(shell.shell_id).lower() not in mine]
    told += [spoken(f"one of another machine or program{_from(shell)}") for shell in strangers]
    if not told:
        return error
    count = f"{len(told)} of {session.user_name or 'this user'} are taken: " if shells else "Known here: "
    advice = [*([error.advice] if look is None else []), count + "; ".join(told) + "."]
    orphans = any(not seat.alive for seat in seats)
    advice.append(
        f"Take back what died: %lync reclaim {session.user_name}".rstrip()
        if orphans
        else "Remove one that you no longer need (%lync remove, where it is), or close its notebook."
    )
    return type(error)(error.message, "\n".join(advice))


def _from(shell: Shell) -> str:
    since = f", since {_ago(shell.age)}" if shell.age is not None else ""
    return f" ({shell.client}{since})" if shell.client else since


def _ago(seconds: float) -> str:
    minutes = int(seconds // 60)
    return f"{minutes} min ago" if minutes else f"{int(seconds)} s ago"


def _listed(transport: Transport) -> list[Shell]:
    """The shells that the server lists; nothing where it does not."""
    try:
        return transport.shells(timeout=LOOK_SECONDS) if isinstance(transport, Listing) else []
    except LyncError:
        return []
    finally:
        transport.drop()


def _same_holder(seat: Seat, session: Session) -> bool:
    return _place(seat.uri) == _place(session.connection_uri) and seat.user.lower() == session.user_name.lower()


def _place(uri: str) -> tuple[str, str]:
    place = urlsplit(uri)
    return place.netloc.lower(), place.path.lower()


def orphans(user_name: str = "", registry: Registry = registry) -> list[Seat]:
    """The seats that programs of this person left behind when they died, of one user or of all."""
    others = registry.seats.others() if registry.seats is not None else []
    return [seat for seat in others if not seat.alive and user_name.lower() in ("", seat.user.lower())]


def reclaim(
    target: Target,
    credential: Credential | None,
    *,
    timeout: float = RECLAIM_SECONDS,
    report: Report = ignore,
    registry: Registry = registry,
    sandbox: SandboxKeeper = sandbox,
) -> list[Seat]:
    """Remove the shells that programs which died left behind at a target; the seats that are free now.

    Signs in as `connect` does, but opens no session: it works when every seat is taken.
    Raises UsageError where nothing was left behind there, and what `connect` raises.
    """
    from lync_magic.sessions.finding import find_way  # all of HTTP

    way = find_way(target, credential, time.monotonic() + timeout, report, sandbox)
    try:
        if not isinstance(way.transport, Listing):
            raise UsageError("This kind of session ends with its program; there is nothing to take back.")
        left = [seat for seat in orphans(target.user_name, registry) if _place(seat.uri) == _place(way.uri)]
        if not left:
            raise UsageError(
                "No program on this machine left a session behind there.",
                "What other machines hold is free when its idle time is over.",
            )
        return list(_removed(left, way.transport, registry))
    finally:
        way.transport.drop()
        if way.tokens is not None:
            way.tokens.close()


def _removed(left: Iterable[Seat], transport: Listing, registry: Registry) -> Iterable[Seat]:
    for seat in left:
        transport.remove(UUID(seat.shell_id), timeout=REMOVE_SECONDS)
        if registry.seats is not None:
            registry.seats.forget(seat.shell_id)
        yield seat
