"""What the engine runs before any cell: the module LyncMagic, made of this room's scripts.

Rule of this file: what runs here is what the first cell waits for, so it calls no cmdlet that lies in a module of
PowerShell's own: loading one takes a tenth of a second and more.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from lync_magic.importing import CONSOLE

ROOM: Final = files("lync_magic.powershell") / "scripts"
"""Where the scripts lie, and in its folder `modules` those that stand in for others."""
_SCRIPTS: Final = tuple(
    f"{name}.ps1"
    for name in (
        "host",
        "place",
        "output",
        "display",
        "variables",
        "channel",
        "bridge",
        "sessions",
        "connecting",
        "windows",
        "asking",
        "names",
    )
)


def prelude() -> str:
    """The whole as one text. Its parameters: the folder of cells, that of modules, columns, the kernel's process, the
    descriptors of its two pipes (-1: none), and environment variables that were this process's alone."""
    console = f"function Set-LyncConsole {{\n{CONSOLE}}}"
    return _MODULE.format(body="\n".join([*((ROOM / name).read_text("utf-8") for name in _SCRIPTS), console]))


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
