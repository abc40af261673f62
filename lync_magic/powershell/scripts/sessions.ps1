# The session cmdlets: those of the documents and of connecting scripts, carried out by the kernel.
# Rules: what is not ours (another transport, a session of PowerShell's own) goes to PowerShell's own cmdlet.

$script:Sessions = @{}

function Get-LyncSession($Told) {
    # The object of a session, made once, with its state as it is now. It is of PowerShell's own type, which parameters of
    # scripts ask for; what it tells of itself are notes, as no connection of PowerShell's own stands behind it.
    $id = [int]$Told.Id
    $known = $script:Sessions[$id]
    if ($null -eq $known) {
        $type = [System.Management.Automation.Runspaces.PSSession]
        $own = [System.Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($type)
        $own.Name = $Told.Name
        $type.GetField('<Id>k__BackingField', $script:Inside)?.SetValue($own, $id)
        $known = [psobject]$own
        $notes = [ordered]@{
            Id = $id; Name = $Told.Name; Transport = $Told.Transport; ComputerName = $Told.ComputerName; ComputerType = 'RemoteMachine'
            State = $null; ConfigurationName = $Told.ConfigurationName; Availability = $null; InstanceId = [guid]::NewGuid()
        }
        foreach ($name in $notes.get_Keys()) { $known.PSObject.Properties.Add([psnoteproperty]::new($name, $notes[$name]), $true) }
        $known.PSTypeNames.Add('LyncMagic.Session')
        $script:Sessions[$id] = $known
    }
    # As PowerShell's own sessions have them, which scripts compare with names and with numbers.
    $known.State = ($Told.State -as [System.Management.Automation.Runspaces.RunspaceState]) ?? $Told.State
    $known.Availability = ($Told.Availability -as [System.Management.Automation.Runspaces.RunspaceAvailability]) ?? $Told.Availability
    $known
}

function Update-LyncSession($Sessions) {
    # What the kernel says of its sessions now; one that it does not name is closed.
    $open = @{}
    foreach ($one in $Sessions) { $open[[int]$one.Id] = Get-LyncSession $one }
    foreach ($id in @($script:Sessions.get_Keys())) {
        if (-not $open.ContainsKey($id)) { $script:Sessions[$id].State = [System.Management.Automation.Runspaces.RunspaceState]::Closed; $script:Sessions[$id].Availability = [System.Management.Automation.Runspaces.RunspaceAvailability]::None }
    }
}

function Test-LyncSession($Session) {
    foreach ($one in $Session) { if ($one -is [System.Management.Automation.Runspaces.PSSession] -and $one.PSTypeNames -contains 'LyncMagic.Session') { return $true } }
    $false
}

function Invoke-LyncCmdlet($Cmdlet, [string]$Name, [System.Collections.IDictionary]$Bound, [object[]]$Piped) {
    # A cmdlet that the kernel carries out, with its answer as objects of this side.
    $request = @{ Name = $Name; Bound = @{}; Items = $Piped; Line = [int]$Cmdlet.MyInvocation.ScriptLineNumber }
    foreach ($key in $Bound.get_Keys()) {
        $request.Bound[$key] = $Bound[$key]
        if ($Bound[$key] -is [switch]) { $request.Bound[$key] = [bool]$Bound[$key] }
    }
    $answer = Request-Lync 'cmdlet' $request
    if ($null -ne $answer['modules']) {
        foreach ($one in $answer['modules'].PSObject.BaseObject) {
            $left = @(Sync-LyncModule $one)
            if ($left) { Write-LyncLeft $Cmdlet $left ($left.Count -eq $one.Commands.Count) }
        }
    }
    if ($null -ne $answer['sessions']) { Update-LyncSession $answer['sessions'].PSObject.BaseObject }
    if ($null -eq $answer['items']) { return }
    foreach ($item in $answer['items'].PSObject.BaseObject) {
        $kind = if ($item -is [psobject]) { $item.PSTypeNames[0] } else { '' }
        switch ($kind) {
            'Deserialized.LyncMagic.Said' { Write-LyncSaid $Cmdlet $item }
            'Deserialized.LyncMagic.Session' { Get-LyncSession $item }
            'Deserialized.LyncMagic.Module' { Microsoft.PowerShell.Core\Get-Module -Name $item.Name }
            default { , $item }
        }
    }
}

function Sync-LyncModule($Module) {
    # Returns the names that were not taken.
    if ($Module.Gone) { Remove-LyncModule $Module.Name } else {
        Add-LyncModule $Module.Name $Module.Description $Module.Computer ([string[]]@($Module.Commands)) $Module.Clobber
    }
}

function Update-LyncModule($Module) { Select-LyncPlaced @(Sync-LyncModule $Module) }

function Write-LyncLeft($Cmdlet, [string[]]$Names, [bool]$IsAll) {
    # What Import-PSSession says of names that it did not take.
    $advice = 'Use the AllowClobber parameter if you want to shadow existing local commands.'
    $Cmdlet.WriteWarning("Proxy creation has been skipped for the following command: '$($Names -join ', ')', because it would shadow an existing local command.  $advice")
    if (-not $IsAll) { return }
    $refusal = [System.ArgumentException]::new("No command proxies have been created, because all of the requested remote commands would shadow existing local commands.  $advice")
    $Cmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new($refusal, 'ErrorNoCommandsImportedBecauseOfSkipping', 'InvalidResult', $null))
}

