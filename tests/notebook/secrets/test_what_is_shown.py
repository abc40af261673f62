"""A search for the password in all that a kernel says, logs, saves and is seen with, in every spelling."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

USER = "kenmyer@litwareinc.com"

pytestmark = pytest.mark.timeout(120)

LOG_ALL = """
import asyncio, io, logging, warnings
from traitlets.log import get_logger
logged = io.StringIO()
logging.basicConfig(stream=logged, level=logging.DEBUG, force=True)
get_logger().addHandler(logging.StreamHandler(logged))
logging.captureWarnings(True)
warnings.simplefilter("always")
asyncio.get_running_loop().set_debug(True)
for name in [get_logger().name, *logging.root.manager.loggerDict]:
    logging.getLogger(name).setLevel(logging.DEBUG)
"""

TAKE_APART = """
import copy, dataclasses, json, pickle, sys
from lync_magic.sessions import registry
takings = [repr, str, vars, dict, list, copy.copy, copy.deepcopy, dataclasses.asdict]
takings += [lambda one: json.dumps(one, default=str), lambda one: json.dumps(one, default=vars)]
takings += [lambda one, protocol=protocol: pickle.dumps(one, protocol) for protocol in range(6)]
seen, waiting = set(), list(registry)
while waiting:
    one = waiting.pop()
    inside = getattr(one, "__dict__", None) or {}
    if id(one) in seen or isinstance(one, (type, type(sys))) or callable(one):
        continue
    seen.add(id(one))
    waiting += [each for each in inside.values() if type(each).__module__.startswith(("lync_magic", "requests"))]
    for taking in takings:
        try:
            print(type(one).__name__, taking(one))
        except Exception as error:
            print(type(one).__name__, repr(error), repr(vars(error)))
print(len(seen), "objects taken apart")
"""


def test_the_searched_for_is_found_in_every_spelling(secret: Any) -> None:
    for name, spelling in secret.spellings.items():
        assert name in secret.found(b"before " + spelling + b" after")
    for text in (json.dumps(secret.password), repr(secret.password.encode("utf-16-le")), ascii(secret.password)):
        assert secret.found(text)


def test_a_session_by_the_form_with_every_log_on(start_kernel: Any, tenant: Any, secret: Any, tmp_path: Path) -> None:
    kernel = start_kernel(IPYTHONDIR=str(tmp_path), PYTHONASYNCIODEBUG="1")
    kernel.run(f"%load_ext lync_magic\nimport lync_magic.importing, ipywidgets\n{LOG_ALL}")
    cell = kernel.send(f"%lync connect {USER} {tenant().place('discovery')}")
    kernel.wait(lambda: kernel.outcome(cell).status == "idle")
    kernel._reply(cell, 10)
    kernel.submit_form(secret.password[::-1])
    kernel.wait(lambda: "Logon failed" in str(kernel.widgets))
    kernel.submit_form(secret.password)
    kernel.wait(lambda: "commands imported" in kernel.outcome(cell).stdout)
    kernel.run("print(Get_CsTenant().DisplayName)\n%history -g")
    apart = kernel.run(f"{TAKE_APART}\nimport ipywidgets\nprint(ipywidgets.Widget.get_manager_state())").stdout
    assert "Credential" in apart
    kernel.run("%lync remove\n%history")
    log = kernel.run("print(logged.getvalue())").stdout
    for library in ("comm_msg", "asyncio"):
        assert library in log  # what is not logged at all proves nothing
    assert secret.found(str(kernel.everything)) == {}
    history = tmp_path / "profile_default" / "history.sqlite"
    kernel.run("%history -g")
    assert secret.found(history.read_bytes()) == {}


def test_a_session_by_the_environment_with_every_log_on(start_kernel: Any, tenant: Any, secret: Any) -> None:
    kernel = start_kernel(LYNC_PASSWORD=secret.password)
    kernel.run(f"%load_ext lync_magic\nimport lync_magic.importing\n{LOG_ALL}")
    connected = kernel.run(f"%lync connect {USER} --env LYNC_PASSWORD {tenant().place('ntlm http')}")
    assert connected.status == "ok", connected.error_text
    kernel.run(f"print(Get_CsTenant().DisplayName)\n{TAKE_APART}")
    process = Path(f"/proc/{kernel.manager.provisioner.pid}")
    if process.is_dir():
        assert secret.found((process / "environ").read_bytes()) == {}
        listed = subprocess.run(["ps", "eww", "-p", process.name], capture_output=True, check=True).stdout
        assert b"ipykernel" in listed
        assert secret.found(listed) == {}
    kernel.run("import os, subprocess\nprint(os.environ, subprocess.check_output('env'))\n%lync remove\n%env")
    log = kernel.run("print(logged.getvalue())").stdout
    assert "asyncio" in log
    assert secret.found(str(kernel.everything)) == {}


def test_a_saved_notebook_with_its_widgets(
    tenant: Any, secret: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LYNC_PASSWORD", secret.password)
    place = tenant().place("discovery")
    cells = [
        "%load_ext lync_magic",
        f"%lync connect {USER} --env LYNC_PASSWORD {place}",
        "Get_CsTenant()",
        f"%%lync\n$credential = Get-Credential {USER}",
        "credential = 1\n%lync remove",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, store_widget_state=True, allow_errors=True, kernel_name="python3").execute()
    saved = tmp_path / "saved.ipynb"
    nbformat.write(notebook, saved)
    text = saved.read_text(encoding="utf-8")
    assert "Litware, Inc." in text
    assert secret.found(text) == {}
