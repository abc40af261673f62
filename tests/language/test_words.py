"""What goes to the server is what PowerShell's own client sends, recorded from a real one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from lync_magic.errors import CellSyntaxError
from lync_magic.language import Interpreter, parse
from lync_magic.psrp import Argument, Command, Pipeline

RECORDING = Path(__file__).parents[1] / "recordings" / "tokens.jsonl.gz"
with gzip.open(RECORDING, "rt", encoding="utf-8") as _lines:
    RECORDED = [json.loads(line) for line in _lines]
AS_WORDS = [one for one in RECORDED if one["sends"] == "commands"]


class Listener:
    """A server that takes every command and keeps what came."""

    def __init__(self) -> None:
        self.variables: dict[str, object] = {}
        self.commands: list[Command] = []

    def is_remote(self, _name: str) -> bool:
        return True

    def client_command(self, _name: str) -> None:
        return None

    def client_commands(self) -> tuple[()]:
        return ()

    def remote_names(self) -> tuple[()]:
        return ()

    def invoke(self, pipeline: Pipeline, _input: Iterable[object] | None, _report: object) -> Iterator[object]:
        self.commands += pipeline.commands
        return iter(())

    @property
    def width(self) -> int:
        return 120

    def ask_line(self, prompt: str, *, secret: bool) -> str:
        raise AssertionError(prompt)

    def report(self, event: object) -> None:
        raise AssertionError(event)

    def emit(self, items: object) -> None:
        raise AssertionError(items)


def sent(text: str, **variables: object) -> list[Command]:
    """The commands that a cell sends."""
    listener = Listener()
    listener.variables.update(variables)
    Interpreter(listener).run(parse(text))
    return listener.commands


def words(text: str, **variables: object) -> list[tuple[str | None, object]]:
    """The words of the one command that a cell sends."""
    (command,) = sent(text, **variables)
    return [(argument.name, argument.value) for argument in command.arguments]


def as_recorded(argument: Argument) -> list[Any]:
    """An argument as the recording has it: the value's repr in psrpcore's terms."""
    value = f"PSGuid({str(argument.value)!r})" if isinstance(argument.value, UUID) else repr(argument.value)
    return [argument.name, value]


def test_the_recording_holds_the_texts_that_go_out_as_words() -> None:
    assert len(AS_WORDS) == 61


@pytest.mark.parametrize("recorded", AS_WORDS, ids=lambda one: one["text"])
def test_a_text_makes_the_words_that_powershells_own_client_sends(recorded: dict[str, Any]) -> None:
    made = [
        {
            "name": command.name,
            "is_script": command.is_script,
            "end_of_statement": command.end_of_statement,
            "args": [as_recorded(argument) for argument in command.arguments],
        }
        for command in sent(recorded["text"])
    ]
    assert made == recorded["pipeline"]


@pytest.mark.parametrize(
    "text", [one["text"] for one in RECORDED if one["sends"] == "parse error"], ids=lambda text: str(text)
)
def test_a_text_that_powershell_cannot_parse_is_a_syntax_error_here(text: str) -> None:
    with pytest.raises(CellSyntaxError):
        parse(text)


def test_what_powershell_would_send_as_script_is_worked_out_here() -> None:
    assert words("Get-X -A $v", v=5) == [("-A", None), (None, 5)]
    assert words("Get-X -A (1+2)") == [("-A", None), (None, 3)]
    assert words("Get-X -A $v.Name", v={"Name": "n"}) == [("-A", None), (None, "n")]
    assert words('Get-X -A "a$($v.Count)b"', v=[1, 2]) == [("-A", None), (None, "a2b")]


def test_a_filter_in_braces_goes_out_as_its_text() -> None:
    assert words('Get-X -Filter {LastName -eq "Myer"}') == [("-Filter", None), (None, 'LastName -eq "Myer"')]


def test_a_splatted_table_goes_out_by_name_and_a_splatted_list_by_position() -> None:
    assert words("$p = @{Identity='a'; Force=$true}; Get-X @p") == [("-Identity:", "a"), ("-Force:", True)]
    assert words("$p = 1, 'b'; Get-X @p") == [(None, 1), (None, "b")]


def test_tables_and_numbers_go_out_as_plain_python_values() -> None:
    ((_, _), (_, table)) = words("Get-X -Hash @{a=10L; b=@{c=1}}")
    assert type(table) is dict
    assert table == {"a": 10, "b": {"c": 1}}
    assert type(table["a"]) is int


def test_a_switch_that_a_function_hands_on_goes_out_as_its_truth() -> None:
    function = "function F { param([switch]$On) Get-X -On:$On; $p = @{ Off = $On }; Get-X @p }"
    handed = [(one.name, one.value) for command in sent(f"{function}; F -On; F") for one in command.arguments]
    assert handed == [("-On:", True), ("-Off:", True), ("-On:", False), ("-Off:", False)]
    assert all(type(value) is bool for _name, value in handed)


def test_an_out_variable_stays_on_this_side() -> None:
    assert words("Get-X -Identity a -OutVariable kept") == [("-Identity", None), (None, "a")]


def test_the_error_preference_of_the_cell_stays_on_this_side() -> None:
    assert words("$ErrorActionPreference = 'Stop'; Get-X") == []
    assert words("$ErrorActionPreference = 'Stop'; Get-X -EA Ignore") == [("-EA", None), (None, "Ignore")]


def test_a_number_counts_for_text_as_it_is_spelled(runtime: Any) -> None:
    code = (
        "function f([string]$s) { $s }; f 0044; f 1.50; f -s:0x10; f (0044); function g([string[]]$s) { $s }; g 007; "
        "g 007,1.50; function k([int]$n) { $n }; k 007; Join-Path 1.50 007; Write-Host 1.50 007 1kb"
    )
    Interpreter(runtime).run(parse(code))
    assert [item for items in runtime.shown for item in items] == [
        "0044", "1.50", "0x10", "44", "007", "7", "1.5", 7, "1.50/007",
    ]  # fmt: skip
    assert [event.text for event in runtime.events] == ["1.50 007 1kb"]
