"""Tapes: what recording costs live use, how much faster than live a replay is, and in how much memory a large tape is
made and replayed.

    python benchmarks/tapes.py [OBJECTS]

Live is asked three ways, since what a replay saves is the server's time: a sandbox that takes the time of a real server
for each command (29 ms: what PowerShell takes to describe one over the network's shortest way); a real PowerShell 7 in
a process of its own that writes the same users, where there is one (LYNC_MAGIC_PWSH, or on PATH); and a sandbox that
has every object ready in its memory, which is no server's case, and shows what reading alone takes. Each is listed
plainly, recorded, and replayed from that tape, in turn; connecting is counted, and of a tape its close too, where it is
searched again. Of the processor, the client's own seconds alone are told, for the three in turn. Memory: how far the
resident memory of a process grows at its peak, from where it stood with the packages loaded, while that many objects
are streamed and recorded, and while they are replayed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import lync_magic
from lync_magic.errors import LyncError
from lync_magic.local_powershell import local_server
from lync_magic.psrp import Pipeline
from lync_magic.sessions import Session
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.tapes import Tape, shelf

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
USERS, FROM_POWERSHELL, COMMANDS, ROUNDS, MANY = 20_000, 3_000, 100, 3, 1_000_000
COMMAND_SECONDS = 0.029
LIST = Pipeline.of("Get-CsOnlineUser")
ONE = Pipeline.of("Get-CsTenant")
WRITE = """\
$user = Import-Clixml -LiteralPath '%s'
foreach ($number in 1..%d) { $one = $user.PSObject.Copy(); $one.DisplayName = "User $number"; $one }
"""
MIB = 1024

Connect = Callable[..., Session]
Ask = Callable[[Session], None]


def main() -> None:
    if len(sys.argv) > 2:
        print(*MEASURES[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
        return
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY  # 0: no large tape
    with tempfile.TemporaryDirectory() as name, tenant("--users", str(USERS)) as place:
        folder = Path(name)
        print(
            f"| seconds (median of {ROUNDS}) | live | recorded | replayed | recorded / live | live / replayed "
            "| of the client's processor |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|")
        with tenant("--users", "10", "--delay", str(COMMAND_SECONDS)) as slow:
            measure(f"{COMMANDS} commands, {COMMAND_SECONDS * 1000:.0f} ms each", sandboxed(slow), asked, folder / "c")
        program = powershell()
        if program:
            first = one_user(place, folder)
            script = Pipeline.script(WRITE % (first, FROM_POWERSHELL))
            name = f"{FROM_POWERSHELL:,} users of 84 properties, from PowerShell 7"
            measure(name, local(program), lambda session: listed(session, script, FROM_POWERSHELL), folder / "p")
        tape = folder / "s"
        name = f"{USERS:,} users of 84 properties, ready in the server's memory"
        measure(name, sandboxed(place), lambda session: listed(session, LIST, USERS), tape)
        with Tape(tape) as opened:
            answer = next(one for one in opened.entries if one.objects == USERS)
            raw = sum(len(message.data) for message in opened.messages(answer))
        print(f"\nThe last tape: {tape.stat().st_size / 1e6:.1f} MB of {raw / 1e6:.0f} MB.\n")
        if not many:
            return
        large = folder / "large.tape"
        print(f"| {many:,} objects streamed | seconds | peak growth, MiB |\n|---|---:|---:|")
        for measured_as in MEASURES:
            print(f"| {measured_as} | {measured(measured_as, large, many, place)} |", flush=True)
        print(f"\nThe tape: {large.stat().st_size / 1e6:.0f} MB.")


# --- who is asked --------------------------------------------------------------------------------------------------


@contextmanager
def tenant(*words: str) -> Iterator[list[str]]:
    """A sandbox: its address, and its authority."""
    process = SandboxProcess(words)
    try:
        yield [process.address.https, str(process.address.ca)]
    finally:
        process.stop()


def sandboxed(place: list[str]) -> Connect:
    """Connects to a sandbox, or to a tape of it."""

    def connect(**how: object) -> Session:
        where = {} if "replay" in how else {"uri": f"{place[0]}/OcsPowershell", "auth": "basic", "ca": place[1]}
        return lync_magic.connect(USER if where else "", password=PASSWORD, commands=(), **where, **how)

    return connect


def local(program: list[str]) -> Connect:
    """Connects to a PowerShell in a process of its own, or to a tape of it."""

    def connect(**how: object) -> Session:
        where = {} if "replay" in how else {"process": program}
        return lync_magic.connect(commands=(), **where, **how)

    return connect


def powershell() -> list[str]:
    """How this machine's PowerShell is started; nothing where there is none."""
    try:
        return local_server()
    except LyncError:
        return []


def one_user(place: list[str], folder: Path) -> Path:
    """A user as PowerShell reads it from a file."""
    with sandboxed(place)() as session:
        user = next(each for batch in session.stream_raw(LIST) for each in batch).decode()
    path = folder / "user.clixml"
    xmlns = "http://schemas.microsoft.com/powershell/2004/04"
    path.write_text(f'<Objs Version="1.1.0.1" xmlns="{xmlns}">{user}</Objs>', "utf-8")
    return path


# --- what is asked -------------------------------------------------------------------------------------------------


def asked(session: Session) -> None:
    """Many small commands."""
    for _ in range(COMMANDS):
        session.run(ONE)


def listed(session: Session, pipeline: Pipeline, count: int) -> None:
    """One listing, read to its end."""
    assert len(session.run(pipeline)) == count


def measure(name: str, connect: Connect, ask: Ask, tape: Path) -> None:
    """Live, recorded and replayed, in turn."""

    def seconds(**how: object) -> tuple[float, float]:
        start, busy = time.perf_counter(), time.process_time()
        with connect(**how) as session:
            ask(session)
        shelf.forget()
        return time.perf_counter() - start, time.process_time() - busy

    seconds()
    rounds = [(seconds(), seconds(record=tape, mode="rewrite"), seconds(replay=tape)) for _ in range(ROUNDS)]
    (plain, own), (recorded, own_recorded), (replayed, own_replayed) = (
        [median(column) for column in zip(*times, strict=True)] for times in zip(*rounds, strict=True)
    )
    figures = f"{plain:.2f} | {recorded:.2f} | {replayed:.2f} | {recorded / plain:.2f} | {plain / replayed:.1f}"
    print(f"| {name} | {figures} | {own:.2f}, {own_recorded:.2f}, {own_replayed:.2f} |", flush=True)


def streamed(many: int, place: list[str], **how: object) -> tuple[str, str, str]:
    """Seconds, and how far the memory grew at its peak, while so many objects came."""
    before, start, came = peak(), time.perf_counter(), 0
    with sandboxed(place)(**how) as session:
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
