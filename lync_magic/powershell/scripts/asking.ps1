# What an editor asks: completion, help, whether a text is whole.

function Get-LyncCompletion([string]$Text, [int]$Position) {
    $found = Invoke-LyncOutside { [System.Management.Automation.CommandCompletion]::CompleteInput($args[0], $args[1], $null) } $Text $Position
    [pscustomobject]@{ PSTypeName = 'LyncMagic.Completion'; Start = $found.ReplacementIndex; Length = $found.ReplacementLength }
    foreach ($match in $found.CompletionMatches) {
        [pscustomobject]@{ Text = $match.CompletionText; Kind = "$($match.ResultType)"; ToolTip = $match.ToolTip; Label = $match.ListItemText }
    }
}

function Get-LyncPlain([scriptblock]$Steps, [int]$Width = 100) {
    # What commands print, without colours.
    $mode = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    try { & $Steps | Microsoft.PowerShell.Utility\Out-String -Width $Width } finally { $PSStyle.OutputRendering = $mode }
}

function Get-LyncHelp([string]$Name, [switch]$Full) {
    $name = [System.Management.Automation.WildcardPattern]::Escape($Name)
    $found = Invoke-LyncOutside { Microsoft.PowerShell.Core\Get-Command -Name $args[0] -ErrorAction Ignore } $name | Microsoft.PowerShell.Utility\Select-Object -First 1
    # A name that nothing has is not looked for in every help text, which takes half a second.
    if (-not $found -and $Name -notlike 'about_*') { return }
    $alias = if ($found -is [System.Management.Automation.AliasInfo]) { "$($found.DisplayName)`n"; $name = $found.Definition }
    $how = if ($Full) { @{ Full = $true } } else { @{} }
    $help = @(Invoke-LyncOutside { param($name, $how) Microsoft.PowerShell.Core\Get-Help -Name $name -ErrorAction Ignore @how } $name $how)
    if (-not $found -and ($help.Count -ne 1 -or $help[0].Name -ne $Name)) { return } # what a search found is no help on it
    # A syntax is cut in the middle of its words where it is too wide: that is left to who shows it.
    $text = Get-LyncPlain { $help } 10000
    if ($text.Trim()) { "$alias$text" }
}

function Get-LyncInspection([string]$Text, [int]$Position, [bool]$Full) {
    # What is at a place: the value of a variable, the help of a parameter or a command, the members of a type.
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref]$null, [ref]$null)
    $around = $tree.FindAll({
        $args[0].Extent.StartOffset -le $Position -and $args[0].Extent.EndOffset -ge $Position }, $true)
    $inner = @($around | Microsoft.PowerShell.Utility\Sort-Object { $_.Extent.EndOffset - $_.Extent.StartOffset })
    foreach ($node in $inner) {
        switch ($node) {
            { $_ -is [System.Management.Automation.Language.VariableExpressionAst] } {
                $variable = Microsoft.PowerShell.Utility\Get-Variable -Name $_.VariablePath.UserPath -Scope Global -ErrorAction Ignore
                if (-not $variable) { break }
                $value = $variable.Value
                $type = if ($null -eq $value) { 'null' } else { "$($value.GetType())" }
                $count = if ($value -is [System.Collections.ICollection]) { ", $($value.Count) items" }
                return "[$type$count] `$$($variable.Name)`n" + (Get-LyncPlain { $value | Microsoft.PowerShell.Utility\Select-Object -First 20 })
            }
            { $_ -is [System.Management.Automation.Language.TypeExpressionAst] -or $_ -is [System.Management.Automation.Language.TypeConstraintAst] } {
                $type = $_.TypeName.GetReflectionType()
                if ($null -eq $type) { break }
                $made = @($type.GetConstructors()).ForEach{ "new($(@($_.GetParameters()).ForEach{ "$($_.ParameterType.Name) $($_.Name)" } -join ', '))" }
                $static = $type | Microsoft.PowerShell.Utility\Get-Member -Static -ErrorAction Ignore
                return "[$($type.FullName)]`n`n" + ($made -join "`n") + "`n" + (Get-LyncPlain { $static })
            }
            { $_ -is [System.Management.Automation.Language.CommandParameterAst] -and $_.Parent.GetCommandName() } {
                $command, $name = $_.Parent.GetCommandName(), $_.ParameterName
                $text = Get-LyncPlain { Invoke-LyncOutside { Microsoft.PowerShell.Core\Get-Help -Name $args[0] -Parameter $args[1] -ErrorAction Ignore } $command "$name*" }
                if ($text.Trim()) { return $text }
            }
            { $_ -is [System.Management.Automation.Language.CommandAst] -and $_.GetCommandName() } {
                $text = Get-LyncHelp $_.GetCommandName() -Full:$Full
                if ($text) { return $text }
            }
        }
    }
    $word = [regex]::Matches($Text, '[\w-]+').Where({ $_.Index -le $Position -and $_.Index + $_.Length -ge $Position }, 'First')
    if ($word) { Get-LyncHelp $word[0].Value -Full:$Full }
}

function Test-LyncText([string]$Text) {
    # complete, incomplete (the text ends too early) or invalid, and the first error.
    $errors = $null
    $null = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref]$null, [ref]$errors)
    if (-not $errors) { return 'complete' }
    if (@($errors | Microsoft.PowerShell.Core\Where-Object IncompleteInput).Count) { return 'incomplete' }
    "invalid: $($errors[0].Message)"
}
