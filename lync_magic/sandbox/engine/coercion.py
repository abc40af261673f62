"""Values as they came, made into a parameter's type, by PowerShell's rules and with its words when they do
not fit.

Rules of this file: pure functions. A conversion that fails raises `ConversionError` with PowerShell's
sentence; the binder adds which parameter it was. Types of the service that are text at heart
(UserIdParameter, XdsIdentity, Fqdn …) come out as str.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from lync_magic.sandbox.engine import moments
from lync_magic.sandbox.engine.nettypes import ENUMERATIONS, full_name, type_of
from lync_magic.sandbox.model import EnumValue, PSCredential, PSObject, SecureString, Uri, Version

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
UNLIMITED: Final = "Unlimited"

_INTEGERS: Final = {
    "Byte": (0, 2**8 - 1, "an unsigned byte"),
    **{f"Int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, f"an Int{bits}") for bits in (16, 32, 64)},
    **{f"UInt{bits}": (0, 2**bits - 1, f"a UInt{bits}") for bits in (16, 32, 64)},
}
"""The least and the greatest number of each integer type, and how .NET names it in an error."""

_TAKES_A_TABLE: Final = frozenset({"Hashtable", "Object", "PSObject", "String"})
"""Types that a hashtable can be, or be made into."""
_LIST_OF: Final = re.compile(r"(System\.Management\.Automation\.)?PSListModifier\b|.*\bMultiValuedProperty`1")
"""Types that are a list, and take a change of one."""
_BUILT_OF_A_TABLE: Final = re.compile(r"I[A-Z][a-z]\w+(?<!Choice)(\[\])?")
"""Models of Microsoft Teams' generated cmdlets: each can be constructed of a hashtable."""
_CHANGES: Final = ("Add", "Remove", "Replace")
_FLAGS: Final = frozenset({"CommandTypes"})
_FQDN: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*")
_SID: Final = re.compile(r"S-1(-\d+)+", re.IGNORECASE)
_GUID: Final = re.compile(
    r"\s*(\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}|\([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\)"
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\s*",
    re.IGNORECASE,
)


class ConversionError(Exception):
    """The value does not fit the type; the message is PowerShell's sentence."""


class WrongKindError(ConversionError):
    """A value of a kind from which nothing leads to the type. value, type_name: as .NET calls them."""

    def __init__(self, value: object, type_name: str, reason: str = "Specified method is not supported.") -> None:
        super().__init__(reason)
        self.value = type_of(value)
        self.type_name = full_name(type_name)


class NullError(ConversionError):
    """Null, where the type has none."""


