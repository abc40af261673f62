"""The matrix: each way to sign in × http and https × each kind of server × all that a person does with a session.

A diagonal of it runs always: each deed against each kind of server, the ways in turn. `LYNC_MAGIC_WHOLE_MATRIX=1` runs
it whole (330 tests). Most requests that each may take are what it took when they were counted; fewer are welcome.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path
from typing import Any, Final

import pytest

import lync_magic
from lync_magic.errors import PipelineStopped
from lync_magic.psrp import Pipeline, RefusingHost, RunspacePool
from lync_magic.transports import Authentication, Endpoint, WSManTransport

USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"
DEADLINE = 30.0
END_SECONDS = 30
MEGABYTE = 1_000_000
TENANT: Final = ("-m", "lync_magic.sandbox")
TINY: Final = (str(Path(__file__).parents[2] / "sandbox" / "tiny_server.py"),)
"""It has a command for each thing that the protocol can do."""
SEATS: Final = ("--seats-administrator", "1000", "--seats-tenant", "1000", "--credssp")
DIALECTS: Final = ("windows", "omi", "strict")
WAYS: Final = (
    ("basic", "https"),
    ("certificate", "https"),
    *product(("ntlm", "negotiate", "credssp", "kerberos"), ("https", "http")),
)
LOG_ON: Final = {
    ("ntlm", "https"): 1,
    ("ntlm", "http"): 2,
    ("negotiate", "https"): 1,
    ("negotiate", "http"): 2,
    ("credssp", "https"): 4,
    ("credssp", "http"): 5,
    ("kerberos", "http"): 1,
}
"""Requests that a log-on takes more than the session's own, on each of its connections."""
MOST: Final = {
    "windows": {"connect": 2, "import": 5, "call": 3},
    "strict": {"connect": 2, "import": 5, "call": 3},
    "omi": {"connect": 5, "import": 62, "call": 4},
}
"""Requests at most, log-ons left out. OMI sends one object an answer, and has to be asked for the shell's messages."""
KILLED: Final = """
import sys, time, lync_magic
uri, ca, auth, user, password, certificate = sys.argv[1:]
lync_magic.connect(user, password=password or None, uri=uri, ca=ca, auth=auth,
                   certificate=certificate or None, certificate_key=certificate or None, commands=())
print("connected", flush=True)
time.sleep(600)
"""


class Server:
    """A sandbox of one dialect, in a process of its own."""

    def __init__(self, program: tuple[str, ...], environment: dict[str, str], *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *program, "--announce", *SEATS, *options],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._said, self._told = self._process.stdout, self._process.stdin
        self.place: dict[str, Any] = json.loads(self._said.readline())

    def tell(self, line: str) -> dict[str, Any]:
        print(line, file=self._told, flush=True)
        return dict(json.loads(self._said.readline()))

    @property
    def seats(self) -> int:
        return len(self.tell("seats")["seats"])

    def close(self) -> None:
        self._told.close()
        self._process.wait(END_SECONDS)
        self._said.close()


@dataclass(frozen=True)
class Cell:
    """One way to one kind of server. tenant: with Lync Online's commands.  tiny: with those of the protocol's tests."""

    dialect: str
    method: str
    scheme: str
    tenant: Server
    tiny: Server
    certificate: str | None

    @property
    def user(self) -> str:
        return "" if self.method in ("kerberos", "certificate") else USER

    @property
    def password(self) -> str | None:
        return PASSWORD if self.user else None

    def uri(self, server: Server) -> str:
        return f"{server.place[self.scheme]}/OcsPowershell"

    def connect(self, commands: tuple[str, ...] = ("*",)) -> Any:
        return lync_magic.connect(
            self.user,
            password=self.password,
            uri=self.uri(self.tenant),
            ca=self.tenant.place["ca"],
            auth=self.method,
            certificate=self.certificate,
            certificate_key=self.certificate,
            commands=commands,
        )

    @contextmanager
    def pool(self) -> Iterator[RunspacePool]:
        where = Endpoint(self.uri(self.tiny), ca=self.tiny.place["ca"], proxy="")
        how = Authentication(
            self.method, self.user, lambda: PASSWORD, certificate=self.certificate, certificate_key=self.certificate
        )
        if self.method == "certificate":
            how = Authentication("certificate", certificate=self.certificate, certificate_key=self.certificate)
        pool = RunspacePool(WSManTransport(where, how))
        pool.open(DEADLINE)
        try:
            yield pool
        finally:
            pool.close(DEADLINE)

    def most(self, deed: str) -> int:
        """The requests that it may take."""
        connections = 2 if self.dialect == "omi" else 1
        return MOST[self.dialect][deed] + LOG_ON.get((self.method, self.scheme), 0) * connections


def everything(pool: RunspacePool, name: str, parameters: dict[str, object] | None = None, **how: Any) -> list[bytes]:
    return [one for batch in pool.run(Pipeline.of(name, parameters), timeout=DEADLINE, **how) for one in batch]


# --- what a person does ---------------------------------------------------------------------------------------------


def connects(cell: Cell) -> None:
    with cell.connect(commands=()) as lync:
        assert lync.state.value == "Opened"
        assert lync.http_requests <= cell.most("connect")


def imports(cell: Cell) -> None:
    with cell.connect() as lync:
        assert "Get_CsTenant" in lync.commands
        assert lync.http_requests <= cell.most("import")


