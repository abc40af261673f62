# compare: $back, $deep
$data = Get-CsOnlineUser -ResultSize 2 | Select-Object DisplayName, Enabled, ProxyAddresses
$data | ConvertTo-Json -Depth 4 | Set-Content users.json
$back = Get-Content users.json -Raw | ConvertFrom-Json
$deep = @{ a = @{ b = @(1, 2, @{ c = $null }) } } | ConvertTo-Json -Depth 5 -Compress
$back[1].ProxyAddresses.Count
$deep
