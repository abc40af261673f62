# Writes the order of the letters of scripts without capital letters, as .NET's invariant culture compares them.
# pwsh -NoProfile -File letters.ps1 | xz -9e > lync_magic/language/values/letter_order.txt.xz
# Four lines of characters: the letters, where case does not count (`=` before one that is equal to the one before it); marks, which
# tell equal letters apart; what counts for nothing; letters that come after their equals where case counts.
$compare = [cultureinfo]::InvariantCulture.CompareInfo
$blocks = @(0x590, 0x109f), @(0x1100, 0x137f), @(0x1780, 0x18ff), @(0x3041, 0x30ff), @(0x3105, 0x312f)
function key($text, $options) { [convert]::ToHexString($compare.GetSortKey($text, $options).KeyData) }
function level($key, $place) { # the bytes of one level of a key, which has 01 between its levels and 00 at its end
    $bytes = [System.Collections.Generic.List[string]]::new()
    foreach ($one in [regex]::Matches($key.Substring(0, $key.Length - 2), '..').Value) {
        if ($one -eq '01') { if (-not $place) { break }; $place--; $bytes.Clear() } else { $bytes.Add($one) }
    }
    if ($place) { '' } else { -join $bytes }
}
$letters, $marks, $nothing, $behind = (1..4).ForEach({ , [System.Collections.Generic.List[object]]::new() })
foreach ($block in $blocks) {
    foreach ($code in $block[0]..$block[1]) {
        $text = [string][char]$code
        if ([char]::GetUnicodeCategory($text, 0) -eq 'OtherNotAssigned') { continue }
        $key = key $text IgnoreCase
        $primary, $second = (level $key 0), (level $key 1)
        $whole = $text.Normalize('FormD')
        if ($primary -eq '') { $(if ($second) { , $marks } else { , $nothing }).Add([pscustomobject]@{ Key = $second; Text = $text }); continue }
        if ($primary -lt '5F' -or (-not $whole.Equals($text) -and (level (key $whole.Substring(0, 1) IgnoreCase) 0) -eq $primary)) { continue }
        if ($second -ne '05' -and $text -cnotmatch '[\u30a0-\u30ff]') { continue } # of several letters, or not first among its equals
        $letters.Add([pscustomobject]@{ Key = $primary; Text = $text })
        if ((level (key $text None) 2) -gt '05') { $behind.Add($text) }
    }
}
function sorted($items) {
    $texts = [string[]]($items.Text); $keys = [string[]]($items | ForEach-Object { $_.Key + '/' + '{0:x4}' -f [int][char]$_.Text })
    [array]::Sort($keys, $texts, [StringComparer]::Ordinal)
    $last = ''
    -join $(for ($i = 0; $i -lt $texts.Count; $i++) {
        $key = $keys[$i].Split('/')[0]
        if ($key -eq $last) { '=' }
        $texts[$i]; $last = $key
    })
}
[Console]::OutputEncoding = [System.Text.UTF8Encoding]::new($false)
[Console]::Out.Write((((sorted $letters), (sorted $marks), (-join $nothing.Text), (-join $behind)) -join "`n"))
