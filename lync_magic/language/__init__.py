"""PowerShell text -> commands -> values: our own lexer, parser and evaluator.

Each part is loaded when it is first named: where PowerShell itself runs the cells, none of them has to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lync_magic.doors import door

if TYPE_CHECKING:
    from lync_magic.language.checked import check, commands_in
    from lync_magic.language.cmdlets.alone import run_alone
    from lync_magic.language.cmdlets.declare import BoundCall, CallServices, ClientCommand, ParameterSpec
    from lync_magic.language.cmdlets.known import WINDOWS_ALONE
    from lync_magic.language.cmdlets.registry import CMDLETS, find_cmdlet, is_powershells
    from lync_magic.language.cmdlets.sessions import SentBlock, SessionHost, session_commands
    from lync_magic.language.handing import Description, Left, describe, made_as
    from lync_magic.language.interpreter import Interpreter
    from lync_magic.language.layout.looks import KindLook, look_of
    from lync_magic.language.lexer.tokens import KEYWORDS, OPERATORS
    from lync_magic.language.meant import command_meant
    from lync_magic.language.parser.entry import parse
    from lync_magic.language.prompts import CONTINUED, PROMPT, without_prompts
    from lync_magic.language.runtime import Runtime
    from lync_magic.language.syntax import expressions, statements
    from lync_magic.language.syntax.statements import Script
    from lync_magic.language.values.collections import SwitchParameter
    from lync_magic.language.values.surroundings import HELD_BACK, held_back, kept_apart
    from lync_magic.language.values.types import type_of
    from lync_magic.language.words import to_command

__all__ = [
    "CMDLETS",
    "CONTINUED",
    "HELD_BACK",
    "KEYWORDS",
    "OPERATORS",
    "PROMPT",
    "WINDOWS_ALONE",
    "BoundCall",
    "CallServices",
    "ClientCommand",
    "Description",
    "Interpreter",
    "KindLook",
    "Left",
    "ParameterSpec",
    "Runtime",
    "Script",
    "SentBlock",
    "SessionHost",
    "SwitchParameter",
    "check",
    "command_meant",
    "commands_in",
    "describe",
    "expressions",
    "find_cmdlet",
    "held_back",
    "is_powershells",
    "kept_apart",
    "look_of",
    "made_as",
    "parse",
    "run_alone",
    "session_commands",
    "statements",
    "to_command",
    "type_of",
    "without_prompts",
]

_ROOMS: Final = {
    "BoundCall": "cmdlets.declare",
    "CMDLETS": "cmdlets.registry",
    "CONTINUED": "prompts",
    "CallServices": "cmdlets.declare",
    "ClientCommand": "cmdlets.declare",
    "Description": "handing",
    "HELD_BACK": "values.surroundings",
    "Interpreter": "interpreter",
    "KEYWORDS": "lexer.tokens",
    "KindLook": "layout.looks",
    "Left": "handing",
    "OPERATORS": "lexer.tokens",
    "PROMPT": "prompts",
    "ParameterSpec": "cmdlets.declare",
    "Runtime": "runtime",
    "Script": "syntax.statements",
    "SentBlock": "cmdlets.sessions",
    "SessionHost": "cmdlets.sessions",
    "SwitchParameter": "values.collections",
    "WINDOWS_ALONE": "cmdlets.known",
    "check": "checked",
    "command_meant": "meant",
    "commands_in": "checked",
    "describe": "handing",
    "expressions": "syntax.expressions",
    "find_cmdlet": "cmdlets.registry",
    "held_back": "values.surroundings",
    "is_powershells": "cmdlets.registry",
    "kept_apart": "values.surroundings",
    "look_of": "layout.looks",
    "made_as": "handing",
    "parse": "parser.entry",
    "run_alone": "cmdlets.alone",
    "session_commands": "cmdlets.sessions",
    "statements": "syntax.statements",
    "to_command": "words",
    "type_of": "values.types",
    "without_prompts": "prompts",
}

__getattr__ = door(__name__, _ROOMS)
