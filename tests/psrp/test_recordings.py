"""What a real PowerShell said, through the whole of this room: a process plays the recordings to a pool."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from lync_magic.clixml import SecureString
from lync_magic.errors import CommandNotFound, LyncError, RemoteError
from lync_magic.psrp import (
    Choice,
    DebugRecord,
    ErrorRecord,
    Event,
    HostLine,
    InformationRecord,
    Pipeline,
    ProgressRecord,
    RefusingHost,
    RunspacePool,
    State,
    VerboseRecord,
    WarningRecord,
)
from lync_magic.psrp.core import Core
from lync_magic.psrp.reading import read
from lync_magic.psrp.wire import FragmentReader, MessageType
from lync_magic.transports import Kind, LineReader

RECORDINGS = Path(__file__).parent.parent / "recordings"
CONVERSATIONS = sorted(
    name for path in RECORDINGS.glob("*.jsonl.gz") if (name := path.name.removesuffix(".jsonl.gz")) != "tokens"
)
NEEDS_MORE = {"pipeline_input", "stop", "secure_string", "runspaces", "host_prompts", "real_client"}
"""Recordings whose client did more than run pipelines one after another."""

NOT_OURS = {
    MessageType.PIPELINE_OUTPUT,  # handed on raw
    MessageType.ENCRYPTED_SESSION_KEY,  # its private key was not kept
    MessageType.RUNSPACE_AVAILABILITY,  # answers what this client does not ask
}

Tape = Callable[[str], RunspacePool]
Outputs = Callable[[str], list[list[bytes]]]
ASKED = Pipeline.of("Whatever")


class Answers(RefusingHost):
    """Answers as the recorded client did."""

    def __init__(self) -> None:
        self.questions: list[tuple[Any, ...]] = []

    def read_line(self, prompt: str) -> str:
        self.questions.append((prompt,))
        return "ken"

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        self.questions.append((caption, message, [choice.label for choice in choices], default))
        return 0


def run(pool: RunspacePool, **options: Any) -> tuple[list[bytes], list[Event], LyncError | None]:
    """Output, events and error of one pipeline."""
    got: list[bytes] = []
    events: list[Event] = []
    try:
        for batch in pool.run(ASKED, report=events.append, timeout=30, **options):
            got += batch
    except LyncError as error:
        return got, events, error
    return got, events, None


@pytest.mark.parametrize("name", [name for name in CONVERSATIONS if name not in NEEDS_MORE])
def test_every_output_of_every_recorded_pipeline_comes_through_as_it_was_sent(
    tape: Tape, outputs: Outputs, name: str
) -> None:
    expected = outputs(name)
    assert expected
    pool = tape(name)
    assert [run(pool)[0] for _ in expected] == expected
    pool.close(5)
    assert pool.state is State.CLOSED


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_every_recorded_message_of_a_server_can_be_read(recording: Callable[[str], list[Any]], name: str) -> None:
    core = Core()
    core.open()
    reader = LineReader()
    channels: dict[Any, FragmentReader] = {}
    count = 0
    for said in recording(name):
        for packet in reader.feed(said.line + b"\n") if said.sender == "server" else ():
            if packet.kind is not Kind.DATA:
                continue
            pipeline_id = packet.target if packet.target.int else None
            for message in channels.setdefault(pipeline_id, FragmentReader(pipeline_id)).feed(packet.data):
                count += 1
                if message.type not in NOT_OURS:
                    read(core, message)
    assert count >= 3


def test_a_recorded_session_says_what_it_is(tape: Tape) -> None:
    pool = tape("variables")
    assert pool.protocol_version == "2.3"
    assert pool.max_runspaces == 1
    assert pool.application_private_data["PSVersionTable"]["PSVersion"] == "7.6.5"


def test_each_stream_is_told_once_and_in_order(tape: Tape) -> None:
    output, events, error = run(tape("streams"))
    assert error is None
    assert output == [b"<S>output before</S>", b"<S>text between</S>", b"<S>output after</S>"]
    assert events[:5] == [
        WarningRecord("a warning"),
        VerboseRecord("a verbose line"),
        DebugRecord("a debug line"),
        InformationRecord("an information line", ("one", "two"), "Write-Information"),
        HostLine("a host line", foreground=10, background=0),
    ]
    errors = [event for event in events if isinstance(event, ErrorRecord)]
    assert [record.error_id for record in errors] == [
        "Microsoft.PowerShell.Commands.WriteErrorException",
        "Lync.Denied",
        "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand",
        "CommandNotFoundException",
        "RuntimeException",
    ]
    assert errors[1] == ErrorRecord(
        "a full error",
        "Lync.Denied",
        "PermissionDenied",
        "Microsoft.PowerShell.Commands.WriteErrorException",
        "kenmyer@litwareinc.com",
        "Get-CsTenant",
        "",
        "Ask the administrator",
        reason="Because",
    )
    progress = [event for event in events if isinstance(event, ProgressRecord)]
    assert [(record.activity, record.percent) for record in progress[:5]] == [
        ("Outer", 0),
        ("Outer", 25),
        ("Outer", 50),
        ("Outer", 75),
        ("Outer", 100),
    ]
    assert progress[5] == ProgressRecord("Inner", "inner", activity_id=2, parent_id=1)
    assert [record.completed for record in progress[6:]] == [True, True]
    assert len(events) == 5 + len(errors) + len(progress)


def test_events_are_told_between_the_outputs_around_them(tape: Tape) -> None:
    story: list[str] = []
    for batch in tape("streams").run(ASKED, report=lambda event: story.append(type(event).__name__)):
        story.append(batch[-1].decode())
    assert story[0] == "<S>output before</S>"
    assert story[1] == "WarningRecord"
    assert story[-1] == "<S>output after</S>"
    assert story[-2] == "ProgressRecord"
    between = story.index("<S>text between</S>")
    assert story[between - 1] == "ErrorRecord"
    assert story[between + 1] == "ErrorRecord"


def test_an_error_record_with_its_invocation_has_a_position(tape: Tape) -> None:
    _, events, _ = run(tape("streams_with_invocation_info"))
    positions = [event.position for event in events if isinstance(event, ErrorRecord) and event.position]
    assert any("Get-Item /no/such/path" in position for position in positions)


def test_a_pipeline_that_fails_as_a_whole_raises_and_the_next_one_runs(tape: Tape) -> None:
    pool = tape("errors")
    results = [run(pool) for _ in range(10)]
    raised = [(number, error.message) for number, (_, _, error) in enumerate(results) if error is not None]
    assert raised == [
        (0, "An empty pipe element is not allowed."),
        (3, "thrown text"),
        (4, "outer"),
        (5, "stop here"),
    ]
    assert results[9][0] == [b"<S>still alive</S>"]
    first = results[0][2]
    assert isinstance(first, RemoteError)
    assert (first.error_id, first.category) == ("EmptyPipeElement", "ParserError")


def test_a_failed_pipeline_of_an_unknown_command_raises_command_not_found(tape: Tape) -> None:
    pool = tape("restricted")
    errors = [run(pool)[2] for _ in range(12)]
    assert {type(error) for error in errors[:10]} == {RemoteError}
    assert errors[10] is None
    assert isinstance(errors[11], CommandNotFound)
    assert errors[11].message.startswith("The term 'Get-Item' is not recognized as a name of a cmdlet")
    assert isinstance(errors[0], RemoteError)
    assert errors[0].error_id == "ScriptsNotAllowed"


def test_recorded_questions_are_asked_and_answered(tape: Tape) -> None:
    host = Answers()
    output, events, _ = run(tape("host_prompts"), host=host)
    assert host.questions == [("Your name: ",), ("Confirm", "Remove the session?", ["&Yes", "&No"], 1)]
    assert output == [b"<S>name is ken</S>", b"<S>choice is 0</S>"]
    assert events == [HostLine("a written line"), HostLine("an error line", error=True)]


def test_recorded_input_is_streamed_into_the_pipeline(tape: Tape) -> None:
    def one_by_one() -> Iterator[str]:
        """Each in a packet of its own, as it was recorded."""
        for value in ("one", "two", "three"):
            yield value
            time.sleep(0.3)

    output, _, error = run(tape("pipeline_input"), input=one_by_one())
    assert error is None
    assert output == [b"<S>ONE</S>", b"<S>TWO</S>", b"<S>THREE</S>"]


def test_a_recorded_pipeline_is_stopped_when_its_reader_goes_away_and_the_pool_is_used_again(tape: Tape) -> None:
    pool = tape("stop")
    reading = pool.run(ASKED)
    assert next(reading) == [b"<S>started</S>"]
    reading.close()
    assert pool.state is State.OPENED
    assert run(pool)[0] == [b"<S>after the stop</S>"]


def test_an_interrupt_while_the_results_are_read_stops_the_recorded_pipeline(tape: Tape) -> None:
    pool = tape("stop")
    reading = pool.run(ASKED)
    next(reading)
    with pytest.raises(KeyboardInterrupt):
        reading.throw(KeyboardInterrupt())
    assert run(pool)[0] == [b"<S>after the stop</S>"]


def test_a_session_key_that_is_not_for_us_is_said_at_once(tape: Tape) -> None:
    pool = tape("secure_string")
    with pytest.raises(LyncError, match="session key"):
        pool.run(Pipeline.of("Set-Secret", {"Secret": SecureString("x")}))


def test_metadata_of_a_real_server_begins_with_its_count(tape: Tape) -> None:
    pool = tape("command_metadata")
    objects = [one for batch in pool.metadata() for one in batch]
    assert b'<I32 N="Count">' in objects[0]
    assert len(objects) > 250
