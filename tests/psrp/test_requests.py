"""What this client sends, against what PowerShell's own client sends for the same words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import psrpcore
import pytest
from psrpcore.types import CommandTypes, PSObject, deserialize

from lync_magic.clixml import PSObject as OurObject
from lync_magic.clixml import SecureString
from lync_magic.psrp import Argument, Command, CommandType, Pipeline
from lync_magic.psrp.requests import create_pipeline, get_command_metadata, pipeline_input

TOKENS = Path(__file__).parent.parent / "recordings" / "tokens.jsonl.gz"


def texts_sent_as_commands() -> list[dict[str, Any]]:
    with gzip.open(TOKENS, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row for row in rows if row["sends"] == "commands"]


def no_secret(_secret: SecureString) -> str:
    raise AssertionError("there is no secret here")


def read(clixml: str | bytes) -> PSObject:
    return deserialize(ElementTree.fromstring(clixml), psrpcore.PSRemotingCrypto())


def statements(created: PSObject) -> list[list[PSObject]]:
    shell = created.PowerShell
    extra = getattr(shell, "ExtraCmds", None)
    return [list(one.Cmds) for one in extra] if extra is not None else [list(shell.Cmds)]


def meaning(created: PSObject) -> list[list[tuple[Any, ...]]]:
    """Statements, commands, arguments and merges of a CREATE_PIPELINE, in Python's own values."""
    merges = ("MyResult", "ToResult", "PreviousResults", "Error", "Warning", "Verbose", "Debug", "Information")
    return [
        [
            (
                str(command.Cmd),
                bool(command.IsScript),
                [(argument.N, value(argument.V)) for argument in command.Args],
                [int(getattr(command, f"Merge{name}").value) for name in merges],
            )
            for command in statement
        ]
        for statement in statements(created)
    ]


def value(sent: Any) -> tuple[str, Any]:
    """A value with its .NET type, as psrpcore reads it; a number's own text apart."""
    if isinstance(sent, list):
        return "list", [value(item) for item in sent]
    if isinstance(sent, dict):
        return "dict", {str(key): value(item) for key, item in sent.items()}
    return type(sent).__name__, sent


def words(command: PSObject, ends: bool) -> Command:
    """A recorded command as a caller of this room would say it."""
    arguments = tuple(
        Argument(None if argument.N is None else str(argument.N), said(argument.V)) for argument in command.Args
    )
    return Command(
        str(command.Cmd),
        arguments,
        is_script=bool(command.IsScript),
        end_of_statement=ends,
        merge_errors=int(command.MergeError.value) == 1,
    )


def said(sent: Any) -> Any:
    """A recorded value as Python's own."""
    if sent is None or isinstance(sent, bool):
        return sent
    if isinstance(sent, list):
        return [said(item) for item in sent]
    if isinstance(sent, dict):
        return {str(key): said(item) for key, item in sent.items()}
    if isinstance(sent, psrpcore.types.PSGuid):
        return UUID(str(sent))
    if isinstance(sent, psrpcore.types.PSInt64) and abs(int(sent)) < 2**31:
        return OurObject({}, ("System.Int64",), base=int(sent))
    return next(kind(sent) for kind in (str, int, float, psrpcore.types.PSDecimal) if isinstance(sent, kind))


@pytest.mark.parametrize("row", texts_sent_as_commands(), ids=lambda row: row["text"])
def test_words_are_sent_as_powershells_own_client_sends_them(row: dict[str, Any]) -> None:
    recorded = read(row["clixml"])
    commands = [
        words(command, ends=command is statement[-1]) for statement in statements(recorded) for command in statement
    ]
    ours = read(create_pipeline(Pipeline(tuple(commands)), has_input=False, encrypt=no_secret))
    assert meaning(ours) == meaning(recorded)
    for name in ("NoInput", "IsNested"):
        assert getattr(ours, name) == getattr(recorded, name)
    assert ours.PowerShell.RedirectShellErrorOutputPipe is recorded.PowerShell.RedirectShellErrorOutputPipe


def test_all_sixty_one_texts_of_the_recording_were_compared() -> None:
    assert len(texts_sent_as_commands()) == 61


def test_one_statement_carries_no_list_of_statements() -> None:
    sent = create_pipeline(Pipeline((Command("Get-X", end_of_statement=True),)), has_input=False, encrypt=no_secret)
    assert b"ExtraCmds" not in sent


def test_a_pipeline_with_input_says_so() -> None:
    assert read(create_pipeline(Pipeline.of("Get-X"), has_input=True, encrypt=no_secret)).NoInput is False


def test_type_names_are_defined_before_they_are_referred_to() -> None:
    pipeline = Pipeline((Command("A", (Argument("x", [1]),), end_of_statement=True), Command("B")))
    sent = create_pipeline(pipeline, has_input=False, encrypt=no_secret).decode()
    known: set[str] = set()
    for element in ElementTree.fromstring(sent).iter():
        if element.tag == "TN":
            known.add(element.attrib["RefId"])
        elif element.tag == "TNRef":
            assert element.attrib["RefId"] in known
    numbers = [element.attrib["RefId"] for element in ElementTree.fromstring(sent).iter("Obj")]
    assert len(numbers) == len(set(numbers))


def test_an_older_server_is_not_sent_the_fields_it_does_not_know() -> None:
    sent = create_pipeline(Pipeline.of("Get-X"), has_input=False, encrypt=no_secret, protocol=(2, 1)).decode()
    assert "MergeMyResult" in sent
    assert "MergeError" not in sent
    assert "MergeInformation" not in sent


def test_a_value_without_a_form_is_refused_by_the_name_of_its_parameter() -> None:
    with pytest.raises(TypeError, match="parameter Identity of Get-CsTenant cannot be sent"):
        create_pipeline(Pipeline.of("Get-CsTenant", {"Identity": object()}), has_input=False, encrypt=no_secret)


def test_a_value_without_a_form_and_a_name_is_refused_by_its_place() -> None:
    pipeline = Pipeline((Command("Get-X", (Argument(None, "fine"), Argument(None, object()))),))
    with pytest.raises(TypeError, match="argument 2 of Get-X"):
        create_pipeline(pipeline, has_input=False, encrypt=no_secret)


def test_an_input_without_a_form_is_refused_without_showing_it() -> None:
    class Password:
        def __repr__(self) -> str:
            return "p@ssw0rd!"

    with pytest.raises(TypeError) as caught:
        pipeline_input(Password(), no_secret)
    assert "p@ssw0rd!" not in str(caught.value)


def test_a_request_for_metadata_reads_as_the_real_clients_does() -> None:
    sent = read(get_command_metadata(["Get-Cs*"], CommandType.FUNCTION | CommandType.CMDLET, ["Lync45"]))
    assert list(sent.Name) == ["Get-Cs*"]
    assert sent.CommandType == CommandTypes.Function | CommandTypes.Cmdlet
    assert sent.CommandType.PSObject.to_string in (None, "Function, Cmdlet")
    assert list(sent.Namespace) == ["Lync45"]
    assert sent.ArgumentList is None
