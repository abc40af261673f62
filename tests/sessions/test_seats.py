"""Seats: whose they are, that they come back, and how those of the dead are taken back."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from lync_magic.clixml import Credential
from lync_magic.errors import LyncError, QuotaExceeded, SessionError, UsageError
from lync_magic.psrp import Event, State, WarningRecord
from lync_magic.sessions import Registry, Target, orphans, reclaim
from lync_magic.sessions.seats import Seat, SeatFile

from .conftest import PASSWORD, USER, until

DIES = """
import os, sys
from lync_magic.clixml import Credential
from lync_magic.sessions import Target, connect
user, password, ca, http = sys.argv[1:]
connect(Target(user, ca=ca, override_discovery_uri=http), Credential(user, password))
os._exit(0)
"""


def dies_with_a_session(tenant: Any) -> None:
    """Another program connects and is gone without a word."""
    address = tenant.process.address
    environment = {**os.environ, "LYNC_MAGIC_STATE": str(tenant.folder)}
    words = [sys.executable, "-c", DIES, USER, PASSWORD, address.ca, address.http]
    subprocess.run(words, env=environment, check=True, timeout=60)


def test_all_seats_taken_says_who_has_them(tenant: Any) -> None:
    dies_with_a_session(tenant)
    for _ in range(2):
        tenant.connect(commands=())
    with pytest.raises(QuotaExceeded, match="maximum number of concurrent shells") as caught:
        tenant.connect(commands=())
    advice = caught.value.advice
    assert advice.startswith("3 of kenmyer@litwareinc.com are taken: ")
    assert "of this program, since" in advice
    assert "which has died (free in" in advice
    assert f"%lync reclaim {USER}" in advice


def test_a_seat_of_a_program_that_died_is_taken_back_though_all_are_taken(tenant: Any) -> None:
    dies_with_a_session(tenant)
    for _ in range(2):
        tenant.connect(commands=())
    address = tenant.process.address
    target = Target(USER, ca=address.ca, override_discovery_uri=address.http)
    (back,) = reclaim(target, Credential(USER, PASSWORD), registry=tenant.registry)
    assert not back.alive
    assert tenant.seats == 2
    assert orphans(registry=tenant.registry) == []
    tenant.connect(commands=())


def test_a_server_that_leaves_the_fourth_waiting_is_told_with_who_has_the_seats(tenant_with: Any) -> None:
    tenant = tenant_with("--hang")
    for _ in range(3):
        tenant.connect(commands=())
    with pytest.raises(LyncError) as caught:
        tenant.connect(commands=(), timeout=2)
    assert "leave a new session waiting" in caught.value.advice
    assert "Known here: Session1 of this program, since" in caught.value.advice


def test_a_server_that_grants_no_short_time_is_told_of_with_its_figure(tenant_with: Any) -> None:
    told: list[Event] = []
    tenant = tenant_with("--min-idle", "900")
    tenant.connect(commands=(), report=told.append)
    (warning,) = [event for event in told if isinstance(event, WarningRecord)]
    assert "keeps its seat for 15 minutes" in warning.message


def test_nothing_is_taken_back_where_nothing_was_left(tenant: Any) -> None:
    tenant.connect(commands=())
    address = tenant.process.address
    target = Target(USER, ca=address.ca, override_discovery_uri=address.http)
    with pytest.raises(UsageError, match="No program on this machine left"):
        reclaim(target, Credential(USER, PASSWORD), registry=tenant.registry)
    assert tenant.seats == 1


def test_a_seat_is_listed_before_it_is_asked_for(tenant: Any) -> None:
    tenant.tell("fault create@1:stall=2")
    opening = threading.Thread(target=tenant.connect, kwargs={"commands": ()})
    opening.start()
    until(lambda: any(session.state is State.OPENING for session in tenant.registry.held()))
    (path,) = tenant.folder.glob("*.seats.json")
    assert len(json.loads(path.read_text())) == 1
    opening.join()


@pytest.mark.parametrize("kind", ["503", "swallow", "reset", "html"])
def test_a_close_that_failed_is_tried_again_by_itself(tenant: Any, kind: str) -> None:
    session = tenant.connect(commands=())
    tenant.tell(f"fault delete@1:before:{kind}")
    with contextlib.suppress(SessionError):  # some are repaired at once
        session.close()
    until(lambda: session.state is State.CLOSED)
    assert tenant.seats == 0
    assert tenant.registry.held() == []


def test_a_close_that_failed_can_be_asked_for_again(tenant: Any) -> None:
    session = tenant.connect(commands=())
    tenant.tell("fault delete@1+:before:503")
    with pytest.raises(SessionError, match="is not removed yet"):
        session.close()
    assert session.state is State.CLOSING
    assert session in tenant.registry.held()
    tenant.tell("clear")
    session.close()
    assert session.state is State.CLOSED
    assert tenant.seats == 0


@pytest.mark.parametrize("kind", ["502", "empty", "html", "cut", "swallow"])
def test_a_create_whose_answer_is_lost_leaves_no_seat(tenant: Any, kind: str) -> None:
    tenant.tell(f"fault create@1:{kind}")
    with pytest.raises(Exception, match="."):
        tenant.connect(commands=())
    until(lambda: tenant.seats == 0 and tenant.registry.held() == [])


def test_a_block_keeps_its_own_error_when_closing_fails(tenant: Any) -> None:
    def fail() -> None:
        with tenant.connect(commands=()):
            tenant.tell("fault delete@1+:before:503")
            raise ZeroDivisionError

    with pytest.warns(UserWarning, match="is not removed yet"), pytest.raises(ZeroDivisionError):
        fail()


def test_a_block_that_went_well_is_no_error_when_closing_fails(tenant: Any) -> None:
    with pytest.warns(UserWarning, match="is not removed yet"), tenant.connect(commands=()):
        tenant.tell("fault delete@1+:before:503")


def test_a_forked_child_leaves_its_parents_session_alone(tenant: Any) -> None:
    session = tenant.connect()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        said = "nothing"
        try:
            tenant.registry.forget_all()
            session.Get_CsTenant()
        except LyncError as error:
            said = f"{type(error).__name__}: {error}"
        session.close()
        os.write(write, f"{said} {session.state}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    said = os.read(read, 4096).decode()
    assert "forked from" in said
    assert said.endswith("State.CLOSED")
    assert session.Get_CsTenant().DisplayName == "Litware, Inc."
    assert tenant.seats == 1


def seat(**given: Any) -> Seat:
    told: dict[str, Any] = {
        "session": "Session1",
        "shell_id": "7f3c",
        "uri": "https://host/x",
        "computer": "host",
        "configuration": "c",
        "user": "u",
        "since": "2026-11-27T08:00:00+00:00",
        "lease": 60.0,
        "program": "the notebook a.ipynb",
        "pid": 1,
    }
    return Seat(**{**told, **given})


def test_programs_see_each_others_seats_while_they_live(tmp_path: Path) -> None:
    one, other = SeatFile(str(tmp_path)), SeatFile(str(tmp_path))
    one.write([seat()])
    (seen,) = other.others()
    assert seen.alive
    assert one.others() == []
    one.remove()
    assert other.others() == []


def test_a_file_whose_seats_are_surely_free_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "1-1.seats.json"
    path.write_text(json.dumps([seat().__dict__]))
    long_ago = time.time() - 61
    os.utime(path, (long_ago, long_ago))
    assert SeatFile(str(tmp_path)).others() == []
    assert not path.exists()


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"session": 1}]', '{"a": "b"}'])
def test_a_file_that_is_none_of_ours_is_no_seat(tmp_path: Path, content: str) -> None:
    (tmp_path / "1-1.seats.json").write_text(content)
    assert SeatFile(str(tmp_path)).others() == []


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    one = SeatFile(str(file))
    one.write([seat()])
    assert one.others() == []


def test_no_secret_is_in_the_file(tenant: Any) -> None:
    tenant.connect(commands=())
    (path,) = tenant.folder.glob("*.seats.json")
    assert PASSWORD not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_a_registry_without_a_file_works(tenant: Any) -> None:
    assert Registry().seats is None
