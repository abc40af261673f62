"""Cells of the kernel: PowerShell whole, magics and Python beside it, in one namespace."""

from __future__ import annotations

import re
import shutil
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest

from tests.front_end import SECONDS
from tests.kernel.conftest import Kernel


def test_a_cell_is_powershell(kernel: Kernel) -> None:
    cell = kernel.run("function Double($n) { 2 * $n }\nDouble 4\n'text'")
    assert cell.stdout == "8\ntext\n"
    assert cell.status == "ok"


def test_functions_classes_and_the_folder_live_on(kernel: Kernel) -> None:
    kernel.run("class Point { [int]$X = 4 }; Set-Location /")
    assert kernel.run("[Point]::new().X; $PWD.Path").stdout == "4\n/\n"
    kernel.run(f"Set-Location '{kernel.folder}'")


def test_cells_start_in_the_notebooks_folder(kernel: Kernel) -> None:
    assert kernel.run("'x' > made-here.txt; $PWD.Path").stdout.strip() == str(kernel.folder)
    assert (Path(kernel.folder) / "made-here.txt").exists()


def test_objects_are_the_cells_result(kernel: Kernel) -> None:
    cell = kernel.run('1..2 | ForEach-Object { [pscustomobject]@{ Number = $_; Name = "n$_" } }')
    assert cell.kinds == ["execute_result"]
    (bundle,) = cell.bundles
    assert bundle["text/plain"].count("Number") == 1
    assert "<table" in bundle["text/html"]


def test_objects_before_other_output_are_displayed_in_their_place(kernel: Kernel) -> None:
    cell = kernel.run("Get-Item /\nStart-Sleep 1\nWrite-Warning careful")
    assert cell.kinds == ["display_data", "stdout"]


def test_the_result_is_pythons_underscore_and_out(kernel: Kernel) -> None:
    kernel.run("[pscustomobject]@{ A = 41 }")
    assert kernel.run("%%python\n_[0].A + 1").bundles[0]["text/plain"] == "42"
    kernel.run("20 + 1")
    assert kernel.run("%%python\n_ * 2").bundles[0]["text/plain"] == "42"


def test_python_cells_share_variables_both_ways(kernel: Kernel) -> None:
    kernel.run("$fromShell = 20")
    assert kernel.run("%%python\nfrom_python = fromShell + 1\nfromShell").bundles[0]["text/plain"] == "20"
    assert kernel.run("$from_python * 2").stdout == "42\n"


def test_magics_and_programs_stand_between_powershell(kernel: Kernel) -> None:
    cell = kernel.run('$n = 1\n%lync sessions\n"n is $n"\n!echo from a program')
    assert cell.stdout.splitlines()[1:] == ["n is 1", "from a program"]
    assert "no session" in cell.stdout


def test_an_uncaught_error_fails_the_cell_with_its_line(kernel: Kernel) -> None:
    cell = kernel.run("'before'\n\n[int]'x'\nthrow 'end'")
    assert cell.stdout == "before\n"
    assert cell.status == "error"
    assert cell.error["evalue"] == "end"
    assert "   4 |  throw 'end'" in cell.traceback


def test_an_error_is_named_by_its_id(kernel: Kernel) -> None:
    cell = kernel.run("Get-Item /no-such-thing -ErrorAction Stop")
    assert cell.error["ename"] == "PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"
    assert cell.reply["ename"] == cell.error["ename"]
    assert "no-such-thing" in cell.error["evalue"]


def test_an_error_that_nothing_silenced_fails_the_cell_at_its_end(kernel: Kernel) -> None:
    cell = kernel.run("Get-Item /no-such-thing\n'after'")
    assert cell.kinds == ["stderr", "stdout", "error"]
    assert cell.error["ename"].startswith("PathNotFound")


def test_the_detailed_view_of_an_error_is_shown_too(kernel: Kernel) -> None:
    kernel.run("$ErrorView = 'DetailedView'")
    try:
        traceback = kernel.run("throw 'in detail'").traceback
    finally:
        kernel.run("$ErrorView = 'ConciseView'")
    assert "FullyQualifiedErrorId : in detail" in traceback


