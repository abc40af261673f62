"""Cells against a notebook and a server: variables, streams, closing, errors."""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas
import pytest

from lync_magic.clixml import PSObject
from lync_magic.errors import EvaluationError, RemoteError, SessionBroken
from lync_magic.language import Interpreter, parse
from lync_magic.psrp import ErrorRecord, WarningRecord
from lync_magic.records import Record, Records


def cell(runtime: Any, text: str) -> list[object]:
    """Run a cell; its output, all statements together."""
    before = len(runtime.shown)
    Interpreter(runtime).run(parse(text))
    return [item for items in runtime.shown[before:] for item in items]


def names(pipelines: list[Any]) -> list[list[str]]:
    return [[command.name for command in pipeline.commands] for pipeline in pipelines]


# --- variables -------------------------------------------------------------------------------------------------------


def test_a_notebook_s_variable_is_found_whatever_its_case_and_the_exact_name_first(runtime: Any) -> None:
    runtime.variables.update({"users": [1, 2], "Users": [3]})
    assert cell(runtime, "$users.Count; $Users.Count; $USERS.Count") == [2, 1, 2]


def test_an_assignment_keeps_the_case_of_a_name_that_is_there(runtime: Any) -> None:
    runtime.variables["myUsers"] = 1
    cell(runtime, "$MYUSERS = 2; $New = 3")
    assert runtime.variables == {"myUsers": 2, "New": 3}


def test_what_match_finds_stands_before_a_variable_of_pythons_until_python_sets_it_anew(runtime: Any) -> None:
    runtime.variables["matches"] = mine = ["a", "list"]
    cells = Interpreter(runtime)
    cells.run(parse("$null = 'k=v' -match '(.)=(.)'; $matches[2]"))
    cells.run(parse("$matches[1]"))
    assert runtime.variables["matches"] is mine
    runtime.variables["matches"] = ["another"]
    cells.run(parse("$matches"))
    assert [item for items in runtime.shown for item in items] == ["v", "k", "another"]


def test_values_of_numpy_and_pandas_are_powershells_own_and_a_frame_is_its_rows(runtime: Any) -> None:
    frame = pandas.DataFrame({"A": [1, 2], "B": ["x", None], "D": pandas.to_datetime(["2020-01-02", None])})
    days = {"day": date(2020, 1, 2), "at": pandas.Timestamp("2020-03-04 05:06"), "nat": pandas.NaT}
    runtime.variables.update({"total": frame.A.sum(), "flag": frame.A.all(), "frame": frame, "cells": frame.A, **days})
    assert cell(runtime, "$total -eq 3; $total.GetType().Name; $flag -eq $true; $total + 1") == [True, "Int64", True, 4]
    assert cell(runtime, "$day.DayOfWeek -eq 'Thursday'; $at.GetType().Name; $null -eq $nat; $cells[1] + 1") == [
        *(True, "DateTime", True, 3),
    ]
    assert cell(runtime, '$frame | ForEach-Object { "$($_.A) [$($_.B)] [$($_.D)]" }') == [
        "1 [x] [01/02/2020 00:00:00]", "2 [] []",
    ]  # fmt: skip
    assert runtime.variables["frame"] is frame


def test_a_dictionary_of_pythons_gives_its_entries(runtime: Any) -> None:
    runtime.variables["d"] = {"a": 1, "b": 2}
    assert cell(runtime, '$d.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }') == ["a=1", "b=2"]


def test_functions_call_themselves_some_hundred_times_deep(runtime: Any) -> None:
    text = "function f($n) { if ($n -le 1) { 1.0 } else { $n * (f ($n - 1)) } }; f 170"
    assert cell(runtime, text) == [math.prod(map(float, range(1, 171)))]
    limit = sys.getrecursionlimit()
    with pytest.raises(EvaluationError, match="call depth overflow"):
        cell(runtime, "function g { g }; g")
    assert sys.getrecursionlimit() == limit


