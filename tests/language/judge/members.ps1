# Writes what Get-Member says of .NET's types:
# pwsh -NoProfile -File members.ps1 > lync_magic/language/values/net_definitions.txt
# `= TYPE`, then a line a member: its kind, name and definition; a line end within one is written as U+2028.
$values = @(
    'text', [char]'a', $true, [byte]1, [sbyte]1, [int16]1, 1, 1L, [uint16]1, [uint32]1, [uint64]1, [single]1, 1.5, 1d
    [datetime]'2020-01-01', [timespan]1, [guid]::Empty, [version]'1.2', [uri]'http://a/', @{}, [ordered]@{}
    [System.DayOfWeek]::Monday, [System.ConsoleColor]::Red, [regex]'a', [regex]::Match('a', 'a')
    [System.Text.StringBuilder]::new(), [System.Collections.DictionaryEntry]::new('a', 1), [int]
)
function told($type, $members) {
    "= $type"
    foreach ($one in $members) { "$($one.MemberType) $($one.Name) $($one.Definition)".Replace("`n", [string][char]0x2028) }
}
foreach ($one in $values) { told $one.GetType().FullName (Get-Member -InputObject $one) }
$block = { 1 } | Get-Member
told $block[0].TypeName $block
told 'System.Collections.ArrayList' (Get-Member -InputObject ([System.Collections.ArrayList]@()))
told 'System.Object[]' (Get-Member -InputObject @())
$said = & { Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Host h } *>&1
foreach ($one in @($said; $said[3].MessageData)) { told $one.GetType().FullName (Get-Member -InputObject $one) }
