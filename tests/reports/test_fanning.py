"""One question to many tenants: the same answer on each executor, no seat left, and nobody asks another's session."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.errors import SessionError, UsageError
from lync_magic.magics import show_results_as_tables
from lync_magic.records import Records, chosen
from lync_magic.reports import worker
from lync_magic.reports.outcome import Outcome, read_journal, take_journal
from lync_magic.sessions import JOURNAL_VARIABLE, Session
from lync_magic.sessions.sandbox import SandboxProcess

PASSWORD = "p@ssw0rd!"
TENANTS = 3


@pytest.fixture(scope="module")
def tenants() -> Iterator[list[dict[str, Any]]]:
    """Tenants of different sizes, each with a server of its own."""
    with ExitStack() as stack:
        found = []
        for number in range(TENANTS):
            server = SandboxProcess(["--users", str(20 + number)])
            stack.callback(server.stop)
            place = f"{server.address.https}/OcsPowershell"
            where = {"user_name": "kenmyer@litwareinc.com", "uri": place, "auth": "basic", "ca": str(server.address.ca)}
            found.append({"name": f"tenant{number}", "env": "FAN_PASSWORD", **where})
        yield found


@pytest.fixture
def targets(tenants: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Them, as targets."""
    monkeypatch.setenv("FAN_PASSWORD", PASSWORD)
    return tenants


@contextmanager
def dask() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor(pure=False, retries=0)


@contextmanager
def loky() -> Iterator[Any]:
    pool = pytest.importorskip("loky").ProcessPoolExecutor(2)
    yield pool
    pool.shutdown(wait=True, kill_workers=True)


@contextmanager
def processes() -> Iterator[Any]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@contextmanager
def ipyparallel() -> Iterator[Any]:
    module = pytest.importorskip("ipyparallel")
    with module.Cluster(n=1, log_level=40, engine_timeout=200) as client:
        yield client.load_balanced_view()


@contextmanager
def threads() -> Iterator[Any]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


@contextmanager
def default() -> Iterator[Any]:
    yield None


EXECUTORS = {each.__name__: each for each in (default, threads, processes, loky, dask, ipyparallel)}


def seats_taken(target: dict[str, Any]) -> int:
    """How many seats other sessions hold, as the server says: three more can be had where none is taken."""
    where = {key: value for key, value in target.items() if key not in ("name", "env")}
    opened = []
    try:
        for _ in range(3):
            opened.append(lync_magic.connect(**where, password=PASSWORD, commands=()))
    except lync_magic.errors.QuotaExceeded:  # type: ignore[attr-defined]
        pass
    for session in opened:
        session.close()
    return 3 - len(opened)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", EXECUTORS)
def test_the_answer_is_the_same_on_each_executor_and_no_seat_is_left(targets: list[dict[str, Any]], name: str) -> None:
    with EXECUTORS[name]() as executor:
        users = lync_magic.fan_out("Get-CsOnlineUser", targets, executor)
    assert list(dict.fromkeys(users.Target)) == ["tenant0", "tenant1", "tenant2"]
    assert [users.Target.count(f"tenant{number}") for number in range(TENANTS)] == [20, 21, 22]
    assert users.names[0] == "Target"
    assert [seats_taken(target) for target in targets] == [0, 0, 0]


def test_a_function_gets_its_session_and_reaches_no_other(targets: list[dict[str, Any]]) -> None:
    where = {key: value for key, value in targets[0].items() if key not in ("name", "env")}
    with lync_magic.connect(**where, password=PASSWORD) as other:

        def ask(lync: Session) -> Records:
            with pytest.raises(SessionError, match="another one's"):
                other.Get_CsTenant()
            return lync.Get_CsOnlineUser(ResultSize=2)

        users = lync_magic.fan_out(ask, targets[1:])
        assert [users.Target.count(name) for name in ("tenant1", "tenant2")] == [2, 2]
        assert len(other.Get_CsTenant()) == 1


def test_a_function_s_dict_is_a_row(targets: list[dict[str, Any]]) -> None:
    found = lync_magic.fan_out(lambda lync: {"Users": len(lync.Get_CsOnlineUser()), "Of": lync.name}, targets[:2])
    assert (found.Target, found.Users, found.names) == (["tenant0", "tenant1"], [20, 21], ["Target", "Users", "Of"])


def test_a_target_that_fails_is_a_row_and_a_report_s_failure(
    targets: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(JOURNAL_VARIABLE, str(tmp_path / "journal"))
    monkeypatch.setenv("WRONG", "no")
    wrong = {**targets[1], "env": "WRONG"}
    nowhere = {**targets[2], "env": "NOT_SET"}
    marks: list[str] = []
    told = [targets[0], wrong, nowhere]
    found = lync_magic.fan_out(
        "Get-CsTenant", told, report=lambda progress: marks.__setitem__(slice(None), progress.marks)
    )
    assert found.Target == ["tenant0", "tenant1", "tenant2"]
    assert marks == ["", "bad", "bad"]
    shown = chosen(found).shown
    assert (shown[:2], shown[-1]) == (("Target", "DisplayName"), "Error")
    assert [str(row.get("Error") or "").partition(":")[0] for row in found] == ["", "SignInFailed", "CredentialNeeded"]
    outcome = Outcome("report")
    take_journal(outcome, read_journal(tmp_path / "journal"))
    assert outcome.state == "sign-in"
    assert {"tenant1: SignInFailed", "tenant2: CredentialNeeded"} < set(outcome.why)


def test_a_plain_program_is_shown_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    show_results_as_tables()
    lync_magic.fan_out("Get-CsTenant", [{"user_name": "ken@contoso.com", "env": "NOT_SET"}])
    assert capsys.readouterr().out == ""


def test_no_more_seats_are_taken_than_allowed(targets: list[dict[str, Any]]) -> None:
    at_once, most = 0, 0
    lock = threading.Lock()

    def ask(lync: Session) -> int:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.2)
        with lock:
            at_once -= 1
        return 1

    several = [{**targets[0], "name": f"run{number}"} for number in range(5)]
    assert len(lync_magic.fan_out(ask, several, seats=1)) == 5
    assert most == 1