def test_an_error_that_is_looked_at_is_text(kernel: Kernel) -> None:
    cell = kernel.run("try { throw 'caught' } catch { $_ }\nGet-Item /none -ea 0 -ErrorVariable kept\n$kept\n$Error[1]")
    assert cell.status == "ok"
    assert cell.printed.count("Exception: ") == 2
    assert "Cannot find path '/none'" in cell.printed
    assert cell.kinds == ["stdout"]


def test_get_error_shows_all_of_it(kernel: Kernel) -> None:
    cell = kernel.run("try { throw 'x' } catch { }; Get-Error")
    assert cell.status == "ok"
    assert re.search(r"^CategoryInfo +: OperationStopped", cell.stdout, re.MULTILINE)


def test_an_error_that_is_looked_at_among_objects_is_in_their_table(kernel: Kernel) -> None:
    cell = kernel.run("[pscustomobject]@{a=1}\ntry { throw 'caught' } catch { $_ }\n[pscustomobject]@{a=2}")
    assert cell.status == "ok"
    (bundle,) = cell.bundles
    assert "Exception: " in bundle["text/html"]
    assert "Exception: " in bundle["text/plain"]


def test_caught_and_silenced_errors_do_not_fail_a_cell(kernel: Kernel) -> None:
    cell = kernel.run(
        "try { throw 'x' } catch { 'caught' }\nGet-Item /none -ErrorAction SilentlyContinue\nGet-Item /none 2>$null"
    )
    assert (cell.status, cell.kinds) == ("ok", ["stdout"])


def test_a_text_that_is_no_powershell_fails(kernel: Kernel) -> None:
    cell = kernel.run("1 +\n}")
    assert cell.status == "error"
    assert "Line |" in cell.traceback


def test_lines_of_a_cell_with_magics_keep_their_numbers(kernel: Kernel) -> None:
    cell = kernel.run("%lync sessions\n\nthrow 'here'")
    assert "   3 |  throw 'here'" in cell.traceback


def test_a_table_has_the_columns_that_powershell_chose(kernel: Kernel) -> None:
    (bundle,) = kernel.run("Get-ChildItem / | Select-Object -First 2").bundles
    names = re.findall(r"<th scope=\"col\"[^>]*>([^<]*)</th>", bundle["text/html"])
    assert names == ["UnixMode", "User", "Group", "LastWriteTime", "Size", "Name"]
    assert "Directory: /" in bundle["text/html"]


def test_records_go_as_data_beside_their_table(kernel: Kernel) -> None:
    (bundle,) = kernel.run('1..2 | ForEach-Object { [pscustomobject]@{ N = $_; T = "t$_" } }').bundles
    assert bundle["application/vnd.dataresource+json"] == {
        "schema": {"fields": [{"name": "N", "type": "integer"}, {"name": "T", "type": "string"}]},
        "data": [{"N": 1, "T": "t1"}, {"N": 2, "T": "t2"}],
    }


def test_the_type_of_that_data_can_be_chosen(kernel: Kernel) -> None:
    kernel.run('%config LyncMagic.data = "application/json"')
    (bundle,) = kernel.run("[pscustomobject]@{ N = 1 }").bundles
    kernel.run('%config LyncMagic.data = "application/vnd.dataresource+json"')
    assert bundle["application/json"] == [{"N": 1}]


def test_text_is_as_wide_as_the_setting_says(kernel: Kernel) -> None:
    kernel.run("%config LyncMagic.width = 40")
    printed = kernel.run("[pscustomobject]@{ Name = 'x' * 30; Other = 'y' * 30 } | Format-Table").printed
    kernel.run("%config LyncMagic.width = 120")
    assert max(len(line.rstrip()) for line in printed.splitlines()) <= 40


def test_many_lines_come_in_few_messages(kernel: Kernel) -> None:
    cell = kernel.run("1..20000")
    assert cell.stdout == "".join(f"{n}\n" for n in range(1, 20_001))
    assert len(cell.outputs) <= 200


def test_too_many_lines_are_cut_with_the_way_to_the_rest(kernel: Kernel) -> None:
    kernel.run("%config LyncMagic.lines = 10")
    cell = kernel.run("1..25")
    kernel.run("%config LyncMagic.lines = 25_000")
    *shown, word = cell.stdout.splitlines()
    assert shown == [str(n) for n in range(1, 11)]
    assert word.startswith("… 15 more lines.")
    assert kernel.run("%%python\nlen(_)").bundles[0]["text/plain"] == "25"


