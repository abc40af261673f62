"""The kernel of PowerShell against PowerShell itself, and against another kernel where one is named.

    python benchmarks/kernel.py [--theirs PYTHON]

PYTHON: an interpreter that has the package `powershell_kernel` (vors/jupyter-powershell); it is run with TERM=dumb,
without which most of its cells do not end. Each way takes turns with the others; medians of five, of a hundred for a
cell. Start: from starting the process to the first result. Beside ours stands what `ipykernel` with its first result
and `pwsh -c 1` take when both start at the same moment. "Of a processor": what the kernel and all that it started used,
which other work on the machine changes less than the seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from lync_magic.sessions import find_powershell, powershell_environment

SPECS = Path(__file__).parents[1] / "kernelspecs"
ROUNDS = 5
CELLS = 100
LIMIT = 60.0


def spec(argv: list[str], folder: Path, env: dict[str, str]) -> KernelSpecManager:
    """A kernelspec of its own."""
    place = folder / "measured"
    place.mkdir(exist_ok=True)
    told = {"argv": argv, "display_name": "measured", "language": "powershell", "env": env}
    (place / "kernel.json").write_text(json.dumps(told))
    return KernelSpecManager(kernel_dirs=[str(folder)])


class Kernel:
    """A kernel that runs."""

    def __init__(self, name: str, specs: KernelSpecManager, text: str = "1") -> None:
        begun = time.perf_counter()
        self.manager = KernelManager(kernel_name=name, kernel_spec_manager=specs)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT)
        self.run(text)
        self.started = time.perf_counter() - begun

    def run(self, text: str, *, on_busy: Callable[[], None] | None = None) -> tuple[float, int]:
        """Run a cell; seconds until it is idle, and how many messages it gave."""
        begun = time.perf_counter()
        cell = self.client.execute(text)
        messages = 0
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT)
            if message["parent_header"].get("msg_id") != cell:
                continue
            if message["msg_type"] == "status":
                if message["content"]["execution_state"] == "idle":
                    break
                if on_busy is not None:
                    on_busy()
            else:
                messages += 1
        took = time.perf_counter() - begun
        while self.client.get_shell_msg(timeout=LIMIT)["parent_header"].get("msg_id") != cell:
            continue
        return took, messages - 1  # the input comes back too

    def processor(self) -> float:
        """Seconds of a processor that it and all that it started have used."""
        own = psutil.Process(self.manager.provisioner.pid)
        times = [one.cpu_times() for one in (own, *own.children(recursive=True))]
        return float(sum(one.user + one.system for one in times))

    def complete(self, text: str) -> float:
        begun = time.perf_counter()
        asked = self.client.complete(text)
        while self.client.get_shell_msg(timeout=LIMIT)["parent_header"].get("msg_id") != asked:
            continue
        return time.perf_counter() - begun

    def stop(self, text: str) -> float | None:
        """Seconds from an interrupt, one second into a cell, to its end; None where it did not end."""
        at: list[float] = []

        def interrupt() -> None:
            time.sleep(1)
            at.append(time.perf_counter())
            self.manager.interrupt_kernel()

        waiting = threading.Thread(target=interrupt)
        with suppress(queue.Empty):
            self.run(text, on_busy=lambda: None if waiting.ident else waiting.start())
            return time.perf_counter() - at[0]
        return None

    def end(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@contextmanager
def started(name: str, specs: KernelSpecManager, text: str = "1") -> Iterator[Kernel]:
    kernel = Kernel(name, specs, text)
    try:
        yield kernel
    finally:
        kernel.end()


def powershell(program: Path, text: str) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [program, "-NoProfile", "-NoLogo", "-c", text],
        env=powershell_environment(program),
        stdout=subprocess.PIPE,
        check=True,
    )
    return time.perf_counter() - begun


def side_by_side(program: Path, specs: KernelSpecManager) -> float:
    """ipykernel's first result and PowerShell's, begun at the same moment, until both are there."""
    begun = time.perf_counter()
    beside = threading.Thread(target=powershell, args=(program, "1"))
    beside.start()
    with started("ipython", specs):
        beside.join()
        return time.perf_counter() - begun


def row(what: str, *values: object) -> None:
    shown = [f"{value:.3g}" if isinstance(value, float) else str(value) for value in values]
    print(f"| {what} | " + " | ".join(shown) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--theirs")
    theirs_python = parser.parse_args().theirs
    program = find_powershell()
    assert program is not None, "there is no PowerShell"
    ours = KernelSpecManager(kernel_dirs=[str(SPECS)])
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as plain:
        theirs: KernelSpecManager | None = None
        if theirs_python:
            env = {**powershell_environment(program), "TERM": "dumb", "powershell_command": str(program)}
            env = {name: env[name] for name in ("TERM", "powershell_command", "DOTNET_ROOT") if name in env}
            theirs = spec([theirs_python, "-m", "powershell_kernel", "-f", "{connection_file}"], Path(folder), env)
        (Path(plain) / "ipython").mkdir()
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        told = {"argv": argv, "display_name": "", "language": "python"}
        (Path(plain) / "ipython" / "kernel.json").write_text(json.dumps(told))
        measure(program, ours, theirs, KernelSpecManager(kernel_dirs=[plain]))


def measure(
    program: Path, ours: KernelSpecManager, theirs: KernelSpecManager | None, ipython: KernelSpecManager
) -> None:
    print("| what | ours | PowerShell itself | theirs |\n|---|---:|---:|---:|")
    starts: dict[str, list[float]] = {"ours": [], "beside": [], "theirs": []}
    powershell(program, "1")
    for _ in range(ROUNDS):
        with started("lync_magic", ours) as kernel:
            starts["ours"].append(kernel.started)
        starts["beside"].append(side_by_side(program, ipython))
        if theirs is not None:
            with started("measured", theirs) as kernel:
                starts["theirs"].append(kernel.started)
    row("start to first result, s", *(median(one) if one else "-" for one in starts.values()))
    with started("lync_magic", ours) as first:
        second: Any = Kernel("measured", theirs) if theirs is not None else None
        try:
            compared(program, first, second)
        finally:
            if second is not None:
                second.end()


def compared(program: Path, ours: Kernel, theirs: Kernel | None) -> None:
    def both(work: Callable[[Kernel], Any]) -> tuple[Any, Any]:
        return work(ours), work(theirs) if theirs is not None else "-"

    def cell(text: str, times: int) -> tuple[float | str, float | str]:
        mine, yours = [], []
        for _ in range(times):
            mine.append(ours.run(text)[0] * 1000)
            if theirs is not None:
                yours.append(theirs.run(text)[0] * 1000)
        return median(mine), median(yours) if yours else "-"

    before = ours.processor()
    mine, yours = cell("1 + 1", CELLS)
    row("cell `1 + 1`, ms", mine, "-", yours)
    row("cell `1 + 1`, ms of a processor", (ours.processor() - before) * 1000 / CELLS, "-", "-")
    python = median(ours.run("%%python\n1 + 1")[0] * 1000 for _ in range(CELLS))
    row("the same of Python in our kernel, ms", python, "-", "-")
    mine, yours = cell("Get-Process | Select-Object -First 3", 20)
    row("cell `Get-Process | Select-Object -First 3`, ms", mine, "-", yours)
    row("completion `Get-ChildI`, ms", median(ours.complete("Get-ChildI") * 1000 for _ in range(20)), "-", "-")
    base = median(powershell(program, "1") for _ in range(3))
    for what, text in (("lines", '1..20000 | ForEach-Object { "line $_" }'), ("objects", OBJECTS)):
        own = median(powershell(program, text) for _ in range(3)) - base
        before = ours.processor()
        taken = [both(lambda kernel, text=text: kernel.run(text)) for _ in range(3)]
        mine = median(one[0][0] for one in taken)
        yours = median(one[1][0] for one in taken) if theirs is not None else "-"
        row(f"20,000 {what}, s", mine, own, yours)
        row(f"20,000 {what}, s of a processor", (ours.processor() - before) / 3, "-", "-")
        row(f"20,000 {what}, messages", taken[-1][0][1], "-", taken[-1][1][1] if theirs is not None else "-")
    for text in ("Start-Sleep 60", "while ($true) { }", "/bin/sleep 60"):
        row(f"stop of `{text}`, s", ours.stop(text), "-", "not tried")


OBJECTS = '1..20000 | ForEach-Object { [pscustomobject]@{ A = $_; B = "b$_" } }'

if __name__ == "__main__":
    os.environ.setdefault("POWERSHELL_TELEMETRY_OPTOUT", "1")
    main()