function Invoke-LyncOwn($Cmdlet, [string]$Name, [System.Collections.IDictionary]$Bound) {
    # PowerShell's own cmdlet in the place of ours; what fails there fails here, at its caller's line. It runs apart, as
    # -ErrorVariable would have each of its errors twice.
    $own = Select-LyncOwn $Bound
    $own['ErrorAction'] = 'SilentlyContinue'
    $steps = [powershell]::Create('CurrentRunspace').AddCommand($Name).AddParameters($own)
    try {
        try { $steps.Invoke() } catch { $Cmdlet.ThrowTerminatingError((Move-LyncError ($_.Exception.InnerException.ErrorRecord ?? $_))) }
        foreach ($one in $steps.Streams.Error) { $Cmdlet.WriteError((Move-LyncError $one)) }
    } finally { $steps.Dispose() }
}

function Move-LyncError([System.Management.Automation.ErrorRecord]$Record, [string]$Source) {
    # An error to be written by another command than it is of: it stands in $Error once, and its id stays.
    $global:Error.Remove($Record)
    $id = if ($Source) { "$($Record.FullyQualifiedErrorId),$Source" } else { $Record.FullyQualifiedErrorId }
    [System.Management.Automation.ErrorRecord].GetField('_serializedFullyQualifiedErrorId', $script:Inside)?.SetValue($Record, $id)
    $Record
}

function New-CsOnlineSession {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)]$Credential, [string]$UserName, [string]$OverrideAdminDomain,
        [string]$OverrideDiscoveryUri, [string]$OverridePowerShellUri, $OAuthAccessToken, $SessionOption,
        [string]$TeamsEnvironmentName
    )
    Invoke-LyncCmdlet $PSCmdlet 'New-CsOnlineSession' $PSBoundParameters
}

