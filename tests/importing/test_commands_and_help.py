"""Get-Module, Get-Command and Get-Help in cells: what they find, and that they print it as PowerShell does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

from lync_magic.errors import LyncError
from lync_magic.importing import import_session, modules
from lync_magic.language import Interpreter, parse
from lync_magic.language.cmdlets import help_text
from lync_magic.magics.notebook import Notebook
from lync_magic.magics.runtime import NotebookRuntime
from lync_magic.psrp import ErrorRecord, Event, Pipeline
from lync_magic.sessions import Session

from .conftest import command

TYPED = {
    "Must": {"type": "String", "sets": {"(All)": {"mandatory": True}}},
    "Kind": {"type": "String", "values": ["a", "b"]},
    "Count": {"type": "Int32", "aliases": ["N"]},
    "Force": {"type": "SwitchParameter"},
}
NAMES = ("Test-Typed", "Get-CsTenant", "Grant-CsVoicePolicy", "Grant-CsClientPolicy")


@pytest.fixture(scope="module")
def shown(session_with: Callable[..., Session]) -> Iterator[Callable[[str], str]]:
    """What a line prints in a notebook of four imported commands, errors and their ids below."""
    session = session_with(command("Test-Typed", TYPED))
    notebook = Notebook(InteractiveShell())
    module = import_session(session, NAMES, namespace=notebook.namespace)
    notebook.use(session)

    def run(line: str) -> str:
        world = NotebookRuntime(notebook, collect=True)
        said: list[str] = []

        def heard(event: Event) -> None:
            if isinstance(event, ErrorRecord):
                said.append(f"{event.error_id}: {event.message}")

        world.report = heard  # type: ignore[method-assign]
        try:
            Interpreter(world).run(parse(f"{line} | Out-String"))
        except LyncError as error:
            said.append(f"{getattr(error, 'error_id', '')}: {error}")
        came = world.collected()
        return "\n".join([str(came), *said])

    yield run
    modules.discard(module)


ALL = [*NAMES]
ROWS = {
    "Get-Module tmp_*": (
        [f"\nModuleType Version    PreRelease Name{'':32}ExportedCommands\n", "{Get-CsTenant, Gr"], [],
    ),
    "Get-Module nothing": ([], ["Script"]),
    "Get-Command -Module tmp_*": (["Function", "1.0", *ALL], ["Cmdlet"]),
    "Get-Command -Verb Grant": (
        [
            f"\nCommandType     Name{'':46} Version    Source\n",
            f"\nFunction        Grant-CsVoicePolicy{'':31} 1.0        tmp_",
        ],
        ["Get-", "Test-"],
    ),
    "Get-Command -Noun Cs*Policy -Verb G*": (["Grant-CsVoicePolicy"], ["Get-CsTenant"]),
    "Get-Command *-Typed, *-Cs*": (ALL, ["Where-Object"]),
    "Get-Command Get-CsTenant, Where-Object": (["Function", "Get-CsTenant", "Cmdlet", "Where-Object"], ["Grant"]),
    "Get-Command *-PSSession": (["Cmdlet", "Import-PSSession", "Export-PSSession"], ["Get-CsTenant"]),
    "Get-Command -Name *-Cs*, *-Typed -CommandType Function": (["Get-CsTenant", "Test-Typed"], ["Cmdlet", "Alias"]),
    "Get-Command -Name gcm* -CommandType Alias": (["Alias", "gcm"], ["Cmdlet", "Function"]),
    "Get-Command -Name g* -CommandType Alias": (["Not known here yet: Get-Command of g*, which finds"], ["gcm"]),
    "Get-Command -Name Get-CsTenant, gcm -CommandType 'Function, Alias'": (["Get-CsTenant", "gcm"], []),
    "Get-Command -Name *-Cs* -CommandType Cmdlet": (["Import-Csv", "New-CsOnlineSession"], ["Get-Cs", "Function"]),
    "Get-Command -CommandType Nope": (["CannotConvertArgumentNoMessage,", "Alias, Function, Filter, Cmdlet"], []),
    "Get-Command Grant-* -ParameterName PolicyName": (["Grant-CsVoicePolicy"], ["Get-CsTenant"]),
    "Get-Command -ParameterName N -Module tmp_*": (["Test-Typed"], ["Grant-"]),
    "Get-Command -ListImported -Name *Tenant": (["Get-CsTenant"], ["Grant-"]),
    "Get-Command -Module tmp_* -TotalCount 1": (["Function"], ["Test-Typed"]),
    "(Get-Command -Module tmp_*).Count": (["4"], []),
    "(Get-Command gcm).Definition": (["Get-Command"], []),
    "Get-Command Test-Typed -Syntax": (
        ["\nTest-Typed -Must <string> [-Kind <string>] [-Count <int>] [-Force] [<CommonParameters>]\n"], ["synopsis"],
    ),
    "Get-Command gcm -Syntax": (["gcm (alias) -> Get-Command\n", "\ngcm [[-Name] <string[]>]"], []),
    "Get-Command No-Such": (["CommandNotFoundException,", "The term 'No-Such' is not recognized"], []),
    "Get-Command No-Such*": ([], ["recognized"]),
    "Get-Command -Name Get-CsTenant -Verb Get": (["AmbiguousParameterSet,"], []),
    "Get-Help Test-Typed -Parameter Count": (["-Count <int>", "Required?", "false", "Aliases", "N"], ["-Kind"]),
    "Get-Help Test-Typed -Parameter *": (["-Must <string>", "true", "-Kind", "a, b", "-Force"], []),
    "Get-Help Test-Typed -Parameter Nope": (["NoParmsFound,", "No parameter matches criteria Nope."], []),
    "Get-Help Test-Typed -Examples": (["NAME", "Test-Typed"], ["SYNTAX", "PARAMETERS"]),
    "Get-Help Test-Typed": (["NAME", "SYNTAX", "-Must <string>", "REMARKS"], ["PARAMETERS", "Required?"]),
    "Get-Help Test-Typed -Detailed": (["SYNTAX", "PARAMETERS", "<CommonParameters>"], ["Required?"]),
    "Get-Help Test-Typed -Full": (["SYNTAX", "PARAMETERS", "Required?", "Accepted values"], []),
    "Get-Help Where-Object": (["Where-Object [-FilterScript] <scriptblock>"], []),
    "Get-Help *-Cs*Policy": (["Name", "Category", "Synopsis", "Grant-CsVoicePolicy", "Grant-CsClientPolicy"], []),
    "Get-Help No-Such": (["HelpNotFound,", "Get-Help could not find No-Such in a help file in this session."], []),
}  # fmt: skip


@pytest.mark.parametrize("line", ROWS)
def test_it_finds_what_is_asked_for_and_nothing_else(line: str, shown: Callable[[str], str]) -> None:
    wanted, unwanted = ROWS[line]
    text = shown(line)
    assert [one for one in wanted if one not in text] == [], text
    assert [one for one in unwanted if one in text] == [], text


WRITTEN = """
function global:Get-Written {
<#
.SYNOPSIS
Gets a thing.
.DESCRIPTION
It gets a thing that is there.
.PARAMETER Identity
Which thing.
.EXAMPLE
Get-Written -Identity a
Gets the thing a.
.EXAMPLE
Get-Written b
#>
[CmdletBinding()] param([Parameter(Mandatory, Position = 0, ValueFromPipeline)][string]$Identity, [switch]$Force)
}
function global:Get-Bare { [CmdletBinding()] param([Parameter(Position = 0)][string]$Identity, [switch]$Force) }
"""


@pytest.mark.parametrize("name", ["Get-Written", "Get-Bare"])
@pytest.mark.parametrize("view", ["", "-Detailed", "-Full", "-Examples", "-Parameter Identity"])
def test_each_line_of_help_is_powershells_in_its_order(name: str, view: str, pwsh: Session) -> None:
    pwsh.run(Pipeline.script(WRITTEN))
    told = str(pwsh.run(Pipeline.script(f"Get-Help {name} {view} | Out-String -Width 200"))[0])
    import_session(pwsh, (name,))
    details = pwsh.commands[name.replace("-", "_")].details()  # type: ignore[index,union-attr,attr-defined]
    views = {
        "": help_text.plain, "-Detailed": help_text.detailed, "-Full": help_text.full,
        "-Examples": help_text.examples,
        "-Parameter Identity": lambda known: help_text.parameters(known.find("Identity"), known),
    }  # fmt: skip
    theirs = iter([line.rstrip() for line in told.splitlines() if line.strip()])
    ours = [line for line in views[view](details).splitlines() if line.strip()]
    assert ours
    assert [line for line in ours if not any(line == one for one in theirs)] == [], told
