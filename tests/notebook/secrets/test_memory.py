"""What the process still holds of a password: while the session lives its one keeper, after its end nothing.

What CPython has freed, it has not overwritten. A kernel whose allocators overwrite what they free (PYTHONMALLOC and
glibc's `perturb`, both meant for debugging) shows what is still alive, to the byte; an ordinary one shows the rest.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

USER = "kenmyer@litwareinc.com"
OVERWRITING = {"PYTHONMALLOC": "debug", "GLIBC_TUNABLES": "glibc.malloc.perturb=90"}
LEFT_AT_MOST = 24
"""Freed copies that an ordinary kernel may still have; one to seven were seen, of the header of Basic mostly."""

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(sys.platform != "linux", reason="reads another process's memory as Linux shows it"),
]

SEARCH = """
import gc
def search(spellings):
    plain = (str, bytes, bytearray)
    def holds(one):
        data = one.encode("utf-8", "surrogatepass") if isinstance(one, str) else one
        return any(spelling in data for spelling in spellings)
    for one in gc.get_objects():
        inside = gc.get_referents(one)
        if one is spellings or isinstance(one, type(gc)) or any(each is spellings for each in inside):
            continue
        if any(isinstance(each, plain) and holds(each) for each in inside):
            print("HOLDS", type(one).__name__)
        if callable(one) or type(one) in (dict, list, tuple, set):  # these show what they hold
            continue
        try:
            text = repr(one)
        except Exception:
            continue
        if holds(text):
            print("SHOWS", type(one).__name__)
    print("searched")
search(SPELLINGS)
"""


def memory_of(process: int) -> bytes:
    """All that a process could write to, as a core dump has it. Skips the test where that is not allowed."""
    parts = []
    try:
        maps = Path(f"/proc/{process}/maps").read_text()
        with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
            for start, end, rights in re.findall(r"^(\w+)-(\w+) (\S+)", maps, re.MULTILINE):
                if rights.startswith("rw"):
                    memory.seek(int(start, 16))
                    with suppress(OSError):  # it is given back since it was listed: nothing is there any more
                        parts.append(memory.read(int(end, 16) - int(start, 16)))
    except PermissionError:
        pytest.skip("the memory of another process may not be read here")
    return b"\0".join(parts)


def sign_in_by_form(kernel: Any, password: str, where: str) -> None:
    cell = kernel.send(f"%lync connect {USER} {where}")
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    kernel.submit_form(password)
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)


def test_the_objects_of_living_sessions_and_those_after_them(start_kernel: Any, tenant: Any, secret: Any) -> None:
    kernel, place = start_kernel(LYNC_PASSWORD=secret.password, AGAIN=secret.password), tenant()
    kernel.run(f"%load_ext lync_magic\n%lync connect {USER} --env LYNC_PASSWORD {place.place('discovery')}")
    kernel.run(f"%lync connect {USER} --env AGAIN {place.place('ntlm http')}")
    search = SEARCH.replace("SPELLINGS", secret.spellings_as_code)
    living = kernel.run(f"Get_CsTenant()\n{search}").stdout.splitlines()
    # The one of pyspnego holds the password's hash, for as long as its connection lives.
    assert sorted(living) == ["HOLDS SecureString", "HOLDS SecureString", "HOLDS _NTLMCredential", "searched"]
    assert kernel.run(f"%lync remove --all\n{search}").stdout.endswith("\nsearched\n")


def test_nothing_alive_holds_it_after_the_session(start_kernel: Any, tenant: Any, secret: Any) -> None:
    place = tenant()
    kernel = start_kernel(LYNC_PASSWORD=secret.password, **OVERWRITING)
    assert secret.counted(memory_of(kernel.manager.provisioner.pid))
    kernel.run("%load_ext lync_magic")
    kernel.run(f"%lync connect {USER} --env LYNC_PASSWORD {place.place('discovery')}")
    assert (
        kernel.run(
            "import lync_magic.sessions\nsession = lync_magic.sessions.registry.get(1)\nGet_CsTenant()\n%lync remove"
        ).status
        == "ok"
    )
    for how in ("basic https", "ntlm https", "ntlm http"):
        sign_in_by_form(kernel, secret.password, place.place(how))
        assert "Removed" in kernel.run("Get_CsTenant()\n%lync remove").stdout
    kernel.run(f"import os\nos.environ['LYNC_PASSWORD'] = {secret.password_as_code}")
    refused = kernel.run(f"%lync connect nobody@litwareinc.com --env LYNC_PASSWORD {place.place('basic https')}")
    assert refused.error_name == "SignInFailed"
    assert secret.counted(memory_of(kernel.manager.provisioner.pid)) == {}


def test_little_is_left_of_it_where_freed_memory_is_not_overwritten(
    start_kernel: Any, tenant: Any, secret: Any
) -> None:
    kernel = start_kernel()
    kernel.run("%load_ext lync_magic")
    sign_in_by_form(kernel, secret.password, tenant().place("discovery"))
    assert "Removed" in kernel.run("Get_CsTenant()\n%lync remove").stdout
    left = secret.counted(memory_of(kernel.manager.provisioner.pid))
    assert sum(left.values()) <= LEFT_AT_MOST, left
