"""What `%load_ext lync_magic` adds to the start of IPython, against IPython alone, process by process in turn.

python benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

BARE = "from IPython.core.interactiveshell import InteractiveShell as S; s = S.instance()"
LOADED = f"{BARE}; s.run_line_magic('load_ext', 'lync_magic')"


def seconds(code: str) -> float:
    """Wall time of one Python process that runs `code`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seconds(BARE), seconds(LOADED)
    pairs = [(seconds(BARE), seconds(LOADED)) for _ in range(runs)]
    bare = statistics.median(first for first, _ in pairs)
    added = statistics.median(second - first for first, second in pairs)
    ratio = statistics.median(second / first for first, second in pairs)
    print("| start of IPython | seconds |")
    print("|---|---|")
    print(f"| bare | {bare:.3f} |")
    print(f"| with `%load_ext lync_magic`, added | {added * 1000:.0f} ms (ratio {ratio:.2f}, {runs} pairs) |")


if __name__ == "__main__":
    main()
