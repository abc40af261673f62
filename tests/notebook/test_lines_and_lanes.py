"""Sessions with names, what a line or cell may say of its output, lanes, the log, and settings."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import load

CONNECT = "%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD"
AGAIN = 'import os; os.environ["LYNC_PASSWORD"] = "p@ssw0rd!"\n'


@pytest.fixture(scope="module")
def powershell() -> str:
    """The machine's own."""
    return ""


@pytest.fixture(scope="module")
def eu(shared: Any) -> Any:
    """A connected kernel with a second session, named eu, which only reads."""
    outcome = shared.run(f"{AGAIN}s = {CONNECT} --name eu --read-only --no-import")
    assert outcome.status == "ok", outcome.error_text
    shared.run("import lync_magic\n%lync use Session1")
    return shared


def shown(outcome: Any) -> str:
    return str(outcome.text)


# --- names ---------------------------------------------------------------------------------------------------------


def test_a_session_has_the_name_it_was_given_and_connect_gives_the_session(eu: Any) -> None:
    assert eu.run("print(s.name, s.lane.value)").stdout == "eu read-only\n"


def test_the_list_of_sessions_has_user_tenant_and_lane(eu: Any) -> None:
    text = shown(eu.run("%lync sessions"))
    assert re.search(r"eu .* kenmyer@litwareinc.com\s+litwareinc.com\s+read-only", text)
    assert re.search(r"Session1 .* open", text)


@pytest.mark.parametrize(
    "cell",
    [
        "%lync eu Get-CsTenant",
        "%%lync eu\nGet-CsTenant",
        "import lync_magic\nlync_magic.sessions['EU'].run('Get-CsTenant')",
        "list(lync_magic.sessions)[1].run('Get-CsTenant')",
    ],
)
def test_a_session_is_used_by_its_name(eu: Any, cell: str) -> None:
    eu.run("%lync import --session eu Get-CsTenant --prefix Eu")
    before = eu.run("print(len([e for e in lync_magic.sessions.log if e.session == 'eu']))").stdout
    outcome = eu.run(cell.replace("Get-CsTenant", "Get-EuCsTenant") if cell.startswith("%") else cell)
    assert "Litware, Inc." in shown(outcome), outcome.error_text
    assert eu.run("print(len([e for e in lync_magic.sessions.log if e.session == 'eu']))").stdout != before


def test_use_by_name_and_back(eu: Any) -> None:
    assert "Commands go to eu" in eu.run("%lync use eu").stdout
    assert "Commands go to Session1" in eu.run("%lync use 1").stdout


def test_a_name_that_is_not_there_is_answered_with_the_nearest_one(eu: Any) -> None:
    assert "Did you mean eu?" in eu.run("%lync use eux").error_text
    assert "There are: Session1, eu" in eu.run("lync_magic.sessions['us']").error_text


@pytest.mark.parametrize("name", ["connect", "Session7", "a-b", "1"])
def test_a_word_that_would_be_mistaken_cannot_be_a_name(eu: Any, name: str) -> None:
    assert "cannot name a session" in eu.run(f"{CONNECT} --name {name}").error_text


def test_a_session_that_is_shown_is_a_table_and_is_not_shown_twice(eu: Any) -> None:
    assert "ConfigurationName" in shown(eu.run("s"))
    assert len(eu.run(f"{CONNECT} --name eu --read-only --no-import").displays) == 0


# --- what becomes of the output ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "is_shown"),
    [
        ("%lync -o kept Get-CsTenant", True),
        ("%lync kept << Get-CsTenant", False),
        ("%lync -o kept --quiet Get-CsTenant", False),
        ("%%lync -o kept\nGet-CsTenant", True),
        ("%%lync kept <<\nGet-CsTenant", False),
        ("%%lync -o kept --quiet\nGet-CsTenant", False),
    ],
)
def test_output_is_kept_under_a_name(shared: Any, cell: str, is_shown: bool) -> None:
    shared.run("kept = None")
    outcome = shared.run(cell)
    assert outcome.status == "ok", outcome.error_text
    assert ("Litware, Inc." in shown(outcome)) == is_shown
    assert shared.run("print(kept[0].DisplayName)").stdout == "Litware, Inc.\n"