def as_text(value: object) -> str:
    """A value as PowerShell's `[string]` makes it (invariant culture)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, EnumValue):
        return value.name
    if isinstance(value, datetime):
        return value.strftime("%m/%d/%Y %H:%M:%S")
    if isinstance(value, timedelta):
        return _duration_text(value)
    if isinstance(value, PSObject):
        return _object_text(value)
    if isinstance(value, Mapping):
        return "System.Collections.Hashtable"
    if isinstance(value, (list, tuple)):
        return " ".join(as_text(one) for one in value)
    if isinstance(value, SecureString):
        return "System.Security.SecureString"
    if isinstance(value, PSCredential):
        return "System.Management.Automation.PSCredential"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _object_text(value: PSObject) -> str:
    if value.text is not None:
        return value.text
    if value.adapted:
        return value.type_names[0]
    return "@{" + "; ".join(f"{name}={as_text(one)}" for name, one in value.properties.items()) + "}"


def _duration_text(value: timedelta) -> str:
    seconds = value.days * 86_400 + value.seconds
    days, rest = divmod(abs(seconds), 86_400)
    text = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{'-' if seconds < 0 else ''}{f'{days}.' if days else ''}{text}"


def convert(value: object, type_name: str) -> object:
    """The value in that type. Raises ConversionError."""
    if type_name in ENUMERATIONS:
        return _enumeration(value, type_name)
    found = _CONVERSIONS.get(type_name)
    if found is not None:
        return found(value, type_name)
    if type_name.endswith("[]") and value is not None:
        element = type_name.removesuffix("[]")
        if isinstance(value, Mapping) and not (element in _TAKES_A_TABLE or _BUILT_OF_A_TABLE.fullmatch(element)):
            raise _refuse_kind(value, type_name)
        return [convert(one, element) for one in (value if isinstance(value, (list, tuple)) else [value])]
    if _LIST_OF.match(type_name):
        return _list_or_change(value, type_name)
    if isinstance(value, Mapping) and not _BUILT_OF_A_TABLE.fullmatch(type_name):
        raise _refuse_kind(value, type_name)
    return value  # a type of the service: what else it takes is its own


def is_exact(value: object, type_name: str) -> bool:
    """Whether the value is of the type already, or of one that needs no conversion."""
    if type_name in ("Object", "Object[]", "List", "PSObject"):
        return True
    if type_name == "PSCredential":
        return isinstance(value, PSCredential)
    return type_of(value) == full_name(type_name)


def _refuse(value: object, type_name: str, reason: str) -> ConversionError:
    shown = as_text(value)
    return ConversionError(f'Cannot convert value "{shown}" to type "{full_name(type_name)}". Error: "{reason}"')


def _refuse_kind(value: object, type_name: str) -> ConversionError:
    if isinstance(value, (list, tuple)):
        return WrongKindError(value, type_name)
    kind = type_of(value)
    return ConversionError(
        f'Cannot convert the "{as_text(value)}" value of type "{kind}" to type "{full_name(type_name)}".'
    )


def _string(value: object, type_name: str) -> object:
    if isinstance(value, (list, tuple)):
        raise WrongKindError(value, type_name)
    return as_text(value)


def _strings(value: object, _: str) -> object:
    if value is None:
        return None
    return [as_text(one) for one in (value if isinstance(value, (list, tuple)) else [value])]


def _objects(value: object, _: str) -> object:
    if value is None:
        return None
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _anything(value: object, _: str) -> object:
    return value


def _object(value: object, type_name: str) -> object:
    """An object that another cmdlet makes; there is no other way to say one."""
    if value is not None and not isinstance(value, PSObject):
        raise _refuse_kind(value, type_name)
    return value


def _list_or_change(value: object, type_name: str) -> object:
    """A list, or a change of one: `@{Add=…; Remove=…; Replace=…}` (PSListModifier)."""
    if not isinstance(value, Mapping):
        return _objects(value, type_name)
    changes = {as_text(key).capitalize(): _objects(one, type_name) or [] for key, one in value.items()}
    unknown = [key for key in value if as_text(key).capitalize() not in _CHANGES]
    if unknown:
        raise _refuse(
            value,
            type_name,
            f"The following unknown list modifier was detected: '{as_text(unknown[0])}'. Valid list modifiers are Add, "
            "Remove, and Replace.",
        )
    return changes


def _boolean(value: object, type_name: str) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)):
        return value != 0
    if value is None and type_name != "SwitchParameter":
        raise NullError("")
    if value is None:
        return False
    raise WrongKindError(value, type_name, "")


def _int32(value: object, type_name: str) -> object:
    low, high, name = _INTEGERS[type_name]
    if isinstance(value, (list, tuple, Mapping)):
        raise _refuse_kind(value, type_name)
    if value is None or value == "":
        return 0
    if isinstance(value, (bool, int, float, Decimal)):
        number = round(value)
    else:
        text = as_text(value).strip()
        try:
            number = int(text, 16) if text.lower().startswith("0x") else round(Decimal(text))
        except (ValueError, ArithmeticError):
            raise _refuse(value, type_name, f"The input string '{text}' was not in a correct format.") from None
    if not low <= number <= high:
        raise _refuse(value, type_name, f"Value was either too large or too small for {name}.")
    return number


def _number(value: object, type_name: str) -> object:
    """A Double, Single or Decimal."""
    kind = Decimal if type_name == "Decimal" else float
    if isinstance(value, (list, tuple, Mapping)):
        raise _refuse_kind(value, type_name)
    if value is None or value == "":
        return kind(0)
    text = as_text(value).strip()
    try:
        if text.lower().startswith("0x"):
            return kind(int(text, 16))
        return kind(value) if isinstance(value, (bool, int, float, Decimal)) else kind(text.replace(",", ""))
    except (ValueError, ArithmeticError):
        raise _refuse(value, type_name, f"The input string '{text}' was not in a correct format.") from None


def _moment(value: object, type_name: str) -> object:
    """A TimeSpan, DateTime or DateTimeOffset: of text, or of ticks (100 ns)."""
    kind, read = (timedelta, moments.time_span) if type_name == "TimeSpan" else (datetime, moments.date)
    if isinstance(value, kind):
        return value
    if value is None:
        raise NullError(f'Cannot convert null to type "{full_name(type_name)}".')
    if isinstance(value, Mapping):
        raise ConversionError(
            f"Cannot create object of type \"{full_name(type_name)}\". The property '{next(iter(value), '')}' was not "
            f"found for the '{full_name(type_name)}' object. There is no settable property available."
        )
    if isinstance(value, (list, tuple)):
        raise _refuse_kind(value, type_name)
    if isinstance(value, bool):
        raise _refuse(value, type_name, f"Invalid cast from 'System.Boolean' to '{full_name(type_name)}'.")
    if isinstance(value, int):
        ticks = timedelta(microseconds=value / moments.TICKS_OF_A_MICROSECOND)
        return ticks if kind is timedelta else datetime.min + ticks
    try:
        return read(as_text(value))
    except ValueError as unread:
        raise _refuse(value, type_name, str(unread)) from None


def _uri(value: object, type_name: str) -> object:
    if value is None:
        return None
    if isinstance(value, (list, tuple, Mapping)):
        raise _refuse_kind(value, type_name)
    if isinstance(value, bool):
        raise _refuse(value, type_name, f"Invalid cast from 'System.Boolean' to '{full_name(type_name)}'.")
    return Uri(as_text(value))


def _table(value: object, type_name: str) -> object:
    if value is None or isinstance(value, Mapping):
        return value
    raise _refuse_kind(value, type_name)


def _secure_string(value: object, type_name: str) -> object:
    if value is None or isinstance(value, SecureString):
        return value
    raise ConversionError(f'Cannot convert the value of type "{type_of(value)}" to type "{full_name(type_name)}".')


def _unlimited(value: object, type_name: str) -> object:
    if as_text(value).lower() == UNLIMITED.lower():
        return UNLIMITED
    number = _int32(value, "Int32")
    if isinstance(number, int) and number < 0:
        raise _refuse(value, type_name, "Value was either too large or too small for a UInt32.")
    return number


def _guid(value: object, type_name: str) -> object:
    if isinstance(value, UUID):
        return value
    if isinstance(value, (list, tuple, Mapping)):
        raise _refuse_kind(value, type_name)
    if value is None:
        raise NullError(f'Cannot convert null to type "{full_name(type_name)}".')
    text = as_text(value)
    if _GUID.fullmatch(text):
        return UUID(text.strip(" {}()\t\r\n"))
    if "-" in text:
        raise _refuse(
            value,
            type_name,
            "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).",
        )
    raise _refuse(value, type_name, "Unrecognized Guid format.")


def _enumeration(value: object, type_name: str) -> object:
    members = ENUMERATIONS[type_name]
    if isinstance(value, EnumValue):
        return _enumeration(value.value, type_name)
    if value is None:
        names = ",".join(members)
        raise NullError(
            f'Cannot convert null to type "{full_name(type_name)}" due to enumeration values that are '
            "not valid. Specify "
            "one of the following enumeration values and try again. The possible enumeration values "
            f'are "{names}".'
        )
    if isinstance(value, int) and not isinstance(value, bool):
        return _enumeration_number(value, type_name)
    texts = [
        one.strip() for item in (value if isinstance(value, list) else [value]) for one in as_text(item).split(",")
    ]
    if len(texts) > 1 and type_name not in _FLAGS:
        raise _refuse_kind(value, type_name)
    total = 0
    for text in texts:
        total |= members[_member(text, type_name, members)]
    return _enumeration_number(total, type_name)


def _member(text: str, type_name: str, members: Mapping[str, int]) -> str:
    lowered = text.lower()
    matches = [name for name in members if name.lower() == lowered]
    matches = matches or [name for name in members if lowered and name.lower().startswith(lowered)]
    if len(matches) == 1:
        return matches[0]
    names = ", ".join(members)
    raise _refuse(
        text,
        type_name,
        f"Unable to match the identifier name {text} to a valid enumerator name. Specify one of the "
        "following enumerator "
        f"names and try again:\n{names}",
    )


def _enumeration_number(number: int, type_name: str) -> EnumValue:
    members = ENUMERATIONS[type_name]
    for name, value in members.items():
        if value == number:
            return EnumValue(full_name(type_name), name, number)
    if type_name in _FLAGS:
        names = [name for name, value in members.items() if value & number == value]
        return EnumValue(full_name(type_name), ", ".join(names) or str(number), number)
    raise _refuse(number, type_name, "The value is not one of the enumeration's.")


def _pattern(pattern: re.Pattern[str], complaint: str) -> Callable[[object, str], object]:
    def check(value: object, type_name: str) -> object:
        if isinstance(value, (list, tuple, Mapping)):
            raise _refuse_kind(value, type_name)
        text = as_text(value)
        if text and not pattern.fullmatch(text):
            raise _refuse(value, type_name, complaint)
        return text

    return check


def _identity(value: object, type_name: str) -> object:
    """An identity: text, or an object that says who it is by its property Identity."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        raise _refuse_kind(value, type_name)
    if isinstance(value, PSObject):
        return as_text(value.properties.get("Identity") or value)
    return as_text(value)


