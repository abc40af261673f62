"""Static members: `[string]::IsNullOrEmpty(…)`, `[math]::Round(…)`, `[datetime]::Now`, `[guid]::NewGuid()`."""

from __future__ import annotations

import math
import re
import string
import sys
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Final

from lync_magic.clixml import INT32, INT64, Byte, Char, EnumValue, Int16, Int64, SByte, Single, UInt16, UInt32, UInt64
from lync_magic.language.values.array_statics import ARRAY, reverse_part, sort_part
from lync_magic.language.values.bare_objects import bare_object
from lync_magic.language.values.calls import call_method
from lync_magic.language.values.collections import (
    NOTHING,
    Array,
    ArrayList,
    CasedHashtable,
    Dictionary,
    GenericList,
    Ordered,
    custom_object,
    is_collection,
    items_of,
)
from lync_magic.language.values.convert import convert
from lync_magic.language.values.culture import PROVIDED, as_provider
from lync_magic.language.values.encodings import CODECS, TextEncoding, encoding_named
from lync_magic.language.values.enums import ENUMS, FLAGS, LocalEnum, enum_member, enum_number, numbers_of
from lync_magic.language.values.failures import (
    BAD_COUNT,
    ITEM,
    PAST_END,
    NotKnownHere,
    ScriptError,
    call_failed,
    need_room,
    no_method,
    no_overload,
    null_argument,
    reason_of,
)
from lync_magic.language.values.guid_convert import BYTES, WRONG_LENGTH, guid_of
from lync_magic.language.values.methods import method
from lync_magic.language.values.net_choice import fitted
from lync_magic.language.values.net_members import net_method
from lync_magic.language.values.net_objects import (
    NO_DATA,
    HashSet,
    ObjectCollection,
    Queue,
    Stack,
    StringBuilder,
    new_credential,
    no_credential,
)
from lync_magic.language.values.numeric import INTEGERS, REALS, to_bool, to_int, to_number
from lync_magic.language.values.overloads import as_alone, call_fitting
from lync_magic.language.values.patterns import first_match, replace_all
from lync_magic.language.values.properties import note
from lync_magic.language.values.regex_text import escaped, unescaped
from lync_magic.language.values.regex_values import (
    MatchValue,
    RegexValue,
    called,
    compiled,
    matches_of,
    replacement,
    split_by,
)
from lync_magic.language.values.sequences import items_to_add, need_sequence
from lync_magic.language.values.sorted_tables import GENERIC_SORTED, SORTED_LIST, new_sorted, new_table
from lync_magic.language.values.spelled import unspelled
from lync_magic.language.values.static_convert import CONVERT
from lync_magic.language.values.static_exceptions import EXCEPTION_METHODS
from lync_magic.language.values.static_functions import MATH, STRING, Static
from lync_magic.language.values.static_moments import MOMENT_METHODS, MOMENT_PROPERTIES
from lync_magic.language.values.static_reading import parse, parse_boolean
from lync_magic.language.values.text import to_text
from lync_magic.language.values.text_methods import WHITE, lower, lower_here, upper, upper_here
from lync_magic.language.values.typed_lines import new_line
from lync_magic.language.values.types import (
    DICTIONARY,
    GENERIC_LIST,
    TUPLE,
    VALUE_TUPLE,
    WRAPPERS,
    NetType,
    type_arguments,
    type_of,
)
from lync_magic.language.values.units import units


def _matched(name: str, call: Callable[[re.Pattern[str], str], object]) -> Static:
    """A static method of [regex]: text, pattern, options."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        with called(name, len(arguments)):
            pattern = compiled(to_text(arguments[1]), arguments[2] if len(arguments) > 2 else None)
        return call(pattern, to_text(arguments[0]))

    return method(2, 3)(run)


def _net_type(value: object) -> NetType:
    """The type that was given as an argument; a name is read as one."""
    kind = value if isinstance(value, NetType) else convert(value, NetType("System.Type"))
    assert isinstance(kind, NetType)
    return kind


def _enum_type(name: str, arguments: Sequence[object]) -> NetType:
    """The enumeration that is asked about. Raises .NET's error for another type."""
    if arguments[0] is None:
        null_argument(name, len(arguments), "enumType")
    kind = _net_type(arguments[0])
    if not numbers_of(kind.name):
        if kind.name not in _NO_ENUMS:
            raise NotKnownHere(f"[enum]::{name} of [{kind.spoken}]")
        message = "Type provided must be an Enum. (Parameter 'enumType')"
        call_failed(name, len(arguments), message, "ArgumentException")
    return kind


