# compare: $did
function Set-Thing { [CmdletBinding(SupportsShouldProcess)] param($Name) if ($PSCmdlet.ShouldProcess($Name, 'Set')) { "set $Name" } }
$did = Set-Thing a
$did
Set-Thing b -WhatIf
Set-CsUser -Identity kenmyer@litwareinc.com -EnterpriseVoiceEnabled $false -WhatIf
(Get-CsOnlineUser kenmyer@litwareinc.com).EnterpriseVoiceEnabled
