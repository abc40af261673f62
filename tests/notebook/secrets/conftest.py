"""A secret like no other text, every spelling that it could have somewhere, and a tenant where it is the password."""

from __future__ import annotations

import base64
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from spnego._ntlm_raw.crypto import ntowfv1

HERE = Path(__file__).parent
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
AROUND = 60


@dataclass(frozen=True)
class Secret:
    """A password. core: its middle, which no escape changes, so that whatever spells it somehow holds this."""

    core: str

    @property
    def password(self) -> str:
        return f'P&<"é{self.core}\\>'

    @cached_property
    def spellings(self) -> dict[str, bytes]:
        """The bytes to look for, by name: of the core in all that a text can become, of the password's hashes."""
        core = self.core.encode()
        wide = self.core.encode("utf-16-le")
        nt_hash = ntowfv1(self.password)
        return {
            "clear": core,
            "reversed": core[::-1],
            "UTF-16": wide,
            "UTF-32": self.core.encode("utf-32-le"),
            "repr of UTF-16": repr(wide)[2:-1].encode(),
            "hex": core.hex().encode(),
            "hex of UTF-16": wide.hex().encode(),
            "percent": "".join(f"%{one:02X}" for one in core).encode(),
            "JSON": "".join(f"\\u{one:04x}" for one in core).encode(),
            "Python": "".join(f"\\x{one:02x}" for one in core).encode(),
            "XML": "".join(f"&#{one};" for one in core).encode(),
            "XML in hex": "".join(f"&#x{one:X};" for one in core).encode(),
            "CLIXML": "".join(f"_x{one:04X}_" for one in core).encode(),
            "numbers": ", ".join(str(one) for one in core).encode(),
            "NT hash": nt_hash,
            "NT hash in hex": nt_hash.hex().encode(),
            "NT hash in capitals": nt_hash.hex().upper().encode(),
            "repr of the NT hash": repr(nt_hash)[2:-1].encode(),
            **{f"base64, {shift} bytes in": in_base64(core, shift) for shift in range(3)},
            **{f"base64 of UTF-16, {shift} bytes in": in_base64(wide, shift) for shift in range(3)},
        }

    def found(self, where: str | bytes) -> dict[str, str]:
        """The spellings that are there, each with what stands around it."""
        data = where if isinstance(where, bytes) else COLOURS.sub("", where).encode("utf-8", "surrogatepass")
        places = {name: data.find(spelling) for name, spelling in self.spellings.items()}
        return {name: repr(data[max(0, at - AROUND) : at + AROUND]) for name, at in places.items() if at >= 0}

    def counted(self, where: bytes) -> dict[str, int]:
        """How often each spelling is there."""
        counts = {name: where.count(spelling) for name, spelling in self.spellings.items()}
        return {name: count for name, count in counts.items() if count}

    @property
    def spellings_as_code(self) -> str:
        """Python that makes a list of the spellings, and spells none of them itself."""
        hidden = [hide(spelling) for spelling in self.spellings.values()]
        return f"[bytes(byte ^ {HIDE} for byte in one) for one in {hidden}]"

    @property
    def password_as_code(self) -> str:
        """Python that makes the password, and does not spell it itself."""
        return f"bytes(byte ^ {HIDE} for byte in {hide(self.password.encode())}).decode()"


HIDE = 0x5A


def hide(data: bytes) -> list[int]:
    """Numbers that stand for bytes in a cell that is searched too."""
    return [byte ^ HIDE for byte in data]


def in_base64(secret: bytes, shift: int) -> bytes:
    """What base64 makes of a secret that follows `shift` other bytes (and any number of threes), without its edges."""
    text = base64.b64encode(bytes(shift) + secret).rstrip(b"=")
    return text[(shift * 8 + 5) // 6 : (shift + len(secret)) * 8 // 6]


@pytest.fixture
def secret() -> Secret:
    """A new password."""
    return Secret(secrets.token_hex(9))


class Tenant:
    """A sandbox of its own. address: as it announces it."""

    def __init__(self, password: str, options: tuple[str, ...]) -> None:
        command = [sys.executable, str(HERE / "sandbox_of_its_own.py"), "--announce", *options]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self.process.stdin is not None
        self.process.stdin.write(f"{password}\n")
        self.process.stdin.flush()
        self.address: dict[str, Any] = json.loads(self._line())

    def place(self, how: str) -> str:
        """Where to connect, as words of %lync. how: `discovery`, or the way to sign in and the scheme: `ntlm http`."""
        trust = f"--ca {self.address['ca']}"
        if how == "discovery":
            return f"--override-discovery-uri {self.address['http']} {trust}"
        method, scheme = how.split()
        return f"--auth {method} --uri {self.address[scheme]}/OcsPowershell {trust}"

    def wait_until_it_hangs(self) -> None:
        """Return when a request has come whole that will not be answered."""
        assert self._line() == "hangs\n"

    def stop(self) -> None:
        self.process.communicate(timeout=10)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@pytest.fixture
def tenant(secret: Secret) -> Iterator[Callable[..., Tenant]]:
    """Start a sandbox where the secret is everybody's password."""
    started: list[Tenant] = []

    def start(*options: str) -> Tenant:
        one = Tenant(secret.password, options)
        started.append(one)
        return one

    yield start
    for one in started:
        one.stop()
