"""The recordings' messages, as the tests of this room read them."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

RECORDINGS = Path(__file__).parent.parent / "recordings"
PIPELINE_OUTPUT = 0x41004
FRAGMENT_HEAD = 21
MESSAGE_HEAD = 40
END_FRAGMENT = 2

_DATA = re.compile(r"<Data[^>]*PSGuid='([^']*)'\s*>(.*?)</Data>")


class Message(NamedTuple):
    """One PSRP message: who sent it, its type, its CLIXML."""

    sender: str
    type: int
    raw: bytes


def messages(name: str) -> list[Message]:
    """All messages of a recording, in order."""
    parts: dict[tuple[str, str, int], list[bytes]] = {}
    found = []
    with gzip.open(RECORDINGS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][1:]
    for row in rows:
        match = _DATA.match(row.get("line") or "")
        if match is None:
            continue
        data = base64.b64decode(match[2])
        while data:
            number, _, flags, length = struct.unpack(">QQBI", data[:FRAGMENT_HEAD])
            key = (row["from"], match[1], number)
            parts.setdefault(key, []).append(data[FRAGMENT_HEAD : FRAGMENT_HEAD + length])
            data = data[FRAGMENT_HEAD + length :]
            if flags & END_FRAGMENT:
                message = b"".join(parts.pop(key))
                kind = struct.unpack("<I", message[4:8])[0]
                found.append(Message(row["from"], kind, message[MESSAGE_HEAD:]))
    return found


@pytest.fixture(scope="session")
def recorded() -> Callable[[str], list[bytes]]:
    """The CLIXML of every message of a recording."""
    return lambda name: [message.raw for message in messages(name) if message.raw]


@pytest.fixture(scope="session")
def output() -> Callable[[str], list[bytes]]:
    """The CLIXML of every output object of a recording."""
    return lambda name: [message.raw for message in messages(name) if message.type == PIPELINE_OUTPUT]
