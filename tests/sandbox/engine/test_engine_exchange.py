"""The Exchange side of the tenant: another configuration, other commands, the same people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lync_magic.clixml import Credential
from lync_magic.importing import import_session
from lync_magic.sessions import SandboxKeeper, Session, Target, connect

USER, PASSWORD = "kenmyer@litwareinc.com", "p@ssw0rd!"


@pytest.fixture(scope="module")
def keeper() -> Iterator[SandboxKeeper]:
    made = SandboxKeeper()
    made.start(["--users", "20"])
    yield made
    made.stop()


def opened(keeper: SandboxKeeper, configuration: str | None) -> Session:
    assert keeper.address is not None
    target = Target(
        USER,
        uri=f"{keeper.address.https}/PowerShell",
        ca=keeper.address.ca,
        auth="basic",
        configuration=configuration,
    )
    return connect(target, Credential(USER, PASSWORD), sandbox=keeper)


@pytest.fixture(scope="module")
def exchange(keeper: SandboxKeeper) -> Iterator[Any]:
    with opened(keeper, "Microsoft.Exchange") as session:
        import_session(session)
        yield session


def test_the_configuration_has_its_own_commands(exchange: Any) -> None:
    names = set(exchange.commands)
    assert {"Get_Mailbox", "Set_Mailbox", "Get_DistributionGroup", "Enable_UMMailbox"} <= names
    assert not any(name.startswith("Get_Cs") for name in names)


def test_lyncs_own_configuration_has_none_of_them(keeper: SandboxKeeper) -> None:
    with opened(keeper, None) as session:
        import_session(session)
        assert "Get_CsTenant" in (session.commands or {})
        assert "Get_Mailbox" not in (session.commands or {})


def test_every_user_has_a_mailbox(exchange: Any) -> None:
    assert len(exchange.Get_Mailbox()) == 20
    (ken,) = exchange.Get_Mailbox(Identity="Ken Myer")
    assert ken.PrimarySmtpAddress == USER


def test_a_mailbox_can_be_changed_and_seen_so(exchange: Any) -> None:
    exchange.Set_Mailbox("kenmyer", MailTip="On holiday")
    assert exchange.Get_Mailbox("kenmyer")[0].MailTip == "On holiday"
    exchange.Set_Mailbox("kenmyer", MailTip="")


def test_unified_messaging_is_enabled_and_disabled(exchange: Any) -> None:
    exchange.Enable_UMMailbox("kenmyer", UMMailboxPolicy="Default", Extensions=["1219"])
    assert [one.Extensions for one in exchange.Get_UMMailbox()] == [["1219"]]
    exchange.Disable_UMMailbox("kenmyer")
    assert len(exchange.Get_UMMailbox()) == 0


def test_a_group_gets_its_members(exchange: Any) -> None:
    exchange.New_DistributionGroup("Reports", Members=["kenmyer"])
    exchange.Add_DistributionGroupMember("Reports", Member="packerman")
    members = exchange.Get_DistributionGroupMember("Reports")
    assert [one.Alias for one in members] == ["kenmyer", "packerman"]
    exchange.Remove_DistributionGroup("Reports")
    assert "Reports" not in [one.Name for one in exchange.Get_DistributionGroup()]


def test_both_are_managed_from_the_same_notebook(keeper: SandboxKeeper, exchange: Any) -> None:
    with opened(keeper, None) as session:
        import_session(session)
        lync: Any = session
        (user,) = lync.Get_CsOnlineUser(Identity="kenmyer")
        (mailbox,) = exchange.Get_Mailbox(Identity=user.UserPrincipalName)
        assert mailbox.DisplayName == user.DisplayName
