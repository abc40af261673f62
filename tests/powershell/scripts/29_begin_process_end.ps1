# compare: $lines
function Measure-Words { begin { $words = 0 } process { $words += ($_ -split '\s+').Count } end { $words } }
filter Out-Long { if ($_.Length -gt 5) { $_ } }
$lines = 'one two', 'three four five' | Measure-Words
$lines
'short', 'longer text' | Out-Long
