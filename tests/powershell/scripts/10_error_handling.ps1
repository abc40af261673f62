# compare: $seen, $final
$seen = [ordered]@{}
try { Get-CsOnlineUser -Identity ghost@litwareinc.com -ErrorAction Stop }
catch [System.Management.Automation.RemoteException] { $seen.Kind = 'remote'; $seen.Id = $_.FullyQualifiedErrorId; $seen.Target = "$($_.TargetObject)" }
catch { $seen.Kind = 'other' }
finally { $final = 'ran' }
Get-CsOnlineUser -Identity ghost2@litwareinc.com -ErrorAction SilentlyContinue
$seen.Dollar = $?
try { [int]'x' } catch [System.InvalidCastException] { $seen.Cast = $_.Exception.GetType().Name }
try { throw [System.ArgumentException]::new('bad', 'name') } catch { $seen.Thrown = $_.Exception.Message }
$seen
