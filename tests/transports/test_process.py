"""The process transport against real processes."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from lync_magic.errors import AnswerLost, EndpointUnreachable, LyncError, SessionBroken, SessionClosed
from lync_magic.transports import ProcessTransport, Signal, Stream, Transport
from lync_magic.transports.conversation import MAX_BUFFERED
from lync_magic.transports.words import Words

Echo = Callable[..., ProcessTransport]
SHELL = UUID(int=1)
DEADLINE = 10.0
MEGABYTE = 1024 * 1024 // 3 * 3
"""What the echo server sends as one."""


def take(transport: ProcessTransport, size: int, pipeline_id: UUID | None = None) -> bytes:
    """Receive until `size` bytes have come."""
    got = bytearray()
    end = time.monotonic() + DEADLINE
    while len(got) < size and time.monotonic() < end:
        got += b"".join(transport.receive(pipeline_id, timeout=1).chunks)
    return bytes(got)


def test_it_is_a_transport(echo: Echo) -> None:
    assert isinstance(echo(), Transport)


def test_what_is_sent_to_the_shell_comes_back(echo: Echo) -> None:
    transport = echo()
    transport.open(SHELL, b"creation", timeout=DEADLINE)
    assert take(transport, 8) == b"creation"


def test_a_pipeline_has_a_channel_of_its_own(echo: Echo) -> None:
    transport = echo()
    transport.open(SHELL, b"creation", timeout=DEADLINE)
    one, two = uuid4(), uuid4()
    transport.command(one, b"one", timeout=DEADLINE)
    transport.command(two, b"two", timeout=DEADLINE)
    transport.send(b"more", one, Stream.PROMPT_RESPONSE, timeout=DEADLINE)
    assert take(transport, 3, two) == b"two"
    assert take(transport, 7, one) == b"onemore"
    assert take(transport, 8) == b"creation"


def test_silence_is_no_error(echo: Echo) -> None:
    transport = echo()
    transport.open(SHELL, b"x", timeout=DEADLINE)
    take(transport, 1)
    assert transport.receive(timeout=0.05).chunks == []


def test_a_banner_before_the_protocol_is_passed_over(echo: Echo) -> None:
    transport = echo("--banner")
    transport.open(SHELL, b"creation", timeout=DEADLINE)
    assert take(transport, 8) == b"creation"


def test_a_finished_pipeline_is_forgotten(echo: Echo) -> None:
    transport = echo()
    transport.open(SHELL, b"x", timeout=DEADLINE)
    pipeline = uuid4()
    transport.command(pipeline, b"x", timeout=DEADLINE)
    transport.signal(pipeline, Signal.STOP, timeout=DEADLINE)
    transport.signal(pipeline, Signal.TERMINATE, timeout=DEADLINE)
    with pytest.raises(SessionClosed):
        transport.receive(pipeline, timeout=1)
    transport.signal(pipeline, Signal.TERMINATE, timeout=DEADLINE)


def test_a_command_that_is_not_acknowledged_in_time_may_have_been_taken(echo: Echo) -> None:
    transport = echo("--mute")
    transport.open(SHELL, b"x", timeout=DEADLINE)
    with pytest.raises(AnswerLost, match=r"did not acknowledge within 0\.2 seconds"):
        transport.command(uuid4(), b"x", timeout=0.2)


def test_a_process_that_dies_is_a_broken_session_with_its_last_words(echo: Echo) -> None:
    transport = echo("--die")
    transport.open(SHELL, b"x", timeout=DEADLINE)
    with pytest.raises(SessionBroken, match=r"(?s)exit code 3.*last words: out of memory"):
        transport.command(uuid4(), b"x", timeout=DEADLINE)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(EndpointUnreachable, match="no-such-pwsh"):
        ProcessTransport(["/nowhere/no-such-pwsh", "-s", "secret"]).open(SHELL, b"", timeout=1)


def test_arguments_are_never_shown() -> None:
    transport = ProcessTransport([sys.executable, "-c", "raise SystemExit(7)", "p@ssw0rd!"])
    with pytest.raises(EndpointUnreachable, match="exit code 7") as caught:
        transport.open(SHELL, b"x", timeout=DEADLINE)
    assert "p@ssw0rd!" not in str(caught.value) + repr(transport)
    transport.close(timeout=5)


def test_a_consumer_who_does_not_read_makes_the_process_wait(echo: Echo) -> None:
    transport = echo("--flood", "64")
    transport.open(SHELL, b"x", timeout=DEADLINE)
    pipeline = uuid4()
    transport.command(pipeline, b"x", timeout=DEADLINE)
    held = transport._talk._channels[pipeline]
    end = time.monotonic() + DEADLINE
    while held.size < MAX_BUFFERED and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.3)  # time enough for more than is allowed
    assert MAX_BUFFERED <= held.size <= MAX_BUFFERED + 2 * 1024 * 1024
    assert len(take(transport, 64 * MEGABYTE + 1, pipeline)) == 64 * MEGABYTE + 1


def test_a_flood_that_nobody_reads_does_not_keep_the_pipeline_from_being_finished(echo: Echo) -> None:
    transport = echo("--flood", "32")
    transport.open(SHELL, b"x", timeout=DEADLINE)
    pipeline = uuid4()
    transport.command(pipeline, b"x", timeout=DEADLINE)
    transport.signal(pipeline, Signal.STOP, timeout=DEADLINE)
    transport.signal(pipeline, Signal.TERMINATE, timeout=DEADLINE)
    other = uuid4()
    transport.command(other, b"other", timeout=DEADLINE)
    assert take(transport, 5, other) == b"other"


def test_closing_ends_the_process_and_every_thread(echo: Echo, children: Callable[[], set[int]]) -> None:
    before = set(threading.enumerate())
    transport = echo()
    transport.open(SHELL, b"x", timeout=DEADLINE)
    transport.command(uuid4(), b"x", timeout=DEADLINE)
    assert children()
    transport.close(timeout=5)
    assert not children()
    assert not set(threading.enumerate()) - before


def test_closing_twice_and_closing_what_was_never_opened_are_no_errors(echo: Echo) -> None:
    transport = echo()
    transport.close(timeout=1)
    other = echo()
    other.open(SHELL, b"x", timeout=DEADLINE)
    other.close(timeout=5)
    other.close(timeout=5)


def test_a_process_that_does_not_listen_is_killed_within_the_time(echo: Echo, children: Callable[[], set[int]]) -> None:
    transport = echo("--deaf")
    transport.open(SHELL, b"x", timeout=DEADLINE)
    take(transport, 1)
    transport.close(timeout=1)
    assert not children()


def test_what_the_process_started_ends_with_it(echo: Echo, children: Callable[[], set[int]]) -> None:
    transport = echo("--child")
    transport.open(SHELL, b"x", timeout=DEADLINE)
    end = time.monotonic() + DEADLINE
    while len(children()) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert len(children()) == 2
    transport.close(timeout=2)
    end = time.monotonic() + DEADLINE
    while children() and time.monotonic() < end:
        time.sleep(0.05)
    assert not children()


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
def test_the_process_is_in_a_session_of_its_own(echo: Echo, children: Callable[[], set[int]]) -> None:
    transport = echo()
    transport.open(SHELL, b"x", timeout=DEADLINE)
    (pid,) = children()
    assert os.getsid(pid) == pid
    assert os.getpgid(pid) != os.getpgid(0)


def test_after_closing_everything_is_refused(echo: Echo) -> None:
    transport = echo()
    transport.open(SHELL, b"x", timeout=DEADLINE)
    transport.close(timeout=5)
    for act in (
        lambda: transport.send(b"y", timeout=1),
        lambda: transport.command(uuid4(), b"y", timeout=1),
        lambda: transport.open(SHELL, b"y", timeout=1),
    ):
        with pytest.raises(LyncError):
            act()


def test_a_process_that_env_begins_goes_by_its_own_name() -> None:
    assert Words(["env", "A=1", "B=2", "/usr/bin/pwsh", "-s"]).who == "The process pwsh"
    assert Words(["env"]).who == "The process env"
