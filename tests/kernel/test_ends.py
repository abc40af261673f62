"""What is left of a kernel after each of its ends: no process that it started, no socket, no temporary file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.kernel.conftest import Kernel

pytestmark = [pytest.mark.usefixtures("powershell"), pytest.mark.timeout(180)]

CHILDREN = (
    "$null = Start-Job { Start-Sleep 600 }; Start-Process sleep 600; sh -c 'sleep 600 >/dev/null 2>&1 &'; 'begun'"
)
"""What has processes of its own: a job, a program that was started, one that a shell left behind."""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files that is a kernel's own; its name is short, as a socket's must be."""
    with tempfile.TemporaryDirectory(prefix="ends") as folder:
        yield Path(folder)


@contextmanager
def family_of(temporary: Path, folder: Path) -> Iterator[tuple[Kernel, list[psutil.Process]]]:
    """A kernel with children, and all its processes; they are gone at the end, and their files with them."""
    kernel = Kernel(folder, {"TMPDIR": str(temporary)})
    try:
        assert kernel.run(CHILDREN).stdout == "begun\n"
        process = psutil.Process(kernel.manager.provisioner.pid)  # type: ignore[union-attr]
        family = [process, *process.children(recursive=True)]
        assert sum("sleep" in one.name() for one in family) >= 1
        yield kernel, family
    finally:
        kernel.stop()


def files_in(temporary: Path) -> list[str]:
    """What is there."""
    return sorted(one.name for one in temporary.iterdir())


def gone(family: list[psutil.Process], temporary: Path) -> None:
    """Nothing of a kernel is there any more."""
    _, alive = psutil.wait_procs(family, timeout=60)
    assert not alive
    assert files_in(temporary) == []


def shut_down(kernel: Kernel) -> None:
    kernel.manager.shutdown_kernel(now=False)


def terminate(kernel: Kernel) -> None:
    kernel.manager.signal_kernel(signal.SIGTERM)


def kill(kernel: Kernel) -> None:
    kernel.manager.signal_kernel(signal.SIGKILL)


@pytest.mark.parametrize("end", [shut_down, terminate, kill])
def test_nothing_is_left_of_a_kernel_that_ends(temporary: Path, tmp_path: Path, end: Callable[[Kernel], None]) -> None:
    with family_of(temporary, tmp_path) as (kernel, family):
        end(kernel)
        gone(family, temporary)


def test_exit_in_a_cell_leaves_nothing_of_its_powershell(temporary: Path, tmp_path: Path) -> None:
    with family_of(temporary, tmp_path) as (kernel, (_, *powershell)):
        assert kernel.run("exit").status == "ok"
        gone(powershell, temporary)


def test_a_restart_leaves_nothing_of_the_powershell_before(temporary: Path, tmp_path: Path) -> None:
    with family_of(temporary, tmp_path) as (kernel, family):
        kernel.manager.restart_kernel(now=False)
        kernel.client.wait_for_ready(timeout=90)
        _, alive = psutil.wait_procs(family, timeout=60)
        assert not alive
        assert kernel.run("(Get-Job).Count").stdout == "0\n"


FRONT_END = """
import sys
from pathlib import Path
from tests.kernel.conftest import Kernel
kernel = Kernel(Path(sys.argv[1]), {"TMPDIR": sys.argv[3]})
assert kernel.run(sys.argv[2]).stdout == "begun\\n"
print(kernel.manager.provisioner.pid, flush=True)
sys.stdin.read()
"""


def test_nothing_is_left_of_a_kernel_whose_front_end_is_killed(temporary: Path, tmp_path: Path) -> None:
    front_end = subprocess.Popen(
        [sys.executable, "-c", FRONT_END, str(tmp_path), CHILDREN, str(temporary)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert front_end.stdout is not None
    process = psutil.Process(int(front_end.stdout.readline()))
    family = [process, *process.children(recursive=True)]
    front_end.kill()
    front_end.communicate()
    gone(family, temporary)
