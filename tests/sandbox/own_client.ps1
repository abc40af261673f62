# What PowerShell's own client is asked to do with the sandbox; HOST, USER, PORT, OPTIONS and FOLDER are put in.
$ProgressPreference = 'SilentlyContinue'; $PSStyle.OutputRendering = 'PlainText'
$told = [ordered]@{}
function Tell([string]$name, [scriptblock]$do) {
    try { $value = @(& $do); $script:told[$name] = @{ value = $value; error = '' } }
    catch { $script:told[$name] = @{ value = @(); error = "$($_.FullyQualifiedErrorId): $_" } }
}
$s = New-PSSession -HostName HOST -UserName USER -Port PORT -Options @{ OPTIONS } -ErrorAction Stop
Tell session { "$($s.ComputerName) $($s.State) $($s.Transport)" }
Tell import { (Import-PSSession $s -DisableNameChecking -WarningAction SilentlyContinue).ExportedCommands.Count }
Tell call { (Get-CsTenant).DisplayName }
Tell bound { (Get-CsOnlineUser -ResultSize 3).Count }
Tell pipeline { Get-CsOnlineUser -ResultSize 5 | Where-Object Enabled -in $true, $false | Select-Object -First 2 | Measure-Object | ForEach-Object Count }
Tell piped_in { Get-CsOnlineUser -ResultSize 1 | ForEach-Object { (Get-CsOnlineUser -Identity $_.UserPrincipalName).UserPrincipalName -eq $_.UserPrincipalName } }
Tell what_if { $u = (Get-CsOnlineUser -ResultSize 1).UserPrincipalName; Set-CsUser -Identity $u -EnterpriseVoiceEnabled $true -WhatIf; 'nothing more' }
Tell as_job { $job = Get-CsTenant -AsJob; ($job | Wait-Job -Timeout 60 | Receive-Job).DisplayName }
Tell help { (Get-Help Get-CsTenant).Name }
Tell words { (Invoke-Command -Session $s { Get-CsTenant }).DisplayName }
Tell argument { (Invoke-Command -Session $s { Get-CsOnlineUser -ResultSize 2 }).Count }
Tell script_refused { Invoke-Command -Session $s { $x = 1; $x } -ErrorAction Stop }
Tell unknown { Invoke-Command -Session $s { Get-Nothing } -ErrorAction Stop }
Tell not_found { Get-CsOnlineUser -Identity nobody@nowhere.invalid -ErrorAction Stop }
Tell export { $null = Export-PSSession $s -OutputModule 'FOLDER/exported' -Force -AllowClobber -WarningAction SilentlyContinue; Test-Path 'FOLDER/exported/exported.psm1' }
Tell second { $t = New-PSSession -HostName HOST -UserName USER -Port PORT -Options @{ OPTIONS }; (Invoke-Command -Session $t { Get-CsTenant }).DisplayName; Remove-PSSession $t }
Tell usable { (Get-CsTenant).DisplayName }
Remove-PSSession $s
Tell removed { "$($s.State) $(@(Get-PSSession).Count)" }
$told | ConvertTo-Json -Depth 5 | Set-Content 'FOLDER/told.json' -Encoding utf8