@pytest.mark.parametrize(
    ("kind", "made"), [("pandas", "DataFrame"), ("polars", "DataFrame"), ("arrow", "Table"), ("records", "Records")]
)
def test_output_is_kept_as_the_kind_that_was_asked_for(shared: Any, kind: str, made: str) -> None:
    pytest.importorskip({"arrow": "pyarrow", "records": "json"}.get(kind, kind))
    for cell in (f"%%lync -o kept --as {kind}\nGet-CsTenant", f"kept = %lync --as {kind} Get-CsTenant"):
        assert shared.run(cell).status == "ok"
        assert shared.run("print(type(kept).__name__)").stdout == f"{made}\n"


def test_a_cell_is_shown_as_the_kind_that_was_asked_for(shared: Any) -> None:
    pytest.importorskip("pandas")
    assert "dataframe" in shared.run("%%lync --as pandas\nGet-CsTenant").html


def test_no_stop_shows_the_error_and_the_cell_is_well(shared: Any) -> None:
    outcome = shared.run("%%lync --no-stop\nGet-CsOnlineUser -Identity nobody@litwareinc.com")
    assert outcome.status == "ok"
    assert "nobody@litwareinc.com" in outcome.stderr


def test_plain_values_look_as_in_a_console_and_nothing_is_shown_of_nothing(shared: Any) -> None:
    assert shared.run("%%lync\n1 / 3\n$null\n'a'\n0.1 + 0.2").stdout == "0.333333333333333\na\n0.3\n"


def test_what_ends_a_cell_says_where(shared: Any) -> None:
    outcome = shared.run("%%lync\n'before'\nfunction Foo($x) { throw \"in foo: $x\" }\nFoo 3")
    assert (outcome.stdout, "in foo: 3" in outcome.error_text, "line 2" in outcome.error_text) == (
        "before\n",
        True,
        True,
    )


def test_a_name_near_one_of_powershells_own_is_told(shared: Any) -> None:
    assert "Did you mean Select-Object?" in shared.run("%%lync\nGet-CsTenant | Selct-Object DisplayName").stderr


def test_what_is_found_late_says_what_has_run_and_a_way_on(shared: Any) -> None:
    cell = (
        "%%lync --engine embedded\n'before'{0}\n$kept = & {{ try {{ 1/0 }} catch {{ $_ }} }}\n[string]$kept.Exception"
    )
    outcome = shared.run(cell.format("; Start-Sleep 0"))
    assert outcome.stdout == "before\n"
    assert "What stands before it has run." in outcome.error_text
    unbegun = shared.run(cell.format(""))
    assert unbegun.stdout == ""
    assert "Nothing of the cell was run." in unbegun.error_text


def test_a_refusal_is_told_in_a_line_and_the_engine_tells_how_to_get_a_powershell(start_kernel: Any) -> None:
    kernel = load(start_kernel(LYNC_MAGIC_PWSH="", PATH=""))
    told = kernel.run("%%lync\nclass P { }").error_text
    assert "%lync engine tells how." in told.splitlines()[-1]
    assert "aka.ms" not in told
    assert "aka.ms" in kernel.run("%lync engine").stdout


def test_what_is_not_there_is_said_with_the_step_before_it(start_kernel: Any, tmp_path: Path) -> None:
    (tmp_path / "here.ps1").write_text("'hi'")
    kernel = load(start_kernel(LYNC_MAGIC_PWSH="", PATH=""))
    kernel.run(f"import os\nos.chdir({str(tmp_path)!r})")
    assert f".{os.sep}here.ps1" in kernel.run("%%lync\nhere.ps1").stderr
    told = kernel.run("%%lync\nGet-Help Nix").stderr
    assert "%lync connect USER" in told
    assert "%lync commands" not in told


KINDS = {
    "[ipaddress]'10.0.0.1'": "IPAddressToString  : 10.0.0.1", "[switch]$true": "IsPresent",
    "[timespan]'1:02:03'": "TotalMinutes      : 62.05", "[guid]::Empty": "Guid\n----",
    "@{ a = 1 }": "Name                           Value", "Get-Location": "Path\n----",
    "$d = [Collections.Generic.Dictionary[string,int]]::new(); $d['k'] = 1; $d": "Key Value",
    "Get-Alias gci": "gci -> Get-ChildItem", "[xml]'<a/>'": "a\n-",
    "[datetime]'2024-05-06 07:08:09'": "Monday, 06 May 2024 07:08:09",
}  # fmt: skip


