"""One set of variables: into the engine what a cell names, out of it what it assigned, never stale, never twice."""

from __future__ import annotations

import json as a_module
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest

from lync_magic.powershell import travelling
from lync_magic.powershell.giving import Giving
from lync_magic.powershell.variables import Exchange, names_in
from lync_magic.records import Record, Records
from lync_magic.sessions import Session
from tests.powershell.conftest import Notebook


@pytest.mark.parametrize(
    ("value", "type_name", "text"),
    [
        (5, "Int32", "5"),
        (2**40, "Int64", str(2**40)),
        (1.5, "Double", "1.5"),
        (Decimal("1.50"), "Decimal", "1.50"),
        ("a'b\"c", "String", "a'b\"c"),
        (True, "Boolean", "True"),
        (date(2020, 1, 2), "DateTime", "01/02/2020 00:00:00"),
        (datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone.utc), "DateTime", None),
        (timedelta(hours=1), "TimeSpan", "01:00:00"),
        (UUID(int=1), "Guid", str(UUID(int=1))),
        (b"\x01\x02", "Byte[]", "1 2"),
        ([1, "a"], "Object[]", "1 a"),
        ({"a": 1}, "Hashtable", None),
        (PurePosixPath("/tmp/x"), "String", "/tmp/x"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_of_python_is_what_powershell_has_for_it(
    notebook: Notebook, value: Any, type_name: str, text: str | None
) -> None:
    notebook.variables["value"] = value
    printed = notebook.output('$value.GetType().Name; "$value"')
    assert printed.startswith(f"{type_name}\n")
    assert text is None or printed == f"{type_name}\n{text}\n"


def test_none_is_null(notebook: Notebook) -> None:
    notebook.variables["nothing"] = None
    assert notebook.output("$null -eq $nothing") == "True\n"


def test_the_sizes_of_numbers_inside_objects_are_kept_both_ways(notebook: Notebook) -> None:
    numbers = "[pscustomobject]@{ a = [long]5; b = [byte]6; c = [single]1.5; d = 7; e = @{ f = [uint16]8 } }"
    notebook.run(f"$sized = {numbers}")
    notebook.variables["again"] = notebook.variables["sized"]
    text = "@($again.a, $again.b, $again.c, $again.d, $again.e.f).ForEach{ $_.GetType().Name } -join ' '"
    assert notebook.output(text) == "Int64 Byte Single Int32 UInt16\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("1.5", 1.5),
        ("'a'", "a"),
        ("$null", None),
        ("$true", True),
        ("@(1, 'a')", [1, "a"]),
        (",1", [1]),
        ("@()", []),
        ("@{ a = 1; b = @{ c = @(1, 2) } }", {"a": 1, "b": {"c": [1, 2]}}),
        ("[datetime]'2020-01-02'", datetime(2020, 1, 2)),
        ("[timespan]'01:00:00'", timedelta(hours=1)),
        ("[System.Collections.Generic.List[int]](1, 2)", [1, 2]),
    ],
)
def test_what_a_cell_assigns_is_pythons_value_for_it(notebook: Notebook, text: str, value: Any) -> None:
    notebook.run(f"$made = {text}")
    assert notebook.variables["made"] == value


@pytest.mark.parametrize("count", [3, 60], ids=["one by one", "by column"])
def test_objects_come_out_as_records_and_go_in_again_whole(notebook: Notebook, tenant: Session, count: int) -> None:
    notebook.run(f"$users = Get-CsOnlineUser -ResultSize {count}; $one = $users[0]")
    assert isinstance(notebook.variables["users"], Records)
    assert isinstance(notebook.variables["one"], Record)
    notebook.variables["again"] = notebook.variables["users"]
    text = "$again.Count; @($again[1].PSObject.Properties).Count; ($again | ConvertTo-Json -Depth 3) -eq ($users | ConvertTo-Json -Depth 3)"
    assert notebook.output(text) == f"{count}\n84\nTrue\n"


