"""Options of a session that is to be opened."""

from __future__ import annotations

from typing import Any

import pytest

import lync_magic
from lync_magic.clixml import Credential
from lync_magic.errors import AnswerLost, UsageError
from lync_magic.sessions import Registry, SessionOption, Target, connect

ADMINISTRATOR = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"


@pytest.mark.parametrize("option", [SessionOption(idle_timeout=59), SessionOption(open_timeout=0)])
def test_a_time_that_no_server_takes_is_refused(option: SessionOption) -> None:
    with pytest.raises(UsageError):
        Target(ADMINISTRATOR, options=option).check()


def test_seconds_are_powershells_milliseconds_in_an_object() -> None:
    assert SessionOption(idle_timeout=90.0).__psobject__()["IdleTimeout"] == 90_000


def test_a_session_is_opened_with_options(sandbox_server: Any) -> None:
    address = sandbox_server()
    target = Target(
        ADMINISTRATOR,
        ca=address["ca"],
        override_discovery_uri=address["http"],
        options=SessionOption(locale="fr-FR", idle_timeout=60.0, no_profile=True),
    )
    with connect(target, Credential(ADMINISTRATOR, PASSWORD), registry=Registry()) as session:
        assert session.run("Get-CsTenant")[0].DisplayName == "Litware, Inc."


def test_opening_ends_at_its_own_time_limit(sandbox_server: Any) -> None:
    address = sandbox_server("--hang", "--seats-administrator", "1")
    wanted = {"password": PASSWORD, "ca": address["ca"], "override_discovery_uri": address["http"], "commands": ()}
    with lync_magic.connect(ADMINISTRATOR, **wanted):
        target = Target(
            ADMINISTRATOR,
            ca=address["ca"],
            override_discovery_uri=address["http"],
            options=SessionOption(open_timeout=2.0),
        )
        with pytest.raises(AnswerLost):
            connect(target, Credential(ADMINISTRATOR, PASSWORD), registry=Registry())
