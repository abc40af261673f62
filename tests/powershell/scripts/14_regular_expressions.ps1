# compare: $parsed, $groups
$lines = 'tel:+14255550100;ext=100', 'tel:+14255550101', 'sip:a@b.c'
$parsed = foreach ($line in $lines) {
    if ($line -match '^tel:\+(?<number>\d+)(;ext=(?<ext>\d+))?$') { [pscustomobject]@{ Number = $Matches.number; Ext = $Matches['ext'] } }
}
$groups = [regex]::Matches('a1b22', '([a-z])(\d+)') | ForEach-Object { $_.Groups[2].Value }
$parsed
'a-b_c' -split '[-_]' -join '|'
'John Smith' -replace '(\w+) (\w+)', '$2, $1'
switch -Regex ('abc', '123') { '^\d' { "number $_" } '^[a-c]' { "text $_" } }
