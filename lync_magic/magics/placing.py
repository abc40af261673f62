"""Whether what a line gives is what its cell shows: then what is said between its outputs stands between them."""

from __future__ import annotations

import ast
import linecache
import sys
from typing import Any, Final

from IPython.core.interactiveshell import InteractiveShell

LAST: Final = "last_expr"
"""How IPython usually is: a cell shows the value of its last expression."""
_MAGIC: Final = "run_line_magic"


def is_shown(shell: InteractiveShell) -> bool:
    """Whether the magic that runs is the whole last statement of its cell, whose value the shell displays."""
    if shell.ast_node_interactivity != LAST or shell.displayhook.quiet():
        return False
    frame = sys._getframe(1)
    while frame is not None and frame.f_globals is not shell.user_ns:
        frame = frame.f_back  # type: ignore[assignment]
    if frame is None or not frame.f_code.co_name.startswith("<"):
        return False
    try:
        last = ast.parse("".join(linecache.getlines(frame.f_code.co_filename))).body[-1]
    except (SyntaxError, IndexError):
        return False
    called = getattr(getattr(last, "value", None), "func", None) if isinstance(last, ast.Expr) else None
    return getattr(called, "attr", "") == _MAGIC and last.lineno <= frame.f_lineno <= (last.end_lineno or 0)


def keep_as_shown(shell: InteractiveShell, value: object) -> None:
    """Make a value that has been shown in parts what the cell gave: `_` and `Out[n]`."""
    hook: Any = shell.displayhook
    hook.update_user_ns(value)
