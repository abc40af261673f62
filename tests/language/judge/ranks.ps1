# Writes what PowerShell's own choice among the overloads of a method hangs on.
# pwsh -NoProfile -File ranks.ps1 -Methods METHOD,… > lync_magic/language/values/net_signatures.txt
# A line is a type, a method (`m.` of a value, `s.` a static one, `s.new` the constructor; `+`: an interface of the type has it too) and its overloads with `|` between
# them, each its parameters as `name/type` with `,` between them; `*` before the name: any number of them; `?`: may be left out.
# pwsh -NoProfile -File ranks.ps1 > lync_magic/language/values/net_ranks.txt
# The first line is all types of parameters. After it a line is a type of arguments and, for each of those, how well PowerShell
# says that it becomes one: three hexadecimal digits of its ConversionRank.
param([string[]] $Methods)
$names = @(
    'String Char Boolean Byte SByte Int16 Int32 Int64 UInt16 UInt32 UInt64 Single Double Decimal DateTime TimeSpan Guid Version Uri Math'
    'Convert Enum Array Numerics.BigInteger Collections.Hashtable Collections.ArrayList Collections.Queue Collections.Stack'
    'Collections.Specialized.OrderedDictionary Text.StringBuilder Text.RegularExpressions.Regex Net.IPAddress'
) -join ' ' -split ' ' | ForEach-Object { "System.$_" }
Add-Type -TypeDefinition @'
using System; using System.Reflection; using System.Management.Automation;
public static class Ranks
{
    static MethodInfo Hidden(string type, string name) {
        return typeof(PSObject).Assembly.GetType("System.Management.Automation." + type).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static);
    }
    static readonly MethodInfo Given = Hidden("Adapter", "GetArgumentConversionRank"), Typed = Hidden("LanguagePrimitives", "GetConversionRank");
    static string Line(Func<Type, object> rank, Type[] parameters) {
        var made = new System.Text.StringBuilder();
        foreach (var one in parameters) made.Append(Math.Min(Convert.ToInt32(rank(one)), 0xfff).ToString("x3"));
        return made.ToString();
    }
    public static string Of(object value, Type[] parameters) {
        return Line(one => Given.Invoke(null, new object[] { value, one, false, true }), parameters);
    }
    public static string Between(Type type, Type[] parameters) {
        return Line(one => Typed.Invoke(null, new object[] { type, one }), parameters);
    }
}
'@
function named($type) { if ($type.IsGenericType -or $type.IsByRef -or -not $type.FullName) { "$type" -replace ',', ';' -replace ' ' } else { $type.FullName } }
function methods($type) {
    foreach ($static in $false, $true) {
        $where = if ($static) { 'Public,Static,FlattenHierarchy' } else { 'Public,Instance' }
        $type.GetMethods($where) | Where-Object { -not $_.IsSpecialName -and -not $_.IsGenericMethod } | Group-Object Name |
            Sort-Object Name | ForEach-Object { , @((('m', 's')[$static] + ".$($_.Name)"), $_.Group) }
    }
    $built = $type.GetConstructors()
    if ($built) { , @('s.new', $built) }
}
function spelled($one) {
    $made = foreach ($given in $one.GetParameters()) {
        $many = if ($given.IsDefined([System.ParamArrayAttribute], $false)) { '*' } elseif ($given.IsOptional) { '?' }
        "$many$($given.Name)/$(named $given.ParameterType)"
    }
    if ($made) { $made -join ',' } else { '.' }
}
$types = foreach ($name in $names) { $name -as [type] }
if ($Methods) {
    $wanted = $Methods -split ','
    foreach ($type in $types) {
        foreach ($pair in methods $type) {
            $also = if ($pair[0].StartsWith('m.') -and @($type.GetInterfaces() | ForEach-Object { $_.GetMethods() }).Name -contains $pair[0].Substring(2)) { '+' }
            if ($pair[0].Substring(2) -in $wanted) { "$($type.FullName) $($pair[0])$also " + (@($pair[1] | ForEach-Object { spelled $_ }) -join '|') }
        }
    }
    return
}
$values = @(
    $null, 'ab', [char]'a', $true, [byte]1, [sbyte]1, [int16]1, [uint16]1, 1, [uint32]1, [long]1, [uint64]1, [single]1, 1.5, [decimal]1,
    [bigint]1, [datetime]::MinValue, [timespan]::Zero, [guid]::Empty, [version]'1.2', [uri]'http://h/', [int], [xml]'<a/>', [regex]'a', {},
    [cultureinfo]'en-US', [System.Text.StringBuilder]::new(), [ipaddress]'10.0.0.1', [pscustomobject]@{ a = 1 }, @{}, [ordered]@{},
    [System.Collections.ArrayList]@(), [System.Collections.Queue]@(), [System.Collections.Stack]@(), [switch]$true, [exception]::new('a'),
    [System.DayOfWeek]1, [System.StringComparison]1, [System.StringSplitOptions]1, [System.MidpointRounding]1, [System.DateTimeKind]1,
    [System.Text.RegularExpressions.RegexOptions]1, [System.Text.NormalizationForm]1, [System.ConsoleColor]1, [System.DBNull]::Value,
    [System.Collections.Generic.List[object]]::new(), [System.Collections.Generic.List[int]]::new(), [System.Collections.Generic.List[string]]::new(),
    [System.Collections.Generic.Dictionary[string, int]]::new(), [System.Collections.Generic.Dictionary[string, object]]::new(),
    [System.Collections.Generic.Dictionary[string, string]]::new(), [System.Collections.Generic.HashSet[string]]::new(),
    [System.Collections.Generic.HashSet[int]]::new(), [System.Collections.Generic.HashSet[object]]::new(), [System.StringComparer]::Ordinal,
    [object[]]@(1), [string[]]@('a'), [int[]]@(1), [char[]]@('a'), [byte[]]@(1), [long[]]@(1), [double[]]@(1), [datetime[]]@(0), [bool[]]@(1),
    [type[]]@([int]), [System.Management.Automation.PSCredential]::Empty, [securestring]::new(), [System.Net.Mail.MailAddress]'a@b.c'
)
$parameters = foreach ($type in $types) { foreach ($pair in methods $type) { foreach ($one in $pair[1]) { foreach ($given in $one.GetParameters()) {
    $given.ParameterType
    if ($given.IsDefined([System.ParamArrayAttribute], $false)) { $given.ParameterType.GetElementType() }
} } } }
$parameters = @($parameters | Where-Object { -not $_.IsByRef -and -not $_.IsPointer -and -not $_.IsGenericParameter } | Sort-Object { named $_ } -Unique)
($parameters | ForEach-Object { named $_ }) -join ' '
$parameters = [type[]]$parameters
$done = @{}
foreach ($value in $values) {
    $name = if ($null -eq $value) { '$null' } elseif ($value -is [System.Management.Automation.PSCustomObject]) { 'System.Management.Automation.PSCustomObject' } else { named $value.GetType() }
    $done[$name] = 1
    "$name " + [Ranks]::Of($value, $parameters)
}
foreach ($type in $parameters) { if (-not $done[(named $type)]) { "$(named $type) " + [Ranks]::Between($type, $parameters) } }
