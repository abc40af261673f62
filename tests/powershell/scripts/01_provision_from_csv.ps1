# compare: $done, $failed
# Policies from a list, with what went wrong counted.
$done = @(); $failed = @()
foreach ($row in Import-Csv 01_users.csv) {
    try {
        Grant-CsExternalAccessPolicy -Identity $row.UserPrincipalName -PolicyName $row.Policy -ErrorAction Stop
        $done += $row.UserPrincipalName
    } catch {
        $failed += [pscustomobject]@{ User = $row.UserPrincipalName; Why = $_.Exception.Message }
    }
}
"$($done.Count) done, $($failed.Count) failed"
$failed | Format-List
