# What a cell gives: the last command of a cell's pipeline, as Out-Default is in a console.
# Rules: objects go on as they are; PowerShell's own text goes beside them, as objects of the type LyncMagic.Text, made
# by a formatter with a pipeline of its own, so that an error in the cell loses nothing of it. Errors become objects of
# the type LyncMagic.Error, formatted alone.

$script:Width = 120
$script:Cultures = $null
$script:FormatNamespace = 'Microsoft.PowerShell.Commands.Internal.Format'

function Set-LyncWidth([int]$Width) { $script:Width = $Width }

function New-LyncText([object[]]$Lines) {
    $text = [psobject]::AsPSObject([string]::Join("`n", $Lines))
    $text.PSTypeNames.Insert(0, 'LyncMagic.Text')
    $text
}

function ConvertTo-LyncError([System.Management.Automation.ErrorRecord]$ErrorRecord) {
    # A native program's line of error output is text; everything else is an error as ConciseView shows it.
    $native = $ErrorRecord.FullyQualifiedErrorId -like 'NativeCommandError*'
    $text = if ($native) { "$ErrorRecord" } else {
        ($ErrorRecord | Microsoft.PowerShell.Utility\Out-String -Stream -Width $script:Width) -join "`n"
    }
    [pscustomobject]@{
        PSTypeName = 'LyncMagic.Error'
        Text = $text.TrimEnd("`r", "`n") + (Get-LyncElsewhere $ErrorRecord)
        Native = $native
        Message = "$ErrorRecord"
        Id = $ErrorRecord.FullyQualifiedErrorId
        Category = "$($ErrorRecord.CategoryInfo.Category)"
        Exception = $ErrorRecord.Exception.GetType().FullName
        Target = "$($ErrorRecord.TargetObject)"
        Activity = "$($ErrorRecord.CategoryInfo.Activity)"
        Line = [int]$ErrorRecord.InvocationInfo.ScriptLineNumber
        Position = "$($ErrorRecord.InvocationInfo.PositionMessage)"
    }
}

function Get-LyncElsewhere([System.Management.Automation.ErrorRecord]$ErrorRecord) {
    # Why an imported command is not known: that is so only in another runspace or process than the cell's own.
    $name = "$($ErrorRecord.TargetObject)"
    if ($ErrorRecord.FullyQualifiedErrorId -ne 'CommandNotFoundException' -or -not $script:ModuleOf.ContainsKey($name)) { return '' }
    "`n$name was not sent. It is imported in this notebook's own PowerShell; ForEach-Object -Parallel, Start-ThreadJob and Start-Job run their blocks in others. " +
    "A session carries out one command at a time: call it outside of them, as in ForEach-Object { $name … }, or with -AsJob."
}

function Get-LyncFailure([string]$Text) {
    # What ended the last cell, formatted; its text, where it is no PowerShell.
    if ($Text) {
        try { $null = [scriptblock]::Create($Text) } catch { return ConvertTo-LyncError ($_.Exception.InnerException ?? $_.Exception).ErrorRecord }
    }
    if ($global:Error.Count) { ConvertTo-LyncError $global:Error[0] }
}

function Invoke-LyncFormatter($Value) {
    # The lines that come of one more object; none while a table's widths are still being found.
    $mode = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'Ansi'
    try { , @($script:Formatter.Process($Value)) } finally { $PSStyle.OutputRendering = $mode }
}

function Close-LyncFormatter {
    $formatter, $script:Formatter = $script:Formatter, $null
    if ($null -eq $formatter) { return }
    $mode = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'Ansi'
    try { $formatter.End() } finally { $PSStyle.OutputRendering = $mode; $formatter.Dispose() }
}

function Out-LyncCell {
    begin {
        # Each pipeline of a server begins with its process's culture; a notebook's lives on from cell to cell.
        if ($script:Cultures) { [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $script:Cultures }
        $script:Formatter = $null
        $isHolding = $false
        $isDone = $false
    }
    process {
        $value = $_
        if ($null -eq $value) { return , $null }
        if (-not $isHolding -and ($value -is [string] -or $value -is [int])) { return $value }
        if ($value -is [System.Management.Automation.ErrorRecord]) { return ConvertTo-LyncError $value }
        $isFormat = $value.GetType().Namespace -eq $script:FormatNamespace
        if (-not $isFormat) { , $value }
        if ($null -eq $script:Formatter) {
            $width = $script:Width
            $script:Formatter = { Microsoft.PowerShell.Utility\Out-String -Stream -Width $width }.GetSteppablePipeline()
            $script:Formatter.Begin($true)
        }
        $lines = Invoke-LyncFormatter $value
        $isPrinted = $lines.Count -and [string]::Join('', $lines).Trim()
        if ($isPrinted -or -not $isFormat) { $isHolding = -not $isPrinted }
        if ($lines.Count) { New-LyncText $lines }
    }
    end {
        $lines = @(Close-LyncFormatter)
        $isDone = $true
        if ($lines.Count) { New-LyncText $lines }
    }
    clean {
        $script:Cultures = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        # Only the host still takes text here, where the cell was ended by an error, `exit` or an interrupt.
        if (-not $isDone) {
            $lines = @(Close-LyncFormatter)
            if ($lines.Count) { $Host.UI.WriteLine([string]::Join("`n", $lines)) }
        }
    }
}