_NO_ENUMS: Final = frozenset((*INTEGERS, *REALS, "System.String", "System.DateTime", "System.Char", "System.Boolean"))


def _enum_name(_none: None, arguments: Sequence[object]) -> object:
    """[enum]::GetName(type, number): nothing for a number without a name."""
    if arguments[1] is None:
        null_argument("GetName", 2, "value")
    kind, number = _enum_type("GetName", arguments), to_number(arguments[1])
    return next((name for name, one in numbers_of(kind.name).items() if one == number), None)


def _enum_values(_none: None, arguments: Sequence[object]) -> object:
    kind = _enum_type("GetValues", arguments)
    return [enum_member(kind.name, number) for number in numbers_of(kind.name).values()]


def _enum_parse(_none: None, arguments: Sequence[object]) -> object:
    """[enum]::Parse(type, text, ignoreCase)."""
    told, kind = to_text(arguments[1]), _enum_type("Parse", arguments)
    any_case = len(arguments) > 2 and to_bool(arguments[2])
    if not told.strip():
        message = "Must specify valid information for parsing in the string. (Parameter 'value')"
        call_failed("Parse", len(arguments), message, "ArgumentException")
    known = {one if not any_case else one.lower() for one in numbers_of(kind.name)}
    for name in map(str.strip, told.split(",")):
        if known and (name if not any_case else name.lower()) not in known and not re.fullmatch(r"[+-]?\d+", name):
            message = f"Requested value '{told}' was not found."
            call_failed("Parse", len(arguments), message, "ArgumentException")
    return convert(told, kind)


def _enum_defined(_none: None, arguments: Sequence[object]) -> object:
    if arguments[0] is not None and arguments[1] is None:
        null_argument("IsDefined", 2, "value")
    kind = _enum_type("IsDefined", arguments)
    if type(arguments[1]) is int:
        return arguments[1] in numbers_of(kind.name).values()
    if isinstance(arguments[1], EnumValue) and arguments[1].type_name == kind.name:
        return arguments[1].value in numbers_of(kind.name).values()
    if type(arguments[1]) is not str:
        raise NotKnownHere("[enum]::IsDefined of these values")
    return arguments[1] in numbers_of(kind.name)


def _enum_names(_none: None, arguments: Sequence[object]) -> object:
    return list(numbers_of(_enum_type("GetNames", arguments).name))


def _enum_of(_none: None, arguments: Sequence[object]) -> object:
    """`[enum]::ToObject(type, number)`."""
    kind, value = _enum_type("ToObject", arguments), arguments[1]
    if value is None:
        null_argument("ToObject", 2, "value")
    number = value.value if isinstance(value, EnumValue) else value
    if isinstance(number, bool | Char):
        raise NotKnownHere("[enum]::ToObject of this value")
    if not isinstance(number, int):
        message = "The value passed in must be an enum base or an underlying type for an enum, such as an Int32."
        call_failed("ToObject", 2, f"{message} (Parameter 'value')", "ArgumentException")
    if not INT32[0] <= number <= INT32[1]:
        raise NotKnownHere("[enum]::ToObject of so large a number")
    return enum_number(kind.name, int(number))


def _of_decimal(name: str) -> Static:
    """`[decimal]::Round(…)` and the like: [math]'s of a Decimal."""
    found = MATH[name]

    def run(_none: None, arguments: Sequence[object]) -> object:
        return found.call(None, [convert(arguments[0], NetType("System.Decimal")), *arguments[1:]])

    return method(1, found.most)(run)


def _of_real(holds: Callable[[float], bool], _none: None, arguments: Sequence[object]) -> object:
    """What [double] asks of a number."""
    return holds(float(to_number(arguments[0])))


def _encoding(codec: str) -> TextEncoding:
    return TextEncoding(codec)


def _new_utf8(_none: None, arguments: Sequence[object]) -> object:
    return TextEncoding("UTF8", marked=bool(arguments) and to_bool(arguments[0]), made=True)


def _new_ascii(_none: None, _arguments: Sequence[object]) -> object:
    return TextEncoding("ASCII", made=True)


def _new_unicode(_none: None, arguments: Sequence[object]) -> object:
    """Big-endian or not, with a mark or without; of nothing: little-endian with a mark."""
    if len(arguments) == 1:
        raise NotKnownHere("[System.Text.UnicodeEncoding]::new with one argument")
    is_big = bool(arguments) and to_bool(arguments[0])
    return TextEncoding(
        "BigEndianUnicode" if is_big else "Unicode", marked=not arguments or to_bool(arguments[1]), made=True
    )


