"""However a program ends that holds a session over ssh: no ssh, no connection, no socket and no file is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from sshd import PHRASE

DEADLINE = 30.0
PROGRAM = """
import os, signal, sys, threading, time
import lync_magic
session = lync_magic.connect(ssh={place!r}, ssh_options={options!r}, password={phrase!r})
print("READY", len(os.listdir({places!r})), flush=True)
{then}
"""
READS = "for batch in session.stream('Get-CsOnlineUser'): time.sleep(60)"
WAITS = "time.sleep(600)"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the ends are POSIX's")


@pytest.mark.parametrize(
    ("then", "end"),
    [
        (WAITS, subprocess.Popen.kill),
        (READS, subprocess.Popen.kill),
        (WAITS, subprocess.Popen.terminate),
        (WAITS, lambda program: program.send_signal(signal.SIGHUP)),
        ("", lambda program: None),
        ("os._exit(1)", lambda program: None),
    ],
    ids=["killed", "killed while it reads", "terminated", "hung up", "ended", "ended at once"],
)
def test_nothing_is_left(sshd: Any, short_folder: Path, then: str, end: Callable[[Any], None]) -> None:
    script = PROGRAM.format(
        place=sshd.place, options=sshd.options(key="locked_key"), phrase=PHRASE, places=str(short_folder), then=then
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=_environment(short_folder)
    )
    assert program.stdout is not None
    assert program.stdout.readline().split() == ["READY", "0"]  # the folder of the questions is gone already
    children = psutil.Process(program.pid).children(recursive=True) if program.poll() is None else []
    end(program)
    program.wait(DEADLINE)
    _gone, alive = psutil.wait_procs(children, DEADLINE)
    assert alive == []
    assert sshd.is_idle_soon()
    assert list(short_folder.iterdir()) == []


def test_a_kernel_that_is_killed_while_its_form_waits_leaves_nothing(
    sshd: Any, bare_kernel: Any, short_folder: Path
) -> None:
    kernel = bare_kernel
    kernel.run(
        f"import os, tempfile; tempfile.tempdir = {str(short_folder)!r}; os.environ.pop('XDG_RUNTIME_DIR', None)"
    )
    options = " ".join(f"--ssh-option {one}" for one in sshd.options(key="locked_key"))
    kernel.run(f"%lync connect --ssh {sshd.place} {options}")
    children = psutil.Process(kernel.pid).children(recursive=True)
    assert any(one.name() == "ssh" for one in children)
    assert [one.name[:9] for one in short_folder.iterdir()] == ["lync-ask-"]
    os.kill(kernel.pid, signal.SIGKILL)
    _gone, alive = psutil.wait_procs(children, DEADLINE)
    assert alive == []
    assert sshd.is_idle_soon()
    end = time.monotonic() + DEADLINE
    while list(short_folder.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert list(short_folder.iterdir()) == []


def _environment(folder: Path) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}, "TMPDIR": str(folder)}
