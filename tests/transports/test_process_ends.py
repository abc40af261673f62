"""The process transport where the process is stopped, dies, floods or says what is damaged, and where Python forks."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from interrupting import Interrupt

from lync_magic.errors import (
    AnswerLost,
    EndpointUnreachable,
    LyncError,
    OperationTimedOut,
    SessionBroken,
    SessionClosed,
)
from lync_magic.transports import ProcessTransport, Signal

Echo = Callable[..., ProcessTransport]
SHELL = UUID(int=1)
DEADLINE = 20.0
LARGE = bytes(2 * 1024 * 1024)
"""More than a pipe holds."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and forks are POSIX's")


def opened(transport: ProcessTransport) -> ProcessTransport:
    transport.open(SHELL, b"creation", timeout=DEADLINE)
    return transport


def pid_of(transport: ProcessTransport) -> int:
    assert transport._keeper is not None
    pid = transport._keeper.pid
    assert pid is not None
    return pid


def with_pipeline(transport: ProcessTransport) -> UUID:
    pipeline = uuid4()
    opened(transport).command(pipeline, b"first", timeout=DEADLINE)
    return pipeline


def read_to_the_end(transport: ProcessTransport, pipeline: UUID) -> int:
    """How many bytes come before receiving fails."""
    size, end = 0, time.monotonic() + DEADLINE
    while time.monotonic() < end:
        size += sum(map(len, transport.receive(pipeline, timeout=1).chunks))
    return size


@pytest.fixture
def stopped(echo: Echo) -> Iterator[ProcessTransport]:
    """A session whose process is stopped, as by a debugger or by a network that froze."""
    transport = opened(echo())
    os.kill(pid_of(transport), signal.SIGSTOP)
    yield transport
    transport.close(timeout=1)


def pipes() -> dict[str, str]:
    """The descriptors of pipes and processes that are open here, where a machine tells them."""
    folder = Path("/proc/self/fd")
    found = {}
    for one in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):  # that of this listing
            found[one.name] = os.readlink(one)
    return {name: what for name, what in found.items() if what.startswith(("pipe:", "anon_inode:[pidfd]"))}


@pytest.fixture
def left() -> Callable[[], list[str]]:
    """What transports of this test have left here: their threads, and descriptors. Other tests may have some too."""
    threads_before, pipes_before = set(threading.enumerate()), pipes()

    def look() -> list[str]:
        names = {thread.name for thread in threading.enumerate() if thread not in threads_before}
        threads = [name for name in names if re.match("lync_magic (reader|errors|writer) of ", name)]
        return threads + [what for name, what in pipes().items() if pipes_before.get(name) != what]

    return look


# --- a process that is stopped ------------------------------------------------------------------------------


def test_what_a_stopped_process_was_sent_whole_may_be_done_one_day(stopped: ProcessTransport) -> None:
    with pytest.raises(AnswerLost, match="did not acknowledge"):
        stopped.command(uuid4(), b"x", timeout=0.3)


def test_what_went_into_a_full_pipe_in_part_is_lost(stopped: ProcessTransport) -> None:
    with pytest.raises(AnswerLost, match="only a part"):
        stopped.send(LARGE, timeout=0.3)


def test_what_finds_a_full_pipe_is_not_sent(stopped: ProcessTransport) -> None:
    with pytest.raises(AnswerLost):
        stopped.send(LARGE, timeout=0.3)
    with pytest.raises(OperationTimedOut, match="not sent"):
        stopped.command(uuid4(), b"x", timeout=0.3)


def test_a_line_that_was_given_up_before_it_left_never_leaves(echo: Echo) -> None:
    transport = opened(echo())
    os.kill(pid_of(transport), signal.SIGSTOP)
    with pytest.raises(AnswerLost):
        transport.send(LARGE, timeout=0.3)
    pipeline = uuid4()
    with pytest.raises(OperationTimedOut):
        transport.command(pipeline, b"not wanted", timeout=0.3)
    os.kill(pid_of(transport), signal.SIGCONT)
    transport.send(b"after", timeout=DEADLINE)
    assert transport.receive(pipeline, timeout=0.1).chunks == []


