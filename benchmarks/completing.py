"""How long Tab takes in a real kernel: in our text, and in the same kernel's Python; the first time and afterwards.

The reference is IPython's own completion, which answered in `%lync` lines before: `import o` searches modules, `os.`
asks its evaluator. Asked as a notebook asks, over the sockets of a kernel. `python benchmarks/completing.py`
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from jupyter_client.manager import KernelManager

TIMES = 30
PAUSE = 3.0
"""Seconds between loading the extension and the first Tab: somebody types meanwhile."""
FIRST = (("ours, first", "%lync c"), ("Python, first", "import o"))
ROWS = (
    ("verbs", "%lync "),
    ("options", "%lync connect --"),
    ("commands", "%lync Get-Cs"),
    ("parameters", "%lync Get-CsOnlineUser -"),
    ("properties of $_", "%%lync\n$users | Where-Object { $_."),
    ("types", "%%lync\n[System."),
    ("a call's parameters", "Get_CsOnlineUser("),
    ("a record's properties", "users[0]."),
    ("Python: a module's members", "os."),
    ("Python: modules", "import o"),
)


def kernel() -> tuple[KernelManager, Callable[[str], float], Callable[[str], None]]:
    """A kernel with the extension: what ends it, what times a Tab, what runs a cell."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)

    def tab(code: str) -> float:
        began = time.perf_counter()
        client.complete(code, len(code), reply=True, timeout=60)
        return time.perf_counter() - began

    def run(code: str) -> None:
        reply = client.execute_interactive(code, output_hook=lambda _message: None, timeout=120)
        assert reply["content"]["status"] == "ok", reply["content"]

    run("%load_ext lync_magic")
    return manager, tab, run


def main() -> None:
    print("| the first Tab of a kernel | ms |\n|---|---:|")
    for name, code in FIRST:
        times = []
        for _ in range(3):
            manager, tab, _run = kernel()
            time.sleep(PAUSE)
            times.append(tab(code))
            manager.shutdown_kernel(now=True)
        print(f"| {name} | {min(times) * 1000:.0f} |")
    manager, tab, run = kernel()
    run("import os; os.environ['P'] = 'p@ssw0rd!'\n%lync connect kenmyer@litwareinc.com --env P")
    run("users = %lync Get-CsOnlineUser -ResultSize 50")
    # As many commands as a server has: the names alone count here.
    run(
        "from lync_magic.importing import modules, RemoteCommand\n"
        "m = list(modules)[0]; c = next(iter(m.commands.values()))\n"
        "more = {f'get-cs{n}thing': RemoteCommand(m.session, f'Get-Cs{n}Thing', f'Get-Cs{n}Thing', c._details, m.name)"
        " for n in range(1499)}\n"
        "m.commands = {**m.commands, **more}"
    )
    print("\n| a later Tab, 1,544 commands imported | median ms | slowest of 30 |\n|---|---:|---:|")
    for name, code in ROWS:
        tab(code)
        times = [tab(code) * 1000 for _ in range(TIMES)]
        print(f"| {name} | {statistics.median(times):.1f} | {max(times):.1f} |")
    manager.shutdown_kernel()


if __name__ == "__main__":
    main()
