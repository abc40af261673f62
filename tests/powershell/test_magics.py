"""`%%lync` cells and verbs with the engine, in a real IPython shell."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from lync_magic.clixml import Credential
from lync_magic.errors import CellNotSupported, CellSyntaxError, RemoteError, UsageError
from lync_magic.importing import modules
from lync_magic.magics.cells import CellEnded
from lync_magic.records import Records
from lync_magic.sessions import Session, registry
from tests.powershell.conftest import SANDBOX, without_colours

PROCESS = " ".join(SANDBOX)


class Shell:
    """An IPython shell with the extension; what cells print, and what they raise."""

    def __init__(self, shell: InteractiveShell, read: Callable[[], Any]) -> None:
        self.shell = shell
        self._read = read
        self.names = shell.user_ns

    def cell(self, text: str, line: str = "") -> str:
        """Run a cell of PowerShell; what it prints, errors below it."""
        self._read()
        self.shell.run_cell_magic("lync", line, text)
        return self._printed()

    def line(self, line: str) -> str:
        """Run a `%lync` line; what it prints."""
        self._read()
        self.shell.run_line_magic("lync", line)
        return self._printed()

    def _printed(self) -> str:
        said = self._read()
        return without_colours(said.out + said.err)


@pytest.fixture
def lync(powershell: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    monkeypatch.setenv("LYNC_MAGIC_PWSH", powershell)
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.run_line_magic("load_ext", "lync_magic")
    yield Shell(shell, capsys.readouterr)
    shell.run_line_magic("unload_ext", "lync_magic")
    shell.reset(new_session=False)
    InteractiveShell.clear_instance()


LEFT_BEHIND = """
function Twice($n) { $n * 2 }
filter Tagged { "<$_>" }
if ($true) { function Nested { @{ a = 1 }.a + 1 } }
Set-Alias double Twice
$start = 20
Set-Location $folder
$env:MADE_BEFORE = 'here'
$PSDefaultParameterValues['Select-Object:First'] = 1
$VerbosePreference = 'Continue'
$OFS = '-'
$block = { param($x) "block $x" }
$grows = [System.Collections.Generic.List[object]]::new(); $grows.Add(@{ N = 1 })
$also = [System.Collections.ArrayList]@(1)
$table = [ordered]@{ zulu = 1; alpha = 2 }
$splat = @{ FilterScript = { $_ -gt 1 } }
$long = [long]5; $day = [DayOfWeek]::Friday
$builder = [System.Text.StringBuilder]::new('a')
$one = [pscustomobject]@{ Run = { 'ran' }; List = 1, 2 }
$pattern = [regex]'b+'
$type = [int]
$null = 'abc' -match '(b)'
$caught = $null
try { throw 'first' } catch { $caught = $_ }
try { [int]'x' } catch { }
"""
"""What cells of the embedded evaluator make, of every kind that has a life after its cell."""
FOUND_AGAIN = {
    "Twice $more; 1, 2 | Tagged; Nested; double 4": "42\n<1>\n<2>\n2\n8\n",
    "$PWD.ProviderPath -eq $folder; $env:MADE_BEFORE": "True\nhere\n",
    "(1, 2, 3 | Select-Object).Count": "1\n",
    '"$VerbosePreference $(1, 2)"; Write-Verbose told': "Continue 1-2\nVERBOSE: told\n",
    "& $block 3; & $one.Run; 1, 2, 3 | Where-Object @splat": "block 3\nran\n2\n3\n",
    "$grows.Add(4); $null = $also.Add(5); $grows.Count; $grows[0].n; $also.Count": "2\n1\n2\n",
    "$table.Keys; $table[0]": "zulu\nalpha\n1\n",
    "$long.GetType().Name; $day.GetType().Name; $type.Name; $one.List.GetType().Name": "Int64\nDayOfWeek\nInt32\nObject[]\n",
    "$null = $builder.Append('b'); \"$builder\"; $pattern.Replace('abbc', 'x')": "ab\naxc\n",
    "$Matches[1]; $Error.Count; $Error[1].Exception.Message": "b\n2\nfirst\n",
    "$caught.FullyQualifiedErrorId; $caught.GetType().Name": "first\nErrorRecord\n",
    "$script:later = 'kept'; Set-Location /; $VerbosePreference = 'SilentlyContinue'": "",
    "$later; $PWD.Path; Write-Verbose untold": "kept\n/\n",
}


def test_the_first_cell_that_the_evaluator_refuses_goes_to_powershell_with_all_that_earlier_cells_made(
    lync: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv("MADE_BEFORE", "")
    lync.names["folder"] = str(tmp_path)
    lync.cell(LEFT_BEHIND)
    with pytest.raises(CellSyntaxError):  # which PowerShell would not read either: the notebook stays where it is
        lync.cell("foreach ($one in 1..3 { $one }")
    first = lync.cell("$more = $start + 1\nclass Point { [int]$X = 4 }\n[Point]::new().X")
    assert first.splitlines()[0].startswith("Line 2: ")
    assert "This notebook's cells run in PowerShell 7" in first.splitlines()[0]
    assert first.splitlines()[1:] == ["4"]
    assert {text: lync.cell(text) for text in FOUND_AGAIN} == FOUND_AGAIN
    assert lync.names["more"] == 21
    lync.cell('function Twice($n) { "now $n" }; $start = 30', "--engine embedded")
    assert lync.cell("Twice $start; [Point]::new().X; $PWD.Path") == "now 30\n4\n/\n"


def test_a_cell_of_which_only_its_run_shows_that_it_is_not_known_is_run_in_powershell_once_and_whole(
    lync: Shell,
) -> None:
    lync.names["counted"] = 1
    found = lync.cell("'first'; $counted = $counted + 1; $counted\n[datetime]::new(1, 2).Ticks")
    assert found.splitlines()[0].startswith("Line 2: ")
    assert found.splitlines()[1:] == ["first", "2", "1"]
    assert lync.names["counted"] == 2


def test_without_a_powershell_the_refusal_stays_and_says_how_to_get_one(
    lync: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lync_magic.magics.engines.Engine.find", lambda _engine: None)
    with pytest.raises(CellNotSupported) as refused:
        lync.cell("class Point { }")
    assert "%lync engine tells how" in refused.value.advice
    assert "Install PowerShell 7" in lync.line("engine")


def test_the_configuration_chooses_the_engine(lync: Shell) -> None:
    lync.shell.run_line_magic("config", 'LyncMagic.engine = "embedded"')
    with pytest.raises(CellNotSupported):
        lync.cell("class Point { }")
    lync.shell.run_line_magic("config", 'LyncMagic.engine = "powershell"')
    assert lync.cell("$PSVersionTable.PSVersion.Major") == "7\n"


def test_one_cell_can_choose_its_engine_and_keep_its_objects(lync: Shell) -> None:
    assert lync.cell("'a'; [pscustomobject]@{ N = 1 }", "--engine powershell -o kept").startswith("a\n")
    assert isinstance(lync.names["kept"], Records)
    assert lync.names["kept"][1].N == 1
    assert len(lync.names["_"]) == 2


def test_a_cell_that_ends_by_an_error_raises_it_as_powershell_shows_it(lync: Shell) -> None:
    with pytest.raises(CellEnded) as ended:
        lync.cell("'a'\nthrow 'the end'", "--engine powershell")
    assert "   2 |  throw 'the end'" in without_colours("\n".join(ended.value._render_traceback_()))


def test_the_documents_cells_run_in_it_as_written(lync: Shell, tmp_path: Path) -> None:
    lync.line("sandbox")
    lync.shell.run_line_magic("config", 'LyncMagic.engine = "powershell"')
    lync.names["credential"] = Credential("kenmyer@litwareinc.com", "p@ssw0rd!")
    said = lync.cell("$session = New-CsOnlineSession -Credential $credential -Verbose")
    for step in (
        "Determining domain to admin",
        "AdminDomain = litwareinc.com",
        "Initializing remote session",
        "Success",
    ):
        assert f"VERBOSE: {step}" in said
    assert isinstance(lync.names["session"], Session)
    table = lync.cell("$session\nGet-PSSession | ForEach-Object State").splitlines()
    assert {"Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability"} <= set(table[0].split())
    assert table[-1] == "Opened"
    assert "tmp_" in lync.cell("Import-PSSession $session")
    assert lync.cell("(Get-Module tmp_*).Name; (Get-Command -Module tmp_*).Count").split() == [
        next(iter(modules)).name,
        "45",
    ]
    assert lync.cell("Get-CsTenant | Select-Object -ExpandProperty DisplayName") == "Litware, Inc.\n"
    export = f"cd '{tmp_path}'; (Export-PSSession $session -OutputModule ./mine -CommandName Get-CsTenant).Name"
    assert lync.cell(export).split() == ["__init__.py", "py.typed"]
    assert (
        lync.cell("Remove-PSSession $session; $session.State; (Get-Command Get-CsTenant -ErrorAction Ignore).Count")
        == "Closed\n0\n"
    )
    assert not list(registry)
    assert "State of runspace is not valid for this operation." in lync.cell("Import-PSSession $session")
    lync.line("sandbox stop")


def test_import_takes_a_prefix_and_names(lync: Shell) -> None:
    lync.line(f'connect --process "{PROCESS}" --no-import')
    text = "$null = Import-PSSession (Get-PSSession) -CommandName Get-CsTenant, Get-CsOnlineUser -Prefix My; (Get-MyCsTenant).DisplayName; (Get-Command -Module tmp_*).Name -join ' '"
    assert lync.cell(text, "--engine powershell") == "Litware, Inc.\nGet-MyCsOnlineUser Get-MyCsTenant\n"


def test_a_connector_module_that_is_not_installed_is_stood_in_for(lync: Shell) -> None:
    said = lync.cell("Import-Module SkypeOnlineConnector; 'after'", "--engine powershell")
    assert (
        said == "SkypeOnlineConnector is not installed, and not needed: New-CsOnlineSession is here already.\nafter\n"
    )


def test_invoke_command_sends_words_where_no_script_is_taken_and_shows_the_servers_refusal(lync: Shell) -> None:
    lync.line(f'connect --process "{PROCESS}"')
    lync.shell.run_line_magic("config", 'LyncMagic.engine = "powershell"')
    lync.cell("$s = Get-PSSession; $who = 'kenmyer@litwareinc.com'")
    assert (
        lync.cell("(Invoke-Command -Session $s { Get-CsOnlineUser -Identity $using:who }).DisplayName") == "Ken Myer\n"
    )
    assert "The syntax is not supported by this runspace." in lync.cell("Invoke-Command -Session $s { $x = 1; $x }")
    assert lync.cell('Invoke-Command { param($a) "local $a" } -ArgumentList 5') == "local 5\n"


def test_a_script_file_runs_with_its_parameters_its_folder_and_its_exit_code(lync: Shell, tmp_path: Path) -> None:
    file = tmp_path / "a report.ps1"
    file.write_text(
        'param([string]$Name, [int]$Count = 2)\n"$Name $Count $(Split-Path -Leaf $PSScriptRoot)"\nif ($Count -gt 5) { exit 4 }'
    )
    assert lync.line(f'run "{file}" -Name "two words"') == f"two words 2 {tmp_path.name}\n"
    with pytest.raises(CellEnded, match="exit code 4"):
        lync.line(f'run "{file}" -Name x -Count 6')


def test_a_script_file_runs_without_a_powershell_too_or_is_refused_with_its_line(
    lync: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lync_magic.magics.engines.Engine.find", lambda _engine: None)
    file = tmp_path / "a report.ps1"
    file.write_text('param([string]$Name, [int]$Count = 2)\n"$Name $Count"\nif ($Count -gt 5) { exit 4 }')
    assert lync.line(f'run "{file}" -Name "two words"') == "two words 2\n"
    with pytest.raises(CellEnded, match="exit code 4"):
        lync.line(f'run "{file}" -Name x -Count 6')
    (tmp_path / "point.ps1").write_text("'a'\nclass Point { }")
    with pytest.raises(CellNotSupported, match=r"class or enum definition \(point\.ps1, line 2\)"):
        lync.line(f"run {tmp_path / 'point.ps1'}")
    with pytest.raises(UsageError, match="There is no file"):
        lync.line(f"run {tmp_path / 'none.ps1'}")


def test_a_script_file_that_takes_no_such_parameter_fails_with_a_code_of_its_own(lync: Shell, tmp_path: Path) -> None:
    (tmp_path / "four.ps1").write_text("param([Parameter(Mandatory)][int]$Count)\nexit 4")
    for words, code in (("-Count 1", 4), ("-Nope 1", 1), ("-Count many", 1)):
        with pytest.raises(CellEnded, match=f"exit code {code}"):
            lync.line(f"run {tmp_path / 'four.ps1'} {words}")
    (tmp_path / "goes_on.ps1").write_text(f"'before'; & {tmp_path / 'four.ps1'} -Nope 1")
    assert "before" in lync.line(f"run {tmp_path / 'goes_on.ps1'}")


def test_the_engine_says_what_it_is_and_starts_anew(lync: Shell) -> None:
    assert "not started" in lync.line("engine")
    lync.line("engine start")
    before = lync.line("engine")
    assert "State: ready" in before
    assert "What lived in it is gone." in lync.line("engine restart")
    assert lync.line("engine") != before


@pytest.fixture
def local_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "modules" / "Teamish"
    folder.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "module_like_teams.psm1", folder / "Teamish.psm1")
    monkeypatch.setenv("PSModulePath", str(folder.parent))
    return "Teamish"


def test_a_local_session_signs_in_imports_its_modules_commands_and_runs_script_from_its_tape_too(
    lync: Shell, local_module: str, tmp_path: Path
) -> None:
    tape = tmp_path / "local.tape"
    for way in (f"--record {tape} --mode once", f"--replay {tape}"):  # in a CI the usual mode records nothing
        told = f'--module {local_module} --run "Connect-Teamish -UseDeviceAuthentication"'
        said = lync.line(f"connect --local {told} {way}")
        assert "enter the code ABC-123." in said
        assert "Waiting for ABC-123 …" in said  # by way of the console, from another thread
        (module,) = list(modules)
        assert {"connect-teamish", "get-teamishuser", "remove-teamishuser"} <= set(module.commands)
        assert "get-childitem" not in module.commands
        assert lync.names.get("type", type) is type
        assert lync.names["Get_TeamishUser"](First=2)[1].Name == "user2"
        assert lync.cell("Get-TeamishUser | ForEach-Object Name", "--engine powershell") == "user1\nuser2\nuser3\n"
        lync.names["n"] = 1
        said = lync.cell("'for ' + $using:n; Get-TeamishUser -First 2; Write-Warning 'two'; $null; 2", "--remote")
        lines = said.splitlines()
        assert (lines[0], lines[-2:]) == ("for 1", ["WARNING: two", "2"])
        assert [line.split()[-1] for line in lines[1:-2] if "user" in line] == ["1", "2"]
        lync.line("remove")


def test_what_powershell_has_itself_stays_its_own_in_cells_when_all_of_another_is_imported(lync: Shell) -> None:
    lync.line("connect --local")
    lync.line("import")
    text = (
        "try { Get-Item /nothing -ErrorAction Stop } catch { $caught = $_ }\n"
        "Get-Item /nothing -ErrorVariable kept 2>$null; 1, 2 | Where-Object { $_ -gt 1 }; $kept.Count"
    )
    first, *rest = lync.cell(text, "--engine powershell").splitlines()
    assert first.startswith("WARNING: Get-Item is PowerShell's own command here")
    assert rest == ["2", "1"]
    said = lync.cell("Import-PSSession (Get-PSSession) -CommandName Get-Item", "--engine powershell")
    assert "No command proxies have been created" in said
    lync.cell("$null = Import-PSSession (Get-PSSession) -CommandName Get-Item -AllowClobber", "--engine powershell")
    lync.cell("try { Get-Item /nothing -ErrorAction Stop } catch { $caught = $_ }", "--engine powershell")
    assert lync.cell("(Get-Command Get-Item).CommandType", "--engine powershell") == "Function\n"


def test_a_local_sign_in_that_fails_leaves_no_session(lync: Shell, local_module: str) -> None:
    with pytest.raises(RemoteError, match="Run Connect-Teamish first"):
        lync.line(f'connect --local --module {local_module} --run "Get-TeamishUser"')
    assert not list(registry)


def test_shift_tab_in_a_cell_that_runs_in_it_is_powershells_help(lync: Shell) -> None:
    lync.cell("1", "--engine powershell")
    completion = lync.shell._lync_magic._completion  # type: ignore[attr-defined]
    text = "%%lync --engine powershell\nGet-ChildItem | Split-Path -Leaf"
    assert "Split-Path" in completion.inspect(text, text.index("Split-Path") + 3)
    assert completion.inspect("%%lync --engine powershell\nNot-Known", 34) == ""


def test_an_empty_line_ends_no_cell_that_powershell_reads_on(lync: Shell) -> None:
    lync.cell("1", "--engine powershell")
    head = "%%lync --engine powershell\n"
    texts = ("foreach ($i in 1) {\n\n", "foreach ($i in 1) {\n\n}\n\n", "1")
    told = [lync.shell.check_complete(head + text)[0] for text in texts]
    assert told == ["incomplete", "complete", "incomplete"]
    assert lync.shell.check_complete("%%time\n{\n\n")[0] == "complete"
