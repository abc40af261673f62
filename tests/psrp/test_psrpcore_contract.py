"""What this room relies on in psrpcore beyond its documents; a new version that changes it fails here."""

from __future__ import annotations

import logging
from datetime import timedelta
from importlib.metadata import version
from xml.etree import ElementTree

import psrpcore
import pytest
from psrpcore.types import PSRPMessageType, serialize

from lync_magic.psrp.core import Core
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