@pytest.mark.parametrize("cell", KINDS)
def test_a_value_is_shown_as_powershell_lays_out_its_kind(cell: str, shared: Any) -> None:
    assert KINDS[cell] in shared.run(f"%%lync --engine embedded\n{cell}").text


def test_what_keeps_a_name_that_is_none_is_refused(shared: Any) -> None:
    assert "is no variable's name" in shared.run("%lync -o 2x Get-CsTenant").error_text


# --- lanes ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(shared: Any) -> Iterator[Callable[[str], Any]]:
    """Run in Session1 as in another lane."""

    shared.run("import lync_magic\nfrom lync_magic.sessions import Lane")

    def in_lane(lane: str) -> None:
        shared.run(f"lync_magic.sessions[1].lane = Lane.{lane}")

    yield in_lane
    in_lane("OPEN")


SETS = "Set-CsUser -Identity kenmyer@litwareinc.com -AudioVideoDisabled $false"


@pytest.mark.parametrize(
    "cell",
    [
        f"%lync {SETS}",
        f"%%lync\nGet-CsTenant\n{SETS}",
        f"%%lync\n$users = Get-CsOnlineUser -ResultSize 2\nif ($false) {{ {SETS} }}",
        'Set_CsUser(Identity="kenmyer@litwareinc.com", AudioVideoDisabled=False)',
        'lync_magic.sessions[1].run(lync_magic.Pipeline.of("Set-CsUser"))',
        'lync_magic.sessions[1].run(lync_magic.Pipeline.script("Get-Date"))',
    ],
)
def test_a_session_that_only_reads_sends_nothing_that_changes(shared: Any, guarded: Any, cell: str) -> None:
    guarded("READ_ONLY")
    shared.run("import lync_magic; sent = len(lync_magic.sessions.log)")
    outcome = shared.run(cell)
    assert outcome.error_name == "NotSent", shown(outcome)
    assert "read-only" in outcome.error_text
    assert shared.run("print(len(lync_magic.sessions.log) - sent)").stdout == "0\n"


def test_a_session_that_only_reads_reads(shared: Any, guarded: Any) -> None:
    guarded("READ_ONLY")
    assert "Litware" in shown(shared.run("%%lync\nGet-CsTenant | Select-Object DisplayName"))


@pytest.mark.parametrize(("answer", "status"), [("Y", "ok"), ("N", "error")])
def test_a_session_that_confirms_shows_the_exact_call_and_does_as_is_said(
    shared: Any, guarded: Any, answer: str, status: str
) -> None:
    guarded("CONFIRM")
    outcome = shared.run(f"%lync {SETS}", answers=[answer])
    assert outcome.status == status, outcome.error_text
    assert f"1 call on Session1, kenmyer@litwareinc.com in litwareinc.com:\n    {SETS}\n" in outcome.asked[0]


def test_yes_to_all_is_for_the_rest_of_the_cell(shared: Any, guarded: Any) -> None:
    guarded("CONFIRM")
    outcome = shared.run(f"%%lync\n{SETS}\n{SETS}\n{SETS}", answers=["A"])
    assert outcome.status == "ok", outcome.error_text


def test_a_pipeline_that_is_confirmed_says_how_many_calls_it_makes(shared: Any, guarded: Any) -> None:
    guarded("CONFIRM")
    cell = (
        "%%lync\n$users = Get-CsOnlineUser -ResultSize 3\n$users | Grant-CsVoicePolicy -PolicyName RedmondVoicePolicy"
    )
    outcome = shared.run(cell, answers=["N"])
    assert outcome.status == "error"
    assert "3 calls on Session1, kenmyer@litwareinc.com in litwareinc.com:" in outcome.asked[0]
    assert "-PolicyName RedmondVoicePolicy   (once for each of 3 objects)" in outcome.asked[0]


