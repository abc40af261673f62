# Large results, and variables of many objects, come by a pipe of their own, and variables leave by another: whole objects in
# frames, read as fast as they can be made objects of.
# Rules: a frame is three numbers (bytes of what follows, the call, flags) and a list of objects as CLIXML, read by the
# deserializer that reads the host's answers. What was begun to be read is read on by whoever reads next; a frame of
# another call waits for it where it is open, and is dropped where it is over.

$script:Channel = $null
$script:Pipe = $null           # the pipe, until the first call has what reads it
$script:Reading = $null        # a read that has begun and was not waited for to its end
$script:Buffer = [byte[]]::new(512KB)
$script:Filled = 0             # of the frame that is being read, its head included
$script:Frames = [System.Collections.Generic.Dictionary[int, object]]::new()  # for each open call, what came for it
$script:HeadSize, $script:OutHeadSize = 12, 8
$script:WayToManager = $script:Executor = $script:Manager = $script:Sending = $null
$script:WayOut = $script:Leaving = $null  # the pipe to the kernel, and a write to it that has begun
$script:IsPacking = $false     # whether objects are being written for it
$script:FrameBytes = 256KB     # how many of them go at once
$script:HasSaid, $script:IsLast, $script:IsLost = 1, 2, 4

function Open-LyncPipe {
    # The descriptors are taken over at once: what this process starts has no part in them. What reads it, the first call finds.
    $script:Pipe = Get-LyncPipe $script:Number Read
    $script:WayOut = Get-LyncPipe $script:OutNumber Write
}

function Get-LyncPipe([int]$Number, [System.IO.FileAccess]$Access) {
    if ($Number -lt 0) { return }
    try {
        , [System.IO.FileStream]::new("/dev/fd/$Number", 'Open', $Access, 'ReadWrite', 0)
        [Microsoft.Win32.SafeHandles.SafeFileHandle]::new([IntPtr]$Number, $true).Dispose()
    } catch { $global:Error.RemoveAt(0) }
}

function Get-LyncManager {
    # What sends this pipeline's messages; nothing, where a PowerShell is built otherwise.
    if ($null -eq $script:WayToManager) {
        $script:WayToManager = $Host.GetType().GetProperty('ExternalHost', $script:Inside)
        $script:Executor = $script:WayToManager.GetValue($Host).GetType().GetField('_serverMethodExecutor', $script:Inside)
        $script:Manager = $script:Executor.FieldType.GetField('_transportManager', $script:Inside)
    }
    $script:Manager.GetValue($script:Executor.GetValue($script:WayToManager.GetValue($Host)))
}

function Get-LyncFragmentor {
    # What makes CLIXML of this pipeline's objects, and objects of CLIXML.
    $manager = Get-LyncManager
    $manager.GetType().GetProperty('Fragmentor', $script:Inside).GetValue($manager)
}

function Get-LyncWriter {
    # What writes an object to a stream; nothing, where there is no way out for it, or a PowerShell is built otherwise.
    if ($null -eq $script:WayOut) { return }
    try {
        $fragmentor = Get-LyncFragmentor
        $fragmentor.GetType().GetMethod('SerializeToBytes', $script:Inside).CreateDelegate([Action[object, System.IO.Stream]], $fragmentor)
    } catch { $global:Error.RemoveAt(0) }
}

function Test-LyncSending {
    # Whether an object is being written to the kernel just now, by a property of it that runs a script: a question would
    # leave after it, and is never answered.
    if ($script:IsPacking) { return $true }
    if ($null -eq $script:Sending) {
        try { $script:Sending = (Get-LyncManager).GetType().BaseType.GetField('_isSerializing', $script:Inside) } catch { $global:Error.RemoveAt(0) }
        $script:Sending ??= $false
    }
    $script:Sending -and $script:Sending.GetValue($script:Manager.GetValue($script:Executor.GetValue($script:WayToManager.GetValue($Host))))
}

