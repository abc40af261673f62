# Writes what .NET's types have that a cell may name: pwsh -NoProfile -File surface.ps1 > lync_magic/language/values/net_surface.txt
# and what each of their methods takes: pwsh -NoProfile -File surface.ps1 -Overloads > lync_magic/language/values/net_overloads.txt
# and what those static ones and constructors take of which there is one for so many arguments:
# pwsh -NoProfile -File surface.ps1 -Static TYPE.METHOD,… > lync_magic/language/values/net_statics.txt (type, method, `name/type` of each).
# One line a type: its name, then words. m: a method, s: a static one, p: a property, q: a static property or field;
# `new` is the constructor. After the colon: how many arguments it takes (`2+`: two and more).
# there a line is a type's method and its overloads, each the kinds of its parameters: `s` a text, `c` a character, `C` several,
# `n` a whole number, `r` a real one, `d` a decimal, `b` a truth value, `o` anything, `t` a date, `p` a duration, `y` a type,
# `l` a list, `f` a culture, `e<T>` an enumeration, `x` another; `*` any number of them.
param([switch] $Overloads, [string[]] $Static)
$names = @(
    'String Char Boolean Byte SByte Int16 Int32 Int64 UInt16 UInt32 UInt64 Single Double Decimal DateTime TimeSpan Guid Version Uri Math'
    'Convert Environment Enum Array Exception DayOfWeek Random Numerics.BigInteger RuntimeType'
    'Collections.Hashtable Collections.ArrayList Collections.Queue Collections.Stack Collections.DictionaryEntry'
    'Collections.Specialized.OrderedDictionary Text.StringBuilder Text.RegularExpressions.Regex Text.RegularExpressions.Match'
    'Text.RegularExpressions.Group Text.Encoding Text.UTF8Encoding IO.Path IO.File IO.Directory IO.FileInfo IO.DirectoryInfo IO.StringReader IO.StringWriter Net.WebUtility Web.HttpUtility'
    'Net.IPAddress Net.Mail.MailAddress StringComparer Threading.Thread GC DBNull Management.Automation.PSNoteProperty'
    'Globalization.CultureInfo Management.Automation.ScriptBlock Management.Automation.PSCredential Management.Automation.ErrorRecord'
    'Management.Automation.SwitchParameter Security.SecureString'
    'ArgumentException ArgumentNullException ArgumentOutOfRangeException Management.Automation.RuntimeException'
    'Management.Automation.CommandNotFoundException Management.Automation.ItemNotFoundException'
    'DateTimeOffset CharEnumerator Diagnostics.Stopwatch Globalization.DateTimeFormatInfo Globalization.NumberFormatInfo'
    'Globalization.TextInfo OperatingSystem Text.ASCIIEncoding Text.UTF32Encoding Text.UnicodeEncoding'
    'Text.RegularExpressions.MatchCollection Text.RegularExpressions.GroupCollection'
    'Collections.SortedList Collections.Specialized.NameValueCollection UriBuilder BitConverter TimeZoneInfo Linq.Enumerable'
    'Collections.Specialized.NameObjectCollectionBase+KeysCollection Text.RegularExpressions.CaptureCollection'
    'Globalization.CharUnicodeInfo Globalization.GregorianCalendar Globalization.ISOWeek Xml.XmlConvert Xml.XmlNamespaceManager'
    'Net.Dns Net.NetworkCredential Security.SecurityElement Security.Principal.WindowsIdentity Security.Principal.WindowsPrincipal'
    'Management.Automation.WildcardPattern Management.Automation.SemanticVersion'
    'Management.Automation.ParameterBindingException Management.Automation.RemoteException IO.FileNotFoundException'
) -join ' ' -split ' ' | ForEach-Object { "System.$_" }
$names += 'InvocationInfo AliasInfo FunctionInfo FilterInfo ScriptInfo CmdletInfo ParameterMetadata InformationRecord WarningRecord VerboseRecord DebugRecord PSVariable',
    'HostInformationMessage ErrorCategoryInfo ErrorDetails PathInfo ProviderInfo PSDriveInfo PSReference' -join ' ' -split ' ' | ForEach-Object { "System.Management.Automation.$_" }
$names += 'FileHashInfo SelectXmlInfo MemberDefinition MatchInfo MatchInfoContext GroupInfo GenericMeasureInfo TextMeasureInfo GenericObjectMeasureInfo' -split ' ' |
    ForEach-Object { "Microsoft.PowerShell.Commands.$_" }