def test_frames_go_in_as_rows(notebook: Notebook) -> None:
    pandas = pytest.importorskip("pandas")
    notebook.variables["frame"] = pandas.DataFrame({"Name": ["a", "b"], "Size": [1, None]})
    assert notebook.output("$frame.Count; $frame[1].Name; $null -eq $frame[1].Size") == "2\nb\nTrue\n"


def test_a_list_that_python_changed_in_place_is_not_stale(notebook: Notebook) -> None:
    notebook.variables["names"] = ["a"]
    assert notebook.output("$names.Count") == "1\n"
    notebook.variables["names"].append("b")
    assert notebook.output("$names.Count") == "2\n"


def test_a_table_that_a_cell_changed_in_place_is_not_stale(notebook: Notebook) -> None:
    notebook.run("$table = @{ a = 1 }; $list = [System.Collections.ArrayList]@(1)")
    notebook.run("$table.b = 2; $null = $list.Add(2)")
    assert (notebook.variables["table"], notebook.variables["list"]) == ({"a": 1, "b": 2}, [1, 2])


def test_both_sides_in_turn_see_each_other(notebook: Notebook) -> None:
    notebook.variables["n"] = 1
    for expected in (2, 20, 21, 210):
        if expected % 10:
            notebook.run("$n = $n + 1")
        else:
            notebook.variables["n"] *= 10
        assert notebook.variables["n"] == expected


def test_a_live_object_stays_live(notebook: Notebook) -> None:
    notebook.run("$watch = [System.Diagnostics.Stopwatch]::StartNew()")
    assert notebook.output("$watch.GetType().Name; $watch.IsRunning") == "Stopwatch\nTrue\n"


