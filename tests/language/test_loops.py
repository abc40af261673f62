"""Loops and blocks that only compute run a turn in one go: what comes out, in which order, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from lync_magic.errors import EvaluationError
from lync_magic.language import Interpreter, parse
from lync_magic.psrp import ErrorRecord
from lync_magic.records import Records


def told(runtime: Any, text: str) -> list[object]:
    """Everything that a cell puts out and reports, in order; of an error its message."""
    said: list[object] = []

    class Listening:
        variables = runtime.variables

        def __getattr__(self, name: str) -> Any:
            return getattr(runtime, name)

        def emit(self, items: Any) -> None:
            said.extend(items)

        def report(self, event: object) -> None:
            said.append(event.message if isinstance(event, ErrorRecord) else event)

    Interpreter(Listening()).run(parse(text))
    return said


DIVIDED = "Attempted to divide by zero."


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("foreach ($i in 1, 0, 2) { 'a'; 4 / $i; 'b' }", ["a", 4, "b", "a", DIVIDED, "b", "a", 2, "b"]),
        ("1, 0 | ForEach-Object { $_; 4 / $_; 'b' }", [1, 4, "b", 0, DIVIDED, "b"]),
        ("foreach ($i in 1..5) { if ($i -eq 2) { continue }; if ($i -eq 4) { break }; $i }; 'end'", [1, 3, "end"]),
        ("for ($i = 0; $i -lt 3; $i++) { $i; if ($i -eq 1) { break } }", [0, 1]),
        ("$i = 0; while ($true) { $i++; if ($i % 2) { continue }; $i; if ($i -gt 5) { break } }", [2, 4, 6]),
        ("$n = 0; foreach ($i in 1..3) { $n += $i; $Error.Count; [void](1 / ($i - 2)); $Error.Count }; $n",
         [0, 0, 0, DIVIDED, 1, 1, 1, 6]),
        ("foreach ($i in 1, 2) { foreach ($j in 3, 4) { $i * $j } }", [3, 4, 6, 8]),
        ("foreach ($i in 1..2) { $i; 1 / 0; $? }", [1, DIVIDED, False, 2, DIVIDED, False]),
        ("foreach ($i in @()) { $i }; $i -eq $null", [True]),
        ("$i = 'before'; foreach ($i in 1, 2) { $I = $i * 10; $i }; $i", [10, 20, 20]),
        ("foreach ($a in 1, 2) { $b = $a }; $a, $b", [2, 2]),
        ("function f { foreach ($k in 7, 8) { $k } }; f; $k -eq $null", [7, 8, True]),
        ("foreach ($i in 1..3) { & { $i + 100 } }", [101, 102, 103]),
        ("$ErrorActionPreference = 'SilentlyContinue'; foreach ($i in 0, 1) { 'a'; 1 / $i }", ["a", "a", 1]),
        ("try { foreach ($i in 1, 0) { 'a'; 1 / $i } } catch { 'caught' }", ["a", 1, "a", "caught"]),
        (r"1..3 | Where-Object { $_ -gt 1; }", [2, 3]),
        ("1..3 | ForEach-Object { return $_ * 2; 'never' }", [2, 4, 6]),
    ],
)  # fmt: skip
def test_output_and_errors_come_in_their_order(runtime: Any, code: str, expected: list[object]) -> None:
    assert told(runtime, code) == expected


def test_what_came_before_a_throw_is_not_lost(runtime: Any) -> None:
    with pytest.raises(EvaluationError):
        Interpreter(runtime).run(parse("foreach ($i in 1..3) { 'x'; throw 'no' }"))
    assert [item for items in runtime.shown for item in items] == ["x"]


def test_the_variable_of_a_loop_is_the_notebook_s_as_it_is_spelled_there(runtime: Any) -> None:
    runtime.variables["MyItem"] = "before"
    Interpreter(runtime).run(parse("foreach ($myitem in 1..3) { $last = $myitem }"))
    assert runtime.variables == {"MyItem": 3, "last": 3}


def test_a_list_that_a_cell_made_is_records_for_python_and_changes_of_a_later_cell_show(runtime: Any) -> None:
    interpreter = Interpreter(runtime)
    interpreter.run(parse("$o = foreach ($i in 1..3) { [pscustomobject]@{ n = $i } }"))
    made = runtime.variables["o"]
    assert isinstance(made, Records)
    assert made.n == [1, 2, 3]
    interpreter.run(parse("$o[0].n = 10"))
    assert runtime.variables["o"].n == [10, 2, 3]
    assert len(made) == 3
    assert made[1:].n == [2, 3]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2, 1.0, 1, '1' | Group-Object | ForEach-Object { \"$($_.Name)=$($_.Count)\" }", ["2=1", "1=3"]),
        ("3, 1, 3 | Group-Object | ForEach-Object Name", ["1", "3"]),
        ("1, $null, 2 | Select-Object -Last 2", [1, 2]),
        ("[math]::Max($null, 0.5); [math]::Max('3', 2); [math]::Round(-1.15, 1, 'AwayFromZero')", [0.5, 3, -1.2]),
        ("function f { $x = if ($true) { return 5 }; 'never' }; f", [5]),
        ("1, 'y' | Where-Object { $_ -gt 0 }; [pscustomobject]@{ a = 1 } | Where-Object a -gt 'y'; 'end'",
         [1, "y", "The 'Igt' operator failed: Cannot convert value \"y\" to type \"System.Int32\". Error: \"The input "
          "string 'y' was not in a correct format.\".", "end"]),
        ("1, 2 | Sort-Object { throw 'x' } | ForEach-Object { $_ }", ["x", "x", 1, 2]),
        ("(1, 2 | Select-Object @{ n = 'q'; e = { throw 'x' } }).Count; $Error.Count", [2, 2]),
    ],
)  # fmt: skip
def test_cmdlets_over_mixed_and_missing_values(runtime: Any, code: str, expected: list[object]) -> None:
    assert told(runtime, code) == expected
