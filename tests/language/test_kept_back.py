"""A cell that comes to what is not known before anything of it is seen outside is refused as if it had not begun."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import TenantRuntime

from lync_magic.errors import CellNotSupported, LyncError
from lync_magic.language import Interpreter, parse

_UNKNOWN = "$e = [exception]::new('m'); $e.StackTrace"


def _refused(code: str, *before: str) -> TenantRuntime:
    """What is left after a cell that is refused, behind others of the same notebook."""
    runtime = TenantRuntime()
    interpreter = Interpreter(runtime)
    for one in before:
        interpreter.run(parse(one))
    runtime.shown.clear()
    with pytest.raises(CellNotSupported):
        interpreter.run(parse(code))
    return runtime


def _late(code: str, *before: str) -> TenantRuntime:
    runtime = TenantRuntime()
    interpreter = Interpreter(runtime)
    for one in before:
        interpreter.run(parse(one))
    with pytest.raises(LyncError) as caught:
        interpreter.run(parse(code))
    assert not isinstance(caught.value, CellNotSupported)
    return runtime


def test_what_it_gave_before_is_not_shown() -> None:
    assert not _refused(f"'a'; Write-Warning 'b'; {_UNKNOWN}").shown


def test_its_variables_and_functions_are_not_there() -> None:
    runtime = _refused(f"$n = 2; function f {{ 1 }}; $new = 1; {_UNKNOWN}", "$n = 1")
    assert {name: runtime.variables[name] for name in ("n",)} == {"n": 1}
    assert "new" not in runtime.variables


def test_the_place_is_told() -> None:
    with pytest.raises(CellNotSupported, match="StackTrace|stacktrace") as caught:
        Interpreter(TenantRuntime()).run(parse("$e = [exception]::new('m')\n  $e.StackTrace"))
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_a_file_that_was_written_is_not_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _late(f"Set-Content a.txt 'x'; {_UNKNOWN}")
    assert (tmp_path / "a.txt").exists()


def test_nothing_is_written_of_what_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _refused("[exception]::new('m') | Export-Clixml a.xml")
    assert not list(tmp_path.iterdir())


def test_an_object_of_an_earlier_cell_may_have_changed() -> None:
    runtime = _late(f"$h.Add('a', 1); {_UNKNOWN}", "$h = @{}")
    assert dict(runtime.variables["h"]) == {"a": 1}


def test_an_object_is_shown_as_it_was() -> None:
    seen: list[str] = []

    class Looking(TenantRuntime):
        def emit(self, items: object) -> None:
            seen.extend(str(dict(one)) for one in items)  # type: ignore[attr-defined]

    Interpreter(Looking()).run(parse("$h = @{a = 1}; $h; $h.a = 2; $h"))
    assert seen == ["{'a': 1}", "{'a': 2}"]


@pytest.mark.parametrize("write", ["Export-Clixml a.xml", "Out-File a.xml", "Export-Clixml a.xml -NoClobber:$false"])
def test_a_file_to_which_nothing_was_written_is_as_it_was(
    write: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    unknown = "ForEach-Object { $e = [exception]::new('m'); $e.StackTrace }"
    _refused(f"1 | {unknown} | {write}")
    assert not (tmp_path / "a.xml").exists()
    (tmp_path / "a.xml").write_text("before", encoding="utf-8")
    _refused(f"1 | {unknown} | {write}")
    assert (tmp_path / "a.xml").read_text(encoding="utf-8") == "before"
    _late(f"2, 1 | ForEach-Object {{ if ($_ -eq 2) {{ 'x' }} else {{ $_ | {unknown} }} }} | {write}")
    assert "x" in (tmp_path / "a.xml").read_text(encoding="utf-8")


def test_a_file_that_was_read_as_a_whole_is_not_written_to_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("n\n1\n2\n", encoding="utf-8")
    _refused("Import-Csv a.csv | ForEach-Object { $_ } | Set-Content a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "n\n1\n2\n"
