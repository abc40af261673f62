# Imported commands: each is a function here that a session of the kernel carries out.
# Rules: a call is a question to the kernel on the pipe that is there (a host call), with the bound parameters and the
# pipeline's input in it; the answer comes in batches until it says that it is done. The functions have the parameter
# blocks that Import-PSSession writes; the server binds. What the person set for their own commands ($WhatIfPreference,
# $ConfirmPreference, $VerbosePreference) has no say in how functions come to be. What only a call needs is found by the
# first one, as the first cell waits for everything here.

$script:NextCall = 0
$script:StaysHere = $null
$script:OwnNames = $null

function Request-Lync([string]$Verb, [hashtable]$Payload) {
    # Ask the kernel; the answer is a dictionary.
    if (Test-LyncSending) {
        $what = $Payload['Name']
        Deny-LyncQuestion "A property that calls $what did not go to Python with its object. Give the object its value first, as Select-Object does with a calculated property."
    }
    $field = [System.Management.Automation.Host.FieldDescription]::new('request')
    $field.DefaultValue = [psobject]$Payload
    $fields = [System.Collections.ObjectModel.Collection[System.Management.Automation.Host.FieldDescription]]::new()
    $fields.Add($field)
    , $Host.UI.Prompt('lync_magic', $Verb, $fields)
}

function Deny-LyncQuestion([string]$Text) {
    # A question that would never be answered, as an object is on its way to the kernel: its property goes without a value.
    Send-LyncAside @{ Kind = 'warning'; Text = $Text }
    throw [System.InvalidOperationException]::new($Text)
}

function Get-LyncText([string]$Text) {
    # A text of ours in the language that the notebook speaks.
    (Request-Lync 'say' @{ Text = $Text })['text']
}

function ConvertFrom-LyncError([psobject]$Record, [string]$Origin) {
    # An error record as remoting makes it: its id, category and target unchanged. Origin: the server's name, for its own.
    $made = ConvertFrom-LyncRecord ([System.Management.Automation.ErrorRecord]) $Record
    if ($Origin) {
        $from = [System.Management.Automation.Remoting.OriginInfo]::new($Origin, [guid]::Empty)
        $made = [System.Management.Automation.Runspaces.RemotingErrorRecord]::new($made, $from)
    }
    [System.Management.Automation.ErrorRecord].GetProperty('PreserveInvocationInfoOnce', $script:Inside).SetValue($made, $true)
    $made
}

function ConvertFrom-LyncRecord([type]$Type, [psobject]$Record) {
    # A record of a server as an object of its type.
    $made = $Type.GetMethod('FromPSObjectForRemoting', [System.Reflection.BindingFlags]'Static, NonPublic', $null, [type[]]@([psobject]), $null)
    $made.Invoke($null, @($Record))
}

function Write-LyncSaid($Cmdlet, $Said, [string]$Origin) {
    # What the remote command said beside its output.
    switch ($Said.Kind) {
        'error' { $Cmdlet.WriteError((ConvertFrom-LyncError $Said.Record $Origin)) }
        'fatal' { $Cmdlet.ThrowTerminatingError((ConvertFrom-LyncError $Said.Record)) }
        'warning' { $Cmdlet.WriteWarning($Said.Text) }
        'verbose' { $Cmdlet.WriteVerbose($Said.Text) }
        'debug' { $Cmdlet.WriteDebug($Said.Text) }
        'information' { $Cmdlet.WriteInformation((ConvertFrom-LyncRecord ([System.Management.Automation.InformationRecord]) $Said.Record)) }
        'host' { if ($Said.NewLine) { $Host.UI.WriteLine($Said.Text) } else { $Host.UI.Write($Said.Text) } }
        'progress' {
            $record = [System.Management.Automation.ProgressRecord]::new($Said.Id, $Said.Activity, $Said.Status)
            $record.PercentComplete = $Said.Percent
            $record.SecondsRemaining = $Said.Seconds
            $record.CurrentOperation = $Said.Operation
            if ($Said.Completed) { $record.RecordType = 'Completed' }
            $Cmdlet.WriteProgress($record)
        }
    }
}

