# compare: $total
$total = 0; $users = Get-CsOnlineUser -ResultSize 5
foreach ($user in $users) {
    Write-Progress -Activity 'Counting' -Status $user.DisplayName -PercentComplete (100 * $total / $users.Count)
    $total++
}
Write-Progress -Activity 'Counting' -Completed
"$total users"