function New-PSSession {
    [CmdletBinding(DefaultParameterSetName = 'ComputerName')]
    param(
        [Parameter(ParameterSetName = 'ComputerName', Position = 0)][Alias('Cn')][string[]]$ComputerName,
        [Parameter(ParameterSetName = 'Uri')][Alias('URI', 'CU')][uri[]]$ConnectionUri,
        $Credential, [string]$ConfigurationName, [string]$Authentication, [switch]$AllowRedirection,
        $SessionOption, [switch]$UseSSL, [int]$Port, [string]$ApplicationName, [string[]]$Name, [int]$ThrottleLimit,
        [string]$CertificateThumbprint, [string]$Pin, [string]$CA,
        [Parameter(ParameterSetName = 'SSHHost', Mandatory, Position = 0)][ValidateNotNullOrEmpty()][string[]]$HostName,
        [Parameter(ParameterSetName = 'SSHHost')][string]$UserName,
        [Parameter(ParameterSetName = 'SSHHost')][Alias('IdentityFilePath')][string]$KeyFilePath,
        [Parameter(ParameterSetName = 'SSHHost')][string]$Subsystem,
        [Parameter(ParameterSetName = 'SSHHost')][int]$ConnectingTimeout,
        [Parameter(ParameterSetName = 'SSHHost')][switch]$SSHTransport,
        [Parameter(ParameterSetName = 'SSHHost')][hashtable]$Options,
        [Parameter(ParameterSetName = 'SSHHostHashParam', Mandatory)][hashtable[]]$SSHConnection
    )
    $kind = @('ComputerName', 'ConnectionUri', 'HostName', 'SSHConnection').Where({ $PSBoundParameters[$_] }, 'First')[0]
    if (-not $kind) {
        return Invoke-LyncOwn $PSCmdlet 'Microsoft.PowerShell.Core\New-PSSession' $PSBoundParameters
    }
    Invoke-LyncCmdlet $PSCmdlet 'New-PSSession' $PSBoundParameters
}

function Import-PSSession {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)]$Session, [Parameter(Position = 1)][Alias('Name')][string[]]$CommandName,
        [string]$Prefix, [switch]$AllowClobber, [switch]$DisableNameChecking, [string[]]$FormatTypeName, $CommandType,
        [Alias('PSSnapin')]$Module, $FullyQualifiedModule, [object[]]$ArgumentList, $Certificate
    )
    if ($FullyQualifiedModule) {
        $PSBoundParameters['FullyQualifiedModule'] = @(foreach ($one in $FullyQualifiedModule) {
            if ($one -is [Microsoft.PowerShell.Commands.ModuleSpecification]) { @{ ModuleName = $one.Name; ModuleVersion = "$($one.Version)" } } else { $one }
        })
    }
    if ($null -ne $Session -and -not (Test-LyncSession $Session)) {
        return Invoke-LyncOwn $PSCmdlet 'Microsoft.PowerShell.Utility\Import-PSSession' $PSBoundParameters
    }
    Invoke-LyncCmdlet $PSCmdlet 'Import-PSSession' $PSBoundParameters
}

function Export-PSSession {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)]$Session, [Parameter(Mandatory, Position = 1)][Alias('PSPath', 'ModuleName')][string]$OutputModule,
        [Parameter(Position = 2)][Alias('Name')][string[]]$CommandName, [switch]$Force, [switch]$AllowClobber, [string[]]$FormatTypeName,
        [string]$Encoding, $CommandType, $Module, $Certificate, [object[]]$ArgumentList
    )
    if (Test-LyncSession $Session) {
        $PSBoundParameters['OutputModule'] = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($OutputModule)
        return Invoke-LyncCmdlet $PSCmdlet 'Export-PSSession' $PSBoundParameters | Microsoft.PowerShell.Management\Get-Item -LiteralPath { $_.FullName }
    }
    Invoke-LyncOwn $PSCmdlet 'Microsoft.PowerShell.Utility\Export-PSSession' $PSBoundParameters
}