def test_a_process_that_goes_on_is_usable_again(echo: Echo) -> None:
    transport = opened(echo())
    os.kill(pid_of(transport), signal.SIGSTOP)
    with pytest.raises(AnswerLost):
        transport.send(b"late", timeout=0.3)
    os.kill(pid_of(transport), signal.SIGCONT)
    pipeline = uuid4()
    transport.command(pipeline, b"next", timeout=DEADLINE)
    assert transport.receive(pipeline, timeout=DEADLINE).chunks == [b"next"]


@pytest.mark.parametrize("act", ["close", "stop", "terminate"])
def test_a_stopped_process_keeps_nobody_longer_than_the_deadline(echo: Echo, act: str) -> None:
    transport = echo()
    pipeline = with_pipeline(transport)
    os.kill(pid_of(transport), signal.SIGSTOP)
    with pytest.raises(AnswerLost):
        transport.send(LARGE, pipeline, timeout=0.3)
    acts = {
        "close": lambda: transport.close(timeout=0.5),
        "stop": lambda: transport.signal(pipeline, Signal.STOP, timeout=0.5),
        "terminate": lambda: transport.signal(pipeline, Signal.TERMINATE, timeout=0.5),
    }
    start = time.monotonic()
    try:
        acts[act]()
    except OperationTimedOut:
        pass
    assert time.monotonic() - start < DEADLINE  # a wait without an end, not a slow one, is what this would be


def test_closing_ends_a_stopped_process(echo: Echo, children: Callable[[], set[int]]) -> None:
    transport = opened(echo())
    os.kill(pid_of(transport), signal.SIGSTOP)
    transport.close(timeout=1)
    assert not children()


