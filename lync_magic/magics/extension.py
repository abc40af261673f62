"""The extension: `%load_ext lync_magic` registers one magic, `%lync` and `%%lync`.

Rules: a first bare word is a verb; what holds a hyphen, or starts with anything but a letter, is PowerShell, and so is
what begins as one of its statements does (`foreach (…)`). Loading
costs next to nothing: the rooms below are loaded when a verb first needs them.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from lync_magic.errors import Interrupted, UsageError
from lync_magic.magics import pythons_errors
from lync_magic.magics.completion import Completion
from lync_magic.magics.grammar import HELP, near
from lync_magic.magics.settings import settings
from lync_magic.magics.verbs import CELL_OPTIONS, KEEPS, OTHER_WORDS, STATEMENT, VERBS

if TYPE_CHECKING:
    from lync_magic.sessions import Session

_BARE_WORD: Final = re.compile(r"[A-Za-z]+(?=\s|$)")
_OPTION: Final = re.compile(r"--[a-z][a-z-]*")
_HELP_LINE: Final = re.compile(r"^(\s*)%lync\s+([\w-]+)\s*\?{1,2}\s*$")
_HELP_CELL: Final = re.compile(r"^\s*%%lync\s(?:.*\s)?(?:--help|-h|-\?)\s*$")
WARM_SECONDS: Final = 1.0
"""After how long a kernel loads the rooms below, so that the first Tab does not wait for it."""
_ATTRIBUTE: Final = "_lync_magic"


@magics_class
class LyncMagics(Magics):
    """%lync and %%lync."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._runner: Any = None
        self._completion = Completion(shell, lambda: self.runner, lambda: self._runner is not None)
        self._completion.register()

    @no_var_expand
    @line_cell_magic
    def lync(self, line: str, cell: str | None = None) -> Any:
        """A remote PowerShell session in this notebook.

            %lync VERB …            connect, import, sessions, use, commands, remove, sandbox, help
            %lync Get-CsTenant      a PowerShell command; x = %lync … keeps its result
            %%lync                  the whole cell is PowerShell

        %lync help shows the verbs; %lync help VERB one of them.
        """
        if cell is not None:
            return self._stoppable(lambda: self.runner.run_cell(cell, line))
        return self._stoppable(lambda: self._run_line(line))

    def _stoppable(self, work: Callable[[], Any]) -> Any:
        """An interrupt ends in a line of ours, wherever it met us."""
        try:
            return work()
        except Interrupted:
            raise
        except KeyboardInterrupt:
            raise Interrupted("Stopped.") from None

    def _run_line(self, line: str) -> Any:
        words = line.split(None, 1)
        if not words or words[0] in HELP:
            return self.runner.run_verb("help", "")
        if words[0] in ("--version", "version"):
            return self.runner.say_version()
        option = words[0].partition("=")[0]
        if _OPTION.fullmatch(option) and option not in (known := [*CELL_OPTIONS, *HELP, "--version"]):
            raise UsageError(f"%lync has no option {option}.", near(option, known) or "Help: %lync --help")
        word = _BARE_WORD.match(line.strip())
        if word is None or KEEPS.match(line) or STATEMENT.match(line.strip()):
            return self.runner.run_line(line)
        verb, rest = word[0].lower(), line.strip()[word.end() :]
        if verb not in VERBS:
            if _is_session(word[0]):
                return self.runner.run_line(line) if rest.strip() else self.runner.run_verb("use", word[0])
            if self.runner.is_function(word[0]):
                return self.runner.run_line(line)
            place = _module_of(word[0])
            if place is not None:
                return self.runner.run_line(f"{place}\\{line.strip()}")
            command = _command_like(word[0])
            if command is not None:
                raise UsageError(f"%lync has no verb {word[0]!r}.", f"Did you mean %lync {command}?")
            hint = near(OTHER_WORDS.get(verb, verb), VERBS).replace("mean ", "mean %lync ")
            hint = hint or f"Verbs: {', '.join(VERBS)}."
            raise UsageError(
                f"%lync has no verb {word[0]!r}.",
                f"{hint} A PowerShell command holds a hyphen: Get-CsTenant.",
            )
        return self.runner.run_verb(verb, rest)

    @property
    def runner(self) -> Any:
        """What carries out verbs and cells; loaded at first use."""
        if self._runner is None:
            from lync_magic.magics.runner import Runner

            self._runner = Runner(self._shell)
        return self._runner

    def keep_partial(self, result: Any) -> None:
        """After an interrupt `_` is what was interrupted: `_.partial` has what came until then."""
        stopped = getattr(result, "error_in_exec", None)
        if isinstance(stopped, Interrupted) and stopped.partial is not None:
            hook: Any = self._shell.displayhook
            hook._, hook.__, hook.___ = stopped, hook._, hook.__
            self._shell.user_ns.update({"_": hook._, "__": hook.__, "___": hook.___})

    def close(self) -> None:
        """Remove what the magics hold: sessions, imported names, forms, completion."""
        self._completion.unregister()
        if self._runner is not None:
            self._runner.close()