def _array_of(name: str, arguments: Sequence[object]) -> object:
    """The array that a method of `[array]` is about. Raises .NET's error for none."""
    if arguments[0] is None:
        null_argument(name, len(arguments), "array")
    return arguments[0]


ARRAY_FINDS: Final = (
    "find", "findall", "findindex", "findlast", "findlastindex", "exists", "trueforall", "foreach", "convertall",
)  # fmt: skip
"""Static methods of [array] that take a delegate, which the evaluator has."""


def _of_evaluator(_none: None, _arguments: Sequence[object]) -> object:
    raise NotKnownHere("a method of [array] with a delegate, outside of a cell")


def _reverse(_none: None, arguments: Sequence[object]) -> object:
    if len(arguments) == 3:
        return reverse_part(arguments)
    target = _array_of("Reverse", arguments)
    if isinstance(target, list):
        target.reverse()
    return NOTHING


def _sort(_none: None, arguments: Sequence[object]) -> object:
    """`[array]::Sort($a)`, `[array]::Sort($keys, $a)`."""
    if len(arguments) == 3:
        return sort_part(arguments)
    target = _array_of("Sort", arguments)
    if len(arguments) > 1:
        return _sort_by(target, arguments[1])
    call_method(ArrayList(items_of(target)), "Sort", ())
    if isinstance(target, list):
        made = ArrayList(target)
        call_method(made, "Sort", ())
        target[:] = made
    return NOTHING


def _sort_by(target: object, told: object) -> object:
    """Sort the keys, and bring what goes with each along."""
    if not isinstance(target, list):
        raise NotKnownHere("[array]::Sort of such a list")
    if not isinstance(told, list) or len(told) != len(target):
        raise NotKnownHere("[array]::Sort of such keys")
    keys = ArrayList(target)
    call_method(keys, "Sort", ())
    if len({*map(_plain_key, target)}) < len(target):
        raise NotKnownHere("[array]::Sort of keys of which some are equal")
    places = {_plain_key(key): place for place, key in enumerate(target)}
    told[:] = [told[places[_plain_key(key)]] for key in keys]
    target[:] = keys
    return NOTHING


def _plain_key(key: object) -> object:
    return key.lower() if isinstance(key, str) else key


def _new_regex(_none: None, arguments: Sequence[object]) -> object:
    with called(".ctor", len(arguments)):
        return RegexValue(to_text(arguments[0]), arguments[1] if len(arguments) > 1 else None)


def _regex_replace(_none: None, arguments: Sequence[object]) -> object:
    with called("Replace", len(arguments)):
        pattern = compiled(to_text(arguments[1]), arguments[3] if len(arguments) > 3 else None)
    return replace_all(pattern, to_text(arguments[0]), replacement(arguments[2], len(arguments)))


def _built(kind: str) -> Callable[[None, Sequence[object]], object]:
    """A constructor that reads a text; what is none is an exception of the constructor."""

    def new(_none: None, arguments: Sequence[object]) -> object:
        if not isinstance(arguments[0], str | int):
            raise NotKnownHere(f"[{kind}]::new of this value")
        if any(type(one) is int and one < 0 for one in arguments):
            raise NotKnownHere(f"[{kind}]::new of a negative number")
        try:
            return convert(".".join(map(to_text, arguments)), NetType(kind))
        except ScriptError as bad:
            why = reason_of(bad)
            call_failed(".ctor", len(arguments), why, _reason(why))

    return new


def _new_guid(_none: None, arguments: Sequence[object]) -> object:
    given = arguments[0]
    if isinstance(given, Array) and given.element == "System.Byte":
        if len(given) != BYTES:
            call_failed(".ctor", 1, WRONG_LENGTH, "ArgumentException")
        return guid_of(given)
    return _built("System.Guid")(None, arguments)


def _reason(why: str) -> str:
    """The exception that says this of a text."""
    if "must be a non-negative value" in why:
        return "ArgumentOutOfRangeException"
    return next((name for start, name in _REASONS if why.startswith(start)), "FormatException")


def _parsed_version(_none: None, arguments: Sequence[object]) -> object:
    try:
        return convert(to_text(arguments[0]), NetType("System.Version"))
    except ScriptError as bad:
        why = reason_of(bad)
        call_failed("Parse", 1, why, _reason(why))


