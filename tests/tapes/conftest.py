"""What tests of tapes need: sessions on the sandbox tenant, and objects as CLIXML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import lync_magic
from lync_magic.sessions import Session
from lync_magic.tapes import shelf

USER = "kenmyer@litwareinc.com"
PASSWORD = "p@ssw0rd!"

Connect = Callable[..., Session]


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a CI sets has a say in the mode."""
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def live() -> Iterator[Connect]:
    """Sessions on the sandbox tenant, which end with the test."""
    opened: list[Session] = []

    def connect(**how: Any) -> Session:
        session = lync_magic.connect(USER, password=PASSWORD, **how)
        opened.append(session)
        return session

    with ExitStack() as ends:
        yield connect
        for session in opened:
            ends.callback(session.close)


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Path]:
    """Where a tape may be; none is in use afterwards."""
    yield tmp_path / "monday.tape"
    shelf.close_at_exit()
