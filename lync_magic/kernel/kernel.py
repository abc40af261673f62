"""The kernel: what a front end asks of it beside running cells.

Rules: every request of the protocol is answered, also while PowerShell starts or is not there; a request about a
Python cell, a magic or a `!` line is IPython's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ipykernel.ipkernel import IPythonKernel
from traitlets import Float, List, Type

from lync_magic.errors import LyncError, PowerShellMissing
from lync_magic.kernel import asking
from lync_magic.kernel.parts import Kind, cell_magic, part_at
from lync_magic.kernel.shell import CELL, POWERSHELL, PowerShellShell, error_name
from lync_magic.powershell import Engine, EngineState
from lync_magic.sessions import how_to_install_powershell

if TYPE_CHECKING:
    from lync_magic.completing import Offers

MIMETYPE: Final = "text/x-powershell"
IDLE_SECONDS: Final = 1.0
"""After the first cell: what the first Tab and the second cell need is loaded then, at no cost to the start."""
WIDGETS: Final = "jupyter.widget"
"""What a front end that draws widgets asks for when it connects: the comms of this target, and of its control."""


class PowerShellKernel(IPythonKernel):
    """ipykernel's kernel, with a shell to which a cell is PowerShell.

    started: its engine, which may be starting yet.
    """

    started: ClassVar[Engine]

    implementation = "lync_magic"
    implementation_version = version("lync-magic")
    language_info = {  # noqa: RUF012 - as ipykernel has it
        "name": "powershell",
        "version": "7",
        "mimetype": MIMETYPE,
        "file_extension": ".ps1",
        "codemirror_mode": "powershell",
        "pygments_lexer": "powershell",
    }
    shell_class = Type(PowerShellShell)
    shell: PowerShellShell
    _execute_sleep = Float(0.0).tag(config=True)
    """ipykernel waits after each cell for what was flushed, which goes out in its order without that."""
    help_links = List(
        [
            {"text": "PowerShell", "url": "https://learn.microsoft.com/powershell/"},
            {"text": "Commands of PowerShell", "url": "https://learn.microsoft.com/powershell/module/"},
        ]
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        self.shows_widgets = False
        """Whether a front end is there that draws them."""
        self._has_run = False
        self._running = 0
        """How many cells run."""
        super().__init__(*given, **named)

    @property
    def banner(self) -> str:  # type: ignore[override]  # as ipykernel has it
        """One line on what runs the cells."""
        name = f"lync_magic {self.implementation_version}"
        try:
            found = self.started.find() is not None
        except PowerShellMissing as missing:  # one is named that is not there: each cell says so
            return f"PowerShell in Jupyter, {name}. {missing}"
        if found:
            return f"PowerShell in Jupyter, {name}. %lync lists the verbs for remote sessions."
        return (
            f"PowerShell in Jupyter, {name}. There is no PowerShell on this machine: cells run in the embedded "
            f"evaluator, which refuses what it does not know exactly. {how_to_install_powershell()}"
        )

    async def do_execute(self, *given: Any, **named: Any) -> dict[str, Any]:
        self.shell.ended_by = None
        if not self._has_run:
            self._has_run = True
            asyncio.get_running_loop().call_later(IDLE_SECONDS, self._when_idle)
        self._running += 1
        try:
            reply: dict[str, Any] = await super().do_execute(*given, **named)
        finally:
            self._running -= 1
        if reply["status"] == "error" and self.shell.ended_by is not None:
            reply["ename"] = error_name(self.shell.ended_by)
        return reply

    def _when_idle(self) -> None:
        import_module("lync_magic.completing")
        engine = self.shell.engine
        self._in_idle_moments([engine.complete, *engine.loads])

    def _in_idle_moments(self, steps: list[Callable[[], object]]) -> None:
        """One step now and each other one later; while a cell runs, none, and none after it."""
        if self._running or self.shell.engine.state is not EngineState.READY:
            return
        with suppress(LyncError):
            steps[0]()
        if steps[1:]:
            asyncio.get_running_loop().call_later(IDLE_SECONDS, self._in_idle_moments, steps[1:])

    # --- what an editor asks ---------------------------------------------------------------------------------------

    async def do_is_complete(self, code: str) -> dict[str, str]:
        part = part_at(code, len(code), self._languages(code))
        if self._is_ipythons(code):
            reply: dict[str, str] = super().do_is_complete(code)
            return reply
        if part is None or part.kind is not Kind.POWERSHELL:
            return {"status": "complete"}
        return asking.is_complete(self.shell.cells, part.text)

    async def do_complete(self, code: str, cursor_pos: int | None) -> dict[str, Any]:
        position = len(code) if cursor_pos is None else cursor_pos
        directive = self._directive_at(code, position)
        if directive is not None:
            return directive
        powershell = self._powershell_at(code, position)
        if powershell is None:
            reply: dict[str, Any] = super().do_complete(code, position)
            return reply
        return asking.completions(
            self.shell.cells, powershell, position, lambda: self._known_here(powershell, position)
        )

    def _known_here(self, text: str, position: int) -> Offers | None:
        """What this side knows of a place in PowerShell text."""
        from lync_magic.completing import complete

        return complete(f"{CELL}{text}", len(CELL) + position, self.shell.runner.surroundings())

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        powershell = self._powershell_at(code, cursor_pos)
        if powershell is None:
            reply: dict[str, Any] = super().do_inspect(code, cursor_pos, detail_level, omit_sections)
            return reply
        return asking.inspection(self.shell.help_at(powershell, cursor_pos, full=detail_level > 0))

    def do_history(self, *given: Any, **named: Any) -> dict[str, Any]:  # type: ignore[override]
        """IPython's, with the number of this session where that says 0."""
        reply: dict[str, Any] = super().do_history(*given, **named)
        history = self.shell.history_manager
        ours = history.session_number if history is not None else 0
        reply["history"] = [(number or ours, *rest) for number, *rest in reply["history"]]
        return reply

    async def do_debug_request(self, msg: dict[str, Any]) -> dict[str, Any]:
        """There is no debugger, as `kernel_info` says."""
        refused = "This kernel has no debugger. In a script file: Set-PSBreakpoint, and pwsh in a terminal."
        return {
            "type": "response",
            "request_seq": msg.get("seq", 0),
            "success": False,
            "command": msg.get("command", ""),
            "message": refused,
        }

    async def comm_info_request(self, stream: Any, ident: Any, parent: Any) -> None:
        if str(parent["content"].get("target_name", "")).startswith(WIDGETS):
            self.shows_widgets = True
        await super().comm_info_request(stream, ident, parent)

    async def dispatch_shell(self, *given: Any, **named: Any) -> None:
        """ipykernel's, which does not say that a widget's message was taken while a cell awaits: the next one of that
        widget waits in the browser for it.
        """
        await super().dispatch_shell(*given, **named)
        if named.get("concurrent"):
            self._publish_status("idle", "shell")

    def _languages(self, code: str) -> Container[str]:
        """The directives that begin a text in another language."""
        return self.shell.directives.kernels if "#!" in code else ()

    def _directive_at(self, code: str, position: int) -> dict[str, Any] | None:
        """The reply to a `complete_request` in a `#!` line, or None elsewhere."""
        line = code[:position].rpartition("\n")[2]
        if "#!" not in line or self._is_ipythons(code):
            return None
        from lync_magic.kernel.offers import offers

        names = [
            name for name in self.shell.user_ns if not name.startswith("_") and name not in self.shell.user_ns_hidden
        ]
        found = offers(line, names)
        if found is None:
            return None
        written, matches = found
        return {
            "status": "ok",
            "matches": matches,
            "cursor_start": position - written,
            "cursor_end": position,
            "metadata": {},
        }

    def _is_ipythons(self, code: str) -> bool:
        name = cell_magic(code)
        return name is not None and name not in POWERSHELL

    def _powershell_at(self, code: str, position: int) -> str | None:
        """The text up to the end of the PowerShell in which a place is, all else of the cell blanked out."""
        if self._is_ipythons(code):
            return None
        if cell_magic(code) is not None:
            first, newline, rest = code.partition("\n")
            code = " " * len(first) + newline + rest
        part = part_at(code, position, self._languages(code))
        if part is None:
            return code
        if part.kind is not Kind.POWERSHELL:
            return None
        before = "".join("\n" if one == "\n" else " " for one in code[: _start(code, part.line)])
        return before + part.text


def _start(code: str, line: int) -> int:
    """Where a line begins, in characters."""
    return sum(len(one) + 1 for one in code.split("\n")[:line])