def test_an_empty_result_is_none_in_the_notebook_and_puts_nothing_into_a_pipeline(runtime: Any) -> None:
    assert cell(
        runtime, "$x = Get-CsOnlineUser | Where-Object { $false }; $x | ForEach-Object { 'ran' }; @($x).Count"
    ) == [0]
    assert runtime.variables["x"] is None


def test_an_empty_result_is_none_to_python_within_tables_objects_and_lists_too(runtime: Any) -> None:
    """And in a later cell still what puts nothing into a pipeline."""
    interpreter = Interpreter(runtime)

    def run(text: str) -> list[object]:
        runtime.shown.clear()
        interpreter.run(parse(text))
        return [item for items in runtime.shown for item in items]

    run("$h = @{ a = (& {}); b = 1 }; $o = [pscustomobject]$h; $l = (& {}), 2")
    assert runtime.variables["h"] == {"a": None, "b": 1}
    assert runtime.variables["o"].properties == {"a": None, "b": 1}
    assert runtime.variables["l"] == [None, 2]
    assert run("@($h.a).Count; @($o.a).Count; $l | ForEach-Object { $_ }; $l.Count; $l[1] = 7") == [0, 0, 2, 2]
    assert runtime.variables["l"] == [None, 7]
    runtime.variables["l"].append(3)  # who changes it in Python has it as Python does
    assert run('$l | ForEach-Object { "<$_>" }') == ["<>", "<7>", "<3>"]


def test_one_object_is_itself_and_several_are_records(runtime: Any) -> None:
    items = Records.from_values(runtime.tenant["Get-CsOnlineUser"])
    runtime.tenant["Get-CsOnlineUser"] = list(items)
    cell(runtime, "$one = Get-CsOnlineUser -ResultSize 1; $all = Get-CsOnlineUser")
    assert isinstance(runtime.variables["one"], Record)
    assert isinstance(runtime.variables["all"], Records)
    assert cell(runtime, "$all[0].DisplayName; $all.Count; $all[-1].usagelocation; $one.Count") == [
        "Alice Martin", 24, "NL", 1,
    ]  # fmt: skip
    assert cell(runtime, "($all | Where-Object UsageLocation -eq 'FR').DisplayName") == [
        "Chloé Dûpont", 'Élodie "Lo" Petit', "Noé Lévêque",
    ]  # fmt: skip


def test_python_s_own_values_read_as_powershell_s(runtime: Any) -> None:
    runtime.variables.update({"numbers": (3, 1, 2), "table": {"Key": "v"}, "flag": True, "text": "abc"})
    assert cell(runtime, "$numbers | Sort-Object; $table.key; $table['KEY']; \"$flag $($text.Length)\"") == [
        1, 2, 3, "v", "v", "True 3",
    ]  # fmt: skip


def test_the_underscore_of_ipython_is_not_the_item_of_a_pipeline(runtime: Any) -> None:
    runtime.variables["_"] = "last output"
    assert cell(runtime, "$null -eq $_; 1..2 | ForEach-Object { $_ }") == [True, 1, 2]
    assert runtime.variables["_"] == "last output"