_REASONS: Final = (
    ("Version string portion", "ArgumentException"), ("Version's parameters", "ArgumentOutOfRangeException"),
    ("Value was either", "OverflowException"),
)  # fmt: skip


def _array_search(name: str) -> Callable[[None, Sequence[object]], object]:
    """`[array]::IndexOf($a, item, start, count)`, and LastIndexOf: places of the array's own from where to look."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        items = list(items_of(_array_of(name, arguments)))
        places = [to_int(one) for one in arguments[2:]]
        last = name == "LastIndexOf"
        if places and (last or not items):
            raise NotKnownHere(f"[array]::{name} from a place")
        if places and not 0 <= places[0] <= len(items):
            message = f"{PAST_END} (Parameter 'startIndex')"
            call_failed(name, len(arguments), message, "ArgumentOutOfRangeException")
        if len(places) > 1 and not 0 <= places[1] <= len(items) - places[0]:
            message = f"{BAD_COUNT} (Parameter 'count')"
            call_failed(name, len(arguments), message, "ArgumentOutOfRangeException")
        return call_method(ArrayList(items), name, [arguments[1], *places])

    return run


def _of_letter(name: str, holds: Callable[[str], object]) -> Static:
    """`[char]::IsX(letter)`, or of the letter at a place of a text."""

    def run(_none: None, arguments: Sequence[object]) -> object:
        if len(arguments) == 1:
            return holds(to_text(arguments[0]))
        text, place = units(to_text(arguments[0])), to_int(arguments[1])
        if not 0 <= place < len(text):
            message = "Specified argument was out of the range of valid values. (Parameter 'index')"
            call_failed(name, 2, message, "ArgumentOutOfRangeException")
        return holds(text[place])

    return method(1, 2)(run)


_ASCII: Final[dict[str, str]] = {
    "": "".join(map(chr, range(128))), "digit": string.digits, "letter": string.ascii_letters,
    "letterordigit": string.ascii_letters + string.digits, "letterupper": string.ascii_uppercase,
    "letterlower": string.ascii_lowercase, "hexdigit": string.hexdigits,
}  # fmt: skip
"""What [char]::IsAsciiX holds of."""


def _of_ascii(letters: str, _none: None, arguments: Sequence[object]) -> bool:
    return to_text(arguments[0]) in letters


def _of_code(_none: None, arguments: Sequence[object]) -> str:
    """`[char]::ConvertFromUtf32(number)`."""
    number = to_int(arguments[0])
    if not 0 <= number <= sys.maxunicode or 0xD800 <= number <= 0xDFFF:
        why = (
            "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate "
            "codepoint values (0x00d800 ~ 0x00dfff). (Parameter 'utf32')"
        )
        call_failed("ConvertFromUtf32", 1, why, "ArgumentOutOfRangeException")
    return chr(number)


def _new_array_list(_none: None, arguments: Sequence[object]) -> object:
    """Of nothing, of a capacity, or of items."""
    made = ArrayList()
    if arguments and type(arguments[0]) is int and arguments[0] < 0:
        message = "'capacity' must be non-negative. (Parameter 'capacity')"
        call_failed(".ctor", 1, message, "ArgumentOutOfRangeException")
    if arguments and type(arguments[0]) is not int:
        made.extend(items_to_add(made, arguments[0], ".ctor", 1))
    return made


def _new_builder(_none: None, arguments: Sequence[object]) -> object:
    """Of a text, or of a number for its room."""
    told = arguments[0] if arguments else ""
    if len(arguments) == 2:
        if type(told) is not str or type(arguments[1]) is not int or arguments[1] < len(told):
            raise NotKnownHere("[System.Text.StringBuilder]::new() with these arguments")
        made = StringBuilder(told)
        made.capacity = arguments[1] or made.capacity
        return made
    if type(told) is int and told >= 0:
        made = StringBuilder("")
        made.capacity = told or made.capacity
        return made
    if told is not None and type_of(told) != "System.String":
        raise NotKnownHere(f"[System.Text.StringBuilder]::new([{NetType(type_of(told)).spoken}])")
    return StringBuilder(to_text(told))


def _items_or_room(arguments: Sequence[object]) -> Sequence[object]:
    """What a queue or a stack is made of: items, or none where a number asks for room."""
    if not arguments or (type(arguments[0]) is int and arguments[0] >= 0):
        return ()
    if not is_collection(arguments[0]):
        raise NotKnownHere(f"a collection of a [{NetType(type_of(arguments[0])).spoken}]")
    return items_of(arguments[0])


_LETTERS: Final[dict[str, Callable[[str], object]]] = {
    "IsDigit": str.isdecimal,
    "IsLetter": str.isalpha,
    "IsLetterOrDigit": lambda letter: letter.isalpha() or letter.isdecimal(),
    "IsPunctuation": lambda letter: unicodedata.category(letter)[0] == "P",
    "IsNumber": lambda letter: unicodedata.category(letter)[0] == "N",
    "IsSymbol": lambda letter: unicodedata.category(letter)[0] == "S",
    "IsControl": lambda letter: unicodedata.category(letter) == "Cc",
    "IsUpper": lambda letter: unicodedata.category(letter) == "Lu",
    "IsLower": lambda letter: unicodedata.category(letter) == "Ll",
    "IsSeparator": lambda letter: unicodedata.category(letter)[0] == "Z",
    "IsSurrogate": lambda letter: "\ud800" <= letter <= "\udfff",
    "IsHighSurrogate": lambda letter: "\ud800" <= letter <= "\udbff",
    "IsLowSurrogate": lambda letter: "\udc00" <= letter <= "\udfff",
    "IsWhiteSpace": lambda letter: letter in WHITE,
    "GetNumericValue": lambda letter: unicodedata.numeric(letter, -1.0),
}
"""What [char] asks of one letter."""
_METHODS: Final[dict[str, dict[str, Static]]] = {
    **{name: {"parse": parse(name)} for name in (*INTEGERS, "System.Single")},
    "System.Math": MATH,
    "System.String": STRING,
    "System.Double": {
        "parse": parse("System.Double"),
        **{
            name: method(1)(partial(_of_real, holds))
            for name, holds in {
                "isnan": math.isnan,
                "isinfinity": math.isinf,
                "isfinite": math.isfinite,
                "ispositiveinfinity": lambda one: one == math.inf,
                "isnegativeinfinity": lambda one: one == -math.inf,
                "isnegative": lambda one: math.copysign(1, one) < 0,
            }.items()
        },
    },
    "System.Decimal": {
        "parse": parse("System.Decimal"),
        **{name: _of_decimal(name) for name in ("round", "floor", "ceiling", "truncate")},
    },
    "System.Boolean": {"parse": method(1)(parse_boolean)},
    **MOMENT_METHODS,
    "System.Guid": {
        "newguid": method(0)(lambda _n, a: uuid.uuid4()),
        "parse": parse("System.Guid"),
        "new": method(1)(_new_guid),
    },
    "System.Char": {
        **{name.lower(): _of_letter(name, holds) for name, holds in _LETTERS.items()},
        **{f"isascii{name}": method(1)(partial(_of_ascii, holds)) for name, holds in _ASCII.items()},
        "toupperinvariant": method(1)(lambda _n, a: Char(upper(to_text(a[0])))),
        "tolowerinvariant": method(1)(lambda _n, a: Char(lower(to_text(a[0])))),
        "convertfromutf32": method(1)(_of_code),
        "toupper": method(1)(lambda _n, a: Char(upper_here(to_text(a[0])))),
        "tolower": method(1)(lambda _n, a: Char(lower_here(to_text(a[0])))),
    },
    "System.Enum": {
        "getnames": method(1)(_enum_names),
        "getname": method(2)(_enum_name),
        "getvalues": method(1)(_enum_values),
        "toobject": method(2)(_enum_of),
        "parse": method(2, 3)(_enum_parse),
        "isdefined": method(2)(_enum_defined),
    },
    "System.Array": {
        "reverse": method(1, 3)(_reverse),
        **{name: method(2)(_of_evaluator) for name in ARRAY_FINDS},
        "sort": method(1, 3)(_sort),
        "indexof": method(2, 4)(_array_search("IndexOf")),
        "lastindexof": method(2, 4)(_array_search("LastIndexOf")),
        **ARRAY,
    },
    "System.Text.RegularExpressions.Regex": {
        "escape": method(1)(lambda _n, a: escaped(to_text(a[0]))),
        "unescape": method(1)(lambda _n, a: unescaped(to_text(a[0]))),
        "ismatch": _matched("IsMatch", lambda pattern, text: first_match(pattern, text) is not None),
        "match": _matched("Match", lambda pattern, text: MatchValue(first_match(pattern, text))),
        "matches": _matched("Matches", matches_of),
        "count": _matched("Count", lambda pattern, text: len(items_of(matches_of(pattern, text)))),
        "replace": method(3, 4)(_regex_replace),
        "split": _matched("Split", split_by),
        "new": method(1, 2)(_new_regex),
    },
    "System.Convert": CONVERT,
    "System.Text.Encoding": {"getencoding": method(1)(lambda _n, a: encoding_named(a[0]))},
    "System.Text.UTF8Encoding": {"new": method(0, 1)(_new_utf8)},
    "System.Text.ASCIIEncoding": {"new": method(0)(_new_ascii)},
    "System.Text.UnicodeEncoding": {"new": method(0, 2)(_new_unicode)},
    "System.Text.StringBuilder": {
        "new": method(0, 2)(_new_builder),
    },
    "System.Collections.Queue": {"new": method(0, 1)(lambda _n, a: Queue(_items_or_room(a)))},
    "System.Collections.Stack": {"new": method(0, 1)(lambda _n, a: Stack(reversed(_items_or_room(a))))},
    "System.Management.Automation.PSCredential": {"new": method(2)(lambda _n, a: new_credential(a))},
    "System.Management.Automation.PSNoteProperty": {"new": method(2)(lambda _n, a: note(to_text(a[0]), a[1]))},
    **{name: {"new": method(0)(lambda _n, a: custom_object({}))} for name in WRAPPERS},
    "System.Object": {"new": method(0)(lambda _n, a: bare_object())},
    "System.Collections.Specialized.OrderedDictionary": {"new": method(0)(lambda _n, a: Ordered())},
    **EXCEPTION_METHODS,
    "System.Collections.ArrayList": {
        "new": method(0, 1)(_new_array_list),
    },
    SORTED_LIST: {"new": method(0, 1)(new_table)},
    "System.Collections.Hashtable": {"new": method(0)(lambda _n, a: CasedHashtable())},
    "System.Version": {
        "new": method(1, 4)(_built("System.Version")),
        "parse": method(1)(_parsed_version),
    },
}


def _protocol(name: str) -> LocalEnum:
    number = {"SystemDefault": 0, "Tls": 192, "Tls11": 768, "Tls12": 3072, "Tls13": 12288}[name]
    return LocalEnum(name, number, "System.Net.SecurityProtocolType")


def _limits(kind: type[Int16 | UInt16 | UInt32 | UInt64 | SByte]) -> dict[str, Callable[[], object]]:
    return {"maxvalue": lambda: kind(kind.limits[1]), "minvalue": lambda: kind(kind.limits[0])}


_LARGEST: Final = (2 - 2.0**-23) * 2.0**127
"""The largest System.Single."""
_PROPERTIES: Final[dict[str, dict[str, Callable[[], object]]]] = {
    "System.Math": {"pi": lambda: math.pi, "e": lambda: math.e, "tau": lambda: math.tau},
    "System.String": {"empty": lambda: ""},
    "System.Int32": {"maxvalue": lambda: INT32[1], "minvalue": lambda: INT32[0]},
    "System.Int64": {"maxvalue": lambda: Int64(INT64[1]), "minvalue": lambda: Int64(INT64[0])},
    **{f"System.{kind.net}": _limits(kind) for kind in (Int16, UInt16, UInt32, UInt64, SByte)},
    "System.Net.ServicePointManager": {
        "securityprotocol": lambda: _protocol("Tls12"), "servercertificatevalidationcallback": lambda: None,
    },
    "System.Net.SecurityProtocolType": {
        name.lower(): partial(_protocol, name) for name in ("SystemDefault", "Tls", "Tls11", "Tls12", "Tls13")
    },
    "System.Text.Encoding": {
        **{name.lower(): partial(_encoding, name) for name in CODECS},
        "default": lambda: TextEncoding("UTF8", marked=False),
    },
    "System.DBNull": {"value": lambda: NO_DATA},
    "System.Management.Automation.PSCredential": {"empty": no_credential},
    "System.Char": {"maxvalue": lambda: Char("\uffff"), "minvalue": lambda: Char("\0")},
    "System.Single": {
        "maxvalue": lambda: Single(_LARGEST), "minvalue": lambda: Single(-_LARGEST),
        "nan": lambda: Single(math.nan), "positiveinfinity": lambda: Single(math.inf),
        "negativeinfinity": lambda: Single(-math.inf),
    },
    "System.Boolean": {"truestring": lambda: "True", "falsestring": lambda: "False"},
    "System.Byte": {"maxvalue": lambda: Byte(255), "minvalue": lambda: Byte(0)},
    "System.Double": {
        "maxvalue": lambda: sys.float_info.max, "minvalue": lambda: -sys.float_info.max, "epsilon": lambda: 5e-324,
        "nan": lambda: math.nan, "positiveinfinity": lambda: math.inf, "negativeinfinity": lambda: -math.inf,
    },
    "System.Decimal": {
        "maxvalue": lambda: Decimal(2**96 - 1), "minvalue": lambda: Decimal(1 - 2**96), "zero": lambda: Decimal(0),
        "one": lambda: Decimal(1),
    },
    **MOMENT_PROPERTIES,
    "System.Guid": {"empty": lambda: uuid.UUID(int=0)},
}  # fmt: skip


def more_methods(kind: str, methods: dict[str, Static]) -> None:
    """Give a type more static methods, which have a file of their own."""
    _METHODS[kind].update(methods)


tuple_maker: Final[list[Callable[[NetType], Static]]] = []
"""What makes the constructor of a tuple's type."""
generic_makers: Final[dict[str, Callable[[NetType], Static]]] = {}
"""The same of other generic types, by what stands before their brackets."""
own_statics: Final[dict[str, tuple[dict[str, Static], dict[str, Callable[[], object]]]]] = {}
"""Types whose values have a file of their own: their static methods, and their properties, by lower-case name."""
_NONE: Final[tuple[dict[str, Static], dict[str, Callable[[], object]]]] = ({}, {})