def test_python_ends_while_a_process_is_stopped_under_a_full_pipe(echo_program: Path) -> None:
    script = f"""
import os, signal, sys
from uuid import UUID
from lync_magic.errors import LyncError
from lync_magic.transports import ProcessTransport
transport = ProcessTransport([sys.executable, {str(echo_program)!r}])
transport.open(UUID(int=1), b"x", timeout=20)
os.kill(transport._keeper.pid, signal.SIGSTOP)
try:
    transport.send(bytes(1 << 21), timeout=0.2)
except LyncError as error:
    print(type(error).__name__, transport._keeper.pid)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=DEADLINE)
    name, pid = done.stdout.split()
    os.kill(int(pid), signal.SIGKILL)
    assert (name, done.returncode) == ("AnswerLost", 0)


# --- a process that dies ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fatal", [signal.SIGKILL, signal.SIGTERM])
def test_the_signal_that_ended_a_process_is_named(echo: Echo, fatal: signal.Signals) -> None:
    transport = echo()
    pipeline = with_pipeline(transport)
    os.kill(pid_of(transport), fatal)
    with pytest.raises(SessionBroken, match=f"killed by {fatal.name}"):
        read_to_the_end(transport, pipeline)


def test_the_end_of_a_process_is_noticed_though_its_child_holds_the_pipes(echo: Echo) -> None:
    transport = echo("--child")
    pipeline = with_pipeline(transport)
    os.kill(pid_of(transport), signal.SIGKILL)
    with pytest.raises(SessionBroken, match="killed by SIGKILL"):
        read_to_the_end(transport, pipeline)


def test_what_was_under_way_when_the_process_died_may_have_been_done(echo: Echo) -> None:
    transport = echo()
    pipeline = with_pipeline(transport)
    os.kill(pid_of(transport), signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (pid_of(transport), signal.SIGKILL)).start()
    with pytest.raises(AnswerLost, match="killed by SIGKILL"):
        transport.send(b"x", pipeline, timeout=DEADLINE)


def test_a_pipeline_whose_place_was_not_made_when_the_process_died_was_not_run(echo: Echo) -> None:
    transport = opened(echo("--mute"))
    threading.Timer(0.3, os.kill, (pid_of(transport), signal.SIGKILL)).start()
    with pytest.raises(SessionBroken, match="killed by SIGKILL") as caught:
        transport.command(uuid4(), b"x", timeout=DEADLINE)
    assert not isinstance(caught.value, AnswerLost)


def test_what_is_begun_after_the_process_died_is_not_sent(echo: Echo) -> None:
    transport = echo()
    pipeline = with_pipeline(transport)
    os.kill(pid_of(transport), signal.SIGKILL)
    with pytest.raises(SessionBroken):
        read_to_the_end(transport, pipeline)
    with pytest.raises(SessionBroken) as caught:
        transport.command(uuid4(), b"x", timeout=DEADLINE)
    assert not isinstance(caught.value, AnswerLost)


# --- floods -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["stop", "close", "kill"])
def test_a_flood_can_be_stopped_closed_and_killed(echo: Echo, children: Callable[[], set[int]], act: str) -> None:
    transport = echo("--flood", "4000")
    pipeline = with_pipeline(transport)
    if act == "stop":
        transport.signal(pipeline, Signal.STOP, timeout=DEADLINE)
    elif act == "kill":
        os.kill(pid_of(transport), signal.SIGKILL)
        with pytest.raises(SessionBroken, match="SIGKILL"):
            read_to_the_end(transport, pipeline)
    transport.close(timeout=1)
    assert not children()


def test_errors_may_flood(echo: Echo) -> None:
    transport = echo("--errors", "32")
    pipeline = with_pipeline(transport)
    assert b"".join(transport.receive(pipeline, timeout=DEADLINE).chunks) == b"first"


def test_a_line_may_be_as_long_as_the_protocol_allows(echo: Echo) -> None:
    transport = echo("--line", "60")
    pipeline = with_pipeline(transport)
    (chunk, *_) = transport.receive(pipeline, timeout=DEADLINE).chunks
    assert len(chunk) > 40 * 1024 * 1024


def test_a_line_without_an_end_is_given_up(echo: Echo) -> None:
    transport = ProcessTransport([sys.executable, "-c", "while True: print('x' * 100000, end='')"])
    with pytest.raises(LyncError, match="does not speak"):
        transport.open(SHELL, b"x", timeout=DEADLINE)
    transport.close(timeout=5)


def test_two_sessions_do_not_disturb_each_other(echo: Echo) -> None:
    one, other = echo(), echo("--flood", "4000")
    flooded = with_pipeline(other)
    pipeline = with_pipeline(one)
    other.close(timeout=2)
    one.send(b"second", pipeline, timeout=DEADLINE)
    got = b""
    while got != b"firstsecond":
        got += b"".join(one.receive(pipeline, timeout=DEADLINE).chunks)
    with pytest.raises(SessionClosed):
        read_to_the_end(other, flooded)


# --- answers that are damaged -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("<Data Stream='Default' PSGuid='PIPELINE'>AAA</Data>\n", "cannot be read"),
        ("<Data Stream='Default' PSGuid='PIPELINE'>AA*A</Data>\n", "cannot be read"),
        ("<Data Stream='Default' PSGuid='PIPELINE'>AAAA</Data><DataAck PSGuid='PIPELINE' />\n", "cannot be read"),
        ("<Dota Stream='Default' PSGuid='PIPELINE'>AAAA</Dota>\n", "cannot be read"),
        ("<Command PSGuid='PIPELINE' />\n", "cannot be read"),
        ("<DataAck PSGuid='PIPELINE' />\n", "twice"),
        ("<SignalAck PSGuid='PIPELINE' />\n", "not sent"),
        ("<Data Stream='Default' PSGuid='00000000-0000-0000-0000-00000000000f'>AAAA</Data>\n", "not of this session"),
        ("<DataAck PSGuid='00000000-0000-0000-0000-00000000000f' />\n", "not of this session"),
    ],
)
def test_a_damaged_answer_breaks_the_session(echo: Echo, said: str, told: str) -> None:
    transport = echo("--say", said)
    with pytest.raises(SessionBroken, match=told):
        read_to_the_end(transport, with_pipeline(transport))


def test_what_a_server_program_writes_before_a_packet_costs_nothing(echo: Echo) -> None:
    transport = echo("--say", "<b>working</b> … ")
    pipeline = with_pipeline(transport)
    assert transport.receive(pipeline, timeout=DEADLINE).chunks == [b"first"]


# --- closing ------------------------------------------------------------------------------------------------


def test_closing_leaves_no_thread_no_descriptor_and_no_process(
    echo_program: Path, left: Callable[[], list[str]]
) -> None:
    transport = ProcessTransport([sys.executable, str(echo_program)])
    pipeline = with_pipeline(transport)
    pid = pid_of(transport)
    transport.receive(pipeline, timeout=DEADLINE)
    transport.close(timeout=DEADLINE)
    assert not left()
    with pytest.raises(ProcessLookupError):  # a zombie would still be there
        os.kill(pid, 0)


@pytest.mark.parametrize("program", [["/nowhere/pwsh"], ["cat"], [sys.executable, "-c", ""]])
def test_an_opening_that_failed_leaves_nothing_once_it_is_closed(
    program: list[str], left: Callable[[], list[str]]
) -> None:
    transport = ProcessTransport(program)
    with pytest.raises(EndpointUnreachable):
        transport.open(SHELL, b"creation", timeout=DEADLINE)
    transport.close(timeout=DEADLINE)
    assert not left()


FILES = ("process.py", "keeper.py", "conversation.py", "child.py", "words.py", "lines.py", "deadline.py")


def begin(transport: ProcessTransport) -> None:
    transport.open(SHELL, b"creation", timeout=DEADLINE)


def work(transport: ProcessTransport) -> None:
    pipeline = uuid4()
    transport.command(pipeline, b"x", timeout=DEADLINE)
    transport.receive(pipeline, timeout=DEADLINE)
    transport.signal(pipeline, Signal.STOP, timeout=DEADLINE)
    transport.signal(pipeline, Signal.TERMINATE, timeout=DEADLINE)


def end(transport: ProcessTransport) -> None:
    transport.close(timeout=2)


@pytest.mark.parametrize("phase", [begin, work, end])
def test_an_interrupt_at_any_line_leaves_a_session_that_can_be_closed(
    echo: Echo, children: Callable[[], set[int]], left: Callable[[], list[str]], phase: Callable[..., None]
) -> None:
    def run(interrupt: Interrupt) -> ProcessTransport:
        transport = echo()
        if phase is not begin:
            opened(transport)
        with suppress(KeyboardInterrupt), interrupt:
            phase(transport)
        return transport

    notes = Interrupt(FILES)
    run(notes).close(timeout=2)
    assert len(notes.seen) > 20
    traces = {}
    for where in notes.seen:
        run(Interrupt(FILES, where)).close(timeout=2)
        if left():
            traces[where] = left()
    assert (traces, children()) == ({}, set())


def test_closing_from_another_thread_ends_every_wait(echo: Echo) -> None:
    transport = echo()
    pipeline = with_pipeline(transport)
    threading.Timer(0.3, transport.close, kwargs={"timeout": 5}).start()
    with pytest.raises(SessionClosed):
        read_to_the_end(transport, pipeline)


# --- forks --------------------------------------------------------------------------------------------------


def in_a_fork(act: Callable[[], str]) -> str:
    """What `act` says in a forked child, which then ends."""
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        try:
            said = act()
        except BaseException as error:  # noqa: BLE001 - the parent looks at it
            said = type(error).__name__
        os.write(theirs, said.encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(pid, 0)
    return said


@pytest.mark.parametrize(
    "act",
    [
        lambda transport: transport.command(uuid4(), b"x", timeout=1),
        lambda transport: transport.send(b"x", timeout=1),
        lambda transport: transport.receive(timeout=1),
        lambda transport: transport.open(SHELL, b"x", timeout=1),
    ],
)
def test_a_forked_child_is_told_that_the_session_is_not_its_own(
    echo: Echo, act: Callable[[ProcessTransport], object]
) -> None:
    transport = opened(echo())
    assert in_a_fork(lambda: str(act(transport))) == "SessionClosed"


@pytest.mark.parametrize("act", ["close", "drop"])
def test_a_forked_child_that_closes_leaves_the_session_alone(echo: Echo, act: str) -> None:
    transport = echo()
    pipeline = with_pipeline(transport)
    acts = {"close": lambda: transport.close(timeout=5), "drop": transport.drop}
    assert in_a_fork(lambda: str(acts[act]())) == "None"
    transport.send(b"second", pipeline, timeout=DEADLINE)
    got = b""
    while got != b"firstsecond":
        got += b"".join(transport.receive(pipeline, timeout=DEADLINE).chunks)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted in /proc")
def test_a_forked_child_that_drops_holds_no_descriptor_of_the_session(
    echo: Echo, left: Callable[[], list[str]]
) -> None:
    transport = opened(echo())

    def look() -> str:
        transport.drop()
        return str(len([what for what in left() if what.startswith(("pipe:", "anon_inode:"))]))

    assert in_a_fork(look) == "1"  # that through which it says so


def test_a_session_that_was_dropped_can_be_closed(echo: Echo) -> None:
    transport = opened(echo())
    transport.drop()
    transport.close(timeout=1)
