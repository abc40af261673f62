# Writes what .NET says of time zones by the invariant culture: pwsh -NoProfile -File zones.ps1 > lync_magic/language/values/zones.txt
# A line of two words, a tab between them: a zone of Windows' own and the one of the IANA that it means. A longer one is a zone of the
# IANA: its Id, DisplayName, StandardName, DaylightName, the minutes of its BaseUtcOffset, SupportsDaylightSavingTime (0 or 1).
[cultureinfo]::CurrentUICulture = [cultureinfo]::InvariantCulture
$zones = [TimeZoneInfo]::GetSystemTimeZones() | Sort-Object Id -CaseSensitive -Unique
$ids = foreach ($one in $zones) {
    $found = $null
    if ([TimeZoneInfo]::TryConvertIanaIdToWindowsId($one.Id, [ref]$found)) { $found }
}
foreach ($id in $ids | Sort-Object -Unique) {
    $found = $null
    if ([TimeZoneInfo]::TryConvertWindowsIdToIanaId($id, [ref]$found)) { "$id`t$found" }
}
foreach ($one in $zones) {
    $one.Id, $one.DisplayName, $one.StandardName, $one.DaylightName, $one.BaseUtcOffset.TotalMinutes, [int]$one.SupportsDaylightSavingTime -join "`t"
}