def test_what_a_cell_displays_is_as_it_was_written(kernel: Kernel) -> None:
    (bundle,) = kernel.run("'<b onclick=\"1\">&amp;</b>' | Out-Display -MimeType text/html").bundles
    assert bundle["text/html"] == '<b onclick="1">&amp;</b>'


def test_html_needs_no_mime_type_and_other_markup_stays_text(kernel: Kernel) -> None:
    shown = kernel.run("'<b>x</b>' | Out-Display; '<r><i/></r>' | Out-Display; 'a <b>x</b>' | Out-Display").bundles
    assert [sorted(one) for one in shown] == [["text/html", "text/plain"], ["text/plain"], ["text/plain"]]
    (svg,) = kernel.run("'<svg/>' | Out-Display -CustomMimeType image/svg+xml").bundles
    assert svg["image/svg+xml"] == "<svg/>"


def test_what_dotnet_interactive_alone_had_is_refused_with_the_way(kernel: Kernel) -> None:
    for text in ("New-PlotlyTrace -TraceType Scatter", "[Graph.Scatter]@{ x = 1 }"):
        assert "application/vnd.plotly.v1+json" in kernel.run(text).traceback
    assert "Out-Display" in kernel.run("[Microsoft.DotNet.Interactive.Kernel]::display('x')").traceback


def test_a_display_is_updated_under_its_id(kernel: Kernel) -> None:
    cell = kernel.run("$shown = 'first' | Out-Display -PassThru\n$shown.Update('second')")
    assert cell.kinds == ["display_data", "update_display_data"]
    first, second = (content["transient"]["display_id"] for _, content in cell.outputs)
    assert first == second
    later = kernel.run("$shown.Update('third')")
    assert later.outputs[0][1]["transient"]["display_id"] == first


def test_charts_and_pictures_go_by_their_types(kernel: Kernel) -> None:
    spec = "@{ data = @{ values = @(@{ a = 1 }) }; mark = 'bar' }"
    (chart,) = kernel.run(f"{spec} | Out-Display -MimeType application/vnd.vegalite.v5+json").bundles
    assert chart["application/vnd.vegalite.v5+json"] == {"data": {"values": [{"a": 1}]}, "mark": "bar"}
    (plot,) = kernel.run("'{\"data\": []}' | Out-Display -MimeType application/vnd.plotly.v1+json").bundles
    assert plot["application/vnd.plotly.v1+json"] == {"data": []}
    assert "pip install plotly" in plot["text/plain"]
    (picture,) = kernel.run("[byte[]](0x89, 0x50, 0x4e, 0x47) | Out-Display").bundles
    assert picture["image/png"] == "iVBORw=="


def test_progress_is_one_bar_that_goes(kernel: Kernel) -> None:
    cell = kernel.run(
        "foreach ($i in 1..5) { Write-Progress Work -PercentComplete ($i * 20); Start-Sleep -Milliseconds 150 }"
    )
    shown = [content for kind, content in cell.outputs if kind == "display_data"]
    assert len(shown) == 1
    last = [content for kind, content in cell.outputs if kind == "update_display_data"][-1]
    assert last["transient"] == shown[0]["transient"]
    assert not last["data"]
    assert list(shown[0]["data"]) == ["text/plain"]  # no front end here draws widgets, and none keeps their state


def test_timeit_times_powershell_where_powershell_runs_and_python_in_its_cells(kernel: Kernel) -> None:
    timed = kernel.run("$n = 20\n%timeit -n 2 -r 1 $global:ran++; Start-Sleep -Milliseconds $n\n$ran")
    assert "per loop (mean ± std. dev. of 1 run, 2 loops each)\n3\n" in timed.stdout
    assert "μs" not in timed.stdout
    assert "loops each)" in kernel.run("%%python\n%timeit -n 2 -r 1 sum(range(3))").stdout
    cell = kernel.run("%%time\nthrow 'in line 2'")
    assert "2 | throw" in cell.traceback.replace("  ", " ")
    assert cell.stdout.startswith("Wall time: ")
    assert kernel.run("%timeit").error["ename"] == "UsageError"


