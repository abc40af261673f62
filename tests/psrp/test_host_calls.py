"""Questions of a server, answered or refused; psrpcore's server makes them and reads the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psrpcore
import pytest
from psrpcore.types import (
    ChoiceDescription,
    FieldDescription,
)
from psrpcore.types import (
    HostMethodIdentifier as Method,
)

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import PromptRefused
from lync_magic.psrp import Choice, Event, HostLine, Pipeline, RefusingHost, RunspacePool
from lync_magic.transports import Signal

Scripted = Callable[..., tuple[RunspacePool, Any]]
ASKED = Pipeline.of("Remove-X")


class Person:
    """Somebody who answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.lines = ["ken", "myer", ""]

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        self.asked.append((caption, message, tuple(choices), default))
        return 1

    def read_line(self, prompt: str) -> str:
        self.asked.append((prompt,))
        return self.lines.pop(0)

    def read_masked(self, prompt: str) -> SecureString:
        self.asked.append((prompt,))
        return SecureString("s3cret")

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Credential:
        self.asked.append((caption, message, user_name, target))
        return Credential("ken", "p@ssw0rd!")


def ask(scripted: Scripted, method: Method, parameters: list[Any], host: Any) -> tuple[Any, Any, list[Event]]:
    """Have the server ask; the event of the answer, the server, and what was reported."""

    def script(turn: Any) -> None:
        if turn.starts:
            turn.pipeline.host_call(method, parameters)
        elif isinstance(turn.event, psrpcore.PipelineHostResponseEvent):
            turn.end()

    pool, server = scripted(script, host=host)
    events: list[Event] = []
    for _ in pool.run(ASKED, report=events.append):
        pass
    answers = [event for event in server.received if isinstance(event, psrpcore.PipelineHostResponseEvent)]
    return (answers[0] if answers else None), server, events


def choices(*labels: str) -> list[ChoiceDescription]:
    return [ChoiceDescription(Label=label, HelpMessage=f"help of {label}") for label in labels]


def field(name: str, type_name: str) -> FieldDescription:
    short = type_name.rpartition(".")[2]
    return FieldDescription(
        Name=name, ParameterTypeName=short, ParameterTypeFullName=type_name, ParameterAssemblyFullName=type_name
    )


def test_a_choice_is_shown_with_its_help_and_answered_by_its_number(scripted: Scripted) -> None:
    person = Person()
    answer, _, _ = ask(scripted, Method.PromptForChoice, ["Confirm", "Sure?", choices("&Yes", "&No"), 0], person)
    assert answer.result == 1
    yes_and_no = (Choice("&Yes", "help of &Yes"), Choice("&No", "help of &No"))
    assert person.asked == [("Confirm", "Sure?", yes_and_no, 0)]


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [(["b", "a", ""], [1, 0]), (["neither", "B", ""], [1]), ([""], [0])],
)
def test_several_choices_are_answered_by_lines_until_an_empty_one(
    scripted: Scripted, lines: list[str], chosen: list[int]
) -> None:
    person = Person()
    person.lines = lines
    asked = ["", "Which?", choices("&a", "&b"), [0]]
    answer, _, _ = ask(scripted, Method.PromptForChoiceMultipleSelection, asked, person)
    assert list(answer.result) == chosen
    assert person.asked[0] == ('Which?\n[A] a  [B] b (default is "A")\nChoice[0]: ',)


def test_a_line_is_read(scripted: Scripted) -> None:
    answer, _, _ = ask(scripted, Method.ReadLine, [], Person())
    assert answer.result == "ken"


def test_a_masked_line_goes_back_encrypted(scripted: Scripted) -> None:
    answer, _, _ = ask(scripted, Method.ReadLineAsSecureString, [], Person())
    assert answer.result.decrypt() == "s3cret"


@pytest.mark.parametrize(("method", "more"), [(Method.PromptForCredential1, []), (Method.PromptForCredential2, [1, 0])])
def test_a_credential_goes_back_encrypted(scripted: Scripted, method: Method, more: list[Any]) -> None:
    person = Person()
    answer, _, _ = ask(scripted, method, ["caption", "message", "ken@litwareinc.com", "target", *more], person)
    assert answer.result.UserName == "ken"
    assert answer.result.Password.decrypt() == "p@ssw0rd!"
    assert person.asked == [("caption", "message", "ken@litwareinc.com", "target")]


