"""The command line, as a person and a program use it: what it writes, what it prints, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from lync_magic.commandline import main
from lync_magic.commandline.main import program
from lync_magic.commandline.telling import LOCALES
from lync_magic.messages import use_language

PAGE = """# Users

Run this command:

    Get-CsOnlineUser -Identity "Ken Myer" | Select-Object DisplayName

You will see:

    DisplayName
    -----------
    {name}
"""


class Ran(NamedTuple):
    """What a run of the command line said."""

    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command line with these words, and sees that it ends with this code."""

    def made(*words: str, code: int = 0, **surroundings: str) -> Ran:
        for name, value in {"LANG": "C.UTF-8", **surroundings}.items():
            monkeypatch.setenv(name, value)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(words))
        said = capsys.readouterr()
        assert ended.value.code == code, said.err
        return Ran(said.out, said.err)

    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    yield made
    use_language(None)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "users.md"
    path.write_text(PAGE.format(name="Ken Myer"), "utf-8")
    return path


def test_a_document_becomes_a_notebook_beside_it(run: Run, page: Path) -> None:
    ran = run("convert", str(page))
    assert ran.stdout.strip() == str(page.with_suffix(".ipynb"))
    assert json.loads(page.with_suffix(".ipynb").read_text("utf-8"))["nbformat"] == 4


def test_a_file_that_is_there_is_not_written_over(run: Run, page: Path) -> None:
    page.with_suffix(".ipynb").write_text("mine")
    assert "--force" in run("convert", str(page), code=3).stderr
    assert page.with_suffix(".ipynb").read_text() == "mine"


def test_of_a_folder_what_cannot_be_converted_is_named_and_the_others_are(run: Run, tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "a.ipynb").write_text('{"cells": []}', "utf-8")
    (old / "b.dib").write_text("#!pwsh\n\nGet-Date\n", "utf-8")
    (old / "b.ps1").write_text("Get-Date\n", "utf-8")
    ran = run("convert", str(old), "-o", str(tmp_path / "new"), code=3)
    assert "a.ipynb is no notebook" in ran.stderr
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["b-ps1.ipynb", "b.ipynb"]


