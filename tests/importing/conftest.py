"""Sessions on a sandbox whose endpoint exposes commands of the test's own beside the tenant's."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lync_magic.sessions import Session, Target, connect

Row = dict[str, Any]
Parameters = Mapping[str, Mapping[str, Any]]

ONCE: Row = {"sets": {"(All)": {}}}


def command(name: str, parameters: Parameters | None = None, **more: Any) -> Row:
    """A command that gives back what is bound to it. parameters: by name, what differs from an object by name."""
    given = parameters or {"Value": {}}
    rows = [{"name": one, "type": "Object", **ONCE, **differs} for one, differs in given.items()]
    return {"name": name, "parameters": rows, **more}


@pytest.fixture(scope="session")
def session_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Session]]:
    """Connect to a sandbox of its own that has these commands too: `session_with(command("print"))`."""
    with ExitStack() as opened:

        def made(*rows: Row, options: tuple[str, ...] = (), **how: Any) -> Session:
            file: Path = tmp_path_factory.mktemp("sandbox") / "commands.json"
            file.write_text(json.dumps(rows), encoding="utf-8")
            program = (sys.executable, "-m", "lync_magic.sandbox", "--stdio", "--commands", str(file), *options)
            return opened.enter_context(connect(Target(process=program), None, timeout=60, **how))

        yield made
