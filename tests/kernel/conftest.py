"""A real kernel of PowerShell, spoken to as a front end speaks to it; skipped where no PowerShell is found."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lync_magic.sessions import find_powershell
from tests.front_end import SECONDS, FrontEnd
from tests.powershell.conftest import without_colours


@dataclass
class Cell:
    """What one cell did. outputs: type and content of each message that shows something, in order."""

    outputs: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    idle: bool = False

    @property
    def status(self) -> str:
        return str(self.reply["status"])

    @property
    def kinds(self) -> list[str]:
        """`stdout`, `stderr`, `execute_result`, …: one for each run of the same kind."""
        named = [str(content["name"]) if kind == "stream" else kind for kind, content in self.outputs]
        return [one for place, one in enumerate(named) if place == 0 or named[place - 1] != one]

    def stream(self, name: str) -> str:
        return "".join(
            content["text"] for kind, content in self.outputs if kind == "stream" and content["name"] == name
        )

    @property
    def stdout(self) -> str:
        return without_colours(self.stream("stdout"))

    @property
    def stderr(self) -> str:
        return without_colours(self.stream("stderr"))

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [content for one, content in self.outputs if one == kind]

    @property
    def bundles(self) -> list[dict[str, Any]]:
        """What was displayed, by MIME type."""
        return [c["data"] for kind, c in self.outputs if kind in ("execute_result", "display_data")]

    @property
    def error(self) -> dict[str, Any]:
        (only,) = self.all("error")
        return only

    @property
    def traceback(self) -> str:
        return without_colours("\n".join(self.error["traceback"]))

    @property
    def printed(self) -> str:
        """All text that a person sees, without colours and errors."""
        texts = [
            content["text"] if kind == "stream" else content["data"].get("text/plain", "") + "\n"
            for kind, content in self.outputs
            if kind in ("execute_result", "display_data") or (kind == "stream" and content["name"] == "stdout")
        ]
        return without_colours("".join(texts))


class Kernel(FrontEnd):
    """A kernel of PowerShell and its one front end."""

    def __init__(self, folder: Path, environment: dict[str, str] | None = None, name: str = "lync_magic") -> None:
        super().__init__(name, environment, folder)
        self.folder = folder
        self._cells: dict[str, Cell] = {}
        self._replies: dict[str, dict[str, Any]] = {}

    def send(self, code: str, *, stdin: bool = False, store_history: bool = True) -> str:
        """Start a cell; the id of its request."""
        cell = self.client.execute(code, allow_stdin=stdin, store_history=store_history, stop_on_error=False)
        self._cells[cell] = Cell()
        return cell

    def cell(self, number: str) -> Cell:
        """What a cell has done so far."""
        self.drain()
        return self._cells[number]

    def run(self, code: str, *, answers: list[str] | None = None, stdin: bool | None = None) -> Cell:
        """Run a cell to its end. answers: for its questions, in order."""
        number = self.send(code, stdin=bool(answers) if stdin is None else stdin)
        return self.finish(number, list(answers or []))

    def finish(self, number: str, answers: list[str] | None = None) -> Cell:
        """Wait until a cell has ended."""
        cell = self._cells[number]

        def answer(question: dict[str, Any]) -> None:
            self._cells[question["parent_header"]["msg_id"]].asked.append(question["content"])
            assert answers is not None
            self.client.input(answers.pop(0))

        self.wait(lambda: cell.idle, asked=None if answers is None else answer, at_once=True)
        cell.reply = self.reply(number)
        return cell

    def reply(self, number: str) -> dict[str, Any]:
        """The reply to a request on the shell channel."""
        end = time.monotonic() + SECONDS
        while number not in self._replies:
            message = self.client.get_shell_msg(timeout=max(0.0, end - time.monotonic()))
            self._replies[message["parent_header"]["msg_id"]] = message["content"]
        return self._replies.pop(number)

    def _take(self, message: dict[str, Any]) -> None:
        cell = self._cells.get(message["parent_header"].get("msg_id", ""))
        kind, content = message["msg_type"], message["content"]
        if cell is None:
            return
        if kind == "status":
            cell.idle = cell.idle or content["execution_state"] == "idle"
        elif kind != "execute_input":
            cell.outputs.append((kind, content))


@pytest.fixture(scope="session")
def powershell() -> str:
    found = find_powershell()
    if found is None:
        pytest.skip("no PowerShell: none on PATH, and LYNC_MAGIC_PWSH names none")
    return str(found)


@pytest.fixture(scope="session")
def made_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Kernel]]:
    with ExitStack() as stack:

        def make(environment: dict[str, str] | None = None, name: str = "lync_magic") -> Kernel:
            kernel = Kernel(tmp_path_factory.mktemp("notebook"), environment, name)
            stack.callback(kernel.stop)
            return kernel

        yield make


@pytest.fixture(scope="session")
def kernel(powershell: str, made_kernel: Callable[..., Kernel]) -> Kernel:
    """The kernel that most tests share."""
    return made_kernel()


@pytest.fixture
def own_kernel(powershell: str, tmp_path: Path) -> Iterator[Kernel]:
    """A kernel that the test may break."""
    made = Kernel(tmp_path)
    yield made
    made.stop()
