"""Conversions to a named type, `[type]value`, with PowerShell's errors."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from lync_magic.clixml import (
    Byte,
    Char,
    Credential,
    DateTime,
    EnumValue,
    Int16,
    ObjectLike,
    PSObject,
    SByte,
    SecureString,
    Single,
    TimeSpan,
    UInt16,
    UInt64,
    Uri,
    Version,
)
from lync_magic.language.lexer.numbers import MAX_DECIMAL
from lync_magic.language.syntax.expressions import TypeName
from lync_magic.language.syntax.source import Source
from lync_magic.language.values.based_numbers import RANGES, TOO_LARGE, Refused, of_hexadecimal
from lync_magic.language.values.collections import (
    CUSTOM_OBJECT,
    NOTHING,
    Array,
    ArrayList,
    CasedHashtable,
    Dictionary,
    Gapped,
    GenericList,
    Hashtable,
    Ordered,
    SwitchParameter,
    array_like,
    custom_object,
    entries_of,
    is_bare,
    is_collection,
    is_table,
    items_of,
    member_maker,
    need_free,
    pairs,
)
from lync_magic.language.values.culture import INVARIANT, converting, current, reading
from lync_magic.language.values.culture_dates import parse_in_culture
from lync_magic.language.values.date_text import parse_datetime
from lync_magic.language.values.enums import enum_items, enum_value, is_enum
from lync_magic.language.values.failures import (
    NotKnownHere,
    ScriptError,
    cannot_convert,
    cannot_convert_object,
    cannot_convert_to_secret,
    must_be,
    no_null,
)
from lync_magic.language.values.guid_convert import to_guid
from lync_magic.language.values.moments import BadMoment, parse_timespan, without_hint
from lync_magic.language.values.net_members import net_property
from lync_magic.language.values.noted import TEXTS
from lync_magic.language.values.number_operations import decimal_of_real
from lync_magic.language.values.numbers import fits
from lync_magic.language.values.numeric import (
    INTEGERS,
    REALS,
    WHOLE,
    Number,
    as_number,
    bad_number,
    round_half_even,
    to_bool,
    to_int,
    to_number,
)
from lync_magic.language.values.shapes import (
    MADE,
    SIZED,
    final,
    gives,
    is_value_type,
    refuse_array,
    refuse_shape,
    without_property,
)
from lync_magic.language.values.spelled import GivenReal, given, unspelled
from lync_magic.language.values.text import argument_text, dated_text, local_text, net_text, to_text
from lync_magic.language.values.typed_members import name_types, need_own
from lync_magic.language.values.types import (
    DELEGATES,
    DICTIONARY,
    GENERIC_LIST,
    HASH_SET,
    NULLABLE,
    NetType,
    resolve,
    type_arguments,
    type_of,
)
from lync_magic.language.values.units import chars, length
from lync_magic.language.values.uris import address_of


def convert(value: object, target: NetType) -> object:
    """`[target]value`. Raises ScriptError with PowerShell's words where that cannot be, NotKnownHere for other
    types."""
    name = target.name
    if name not in _KEPT_SPELLED:
        value = unspelled(value)
    if name.endswith("[]"):
        return _to_array(value, NetType(name[:-2].replace(_CUSTOM, "System.Management.Automation.PSObject")))
    if name.startswith(GENERIC_LIST):
        return _to_generic(value, NetType(name[len(GENERIC_LIST) + 1 : -1]))
    if name.startswith(HASH_SET):
        return set_maker[0](value, NetType(name[len(HASH_SET) + 1 : -1]))
    if name.startswith(DICTIONARY):
        return _to_dictionary(value, target)
    if name.startswith(NULLABLE):
        return None if value is None or value is NOTHING else to_nullable(value, name, convert)
    if name in _HELD:
        return _held(value, target)
    kind = type(value)
    if kind not in _EASY and (name in _SHAPED or is_enum(name)) and value is not NOTHING:
        if _has_no_entries(value) and (
            name in MADE or is_enum(name) or (name in SIZED and isinstance(value, PSObject))
        ):
            return _made_anew(name)
        refuse_shape(value, name)
    converter = _CONVERTERS.get(name) or more_converters.get(name)
    if converter is not None:
        return converter(value)
    if name in INTEGERS:
        return _to_integer(value, name)
    if name in REALS:
        return _to_real(value, name)
    if is_enum(name):
        return enum_value(name, value)
    if name.startswith(DELEGATES):
        return delegate_maker[0](value, target)
    if type_of(value) == name:
        return value
    raise NotKnownHere(f"a conversion to [{target.short}]")


def to_nullable(value: object, name: str, become: Callable[[object, NetType], object]) -> object:
    """A value that may be null: what it is of is named where a text does not become it, itself elsewhere."""
    if isinstance(value, dict) or type_of(value) == _CUSTOM:
        why = 'Cannot process argument because the value of argument "obj" is null. Change the value of argument'
        why = f'{why} "obj" to a non-null value.'
        raise cannot_convert(to_text(value), name, why, "InvalidCastConstructorException")
    try:
        return become(value, NetType(_inner(name)))
    except ScriptError as bad:
        if bad.error_id != "ConvertToFinalInvalidCastException":
            raise
        raise cannot_convert_object(net_text(value), type_of(value), name, bad.error_id) from None


_KEPT_SPELLED: Final = frozenset(
    f"{name}{suffix}"
    for name in ("System.String", "System.Object", "System.Management.Automation.PSObject")
    for suffix in ("", "[]")
) | {"System.Array"}
"""Types that a number keeps its spelling in."""
_EASY: Final = frozenset({str, int, float, type(None)})
_SHAPED: Final = frozenset(
    {
        "System.DateTime", "System.TimeSpan", "System.Char", "System.Collections.ArrayList", "System.Guid",
        "System.Version", "System.Uri", "System.Type", "System.Collections.Hashtable", SwitchParameter.NAME,
        "System.Management.Automation.ScriptBlock", "System.Text.RegularExpressions.Regex", *INTEGERS, *REALS,
    }
)  # fmt: skip
"""Types that not every value becomes one of."""


def _to_array(value: object, element: NetType) -> object:
    if value is None or value is NOTHING:
        return None
    if element.name == "System.Char" and type_of(value) == "System.String":
        return Array(chars(to_text(value)), "System.Char")
    if not is_collection(value):
        if element.name == "System.Object":
            return [unspelled(value) if isinstance(value, GivenReal) else value]
        return Array([_alone(value, element)], element.name)
    if element.name == "System.Object" and type(value) is Array and not is_value_type(value.element):
        return value  # an array of texts, or of other references, is an array of objects to .NET
    items = list(items_of(value))
    if element.name == "System.Object":
        return array_like(items, value)
    try:
        return Array([convert(without_hint(item), element) for item in items], element.name)
    except ScriptError as bad:
        if type_of(value).endswith("[]"):
            raise
        error_id = "InvalidCastExceptionEnumerableToArray"
        raise cannot_convert(net_text(value), f"{element.name}[]", bad.message, error_id) from None


def _alone(value: object, element: NetType) -> object:
    """A value that becomes an array of one; what keeps it out is said of the array."""
    try:
        if element.name in _SHAPED:
            refuse_array(value, element.name)
        return convert(value, element)
    except ScriptError as error:
        if error.message.count(f'"{element.name}[]"'):
            raise
        if type(value) in TEXTS and error.error_id == "ConvertToFinalInvalidCastException":
            raise cannot_convert_object(str(value), "System.String", f"{element.name}[]", error.error_id) from None
        error_id = "InvalidCastExceptionScalarToArray"
        raise cannot_convert(argument_text(value), f"{element.name}[]", str(error), error_id) from None


def _to_uri(value: object) -> object:
    if value is None or isinstance(value, Uri):
        return value
    made = Uri(to_text(value))
    address_of(made)  # raises NotKnownHere where it may be none
    return made


def _to_integer(value: object, name: str) -> object:
    kind, short = INTEGERS[name], name.rpartition(".")[2]
    is_text = isinstance(value, str) and not isinstance(value, Char)
    try:
        number: Number = ord(value) if isinstance(value, Char) else to_number(value, name)
    except ScriptError as bad:
        if not is_text:
            raise
        return _of_converter(value, short, bad)
    if number != number or number in (float("inf"), float("-inf")):
        whole: int | None = None
    else:
        whole = round_half_even(number)
    if whole is not None and fits(kind, whole):
        return kind(whole)
    why = f"{TOO_LARGE} for {RANGES[short]}."
    error_id = "InvalidCastIConvertible"
    if is_text:
        error_id = "InvalidCastFromStringToInteger"
        if not _DIGITS.fullmatch(str(value)):
            why = f"The input string '{value}' was not in a correct format."
        return _of_converter(value, short, cannot_convert(argument_text(value), name, why, error_id))
    if isinstance(value, float) and kind in _SMALL and (whole is None or not fits(int, whole)):
        why = f"{TOO_LARGE} for an Int32."
    elif isinstance(value, float) and short.endswith("Int64"):
        why = "Arithmetic operation resulted in an overflow."
    raise cannot_convert(local_text(value), name, why, error_id)


def _of_converter(value: object, short: str, bad: ScriptError) -> object:
    """What .NET's converter reads in a text where PowerShell finds no number that fits; it says why it does not.

    bad: the error where it reads none. Raises ScriptError.
    """
    try:
        found = of_hexadecimal(str(value), short)
    except Refused as read:
        raise cannot_convert(argument_text(value), f"System.{short}", read.message, bad.error_id) from None
    if found is None:
        raise bad
    return found


_DIGITS: Final = re.compile(r"\s*[+-]?\d+\s*")
_SMALL: Final = frozenset({Byte, SByte, Int16, UInt16})


_GROUPED: Final = re.compile(r"\s*[+-]?\d[\d,]*,[\d,]*(\.\d*)?([eE][+-]?\d+)?\s*")
"""A number with commas between or behind its digits."""


_SIGN_BEHIND: Final = re.compile(r"\s*(\d[\d,]*(?:\.\d*)?|\.\d+)\s*([+-])\s*", re.ASCII)
"""A number with its sign behind it, which .NET's Decimal takes."""


