"""Interrupts, and engines that end: what stops, what is lost, what lives on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lync_magic.errors import EngineLost, PowerShellMissing
from lync_magic.powershell import Engine, EngineState, engine
from lync_magic.records import Records
from lync_magic.sessions import Session, Target, connect, local_server
from tests.powershell.conftest import Notebook


@contextmanager
def interrupted(after: float) -> Iterator[None]:
    """A kernel's interrupt, so many seconds from now."""
    timer = threading.Timer(after, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def interrupts_itself() -> str:
    """A statement of a cell: a kernel's interrupt comes a second after it, however long the cell took to get there."""
    return f"sh -c '(sleep 1; kill -INT {os.getpid()}) >/dev/null 2>&1 &'"


@pytest.mark.parametrize(
    "text",
    [
        "Start-Sleep 60",
        "while ($true) { }",
        "sleep 60",
        "Get-CsOnlineUser | ForEach-Object { Start-Sleep 1 }",
        "while ($true) { $null = Get-CsOnlineUser }",
    ],
)
def test_an_interrupt_stops_the_script_and_its_remote_command_and_keeps_the_state(
    notebook: Notebook, tenant: Session, text: str
) -> None:
    notebook.run("function Kept { 'kept' }")
    with pytest.raises(KeyboardInterrupt):
        notebook.run(f"$before = 1\n{interrupts_itself()}\n{text}")
    assert notebook.output("Kept; $before") == "kept\n1\n"
    assert tenant.availability == "Available"
    assert len(tenant.run("Get-CsTenant")) == 1


INTERRUPTS = int(os.environ.get("LYNC_MAGIC_INTERRUPTS", "6"))
"""How many at random moments; 500 take some minutes (`benchmarks/powershell_memory.py` has them timed)."""


def test_interrupts_at_random_moments_lose_nothing_and_leave_nothing(notebook: Notebook, tenant: Session) -> None:
    texts = [
        "$null = Get-CsOnlineUser",
        "Get-CsOnlineUser -ResultSize 50 | ForEach-Object { $null = Get-CsTenant }",
        "Get-CsOnlineUser -ResultSize 20 | Grant-CsVoicePolicy -PolicyName $null",
        "$null = $many",
    ]
    rows = Records.from_rows({"n": number, "text": "x" * 1_000} for number in range(3_000))
    for text in texts:
        notebook.run(f"function Kept {{ 'kept' }}; {text}")
    before, starts = held(), notebook.engine.starts
    chance = random.Random(2013)
    for number in range(INTERRUPTS):
        notebook.variables["many"] = rows[number:]
        with interrupted(chance.uniform(0, 0.3)), pytest.raises(KeyboardInterrupt):
            notebook.run(f"{texts[number % len(texts)]}; Start-Sleep 60")
        seen = notebook.output("Kept; (Get-CsTenant).DisplayName; $many.Count; $many[-1].n")
        assert seen == f"kept\nLitware, Inc.\n{3_000 - number}\n2999\n"
    assert notebook.engine.starts == starts
    assert tenant.availability == "Available"
    wait_for(lambda: held() == before)


def held() -> tuple[int, int]:
    """Descriptors and processes of this process."""
    me = psutil.Process()
    return me.num_fds(), len(me.children(recursive=True))


class Swallows:
    """Its finalizer is interrupted, where Python drops the interrupt."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_python_drops_stops_the_cell_all_the_same(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook.person, "read_line", lambda _prompt: str(Swallows()))
    with pytest.raises(KeyboardInterrupt):
        notebook.run("$null = Read-Host go; Start-Sleep 60")
    assert notebook.output("'next'") == "next\n"


def test_finally_runs_when_a_cell_is_interrupted_and_what_it_asks_then_is_refused(notebook: Notebook) -> None:
    notebook.run("$before = 1")
    last = "$said = try { Read-Host asks } catch { 'refused' }; Set-Content ended.txt $said"
    with pytest.raises(KeyboardInterrupt):
        notebook.run(f"try {{ {interrupts_itself()}; Start-Sleep 60 }} finally {{ {last} }}")
    assert notebook.output("Get-Content ended.txt; $before") == "refused\n1\n"


def test_a_script_that_does_not_stop_is_ended_with_its_process_and_said_to_be_lost(own_notebook: Notebook) -> None:
    own_notebook.run("$kept = 7; function Lost { }")
    with pytest.raises(EngineLost, match="did not stop"):
        own_notebook.run(f"{interrupts_itself()}; 1..1e9")
    assert own_notebook.engine.state is EngineState.ENDED
    assert own_notebook.output("$kept; (Get-Command Lost -ErrorAction Ignore).Count") == "7\n0\n"


def test_an_engine_killed_in_a_cell_is_said_and_the_next_cell_has_another(
    own_notebook: Notebook, tenant: Session
) -> None:
    own_notebook.run("$kept = 'yes'")
    with pytest.raises(EngineLost, match="has ended"):
        own_notebook.run("Get-CsTenant | Out-Null; Stop-Process -Id $PID -Force; Start-Sleep 30")
    assert own_notebook.output("$kept; (Get-CsTenant).DisplayName") == "yes\nLitware, Inc.\n"
    assert tenant.availability == "Available"


def test_an_engine_killed_between_two_cells_is_found_out(own_notebook: Notebook) -> None:
    own_notebook.run("1")
    os.kill(own_notebook.engine.pid, signal.SIGKILL)
    shown = own_notebook.run("2")
    assert shown.printed == "2\n"
    assert "had ended" in shown.warnings[0]
    assert own_notebook.run("3").warnings == []


@pytest.mark.skipif(os.name != "posix", reason="elsewhere such pipes are no files")
def test_a_local_session_that_is_killed_leaves_no_file(
    powershell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = set(psutil.Process().children(recursive=True))  # engines of other tests of this process
    session = connect(Target(process=local_server(powershell)), None)
    try:
        started = set(psutil.Process().children(recursive=True)) - before
        (process,) = [one for one in started if one.name() == "pwsh"]
        assert list(tmp_path.iterdir()) == []
        process.kill()
        psutil.wait_procs([process])
    finally:
        session.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a process's descriptors are seen in /proc")
def test_what_a_cell_starts_has_no_part_in_the_engines_pipes(own_notebook: Notebook) -> None:
    assert own_notebook.output("(ls /proc/self/fd).Count") == "4\n"  # its three, and the folder that it lists


def test_closing_leaves_no_process_of_the_engine_or_its_children(own_notebook: Notebook) -> None:
    own_notebook.run("$job = Start-Job { Start-Sleep 600 }; $sleeper = Start-Process sleep 600 -PassThru")
    engine = psutil.Process(own_notebook.engine.pid)
    family = [engine, *engine.children(recursive=True)]
    assert len(family) > 1
    own_notebook.engine.close()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert not alive


def test_a_restart_gives_a_new_engine(own_notebook: Notebook) -> None:
    own_notebook.run("function Old { }")
    before = own_notebook.engine.pid
    own_notebook.engine.restart()
    assert own_notebook.engine.pid != before
    assert own_notebook.output("(Get-Command Old -ErrorAction Ignore).Count") == "0\n"


def test_a_session_that_ends_in_the_middle_is_an_error_of_the_call(notebook: Notebook) -> None:
    from lync_magic.importing import import_session
    from lync_magic.sessions import Target, connect
    from tests.powershell.conftest import SANDBOX, Names

    before = time.monotonic()
    with connect(Target(process=SANDBOX), None, timeout=60) as session:
        import_session(session, prefix="Dying", namespace=Names())
        (child,) = [one for one in psutil.Process().children() if "--stdio" in one.cmdline() and one.create_time() > 0][
            -1:
        ]
        notebook.variables["victim"] = child.pid
        shown = notebook.run(
            "Get-DyingCsOnlineUser | ForEach-Object { Stop-Process -Id $victim -Force -ErrorAction Ignore }; 'went on'"
        )
    assert shown.printed == "went on\n"
    assert time.monotonic() - before < 60


@pytest.mark.timeout(180)
@pytest.mark.parametrize("text", ["1..1e9", "$null = Start-Process sleep 600 -PassThru; Start-Sleep 600"])
def test_a_kernel_that_is_killed_leaves_no_engine_and_nothing_that_it_started(powershell: str, text: str) -> None:
    kernel = subprocess.Popen(
        [sys.executable, "-c", KERNEL, powershell, text], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert kernel.stdout is not None
    engine = psutil.Process(int(kernel.stdout.readline()))
    wait_for(lambda: engine.cpu_times().user > 0 and (len(engine.children()) > 0 or "1e9" in text))
    family = [engine, *engine.children(recursive=True)]
    kernel.kill()
    kernel.wait()
    _, alive = psutil.wait_procs(family, timeout=100)
    assert not alive


KERNEL = """
import sys
from lync_magic.powershell import Engine
from lync_magic.psrp import Pipeline
engine = Engine(sys.argv[1])
engine.start()
print(engine.pid, flush=True)
list(engine.run(Pipeline.script(sys.argv[2])))
"""


def wait_for(seen: Callable[[], bool]) -> None:
    """Wait until something is seen, at most a minute."""
    until = time.monotonic() + 60
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_powershell_that_cannot_read_what_cells_need_is_said_to_be_too_old(
    powershell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "prelude", lambda: "function Newer { process { } cleaner { } }")
    old = Engine(powershell)
    with pytest.raises(PowerShellMissing, match="older than PowerShell 7.3"):
        old.start()
    assert old.state is EngineState.ENDED
