"""Real kernels for tests: a process with ipykernel, spoken to as a notebook speaks to it."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

OURS = Path(__file__).parents[2] / "kernelspecs"
SECONDS = 60.0
PASSWORD = "p@ssw0rd!"


@dataclass
class Outcome:
    """What one cell did: its streams, displays, result, error, and the forms it showed."""

    stdout: str = ""
    stderr: str = ""
    displays: list[dict[str, Any]] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    error: list[str] = field(default_factory=list)
    error_name: str = ""
    status: str = ""

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


class Kernel:
    """A running kernel and its one frontend."""

    def __init__(self, environment: dict[str, str] | None = None, name: str = "python3") -> None:
        specs = KernelSpecManager(kernel_dirs=[str(OURS)]) if name != "python3" else KernelSpecManager()
        self.manager = KernelManager(kernel_name=name, kernel_spec_manager=specs)
        self.manager.start_kernel(env={**os.environ, **(environment or {})})
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=SECONDS)
        except RuntimeError:
            self.stop()
            raise
        self.name = name
        self.asks_in_line = False
        """Whether a credential is asked on the front end's input line, and not in a form."""
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
        self.wait(lambda: self._outcome(cell).status == "idle", timeout, waiting)
        reply = self._reply(cell, timeout)
        outcome = self._outcome(cell)
        outcome.status = reply["content"]["status"]
        return outcome

    def outcome(self, cell: str) -> Outcome:
        """What a cell has shown so far, also after it ended."""
        self.drain()
        return self._outcome(cell)

    def wait(self, done: Callable[[], bool], timeout: float = SECONDS, answers: list[str] | None = None) -> None:
        """Read messages until `done`."""
        end = time.monotonic() + timeout
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("The kernel did not do it in time.")
            self.drain(0.05)
            if answers:
                try:
                    self.client.get_stdin_msg(timeout=0)
                except queue.Empty:
                    continue
                self.client.input(answers.pop(0))

    def drain(self, timeout: float = 0.05) -> None:
        """Read the messages that are there."""
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=timeout)
            except queue.Empty:
                return
            self._take(message)

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

    def stop(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)

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


@pytest.fixture
def start_kernel() -> Iterator[Callable[..., Kernel]]:
    """Start kernels that end with the test."""
    with ExitStack() as started:
        yield lambda **environment: started.enter_context(running(**environment))


@pytest.fixture
def kernel(start_kernel: Callable[..., Kernel]) -> Kernel:
    """A kernel with the extension loaded."""
    return load(start_kernel(LYNC_PASSWORD=PASSWORD))


@pytest.fixture
def connected(kernel: Kernel) -> Kernel:
    """A kernel that is connected to the sandbox tenant."""
    return connect(kernel)


@pytest.fixture(scope="module")
def shared() -> Iterator[Kernel]:
    """A connected kernel for all tests of a file that leave its session, its names and its settings as they are."""
    with running(LYNC_PASSWORD=PASSWORD, LYNC_FILES=str(Path(__file__).parents[2])) as kernel:
        yield connect(load(kernel))


def load(kernel: Kernel) -> Kernel:
    outcome = kernel.run("%load_ext lync_magic")
    assert outcome.status == "ok", outcome.error_text
    return kernel


def connect(kernel: Kernel) -> Kernel:
    outcome = kernel.run("%lync connect kenmyer@litwareinc.com --env LYNC_PASSWORD")
    assert outcome.status == "ok", outcome.error_text
    return kernel
