# Answers snippets of PowerShell: one line of JSON in ({"code": …, "culture": …}), one line of JSON out.
# Each runs in a runspace of its own, in an empty folder, against the objects of the given CLIXML file.
param([string]$Data, [string]$Folder)
$ErrorActionPreference = 'Stop'
Add-Type -TypeDefinition (Get-Content -Raw (Join-Path $PSScriptRoot Judge.cs)) -WarningAction SilentlyContinue
[Judge]::Serve([System.IO.File]::ReadAllText($Data), $Folder)