function Get-PSSession {
    [CmdletBinding()]
    param([Parameter(Position = 0)][Alias('Cn')][string[]]$ComputerName, [int[]]$Id, [string[]]$Name, [guid[]]$InstanceId, [string]$State)
    $ours = foreach ($one in Invoke-LyncCmdlet $PSCmdlet 'Get-PSSession' @{}) {
        $given = @{ ComputerName = $one.ComputerName; Id = $one.Id; Name = $one.Name; InstanceId = $one.InstanceId; State = $one.State }
        if (-not @($given.get_Keys()).Where({ $PSBoundParameters.ContainsKey($_) -and -not (Test-LyncLike $given[$_] $PSBoundParameters[$_]) }, 'First')) { $one }
    }
    if ($PSBoundParameters.ContainsKey('ComputerName')) { return $ours }
    $others = Select-LyncOwn $PSBoundParameters
    $others['ErrorAction'] = 'Ignore'
    $found = @($ours) + @(Microsoft.PowerShell.Core\Get-PSSession @others)
    $found
    foreach ($one in $Id) { if ($found.Id -notcontains $one) { $PSCmdlet.WriteError((New-LyncMissing 'SessionId' "session ID $one" $one)) } }
    foreach ($one in $Name) {
        if ([WildcardPattern]::ContainsWildcardCharacters($one) -or @($found.Name -like $one)) { continue }
        $PSCmdlet.WriteError((New-LyncMissing 'Name' "name $one " $one))
    }
}

function Test-LyncLike($Value, [string[]]$Patterns) { foreach ($one in $Patterns) { if ("$Value" -like $one) { return $true } }; $false }

function New-LyncMissing([string]$Kind, [string]$What, $Target) {
    # A session that is asked for by number or by name, and is none.
    $missing = [System.ArgumentException]::new("The remote session with the $What is not available.")
    $record = [System.Management.Automation.ErrorRecord]::new($missing, "RemoteRunspaceNotAvailableForSpecified$Kind", 'InvalidArgument', $Target)
    Move-LyncError $record 'Microsoft.PowerShell.Commands.GetPSSessionCommand'
}

function Remove-PSSession {
    [CmdletBinding(DefaultParameterSetName = 'Session', SupportsShouldProcess)]
    param(
        [Parameter(ParameterSetName = 'Session', Position = 0, ValueFromPipeline, Mandatory)][AllowNull()]$Session,
        [Parameter(ParameterSetName = 'Id', Mandatory)][int[]]$Id,
        [Parameter(ParameterSetName = 'Name', Mandatory)][string[]]$Name,
        [Parameter(ParameterSetName = 'Computer', Mandatory)][Alias('Cn')][string[]]$ComputerName
    )
    process {
        $isNumbered = @($Session).Where({ $_ -isnot [int] }, 'First').Count -eq 0  # `Remove-PSSession 1`: its -Id
        if ($PSCmdlet.ParameterSetName -eq 'Session' -and $null -ne $Session -and -not $isNumbered -and -not (Test-LyncSession $Session)) {
            return Invoke-LyncOwn $PSCmdlet 'Microsoft.PowerShell.Core\Remove-PSSession' @{ Session = $Session }
        }
        $null = $PSBoundParameters.Remove('WhatIf'), $PSBoundParameters.Remove('Confirm')
        if ($PSCmdlet.ShouldProcess("$(if ($Session) { $isNumbered ? $Session : $Session.Name } else { $Id + $Name + $ComputerName })", 'Remove')) {
            Invoke-LyncCmdlet $PSCmdlet 'Remove-PSSession' $PSBoundParameters
        }
    }
}

