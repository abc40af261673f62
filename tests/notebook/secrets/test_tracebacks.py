"""No traceback shows the password, and no frame, variable or error that IPython keeps of a failure holds it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

USER = "kenmyer@litwareinc.com"
NO_SEAT = ("--hang", "--seats-administrator", "0")

pytestmark = pytest.mark.timeout(120)

EVERY_FRAME = ["skip_hidden False", " ;; ".join(["pp locals()", "up"] * 40), "quit"]
"""What is typed into %debug: the variables of each frame, from the innermost to the cell's."""

WHAT_IS_KEPT = """
import sys
def frames_of(error):
    kept, waiting = [], [error]
    while waiting:
        one = waiting.pop()
        if one is None or one in kept:
            continue
        kept.append(one)
        waiting += [one.__cause__, one.__context__]
        print("ERROR", repr(one), repr(vars(one)))
        trace = one.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_name != "<module>":
                print("FRAME", trace.tb_frame.f_code.co_name, repr(trace.tb_frame.f_locals))
            for local in trace.tb_frame.f_locals.values():
                print("LOCAL", repr(getattr(local, "__dict__", None)))
            trace = trace.tb_next
frames_of(sys.last_value)
"""
"""Prints all variables of all frames of the last error and of those that it hides."""


def assert_nothing_shows(kernel: Any, secret: Any, failed: str) -> None:
    """After a cell that failed: its traceback, %tb, every frame of %debug, and what IPython keeps."""
    assert secret.found(failed) == {}
    debugged = kernel.run("%debug", answers=EVERY_FRAME)
    assert "*** Oldest frame" in debugged.stdout  # it went through all of them
    assert secret.found(debugged.stdout + debugged.stderr) == {}
    kept = kernel.run(f"%tb Verbose\n{WHAT_IS_KEPT}")
    assert kept.stdout.count("FRAME") > 3, kept.error_text
    assert secret.found(str(kernel.everything)) == {}


@pytest.fixture
def verbose_kernel(start_kernel: Any, secret: Any) -> Any:
    kernel = start_kernel(LYNC_PASSWORD=secret.password)
    kernel.run("%load_ext lync_magic\n%xmode Verbose")
    return kernel


def interrupted(kernel: Any, tenant: Any, code: str) -> str:
    """The traceback of a cell that is interrupted while its request hangs."""
    cell = kernel.send(code)
    tenant.wait_until_it_hangs()
    kernel.interrupt()
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    assert kernel.outcome(cell).error_name == "KeyboardInterrupt"
    text: str = kernel.outcome(cell).error_text
    return text


@pytest.mark.parametrize("how", ["discovery", "ntlm http"])
def test_an_interrupt_inside_a_request(verbose_kernel: Any, tenant: Any, secret: Any, how: str) -> None:
    place = tenant(*NO_SEAT)
    code = f"%lync connect {USER} --env LYNC_PASSWORD {place.place(how)}"
    failed = interrupted(verbose_kernel, place, code)
    assert "Stopped; no session was opened." in failed
    assert_nothing_shows(verbose_kernel, secret, failed)


def test_a_wrong_password_and_a_defect_below_a_command(verbose_kernel: Any, tenant: Any, secret: Any) -> None:
    place = tenant()
    kernel = verbose_kernel
    refused = kernel.run(f"%lync connect nobody@litwareinc.com --env LYNC_PASSWORD {place.place('basic https')}")
    assert refused.error_name == "SignInFailed"
    assert_nothing_shows(kernel, secret, refused.error_text)
    kernel.run(f"import os\nos.environ['LYNC_PASSWORD'] = {secret.password_as_code}")
    opened = kernel.run(f"%lync connect {USER} --env LYNC_PASSWORD {place.place('discovery')}")
    assert opened.status == "ok", opened.error_text
    kernel.run(
        "import lync_magic\nfrom lync_magic.transports.link import Link\nfrom lync_magic.psrp.own import OwnMessages\n"
        "def broken(*_given, **_named):\n    raise ZeroDivisionError\n"
        f"def pin():\n    return lync_magic.SecureString({secret.password_as_code})"
    )
    # Before a secret is sent, a key is exchanged, and that waits for the server.
    kernel.run("whole, OwnMessages._send_all = OwnMessages._send_all, broken")
    broken = kernel.run("Get_CsTenant(Identity=pin())")
    assert broken.error_name == "ZeroDivisionError"
    assert "pool.py" in broken.error_text
    assert_nothing_shows(kernel, secret, broken.error_text)
    broken = kernel.run("OwnMessages._send_all = whole\nLink.post = broken\nGet_CsTenant()")
    assert broken.error_name == "ZeroDivisionError"
    assert_nothing_shows(kernel, secret, broken.error_text)