def test_what_did_not_change_does_not_travel_again(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook.variables["big"] = Records([{"a": 1}])
    notebook.run("$big.Count; $own = 1..5")
    given: list[str] = []
    monkeypatch.setattr(notebook.engine, "give", lambda values, *_rest: given.extend(values))
    kept = notebook.variables["own"]
    notebook.run("$big.Count; $own.Count")
    assert given == []
    assert notebook.variables["own"] is kept


def test_what_cannot_go_is_null_and_said(notebook: Notebook) -> None:
    notebook.variables["thing"] = object()
    shown = notebook.run("$null -eq $thing")
    assert shown.printed == "True\n"
    assert "$thing is $null" in shown.warnings[0]


@pytest.mark.parametrize("count", [2, 250], ids=["few", "many"])
def test_objects_that_cannot_go_are_null_and_said_and_the_others_go(notebook: Notebook, count: int) -> None:
    rows = [{"n": number} for number in range(count)]
    notebook.variables.update(
        {"things": Records.from_rows([*rows, {"n": object()}]), "numbers": Records.from_rows(rows)}
    )
    shown = notebook.run("$null -eq $things; $numbers.Count; $numbers[-1].n")
    assert shown.printed == f"True\n{count}\n{count - 1}\n"
    assert ["$things is $null" in one for one in shown.warnings] == [True]


def test_a_list_of_records_goes_as_they_do_and_again_only_when_another_is_in_it(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = Records.from_rows({"n": number} for number in range(300))
    chosen = notebook.variables["chosen"] = [record for record in records if record.n >= 50]
    given: list[str] = []
    give = notebook.engine.give
    monkeypatch.setattr(notebook.engine, "give", lambda values, *rest: given.extend(values) or give(values, *rest))
    assert notebook.output("$chosen.Count; $chosen[0].n; $chosen.GetType().Name") == "250\n50\nObject[]\n"
    notebook.output("$chosen.Count")
    assert given == ["chosen"]
    chosen[0] = records[0]
    assert notebook.output("$chosen[0].n") == "0\n"


def test_what_an_interrupt_keeps_from_going_goes_with_the_next_cell(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook.variables.update({"some": Records.from_rows({"n": number} for number in range(1_000)), "one": 1})

    def interrupted(self: Giving) -> float:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Giving, "meanwhile", interrupted)
        with pytest.raises(KeyboardInterrupt):
            notebook.run("$some; $one")
    assert notebook.output("$some.Count; $some[999].n; $one") == "1000\n999\n1\n"


def test_many_objects_go_where_the_engine_cannot_read_the_channel_too(own_notebook: Notebook) -> None:
    notebook = own_notebook
    rows = [{"n": number, "many": [1, 2]} for number in range(300)]
    notebook.run("& (Get-Module LyncMagic) { $script:Channel = $script:Pipe = $script:WayOut = $null }")
    notebook.run("$many = (1..300).ForEach{ [pscustomobject]@{ n = $_ } }")
    many = notebook.variables["many"]
    assert many.n == list(range(1, 301))
    for _ in range(2):  # the second time nobody tries
        notebook.variables["rows"] = Records.from_rows(rows)
        notebook.variables["bad"] = Records.from_rows([*rows, {"n": object()}])
        shown = notebook.run("$rows.Count; $rows[299].many[1]; $null -eq $bad")
        assert (shown.printed, len(shown.warnings)) == ("300\n2\nTrue\n", 1)
    assert notebook.engine.channel is None


def test_a_name_that_python_has_for_a_module_is_powershells_to_assign(notebook: Notebook) -> None:
    notebook.variables["json"] = a_module
    shown = notebook.run("$json = '[1,2]' | ConvertFrom-Json; $json.Count")
    assert (shown.printed, shown.warnings) == ("2\n", [])


def test_names_do_not_mind_their_case(notebook: Notebook) -> None:
    notebook.variables["UserName"] = "Ken"
    notebook.run("$username = $USERNAME + '!'")
    assert dict(notebook.variables) == {"UserName": "Ken!"}


def test_a_removed_variable_is_gone_in_python_too(notebook: Notebook) -> None:
    notebook.run("$gone = 1")
    notebook.run("Remove-Variable gone")
    assert "gone" not in notebook.variables


def test_a_session_is_the_session_on_both_sides(notebook: Notebook, tenant: Session) -> None:
    notebook.output(f"$s = Get-PSSession -Id {tenant.id}")
    assert notebook.variables["s"] is tenant
    notebook.variables["t"] = tenant
    assert notebook.output("$t.State; $t.Id -eq $s.Id") == "Opened\nTrue\n"


def test_a_session_inside_tables_and_lists_is_the_session_too(notebook: Notebook, tenant: Session) -> None:
    notebook.run(f"$held = @{{ one = [ordered]@{{ two = @(Get-PSSession -Id {tenant.id}) }} }}")
    assert notebook.variables["held"]["one"]["two"] == [tenant]


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("$copy = $list | Where-Object Name -eq 'a' | Sort-Object Name", False),
        ("$list.Count; $list[0].Name.Split(','); $list -eq 1", False),
        ("$list[0].Name = 'b'", True),
        ("$list[0] += 1", True),
        ("$list.Number++", True),
        ("$null = $list.Add(1)", True),
        ("$list | Add-Member -NotePropertyName X -NotePropertyValue 1", True),
        ("function Change-It($x) { $x.Clear() }; 1; $list", True),
    ],
)
def test_only_a_cell_that_may_change_a_list_in_place_has_it_looked_at_again(text: str, changes: bool) -> None:
    assert ("list" in Exchange({}).changed_in_place(text)) is changes


@pytest.mark.parametrize(
    "text",
    ["@{ key = $value }", '"${value}"', "${global:value}", "f @value", "@($value)", "$using:value", "$variable:value"],
)
def test_a_variable_is_named_wherever_it_stands(text: str) -> None:
    assert names_in(text) == ["value"]


def test_a_function_of_an_earlier_cell_may_have_changed_what_it_was_given(notebook: Notebook) -> None:
    notebook.run("$list = [System.Collections.ArrayList]@(1); function Grow($what) { $null = $what.Add(2) }")
    notebook.run("Grow $list")
    assert notebook.variables["list"] == [1, 2]