def test_what_dotnet_writes_to_the_console_is_shown_in_its_place(kernel: Kernel) -> None:
    cell = kernel.run("'a'; [Console]::WriteLine('b'); 'c'; [Console]::Error.WriteLine('d'); 'e'")
    in_order = groupby((content for _, content in cell.outputs), itemgetter("name"))  # how many messages, no matter
    assert [(name, "".join(content["text"] for content in run)) for name, run in in_order] == [
        ("stdout", "a\nb\nc\n"),
        ("stderr", "d\n"),
        ("stdout", "e\n"),
    ]


def test_what_a_program_writes_that_powershell_does_not_read_is_shown(kernel: Kernel) -> None:
    """A console shows it: the program has PowerShell's own output, which is the protocol's here. It is there before
    what came after it.
    """
    cell = kernel.run("'a'; Start-Process /bin/sh '-c', '\"echo b; printf d\"' -Wait; 'e'")
    *before, last = cell.stdout.splitlines()
    assert sorted(before) == ["a", "b", "d"]
    assert last == "e"


@pytest.mark.parametrize("name", ["Warning", "Verbose", "Debug"])
def test_what_is_said_aside_has_powershells_colour(kernel: Kernel, name: str) -> None:
    switch = f"-{name}" if name != "Warning" else ""
    said = kernel.run(f"Write-{name} 'said' {switch}").stream("stdout")
    style = kernel.run(f'"$($PSStyle.Formatting.{name}){name.upper()}: said$($PSStyle.Reset)"').stream("stdout")
    assert said == style
    assert said.startswith("\x1b[")


def test_what_is_said_aside_looks_so_among_the_output_too(kernel: Kernel) -> None:
    cell = kernel.run("$said = & { Write-Warning 'w'; Write-Verbose 'v' -Verbose; 'o' } *>&1; $said; $said[0].Message")
    assert cell.stdout == "WARNING: w\nVERBOSE: v\no\nw\n"


@pytest.mark.parametrize("cell", ["Get-Item /none", "'a'\n1 / 0", "throw 'x'", "if (", "Get-Item /none; 'on'"])
def test_an_error_has_powershells_colours(kernel: Kernel, cell: str) -> None:
    ran = kernel.run(cell)
    red = kernel.run("$PSStyle.Formatting.Error").stream("stdout").strip("\n")
    assert red in "\n".join(ran.error["traceback"])
    assert ran.error["traceback"][0].startswith(red) or ran.kinds[0] == "stderr"
    assert "\x1b" not in ran.error["evalue"]


def test_cells_ask_a_front_end_that_takes_colours(kernel: Kernel) -> None:
    assert kernel.run("$Host.UI.SupportsVirtualTerminal").stdout == "True\n"
    assert "\x1b[7mb" in kernel.run("'abc' | Select-String b").stream("stdout")


def test_the_console_and_the_host_are_as_wide_as_the_setting_says(kernel: Kernel) -> None:
    asks = '"$([Console]::WindowWidth) $($Host.UI.RawUI.WindowSize.Width) $($Host.UI.RawUI.BufferSize.Width)"'
    assert kernel.run(f"/bin/echo | Out-Null; {asks}").stdout == "120 120 120\n"
    kernel.run("%config LyncMagic.width = 90")
    narrower = kernel.run(asks).stdout
    kernel.run("%config LyncMagic.width = 120")
    assert narrower == "90 90 90\n"


def test_powershells_history_has_the_cells(kernel: Kernel) -> None:
    kernel.run("'to be run\nagain'")
    assert kernel.run("(Get-History -Count 1).CommandLine").stdout == "'to be run\nagain'\n"
    assert kernel.run("Get-History -Count 2 | Select-Object -First 1 | Invoke-History").stdout.endswith(
        "to be run\nagain\n"
    )


def test_powershells_own_cmdlets_are_cmdlets(kernel: Kernel) -> None:
    named = "Get-Item, Set-Item, Invoke-Command, New-PSSession, Import-PSSession, Get-Help, Set-ExecutionPolicy"
    assert kernel.run(f"(Get-Command {named}).CommandType | Select-Object -Unique").stdout == "Cmdlet\n"
    assert kernel.run("(Get-Command *-Lync*, Get-LyncHelp -ErrorAction Ignore).Count").stdout == "0\n"
    for text, offered in (("Get-Lync", []), ("Invoke-Comm", ["Invoke-Command"]), ("$StandI", [])):
        assert kernel.reply(kernel.client.complete(text, len(text)))["matches"] == offered
    assert kernel.run("(Get-Help icm).Category").stdout == "Cmdlet\n"


