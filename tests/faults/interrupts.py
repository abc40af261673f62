"""Interrupts in every phase of a session: at random moments by a signal, and at every line that the caller comes to.

    python interrupts.py moments FIRST COUNT     the moments of these seeds
    python interrupts.py lines PART PARTS        every PARTS-th line, from the PART-th on; `lines 0 1` for all

prints one line of JSON for each: the phase, the moment or line, what was raised, and `wrong`, which is empty where

- the caller came back soon, with KeyboardInterrupt and no other error, or had finished;
- the session is usable afterwards, or was never given out;
- closing it, again where that was interrupted, gives the seat back, and leaves no session and no thread.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from cases import OWN_THREADS, PASSWORD, USER, Told

import lync_magic
from lync_magic.sessions import Session, registry

ROOMS = ("sessions", "psrp", "transports")
PHASES = ("connect", "run", "stream", "feed", "close")
BACK_SECONDS = 12.0
"""How soon a caller is back; 2 are promised, the rest is for a machine that is busy."""
LEFT_SECONDS = 6.0
USERS = 200
NEVER = 3600.0


@dataclass
class Verdict:
    """What came of one interrupt. at: seconds since the phase began, or a line."""

    phase: str
    at: str
    raised: str = ""
    wrong: list[str] = field(default_factory=list)


class Lines:
    """Notes the lines of our rooms that this thread comes to, and interrupts it when it first comes to one."""

    def __init__(self, at: str | None = None) -> None:
        self.seen: dict[str, None] = {}
        self._at = at

    def __enter__(self) -> None:
        sys.settrace(self._look)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _look(self, frame: FrameType, event: str, _: object) -> object:
        path = Path(frame.f_code.co_filename)
        if "lync_magic" not in path.parts or not set(ROOMS).intersection(path.parts):
            return None
        if event == "line":
            where = f"{path.parent.name}/{path.name}:{frame.f_lineno}"
            if where not in self.seen:
                self.seen[where] = None
                if where == self._at:
                    raise KeyboardInterrupt
        return self._look


class Moment:
    """Interrupts this thread by a signal after some seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, max(1e-4, self._seconds))

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Bench:
    """A server, and one interrupt after the other."""

    def __init__(self) -> None:
        seats = ("--seats-administrator", "50", "--seats-tenant", "90")
        self._server = Told("-m", "lync_magic.sandbox", "--announce", "--users", str(USERS), *seats)
        told = self._server.announced
        self._uri, self._ca = f"https://localhost:{urlsplit(told['https']).port}/OcsPowershellLiveId", told["ca"]
        self._session: Session | None = None
        self._threads_before = 0
        self._left_before: set[int] = set()
        """Sessions that an interrupt before this one has left, and that are there for good."""

    def do(self, phase: str, interrupt: Lines | Moment, verdict: Verdict) -> float:
        """The phase, with its interrupt; how long it took. What is wrong afterwards goes to the verdict."""
        self._session = None if phase == "connect" else self._connect()
        acts: dict[str, Callable[[], object]] = {
            "connect": self._open,
            "run": lambda: self._opened.run("Get-CsOnlineUser"),
            "stream": self._stream,
            "feed": lambda: self._opened.run("Select-Object", input=(f"{one}" for one in range(300))),
            "close": lambda: self._opened.close(),
        }
        began = time.monotonic()
        try:
            with interrupt:
                acts[phase]()
        except KeyboardInterrupt:
            verdict.raised = "KeyboardInterrupt"
        except BaseException as error:  # noqa: BLE001 - that it is none of these is what is looked for
            verdict.wrong.append(f"raised {type(error).__name__}: {error}")
        took = time.monotonic() - began
        if took > BACK_SECONDS:
            verdict.wrong.append(f"came back after {took:.0f} s")
        self._look_after(phase, verdict)
        return took

    def close(self) -> None:
        self._server.close()

    @property
    def _opened(self) -> Session:
        assert self._session is not None
        return self._session

    def _connect(self) -> Session:
        return lync_magic.connect(USER, password=PASSWORD, uri=self._uri, ca=self._ca, auth="basic", timeout=20)

    def _open(self) -> None:
        self._session = self._connect()

    def _stream(self) -> None:
        with closing(self._opened.stream("Get-CsOnlineUser")) as stream:
            next(iter(stream))

    def _left(self) -> list[Session]:
        return [session for session in registry.held() if id(session) not in self._left_before]

    def _look_after(self, phase: str, verdict: Verdict) -> None:
        session, self._session = self._session, None
        try:
            if session is not None and phase != "close":
                usable = len(session.run("Get-CsTenant", timeout=20)) == 1 and session.availability == "Available"
                if not usable:
                    verdict.wrong.append(f"the session is {session.state.value}, {session.availability}")
            if session is not None:
                session.close(timeout=10)
        except Exception as error:  # noqa: BLE001 - it is what is wrong
            verdict.wrong.append(f"afterwards: {type(error).__name__}: {error}")
        session = None
        if not _soon(lambda: not self._server.tell("seats")["seats"]):
            verdict.wrong.append("a seat is left")
            self._server.tell("pass 10000")
        if not _soon(lambda: not self._left()):
            verdict.wrong.append(f"sessions are left: {self._left()}")
            self._left_before.update(map(id, registry.held()))
        if not _soon(lambda: len(_threads()) <= self._threads_before):
            verdict.wrong.append(f"threads are left: {_threads()}")
            self._threads_before = len(_threads())


def _threads() -> list[str]:
    names = [thread.name for thread in threading.enumerate() if thread.name.startswith("lync_magic ")]
    return [name for name in names if name not in OWN_THREADS]


def _soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + LEFT_SECONDS
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def moments(bench: Bench, seeds: range) -> Iterator[Verdict]:
    """A random moment for each seed, within the time that its phase takes."""
    bench.do("connect", Moment(NEVER), Verdict("connect", ""))
    lengths = {phase: bench.do(phase, Moment(NEVER), Verdict(phase, "")) for phase in PHASES}
    for seed in seeds:
        chance = random.Random(seed)
        phase = chance.choice(PHASES)
        seconds = chance.random() * lengths[phase]
        verdict = Verdict(phase, f"seed {seed}, {seconds:.4f} s")
        bench.do(phase, Moment(seconds), verdict)
        yield verdict


def lines(bench: Bench, part: int, parts: int) -> Iterator[Verdict]:
    """Every line that the caller comes to in each phase, or a part of them."""
    bench.do("connect", Lines(), Verdict("connect", ""))  # what is loaded and kept for good
    for phase in PHASES:
        noted = Lines()
        bench.do(phase, noted, Verdict(phase, ""))
        for where in list(noted.seen)[part::parts]:
            verdict = Verdict(phase, where)
            bench.do(phase, Lines(where), verdict)
            yield verdict


def main() -> None:
    kind, first, second = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    bench = Bench()
    try:
        made = lines(bench, first, second) if kind == "lines" else moments(bench, range(first, first + second))
        for verdict in made:
            sys.stdout.write(json.dumps(asdict(verdict)) + "\n")
            sys.stdout.flush()
    finally:
        bench.close()


if __name__ == "__main__":
    main()
