# compare: $types, $members
$user = Get-CsOnlineUser -ResultSize 1
$types = $user.PSTypeNames[0]
$members = $user | Get-Member -MemberType Property -Name Dis*, Ena* | ForEach-Object Name
$user | Add-Member -NotePropertyName Score -NotePropertyValue 3
$user.Score; $types; $members
$user -is [psobject]; [int]::TryParse('12', [ref]$null); [enum]::GetNames([System.DayOfWeek])[0]
5 / 2; 7 % 3; [math]::Round(2.5); 1kb; 0x1F; 1e3; '10' + 5; 10 + '5'
