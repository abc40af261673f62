"""`$Host.UI`, `$Host.UI.RawUI`, and the answers that one is asked to choose from.

Rule of this file: it says what there is; `evaluate.host_screen` does what a cell calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.language.values.collections import NOTHING
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.enums import enum_member, enum_value
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.members import setters
from lync_magic.language.values.methods import Method, method
from lync_magic.language.values.properties import own_methods, own_properties
from lync_magic.language.values.statics import own_statics
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types

_CHOICE: Final = "System.Management.Automation.Host.ChoiceDescription"
_COLOR: Final = "System.ConsoleColor"
_USER: Final = "System.Management.Automation.Internal.Host.InternalHostUserInterface"
_RAW: Final = "System.Management.Automation.Internal.Host.InternalHostRawUserInterface"


class ChoiceDescription:
    """One answer that can be chosen; `&` in its label stands before its key."""

    __slots__ = ("help", "label")

    def __init__(self, label: str, help: str = "") -> None:
        self.label, self.help = label, help

    def __psobject__(self) -> PSObject:
        return PSObject({"Label": self.label, "HelpMessage": self.help}, (_CHOICE, "System.Object"), _CHOICE)

    def __str__(self) -> str:
        return _CHOICE


class RawScreen:
    """`$Host.UI.RawUI`: its colours and title are kept, and change nothing in a notebook."""

    def __init__(self) -> None:
        self.told: dict[str, object] = {
            "foregroundcolor": enum_member(_COLOR, 7), "backgroundcolor": enum_member(_COLOR, 0), "windowtitle": None,
        }  # fmt: skip


class Screen:
    """`$Host.UI`."""

    def __init__(self) -> None:
        self.raw = RawScreen()

    def __str__(self) -> str:
        return _USER

    __repr__ = __str__


def as_choice(value: object) -> ChoiceDescription:
    """A choice, or a text that is its label. Raises ScriptError for an empty one."""
    if isinstance(value, ChoiceDescription):
        return value
    label = to_text(value)
    if not label:
        raise ScriptError("Cannot convert an empty text to a choice.", "InvalidCastConstructorException")
    return ChoiceDescription(label)


def _screen_property(value: Screen, folded: str) -> object:
    if folded == "rawui":
        return value.raw
    return True if folded == "supportsvirtualterminal" else MISSING


def _raw_property(value: RawScreen, folded: str) -> object:
    if folded in SIZES:
        raise NotKnownHere(f"$Host.UI.RawUI.{folded}")
    return value.told.get(folded, MISSING)


SIZES: Final = (
    *("buffersize", "cursorposition", "cursorsize", "keyavailable", "maxphysicalwindowsize", "maxwindowsize"),
    *("windowposition", "windowsize"),
)
"""What a console has and a notebook has not."""


def _set_raw(value: RawScreen, name: str, new: object) -> None:
    folded = name.lower()
    if folded not in value.told:
        raise NotKnownHere(f"$Host.UI.RawUI.{name}")
    value.told[folded] = to_text(new) if folded == "windowtitle" else enum_value(_COLOR, new)


def _only_there(_value: Any, _arguments: Sequence[object]) -> object:
    raise NotKnownHere("$Host.UI outside of a cell")


_CALLS: Final[dict[str, Method[Any]]] = {
    name: method(least, most)(_only_there)
    for name, (least, most) in {
        "promptforchoice": (4, 4), "readline": (0, 0), "readlineassecurestring": (0, 0), "write": (1, 3),
        "writeline": (0, 3), "writeerrorline": (1, 1), "writewarningline": (1, 1), "writeverboseline": (1, 1),
        "writedebugline": (1, 1),
    }.items()
}  # fmt: skip
own_types[Screen] = lambda value: _USER
own_types[RawScreen] = lambda value: _RAW
own_types[ChoiceDescription] = lambda value: _CHOICE
own_properties[Screen] = _screen_property
own_properties[RawScreen] = _raw_property
own_properties[ChoiceDescription] = lambda value, folded: value.__psobject__().get(folded, MISSING)
own_methods[Screen] = _CALLS
own_methods[RawScreen] = {"flushinputbuffer": method(0)(lambda _v, _a: NOTHING)}
setters[RawScreen] = _set_raw
more_converters[_CHOICE] = lambda value: None if value is None else as_choice(value)
own_statics[_CHOICE] = {"new": method(1, 2)(lambda _n, a: ChoiceDescription(*map(to_text, a)))}, {}
