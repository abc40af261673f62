"""An import of 1,499 commands: ours, and that of a client that asks for everything first, as Import-PSSession does.

    python benchmarks/import.py

A sandbox tenant of all documented cmdlets takes the measured 29 ms to describe a command, over HTTPS. Ours is usable
when the names are there; the other asks GET_COMMAND_METADATA for all before it makes its functions.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import tracemalloc
from typing import Final

from end_to_end import PASSWORD, USER

import lync_magic
from lync_magic.importing import import_session
from lync_magic.sessions import Session, sandbox

DELAY: Final = "0.029"
TABS: Final = 200


def connected(address: object) -> Session:
    """A session with nothing imported."""
    https, ca = address.https, address.ca  # type: ignore[attr-defined]
    return lync_magic.connect(
        USER, password=PASSWORD, uri=f"{https}/OcsPowershell", auth="basic", ca=ca, commands=(), timeout=120
    )


def main() -> None:
    os.environ["LYNC_MAGIC_CACHE"] = tempfile.mkdtemp()
    address = sandbox.start(["--edition", "all", "--metadata-delay", DELAY])
    try:
        with connected(address) as lync:
            before, start = lync.http_requests, time.perf_counter()
            module = import_session(lync)
            took, requests = time.perf_counter() - start, lync.http_requests - before
            start = time.perf_counter()
            lync.Get_CsTenant()
            first = time.perf_counter() - start
            before, start = lync.http_requests, time.perf_counter()
            lync.New_CsVoiceRoute.details()
            unknown, asked = time.perf_counter() - start, lync.http_requests - before
            times = []
            for _ in range(TABS):
                start = time.perf_counter()
                lync.New_CsVoiceRoute.__signature__  # noqa: B018 - what a Tab looks at
                times.append(time.perf_counter() - start)
        with connected(address) as lync:
            tracemalloc.start()
            base, _ = tracemalloc.get_traced_memory()
            module = import_session(lync)
            kept = tracemalloc.get_traced_memory()[0] - base
            tracemalloc.stop()
        with connected(address) as lync:
            start = time.perf_counter()
            described = len(lync.metadata(["*"], timeout=300)) - 1
            theirs = time.perf_counter() - start
        with connected(address) as lync:
            import_session(lync)
            start = time.perf_counter()
            lync.New_CsVoiceRoute.details()
            again = time.perf_counter() - start
    finally:
        sandbox.stop()
    print(f"| {len(module.commands):,} commands, 29 ms each to describe | seen |")
    print("|---|---:|")
    print(f"| **imported and usable** | {took:.2f} s, {requests} HTTP requests |")
    print(f"| a client that asks for all of them first ({described:,} described) | {theirs:.1f} s |")
    print(f"| times | {theirs / took:.0f} |")
    print(f"| the first call | {first * 1000:.0f} ms |")
    print(f"| memory of the functions | {kept / 2**20:.2f} MiB |")
    print(
        f"| Tab on a command of which nothing is known | {unknown * 1000:.0f} ms, {asked} HTTP requests: one pipeline |"
    )
    print(f"| Tab on one that is known (median of {TABS}) | {statistics.median(times) * 1000:.2f} ms |")
    print(f"| the same command in the next session | {again * 1000:.2f} ms |")


if __name__ == "__main__":
    main()
