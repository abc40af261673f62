"""What ends a pipeline goes up to what gave the object that it ended at: what takes it there, and what goes on then.

The answers are PowerShell's; many more of them are among the kept cells (data/erring.jsonl.gz).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("function", "behind", "output"),
    [
        ("try { 1; 2 } catch { \"c $_\" }; 'after'", "if ($_ -eq 1) { throw 'x' }; $_", ["c x", "after"]),
        ("foreach ($i in 1, 2) { try { $i } catch { 'c' } }", "if ($_ -eq 1) { throw 'x' }; $_", ["c", 2]),
        ("trap { 'trapped'; continue }; 1; 2", "if ($_ -eq 1) { throw 'x' }; $_", ["trapped", 2]),
        ("trap { \"$_\"; continue }; 1; 2", "if ($_ -eq 1) { [int]'q' }; $_", ["The pipeline has been stopped.", 2]),
        ("foreach ($i in 1..3) { $i }; 'after'", "if ($_ -eq 2) { break }; $_", [1, "after"]),
        ("foreach ($i in 1..3) { $i }; 'after'", "if ($_ -eq 2) { continue }; $_", [1, 3, "after"]),
        ("$i = 0; do { $i++; $i } until ($i -gt 2); 'after'", "if ($_ -eq 2) { continue }; $_", [1, 3, "after"]),
        ("switch (1..3) { default { $_ } }; 'after'", "if ($_ -eq 2) { break }; $_", [1, "after"]),
        (":a foreach ($j in 7, 8) { foreach ($i in 1, 2) { $i } }", "if ($_ -eq 2) { continue a }; $_", [1, 1]),
        ("1..3 | % { try { $_ } catch { 'c' } } | ? { $true }", "if ($_ -eq 2) { throw 'x' }; $_", [1, "c", 3]),
    ],
)  # fmt: skip
def test_what_ends_a_block_is_taken_where_the_object_was_given(
    run: Callable[[str], list[object]], function: str, behind: str, output: list[object]
) -> None:
    assert run(f"function f {{ {function} }}; f | ForEach-Object {{ {behind} }}") == output
    stages = "f | Where-Object { $true } | Write-Output"
    assert run(f"function f {{ {function} }}; {stages} | ForEach-Object {{ {behind} }}") == output


def test_what_a_finally_gives_goes_on_to_the_stage_that_failed(run: Callable[[str], list[object]]) -> None:
    code = (
        "function f { try { 1; 2 } finally { 'fin' } }; try { f | ForEach-Object { $_; if ($_ -eq 1) { throw 'x' } } }"
    )
    assert run(f'{code} catch {{ "out $_" }}') == [1, "fin", "out x"]


def test_a_try_within_a_block_comes_first(run: Callable[[str], list[object]]) -> None:
    code = "function f { try { 1; 2 } catch { 'f' } }; f | ForEach-Object { try { $_ } catch { 'inner' } }"
    assert run(f"{code} | ForEach-Object {{ if ($_ -eq 1) {{ throw 'x' }}; $_ }}") == ["inner", 2]


def test_what_is_behind_a_function_without_a_binding_passes_its_try(run: Callable[[str], list[object]]) -> None:
    code = "function f { try { 1; 2 } catch { 'f' } }; try { f | & { process { $_; throw 'x' } } } catch { \"out $_\" }"
    assert run(code) == [1, "out x"]


def test_the_last_wanted_object_goes_on_before_what_gave_it_ends(run: Callable[[str], list[object]]) -> None:
    code = "$said = @(); function f { try { 1; 2; 3 } finally { $script:said += 'fin' } }"
    assert run(f"{code}; f | Select-Object -First 2 | ForEach-Object {{ $said += $_ }}; $said") == [1, 2, "fin"]
