# Writes what Get-Member -Static says of .NET's types:
# pwsh -NoProfile -File statics.ps1 > lync_magic/language/values/net_static_definitions.txt
# `= TYPE`, then a line a member: its kind, name and definition; a line end within one is written as U+2028.
$types = @(
    [string], [char], [bool], [byte], [sbyte], [int16], [int], [long], [uint16], [uint32], [uint64], [single], [double]
    [decimal], [datetime], [timespan], [guid], [version], [uri], [math], [convert], [array], [regex], [enum]
    [System.BitConverter], [System.Text.Encoding], [System.Text.StringBuilder], [System.IO.Path], [ipaddress]
    [System.DayOfWeek], [System.ConsoleColor], [hashtable], [System.Collections.ArrayList], [System.Object]
    [System.Environment], [System.DateTimeOffset], [cultureinfo], [scriptblock]
)
foreach ($type in $types) {
    "= $($type.FullName)"
    foreach ($one in $type | Get-Member -Static) {
        "$($one.MemberType) $($one.Name) $($one.Definition)".Replace("`n", [string][char]0x2028)
    }
}
