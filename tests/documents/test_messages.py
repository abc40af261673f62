"""What a person is told, in French: no text is missing, and none has lost its values."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import lync_magic
from lync_magic.commandline.main import program
from lync_magic.commandline.telling import texts as texts_of_help
from lync_magic.documents.checking.tolerances import RULES
from lync_magic.errors import UsageError
from lync_magic.messages import LANGUAGES, chosen_language, say, use_language
from lync_magic.records import Records

PACKAGE = Path(lync_magic.__file__).parent
SAYING = {"say": 0, "_say": 0, "say_in": 1}


@pytest.fixture(autouse=True)
def nobody_chose(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    yield
    use_language(None)


def keys() -> Iterator[str]:
    """Every text that the package says."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            is_display = "magics" in path.parts and isinstance(node.func, ast.Attribute)  # show.say(...) is another
            if name in SAYING and not is_display and len(node.args) > SAYING[name]:
                yield from texts(node.args[SAYING[name]])


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def test_no_text_is_missing_in_french() -> None:
    said = {*keys(), *(rule.meaning for rule in RULES), *texts_of_help(program)}
    assert len(said) > 60
    assert sorted(said - set(LANGUAGES["fr"])) == []


def test_every_text_has_the_same_values_in_both_languages() -> None:
    def values(text: str) -> set[str]:
        return {name for _before, name, _form, _kind in string.Formatter().parse(text) if name}

    assert [text for text, french in LANGUAGES["fr"].items() if values(text) != values(french)] == []


def test_a_french_text_is_french() -> None:
    unlike = [text for text, french in LANGUAGES["fr"].items() if text == french and re.search(r"[a-z]{3}", text)]
    assert unlike == []


@pytest.mark.parametrize(
    ("told", "language"), [("fr_FR.UTF-8", "fr"), ("fr", "fr"), ("de_DE", "en"), ("C", "en"), ("", "en")]
)
def test_the_surroundings_choose_the_language(monkeypatch: pytest.MonkeyPatch, told: str, language: str) -> None:
    monkeypatch.setenv("LANG", told)
    assert chosen_language() == language


def test_what_was_chosen_here_is_stronger_than_the_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    use_language("en")
    assert say("Cancel") == "Cancel"


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="tlh"):
        use_language("tlh")


def test_a_tables_foot_is_french() -> None:
    use_language("fr")
    assert "2 objets" in repr(Records([{"A": 1}, {"A": 2}]))


def test_an_errors_advice_is_french_and_powershells_own_words_are_not() -> None:
    use_language("fr")
    error = UsageError("The term 'x' is not recognized.", "Connect again. Then look.")
    assert str(error) == "The term 'x' is not recognized.\nReconnectez-vous. Then look."


def test_what_our_functions_in_powershell_say_is_french() -> None:
    scripts = (PACKAGE / "powershell" / "scripts").glob("*.ps1")
    asked = r"(?:Get-LyncText|Write-LyncOnce|Deny-LyncQuestion) (?:'([^']+)'|\"([^\"]+)\")"
    said = [one or other for path in scripts for one, other in re.findall(asked, path.read_text("utf-8"))]
    texts = [re.sub(r"\$(?:what|name)\b", "{}", text) for text in said]
    assert len(texts) > 6
    assert [text for text in texts if text not in LANGUAGES["fr"]] == []