def _methods_of(kind: NetType) -> dict[str, Static]:
    if kind.name.endswith("[]"):
        return {"new": method(1)(partial(_new_array, kind))}
    if kind.name.startswith(GENERIC_LIST):
        return {"new": method(0, 1)(lambda _n, a: _new_list(kind, a))}
    if kind.name.startswith((f"{TUPLE}`", f"{VALUE_TUPLE}`")):
        return {"new": tuple_maker[0](kind)}
    if kind.name.startswith("System.Collections.ObjectModel.Collection`1"):
        return {"new": method(0)(lambda _n, a: ObjectCollection([], type_arguments(kind.name)[0]))}
    if kind.name.startswith("System.Collections.Generic.HashSet`1"):
        return {"new": method(0, 2)(partial(_new_set, kind))}
    if kind.name.startswith(("System.Collections.Generic.Queue`1", "System.Collections.Generic.Stack`1")):
        return {"new": method(0, 1)(lambda _n, a: new_line(kind, a))}
    if (maker := generic_makers.get(kind.name.partition("[")[0])) is not None:
        return {"new": maker(kind)}
    if kind.name.startswith(GENERIC_SORTED):
        return {"new": method(0)(lambda _n, a: new_sorted(kind))}
    if kind.name.startswith(DICTIONARY):
        return {"new": method(0, 1)(partial(_new_dictionary, kind))}
    found = _METHODS.get(kind.name)
    return found if found is not None else own_statics.get(kind.name, _NONE)[0]


