# compare: $granted
$granted = Get-CsOnlineUser | Where-Object { $_.Department -eq 'Sales' } | Select-Object -First 3 |
    Grant-CsExternalAccessPolicy -PolicyName FederationOnly -PassThru
$granted | ForEach-Object { "$($_.DisplayName): $($_.ExternalAccessPolicy)" }
