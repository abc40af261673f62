"""Clients that others wrote work with the sandbox as they are, in each dialect that they speak; so does Microsoft's
own, as far as its bytes are known."""

from __future__ import annotations

import base64
import hashlib
import http.client
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import spnego
import winrm
from foreign_client import connect, run
from pypsrp.complex_objects import PSInvocationState
from pypsrp.powershell import PowerShell, RunspacePool
from raw_client import PASSWORD, RSP, SHELL, TRANSFER, USER
from sandbox_process import TINY_SERVER, running
from sealed_client import SealedClient
from spnego.channel_bindings import GssChannelBindings
from winrm.exceptions import InvalidCredentialsError, WSManFaultError

MANY = ("--seats-administrator", "100", "--seats-tenant", "100")
PYPSRP_SPEAKS = "poll,faults,single,crash,linger,vendor"
"""The ways of OMI in which pypsrp works: it names no shell, keeps no Receive under way, waits to be asked to sign in,
and writes TABs; its null is an element."""


@pytest.fixture(scope="module", params=["windows", "strict", "omi"])
def dialect(request: pytest.FixtureRequest) -> Iterator[Any]:
    options = ["--omi", PYPSRP_SPEAKS, "--clock", "60", "--idle-timeout", "1e6"]
    if request.param != "omi":
        options = ["--dialect", request.param]
    with running([str(TINY_SERVER)], *options, *MANY) as one:
        yield one


@pytest.fixture
def pool(dialect: Any) -> Iterator[RunspacePool]:
    with connect(dialect) as wsman, RunspacePool(wsman) as opened:
        yield opened


# --- pypsrp ---------------------------------------------------------------------------------------------------------


def test_pypsrp_runs_commands(pool: RunspacePool) -> None:
    assert run(pool, "Get-Text", 3).output == ["text 0", "text 1", "text 2"]
    assert run(pool, "Get-Large", 300_000).output == ["é" * 300_000]


def test_pypsrp_sends_input(pool: RunspacePool) -> None:
    assert run(pool, "Get-Input", given=["a", 2]).output == [["got", "a"], ["got", 2]]


def test_pypsrp_hears_of_failures(pool: RunspacePool) -> None:
    shell = run(pool, "Fail-Now")
    assert shell.state == PSInvocationState.FAILED
    assert "NoSuch" in str(shell.streams.error[0])


def test_pypsrp_stops_a_command(pool: RunspacePool) -> None:
    shell = PowerShell(pool)
    shell.add_cmdlet("Wait-Long").add_argument(60)
    shell.begin_invoke()
    shell.poll_invoke()
    shell.stop()
    assert shell.state == PSInvocationState.STOPPED
    assert run(pool, "Get-Text").output == ["text 0"]


def test_pypsrp_exchanges_keys(pool: RunspacePool) -> None:
    from pypsrp.complex_objects import ObjectMeta

    pool.exchange_keys()
    assert run(pool, "Get-Secret", pool.serialize("hidden", ObjectMeta("SS"))).output[1] == "hidden"


def test_pypsrp_leaves_a_session_and_takes_it_up(pool: RunspacePool) -> None:
    pool.disconnect()
    pool.connect()
    assert run(pool, "Get-Text").output == ["text 0"]


def test_pypsrp_over_ntlm_without_tls(dialect: Any) -> None:
    with connect(dialect, auth="ntlm", ssl=False) as wsman, RunspacePool(wsman) as pool:
        assert run(pool, "Get-Text", 2).output == ["text 0", "text 1"]


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_pypsrp_is_bound_to_the_certificate_where_the_server_wants_that(
    start_tiny: Callable[..., Any], auth: str
) -> None:
    with connect(start_tiny("--channel-binding"), auth=auth) as wsman, RunspacePool(wsman) as pool:
        assert run(pool, "Get-Text").output == ["text 0"]


def test_who_is_bound_to_nothing_is_refused_where_the_server_wants_that(start_tiny: Callable[..., Any]) -> None:
    sandbox = start_tiny("--channel-binding")
    assert signed_in(sandbox, bound=False) == 401
    assert signed_in(sandbox, bound=True) == 200
    assert SealedClient(sandbox).sign_in() == 200  # there is nothing to be bound to without TLS


