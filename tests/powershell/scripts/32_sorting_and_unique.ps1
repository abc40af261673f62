# compare: $ordered, $unique
$users = Get-CsOnlineUser
$ordered = $users | Sort-Object Department, @{ e = 'DisplayName'; Descending = $true } | Select-Object -First 5 Department, DisplayName
$unique = $users | Select-Object -ExpandProperty Department -Unique | Sort-Object
$ordered | Format-Table -HideTableHeaders
$unique -join '; '
3, 1, 2 | Sort-Object -Descending
'b', 'A', 'a' | Sort-Object -CaseSensitive
'a', 'a', 'b' | Get-Unique