@pytest.mark.parametrize(
    "loop",
    [
        "foreach ($user in $users) {{ Write-Host $user.DisplayName; {call} }}",
        "$users | ForEach-Object {{ if ($_.Enabled) {{ {call} }} }}",
    ],
)
def test_a_loop_is_gone_through_first_and_its_calls_are_asked_about_once(shared: Any, guarded: Any, loop: str) -> None:
    guarded("CONFIRM")
    name = "$_" if "$_" in loop else "$user"
    call = loop.format(call=f"Grant-CsVoicePolicy -Identity {name}.SipAddress -PolicyName RedmondVoicePolicy")
    cell = f"%%lync\n$users = Get-CsOnlineUser -ResultSize 3\n{call}"
    outcome = shared.run(cell, answers=["N"])
    assert "None of 3 calls was sent: the answer was no." in outcome.error_text
    assert "Ken Myer" not in outcome.stdout
    outcome = shared.run(cell, answers=["Y"])
    assert outcome.status == "ok", outcome.error_text
    assert len(outcome.asked) == 1
    assert "3 calls on Session1, kenmyer@litwareinc.com in litwareinc.com:" in outcome.asked[0]
    assert outcome.asked[0].count("-Identity sip:") == 3


def test_a_loop_that_changes_something_here_is_not_gone_through_twice(shared: Any, guarded: Any) -> None:
    guarded("CONFIRM")
    call = "Grant-CsVoicePolicy -Identity $user.SipAddress -PolicyName RedmondVoicePolicy"
    cell = f"%%lync\n$count = 0\nforeach ($user in Get-CsOnlineUser -ResultSize 3) {{ $count++; {call} }}\n$count"
    outcome = shared.run(cell, answers=["Y", "A"])
    assert outcome.stdout == "3\n"
    assert ["1 call on" in asked for asked in outcome.asked] == [True, True]


def test_where_nobody_can_be_asked_nothing_is_sent(shared: Any, guarded: Any) -> None:
    guarded("CONFIRM")
    assert shared.run(f"%lync {SETS}", stdin=False).error_name == "PromptRefused"


def test_a_cell_asks_though_its_session_does_not(shared: Any, guarded: Any) -> None:
    guarded("OPEN")
    assert shared.run(f"%%lync --confirm\n{SETS}", answers=["N"]).status == "error"
    assert shared.run(f"%%lync\n{SETS}").status == "ok"


def test_what_if_changes_nothing_and_says_what_it_would(shared: Any, guarded: Any) -> None:
    guarded("OPEN")
    outcome = shared.run("%%lync --whatif\nSet-CsUser -Identity kenmyer@litwareinc.com -AudioVideoDisabled $true")
    assert "What if:" in shown(outcome) + outcome.stderr
    assert "False" in shown(shared.run("%lync Get-CsOnlineUser kenmyer | Select-Object AudioVideoDisabled"))


def test_what_if_and_confirm_hold_for_files_too(shared: Any, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("x")
    outcome = shared.run(f"%%lync --whatif\nRemove-Item '{kept}'; 'y' > '{tmp_path}/new.txt'; Set-Content '{kept}' y")
    assert outcome.stdout.count("What if:") == 3
    shared.run(f"%%lync --confirm\nRemove-Item '{kept}'", answers=["N"])
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("kept.txt", "x")]
    assert shared.run(f"%%lync\nRemove-Item '{kept}'; [string]$WhatIfPreference").stdout.strip() == "False"
    assert not list(tmp_path.iterdir())


# --- the log -------------------------------------------------------------------------------------------------------


def test_the_log_says_what_was_sent_to_whom_and_how_it_ended(shared: Any, guarded: Any) -> None:
    guarded("OPEN")
    shared.run("%lync Get-CsOnlineUser -ResultSize 3")
    shared.run("%lync Get-CsOnlineUser -Identity nobody@litwareinc.com")
    shared.run("entries = %lync log --last 2")
    told = shared.run(
        "for e in entries: print(e.Session, e.Tenant, e.User, e.Command, e.Objects, e.Outcome, sep='|')"
    ).stdout.splitlines()
    assert told[0] == "Session1|litwareinc.com|kenmyer@litwareinc.com|Get-CsOnlineUser -ResultSize 3|3|done"
    assert told[1].endswith("|Get-CsOnlineUser -Identity nobody@litwareinc.com|0|done, 1 error")


def test_the_log_holds_no_secret(shared: Any) -> None:
    shared.run(
        "lync_magic.sessions[1].run(lync_magic.Pipeline((lync_magic.Command('Get-CsTenant', ("
        "lync_magic.Argument('-Password', None), lync_magic.Argument(None, 'S3cret'),"
        "lync_magic.Argument('Token', 'S3cret'), lync_magic.Argument('Credential', credential))),)))"
    )
    text = shown(shared.run("print([e.command for e in lync_magic.sessions.log][-1])"))
    assert "S3cret" not in text


