# compare: $text
$text = (Get-CsOnlineUser -ResultSize 2 | Format-Table DisplayName, @{ L = 'Mail'; E = { $_.UserPrincipalName }; Width = 30 } | Out-String).Trim()
$text
Get-CsOnlineUser -ResultSize 1 | Format-List DisplayName, SipAddress, Fax
1..6 | Format-Wide { $_ } -Column 3
[pscustomobject]@{ A = 1; B = 'two' }
[pscustomobject]@{ A = 3; B = 'four' }
