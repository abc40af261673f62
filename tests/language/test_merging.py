"""What `2>&1` and `*>&1` merge goes on where it is said, and an error record has the text of a console.

The answers are PowerShell's; many more of them are among the kept cells (data/erring.jsonl.gz).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from greenlet import greenlet
from world import TenantRuntime

from lync_magic.language.interpreter import Interpreter
from lync_magic.language.parser.entry import parse
from lync_magic.psrp import Event, HostLine, Pipeline

Run = Callable[[str], list[object]]
NOBODY = 'Management object not found for identity "nobody".'


def test_what_stands_behind_sees_a_record_before_the_next_word_runs(runtime: TenantRuntime) -> None:
    cell = '& { foreach ($i in 1, 2) { Write-Error "e$i"; Write-Host "h$i" } } 2>&1 | % { Write-Host "got $_" }'
    Interpreter(runtime).run(parse(cell))
    said = [one.text for one in runtime.events if isinstance(one, HostLine)]
    assert said == ["got e1", "h1", "got e2", "h2"]


def test_a_block_without_an_end_ends_where_no_more_is_wanted(run: Run) -> None:
    endless = "$n = 0; & { while ($true) { $global:n++; Write-Host $n } } 6>&1"
    assert run(f'{endless} | Select-Object -First 3 | % {{ "$_" }}; $n') == ["1", "2", "3", 3]
    assert run(
        f"{endless} | % {{ if ($n -gt 4) {{ throw 'stop' }} }}; $n".replace("& {", "try { & {", 1).replace(
            "; $n", ' } catch { "$_ at $n" }'
        )
    ) == ["stop at 5"]


def test_what_fails_behind_a_record_is_caught_where_it_was_said(run: Run) -> None:
    block = "& { try { Write-Host a; 'not' } catch { \"caught $_\" } } 6>&1"
    assert run(f"{block} | % {{ if (\"$_\" -eq 'a') {{ throw 'x' }}; \"$_\" }}") == ["caught x"]


def test_a_stage_that_is_left_leaves_nothing_behind(run: Run) -> None:
    run("& { 1..9 | % { Write-Host $_; $_ } } *>&1 | Select-Object -First 2")
    gc.collect()
    assert not [one for one in gc.get_objects() if isinstance(one, greenlet) and one.parent is not None and one]


def test_an_interrupt_within_a_merged_stage_ends_the_cell(runtime: TenantRuntime) -> None:
    class Interrupted(TenantRuntime):
        def invoke(
            self, pipeline: Pipeline, input: Iterable[object] | None, report: Callable[[Event], None]
        ) -> Iterator[object]:
            raise KeyboardInterrupt

    broken = Interpreter(Interrupted())
    with pytest.raises(KeyboardInterrupt):
        broken.run(parse('& { Write-Host a; Get-CsOnlineUser } *>&1 | % { "$_" }'))
    broken.use(runtime)
    broken.run(parse('& { Write-Host b } 6>&1 | % { "got $_" }'))
    assert runtime.shown == [["got b"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Get-Item nosuch 2>&1 | Out-String", "Get-Item: Cannot find path '{here}/nosuch' because it does not exist."),
        ("try { throw 'x' } catch { $_ | Out-String }", "Exception: x"),
        (
            "try {\n  [int]'q' } catch {\n $_ | Out-String }",
            "InvalidArgument: \nLine |\n   2 |    [int]'q' } catch {\n     |    ~~~~~~~~\n     "
            "| Cannot convert value \"q\" to type \"System.Int32\". "
            "Error: \"The input string 'q' was not in a correct format.\"",
        ),
        ("Get-CsOnlineUser nobody 2>&1 | Out-String", f"Get-CsOnlineUser: {NOBODY}"),
    ],
)  # fmt: skip
def test_an_error_record_has_the_text_of_a_console(
    run: Run, cell: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(cell) == [text.replace("{here}", str(tmp_path)) + "\n"]


def test_a_log_has_all_that_a_block_says(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("& { 'first'; Get-CsOnlineUser nobody; Write-Warning careful; Write-Host shown; 'last' } *> log.txt")
    said = ["first", f"Get-CsOnlineUser: {NOBODY}", "careful", "shown", "last"]
    assert (tmp_path / "log.txt").read_text().splitlines() == said
    run('1..2 | % { Get-CsOnlineUser "n$_" } 2> errors.txt')
    assert len((tmp_path / "errors.txt").read_text().splitlines()) == 2