def _is_session(name: str) -> bool:
    """Whether a session was given this name."""
    sessions = sys.modules.get("lync_magic.sessions")
    return sessions is not None and sessions.registry.named(name) is not None


def _command_like(name: str) -> str | None:
    """An imported command that is written so without its hyphen."""
    importing = sys.modules.get("lync_magic.importing")
    known = [] if importing is None else [one for module in importing.modules for one in module.commands.values()]
    return next((one.alias for one in known if one.alias.replace("-", "").lower() == name.lower()), None)


def _module_of(name: str) -> str | None:
    """The module of an imported command: `%lync type` is the server's `type`, whatever that is in PowerShell."""
    importing = sys.modules.get("lync_magic.importing")
    found = None if importing is None else importing.modules.find(name)
    return None if found is None else str(found.__module__)


async def signed_in(timeout: float = 300.0) -> Session:
    """Wait until somebody has signed in, so that Run All works: `await lync_magic.signed_in()`.

    timeout: seconds; then OperationTimedOut is raised.
    """
    shell = get_ipython()
    instance: LyncMagics | None = getattr(shell, _ATTRIBUTE, None)
    if instance is None:
        raise UsageError("The extension is not loaded.", "Run %load_ext lync_magic first.")
    session: Session = await instance.runner.notebook.signed_in(timeout)
    return session


def help_line(lines: list[str]) -> list[str]:
    """`%lync connect?` is help on the verb, and a cell of `%%lync --help` alone is help, too.

    IPython alone would look for an object of that name, and refuse a cell that has no second line.
    """
    if len(lines) == 1 and _HELP_CELL.match(lines[0]):
        return [lines[0].rstrip("\n") + "\n", "\n"]
    found = _HELP_LINE.match(lines[-1]) if lines else None
    if found is None:
        return lines
    return [*lines[:-1], f"{found[1]}%lync help {found[2]}\n"]


def show_results_as_tables() -> None:
    """For who uses the package in a notebook without its magics."""
    from lync_magic.magics.display import give_results_their_looks
    from lync_magic.magics.settings import usual_rows
    from lync_magic.records import show_rows

    give_results_their_looks()
    show_rows(usual_rows())


def load(shell: InteractiveShell) -> None:
    """Register the magics. Loading again does nothing."""
    if getattr(shell, _ATTRIBUTE, None) is not None:
        return
    instance = LyncMagics(shell)
    shell.register_magics(instance)
    shell.input_transformers_cleanup.append(help_line)
    shell.events.register("post_run_cell", instance.keep_partial)
    pythons_errors.watch(shell)
    if hasattr(shell, "kernel"):
        warm = threading.Timer(WARM_SECONDS, lambda: import_module("lync_magic.magics.runner"))
        warm.daemon = True
        warm.start()
    settings(shell)  # so that %config LyncMagic.<Tab> shows them
    setattr(shell, _ATTRIBUTE, instance)


def runner_of(shell: InteractiveShell) -> Any:
    """What carries out the verbs and cells of a shell in which the extension is loaded."""
    instance: LyncMagics = getattr(shell, _ATTRIBUTE)
    return instance.runner


def unload(shell: InteractiveShell) -> None:
    """Take the magics away, with every session and imported name."""
    instance: LyncMagics | None = getattr(shell, _ATTRIBUTE, None)
    if instance is None:
        return
    instance.close()
    shell.events.unregister("post_run_cell", instance.keep_partial)
    pythons_errors.unwatch(shell)
    if help_line in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(help_line)
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("lync", None)
    setattr(shell, _ATTRIBUTE, None)