class SilentProxy:
    """A proxy that reads what it is asked and never answers."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self._listening.getsockname()[1]}"

    def wait_until_it_hangs(self) -> None:
        self._asking, _ = self._listening.accept()
        assert b"Proxy-Authorization" in self._asking.recv(65536)

    def close(self) -> None:
        self._asking.close()
        self._listening.close()


@pytest.fixture
def silent_proxy() -> Iterator[SilentProxy]:
    proxy = SilentProxy()
    yield proxy
    proxy.close()


def test_a_password_and_a_proxy_that_python_code_gives(start_kernel: Any, silent_proxy: Any, secret: Any) -> None:
    kernel = start_kernel()
    kernel.run(
        f"%xmode Verbose\nimport lync_magic\ndef secret():\n    return {secret.password_as_code}\n"
        f"def proxy():\n    from urllib.parse import quote\n"
        f"    return 'http://ken:' + quote(secret(), safe='') + '@{silent_proxy.place}'"
    )
    code = f"lync_magic.connect('{USER}', password=secret(), proxy=proxy())"
    failed = interrupted(kernel, silent_proxy, code)
    assert "Stopped; no session was opened." in failed
    assert_nothing_shows(kernel, secret, failed)


MISTAKES = {
    "a password in bytes": ("lync_magic.connect(USER, password=secret().encode())", "UsageError"),
    "a token in bytes": ("lync_magic.connect(USER, token=lambda: secret().encode(), uri=HERE)", "TypeError"),
    "a token in two lines": ("lync_magic.connect(USER, token=lambda: secret() + '\\n', uri=HERE)", "SignInFailed"),
    "a descriptor that gives no UTF-8": (
        "from_descriptor(USER, piped(secret().encode() + b'\\xff\\n'))",
        "CredentialNeeded",
    ),
    "a keyring that fails": (
        "remember(lync_magic.sessions.Target(USER), lync_magic.Credential(USER, secret()))",
        "CredentialNeeded",
    ),
}


def test_mistakes_of_python_code(start_kernel: Any, tenant: Any, secret: Any) -> None:
    place, kernel = tenant(), start_kernel()
    kernel.run(
        "%xmode Verbose\nimport os, keyring, lync_magic, lync_magic.sessions\n"
        "from lync_magic.sessions import from_descriptor, remember\n"
        f"def secret():\n    return {secret.password_as_code}\n"
        f"os.environ['REQUESTS_CA_BUNDLE'] = {place.address['ca']!r}\n"
        f"USER, HERE = '{USER}', '{place.address['https']}/OcsPowershell'\n"
        "def piped(data):\n    reading, writing = os.pipe()\n    os.write(writing, data)\n    os.close(writing)\n"
        "    return reading\n"
        "class Broken(keyring.backend.KeyringBackend):\n    priority = 1\n"
        "    def set_password(self, service, username, password):\n        raise ValueError(password)\n"
        "    get_password = delete_password = None\n"
        "keyring.set_keyring(Broken())"
    )
    for name, (code, expected) in MISTAKES.items():
        failed = kernel.run(code)
        assert failed.error_name == expected, f"{name}: {failed.error_text}"
        assert_nothing_shows(kernel, secret, failed.error_text)


def test_an_interrupt_while_a_code_is_waited_for(start_kernel: Any, tenant: Any, secret: Any) -> None:
    """Who has the device code of a sign-in that goes on elsewhere gets its token."""
    kernel = start_kernel()
    kernel.run("%load_ext lync_magic\n%xmode Verbose")
    cell = kernel.send(f"%lync connect {USER} --device-code {tenant().place('discovery')}")
    kernel.wait(lambda: "enter the code" in kernel.outcome(cell).stdout)
    kernel.interrupt()
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    failed = kernel.outcome(cell).error_text
    assert "Stopped; no session was opened." in failed
    assert_nothing_shows(kernel, secret, failed)
    shown = kernel.run(WHAT_IS_KEPT).stdout + kernel.run("%debug", answers=EVERY_FRAME).stdout + failed
    assert "'device_code': '" not in shown
