"""The completion engine on any text: it never fails, runs nothing, and what it offers goes on from what is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lync_magic.completing import Surroundings, complete, inspect
from lync_magic.completing.scan import scan
from lync_magic.magics.verbs import CELL, VERBS

PIECES = [
    *(
        "Get-CsTenant",
        "$users",
        "$_",
        ".",
        "::",
        "[datetime]",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "@{",
        "@(",
        "$(",
        "|",
        ";",
    ),
    *(
        "\n",
        " ",
        ",",
        "'",
        '"',
        "`",
        "#",
        "<#",
        "#>",
        "@'",
        "'@",
        "-Name",
        "-eq",
        "=",
        "foreach",
        "in",
        "1",
        "%lync ",
        "é",
    ),
]
AROUND = Surroundings({"users": [{"City": "Redmond"}], "text": "a"}, VERBS, CELL)


@pytest.mark.parametrize("head", ["%%lync\n", "%lync ", "%%lync ", ""])
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=120, deadline=None)
def test_no_text_makes_it_fail(head: str, text: str) -> None:
    whole = head + text
    offers = complete(whole, len(whole), AROUND)
    assert offers is None or whole.endswith(offers.written)
    told = inspect(whole, len(whole) - len(text) // 2, AROUND)
    assert told is None or isinstance(told, str)


@pytest.mark.parametrize("text", ["%lync $it.", "%lync $it.Name.", "it.", "%%lync\n$it | Where-Object { $_."])
def test_nothing_of_the_persons_runs(text: str) -> None:
    class Theirs:
        def __getattribute__(self, name: str) -> object:
            if name == "__class__":
                return object.__getattribute__(self, name)
            raise AssertionError(f"{name} was asked for")

    complete(text, len(text), Surroundings({"it": Theirs()}, VERBS, CELL))


@pytest.mark.parametrize(
    ("text", "commands", "word"),
    [
        ("Get-A | Get-B -X 1, 2 ", [["Get-A"], ["Get-B", "-X", "1", ",", "2"]], ""),
        ("Get-A 'a b' \"c d\" x", [["Get-A", "'a b'", '"c d"']], "x"),
        ("Get-A (Get-B 1) x", [["Get-A", "(Get-B 1)"]], "x"),
        ("Get-A # nothing\nGet-B ", [["Get-B"]], ""),
        ("Get-A |\n Get-B ", [["Get-A"], ["Get-B"]], ""),
        ("$x = Get-A ", [["Get-A"]], ""),
        ("Get-A; Get-B x", [["Get-B"]], "x"),
        ("Get-A { Get-B | Get-C y", [["Get-B"], ["Get-C"]], "y"),
        ("$x.Where({ $_ }).Name", [[]], "$x.Where({ $_ }).Name"),
    ],
)
def test_words_and_commands_are_read(text: str, commands: list[list[str]], word: str) -> None:
    place = scan(text)
    assert [[one.text for one in words] for words in place.frame.pipeline] == commands
    assert place.word == word


def test_members_of_types_are_as_powershell_has_them() -> None:
    path = Path(complete.__code__.co_filename).with_name("types.json")
    known = json.loads(path.read_text("utf-8"))
    assert "Round(" in known["System.Math"]["static"].split()
    assert len(known) > 50


def test_a_script_files_parameters_are_offered_after_its_name(tmp_path: Path) -> None:
    file = tmp_path / "report.ps1"
    file.write_text("param([Parameter(Mandatory)][string]$UserName, [int]$Count = 3)\n$UserName", "utf-8")
    text = f"%lync run {file} -UserName x -C"
    offers = complete(text, len(text), AROUND)
    assert offers is not None
    assert [(offer.text, offer.note) for offer in offers.items] == [("-Count", "int")]
