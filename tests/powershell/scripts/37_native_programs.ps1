# compare: $lines, $code
$lines = 'b', 'a' | sort
$code = $LASTEXITCODE
$lines
echo done
$out = sh -c 'echo out; echo err >&2' 2>$null; $out
(Get-CsTenant).DisplayName | tr a-z A-Z
