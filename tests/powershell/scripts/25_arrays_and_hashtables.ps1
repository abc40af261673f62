# compare: $flat, $grouped, $keys
$flat = 1, (2, 3), @(4, @(5)) | ForEach-Object { $_ }
$table = [ordered]@{ one = 1; two = 2 }; $table['three'] = 3; $table.Remove('one')
$keys = $table.Keys -join ','
$grouped = 'apple', 'avocado', 'bean' | Group-Object { $_[0] } -AsHashTable -AsString
$grouped['a'].Count
$a = 1..5; $a[-1]; $a[1..2] -join ','; $a -contains 3; ,$a | ForEach-Object Count
@{ x = 1 } + @{ y = 2 } | ForEach-Object { $_.Count }
($a | Measure-Object -Sum -Average -Maximum).Average
