"""`%timeit` and `%%timeit` before PowerShell: the text is timed where it runs, as IPython times Python.

Rule: what a loop costs is PowerShell's own time; the way to it and back is not counted. A `%timeit` in a cell of Python
is IPython's.
"""

from __future__ import annotations

import argparse
from typing import Final, NoReturn

from lync_magic.errors import UsageError

USAGE: Final = "%timeit [-n LOOPS] [-r RUNS] COMMANDS"
RUNS: Final = 7
_SCRIPT: Final = """& {
    param([scriptblock]$Block, [long]$Loops, [int]$Runs)
    $watch = [System.Diagnostics.Stopwatch]::new()
    $time = {
        $watch.Restart()
        for ($i = 0L; $i -lt $Loops; $i++) { $null = . $Block }
        $watch.Stop()
        $watch.Elapsed.TotalSeconds
    }
    $null = . $Block
    if ($Loops -le 0) { for ($Loops = 1; $Loops -lt 1e9 -and (& $time) -lt 0.2; ) { $Loops *= 10 } }
    $each = foreach ($run in 1..$Runs) { (& $time) / $Loops }
    $mean = ($each | Microsoft.PowerShell.Utility\\Measure-Object -Average).Average
    $spread = [math]::Sqrt(($each.ForEach({ ($_ - $mean) * ($_ - $mean) }) | Microsoft.PowerShell.Utility\\Measure-Object -Average).Average)
    $shown = foreach ($seconds in $mean, $spread) {
        $unit = switch ($seconds) { { $_ -ge 1 } { 1, 's'; break } { $_ -ge 1e-3 } { 1e3, 'ms'; break } { $_ -ge 1e-6 } { 1e6, 'μs'; break } default { 1e9, 'ns' } }
        [string]::Format([cultureinfo]::InvariantCulture, '{0:G3} {1}', $seconds * $unit[0], $unit[1])
    }
    "$($shown[0]) ± $($shown[1]) per loop (mean ± std. dev. of $Runs run$(if ($Runs -gt 1) { 's' }), $Loops loop$(if ($Loops -gt 1) { 's' }) each)"
} ([scriptblock]::Create('%TEXT%')) %LOOPS% %RUNS%"""  # noqa: E501


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%timeit: {message}.", f"Write: {USAGE}")


def timed(line: str, body: str = "") -> str:
    """PowerShell that times what a line, or a cell below it, holds. Raises UsageError for what it does not take."""
    parser = _Parser(add_help=False)
    parser.add_argument("-n", type=int, default=0)
    parser.add_argument("-r", type=int, default=RUNS)
    words, rest = [], line.strip()
    while rest.startswith(("-n", "-r")):
        word, _, rest = rest.partition(" ")
        words.append(word)
        if word in ("-n", "-r"):
            value, _, rest = rest.strip().partition(" ")
            words.append(value)
        rest = rest.strip()
    told = parser.parse_args(words)
    text = "\n".join(part for part in (rest, body) if part.strip())
    if not text.strip():
        raise UsageError("%timeit needs what to time.", f"Write: {USAGE}")
    quoted = text.replace("'", "''")
    return _SCRIPT.replace("%LOOPS%", str(told.n)).replace("%RUNS%", str(max(1, told.r))).replace("%TEXT%", quoted)
