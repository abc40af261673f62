"""Commands to words, as PowerShell's own client sends them to a restricted endpoint: the server binds.

`-Name` goes out as a parameter of that name, dash and all, without a value; a value that follows as an argument
without a name; `-Name:value` as `-Name:` with the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lync_magic.clixml import SizedInt
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.lexer.characters import DASHES
from lync_magic.language.syntax import expressions as e
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.arithmetic import is_text
from lync_magic.language.values.collections import (
    NOTHING,
    ArgumentName,
    SwitchParameter,
    is_collection,
    is_table,
    items_of,
)
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.text import to_text
from lync_magic.psrp import Argument, Command

Evaluate = Callable[[e.Expression], object]


def to_command(name: str, call: s.CommandCall, evaluate: Evaluate, extra: Iterable[Argument] = ()) -> Command:
    """One command as words. evaluate: gives each argument's value."""
    arguments = [*arguments_of(call.elements, evaluate), *extra]
    return Command(name, tuple(arguments))


def arguments_of(elements: Sequence[s.Parameter | e.Expression], evaluate: Evaluate) -> list[Argument]:
    """The words of a call's arguments; `@splatted` tables become named arguments, lists become values."""
    made: list[Argument] = []
    for element in elements:
        if isinstance(element, s.Parameter):
            name = "-" + element.spelled[1:] if element.spelled[0] in DASHES else element.spelled
            value = None if element.argument is None else outgoing(evaluate(element.argument))
            made.append(Argument(name, value))
        elif isinstance(element, e.Variable) and element.splatted:
            made.extend(splatted(evaluate(element)))
        else:
            made.append(Argument(None, outgoing(evaluate(element))))
    return made


def splatted(value: object) -> list[Argument]:
    """`@p`: a table's entries by name, a list's items and a text's letters by position, and nothing as `$null`."""
    if is_table(value):
        return [Argument(f"-{key}:", outgoing(item)) for key, item in value.items()]
    if is_collection(value):
        return [
            Argument(str(item).removesuffix(":"), None)
            if type(item) is ArgumentName
            else Argument(None, outgoing(item))
            for item in items_of(value)
        ]
    if is_text(value):
        return [Argument(None, letter) for letter in to_text(value)]
    return [Argument(None, outgoing(value))]


def outgoing(value: object) -> object:
    """A value as it goes to the server: a script block as its text, a cell's own numbers and tables as Python's, a
    switch as its truth."""
    if value is NOTHING:
        return None
    value = unspelled(value)
    if isinstance(value, Block):
        return value.text
    if isinstance(value, SizedInt):
        return int(value)
    if isinstance(value, SwitchParameter):
        return value.on
    if type(value) is list:
        return [outgoing(item) for item in value]
    if isinstance(value, dict):
        return {key: outgoing(item) for key, item in value.items()}
    return value
