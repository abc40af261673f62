"""What of a cell is PowerShell, and what is a magic, a program's line, a directive."""

from __future__ import annotations

import pytest

from lync_magic.kernel.parts import Kind, Part, parts

P, M, S, D = Kind.POWERSHELL, Kind.MAGIC, Kind.SHELL, Kind.DIRECTIVE


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Get-Date", [P]),
        ("", []),
        ("%lync sessions", [M]),
        ("$x = 1\n%lync sessions\n$x", [P, M, P]),
        ("1..3 | % { $_ }", [P]),
        ("1..3 |\n% { $_ }", [P]),
        ("1..3 |\n%{ $_ }", [P]),
        ("1..3 |\n\n  % Length", [P]),
        ("!echo a\n!!date", [S, S]),
        ("!$true", [P]),
        ("!(Test-Path x)", [P]),
        ("!'a'", [S]),
        ("@'\n%lync sessions\n'@", [P]),
        ('@"\n!echo $(1)\n"@', [P]),
        ("'\n%lync x'", [P]),
        ('"a $("b\n%lync c" + ")") \n%lync d"', [P]),
        ("if ($x) {\n%lync x\n}", [P]),
        ("<#\n%lync x\n#>", [P]),
        ("# don't\n%lync x", [P, M]),
        ("'it''s'\n%lync x", [P, M]),
        ('"`""\n%lync x', [P, M]),
        ("#!pwsh\nGet-Date", [D, P]),
        ("#!/usr/bin/env pwsh\nGet-Date", [P]),
        ("# %lync x", [P]),
        ("$?", [P]),
        ("foo#bar'\n%lync x\n'", [P]),
    ],
)
def test_a_cell_falls_into_its_parts(text: str, kinds: list[Kind]) -> None:
    assert [part.kind for part in parts(text)] == kinds


def test_a_text_in_another_language_goes_to_the_next_directive() -> None:
    found = list(parts("$a\n#!markdown\nIt's {\n%lync no\n#!pwsh\n$b", frozenset({"markdown"})))
    assert found == [
        Part(P, "$a", 0),
        Part(D, "#!markdown", 1, "It's {\n%lync no"),
        Part(D, "#!pwsh", 4),
        Part(P, "$b", 5),
    ]


def test_a_line_that_goes_on_is_one_magic() -> None:
    assert next(parts("%lync connect \\\n  --new\n$x")) == Part(M, "%lync connect \\\n  --new", 0)


def test_a_text_in_another_language_goes_over_directives_that_name_none() -> None:
    found = list(parts("#!python\n#!share --from pwsh x\nprint(x)\n#!pwsh\n1", frozenset({"python", "pwsh"})))
    assert found[0] == Part(D, "#!python", 0, "#!share --from pwsh x\nprint(x)")
    assert [part.kind for part in found] == [D, D, P]
