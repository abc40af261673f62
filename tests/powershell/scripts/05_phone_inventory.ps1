# compare: $used, $free, $next
$used = Get-CsOnlineUser | Where-Object LineURI | ForEach-Object { $_.LineURI -replace '^tel:\+' } | Sort-Object
$range = 0..20 | ForEach-Object { "$(14255550000 + $_)" }
$free = @($range | Where-Object { $_ -notin $used })
$next = $free | Select-Object -First 1
"used $(@($used | Where-Object { $_ -in $range }).Count) of $($range.Count); next free: $next"
