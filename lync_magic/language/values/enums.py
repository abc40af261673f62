"""The .NET enumerations that cells name: the days of the week, the console's colours."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from lync_magic.clixml import EnumValue, Uri, Version
from lync_magic.language.values.failures import ScriptError, cannot_convert, cannot_convert_object
from lync_magic.language.values.patterns import matches_wildcard
from lync_magic.language.values.spelled import RemoteEnum, remote_enum
from lync_magic.language.values.text import net_text, to_text
from lync_magic.language.values.types import NetType, named_type_of, type_of

ENUMS: Final[dict[str, tuple[str, ...]]] = {
    "System.DayOfWeek": ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    "System.ConsoleColor": (
        "Black", "DarkBlue", "DarkGreen", "DarkCyan", "DarkRed", "DarkMagenta", "DarkYellow", "Gray",
        "DarkGray", "Blue",
        "Green", "Cyan", "Red", "Magenta", "Yellow", "White",
    ),
    "System.Globalization.CalendarWeekRule": ("FirstDay", "FirstFullWeek", "FirstFourDayWeek"),
    "System.DateTimeKind": ("Unspecified", "Utc", "Local"),
    "Microsoft.PowerShell.Commands.DisplayHintType": ("Date", "Time", "DateTime"),
    "System.Management.Automation.ActionPreference": (
        "SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore", "Suspend", "Break",
    ),
    "System.Management.Automation.WhereOperatorSelectionMode": (
        "Default", "First", "Last", "SkipUntil", "Until", "Split",
    ),
    "System.Management.Automation.ConfirmImpact": ("None", "Low", "Medium", "High"),
    "System.Management.Automation.ErrorCategory": (
        "NotSpecified", "OpenError", "CloseError", "DeviceError", "DeadlockDetected", "InvalidArgument", "InvalidData",
        "InvalidOperation", "InvalidResult", "InvalidType", "MetadataError", "NotImplemented", "NotInstalled",
        "ObjectNotFound", "OperationStopped", "OperationTimeout", "SyntaxError", "ParserError", "PermissionDenied",
        "ResourceBusy", "ResourceExists", "ResourceUnavailable", "ReadError", "WriteError", "FromStdErr",
        "SecurityError", "ProtocolError", "ConnectionError", "AuthenticationError", "LimitsExceeded", "QuotaExceeded",
        "NotEnabled",
    ),
    "System.EnvironmentVariableTarget": ("Process", "User", "Machine"),
    "System.UriHostNameType": ("Unknown", "Basic", "Dns", "IPv4", "IPv6"),
    "System.UriKind": ("RelativeOrAbsolute", "Absolute", "Relative"),
    "System.Globalization.TimeSpanStyles": ("None", "AssumeNegative"),
    "System.UriPartial": ("Scheme", "Authority", "Path", "Query"),
    "System.MidpointRounding": ("ToEven", "AwayFromZero", "ToZero", "ToNegativeInfinity", "ToPositiveInfinity"),
    "System.StringComparison": (
        "CurrentCulture", "CurrentCultureIgnoreCase", "InvariantCulture", "InvariantCultureIgnoreCase", "Ordinal",
        "OrdinalIgnoreCase",
    ),
}  # fmt: skip
"""Each enumeration's names; a name's number is its place."""


NO_SUSPEND: Final = (
    "The Suspend ActionPreference value is reserved for future use and is not supported at this time. For more "
    'information about preference variables, see the Help topic, "about_Preference_Variables."'
)
"""What is said of an ActionPreference that only workflows had."""
OF_PARAMETERS: Final[dict[str, tuple[str, ...]]] = {}
"""Those that only a parameter of a cmdlet has, which are read with these: a cell cannot name them."""


FLAGS: Final[dict[str, dict[str, int]]] = {
    "System.Globalization.DateTimeStyles": {
        "None": 0, "AllowLeadingWhite": 1, "AllowTrailingWhite": 2, "AllowInnerWhite": 4, "AllowWhiteSpaces": 7,
        "NoCurrentDateDefault": 8, "AdjustToUniversal": 16, "AssumeLocal": 32, "AssumeUniversal": 64,
        "RoundtripKind": 128,
    },
    "System.Globalization.NumberStyles": {
        "None": 0, "AllowLeadingWhite": 1, "AllowTrailingWhite": 2, "AllowLeadingSign": 4, "Integer": 7,
        "AllowTrailingSign": 8, "AllowParentheses": 16, "AllowDecimalPoint": 32, "AllowThousands": 64, "Number": 111,
        "AllowExponent": 128, "Float": 167, "AllowCurrencySymbol": 256, "Currency": 383, "Any": 511,
        "AllowHexSpecifier": 512, "HexNumber": 515, "AllowBinarySpecifier": 1024, "BinaryNumber": 1027,
    },
    "System.Management.Automation.WildcardOptions": {
        "None": 0, "Compiled": 1, "IgnoreCase": 2, "CultureInvariant": 4,
    },
    "System.IO.FileAttributes": {
        "None": 0, "ReadOnly": 1, "Hidden": 2, "System": 4, "Directory": 16, "Archive": 32, "Device": 64, "Normal": 128,
        "Temporary": 256, "SparseFile": 512, "ReparsePoint": 1024, "Compressed": 2048, "Offline": 4096,
        "NotContentIndexed": 8192, "Encrypted": 16384, "IntegrityStream": 32768, "NoScrubData": 131072,
    },
    "System.Management.Automation.PSMemberTypes": {
        "AliasProperty": 1, "CodeProperty": 2, "Property": 4, "NoteProperty": 8, "ScriptProperty": 16,
        "PropertySet": 32, "Method": 64, "CodeMethod": 128, "ScriptMethod": 256, "Methods": 448,
        "ParameterizedProperty": 512, "MemberSet": 1024, "Event": 2048, "Dynamic": 4096, "InferredProperty": 8192,
        "Properties": 8223, "All": 16383,
    },
    "System.Management.Automation.SplitOptions": {
        "SimpleMatch": 1, "RegexMatch": 2, "CultureInvariant": 4, "IgnorePatternWhitespace": 8, "Multiline": 16,
        "Singleline": 32, "IgnoreCase": 64, "ExplicitCapture": 128,
    },
    "System.Management.Automation.ScopedItemOptions": {
        "None": 0, "ReadOnly": 1, "Constant": 2, "Private": 4, "AllScope": 8, "Unspecified": 16,
    },
    "System.StringSplitOptions": {"None": 0, "RemoveEmptyEntries": 1, "TrimEntries": 2},
    "System.Text.RegularExpressions.RegexOptions": {
        "None": 0, "IgnoreCase": 1, "Multiline": 2, "ExplicitCapture": 4, "Compiled": 8, "Singleline": 16,
        "IgnorePatternWhitespace": 32, "RightToLeft": 64, "ECMAScript": 256, "CultureInvariant": 512,
        "NonBacktracking": 1024,
    },
}  # fmt: skip
"""Enumerations whose values are put together of bits."""


def is_enum(type_name: str) -> bool:
    """Whether a type is an enumeration that is known here."""
    return type_name in ENUMS or type_name in OF_PARAMETERS or type_name in FLAGS


def flags_of(type_name: str, number: int) -> EnumValue:
    """The value of bits, as .NET calls it: by the names of the largest that make it up."""
    left, named = number, list[str]()
    for name, bits in sorted(FLAGS[type_name].items(), key=lambda one: -one[1]):
        if bits and left & bits == bits:
            left -= bits
            named.insert(0, name)
    none = next((name for name, bits in FLAGS[type_name].items() if not bits), "0")
    text = none if not number else str(number) if left else ", ".join(named)
    return LocalEnum(text, number, type_name)


def numbers_of(type_name: str) -> dict[str, int]:
    """The names of an enumeration, each with its number; none for another type."""
    return FLAGS.get(type_name) or {name: place for place, name in enumerate(ENUMS.get(type_name, ()))}


def _numbers(type_name: str) -> dict[str, int]:
    """The same, of parameters' enumerations too."""
    return numbers_of(type_name) or {name: place for place, name in enumerate(OF_PARAMETERS[type_name])}


