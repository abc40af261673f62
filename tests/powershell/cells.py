"""An IPython shell with the extension, whose cells run in either engine: what they print, how they end."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from lync_magic.errors import LyncError
from lync_magic.sessions import Session, registry
from tests.powershell.conftest import SANDBOX, without_colours


@dataclass(frozen=True)
class Ran:
    """What a cell printed, and the error that it ended with."""

    printed: str
    error: BaseException | None = None

    @property
    def lines(self) -> list[str]:
        """What it printed, without blank lines and ends of lines."""
        return [line.rstrip() for line in self.printed.splitlines() if line.strip()]


class EitherShell:
    """The shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.names: dict[str, Any] = shell.user_ns

    def run(self, text: str, engine: str = "") -> Ran:
        """Run a cell in an engine; "": in the one that would run it."""
        printed = io.StringIO()
        error: BaseException | None = None
        with redirect_stdout(printed), redirect_stderr(printed):
            try:
                self.shell.run_cell_magic("lync", f"--engine {engine}" if engine else "", text)
            except LyncError as raised:
                error = raised
        return Ran(without_colours(printed.getvalue()), error)

    def line(self, line: str) -> str:
        """Run a `%lync` line; what it prints."""
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            self.shell.run_line_magic("lync", line)
        return without_colours(printed.getvalue())

    def disconnect(self) -> None:
        """Close every session."""
        for session in list(registry):
            session.close()

    @property
    def sessions(self) -> Iterable[Session]:
        """Those that are open."""
        return registry

    def connect(self) -> None:
        """Have one open session to a tenant, which may be one that is open already."""
        if not list(registry):
            self.line(f'connect --process "{" ".join(SANDBOX)}"')

    def configure(self, setting: str) -> None:
        """`%config LyncMagic.…`."""
        self.shell.run_line_magic("config", f"LyncMagic.{setting}")


@contextmanager
def either_shell() -> Iterator[EitherShell]:
    """A shell of its own, which is gone afterwards with its sessions and engine."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell.instance(config=config)
    shell.run_line_magic("load_ext", "lync_magic")
    try:
        yield EitherShell(shell)
    finally:
        for session in list(registry):
            session.close()
        shell.run_line_magic("unload_ext", "lync_magic")
        shell.reset(new_session=False)
        InteractiveShell.clear_instance()


def shared(name: str) -> Path:
    """A folder that lies beside the project on its makers' machines."""
    return Path(__file__).parents[3] / "shared" / name
