# compare: $x, $trace
$x = 1; $trace = @()
function Outer { $x = 2; $script:trace += "outer $x"; Inner; $x }
function Inner { $script:trace += "inner $x"; $global:x = 5; $x }
$trace += Outer
"x is $x"
& { $x = 9 }; . { $y = 3 }
"$x $y"
$trace
