"""A real sshd on a port of this machine, whose subsystem `powershell` is the sandbox, and the keys of who may come in.

Where the tests run as root it also takes a password of its own for root: its process alone sees another /etc/shadow.
"""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

SSHD = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")
PASSWORD = "s3cret-of-root!"
PHRASE = "a phrase, with ünicode"
SECONDS = 30.0
_SHADOWED = 'mount --bind "$1" /etc/shadow && shift && exec "$@"'


@dataclass(frozen=True)
class SshServer:
    """An sshd, and the files of a person who may come in.

    keys in `folder`: `key`, `locked_key` (with `PHRASE`), `another_key` (may not come in).  files of known hosts:
    `known_hosts`, `known_otherwise` (another key), `known_not` (empty).  takes_password: whether `PASSWORD` is taken.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    takes_password: bool

    @property
    def place(self) -> str:
        """As --ssh has it."""
        return f"{getpass.getuser()}@127.0.0.1:{self.port}"

    @property
    def fingerprint(self) -> str:
        """Of its host key, `SHA256:…`."""
        told = subprocess.run(
            ["ssh-keygen", "-l", "-f", str(self.folder / "host_key.pub")], capture_output=True, text=True, check=True
        )
        return told.stdout.split()[1]

    def key(self, name: str = "key") -> str:
        """The path of a private key."""
        return str(self.folder / name)

    def options(self, known: str = "known_hosts", key: str = "key") -> list[str]:
        """As --ssh-option has them: this server's files in place of the person's."""
        return [
            "IdentitiesOnly=yes",
            f"IdentityFile={self.folder / key}",
            "IdentityAgent=none",
            f"UserKnownHostsFile={self.folder / known}",
            "GlobalKnownHostsFile=/dev/null",
        ]

    def password_only(self, known: str = "known_hosts") -> list[str]:
        """The same, without a key."""
        return [*self.options(known), "PubkeyAuthentication=no"]

    def line(self, known: str = "known_hosts", key: str = "key") -> str:
        """The options of `%lync connect` that say all of it."""
        return " ".join([f"--ssh {self.place}", *(f"--ssh-option {one}" for one in self.options(known, key))])

    def fresh_known_hosts(self, name: str) -> str:
        """An empty file of known hosts of this name."""
        (self.folder / name).write_text("")
        return name

    def knows(self, known: str) -> bool:
        """Whether a file of known hosts knows its host key now."""
        words = ["ssh-keygen", "-F", f"[127.0.0.1]:{self.port}", "-f", str(self.folder / known)]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    @property
    def serving(self) -> list[psutil.Process]:
        """The processes that serve its connections."""
        return psutil.Process(self.process.pid).children()

    def is_idle_soon(self) -> bool:
        """Whether the last connection ends."""
        end = time.monotonic() + SECONDS
        while self.serving and time.monotonic() < end:
            time.sleep(0.05)
        return not self.serving


def make_key(path: Path, phrase: str = "") -> str:
    """A new key; its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", phrase, "-f", str(path)], check=True)
    return path.with_suffix(".pub").read_text()


def needs() -> bool:
    """Whether OpenSSH's client and server are here."""
    return None not in (SSHD, shutil.which("ssh"), shutil.which("ssh-keygen"))


@contextmanager
def ssh_server(folder: Path, subsystem: str | None = None) -> Iterator[SshServer]:
    """A running one. subsystem: a command line in place of the sandbox. Skips the test where none can run."""
    if not needs():
        pytest.skip("needs OpenSSH's client and server")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    host_key = make_key(folder / "host_key")
    (folder / "authorized_keys").write_text(make_key(folder / "key") + make_key(folder / "locked_key", PHRASE))
    another = make_key(folder / "another_key")
    name = f"[127.0.0.1]:{port}"
    (folder / "known_hosts").write_text(f"{name} {host_key}")
    (folder / "known_otherwise").write_text(f"{name} {another}")
    (folder / "known_not").write_text("")
    sandbox = f"{sys.executable} -m lync_magic.sandbox --stdio --delay 0.01"
    (folder / "powershell").write_text(f"#!/bin/sh\nPYTHONPATH={':'.join(sys.path)} exec {subsystem or sandbox}\n")
    (folder / "powershell").chmod(0o700)
    shadowed = _shadowed(folder)
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host_key'}\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {folder / 'authorized_keys'}\nStrictModes no\nMaxStartups 100\n"
        f"PasswordAuthentication {'yes' if shadowed else 'no'}\nPermitRootLogin yes\n"
        f"Subsystem powershell {folder / 'powershell'}\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd does not start without it
    program = [*shadowed, str(SSHD), "-D", "-e", "-f", str(folder / "config")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(program, stdin=subprocess.DEVNULL, stderr=log)
    try:
        if not _answers(process, port):
            pytest.skip(f"sshd does not start here: {(folder / 'log').read_text()[-300:]}")
        yield SshServer(folder, port, process, bool(shadowed))
    finally:
        for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
            child.kill()
        process.terminate()
        process.wait(SECONDS)


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def _shadowed(folder: Path) -> list[str]:
    """What starts a program to which root's password is ours; nothing where that cannot be."""
    if os.geteuid() != 0 or None in (shutil.which("unshare"), shutil.which("openssl")):
        return []
    shadow = folder / "shadow"
    hashed = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=PASSWORD, capture_output=True, text=True, check=True
    ).stdout.strip()
    shadow.write_text(re.sub(r"(?m)^root:[^:]*:", f"root:{hashed}:", Path("/etc/shadow").read_text()))
    shadow.chmod(0o600)
    words = ["unshare", "-m", "sh", "-c", _SHADOWED, "sh", str(shadow)]
    works = subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0
    return words if works else []
