# compare: $summary
$users = Get-CsOnlineUser
$summary = $users | Group-Object UsageLocation | Sort-Object @{ e = 'Count'; Descending = $true }, Name |
    Select-Object -First 5 Name, Count, @{ n = 'Share'; e = { '{0:P1}' -f ($_.Count / $users.Count) } }
$summary | Export-Csv licences.csv -NoTypeInformation
$summary | Format-Table -AutoSize
Get-Content licences.csv | Select-Object -First 2