def test_missing_parameters_are_asked_one_by_one_with_their_heading_and_type(scripted: Scripted) -> None:
    person = Person()
    person.lines = ["ken", "42", "a", "b", ""]
    fields = [
        field("Identity", "System.String"),
        field("Count", "System.Int32"),
        field("Secret", "System.Security.SecureString"),
        field("Who", "System.Management.Automation.PSCredential"),
        field("Domains", "System.String[]"),
    ]
    answer, _, _ = ask(scripted, Method.Prompt, ["cmdlet Remove-X", "Supply values:", fields], person)
    assert answer.result["Identity"] == "ken"
    assert answer.result["Count"] == 42
    assert answer.result["Secret"].decrypt() == "s3cret"
    assert answer.result["Who"].UserName == "ken"
    assert list(answer.result["Domains"]) == ["a", "b"]
    heading = "cmdlet Remove-X\nSupply values:\n"
    assert person.asked[0] == (f"{heading}Identity: ",)
    assert person.asked[-3:] == [(f"{heading}Domains[0]: ",), ("Domains[1]: ",), ("Domains[2]: ",)]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        (Method.PromptForChoice, ["Confirm", "Sure?", choices("&Yes", "&No"), 0]),
        (Method.ReadLine, []),
        (Method.ReadLineAsSecureString, []),
        (Method.PromptForCredential1, ["Confirm", "Sure?", "", ""]),
        (Method.Prompt, ["", "", [field("Identity", "System.String")]]),
    ],
)
def test_where_nobody_can_answer_the_server_is_told_and_the_pipeline_ends(
    scripted: Scripted, method: Method, parameters: list[Any]
) -> None:
    told: list[Any] = []

    def script(turn: Any) -> None:
        if turn.starts:
            turn.pipeline.host_call(method, parameters)
        else:
            told.append(turn.event)

    pool, server = scripted(script)
    with pytest.raises(PromptRefused, match="nobody can answer"):
        list(pool.run(ASKED))
    assert told[0].error is not None
    assert told[0].error.FullyQualifiedErrorId == "PromptRefused"
    assert server.signals == [Signal.STOP, Signal.TERMINATE]


def test_the_question_stands_in_the_refusal(scripted: Scripted) -> None:
    with pytest.raises(PromptRefused, match="Confirm Remove ken"):
        ask(scripted, Method.PromptForChoice, ["Confirm", "Remove ken?", choices("&Yes"), 0], RefusingHost())


def test_a_choice_that_is_not_offered_is_a_refusal(scripted: Scripted) -> None:
    with pytest.raises(PromptRefused):
        ask(scripted, Method.PromptForChoice, ["", "Sure?", choices("&Yes"), 0], Person())


def test_the_host_of_one_pipeline_stands_in_for_the_pools(scripted: Scripted) -> None:
    def script(turn: Any) -> None:
        if turn.starts:
            turn.pipeline.host_call(Method.ReadLine, [])
        elif isinstance(turn.event, psrpcore.PipelineHostResponseEvent):
            turn.write(turn.event.result)
            turn.end()

    pool, _ = scripted(script, host=RefusingHost())
    assert list(pool.run(ASKED, host=Person())) == [[b"<S>ken</S>"]]


def test_an_interrupt_while_a_person_is_asked_stops_the_pipeline(scripted: Scripted) -> None:
    class Leaving(Person):
        def read_line(self, prompt: str) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(scripted, Method.ReadLine, [], Leaving())


def test_a_call_about_the_screen_is_answered_harmlessly(scripted: Scripted) -> None:
    answer, _, events = ask(scripted, Method.GetWindowTitle, [], RefusingHost())
    assert answer.result == "lync_magic"
    assert events == []


def test_a_call_that_a_notebook_cannot_do_is_answered_with_an_error(scripted: Scripted) -> None:
    answer, _, _ = ask(scripted, Method.GetBufferSize, [], RefusingHost())
    assert answer.error.FullyQualifiedErrorId == "NotImplemented"


def test_a_void_call_waits_for_no_answer(scripted: Scripted) -> None:
    def script(turn: Any) -> None:
        if turn.starts:
            turn.pipeline.host_call(Method.SetWindowTitle, ["a title"])
            turn.pipeline.host_call(Method.WriteErrorLine, ["red"])
            turn.pipeline.host_call(Method.Write1, ["no end"])
            turn.end()

    pool, server = scripted(script)
    events: list[Event] = []
    list(pool.run(ASKED, report=events.append))
    assert events == [HostLine("red", error=True), HostLine("no end", newline=False)]
    assert not [event for event in server.received if isinstance(event, psrpcore.PipelineHostResponseEvent)]


def test_a_call_that_cannot_be_read_but_waits_is_answered_with_an_error(scripted: Scripted) -> None:
    unknown = (
        b'<Obj RefId="0"><MS><I64 N="ci">7</I64><Obj N="mi" RefId="1"><ToString>Juggle</ToString><I32>99</I32></Obj>'
        b'<Obj N="mp" RefId="2"><LST /></Obj></MS></Obj>'
    )
    heard: list[bytes] = []

    def script(turn: Any) -> None:
        if turn.starts:
            turn.server.say(turn.pipeline.pipeline_id, 0x00041100, unknown)

    pool, server = scripted(script)
    send = server.send

    def listen(data: bytes, *where: Any, timeout: float) -> None:
        heard.append(data)
        server.pool.pipeline_table[where[0]].complete()
        server._drain()

    server.send = listen
    list(pool.run(ASKED))
    server.send = send
    assert b'<I64 N="ci">7</I64>' in heard[0]
    assert b"Host method 99 is not available" in heard[0]
