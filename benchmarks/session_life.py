"""What holding a session costs: its heartbeat, and a connect, an import and 100 calls beside pypsrp on one sandbox.

    python benchmarks/session_life.py [SECONDS]

SECONDS: how long an idle session is watched (default 120).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

import lync_magic
from lync_magic.sessions import sandbox

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
CALLS = 100
ROUNDS = 5


def ours() -> tuple[float, int]:
    """Seconds and requests for connect, import and the calls."""
    start = time.perf_counter()
    with lync_magic.connect(USER, password=PASSWORD) as lync:
        for _ in range(CALLS):
            lync.Get_CsTenant()
        return time.perf_counter() - start, lync.http_requests


def theirs() -> tuple[float, int]:
    """The same by pypsrp, which discovers nothing and imports the names only."""
    assert sandbox.address is not None
    place = urlsplit(sandbox.address.https)
    start = time.perf_counter()
    wsman = WSMan(
        place.hostname, port=place.port, path="OcsPowershell", auth="basic", username=USER, password=PASSWORD,
        cert_validation=sandbox.address.ca,
    )  # fmt: skip
    count = 0
    send = wsman.transport.send

    def counted(message: bytes, **options: object) -> bytes:
        nonlocal count
        count += 1
        return bytes(send(message, **options))

    wsman.transport.send = counted
    with wsman, RunspacePool(wsman) as pool:
        names = PowerShell(pool)
        names.add_cmdlet("Get-Command").add_cmdlet("Select-Object").add_parameter("Property", ["Name", "CommandType"])
        names.invoke()
        for _ in range(CALLS):
            call = PowerShell(pool)
            call.add_cmdlet("Get-CsTenant")
            call.invoke()
        return time.perf_counter() - start, count


def best(work: Callable[[], tuple[float, int]]) -> tuple[float, int]:
    return min(work() for _ in range(ROUNDS))


def idle(seconds: float) -> tuple[float, float]:
    """Requests a minute, and CPU milliseconds a minute, of a session that nobody uses."""
    with lync_magic.connect(USER, password=PASSWORD, idle=None) as lync:
        time.sleep(20)  # until the heartbeat has begun
        requests, cpu, start = lync.http_requests, time.process_time(), time.monotonic()
        time.sleep(seconds)
        minutes = (time.monotonic() - start) / 60
        return (lync.http_requests - requests) / minutes, (time.process_time() - cpu) * 1000 / minutes


def main() -> None:
    sandbox.start()
    try:
        mine, other = best(ours), best(theirs)
        print(f"connect, import, {CALLS} calls: {mine[0]:.2f} s, {mine[1]} requests")
        print(f"the same by pypsrp:             {other[0]:.2f} s, {other[1]} requests (ratio {other[0] / mine[0]:.2f})")
        requests, cpu = idle(float(sys.argv[1]) if len(sys.argv) > 1 else 120)
        print(f"an idle session: {requests:.1f} requests and {cpu:.0f} ms of CPU a minute")
    finally:
        sandbox.stop()


if __name__ == "__main__":
    main()
