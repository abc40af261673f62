"""What this room relies on in psrpcore beyond its documents; a new version that changes it fails here."""

from __future__ import annotations

import base64
import logging
from datetime import timedelta
from importlib.metadata import version
from xml.etree import ElementTree

import psrpcore
import pytest
from psrpcore._crypto import encrypt_session_key
from psrpcore.types import PSRPMessageType, serialize

from lync_magic.clixml import NoKey
from lync_magic.psrp.core import Core, Unreadable
from lync_magic.psrp.wire import MessageType


def test_the_version_is_one_that_was_looked_into() -> None:
    assert version("psrpcore").split(".")[:2] == ["0", "3"]


def test_its_message_types_have_our_numbers() -> None:
    theirs = {int(kind.value) for kind in PSRPMessageType}
    assert {int(kind) for kind in MessageType} <= theirs


def test_the_cipher_of_a_pool_is_where_it_was_and_refuses_without_a_key() -> None:
    pool = psrpcore.ClientRunspacePool()
    assert isinstance(pool._cipher, psrpcore.PSRemotingCrypto)
    with pytest.raises(psrpcore.MissingCipherError):
        pool._cipher.encrypt("x")
    pool._cipher.register_key(bytes(32))
    assert pool._cipher.decrypt(pool._cipher.encrypt("p@ss")) == "p@ss"


def test_a_pool_that_is_told_that_it_is_open_asks_for_a_key_and_takes_it() -> None:
    core = Core()
    core.open()
    core.learn_open()
    (asked,) = core.request_key()
    assert asked.type == MessageType.PUBLIC_KEY
    public_key = base64.b64decode(ElementTree.fromstring(asked.data).findtext(".//S") or "")
    with pytest.raises(NoKey):
        core.decrypt(b"")
    core.learn_key(encrypt_session_key(public_key, bytes(range(32))))
    sealed = base64.b64decode(core.encrypt("p@ss \U0001f600"))
    assert core.decrypt(sealed).decode("utf-16-le") == "p@ss \U0001f600"


@pytest.mark.parametrize("sealed", [b"", bytes(12 + 255), bytes(300)])
def test_a_session_key_that_is_none_is_unreadable(sealed: bytes) -> None:
    core = Core()
    core.open()
    with pytest.raises(Unreadable, match="not asked for"):
        core.learn_key(sealed)
    core.learn_open()
    core.request_key()
    with pytest.raises(Unreadable, match="session key"):
        core.learn_key(sealed)


def test_without_a_limit_it_gives_whole_messages_in_one_fragment_each() -> None:
    messages = Core().open()
    assert [message.type for message in messages] == [
        MessageType.SESSION_CAPABILITY,
        MessageType.INIT_RUNSPACEPOOL,
    ]


def test_its_log_keeps_no_payload(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    Core({"Password": "p@ssw0rd!"}).open()
    assert "p@ssw0rd!" not in caplog.text


def test_its_serializer_still_loses_a_zero_so_we_keep_our_own() -> None:
    element = serialize(timedelta(seconds=10), psrpcore.PSRemotingCrypto())
    assert ElementTree.tostring(element) == b"<TS>PT1S</TS>"
