"""The shell of the kernel: IPython's, to which a cell is PowerShell unless it says otherwise.

How: a cell becomes one call of `run_powershell` before IPython compiles it, so that history, `_`, `Out[n]`, hooks,
widgets and interrupts stay IPython's own. A cell that begins with `%%python` is Python as it stands; another
`%%magic` is IPython's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ipykernel.displayhook import ZMQShellDisplayHook
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import page
from traitlets import Type

from lync_magic.errors import Interrupted, UsageError
from lync_magic.kernel import asking
from lync_magic.kernel.bringing import Brought, bring_for
from lync_magic.kernel.parts import Kind, Part, cell_magic, parts
from lync_magic.kernel.timing import timed
from lync_magic.magics import Result, load, runner_of
from lync_magic.powershell import Cells, Engine

if TYPE_CHECKING:
    from lync_magic.kernel.directives import Directives

PYTHON: Final = frozenset(("python", "py"))
"""`%%python` runs in this process, beside the variables; `%%python3` and the others are IPython's, in another."""
POWERSHELL: Final = frozenset(("powershell", "pwsh"))
TIMES: Final = frozenset(("time", "timeit"))
"""Magics that measure PowerShell where it follows them: `%time`, `%%timeit`."""
STOPPED: Final = "Stopped. The session goes on."
HISTORY: Final = "powershell_history.sqlite"
"""In the folder of IPython's profile."""
CELL: Final = "%%lync\n"
"""What makes a cell of this kernel one of Python's, in which PowerShell is completed and told of by this side."""
_FIRST_LINE: Final = re.compile(r"\s*%%[^\n]*")


class PowerShellDisplayHook(ZMQShellDisplayHook):
    """Shows a result with the looks that PowerShell gave it."""

    shown: Result | None = None

    def quiet(self) -> bool:
        """A `;` at the end of PowerShell keeps nothing back."""
        return self.shown is None and bool(super().quiet())

    def compute_format_data(self, result: object) -> Any:
        if self.shown is not None and self.shown.value is result:
            return self.shown.bundle, {}
        return super().compute_format_data(result)


