"""Delegates: script blocks as .NET calls them, `[Func[int, string]]{ … }`, `[Predicate[object]]{ … }`, `[Action]{ … }`.

Rule of this file: what the block gives is told by `evaluate/delegates.py`, which runs it; here is what such a value is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from lync_magic.clixml import MISSING, Char, ScriptBlock
from lync_magic.language.values.convert import delegate_maker
from lync_magic.language.values.failures import NotKnownHere, cannot_convert, cannot_convert_object
from lync_magic.language.values.full_names import qualified
from lync_magic.language.values.properties import own_properties
from lync_magic.language.values.text import argument_text, to_text
from lync_magic.language.values.types import EVALUATOR, NetType, own_types, type_arguments, type_of

_NAMES: Final = {
    "System.Predicate": ("obj",), "System.Comparison": ("x", "y"), "System.Converter": ("input",),
    EVALUATOR: ("match",),
}  # fmt: skip
"""What .NET calls the parameters of those that are not `arg`."""


class Delegate:
    """A script block that .NET may call. kind: its type.  takes: the types of its parameters.  gives: that of what it
    gives, "" for nothing."""

    __slots__ = ("block", "gives", "kind", "takes")

    def __init__(self, block: object, kind: str) -> None:
        self.block, self.kind = block, kind
        base, told = kind.partition("`")[0], type_arguments(kind) if "`" in kind else []
        self.gives = "System.Boolean" if base == "System.Predicate" else ""
        if base == "System.Comparison":
            self.gives, told = "System.Int32", told * 2
        if base == EVALUATOR:
            self.gives, told = "System.String", ["System.Text.RegularExpressions.Match"]
        if base in ("System.Func", "System.Converter"):
            *told, self.gives = told
        self.takes = told

    @property
    def names(self) -> list[str]:
        """What its parameters are called."""
        base, count = self.kind.partition("`")[0], len(self.takes)
        if count == 1:
            return list(_NAMES.get(base, ("obj" if base == "System.Action" else "arg",)))
        return list(_NAMES.get(base, tuple(f"arg{place}" for place in range(1, count + 1))))

    def __str__(self) -> str:
        return self.kind

    __repr__ = __str__


def _made(value: object, kind: NetType) -> object:
    """`[Func[int]]value`."""
    if value is None or (isinstance(value, Delegate) and value.kind == kind.name):
        return value
    if type_of(value) == "System.Management.Automation.ScriptBlock" and not isinstance(value, ScriptBlock):
        return Delegate(value, kind.name)
    if isinstance(value, bool | Char | datetime):
        why = f"Invalid cast from '{type_of(value)}' to '{qualified(kind.name)}'."
        raise cannot_convert(argument_text(value), kind.name, why, "InvalidCastIConvertible")
    if type(value) is str or isinstance(value, int | float):
        raise cannot_convert_object(to_text(value), type_of(value), kind.name, "ConvertToFinalInvalidCastException")
    raise NotKnownHere(f"a [{NetType(type_of(value)).spoken}] as a [{kind.spoken}]")


def _property(value: Delegate, folded: str) -> object:
    if folded in ("method", "target"):
        raise NotKnownHere(f"the property .{folded} of a [{value.kind}]")
    return MISSING


delegate_maker.append(_made)
own_types[Delegate] = str
own_properties[Delegate] = _property
