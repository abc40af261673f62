# Variables that go in before a cell and come out after it.
# Rules: what a variable holds is compared by identity; one that the cell may have changed in place (`$list.Add(…)`) comes
# out when the cell names it. PowerShell's own variables stay here.

$script:Known = [System.Collections.Generic.Dictionary[string, object]]::new([StringComparer]::OrdinalIgnoreCase)
$script:Few = 50  # items of a list that go one by one
$script:Own = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)

function Initialize-LyncVariable {
    # Those that there are before any cell are PowerShell's own.
    foreach ($variable in & $script:AllVariables) { $null = $script:Own.Add($variable.Name) }
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

function Set-LyncVariable([System.Collections.IDictionary]$Values, [string[]]$Anew, [System.Collections.IDictionary]$Following) {
    # Anew: names of those that hold something that is made anew here. Following: the numbers of those whose objects follow
    # through the channel, by name; where nothing can read it, these names are given back.
    foreach ($name in $Values.get_Keys()) {
        $value = $Values[$name]
        if ($Anew -contains $name) { $value = ConvertFrom-LyncValue $value }
        elseif ($value -is [System.Collections.ArrayList]) { $value = $value.ToArray() }  # arrays arrive as lists
        Set-LyncOne $name $value
    }
    if (-not $Following.Count) { return }
    if ($script:Pipe) { Open-LyncChannel }
    if (-not $script:Channel) { return $Following.get_Keys() }
    foreach ($number in $Following.get_Values()) { $script:Frames[$number] = [System.Collections.Generic.Queue[object]]::new() }
    try {
        foreach ($name in $Following.get_Keys()) {
            $objects = [System.Collections.ArrayList]::new()
            do {
                $frame = Receive-LyncFrame $Following[$name]
                $objects.AddRange($frame.items.PSObject.BaseObject)
            } until ($frame.done)
            if (-not $frame.lost) { Set-LyncOne $name $objects.ToArray() }
        }
    } finally { foreach ($number in $Following.get_Values()) { $null = $script:Frames.Remove($number) } }
}

function Set-LyncOne([string]$Name, $Value) {
    Microsoft.PowerShell.Utility\Set-Variable -Name $Name -Value $Value -Scope Global -Force -WhatIf:$false -Confirm:$false
    $script:Known[$Name] = (Microsoft.PowerShell.Utility\Get-Variable -Name $Name -Scope Global).Value
}

function ConvertFrom-LyncValue($Value) {
    # A value with everything in it that is made anew: arrays, sessions, what a stand-in describes.
    if ($Value -is [System.Collections.ArrayList]) {
        $items = $Value.ToArray()
        for ($i = 0; $i -lt $items.Length; $i++) { $items[$i] = ConvertFrom-LyncValue $items[$i] }
        return , $items
    }
    if ($Value -is [hashtable]) {
        foreach ($key in @($Value.get_Keys())) { $Value[$key] = ConvertFrom-LyncValue $Value[$key] }
        return $Value.PSObject.BaseObject
    }
    if ($Value -is [psobject]) {
        switch ($Value.PSTypeNames[0]) {
            'Deserialized.LyncMagic.Session' { return Get-LyncSession $Value }
            'Deserialized.LyncMagic.Made' { return , (New-LyncValue $Value.Kind $Value.Type $Value.Content) }
        }
    }
    , $Value
}

function New-LyncValue([string]$Kind, [string]$TypeName, $Content) {
    # What the embedded evaluator's cells made, as it would be had they run here.
    $told, $comparer = $TypeName.Split('~')
    $type = $told -as [type]
    $parts = if ($Content -is [System.Collections.ArrayList]) { , (ConvertFrom-LyncValue $Content) }
    switch ($Kind) {
        'block' { [scriptblock]::Create($Content) }
        'type' { $type }
        'error' { ConvertFrom-LyncError $Content }
        'cast' { if ($type) { [System.Management.Automation.LanguagePrimitives]::ConvertTo($Content, $type) } else { $Content } }
        'enum' { if ($type) { [enum]::ToObject($type, $parts[0]) } else { New-LyncEnum $TypeName $parts } }
        'new' { if ($type) { $type::new.Invoke($parts) } else { [System.Management.Automation.RuntimeException]::new($parts[0]) } }
        'list' { , (New-LyncList $type $parts $comparer) }
        'table' { New-LyncTable $type $parts $comparer }
        'object' {
            $made = [pscustomobject]@{}
            for ($i = 0; $i -lt $parts.Length; $i += 2) { $made.PSObject.Properties.Add([psnoteproperty]::new($parts[$i], $parts[$i + 1])) }
            $names = $TypeName.Split(' ')
            for ($i = 0; $names[$i] -ne 'System.Management.Automation.PSCustomObject'; $i++) { $made.PSTypeNames.Insert($i, $names[$i]) }
            $made
        }
    }
}

function New-LyncList([type]$Type, [object[]]$Items, [string]$Comparer) {
    if ($null -eq $Type) { return , $Items }
    if ($Type.IsArray) { return , ($Items -as $Type) }
    $made = if ($Comparer) { , $Type::new([StringComparer]::$Comparer) } else { , $Type::new() }
    $add = @('Add', 'Enqueue', 'Push').Where({ $made.PSObject.Methods[$_] }, 'First')[0]
    foreach ($item in $Items) { $null = $made.$add($item) }
    , $made
}

function New-LyncTable([type]$Type, [object[]]$Parts, [string]$Comparer) {
    $made = if ($Type -eq [System.Collections.Specialized.OrderedDictionary]) { [ordered]@{} } elseif ($Comparer) { $Type::new([StringComparer]::$Comparer) } else { $Type::new() }
    for ($i = 0; $i -lt $Parts.Length; $i += 2) { $made.Add($Parts[$i], $Parts[$i + 1]) }
    $made
}

function New-LyncEnum([string]$TypeName, [object[]]$Parts) {
    # Of a type that only a server has, as remoting makes it.
    $text = [System.Security.SecurityElement]::Escape($Parts[1])
    $names = "<T>$([System.Security.SecurityElement]::Escape($TypeName))</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T>"
    [System.Management.Automation.PSSerializer]::Deserialize("<Objs Version=`"1.1.0.1`" xmlns=`"http://schemas.microsoft.com/powershell/2004/04`"><Obj RefId=`"0`"><TN RefId=`"0`">$names</TN><ToString>$text</ToString><I32>$($Parts[0])</I32></Obj></Objs>")
}

function Test-LyncMutable($Value) {
    -not ($null -eq $Value -or $Value -is [string] -or $Value -is [ValueType] -or $Value -is [scriptblock] -or $Value -is [type])
}

function Get-LyncMissing([string[]]$Names) {
    # Those of these variables that are not here.
    $Names.Where{ -not (Microsoft.PowerShell.Utility\Get-Variable -Name $_ -Scope Global -ErrorAction Ignore) }
}

function Get-LyncChange([string[]]$Named, [string[]]$Only, [bool]$Anew, [int]$Transfer) {
    # A header for each variable that changed, of these alone where any are named; then what it holds: each item of a
    # list alone, of a long one those of each frame by where they end in it. Anew: all of them, as nobody knows how
    # many of the last ones arrived. Transfer: the number of its frames, where there is a way for them.
    if ($null -ne $script:HostType) { Set-LyncHost }
    $wanted = if ($Only) { [System.Collections.Generic.HashSet[string]]::new($Only, [StringComparer]::OrdinalIgnoreCase) }
    $names = [System.Collections.Generic.HashSet[string]]::new([string[]]@($Named), [StringComparer]::OrdinalIgnoreCase)
    $here = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
    foreach ($variable in & $script:AllVariables) {
        $name = $variable.Name
        if ($script:Own.Contains($name)) { continue }
        $null = $here.Add($name)
        if ($null -ne $wanted -and -not $wanted.Contains($name)) { continue }
        $value = $variable.Value
        $known = $null
        if (-not $Anew -and $script:Known.TryGetValue($name, [ref]$known) -and [object]::ReferenceEquals($known, $value)) {
            if (-not ($names.Contains($name) -and (Test-LyncMutable $value))) { continue }
        }
        $script:Known[$name] = $value
        $isList = $value -is [System.Collections.IList] -and $value -isnot [byte[]]
        $count = if ($isList) { $value.Count } else { -1 }
        $type = if ($null -ne $value) { $value.GetType().ToString() }
        $writer = if ($Transfer -and $count -gt $script:Few) { Get-LyncWriter }
        $packs = $null -ne $writer
        [pscustomobject]@{ PSTypeName = 'LyncMagic.Variable'; Name = $name; Count = $count; Type = $type; Packs = $packs }
        # What gave nothing is no object in a pipeline, and $null in a variable.
        if ($packs) { Send-LyncItem $value $writer $Transfer }
        elseif ($isList) { foreach ($item in $value) { , $item } } elseif ($null -eq $value) { , $null } else { , $value }
    }
    foreach ($name in @($script:Known.get_Keys())) {
        if (-not $here.Contains($name)) {
            $null = $script:Known.Remove($name)
            [pscustomobject]@{ PSTypeName = 'LyncMagic.Variable'; Name = $name; Count = -2; Type = ''; Packs = $false }
        }
    }
}

function Import-LyncEarlier([System.Collections.IDictionary]$Aliases, $Errors) {
    # What cells in another engine made besides functions and variables. Errors: the oldest first.
    foreach ($name in $Aliases.get_Keys()) { Microsoft.PowerShell.Utility\Set-Alias -Name $name -Value $Aliases[$name] -Scope Global -Force -WhatIf:$false -Confirm:$false }
    foreach ($one in $Errors) { $global:Error.Insert(0, (ConvertFrom-LyncValue $one)) }
}