def test_an_environment_variable_reads(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYNC_DOMAIN", "litwareinc.com")
    assert cell(runtime, '"kenmyer@$env:LYNC_DOMAIN"') == ["kenmyer@litwareinc.com"]


# --- pipelines -------------------------------------------------------------------------------------------------------


def test_neighbouring_remote_commands_go_as_one_pipeline(runtime: Any) -> None:
    cell(runtime, "Get-CsVoicePolicy Global | Get-CsVoicePolicy; Get-CsTenant")
    assert names(runtime.sent) == [["Get-CsVoicePolicy", "Get-CsVoicePolicy"], ["Get-CsTenant"]]


def test_a_command_of_this_side_parts_a_pipeline(runtime: Any) -> None:
    made = cell(
        runtime,
        "Get-CsVoicePolicy | Where-Object { $_.AllowCallForwarding } | Get-CsVoicePolicy | Select-Object Identity",
    )
    assert names(runtime.sent) == [["Get-CsVoicePolicy"], ["Get-CsVoicePolicy"]]
    assert len(made) == 2


def test_the_server_is_stopped_as_soon_as_enough_has_come(runtime: Any) -> None:
    assert len(cell(runtime, "Get-CsOnlineUser | Select-Object -First 2")) == 2
    assert (runtime.given, runtime.closed) == (2, 1)


def test_objects_stream_one_by_one_through_the_stages(runtime: Any) -> None:
    order: list[str] = []

    class Watched(dict[str, object]):
        def __setitem__(self, name: str, value: object) -> None:
            order.append(f"{name} after {runtime.given}")
            super().__setitem__(name, value)

    runtime.variables = Watched()
    cell(runtime, "Get-CsOnlineUser -ResultSize 3 | ForEach-Object { $seen = $_ }")
    assert order == ["seen after 1", "seen after 2", "seen after 3"]


def test_a_block_that_reads_the_item_is_worked_out_for_each_object(runtime: Any) -> None:
    made = cell(
        runtime, "'Global','Tag:Gold' | Get-CsVoicePolicy -Identity { $_.ToUpper() } | Select-Object -Expand Identity"
    )
    assert made == ["Global", "Tag:Gold"]
    assert [pipeline.commands[0].arguments[1].value for pipeline in runtime.sent] == ["GLOBAL", "TAG:GOLD"]


def test_an_interrupt_passes_through_and_closes_what_runs(runtime: Any) -> None:
    def interrupted(_items: list[object]) -> Iterator[object]:
        yield PSObject({"A": 1})
        raise KeyboardInterrupt

    class Interrupting(list[object]):
        def __getitem__(self, _key: Any) -> Any:
            return interrupted([])

    runtime.tenant["Get-CsTenant"] = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        cell(runtime, "Get-CsTenant | ForEach-Object { $_.A }; Get-CsVoicePolicy")
    assert runtime.closed == 1
    assert names(runtime.sent) == [["Get-CsTenant"]]
    assert runtime.shown == [[1]]


# --- errors ----------------------------------------------------------------------------------------------------------


def test_a_statement_that_fails_is_reported_and_the_next_one_runs(runtime: Any) -> None:
    errors = Interpreter(runtime).run(parse("'before'; $null.Oops; $null.Trim(); 'after'"))
    assert runtime.shown == [["before"], [None], ["after"]]
    assert [error.error_id for error in errors if isinstance(error, RemoteError)] == ["InvokeMethodOnNull"]
    assert [type(event) for event in runtime.events] == [ErrorRecord]


def test_what_is_no_statement_s_fault_ends_the_cell(runtime: Any) -> None:
    def broken(_pipeline: object, _input: object, _report: object) -> Iterator[object]:
        raise SessionBroken("The session is broken.")

    runtime.invoke = broken
    with pytest.raises(SessionBroken):
        cell(runtime, "Get-CsTenant; 'after'")
    assert runtime.shown == []


def test_a_variable_in_which_nothing_came_is_what_it_was_but_tells_of_no_earlier_call(runtime: Any) -> None:
    text = """
    $e = 5; $null = Get-CsTenant -ErrorVariable e; $e
    $many = @(1); $null = Get-CsTenant -ErrorVariable +many; $many.GetType().Name; $many.Count
    $null = Get-CsOnlineUser nobody -ErrorVariable e 2>$null; $e
    $null = Get-CsOnlineUser nobody -ErrorVariable e; $e.GetType().Name
    $null = Get-CsTenant -ErrorVariable e; $null -eq $e
    """
    assert cell(runtime, text) == [5, "Object[]", 1, 5, "ArrayList", True]


def test_errors_that_are_redirected_go_there_and_into_no_variable(runtime: Any) -> None:
    assert cell(runtime, "Get-CsOnlineUser nobody -ErrorVariable e 2>&1 | ForEach-Object { 'got' }; $e.Count") == [
        "got",
        0,
    ]
    assert runtime.events == []


def test_stop_ends_the_cell_and_a_try_catches_it(runtime: Any) -> None:
    with pytest.raises(RemoteError, match="Management object not found"):
        cell(runtime, "Get-CsOnlineUser nobody -ErrorAction Stop; 'after'")
    assert cell(runtime, "try { Get-CsOnlineUser nobody -EA Stop } catch { \"caught: $_\" } finally { 'done' }") == [
        'caught: Management object not found for identity "nobody".', "done",
    ]  # fmt: skip


def test_endless_recursion_is_an_error_of_the_cell(runtime: Any) -> None:
    with pytest.raises(EvaluationError, match="call depth overflow"):
        cell(runtime, "function f { f }; f")


def test_warnings_of_a_cell_are_reported(runtime: Any) -> None:
    cell(runtime, "Write-Warning 'careful'")
    assert runtime.events == [WarningRecord("careful")]


# --- the binder of this side -----------------------------------------------------------------------------------------

BINDING_ERRORS = {
    "1 | Select-Object -Foo": "A parameter cannot be found that matches parameter name 'Foo'.",
    "1 | Select-Object -First 1 -Las": "Missing an argument for parameter 'Last'. Specify a parameter of type "
    "'System.Int32' and try again.",
    "1 | Select-Object -E x": "Parameter cannot be processed because the parameter name 'E' is ambiguous. Possible "
    "matches include: -ExcludeProperty -ExpandProperty -ErrorAction -ErrorVariable.",
    "1 | Select-Object a b": "A positional parameter cannot be found that accepts argument 'b'.",
    "1 | Select-Object -First 1 -First 2": "Cannot bind parameter because parameter 'First' is specified more than "
    "once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For "
    'example, "-parameter value1,value2,value3".',
}


@pytest.mark.parametrize("text", BINDING_ERRORS)
def test_a_call_that_does_not_bind_gives_powershell_s_error(text: str, runtime: Any) -> None:
    cell(runtime, text)
    assert [event.message for event in runtime.events] == [BINDING_ERRORS[text]]


def test_names_may_be_shortened_and_values_given_with_a_colon(run: Callable[[str], list[object]]) -> None:
    assert run("1..5 | select -F:2") == [1, 2]
    assert run("1..5 | Select-Object -Skip 1 -fir 2") == [2, 3]
    assert run("3,1,2 | Sort-Object -Desc:$true") == [3, 2, 1]
    assert run("$p = @{First=1; Skip=2}; 1..5 | Select-Object @p") == [3]


def test_a_member_more_of_an_object_of_the_server_is_there(runtime: Any) -> None:
    runtime.variables["user"] = Records.later([PSObject({"Name": "Ken"}, ("A.User",))])[0]
    shown = "$user.Name, $user.Score, $user.PSTypeNames[0]"
    Interpreter(runtime).run(parse(f"$user | Add-Member -NotePropertyName Score -NotePropertyValue 3; {shown}"))
    assert isinstance(runtime.variables["user"], Record)
    assert runtime.shown[-1] == ["Ken", 3, "A.User"]


# --- what a cmdlet does not look at ----------------------------------------------------------------------------------


def test_a_command_is_sent_though_the_cmdlet_after_it_shows_nothing(runtime: Any) -> None:
    cell(runtime, "Get-CsOnlineUser | Write-Verbose")
    assert names(runtime.sent) == [["Get-CsOnlineUser"]]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no signal that comes after a while")
def test_an_interrupt_ends_a_regular_expression_that_would_never_end(runtime: Any) -> None:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            cell(runtime, "('a' * 80 + '!') -match '^(a+)+$'")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_objects_of_a_cell_are_nothing_in_the_text_of_their_list_as_in_powershell(
    run: Callable[[str], list[object]],
) -> None:
    two = "$d = [pscustomobject]@{a=1}, [pscustomobject]@{a=2}; "
    assert run(two + '"<$d>"; -join $d; $d -join ","; "$($d[0])"') == ["< >", "", ",", "@{a=1}"]
