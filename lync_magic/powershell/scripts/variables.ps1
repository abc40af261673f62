# Variables that go in before a cell and come out after it.
# Rules: what a variable holds is compared by identity; one that the cell may have changed in place (`$list.Add(…)`) comes
# out when the cell names it. PowerShell's own variables stay here.

$script:Known = [System.Collections.Generic.Dictionary[string, object]]::new([StringComparer]::OrdinalIgnoreCase)
$script:Own = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)

function Initialize-LyncVariable([string[]]$Names) {
    # Names: those that there are before any cell.
    foreach ($name in $Names) { $null = $script:Own.Add($name) }
    foreach ($name in '_', 'args', 'foreach', 'input', 'LASTEXITCODE', 'Matches', 'MyInvocation', 'PSCmdlet', 'PSItem',
        'switch', 'StackTrace', 'this', 'PSBoundParameters', 'PSDebugContext', 'Event', 'EventArgs', 'EventSubscriber',
        'Sender', 'ConfirmPreference', 'PSSenderInfo', 'OFS', 'PSDefaultParameterValues', 'PSNativeCommandUseErrorActionPreference') {
        $null = $script:Own.Add($name)
    }
}

function Remove-LyncEnvironment([string[]]$Names) {
    # Environment variables that the kernel has no more, such as a password that was read.
    foreach ($name in $Names) { [Environment]::SetEnvironmentVariable($name, [NullString]::Value) }
}

function Set-LyncVariable([System.Collections.IDictionary]$Values) {
    foreach ($name in $Values.get_Keys()) {
        $value = ConvertFrom-LyncValue $Values[$name]
        Microsoft.PowerShell.Utility\Set-Variable -Name $name -Value $value -Scope Global -Force
        $script:Known[$name] = (Microsoft.PowerShell.Utility\Get-Variable -Name $name -Scope Global).Value
    }
}

function ConvertFrom-LyncValue($Value) {
    # Arrays arrive as lists, and sessions as their numbers.
    if ($Value -is [System.Collections.ArrayList]) {
        $items = $Value.ToArray()
        $mayHoldSessions = $items.Length -lt 100  # a notebook has few; a long list is data
        for ($i = 0; $i -lt $items.Length; $i++) {
            $item = $items[$i]
            if ($item -is [System.Collections.ArrayList] -or $mayHoldSessions) { $items[$i] = ConvertFrom-LyncValue $item }
        }
        return , $items
    }
    if ($Value -is [psobject] -and $Value.PSTypeNames[0] -eq 'Deserialized.LyncMagic.Session') {
        return Get-LyncSession $Value
    }
    , $Value
}

function Test-LyncMutable($Value) {
    -not ($null -eq $Value -or $Value -is [string] -or $Value -is [ValueType] -or $Value -is [scriptblock] -or $Value -is [type])
}

function Get-LyncMissing([string[]]$Names) {
    # Those of these variables that are not here.
    $Names.Where{ -not (Microsoft.PowerShell.Utility\Get-Variable -Name $_ -Scope Global -ErrorAction Ignore) }
}

function Get-LyncChange([string[]]$Named, [string[]]$Only) {
    # A header for each variable that changed, of these alone where any are named; then what it holds: each item of a
    # list alone.
    $wanted = if ($Only) { [System.Collections.Generic.HashSet[string]]::new($Only, [StringComparer]::OrdinalIgnoreCase) }
    $names = [System.Collections.Generic.HashSet[string]]::new([string[]]@($Named), [StringComparer]::OrdinalIgnoreCase)
    $here = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
    foreach ($variable in Microsoft.PowerShell.Utility\Get-Variable -Scope Global) {
        $name = $variable.Name
        if ($script:Own.Contains($name)) { continue }
        $null = $here.Add($name)
        if ($null -ne $wanted -and -not $wanted.Contains($name)) { continue }
        $value = $variable.Value
        $known = $null
        if ($script:Known.TryGetValue($name, [ref]$known) -and [object]::ReferenceEquals($known, $value)) {
            if (-not ($names.Contains($name) -and (Test-LyncMutable $value))) { continue }
        }
        $script:Known[$name] = $value
        $isList = $value -is [System.Collections.IList] -and $value -isnot [byte[]]
        $count = if ($isList) { $value.Count } else { -1 }
        [pscustomobject]@{ PSTypeName = 'LyncMagic.Variable'; Name = $name; Count = $count }
        # What gave nothing is no object in a pipeline, and $null in a variable.
        if ($isList) { foreach ($item in $value) { , $item } } elseif ($null -eq $value) { , $null } else { , $value }
    }
    foreach ($name in @($script:Known.get_Keys())) {
        if (-not $here.Contains($name)) {
            $null = $script:Known.Remove($name)
            [pscustomobject]@{ PSTypeName = 'LyncMagic.Variable'; Name = $name; Count = -2 }
        }
    }
}
