# Writes what PowerShell's cmdlets demand of their arguments: pwsh -NoProfile -File demands.ps1 NAME… > lync_magic/language/cmdlets/demands.txt
# One line a cmdlet: its name, then `Parameter:` and letters. M: mandatory (in some set), and of those: n takes $null, e empty
# texts, c empty lists. N: not null, V: not null nor empty, W: nor blank.
param([string[]] $Names)
foreach ($name in $Names -split ',' | Sort-Object) {
    $command = Get-Command $name -CommandType Cmdlet -ErrorAction Ignore
    if (-not $command) { continue }
    $words = foreach ($one in $command.Parameters.Values | Sort-Object Name) {
        $kinds = $one.Attributes | ForEach-Object { $_.GetType().Name }
        $made = ''
        if (@($one.Attributes | Where-Object { $_ -is [Parameter] -and $_.Mandatory }).Count) {
            $made += 'M'
            if ('AllowNullAttribute' -in $kinds) { $made += 'n' }
            if ('AllowEmptyStringAttribute' -in $kinds) { $made += 'e' }
            if ('AllowEmptyCollectionAttribute' -in $kinds) { $made += 'c' }
        }
        if ('ValidateNotNullAttribute' -in $kinds) { $made += 'N' }
        if ('ValidateNotNullOrEmptyAttribute' -in $kinds) { $made += 'V' }
        if ('ValidateNotNullOrWhiteSpaceAttribute' -in $kinds) { $made += 'W' }
        if ($made) { "$($one.Name):$made" }
    }
    if ($words) { "$name $words" }
}