def _properties_of(kind: NetType) -> dict[str, Callable[[], object]]:
    return _PROPERTIES.get(kind.name) or own_statics.get(kind.name, _NONE)[1]


def _given(arguments: Sequence[object]) -> Sequence[object]:
    return items_of(arguments[0]) if arguments and is_collection(arguments[0]) else ()


def _new_array(kind: NetType, _none: None, arguments: Sequence[object]) -> object:
    """`[int[]]::new(3)`: so many of what the type has for nothing."""
    element = kind.name.removesuffix("[]")
    count = to_int(arguments[0])
    if count < 0:
        call_failed(".ctor", 1, "Arithmetic operation resulted in an overflow.", "OverflowException")
    need_room(count * ITEM)
    nothing = convert(None, NetType(element)) if element in (*INTEGERS, *REALS, "System.Boolean") else None
    items = [nothing] * count
    return items if element == "System.Object" else Array(items, element)


def _new_set(kind: NetType, _none: None, arguments: Sequence[object]) -> object:
    """Of nothing, of items, of a capacity, and with a comparer behind or alone."""
    given = list(arguments)
    comparer = given.pop() if given and type_of(given[-1]).endswith("Comparer") else None
    if len(given) > 1 or (given and not is_collection(given[0]) and type(given[0]) is not int):
        raise NotKnownHere(f"[{kind}]::new() with these arguments")
    element = type_arguments(kind.name)[0]
    if given and is_collection(given[0]):
        need_sequence(given[0], element, "new", len(arguments))
    if comparer is not None and element != "System.String":
        raise no_overload("new", len(arguments))
    return HashSet(_given(given), element, comparer)  # type: ignore[arg-type]


