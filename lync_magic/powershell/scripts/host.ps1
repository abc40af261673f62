# What a cell sees of the front end: that it takes colours, and how wide it is.
# Rules: a server's host always says that it takes no colours, and PowerShell's views of errors, of matches and of others
# ask it. Scripts get the other answer by a note on it. A cmdlet (Select-String) does not see notes: for it a cell's host
# becomes a copy, of a type made here, that differs in that answer, and in that it refuses a question that would wait for
# ever; to make it takes a tenth of a second, which the first cell is not to wait for. Where that type cannot be made
# (another PowerShell), cmdlets go without colours.

$script:Inside = [System.Reflection.BindingFlags]60  # Static, Instance, Public, NonPublic; from their names it takes long
$script:HostField = $script:HostType = $null
$script:HostFields = @()

$script:Red = "`e[38;2;229;57;53;1m"  # 3 to 1 and more on the background of errors, in a light and in a dark notebook

function Set-LyncErrorColour { if ($PSStyle.Formatting.Error -eq "`e[31;1m") { $PSStyle.Formatting.Error = $script:Red } }

function Complete-LyncEngine([string]$Rest) {
    # What only few first cells need. Rest: the scripts of this module that are still to come.
    . ([scriptblock]::Create($Rest))
    Microsoft.PowerShell.Core\Export-ModuleMember -Function *
    Complete-LyncNames
    $named = @($ExecutionContext.SessionState.Module.ExportedFunctions.get_Keys()).Where{ $_ -like '*-[a-km-z]*' -and $script:InPlace -notcontains $_ }
    Microsoft.PowerShell.Core\Import-Module $ExecutionContext.SessionState.Module -Global -Function $named -DisableNameChecking
    Set-LyncConsole
    Set-LyncWidth $script:Width
    Set-LyncErrorColour
    $script:HostField = $Host.UI.GetType().GetField('_externalUI', $script:Inside)
    if ($null -eq $script:HostField) { return }
    $own = $script:HostField.GetValue($Host.UI).GetType()
    try { $script:HostType = New-LyncHostType $own } catch { return }
    $fields = for ($type = $own; $type; $type = $type.BaseType) { $type.GetFields($script:Inside -bxor [System.Reflection.BindingFlags]::Static) }
    $script:HostFields = @($fields)
}

function New-LyncHostType([type]$Own) {
    # The type of a host's user interface with one property overridden, and a look before each question. $Own is not
    # public: the attribute opens it.
    $nothing, $return = [type[]]@(), [System.Reflection.Emit.OpCodes]::Ret
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly('LyncMagic.Host', 'Run')
    $module = $assembly.DefineDynamicModule('LyncMagic.Host')
    $opens = $module.DefineType('System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute', 'Public', [Attribute])
    $opens.DefineConstructor('Public', 'Standard', [type[]]@([string])).GetILGenerator().Emit($return)
    $opening = $opens.CreateType().GetConstructor([type[]]@([string]))
    $assembly.SetCustomAttribute([System.Reflection.Emit.CustomAttributeBuilder]::new($opening, @($Own.Assembly.GetName().Name)))
    $made = $module.DefineType('LyncMagic.HostUserInterface', 'Public', $Own)
    $made.DefineConstructor('Public', 'Standard', $nothing).GetILGenerator().Emit($return)
    $answers = $made.DefineMethod('get_SupportsVirtualTerminal', 'Public, Virtual, HideBySig, SpecialName', [bool], $nothing).GetILGenerator()
    $answers.Emit([System.Reflection.Emit.OpCodes]::Ldc_I4_1)
    $answers.Emit($return)
    $look = $made.DefineField('Look', [Action], 'Public, Static')
    foreach ($method in $Own.GetMethods().Where{ $_.Name -match '^(Read|Prompt)' -and $_.IsVirtual -and -not $_.IsFinal }) {
        $types = [type[]]@($method.GetParameters().ForEach{ $_.ParameterType })
        $asks = $made.DefineMethod($method.Name, 'Public, Virtual, HideBySig', $method.ReturnType, $types).GetILGenerator()
        $asks.Emit([System.Reflection.Emit.OpCodes]::Ldsfld, $look)
        $asks.Emit([System.Reflection.Emit.OpCodes]::Callvirt, [Action].GetMethod('Invoke'))
        for ($i = 0; $i -le $types.Length; $i++) { $asks.Emit([System.Reflection.Emit.OpCodes]::Ldarg, [int16]$i) }
        $asks.Emit([System.Reflection.Emit.OpCodes]::Call, $method)
        $asks.Emit($return)
    }
    $type = $made.CreateType()
    $type.GetField('Look').SetValue($null, [Action]{
        if (Test-LyncSending) { Deny-LyncQuestion "A property that asks something did not go to Python with its object. Ask first, and give the object the answer." }
    })
    $type
}

function Set-LyncHost {
    # Each pipeline has a host of its own.
    if ($null -eq $script:HostType) {
        ([psobject]$Host.UI).PSObject.Properties.Add([psnoteproperty]::new('SupportsVirtualTerminal', $true), $true)
        return
    }
    $own = $script:HostField.GetValue($Host.UI)
    if ($own.GetType() -eq $script:HostType) { return }
    $colours = [System.Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($script:HostType)
    foreach ($field in $script:HostFields) { $field.SetValue($colours, $field.GetValue($own)) }
    $script:HostField.SetValue($Host.UI, $colours)
}

function Set-LyncWidth([int]$Width) {
    # For the formatters, for the host, and for .NET's console, which has no window to ask.
    $script:Width = $Width
    $screen = $Host.UI.RawUI
    foreach ($what in 'BufferSize', 'WindowSize') {
        if ($screen.$what.Width -ne $Width) { $screen.$what = [System.Management.Automation.Host.Size]::new($Width, $screen.$what.Height) }
    }
    $console = [Console].Assembly.GetType('System.ConsolePal')
    $known = $console.GetField('s_terminalFormatStringsInstance', $script:Inside)
    if ($null -eq $known) { return }
    $terminal = $known.GetValue($null).Value
    $terminal.GetType().GetField('Columns', $script:Inside).SetValue($terminal, $Width)
    $console.GetField('s_windowWidth', $script:Inside).SetValue($null, -1)
}
