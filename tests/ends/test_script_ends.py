"""However a script ends that holds a session: its seat is free at once, or, where nobody can act, with the lease."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

Script = Callable[[str], "subprocess.Popen[str]"]
SECONDS = 30.0
STREAM = """
def read():
    for batch in session.stream("Get-CsOnlineUser"):
        time.sleep(0.2)
"""
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the ends are POSIX's")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("", 0, id="it comes to its end"),
        pytest.param("raise ValueError", 1, id="it raises"),
        pytest.param("sys.exit(3)", 3, id="it leaves by sys.exit"),
        pytest.param("exit()", 0, id="it leaves by exit()"),
        pytest.param(
            "done = threading.Thread(target=lambda: sys.exit(1)); done.start(); done.join()", 0, id="a thread leaves"
        ),
        pytest.param("rows = iter(session.stream('Get-CsOnlineUser')); next(rows)", 0, id="a result is half read"),
        pytest.param(
            "rows = iter(session.stream('Get-CsOnlineUser')); next(rows); raise ValueError",
            1,
            id="half read, it raises",
        ),
        pytest.param(
            STREAM + "threading.Thread(target=read, daemon=True).start(); time.sleep(0.5)",
            0,
            id="a daemon thread reads",
        ),
        pytest.param(
            "import asyncio\n"
            "async def main():\n    await session.arun('Get-CsTenant')\n    raise ValueError\n"
            "asyncio.run(main())",
            1,
            id="a coroutine raises",
        ),
        pytest.param("import atexit; atexit.register(time.sleep, 1)", 0, id="another exit hook is slow"),
        pytest.param(
            "import resource\n"
            "used = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
            "resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20),) * 2)\n"
            "held = [bytearray(1 << 16) for _ in iter(int, 1)]",
            1,
            id="there is no memory left",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="/proc tells how much memory is used"),
        ),
    ],
)
def test_the_seat_is_free_at_once(tenant: Any, script: Script, body: str, code: int) -> None:
    process = script(body)
    output = process.communicate(timeout=SECONDS)
    assert tenant.is_empty_soon()
    assert process.returncode == code, output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "reading"])
def test_the_seat_is_free_at_once_when_a_signal_ends_it(
    tenant: Any, script: Script, number: signal.Signals, busy: bool
) -> None:
    idle = "while True: time.sleep(0.1)"  # a signal that comes just before Python sleeps is heard only after that
    process = script(STREAM + "print('NOW', flush=True)\n" + ("read()" if busy else idle))
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    process.communicate(timeout=SECONDS)
    assert tenant.is_empty_soon()
    assert process.returncode == -number  # as it would have ended without us


def test_the_seat_is_free_at_once_though_a_thread_of_the_persons_own_goes_on(tenant: Any, script: Script) -> None:
    process = script("threading.Thread(target=time.sleep, args=(600,)).start()")
    assert tenant.is_empty_soon()
    assert process.poll() is None


def test_the_seat_is_free_at_once_though_a_thread_that_is_no_daemon_reads(tenant: Any, script: Script) -> None:
    body = "def read():\n    while True:\n        for batch in session.stream('Get-CsOnlineUser'): pass\n"
    script(body + "threading.Thread(target=read).start()")
    assert tenant.is_empty_soon()


def test_what_another_handler_of_a_signal_does_is_still_done(tenant: Any, script: Script) -> None:
    process = script(
        "def leave(*_):\n    os.write(1, b'MINE\\n')  # print below may be at it\n    sys.exit(7)\n"
        "signal.signal(signal.SIGTERM, leave)\nprint('NOW', flush=True)\ntime.sleep(60)"
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=SECONDS)
    assert tenant.is_empty_soon()
    assert (said, process.returncode) == ("MINE\n", 7)


@pytest.mark.parametrize(
    "body",
    [
        "os._exit(0)",
        "os.abort()",
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.execv('/bin/true', ['true'])",
    ],
)
def test_the_seat_is_free_with_the_lease_where_nobody_can_act(tenant: Any, script: Script, body: str) -> None:
    script(f"time.sleep(0.2)\n{body}").communicate(timeout=SECONDS)
    assert [seat["idle_timeout"] for seat in tenant.seats] == [60]
    assert tenant.is_empty_after_the_lease()


@pytest.mark.parametrize(
    "act",
    [
        "os._exit(0)",
        "sys.exit(0)",
        "session.close(); os._exit(0)",
        "use()",
        "exec('with session: raise ValueError')",
    ],
    ids=["leaves", "leaves by sys.exit", "closes", "uses it", "leaves a with block"],
)
def test_a_forked_child_leaves_the_seat_to_its_parent(tenant: Any, script: Script, act: str) -> None:
    process = script(
        "def use():\n    try: session.run('Get-CsTenant')\n    finally: os._exit(0)\n"
        f"child = os.fork()\nif child == 0:\n    {act}\n"
        "os.waitpid(child, 0)\n"
        "print('USABLE', len(session.run('Get-CsOnlineUser')) > 0, flush=True)\nsys.stdin.read()\n"
    )
    said, errors = process.communicate(timeout=SECONDS)
    assert "USABLE True" in said, errors
    assert tenant.is_empty_soon()


def test_a_forked_child_is_told_that_the_session_is_its_parents(tenant: Any, script: Script) -> None:
    process = script(
        "child = os.fork()\nif child == 0:\n"
        "    try: session.run('Get-CsTenant')\n"
        "    except lync_magic.errors.LyncError as error: print(error, flush=True)\n"
        "    os._exit(0)\nos.waitpid(child, 0)"
    )
    said, _ = process.communicate(timeout=SECONDS)
    assert "forked" in said


def test_a_child_of_multiprocessing_leaves_the_seat_to_its_parent(tenant: Any, script: Script) -> None:
    process = script(
        "import multiprocessing\n"
        "child = multiprocessing.get_context('fork').Process(target=print, args=('child',))\n"
        "child.start(); child.join()\nprint(len(session.run('Get-CsTenant')), flush=True)"
    )
    said, errors = process.communicate(timeout=SECONDS)
    assert said.split() == ["child", "1"], errors
    assert tenant.is_empty_soon()
