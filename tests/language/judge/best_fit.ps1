# What .NET writes for the characters that a code page has not: the lines of lync_magic/language/values/best_fit.txt.xz, unpacked.
# `=a1:f79c`: a byte that the page has not is read as this character. `100:41`: this character is written as that byte.
param([hashtable] $Pages = @{ 28591 = 'latin-1'; 20866 = 'koi8-r' })
foreach ($number in 437, 850, 852, 855, 857, 858, 860, 861, 862, 863, 865, 866, 1250, 1251, 1252, 1253, 1254, 1257) {
    $Pages[$number] = "cp$number"
}
foreach ($part in 2, 4, 5, 7, 8, 9, 15) { $Pages[28590 + $part] = "iso8859-$part" }
foreach ($number in $Pages.Keys | Sort-Object) {
    $encoding = [Text.Encoding]::GetEncoding($number)
    $words = [Collections.Generic.List[string]]::new()
    $words.Add($Pages[$number])
    foreach ($byte in 128..255) {
        $read = [int] $encoding.GetString([byte[]] @($byte))[0]
        if ($read -ge 0xe000 -and $read -le 0xf8ff -or $number -in 28597, 28598) {
            $words.Add(('={0:x}:{1:x}' -f $byte, $read))
        }
    }
    for ($unit = 128; $unit -lt 65536; $unit++) {
        if ($unit -ge 0xd800 -and $unit -le 0xdfff) { continue }
        $text = [string] [char] $unit
        $bytes = $encoding.GetBytes($text)
        if ($bytes[0] -ne 63 -and -not $encoding.GetString($bytes).Equals($text)) {
            $words.Add(('{0:x}:{1:x}' -f $unit, $bytes[0]))
        }
    }
    $words -join ' '
}
