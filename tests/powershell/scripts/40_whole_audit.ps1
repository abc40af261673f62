# compare: $report, $score
$ErrorActionPreference = 'Stop'
$report = [ordered]@{ Tenant = (Get-CsTenant).DisplayName; Users = 0; Voice = 0; Issues = [System.Collections.Generic.List[string]]::new() }
Get-CsOnlineUser | ForEach-Object {
    $report.Users++
    if ($_.EnterpriseVoiceEnabled) { $report.Voice++ ; if (-not $_.LineURI) { $report.Issues.Add("$($_.UserPrincipalName): voice without number") } }
}
$score = [math]::Round(100 * ($report.Users - $report.Issues.Count) / $report.Users, 1)
$report.Issues | Select-Object -First 3
$report | ConvertTo-Json -Depth 3 | Set-Content audit.json
"{0}: {1} users, {2} with voice, score {3}" -f $report.Tenant, $report.Users, $report.Voice, $score
