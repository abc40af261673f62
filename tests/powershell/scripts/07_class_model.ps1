# compare: $count, $names
class Account {
    [string]$Name; [string]$Department; hidden [int]$Calls = 0
    Account([object]$user) { $this.Name = $user.DisplayName; $this.Department = $user.Department }
    [string] Label() { $this.Calls++; return "$($this.Name) ($($this.Department)) #$($this.Calls)" }
    static [Account[]] All([int]$n) { return (Get-CsOnlineUser -ResultSize $n | ForEach-Object { [Account]::new($_) }) }
}
$accounts = [Account]::All(3)
$names = $accounts | ForEach-Object { $_.Label() }
$names; $accounts[0].Label()
$count = $accounts.Count