$generic = [ordered]@{
    'System.Collections.Generic.List' = [System.Collections.Generic.List[object]]
    'System.Collections.Generic.Dictionary' = [System.Collections.Generic.Dictionary[object, object]]
    'System.Collections.Generic.HashSet' = [System.Collections.Generic.HashSet[object]]
    'System.Collections.Generic.Queue' = [System.Collections.Generic.Queue[object]]
    'System.Collections.Generic.Stack' = [System.Collections.Generic.Stack[object]]
    'System.Collections.ObjectModel.Collection' = [System.Collections.ObjectModel.Collection[object]]
    'System.Object[]' = [object[]]
    'System.Collections.Generic.SortedDictionary' = [System.Collections.Generic.SortedDictionary[object, object]]
    'System.Collections.Generic.SortedSet' = [System.Collections.Generic.SortedSet[object]]
    'System.Collections.Generic.SortedList' = [System.Collections.Generic.SortedList[object, object]]
    'System.Web.HttpUtility+HttpQSCollection' = [System.Web.HttpUtility].Assembly.GetType('System.Web.HttpUtility+HttpQSCollection')
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
        if (-not $static) { # PowerShell takes those of interfaces that a type itself does not show
            $properties += $type.GetInterfaces() | ForEach-Object { $_.GetProperties('Public,Instance') } | Where-Object { -not $_.GetIndexParameters() -and $_.Name -ne 'Count' }
        }
        $properties | ForEach-Object Name | Sort-Object -Unique | ForEach-Object { ('p', 'q')[$static] + ".$_" }
    }
    $built = $type.GetConstructors()
    if ($built) { 's.new:' + (counts $built) }
    elseif ($type.IsValueType) { 's.new:0' }
}
$kinds = @{
    String = 's'; Char = 'c'; 'Char[]' = 'C'; Byte = 'n'; SByte = 'n'; Int16 = 'n'; Int32 = 'n'; Int64 = 'n'; UInt16 = 'n'; UInt32 = 'n'
    UInt64 = 'n'; Double = 'r'; Single = 'r'; Decimal = 'd'; Boolean = 'b'; Object = 'o'; DateTime = 't'; TimeSpan = 'p'; Type = 'y'
    ICollection = 'l'; 'IEnumerable`1' = 'l'; IFormatProvider = 'f'; CultureInfo = 'f'; Array = 'l'; IEnumerable = 'l'
}
function kind($parameter) {
    $type = $parameter.ParameterType
    $many = $parameter.IsDefined([System.ParamArrayAttribute], $false)
    $one = if ($many) { $type.GetElementType() } else { $type }
    $(if ($one.IsEnum) { "e<$($one.FullName)>" } elseif ($kinds.ContainsKey($one.Name)) { $kinds[$one.Name] }
        elseif ($one.IsArray) { 'l' } else { 'x' }) + $(if ($many) { '*' })
}
function overloads($type, $methods, $name) {
    $made = foreach ($one in $methods) {
        $given = $one.GetParameters()
        $least = @($given | Where-Object { -not $_.IsOptional }).Count
        foreach ($count in $least..$given.Count) { (@($given | Select-Object -First $count | ForEach-Object { kind $_ }) -join ',') + '.' }
    }
    "$type $name $(($made | Sort-Object -Unique) -join '|')"
}
function taken($name, $type) {
    foreach ($static in $false, $true) {
        $where = if ($static) { 'Public,Static,FlattenHierarchy' } else { 'Public,Instance' }
        $type.GetMethods($where) | Where-Object { -not $_.IsSpecialName } | Group-Object Name | Sort-Object Name |
            ForEach-Object { overloads $name $_.Group (('m', 's')[$static] + ".$($_.Name.ToLower())") }
    }
    if ($built = $type.GetConstructors()) { overloads $name $built 's.new' }
}
function alone($name, $methods, $called) {
    $known = $methods | Where-Object { -not ($_.GetParameters() | Where-Object { $_.ParameterType.IsByRefLike -or $_.ParameterType.IsPointer }) }
    foreach ($group in $known | Where-Object { -not $_.IsGenericMethod } | Group-Object { $_.GetParameters().Count }) {
        $given = $group.Group[0].GetParameters()
        $many = $methods | Where-Object {
            $last = @($_.GetParameters())[-1]
            $last -and $last.IsDefined([System.ParamArrayAttribute], $false) -and $_.GetParameters().Count - 1 -le $given.Count
        }
        $open = $given | Where-Object { $_.IsOptional -or $_.ParameterType.IsByRef -or $_.IsDefined([System.ParamArrayAttribute], $false) }
        if ("$name.$called" -in $wanted -and $group.Count -eq 1 -and $given -and -not $open -and -not $many) {
            "$name $called " + (@($given | ForEach-Object { "$($_.Name)/$($_.ParameterType.FullName)" }) -join ' ')
        }
    }
}
if ($Static) {
    $wanted = $Static -split ','
    foreach ($name in $names) {
        $type = $name -as [type]
        if (-not $type) { continue }
        $type.GetMethods('Public,Static,FlattenHierarchy') | Where-Object { -not $_.IsSpecialName } | Group-Object Name |
            Sort-Object Name | ForEach-Object { alone $name $_.Group $_.Name.ToLower() }
        if ($built = $type.GetConstructors()) { alone $name $built 'new' }
    }
    return
}
if ($Overloads) {
    foreach ($name in $names) { if ($type = $name -as [type]) { taken $name $type } }
    foreach ($name in $generic.Keys) { taken $name $generic[$name] }
    return
}
foreach ($name in $names) {
    $type = if ($name -eq 'System.RuntimeType') { [int].GetType() } else { $name -as [type] }
    if ($type) { "$name " + ((words $type) -join ' ') }
}
foreach ($name in $generic.Keys) { "$name " + ((words $generic[$name]) -join ' ') }
