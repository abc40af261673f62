"""A real Kerberos realm for the tests: MIT's KDC, run by the tests' own user, with one user and one service."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from lync_magic.sessions.sandbox import SandboxProcess

REALM = "LITWAREINC.COM"
PASSWORD = "p@ssw0rd!"
PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
SYSTEM = "/usr/sbin"
DEADLINE = 20.0


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path=SYSTEM)


class Realm:
    """A realm in a folder. environment: what a program needs to find it.  keytab: of HTTP/localhost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keytab = folder / "http.keytab"
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self._port = unused.getsockname()[1]
        self.environment = {
            "KRB5_CONFIG": str(folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
            "KRB5CCNAME": f"FILE:{folder / 'tickets'}",
            "KRB5RCACHENAME": "none:",
        }
        self._write_files()
        self._run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        for user in ("kenmyer", "packerman", "stranger"):
            self._run("kadmin.local", "-q", f"addprinc -pw {PASSWORD} {user}@{REALM}")
        self._run("kadmin.local", "-q", f"addprinc -randkey HTTP/localhost@{REALM}")
        self._run("kadmin.local", "-q", f"ktadd -k {self.keytab} HTTP/localhost@{REALM}")
        self._process = subprocess.Popen(
            [_program("krb5kdc") or "", "-n"], env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL
        )
        self._wait()

    def sign_in(self, user: str, *options: str) -> None:
        """Get a ticket for a user, in place of the one that is there."""
        self._run("kinit", *options, f"{user}@{REALM}", given=PASSWORD + "\n")

    def sign_out(self) -> None:
        """Forget the ticket."""
        (self.folder / "tickets").unlink(missing_ok=True)

    def tickets_given(self, user: str, service: str) -> int:
        """How often the realm has given a user a ticket for a service."""
        text = (self.folder / "kdc.log").read_text()
        return text.count(f"{user}@{REALM} for {service}@{REALM}")

    def configuration(self, port: int) -> str:
        """What a program has to know of the realm, whose KDC is at this port."""
        return (
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            " dns_canonicalize_hostname = false\n rdns = false\n udp_preference_limit = 1\n"
            f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{port}\n }}\n"
            f"[domain_realm]\n localhost = {REALM}\n"
        )

    def close(self) -> None:
        """Stop."""
        self._process.terminate()
        self._process.wait(DEADLINE)

    def _write_files(self) -> None:
        (self.folder / "krb5.conf").write_text(self.configuration(self._port))
        (self.folder / "kdc.conf").write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{self._port}\n kdc_tcp_listen = 127.0.0.1:{self._port}\n"
            f"[realms]\n {REALM} = {{\n  database_name = {self.folder / 'principal'}\n"
            f"  key_stash_file = {self.folder / 'stash'}\n  acl_file = {self.folder / 'acl'}\n }}\n"
            f"[logging]\n kdc = FILE:{self.folder / 'kdc.log'}\n"
        )

    def _run(self, name: str, *words: str, given: str = "") -> None:
        subprocess.run(
            [_program(name) or "", *words],
            env={**os.environ, **self.environment},
            input=given,
            text=True,
            check=True,
            capture_output=True,
            timeout=DEADLINE,
        )

    def _wait(self) -> None:
        end = time.monotonic() + DEADLINE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            except OSError:
                assert time.monotonic() < end, "the KDC did not start"
                time.sleep(0.05)


@pytest.fixture(scope="session")
def running_realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    """The realm; skips where MIT's KDC or Python's Kerberos is not installed."""
    missing = [name for name in PROGRAMS if _program(name) is None]
    missing += [name for name in ("gssapi", "krb5") if find_spec(name) is None]
    if missing:
        pytest.skip(f"no Kerberos here: {', '.join(missing)} missing")
    realm = Realm(tmp_path_factory.mktemp("realm"))
    yield realm
    realm.close()


@pytest.fixture
def realm(running_realm: Realm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Realm]:
    """The realm, for this process too; nobody has a ticket."""
    for name, value in running_realm.environment.items():
        monkeypatch.setenv(name, value)
    running_realm.sign_out()
    yield running_realm
    running_realm.sign_out()


@pytest.fixture(scope="session")
def running_kerberos_sandbox(running_realm: Realm) -> Iterator[dict[str, str]]:
    """A sandbox that takes the realm's tickets, bound to its certificate, and CredSSP; no test leaves a session."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in running_realm.environment.items():
            patch.setenv(name, value)
        seats = ("--seats-administrator", "100", "--seats-tenant", "100")
        running = SandboxProcess(("--credssp", "--channel-binding", "--keytab", str(running_realm.keytab), *seats))
    yield vars(running.address)
    running.stop()


@pytest.fixture
def kerberos_sandbox(realm: Realm, running_kerberos_sandbox: dict[str, str]) -> dict[str, str]:
    """The same, with the realm for this process too."""
    return running_kerberos_sandbox