def test_ours_runs_where_a_cmdlet_or_its_alias_is_called_and_a_persons_function_stays(kernel: Kernel) -> None:
    kernel.run("Set-Alias shorter New-PSSessionOption")
    for called in ("New-PSSessionOption", "shorter"):
        assert kernel.run(f"{called} -NoEncryption").error["ename"] == "NoEncryption,New-PSSessionOption"
    mine = "function New-PSSessionOption { 'mine' }\nNew-PSSessionOption\nshorter\nRemove-Item function:New-PSSessionOption"
    assert kernel.run(mine).stdout == "mine\nmine\n"


def test_a_hosts_line_on_a_background_can_be_read_in_any_theme(kernel: Kernel) -> None:
    for chosen, shown in (
        ("-ForegroundColor White -BackgroundColor DarkBlue", "38;2;255;255;255;48;2;0;0;128"),
        ("-BackgroundColor Yellow", "38;2;0;0;0;48;2;255;255;0"),
        ("-BackgroundColor DarkRed", "38;2;255;255;255;48;2;128;0;0"),
        ("-ForegroundColor DarkRed", "31"),
    ):
        assert kernel.run(f"Write-Host here {chosen}").stream("stdout") == f"\x1b[{shown}mhere\x1b[0m\n"


def test_help_is_cut_within_no_word_by_powershell(kernel: Kernel) -> None:
    told = kernel.reply(kernel.client.inspect("Get-Date", 8))["data"]["text/plain"]
    assert "[-DisplayHint {Date | Time | DateTime}] [-Format <string>] [-AsUTC]" in told


def test_a_cmdlet_that_is_called_past_ours_says_which_one_reaches_a_computer(kernel: Kernel) -> None:
    for called in ("& (Get-Command New-PSSession)", r"Microsoft.PowerShell.Core\New-PSSession"):
        shown = kernel.run(f"{called} -ComputerName nowhere.invalid").traceback
        assert "no supported WSMan client library" in shown
        assert "By its name alone, New-PSSession is the one that does" in shown


@pytest.mark.skipif(shutil.which("ssh") is None, reason="needs OpenSSH's client")
def test_what_ssh_says_and_what_to_do_are_two_sentences(kernel: Kernel) -> None:
    refused = kernel.run("nsn -HostName nobody@127.0.0.1:1").error
    assert refused["ename"] == "EndpointUnreachable,PSSessionOpenFailed"
    assert refused["evalue"].endswith("Connection refused. Check that an SSH server runs there, and its port.")


def test_no_debugger_is_offered_and_who_asks_for_one_is_answered(kernel: Kernel) -> None:
    client = kernel.client
    assert "debugger" not in kernel.reply(client.kernel_info())["supported_features"]
    asked = client.session.msg("debug_request", {"type": "request", "seq": 7, "command": "initialize", "arguments": {}})
    client.control_channel.send(asked)
    while (answer := client.get_control_msg(timeout=SECONDS))["parent_header"]["msg_id"] != asked["header"]["msg_id"]:
        continue
    assert (answer["content"]["success"], answer["content"]["request_seq"]) == (False, 7)


def test_powershell_and_python_have_one_folder_and_one_environment(kernel: Kernel) -> None:
    kernel.run("cd /usr; $env:LYNC_SHARED = 'set'; $env:LYNC_GONE = 'x'")
    where = kernel.run("%%python\nimport os\nprint(os.getcwd(), os.environ['LYNC_SHARED'])")
    assert where.stdout == "/usr set\n"
    kernel.run("%%python\nos.environ['LYNC_SHARED'] = 'changed'\ndel os.environ['LYNC_GONE']")
    mixed = kernel.run('%cd /tmp\n"$PWD $env:LYNC_SHARED [$env:LYNC_GONE]"\ncd /\n%pwd')
    assert mixed.stdout.splitlines() == ["/tmp", "/tmp changed []"]
    assert mixed.bundles[-1]["text/plain"] == "'/'"
    kernel.run(f"cd '{kernel.folder}'; $env:LYNC_SHARED = $null")
    assert kernel.run("%%python\nprint(os.getcwd(), 'LYNC_SHARED' in os.environ)").stdout == f"{kernel.folder} False\n"
