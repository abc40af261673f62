"""What Python's own errors say besides where a cell of Python names an imported command wrongly, is PowerShell, or
calls a function of Python's whose name a variable has taken.

Rule of this file: the error stays Python's own; a sentence is added to it.
"""

from __future__ import annotations

import builtins
import linecache
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

from IPython.core.interactiveshell import InteractiveShell

ERRORS: Final = (NameError, SyntaxError, TypeError)
_COMMAND: Final = re.compile(
    r"(?:^|[=|;(]) *(([A-Z][a-z]+)-[A-Z]\w+|((?:get|set|new|remove|grant|enable|disable|test|import|connect))-[a-z]\w+)"
)
_VARIABLE: Final = re.compile(r"^\s*\$\w+")
_OF_SESSION: Final = re.compile(r"(?:Get|Set|New|Remove|Grant|Enable|Disable|Test|Move|Start|Stop)_[A-Z]\w+")
_NO_FUNCTION: Final = "object is not callable"
_CALLED: Final = re.compile(r"(?<![\w.])([a-z]+)\(")
_RUNS: Final = "run_code"
"""The function of IPython's that runs a cell: an error from outside of it is one of the cell's text."""


def watch(shell: InteractiveShell) -> None:
    """Look at such errors before they are shown, where nobody else does."""
    if not shell.custom_exceptions:
        shell.set_custom_exc(ERRORS, told)


def unwatch(shell: InteractiveShell) -> None:
    """As before."""
    if shell.custom_exceptions == ERRORS:
        shell.set_custom_exc((), None)


def told(
    shell: InteractiveShell, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: int | None = None
) -> None:
    """Show an error, with what there is to say to it."""
    while_running = trace is not None and trace.tb_frame.f_code.co_name == _RUNS
    if isinstance(error, SyntaxError):
        _add(error, _as_powershell(error.text or "", None))
        if isinstance(error, IndentationError) and not while_running:
            shell.showindentationerror()
            return
    elif kind is NameError and isinstance(error, NameError):
        _add(error, _near(error.name or "") or _as_powershell(_line(trace), error.name))
    elif kind is TypeError and str(error).endswith(_NO_FUNCTION):
        _add(error, _taken(_line(trace), shell.user_ns))
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset, running_compiled_code=while_running)


def _add(error: BaseException, sentence: str) -> None:
    if not sentence:
        return
    if isinstance(error, SyntaxError):
        error.msg += sentence
    else:
        error.args = (f"{error}{sentence}",)


def _near(name: str) -> str:
    """What is said of a name that is almost, or was, an imported command's."""
    if "_" not in name:
        return ""
    importing = sys.modules.get("lync_magic.importing")
    written = name.replace("_", "-", 1)
    if importing is None or not (len(importing.modules) or importing.modules.last_had(written)):
        return f". {_not_connected()}" if _OF_SESSION.fullmatch(name) else ""
    modules = importing.modules
    command = modules.find(written) or modules.find(modules.near(written) or "")
    if command is not None and command.__name__ != name:
        return f". Did you mean {command.__name__}?"
    removed = modules.last_had(written)
    return f": it was imported from {removed}, which was removed. %lync connect USER" if removed is not None else ""


def _not_connected() -> str:
    from lync_magic.messages import say

    return say("The commands of a session are there when it is connected: %lync connect USER")


def _as_powershell(line: str, verb: str | None) -> str:
    """What is said of a line that begins as PowerShell does. verb: the name that Python did not know."""
    found = _COMMAND.search(line)
    if found is None and verb is None and _VARIABLE.match(line):
        from lync_magic.messages import say

        return f". {say('PowerShell goes after %lync, or in a cell that begins with %%lync.')}"
    if found is None or verb not in (None, found[2], found[3]):
        return ""
    from lync_magic.messages import say

    where = say("PowerShell goes after %lync, or in a cell that begins with %%lync: %lync {command}", command=found[1])
    return f". {where}"


def _taken(line: str, variables: Mapping[str, object]) -> str:
    """What is said of a line that calls one of Python's functions where a variable of the notebook has its name."""
    for name in _CALLED.findall(line):
        if hasattr(builtins, name) and name in variables and not callable(variables[name]):
            from lync_magic.messages import say

            told = say(
                "{name} is a variable here (${name} of a cell). Python's own comes back with: del {name}", name=name
            )
            return f". {told}"
    return ""


def _line(trace: Any) -> str:
    """The line in which an error came up."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return linecache.getline(trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace is not None else ""
