"""Get-CsOnlineUser of a large tenant to a pandas DataFrame, over WSMan against the sandbox: lync_magic and pypsrp.

    python benchmarks/end_to_end.py [USERS]

The sandbox prepares each object once; a first listing, not counted, has it do so. The two take turns, since one listing
by pypsrp takes a minute, in which the machine may change its speed; of all runs of each the median counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urlsplit

import pandas as pd
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

import lync_magic
from lync_magic.sessions import SandboxAddress, sandbox

ROUNDS = 3

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"


def by_lync_magic(address: SandboxAddress) -> pd.DataFrame:
    """Connect, list, and make a DataFrame."""
    with lync_magic.connect(
        USER, password=PASSWORD, uri=f"{address.https}/OcsPowershell", auth="basic", ca=address.ca, commands=("Get-*",)
    ) as lync:
        frame: pd.DataFrame = lync.Get_CsOnlineUser().to_pandas()
        return frame


def by_pypsrp(address: SandboxAddress) -> pd.DataFrame:
    """The same with pypsrp."""
    place = urlsplit(address.https)
    wsman = WSMan(
        place.hostname,
        port=place.port,
        path="OcsPowershell",
        username=USER,
        password=PASSWORD,
        auth="basic",
        ssl=True,
        cert_validation=address.ca,
    )
    with wsman, RunspacePool(wsman) as pool:
        shell = PowerShell(pool)
        shell.add_cmdlet("Get-CsOnlineUser")
        found = shell.invoke()
        return pd.DataFrame([{**one.adapted_properties, **one.extended_properties} for one in found])


def seconds(run: Callable[[SandboxAddress], pd.DataFrame], address: SandboxAddress, users: int) -> float:
    """How long one run takes, checked for its shape."""
    start = time.perf_counter()
    frame = run(address)
    taken = time.perf_counter() - start
    assert len(frame) == users, len(frame)
    return taken


def main() -> None:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    address = sandbox.start(["--users", str(users)])
    seconds(by_lync_magic, address, users)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours += [seconds(by_lync_magic, address, users) for _ in range(3)]
        theirs.append(seconds(by_pypsrp, address, users))
        ours += [seconds(by_lync_magic, address, users) for _ in range(3)]
    print(f"| Get-CsOnlineUser, {users:,} users of 84 properties, to a DataFrame | seconds | times pypsrp |")
    print("|---|---:|---:|")
    print(f"| pypsrp (median of {len(theirs)}) | {median(theirs):.1f} | 1.0 |")
    print(f"| lync_magic (median of {len(ours)}) | {median(ours):.2f} | {median(theirs) / median(ours):.1f} |")
    sandbox.stop()


if __name__ == "__main__":
    main()
