# What .NET code writes to the console of a PowerShell that is a server, and has none, goes to the host as it comes, from
# whatever thread: a sign-in that waits in a cmdlet tells its device code so. Makes a type with
# `override void Write(string text) { Screen.UI.Write(text); }`, and so on.
& {
    $op, $screen = [System.Reflection.Emit.OpCodes], [System.Management.Automation.Host.PSHost]
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly('LyncMagic.Console', 'Run')
    $made = $assembly.DefineDynamicModule('LyncMagic.Console').DefineType('LyncMagic.Console', 'Public', [System.IO.StringWriter])
    $place = $made.DefineField('Screen', $screen, 'Public, Static')
    foreach ($one in @('Write', [string]), @('WriteLine', [string]), @('Write', [char]), @('Write', [char[]], [int], [int])) {
        $name, $takes = $one[0], [type[]]$one[1..3]
        $code = $made.DefineMethod($name, 'Public, Virtual, HideBySig', [void], $takes).GetILGenerator()
        $code.Emit($op::Ldsfld, $place)
        $code.Emit($op::Callvirt, $screen.GetMethod('get_UI'))
        for ($i = 1; $i -le $takes.Length; $i++) { $code.Emit($op::Ldarg, [int16]$i) }
        switch ($takes[0]) {
            ([char]) { $code.Emit($op::Call, [char].GetMethod('ToString', [type[]]@([char]))) }
            ([char[]]) { $code.Emit($op::Newobj, [string].GetConstructor($takes)) }
        }
        $code.Emit($op::Callvirt, [System.Management.Automation.Host.PSHostUserInterface].GetMethod($name, [type[]]@([string])))
        $code.Emit($op::Ret)
    }
    $type = $made.CreateType()
    $type.GetField('Screen').SetValue($null, $Host)
    [Console]::SetOut($type::new())
}
