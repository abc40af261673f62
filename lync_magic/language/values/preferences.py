"""What the preference variables say: `$WarningPreference` and its like.

Rule of this file: a cell's own are of their type (`evaluate.automatic.preference_value`); a function's may hold
anything, and where that is no value of the enumeration PowerShell goes by what it begins with.
"""

from __future__ import annotations

from typing import Final

from lync_magic.clixml import EnumValue
from lync_magic.language.values.default_parameters import DEFAULT_PARAMETERS
from lync_magic.language.values.enums import enum_member, enum_number, is_enum, numbers_of

ACTION: Final = "System.Management.Automation.ActionPreference"
IMPACT: Final = "System.Management.Automation.ConfirmImpact"
_BEGINS_WITH: Final = {
    "erroractionpreference": 2, "warningpreference": 2, "progresspreference": 2, "verbosepreference": 0,
    "debugpreference": 0, "informationpreference": 0,
}  # fmt: skip
DEFAULTS: Final = "psdefaultparametervalues"
PREFERENCES: Final = {
    **dict.fromkeys(_BEGINS_WITH, ACTION), "confirmpreference": IMPACT,
    DEFAULTS: DEFAULT_PARAMETERS,
}  # fmt: skip
"""The preferences that are of a type, most of them of an enumeration, by name in lower case, each with that."""
SILENT: Final = ("silentlycontinue", "ignore")
ASKING: Final = ("inquire", "break", "suspend")
"""Actions that a console's person, or a debugger, has part in."""
_HIGH: Final = 3


def first_action(folded: str) -> EnumValue | None:
    """What a preference begins with, by its name in lower case; None for what is none."""
    number = _BEGINS_WITH.get(folded)
    return None if number is None else enum_member(ACTION, number)


def action_of(folded: str, value: object) -> str:
    """What a preference, by its name in lower case, says to do where it holds this value: an action in lower case, the
    number of one that there is not."""
    found = _held(ACTION, value)
    return str.lower(found if found is not None else enum_member(ACTION, _BEGINS_WITH[folded]))


def impact_wanted(value: object) -> int:
    """How much something must change to be asked about where `$ConfirmPreference` holds this value."""
    found = _held(IMPACT, value)
    return _HIGH if found is None else found.value


def _held(type_name: str, value: object) -> EnumValue | None:
    """The value of an enumeration that a variable holds: itself, its Int32 (another
    one's too), or its name or number as a text."""
    if isinstance(value, EnumValue):
        return value if value.type_name == type_name else enum_number(type_name, value.value)
    if type(value) is int:
        return enum_number(type_name, value) if abs(value) < 2**31 else None
    return _parsed(type_name, value) if type(value) is str else None


def _parsed(type_name: str, text: str) -> EnumValue | None:
    """Names, or one number, as [Enum]::Parse has them, whatever their case."""
    if text.strip().isdecimal():
        return enum_number(type_name, int(text))
    known = {name.lower(): number for name, number in numbers_of(type_name).items()} if is_enum(type_name) else {}
    number = 0
    for part in text.lower().split(","):
        if part.strip() not in known:
            return None
        number |= known[part.strip()]
    return enum_number(type_name, number)
