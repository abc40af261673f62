"""What an editor is told of the commands."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import lync_magic
from lync_magic.errors import UsageError
from lync_magic.importing import import_session
from lync_magic.sessions import Session

from .conftest import command

TYPED = {
    "Must": {"type": "String", "sets": {"(All)": {"mandatory": True}}},
    "Kind": {"type": "String", "values": ["a", "b'\""]},
    "Count": {"type": "Int32", "aliases": ["N"]},
    "Force": {"type": "SwitchParameter"},
}


@pytest.fixture(scope="module")
def session(session_with: Callable[..., Session]) -> Session:
    return session_with(command("Test-Typed", TYPED), command("print"))


def test_stubs_are_python_with_the_types_of_the_parameters(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is imported"):
        lync_magic.stubs(session, tmp_path / "none.pyi")
    import_session(session)
    path = tmp_path / "lync_commands.pyi"
    assert lync_magic.stubs(session, path) == len(session.commands or ())
    text = path.read_text(encoding="utf-8")
    ast.parse(text)
    assert (
        "def __call__(self, *, Must: str, Kind: Literal['a', 'b\\'\"'] | None = ..., Count: int | None = ..., " in text
    )
    assert "\nGet_CsTenant: _Get_CsTenant\n" in text
    assert "\nprint_: _print_\n" in text
