# Writes the exception types that a cell may name: pwsh -NoProfile -File exceptions.ps1 > lync_magic/language/values/exceptions.txt
# One line a type, its parts apart by tabs: its name; what it derives from; what it says by itself; and, where it brings an
# error record of its own (it derives from RuntimeException), that record's FullyQualifiedErrorId and category; and the
# properties that it has beside those of what it derives from; and its HResult, ? where none can be made.
Get-ChildItem "$PSHOME/System*.dll", "$PSHOME/Microsoft.PowerShell*.dll" | ForEach-Object {
    try { [void][System.Reflection.Assembly]::LoadFrom($_.FullName) } catch { }
}
$all = foreach ($one in [AppDomain]::CurrentDomain.GetAssemblies()) { try { $one.GetExportedTypes() } catch { } }
$all | Where-Object {
    [Exception].IsAssignableFrom($_) -and -not $_.IsGenericType -and $_.FullName -match '^(System|Microsoft\.PowerShell)\.(?!IdentityModel|ServiceModel)'
} | Sort-Object FullName -Unique | ForEach-Object {
    # the help system's exceptions ask each other for their text without end
    $can = $_.GetConstructor(@()) -and -not $_.IsAbstract -and $_.Name -notlike 'Help*'
    $made = if ($can) { try { [Activator]::CreateInstance($_) } catch { } }
    $record = if ($made -is [System.Management.Automation.RuntimeException]) { $made.ErrorRecord }
    $parent = if ($_ -ne [Exception]) { $_.BaseType.FullName }
    $said = "$($made.Message)" -replace '\s+', ' '
    $inherited = if ($parent) { $_.BaseType.GetProperties().Name }
    $own = $_.GetProperties().Name | Where-Object { $_ -notin $inherited } | Sort-Object -Unique
    $record_id, $category = $record.FullyQualifiedErrorId, $record.CategoryInfo.Category
    $number = if ($null -ne $made) { $made.HResult } else { '?' }
    @($_.FullName, $parent, $said, $record_id, $category, "$own", $number) -join "`t"
}