def _credential(value: object, type_name: str) -> object:
    if value is None or isinstance(value, PSCredential):
        return value
    raise _refuse(value, type_name, "A credential has a user name and a password.")


def _version(value: object, type_name: str) -> object:
    if isinstance(value, (list, tuple)):
        raise _refuse_kind(value, type_name)
    text = as_text(value)
    if not re.fullmatch(r"\d+(\.\d+){1,3}", text):
        raise _refuse(value, type_name, "Version string portion was too short or too long.")
    return Version(text)


_CONVERSIONS: Final[Mapping[str, Callable[[object, str], object]]] = MappingProxyType(
    {
        "String": _string,
        "String[]": _strings,
        "Object": _anything,
        "Object[]": _objects,
        "PSObject": _anything,
        "AcpInfo": _anything,
        "AcpInfo[]": _list_or_change,
        "List": _list_or_change,
        "IAllowedDomainsChoice": _object,
        "Boolean": _boolean,
        "SwitchParameter": _boolean,
        **dict.fromkeys(_INTEGERS, _int32),
        **dict.fromkeys(("Double", "Single", "Decimal"), _number),
        **dict.fromkeys(("TimeSpan", "DateTime", "DateTimeOffset"), _moment),
        "Uri": _uri,
        "Hashtable": _table,
        "SecureString": _secure_string,
        "Switch": _boolean,
        "Unlimited": _unlimited,
        "Guid": _guid,
        "Version": _version,
        "PSCredential": _credential,
        "Fqdn": _pattern(_FQDN, "The value is not a valid fully qualified domain name."),
        "SecurityIdentifier": _pattern(_SID, "Value was invalid."),
        "UserIdParameter": _identity,
        "OUIdParameter": _identity,
        "XdsIdentity": _identity,
        "XdsGlobalRelativeIdentity": _identity,
    }
)
