"""Real kernels for tests: a process with ipykernel, spoken to as a notebook speaks to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.front_end import SECONDS, FrontEnd

PASSWORD = "p@ssw0rd!"


@dataclass
class Outcome:
    """What one cell did: its streams, displays, result, error, and what it asked on the input line."""

    stdout: str = ""
    stderr: str = ""
    displays: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    error: list[str] = field(default_factory=list)
    error_name: str = ""
    status: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def error_text(self) -> str:
        return "\n".join(self.error)

    @property
    def html(self) -> str:
        return "\n".join(shown.get("text/html", "") for shown in [*self.displays, self.result])

    @property
    def text(self) -> str:
        plain = "\n".join(shown.get("text/plain", "") for shown in [*self.displays, self.result])
        return f"{self.stdout}\n{plain}"


class Kernel(FrontEnd):
    """A kernel and its one front end, with the widgets that it shows."""

    def __init__(self, environment: dict[str, str] | None = None, name: str = "python3") -> None:
        super().__init__(name, environment)
        self.waits_in_cell = False
        """Whether a cell that asks for a credential goes on waiting for its form."""
        self.widgets: dict[str, dict[str, Any]] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.everything: list[dict[str, Any]] = []

    def send(self, code: str, *, stdin: bool = True) -> str:
        """Start a cell; its message id."""
        return self.client.execute(code, allow_stdin=stdin, stop_on_error=False)

    def run(
        self, code: str, *, answers: list[str] | None = None, stdin: bool = True, timeout: float = SECONDS
    ) -> Outcome:
        """Run a cell to its end. answers: lines for its questions, in order."""
        cell = self.send(code, stdin=stdin)
        waiting = list(answers or [])

        def answer(question: dict[str, Any]) -> None:
            self._outcome(cell).asked.append(question["content"]["prompt"])
            self.client.input(waiting.pop(0))

        self.wait(
            lambda: self._outcome(cell).status == "idle",
            timeout,
            answer if waiting else None,
            at_once=True,
        )
        reply = self._reply(cell, timeout)
        outcome = self._outcome(cell)
        outcome.status = reply["content"]["status"]
        return outcome

    def outcome(self, cell: str) -> Outcome:
        """What a cell has shown so far, also after it ended."""
        self.drain()
        return self._outcome(cell)

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    # --- widgets ---------------------------------------------------------------------------------------------------

    def widget(self, **traits: Any) -> str:
        """The newest open widget whose state holds these values; its comm id."""
        found = [
            comm
            for comm, state in self.widgets.items()
            if all(state.get(name) == value for name, value in traits.items())
        ]
        if not found:
            raise LookupError(f"No widget with {traits} among {list(self.widgets.values())}")
        return found[-1]

    def comm(self, comm: str, data: dict[str, Any]) -> None:
        """Send what a browser sends for a widget."""
        message = self.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        self.client.shell_channel.send(message)

    def type_user_name(self, name: str) -> None:
        """Type a user name into the form that waits."""
        self.wait(lambda: any(state.get("description") == "User name" for state in self.widgets.values()))
        self.comm(
            self.widget(description="User name"),
            {"method": "update", "state": {"value": name}, "buffer_paths": []},
        )

    def submit_form(self, password: str) -> None:
        """Type a password into the form that waits, and click its button."""
        self.wait(lambda: any(state.get("_model_name") == "PasswordModel" for state in self.widgets.values()))
        self.comm(
            self.widget(_model_name="PasswordModel"),
            {"method": "update", "state": {"value": password}, "buffer_paths": []},
        )
        self.comm(
            self.widget(_model_name="ButtonModel", button_style="primary"),
            {"method": "custom", "content": {"event": "click"}},
        )

    # --- inside ----------------------------------------------------------------------------------------------------

    def _outcome(self, cell: str) -> Outcome:
        return self.outcomes.setdefault(cell, Outcome())

    def _reply(self, cell: str, timeout: float) -> dict[str, Any]:
        while True:
            reply: dict[str, Any] = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == cell:
                return reply

    def _take(self, message: dict[str, Any]) -> None:
        self.everything.append(message)
        kind, content = message["msg_type"], message["content"]
        outcome = self._outcome(message["parent_header"].get("msg_id", ""))
        if kind == "stream":
            setattr(outcome, content["name"], getattr(outcome, content["name"]) + content["text"])
        elif kind == "display_data":
            outcome.displays.append(content["data"])
        elif kind == "execute_result":
            outcome.result = content["data"]
        elif kind == "error":
            outcome.error, outcome.error_name = content["traceback"], content["ename"]
        elif kind == "status" and content["execution_state"] == "idle":
            outcome.status = "idle"
        elif kind == "comm_open":
            self.widgets[content["comm_id"]] = dict(content["data"].get("state", {}))
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            self.widgets.setdefault(content["comm_id"], {}).update(content["data"]["state"])
        elif kind == "comm_close":
            self.widgets.pop(content["comm_id"], None)


@contextmanager
def running(**environment: str) -> Iterator[Kernel]:
    kernel = Kernel(environment)
    try:
        yield kernel
    finally:
        kernel.stop()


@pytest.fixture(scope="module")
def powershell() -> str:
    """What names a kernel's PowerShell: one that is connected begins it, which few tests here have a use for. A file
    whose tests run cells in it has a fixture of this name that gives "".
    """
    return "/no/powershell"


@pytest.fixture
def start_kernel(powershell: str) -> Iterator[Callable[..., Kernel]]:
    """Start kernels that end with the test."""
    with ExitStack() as started:
        yield lambda **environment: started.enter_context(running(**{"LYNC_MAGIC_PWSH": powershell, **environment}))


@pytest.fixture
def kernel(start_kernel: Callable[..., Kernel]) -> Kernel:
    """A kernel with the extension loaded."""
    return load(start_kernel(LYNC_PASSWORD=PASSWORD))


@pytest.fixture
def connected(kernel: Kernel) -> Kernel:
    """A kernel that is connected to the sandbox tenant."""
    return connect(kernel)


@pytest.fixture(scope="module")
def shared(powershell: str) -> Iterator[Kernel]:
    """A connected kernel for all tests of a file that leave its session, its names and its settings as they are."""
    files = str(Path(__file__).parents[2])
    with running(LYNC_PASSWORD=PASSWORD, LYNC_FILES=files, LYNC_MAGIC_PWSH=powershell) as kernel:
        yield connect(load(kernel))


def load(kernel: Kernel) -> Kernel:
    outcome = kernel.run("%load_ext lync_magic")
    assert outcome.status == "ok", outcome.error_text
    return kernel


def connect(kernel: Kernel) -> Kernel:
    outcome = kernel.run("%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD")
    assert outcome.status == "ok", outcome.error_text
    return kernel
