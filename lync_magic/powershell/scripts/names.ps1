# What a person sees of all this by Get-Command and completion: a few commands more, and PowerShell's own as they are.
# Rules: a function that is named Verb-Lync… is called from outside as `LyncMagic\Verb-Lync…`; nobody else finds it. A
# function in the place of a cmdlet runs where a command is looked up to be run, so that everybody else finds the cmdlet.

$script:InPlace = @(
    'New-PSSession', 'Get-PSSession', 'Remove-PSSession', 'Enter-PSSession', 'Exit-PSSession', 'Import-PSSession', 'Export-PSSession'
    'New-PSSessionOption', 'Invoke-Command', 'Get-Help'
    if ($IsWindows) { 'Test-WSMan', 'Disconnect-PSSession', 'Connect-PSSession', 'Receive-PSSession' } else { 'Set-ExecutionPolicy' }
)
$script:StandIns = $null  # by the cmdlet's name, once they are in place
$script:IsHelping = $false

function Complete-LyncNames {
    $script:StandIns = [System.Collections.Generic.Dictionary[string, System.Management.Automation.CommandInfo]]::new([StringComparer]::OrdinalIgnoreCase)
    foreach ($name in $script:InPlace) { Add-LyncStandIn $name $name }
    $found, $handler = [System.Management.Automation.CommandLookupEventArgs], [EventHandler[System.Management.Automation.CommandLookupEventArgs]]
    $goesOn = { param($name, $found) Select-LyncStandIn $found } -as $handler
    $steps = New-LyncLookup $found $handler
    $ExecutionContext.SessionState.InvokeCommand.PostCommandLookupAction = $steps.CreateDelegate($handler, [object[]]@($script:StandIns, $goesOn))
}

function Invoke-LyncOutside([scriptblock]$Steps) {
    # Where cells run, and not in this module, whose own functions and variables are seen here. Its arguments follow.
    & ([psmoduleinfo]::new($true)) $Steps @args
}

function Add-LyncStandIn([string]$Cmdlet, [string]$Function) {
    $script:StandIns[$Cmdlet] = $ExecutionContext.SessionState.InvokeCommand.GetCommand($Function, 'Function')
}

function Select-LyncStandIn($Found) {
    # A function of this name, which a person made, stays what it is; so does a cmdlet that is named with its module.
    $command = $Found.Command
    if ($script:IsHelping) { return }
    if ($command -is [System.Management.Automation.AliasInfo]) {
        $Found.Command = Invoke-LyncOutside { $ExecutionContext.SessionState.InvokeCommand.GetCommand($args[0], 'Function, Cmdlet') } $command.Definition
    } elseif ($command -is [System.Management.Automation.CmdletInfo] -and -not $Found.CommandName.Contains('\')) {
        $Found.Command = $script:StandIns[$command.Name]
    }
}

function New-LyncLookup([type]$Found, [type]$Handler) {
    # What PowerShell calls for each command that it has found: with `name` of the command, or of what its alias stands for,
    # `if (names.ContainsKey(name)) goesOn(who, found)`. All of it as a script would take a tenth of a millisecond each time.
    $steps = [System.Reflection.Emit.DynamicMethod]::new('LyncMagic', [void], [type[]]@([object[]], [object], $Found), $true)
    $code, $op = $steps.GetILGenerator(), [System.Reflection.Emit.OpCodes]
    $command, $alias = $Found.GetMethod('get_Command'), [System.Management.Automation.AliasInfo]
    $isAlias, $hasName, $end = $code.DefineLabel(), $code.DefineLabel(), $code.DefineLabel()
    foreach ($one in $op::Ldarg_0, $op::Ldc_I4_0, $op::Ldelem_Ref, $op::Ldarg_2) { $code.Emit($one) }
    $code.Emit($op::Callvirt, $command)
    $code.Emit($op::Isinst, $alias)
    $code.Emit($op::Brtrue, $isAlias)
    $code.Emit($op::Ldarg_2)
    $code.Emit($op::Callvirt, $command)
    $code.Emit($op::Callvirt, [System.Management.Automation.CommandInfo].GetMethod('get_Name'))
    $code.Emit($op::Br, $hasName)
    $code.MarkLabel($isAlias)
    $code.Emit($op::Ldarg_2)
    $code.Emit($op::Callvirt, $command)
    $code.Emit($op::Callvirt, $alias.GetMethod('get_Definition'))
    $code.MarkLabel($hasName)
    $code.Emit($op::Callvirt, $script:StandIns.GetType().GetMethod('ContainsKey'))
    $code.Emit($op::Brfalse, $end)
    foreach ($one in $op::Ldarg_0, $op::Ldc_I4_1, $op::Ldelem_Ref, $op::Ldarg_1, $op::Ldarg_2) { $code.Emit($one) }
    $code.Emit($op::Callvirt, $Handler.GetMethod('Invoke'))
    $code.MarkLabel($end)
    $code.Emit($op::Ret)
    $steps
}