class PowerShellShell(ZMQInteractiveShell):
    """IPython's shell of a kernel. Its `kernel` says which engine it has."""

    displayhook_class = Type(PowerShellDisplayHook)
    displayhook: PowerShellDisplayHook

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.ended_by: BaseException | None = None
        """The error of the last cell that failed."""
        self._gave: object = None
        """What the last part of PowerShell gave."""
        self._shown: BaseException | None = None
        """The error of a cell's part that has been shown."""
        self._is_python = False
        """Whether a cell of Python runs: what its magics give to be run is Python."""
        load(self)
        self.events.register("pre_run_cell", self._before_cell)
        self.events.register("post_run_cell", self._after_cell)

    def init_history(self) -> None:
        """PowerShell's cells have a history of their own, apart from Python's."""
        if self.profile_dir is not None and "hist_file" not in self.config.HistoryManager:
            self.config.HistoryManager.hist_file = str(Path(self.profile_dir.location) / HISTORY)
        super().init_history()

    @property
    def engine(self) -> Engine:
        """The PowerShell of this kernel."""
        engine: Engine = self.kernel.started
        return engine

    @property
    def runner(self) -> Any:
        """What carries out verbs and cells; loaded at first use."""
        return runner_of(self)

    @property
    def cells(self) -> Cells:
        """Where PowerShell runs."""
        cells: Cells = self.runner.engines.cells
        return cells

    @cached_property
    def variables(self) -> Brought:
        """The notebook's variables, PowerShell's among them."""
        return Brought(self.runner.notebook.variables, self.cells)

    @cached_property
    def directives(self) -> Directives:
        """What carries out `#!` lines; loaded at the first one."""
        from lync_magic.kernel.directives import Directives

        return Directives(self)

    # --- cells -----------------------------------------------------------------------------------------------------

    def transform_cell(self, raw_cell: str) -> str:
        name = cell_magic(raw_cell)
        if self._is_python and name is None:
            return str(super().transform_cell(raw_cell))
        if name in PYTHON:
            return str(super().transform_cell(_FIRST_LINE.sub("", raw_cell, count=1)))
        if name in POWERSHELL:
            raw_cell = _FIRST_LINE.sub("", raw_cell, count=1)
        elif name in TIMES and cell_magic(_FIRST_LINE.sub("", raw_cell, count=1)) is None:
            return f"get_ipython().run_timed({raw_cell!r})\n"
        elif name is not None:
            return str(super().transform_cell(raw_cell))
        python = self._python_alone(raw_cell)
        if python is not None:
            return str(super().transform_cell(python))
        if not raw_cell.strip():
            return ""
        call = "await get_ipython().run_asking" if self._may_ask_by_form(raw_cell) else "get_ipython().run_powershell"
        return f"{call}({raw_cell!r})\n"

    def _python_alone(self, text: str) -> str | None:
        """The Python of a cell that is nothing else by its `#!` line, or None."""
        return self.directives.python_alone(text) if text.lstrip().startswith("#!") else None

    def run_powershell(self, text: str) -> object:
        """Run a cell's parts one after the other; what the last one gives. Raises LyncError, Interrupted."""
        self.displayhook.shown = None
        if "#!" not in text:
            return self._run_parts(parts(text))
        with self.directives.around() as take_result:
            value = self._run_parts(parts(text, self.directives.kernels))
            take_result(self._gave)
        return value

    def _may_ask_by_form(self, text: str) -> bool:
        """Whether a cell is PowerShell alone that may ask by a form."""
        if not self.runner.engines.may_ask_by_form(text):
            return False
        return [part.text for part in parts(text, self.directives.kernels)] == [text]

    async def run_asking(self, text: str) -> object:
        """Run a cell that may ask by a form, and await its end. Raises LyncError, Interrupted."""
        self.displayhook.shown = None
        try:
            return self._shown_as_result(await self.runner.engines.run_asking(text))
        except KeyboardInterrupt:
            raise Interrupted(STOPPED) from None

    def run_timed(self, text: str) -> object:
        """Run `%time` or `%timeit` with the PowerShell that follows it. Raises LyncError, Interrupted."""
        first, _, body = text.strip().partition("\n")
        name, _, line = first.lstrip("%").partition(" ")
        if name == "timeit":
            return self.run_powershell(timed(line, body))
        return self.run_powershell("\n".join(("#!time", *filter(str.strip, (line, body)))))

    def _run_parts(self, found: Iterator[Part]) -> object:
        value: object = None
        try:
            for part in found:
                value = self._run_part(part)
        except Interrupted:
            raise
        except KeyboardInterrupt:
            raise Interrupted(STOPPED) from None
        return value

    def run_python(self, text: str) -> None:
        """Run Python that is a part of a cell. Raises what it raises, which has been shown."""
        ran = self.run_cell(f"%%python\n{text}", store_history=False)
        self.displayhook.shown = None
        error = ran.error_before_exec or ran.error_in_exec
        if error is not None:
            self._shown = error
            raise error

    def _run_part(self, part: Part) -> object:
        if part.kind is Kind.DIRECTIVE:
            self.directives.carry_out(part)
            return None
        if part.kind is Kind.HELP:
            self._help(part)
            return None
        if part.kind is Kind.POWERSHELL:
            return self._shown_as_result(self.runner.engines.run_whole("\n" * part.line + part.text))
        if part.kind is Kind.MAGIC and part.text[1:].partition(" ")[0] in TIMES:
            return self.run_timed(part.text)
        result = self.run_line_or_shell(part.text)
        self.displayhook.shown = None
        return result

    def _before_cell(self, info: Any) -> None:
        """A cell that is IPython's finds the variables of PowerShell that it names."""
        name = cell_magic(info.raw_cell)
        self._is_python = name in PYTHON or (name is None and self._python_alone(info.raw_cell) is not None)
        if self._is_python or (name is not None and name not in POWERSHELL):
            bring_for(self.cells, info.raw_cell)

    def _after_cell(self, _ran: object) -> None:
        self._is_python = False

    def user_expressions(self, expressions: dict[str, str]) -> Any:
        if expressions:
            bring_for(self.cells, " ".join(expressions.values()))
        return super().user_expressions(expressions)

    def run_line_or_shell(self, text: str) -> object:
        """A `%magic` or `!program` line, which is IPython's."""
        bring_for(self.cells, text)
        if text.startswith("%"):
            name, _, rest = text[1:].partition(" ")
            return self.run_line_magic(name, rest.strip())
        self.system(self.var_expand(text.lstrip("!"), depth=1))
        return None

    def help_at(self, text: str, position: int, *, full: bool) -> str | None:
        """What is known of a place in PowerShell text, or None."""

        def ours() -> str | None:
            from lync_magic.completing import inspect

            return inspect(f"{CELL}{text}", len(CELL) + position, self.runner.surroundings())

        return asking.help_at(self.cells, text, position, ours, full=full)

    def _help(self, part: Part) -> None:
        """Show the help of a name where a front end pages."""
        text = self.help_at(part.text, len(part.text), full=bool(part.body))
        if text is None:
            raise UsageError(f"There is no help on {part.text}.", "Get-Command lists the commands that are there.")
        page.page(text)

    def _shown_as_result(self, shown: Result | None) -> object:
        self.displayhook.shown = shown
        self._gave = None if shown is None else shown.value
        return None if shown is None else self._kept(shown)

    def _kept(self, shown: Result) -> object:
        """What the display hook gets: a result that was shown already is only kept."""
        if shown.bundle:
            return shown.value
        self.displayhook.update_user_ns(shown.value)
        return None

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        """An error of PowerShell goes by its own id."""
        name = error_name(evalue)
        self.ended_by = evalue
        if evalue is self._shown:
            self._shown = None
            return
        super()._showtraceback(type(name, (etype,), {}) if name != etype.__name__ else etype, evalue, stb)


def error_name(error: BaseException) -> str:
    """What a front end calls an error: PowerShell's id of it, or the name of its class."""
    return str(getattr(error, "error_id", "") or type(error).__name__)
