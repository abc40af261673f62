"""Results in a real kernel: what it sends to the notebook, and the word on what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

SECONDS = 60
START = """
from lync_magic.clixml import PSObject
from lync_magic.magics.display import give_results_their_looks
from lync_magic.records import Reader, Records
give_results_their_looks()
users = Records(PSObject({"DisplayName": f"User {i}", "Age": i}, ("X.User",)) for i in range(30))
"""
MODULE = """
from lync_magic.records import Reader, Records

def command():
    reader = Reader()
    result = reader.feed([b"<S>a</S>", b"<Obj>", b"<S>&x;</S>"])
    reader.finish()
    return result

def session():
    return command()
"""

Run = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Runs a cell: its streams by name, its result and displays by MIME type, its error's name."""
    manager = pytest.importorskip("jupyter_client.manager")
    kernel, client = manager.start_new_kernel(startup_timeout=SECONDS)

    def run_cell(code: str) -> dict[str, Any]:
        said: dict[str, Any] = {"stdout": "", "stderr": "", "result": {}, "displays": [], "error": ""}

        def hear(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                said[content["name"]] += content["text"]
            elif message["msg_type"] == "execute_result":
                said["result"] = content["data"]
            elif message["msg_type"] == "display_data":
                said["displays"].append(content["data"])
            elif message["msg_type"] == "error":
                said["error"] = "\n".join(content["traceback"])

        client.execute_interactive(code, output_hook=hear, timeout=SECONDS)
        return said

    assert not run_cell(START)["error"]
    yield run_cell
    client.stop_channels()
    kernel.shutdown_kernel(now=True)


def test_a_result_and_an_object_come_as_html_and_as_text(run: Run) -> None:
    result = run("users")["result"]
    assert result["text/plain"].startswith("DisplayName Age\n")
    assert "30 objects" in result["text/html"]
    one = run("users[3]")["result"]
    assert one["text/plain"] == "DisplayName : User 3\nAge         : 3"
    assert "User 3" in one["text/html"]


def test_show_displays_the_table_in_the_middle_of_a_cell_too(run: Run) -> None:
    pytest.importorskip("itables")
    said = run("users.show()\n1 + 1")
    assert "data-lync-show" in said["displays"][0]["text/html"]
    assert said["displays"][0]["text/plain"].startswith("DisplayName Age\n")
    assert said["result"]["text/plain"] == "2"


def test_without_itables_show_says_in_two_lines_how_to_get_it(run: Run) -> None:
    said = run(
        "import sys; from lync_magic.ui import interactive; interactive._library.cache_clear()\n"
        "held = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition('.')[0] == 'itables'}\n"
        "sys.modules['itables'] = None\n"
        "try:\n    users.show()\nfinally:\n    del sys.modules['itables']; sys.modules.update(held)"
    )
    assert said["error"].splitlines() == [
        "DependencyMissing: show() needs the package itables, which is not installed.",
        'Run: %pip install "lync-magic[show]" and restart the kernel.',
    ]


def test_what_could_not_be_read_is_said_once_for_each_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "commands.py").write_text(MODULE)
    run(f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import commands")
    for _ in range(2):  # the same words from the same place: Python's own rule would be silent the second time
        said = run("result = commands.session()")["stderr"]
        assert said.count("UndecodedWarning: 2 objects could not be read") == 1
        assert "not well-formed XML" in said
    text = run("result")["result"]["text/plain"]
    assert text.count("undecoded: not well-formed XML") == 2
    assert text.endswith("(3 objects, 2 of them could not be read)")
    assert run("result")["stderr"] == ""
