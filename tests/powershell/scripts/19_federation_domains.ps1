# compare: $domains, $after
$domains = 'contoso.com', 'fabrikam.com' | ForEach-Object { New-CsEdgeDomainPattern -Domain $_ }
$list = New-CsEdgeAllowList -AllowedDomain $domains
Set-CsTenantFederationConfiguration -AllowedDomains $list
$after = Get-CsTenantFederationConfiguration | Select-Object AllowFederatedUsers, AllowPublicUsers
$after | Format-List
"$($domains.Count) domains"