def _to_real(value: object, name: str) -> object:
    if isinstance(value, Char):
        value = ord(value)
    if name == "System.Decimal" and is_collection(value):
        return _of_parts(to_parts(value))
    if isinstance(value, str) and name != "System.Decimal" and _GROUPED.fullmatch(value):
        value = value.replace(",", "")
    if name == "System.Decimal" and isinstance(value, str) and (behind := _SIGN_BEHIND.fullmatch(value)):
        value = behind[2] + behind[1]
    number = to_number(value, name)
    if name == "System.Decimal":
        if isinstance(value, str) and isinstance(number, float) and number != number:
            raise bad_number(value, name)
        if isinstance(number, float) and not abs(number) <= MAX_DECIMAL:
            why = "Value was either too large or too small for a Decimal."
            error_id = "InvalidCastFromStringToDecimal" if isinstance(value, str) else "InvalidCastIConvertible"
            if isinstance(value, str) and "e" in value.lower():
                raise bad_number(value, name)
            raise cannot_convert(local_text(value), name, why, error_id)
        if isinstance(number, Decimal):
            return number
        if isinstance(value, str) and "," in value:
            return Decimal(value.strip().replace(",", ""))
        return decimal_of_real(number) if isinstance(number, float) else Decimal(int(number))
    real = float(number)
    if name == "System.Single":
        return to_single(real)
    return real


