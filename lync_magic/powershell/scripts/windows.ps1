# Cmdlets that only a PowerShell on Windows has, and with which scripts begin and end.
# Rule: on Windows they are PowerShell's own.

if (-not $IsWindows) {
    function Set-ExecutionPolicy {
        [CmdletBinding()]
        param([Parameter(Position = 0)][string]$ExecutionPolicy, [Parameter(Position = 1)][string]$Scope, [switch]$Force)
        Write-LyncOnce 'Set-ExecutionPolicy: nothing to do here: cells are no script files.'
    }

    function Out-GridView {
        # A table in the cell's output; rows cannot be picked in it.
        [CmdletBinding()]
        param([Parameter(ValueFromPipeline)][psobject]$InputObject, [string]$Title, [switch]$PassThru, [string]$OutputMode, [switch]$Wait)
        begin {
            if ($PassThru -or $OutputMode -in 'Single', 'Multiple') {
                $refusal = [System.NotSupportedException]::new((Get-LyncText 'Nobody can pick rows of a grid here. Keep those that are wanted with Where-Object.'))
                $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new($refusal, 'NotSupported', 'NotImplemented', $null))
            }
            if ($Title) { $Host.UI.WriteLine($Title) }
            $steps = { Microsoft.PowerShell.Core\Out-Host }.GetSteppablePipeline($MyInvocation.CommandOrigin)
            $steps.Begin($true)
        }
        process { $steps.Process($InputObject) }
        end { $steps.End() }
        clean { if ($null -ne $steps) { $steps.Clean() } }
    }
}
