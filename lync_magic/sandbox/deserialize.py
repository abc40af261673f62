"""What a client sent (values as psrpcore read them) as values of the model, for the engine.

Rules of this file: nothing of psrpcore gets past it. Secrets are decrypted here and wrapped at once; a value that has
no place in the model becomes a `PSObject` with its type names, properties and text.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from psrpcore import types as ps

from lync_magic.sandbox.model import (
    EnumValue,
    Long,
    PSCredential,
    PSObject,
    SecureString,
    Uri,
    Version,
)

DESERIALIZED = "Deserialized."
SWITCH_TYPE = "System.Management.Automation.SwitchParameter"


def to_model(value: object) -> object:
    """The model's value for one of psrpcore's. Lists and dictionaries are read through."""
    if value is None or isinstance(value, bool):
        return value
    for kind, convert in _CONVERSIONS:
        if isinstance(value, kind):
            return convert(value)
    if isinstance(value, ps.PSObject):
        return _object(value)
    return value


def _enumeration(value: ps.PSEnumBase) -> EnumValue:
    return EnumValue(_type_names(value)[0], value.name, int(value.value))


def _credential(value: ps.PSCredential) -> PSCredential:
    return PSCredential(str(value.UserName), SecureString(value.Password.decrypt()))


def _moment(value: datetime) -> datetime:
    zone = None if value.tzinfo is None else timezone(value.utcoffset() or timedelta())
    return datetime(
        value.year,
        value.month,
        value.day,
        value.hour,
        value.minute,
        value.second,
        value.microsecond,
        tzinfo=zone,
    )


def _script_block(value: ps.PSScriptBlock) -> PSObject:
    return PSObject(("System.Management.Automation.ScriptBlock", "System.Object"), {}, text=str(value))


def _list(value: Iterable[object]) -> list[object]:
    return [to_model(item) for item in value]


def _dictionary(value: Mapping[object, object]) -> dict[object, object]:
    return {to_model(key): to_model(item) for key, item in value.items()}


def _queue(value: queue.Queue[object]) -> list[object]:
    return [to_model(item) for item in list(value.queue)]


def _object(value: ps.PSObject) -> object:
    type_names = _type_names(value)
    about = value.PSObject
    properties = {
        one.name: to_model(one.get_value(value)) for one in [*about.adapted_properties, *about.extended_properties]
    }
    if SWITCH_TYPE in type_names:
        return bool(properties.get("IsPresent"))
    return PSObject(type_names, properties, text=about.to_string, adapted=bool(about.adapted_properties))


def _type_names(value: ps.PSObject) -> tuple[str, ...]:
    return tuple(name.removeprefix(DESERIALIZED) for name in value.PSObject.type_names) or ("System.Object",)


# A subclass stands before its base: psrpcore's types derive from Python's.
_CONVERSIONS: tuple[tuple[type, Callable[..., object]], ...] = (
    (ps.PSSecureString, lambda value: SecureString(value.decrypt())),
    (ps.PSCredential, _credential),
    (ps.PSEnumBase, _enumeration),
    (ps.PSFlagBase, _enumeration),
    (ps.PSChar, lambda value: str(value)),
    (ps.PSUri, lambda value: Uri(str(value))),
    (ps.PSVersion, lambda value: Version(str(value))),
    (ps.PSScriptBlock, _script_block),
    (str, lambda value: str.__str__(value)),
    (ps.PSInt64, lambda value: Long(int(value))),
    (int, lambda value: int(value)),
    (float, lambda value: float(value)),
    (Decimal, lambda value: Decimal(value)),
    (datetime, _moment),
    (
        timedelta,
        lambda value: timedelta(days=value.days, seconds=value.seconds, microseconds=value.microseconds),
    ),
    (UUID, lambda value: UUID(int=value.int)),
    (bytes, lambda value: bytes(value)),
    (dict, _dictionary),
    (queue.Queue, _queue),
    (list, _list),
)
