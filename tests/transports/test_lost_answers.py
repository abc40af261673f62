"""What an error says of the request: AnswerLost where it left and no whole answer of the server's came back.

The sandbox does its work, and then its answer meets a mishap; its journal and its seats say what really happened.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from lync_magic.errors import AnswerLost, EndpointUnreachable, LyncError, SessionBroken, SessionClosed
from lync_magic.psrp import Pipeline, RunspacePool
from lync_magic.psrp.requests import create_pipeline
from lync_magic.psrp.wire import Message, MessageType
from lync_magic.sessions.sandbox import SandboxProcess
from lync_magic.transports import Authentication, Endpoint, Signal, WSManTransport

USER = "kenmyer@litwareinc.com"
DEADLINE = 20.0
CHANGES = "Set-CsTenantFederationConfiguration"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """A sandbox that can be told to have mishaps."""
    running = SandboxProcess(("--seats-administrator", "1000", "--seats-tenant", "1000"))
    yield running
    running.stop()


class Shell:
    """A remote shell, opened without the rooms above, with one pipeline's first bytes at hand."""

    def __init__(self, transport: WSManTransport) -> None:
        self.transport = transport
        self._pool = RunspacePool(transport)
        self.id = self._pool.pool_id
        self.pipeline = uuid4()

    def open(self, timeout: float = DEADLINE) -> None:
        pieces = [self._fragment(message) for message in self._pool.core.open()]
        self.transport.open(self.id, b"".join(pieces), timeout=timeout)

    def ready(self) -> Shell:
        """Opened, and the shell has said so."""
        self.open()
        for _ in range(10):
            if b"RunspaceState" in b"".join(self.transport.receive(timeout=DEADLINE).chunks):
                return self
        raise AssertionError("the shell did not open")

    def command(self, timeout: float = DEADLINE) -> None:
        pipeline = Pipeline.of(CHANGES, {"AllowFederatedUsers": False})
        first = create_pipeline(pipeline, has_input=False, encrypt=lambda clear: clear)
        message = Message(MessageType.CREATE_PIPELINE, self.pipeline, first)
        self.transport.command(self.pipeline, self._fragment(message), timeout=timeout)

    def receive(self, timeout: float = DEADLINE) -> Any:
        return self.transport.receive(self.pipeline, timeout=timeout)

    def _fragment(self, message: Any) -> bytes:
        return b"".join(self._pool.writer.write(message, self.transport.fragment_size))


@pytest.fixture
def shell(sandbox: SandboxProcess) -> Iterator[Callable[..., Shell]]:
    """Shells on the sandbox, which has no mishap any more when the test is over."""
    made: list[Shell] = []

    def make(method: str = "basic", scheme: str = "https") -> Shell:
        address = {"https": sandbox.address.https, "http": sandbox.address.http}[scheme]
        endpoint = Endpoint(f"{address}/OcsPowershell", ca=sandbox.address.ca, proxy="")
        made.append(Shell(WSManTransport(endpoint, Authentication(method, USER, lambda: "p@ssw0rd!"))))
        return made[-1]

    yield make
    sandbox.tell("clear")
    for one in made:
        one.transport.close(timeout=DEADLINE)


def held(sandbox: SandboxProcess) -> set[UUID]:
    """The shells that the server has."""
    seats: Any = sandbox.tell("seats")["seats"]
    return {UUID(str(seat["shell"])) for seat in seats}


def ran(sandbox: SandboxProcess, shell: Shell) -> int:
    """How many commands really ran in a shell."""
    journal: Any = sandbox.tell("journal")["journal"]
    return sum(UUID(str(entry["shell"])) == shell.id for entry in journal)


MISHAPS = {
    "500": "HTTP status 500, and not in the words of a PowerShell endpoint",
    "502": "localhost: a gateway answered 502 in its place",
    "503": "localhost: a gateway answered 503 in its place",
    "504": "localhost: a gateway answered 504 in its place",
    "empty": "answered with nothing",
    "html": "a web page came in place of the answer",
    "redirect": "sends us elsewhere in the middle of a session",
    "cut": "cannot be read",
    "truncate": "The connection to localhost was lost in the middle of an answer",
    "reset": "The connection to localhost was lost",
    "swallow": "The connection to localhost was lost",
    "wrong-relates": "answered another message than ours",
    "replay": "answered another message than ours",
}


@pytest.mark.parametrize("mishap", [one for one in MISHAPS if one != "replay"])
def test_a_command_whose_answer_is_lost_has_run_once(
    sandbox: SandboxProcess, shell: Callable[[], Shell], mishap: str
) -> None:
    one = shell().ready()
    sandbox.tell(f"fault command:{mishap}")
    with pytest.raises(AnswerLost, match=MISHAPS[mishap]) as caught:
        one.command()
    assert "look before you ask again" in caught.value.advice
    sandbox.tell("clear")
    one.receive()
    assert ran(sandbox, one) == 1


@pytest.mark.parametrize("mishap", MISHAPS)
def test_output_whose_answer_is_lost_is_never_taken_for_whole(
    sandbox: SandboxProcess, shell: Callable[[], Shell], mishap: str
) -> None:
    one = shell().ready()
    one.command()
    sandbox.tell(f"fault receive:{mishap}")
    if mishap == "replay":
        one.receive()  # what is given again afterwards
    with pytest.raises(AnswerLost, match=MISHAPS[mishap]):
        one.receive()


@pytest.mark.parametrize("mishap", ["wrong-command", "cut-after=<rsp:ReceiveResponse>", "cut-after=</rsp:Stream>"])
def test_an_answer_for_another_command_or_cut_without_a_length_is_none(
    sandbox: SandboxProcess, shell: Callable[[], Shell], mishap: str
) -> None:
    one = shell().ready()
    one.command()
    sandbox.tell(f"fault receive:{mishap}")
    with pytest.raises(AnswerLost):
        one.receive()


