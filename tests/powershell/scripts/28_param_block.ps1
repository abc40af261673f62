# compare: $result
param([string]$Upn = 'kenmyer@litwareinc.com', [ValidateRange(1, 9)][int]$Count = 2)
$result = [pscustomobject]@{ Upn = $Upn; Count = $Count; Name = (Get-CsOnlineUser $Upn).DisplayName }
$result
