"""What the engine runs before any cell: the module LyncMagic, made of this room's scripts.

Rules of this file: what runs here is what the first cell waits for, so it calls no cmdlet that lies in a module of
PowerShell's own (loading one takes a tenth of a second and more), and what only few first cells need comes later.
"""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from lync_magic.importing import CONSOLE

ROOM: Final = files("lync_magic.powershell") / "scripts"
"""Where the scripts lie, and in its folder `modules` those that stand in for others."""
_FIRST: Final = ("host", "place", "output", "variables", "channel")
_REST: Final = ("display", "bridge", "sessions", "connecting", "windows", "asking", "names")
_DEFINES: Final = re.compile(r"^( *)function (?=[A-Z]\w*-\w+)", re.MULTILINE)


def prelude() -> str:
    """What the first cell needs, as one text. Its parameters: the folder of cells, that of modules, columns, the
    kernel's process, the descriptors of its two pipes (-1: none), and environment variables that were this process's
    alone."""
    return _MODULE.format(body=_text(_FIRST))


def rest() -> str:
    """The module's other scripts, as a function of it runs them (`Complete-LyncEngine`)."""
    return _DEFINES.sub(r"\1function script:", f"{_text(_REST)}\nfunction Set-LyncConsole {{\n{CONSOLE}}}")


def _text(names: tuple[str, ...]) -> str:
    return "\n".join((ROOM / f"{name}.ps1").read_text("utf-8") for name in names)


_MODULE: Final = """
param([string]$Folder, [string]$Modules, [int]$Width, [int]$Kernel, [int]$Channel, [int]$Out, [string[]]$Runtime)
$null = $ExecutionContext.SessionState.Path.SetLocation([WildcardPattern]::Escape($Folder))
[Environment]::CurrentDirectory = $Folder
foreach ($name in $Runtime) {{ [Environment]::SetEnvironmentVariable($name, [NullString]::Value) }}
$env:PSModulePath = $env:PSModulePath + [IO.Path]::PathSeparator + $Modules
$all = {{ $ExecutionContext.SessionState.InvokeProvider.ChildItem.Get('variable:', $false) }}  # of the cells' own scope
New-Module -Name LyncMagic -Function *-[a-km-z]* -ArgumentList $Folder, $Width, $Channel, $Out, $all -ScriptBlock {{
Set-StrictMode -Off
$script:Folder, $script:Width, $script:Number, $script:OutNumber, $script:AllVariables = $args
$script:Environment = [Environment]::GetEnvironmentVariables()
{body}
Open-LyncPipe
Microsoft.PowerShell.Core\\Export-ModuleMember -Function *
}} | Import-Module -Global -Function *-[a-km-z]* -DisableNameChecking
if ($IsWindows) {{ LyncMagic\\Watch-LyncKernel $Kernel }}
foreach ($name in 'all', 'Folder', 'Modules', 'Width', 'Kernel', 'Channel', 'Out', 'Runtime', 'name') {{
    $ExecutionContext.SessionState.PSVariable.Remove($name)
}}
LyncMagic\\Initialize-LyncVariable
$PSVersionTable.PSVersion.ToString()
$PID
"""
