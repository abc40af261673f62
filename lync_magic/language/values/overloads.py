"""Which overload of a .NET method takes the arguments of a call, and whether that is known here.

Rules of this file: `net_overloads.txt` beside it is written by .NET itself (tests/language/judge/surface.ps1
-Overloads). A call is let through where one overload takes its arguments better than every other; where PowerShell's
choice, or its words about an argument that does not fit, are not known, the call is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final
from uuid import UUID

from lync_magic.clixml import Char, EnumValue, Uri, Version
from lync_magic.language.values.collections import is_bare, is_collection, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import NotKnownHere, ScriptError, no_overload
from lync_magic.language.values.methods import argument_failed
from lync_magic.language.values.net_choice import LOOKING_THEMSELVES, fitted
from lync_magic.language.values.numeric import INTEGERS, REALS
from lync_magic.language.values.types import NetType, type_of

Overload = tuple[str, ...]
_EXACT, _WIDER, _WIDEST, _ANYTHING, _CONVERTED = range(5)
"""How well a parameter takes an argument: the less the better."""
_NUMERIC: Final = (int, float, Decimal)
_OWN: Final = (
    "Exception",
    "SecureString",
    "Comparer",
    "Encoding",
    "EncodingSealed",
    "IPAddress",
    "DateTimeOffset",
    "System.Uri",
)
"""Types of parameters that the list calls `x`, and of which there are values here."""


@cache
def _overloads() -> dict[tuple[str, str], tuple[Overload, ...]]:
    """By type and `m.method` or `s.method`."""
    text = files("lync_magic.language.values").joinpath("net_overloads.txt").read_text(encoding="utf-8")
    made = {}
    for line in text.splitlines():
        kind, name, told = line.split(" ")
        made[kind, name] = tuple(
            tuple(one.removesuffix(".").split(",")) if one != "." else () for one in told.split("|")
        )
    return made


@cache
def _of(type_name: str, name: str, count: int) -> tuple[Overload, ...]:
    """Those that take so many arguments; `c*` stands for any number of them."""
    base = type_name.partition("`")[0]
    found = _overloads().get(("System.Object[]" if base.endswith("[]") else base, name), ())
    made = []
    for one in found:
        if one and one[-1].endswith("*"):
            if count >= len(one) - 1:
                made.append((*one[:-1], *(one[-1][:-1] for _ in range(count - len(one) + 1))))
                if count == len(one):
                    made.append((*one[:-1], "C" if one[-1] == "c*" else "l"))
        elif len(one) == count:
            made.append(one)
    return tuple(dict.fromkeys(made))


def fits(type_name: str, name: str, arguments: Sequence[object], *, static: bool = False) -> bool:
    """Whether one overload is the best for these arguments, so far as that is known; True for a method that .NET's own
    list does not have."""
    candidates = _of(type_name, ("s." if static else "m.") + name.lower(), len(arguments))
    if not candidates:
        return True
    if _is_unsure(candidates, arguments):
        return False
    if static and _is_no_text(candidates, arguments):
        return False
    ranked: list[tuple[int, ...]] = []
    if name.lower() == "compareto":  # .NET looks itself what it was given
        return arguments[0] is None or type_of(arguments[0]) == type_name
    for candidate in candidates:
        if type_name == "System.Convert" and "o" in candidate:
            continue
        ranks = [_rank(kind, value) for kind, value in zip(candidate, arguments, strict=True)]
        known = tuple(one for one in ranks if one is not None)
        if len(known) == len(ranks):
            ranked.append(known)
    best = min(ranked, key=sum, default=None)
    if best is None or ranked.count(best) > 1:
        return False
    return all(all(a <= b for a, b in zip(best, other, strict=True)) for other in ranked)


def _is_unsure(candidates: Sequence[Overload], arguments: Sequence[object]) -> bool:
    """Whether a text is wanted, or a character or a culture in its place, and the argument is none of them."""
    for kinds, value in zip(zip(*candidates, strict=True), arguments, strict=True):
        if "s" not in kinds or value is None or type_of(value) == "System.String" or is_collection(value):
            continue
        if "f" in kinds and type_of(value) != "System.Globalization.CultureInfo":
            return True
        if "c" in kinds and not isinstance(value, Char) and not _is_code(value):
            return True
    return False


def _is_no_text(candidates: Sequence[Overload], arguments: Sequence[object]) -> bool:
    """Whether only a text is wanted where the argument is what nobody gives as one."""
    for kinds, value in zip(zip(*candidates, strict=True), arguments, strict=True):
        if value is not None and not isinstance(value, _SPOKEN) and "s" in kinds and set(kinds) <= set("scCnrdb"):
            return True
    return False


def _is_code(value: object) -> bool:
    """Whether a number is a character's."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0xFFFF


