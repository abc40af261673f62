"""PowerShell's own client, a real one, over a real sshd to the sandbox: it works as with any other server.

One script, one PowerShell; each test looks at one of its answers.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from lync_magic.sessions import find_powershell, powershell_environment

SCRIPT = Path(__file__).with_name("own_client.ps1")
SECONDS = 120


@pytest.fixture(scope="module")
def told(sshd: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each step gave, and its error."""
    program = find_powershell()
    if program is None:
        pytest.skip("no PowerShell: none on PATH, and LYNC_MAGIC_PWSH names none")
    folder = tmp_path_factory.mktemp("client")
    options = "; ".join(f"{name} = '{value}'" for name, _, value in (one.partition("=") for one in sshd.options()))
    script = (
        SCRIPT.read_text("utf-8")
        .replace("OPTIONS", options)
        .replace("FOLDER", str(folder))
        .replace("PORT", str(sshd.port))
    )
    user, _, host = sshd.place.partition(":")[0].partition("@")
    path = folder / "script.ps1"
    path.write_text(script.replace("USER", user).replace("HOST", host))
    ran = subprocess.run(
        [str(program), "-NoProfile", "-NonInteractive", "-File", str(path)],
        env=powershell_environment(program),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    result = folder / "told.json"
    assert result.exists(), ran.stdout + ran.stderr
    return dict(json.loads(result.read_text("utf-8-sig")))


@pytest.mark.parametrize(
    ("step", "value"),
    [
        ("session", ["127.0.0.1 Opened SSH"]),
        ("import", [45]),
        ("call", ["Litware, Inc."]),
        ("bound", [3]),
        ("pipeline", [2]),
        ("piped_in", [True]),
        ("what_if", ["nothing more"]),
        ("as_job", ["Litware, Inc."]),
        ("help", ["Get-CsTenant"]),
        ("words", ["Litware, Inc."]),
        ("argument", [2]),
        ("export", [True]),
        ("second", ["Litware, Inc."]),
        ("usable", ["Litware, Inc."]),
        ("removed", ["Closed 0"]),
    ],
)
def test_it_works_as_with_a_server(told: dict[str, dict[str, Any]], step: str, value: list[object]) -> None:
    assert (told[step]["value"], told[step]["error"]) == (value, "")


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("script_refused", "The syntax is not supported by this runspace"),
        ("unknown", "The term 'Get-Nothing' is not recognized"),
        ("not_found", "nobody@nowhere.invalid"),
    ],
)
def test_what_a_server_refuses_is_refused_in_its_words(told: dict[str, dict[str, Any]], step: str, error: str) -> None:
    assert error in " ".join(told[step]["error"].split())


def test_its_end_leaves_no_connection(told: dict[str, dict[str, Any]], sshd: Any) -> None:
    assert told
    assert sshd.is_idle_soon()