function Open-LyncChannel {
    # A PowerShell that is built otherwise gets its results as answers.
    $pipe, $script:Pipe = $script:Pipe, $null
    try {
        $reader = Get-LyncFragmentor
        $script:FromStream = $reader.GetType().GetMethod('DeserializeToPSObject', $script:Inside).CreateDelegate([Func[System.IO.Stream, psobject]], $reader)
        $script:Channel = $pipe
    } catch { $global:Error.RemoveAt(0) }
}

function Receive-LyncBytes([int]$Count) {
    # Read on until the frame is so far. The wait is a loop, so that it can be stopped: between any two statements. What was
    # read is counted by the one that says that the read is over.
    if ($script:Buffer.Length -lt $Count) { [Array]::Resize([ref]$script:Buffer, 2 * $Count) }
    while ($script:Filled -lt $Count) {
        if ($null -eq $script:Reading) { $script:Reading = $script:Channel.ReadAsync($script:Buffer, $script:Filled, $Count - $script:Filled) }
        while (-not $script:Reading.Wait(50)) { }
        if ($script:Reading.Result -eq 0) { throw [System.IO.EndOfStreamException]::new('The kernel is gone.') }
        $script:Filled, $script:Reading = ($script:Filled + $script:Reading.Result), $null
    }
}

function Receive-LyncFrame([int]$Call) {
    # The next frame of a call, as an answer.
    $kept = $script:Frames[$Call]
    if ($kept.Count) { return $kept.Dequeue() }
    while ($true) {
        Receive-LyncBytes $script:HeadSize
        $size = [BitConverter]::ToInt32($script:Buffer, 0)
        $owner = [BitConverter]::ToInt32($script:Buffer, 4)
        $flags = [BitConverter]::ToInt32($script:Buffer, 8)
        Receive-LyncBytes ($script:HeadSize + $size)
        $script:Filled = 0
        $waiting = $null
        if (-not $script:Frames.TryGetValue($owner, [ref]$waiting)) { continue }
        $frame = @{ items = $script:FromStream.Invoke([System.IO.MemoryStream]::new($script:Buffer, $script:HeadSize, $size, $false)) }
        if ($flags -band $script:HasSaid) { $frame.said = $true }
        if ($flags -band $script:IsLast) { $frame.done = $true }
        if ($flags -band $script:IsLost) { $frame.lost = $true }
        if ($owner -eq $Call) { return $frame }
        $waiting.Enqueue($frame)
    }
}

function Send-LyncItem([System.Collections.IList]$Items, $Writer, [int]$Transfer) {
    # Items as a pipeline's output would have them, in frames; of each frame, where its items end is told here. While one
    # is written the next one is made.
    $script:IsPacking = $true
    try {
        $frame, $ends = (New-LyncFrame), [System.Collections.Generic.List[int]]::new()
        $head, $most = $script:OutHeadSize, $script:FrameBytes
        foreach ($item in $Items) {
            $Writer.Invoke($item, $frame)
            $end = $frame.Length - $head
            $ends.Add($end)
            if ($end -lt $most) { continue }
            Send-LyncFrame $frame $Transfer
            [string]::Join(',', $ends)
            $frame = New-LyncFrame
            $ends.Clear()
        }
        if ($ends.Count) {
            Send-LyncFrame $frame $Transfer
            [string]::Join(',', $ends)
        }
    } finally { $script:IsPacking = $false }
}

function New-LyncFrame {
    # With room for its head.
    $frame = [System.IO.MemoryStream]::new($script:FrameBytes + 64KB)
    $frame.SetLength($script:OutHeadSize)
    $frame.Position = $script:OutHeadSize
    , $frame
}

function Send-LyncFrame([System.IO.MemoryStream]$Frame, [int]$Transfer) {
    # What was begun to be written, also by who was stopped, is written to its end first.
    $bytes, $size = $Frame.GetBuffer(), [int]$Frame.Length
    [BitConverter]::GetBytes($size - $script:OutHeadSize).CopyTo($bytes, 0)
    [BitConverter]::GetBytes($Transfer).CopyTo($bytes, 4)
    while ($null -ne $script:Leaving -and -not $script:Leaving.Wait(50)) { }
    $script:Leaving = $script:WayOut.WriteAsync($bytes, 0, $size)
}