def _new_dictionary(kind: NetType, _none: None, arguments: Sequence[object]) -> object:
    """Of nothing, of a capacity, or with a comparer."""
    names = type_arguments(kind.name)
    comparer = arguments[0] if arguments and type_of(arguments[0]).endswith("Comparer") else None
    if comparer is not None and names[0] != "System.String":
        raise no_overload("new", len(arguments))
    if arguments and comparer is None and type(arguments[0]) is not int:
        raise NotKnownHere(f"[{kind}]::new() with this argument")
    return Dictionary((), names[0], names[1], comparer)  # type: ignore[arg-type]


def _new_list(kind: NetType, arguments: Sequence[object]) -> object:
    element = type_arguments(kind.name)[0]
    if arguments and is_collection(arguments[0]):
        need_sequence(arguments[0], element, "new")
    return GenericList([convert(one, NetType(element)) for one in _given(arguments)], element)


def has_static(kind: NetType, name: str, *, called: bool, count: int | None = None) -> bool:
    """Whether `[kind]::name` is known here. count: of a method's arguments; one that .NET does not take either is
    known too: it is PowerShell's error."""
    folded = name.lower()
    if called:
        found = _methods_of(kind).get(folded)
        if found is None or count is None or found.least <= count <= found.most:
            return found is not None
        return not kind.name.startswith((*WRAPPERS, *GENERIC_SORTED)) and not net_method(
            kind.name, name, count, static=True
        )
    return folded in _properties_of(kind) or _member_number(kind, folded) is not None