function Invoke-Command {
    # Forwards to PowerShell's own, but for a session of ours.
    [CmdletBinding(PositionalBinding = $false)]
    param(
        [Parameter(Position = 0)]$First, [Parameter(Position = 1)]$Second, $Session, [Alias('Command')][scriptblock]$ScriptBlock,
        [Alias('Args')][object[]]$ArgumentList, [Alias('Cn')][string[]]$ComputerName, [switch]$HideComputerName, [switch]$AsJob, [string]$JobName, [int]$ThrottleLimit,
        [switch]$NoNewScope, [Parameter(ValueFromPipeline)][AllowNull()][psobject]$InputObject,
        [string]$FilePath, [string[]]$HostName, [string]$UserName, [Alias('IdentityFilePath')][string]$KeyFilePath, [string]$Subsystem, [hashtable]$Options,
        [int]$ConnectingTimeout, [switch]$SSHTransport, [hashtable[]]$SSHConnection, $Credential, [uri[]]$ConnectionUri, [string]$ConfigurationName,
        [string]$Authentication, [switch]$UseSSL, [int]$Port, [string]$ApplicationName, [string]$CertificateThumbprint, [switch]$AllowRedirection, $SessionOption,
        [switch]$RemoteDebug, [string]$Pin, [string]$CA
    )
    begin {
        $piped = $PSBoundParameters.Remove('InputObject') -or $MyInvocation.ExpectingInput
        foreach ($given in 'First', 'Second') {
            if (-not $PSBoundParameters.ContainsKey($given)) { continue }
            $value = $PSBoundParameters[$given]
            $null = $PSBoundParameters.Remove($given)
            $name = if ($value -is [scriptblock]) { 'ScriptBlock' } elseif ($value -is [string]) { 'ComputerName' } else { 'Session' }
            $PSBoundParameters[$name] = $value
        }
        $opened = $null
        $place = @('ComputerName', 'ConnectionUri', 'HostName', 'SSHConnection').Where({ $PSBoundParameters[$_] }, 'First')[0]
        if ($place) {
            # A session for this call alone, as PowerShell has it. What cannot be reached is an error, and the others go on.
            $way = @{}
            foreach ($name in $script:WaysToConnect) { if ($PSBoundParameters.ContainsKey($name)) { $way[$name] = $PSBoundParameters[$name] } }
            $opened = @(try { LyncMagic\New-PSSession @way -ErrorAction SilentlyContinue -ErrorVariable failed } catch { $failed = $_ })
            foreach ($one in $failed) { $PSCmdlet.WriteError($one) }
        }
        $ours = if ($null -ne $opened) { , $opened } else { $PSBoundParameters['Session'] }
        $isOurs = $null -ne $opened -or (Test-LyncSession $ours)
        if (-not $isOurs) {
            $bound = $PSBoundParameters
            $steps = { Microsoft.PowerShell.Core\Invoke-Command @bound }.GetSteppablePipeline($MyInvocation.CommandOrigin)
            try { $steps.Begin($piped, $ExecutionContext) } catch { $PSCmdlet.ThrowTerminatingError((Move-LyncError $_)) }
        }
        $items = [System.Collections.Generic.List[object]]::new()
    }
    process {
        if (-not $isOurs) { if ($piped) { $steps.Process($InputObject) } else { $steps.Process() } } elseif ($piped) { $items.Add($InputObject) }
    }
    end {
        if (-not $isOurs) { return $steps.End() }
        $block = $PSBoundParameters['ScriptBlock']
        if (-not $block -and $FilePath) { $block = Microsoft.PowerShell.Management\Get-Content -LiteralPath $FilePath -Raw -ErrorAction Stop }
        $ours = Select-LyncUsable $PSCmdlet $ours
        $lyncCall = $null
        $call = {
            foreach ($one in $ours) {
                $lyncCall = New-LyncBlockCall $one "$block" $ArgumentList (Get-LyncUsing $block) $(if ($piped) { , $items }) (-not $HideComputerName)
                LyncMagic\Complete-LyncCall $lyncCall $PSCmdlet
            }
        }
        if ($AsJob) { New-LyncJob $(if ($JobName) { $JobName } else { 'Invoke-Command' }) "$block" ([string]::Join(',', @($ours.ComputerName))) $call } else { . $call }
    }
    clean {
        if ($null -ne $steps) { $steps.Clean() }
        Close-LyncCall $lyncCall
        if ($opened) { LyncMagic\Remove-PSSession $opened -WhatIf:$false -Confirm:$false }
    }
}

