"""The engine gives what PowerShell gave for the recorded snippets, to which the embedded evaluator is held as well.

Every tenth snippet runs; all of them with LYNC_MAGIC_WHOLE_LANGUAGE=1, and those of `../shared/language` where it is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lync_magic.clixml import ObjectLike
from tests.language import conftest as language
from tests.language.test_answers import FROZEN, SHARED, recorded, valid
from tests.powershell.conftest import Notebook

WHOLE = bool(os.environ.get("LYNC_MAGIC_WHOLE_LANGUAGE"))
PARTS = 8
TENANT = FROZEN.with_name("tenant.clixml")
DIFFERENT_HERE = {
    "here the objects are those of a remote server, as all that come from one": (
        '"$u.DisplayName"',
        "PSObject.TypeNames",
        "ConvertTo-Csv | Select-Object -First 2",
        "ConvertTo-Html -Fragment",
        ".Foo()",
        "-ResultSize abc",
        "$back = Import-Csv",
        "$dupes = ",
    ),
    "here there is somebody to ask for what is missing": (
        "Get-CsOnlineUser | Where-Object",
        "%",
        "write-output #c",
    ),
    "a variable of PowerShell's own, or one that is text in Python": ("$OFS = ','", "[xml]'<r>", "-ErrorVariable ev"),
    "what it does to numbers lasts as long as the process": ("Compare-Object (1,2) (2,3) -PassThru",),
    "an alias of Windows": ("; write hello",),
}
BEFORE = r"""
[cultureinfo]::CurrentCulture = [cultureinfo]::CurrentUICulture = [cultureinfo]::InvariantCulture
$__text = [IO.File]::ReadAllText($tenant)
foreach ($name in 'Get-CsOnlineUser', 'Get-CsTenant', 'Get-CsVoicePolicy', 'Get-CsMeetingRoom') {
    Set-Item "function:global:$name" ([scriptblock]::Create(@'
[CmdletBinding()]param([Parameter(Position = 0, ValueFromPipeline)]$Identity, $ResultSize, $Filter)
process {
    $all = $global:__tenant['NAME']
    if ($PSBoundParameters.ContainsKey('Identity')) {
        $all = $all | Where-Object { $Identity -in $_.Identity, $_.UserPrincipalName, $_.DisplayName, $_.SipAddress }
        if (-not $all) {
            $missing = [Exception]::new("Management object not found for identity `"$Identity`".")
            $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new($missing, 'ManagementObjectNotFound', 'ObjectNotFound', $Identity))
            return
        }
    }
    if ($ResultSize) { $all = $all | Select-Object -First $ResultSize }
    $all
}
'@.Replace('NAME', $name)))
}
foreach ($pair in @{ sort = 'Sort-Object'; compare = 'Compare-Object'; ls = 'Get-ChildItem'; cat = 'Get-Content' }.GetEnumerator()) {
    Set-Alias $pair.Key $pair.Value -Scope Global
}
Set-Alias tee Tee-Object -Scope Global
$__functions = @(Get-ChildItem function:).Name
"""
EACH = r"""
Set-StrictMode -Off
$__tenant = [Management.Automation.PSSerializer]::Deserialize($__text)
Get-Variable -Scope Global | Where-Object { $_.Name -notin $__before -and $_.Name -notlike '__*' } | Remove-Variable -Scope Global -Force -ErrorAction Ignore
Get-ChildItem function: | Where-Object Name -NotIn $__functions | Remove-Item -Force -ErrorAction Ignore
$ErrorActionPreference = $WarningPreference = 'Continue'
$VerbosePreference = 'SilentlyContinue'
$global:LASTEXITCODE = 0
$PSDefaultParameterValues.Clear()
Remove-Variable OFS -Scope Global -ErrorAction Ignore
$__number++
$null = New-Item -ItemType Directory "$__root/cell$__number"
Set-Location "$__root/cell$__number"
$Error.Clear()
"""


@pytest.fixture(scope="module")
def tenant_notebook(made_notebook: Callable[..., Notebook], tmp_path_factory: pytest.TempPathFactory) -> Notebook:
    """An engine with the recorded tenant's commands, as functions."""
    notebook = made_notebook()
    notebook.variables["tenant"] = str(TENANT)
    notebook.variables["__root"] = str(tmp_path_factory.mktemp("cells"))
    notebook.output("$__before = @(Get-Variable -Scope Global).Name; $__root = $__root; $__number = 0")
    notebook.output(BEFORE)
    return notebook


def snippets(path: Path) -> Iterator[dict[str, Any]]:
    """Those of a file that may give the same here."""
    parts = [part for group in DIFFERENT_HERE.values() for part in group]
    for one in valid(recorded(path)):
        if not any(one["code"] == part or (len(part) > 1 and part in one["code"]) for part in parts):
            yield one


def differences(notebook: Notebook, one: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a snippet gives that PowerShell did not; as the embedded evaluator's answers are compared."""
    notebook.run(EACH)
    notebook.variables.clear()
    shown = notebook.run(one["code"])
    end = notebook.end
    assert end is not None
    answer: Any = object.__new__(language.Answer)
    answer.ended = end.failure and SimpleNamespace(message=end.failure.message, error_id=end.failure.error_id)
    said = [what for kind, what in shown.log if kind.endswith("Record")]
    errors = [replace(error, message=_in_cell(error.message)) for error, _ in shown.all("error")]
    answer.runtime = SimpleNamespace(
        shown=[list(end.objects)], events=[*said, *errors], variables=dict(notebook.variables)
    )
    as_json = language.as_json
    monkeypatch.setattr(language, "as_json", lambda value, depth=0: as_json(_bare(value), depth))
    return list(language.Answer.differences(answer, one))


def _in_cell(message: str) -> str:
    return re.sub(r"/[\w/.-]*/cell\d+", "/cell", message)


def _bare(value: object) -> object:
    """A text or number that carries notes, without them."""
    base = getattr(value, "base", None)
    return base if isinstance(value, ObjectLike) and isinstance(base, str | int | float | datetime) else value


def check(notebook: Notebook, chosen: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {}
    for one in chosen:
        with monkeypatch.context() as patch:
            found = differences(notebook, one, patch)
        if found:
            wrong[one["code"]] = found
    assert wrong == {}


@pytest.mark.parametrize("part", range(PARTS if WHOLE else 1))
def test_snippets_give_what_powershell_gave(
    tenant_notebook: Notebook, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = list(snippets(FROZEN))
    assert len(chosen) > 500
    check(tenant_notebook, chosen[part::PARTS] if WHOLE else chosen[::10], monkeypatch)


@pytest.mark.skipif(not SHARED.exists(), reason="the whole collection of answers is not here")
@pytest.mark.skipif(not WHOLE, reason="takes a minute: LYNC_MAGIC_WHOLE_LANGUAGE=1")
def test_the_whole_collection_gives_what_powershell_gave(
    tenant_notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(tenant_notebook, list(snippets(SHARED)), monkeypatch)


def test_what_gives_nothing_is_null_in_a_variable(notebook: Notebook) -> None:
    notebook.variables["kept"] = 1
    assert notebook.output("$kept = & { }; $also = while ($false) { 1 }; 'went on'") == "went on\n"
    assert notebook.variables["kept"] is None
    assert notebook.variables["also"] is None
