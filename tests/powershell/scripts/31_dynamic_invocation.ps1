# compare: $names, $value
$verbs = 'Get'; $noun = 'CsTenant'
$value = (& "$verbs-$noun").DisplayName
$block = { param($a, $b) $a + $b }; $value; & $block 1 2; $block.Invoke(3, 4)
$names = Get-Command Get-Cs*User* | Sort-Object Name | ForEach-Object Name
$names
Invoke-Expression "(Get-CsTenant).CountryAbbreviation"
