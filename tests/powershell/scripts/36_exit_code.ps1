# compare: $reached
$reached = 'before'
sh -c 'exit 5'
"native: $LASTEXITCODE"
if ((Get-CsOnlineUser -ResultSize 1).Count -eq 1) { 'one' }
