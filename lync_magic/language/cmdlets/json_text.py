"""Objects as JSON and back: ConvertTo-Json and ConvertFrom-Json."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from lync_magic.clixml import MISSING, DateTime, EnumValue, Int64, ObjectLike, PSObject, Uri, Version
from lync_magic.language.cmdlets.declare import BoundCall, ClientCommand, ParameterSpec
from lync_magic.language.cmdlets.selecting import need_all_of, property_names
from lync_magic.language.cmdlets.stream import all_of, null_input, objects, warn
from lync_magic.language.layout.shapes import Formatted
from lync_magic.language.values.bare_objects import BareObject
from lync_magic.language.values.clocks import Offset
from lync_magic.language.values.collections import (
    Hashtable,
    Nothing,
    custom_object,
    is_collection,
    is_table,
    items_of,
    need_free,
)
from lync_magic.language.values.culture import INVARIANT, in_culture
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.moments import format_datetime
from lync_magic.language.values.net_members import net_name
from lync_magic.language.values.number_text import real_text
from lync_magic.language.values.numeric import to_int
from lync_magic.language.values.properties import get_property, own_names
from lync_magic.language.values.spelled import RemoteEnum, unspelled
from lync_magic.language.values.text import to_text
from lync_magic.language.values.types import own_types, type_of

_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?")


def _name(table: Mapping[object, object], key: object) -> str:
    if type_of(key) != "System.String":
        kind = type_of(table)
        message = f"The type '{kind}' is not supported for serialization or deserialization of a dictionary. Keys must "
        raise ScriptError(
            f"{message}be strings.", "NonStringKeyInDictionary,Microsoft.PowerShell.Commands.ConvertToJsonCommand",
            "InvalidOperation", target=table, exception="InvalidOperationException", activity="ConvertTo-Json",
        )  # fmt: skip
    return to_text(key)


class _Writer:
    """Values as JSON text."""

    def __init__(self, call: BoundCall) -> None:
        self.depth: int = call.get("Depth", 2)
        self.compress = call.switch("Compress")
        self.names = call.switch("EnumsAsStrings")
        self.escape = to_text(call.get("EscapeHandling", "Default")).lower()
        self.cut = False

    def text(self, value: object, level: int = 0, indent: str = "") -> str:
        """One value."""
        plain = self._plain(value)
        if plain is not None:
            return plain
        if isinstance(value, Formatted):
            raise NotKnownHere("what a Format- cmdlet gave as JSON")
        if level > self.depth and not isinstance(value, RemoteEnum):
            self.cut = True
            return self.quoted(to_text(value, " "))
        inner = indent + "  "
        if is_table(value):
            pairs = [(_name(value, key), item) for key, item in value.items()]
        elif is_collection(value) and not (isinstance(value, ObjectLike) and value.base is MISSING):
            return self._wrapped("[", "]", [self.text(item, level + 1, inner) for item in items_of(value)], indent)
        else:
            pairs = [(name, get_property(value, name)) for name in self._names(value)]
            is_around = type(value) is PSObject and not isinstance(value.base, BareObject)
            if is_around and value.base is not MISSING:  # type: ignore[attr-defined]  # a plain value with notes on it
                pairs.insert(0, ("value", value.base))  # type: ignore[attr-defined]
            if isinstance(value, RemoteEnum):
                pairs.insert(0, ("value", unspelled(value)))
        gap = "" if self.compress else " "
        parts = [f"{self.quoted(name)}:{gap}{self.text(item, level + 1, inner)}" for name, item in pairs]
        return self._wrapped("{", "}", parts, indent)

    def _names(self, value: object) -> list[str]:
        if isinstance(value, timedelta):
            return [
                "Ticks", "Days", "Hours", "Milliseconds", "Microseconds", "Nanoseconds", "Minutes", "Seconds",
                "TotalDays", "TotalHours", "TotalMilliseconds", "TotalMicroseconds", "TotalNanoseconds", "TotalMinutes",
                "TotalSeconds",
            ]  # fmt: skip
        if isinstance(value, Version):
            return ["Major", "Minor", "Build", "Revision", "MajorRevision", "MinorRevision"]
        if isinstance(value, ObjectLike):
            need_all_of(value)
            names = property_names(value)
            return names if not type_of(value).endswith(".DictionaryEntry") else ["Key", "Value", "Name"]
        if type(value) in own_names and not type_of(value).startswith("System.Xml."):
            names = own_names[type(value)](value)
            return names if names[0] != "Length" else [*names[1:], "Length"]  # a tuple's: its fields stand first
        shown = getattr(type(value), "__psobject__", None)
        if shown is not None and type(value) in own_types:
            return [name for name in shown(value) if net_name(type_of(value), name)]
        raise NotKnownHere(f"a [{type_of(value)}] as JSON")

    def _wrapped(self, first: str, last: str, parts: list[str], indent: str) -> str:
        if not parts:
            return first + last
        if self.compress:
            return first + ",".join(parts) + last
        inner = indent + "  "
        return f"{first}\n{inner}" + f",\n{inner}".join(parts) + f"\n{indent}{last}"

    def _plain(self, value: object) -> str | None:
        if isinstance(value, ObjectLike) and value.base is not MISSING:
            if type(value) is PSObject and value.properties and not isinstance(value.base, str | datetime):
                return None
            value = value.base
        match value:
            case None | Nothing.NOTHING:
                return "null"
            case bool():
                return "true" if value else "false"
            case RemoteEnum():
                return None
            case EnumValue():
                return self.quoted(str.__str__(value)) if self.names else str(value.value)
            case Version():
                return None
            case Uri() | UUID():
                return self.quoted(str(value))
            case str():
                return self.quoted(str(value))
            case int():
                return str(int(value))
            case float():
                return _real(value)
            case Decimal():
                text = format(value, "f")
                return text if "." in text else text + ".0"
            case Offset():
                return f'"{_moment(value.moment.replace(tzinfo=None))}{value.text("zzz")}"'
            case datetime():
                return self.quoted(_moment(value))
        if type_of(value).endswith(".ScriptBlock"):
            raise NotKnownHere("a script block as JSON")
        return None

    def quoted(self, text: str) -> str:
        """A text in quotes."""
        made = ""
        for char in text:
            if char in _SHORT and not (char == '"' and self.escape == "escapehtml"):
                made += _SHORT[char]
            elif char < " " or char in "\x85\u2028\u2029":
                made += f"\\u{ord(char):04x}"
            elif (self.escape == "escapehtml" and char in "<>&'\"") or (self.escape == "escapenonascii" and char > "~"):
                made += "".join(f"\\u{unit:04x}" for unit in _units(char))
            else:
                made += char
        return f'"{made}"'


def _units(char: str) -> list[int]:
    data = char.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[place : place + 2], "big") for place in range(0, len(data), 2)]


def _real(value: float) -> str:
    if not math.isfinite(value):
        return '"NaN"' if math.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'
    text = real_text(value)
    return text if any(sign in text for sign in ".E") else text + ".0"


def _moment(value: datetime) -> str:
    with in_culture(INVARIANT):
        text = format_datetime(value, "yyyy-MM-ddTHH:mm:ss.FFFFFFF").rstrip(".")
        return text + format_datetime(value, "%K") if value.tzinfo is not None else text


def _to_json(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    writer = _Writer(call)
    if input is None:
        value: object = call.get("InputObject")
        whole = [value] if call.switch("AsArray") else value
    else:
        items = [_as_piped(one) for one in input]
        if not items:
            return
        whole = items[0] if len(items) == 1 and not call.switch("AsArray") else items
    text = writer.text(whole)
    if writer.cut:
        message = f"Resulting JSON is truncated as serialization has exceeded the set depth of {writer.depth}."
        warn(call, message)
    yield text


def _as_piped(item: object) -> object:
    """What comes down a pipeline has the properties too that PowerShell adds to its type."""
    shown = getattr(type(item), "__psobject__", None)
    if shown is not None and type(item) in own_types:
        return custom_object(dict(shown(item)))
    return custom_object({"value": str(item), "Guid": str(item)}) if isinstance(item, UUID) else item


# --- reading ---------------------------------------------------------------------------------------------------------


MOST_DEPTH: Final = 100
MOST_READ: Final = 1024
"""How deep ConvertFrom-Json goes where it is not told."""


class BadJson(ValueError):
    """The text is no JSON; the message says why and where."""


class _Reader:
    """JSON as PowerShell takes it: comments, single quotes, names without quotes and a comma too many are allowed."""

    def __init__(self, text: str, *, tables: bool, depth: int = MOST_READ, dates: str = "default") -> None:
        self.text = text
        self.place = 0
        self.tables = tables
        self.depth, self.dates = depth, dates
        self.path: list[str | int] = []
        """Where the reading is: names of properties ("" before one is read) and positions in lists (-1 before one)."""

    def bad(self, why: str, at: int | None = None, *, started: bool = False) -> BadJson:
        """The error for what stands at a place of the text. started: something of it has been read."""
        place = self.place if at is None else at
        line = self.text.count("\n", 0, place) + 1
        column = place - self.text.rfind("\n", 0, place) - 1
        return BadJson(
            f"{why} Path '{self.shown(self.path)}', line {line if place or started else 0}, position {column}."
        )

    def ended(self) -> BadJson:
        """The error for a text that ends where a value or a name is awaited."""
        if len(self.path) == 1 and isinstance(self.path[0], str):
            return self.bad("Unexpected end when deserializing object.")
        if not self.path:
            return self.bad("Unexpected end when reading JSON.", len(self.text))
        return BadJson(f"Unexpected end when reading token. Path '{self.shown(self.path[:-1])}'.")

    def is_over(self) -> bool:
        """Whether the text ends behind a value: what is around it counts as closed, but for an outermost object."""
        if self.peek():
            return False
        if isinstance(self.path[0], str):
            raise self.bad("Unexpected end when deserializing object.")
        return True

    @staticmethod
    def shown(path: list[str | int]) -> str:
        """A path as .NET writes it."""
        made = ""
        for one in path:
            if isinstance(one, int):
                made += f"[{one}]" if one >= 0 else ""
            elif one:
                made += f".{one}" if made else one
        return made

    def step(self) -> None:
        """A value of the list around begins."""
        if self.path and isinstance(self.path[-1], int):
            self.path[-1] += 1

    def whole(self) -> object:
        """The one value of the text."""
        if not self.peek():
            return None  # comments alone
        value = self.value()
        if rest := self.peek():
            if rest == "/":
                raise NotKnownHere("JSON with a / behind its value")
            raise self.bad(f"Additional text encountered after finished reading JSON content: {rest}.", started=True)
        return value

    def skip(self) -> None:
        """White space and comments."""
        while self.place < len(self.text):
            if self.text[self.place].isspace():
                self.place += 1
            elif self.text.startswith("//", self.place):
                end = self.text.find("\n", self.place)
                self.place = len(self.text) if end < 0 else end
            elif self.text.startswith("/*", self.place):
                end = self.text.find("*/", self.place)
                self.place = len(self.text) if end < 0 else end + 2
            else:
                return

    def peek(self) -> str:
        """The next character that counts, "" at the end."""
        self.skip()
        return self.text[self.place : self.place + 1]

    def value(self) -> object:
        """A value."""
        char = self.peek()
        if char in ("{", "[") and char:
            self.step()
            if len(self.path) >= self.depth:
                raise self.bad(f"The reader's MaxDepth of {self.depth} has been exceeded.", self.place + 1)
            return self.table() if char == "{" else self.list()
        if char in ("'", '"') and char:
            made = _text_value(self.string(), self.dates)
            self.step()
            return made
        if not char:
            raise self.ended()
        if char == ",":  # nothing is null
            self.step()
            return None
        value = self.word(char)
        self.step()
        return value

    def word(self, char: str) -> object:
        """A number, or one of the words that are values."""
        if char == "n" and self.text[self.place + 1 : self.place + 2] not in ("u", "e"):
            if self.place + 1 == len(self.text):
                raise self.bad("Unexpected end when reading JSON.", len(self.text))
            raise self.bad(f"Unexpected character encountered while parsing value: {char}.")
        if self.text.startswith("ne", self.place):
            raise NotKnownHere("a constructor in JSON")
        named = _WORDS.get("-I" if self.text.startswith("-I", self.place) else char)
        if named is not None:
            word, value, kind = named
            self.matched(word, kind)
            return value
        if char == "]":
            kind = "None" if not self.path else "Object"
            raise self.bad(f"JsonToken EndArray is not valid for closing JsonType {kind}.", self.place + 1)
        if char == "/":
            raise self.bad("Unexpected end while parsing comment.", len(self.text))
        if not (char.isdigit() or char in "-."):
            raise self.bad(f"Unexpected character encountered while parsing value: {char}.")
        return self.number()

    def matched(self, word: str, kind: str) -> None:
        """A word, with nothing of a word behind it. Raises BadJson where it stops to be it."""
        rest = self.text[self.place : self.place + len(word)]
        if len(rest) < len(word):
            raise self.bad("Unexpected end when reading JSON.", len(self.text))
        same = next((i for i, (a, b) in enumerate(zip(rest, word, strict=True)) if a != b), len(word))
        self.place += same
        behind = self.text[self.place : self.place + 1]
        if same < len(word) or not (behind in "}],/" or behind.isspace()):
            raise self.bad(f"Error parsing {kind} value.")

    def number(self) -> object:
        """A number: decimal, `0x` or octal."""
        found = re.compile(r"[-+0-9a-fA-FxX.]*").match(self.text, self.place)
        number = found[0] if found is not None else ""
        self.place += len(number)
        behind = self.text[self.place : self.place + 1]
        if behind and behind not in ",}])/" and not behind.isspace():
            raise self.bad(f"Unexpected character encountered while parsing number: {behind}.")
        value: object = MISSING
        try:
            if re.match(r"0[^.eE]", number):
                value = Int64(int(number, 16 if number[:2].lower() == "0x" else 8))
            else:
                value = _number(number)
        except ValueError:
            pass
        if value is MISSING:
            raise self.bad(f"Input string '{number}' is not a valid number.")
        return value

    def string(self) -> str:
        """A text in quotes."""
        quote = self.text[self.place]
        self.place += 1
        made = ""
        while self.place < len(self.text):
            char = self.text[self.place]
            self.place += 1
            if char == quote:
                return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if char != "\\":
                made += char
                continue
            sign = self.text[self.place : self.place + 1]
            self.place += 1
            if sign == "u":
                made += self.code()
            elif sign not in _ESCAPES:
                raise self.bad(f"Bad JSON escape sequence: \\{sign}.")
            else:
                made += _ESCAPES[sign]
        self.place = len(self.text)
        raise self.bad(f"Unterminated string. Expected delimiter: {quote}.")

    def code(self) -> str:
        """The character of a `\\u` escape."""
        digits = self.text[self.place : self.place + 4]
        if len(digits) < 4:
            raise self.bad("Unexpected end while parsing Unicode escape sequence.")
        if not re.fullmatch("[0-9a-fA-F]{4}", digits):
            raise self.bad(f"Invalid Unicode escape sequence: \\u{digits}.")
        self.place += 4
        return chr(int(digits, 16))

    def table(self) -> object:
        """`{…}`."""
        self.place += 1
        self.path.append("")
        made: dict[str, object] = {}
        while True:
            char = self.peek()
            if char == "}":
                self.place += 1
                self.path.pop()
                return self._made(made)
            if not char:
                raise self.bad("Unexpected end when reading JSON.") if self.path == [""] else self.ended()
            if char in ("'", '"'):
                name = self.string()
            else:
                word = re.compile(r"[$\w]+").match(self.text, self.place)
                if word is None:
                    raise self.bad(f"Invalid property identifier character: {char}.")
                name, self.place = word[0], word.end()
                if self.place == len(self.text):
                    raise self.bad("Unexpected end while parsing unquoted property name.")
                char = self.text[self.place]
                if char != ":" and not char.isspace():
                    raise self.bad(f"Invalid JavaScript property identifier character: {char}.")
            if self.peek() != ":":
                got = self.peek() or "\0"
                raise self.bad(f"Invalid character after parsing property name. Expected ':' but got: {got}.")
            self.place += 1
            self._key(made, name)
            self.path[-1] = name
            made[name] = self.value()
            if self.peek() == ",":
                self.place += 1
            elif self.is_over():
                return self._made(made)
            elif self.peek() != "}":
                raise self.bad(f"After parsing a value an unexpected character was encountered: {self.peek()}.")

    def _key(self, made: dict[str, object], name: str) -> None:
        if self.tables:
            return
        if not name:
            message = (
                "The provided JSON includes a property whose name is an empty string, this is only supported using the "
                "-AsHashTable switch."
            )
            raise _failed(message, "EmptyKeyInJsonString", "InvalidOperation")
        known = next((one for one in made if one.lower() == name.lower() and one != name), None)
        if known is not None:
            message = (
                "Cannot convert the JSON string because it contains keys with different casing. Please use the "
                f"-AsHashTable switch instead. The key that was attempted to be added to the existing key '{known}' "
                f"was "
                f"'{name}'."
            )
            raise _failed(message, "KeysWithDifferentCasingInJsonString", "InvalidOperation")

    def _made(self, made: dict[str, object]) -> object:
        if self.tables:
            return JsonTable(made.items())
        need_free(made)
        return custom_object(made)

    def list(self) -> object:
        """`[…]`."""
        self.place += 1
        self.path.append(-1)
        made: list[object] = []
        while True:
            char = self.peek()
            if char == "]":
                self.place += 1
                self.path.pop()
                return made
            if not char:
                if made and isinstance(made[-1], list | dict | PSObject) and len(self.path) == 1:
                    return made  # behind `},` and `],` too
                raise self.ended()
            made.append(self.value())
            if self.peek() == ",":
                self.place += 1
            elif self.is_over():
                return made
            elif self.peek() != "]":
                raise self.bad(f"After parsing a value an unexpected character was encountered: {self.peek()}.")


class JsonTable(Hashtable):
    """What -AsHashtable gives: keys in order, told apart by case."""

    __slots__ = ()

    @staticmethod
    def folded(key: object) -> object:
        """The key as it is."""
        return key


own_types[JsonTable] = lambda _table: "System.Management.Automation.OrderedHashtable"


_SINCE_EPOCH: Final = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")


def _since_epoch(text: str, dates: str) -> object:
    """`/Date(1700000000000)/`, milliseconds since 1970, as the date that it is; any other text as it is."""
    found = _SINCE_EPOCH.fullmatch(text)
    if found is None:
        return text
    try:
        made = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=int(found[1]))
    except OverflowError:
        raise NotKnownHere(f"the JSON date {text}") from None
    return made.astimezone() if (found[2] and dates != "utc") or dates == "local" else made


def _text_value(text: str, dates: str) -> object:
    """A text, or the date that it is as -DateKind has it."""
    if dates == "string":
        return text
    found = _DATE.fullmatch(text)
    if found is None:
        return _since_epoch(text, dates)
    moment = datetime.fromisoformat(found[1])
    ticks = int((found[2] or ".0")[1:].ljust(7, "0")[:7])
    moment += timedelta(microseconds=ticks // 10)
    zone = found[3]
    if zone == "Z":
        moment = moment.replace(tzinfo=timezone.utc)
    elif zone:
        sign = -1 if zone[0] == "-" else 1
        offset = timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])))
        moment = moment.replace(tzinfo=offset).astimezone()
    if dates == "local":
        moment = moment.astimezone()
    elif dates == "utc":
        moment = moment.astimezone(timezone.utc) if zone else moment.replace(tzinfo=timezone.utc)
    return DateTime.of(moment, ticks % 10) if ticks % 10 else moment


_WORDS: Final[dict[str, tuple[str, object, str]]] = {
    "t": ("true", True, "boolean"), "f": ("false", False, "boolean"), "n": ("null", None, "null"),
    "u": ("undefined", None, "undefined"), "N": ("NaN", math.nan, "NaN"), "I": ("Infinity", math.inf, "Infinity"),
    "-I": ("-Infinity", -math.inf, "-Infinity"),
}  # fmt: skip
"""By their first letters: the words that are values, these, and what an error calls their kind."""
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "\\": "\\", "/": "/", '"': '"', "'": "'"}


def _number(text: str) -> object:
    if re.fullmatch(r"-?\d+", text):
        number = int(text)
        return Int64(number) if -(2**63) <= number < 2**63 else number
    return float(text) if re.fullmatch(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text) else MISSING


def _failed(message: str, error_id: str, category: str = "NotSpecified") -> ScriptError:
    whole = f"{error_id},Microsoft.PowerShell.Commands.ConvertFromJsonCommand"
    kind = "ArgumentException" if category == "NotSpecified" else "InvalidOperationException"
    return ScriptError(message, whole, category, exception=kind)


def _from_json(call: BoundCall, input: Iterator[object] | None) -> Iterator[object]:
    lines: list[str] = []
    dates, depth = to_text(call.get("DateKind", "default")).lower(), to_int(call.get("Depth", MOST_READ))
    if dates == "offset":
        raise NotKnownHere("ConvertFrom-Json -DateKind Offset")
    for item in objects(call, input):
        if item is None:
            call.services.error(null_input("ConvertFromJsonCommand"))
        lines += [to_text(one) for one in all_of(item)]
    texts = lines
    if len(lines) > 1 and not _is_whole(lines[0]):
        texts = ["\n".join(lines)]
    for text in texts:
        if not text.strip():
            yield None
            continue
        try:
            value: Any = _Reader(text, tables=call.switch("AsHashtable"), depth=depth, dates=dates).whole()
        except BadJson as bad:
            message = f"Conversion from JSON failed with error: {bad}"
            failed = _failed(message, "System.ArgumentException")
            failed.inner, failed.inner_message = _thrown_by(str(bad)), str(bad)
            raise failed from None
        if is_collection(value) and not call.switch("NoEnumerate"):
            yield from value
        else:
            yield value


def _thrown_by(words: str) -> str:
    """Which of Newtonsoft's exceptions says this."""
    if words.startswith("Unexpected end when reading"):
        kind = "Writer" if words.startswith("Unexpected end when reading token") else "Serialization"
        return f"Newtonsoft.Json.Json{kind}Exception"
    return "Newtonsoft.Json.JsonReaderException"


def _is_whole(text: str) -> bool:
    try:
        _Reader(text, tables=True).whole()
    except (BadJson, ScriptError):
        return False
    return True


CMDLETS: Final = (
    ClientCommand(
        "ConvertTo-Json",
        (
            ParameterSpec("InputObject", "object", position=0, mandatory=True, by_value=True),
            ParameterSpec("Depth", "int"),
            ParameterSpec("Compress", "switch"),
            ParameterSpec("EnumsAsStrings", "switch"),
            ParameterSpec("AsArray", "switch"),
            ParameterSpec("EscapeHandling", "string"),
        ),
        _to_json,
        (),
        "ConvertToJsonCommand",
        own=True,
    ),
    ClientCommand(
        "ConvertFrom-Json",
        (
            ParameterSpec("InputObject", "string[]", position=0, mandatory=True, by_value=True),
            ParameterSpec("AsHashtable", "switch"),
            ParameterSpec("Depth", "int"),
            ParameterSpec("NoEnumerate", "switch"),
            ParameterSpec("DateKind", "string"),
        ),
        _from_json,
        (),
        "ConvertFromJsonCommand",
        own=True,
    ),
)
