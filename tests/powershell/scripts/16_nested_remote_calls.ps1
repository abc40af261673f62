# compare: $rows
$rows = Get-CsOnlineUser -ResultSize 5 | Where-Object Enabled | ForEach-Object {
    $policy = Get-CsExternalAccessPolicy -Identity Global
    [pscustomobject]@{ Name = $_.DisplayName; Federated = $policy.EnableFederationAccess; Tenant = (Get-CsTenant).DisplayName }
}
$rows | Format-Table
