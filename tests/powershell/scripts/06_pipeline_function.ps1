# compare: $result
function Get-Initials {
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipelineByPropertyName)][string]$DisplayName, [switch]$Lower)
    begin { $n = 0 }
    process {
        $n++
        $text = -join ($DisplayName -split ' ' | ForEach-Object { $_[0] })
        [pscustomobject]@{ Number = $n; Name = $DisplayName; Initials = $Lower ? $text.ToLower() : $text }
    }
    end { Write-Verbose "$n names" -Verbose }
}
$result = Get-CsOnlineUser -ResultSize 4 | Get-Initials -Lower
$result