# --- settings ------------------------------------------------------------------------------------------------------


def test_config_shows_help_and_takes_effect(shared: Any) -> None:
    assert "masked in the log" in shared.run("%config LyncMagic").stdout
    shared.run("%config LyncMagic.rows = 3")
    assert "more" in shown(shared.run("%lync Get-CsOnlineUser -ResultSize 6"))
    shared.run("%config LyncMagic.rows = 20")
    assert "more\n" not in shown(shared.run("%lync Get-CsOnlineUser -ResultSize 6"))


def test_tab_offers_the_settings(shared: Any) -> None:
    code = "%config LyncMagic."
    offered = shared.client.complete(code, len(code), reply=True, timeout=60)["content"]["matches"]
    assert {"LyncMagic.rows", "LyncMagic.quiet", "LyncMagic.redaction"} <= set(offered)


def test_a_project_says_its_settings(start_kernel: Any, tmp_path: Any) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.lync_magic]\nrows = 7\nqiet = true\nresult = "tables"\n')
    kernel = start_kernel()
    outcome = kernel.run(f"import os\nos.chdir({str(tmp_path)!r})\n%load_ext lync_magic")
    assert "has no setting 'qiet'. Did you mean quiet?" in outcome.stderr
    assert "result" in outcome.stderr
    assert "7" in kernel.run("%config LyncMagic.rows").text


def test_a_program_names_its_session_and_has_it_only_read(shared: Any) -> None:
    outcome = shared.run(
        "with lync_magic.connect('kenmyer@litwareinc.com', password='p@ssw0rd!', name='uk', read_only=True) as lync:\n"
        "    print(lync_magic.sessions['uk'] is lync, lync.Get_CsTenant()[0].DisplayName)\n"
        "    lync.Set_CsUser(Identity='kenmyer@litwareinc.com', AudioVideoDisabled=True)"
    )
    assert outcome.stdout == "True Litware, Inc.\n"
    assert outcome.error_name == "NotSent"


# --- exported commands -----------------------------------------------------------------------------------------------


def test_a_cell_exports_commands_as_a_python_module_which_uses_the_session_that_is_open(eu: Any) -> None:
    folder = "import os, sys, tempfile\nfolder = tempfile.mkdtemp()\nsys.path.insert(0, folder)\nos.chdir(folder)"
    assert eu.run(folder).status == "ok"
    cell = "%%lync Session1\nExport-PSSession (Get-PSSession -Name Session1) -OutputModule lync_eu -CommandName Get-Cs*"
    assert "__init__.py" in shown(eu.run(f"{cell} -Encoding utf8"))
    assert eu.run("import lync_eu\nprint(lync_eu.Get_CsTenant().DisplayName, lync_eu.remote)").stdout == (
        "Litware, Inc. <the session of lync_eu: Session1>\n"
    )
    again = eu.run(cell)
    assert "Use the -Force parameter if you want to overwrite" in again.stderr + again.error_text


def test_an_error_stands_before_what_the_statements_after_it_show(shared: Any) -> None:
    """A kernel buffers output and errors each alone; what was written first is sent first."""
    before = len(shared.everything)
    shared.run("%%lync\n'one'; 1/0; 'two'; Write-Warning 'three'; 'four'")
    shown = [one["content"] for one in shared.everything[before:] if one["msg_type"] == "stream"]
    text = "".join(one["text"] for one in shown)
    places = [text.find(word) for word in ("one", "divide by zero", "two", "three", "four")]
    assert -1 not in places
    assert places == sorted(places)


def _in_order(shared: Any, code: str) -> str:
    """All that a cell shows, in the order in which it came."""
    before = len(shared.everything)
    shared.run(code)
    came = [one["content"] for one in shared.everything[before:] if one["msg_type"] in ("stream", "display_data")]
    return "".join(one["text"] if "text" in one else one["data"]["text/plain"] + "\n" for one in came)


def test_a_line_shows_its_errors_where_they_came(shared: Any) -> None:
    text = _in_order(
        shared, "%lync 'one'; Get-CsOnlineUser nobody@litwareinc.com; [pscustomobject]@{A='two'}; 1/0; 'three'"
    )
    places = [text.find(word) for word in ("one", "nobody@", "two", "divide by zero", "three")]
    assert -1 not in places
    assert places == sorted(places)


