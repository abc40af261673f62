"""The notebook of the language is what the declarations make."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("language_notebook", NOTEBOOKS / "language.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_notebook_says_what_the_declarations_say(maker: ModuleType, language: str) -> None:
    assert maker.TARGETS[language].read_text(encoding="utf-8") == maker.notebook(language)


def test_each_example_gives_something(maker: ModuleType) -> None:
    assert [title for title, code in maker.EXAMPLES if not maker.given(code).strip()] == []