def _names(type_name: str) -> tuple[str, ...]:
    return ENUMS.get(type_name) or OF_PARAMETERS.get(type_name) or tuple(FLAGS[type_name])


class LocalEnum(EnumValue):
    """An enumeration's value that a cell made; one that came over the wire is a number with a text (`remote_value`)."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[EnumValue], tuple[str, int, str]]:
        return LocalEnum, (str(self), self.value, self.type_name)


def remote_value(value: EnumValue) -> EnumValue | RemoteEnum:
    """What a cell sees of an enumeration's value."""
    return value if isinstance(value, LocalEnum) else remote_enum(value)


def enum_member(type_name: str, number: int) -> EnumValue:
    """The value with a number."""
    if type_name in FLAGS:
        return flags_of(type_name, number)
    return LocalEnum(_names(type_name)[number], number, type_name)


def enum_number(type_name: str, number: int) -> EnumValue:
    """The value with a number, its name where it has one."""
    if type_name in FLAGS:
        return flags_of(type_name, number)
    names = ENUMS.get(type_name, ())
    return LocalEnum(names[number] if 0 <= number < len(names) else str(number), number, type_name)


_WHOLE: Final = re.compile(r"[+-]?\d+", re.ASCII)
_PLAIN: Final = re.compile(r"\d+", re.ASCII)


