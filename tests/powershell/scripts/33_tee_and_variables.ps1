# compare: $kept, $ov, $ev
Get-CsOnlineUser -ResultSize 3 | ForEach-Object DisplayName | Tee-Object -Variable kept | Out-Null
Write-Output 1, 2 -OutVariable ov | Out-Null
Get-Item nothing-here -ErrorAction SilentlyContinue -ErrorVariable ev
$ev = $ev.Count
Set-Variable -Name made -Value 7; Get-Variable made -ValueOnly; Remove-Variable made; Test-Path variable:made
$kept
$env:LYNC_TEST = 'x'; "$env:LYNC_TEST"
