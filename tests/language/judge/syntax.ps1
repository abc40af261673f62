# Writes what Get-Command -Syntax says of cmdlets: pwsh -NoProfile -File syntax.ps1 NAME,… > lync_magic/language/cmdlets/syntax.txt
# One line a parameter set, which begins with the cmdlet's name, without the common parameters that stand behind each.
param([string[]] $Names)
foreach ($name in $Names -split ',' | Sort-Object) {
    $command = Get-Command $name -CommandType Cmdlet -ErrorAction Ignore
    if (-not $command) { continue }
    foreach ($line in (Get-Command $command -Syntax) -split "`n" | Where-Object { $_ }) {
        $line.Trim() -replace ' \[<CommonParameters>\]$'
    }
}
