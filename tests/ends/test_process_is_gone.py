"""However a script ends whose session is a process of its own: that process ends too, and nobody waits for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

CONNECT = """
import os, signal, sys, time
import psutil
import lync_magic
session = lync_magic.connect(process=[sys.executable, "-m", "lync_magic.sandbox", "--stdio", "--delay", "0.01"])
server = psutil.Process().children()[0].pid
print(server, flush=True)
"""
STREAM = "rows = iter(session.stream('Get-CsOnlineUser')); next(rows)\n"
SECONDS = 60.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the ends are POSIX's")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="it comes to its end"),
        pytest.param("raise ValueError", id="it raises"),
        pytest.param("os._exit(0)", id="it leaves at once"),
        pytest.param("os.kill(os.getpid(), signal.SIGTERM)", id="SIGTERM"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", id="SIGKILL"),
        pytest.param(STREAM + "os.kill(os.getpid(), signal.SIGKILL)", id="SIGKILL while reading"),
        pytest.param("os.kill(server, signal.SIGSTOP)", id="the process is stopped"),
        pytest.param("os.kill(server, signal.SIGSTOP); raise ValueError", id="it is stopped, and the script raises"),
        pytest.param(
            "os.kill(server, signal.SIGSTOP)\nsession.close(timeout=1)", id="it is stopped, and the script closes"
        ),
    ],
)
def test_the_process_ends_with_the_script(ended: Callable[[int], bool], body: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CONNECT + body], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said, errors = process.communicate(timeout=SECONDS)
    assert said, errors
    assert ended(int(said.split()[0]))


@pytest.mark.parametrize("act", ["os._exit(0)", "sys.exit(0)", "session.close(); os._exit(0)"])
def test_a_forked_child_leaves_the_process_to_its_parent(act: str) -> None:
    body = (
        f"child = os.fork()\nif child == 0:\n    {act}\n"
        "os.waitpid(child, 0)\nprint('USABLE', len(session.run('Get-CsTenant')))\n"
    )
    done = subprocess.run([sys.executable, "-c", CONNECT + body], capture_output=True, text=True, timeout=SECONDS)
    assert "USABLE 1" in done.stdout, done.stderr
