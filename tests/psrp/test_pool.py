"""A pool against a scripted server in this process: what a real one is not easily brought to do."""

from __future__ import annotations

import base64
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psrpcore
import pytest
from psrpcore.types import (
    ErrorCategory,
    ErrorCategoryInfo,
    NETException,
)
from psrpcore.types import (
    ErrorRecord as ServerError,
)

from lync_magic.clixml import Credential, NoKey, SecureString
from lync_magic.errors import (
    OperationTimedOut,
    PipelineStopped,
    RemoteError,
    SessionBroken,
    SessionClosed,
    SessionError,
)
from lync_magic.psrp import (
    CommandType,
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    Pipeline,
    RunspacePool,
    State,
    WarningRecord,
)
from lync_magic.psrp.wire import MessageType
from lync_magic.transports import Received, Signal, Stream, Transport, nothing

Scripted = Callable[..., tuple[RunspacePool, Any]]
ASKED = Pipeline.of("Get-X")


def say_hello(turn: Any) -> None:
    if turn.starts:
        turn.write("hello")
        turn.end()


def never_end(turn: Any) -> None:
    if turn.starts:
        turn.write("begun")


def echo_input(turn: Any) -> None:
    if isinstance(turn.event, psrpcore.PipelineInputEvent):
        turn.write(turn.event.data)
    elif isinstance(turn.event, psrpcore.EndOfPipelineInputEvent):
        turn.end()


def failing(message: str, error_id: str) -> ServerError:
    category = ErrorCategoryInfo(Category=ErrorCategory.InvalidArgument)
    return ServerError(Exception=NETException(Message=message), CategoryInfo=category, FullyQualifiedErrorId=error_id)


def everything(batches: Iterator[list[bytes]]) -> list[bytes]:
    return [one for batch in batches for one in batch]


def pipeline_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if "lync_magic pipeline" in thread.name]