def test_what_a_line_says_stands_where_it_came_and_its_output_is_kept_whole(shared: Any) -> None:
    text = _in_order(
        shared, "%lync 'one'; Write-Warning 'two'; [pscustomobject]@{A='three'}; Write-Host 'four'; 'five'"
    )
    places = [text.find(word) for word in ("one", "two", "three", "four", "five")]
    assert -1 not in places
    assert places == sorted(places)
    assert text.count("five") == 1
    assert shared.run("print(len(_), len(Out[max(Out)]))").stdout == "3 3\n"


@pytest.mark.parametrize("code", ["x = %lync 'one'; Write-Host 'two'; 'three'\nx", "%lync Write-Host 'two'; 'one'"])
def test_a_line_whose_output_is_not_shown_in_parts_is_the_cells_result(shared: Any, code: str) -> None:
    outcome = shared.run(code)
    assert outcome.stdout == "two\n"
    assert "one" in outcome.result["text/plain"]


def test_a_cell_shows_as_many_lines_of_text_as_the_settings_say(shared: Any) -> None:
    shared.run("%config LyncMagic.lines = 3")
    try:
        shown = shared.run("%%lync\n1..10\n1..5 | ForEach-Object { Write-Host $_ }").stdout
    finally:
        shared.run("%config LyncMagic.lines = 25000")
    assert shown == "1\n2\n3\n… 12 more lines. %config LyncMagic.lines = 0 shows all of it.\n"


def test_plain_values_between_objects_are_lines_of_their_own(shared: Any) -> None:
    text = _in_order(shared, "%%lync\n1, [pscustomobject]@{A=2}, [pscustomobject]@{A=3}, $null, 'four'")
    assert text.splitlines()[:5] == ["1", "A", "-", "2", "3"]
    assert text.splitlines()[-1] == "four"
    assert "(2 objects" in text


@pytest.mark.parametrize(
    ("code", "answers", "asked", "shown"),
    [
        (
            "Get-CsTenant | Grant-CsClientPolicy",
            ["No"],
            ["position 2", "PolicyName: "],
            "user policy",
        ),
        (
            "Rename-Item nosuch.txt",
            ["b"],
            ["cmdlet Rename-Item at command pipeline position 1", "NewName: "],
            "nosuch.txt",
        ),
        ("Get-Content", ["nosuch.txt", ""], ["Path[0]: ", "Path[1]: "], "nosuch.txt"),
        (
            "function f([Parameter(Mandatory)][pscredential]$C) { $C.UserName }\nf",
            ["ken", "secret"],
            ["User: ", "Password for user ken: "],
            "ken",
        ),
    ],
)
def test_a_person_is_asked_for_what_a_command_needs(
    shared: Any, code: str, answers: list[str], asked: list[str], shown: str
) -> None:
    outcome = shared.run(f"%%lync\n{code}", answers=answers)
    assert all(one in "".join(outcome.asked) for one in asked)
    assert shown in outcome.stdout + outcome.stderr


def test_colours_of_a_text_are_shown_and_nothing_else_that_steers(shared: Any) -> None:
    shown = shared.run('%%lync\n"$([char]27)[32mgreen$([char]27)[0m"; "a$([char]27)[2Jb"').stdout
    assert shown == "\x1b[32mgreen\x1b[0m\na<U+001B>[2Jb\n"


@pytest.mark.parametrize(("written", "way"), [("{who}", "$who"), ("{ many[0] }", "$($many[0])")])
def test_a_variable_in_braces_is_refused_with_powershells_way(shared: Any, written: str, way: str) -> None:
    shared.run("who = 'Ken Myer'; many = [who]")
    refused = shared.run(f"%lync Get-CsOnlineUser {written}").error_text
    assert f"Write {way} in its place." in refused
    assert "Ken Myer" in shown(shared.run(f"%lync Get-CsOnlineUser {way} | Select-Object DisplayName"))


def test_a_block_that_calls_a_function_of_a_cell_is_no_variable(shared: Any) -> None:
    shared.run("twice = 1\n")
    shared.run("%%lync\nfunction twice { 2 * $_ }")
    assert "6" in shown(shared.run("%lync 3 | ForEach-Object {twice}"))


def test_an_error_that_a_function_writes_is_told_as_the_functions(shared: Any) -> None:
    shared.run("%%lync\nfunction Test-It { Write-Error 'bad' -RecommendedAction 'Mend it.' }")
    assert shared.run("%%lync\n'a'\nTest-It").stderr == "Test-It: bad\n    line 2\nMend it.\n"


