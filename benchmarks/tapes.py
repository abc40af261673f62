"""Tapes: what recording costs live use, and how fast and in how much memory a large tape is made and replayed.

    python benchmarks/tapes.py [OBJECTS]

Cost: the same listing of a sandbox tenant with and without a tape, in turn. Replay: the same listing from the tape,
beside a person's usual way of repeating a report, which is to ask the tenant again. Memory: how far the resident memory
of a process grows at its peak, from where it stood with the packages loaded, while that many objects are streamed and
recorded, and while they are replayed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import lync_magic
from lync_magic.psrp import Pipeline
from lync_magic.sessions import Session, sandbox
from lync_magic.tapes import Tape, shelf

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
USERS, ROUNDS, MANY = 20_000, 5, 1_000_000
LIST = Pipeline.of("Get-CsOnlineUser")
MIB = 1024


def main() -> None:
    if len(sys.argv) > 2:
        print(*MEASURES[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
        return
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    address = sandbox.start(["--users", str(USERS)])
    place = [address.https, str(address.ca)]
    with tempfile.TemporaryDirectory() as folder:
        tape = Path(folder) / "some.tape"
        listed(place)
        plain, recorded, replayed = [], [], []
        for _ in range(ROUNDS):
            plain.append(listed(place))
            recorded.append(listed(place, record=tape, mode="rewrite"))
            shelf.forget()
            replayed.append(listed(place, replay=tape))
        with Tape(tape) as opened:
            answer = next(one for one in opened.entries if one.objects == USERS)
            raw = sum(len(message.data) for message in opened.messages(answer))
        print(f"| Get-CsOnlineUser, {USERS:,} users of 84 properties (median of {ROUNDS}) | seconds | times live |")
        print("|---|---:|---:|")
        for name, times in (("live", plain), ("live, recorded", recorded), ("replayed", replayed)):
            print(f"| {name} | {median(times):.2f} | {median(times) / median(plain):.2f} |")
        print(f"\nThe tape: {tape.stat().st_size / 1e6:.1f} MB of {raw / 1e6:.0f} MB.\n")
        large = Path(folder) / "large.tape"
        print(f"| {many:,} objects streamed | seconds | peak growth, MiB |\n|---|---:|---:|")
        for name in MEASURES:
            print(f"| {name} | {measured(name, large, many, place)} |", flush=True)
        print(f"\nThe tape: {large.stat().st_size / 1e6:.0f} MB.")
    sandbox.stop()


def connected(place: list[str], **how: object) -> Session:
    """A session on the sandbox, or on a tape."""
    where = {} if "replay" in how else {"uri": f"{place[0]}/OcsPowershell", "auth": "basic", "ca": place[1]}
    return lync_magic.connect(USER if where else "", password=PASSWORD, commands=(), **where, **how)


def listed(place: list[str], **how: object) -> float:
    """Seconds of one listing, read to its end; of a tape also its close, where it is searched again."""
    start = time.perf_counter()
    with connected(place, **how) as session:
        assert len(session.run(LIST)) == USERS
    return time.perf_counter() - start


def streamed(many: int, place: list[str], **how: object) -> tuple[str, str, str]:
    """Seconds, and how far the memory grew at its peak, while so many objects came."""
    before, start, came = peak(), time.perf_counter(), 0
    with connected(place, **how) as session:
        while came < many:
            for batch in session.stream(LIST):
                came += len(batch)
    return f"{time.perf_counter() - start:.1f}", "|", f"{(peak() - before) / MIB:.0f}"


def peak() -> int:
    """KiB that the process had in memory at most; what it inherited of the program that started it does not count."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def measured(name: str, tape: Path, many: int, place: list[str]) -> str:
    """A measurement in a process of its own."""
    command = [sys.executable, __file__, name, str(tape), str(many), *place]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


MEASURES: dict[str, Callable[[Path, int, list[str]], tuple[str, str, str]]] = {
    "live": lambda tape, many, place: streamed(many, place),
    "live, recorded": lambda tape, many, place: streamed(many, place, record=tape, mode="rewrite"),
    "replayed": lambda tape, many, place: streamed(many, place, replay=tape),
}


if __name__ == "__main__":
    main()
