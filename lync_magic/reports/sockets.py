"""How a report's kernel is spoken to: over sockets in a folder of its own, where the system and the kernel have such.

Over TCP the ports are chosen before the kernel takes them, and where several kernels start at once one of them may find
its port taken and end. Files in a folder of one's own are nobody else's, and no other user of the machine reaches them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

LONGEST_NAME: Final = 90
"""Bytes of a socket's path; systems take 104 to 108, and each channel's number is put behind."""
_ABLE: Final = ("ipykernel", "ipykernel_launcher", "lync_magic.kernel")
"""The kernels that are known to take such sockets, by the module that starts them."""
_LOCAL: Final = "local-provisioner"


def use_files(manager: Any, folder: Path) -> None:
    """Have a kernel that was not started yet be spoken to over files in this folder; over TCP where that cannot be."""
    spec = manager.kernel_spec
    place = folder / "kernel"
    where = spec.metadata.get("kernel_provisioner", {}).get("provisioner_name", _LOCAL)
    if os.name != "posix" or manager.transport != "tcp" or where != _LOCAL:
        return
    if not set(_ABLE) & set(spec.argv) or len(os.fsencode(place)) > LONGEST_NAME:
        return
    manager.transport = "ipc"
    manager.cache_ports = False
    manager.connection_file = str(place.with_suffix(".json"))
    manager.ip = str(place)