def test_how_a_call_was_wrong_is_nothing_to_keep_silent_about(shared: Any) -> None:
    shared.run("%%lync\nfunction Twice([int] $Number) { 2 * $Number }")
    assert "ErrorAction" not in shared.run("%%lync\nTwice abc").error_text


def test_an_object_of_a_cell_has_its_properties_as_attributes(shared: Any) -> None:
    shared.run("%%lync\n$made = [pscustomobject]@{ Name = 'Ken'; At = Get-Date 2024-01-01; Do = { 1 }; place = 'P' }")
    assert shared.run("print(made.Name, made.place, made.at.year, made.Do)").stdout == "Ken P 2024  1 \n"
    assert "At=DateTime(2024, 1, 1, 0, 0); Do={ 1 }" in shared.run("made").result["text/plain"]
    assert "It has Name, At, Do, place." in shared.run("made.Nobody").error_text


def test_a_name_of_pythons_that_a_cell_took_is_told_where_it_is_missed(shared: Any) -> None:
    shared.run("%%lync\n$list = 1, 2")
    assert "del list" in shared.run("list(range(3))").error_text
    assert shared.run("del list\nprint(list(range(3)))").stdout == "[0, 1, 2]\n"


def test_a_block_goes_to_a_session_whose_commands_are_not_imported(eu: Any) -> None:
    eu.run("%lync remove eu")
    eu.run(f"{AGAIN}other = {CONNECT} --name other --new --no-import\n%lync use Session1")
    block = "Invoke-Command -Session $other { Get-CsTenant } | Select-Object DisplayName"
    assert "Litware, Inc." in shown(eu.run(f"%%lync\n{block}"))
    assert eu.run("print(list(lync_magic.sessions.log)[-1].session)").stdout == "other\n"
    refused = eu.run("%%lync\nInvoke-Command -Session $other { foreach ($i in 1) { Get-CsTenant } }")
    assert "not supported by this runspace" in refused.stderr
    eu.run("%lync remove other")
    gone = eu.run(f"%%lync\n{block}")
    assert "the session state for session other" in gone.stderr
    assert "No valid sessions were specified." in gone.stderr
    assert gone.error_name == "CellFailed"


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("Get_CsOnlineuser()", "Did you mean Get_CsOnlineUser?"),
        ("%%lync Get-CsTenant\n'x'", "Commands stand in the lines below %%lync."),
        ("%lync --confirm", "there is no command"),
        ("%lync GetCsTenant", "Did you mean %lync Get-CsTenant?"),
        ("%lync help Get-CsTennant", "Did you mean Get-CsTenant?"),
        ("%lync check nosuch.md", "There is no document nosuch.md."),
        ("$x = 5", "PowerShell goes after %lync, or in a cell that begins with %%lync."),
        ("%%lync\nRemove-PSSession third", "By its name: -Name third"),
    ],
)
def test_a_word_in_the_wrong_place_is_answered_with_its_place(shared: Any, code: str, way: str) -> None:
    ran = shared.run(code)
    assert way in ran.error_text + ran.stderr


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("if (1) { 2 } else if (3) { 4 }", "elseif is one word"),
        ("if (1 -eq 1 and 2 -eq 2) { 3 }", "operators begin with a hyphen"),
        ("if ($x == 1) { 2 }", "PowerShell compares with -eq"),
        ("$x != 1", "PowerShell compares with -eq"),
        ("users = Get_CsOnlineUser()", "A command is called without parentheses"),
        ("for i in range(3):\n    i", "This looks like Python"),
        ("import os", "This looks like Python"),
        ("foreach $one in $all { $one }", "A condition stands in parentheses"),
        ("x = 5", "A variable begins with $"),
        ("counted = 1\ncounted", "A variable begins with $"),
        ("$counted = 1\ncounted", "The variable is $counted."),
        ('$x = {"a": 1}', "A hashtable is written so"),
        ("$x = [1, 2]", "A list has no brackets"),
        ("$x = True", "PowerShell writes $true and $false."),
        ("function f(x) { 1 }", "A parameter begins with $"),
    ],
)
def test_what_another_language_writes_is_answered_with_powershells_way(shared: Any, code: str, way: str) -> None:
    outcome = shared.run(f"%%lync\n{code}")
    assert way in outcome.error_text + outcome.stderr


