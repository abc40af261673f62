"""What this room's tests read: a recording of 2,000 users, one of all types; and a relay between client and server."""

from __future__ import annotations

import base64
import gzip
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_magic.records import Reader, Records

RECORDINGS = Path(__file__).parent.parent / "recordings"
OUTPUT = struct.pack("<I", 0x41004)
_DATA = re.compile(r"<Data[^>]*PSGuid='([^']*)'\s*>(.*?)</Data>")


def output_of(name: str) -> list[bytes]:
    """The CLIXML of every output object of a recording: fragments put together, heads of 21 and 40 bytes cut off."""
    parts: dict[tuple[str, int], bytes] = {}
    found = []
    with gzip.open(RECORDINGS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][1:]
    for row in rows:
        match = _DATA.match(row.get("line") or "")
        data = base64.b64decode(match[2]) if match and row["from"] == "server" else b""
        while data:
            number, _, flags, length = struct.unpack(">QQBI", data[:21])
            key = (match[1] if match else "", number)
            parts[key] = parts.get(key, b"") + data[21 : 21 + length]
            data = data[21 + length :]
            if flags & 2:
                message = parts.pop(key)
                if message[4:8] == OUTPUT:
                    found.append(message[40:])
    return found


@pytest.fixture(scope="session")
def raw_users() -> list[bytes]:
    """2,000 objects of 12 properties, as they came."""
    return output_of("many_objects")


@pytest.fixture(scope="session")
def users(raw_users: list[bytes]) -> Records:
    """2,000 objects of 12 properties."""
    return Reader().feed(raw_users)


@pytest.fixture(scope="session")
def raw_types() -> list[bytes]:
    """One object for each type of value, as they came."""
    return output_of("types")


@pytest.fixture(scope="session")
def types(raw_types: list[bytes]) -> Records:
    """One object for each type of value: `Case`, `Type`, `Text`, `Value`."""
    return Reader().feed(raw_types)


@pytest.fixture(scope="session")
def raw_views() -> list[bytes]:
    """What Get-FormatData says of four types, after a count of all."""
    return output_of("format_data")


class Relay:
    """Stands between a client and a server; counts what the server sends. It holds back nothing by itself."""

    def __init__(self, port: int) -> None:
        self.sent = 0
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._to))
            self._open += [client, server]
            threading.Thread(target=self._pass_on, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, True), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        try:
            while data := source.recv(65536):
                if counted:
                    self.sent += len(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def quiet(self, seconds: float = 1.0, deadline: float = 60.0) -> int:
        """How much the server has sent, once nothing more has come for a while."""
        end = time.monotonic() + deadline
        before, since = -1, time.monotonic()
        while time.monotonic() < end:
            if self.sent != before:
                before, since = self.sent, time.monotonic()
            elif time.monotonic() - since > seconds:
                return before
            time.sleep(0.05)
        raise AssertionError("the server never stopped sending")

    def close(self) -> None:
        for one in self._open:
            one.close()


@pytest.fixture
def relay() -> Iterator[Callable[[dict[str, Any]], Relay]]:
    """Relays to a sandbox that end with the test."""
    made: list[Relay] = []

    def to(address: dict[str, Any]) -> Relay:
        made.append(Relay(int(address["https"].rsplit(":", 1)[1])))
        return made[-1]

    yield to
    for each in made:
        each.close()