function Write-LyncAnswer($Call, $Cmdlet, $Answer) {
    $items = $Answer['items']
    if ($null -eq $items) { return }
    $items = $items.PSObject.BaseObject
    $notes = $Call.Notes
    if ($null -eq $Answer['said'] -and $null -eq $notes) { return $items }
    foreach ($item in $items) {
        if ($item -is [psobject] -and $item.PSTypeNames[0] -eq 'Deserialized.LyncMagic.Said') {
            Write-LyncSaid $Cmdlet $item $Call.Origin
        } elseif ($null -eq $notes -or $null -eq $item) { , $item } else {
            $item = [psobject]::AsPSObject($item)
            foreach ($name in $notes.get_Keys()) { $item.PSObject.Properties.Add([psnoteproperty]::new($name, $notes[$name])) }
            , $item
        }
    }
}

# --- one call, in the four blocks of its function --------------------------------------------------------------------

function New-LyncCall([string]$Name, [System.Collections.IDictionary]$Bound, $Invocation) {
    # What a call will ask: what was bound by name, the words that were not, and that pipeline input follows.
    $request = @{ Call = ++$script:NextCall; Name = $Name; Bound = @{}; Positional = $null }
    $script:StaysHere ??= [System.Management.Automation.Cmdlet]::CommonParameters.Where{
        $_ -notin 'ErrorAction', 'WarningAction', 'InformationAction', 'ProgressAction' }
    foreach ($key in $Bound.get_Keys()) {
        if ($key -eq 'LyncInput' -or $key -eq 'AsJob') { continue }
        $value = $Bound[$key]
        if ($key -eq 'LyncRest') { $request.Positional = $value }
        elseif ($script:StaysHere -notcontains $key) { $request.Bound[$key] = if ($value -is [switch]) { [bool]$value } else { $value } }
    }
    $module = $null
    $origin = if ($script:ModuleOf.TryGetValue($Name, [ref]$module)) { $module.PrivateData }
    @{
        Request = $request; Piped = $Invocation.ExpectingInput; Waiting = [System.Collections.Generic.List[object]]::new()
        Sent = $false; Done = $false; Origin = $origin; Notes = $null
    }
}

function Add-LyncInput($Call, $Value) {
    $Call.Waiting.Add($Value)
    if ($Call.Waiting.Count -ge 500) {
        $null = Request-Lync 'input' @{ Call = $Call.Request.Call; Items = $Call.Waiting }
        $Call.Waiting.Clear()
    }
}

function Complete-LyncCall($Call, $Cmdlet) {
    if ($Call.Piped) { $Call.Request.Items = $Call.Waiting }
    $Call.Sent = $true
    $number = $Call.Request.Call
    if ($script:Pipe) { Open-LyncChannel }
    if ($script:Channel) {
        $Call.Request.Channel = $true
        $script:Frames[$number] = [System.Collections.Generic.Queue[object]]::new()
    }
    $answer = Request-Lync 'call' $Call.Request
    $follows = $null -ne $answer['follows']
    while ($true) {
        $Call.Done = $null -ne $answer['done']
        Write-LyncAnswer $Call $Cmdlet $answer
        if ($Call.Done) { return }
        $answer = if ($follows) { Receive-LyncFrame $number } else { Request-Lync 'more' @{ Call = $number } }
    }
}

function Get-LyncCollected($Bound, $Cmdlet) {
    # What the variables hold that -ErrorVariable and its like name, before PowerShell puts its lists there.
    $held = @{}
    foreach ($key in 'ErrorVariable', 'WarningVariable', 'InformationVariable', 'OutVariable') {
        $name = $Bound[$key]
        if ($name -and -not $name.Contains(':')) { $held[$name] = $Cmdlet.SessionState.PSVariable.GetValue($name.TrimStart('+')) }
    }
    $held
}

function Reset-LyncCollected([hashtable]$Held, $Cmdlet) {
    # Where nothing came, a proxy of Import-PSSession has left there what it was; but a list of an earlier call goes.
    foreach ($name in $Held.get_Keys()) {
        $now, $before = $Cmdlet.SessionState.PSVariable.Get($name.TrimStart('+')), $Held[$name]
        $isOurs = $before -is [System.Collections.ArrayList]
        $count = if ($name[0] -eq '+') { @($before).Count * ($null -ne $before) } else { 0 }
        if ($null -eq $now -or $now.Value.Count -ne $count -or ($isOurs -and $count)) { continue }
        if ($null -eq $before -or ($isOurs -and $name[0] -ne '+')) { $Cmdlet.SessionState.PSVariable.Remove($now) } else { $now.Value = $before }
    }
}

