# compare: $sorted, $counts
$counts = [System.Collections.Generic.SortedDictionary[string, int]]::new()
foreach ($user in Get-CsOnlineUser) { $key = "$($user.UsageLocation)"; if (-not $counts.ContainsKey($key)) { $counts[$key] = 0 }; $counts[$key]++ }
$sorted = $counts.Keys | Select-Object -First 4
$counts.Count; $counts['US']
$set = [System.Collections.Generic.HashSet[string]]::new([string[]]('a', 'b'), [StringComparer]::OrdinalIgnoreCase)
$set.Add('A'); $set.Count
$queue = [System.Collections.Queue]::new(); $queue.Enqueue(1); $queue.Enqueue(2); $queue.Dequeue()
