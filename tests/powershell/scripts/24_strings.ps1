# compare: $padded, $here
$padded = 'a', 'bb', 'ccc' | ForEach-Object { $_.PadLeft(5, '.') }
$here = @"
Tenant: $((Get-CsTenant).DisplayName)
Sum: $(1 + 2)
"@
$padded; $here
'{0,-8}|{1,6:N2}|{2:X4}' -f 'ab', 1234.567, 255
'abc'.ToUpper().Substring(1); 'x' * 3; 'a,b;c'.Split(',;'.ToCharArray())
"$(Get-Date '2020-05-06' -Format yyyyMMdd)"
[string]::Join('-', (1..3)); 'Straße'.Length
