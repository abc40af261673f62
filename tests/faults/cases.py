"""One case: a session through the proxy that does harm, with one fault in one phase, and what may come of it.

    python cases.py FIRST COUNT

runs the cases of these seeds, each with the same client, proxy and server, and prints one line of JSON a case: the
fault, what was met, what came of each phase, and `wrong`, which is empty where every promise was kept:

- the effect of a command that changes something happens once, and where it is not known, the error is CommandInDoubt;
- a result is whole, or it is an error; what is raised is of our hierarchy;
- nothing waits beyond its deadline; the session works again once the fault is over;
- no seat is left, by the server's own list, when the lease is over; no thread, socket or descriptor is left here.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import proxy

import lync_magic
from lync_magic.errors import CommandInDoubt, LyncError
from lync_magic.sessions import SandboxAddress, Session, Target, as_credential, registry
from lync_magic.sessions import connect as connect_to

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"
USERS = 300
VALUES = [f"value {number} {'x' * 200}" for number in range(1500)]
TIMEOUT = 3.0
"""Seconds for a connect and for a command that meets the fault; a close gets a third."""
PATIENCE = 30.0
"""Seconds for what meets no fault, however busy the machine is."""
SLACK = 12.0
"""What a call may take more, on a machine that is busy: what has no end takes longer than that."""
LEASE = 60.0
LEFT_SECONDS = 12.0
"""How long threads, sockets and the last try to close may take to go away."""
OWN_THREADS = ("lync_magic exit",)
"""Threads of the process, not of a session."""
STAGES = {
    "connect": {"discovery": 1, "create": 1, "receive": 2, "command": 1, "signal": 1, "tcp": 1},
    "change": {"command": 1, "receive": 1, "signal": 1, "tcp": 1},
    "read": {"command": 1, "receive": 4, "signal": 1, "tcp": 1},
    "feed": {"command": 1, "send": 2, "receive": 1, "tcp": 1},
    "stop": {"receive": 1, "signal": 2, "tcp": 1},
    "close": {"delete": 1, "tcp": 1},
}
"""The phases of a case, what is asked for in each, and how often at least."""
TCP_KINDS = ("cut", "reset", "stall", "long-stall", "black-hole", "drip", "flip")
BYTES = {("read", True): 100_000, ("feed", False): 100_000}
"""How many bytes of a direction a phase needs at least, where they are many."""


@dataclass
class Verdict:
    """What came of one case. outcomes: for each phase "done" or the name of what was raised."""

    seed: int
    phase: str
    fault: dict[str, Any]
    met: str | None = None
    outcomes: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


def plan(seed: int) -> tuple[str, dict[str, Any]]:
    """The phase and the fault of a seed."""
    chance = random.Random(seed)
    phase = chance.choice(list(STAGES))
    stage = chance.choice(list(STAGES[phase]))
    if stage == "tcp":
        from_server = chance.random() < (0.3 if phase == "feed" else 0.7)
        far = BYTES.get((phase, from_server), 600)
        kind, offset = chance.choice(TCP_KINDS), int(far ** chance.random())
        return phase, proxy.Fault(stage, kind=kind, offset=offset, from_server=from_server)._asdict()
    # Input that an intermediary sends a second time is input twice, for any server: nothing shows it to a client.
    kind = chance.choice([one for one in proxy.KINDS if stage != "send" or one not in ("twice", "swallow")])
    before = chance.random() < 0.4 and kind not in ("duplicate", "twice", "swallow", "replay", "drip")
    places = proxy.PLACES if kind != "flip" else ("status", "headers", "envelope")  # no one can tell a changed value
    nth = chance.randint(1, STAGES[phase][stage])
    return phase, proxy.Fault(stage, nth, kind, before, chance.choice(places))._asdict()


class Told:
    """A server or a proxy in a process of its own, which is told things and answers."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.announced: dict[str, Any] = json.loads(self._line())

    def tell(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self._line()))

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