def until(reached: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + 10
    while not reached() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert reached()


def test_the_scripted_server_is_a_transport(scripted: Scripted) -> None:
    assert isinstance(scripted(say_hello)[1], Transport)


def test_outputs_arrive_and_the_pipeline_is_terminated(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    assert everything(pool.run(ASKED)) == [b"<S>hello</S>"]
    assert server.signals == [Signal.TERMINATE]


def test_no_thread_is_left_after_a_pipeline(scripted: Scripted) -> None:
    pool, _ = scripted(say_hello)
    everything(pool.run(ASKED))
    assert pipeline_threads() == []


def test_nothing_is_sent_before_the_first_result_is_asked_for(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    reading = pool.run(ASKED)
    assert server.created == []
    next(reading)
    assert len(server.created) == 1


def test_an_argument_without_a_form_is_refused_before_anything_is_sent(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    with pytest.raises(TypeError, match="parameter Identity of Get-X"):
        pool.run(Pipeline.of("Get-X", {"Identity": object()}))
    assert server.created == []
    assert everything(pool.run(ASKED)) == [b"<S>hello</S>"]


def test_the_server_reads_the_arguments_that_were_given(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    everything(pool.run(Pipeline.of("Set-X", {"Identity": "ken", "List": [1, "b"], "Confirm": False})))
    (command,) = server.created[0].commands
    assert command.command_text == "Set-X"
    assert dict(command.parameters) == {"Identity": "ken", "List": [1, "b"], "Confirm": False}


def test_arguments_larger_than_a_fragment_are_sent_in_pieces(scripted: Scripted) -> None:
    pool, server = scripted(say_hello, fragment_size=4096)
    everything(pool.run(Pipeline.of("Set-X", {"Text": "x" * 50_000})))
    assert dict(server.created[0].commands[0].parameters) == {"Text": "x" * 50_000}
    assert max(server.pieces) <= 4096


def test_a_second_pipeline_is_refused_while_the_first_is_read(scripted: Scripted) -> None:
    pool, _ = scripted(never_end)
    first = pool.run(Pipeline.of("Get-CsOnlineUser"))
    next(first)
    with pytest.raises(SessionError, match="busy with Get-CsOnlineUser"):
        next(pool.run(ASKED))
    assert pool.running == "Get-CsOnlineUser"
    first.close()
    assert pool.running == ""


def test_a_reader_who_goes_away_stops_the_pipeline(scripted: Scripted) -> None:
    pool, server = scripted(never_end)
    reading = pool.run(ASKED)
    next(reading)
    reading.close()
    assert server.signals == [Signal.STOP, Signal.TERMINATE]
    assert pipeline_threads() == []


@pytest.mark.skipif(sys.platform == "win32", reason="a signal to oneself is POSIX's")
def test_the_kernels_interrupt_breaks_a_wait_and_stops_the_pipeline(scripted: Scripted) -> None:
    pool, server = scripted(never_end)
    reading = pool.run(ASKED)
    next(reading)
    timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        next(reading)
    timer.join()
    assert server.signals == [Signal.STOP, Signal.TERMINATE]
    assert pool.state is State.OPENED


def test_a_pipeline_that_takes_too_long_is_stopped_and_the_pool_goes_on(scripted: Scripted) -> None:
    pool, server = scripted(lambda turn: say_hello(turn) if len(server_of[0].created) > 1 else never_end(turn))
    server_of = [server]
    with pytest.raises(OperationTimedOut, match=r"0\.2 seconds"):
        everything(pool.run(ASKED, timeout=0.2))
    assert server.signals == [Signal.STOP, Signal.TERMINATE]
    assert everything(pool.run(ASKED)) == [b"<S>hello</S>"]


def test_another_thread_can_stop_what_runs(scripted: Scripted) -> None:
    pool, server = scripted(never_end)
    reading = pool.run(ASKED)
    next(reading)
    threading.Thread(target=pool.stop).start()
    with pytest.raises(PipelineStopped):
        next(reading)
    assert server.signals == [Signal.STOP, Signal.TERMINATE]


@pytest.mark.parametrize("seconds", [0.7, 9.0])
def test_a_stop_has_the_time_that_its_pool_gives_it(scripted: Scripted, seconds: float) -> None:
    pool, server = scripted(never_end, stop_timeout=seconds)
    reading = pool.run(ASKED)
    next(reading)
    reading.close()
    assert server.patience[0] == seconds


def test_input_of_a_list_goes_in_few_large_pieces(scripted: Scripted) -> None:
    pool, server = scripted(echo_input)
    before = len(server.pieces)
    names = [f"user{number}" for number in range(500)]
    assert everything(pool.run(ASKED, input=names)) == [f"<S>{name}</S>".encode() for name in names]
    assert len(server.pieces) - before < 10


def test_input_of_a_generator_goes_as_it_comes(scripted: Scripted) -> None:
    pool, server = scripted(echo_input)

    def values() -> Iterator[str]:
        yield "one"
        until(lambda: any(isinstance(event, psrpcore.PipelineInputEvent) for event in server.received))
        yield "two"

    assert everything(pool.run(ASKED, input=values())) == [b"<S>one</S>", b"<S>two</S>"]


def test_input_of_nothing_ends_at_once(scripted: Scripted) -> None:
    pool, _ = scripted(echo_input)
    assert everything(pool.run(ASKED, input=[])) == []


def test_an_error_in_the_callers_input_stops_the_pipeline(scripted: Scripted) -> None:
    pool, server = scripted(echo_input)

    def broken() -> Iterator[str]:
        yield "one"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        everything(pool.run(ASKED, input=broken()))
    assert server.signals == [Signal.STOP, Signal.TERMINATE]


def test_a_secret_is_encrypted_after_a_key_exchange_and_read_by_the_server(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    given = {"Credential": Credential("ken", "p@ssw0rd!"), "Pin": [SecureString("7")]}
    everything(pool.run(Pipeline.of("New-X", given)))
    parameters = dict(server.created[0].commands[0].parameters)
    assert parameters["Credential"].UserName == "ken"
    assert parameters["Credential"].Password.decrypt() == "p@ssw0rd!"
    assert parameters["Pin"][0].decrypt() == "7"


def test_one_key_exchange_is_enough_for_a_session(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    for _ in range(2):
        everything(pool.run(Pipeline.of("New-X", {"Pin": SecureString("7")})))
    keys = [event for event in server.received if isinstance(event, psrpcore.PublicKeyEvent)]
    assert len(keys) == 1


def test_a_secret_that_comes_back_can_be_decrypted(scripted: Scripted) -> None:
    pool, _ = scripted(
        lambda turn: (turn.write(psrpcore.types.PSSecureString("p@ss")), turn.end()) if turn.starts else None
    )
    with pytest.raises(ValueError, match="no session key"):
        pool.core.decrypt(b"")
    (raw,) = everything(pool.run(Pipeline.of("Get-X", {"Pin": SecureString("7")})))
    sealed = base64.b64decode(raw.removeprefix(b"<SS>").removesuffix(b"</SS>"))
    assert pool.decrypt(sealed).decode("utf-16-le") == "p@ss"


def test_metadata_asks_for_what_was_named(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    everything(pool.metadata(["Get-Cs*"], CommandType.FUNCTION, ["Lync"]))
    (asked,) = server.created
    assert list(asked.name) == ["Get-Cs*"]
    assert asked.command_type == psrpcore.types.CommandTypes.Function
    assert list(asked.namespace) == ["Lync"]


def test_a_failed_state_carries_message_id_and_category(scripted: Scripted) -> None:
    def fail(turn: Any) -> None:
        if turn.starts:
            turn.pipeline._change_state(psrpcore.types.PSInvocationState.Failed, failing("no such tenant", "NoTenant"))

    pool, _ = scripted(fail)
    with pytest.raises(RemoteError, match="no such tenant") as caught:
        everything(pool.run(ASKED))
    assert (caught.value.error_id, caught.value.category) == ("NoTenant", "InvalidArgument")


@pytest.mark.parametrize(
    ("message_type", "data", "reported"),
    [
        (0x00041FFF, b"<S>from the future</S>", None),
        (MessageType.WARNING_RECORD, b"this is no xml", None),
        (MessageType.WARNING_RECORD, b"\xff\xfe", None),
        (
            MessageType.DEBUG_RECORD,
            b'<Obj RefId="0"><MS><S N="Message">PowerShell 2 says_x000A_this</S></MS></Obj>',
            DebugRecord("PowerShell 2 says\nthis"),
        ),
        (
            MessageType.ERROR_RECORD,
            b'<Obj RefId="0"><ToString>only a text &amp; no more</ToString></Obj>',
            ErrorRecord("only a text & no more"),
        ),
        (
            MessageType.WARNING_RECORD,
            b'<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.WarningRecord</T>'
            b"<T>System.Management.Automation.InformationalRecord</T><T>System.Object</T></TN>"
            b'<ToString>bad: &#xFFFE;</ToString><MS><S N="InformationalRecord_Message">bad: &#xFFFE;</S>'
            b'<B N="InformationalRecord_SerializeInvocationInfo">false</B></MS></Obj>',
            WarningRecord("bad: \ufffe"),
        ),
        (MessageType.PIPELINE_HOST_CALL, b"<Obj/>", None),
    ],
)
def test_a_message_that_cannot_be_read_costs_that_message_only(
    scripted: Scripted, message_type: int, data: bytes, reported: Event | None
) -> None:
    def script(turn: Any) -> None:
        if turn.starts:
            turn.write("before")
            turn.server.say(turn.pipeline.pipeline_id, message_type, data)
            turn.write("after")
            turn.end()

    pool, _ = scripted(script)
    events: list[Event] = []
    assert everything(pool.run(ASKED, report=events.append)) == [b"<S>before</S>", b"<S>after</S>"]
    (event,) = events
    if reported is not None:
        assert event == reported
    else:
        assert isinstance(event, WarningRecord)
        assert "could not be read" in event.message


def test_a_final_state_that_cannot_be_read_still_ends_the_pipeline(scripted: Scripted) -> None:
    def script(turn: Any) -> None:
        if turn.starts:
            data = b'<Obj RefId="0"><MS><I32 N="PipelineState">5</I32><Obj N="ExceptionAsErrorRecord" RefId="1">'
            data += b"<ToString>it failed</ToString></Obj></MS></Obj>"
            turn.server.say(turn.pipeline.pipeline_id, MessageType.PIPELINE_STATE, data)

    pool, _ = scripted(script)
    with pytest.raises(RemoteError, match="it failed"):
        everything(pool.run(ASKED))


def test_written_twice_is_told_twice_and_echoed_once(scripted: Scripted) -> None:
    """A host call alone, and a record with its echo, of the same words."""
    method = psrpcore.types.HostMethodIdentifier.WriteWarningLine

    def script(turn: Any) -> None:
        if turn.starts:
            turn.pipeline.host_call(method, ["look"])
            turn.pipeline.write_warning("look")
            turn.pipeline.host_call(method, ["look"])
            turn.end()

    pool, _ = scripted(script)
    events: list[Event] = []
    everything(pool.run(ASKED, report=events.append))
    assert events == [WarningRecord("look")] * 2


def test_a_line_of_write_host_is_told_once_whichever_way_comes_first(scripted: Scripted) -> None:
    method = psrpcore.types.HostMethodIdentifier.WriteLine2

    def script(turn: Any) -> None:
        if turn.starts:
            turn.pipeline.host_call(method, ["hello"])
            turn.pipeline.write_information("hello", "Write-Host", tags=["PSHOST"])
            turn.end()

    pool, _ = scripted(script)
    events: list[Event] = []
    everything(pool.run(ASKED, report=events.append))
    assert events == [HostLine("hello")]


def test_a_slow_reader_holds_the_server_back(scripted: Scripted) -> None:
    blob = "x" * 10_000

    def script(turn: Any) -> None:
        if turn.starts:
            turn.write(*[blob] * 200)
            turn.end()

    pool, server = scripted(script)
    asked: list[float] = []
    receive = server.receive

    def in_small_pieces(
        pipeline_id: Any = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
    ) -> Received:
        waiting = server._waiting[pipeline_id]
        if pipeline_id is None or not waiting:
            return receive(pipeline_id, timeout=timeout, meanwhile=meanwhile)
        meanwhile()
        asked.append(time.monotonic())
        stream = b"".join(waiting)
        waiting[:] = [stream[len(blob) :]] if stream[len(blob) :] else []
        return Received([stream[: len(blob)]], False)

    server.receive = in_small_pieces
    reading = pool.run(ASKED, prefetch=50_000)
    first = len(next(reading))
    time.sleep(0.5)
    held = len(asked)
    assert held < 100
    assert first + len(everything(reading)) == 200
    assert len(asked) > held


class Silent:
    """A transport that accepts everything and says nothing."""

    computer_name = "silent"
    fragment_size = 32 * 1024

    def __init__(self) -> None:
        self.closed = 0

    def open(self, shell_id: Any, creation: bytes, *, timeout: float) -> None: ...
    def command(self, pipeline_id: Any, first: bytes, *, timeout: float) -> None: ...
    def send(self, data: bytes, pipeline_id: Any = None, stream: Stream = Stream.INPUT, *, timeout: float) -> None: ...
    def signal(self, pipeline_id: Any, signal: Signal, *, timeout: float) -> None: ...

    def receive(self, pipeline_id: Any = None, *, timeout: float, meanwhile: Callable[[], None] = nothing) -> Received:
        meanwhile()
        time.sleep(0.01)
        return Received([], False)

    def close(self, *, timeout: float) -> None:
        self.closed += 1

    def drop(self) -> None: ...


def test_a_server_that_never_opens_is_given_up_and_its_shell_taken_back() -> None:
    transport = Silent()
    pool = RunspacePool(transport)
    with pytest.raises(OperationTimedOut, match="silent did not open"):
        pool.open(0.2)
    until(lambda: pool.state is State.CLOSED)
    assert transport.closed == 1


def test_a_server_that_closes_while_it_opens_is_a_broken_session() -> None:
    class Closing(Silent):
        def receive(
            self, pipeline_id: Any = None, *, timeout: float, meanwhile: Callable[[], None] = nothing
        ) -> Received:
            return Received([], True)

    with pytest.raises(SessionBroken, match="silent closed the session"):
        RunspacePool(Closing()).open(1)


def message(number: int, message_type: int, content: bytes) -> bytes:
    """A message of a server that names nobody, in one fragment."""
    body = struct.pack("<II32s", 1, message_type, bytes(32)) + content
    return struct.pack(">QQBI", number, 0, 3, len(body)) + body


class Saying(Silent):
    """A server that says something when it is opened."""

    def __init__(self, *messages: bytes) -> None:
        super().__init__()
        self._messages = list(messages)

    def receive(self, pipeline_id: Any = None, *, timeout: float, meanwhile: Callable[[], None] = nothing) -> Received:
        chunks, self._messages = self._messages, []
        return Received(chunks, False) if chunks else super().receive(pipeline_id, timeout=timeout)


OPENED = b'<Obj RefId="0"><MS><I32 N="RunspaceState">2</I32></MS></Obj>'


def test_a_state_of_the_session_that_cannot_be_read_is_said_at_once() -> None:
    server = Saying(message(1, MessageType.RUNSPACEPOOL_STATE, OPENED[:-3]))
    with pytest.raises(SessionBroken, match="What silent says of the session cannot be read"):
        RunspacePool(server).open(60)


def test_what_a_server_says_of_itself_and_cannot_be_read_is_told_and_costs_nothing_else() -> None:
    damaged = message(1, MessageType.APPLICATION_PRIVATE_DATA, b"<Obj>")
    pool = RunspacePool(Saying(damaged, message(2, MessageType.RUNSPACEPOOL_STATE, OPENED)))
    events: list[Event] = []
    pool.open(60, events.append)
    pool.close(1)
    assert [event for event in events if isinstance(event, WarningRecord) and "left out" in event.message]
    assert pool.application_private_data == {}


def test_what_has_come_is_read_while_the_server_is_asked_for_more(scripted: Scripted) -> None:
    def script(turn: Any) -> None:
        if turn.starts:
            turn.write("first")

    pool, server = scripted(script)
    receive, read = server.receive, threading.Event()
    in_time: list[bool] = []

    def slow(pipeline_id: Any = None, *, timeout: float, meanwhile: Callable[[], None] = nothing) -> Received:
        if pipeline_id is None or server._waiting[pipeline_id]:  # None: who listens to the shell itself
            return receive(pipeline_id, timeout=timeout, meanwhile=meanwhile)
        meanwhile()
        in_time.append(read.wait(5))
        server.pool.pipeline_table[pipeline_id].complete()
        server._drain()
        return receive(pipeline_id, timeout=timeout)

    server.receive = slow
    reading = pool.run(ASKED)
    assert next(reading) == [b"<S>first</S>"]
    read.set()
    assert everything(reading) == []
    assert in_time == [True]


def test_a_sink_has_the_output_and_the_caller_the_rest(scripted: Scripted) -> None:
    def script(turn: Any) -> None:
        if turn.starts:
            turn.write("one")
            turn.pipeline.write_warning("careful")
            turn.write("two")
            turn.end()

    pool, _ = scripted(script)
    taken: list[bytes] = []
    threads: set[int] = set()
    told: list[Event] = []

    def sink(output: list[bytes]) -> None:
        taken.extend(output)
        threads.add(threading.get_ident())

    assert everything(pool.run(ASKED, sink=sink, report=told.append)) == []
    assert taken == [b"<S>one</S>", b"<S>two</S>"]
    assert told == [WarningRecord("careful")]
    assert threading.get_ident() not in threads


def test_an_error_of_a_sink_ends_the_run_and_leaves_the_session(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)

    def refuse(output: list[bytes]) -> None:
        raise ValueError("not that")

    with pytest.raises(ValueError, match="not that"):
        everything(pool.run(ASKED, sink=refuse))
    assert server.signals[-1] is Signal.TERMINATE
    assert pool.state is State.OPENED
    assert everything(pool.run(ASKED)) == [b"<S>hello</S>"]


def test_what_had_come_before_the_connection_was_lost_is_read(scripted: Scripted) -> None:
    def script(turn: Any) -> None:
        if turn.starts:
            turn.write("first")

    pool, server = scripted(script)
    receive = server.receive

    def once(pipeline_id: Any = None, *, timeout: float, meanwhile: Callable[[], None] = nothing) -> Received:
        if server._waiting[pipeline_id]:
            return receive(pipeline_id, timeout=timeout, meanwhile=meanwhile)
        raise SessionBroken("the connection to scripted was lost")

    server.receive = once
    reading = pool.run(ASKED)
    assert next(reading) == [b"<S>first</S>"]
    with pytest.raises(SessionBroken, match="was lost"):
        next(reading)


def test_a_connection_lost_under_way_breaks_the_pool(scripted: Scripted) -> None:
    pool, server = scripted(never_end)

    def lost(pipeline_id: Any = None, *, timeout: float, meanwhile: Callable[[], None] = nothing) -> Received:
        raise SessionBroken("the connection to scripted was lost")

    server.receive = lost
    with pytest.raises(SessionBroken, match="was lost"):
        everything(pool.run(ASKED))
    assert pool.state is State.BROKEN
    with pytest.raises(SessionBroken):
        pool.run(ASKED)


def test_who_reads_from_a_pool_that_breaks_and_is_closed_is_told_why_it_broke(scripted: Scripted) -> None:
    pool, _server = scripted(never_end)
    reading = pool.run(ASKED)
    next(reading)
    pool.give_up("the host ended")
    pool.close(1)
    with pytest.raises(SessionBroken, match="the host ended"):
        next(reading)


def test_a_pool_is_closed_once_and_then_refuses_work(scripted: Scripted) -> None:
    pool, server = scripted(say_hello)
    pool.close(1)
    pool.close(1)
    assert server.closed
    assert pool.state is State.CLOSED
    with pytest.raises(SessionClosed):
        pool.run(ASKED)


def test_a_pool_that_was_never_opened_can_be_closed_and_cannot_run() -> None:
    pool = RunspacePool(Silent())
    with pytest.raises(SessionError, match="BeforeOpen"):
        pool.run(ASKED)
    pool.close(1)
    assert pool.state is State.CLOSED


def test_a_secret_that_cannot_be_opened_for_want_of_a_key_stays_sealed(scripted: Scripted) -> None:
    pool, _ = scripted(say_hello)
    pool.close(1)
    with pytest.raises(NoKey, match="cannot exchange a key"):
        pool.decrypt(bytes(16))
