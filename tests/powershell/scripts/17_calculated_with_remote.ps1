# compare: $rows
$rows = Get-CsOnlineUser -ResultSize 3 | Select-Object DisplayName, @{ n = 'Tenant'; e = { (Get-CsTenant).DisplayName } },
    @{ n = 'Mails'; e = { @($_.ProxyAddresses -like 'smtp:*').Count } }
$rows
