"""Sessions over real sockets, against the sandbox tenant."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.clixml import Credential
from lync_magic.errors import (
    CertificateNotTrusted,
    CredentialNeeded,
    EndpointUnreachable,
    InsecureEndpoint,
    NotAnAdministrator,
    PipelineStopped,
    QuotaExceeded,
    RemoteError,
    RemoteSessionsDisabled,
    SessionClosed,
    SessionError,
    SignInFailed,
    UsageError,
)
from lync_magic.importing import import_session
from lync_magic.psrp import Event, VerboseRecord, ignore
from lync_magic.records import Records
from lync_magic.records.arrow import Layout
from lync_magic.sessions import SandboxKeeper, Session, Target, registry
from lync_magic.sessions import connect as open_session
from lync_magic.sessions.finding import find_way

Server = Callable[..., dict[str, Any]]
PASSWORD = "p@ssw0rd!"
ADMINISTRATOR = "kenmyer@litwareinc.com"


def connect(address: dict[str, Any], user: str = ADMINISTRATOR, password: str = PASSWORD, **options: Any) -> Session:
    options.setdefault("ca", address["ca"])
    if "uri" not in options:
        options.setdefault("override_discovery_uri", address["http"])
    return lync_magic.connect(user, password=password, **options)


def test_a_session_is_opened_used_and_closed(sandbox_server: Server) -> None:
    with connect(sandbox_server()) as lync:
        assert lync.state.value == "Opened"
        assert lync.row()[3:] == ("Opened", "Microsoft.PowerShell", "Available")
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        assert len(lync.Get_CsOnlineUser(ResultSize=10)) == 10
    assert lync.state.value == "Closed"
    assert lync not in list(registry)


def test_the_steps_are_told_in_the_documents_words(sandbox_server: Server) -> None:
    told: list[Event] = []
    address = sandbox_server()
    connect(address, report=told.append).close()
    assert [event.message for event in told if isinstance(event, VerboseRecord)] == [
        "Determining domain to admin",
        "AdminDomain = litwareinc.com",
        "Discovering PowerShell endpoint URI",
        f"TargetUri = {address['https']}/OcsPowershellLiveId",
        "Requesting authentication token",
        "Success",
        "Initializing remote session",
        "Success",
    ]


def test_an_address_is_connected_to_with_ntlm(sandbox_server: Server) -> None:
    address = sandbox_server()
    for base in (address["https"], address["http"]):
        with connect(address, uri=f"{base}/OcsPowershell", auth="ntlm") as lync:
            assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_the_same_tenant_answers_over_a_process(sandbox_server: Server) -> None:
    with lync_magic.connect(process=[sys.executable, "-m", "lync_magic.sandbox", "--stdio"]) as lync:
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_removed_session_says_what_powershell_says(sandbox_server: Server) -> None:
    lync = connect(sandbox_server())
    tenant = lync.Get_CsTenant
    lync.close()
    lync.close()
    with pytest.raises(SessionClosed, match=r"State of runspace is not valid for this operation\."):
        import_session(lync)
    with pytest.raises(SessionClosed, match="State of runspace is not valid"):
        tenant()


def test_a_wrong_password_is_refused_in_the_services_words(sandbox_server: Server) -> None:
    with pytest.raises(SignInFailed, match=f"Logon failed for the user '{ADMINISTRATOR}'") as caught:
        connect(sandbox_server(), password="wrong")
    assert "wrong" not in repr(caught.value)


@pytest.mark.not_with("omi", "its faults do not say why")
def test_one_who_is_no_administrator_is_told_so(sandbox_server: Server) -> None:
    from lync_magic.sandbox.engine import accounts

    person = next(account for account in accounts if not account.is_administrator)
    with pytest.raises(NotAnAdministrator, match="does not have permission to manage this tenant"):
        connect(sandbox_server(), person.user_name, person.password)


@pytest.mark.not_with("omi", "its faults do not say why")
def test_a_tenant_that_allows_no_remote_sessions_says_so(sandbox_server: Server) -> None:
    from lync_magic.sandbox.engine import accounts

    person = next(account for account in accounts if not account.remote_sessions_enabled)
    with pytest.raises(RemoteSessionsDisabled, match="has been disabled"):
        connect(sandbox_server(), person.user_name, person.password)


@pytest.mark.not_with("omi", "its faults do not say why")
def test_the_fourth_session_is_refused_and_a_closed_one_makes_room(sandbox_server: Server) -> None:
    address = sandbox_server()
    sessions = [connect(address, commands=()) for _ in range(3)]
    with pytest.raises(QuotaExceeded, match="maximum number of concurrent shells for this user"):
        connect(address, commands=())
    sessions.pop().close()
    sessions.append(connect(address, commands=()))
    for session in sessions:
        session.close()


def test_an_unreachable_host_is_named(sandbox_server: Server) -> None:
    with pytest.raises(EndpointUnreachable, match="localhost"):
        lync_magic.connect("a@b.example", password="x", uri="https://localhost:9/OcsPowershell", auth="basic")


def test_a_certificate_that_does_not_verify_is_one_error(sandbox_server: Server) -> None:
    address = sandbox_server()
    with pytest.raises(CertificateNotTrusted):
        lync_magic.connect(ADMINISTRATOR, password=PASSWORD, uri=f"{address['https']}/OcsPowershell", auth="basic")


def test_basic_over_plain_http_is_refused_before_anything_is_sent() -> None:
    # Nothing listens at this port: an attempt to send would be EndpointUnreachable.
    with pytest.raises(InsecureEndpoint):
        lync_magic.connect(ADMINISTRATOR, password=PASSWORD, uri="http://localhost:9/OcsPowershell", auth="basic")


def test_what_does_not_go_together_is_refused() -> None:
    with pytest.raises(UsageError):
        lync_magic.connect(uri="https://host/", process="pwsh")
    with pytest.raises(UsageError):
        lync_magic.connect(password="x")
    with pytest.raises(CredentialNeeded):
        lync_magic.connect(ADMINISTRATOR)


def test_a_command_that_only_fails_raises_and_the_session_goes_on(sandbox_server: Server) -> None:
    with connect(sandbox_server()) as lync:
        with pytest.raises(RemoteError, match="nobody@litwareinc.com"):
            lync.Get_CsOnlineUser("nobody@litwareinc.com")
        with pytest.raises(RemoteError, match="'NoSuchParameter'") as caught:
            lync.Get_CsTenant(NoSuchParameter=1)
        assert caught.value.error_id.startswith("NamedParameterNotFound")
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_change_is_seen_by_the_next_get(sandbox_server: Server) -> None:
    with connect(sandbox_server()) as lync:
        user = lync.Get_CsOnlineUser(ResultSize=1)[0].UserPrincipalName
        lync.Grant_CsClientPolicy(Identity=user, PolicyName="ClientPolicyNoIMURL")
        assert "ClientPolicyNoIMURL" in str(lync.Get_CsOnlineUser(user).ClientPolicy)


def test_objects_are_piped_into_a_command(sandbox_server: Server) -> None:
    with connect(sandbox_server()) as lync:
        users = lync.Get_CsOnlineUser(ResultSize=3)
        lync.Grant_CsClientPolicy.pipe(users, PolicyName="ClientPolicyNoIMURL")
        for user in users:
            assert "ClientPolicyNoIMURL" in str(lync.Get_CsOnlineUser(user.UserPrincipalName).ClientPolicy)


def test_a_stream_that_is_left_early_leaves_the_session_usable(sandbox_server: Server) -> None:
    with connect(sandbox_server("--users", "2000")) as lync:
        stream = lync.Get_CsOnlineUser.stream()
        assert len(next(stream))
        with pytest.raises(SessionError, match="still being read"):
            lync.Get_CsTenant()
        stream.close()
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_stream_that_nobody_holds_by_name_is_stopped_by_its_session(sandbox_server: Server) -> None:
    with connect(sandbox_server("--users", "2000")) as lync:
        kept = [iter(batches) for batches in (lync.Get_CsOnlineUser.stream(),)]
        assert len(next(kept[0]))
        with pytest.raises(SessionError, match=r"session\.stop\(\)"):
            lync.Get_CsTenant()
        lync.stop()
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        with pytest.raises(PipelineStopped, match="before its end"):
            next(kept[0])
        lync.stop()
        assert len(lync.Get_CsOnlineUser.stream().to_records()) == 2000


def test_stop_stops_what_has_its_turn_and_nothing_else(sandbox_server: Server) -> None:
    with connect(sandbox_server("--users", "4000")) as lync:
        never_begun, coming = lync.Get_CsTenant.stream(), lync.Get_CsOnlineUser.stream()
        next(coming)
        with pytest.raises(SessionError):
            next(never_begun)
        lync.Get_CsOnlineUser.stream()
        lync.stop()
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        held = lync.Get_CsTenant.stream()
        with pytest.raises(PipelineStopped):
            lync.run("Get-CsOnlineUser", report=lambda _event: lync.stop())
        assert len(held.to_records()) == 1


def test_a_stream_that_another_thread_left_can_be_stopped(sandbox_server: Server) -> None:
    with connect(sandbox_server("--users", "2000")) as lync:
        left: list[Any] = []

        def leave() -> None:
            stream = lync.Get_CsOnlineUser.stream()
            left.extend([stream, next(stream)])

        thread = threading.Thread(target=leave)
        thread.start()
        thread.join(60)
        lync.stop()
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."
        with pytest.raises(PipelineStopped):
            next(left[0])


@pytest.mark.parametrize("tool", ["pyarrow", "polars", "duckdb"])
def test_a_tool_that_is_interrupted_leaves_the_session_usable(
    sandbox_server: Server, tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = pytest.importorskip(tool)
    pytest.importorskip("pyarrow")
    take = {"pyarrow": "table", "polars": "DataFrame", "duckdb": "from_arrow"}[tool]
    with connect(sandbox_server("--users", "4000")) as lync:
        stream = lync.Get_CsOnlineUser.stream()
        batch, calls = Layout.batch, []

        def interrupted(self: Layout, records: Records) -> Any:
            calls.append(records)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return batch(self, records)

        monkeypatch.setattr(Layout, "batch", interrupted)
        try:
            taken = getattr(module, take)(stream)
            if tool == "duckdb":
                taken.fetchall()
        except BaseException as error:  # noqa: BLE001 # what a tool makes of it
            kept = error
        assert kept
        assert len(calls) == 2
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_a_stream_goes_to_a_file_as_it_comes(sandbox_server: Server, tmp_path: Path) -> None:
    with connect(sandbox_server()) as lync:
        assert lync.stream("Get-CsOnlineUser").to_csv(tmp_path / "users.csv") == 200
        assert len((tmp_path / "users.csv").read_text(encoding="utf-8").splitlines()) > 200
        assert lync.Get_CsTenant().DisplayName == "Litware, Inc."


def test_two_threads_take_turns_on_one_session(sandbox_server: Server) -> None:
    answers: list[str] = []
    with connect(sandbox_server()) as lync:
        threads = [threading.Thread(target=lambda: answers.append(lync.Get_CsTenant().DisplayName)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert answers == ["Litware, Inc."] * 6


def test_the_end_of_the_process_gives_all_seats_back(sandbox_server: Server) -> None:
    address = sandbox_server("--seats-administrator", "1")
    program = (
        "import lync_magic, sys\n"
        "held = [lync_magic.connect(sys.argv[1], password=sys.stdin.readline().strip() if not n else pw, "
        "ca=sys.argv[2], override_discovery_uri=sys.argv[3], commands=()) for n in range(1)]\n"
        "print(len(held))\n"
    ).replace(" if not n else pw", "")
    for _ in range(2):  # one more than an administrator may hold
        done = subprocess.run(
            [sys.executable, "-c", program, ADMINISTRATOR, address["ca"], address["http"]],
            input=PASSWORD,
            text=True,
            capture_output=True,
            timeout=60,
            check=True,
        )
        assert done.stdout == "1\n"
        assert done.stderr == ""


def test_the_sessions_copy_of_the_credential_is_wiped_and_the_persons_own_stays(
    sandbox_server: Server,
) -> None:
    credential = lync_magic.Credential(ADMINISTRATOR, PASSWORD)
    address = sandbox_server()
    session = lync_magic.connect(
        ADMINISTRATOR,
        credential=credential,
        ca=address["ca"],
        override_discovery_uri=address["http"],
        commands=(),
    )
    held = session._hold.credential
    assert held is not None
    assert held.password.reveal() == PASSWORD
    session.close()
    assert held.password.wiped
    assert credential.password.reveal() == PASSWORD


@pytest.mark.not_with("omi", "it gives one object an answer, and keeps a poll under way")
def test_connecting_and_importing_takes_at_most_12_requests_and_a_command_3(sandbox_server: Server) -> None:
    with connect(sandbox_server()) as lync:
        opened = lync.http_requests
        assert len(lync.commands or ()) == 45
        assert opened <= 12
        lync.Get_CsTenant()
        assert lync.http_requests - opened <= 3


EXCHANGE_ONLINE = "https://outlook.office365.com/powershell-liveid/"


def test_exchange_online_of_the_sandboxs_people_is_the_sandboxs_own() -> None:
    keeper = SandboxKeeper()
    target = Target(ADMINISTRATOR, uri=EXCHANGE_ONLINE, configuration="Microsoft.Exchange", auth="basic")
    try:
        with open_session(target, Credential(ADMINISTRATOR, PASSWORD), sandbox=keeper) as lync:
            assert "Ken Myer" in [mailbox.DisplayName for mailbox in lync.run("Get-Mailbox")]
    finally:
        keeper.stop()


def test_exchange_online_of_others_is_where_it_is() -> None:
    keeper = SandboxKeeper()
    target = Target("ken@contoso.com", uri=EXCHANGE_ONLINE, configuration="Microsoft.Exchange", auth="basic")
    way = find_way(target, Credential("ken@contoso.com", PASSWORD), time.monotonic() + 10, ignore, keeper)
    assert (way.uri, keeper.address) == (EXCHANGE_ONLINE, None)