def test_a_command_made_under_another_name_is_not_ours(sandbox: SandboxProcess, shell: Callable[[], Shell]) -> None:
    one = shell().ready()
    sandbox.tell("fault command:wrong-command")
    with pytest.raises(AnswerLost, match="answered for another command than ours"):
        one.command()


@pytest.mark.parametrize(
    "mishap", ["500", "502", "503", "empty", "html", "cut", "truncate", "reset", "swallow", "wrong-relates", "stall=5"]
)
def test_a_shell_whose_making_met_a_mishap_is_taken_back_when_closed(
    sandbox: SandboxProcess, shell: Callable[[], Shell], mishap: str
) -> None:
    one = shell()
    sandbox.tell(f"fault create:{mishap}")
    with pytest.raises(AnswerLost) as caught:
        one.open(timeout=1.0 if "stall" in mishap else DEADLINE)
    assert "taken back" in caught.value.advice
    assert one.id in held(sandbox)
    sandbox.tell("clear")
    one.transport.close(timeout=DEADLINE)
    assert one.id not in held(sandbox)


@pytest.mark.parametrize("mishap", ["503", "reset", "stall=5"])
def test_a_shell_whose_removal_met_a_mishap_can_be_closed_again(
    sandbox: SandboxProcess, shell: Callable[[], Shell], mishap: str
) -> None:
    one = shell().ready()
    sandbox.tell(f"fault delete:before:{mishap}")
    with pytest.raises(AnswerLost):
        one.transport.close(timeout=1)
    assert one.id in held(sandbox) or "stall" in mishap
    sandbox.tell("clear")
    one.transport.close(timeout=DEADLINE)
    assert one.id not in held(sandbox)
    before = one.transport.http_requests
    one.transport.close(timeout=DEADLINE)
    assert one.transport.http_requests == before


def test_what_was_closed_is_not_used_any_more(shell: Callable[[], Shell]) -> None:
    one = shell().ready()
    one.transport.close(timeout=DEADLINE)
    before = one.transport.http_requests
    with pytest.raises(SessionClosed):
        one.command()
    with pytest.raises(SessionClosed):
        one.receive()
    one.transport.signal(one.pipeline, Signal.TERMINATE, timeout=DEADLINE)
    assert one.transport.http_requests == before


@pytest.mark.parametrize("mishap", ["502", "swallow"])
def test_a_stop_whose_answer_is_lost_once_is_said_again(
    sandbox: SandboxProcess, shell: Callable[[], Shell], mishap: str
) -> None:
    one = shell().ready()
    sandbox.tell(f"fault terminate@1:{mishap}")
    one.transport.signal(one.pipeline, Signal.TERMINATE, timeout=DEADLINE)
    sandbox.tell(f"fault terminate:{mishap}")
    with pytest.raises(AnswerLost):
        one.transport.signal(one.pipeline, Signal.TERMINATE, timeout=DEADLINE)


@pytest.mark.parametrize(
    ("refusal", "kind"), [("404", EndpointUnreachable), ("fault=995", SessionBroken), ("fault=87", LyncError)]
)
def test_what_the_server_refused_is_not_lost(
    sandbox: SandboxProcess, shell: Callable[[], Shell], refusal: str, kind: type[LyncError]
) -> None:
    one = shell().ready()
    sandbox.tell(f"fault command:before:{refusal}")
    with pytest.raises(kind) as caught:
        one.command()
    assert not isinstance(caught.value, AnswerLost)
    assert ran(sandbox, one) == 0


@pytest.mark.parametrize("mishap", ["500", "503", "redirect", "reset", "swallow"])
def test_what_a_log_on_that_failed_kept_back_is_not_lost(
    sandbox: SandboxProcess, shell: Callable[..., Shell], mishap: str
) -> None:
    one = shell("ntlm", "http").ready()
    carriers = [*one.transport._carriers._idle]
    for carrier in carriers:
        carrier.reset()  # the next request signs in
    sandbox.tell(f"fault sign-in:{mishap}")
    with pytest.raises(LyncError) as caught:
        one.command()
    assert not isinstance(caught.value, AnswerLost), caught.value
    assert ran(sandbox, one) == 0


def test_what_could_not_leave_is_not_lost(tmp_path: Path) -> None:
    nobody = SandboxProcess()
    ca = shutil.copy(nobody.address.ca, tmp_path)
    endpoint = Endpoint(f"{nobody.address.https}/OcsPowershell", ca=ca, proxy="")
    one = Shell(WSManTransport(endpoint, Authentication("basic", USER, lambda: "p@ssw0rd!"))).ready()
    nobody.stop()
    with pytest.raises(EndpointUnreachable, match="refuses connections"):
        one.command()


def test_an_answer_that_says_it_expands_beyond_all_limits_is_refused_by_name(
    sandbox: SandboxProcess, shell: Callable[[], Shell]
) -> None:
    one = shell().ready()
    one.command()
    sandbox.tell("fault receive:gzip-bomb=100000000")
    with pytest.raises(AnswerLost, match="sends an answer of more than 16 MB; the rest was not read"):
        one.receive()


def test_a_connection_that_was_lost_is_made_again_for_the_next_request(
    sandbox: SandboxProcess, shell: Callable[[], Shell]
) -> None:
    one = shell().ready()
    sandbox.tell("fault command@1:before:reset")
    with pytest.raises(AnswerLost):
        one.command()
    one.command()
    one.receive()
    assert ran(sandbox, one) == 1