def test_a_variable_may_have_a_name_that_the_engines_own_module_uses(notebook: Notebook) -> None:
    notebook.output("$Sessions = 1; $Known = 'a'; $Width = 3; $Folder = 'here'; $name = 'b'")
    names = ("Sessions", "Known", "Width", "Folder", "name")
    assert [notebook.variables[name] for name in names] == [1, "a", 3, "here", "b"]


def test_what_an_interrupt_keeps_from_arriving_comes_with_the_next_cell(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bytes] = []

    def interrupted(output: Iterable[bytes], *_rest: object) -> None:
        taken.append(next(iter(output)))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Exchange, "incoming", lambda _self, *given: interrupted(*given))
        with pytest.raises(KeyboardInterrupt):
            notebook.run("$late = 1; $later = 'two'")
    assert taken
    notebook.run("'nothing that assigns'")
    assert [notebook.variables["late"], notebook.variables["later"]] == [1, "two"]


def test_many_objects_that_an_interrupt_keeps_from_arriving_come_with_the_next_cell(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: travelling.Travelling, count: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(travelling.Travelling, "add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            notebook.run("$late = (1..3000).ForEach{ [pscustomobject]@{ n = $_; Text = 'x' * 2000 } }")
    notebook.run('$other = (1..100).ForEach{ "other $_" }')
    late = notebook.variables["late"]
    assert late.n == list(range(1, 3001))
    assert notebook.variables["other"] == [f"other {number}" for number in range(1, 101)]


def test_a_long_list_of_all_kinds_arrives_as_it_is(notebook: Notebook) -> None:
    secret = "(ConvertTo-SecureString -AsPlainText -Force secret)"
    notebook.run(f"$mixed = 1..30 + @($null, '\u00e9\u4e16\ufeff', [datetime]'2020-01-02', {secret}) + 1..30")
    mixed = notebook.variables["mixed"]
    assert [*mixed[:30], *mixed[34:]] == [*range(1, 31), *range(1, 31)]
    assert mixed[30:32] == [None, "\u00e9\u4e16\ufeff"]
    assert mixed[32].date() == date(2020, 1, 2)
    assert mixed[33].reveal() == "secret"


def test_a_property_of_many_objects_that_asks_something_does_not_wait(notebook: Notebook) -> None:
    adding = "Add-Member ScriptProperty B { Read-Host 'b' } -PassThru"
    shown = notebook.run(f"$asks = (1..60).ForEach{{ [pscustomobject]@{{ a = $_ }} | {adding} }}")
    assert shown.warnings[0].startswith("A property that asks something did not go to Python")
    asks = notebook.variables["asks"]
    assert asks.a == list(range(1, 61))


def test_variables_that_take_long_say_how_far_they_are_and_then_nothing_more(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(travelling, "QUIET_SECONDS", 0.0)
    notebook.variables["many"] = Records.from_values(list(range(60)))
    said = notebook.run("$back = $many.ForEach{ [pscustomobject]@{ N = $_ } }").all("ProgressRecord")
    ways = [(one.activity, one.completed) for one in said]
    assert ways[0] == ("Variables to PowerShell", False)
    assert ("Variables to PowerShell", True) in ways
    assert ways[-1] == ("Variables to Python", True)
    assert len(notebook.variables["back"]) == 60


def test_plain_values_of_a_job_are_plain_in_python_and_keep_what_else_they_carry(notebook: Notebook) -> None:
    from_there = "Add-Member -PassThru -NotePropertyMembers @{ RunspaceId = [guid]::Empty; PSComputerName = 'there' }"
    notebook.run(
        f"$numbers = 1..3 | {from_there}; $text = 'one' | {from_there}; $noted = 1 | Add-Member Other 2 -PassThru"
    )
    assert [notebook.variables["numbers"], notebook.variables["text"]] == [[1, 2, 3], "one"]
    assert notebook.variables["noted"].Other == 2
    assert notebook.output("$numbers[0].PSComputerName; $text.PSComputerName") == "there\nthere\n"
