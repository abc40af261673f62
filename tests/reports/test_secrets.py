"""Secrets planted wherever a report can meet them: none in what it leaves, and none in the list of processes."""

from __future__ import annotations

import base64
import json
import logging
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
import pytest

from lync_magic.reports.outputs import redaction_of, without_secrets
from lync_magic.tapes.form import BlockReader
from tests.reports.conftest import CONNECT, PASSWORD, Make, Run, same_but_for_provenance

MADE = """\
import base64, os, sys, warnings
from urllib.parse import quote
from IPython.display import HTML
from lync_magic.clixml import Credential, SecureString
planted = lambda number: f'plan' f'ted-{number:02}-secret'
own = os.environ['REPORT_PASSWORD']
jwt = 'ey' + 'JhbGciOiJub25l.eyJzdWIiOiJrZW4ifQ.c2ln' + 'bmF0dXJl'"""
"""Makes each secret of parts, so that the notebook's own text holds none."""
CELLS = (
    ("Get_Planted(UserPassword=planted(1), Notes='x', Inner={'Token': planted(2)})", "xlsx:Planted"),
    "Get_Planted(Notes=f'Authorization: Bearer {planted(3)}', ClientSecret=planted(4))",
    "Get_Planted(Notes=f'password={planted(5)}', Inner=[f'pwd: {planted(6)}'])",
    "Get_Planted(Notes=f'https://ken:{planted(7)}@litwareinc.com/', MobilePhone=planted(8))",
    "Get_Planted(Notes=f'it is {own}.', Inner=base64.b64encode(own.encode()).decode())",
    "Get_Planted(Notes=quote(own, safe=''), Inner=base64.b64encode(own.encode('utf-16-le')).decode())",
    "Get_Planted(Notes=jwt, Inner=f\"ConvertTo-SecureString '{planted(9)}' -AsPlainText\")",
    "Get_Planted(Pin=SecureString(planted(10)), Inner=Credential('ken', planted(11)))",
    ("Get_CsOnlineUser(Identity=f'token={planted(12)}')", "raises-exception"),
    "Set_CsMeetingConfiguration(HelpURL=f'https://ken:{planted(13)}@x.y/', Verbose=True, WhatIf=True)",
    ("raise ValueError(f'token={planted(14)} of {own}')", "raises-exception"),
    "print(own, file=sys.stderr); print(f'api_key: {planted(15)}')",
    "warnings.warn(f'secret={planted(16)}')",
    "HTML(f'<p>password: {planted(17)}</p>')",
    "f'Bearer {planted(18)}'",
    "notes = f'pwd={planted(19)}'",
    "%%lync\nGet-Planted -Notes $notes -UserPassword x | Format-List",
    "f'Basic {planted(20)}'",
)
COMMAND = {
    "name": "Get-Planted",
    "parameters": [
        {"name": name, "type": "Object", "sets": {"(All)": {}}}
        for name in ("UserPassword", "ClientSecret", "Notes", "Inner", "Pin", "MobilePhone")
    ],
}
FORMS = (
    *("planted-", "c2lnbmF0dXJl", PASSWORD, quote(PASSWORD, safe="")),
    base64.b64encode(PASSWORD.encode()).decode(),
    base64.b64encode(PASSWORD.encode("utf-16-le")).decode(),
)


@contextmanager
def processes_watched(mark: str) -> Iterator[set[str]]:
    """The command lines meanwhile of this test's own processes: those with the mark in their environment."""
    seen: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if mark.encode() in (process / "environ").read_bytes():
                        seen.add((process / "cmdline").read_bytes().decode("utf-8", "replace"))
                except OSError:
                    continue

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def texts_of(path: Path) -> str:
    """All that a file holds, packed and unpacked."""
    parts = [path.read_bytes()]
    if path.suffix == ".tape":
        reader = BlockReader(path)
        parts += [*reader.blocks(), json.dumps(reader.index).encode()]
        reader.close()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            parts += [book.read(name) for name in book.namelist()]
    return b"\n".join(parts).decode("utf-8", "replace")


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="this system has no /proc")
def test_no_planted_secret_is_in_anything_that_a_report_leaves(
    make: Make,
    run: Run,
    sandbox_server: Callable[..., dict[str, Any]],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LYNC_MAGIC_TEST_MARK", str(tmp_path))
    commands = tmp_path_factory.mktemp("sandbox") / "commands.json"
    commands.write_text(json.dumps([COMMAND]), "utf-8")
    served = sandbox_server("--commands", str(commands))
    where = f"--uri {served['https']}/OcsPowershell --auth basic --ca {served['ca']}"
    report = make(MADE, f"{CONNECT} {where}", *CELLS)
    caplog.set_level(logging.DEBUG)
    recording = ("--record", "a.tape", "--redact", "MobilePhone", "--xlsx", "tables.xlsx", "--junit", "out.xml")
    with processes_watched(str(tmp_path)) as command_lines:
        assert run(report, *recording, "--html", "live.html", "--json") == 0
        assert run(report, "--replay", "a.tape", "--html", "tape.html", "--json") == 0
    assert any("ipykernel" in line for line in command_lines)
    assert any("sandbox" in line for line in command_lines)
    assert [line for line in command_lines if any(form in line for form in FORMS)] == []
    heard = capfd.readouterr()
    left = {path.name: texts_of(path) for path in tmp_path.iterdir() if path.is_file()}
    assert {"a.tape", "report.run.ipynb", "live.html", "tape.html", "tables.xlsx", "out.xml"} <= left.keys()
    left |= {"output": heard.out + heard.err, "log": caplog.text}
    assert {name: form for name, text in left.items() for form in FORMS if form in text} == {}
    assert "redacted-" in left["live.html"]
    assert same_but_for_provenance(tmp_path / "live.html", tmp_path / "tape.html")


def test_a_secret_in_a_variable_that_a_profile_names_is_taken_out_of_what_cells_print(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profiles = tmp_path / "profiles.toml"
    profiles.write_text('[contoso]\nuser = "ken@contoso.com"\nenv = "FIRST"\n', "utf-8")
    monkeypatch.setattr("lync_magic.sessions.profiles.profiles_path", lambda: profiles)
    cell = nbformat.v4.new_code_cell("fan_out('Get-CsTenant', [{'user_name': 'ken@fabrikam.com', 'env': 'SECOND'}])")
    for name in ("FIRST", "SECOND", "THIRD_PASSWORD", "FOURTH"):
        monkeypatch.setenv(name, f"planted-{name}")
    text = " ".join(f"planted-{name}" for name in ("FIRST", "SECOND", "THIRD_PASSWORD", "FOURTH"))
    content = {"text": text}
    without_secrets(content, redaction_of(nbformat.v4.new_notebook(cells=[cell])))
    assert [word for word in content["text"].split() if word.startswith("planted")] == ["planted-FOURTH"]
