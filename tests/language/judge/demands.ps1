# Writes what PowerShell's cmdlets demand of their arguments: pwsh -NoProfile -File demands.ps1 NAME… > lync_magic/language/cmdlets/demands.txt
# One line a cmdlet: its name, then `Parameter:` and letters. M: mandatory (in some set), and of those: n takes $null, e empty
# texts, c empty lists. N: not null, V: not null nor empty, W: nor blank. Then, where there are any, `#` and how many values it
# takes, `=` and the range of each (`1..9`; `1..` for all that are positive).
param([string[]] $Names)
foreach ($name in $Names -split ',' | Sort-Object) {
    $command = Get-Command $name -CommandType Cmdlet -ErrorAction Ignore
    if (-not $command) { continue }
    $words = foreach ($one in $command.Parameters.Values | Sort-Object Name) {
        $kinds = $one.Attributes | ForEach-Object { $_.GetType().Name }
        $made = ''
        if (@($one.Attributes | Where-Object { $_ -is [Parameter] -and $_.Mandatory }).Count) {
            $made += 'M'
            if ('AllowNullAttribute' -in $kinds -or $kinds -match 'VersionTransformation') { $made += 'n' }
            if ('AllowEmptyStringAttribute' -in $kinds) { $made += 'e' }
            if ('AllowEmptyCollectionAttribute' -in $kinds) { $made += 'c' }
        }
        if ('ValidateNotNullAttribute' -in $kinds) { $made += 'N' }
        if ('ValidateNotNullOrEmptyAttribute' -in $kinds) { $made += 'V' }
        if ('ValidateNotNullOrWhiteSpaceAttribute' -in $kinds) { $made += 'W' }
        $one.Attributes | Where-Object { $_ -is [ValidateCount] } | ForEach-Object { $made += "#$($_.MinLength)..$($_.MaxLength)" }
        $one.Attributes | Where-Object { $_ -is [ValidateRange] } | ForEach-Object {
            $made += $null -eq $_.MinRange ? '=1..' : "=$($_.MinRange)..$($_.MaxRange)"
        }
        if ($made -and $one.Name -ne 'OutBuffer') { "$($one.Name):$made" }
    }
    if ($words) { "$name $words" }
}