def to_parts(value: object) -> list[int]:
    """The four numbers that a Decimal is made of. Raises ScriptError for others."""
    parts = [to_int(one) for one in items_of(value)]
    if len(parts) != len(("low", "middle", "high", "flags")) or parts[3] & 0x7F00FFFF or (parts[3] >> 16) & 0xFF > 28:
        why = "Decimal constructor requires an array or span of four valid decimal bytes."
        raise cannot_convert(net_text(value), "System.Decimal", why, "InvalidCastConstructorException")
    return parts


def _of_parts(parts: list[int]) -> Decimal:
    low, middle, high, flags = (one & 0xFFFFFFFF for one in parts)
    digits = low | middle << 32 | high << 64
    return Decimal((flags >> 31, tuple(int(one) for one in str(digits)), -((flags >> 16) & 0xFF)))


def to_single(value: float) -> Single:
    """A float rounded to 32 bits."""
    try:
        return Single(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return Single(float("inf") if value > 0 else float("-inf"))


def _to_char(value: object) -> object:
    if isinstance(value, Char):
        return value
    if isinstance(value, EnumValue):
        value = value.value
    if isinstance(value, int):
        if 0 <= value <= 0xFFFF:
            return Char(chr(value))
        why = "Value was either too large or too small for a character."
        raise cannot_convert(argument_text(value), "System.Char", why, "InvalidCastIConvertible")
    if value is None or value is NOTHING:
        return Char("\0")
    if isinstance(value, float | Decimal):
        why = f"Invalid cast from '{type_of(value).rpartition('.')[2]}' to 'Char'."
        raise cannot_convert(net_text(value), "System.Char", why, "InvalidCastIConvertible")
    if length(text := to_text(value)) == 1:
        return Char(text)
    why = "String must be exactly one character long."
    raise cannot_convert(text, "System.Char", why, "InvalidCastParseTargetInvocation")


_MAX_TICKS: Final = 3_155_378_975_999_999_999


def _to_datetime(value: object) -> object:
    if isinstance(value, datetime):
        return value
    number = ord(value) if isinstance(value, Char) else None if isinstance(value, bool) else as_number(value)
    if isinstance(number, int) and not isinstance(number, UInt64):
        if not 0 <= number <= _MAX_TICKS:
            why = "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks. (Parameter 'ticks')"
            raise cannot_convert(argument_text(value), "System.DateTime", why, "InvalidCastConstructorException")
        moment = datetime(1, 1, 1) + timedelta(microseconds=int(number) // 10)
        return DateTime.of(moment, int(number) % 10) if int(number) % 10 else moment
    if value is None or value is NOTHING:
        raise no_null("System.DateTime")
    text = to_text(value)
    try:
        return parse_in_culture(text, culture) if (culture := reading()) is not INVARIANT else parse_datetime(text)
    except BadMoment as bad:
        error_id = "InvalidCastParseTargetInvocationWithFormatProvider"
        raise cannot_convert(text, "System.DateTime", str(bad), error_id) from None


def convert_by_culture(value: object, target: NetType) -> object:
    """`value -as [target]`, which reads texts and writes dates by the culture of the cell. Raises as `convert`."""
    if current() is INVARIANT:
        return convert(value, target)
    with converting():
        return convert(value, target)


def _to_string(value: object) -> object:
    return dated_text(value) if reading() is not INVARIANT else to_text(value)


def _to_timespan(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    number = ord(value) if isinstance(value, Char) else None if isinstance(value, bool) else as_number(value)
    if isinstance(number, int) and type(number) is not UInt64:  # which no Int64 of ticks holds: its text is days
        return TimeSpan.of(int(number))
    text = to_text(value)
    if value is None or value is NOTHING:
        raise no_null("System.TimeSpan")
    try:
        return parse_timespan(text, reading().decimal)
    except BadMoment as bad:
        error_id = "InvalidCastParseTargetInvocationWithFormatProvider"
        raise cannot_convert(text, "System.TimeSpan", str(bad), error_id) from None


def _to_version(value: object) -> object:
    if isinstance(value, Version) or value is None:
        return value
    text = to_text(value)
    told = text.split(".")
    why = ""
    if not 2 <= len(told) <= 4:
        why = "Version string portion was too short or too long. (Parameter 'input')"
    parts = []
    for name, part in zip(("input", "input", "build", "revision"), told):  # noqa: B905
        number = int(part) if WHOLE.fullmatch(part) else None
        if number is None:
            why = why or f"The input string '{part}' was not in a correct format."
        elif not fits(int, number):
            why = why or "Value was either too large or too small for an Int32."
        elif number < 0:
            why = why or must_be(name, number)
        parts.append(str(number))
    if why:
        raise cannot_convert(text, "System.Version", why, "InvalidCastParseTargetInvocation")
    return Version(".".join(parts))


def _to_table(value: object) -> object:
    if isinstance(value, Char | EnumValue):
        return Hashtable()
    if value is None:
        return value
    if isinstance(value, dict):  # another kind of table becomes one of its own
        return Hashtable(pairs(value)) if isinstance(value, Dictionary | Ordered) else value
    raise final(value, "System.Collections.Hashtable")


_ORDERED: Final = "System.Collections.Specialized.OrderedDictionary"


def _to_ordered(value: object) -> object:
    if type(value) is Hashtable and value:
        if len(value) > 1 or net_property(_ORDERED, to_text(next(iter(value))).lower()):
            raise NotKnownHere("a table with such entries as an OrderedDictionary")
        raise without_property(value, _ORDERED)
    if is_table(value):
        return value if isinstance(value, Ordered) else Ordered(pairs(value))
    if isinstance(value, Char | EnumValue):
        return Ordered()
    raise final(value, _ORDERED)


def cast(value: object, target: NetType) -> object:
    """`[target]value` as it is written: alone there `[pscustomobject]` makes an object of a hashtable."""
    if target.name == "System.DateTime":
        return without_hint(convert(value, target))
    return given(to_custom(value)) if target.name == _CUSTOM else convert(value, target)


def _has_no_entries(value: object) -> bool:
    return isinstance(value, dict | PSObject) and not len(value) and (isinstance(value, dict) or is_bare(value))


def _made_anew(name: str) -> object:
    """What the constructor without arguments makes, which a table or an object without entries is converted to."""
    if name == "System.Security.SecureString":
        return SecureString("")
    if name in SIZED:
        return CasedHashtable() if name.endswith("Hashtable") else ArrayList()
    return convert("0.0" if name == "System.Version" else _FIELDS.get(name, 0), NetType(name))


def cast_of_nothing(target: NetType) -> object:
    """`[target]` of what gave no output: what .NET has in a field of the type that nothing was put into."""
    name = target.name
    if name in _FIELDS or is_enum(name):
        return convert(_FIELDS.get(name, 0), target)
    return None if name in _NO_OBJECT else cast(NOTHING, target)


def nothing_as(target: NetType) -> object:
    """The same by `-as`: a class of .NET's has it as it is."""
    if target.name == SwitchParameter.NAME:
        return cast_of_nothing(target)
    kept = target.name in _NO_OBJECT or target.name.endswith((".OrderedDictionary", ".Array", "[]"))
    kept = kept or target.name.startswith(GENERIC_LIST)
    return NOTHING if kept and target.name != "System.String" else convert(NOTHING, target)


_FIELDS: Final = {
    "System.DateTime": "0001-01-01", "System.TimeSpan": 0, "System.Guid": "00000000-0000-0000-0000-000000000000",
    "System.Management.Automation.SwitchParameter": False,
}  # fmt: skip
"""Value types that `$null` does not convert to, each with what the one that nothing was put into converts from."""
_NO_OBJECT: Final = frozenset(
    {
        "System.String", "System.Uri", "System.Version", "System.Collections.Hashtable", "System.Type",
        "System.Management.Automation.PSObject", "System.Management.Automation.ScriptBlock",
        "System.Text.RegularExpressions.Regex", "System.Xml.XmlDocument", "System.Security.SecureString",
        "System.Net.Mail.MailAddress", "System.Net.IPAddress", "System.IO.FileInfo", "System.Globalization.CultureInfo",
    }
)  # fmt: skip
"""Classes that `$null` is converted to, or that refuse it."""
_CUSTOM: Final = "System.Management.Automation.PSCustomObject"


def to_custom(value: object, kind: str = "") -> object:
    """A hashtable as an object of its entries; a dictionary is none. kind: the table's type, where it is another."""
    if is_table(value) and not isinstance(value, Dictionary):
        entries = {net_text(key): item for key, item in pairs(value)}
        if "" in entries:
            raise cannot_convert(kind or type_of(value), _INNER_CUSTOM, _NAMELESS, "InvalidCastConstructorException")
        need_free(entries)
        told = next((key for key in entries if key.lower() == "pstypename"), None)
        name = to_text(entries.pop(told)) if told is not None else ""
        made = custom_object(entries)
        if name:
            need_own(name, entries)
            name_types(made, (name, *made.type_names))
        return made
    return value


_INNER_CUSTOM: Final = "System.Management.Automation.LanguagePrimitives+InternalPSCustomObject"
_NAMELESS: Final = (
    'Cannot process argument because the value of argument "name" is not valid. Change the value of the "name" '
    "argument and run the operation again."
)


def _to_list(value: object) -> object:
    if value is None or value is NOTHING:
        return None
    if isinstance(value, ArrayList) and not isinstance(value, GenericList):
        return value
    if type(value) is Gapped:
        raise NotKnownHere("a list of what gave no output")
    if "HashSet`1" in type_of(value):
        raise final(value, "System.Collections.ArrayList")
    if is_collection(value):
        return ArrayList(items_of(value))
    if isinstance(value, Ordered) and len(value) > 1:
        raise NotKnownHere("an ordered table as a list, which .NET gives an order of its own")
    if isinstance(value, Mapping):
        return ArrayList(entries_of(value))
    if isinstance(value, Char | EnumValue):
        return ArrayList()
    raise final(value, "System.Collections.ArrayList")


OF_OBJECTS: Final = ("System.Object", "System.Management.Automation.PSObject", CUSTOM_OBJECT[0])
"""Types of which every value is one."""


def _to_generic(value: object, element: NetType) -> object:
    if value is None or value is NOTHING:
        return None
    if isinstance(value, GenericList) and value.element == element.name:
        return value
    refuse_shape(value, f"{GENERIC_LIST}[{element.name}]")
    if isinstance(value, Char | EnumValue):
        return GenericList([], element.name)
    kind = type_of(value)
    if element.name == "System.Object" and is_collection(value):  # what .NET does not take for objects is one
        return GenericList(items_of(value) if gives(value, element.name) else [value], element.name)
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if is_number and kind != element.name:  # its way goes over its text
        value = to_text(value)
    if isinstance(value, str) and element.name == "System.Char":  # which is a list of characters to .NET
        return GenericList(chars(value), element.name)
    if not kind.endswith("[]"):  # another list is one value
        try:
            return GenericList([convert(value, element)], element.name)
        except ScriptError as bad:
            if bad.error_id == "InvalidCastIConvertible":  # its way goes over the value's text
                bad.error_id = "InvalidCastFromStringToInteger"
            raise
    try:
        return GenericList([convert(without_hint(item), element) for item in items_of(value)], element.name)
    except ScriptError:
        raise final(value, f"{GENERIC_LIST}[{element.name}]") from None


def _to_switch(value: object) -> object:
    if isinstance(value, SwitchParameter):
        return value
    if value is None or isinstance(value, bool):
        return SwitchParameter(to_bool(value))
    raise final(value, SwitchParameter.NAME)


_RANKS: Final = re.compile(r"([^\[]*)((?:\[,*\])*)(.*)", re.DOTALL)
"""A type's name, its brackets, and what is more than that: types within it."""


def _to_type(value: object) -> object:
    if value is None or isinstance(value, NetType):
        return value
    text = to_text(value)
    parts = _RANKS.fullmatch(text.strip())
    assert parts is not None
    named, rank, rest = parts.groups()
    if rest or "," in rank:
        raise NotKnownHere(f"the type [{text}] by its name")
    ranks = tuple(len(one) - 1 for one in re.findall(r"\[,*\]", rank))
    found = resolve(TypeName(Source(text), 0, len(text), named, (), ranks))
    if found is None:
        raise cannot_convert_object(text, "System.String", "System.Type", "InvalidCastFromStringToType")
    return found


def _to_secret(value: object) -> object:
    """A SecureString is made by ConvertTo-SecureString alone; the error does not show what it was given."""
    if value is None or isinstance(value, SecureString):
        return value
    if isinstance(value, bool | Char | datetime | EnumValue | dict | ObjectLike):
        refuse_shape(value, "System.Security.SecureString")
    raise cannot_convert_to_secret(type_of(value), "System.Security.SecureString")


def _to_credential(value: object) -> object:
    """A credential is not made of anything else: PowerShell's own constructor of a text does nothing but fail."""
    if value is None or isinstance(value, Credential):
        return value
    if isinstance(value, str) and type_of(value) == "System.String":
        if not value:
            raise cannot_convert_to_secret("System.String", "System.Management.Automation.PSCredential")
        kind = "System.Management.Automation.PSCredential"
        message = f'Cannot convert the value of type "System.String" to type "{kind}".'
        raise ScriptError(message, "ConvertToFinalInvalidCastException", "InvalidArgument")
    raise NotKnownHere(f"a credential of [{type_of(value)}]")


def _unchanged(value: object) -> object:
    return value


_CONVERTERS: Final[dict[str, Callable[[object], object]]] = {
    "System.String": _to_string,
    "System.Boolean": to_bool,
    "System.Management.Automation.SwitchParameter": _to_switch,
    "System.Char": _to_char,
    "System.DateTime": _to_datetime,
    "System.TimeSpan": _to_timespan,
    "System.Guid": to_guid,
    "System.Version": _to_version,
    "System.Uri": _to_uri,
    "System.Object": _unchanged,
    "System.Management.Automation.PSObject": given,
    "System.Management.Automation.PSCustomObject": given,
    "System.Collections.Hashtable": _to_table,
    _ORDERED: _to_ordered,
    "System.Collections.ArrayList": _to_list,
    "System.Array": lambda value: value if isinstance(value, Array) else _to_array(value, NetType("System.Object")),
    "System.Type": _to_type,
    "System.Void": lambda value: None,
    "System.Management.Automation.PSCredential": _to_credential,
    "System.Security.SecureString": _to_secret,
}


def _to_dictionary(value: object, target: NetType) -> object:
    """A dictionary as one of its type: of a table, PowerShell makes one where that is empty."""
    if type(value) in (Hashtable, Dictionary) and not value and type_of(value) != target.name:
        key, held = type_arguments(target.name)
        return Dictionary((), key, held)
    if type(value) in (int, float, str) or (is_collection(value) and not isinstance(value, dict)):
        raise final(value, target.name)
    if isinstance(value, Hashtable) and not isinstance(value, Dictionary):
        refuse_shape(value, target.name)
    return _held(value, target)


def convertible(kind: NetType) -> bool:
    """Whether `[kind]value` is known here."""
    name = kind.name
    while name.endswith("[]"):
        name = name[:-2]
    if name.startswith(GENERIC_LIST):
        return convertible(NetType(name[len(GENERIC_LIST) + 1 : -1]))
    if name.startswith(HASH_SET):
        return convertible(NetType(name[len(HASH_SET) + 1 : -1]))
    if name.startswith(DICTIONARY):
        return all(one == "System.Object" or convertible(NetType(one)) for one in type_arguments(name))
    if name.startswith(NULLABLE):
        return name != _MAYBE and convertible(NetType(_inner(name)))
    if name.startswith(DELEGATES):
        return True
    return name in _CONVERTERS or name in INTEGERS or name in REALS or is_enum(name) or name in more_converters


_HELD: Final = frozenset(("System.Collections.Queue", "System.Collections.Stack"))


def holdable(kind: NetType) -> bool:
    """Whether a parameter may be of a type to which nothing is cast here: it takes the values that are of it."""
    return kind.name in (*_HELD, _MAYBE)


_MAYBE: Final = f"{NULLABLE}[System.Boolean]"
"""What a parameter may be of, but of which the casts are not all known."""


def _inner(name: str) -> str:
    return name[len(NULLABLE) + 1 : -1]


def _held(value: object, target: NetType) -> object:
    if value is None or value is NOTHING or type_of(value) == target.name:
        return None if value is NOTHING else value
    raise NotKnownHere(f"a conversion to [{target.short}]")


def _member_of(value: object, type_name: str) -> object:
    return value if type_name == "System.Object" else convert(value, NetType(type_name))


member_maker.append(_member_of)
enum_items.append(convert)
delegate_maker: Final[list[Callable[[object, NetType], object]]] = []
set_maker: Final[list[Callable[[object, NetType], object]]] = []
"""What makes a HashSet of a value and the type of its items; the class has a room above this one."""
more_converters: Final[dict[str, Callable[[object], object]]] = {}
"""Conversions to types that rooms above this one have (script blocks, regular expressions)."""