def test_objects_go_to_a_file_for_each_target(targets: list[dict[str, Any]], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    found = lync_magic.fan_out("Get-CsOnlineUser", targets, parquet=tmp_path)
    assert found.Count == [20, 21, 22]
    assert [parquet.read_table(file).num_rows for file in found.File] == [20, 21, 22]


def test_what_was_recorded_of_many_tenants_is_replayed_to_each_and_nobody_signs_in(
    targets: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = tmp_path / "fan.tape"
    live = lync_magic.fan_out("Get-CsOnlineUser", [{**one, "record": tape, "mode": "rewrite"} for one in targets])
    assert len(live) == 63
    monkeypatch.delenv("FAN_PASSWORD")
    for _ in range(2):  # the second begins it anew
        again = lync_magic.fan_out("Get-CsOnlineUser", [{**one, "replay": tape} for one in reversed(targets)])
        assert [again.Target.count(f"tenant{number}") for number in range(TENANTS)] == [20, 21, 22]


def dies_at_one(lync: Session) -> Records:
    if lync.connection_uri == os.environ["FAN_DIES"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return lync.Get_CsTenant()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
@pytest.mark.timeout(240)
def test_a_worker_that_is_killed_is_a_row_and_what_it_had_not_begun_is_done(
    targets: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAN_DIES", targets[1]["uri"])
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = lync_magic.fan_out(dies_at_one, targets, pool)
    assert found.Target == ["tenant0", "tenant1", "tenant2"]
    died = "The worker died; a seat that it held is free in at most 90 seconds."
    assert [row.get("Error") for row in found] == [None, died, None]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
@pytest.mark.timeout(240)
def test_a_command_that_only_reads_is_asked_again_when_its_worker_is_killed(targets: list[dict[str, Any]]) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:

        def kill(progress: Any) -> None:
            for process in list((pool._processes or {}).values()):
                process.kill()

        users = lync_magic.fan_out("Get-CsOnlineUser", targets, pool, report=kill)
    assert [users.Target.count(f"tenant{number}") for number in range(TENANTS)] == [20, 21, 22]
    assert "Error" not in users.names


def test_what_may_run_twice_is_only_what_reads(targets: list[dict[str, Any]]) -> None:
    class Twice(ThreadPoolExecutor):
        pass

    Twice.__module__ = "distributed.cfexecutor"
    with Twice(1) as executor:
        with pytest.raises(UsageError, match="may run a task twice"):
            lync_magic.fan_out("Set-CsMeetingConfiguration", targets[:1], executor)
        assert len(lync_magic.fan_out("Get-CsTenant", targets[:1], executor)) == 1


def test_an_interrupt_keeps_what_came(targets: list[dict[str, Any]]) -> None:
    def ask(lync: Session) -> int:
        if lync.connection_uri == targets[1]["uri"]:
            time.sleep(1.5)
        return 1

    states: list[str] = []

    def shown(progress: Any) -> None:
        states[:] = [*progress.states, progress.told]
        if states[:2] == ["1 object", "asking"]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        lync_magic.fan_out(ask, targets[:2], report=shown)
    while worker.running:  # what was not waited for ends by itself
        time.sleep(0.05)
    assert stopped.value.partial.Target == "tenant0"  # type: ignore[attr-defined]
    assert states == ["1 object", "stopped", "1 of 2 targets have answered"]


def test_who_still_signs_in_at_an_interrupt_is_not_asked_any_more(targets: list[dict[str, Any]]) -> None:
    asked: list[str] = []

    def ask(lync: Session) -> Records:
        asked.append(lync.name)
        return lync.Get_CsTenant()

    def shown(progress: Any) -> None:
        if "asking" in progress.states:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        lync_magic.fan_out(ask, targets, report=shown)
    while worker.running:
        time.sleep(0.05)
    assert (asked, len(stopped.value.partial)) == ([], 0)  # type: ignore[attr-defined]


def test_what_takes_no_work_is_refused(targets: list[dict[str, Any]]) -> None:
    with pytest.raises(UsageError, match="has no submit"):
        lync_magic.fan_out("Get-CsTenant", targets, object())  # type: ignore[arg-type]


def test_a_secret_in_a_target_and_more_than_a_name_are_refused(targets: list[dict[str, Any]]) -> None:
    with pytest.raises(UsageError, match="holds a secret"):
        lync_magic.fan_out("Get-CsTenant", [{**targets[0], "password": PASSWORD}])
    with pytest.raises(UsageError, match="more than a command's name"):
        lync_magic.fan_out("Get-CsOnlineUser -ResultSize 5", targets)
    with pytest.raises(UsageError, match="named twice"):
        lync_magic.fan_out("Get-CsTenant", [targets[0], targets[0]])