class Bench:
    """The server, the proxy, and this process as it was before the first case."""

    def __init__(self) -> None:
        self.server = Told(
            *("-m", "lync_magic.sandbox", "--announce", "--users", str(USERS)),
            *("--seats-administrator", "50", "--seats-tenant", "90"),
        )
        told = self.server.announced
        ports = [str(urlsplit(told[name]).port) for name in ("https", "http")]
        self.proxy = Told(str(Path(proxy.__file__)), "--port", ports[0], "--http-port", ports[1], "--ca", told["ca"])
        self.threads, self.descriptors = self.held()

    def begin(self) -> None:
        """What a first session brings that stays is none of a case's."""
        self.connect("create", PATIENCE).close(PATIENCE)
        time.sleep(0.5)
        self.threads, self.descriptors = self.held()

    def held(self) -> tuple[set[str], int]:
        """The threads of sessions, and how many descriptors are open."""
        gc.collect()
        names = {thread.name for thread in threading.enumerate() if thread.name.startswith("lync_magic ")}
        descriptors = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        return names.difference(OWN_THREADS), descriptors

    def seats(self) -> int:
        return len(self.server.tell("seats")["seats"])

    def runs(self, domain: str) -> int:
        """How often the command with this parameter was run."""
        journal = self.server.tell("journal")["journal"]
        return sum(entry["parameters"].get("Domain") == domain for entry in journal)

    def connect(self, stage: str, timeout: float) -> Session:
        """A session on the way that the fault lies on."""
        told, ways = self.server.announced, self.proxy.announced
        if stage == "discovery":
            address = SandboxAddress(
                told["https"], f"http://localhost:{ways['http']}", told["ca"], tuple(told["domains"])
            )
            return connect_to(
                Target(user_name=USER), as_credential(USER, PASSWORD), sandbox=_At(address), timeout=timeout
            )
        port, ca = (ways["tcp"], told["ca"]) if stage == "tcp" else (ways["https"], ways["ca"])
        uri = f"https://localhost:{port}/OcsPowershellLiveId"
        return lync_magic.connect(USER, password=PASSWORD, uri=uri, ca=ca, auth="basic", timeout=timeout)

    def close(self) -> None:
        self.proxy.close()
        self.server.close()


class _At:
    """A sandbox that runs already, at an address of its own."""

    def __init__(self, address: SandboxAddress) -> None:
        self.address = address

    def start(self, options: object = ()) -> SandboxAddress:
        return self.address


