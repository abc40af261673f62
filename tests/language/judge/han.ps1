# Writes the order of the Han characters, as .NET's invariant culture compares them: runs of neighbours (`start+count`).
# pwsh -NoProfile -File han.ps1 | xz -9e > lync_magic/language/values/han_order.txt.xz
$compare = [cultureinfo]::InvariantCulture.CompareInfo
$blocks = @(0x3400, 0x4dbf), @(0x4e00, 0x9fff), @(0x20000, 0x2a6df), @(0x2a700, 0x2b739), @(0x2b740, 0x2b81d), @(0x2b820, 0x2cea1),
    @(0xfa0e, 0xfa29), @(0x2ceb0, 0x2ebe0), @(0x2ebf0, 0x2ee5d), @(0x30000, 0x3134a), @(0x31350, 0x323af)
$keyed = foreach ($block in $blocks) {
    foreach ($code in $block[0]..$block[1]) {
        $key = $compare.GetSortKey([char]::ConvertFromUtf32($code)).KeyData
        [pscustomobject]@{ Key = [convert]::ToHexString($key); Code = $code }
    }
}
$codes = [int[]]($keyed.Code)
[array]::Sort([string[]]($keyed.Key), $codes, [StringComparer]::Ordinal)
$start, $count = $codes[0], 0
$runs = foreach ($code in $codes) {
    if ($code -eq $start + $count) { $count++; continue }
    ('{0:x}' -f $start) + $(if ($count -gt 1) { "+$count" })
    $start, $count = $code, 1
}
($runs + (('{0:x}' -f $start) + $(if ($count -gt 1) { "+$count" }))) -join ' '
