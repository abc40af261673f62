"""psrpcore's client behind a small door: what opens a pool, the session's key, and what the server said of itself.

Rules of this file: psrpcore never sees a byte of the server's; `reading` reads, and what it learnt is told here. It is
used by one thread at a time. Its debug log would hold whole payloads, so it is turned off.
"""

from __future__ import annotations

import base64
import logging
import threading
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import psrpcore
from psrpcore._crypto import decrypt_session_key
from psrpcore.types import (
    ConsoleColor,
    Coordinates,
    HostDefaultData,
    HostInfo,
    RunspacePoolState,
    Size,
)

from lync_magic.clixml import NoKey
from lync_magic.psrp.wire import FragmentReader, Message

for _name in ("psrpcore", "psrpcore._base", "psrpcore._client"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_WINDOW = (120, 50)
"""Characters and lines of the window that a remote command formats for."""
_BUFFER = (120, 3000)

_KEY_SIZE = 12 + 256
"""Bytes of an encrypted session key (MS-PSRP 2.2.2.4): a header and an RSA-2048 block."""

_AES_SIZE = 32
"""Bytes of the key itself."""


class Unreadable(Exception):
    """A message that cannot be read; `str` says why in one line."""


class Core:
    """One runspace pool as psrpcore sees it.

    application_arguments: for `$PSSenderInfo.ApplicationArguments`; plain Python values.
    """

    def __init__(self, application_arguments: Mapping[str, Any] | None = None, max_runspaces: int = 1) -> None:
        self._pool = psrpcore.ClientRunspacePool(
            application_arguments=dict(application_arguments or {}),
            host=_host_info(),
            max_runspaces=max_runspaces,
        )
        self._protocol = ""
        self._private_data: dict[Any, Any] = {}
        self._max_runspaces = max_runspaces
        self._lock = threading.Lock()
        """The listener may be asked for a key while a caller wants one."""

    @property
    def pool_id(self) -> uuid.UUID:
        """The pool's identity, which is also the shell's."""
        return self._pool.runspace_pool_id

    @property
    def max_runspaces(self) -> int:
        """How many pipelines the pool may run at once."""
        return self._max_runspaces

    @property
    def protocol_version(self) -> str:
        """The protocol that the server speaks, `2.3`, or "" before it said so."""
        return self._protocol

    @property
    def protocol_numbers(self) -> tuple[int, int]:
        """The same as numbers, (2, 3); also before the server said so."""
        major, _, minor = self.protocol_version.partition(".")
        return (int(major), int(minor or 0)) if major.isdigit() else (2, 3)

    @property
    def application_private_data(self) -> dict[Any, Any]:
        """What the server told about itself, as `lync_magic.clixml` reads it."""
        return self._private_data

    # --- what this side sends -------------------------------------------------------------------------------

    def open(self) -> list[Message]:
        """The messages that open the pool: SESSION_CAPABILITY and INIT_RUNSPACEPOOL."""
        self._pool.open()
        return list(self._messages())

    def request_key(self) -> list[Message]:
        """The message that asks for a session key (MS-PSRP 2.2.2.3); nothing when it was asked for before."""
        with self._lock:
            self._pool.exchange_key()
            return list(self._messages())

    def encrypt(self, secret: str) -> str:
        """A secret text under the session's key. Raises psrpcore's MissingCipherError without a key."""
        return self._pool._cipher.encrypt(secret)

    def decrypt(self, sealed: bytes) -> bytes:
        """The clear text (UTF-16-LE) of a secret under the session's key. Raises NoKey without one, or ValueError."""
        try:
            clear = self._pool._cipher.decrypt(base64.b64encode(sealed).decode("ascii"))
        except psrpcore.MissingCipherError:
            raise NoKey("There is no session key yet; it is made when a secret is sent.") from None
        return clear.encode("utf-16-le", "surrogatepass")

    # --- what the server says of itself ---------------------------------------------------------------------

    def learn_protocol(self, version: str) -> None:
        """SESSION_CAPABILITY."""
        self._protocol = version

    def learn_private_data(self, data: dict[Any, Any]) -> None:
        """APPLICATION_PRIVATE_DATA."""
        self._private_data = data

    def learn_max_runspaces(self, number: int) -> None:
        """RUNSPACEPOOL_INIT_DATA, for who connects to a pool that is there."""
        self._max_runspaces = number

    def learn_open(self) -> None:
        """RUNSPACEPOOL_STATE: the pool is open. psrpcore makes a key in that state only."""
        self._pool.state = RunspacePoolState.Opened

    def learn_key(self, sealed: bytes) -> None:
        """ENCRYPTED_SESSION_KEY. Raises Unreadable for a key that is not for this pool, or was not asked for."""
        exchange_key = self._pool._exchange_key
        if exchange_key is None or len(sealed) != _KEY_SIZE:
            raise Unreadable("a session key that was not asked for")
        try:
            key = decrypt_session_key(exchange_key, sealed)
        except ValueError:
            key = b""
        if len(key) != _AES_SIZE:  # what was sealed for another session may open as anything
            raise Unreadable("a session key that is not for this session")
        self._pool._cipher.register_key(key)

    def _messages(self) -> Iterator[Message]:
        """What psrpcore wants sent, as messages, so that this room cuts the fragments."""
        reader = FragmentReader()
        while (payload := self._pool.data_to_send()) is not None:
            yield from reader.feed(payload.data)


def _host_info() -> HostInfo:
    """A host with a screen, so that prompts and written lines come here."""
    width, height = _WINDOW
    return HostInfo(
        IsHostNull=False,
        IsHostUINull=False,
        IsHostRawUINull=False,
        UseRunspaceHost=False,
        HostDefaultData=HostDefaultData(
            ForegroundColor=ConsoleColor.Gray,
            BackgroundColor=ConsoleColor.Black,
            CursorPosition=Coordinates(X=0, Y=0),
            WindowPosition=Coordinates(X=0, Y=0),
            CursorSize=25,
            BufferSize=Size(Width=_BUFFER[0], Height=_BUFFER[1]),
            WindowSize=Size(Width=width, Height=height),
            MaxWindowSize=Size(Width=width, Height=height),
            MaxPhysicalWindowSize=Size(Width=width, Height=height),
            WindowTitle="lync_magic",
        ),
    )
