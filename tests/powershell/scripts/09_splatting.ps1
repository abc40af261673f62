# compare: $before, $after
$target = @{ Identity = 'kenmyer@litwareinc.com' }
$change = @{ AudioVideoDisabled = $true }
$before = (Get-CsOnlineUser @target).AudioVideoDisabled
Set-CsUser @target @change
$after = (Get-CsOnlineUser @target).AudioVideoDisabled
Set-CsUser @target -AudioVideoDisabled:$before
"$before -> $after"
