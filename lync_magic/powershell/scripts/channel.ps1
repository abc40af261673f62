# Large results, and variables of many objects, come by a pipe of their own: whole objects in frames, read as fast as they can be made objects of.
# Rules: a frame is three numbers (bytes of what follows, the call, flags) and a list of objects as CLIXML, read by the
# deserializer that reads the host's answers. What was begun to be read is read on by whoever reads next; a frame of
# another call waits for it where it is open, and is dropped where it is over.

$script:Channel = $null
$script:Pipe = $null           # the pipe, until the first call has what reads it
$script:Reading = $null        # a read that has begun and was not waited for to its end
$script:Buffer = [byte[]]::new(512KB)
$script:Filled = 0             # of the frame that is being read, its head included
$script:Frames = [System.Collections.Generic.Dictionary[int, object]]::new()  # for each open call, what came for it
$script:HeadSize = 12
$script:WayToManager = $script:Executor = $script:Manager = $script:Sending = $null
$script:HasSaid, $script:IsLast, $script:IsLost = 1, 2, 4

function Open-LyncPipe {
    # The descriptor is taken over at once: what this process starts has no part in it. What reads it, the first call finds.
    if ($script:Number -lt 0) { return }
    try {
        $script:Pipe = [System.IO.FileStream]::new("/dev/fd/$script:Number", 'Open', 'Read', 'ReadWrite', 0)
        [Microsoft.Win32.SafeHandles.SafeFileHandle]::new([IntPtr]$script:Number, $true).Dispose()
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

function Test-LyncSending {
    # Whether an object is being written to the kernel just now, by a property of it that runs a script: a question would
    # leave after it, and is never answered.
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
        $manager = Get-LyncManager
        $reader = $manager.GetType().GetProperty('Fragmentor', $script:Inside).GetValue($manager)
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