function Test-LyncStopping {
    # Whether the cell is being stopped: then the kernel has stopped the commands, and answers nothing any more.
    $running = [runspace].GetMethod('GetCurrentlyRunningPipeline', [System.Reflection.BindingFlags]'Instance, NonPublic')
    $running.Invoke([runspace]::DefaultRunspace, $null).PipelineStateInfo.State -eq 'Stopping'
}

function Close-LyncCall($Call) {
    # Ended early: by who wanted no more (the command is stopped on the server), or by an error before it (what it had
    # been given by then is carried out, as it would have been while it streamed).
    if ($null -eq $Call) { return }
    $null = $script:Frames.Remove($Call.Request.Call)
    if ($Call.Done -or (Test-LyncStopping) -or (Test-LyncSending)) { return }
    if ($Call.Sent) { $null = Request-Lync 'close' @{ Call = $Call.Request.Call } } elseif ($Call.Piped) {
        $Call.Request.Items = $Call.Waiting
        $null = Request-Lync 'finish' $Call.Request
    }
}

function Start-LyncJob($Call) { New-LyncJob $Call.Request.Name $Call.Request.Name $Call.Origin { LyncMagic\Complete-LyncCall $Call $PSCmdlet } }

function New-LyncJob([string]$Name, [string]$Command, [string]$Location, [scriptblock]$Steps) {
    # -AsJob: the call is made at once, since a session runs one command at a time; the job holds what came of it.
    $output = [System.Collections.Generic.List[object]]::new()
    $failed = [System.Collections.Generic.List[object]]::new()
    & {
        [CmdletBinding()]param()
        . $Steps
    } -ErrorAction SilentlyContinue -ErrorVariable +failed | Microsoft.PowerShell.Core\ForEach-Object { $output.Add($_) }
    $job = Microsoft.PowerShell.ThreadJob\Start-ThreadJob -Name $Name -ArgumentList $output, $failed -ScriptBlock {
        [CmdletBinding()]param($output, $failed)
        foreach ($item in $output) { , $item }
        foreach ($one in $failed) { $PSCmdlet.WriteError($one) }
    }
    $null = Microsoft.PowerShell.Core\Wait-Job $job
    $told = @{ Command = $Command; Location = $Location; PSJobTypeName = 'RemoteJob' }
    foreach ($one in $told.get_Keys()) { $job.PSObject.Properties.Add([psnoteproperty]::new($one, $told[$one])) }
    $job
}

$script:ProxyBody = @'
dynamicparam {{ if ($PSBoundParameters.get_Keys() -like '*Variable') {{ $lyncHeld = LyncMagic\Get-LyncCollected $PSBoundParameters $PSCmdlet }} }}
begin {{
    $lyncCall = LyncMagic\New-LyncCall '{0}' $PSBoundParameters $MyInvocation
}}
process {{ if ($lyncCall.Piped) {{ LyncMagic\Add-LyncInput $lyncCall $LyncInput }} }}
end {{ if ($AsJob) {{ LyncMagic\Start-LyncJob $lyncCall }} else {{ LyncMagic\Complete-LyncCall $lyncCall $PSCmdlet }} }}
clean {{
    LyncMagic\Close-LyncCall $lyncCall
    if ($lyncHeld) {{ LyncMagic\Reset-LyncCollected $lyncHeld $PSCmdlet }}
}}
'@

# --- help ----------------------------------------------------------------------------------------------------------------