def signed_in(sandbox: Any, *, bound: bool) -> int:
    """The status of a log-on over TLS, bound to the server's certificate or to none."""
    tls = ssl.create_default_context(cafile=sandbox.ca)
    connection = http.client.HTTPSConnection("localhost", sandbox.https_port, context=tls, timeout=20)
    connection.connect()
    shown = hashlib.sha256(connection.sock.getpeercert(binary_form=True)).digest()
    binding = GssChannelBindings(application_data=b"tls-server-end-point:" + shown) if bound else None
    context = spnego.client(USER, PASSWORD, hostname="localhost", protocol="ntlm", channel_bindings=binding)
    token = context.step()
    while True:
        given = {"Authorization": f"Negotiate {base64.b64encode(token or b'').decode()}"}
        connection.request("POST", "/wsman", b"", given)
        answer = connection.getresponse()
        answer.read()
        if context.complete:
            return answer.status
        token = context.step(base64.b64decode(answer.headers["WWW-Authenticate"].partition(" ")[2]))


# --- pywinrm --------------------------------------------------------------------------------------------------------


def session(sandbox: Any, password: str = PASSWORD) -> winrm.Session:
    return winrm.Session(f"{sandbox.https}/wsman", auth=(USER, password), transport="basic", ca_trust_path=sandbox.ca)


def test_pywinrm_reads_that_there_is_no_command_shell_here(tiny_sandbox: Any) -> None:
    with pytest.raises(WSManFaultError) as refused:
        session(tiny_sandbox).run_cmd("ipconfig")
    assert refused.value.code == 500
    assert refused.value.wsman_fault_code == 2150858811


def test_pywinrm_reads_that_a_log_on_failed(tiny_sandbox: Any) -> None:
    with pytest.raises(InvalidCredentialsError):
        session(tiny_sandbox, "wrong").run_cmd("ipconfig")


# --- Microsoft's own ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["litwareinc.com\\kenmyer", "LITWAREINC\\kenmyer", USER])
def test_microsofts_client_signs_in_by_each_of_its_names(tiny_sandbox: Any, user: str) -> None:
    client = SealedClient(tiny_sandbox, user)
    assert client.sign_in() == 200
    created = client.create()
    assert created.find("Owner").text == USER  # type: ignore[union-attr]
    client.delete()


def test_microsofts_client_is_refused_with_a_wrong_name(tiny_sandbox: Any) -> None:
    assert SealedClient(tiny_sandbox, "contoso.com\\kenmyer").sign_in() == 401


@pytest.mark.parametrize("nul", [b"", b"\0"])
@pytest.mark.parametrize("tab", [b"", b"\t"])
def test_microsofts_client_works_with_a_nul_after_each_envelope_and_without_tabs(
    tiny_sandbox: Any, tab: bytes, nul: bytes
) -> None:
    client = SealedClient(tiny_sandbox, tab=tab, nul=nul)
    client.open()
    command_id, _ = client.command("Get-Text", 2)
    assert client.receive(command_id).output.count(b"<S>text ") == 2
    assert client.signal(command_id).fault is None
    assert client.delete().fault is None


def test_microsofts_client_may_declare_a_later_protocol_and_large_envelopes(
    tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = SealedClient(tiny_sandbox)
    plain: Callable[..., str] = client.envelope

    def as_it_does(action: str, body: str = "", **more: Any) -> str:
        version = '<w:OptionSet><w:Option Name="protocolversion" MustComply="true">2.4</w:Option></w:OptionSet>'
        envelope = plain(action, body, **{**more, "size": 512_000})
        return envelope.replace("PT5S", "PT180.000S").replace("</s:Header>", f"{version}</s:Header>")

    monkeypatch.setattr(client, "envelope", as_it_does)
    assert client.create().fault is None
    assert client.send(f"{TRANSFER}/Get", resource=SHELL).root.find(f".//{RSP}Shell") is not None
    client.delete()