def test_links_between_documents_lead_to_what_they_became(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.md").write_text("# A\n\nSee [b](sub/b.md#part), [c](https://a.b/c.md) and [d](none.md).\n")
    (folder / "sub" / "b.md").write_text("# B\n\nBack to [a](../a.md).\n")
    run("convert", str(folder), "-o", str(tmp_path / "made"))
    first, second = ((tmp_path / "made" / name).read_text("utf-8") for name in ("a.ipynb", "sub/b.ipynb"))
    assert "See [b](sub/b.ipynb#part), [c](https://a.b/c.md) and [d](none.md)." in first
    assert "Back to [a](../a.ipynb)." in second


def test_a_folder_becomes_a_folder(run: Run, page: Path, tmp_path: Path) -> None:
    run("convert", str(tmp_path), "-o", str(tmp_path / "made"), "--to", "ps1")
    assert "Get-CsOnlineUser" in (tmp_path / "made" / "users.ps1").read_text("utf-8")


def test_a_notebook_that_was_made_of_a_document_beside_it_is_not_converted_again(
    run: Run, page: Path, tmp_path: Path
) -> None:
    run("convert", str(page))
    (page.parent / "own.ipynb").write_text(page.with_suffix(".ipynb").read_text("utf-8"), "utf-8")
    run("convert", str(page.parent), "-o", str(tmp_path / "out"))
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == sorted([f"{page.stem}.ipynb", "own.ipynb"])


def test_the_blocks_are_told_one_line_each(run: Run, page: Path) -> None:
    told = [json.loads(line) for line in run("convert", "--blocks", str(page)).stdout.splitlines()]
    assert [(one["file"], one["block"], one["line"], one["kind"]) for one in told] == [
        (str(page), 0, 5, "command"),
        (str(page), 1, 9, "output"),
    ]
    assert all(one["why"] for one in told)


def test_words_that_are_not_understood_end_with_2_and_a_hint(run: Run) -> None:
    assert "--help" in run("convert", "--nonsense", code=2).stderr


@pytest.mark.parametrize("verb", ["convert", "check", "completion"])
def test_every_verb_has_help(run: Run, verb: str) -> None:
    assert "sage" in run(verb, "--help").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_our_words(run: Run, shell: str) -> None:
    assert "_LYNC_MAGIC_COMPLETE" in run("completion", shell).stdout


def test_a_shell_that_asks_is_answered(run: Run) -> None:
    """The shell starts the program without words, and says in the environment how far the line has come."""
    asked = {"_LYNC_MAGIC_COMPLETE": "bash_complete", "COMP_WORDS": "lync-magic con", "COMP_CWORD": "1"}
    assert run(**asked).stdout.split() == ["plain,convert"]


def test_without_words_the_command_line_says_what_it_can(run: Run) -> None:
    said = run(code=2)
    assert "convert" in said.stdout + said.stderr


def test_the_extension_loads_without_the_command_line() -> None:
    heavy = ("click", "nbformat", "markdown_it", "lync_magic.documents")
    code = f"import sys, lync_magic.magics; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_document_that_is_true_ends_with_0_and_one_that_is_not_with_1_and_its_place(
    run: Run, page: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.md"
    wrong.write_text(PAGE.format(name="Ada Lovelace"), "utf-8")
    junit, html = tmp_path / "out" / "junit.xml", tmp_path / "out" / "report.html"
    ran = run("check", str(page), str(wrong), "--json", "--junit", str(junit), "--html", str(html), code=1)
    first, second = map(json.loads, ran.stdout.splitlines())
    assert (first["failed"], second["failed"]) == (False, True)
    assert second["steps"][0]["differences"][0]["line"] == 11
    suites = ElementTree.fromstring(junit.read_text("utf-8"))
    assert [suite.get("failures") for suite in suites] == ["0", "1"]
    assert "Ada Lovelace" in html.read_text("utf-8")


def test_the_report_speaks_french_where_it_is_told_to(run: Run, page: Path) -> None:
    assert "commandes" in run("--speak", "fr", "check", str(page)).stdout
    assert "commandes" in run("check", str(page), LANG="fr_FR.UTF-8", LC_ALL="fr_FR.UTF-8").stdout


FRENCH = {"LANG": "fr_FR.UTF-8", "LC_ALL": "fr_FR.UTF-8"}
ENGLISH = re.compile(r"\b(the|an|with|this|of|for|error|and|exit|try|invalid|missing)\b", re.IGNORECASE)


@pytest.mark.parametrize("verb", ["", *program.commands])
def test_all_of_a_verbs_help_is_french_where_french_is_spoken(run: Run, verb: str) -> None:
    if verb == "sandbox":
        pytest.skip("the sandbox is another program: its help has a test of its own")
    said = run(*filter(None, (verb, "--help")), **FRENCH).stdout
    assert "Utilisation : lync-magic" in said
    assert "Affiche cette aide" in said
    assert ENGLISH.findall(said.replace("raises-exception", "")) == []


WRONG = [
    (["convert", "--nonsense"], "Erreur : Il n’y a pas d’option '--nonsense'."),
    (["convert", "nowhere.md"], "Chemin 'nowhere.md' n’existe pas."),
    (["convert"], "Il manque l’argument 'DOCUMENT...'."),
    (["check"], "Nommez un document, ou un dossier de documents."),
    (["check", "--engine", "x"], "'x' n’est pas parmi 'embedded', 'powershell'."),
    (["nothing"], "Il n’y a pas de commande 'nothing'."),
    (["check", "--timeout", "x"], "'x' n’est pas un nombre valide"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _said in WRONG])
def test_words_that_are_not_understood_are_answered_in_french(run: Run, words: list[str], said: str) -> None:
    assert said in run(*words, code=2, **FRENCH).stderr


def test_the_language_that_a_line_asks_for_is_that_of_its_help_and_errors(run: Run) -> None:
    assert "Utilisation" in run("--speak", "fr", "check", "--help").stdout
    assert "Usage" in run("--speak=en", "check", "--help", **FRENCH).stdout
    assert "Erreur" in run("--speak=fr", "check", "--nonsense", code=2).stderr


def test_clicks_french_is_compiled_as_it_is_written() -> None:
    folder = LOCALES / "fr" / "LC_MESSAGES"
    with (folder / "click.po").open("rb") as source, (folder / "click.mo").open("rb") as compiled:
        written, read = read_po(source, locale="fr"), read_mo(compiled)
    texts = [{"".join(one.id): "".join(one.string) for one in catalogue if one.id} for catalogue in (written, read)]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 40


def test_the_tolerances_are_listed_for_whoever_asks(run: Run) -> None:
    assert "guid: " in run("check", "--explain").stdout


def test_the_names_of_documents_may_come_line_by_line(page: Path) -> None:
    program = [sys.executable, "-m", "lync_magic", "check", "--json", "-"]
    ran = subprocess.run(program, input=f"{page}\n{page}\n", capture_output=True, text=True, check=False)
    assert [json.loads(line)["failed"] for line in ran.stdout.splitlines()] == [False, False], ran.stderr


def test_pytest_collects_documents_and_fails_those_that_are_not_true(page: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.md").write_text(PAGE.format(name="Ada Lovelace"), "utf-8")
    # An installed package brings the plugin by itself; it may not be named twice.
    installed = entry_points(group="pytest11", name="lync_magic")
    plugin = [] if installed else ["-p", "lync_magic.pytest_plugin"]
    program = [sys.executable, "-m", "pytest", *plugin, "--lync-docs", "-q", "-n", "0", str(tmp_path)]
    ran = subprocess.run(program, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "1 failed, 1 passed" in ran.stdout, ran.stdout + ran.stderr
    assert "wrong.md:11: DisplayName is Ken Myer, where the document has Ada Lovelace." in ran.stdout
