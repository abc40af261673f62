# compare: $rooms
$rooms = Get-CsMeetingRoom | Sort-Object DisplayName | Select-Object DisplayName, Enabled
$rooms | Format-Table
$first = Get-CsMeetingRoom | Sort-Object DisplayName | Select-Object -First 1
if ($first) { Disable-CsMeetingRoom -Identity $first.Identity -Confirm:$false }
(Get-CsMeetingRoom).Count
