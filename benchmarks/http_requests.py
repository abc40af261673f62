"""How many HTTP requests the main job takes, against the sandbox tenant.

python benchmarks/http_requests.py
"""

from __future__ import annotations

import lync_magic
from lync_magic.sessions import sandbox


def main() -> None:
    address = sandbox.start()
    with lync_magic.connect(
        "kenmyer@litwareinc.com",
        password="p@ssw0rd!",
        ca=address.ca,
        override_discovery_uri=address.http,
    ) as lync:
        opened = lync.http_requests
        lync.Get_CsTenant()
        after = lync.http_requests
        names = len(lync.commands or ())
    print("| step | HTTP requests |")
    print("|---|---|")
    print(f"| discover, connect, import {names} commands | {opened} |")
    print(f"| one command | {after - opened} |")
    sandbox.stop()


if __name__ == "__main__":
    main()