function Get-Help {
    # Of an imported command: the server's own help, as Import-PSSession's proxies have it; else PowerShell's.
    [CmdletBinding(DefaultParameterSetName = 'AllUsersView')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][string]$Name, [string]$Path,
        [ValidateSet('Alias', 'Cmdlet', 'Provider', 'General', 'FAQ', 'Glossary', 'HelpFile', 'ScriptCommand', 'Function', 'Filter',
            'ExternalScript', 'All', 'DefaultHelp', 'DscResource', 'Class', 'Configuration')][string[]]$Category,
        [Parameter(ParameterSetName = 'DetailedView', Mandatory)][switch]$Detailed, [Parameter(ParameterSetName = 'AllUsersView')][switch]$Full,
        [Parameter(ParameterSetName = 'Examples', Mandatory)][switch]$Examples,
        [Parameter(ParameterSetName = 'Parameters', Mandatory)][string[]]$Parameter,
        [string[]]$Component, [string[]]$Functionality, [string[]]$Role,
        [Parameter(ParameterSetName = 'Online', Mandatory)][switch]$Online, [Parameter(ParameterSetName = 'ShowWindow', Mandatory)][switch]$ShowWindow
    )
    process {
        $failed = [System.Collections.Generic.List[object]]::new()
        $short = $Name -replace '^.*\\'
        if (-not $script:ModuleOf.ContainsKey($short)) {
            $script:IsHelping = $true  # Get-Help looks them up as what runs a command does
            try {
                Invoke-LyncOutside {
                    param($given, $failed)
                    Microsoft.PowerShell.Core\Get-Help @given -ErrorAction SilentlyContinue -ErrorVariable missing
                    foreach ($one in $missing) { $failed.Add($one) }
                } (Select-LyncOwn $PSBoundParameters) $failed
            } finally { $script:IsHelping = $false }
        } else {
            $found = @(Get-LyncServerHelp $short)
            # An endpoint need not have Get-Help: then what its parameters tell.
            if (-not $found) { $found = @(Microsoft.PowerShell.Core\Get-Help $Name | Microsoft.PowerShell.Core\ForEach-Object { Hide-LyncParameter $_ }) }
            if (-not $Parameter) { return $found | Microsoft.PowerShell.Core\ForEach-Object { Select-LyncView $_ $PSBoundParameters } }
            foreach ($one in $Parameter) {
                $named = @($found.parameters.parameter | Microsoft.PowerShell.Core\Where-Object name -Like $one)
                if ($named) { $named } else { Microsoft.PowerShell.Utility\Write-Error "No parameter matches criteria $one." -ErrorId HelpNotFound -Category ResourceUnavailable -ErrorAction SilentlyContinue -ErrorVariable +failed }
            }
        }
        foreach ($one in $failed) { $PSCmdlet.WriteError((Move-LyncError $one)) }
    }
}

function Get-LyncServerHelp {
    [CmdletBinding()] param([string]$Name)
    begin { $lyncCall = New-LyncCall $Name @{} $MyInvocation }
    end {
        $lyncCall.Request.Help = $true
        $count = $global:Error.Count
        & { [CmdletBinding()] param() Complete-LyncCall $lyncCall $PSCmdlet } -ErrorAction SilentlyContinue
        while ($global:Error.Count -gt $count) { $global:Error.RemoveAt(0) }
    }
    clean { Close-LyncCall $lyncCall }
}

function Select-LyncView($Help, [System.Collections.IDictionary]$Given) {
    # The view of -Full, -Detailed, -Examples, as Get-Help names them.
    foreach ($view in 'Full', 'Detailed', 'Examples') {
        if ($Given[$view]) { $Help.PSTypeNames.Insert(0, "$($Help.PSTypeNames[0])#${view}View") }
    }
    $Help
}

function Hide-LyncParameter($Help) {
    foreach ($item in $Help.syntax.syntaxItem) {
        if ($item.PSObject.Properties['parameter']) {
            $item.parameter = @($item.parameter | Microsoft.PowerShell.Core\Where-Object name -NotIn 'LyncInput', 'LyncRest')
        }
    }
    if ($Help.PSObject.Properties['parameters'] -and $Help.parameters.PSObject.Properties['parameter']) {
        $Help.parameters.parameter = @($Help.parameters.parameter | Microsoft.PowerShell.Core\Where-Object name -NotIn 'LyncInput', 'LyncRest')
    }
    $Help
}

# --- imported modules --------------------------------------------------------------------------------------------------

function Resolve-LyncCommand([string]$Name) {
    # A command that is named for the first time where nobody could foresee it gets its parameters now.
    $answer = Request-Lync 'define' @{ Name = $Name }
    Add-LyncDefinition @{ $Name = $answer['block'] }
    Microsoft.PowerShell.Core\Get-Command -Name $Name -CommandType Function
}

function Add-LyncDefinition([System.Collections.IDictionary]$Blocks) {
    # Gives imported functions their parameter blocks.
    $changed = [System.Collections.Generic.HashSet[psmoduleinfo]]::new()
    foreach ($name in $Blocks.get_Keys()) {
        $module = $null
        if (-not $script:ModuleOf.TryGetValue($name, [ref]$module)) { continue }
        $null = $changed.Add($module)
        $text = [string]$Blocks[$name] + "`n" + ($script:ProxyBody -f $name.Replace("'", "''"))
        & $module { param($name, $block) Microsoft.PowerShell.Management\Set-Item -LiteralPath "function:script:$name" -Value $block -WhatIf:$false -Confirm:$false -Verbose:$false } $name ([scriptblock]::Create($text))
    }
    foreach ($module in $changed) { Microsoft.PowerShell.Core\Import-Module $module -Global -DisableNameChecking -Force -Verbose:$false }
}

