# compare: $sum, $remote
$job = Start-Job { param($n) (1..$n | Measure-Object -Sum).Sum } -ArgumentList 10
$sum = $job | Receive-Job -Wait -AutoRemoveJob
$remote = (Get-CsTenant -AsJob | Receive-Job -Wait).DisplayName
$sum; $remote
1..3 | ForEach-Object -Parallel { $_ * 10 } -ThrottleLimit 1
