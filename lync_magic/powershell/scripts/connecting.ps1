# What connecting scripts say besides opening sessions: options, TrustedHosts, Test-WSMan, disconnecting.
# Rules: what Windows documents is taken, though PowerShell on other systems has less; what has no meaning here says so
# once; what is not about WSMan goes to PowerShell's own cmdlet.

$script:SaidOnce = @{}

function Write-LyncOnce([string]$Line) {
    if (-not $script:SaidOnce.ContainsKey($Line)) { $script:SaidOnce[$Line] = $true; $Host.UI.WriteLine((Get-LyncText $Line)) }
}

function New-PSSessionOption {
    [CmdletBinding()]
    param(
        [int]$MaximumRedirection, [switch]$NoCompression, [switch]$NoMachineProfile, [cultureinfo]$Culture, [cultureinfo]$UICulture,
        [int]$MaximumReceivedDataSizePerCommand, [int]$MaximumReceivedObjectSize,
        [System.Management.Automation.Runspaces.OutputBufferingMode]$OutputBufferingMode, [int]$MaxConnectionRetryCount,
        [psprimitivedictionary]$ApplicationArguments, [Alias('OpenTimeoutMSec')][int]$OpenTimeout, [Alias('CancelTimeoutMSec')][int]$CancelTimeout,
        [Alias('IdleTimeoutMSec')][int]$IdleTimeout, [Alias('OperationTimeoutMSec')][int]$OperationTimeout,
        [System.Management.Automation.Remoting.ProxyAccessType]$ProxyAccessType,
        [System.Management.Automation.Runspaces.AuthenticationMechanism]$ProxyAuthentication, [pscredential]$ProxyCredential,
        [switch]$SkipCACheck, [switch]$SkipCNCheck, [switch]$SkipRevocationCheck, [switch]$NoEncryption, [switch]$UseUTF16, [switch]$IncludePortInSPN
    )
    if ($NoEncryption) {
        $refusal = [System.NotSupportedException]::new((Get-LyncText 'A session is never sent without encryption (-NoEncryption). Leave it out: over http, Negotiate and Kerberos encrypt each message; else use an https address.'))
        $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new($refusal, 'NoEncryption', 'InvalidArgument', $null))
    }
    $option = [System.Management.Automation.Remoting.PSSessionOption]::new()
    foreach ($name in $PSBoundParameters.get_Keys()) {
        $value = $PSBoundParameters[$name]
        if ($name -eq 'MaximumRedirection') { $name = 'MaximumConnectionRedirectionCount' }
        if ($name -like '*Timeout') { $value = [timespan]::FromMilliseconds($value) }
        if ($option.PSObject.Properties.Item($name)) { $option.$name = $value }
    }
    if ($ProxyAccessType -eq 'AutoDetect') {
        Write-LyncOnce 'No proxy is looked for in the network here: the one that is set on this computer is taken.'
    }
    $option
}

function Add-LyncItemCmdlet([string[]]$Verbs) {
    # From here on Get-Item and Set-Item know the WSMan drive, which Windows alone has, and Copy-Item our sessions. A cell
    # that names these asks for them.
    foreach ($verb in $Verbs) { Add-LyncStandIn "$verb-Item" "$verb-LyncItem" }
}

