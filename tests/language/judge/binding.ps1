# Writes how PowerShell binds the arguments of its cmdlets: pwsh -NoProfile -File binding.ps1 NAME,… > lync_magic/language/cmdlets/binding.txt
# One line a cmdlet: its name, its default parameter set (`-` for none), then for each parameter its name, type and aliases with
# slashes between them, a colon, and each of its sets (`*` for all), a slash, its position there (none for a name alone), and letters: m mandatory, v takes input as it is, p by its properties,
# r takes what remains; sets are parted by commas. Common parameters are left out. A type whose words are known is followed by
# `=` and, with bars between them, its full name (none for a set of words that a parameter allows) and the words in their order.
param([string[]] $Names)
$common = [System.Management.Automation.Cmdlet]::CommonParameters
foreach ($name in $Names -split ',' | Sort-Object) {
    $command = Get-Command $name -CommandType Cmdlet -ErrorAction Ignore
    if (-not $command) { continue }
    $words = foreach ($one in $command.Parameters.Values | Where-Object { $_.Name -notin $common } | Sort-Object Name) {
        $sets = foreach ($set in $one.ParameterSets.GetEnumerator() | Sort-Object Key) {
            $told = $set.Value
            $key = $set.Key -eq '__AllParameterSets' ? '*' : $set.Key.Replace(' ', '_')
            $place = $told.Position -ge 0 ? $told.Position : ''
            "$key/$place" + ($told.IsMandatory ? 'm' : '') + ($told.ValueFromPipeline ? 'v' : '') +
                ($told.ValueFromPipelineByPropertyName ? 'p' : '') + ($told.ValueFromRemainingArguments ? 'r' : '')
        }
        $kind = $one.ParameterType.ToString()
        $allowed = @($one.Attributes | Where-Object { $_ -is [ValidateSet] -and $_.IgnoreCase -and $_.ValidValues.Count -lt 50 })
        $is_enum = $one.ParameterType.IsEnum -and -not $one.ParameterType.IsDefined([System.FlagsAttribute], $false)
        $values = if ($is_enum) { @([Enum]::GetValues($one.ParameterType) | ForEach-Object { [long]$_ }) }
        if ($values -and "$values" -eq "$(0..($values.Count - 1))") {
            $kind += "=$kind|$([Enum]::GetNames($one.ParameterType) -join '|')"
        } elseif ($allowed) { $kind += "=|$($allowed[0].ValidValues -join '|')" }
        "$(@($one.Name; $kind; $one.Aliases) -join '/'):$($sets -join ',')"
    }
    $default = $command.DefaultParameterSet ? $command.DefaultParameterSet.Replace(' ', '_') : '-'
    "$name $default $words"
}
