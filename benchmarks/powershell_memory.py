"""How much memory a large result takes on its way through the engine, and what many interrupts leave behind.

    python benchmarks/powershell_memory.py [--objects 1000000] [--interrupts 500]

The server is another PowerShell, whose function gives the objects; it is imported like any command. The growth is that
of the kernel's and of the engine's process, at their peaks, over what they hold after a first call. Interrupts come at
random moments of cells that call a remote command, feed one, or wait.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import psutil
from powershell import Names, Quiet, World, sandbox

from lync_magic.errors import LyncError
from lync_magic.importing import import_session
from lync_magic.powershell import Cells, Engine
from lync_magic.psrp import Pipeline
from lync_magic.sessions import Target, connect, find_powershell, local_server

MIB = 1024**2
MANY = (
    "function global:Get-Many([int]$Count) { foreach ($i in 1..$Count) { "
    '[pscustomobject]@{ Id = $i; Name = "user $i"; Address = "sip:user$i@litwareinc.com" } } }; '
    "function global:Get-One([int]$Id) { $Id }"
)
CALLS = (
    "$null = Get-CsOnlineUser -ResultSize 100",
    "Get-CsOnlineUser -ResultSize 50 | ForEach-Object { $null = Get-CsTenant }",
    "Get-CsOnlineUser -ResultSize 20 | Grant-CsVoicePolicy -PolicyName $null",
    "foreach ($i in 1..20) { $null = Get-CsTenant }",
    "$users = Get-CsOnlineUser; $users.Count",
    "try { Get-CsTenant | Out-Null; Start-Sleep 1 } finally { $ended = 1 }",
)


class Peak:
    """The greatest resident memory of processes, looked at on a thread of its own."""

    def __init__(self, *pids: int) -> None:
        self._processes = [psutil.Process(pid) for pid in pids]
        self._start = self.most = self._now()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def growth(self) -> list[float]:
        """MiB, for each process."""
        return [(most - start) / MIB for most, start in zip(self.most, self._start, strict=True)]

    def _now(self) -> list[int]:
        return [process.memory_info().rss for process in self._processes]

    def _look(self) -> None:
        while not self._over.wait(0.05):
            self.most = list(map(max, self.most, self._now()))


def memory(objects: int) -> None:
    """The growth while a large result comes, and while another command has it read ahead."""
    texts = {
        "counted as they come": f"(Get-Many {objects} | Measure-Object).Count",
        "read ahead for a command within": f"$n = 0; Get-Many {objects} | "
        "ForEach-Object { if (-not $n++) { $null = Get-One 1 } }; $n",
    }
    with connect(Target(process=local_server()), None, timeout=60) as session:
        session.run(Pipeline.script(MANY))
        import_session(session, names=["Get-Many", "Get-One"], namespace=Names())
        engine = Engine()
        cells = Cells(engine, {})
        print(f"| {objects:,} objects | seconds | the kernel, MiB | the engine, MiB |\n|---|---:|---:|---:|")
        for what, text in texts.items():
            cells.run(text.replace(str(objects), "20000"), World(), Quiet())
            with Peak(os.getpid(), engine.pid) as peak:
                start = time.perf_counter()
                end = cells.run(text, World(), Quiet())
                seconds = time.perf_counter() - start
            assert list(end.objects) == [objects], end.text
            print(f"| {what} | {seconds:.0f} | {' | '.join(f'{one:.0f}' for one in peak.growth)} |")
        engine.close()


def held() -> Counter[str]:
    """What this process holds: descriptors, threads, processes below it."""
    me = psutil.Process()
    return Counter(descriptors=me.num_fds(), threads=threading.active_count(), processes=len(me.children(True)))


def interrupts(count: int) -> None:
    """Interrupt cells at random moments; each time the next cell must run and the session answer."""
    chance = random.Random(2013)
    with connect(Target(process=sandbox(200)), None, timeout=60) as session:
        import_session(session, namespace=Names())
        engine = Engine()
        cells = Cells(engine, {})
        run: Callable[[str], Any] = lambda text: cells.run(text, World(), Quiet())  # noqa: E731 - one word for many
        for text in CALLS:
            run(text)
        before, starts, found = held(), engine.starts, Counter[str]()
        slowest = 0.0
        for _ in range(count):
            moment = chance.uniform(0, 0.06)
            timer = threading.Timer(moment, os.kill, (os.getpid(), signal.SIGINT))
            start, ran = time.perf_counter(), False
            try:
                timer.start()
                run(chance.choice(CALLS))
                ran = True
                while time.perf_counter() - start < moment + 0.5:
                    time.sleep(0.01)
                found["told where Python takes no interrupt"] += 1
            except KeyboardInterrupt:
                found["ran to its end before" if ran else "interrupted"] += 1
                slowest = max(slowest, 0 if ran else time.perf_counter() - start - moment)
            except LyncError as error:
                found[f"{type(error).__name__}: {error.message}"] += 1
            timer.join()
            end = run("'kept'; (Get-CsTenant).DisplayName")
            assert not end.failed, end.text
            assert list(end.objects) == ["kept", "Litware, Inc."]
        time.sleep(0.5)
        after = held()
        print(
            f"\n{count} interrupts: {dict(found)}; the slowest took {slowest:.2f} s; engines started: {engine.starts}"
        )
        print(f"held before: {dict(before)}; after: {dict(after)}")
        assert engine.starts == starts
        assert session.availability == "Available"
        engine.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--interrupts", type=int, default=500)
    told = parser.parse_args()
    if find_powershell() is None:
        sys.exit("There is no PowerShell here.")
    if told.objects:
        memory(told.objects)
    if told.interrupts:
        interrupts(told.interrupts)


if __name__ == "__main__":
    main()
