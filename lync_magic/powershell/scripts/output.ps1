# What a cell gives: the last command of a cell's pipeline, as Out-Default is in a console.
# Rules: objects go on as they are; PowerShell's own text goes beside them, made by formatters with pipelines of their
# own, so that an error in the cell loses nothing of it. Objects are laid out first (Format-Default chooses a view and
# its columns) and then written (Out-String): the first rows of each view go with the text. Errors become objects of the
# type LyncMagic.Error, formatted alone.

$script:Cultures = $null
# The modules of imported commands, by the names of these.
$script:ModuleOf = [System.Collections.Generic.Dictionary[string, psmoduleinfo]]::new([StringComparer]::OrdinalIgnoreCase)
$script:Mark = "`u{2}"
$script:TextMark = "`u{2}lync_magic "  # before text that stands beside objects
$script:FormatNamespace = 'Microsoft.PowerShell.Commands.Internal.Format'
$script:StreamOf = $null
$script:MostRows = 200  # of one view that go beside its text
$script:ConsoleErrors = [System.IO.StringWriter]::new()
[Console]::SetError($script:ConsoleErrors)  # a server has none, and what .NET code writes there would be lost

function New-LyncText([object[]]$Lines) {
    # Text, with what the last rows of a view hold, where there are any.
    $text = [string]::Join("`n", $Lines)
    if (-not $script:Rows.Count -and -not $script:View) { return $script:TextMark + $text }
    [pscustomobject]@{ PSTypeName = 'LyncMagic.Rows'; Text = $text; View = $script:View; Rows = $script:Rows.ToArray() }
    $script:View = $null
    $script:Rows.Clear()
}