function Get-LyncOwnName {
    # The commands that come with PowerShell, loaded or not, and their modules: its manifests name them.
    if ($null -eq $script:OwnNames) {
        $names = [System.Collections.Generic.Dictionary[string, string]]::new([StringComparer]::OrdinalIgnoreCase)
        foreach ($file in [System.IO.Directory]::GetFiles("$PSHOME/Modules", '*.psd1', 'AllDirectories')) {
            $module = [System.IO.Path]::GetFileNameWithoutExtension($file)
            foreach ($found in [regex]::Matches([System.IO.File]::ReadAllText($file), '[''"]([\w-]+)[''"]')) { $names[$found.Groups[1].Value] = $module }
        }
        $script:OwnNames = $names
    }
    $script:OwnNames
}

function Select-LyncPlaced([string[]]$Names) {
    # Those of PowerShell's own commands with which it matters on which machine they run.
    $own = Get-LyncOwnName
    foreach ($one in $Names) {
        $alias = $ExecutionContext.InvokeCommand.GetCommand($one, 'Alias')
        $module = $null
        if ($own.TryGetValue($(if ($alias) { $alias.Definition } else { $one }), [ref]$module) -and $module -ne 'Microsoft.PowerShell.Utility') { $one }
    }
}

function Select-LyncFree([string[]]$Commands) {
    # Those of these names that no command here has, of PowerShell or of the person; imported ones are no reason.
    $own = Get-LyncOwnName
    $here = [string[]]@($ExecutionContext.InvokeCommand.GetCommands('*', 'Alias, Function, Cmdlet', $true).Name)
    $taken = [System.Collections.Generic.HashSet[string]]::new($here, [StringComparer]::OrdinalIgnoreCase)
    foreach ($one in $Commands) {
        if (-not $own.ContainsKey($one) -and ($script:ModuleOf.ContainsKey($one) -or -not $taken.Contains($one))) { $one }
    }
}

function Add-LyncModule([string]$Name, [string]$Description, [string]$Computer, [string[]]$Commands, [bool]$Clobber) {
    # A module of functions without parameter blocks, which get them when they are first named. What is another command's
    # name here stays that, unless names are to be taken (-AllowClobber); such names are returned.
    $free = if ($Clobber) { $Commands } else { [string[]]@(Select-LyncFree $Commands) }
    $module = Microsoft.PowerShell.Core\New-Module -Name $Name -ArgumentList (, $free) -ScriptBlock {
        param([string[]]$names)
        $stub = {
            $known = LyncMagic\Resolve-LyncCommand $MyInvocation.MyCommand.Name
            if ($MyInvocation.ExpectingInput) { $input | & $known @args } else { & $known @args }
        }
        foreach ($one in $names) { Microsoft.PowerShell.Management\Set-Item -LiteralPath "function:script:$one" -Value $stub -WhatIf:$false -Confirm:$false -Verbose:$false }
        Microsoft.PowerShell.Core\Export-ModuleMember -Function $names
    }
    $module.Description = $Description
    $module.PrivateData = $Computer
    [psmoduleinfo].GetProperty('Version').SetValue($module, [version]'1.0')
    foreach ($one in $free) { $script:ModuleOf[$one] = $module }
    Microsoft.PowerShell.Core\Import-Module $module -Global -DisableNameChecking -Verbose:$false
    if ($free.Count -lt $Commands.Count) { foreach ($one in $Commands) { if ($free -notcontains $one) { $one } } }
}

function Remove-LyncModule([string]$Name) {
    foreach ($module in Microsoft.PowerShell.Core\Get-Module -Name $Name) {
        foreach ($one in @($script:ModuleOf.get_Keys())) {
            if ($script:ModuleOf[$one].Name -eq $Name) { $null = $script:ModuleOf.Remove($one) }
        }
        Microsoft.PowerShell.Core\Remove-Module $module -Force -WhatIf:$false -Confirm:$false -Verbose:$false
    }
}