def static_members() -> list[tuple[str, list[str], list[str]]]:
    """The types that have static members here, with the names of their methods and properties, by name."""
    names = {*_METHODS, *_PROPERTIES, *own_statics, *ENUMS, *FLAGS}
    made = []
    for name in sorted(names):
        methods, properties = own_statics.get(name, _NONE)
        enumerated = [one.lower() for one in numbers_of(name)]
        made.append(
            (
                name,
                sorted({*_METHODS.get(name, {}), *methods}),
                sorted({*_PROPERTIES.get(name, {}), *properties, *enumerated}),
            )
        )
    return made


def _member_number(kind: NetType, folded: str) -> int | None:
    return next((number for name, number in numbers_of(kind.name).items() if name.lower() == folded), None)


def static_property(kind: NetType, name: str) -> object:
    """`[kind]::name`; `$null` where there is none."""
    number = _member_number(kind, name.lower())
    if number is not None:
        return enum_member(kind.name, number)
    getter = _properties_of(kind).get(name.lower())
    return None if getter is None else getter()


_OF_TEXTS: Final = frozenset(
    {"System.String", "System.Text.RegularExpressions.Regex", "System.IO.Path", "System.IO.File", "System.IO.Directory"}
)
"""Types whose functions take texts, which a number is by its spelling."""


def _takes_objects(folded: str, arguments: Sequence[object]) -> bool:
    """Whether a function of [string] takes these arguments as objects."""
    if folded != "concat":
        return folded in ("format", "join")
    texts = [isinstance(one, str) for one in arguments]
    return not (texts[:1] == [True] or 2 * sum(texts) > len(texts))


_PLACES: Final = ("System.Management.Automation.PathInfo", "System.IO.FileInfo", "System.IO.DirectoryInfo")
"""What methods that take a path take as the text that it is."""


def static_call(kind: NetType, name: str, arguments: Sequence[object]) -> object:
    """`[kind]::name(arguments)`. Raises PowerShell's MethodNotFound and overload errors."""
    found = _methods_of(kind).get(name.lower())
    if found is None:
        raise no_method(kind.name, name)
    if not found.least <= len(arguments) <= found.most:
        if net_method(kind.name, name, len(arguments), static=True):
            fitted(kind.name, name, arguments, static=True)  # raises where none takes them
            raise NotKnownHere(f"[{kind}]::{name} with {len(arguments)} arguments")
        raise no_overload(name, len(arguments))
    if kind.name not in _OF_TEXTS or _takes_objects(name.lower(), arguments):
        arguments = list(map(unspelled, arguments))
    if kind.name.startswith("System.IO."):
        arguments = [to_text(one) if type_of(one) in _PLACES else one for one in arguments]
    if name.lower() in PROVIDED:
        arguments = list(map(as_provider, arguments))
    arguments = as_alone(kind.name, name, arguments)
    return call_fitting(lambda given: found.call(None, given), kind.name, name, arguments, static=True)
