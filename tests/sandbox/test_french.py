"""What the sandbox says to a person is French where French is spoken."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lync_magic.sandbox.commandline import run
from lync_magic.sandbox.french import speaks_french
from lync_magic.sandbox.model import MakeEngine

ENGLISH = re.compile(r"\b(the|an|with|this|of|for|and|exit|is|by)\b", re.IGNORECASE)


def no_tenant(*_told: object) -> MakeEngine:
    raise AssertionError("nothing is started")


@pytest.fixture
def help_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    """The help where the surroundings speak a language."""

    def said(language: str) -> str:
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("LANGUAGE", language)
        with pytest.raises(SystemExit):
            run((), no_tenant, ["--help"])
        return capsys.readouterr().out

    return said


def test_all_of_the_help_is_french_where_french_is_spoken(help_in: Callable[[str], str]) -> None:
    french, english = help_in("fr"), help_in("en")
    assert french.startswith("utilisation : python -m lync_magic.sandbox")
    assert ENGLISH.findall(re.sub(r"Open Management Infrastructure|\S+ \S+ an?\b", "", french)) == []
    # Every option, way and mishap that the English help has stands in the French one.
    names = re.compile(r"--[a-z-]+|^  [a-z]+ |[a-z-]+=[A-Z]+", re.MULTILINE)
    assert {name.strip() for name in names.findall(english)} <= {name.strip() for name in names.findall(french)}


@pytest.mark.parametrize(
    ("variables", "french"),
    [
        ({"LANG": "fr_FR.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "C"}, True),
        ({"LANGUAGE": "en", "LANG": "fr_FR.UTF-8"}, False),
        ({}, False),
    ],
)
def test_the_surroundings_say_what_is_spoken(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], french: bool
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert speaks_french() is french
