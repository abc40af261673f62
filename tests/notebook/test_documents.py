"""Documents that were converted run in a real kernel, from their first cell to their last, and print what they tell."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lync_magic.documents import Making, Printed, convert
from lync_magic.documents.checking.told import Line, Meter, Piece, Properties, Table, pieces
from lync_magic.sessions import find_powershell
from tests.notebook.conftest import Kernel

PASSWORD = "p@ssw0rd!"
USER = "kenmyer@litwareinc.com"
SHARED = Path(os.environ.get("LYNC_MAGIC_SHARED", Path(__file__).parents[3] / "shared"))

pytestmark = pytest.mark.timeout(180)


def run_cells(kernel: Any, notebook: dict[str, Any]) -> list[tuple[dict[str, Any], Any]]:
    """Run a notebook's cells as a person would: fill in the form that a cell shows."""
    ran = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        if "Get-Credential" in source or source.startswith("%lync connect"):
            number = kernel.send(source)
            waits = kernel.waits_in_cell and "Get-Credential" in source
            if not waits:
                kernel.wait(lambda number=number: kernel.outcome(number).status == "idle")
                kernel._reply(number, 20)
            if "Get-Credential" in source:
                kernel.type_user_name(USER)
            kernel.submit_form(PASSWORD)
            if waits:
                kernel.wait(lambda number=number: kernel.outcome(number).status == "idle")
                kernel._reply(number, 20)
            kernel.wait(lambda: re.search(r"Signed in|credential is there", json.dumps(kernel.everything, default=str)))
            ran.append((cell, kernel.outcome(number)))
            continue
        outcome = kernel.run(source)
        may_fail = "raises-exception" in cell["metadata"].get("tags", ())
        assert (outcome.status == "error") == may_fail, f"{source}\n{outcome.error_text}\n{outcome.stderr}"
        ran.append((cell, outcome))
    return ran


def seen(outcome: Any) -> str:
    """All that a cell printed, blanks folded."""
    return " ".join(f"{outcome.text}\n{outcome.stderr}\n{outcome.error_text}".split())


def words(piece: Piece) -> list[str]:
    """The words of a printed piece that are the same in every session."""
    if isinstance(piece, Table):
        return [*piece.columns, *(cell for row in piece.rows for cell in row if cell in FIXED)]
    if isinstance(piece, Properties):
        return [name for name, _value in piece.values]
    if isinstance(piece, Meter):
        return []  # a bar is gone when the command has ended
    assert isinstance(piece, Line)
    return [piece.text.split(" = ")[0]]


EXPECTED = 7
"""What an original prints, in all."""
FIXED = {USER, "System.Security.SecureString", "Opened", "Microsoft.PowerShell", "Available", "Script"}


WITHOUT_POWERSHELL = {"LYNC_MAGIC_PWSH": "", "PATH": ""}


@pytest.fixture(params=["python3", "lync_magic", "lync_magic without PowerShell"])
def reader(request: pytest.FixtureRequest) -> Iterator[Kernel]:
    """A kernel that runs documents: Python's, ours with the machine's PowerShell, ours without one."""
    name, _, without = request.param.partition(" ")
    if name == "lync_magic" and not without and find_powershell() is None:
        pytest.skip("no PowerShell: none on PATH, and LYNC_MAGIC_PWSH names none")
    kernel = Kernel(WITHOUT_POWERSHELL if without else {}, name)
    kernel.waits_in_cell = name == "lync_magic" and not without
    kernel.client.comm_info("jupyter.widget")  # as a front end does that draws forms
    yield kernel
    kernel.stop()


ORIGINALS = {
    "English, the text of a page": "original_en.txt",
    "French, Markdown": "original_fr.md",
    "English, Markdown": "en/connecting-to-skype-for-business-online-by-using-windows-powershell.md",
    "French, the text of a page": "original_fr.md",
}


def page_text(markdown: str) -> str:
    """What somebody has who copied the page out of a browser: the same words and lines, without markup."""
    text = re.sub(r"\A---\n.*?\n---\n|<[^<>]*>|!\[[^\]]*\]\((?:[^()]|\([^()]*\))*\)", "", markdown, flags=re.DOTALL)
    text = re.sub(r"\*\*|`|(?<!\w)[*_](?=\w)|(?<=[\w :])[*_](?!\w)", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text))
    return "\n".join(re.sub(r"^(?:#+ | {4,8})", "", line) for line in text.split("\n"))


@pytest.mark.parametrize("which", ORIGINALS)
def test_an_original_runs_whole_and_prints_what_it_tells(reader: Kernel, which: str, tmp_path: Path) -> None:
    path = SHARED / "documents" / ORIGINALS[which]
    if not path.is_file():
        pytest.skip("the family of documents is not at hand (LYNC_MAGIC_SHARED names its folder)")
    if which.startswith("French, the text"):
        (tmp_path / "page.txt").write_text(page_text(path.read_text("utf-8")), "utf-8")
        path = tmp_path / "page.txt"
    notebook = json.loads(convert(path, making=Making(), kernel=reader.name, clear=True))
    told = 0
    for cell, outcome in run_cells(reader, notebook):
        assert seen(outcome).count("commands received") <= 1
        for one in cell["metadata"].get("lync_magic", {}).get("expected", ()):
            printed = Printed(one["kind"], one["text"], one["line"])
            told += 1
            if printed.kind == "error":
                said = printed.text.split(" : ", 1)[-1].split()
                # PowerShell 7 itself goes on in other words than the PowerShell of the documents.
                assert " ".join(said[:6] if reader.waits_in_cell else said) in seen(outcome)
                continue
            for piece in pieces(printed.text):
                for word in words(piece):
                    assert word in seen(outcome), f"{word!r} of line {printed.line}"
    assert told == EXPECTED


DOCUMENT = """# Utilisateurs

Tapez la commande suivante :

    Get-CsOnlineUser -Identity "Ken Myer" | Select-Object DisplayName

Voici le résultat :

    DisplayName
    -----------
    Ken Myer
"""


def test_a_document_that_does_not_sign_in_itself_runs_whole(reader: Kernel, tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(DOCUMENT, "utf-8")
    ran = run_cells(reader, json.loads(convert(path, kernel=reader.name, clear=True)))
    assert "Ken Myer" in seen(ran[-1][1])


def test_a_notebook_checks_a_document_and_keeps_its_own_sessions(kernel: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\nRun this command:\n\n    Get-PSSession | Remove-PSSession\n", "utf-8")
    kernel.run("%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD")
    outcome = kernel.run(f"%lync check {page}")
    assert outcome.status == "ok", outcome.error_text + outcome.stdout
    assert "page.md: true" in outcome.stdout
    assert "Opened" in kernel.run("%lync sessions").text


def test_a_document_that_is_not_true_fails_the_cell(kernel: Any, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\nRun this command:\n\n    Get-CsTenants\n", "utf-8")
    outcome = kernel.run(f"%lync check {page}")
    assert outcome.error_name == "DocumentNotTrue"
    assert "page.md:5: There is no command Get-CsTenants." in outcome.stdout
    assert "Is it Get-CsTenant now?" in outcome.stdout