@cache
def _alone() -> dict[tuple[str, str, int], tuple[tuple[str, str], ...]]:
    """What the only static method of a type, a name and a count of arguments takes: names and types."""
    text = files("lync_magic.language.values").joinpath("net_statics.txt").read_text(encoding="utf-8")
    made = {}
    for line in text.splitlines():
        kind, name, *told = line.split(" ")
        parameters = tuple((one.partition("/")[0], one.partition("/")[2]) for one in told)
        made[kind, name, len(parameters)] = parameters
    return made


def as_alone(type_name: str, name: str, arguments: Sequence[object]) -> Sequence[object]:
    """The arguments of a static method as it takes them, where there is one for so many. Raises PowerShell's error for
    one that does not become what the method takes."""
    parameters = _alone().get((type_name, name.lower(), len(arguments)))
    if parameters is None:
        return arguments
    shown = name if name.lower() != "new" else ".ctor"
    several = len(_overloads().get((type_name, f"s.{name.lower()}"), ())) > 1
    made: list[object] = []
    failed: ScriptError | None = None
    for value, (parameter, kind) in zip(arguments, parameters, strict=True):
        if several and kind == "System.String" and is_bare(value):
            raise no_overload(name, len(arguments))
        try:
            made.append(_as_parameter(value, kind))
        except ScriptError as bad:
            if several and bad.error_id == "ConvertToFinalInvalidCastException":
                raise no_overload(name, len(arguments)) from None
            if several and type_of(value) != "System.String":
                given_on = fitted(type_name, name, arguments, static=True)
                if given_on is not None:
                    return given_on
                raise NotKnownHere(f"[{NetType(type_name).spoken}]::{name} of this value") from None
            failed = failed or argument_failed(parameter, value, shown, kind, bad)
    if failed is not None:
        raise failed
    return made


def _as_parameter(value: object, kind: str) -> object:
    if type_of(value) == kind or (value is None and kind not in _NUMBERS and kind not in _NEVER_NULL):
        return value
    if kind not in _NUMBERS and kind not in _PLAIN_KINDS and not is_enum(kind):
        return value
    return convert(value, NetType(kind))


_PLAIN_KINDS: Final = frozenset(f"System.{name}" for name in ("String", "Boolean", "DateTime", "TimeSpan", "Guid"))
_NEVER_NULL: Final = frozenset(("System.DateTime", "System.TimeSpan", "System.Guid"))
_NUMBERS: Final = frozenset((*INTEGERS, *REALS, "System.Char"))


def has_several(type_name: str, name: str) -> bool:
    """Whether a type has more than one method of a name."""
    base = type_name.partition("`")[0]
    found = _overloads().get(("System.Object[]" if base.endswith("[]") else base, f"m.{name.lower()}"), ())
    return len(found) > 1


def call_fitting(
    call: Callable[[Sequence[object]], object],
    type_name: str,
    name: str,
    arguments: Sequence[object],
    *,
    static: bool = False,
) -> object:
    """Call a method where it is known which overload it is, with the arguments as that one takes them. Raises
    PowerShell's errors where none takes them or one does not become what it has to, NotKnownHere for any other call."""
    if not arguments or (type_name, name.lower()) in LOOKING_THEMSELVES:
        return call(arguments)
    if name.lower() in (_ALONE if type_name.startswith(_GENERIC) else _ALONE_HERE.get(type_name, ())):
        return call(arguments)
    key = (type_name, name, static, *map(_signature, arguments))
    if key in _known_to_fit:
        return call(arguments)
    given_on = fitted(type_name, name, arguments, static=static)
    if given_on is not None:
        if all(a is b for a, b in zip(given_on, arguments, strict=True)):
            _keep(key)
        return call(given_on)
    plain = all(one is None or type(one) in _PLAIN for one in arguments)
    if (plain and type_name == "System.Math") or fits(type_name, name, arguments, static=static):
        _keep(key)
        return call(arguments)
    if plain and (static or type_name in _UNCHANGING):
        try:
            call(arguments)
        except ScriptError as failed:
            if failed.error_id == "MethodArgumentConversionInvalidCastArgument":
                raise
    if name.lower() != "compareto" and any(is_bare(one) for one in arguments):
        count = len(_of(type_name, ("s." if static else "m.") + name.lower(), len(arguments)))
        if count > 1:
            raise no_overload(name, len(arguments))
    given = ", ".join(f"[{NetType(type_of(one)).spoken}]" if one is not None else "$null" for one in arguments)
    raise NotKnownHere(f"[{NetType(type_name).spoken}]{'::' if static else '.'}{name}({given})")


