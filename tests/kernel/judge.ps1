# What PowerShell's console shows of each cell of each notebook, a runspace to a notebook: the way of ConsoleHost.
# Takes a file of JSON, [{ name, cells }]; prints a mark before each notebook and each cell, and after it how it ended.
param([string]$Path)
$root = $PWD.Path
foreach ($notebook in (Get-Content -Raw -LiteralPath $Path | ConvertFrom-Json)) {
    [Console]::Out.WriteLine("<<<notebook $($notebook.name)>>>")
    $runspace = [runspacefactory]::CreateRunspace($Host)
    $runspace.Open()
    $folder = Join-Path $root here
    $null = New-Item -ItemType Directory $folder -Force
    $setup = [powershell]::Create($runspace)
    $null = $setup.AddScript("`$PSStyle.OutputRendering = 'PlainText'; Set-Location '$folder'").Invoke()
    foreach ($cell in $notebook.cells) {
        [Console]::Out.WriteLine('<<<cell>>>')
        $id = ''
        $run = [powershell]::Create($runspace)
        $null = $run.AddScript($cell, $false)
        $run.Commands.Commands[0].MergeMyResults('Error', 'Output')
        $null = $run.AddCommand('Out-Default')
        try {
            $null = $run.Invoke()
        }
        catch {
            $inner = $_.Exception.InnerException ?? $_.Exception
            $id = $inner.ErrorRecord.FullyQualifiedErrorId
            if ($inner -isnot [System.Management.Automation.ParseException]) {
                $show = [powershell]::Create($runspace)
                $null = $show.AddCommand('Out-Default')
                $show.Commands.Commands[0].MergeMyResults('Error', 'Output')
                $null = $show.Invoke(@($inner.ErrorRecord))
            }
        }
        [Console]::Out.WriteLine("<<<end $id>>>")
    }
    $runspace.Close()
    Remove-Item $folder -Recurse
}