class Case:
    """One seed's."""

    def __init__(self, bench: Bench, seed: int) -> None:
        phase, fault = plan(seed)
        self.verdict = Verdict(seed, phase, fault)
        self._bench = bench
        self._domain = f"case{seed}.contoso.com"
        self._session: Session | None = None
        self._timeout = TIMEOUT

    def run(self) -> Verdict:
        """Every phase in turn, the fault in its own; then what must be left is looked at."""
        began = time.monotonic()
        phases: dict[str, Callable[[], None]] = {
            "connect": self._connect,
            "change": self._change,
            "read": self._read,
            "feed": self._feed,
            "stop": self._stop,
        }
        for name, act in phases.items():
            self._phase(name, act)
        self._phase("close", self._close)
        self._look_at_what_is_left()
        self.verdict.seconds = round(time.monotonic() - began, 2)
        return self.verdict

    def _phase(self, name: str, act: Callable[[], None]) -> None:
        if name != "connect" and self._session is None:
            return
        faulty = name == self.verdict.phase
        self._timeout = TIMEOUT if faulty else PATIENCE
        if faulty:
            self._bench.proxy.tell(json.dumps(self.verdict.fault))
        began = time.monotonic()
        self.verdict.outcomes[name] = self._outcome(name, act, faulty)
        took = time.monotonic() - began
        if took > self._timeout + SLACK:
            self._wrong(f"{name} took {took:.0f} s")
        if faulty:
            self.verdict.met = self._bench.proxy.tell("{}")["fired"]

    def _outcome(self, name: str, act: Callable[[], None], faulty: bool) -> str:
        try:
            act()
        except LyncError as error:
            if not faulty and name != "close":
                self._wrong(f"{name}, after the fault, failed: {type(error).__name__}: {error.message}")
            return f"{type(error).__name__}: {error.message}"
        except BaseException as error:  # noqa: BLE001 - that it is none of ours is what is looked for
            self._wrong(f"{name} raised {type(error).__name__}: {error}")
            return type(error).__name__
        return "done"

    def _wrong(self, what: str) -> None:
        self.verdict.wrong.append(what)

    # --- phases -----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        stage = self.verdict.fault["stage"] if self.verdict.phase == "connect" else "create"
        if self.verdict.fault["stage"] == "tcp":
            stage = "tcp"
        self._session = self._bench.connect(stage, self._timeout)

    @property
    def _open(self) -> Session:
        assert self._session is not None
        return self._session

    def _change(self) -> None:
        pipeline = lync_magic.Pipeline(
            (lync_magic.Command("New-CsEdgeDomainPattern", (lync_magic.Argument("Domain", self._domain),)),)
        )
        try:
            self._open.run(pipeline, timeout=self._timeout)
        except CommandInDoubt:
            self._must_have_run(0, 1)
            raise
        except LyncError:
            self._must_have_run(0)
            raise
        self._must_have_run(1)

    def _must_have_run(self, *times: int) -> None:
        time.sleep(0.05)
        ran = self._bench.runs(self._domain)
        if ran not in times:
            self._wrong(f"a command that may have run {' or '.join(map(str, times))} times ran {ran} times")

    def _read(self) -> None:
        records = self._open.run("Get-CsOnlineUser", timeout=self._timeout)
        found = len({record.Identity for record in records})
        if (len(records), found) != (USERS, USERS):
            self._wrong(f"{len(records)} records came of {USERS}, {found} of them different")

    def _feed(self) -> None:
        got = self._open.run("Select-Object", input=VALUES, timeout=self._timeout)
        if [str(one) for one in got] != VALUES:
            self._wrong(f"{len(got)} values came back of {len(VALUES)}, or others")

    def _stop(self) -> None:
        with contextlib.closing(self._open.stream("Get-CsOnlineUser", timeout=self._timeout)) as stream:
            next(iter(stream))

    def _close(self) -> None:
        self._open.close(timeout=self._timeout / 3)

    # --- what is left -----------------------------------------------------------------------------------------------

    def _look_at_what_is_left(self) -> None:
        if not self._soon(lambda: not self._bench.seats(), 0.5):
            self._bench.server.tell(f"pass {LEASE + 1}")
            if self._bench.seats():
                self._wrong("a seat is left when the lease is over")
                self._bench.server.tell("pass 1000")
        self._session = None
        if not self._soon(lambda: not registry.held(), LEFT_SECONDS):
            self._wrong(f"a session is not given up: {registry.held()}")
        if not self._soon(lambda: self._bench.held() == (self._bench.threads, self._bench.descriptors), LEFT_SECONDS):
            threads, descriptors = self._bench.held()
            self._wrong(f"left: {sorted(threads)}, {descriptors - self._bench.descriptors} descriptors")
            self._bench.threads, self._bench.descriptors = threads, descriptors

    def _soon(self, holds: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True


def run(seeds: range) -> Iterator[Verdict]:
    """The verdicts of these seeds."""
    bench = Bench()
    try:
        bench.begin()
        for seed in seeds:
            yield Case(bench, seed).run()
    finally:
        bench.close()


def main() -> None:
    first, count = int(sys.argv[1]), int(sys.argv[2])
    for verdict in run(range(first, first + count)):
        sys.stdout.write(json.dumps(asdict(verdict)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
