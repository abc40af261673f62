"""What a script says and asks through `$Host.UI`.

Rule of this file: a question goes to the person as a remote command's does; where nobody can be asked it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.language.evaluate.core import EvaluatorCore
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.values.collections import NOTHING, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import enum_value
from lync_magic.language.values.failures import NotKnownHere, call_failed
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import own_methods
from lync_magic.language.values.screens import Screen, as_choice
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType
from lync_magic.psrp import Choice, DebugRecord, ScreenLine, VerboseRecord, WarningRecord

_COLOR: Final = "System.ConsoleColor"


def is_of_screen(target: object, folded: str) -> bool:
    """Whether a method is one of `$Host.UI`."""
    return isinstance(target, Screen) and folded in own_methods[Screen]


def call_screen(core: EvaluatorCore, name: str, arguments: Sequence[object], scope: Scope) -> object:
    """`$Host.UI.name(arguments)`."""
    folded = name.lower()
    known = own_methods[Screen][folded]
    if not known.least <= len(arguments) <= known.most:
        raise NotKnownHere(f"$Host.UI.{name} with {len(arguments)} arguments")
    if folded == "promptforchoice":
        return _choose(core, arguments)
    if folded in ("readline", "readlineassecurestring"):
        secret = folded != "readline"
        answer = core.runtime.ask_line("", secret=secret)
        return convert(answer, NetType("System.Security.SecureString")) if secret else answer
    text = to_text(arguments[-1]) if arguments else ""
    if folded == "writewarningline":
        scope.sink.report(WarningRecord(text))
    elif folded == "writeverboseline":
        scope.sink.report(VerboseRecord(text))
    elif folded == "writedebugline":
        scope.sink.report(DebugRecord(text))
    else:
        front, back = ([enum_value(_COLOR, one).value for one in arguments[:-1]] + [None, None])[:2]
        is_error = folded == "writeerrorline"
        ends = folded != "write"
        scope.sink.report(ScreenLine(text, newline=ends, error=is_error, foreground=front, background=back))
    return NOTHING


def _choose(core: EvaluatorCore, arguments: Sequence[object]) -> object:
    caption, message, given, default = arguments
    choices = [as_choice(one) for one in items_of(given)] if given is not None else []
    if not choices:
        call_failed(
            "PromptForChoice",
            len(arguments),
            "Value cannot be null. (Parameter '\"choices\" should have at least one element.')",
            "ArgumentException",
        )
    number = to_int(default)
    if not -1 <= number < len(choices):
        text = f"{number} (Parameter 'defaultChoice')\nActual value was {number}."
        call_failed("PromptForChoice", len(arguments), text, "ArgumentOutOfRangeException")
    told = [Choice(one.label, one.help) for one in choices]
    return core.runtime.choose(to_text(caption), to_text(message), told, number)
