# compare: $changes
$then = Get-CsOnlineUser -ResultSize 4 | Select-Object UserPrincipalName, Department
$then | Export-Csv then.csv
Grant-CsClientPolicy -Identity kenmyer@litwareinc.com -PolicyName $null
$now = Import-Csv then.csv | ForEach-Object { if ($_.UserPrincipalName -like 'pack*') { $_.Department = 'Moved' }; $_ }
$changes = Compare-Object (Import-Csv then.csv) $now -Property UserPrincipalName, Department
$changes | Sort-Object SideIndicator | Format-Table
