"""The parser's door: a text becomes a `Script`."""

from __future__ import annotations

import gc

from lync_magic.errors import CellSyntaxError
from lync_magic.language.parser.definitions import Parser
from lync_magic.language.syntax.source import Source
from lync_magic.language.syntax.statements import Script


def parse(text: str, path: str = "") -> Script:
    """The syntax tree of PowerShell text. path: the script file that holds it, "" where none does.

    Raises CellSyntaxError with PowerShell's words, its error id, line and column for text that is not PowerShell,
    and for text nested deeper than anyone writes.
    """
    source = Source(text, path=path)
    parser = Parser(source, 0, len(text))
    collects = gc.isenabled()
    gc.disable()  # a tree is all that is made, and it holds no circles
    try:
        script = parser.script_block("")
    except RecursionError:
        line, column = source.place(parser.position)
        message = "The text is nested too deeply."
        raise CellSyntaxError(message, line, column, error_id="ScriptTooComplicated") from None
    finally:
        if collects:
            gc.enable()
    if not isinstance(script, Script):
        raise TypeError("a whole text parses to a Script")
    return script