function ConvertTo-LyncError([psobject]$ErrorRecord) {
    # A native program's line of error output is text; everything else is an error as ConciseView shows it.
    Set-LyncHost
    Set-LyncErrorColour
    $native = $ErrorRecord.FullyQualifiedErrorId -like 'NativeCommandError*'
    $text = if ($native) { "$ErrorRecord" } else {
        $mode = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'Ansi'
        # The detailed view asks for the newest error without naming it, which finds none in a module.
        $shown = if ($ErrorView -eq 'DetailedView') { Microsoft.PowerShell.Utility\Get-Error -InputObject $ErrorRecord } else { $ErrorRecord }
        try { ($shown | Microsoft.PowerShell.Utility\Out-String -Stream -Width $script:Width) -join "`n" }
        finally { $PSStyle.OutputRendering = $mode }
    }
    [pscustomobject]@{
        PSTypeName = 'LyncMagic.Error'
        Text = $text.TrimEnd("`r", "`n")
        Advice = Get-LyncElsewhere $ErrorRecord
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

function Get-LyncStream([psobject]$Record) {
    # The stream that a record came on (`3>&1`). PowerShell keeps that where only its own host can read it.
    if ($null -eq $script:StreamOf) {
        $stream = [psobject].GetProperty('WriteStream', [System.Reflection.BindingFlags]'Instance, NonPublic')
        $script:StreamOf = $stream.GetMethod.CreateDelegate([System.Func`2].MakeGenericType([psobject], $stream.PropertyType))
    }
    "$($script:StreamOf.Invoke($Record))"
}

function Test-LyncError([psobject]$ErrorRecord) {
    # Whether a record came as an error, and not as an object that somebody looks at (`catch { $_ }`, `$Error[0]`), which
    # is shown as its text.
    $ErrorRecord.FullyQualifiedErrorId -like 'NativeCommandError*' -or (Get-LyncStream $ErrorRecord) -eq 'Error'
}

function ConvertFrom-LyncAside([psobject]$Record) {
    # A warning, or what is said for who debugs, that came with the output (`*>&1`): its line, as a console shows it.
    $stream = Get-LyncStream $Record
    if ($stream -notin 'Warning', 'Verbose', 'Debug') { return $Record }
    "$($PSStyle.Formatting.$stream)$($stream.ToUpper()): $($Record.Message)$($PSStyle.Reset)"
}

function Get-LyncElsewhere([System.Management.Automation.ErrorRecord]$ErrorRecord) {
    # Why an imported command is not known: that is so only in another runspace or process than the cell's own. What to do in
    # the place of what .NET Interactive alone had, and where a cmdlet ran in the place of ours.
    $name = "$($ErrorRecord.TargetObject)"
    if ($name -match '^(New-Plotly(Trace|Layout|Object|Chart)|(Graph|Layout)\.\w+)$' -and $ErrorRecord.FullyQualifiedErrorId -in 'CommandNotFoundException', 'TypeNotFound') {
        return "`nCharts of XPlot came with .NET Interactive alone. Here a chart is Plotly's own JSON (data and layout), by Out-Display -MimeType application/vnd.plotly.v1+json, or one that Python makes of the same records (%%python)."
    }
    if ($name -match '^Microsoft\.DotNet\.Interactive\b' -and $ErrorRecord.FullyQualifiedErrorId -eq 'TypeNotFound') {
        return "That is .NET Interactive's own. Here Out-Display shows what it is given: HTML with -MimeType text/html, a script with application/javascript."
    }
    if ($ErrorRecord.InvocationInfo.MyCommand -is [System.Management.Automation.CmdletInfo] -and $ErrorRecord.InvocationInfo.MyCommand.Name -in $script:InPlace -and $ErrorRecord.Exception.Message -match 'WSMan client library') {
        return "PowerShell's own cmdlet ran, which reaches no computer by WSMan from this system. By its name alone, $($ErrorRecord.InvocationInfo.MyCommand.Name) is the one that does: not with its module's name before it, and not as an object of Get-Command."
    }
    if ($ErrorRecord.FullyQualifiedErrorId -ne 'CommandNotFoundException' -or -not $script:ModuleOf.ContainsKey($name)) { return '' }
    "$name was not sent. It is imported in this notebook's own PowerShell; ForEach-Object -Parallel, Start-ThreadJob and Start-Job run their blocks in others. " +
    "A session carries out one command at a time: call it outside of them, as in a ForEach-Object without -Parallel, or with -AsJob."
}

function Get-LyncFailure([string]$Text) {
    # What ended the last cell, formatted; its text, where it is no PowerShell.
    if ($Text) {
        try { $null = [scriptblock]::Create($Text) } catch { return ConvertTo-LyncError ($_.Exception.InnerException ?? $_.Exception).ErrorRecord }
    }
    if (-not $global:Error.Count) { return }
    # -ErrorAction Stop leaves the exception itself there, which holds the record.
    $last = $global:Error[0]
    ConvertTo-LyncError $(if ($last -is [System.Management.Automation.ErrorRecord]) { $last } else { $last.ErrorRecord })
}

# --- the formatters ----------------------------------------------------------------------------------------------------

# A steppable pipeline finds PowerShell's own commands only while the scope that began it lives: these three are called
# with a dot, so that it is the caller's.

function Start-LyncShaper {
    $layout = [System.Management.Automation.CmdletInfo]::new('Format-Default', [Microsoft.PowerShell.Commands.FormatDefaultCommand])
    $script:Shaper = { & $layout }.GetSteppablePipeline()
    $script:Shaper.Begin($true)
}

function Reset-LyncShaper {
    # What ends the view that is open, and a shaper that has none.
    $script:Shaper.End()
    $script:Shaper.Dispose()
    . Start-LyncShaper
}

function Start-LyncFormatter {
    $width = $script:Width
    . Start-LyncShaper
    $script:Formatter = { Microsoft.PowerShell.Utility\Out-String -Stream -Width $width }.GetSteppablePipeline()
    $script:Formatter.Begin($true)
    $script:Taken = 0
}

function Get-LyncShape($Value) {
    # How one more object is laid out.
    $mode = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'Ansi'
    try { , @($script:Shaper.Process($Value)) } finally { $PSStyle.OutputRendering = $mode }
}

function Write-LyncShape($Shapes) {
    # The lines that come of what was laid out; none while a table's widths are still being found.
    $mode = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'Ansi'
    try { foreach ($shape in $Shapes) { $script:Formatter.Process($shape) } } finally { $PSStyle.OutputRendering = $mode }
}

function Close-LyncFormatter {
    # The last lines.
    $shaper, $script:Shaper = $script:Shaper, $null
    $formatter, $script:Formatter = $script:Formatter, $null
    if ($null -eq $formatter) { return }
    $mode = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'Ansi'
    try {
        foreach ($shape in @($shaper.End())) { $formatter.Process($shape) }
        $formatter.End()
    } finally {
        $PSStyle.OutputRendering = $mode
        $shaper.Dispose()
        $formatter.Dispose()
    }
}

function Save-LyncView($Shapes) {
    # Keep the columns of a view that begins, and what its next rows hold.
    foreach ($shape in $Shapes) {
        switch ($shape.GetType().Name) {
            'FormatStartData' {
                $script:Taken = 0
                $script:Shape = $shape.shapeInfo.GetType().Name
                $columns = @($shape.shapeInfo.tableColumnInfoList)
                $script:View = @{
                    Kind = $script:Shape -replace '(View)?HeaderInfo$'
                    Names = @(foreach ($one in $columns) { if ($one.label) { $one.label } else { $one.propertyName } })
                    Sides = @(foreach ($one in $columns) { $one.alignment })
                }
            }
            'GroupStartData' {
                $title = Get-LyncGroupTitle $shape.groupingEntry
                if ($title) { $script:Rows.Add($title) }
            }
            'FormatEntryData' {
                if ($script:Taken -ge $script:MostRows) { break }
                $script:Taken++
                $entry = $shape.formatEntryInfo
                switch ($entry.GetType().Name) {
                    'TableRowEntry' { $script:Rows.Add(@(foreach ($field in $entry.formatPropertyFieldList) { $field.propertyValue })) }
                    'RawTextFormatEntry' { $script:Rows.Add($entry.text) }
                    'ListViewEntry' {
                        $named = @(foreach ($field in $entry.listViewFieldList) {
                            if ($field.label) { $field.label } else { $field.propertyName }
                            "$($field.formatPropertyField.propertyValue)"
                        })
                        # An object of another kind, among a table's rows, is a list of its properties there.
                        if ($script:Shape -eq 'ListViewHeaderInfo') { $script:Rows.Add($named) } else {
                            for ($i = 0; $i -lt $named.Count; $i += 2) { $script:Rows.Add("$($named[$i]) : $($named[$i + 1])") }
                        }
                    }
                }
            }
        }
    }
}

function Write-LyncLines([object[]]$Lines) {
    # Lines with the rows that they show, and the errors that waited for them, each in its place.
    if (-not $script:Waiting.Count) { return New-LyncText $Lines }
    $rows, $text = $script:Rows, [System.Collections.Generic.List[object]]::new()
    $taken = 0
    foreach ($line in $Lines) {
        if (-not $script:Mark.Equals($line)) { $text.Add($line); continue }
        $waited = $script:Waiting.Dequeue()
        $script:Rows = $rows.GetRange($taken, $waited.Rows - $taken)
        $taken = $waited.Rows
        if ($text.Count) { New-LyncText $text.ToArray() }
        $text.Clear()
        $waited.Error
    }
    $script:Rows = $rows.GetRange($taken, $rows.Count - $taken)
    if ($text.Count -or $script:Rows.Count) { New-LyncText $text.ToArray() }
}

function Get-LyncGroupTitle($Entry) {
    # What stands above a group of rows (`Directory: …`), on one line.
    $texts = foreach ($value in $Entry.formatValueList) {
        switch ($value.GetType().Name) {
            'FormatEntry' { Get-LyncGroupTitle $value }
            'FormatTextField' { $value.text }
            'FormatPropertyField' { $value.propertyValue }
        }
    }
    [string]::Join('', @($texts)).Trim()
}

function Find-LyncLeftOut($Shape, [object[]]$Lines) {
    # The columns that a Format-Table names and its text has no room for: PowerShell leaves the last ones out, without a
    # word. The rule below the names tells how many stand there.
    if ($Shape.GetType().Name -eq 'FormatStartData') {
        $script:Labels = @(foreach ($one in $Shape.shapeInfo.tableColumnInfoList) { if ($one.label) { $one.label } else { $one.propertyName } })
    }
    if (-not $script:Labels) { return }
    foreach ($line in $Lines) {
        $plain = $line -replace "`e\[[0-9;]*m"
        if ($plain -notmatch '^[ -]*-[ -]*$') { continue }
        $shown = [regex]::Matches($plain, '-+').Count
        foreach ($one in $script:Labels | Microsoft.PowerShell.Utility\Select-Object -Skip $shown) { $null = $script:LeftOut.Add($one) }
        $script:Labels = $null
        return
    }
}

# --- what is not the pipeline's ------------------------------------------------------------------------------------------

function Send-LyncAside([hashtable]$What) {
    # To the kernel, in its place among the output, also where only the host still takes text.
    $Host.UI.WriteLine("`u{1}lync_magic " + ($What | Microsoft.PowerShell.Utility\ConvertTo-Json -Depth 8 -Compress))
}

function Write-LyncConsole {
    # What .NET code wrote to the console as errors since the last time.
    $builder = $script:ConsoleErrors.GetStringBuilder()
    if (-not $builder.Length) { return }
    $text = $builder.ToString()
    $null = $builder.Clear()
    Send-LyncAside @{ Kind = 'console error'; Text = $text }
}

function Out-LyncCell {
    begin {
        Set-LyncHost
        # Each pipeline of a server begins with its process's culture; a notebook's lives on from cell to cell.
        if ($script:Cultures) { [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $script:Cultures }
        $script:Formatter = $script:Shaper = $script:View = $null
        $script:Rows = [System.Collections.Generic.List[object]]::new()
        $script:Waiting = [System.Collections.Generic.Queue[object]]::new()
        $script:Labels = $null
        $script:LeftOut = [System.Collections.Generic.HashSet[string]]::new()
        $isHolding = $false
        $isDone = $false
        # What each of many objects needs is found once; the type of those, and with what they are formatted.
        $steady = $shaper = $formatter = $null
        # A function in which a dot stands before a command has slow variables: `$here` calls one in this scope without.
        $here = $ExecutionContext.InvokeCommand
        $waiting, $mark, $style = $script:Waiting, $script:TextMark, [System.Management.Automation.PSStyle]::Instance
        $consoleErrors = $script:ConsoleErrors.GetStringBuilder()
    }
    process {
        $value, $shapes = $_, $null
        if ($consoleErrors.Length) { Write-LyncConsole }
        if ($null -eq $value) { return , $null }
        if ($steady -and $value.GetType() -eq $steady -and -not $waiting.Count) {
            # One more of many, none of whose rows goes beside the text any more: what follows below, in few steps.
            $mode = $style.OutputRendering
            $style.OutputRendering = 'Ansi'
            try {
                $shapes = @($shaper.Process($value))
                $lines = @(if ($shapes.Count -eq 1) { $formatter.Process($shapes[0]) })
            } finally { $style.OutputRendering = $mode }
            if ($shapes.Count -eq 1) {
                , $value
                if (-not $lines.Count) { $isHolding = $true; return }
                $text = [string]::Join("`n", $lines)
                $isHolding = -not $text.Trim()
                return $mark + $text
            }
        }
        if ($value -is [System.Management.Automation.ErrorRecord] -and -not (Test-LyncError $value)) { $value = (ConvertTo-LyncError $value).Text }
        if ($value -is [System.Management.Automation.InformationalRecord]) { $value = ConvertFrom-LyncAside $value }
        if (-not $isHolding -and ($value -is [string] -or ($value -is [int] -and $value.PSTypeNames[0] -eq 'System.Int32'))) { return $value }
        if ($value -is [System.Management.Automation.ErrorRecord]) {
            $told = ConvertTo-LyncError $value
            if (-not $isHolding -or $told.Native) { return $told }
            # As in a console, an error waits with the table whose widths are being found: a mark among its lines says where.
            $script:Waiting.Enqueue(@{ Error = $told; Rows = $script:Rows.Count })
            $lines = @(Write-LyncShape (Get-LyncShape $script:Mark))
            if ($lines.Count) { Write-LyncLines $lines; $isHolding = $false }
            return
        }
        $type = $value.GetType()
        $isFormat = $type.Namespace -eq $script:FormatNamespace
        if ($null -eq $script:Formatter) { $null = $here.InvokeScript($false, ${function:Start-LyncFormatter}, $null) }
        $ended = $null
        if (-not $isFormat) {
            if ($null -eq $shapes) { $shapes = Get-LyncShape $value }
            if ($shapes.Count -gt 2 -and $shapes[1].GetType().Name -eq 'FormatEndData') { $ended, $shapes = $shapes[0, 1], $shapes[2..($shapes.Count - 1)] }
        } else {
            # What a Format- cmdlet made is laid out already.
            $shapes = $value
            if ($type.Name -eq 'FormatStartData') { $ended = @($here.InvokeScript($false, ${function:Reset-LyncShaper}, $null)) }
        }
        if ($ended) {
            # Another view begins: what came before is one block.
            $lines = @(Write-LyncShape $ended)
            if ($lines.Count -or $script:Rows.Count) { Write-LyncLines $lines }
            [pscustomobject]@{ PSTypeName = 'LyncMagic.End' }
        }
        if (-not $isFormat) {
            , $value
            if ($script:Taken -lt $script:MostRows -or $shapes.Count -gt 1) { Save-LyncView $shapes }
        }
        $lines = @(Write-LyncShape $shapes)
        if ($isFormat) { Find-LyncLeftOut $value $lines }
        $isPrinted = $lines.Count -and [string]::Join('', $lines).Trim()
        if ($isPrinted -or -not $isFormat) { $isHolding = -not $isPrinted }
        if ($lines.Count) { Write-LyncLines $lines }
        $isSteady = $script:Taken -ge $script:MostRows -and -not $script:Rows.Count -and -not $isFormat -and $type -notin [string], [int]
        $steady, $shaper, $formatter = if ($isSteady) { $type, $script:Shaper, $script:Formatter }
    }
    end {
        Write-LyncConsole
        $lines = @(Close-LyncFormatter)
        $isDone = $true
        if ($lines.Count -or $script:Rows.Count) { Write-LyncLines $lines }
        if ($script:LeftOut.Count) { [pscustomobject]@{ PSTypeName = 'LyncMagic.LeftOut'; Names = [string[]]@($script:LeftOut); Width = $script:Width } }
    }
    clean {
        $script:Cultures = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        # Only the host still takes text here, where the cell was ended by an error, `exit` or an interrupt.
        if (-not $isDone) {
            Write-LyncConsole
            $lines = @(Close-LyncFormatter)
            # An error that waits with them is the cell's last but one: its text stays in its place.
            $lines = @(foreach ($line in $lines) { if ($script:Mark.Equals($line)) { $script:Waiting.Dequeue().Error.Text } else { $line } })
            if ($lines.Count) { Send-LyncAside @{ Kind = 'text'; Text = [string]::Join("`n", $lines); View = $script:View; Rows = $script:Rows.ToArray() } }
        }
    }
}