function Set-LyncItem {
    # Forwards to PowerShell's own, but for the WSMan drive.
    [CmdletBinding(DefaultParameterSetName = 'Path', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Path', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][string[]]$Path,
        [Parameter(ParameterSetName = 'LiteralPath', Mandatory, ValueFromPipelineByPropertyName)][Alias('PSPath', 'LP')][string[]]$LiteralPath,
        [Parameter(Position = 1, ValueFromPipeline, ValueFromPipelineByPropertyName)]$Value,
        [switch]$Force, [switch]$PassThru, [string]$Filter, [string[]]$Include, [string[]]$Exclude, [pscredential]$Credential,
        [System.Management.Automation.ScopedItemOptions]$Options, [switch]$Concatenate
    )
    begin {
        $steps = $null
        if (-not (Test-LyncWSManPath $Path $LiteralPath)) {
            $own = Select-LyncOwn $PSBoundParameters
            $steps = { Microsoft.PowerShell.Management\Set-Item @own }.GetSteppablePipeline($MyInvocation.CommandOrigin)
            $steps.Begin($PSCmdlet)
        }
    }
    process {
        if ($null -eq $steps -or (Test-LyncWSManPath $Path $LiteralPath)) { Invoke-LyncCmdlet $PSCmdlet 'Set-Item' $PSBoundParameters }
        elseif ($MyInvocation.ExpectingInput) { $steps.Process($_) } else { $steps.Process() }
    }
    end { if ($null -ne $steps) { $steps.End() } }
    clean { if ($null -ne $steps) { $steps.Clean() } }
}

function Get-LyncItem {
    # The same for reading.
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param(
        [Parameter(ParameterSetName = 'Path', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][string[]]$Path,
        [Parameter(ParameterSetName = 'LiteralPath', Mandatory, ValueFromPipelineByPropertyName)][Alias('PSPath', 'LP')][string[]]$LiteralPath,
        [string]$Filter, [string[]]$Include, [string[]]$Exclude, [switch]$Force, [pscredential]$Credential, [string[]]$Stream
    )
    begin {
        $steps = $null
        if (-not (Test-LyncWSManPath $Path $LiteralPath)) {
            $own = Select-LyncOwn $PSBoundParameters
            $steps = { Microsoft.PowerShell.Management\Get-Item @own }.GetSteppablePipeline($MyInvocation.CommandOrigin)
            $steps.Begin($PSCmdlet)
        }
    }
    process {
        if ($null -eq $steps -or (Test-LyncWSManPath $Path $LiteralPath)) { Invoke-LyncCmdlet $PSCmdlet 'Get-Item' $PSBoundParameters }
        elseif ($MyInvocation.ExpectingInput) { $steps.Process($_) } else { $steps.Process() }
    }
    end { if ($null -ne $steps) { $steps.End() } }
    clean { if ($null -ne $steps) { $steps.Clean() } }
}

function Copy-LyncItem {
    # Forwards to PowerShell's own, but for our sessions, which carry no files.
    [CmdletBinding(DefaultParameterSetName = 'Path', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Path', Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][string[]]$Path,
        [Parameter(ParameterSetName = 'LiteralPath', Mandatory, ValueFromPipelineByPropertyName)][Alias('PSPath', 'LP')][string[]]$LiteralPath,
        [Parameter(Position = 1, ValueFromPipelineByPropertyName)][string]$Destination,
        [switch]$Container, [switch]$Force, [string]$Filter, [string[]]$Include, [string[]]$Exclude, [switch]$Recurse, [switch]$PassThru,
        [Parameter(ValueFromPipelineByPropertyName)][pscredential]$Credential, $FromSession, $ToSession
    )
    begin {
        if ((Test-LyncSession $FromSession) -or (Test-LyncSession $ToSession)) {
            $refusal = [System.NotSupportedException]::new((Get-LyncText 'No files go through a session here, only commands and objects. Where it takes script, send what is in the file: Invoke-Command -Session $session { param($text) Set-Content PATH $text } -ArgumentList (Get-Content FILE -Raw).'))
            $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new($refusal, 'NotSupported', 'NotImplemented', $null))
        }
        $own = Select-LyncOwn $PSBoundParameters
        $steps = { Microsoft.PowerShell.Management\Copy-Item @own }.GetSteppablePipeline($MyInvocation.CommandOrigin)
        $steps.Begin($PSCmdlet)
    }
    process { if ($MyInvocation.ExpectingInput) { $steps.Process($_) } else { $steps.Process() } }
    end { $steps.End() }
    clean { if ($null -ne $steps) { $steps.Clean() } }
}

function Test-LyncWSManPath([string[]]$Path, [string[]]$LiteralPath) { @(@($Path) + @($LiteralPath) -match '^WSMan:').Count -gt 0 }

function Select-LyncOwn([System.Collections.IDictionary]$Bound) {
    # What PowerShell's own cmdlet gets in the place of ours: what it gives and what fails is collected by the caller, once.
    $own = @{} + $Bound
    foreach ($collects in 'ErrorVariable', 'OutVariable', 'OutBuffer', 'PipelineVariable') { $own.Remove($collects) }
    $own
}

function Test-WSMan {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)][Alias('Cn')][string[]]$ComputerName, [string]$Authentication, $Credential, [switch]$UseSSL, [int]$Port,
        [string]$ApplicationName, [string]$CertificateThumbprint, [string]$CA
    )
    process {
        Invoke-LyncCmdlet $PSCmdlet 'Test-WSMan' $PSBoundParameters
    }
}

function Disconnect-PSSession {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)]$Session, [int[]]$Id, [string[]]$Name, [Alias('Cn')][string[]]$ComputerName,
        [int]$IdleTimeoutSec, [string]$OutputBufferingMode, [int]$ThrottleLimit
    )
    process { Invoke-LyncCmdlet $PSCmdlet 'Disconnect-PSSession' $PSBoundParameters }
}

function Connect-PSSession {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)]$Session, [int[]]$Id, [string[]]$Name, [Alias('Cn')][string[]]$ComputerName,
        $Credential, [string]$Authentication, [int]$ThrottleLimit
    )
    process { Invoke-LyncCmdlet $PSCmdlet 'Connect-PSSession' $PSBoundParameters }
}

function Receive-PSSession {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipeline)]$Session, [int[]]$Id, [string[]]$Name, [Alias('Cn')][string[]]$ComputerName)
    process { Invoke-LyncCmdlet $PSCmdlet 'Receive-PSSession' $PSBoundParameters }
}
