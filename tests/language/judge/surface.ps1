# Writes what .NET's types have that a cell may name: pwsh -NoProfile -File surface.ps1 > lync_magic/language/values/net_surface.txt
# One line a type: its name, then words. m: a method, s: a static one, p: a property, q: a static property or field;
# `new` is the constructor. After the colon: how many arguments it takes (`2+`: two and more).
$names = @(
    'String Char Boolean Byte SByte Int16 Int32 Int64 UInt16 UInt32 UInt64 Single Double Decimal DateTime TimeSpan Guid Version Uri Math'
    'Convert Environment Enum Array Exception DayOfWeek Random Numerics.BigInteger RuntimeType'
    'Collections.Hashtable Collections.ArrayList Collections.Queue Collections.Stack Collections.DictionaryEntry'
    'Collections.Specialized.OrderedDictionary Text.StringBuilder Text.RegularExpressions.Regex Text.RegularExpressions.Match'
    'Text.RegularExpressions.Group Text.Encoding IO.Path IO.File IO.Directory IO.FileInfo IO.DirectoryInfo Net.WebUtility Web.HttpUtility'
    'Globalization.CultureInfo Management.Automation.ScriptBlock Management.Automation.PSCredential Management.Automation.ErrorRecord'
    'Management.Automation.SwitchParameter Security.SecureString'
) -join ' ' -split ' ' | ForEach-Object { "System.$_" }
$generic = [ordered]@{
    'System.Collections.Generic.List' = [System.Collections.Generic.List[object]]
    'System.Collections.Generic.Dictionary' = [System.Collections.Generic.Dictionary[object, object]]
    'System.Collections.Generic.HashSet' = [System.Collections.Generic.HashSet[object]]
    'System.Object[]' = [object[]]
}
$null = [System.Web.HttpUtility]
function counts($all) {
    $made = foreach ($one in $all) {
        $given = $one.GetParameters()
        $least = @($given | Where-Object { -not $_.IsOptional }).Count
        if ($given.Count -and $given[-1].IsDefined([System.ParamArrayAttribute], $false)) { $given.Count; "$($given.Count - 1)+" }
        else { $least..$given.Count }
    }
    ($made | Sort-Object -Unique) -join ','
}
function words($type) {
    foreach ($static in $false, $true) {
        $where = if ($static) { 'Public,Static,FlattenHierarchy' } else { 'Public,Instance' }
        $type.GetMethods($where) | Where-Object { -not $_.IsSpecialName } | Group-Object Name | Sort-Object Name |
            ForEach-Object { ('m', 's')[$static] + ".$($_.Name):" + (counts $_.Group) }
        $properties = @($type.GetProperties($where) | Where-Object { -not $_.GetIndexParameters() }) + $type.GetFields($where)
        $properties | ForEach-Object Name | Sort-Object -Unique | ForEach-Object { ('p', 'q')[$static] + ".$_" }
    }
    $built = $type.GetConstructors()
    if ($built) { 's.new:' + (counts $built) }
    elseif ($type.IsValueType) { 's.new:0' }
}
foreach ($name in $names) {
    $type = if ($name -eq 'System.RuntimeType') { [int].GetType() } else { $name -as [type] }
    if ($type) { "$name " + ((words $type) -join ' ') }
}
foreach ($name in $generic.Keys) { "$name " + ((words $generic[$name]) -join ' ') }