function Select-LyncUsable($Cmdlet, $Sessions) {
    # Those of these sessions that are there still; an error for each other one, and the end where there is none.
    $there = foreach ($one in $Sessions) {
        if ("$($one.State)" -notin 'Closed', 'Broken') { $one; continue }
        $text = "Because the session state for session $($one.Name), $($one.InstanceId), $($one.ComputerName) is not equal to Open, you cannot run a command in the session.  The session state is $($one.State)."
        $gone = [System.Management.Automation.Runspaces.InvalidRunspaceStateException]::new($text)
        $record = [System.Management.Automation.ErrorRecord]::new($gone, 'InvokeCommandCommandInvalidSessionState', 'InvalidOperation', $one)
        $Cmdlet.WriteError((Move-LyncError $record 'Microsoft.PowerShell.Commands.InvokeCommandCommand'))
    }
    if ($there) { return $there }
    $none = [System.InvalidOperationException]::new('No valid sessions were specified.  Ensure you provide valid sessions that are in the Opened state and are available to run commands.')
    $record = [System.Management.Automation.ErrorRecord]::new($none, 'InvalidOperation', 'InvalidOperation', $null)
    $Cmdlet.ThrowTerminatingError((Move-LyncError $record 'Microsoft.PowerShell.Commands.InvokeCommandCommand'))
}

function New-LyncBlockCall($Session, [string]$Text, [object[]]$Given, [hashtable]$Using, $Items, [bool]$ShowsComputer) {
    # A call whose command is a block of script, and whose objects say where they come from.
    $request = @{ Call = ++$script:NextCall; Name = 'Invoke-Command'; Bound = @{}; Session = $Session; Text = $Text; Given = $Given; Using = $Using }
    @{
        Request = $request; Piped = $null -ne $Items; Waiting = $Items; Sent = $false; Done = $false; Origin = $Session.ComputerName
        Notes = [ordered]@{ PSComputerName = $Session.ComputerName; RunspaceId = $Session.InstanceId; PSShowComputerName = $ShowsComputer }
    }
}

$script:WaysToConnect = @(
    'ComputerName', 'ConnectionUri', 'Credential', 'ConfigurationName', 'Authentication', 'AllowRedirection', 'SessionOption', 'UseSSL', 'Port',
    'ApplicationName', 'CertificateThumbprint', 'ThrottleLimit', 'Pin', 'CA',
    'HostName', 'UserName', 'KeyFilePath', 'Subsystem', 'ConnectingTimeout', 'SSHTransport', 'Options', 'SSHConnection'
)

function Get-LyncUsing([scriptblock]$Block) {
    # What `$using:` names in a block, with its values here.
    $values = @{}
    if ($null -eq $Block) { return $values }
    $found = $Block.Ast.FindAll({ $args[0] -is [System.Management.Automation.Language.UsingExpressionAst] }, $true)
    foreach ($using in $found) {
        $name = $using.SubExpression.VariablePath.UserPath
        $values[$name] = Microsoft.PowerShell.Utility\Get-Variable -Name $name -Scope Global -ValueOnly -ErrorAction Ignore
    }
    $values
}

function Enter-PSSession {
    # Cells' imported commands go to this session from here on; one to a computer ends when it is left.
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)]$Session, [int[]]$Id, [string[]]$Name, [Alias('Cn')][string[]]$ComputerName,
        $Credential, [Alias('URI', 'CU')][uri[]]$ConnectionUri, [string]$ConfigurationName, [string]$Authentication, [switch]$UseSSL,
        [int]$Port, [string]$ApplicationName, [switch]$AllowRedirection, $SessionOption, [switch]$EnableNetworkAccess, [string]$Pin, [string]$CA,
        [Parameter(ValueFromRemainingArguments)]$Rest
    )
    process {
        if ($Rest -or ($null -ne $Session -and $Session -isnot [string] -and -not (Test-LyncSession $Session))) {
            Microsoft.PowerShell.Utility\Write-Error (Get-LyncText 'A notebook has no prompt to enter: use Invoke-Command -Session $session { … }.') -Category NotImplemented
        } else { Invoke-LyncCmdlet $PSCmdlet 'Enter-PSSession' $PSBoundParameters }
    }
}

function Exit-PSSession {
    [CmdletBinding()]
    param()
    Invoke-LyncCmdlet $PSCmdlet 'Exit-PSSession' $PSBoundParameters
}
