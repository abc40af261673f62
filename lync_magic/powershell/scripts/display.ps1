# What a cell shows besides its output: Out-Display by MIME type, in its place; what was shown, changed later.
# Rules: markup and JSON go as they were written. Everything that is piped in is one display.

# One element of HTML, or a page of it, and nothing before and after it; of other markup people want to see the text.
$script:Html = [regex]'(?is)^\s*<(!doctype html|html|body|div|span|p|a|b|i|u|s|em|strong|small|code|pre|h[1-6]|ul|ol|dl|table|img|svg|br|hr|font|center|figure|details|section|article|blockquote|button|form|iframe|style|script|video|audio|canvas)\b[^>]*>(.*</\w+>)?\s*$'

function Out-Display {
    # Shows what is piped in. Without a MIME type: text as text, or as HTML where it is that, pictures as pictures, objects
    # as tables.
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)][AllowNull()][AllowEmptyString()]$InputObject,
        [Parameter(Position = 1)][Alias('CustomMimeType')][string]$MimeType,
        [string]$DisplayId,
        [switch]$PassThru
    )
    begin { $items = [System.Collections.Generic.List[object]]::new() }
    process { $items.Add($InputObject) }
    end {
        $shown = $DisplayId ? $DisplayId : [guid]::NewGuid().ToString('n')
        Write-LyncDisplay $items $MimeType $shown $false
        if ($PassThru) { New-LyncDisplayed $shown $MimeType }
    }
}

function New-LyncDisplayed([string]$Id, [string]$MimeType) {
    $shown = [pscustomobject]@{ PSTypeName = 'LyncMagic.DisplayedValue'; DisplayId = $Id; MimeType = $MimeType }
    $shown | Microsoft.PowerShell.Utility\Add-Member -PassThru -MemberType ScriptMethod -Name Update -Value {
        param($Value) LyncMagic\Update-LyncDisplay $this $Value
    }
}

function Update-LyncDisplay($Displayed, $Value) { Write-LyncDisplay @($Value) $Displayed.MimeType $Displayed.DisplayId $true }

function Clear-Host { Send-LyncAside @{ Kind = 'clear' } }

function Write-LyncDisplay([object[]]$Items, [string]$MimeType, [string]$Id, [bool]$Update) {
    if ($Items.Count -eq 1 -and $Items[0] -is [array] -and $Items[0] -isnot [byte[]]) { $Items = $Items[0] }
    $bytes = if ($Items.Count -and @($Items.Where{ $_ -isnot [byte] }).Count -eq 0) { [byte[]]$Items } elseif ($Items.Count -eq 1 -and $Items[0] -is [byte[]]) { $Items[0] }
    if (-not $MimeType -and $bytes) { $MimeType = Get-LyncImageType $bytes }
    $what = @{ Kind = 'display'; Mime = $MimeType; Id = $Id; Update = $Update }
    if ($MimeType -like 'image/*' -and $MimeType -ne 'image/svg+xml') {
        if (-not $bytes) { $bytes = Read-LyncImage $Items }
        $what.Data = if ($bytes) { [Convert]::ToBase64String($bytes) } else { [string]::Join('', $Items) }
    } elseif ($MimeType -like '*json' -and @($Items.Where{ $_ -isnot [string] }).Count) {
        $value = if ($Items.Count -eq 1) { $Items[0] } else { $Items }
        $what.Data = Microsoft.PowerShell.Utility\ConvertTo-Json -InputObject $value -Depth 64 -Compress
    } elseif ($MimeType -or @($Items.Where{ $_ -isnot [string] }).Count -eq 0) {
        $what.Data = [string]::Join("`n", @($Items.ForEach{ "$_" }))
        if (-not $MimeType) { $what.Mime = $script:Html.IsMatch($what.Data) ? 'text/html' : 'text/plain' }
    } else {
        $what += Get-LyncLooks $Items
    }
    Send-LyncAside $what
}

function Get-LyncImageType([byte[]]$Bytes) {
    $head = [Convert]::ToHexString($Bytes, 0, [Math]::Min(4, $Bytes.Length))
    switch -Wildcard ($head) { '89504E47' { 'image/png' } 'FFD8FF*' { 'image/jpeg' } '47494638' { 'image/gif' } '424D*' { 'image/bmp' } '52494646' { 'image/webp' } }
}

function Read-LyncImage([object[]]$Items) {
    # The bytes of a picture that is named by its file; none for a text that is base64 already.
    if ($Items.Count -ne 1 -or "$($Items[0])".Length -gt 4096) { return }
    $file = if ($Items[0] -is [System.IO.FileInfo]) { $Items[0].FullName } else { $Items[0] }
    if (Microsoft.PowerShell.Management\Test-Path -LiteralPath $file -PathType Leaf) { , [System.IO.File]::ReadAllBytes((Microsoft.PowerShell.Management\Resolve-Path -LiteralPath $file).ProviderPath) }
}

function Get-LyncLooks([object[]]$Items) {
    # Objects as text and as a view, laid out by themselves.
    $kept = $script:Formatter, $script:Shaper, $script:View, $script:Rows, $script:Taken
    $script:Rows = [System.Collections.Generic.List[object]]::new()
    $script:View = $null
    . Start-LyncFormatter
    try {
        $lines = @(foreach ($item in $Items) { $shapes = Get-LyncShape $item; Save-LyncView $shapes; Write-LyncShape $shapes }) + @(Close-LyncFormatter)
        @{ Text = [string]::Join("`n", $lines); View = $script:View; Rows = $script:Rows.ToArray(); Count = $Items.Count }
    } finally { $script:Formatter, $script:Shaper, $script:View, $script:Rows, $script:Taken = $kept }
}