def enum_value(type_name: str, value: object) -> EnumValue:
    """A text (whole or the start of one name, case aside) or a number as an enumeration's value."""
    names = _names(type_name)
    if isinstance(value, EnumValue) and value.type_name == type_name:
        return value
    if value is None:
        message = (
            f'Cannot convert null to type "{type_name}" due to enumeration values that are not valid. Specify one of '
            f'the following enumeration values and try again. The possible enumeration values are "{",".join(names)}".'
        )
        raise ScriptError(message, "nullToEnumInvalidCast", "InvalidArgument")
    shown = to_text(value)
    if isinstance(value, EnumValue):
        value = value.value
    if isinstance(value, int) and not isinstance(value, bool):
        wrapped = (value + 2**31) % 2**32 - 2**31  # into the Int32 that it is of
        return _defined(type_name, wrapped, shown, "UndefinedIntegerToEnum")
    if isinstance(value, dict) and not value:
        return enum_member(type_name, 0)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _combined(type_name, value)
    if not isinstance(value, str | float | Decimal) or isinstance(value, Uri | Version):
        raise cannot_convert_object(
            net_text(value), named_type_of(value), type_name, "ConvertToFinalInvalidCastException"
        )
    told = to_text(value)
    text = told.strip()
    if type_name == _MEMBER_TYPES and isinstance(value, float | Decimal) and not text.isdecimal():
        raise cannot_convert(told, type_name, _undefined(type_name, told), "EnumParseUndefined")
    if _PLAIN.fullmatch(text) or (type_name != _MEMBER_TYPES and _WHOLE.fullmatch(text)):
        if not -(2**31) <= int(text) < 2**31:
            why = "Value was either too large or too small for an Int32."
            raise cannot_convert(told, type_name, why, "CaseSensitiveEnumParseThrewAnException")
        return _defined(type_name, int(text), told, "EnumParseUndefined")
    if "," in text and (number := _bits(type_name, text)) is not None:
        return _defined(type_name, number, told, "EnumParseUndefined")
    if type_name == _MEMBER_TYPES and isinstance(value, str):
        return _matched(type_name, told)
    return _begun(type_name, told)


def _begun(type_name: str, told: str) -> EnumValue:
    """The value that a text is the name of, or the beginning of the only one."""
    numbers, text = _numbers(type_name), told.strip()
    matches = [name for name in numbers if name.lower() == text.lower()]
    if not matches and (text or not told):
        matches = [name for name in numbers if name.lower().startswith(text.lower())]
    if len(matches) > 1:
        near = ", ".join(matches)
        why = (
            f"The identifier name {told} cannot be processed because it is either too similar or identical to the "
            f"following enumerator names: {near}. Use a more specific identifier name."
        )
        raise cannot_convert(told, type_name, why, "SubstringDisambiguationEnumParseThrewAnException")
    if not matches:
        raise _no_name(type_name, told)
    return enum_member(type_name, numbers[matches[0]])


def _bits(type_name: str, text: str) -> int | None:
    """Names with commas between them as one number; None where one of them is none."""
    known = {name.lower(): number for name, number in _numbers(type_name).items()}
    number = 0
    for one in text.lower().split(","):
        if one.strip() not in known:
            return None
        number |= known[one.strip()]
    return number


def _no_name(type_name: str, text: str) -> ScriptError:
    why = (
        f"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the following "
        f"enumerator names and try again:\n{', '.join(_names(type_name))}"
    )
    return cannot_convert(text, type_name, why, "SubstringDisambiguationEnumParseThrewAnException")


def _defined(type_name: str, number: int, text: str, error_id: str) -> EnumValue:
    """The value with a number; one that has no name is none of the enumeration's."""
    if type_name in FLAGS:
        every = 0
        for bits in FLAGS[type_name].values():
            every |= bits
        if number & ~every == 0:
            return flags_of(type_name, number)
    elif 0 <= number < len(_names(type_name)):
        return enum_member(type_name, number)
    raise ScriptError(_undefined(type_name, text), error_id, "InvalidArgument")


def _undefined(type_name: str, text: str) -> str:
    return (
        f'Cannot convert value "{text}" to type "{type_name}" due to enumeration values that are not valid. Specify '
        "one of the following enumeration values and try again. The possible enumeration values are "
        f'"{",".join(_names(type_name))}".'
    )


_MEMBER_TYPES: Final = "System.Management.Automation.PSMemberTypes"


def _matched(type_name: str, text: str) -> EnumValue:
    """The bits of all names that a text's parts mean, wildcards among them."""
    if not text:
        raise cannot_convert("", type_name, cannot_convert_object("", "System.String", type_name, "").message, "")
    number = 0
    for part in text.strip().split(","):
        bits = [bit for name, bit in FLAGS[type_name].items() if matches_wildcard(part.strip(), name)]
        if not bits:
            raise cannot_convert(text, type_name, _undefined(type_name, part.strip()), "EnumParseUndefined")
        for bit in bits:
            number |= bit
    return flags_of(type_name, number)


def _combined(type_name: str, values: Sequence[object]) -> EnumValue:
    """Several as one: the bits of all. Numbers go by their names, and all of them are read as one text."""
    if not values:
        return _begun(type_name, "")
    if len(values) == 1 and type_of(values[0]) == "System.String":
        return enum_value(type_name, values[0])
    items = [one if type_of(one) == "System.String" else enum_items[0](one, NetType(type_name)) for one in values]
    text = ",".join(map(to_text, items))
    if any(not isinstance(one, EnumValue) and to_text(one).strip().isdecimal() for one in items):
        raise _no_name(type_name, text)
    if type_name in FLAGS and _bits(type_name, text) is None:
        raise _no_name(type_name, text)
    return enum_value(type_name, text)


enum_items: Final[list[Callable[[object, NetType], object]]] = []
"""`convert`, which stands above this file."""
