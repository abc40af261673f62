"""Objects for the tests of this room: a recording of 2,000 users, and all types."""

from __future__ import annotations

import base64
import gzip
import json
import re
import struct
from pathlib import Path

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
