"""Sessions on a sandbox whose endpoint exposes commands of the test's own beside the tenant's."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lync_magic.sessions import Session, Target, connect

Row = dict[str, Any]
Parameters = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="session")
def another_pwsh() -> Iterator[Callable[[], Session]]:
    """Sessions of this machine's own PowerShell, with nothing imported; skips where there is none."""
    found = os.environ.get("LYNC_MAGIC_PWSH") or shutil.which("pwsh")
    if found is None:
        pytest.skip("no PowerShell: neither pwsh in PATH nor LYNC_MAGIC_PWSH")
    program = (found, "-NoProfile", "-NoLogo", "-s")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as opened:
        patch.setenv("POWERSHELL_TELEMETRY_OPTOUT", "1")
        runtime = Path(found).resolve().parent / "dotnet"  # some are unpacked with their own
        if runtime.is_dir():
            patch.setenv("DOTNET_ROOT", str(runtime))
        yield lambda: opened.enter_context(connect(Target(process=program), None, timeout=60))


@pytest.fixture(scope="session")
def pwsh(another_pwsh: Callable[[], Session]) -> Session:
    """One of them, for all."""
    return another_pwsh()


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
