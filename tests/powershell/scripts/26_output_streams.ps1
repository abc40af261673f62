# compare: $all, $warned
function Talk { Write-Output 'out'; Write-Warning 'warn'; Write-Verbose 'verb' -Verbose; Write-Error 'err'; Write-Information 'info' -InformationAction Continue }
$all = Talk *>&1 | ForEach-Object { "$($_.GetType().Name): $_" }
$warned = @(Talk 3>&1 2>$null 4>$null 6>$null | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }).Count
$all
Talk -WarningAction SilentlyContinue 2>$null 3>$null 4>$null 6>$null
'x' > redirected.txt; 'y' >> redirected.txt; Get-Content redirected.txt
