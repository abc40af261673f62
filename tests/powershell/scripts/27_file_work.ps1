# compare: $found, $sizes
$null = New-Item -ItemType Directory reports/2020 -Force
1..3 | ForEach-Object { Set-Content "reports/2020/r$_.txt" ('x' * $_) }
$found = Get-ChildItem reports -Recurse -File | Sort-Object Name | ForEach-Object Name
$sizes = Get-ChildItem reports/2020 | Sort-Object Length | ForEach-Object Length
Rename-Item reports/2020/r1.txt first.txt; Copy-Item reports/2020/r2.txt copy.txt; Remove-Item reports/2020/r3.txt
Test-Path reports/2020/r3.txt; Split-Path reports/2020/first.txt -Leaf; [IO.Path]::GetExtension('a.b.c')
(Get-ChildItem reports/2020).Name -join ','
