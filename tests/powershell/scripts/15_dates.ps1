# compare: $span, $iso, $ages
$start = [datetime]'2020-02-28T10:00:00'; $end = $start.AddDays(2)
$span = $end - $start
$iso = $end.ToString('yyyy-MM-ddTHH:mm')
$ages = Get-CsOnlineUser -ResultSize 3 | Sort-Object WhenCreated | ForEach-Object { ($_.WhenChanged - $_.WhenCreated).Days }
'{0:dddd, d MMMM yyyy}' -f $end
(New-TimeSpan -Start $start -End $end).TotalHours
[datetime]::DaysInMonth(2020, 2); (Get-Date '2020-01-31').AddMonths(1).Day
$ages
