"""Our own client in each dialect: what a person does with a session works with every kind of server."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from raw_client import PASSWORD, USER
from sandbox_process import TINY_SERVER, RunningSandbox, running

import lync_magic
from lync_magic.errors import PipelineStopped, RemoteError
from lync_magic.psrp import Pipeline, RefusingHost, RunspacePool
from lync_magic.transports import Authentication, Endpoint, WSManTransport

DEADLINE = 30.0
WAYS = [("basic", "https"), ("ntlm", "http"), ("negotiate", "https")]
KILLED = """
import sys, time, lync_magic
uri, ca, user, password = sys.argv[1:]
lync = lync_magic.connect(user, password=password, uri=uri, ca=ca, auth="basic")
print("connected", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module", params=["windows", "strict", "omi"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(dialect: str) -> Iterator[RunningSandbox]:
    with running(["-m", "lync_magic.sandbox"], "--dialect", dialect, "--users", "300") as one:
        yield one


@pytest.fixture(scope="module")
def tiny(dialect: str) -> Iterator[RunspacePool]:
    """A pool on the tiny server, which has a command for each thing that the protocol can do."""
    with running([str(TINY_SERVER)], "--dialect", dialect) as one:
        where = Endpoint(f"{one.https}/OcsPowershell", ca=one.ca)
        pool = RunspacePool(WSManTransport(where, Authentication("basic", USER, lambda: PASSWORD)))
        pool.open(DEADLINE)
        yield pool
        pool.close(DEADLINE)


@pytest.fixture(params=WAYS, ids=[f"{auth}-{scheme}" for auth, scheme in WAYS])
def lync(server: RunningSandbox, request: pytest.FixtureRequest) -> Iterator[Any]:
    auth, scheme = request.param
    where = f"{getattr(server, scheme)}/OcsPowershellLiveId"
    with lync_magic.connect(USER, password=PASSWORD, uri=where, ca=server.ca, auth=auth) as connected:
        yield connected


def test_commands_are_imported_run_and_fail_as_they_should(lync: Any) -> None:
    assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
    assert len({user.SipAddress for user in lync.Get_CsOnlineUser()}) == 300
    with pytest.raises(RemoteError, match="nobody@nowhere"):
        lync.Get_CsOnlineUser(Identity="nobody@nowhere")


class Yes(RefusingHost):
    def choose(self, caption: str, message: str, choices: object, default: int) -> int:
        return 0


def everything(pool: RunspacePool, name: str, parameters: dict[str, object] | None = None, **how: Any) -> list[bytes]:
    output = pool.run(Pipeline.of(name, parameters), timeout=DEADLINE, **how)
    return [one for batch in output for one in batch]


def test_a_secret_goes_encrypted_and_comes_back(tiny: RunspacePool) -> None:
    backwards, sealed = everything(tiny, "Get-Secret", {"Given": lync_magic.SecureString("hidden")})
    assert backwards == b"<S>neddih</S>"
    assert b"hidden" not in sealed


def test_a_question_is_answered(tiny: RunspacePool) -> None:
    assert everything(tiny, "Ask-Choice", host=Yes()) == [b"<S>chosen 0</S>"]


def test_null_comes_and_goes(tiny: RunspacePool) -> None:
    assert everything(tiny, "Get-Null") == [b"<S>before</S>", b"<Nil />", b"<S>after</S>"]
    assert [b"<Nil />" in one for one in everything(tiny, "Get-Input", input=[None, "a"])] == [True, False]


def test_eight_megabytes_come(tiny: RunspacePool) -> None:
    (value,) = everything(tiny, "Get-Large", {"Number": 4_000_000})
    assert len(value.decode()) == 4_000_000 + len("<S></S>")


def test_a_stop_comes_back_and_leaves_the_session_usable(dialect: str) -> None:
    with running(["-m", "lync_magic.sandbox"], "--dialect", dialect, "--delay", "0.05") as slow:
        where = f"{slow.https}/OcsPowershellLiveId"
        with lync_magic.connect(USER, password=PASSWORD, uri=where, ca=slow.ca, auth="basic") as lync:
            threading.Timer(0.5, lync.stop).start()
            with pytest.raises(PipelineStopped):
                lync.run(Pipeline.of("Get-CsOnlineUser"))
            assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_session_that_is_closed_gives_its_seat_back(server: RunningSandbox) -> None:
    where = f"{server.https}/OcsPowershellLiveId"
    lync = lync_magic.connect(USER, password=PASSWORD, uri=where, ca=server.ca, auth="basic")
    assert lync.shell_id.upper() in server.seats
    lync.close()
    assert server.seats == []


def test_the_seat_of_a_program_that_was_killed_is_free_after_its_lease(server: RunningSandbox) -> None:
    where = (f"{server.https}/OcsPowershellLiveId", server.ca, USER, PASSWORD)
    with subprocess.Popen([sys.executable, "-c", KILLED, *where], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "connected\n"
        assert len(server.seats) == 1
        program.send_signal(signal.SIGKILL)
        program.wait()
        server.tell("pass 55")
        assert len(server.seats) == 1
        server.tell("pass 35")
        assert server.seats == []
