"""The .NET enumerations that cells name: the days of the week, the console's colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import EnumValue
from lync_magic.language.values.failures import ScriptError, cannot_convert
from lync_magic.language.values.text import to_text

ENUMS: Final[dict[str, tuple[str, ...]]] = {
    "System.DayOfWeek": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "System.ConsoleColor": (
        "Black", "DarkBlue", "DarkGreen", "DarkCyan", "DarkRed", "DarkMagenta", "DarkYellow", "Gray",
        "DarkGray", "Blue",
        "Green", "Cyan", "Red", "Magenta", "Yellow", "White",
    ),
    "System.DateTimeKind": ("Unspecified", "Utc", "Local"),
    "System.Management.Automation.ActionPreference": (
        "SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore", "Suspend", "Break",
    ),
    "System.Management.Automation.ConfirmImpact": ("None", "Low", "Medium", "High"),
    "System.MidpointRounding": ("ToEven", "AwayFromZero", "ToZero", "ToNegativeInfinity", "ToPositiveInfinity"),
    "System.StringComparison": (
        "CurrentCulture", "CurrentCultureIgnoreCase", "InvariantCulture", "InvariantCultureIgnoreCase", "Ordinal",
        "OrdinalIgnoreCase",
    ),
    "System.StringSplitOptions": ("None", "RemoveEmptyEntries", "TrimEntries"),
}  # fmt: skip
"""Each enumeration's names; a name's number is its place."""


class LocalEnum(EnumValue):
    """An enumeration's value that a cell made; one that came over the wire is a number with a text (`remote_value`)."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[EnumValue], tuple[str, int, str]]:
        return LocalEnum, (str(self), self.value, self.type_name)


class RemoteEnum(int):
    """An enumeration's value as it comes over the wire: an Int32 to a cell. origin: what Python has."""

    origin: EnumValue


def remote_value(value: EnumValue) -> EnumValue | RemoteEnum:
    """What a cell sees of an enumeration's value."""
    if isinstance(value, LocalEnum):
        return value
    made = RemoteEnum(value.value)
    made.origin = value
    return made


def enum_member(type_name: str, number: int) -> EnumValue:
    """The value with a number."""
    return LocalEnum(ENUMS[type_name][number], number, type_name)


def enum_number(type_name: str, number: int) -> EnumValue:
    """The value with a number, its name where it has one."""
    names = ENUMS.get(type_name, ())
    return LocalEnum(names[number] if 0 <= number < len(names) else str(number), number, type_name)


def enum_value(type_name: str, value: object) -> EnumValue:
    """A text (whole or the start of one name, case aside) or a number as an enumeration's value."""
    names = ENUMS[type_name]
    if isinstance(value, EnumValue) and value.type_name == type_name:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value < len(names):
            return enum_member(type_name, value)
        message = (
            f'Cannot convert value "{to_text(value)}" to type "{type_name}" due to enumeration values that are not '
            "valid. Specify one of the following enumeration values and try again. The possible enumeration values "
            f'are "{",".join(names)}".'
        )
        raise ScriptError(message, "UndefinedIntegerToEnum", "InvalidArgument")
    if isinstance(value, bool):
        why = f"Invalid cast from 'System.Boolean' to '{type_name}'."
        raise cannot_convert("True" if value else "False", type_name, why, "InvalidCastIConvertible")
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = ",".join(to_text(item) for item in value)
    text = to_text(value).strip()
    if text.isdecimal():
        return enum_number(type_name, int(text))
    matches = [index for index, name in enumerate(names) if name.lower() == text.lower()]
    if not matches:
        matches = [index for index, name in enumerate(names) if name.lower().startswith(text.lower())]
    if len(matches) != 1 or not text:
        why = (
            f"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following "
            f"enumerator names and try again:\n{', '.join(names)}"
        )
        raise cannot_convert(text, type_name, why, "SubstringDisambiguationEnumParseThrewAnException")
    return enum_member(type_name, matches[0])
