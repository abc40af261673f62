"""Asking many tenants: `fan_out` on threads beside the slowest tenant alone, and beside one after the other.

    python benchmarks/fan_out.py [TENANTS] [--serial]

Each tenant is a sandbox of its own that takes its time for each object, as a service does, and some more than others.
The slowest alone and all together are asked in turn, three times; with --serial, once, one after the other, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from statistics import median
from typing import Any

import lync_magic

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
USERS, DELAY, ROUNDS = 25, 0.1, 3


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--serial"]
    tenants = int(words[0]) if words else 20
    os.environ["FAN_OUT_PASSWORD"] = PASSWORD
    with ExitStack() as servers:
        targets = [started(servers, number, DELAY * (1 + number % 4)) for number in range(tenants)]
        slowest = targets[min(3, tenants - 1)]
        asked(targets)  # a first listing, not counted, has each make its objects
        times = [(asked([slowest]), asked(targets)) for _ in range(ROUNDS)]
        serial = sum(asked([target]) for target in targets) if "--serial" in sys.argv else 0.0
    alone, together = (median(column) for column in zip(*times, strict=True))
    print(f"| Get-CsOnlineUser of {tenants} tenants, {USERS} users each | seconds | times the slowest alone |")
    print("|---|---:|---:|")
    if serial:
        print(f"| one after the other | {serial:.1f} | {serial / alone:.2f} |")
    print(f"| the slowest alone (median of {ROUNDS}) | {alone:.1f} | 1.00 |")
    print(f"| fan_out, threads (median of {ROUNDS}) | {together:.1f} | {together / alone:.2f} |")


def started(servers: ExitStack, number: int, delay: float) -> dict[str, Any]:
    """A sandbox tenant, as a target."""
    program = [sys.executable, "-m", "lync_magic.sandbox", "--announce"]
    program += ["--users", str(USERS), "--delay", str(delay)]
    process = servers.enter_context(subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    assert process.stdin is not None
    assert process.stdout is not None
    servers.callback(process.stdin.close)
    served = json.loads(process.stdout.readline())
    where = {"uri": f"{served['https']}/OcsPowershell", "auth": "basic", "ca": str(served["ca"])}
    return {"name": f"tenant{number}", "user_name": USER, "env": "FAN_OUT_PASSWORD", **where}


def asked(targets: list[dict[str, Any]]) -> float:
    """Seconds until all have answered."""
    start = time.perf_counter()
    assert len(lync_magic.fan_out("Get-CsOnlineUser", targets)) == USERS * len(targets)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
