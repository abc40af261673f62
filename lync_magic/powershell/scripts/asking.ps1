# What an editor asks: completion, help, whether a text is whole; and what the kernel needs besides cells.

function Get-LyncCompletion([string]$Text, [int]$Position) {
    $found = [System.Management.Automation.CommandCompletion]::CompleteInput($Text, $Position, $null)
    [pscustomobject]@{ PSTypeName = 'LyncMagic.Completion'; Start = $found.ReplacementIndex; Length = $found.ReplacementLength }
    foreach ($match in $found.CompletionMatches) {
        [pscustomobject]@{ Text = $match.CompletionText; Kind = "$($match.ResultType)"; ToolTip = $match.ToolTip; Label = $match.ListItemText }
    }
}

function Get-LyncHelp([string]$Name) {
    $mode = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'PlainText'
    try { Microsoft.PowerShell.Core\Get-Help -Name $Name -ErrorAction Ignore | Microsoft.PowerShell.Utility\Out-String -Width 100 }
    finally { $PSStyle.OutputRendering = $mode }
}

function Test-LyncText([string]$Text) {
    # complete, incomplete (the text ends too early) or invalid, and the first error.
    $errors = $null
    $null = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref]$null, [ref]$errors)
    if (-not $errors) { return 'complete' }
    if (@($errors | Microsoft.PowerShell.Core\Where-Object IncompleteInput).Count) { return 'incomplete' }
    "invalid: $($errors[0].Message)"
}

function Import-LyncEarlier([string[]]$Texts) {
    # The functions and aliases that earlier cells made, in another engine.
    foreach ($text in $Texts) {
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$null, [ref]$null)
        foreach ($statement in $tree.EndBlock.Statements) {
            if ($statement -is [System.Management.Automation.Language.FunctionDefinitionAst]) {
                $body = $statement.Body.Extent.Text
                $body = $body.Substring(1, $body.Length - 2)
                if ($statement.Parameters) { $body = "param($($statement.Parameters.Extent.Text -join ', '))`n$body" }
                Microsoft.PowerShell.Management\Set-Item -LiteralPath "function:global:$($statement.Name)" -Value ([scriptblock]::Create($(if ($statement.IsFilter) { "process { $body }" } else { $body })))
            }
        }
    }
}

function Watch-LyncKernel([int]$Kernel) {
    # Ends this process with all that it started once the kernel is gone, also while a script runs that does not stop.
    # For Windows: elsewhere a shell around this process does that.
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $script:Watch = [powershell]::Create($state)
    $null = $script:Watch.AddScript({
        param($kernel)
        try { [System.Diagnostics.Process]::GetProcessById($kernel).WaitForExit() } catch [System.ArgumentException] { }
        [System.Diagnostics.Process]::GetCurrentProcess().Kill($true)
    }).AddArgument($Kernel)
    $null = $script:Watch.BeginInvoke()
}
