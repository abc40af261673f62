"""PowerShell text -> commands -> values: our own lexer, parser and evaluator."""

from lync_magic.language.check import check, commands_in
from lync_magic.language.cmdlets.alone import run_alone
from lync_magic.language.cmdlets.declare import BoundCall, CallServices, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.known import WINDOWS_ALONE
from lync_magic.language.cmdlets.registry import CMDLETS, find_cmdlet, is_powershells
from lync_magic.language.cmdlets.sessions import SentBlock, SessionHost, session_commands
from lync_magic.language.handing import Description, Left, describe, made_as
from lync_magic.language.interpreter import Interpreter
from lync_magic.language.lexer.tokens import KEYWORDS, OPERATORS
from lync_magic.language.parser.entry import parse
from lync_magic.language.prompts import CONTINUED, PROMPT, without_prompts
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import expressions, statements
from lync_magic.language.syntax.statements import Script
from lync_magic.language.values.surroundings import HELD_BACK, held_back, kept_apart
from lync_magic.language.values.types import type_of
from lync_magic.language.ways import WITH_POWERSHELL
from lync_magic.language.words import to_command

__all__ = [
    "CMDLETS",
    "CONTINUED",
    "HELD_BACK",
    "KEYWORDS",
    "OPERATORS",
    "PROMPT",
    "WINDOWS_ALONE",
    "WITH_POWERSHELL",
    "BoundCall",
    "CallServices",
    "ClientCommand",
    "Description",
    "Interpreter",
    "Left",
    "ParameterSpec",
    "Runtime",
    "Script",
    "SentBlock",
    "SessionHost",
    "check",
    "commands_in",
    "describe",
    "expressions",
    "find_cmdlet",
    "held_back",
    "is_powershells",
    "kept_apart",
    "made_as",
    "parse",
    "run_alone",
    "session_commands",
    "statements",
    "to_command",
    "type_of",
    "without_prompts",
]