def test_a_command_before_any_session_is_answered_with_how_to_connect(kernel: Any) -> None:
    assert "%lync connect USER" in kernel.run("Get_CsTenant()").error_text
    assert "No session is connected" in kernel.run("%lync help Get-CsTenant").error_text


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("foreach ($i in 1..2) { Write-Host $i }", "1\n2\n"),
        ("if (1 -eq 1) { Write-Host yes }", "yes\n"),
        ("Twice 4 | Write-Host", "8\n"),
        ("--no-stop try { Write-Host 'tried' } finally { }", "tried\n"),
    ],
)
def test_a_line_may_begin_with_a_statement_or_a_function_of_a_cell(shared: Any, line: str, shown: str) -> None:
    shared.run("%%lync\nfunction Twice($n) { $n * 2 }")
    assert shared.run(f"%lync {line}").stdout == shown


def test_quiet_shows_nothing_and_gives_the_objects_all_the_same(shared: Any) -> None:
    assert shared.run("%lync --quiet 1..3").result == {}
    assert shared.run("kept = %lync --quiet 1..3\nprint(len(kept))").stdout == "3\n"


@pytest.mark.parametrize("code", ["%lync -o lone [pscustomobject]@{A=1}\nlone[3]", "lync_magic.sessions[1].Nope()"])
def test_what_is_not_there_is_told_in_a_line(shared: Any, code: str) -> None:
    shared.run("import lync_magic")
    assert len(shared.run(code).error) == 1


def test_help_tells_of_a_function_of_a_cell(shared: Any) -> None:
    made = "function Find-It([Parameter(Mandatory)][ValidateSet('A', 'B')][string]$Kind, [int]$N) { }"
    told = shared.run(f"%%lync\n{made}\nGet-Help Find-It").stdout
    assert "    Find-It [-Kind] {A | B} [[-N] <int>] [<CommonParameters>]\n" in told
    assert "Required?                    true" in shared.run("%%lync\nhelp Find-It -Parameter Kind").stdout
    assert "{A | B}" in shared.run("%lync help Find-It").stdout


def test_an_alias_is_shown_with_what_it_stands_for(shared: Any) -> None:
    assert "Where-Object" in shared.run("%%lync\nGet-Alias gci, where").text


def test_progress_stands_apart_and_parts_no_table(shared: Any) -> None:
    each = 'Write-Progress -Activity a -Status "s$i"; [pscustomobject]@{I=$i}; Start-Sleep -Milliseconds 600'
    outcome = shared.run(f"%%lync\nforeach ($i in 1..3) {{ {each} }}")
    assert [one for one in outcome.displays if "(3 objects" in one.get("text/plain", "")]
    assert len(outcome.displays) == 2


def test_the_help_of_ones_own_function_is_read_as_a_page(shared: Any) -> None:
    made = "function Get-Own {\n<#\n.SYNOPSIS\nGets my own.\n#>\nparam($Name) }"
    for code in (f"%%lync\n{made}\nGet-Help Get-Own", "%lync help Get-Own"):
        assert "SYNOPSIS\n    Gets my own." in shared.run(code).stdout
    assert shared.run("told = %lync Get-Help Get-Own\nprint(told.Synopsis)").stdout == "Gets my own.\n"


def test_objects_of_ones_own_type_show_what_was_said_of_it_also_in_later_cells(shared: Any) -> None:
    shared.run("%%lync\nUpdate-TypeData -TypeName My.Own -DefaultDisplayPropertySet Name -Force")
    shown = shared.run("%%lync\n[pscustomobject]@{ PSTypeName = 'My.Own'; Age = 4; Name = 'Ken' }").text
    assert shown.split()[:3] == ["Name", "----", "Ken"]


def test_tab_and_help_know_the_functions_of_earlier_cells(shared: Any) -> None:
    shared.run("%%lync\nfunction Get-Own { param($Number, [ValidateSet('aa', 'bb')]$Kind) }")
    for line, offered in (("Get-Own -", {"-Number", "-Kind"}), ("Get-Own -Kind ", {"aa", "bb"})):
        code = f"%%lync\n{line}"
        reply = shared.client.complete(code, len(code), reply=True, timeout=60)["content"]
        assert offered <= set(reply["matches"])
