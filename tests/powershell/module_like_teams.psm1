# A module with the habits of those that live in a PowerShell: a sign-in by a device code, progress, state of its own, a
# command that asks.
$script:Token = $null

function Connect-Teamish {
    param([switch]$UseDeviceAuthentication)
    Write-Progress -Activity 'Signing in' -PercentComplete 50
    if ($UseDeviceAuthentication) { Write-Host 'To sign in, open https://login.example/device and enter the code ABC-123.' }
    $line = [Console].GetMethod('WriteLine', [type[]]@([object])).CreateDelegate([Action[object]])
    [System.Threading.Tasks.Task]::Factory.StartNew($line, 'Waiting for ABC-123 …').Wait()
    $script:Token = 'signed in'
    Write-Progress -Activity 'Signing in' -Completed
    [pscustomobject]@{ Account = 'ken@litwareinc.com' }
}

function Get-TeamishUser {
    param([int]$First = 3)
    if (-not $script:Token) { throw 'Run Connect-Teamish first.' }
    1..$First | ForEach-Object { [pscustomobject]@{ PSTypeName = 'Teamish.User'; Name = "user$_"; Number = $_ } }
}

function Remove-TeamishUser {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param($Name)
    if ($PSCmdlet.ShouldProcess($Name)) { "removed $Name" }
}

Set-Alias -Name type -Value Get-TeamishUser
Export-ModuleMember -Function * -Alias *
