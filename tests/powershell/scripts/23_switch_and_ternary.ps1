# compare: $kinds
$kinds = foreach ($value in 1, 'two', 3.5, $null, @(1, 2), @{ a = 1 }) {
    switch ($value) { { $_ -is [int] } { 'int'; break } { $_ -is [string] } { 'string' } { $null -eq $_ } { 'null' } default { "other $($_.GetType().Name)" } }
}
$kinds
(5 -gt 3) ? 'yes' : 'no'
$null ?? 'default'
$maybe = $null; $maybe?.Length; $maybe ??= 'set'; $maybe
