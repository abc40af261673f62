"""Several sessions that are opened at the same time: in their order, so many at once, and none that nobody takes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import lync_magic
from lync_magic.errors import EndpointUnreachable, LyncError
from lync_magic.psrp import Event, Report, VerboseRecord
from lync_magic.sessions import Session, open_several, registry

Server = Callable[..., dict[str, Any]]
SEATS = ("--seats-administrator", "20", "--seats-tenant", "20")
NOWHERE = "http://localhost:9"


@pytest.fixture
def open_one(sandbox_server: Server) -> Callable[[str, Report], Session]:
    """Opens a session in the sandbox, for `here`, or where nobody listens."""
    place = sandbox_server(*SEATS)

    def open_it(where: str, report: Report) -> Session:
        report(VerboseRecord(where))
        uri = f"{place['http'] if where != NOWHERE else NOWHERE}/OcsPowershell"
        return lync_magic.connect(
            "kenmyer@litwareinc.com", password="p@ssw0rd!", uri=uri, auth="ntlm", commands=(), report=report
        )

    return open_it


def test_they_come_in_their_order_with_what_was_said_of_each(open_one: Callable[[str, Report], Session]) -> None:
    said: list[Event] = []
    came: list[Session | LyncError] = []
    for one in open_several(["first", NOWHERE, "third"], open_one, said.append):
        came.append(one)
        assert [event.message for event in said if getattr(event, "message", "") in ("first", NOWHERE, "third")] == [
            "first", NOWHERE, "third",
        ][: len(came)]  # fmt: skip
    assert [type(one) for one in came] == [Session, EndpointUnreachable, Session]
    for session in came:
        if isinstance(session, Session):
            session.close()


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_more_are_opened_at_once_than_was_said(open_one: Callable[[str, Report], Session], most: int) -> None:
    lock, now, at_once = threading.Lock(), 0, 0

    def counted(where: str, report: Report) -> Session:
        nonlocal now, at_once
        with lock:
            now += 1
            at_once = max(at_once, now)
        try:
            return open_one(where, report)
        finally:
            with lock:
                now -= 1

    for session in open_several(["here"] * 5, counted, lambda _: None, most):
        assert isinstance(session, Session)
        session.close()
    assert at_once <= most


def test_what_nobody_takes_any_more_is_closed(open_one: Callable[[str, Report], Session]) -> None:
    all_may_open = threading.Event()
    begun: list[str] = []
    opened: list[Session] = []

    def held(where: str, report: Report) -> Session:
        begun.append(where)
        if where != "first":
            all_may_open.wait(20)
        opened.append(open_one(where, report))
        return opened[-1]

    coming = open_several(["first", "here", "here"], held, lambda _: None)
    first = next(coming)
    until(lambda: len(begun) == 3)
    coming.close()  # type: ignore[attr-defined]
    all_may_open.set()
    assert isinstance(first, Session)
    until(lambda: len(opened) == 3 and [one.state.value for one in opened] == ["Opened", "Closed", "Closed"])
    first.close()
    assert not [one for one in opened if one in list(registry)]


def test_an_error_that_is_none_of_ours_is_raised(open_one: Callable[[str, Report], Session]) -> None:
    def broken(_where: str, _report: Report) -> Session:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(open_several(["here", "here"], broken, lambda _: None))


def until(seen: Callable[[], bool]) -> None:
    """Wait until something is seen."""
    waiting = threading.Event()
    for _ in range(400):
        if seen():
            return
        waiting.wait(0.05)
    raise AssertionError("it was not seen")
