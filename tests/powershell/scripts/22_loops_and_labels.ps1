# compare: $out
$out = @(:outer foreach ($i in 1..4) { foreach ($j in 1..4) { if ($j -eq 3) { continue outer }; if ($i -eq 3) { break outer }; "$i$j" } })
$n = 0; do { $n++ } until ($n -ge 3)
while ($true) { if (++$n -gt 5) { break } }
for ($k = 10; $k -gt 0; $k -= 4) { $out += "k$k" }
$out -join ','
$n