def calls_once(cell: Cell) -> None:
    with cell.connect() as lync:
        before = lync.http_requests
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        assert lync.http_requests - before <= cell.most("call")


def takes_ten_megabytes_out(cell: Cell) -> None:
    with cell.pool() as pool:
        (value,) = everything(pool, "Get-Large", {"Number": 5 * MEGABYTE})
        assert len(value) == 10 * MEGABYTE + len("<S></S>")


def puts_a_megabyte_in(cell: Cell) -> None:
    given = "x" * MEGABYTE
    with cell.pool() as pool:
        (value,) = everything(pool, "Get-Input", input=[given])
        assert given.encode() in value


def stops(cell: Cell) -> None:
    with cell.pool() as pool:
        running = pool.run(Pipeline.of("Wait-Long", {"Number": 600}), timeout=DEADLINE)
        assert next(iter(running)) == [b"<S>started</S>"]
        threading.Timer(0.05, pool.stop).start()
        with pytest.raises(PipelineStopped):
            list(running)
        assert everything(pool, "Get-Text") == [b"<S>text 0</S>"]


class Yes(RefusingHost):
    def choose(self, caption: str, message: str, choices: object, default: int) -> int:
        return 0


def answers_a_prompt(cell: Cell) -> None:
    with cell.pool() as pool:
        assert everything(pool, "Ask-Choice", host=Yes()) == [b"<S>chosen 0</S>"]


def sends_a_secret(cell: Cell) -> None:
    with cell.pool() as pool:
        backwards, sealed = everything(pool, "Get-Secret", {"Given": lync_magic.SecureString("hidden")})
    assert backwards == b"<S>neddih</S>"
    assert b"hidden" not in sealed


def comes_back_after_an_idle_end(cell: Cell) -> None:
    with cell.connect() as lync:
        cell.tenant.tell("pass 900")
        assert cell.tenant.seats == 0
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def closes(cell: Cell) -> None:
    lync = cell.connect(commands=())
    assert cell.tenant.seats == 1
    lync.close()
    assert cell.tenant.seats == 0


def is_killed(cell: Cell) -> None:
    where = (cell.uri(cell.tenant), cell.tenant.place["ca"], cell.method, cell.user, cell.password or "")
    words = [sys.executable, "-c", KILLED, *where, cell.certificate or ""]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "connected\n"
        program.send_signal(signal.SIGKILL)
        program.wait()
    assert cell.tenant.seats == 1
    cell.tenant.tell("pass 90")
    assert cell.tenant.seats == 0


DEEDS: Final[tuple[Callable[[Cell], None], ...]] = (
    connects,
    imports,
    calls_once,
    takes_ten_megabytes_out,
    puts_a_megabyte_in,
    stops,
    answers_a_prompt,
    sends_a_secret,
    comes_back_after_an_idle_end,
    closes,
    is_killed,
)


def cells() -> list[Any]:
    """The matrix, or its diagonal: as many parts as deeds and dialects, each way in several."""
    if os.environ.get("LYNC_MAGIC_WHOLE_MATRIX"):
        chosen = list(product(DIALECTS, WAYS, DEEDS))
    else:
        chosen = [(dialect, way, deed) for (dialect, deed), way in zip(product(DIALECTS, DEEDS), cycle(WAYS))]
    return [
        pytest.param(dialect, *way, deed, id=f"{dialect}-{'-'.join(way)}-{deed.__name__}")
        for dialect, way, deed in chosen
    ]


@pytest.fixture(scope="module")
def start(authority: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Server]]:
    """Servers that end with the file, each started when it is first used; with Kerberos where it is installed."""
    options, environment = ["--client-ca", str(authority.ca)], {}
    try:
        realm = request.getfixturevalue("running_realm")
        options, environment = [*options, "--keytab", str(realm.keytab)], realm.environment
    except pytest.skip.Exception:
        pass  # its own tests are skipped, and say what is missing
    running: dict[tuple[tuple[str, ...], str], Server] = {}
    with ExitStack() as stack:

        def serve(program: tuple[str, ...], dialect: str) -> Server:
            if (program, dialect) not in running:
                server = Server(program, environment, "--dialect", dialect, *options)
                running[program, dialect] = stack.enter_context(closing(server))
            return running[program, dialect]

        yield serve


@pytest.fixture(scope="module")
def certificate(authority: Any) -> str:
    return str(authority.sign(USER, hosts=()))


@pytest.mark.parametrize(("dialect", "method", "scheme", "deed"), cells())
def test_it_works(
    start: Callable[..., Server],
    certificate: str,
    request: pytest.FixtureRequest,
    dialect: str,
    method: str,
    scheme: str,
    deed: Callable[[Cell], None],
) -> None:
    if method == "kerberos":
        request.getfixturevalue("realm").sign_in("kenmyer")
    tenant, tiny = start(TENANT, dialect), start(TINY, dialect)
    deed(Cell(dialect, method, scheme, tenant, tiny, certificate if method == "certificate" else None))


def test_connecting_through_discovery_and_importing_45_commands_takes_eight_requests(
    start: Callable[..., Server],
) -> None:
    place = start(TENANT, "windows").place
    with lync_magic.connect(USER, password=PASSWORD, ca=place["ca"], override_discovery_uri=place["http"]) as lync:
        assert len(lync.commands) >= 45
        assert lync.http_requests <= 8
