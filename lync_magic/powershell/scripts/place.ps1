# The current folder and the environment, which the kernel's process and this one have in common; and that this one ends
# with it.
# Rule: what changed since the last time is told, so that what each process has of its own stays so.

function Initialize-LyncPlace {
    $script:Folder = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
    $script:Environment = [Environment]::GetEnvironmentVariables()
}

function Set-LyncPlace([string]$Folder, [System.Collections.IDictionary]$Values, [string[]]$Removed) {
    foreach ($name in $Values.get_Keys()) { [Environment]::SetEnvironmentVariable($name, $Values[$name]) }
    foreach ($name in $Removed) { [Environment]::SetEnvironmentVariable($name, [NullString]::Value) }
    if ($Folder) { $null = $ExecutionContext.SessionState.Path.SetLocation([WildcardPattern]::Escape($Folder)) }
    Initialize-LyncPlace
}

function Get-LyncPlace {
    $before, $folder = $script:Environment, $script:Folder
    Initialize-LyncPlace
    $now = $script:Environment
    $values, $removed = @{}, [System.Collections.Generic.List[string]]::new()
    foreach ($name in $now.get_Keys()) { if (-not $now[$name].Equals($before[$name])) { $values[$name] = $now[$name] } }
    foreach ($name in $before.get_Keys()) { if (-not $now.Contains($name)) { $removed.Add($name) } }
    [pscustomobject]@{ Folder = if ($folder -cne $script:Folder) { $script:Folder } else { '' }; Values = $values; Removed = $removed }
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
