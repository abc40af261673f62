# compare: $tries, $log
function Invoke-WithRetry {
    param([scriptblock]$Action, [int]$Times = 3)
    for ($i = 1; $i -le $Times; $i++) {
        try { & $Action; return $i } catch { if ($i -eq $Times) { throw } }
    }
}
$log = [System.Collections.Generic.List[string]]::new(); $tries = @{}
foreach ($upn in 'kenmyer@litwareinc.com', 'ghost@litwareinc.com') {
    try { $tries[$upn] = Invoke-WithRetry { Grant-CsVoicePolicy -Identity $upn -PolicyName $null -ErrorAction Stop } }
    catch { $log.Add("$upn : $($_.FullyQualifiedErrorId.Split(',')[0])") }
}
$log
$tries.Count