def _keep(key: tuple[object, ...]) -> None:
    if len(_known_to_fit) < _MOST_KNOWN and None not in key:
        _known_to_fit.add(key)


def _signature(value: object) -> object:
    """All of an argument that its fitting hangs on; None where that is more than a word."""
    kind = type(value)
    if kind is str:
        text = str(value)
        return len(text) == 1, text.isdecimal()
    if kind is int and not -_INT32 <= value < _INT32:  # type: ignore[operator]
        return "long"
    return kind if kind in _BY_TYPE else None


_INT32: Final = 2**31
_BY_TYPE: Final = frozenset((int, float, Decimal, bool, Char, datetime, timedelta))
_known_to_fit: set[tuple[object, ...]] = set()
_MOST_KNOWN: Final = 2000
_PLAIN: Final = (str, int, float, Decimal)
_GENERIC: Final = (
    "System.Collections.Generic.List`", "System.Collections.Generic.HashSet`",
)  # fmt: skip
_ALONE: Final = frozenset(
    (
        "addrange", "insert", "insertrange", "removeat", "getrange", "removerange", "unionwith", "exceptwith",
        "intersectwith", "indexof", "lastindexof", "issubsetof", "issupersetof", "overlaps", "setequals",
        "ispropersubsetof", "ispropersupersetof",
    )
)  # fmt: skip
_ALONE_HERE: Final = {"System.Collections.ArrayList": ("addrange", "insertrange")}
"""Methods of lists and sets of a type that are the only ones of their name, and look at their arguments here."""
_UNCHANGING: Final = frozenset(f"System.{name}" for name in ("String", "Int32", "Double", "DateTime", "TimeSpan"))


def _rank(kind: str, value: object) -> int | None:
    """How well a parameter of a kind takes a value; None where that is an error, or not known."""
    if kind == "o":
        return _ANYTHING
    if kind == "x":
        return _CONVERTED if value is None else _EXACT if type_of(value).endswith(_OWN) else None
    if kind.startswith("e<"):
        if isinstance(value, EnumValue):
            return _EXACT if value.type_name == kind[2:-1] else None
        return _CONVERTED if type(value) is str else None
    if kind == "s":
        return _text_rank(value)
    if kind in ("c", "C"):
        return _character_rank(kind, value)
    if kind in "nrdb":
        return _number_rank(kind, value)
    if kind == "t":
        return _EXACT if isinstance(value, datetime) else None
    if kind == "p":
        return _EXACT if isinstance(value, timedelta) else None
    if kind == "y":
        return _EXACT if isinstance(value, NetType) else None
    if kind == "f":
        return _EXACT if value is None or type_of(value) == "System.Globalization.CultureInfo" else None
    return _EXACT if kind == "l" and is_collection(value) else None


def _text_rank(value: object) -> int | None:
    if type(value) is str or value is None:
        return _EXACT
    return None if isinstance(value, NetType) or is_bare(value) else _CONVERTED


_SPOKEN: Final = (str, int, float, Decimal, datetime, timedelta, UUID, Uri, Version)
"""What a static method that may take a text is given; what else becomes one is not known for each of them."""


def _character_rank(kind: str, value: object) -> int | None:
    if kind == "C":
        if is_collection(value):
            return _EXACT if all(isinstance(one, str) and len(one) == 1 for one in items_of(value)) else None
        return _CONVERTED if type(value) is str else None
    if isinstance(value, Char) or value is None:
        return _EXACT
    if _is_code(value):
        return _CONVERTED
    return _WIDEST if type(value) is str and len(value) == 1 else None


def _number_rank(kind: str, value: object) -> int | None:
    if kind == "b":
        return _EXACT if isinstance(value, bool) else None
    if isinstance(value, bool) or not isinstance(value, _NUMERIC):
        return _CONVERTED if type(value) is str and value.strip().isdecimal() and value.isascii() else None
    if isinstance(value, int):
        return {"n": _EXACT, "r": _WIDER, "d": _WIDEST}[kind]
    own = "r" if isinstance(value, float) else "d"
    return _EXACT if kind == own else _CONVERTED
