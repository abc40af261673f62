# compare: $rows
$rows = Get-CsOnlineUser -ResultSize 6 | Select-Object DisplayName, Department, LineURI
$head = '<style>td { color: navy }</style>'
$rows | ConvertTo-Html -Title 'Users' -Head $head -PreContent '<h1>Users</h1>' | Set-Content users.html
(Get-Content users.html | Select-String '<td>').Count
(Get-Content users.html)[0..3]
