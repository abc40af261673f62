"""Conversions to a named type, `[type]value`, with PowerShell's errors."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from lync_magic.clixml import Char, ObjectLike, Uri, Version
from lync_magic.language.lexer.numbers import MAX_DECIMAL
from lync_magic.language.syntax.expressions import TypeName
from lync_magic.language.syntax.source import Extent, Source
from lync_magic.language.values.collections import (
    NOTHING,
    ArrayList,
    Ordered,
    custom_object,
    is_collection,
    items_of,
)
from lync_magic.language.values.enums import ENUMS, enum_value
from lync_magic.language.values.failures import NotKnownHere, cannot_convert, cannot_convert_object
from lync_magic.language.values.moments import BadMoment, parse_datetime, parse_timespan
from lync_magic.language.values.numbers import (
    Single,
    fits,
)
from lync_magic.language.values.numeric import INTEGERS, Number, as_number, round_half_even, to_bool, to_number
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import NetType, resolve, type_of

_REALS: Final = ("System.Double", "System.Single", "System.Decimal")
_ARTICLES = {"System.Int32": "an Int32", "System.Int64": "an Int64", "System.Int16": "an Int16"}
_VERSION = re.compile(r"\d+(\.\d+){1,3}")


def convert(value: object, target: NetType) -> object:
    """`[target]value`. Raises ScriptError with PowerShell's words where that cannot be, NotKnownHere for other
    types."""
    name = target.name
    if name.endswith("[]"):
        return _to_array(value, NetType(name[:-2]))
    converter = _CONVERTERS.get(name)
    if converter is not None:
        return converter(value)
    if name in INTEGERS:
        return _to_integer(value, name)
    if name in _REALS:
        return _to_real(value, name)
    if name in ENUMS:
        return enum_value(name, value)
    raise NotKnownHere(f"a conversion to [{target.short}]")


def _to_array(value: object, element: NetType) -> object:
    if value is None or value is NOTHING:
        return None
    items = list(items_of(value)) if is_collection(value) else [value]
    return items if element.name == "System.Object" else [convert(item, element) for item in items]


def _to_integer(value: object, name: str) -> object:
    if isinstance(value, Char):
        number: Number = ord(value)
    elif is_collection(value):
        raise cannot_convert_object(type_of(value), type_of(value), name, "ConvertToFinalInvalidCastException")
    else:
        number = to_number(value, name)
    kind = INTEGERS[name]
    if number != number or number in (float("inf"), float("-inf")):
        whole: int | None = None
    else:
        whole = round_half_even(number)
    if whole is None or not fits(kind, whole):
        why = f"Value was either too large or too small for {_ARTICLES.get(name, 'a ' + name.rpartition('.')[2])}."
        error_id = "InvalidCastFromStringToInteger" if isinstance(value, str) else "InvalidCastIConvertible"
        raise cannot_convert(to_text(value), name, why, error_id)
    return kind(whole)


def _to_real(value: object, name: str) -> object:
    number = to_number(value, name)
    if name == "System.Decimal":
        if isinstance(number, float) and abs(number) > MAX_DECIMAL:
            why = "Value was either too large or too small for a Decimal."
            raise cannot_convert(to_text(value), name, why, "InvalidCastIConvertible")
        if isinstance(number, Decimal):
            return number
        if isinstance(value, str) and "." in value and "e" not in value.lower():
            return Decimal(value.strip().replace(",", ""))
        return Decimal(repr(float(number))) if isinstance(number, float) else Decimal(number)
    real = float(number)
    if name == "System.Single":
        return to_single(real)
    return real


def to_single(value: float) -> Single:
    """A float rounded to 32 bits."""
    try:
        return Single(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return Single(float("inf") if value > 0 else float("-inf"))


def _to_char(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFF:
        return Char(chr(value))
    text = to_text(value)
    if len(text) != 1:
        why = "String must be exactly one character long."
        raise cannot_convert(text, "System.Char", why, "InvalidCastParseTargetInvocation")
    return Char(text)


def _to_datetime(value: object) -> object:
    if isinstance(value, datetime):
        return value
    number = as_number(value)
    if number is not None and not isinstance(number, float):
        return datetime(1, 1, 1) + timedelta(microseconds=int(number) // 10)
    if value is None:
        raise cannot_convert_object("", "", "System.DateTime", "NullToDateTime")
    text = to_text(value)
    try:
        return parse_datetime(text)
    except BadMoment as bad:
        error_id = "InvalidCastParseTargetInvocationWithFormatProvider"
        raise cannot_convert(text, "System.DateTime", str(bad), error_id) from None


def _to_timespan(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    number = as_number(value)
    if number is not None and not isinstance(number, float):
        return timedelta(microseconds=int(number) / 10)
    text = to_text(value)
    try:
        return parse_timespan(text)
    except BadMoment as bad:
        error_id = "InvalidCastParseTargetInvocationWithFormatProvider"
        raise cannot_convert(text, "System.TimeSpan", str(bad), error_id) from None


def _to_guid(value: object) -> object:
    if isinstance(value, UUID):
        return value
    text = to_text(value)
    try:
        return UUID(text.strip())
    except ValueError:
        why = "Unrecognized Guid format."
        raise cannot_convert(text, "System.Guid", why, "InvalidCastParseTargetInvocation") from None


def _to_version(value: object) -> object:
    if isinstance(value, Version):
        return value
    text = to_text(value)
    if not _VERSION.fullmatch(text.strip()):
        bad = next((part for part in text.split(".") if not part.strip().isdigit()), None)
        why = f"The input string '{bad}' was not in a correct format."
        if bad is None:
            why = "Version string portion was too short or too long. (Parameter 'input')"
        raise cannot_convert(text, "System.Version", why, "InvalidCastParseTargetInvocation")
    return Version(text.strip())


def _to_table(value: object) -> object:
    if value is None or isinstance(value, dict):
        return value
    raise cannot_convert_object(
        to_text(value), type_of(value), "System.Collections.Hashtable", "ConvertToFinalInvalidCastException"
    )


def _to_ordered(value: object) -> object:
    if isinstance(value, Mapping):
        return Ordered(value.items())
    raise NotKnownHere("[ordered] before anything but @{ }")


def _to_custom(value: object) -> object:
    if isinstance(value, Mapping) and not isinstance(value, ObjectLike):
        return custom_object({to_text(key): item for key, item in value.items()})
    return value


def _to_list(value: object) -> object:
    if isinstance(value, ArrayList) or value is None:
        return value
    return ArrayList(items_of(value)) if is_collection(value) else ArrayList([value])


def _to_type(value: object) -> object:
    if isinstance(value, NetType):
        return value
    text = to_text(value)
    found = resolve(TypeName(Extent(Source(text), 0, len(text)), text))
    if found is None:
        raise cannot_convert_object(text, type_of(value), "System.Type", "InvalidCastFromStringToType")
    return found


def _unchanged(value: object) -> object:
    return value


_CONVERTERS: Final[dict[str, Callable[[object], object]]] = {
    "System.String": to_text,
    "System.Boolean": to_bool,
    "System.Management.Automation.SwitchParameter": to_bool,
    "System.Char": _to_char,
    "System.DateTime": _to_datetime,
    "System.TimeSpan": _to_timespan,
    "System.Guid": _to_guid,
    "System.Version": _to_version,
    "System.Uri": lambda value: None if value is None else Uri(to_text(value)),
    "System.Object": _unchanged,
    "System.Management.Automation.PSObject": _unchanged,
    "System.Management.Automation.PSCustomObject": _to_custom,
    "System.Collections.Hashtable": _to_table,
    "System.Collections.Specialized.OrderedDictionary": _to_ordered,
    "System.Collections.ArrayList": _to_list,
    "System.Collections.Generic.List": _to_list,
    "System.Array": lambda value: _to_array(value, NetType("System.Object")),
    "System.Type": _to_type,
    "System.Void": lambda value: NOTHING,
}
