"""PowerShell's own choice among the overloads of a .NET method, and the arguments as that overload takes them.

Rules of this file: `net_signatures.txt` and `net_ranks.txt` beside it are written by PowerShell itself
(tests/language/judge/ranks.ps1); `chosen` compares overloads as its Adapter.FindBestMethod does, argument by argument,
the first counting most. Where a type of an argument or of a parameter is not among them, nothing is said (None).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from lync_magic.clixml import MISSING, EnumValue, ObjectLike
from lync_magic.language.values.collections import NOTHING, items_of
from lync_magic.language.values.convert import convert
from lync_magic.language.values.enums import is_enum
from lync_magic.language.values.failures import NotKnownHere, ScriptError, ambiguous, no_overload
from lync_magic.language.values.methods import argument_failed, mismatched
from lync_magic.language.values.numeric import INTEGERS, REALS
from lync_magic.language.values.types import NetType, type_of

_NULL_TO_VALUE: Final = 0x0AF
_NUMERIC_IMPLICIT: Final = 0x0FF
_ASSIGNABLE: Final = 0x107
_UNRELATED_ARRAYS: Final = 0x00F
"""Of PowerShell's ConversionRank."""


class _Parameter(NamedTuple):
    name: str
    kind: str
    many: bool
    optional: bool


class Overload(NamedTuple):
    """One overload as it would take a call's arguments: a parameter for each of them."""

    name: str
    parameters: tuple[_Parameter, ...]
    declared: int
    expanded: bool
    ranks: tuple[int, ...]


@cache
def _signatures() -> dict[tuple[str, str], tuple[str, bool, tuple[tuple[_Parameter, ...], ...]]]:
    """By type and `m.method` or `s.method`: the name as errors have it, whether no interface has it too, and the
    parameters of each overload."""
    text = files("lync_magic.language.values").joinpath("net_signatures.txt").read_text(encoding="utf-8")
    made = {}
    for line in text.splitlines():
        kind, name, told = line.split(" ")
        alone = not name.endswith("+")
        name = name.removesuffix("+")
        overloads = tuple(
            tuple(_parameter(one) for one in overload.split(",")) if overload != "." else ()
            for overload in told.split("|")
        )
        made[kind, name.lower()] = (name[2:] if name != "s.new" else ".ctor", alone, overloads)
    return made


def _parameter(told: str) -> _Parameter:
    name, _, kind = told.lstrip("*?").partition("/")
    return _Parameter(name, kind, told.startswith("*"), told.startswith("?"))


@cache
def _ranks() -> dict[str, dict[str, int]]:
    """By a type of arguments: how well it becomes each type of parameters."""
    text = files("lync_magic.language.values").joinpath("net_ranks.txt").read_text(encoding="utf-8")
    first, *lines = text.splitlines()
    kinds = first.split(" ")
    made = {}
    for line in lines:
        name, _, told = line.partition(" ")
        made[name] = {kind: int(told[3 * i : 3 * i + 3], 16) for i, kind in enumerate(kinds)}
    return made


_LINES: Final = re.compile(r"System\.Collections\.Generic\.(?:Queue|Stack)(?=\[)")
"""Collections that a method takes as it takes a set."""


def _source(value: object) -> str | None:
    """The row of `net_ranks.txt` for an argument; None for a type that it does not have."""
    if value is None or value is NOTHING:
        return "$null"
    if isinstance(value, ObjectLike) and value.base is not MISSING:
        return None
    name = type_of(value)
    if name.endswith("Exception"):
        return "System.Exception"
    if "`" in name:
        name = _LINES.sub("System.Collections.Generic.HashSet", NetType(name).spoken.replace(",", ";"))
    if name in _ranks():
        return name
    return "System.DayOfWeek" if isinstance(value, EnumValue) else None


def _rank(value: object, source: str, kind: str) -> int | None:
    if isinstance(value, EnumValue) and value.type_name == kind:
        return 0x11F
    if kind.endswith("*") or "StringHandler&" in kind:  # a pointer or a compiler's own, which nothing becomes
        return 0
    return _ranks()[source].get(kind)


def rank_of(value: object, kind: str) -> int | None:
    """How well a value becomes a parameter of a type: 0 for not at all; None where that is not known."""
    source = _source(value)
    return None if source is None else _rank(value, source, kind)


def chosen(
    type_name: str, name: str, arguments: Sequence[object], *, static: bool = False, wanted: Sequence[str | None] = ()
) -> Overload | None:
    """The overload that PowerShell calls; None where that is not known. Raises ScriptError where it finds none, or
    several that are as good.

    wanted: the types that the call casts its arguments to, which are those of the parameters where an overload has
    them (PSMethodInvocationConstraints).
    """
    found = _signatures().get((_owner(type_name), ("s." if static else "m.") + name.lower()))
    sources = [_source(one) for one in arguments]
    if found is None or None in sources:
        return None
    shown, alone, overloads = found
    first = overloads[0]
    if alone and len(overloads) == 1 and len(first) == len(arguments) and not any(one.many for one in first):
        return Overload(shown, first, len(arguments), False, ())
    candidates = []
    for one in overloads:
        would = _taking(shown, one, arguments, sources)  # type: ignore[arg-type]
        if would is None:
            return None
        if would.ranks and all(would.ranks):
            candidates.append(would)
    if not candidates:
        raise no_overload(name, len(arguments))
    candidates = [one for one in candidates if _has(one, wanted)] or candidates
    best, several = candidates[0], False
    for other in candidates[1:]:
        better = _compare(best, other, arguments)
        if better < 0:
            best, several = other, False
        elif better == 0:
            several = True
    if several:
        raise ambiguous(name, len(arguments))
    return best


def _has(overload: Overload, wanted: Sequence[str | None]) -> bool:
    """Whether an overload's parameters are of these types, where one is said; what takes any number is a list."""
    kinds = [one.kind for one in overload.parameters]
    if overload.expanded:
        last = overload.declared - 1
        kinds[last:] = [f"{kind}[]" if place == 0 else "" for place, kind in enumerate(kinds[last:])]
    return all(kind is None or own == kind for kind, own in zip(wanted, kinds, strict=bool(wanted)))


def as_cast(
    type_name: str, name: str, arguments: Sequence[object], wanted: Sequence[str | None], *, static: bool
) -> Sequence[object]:
    """The arguments of a call that casts some of them, as the overload takes them that these casts ask for."""
    if (type_name, name.lower()) in LOOKING_THEMSELVES:
        return arguments
    choice = chosen(type_name, name, arguments, static=static, wanted=wanted)
    if choice is None or not _has(choice, wanted):
        return arguments
    made = taken(choice, arguments)
    return arguments if made is None else made


def _owner(type_name: str) -> str:
    return "System.Array" if type_name.endswith("[]") else "System.Enum" if is_enum(type_name) else type_name


_NOT_TAKEN: Final = Overload("", (), 0, False, ())


def _taking(
    name: str, parameters: tuple[_Parameter, ...], arguments: Sequence[object], sources: Sequence[str]
) -> Overload | None:
    """An overload with how well it takes each argument; without any rank where it does not take so many; None where
    that is not known."""
    count = len(arguments)
    many = parameters[-1] if parameters and parameters[-1].many else None
    least = sum(not one.optional for one in parameters) - (many is not None)
    if count < least or (count > len(parameters) and many is None):
        return _NOT_TAKEN
    plain = [_rank(v, s, p.kind) for v, s, p in zip(arguments, sources, parameters)]  # noqa: B905
    if many is None:
        known = tuple(one for one in plain if one is not None)
        return Overload(name, parameters[:count], len(parameters), False, known) if len(known) == count else None
    first = len(parameters) - 1
    element = many._replace(kind=many.kind.removesuffix("[]"))
    each = [_rank(v, s, element.kind) for v, s in zip(arguments[first:], sources[first:], strict=True)]
    whole = tuple(one for one in plain if one is not None)
    ranks = tuple(one for one in (*plain[:first], *each) if one is not None)
    if len(whole) != len(plain) or len(ranks) != count:
        return None
    if count == len(parameters) and ranks[first] <= whole[first]:
        return Overload(name, parameters, count, False, whole)
    return Overload(name, (*parameters[:first], *(element for _ in each)), len(parameters), True, ranks)


def _compare(first: Overload, second: Overload, arguments: Sequence[object]) -> int:
    """Above 0: the first is the better one."""
    count = len(arguments)
    better = 0
    for i, (a, b) in enumerate(zip(first.ranks, second.ranks, strict=True)):
        if a == b == _UNRELATED_ARRAYS:
            a, b = _by_element(arguments[i], first.parameters[i]), _by_element(arguments[i], second.parameters[i])
        better += (count - i) * ((a > b) - (a < b))
    if better == 0:
        better = _more_exact(first, second)
    if better == 0 and first.expanded != second.expanded:
        return -1 if first.expanded else 1
    if better == 0 and first.expanded:
        return 1 if first.declared > second.declared else -1
    if better == 0 and [one.kind for one in first.parameters] == [one.kind for one in second.parameters]:
        return (first.declared < second.declared) - (first.declared > second.declared)
    return better


def _by_element(value: object, parameter: _Parameter) -> int:
    items = list(items_of(value))
    source = _effective(value, items)
    return _ranks().get(source, {}).get(parameter.kind.removesuffix("[]"), 0)


def _effective(value: object, items: Sequence[object]) -> str:
    """The type of an array's elements: of `[object[]]` that of its items, where all have the same."""
    kinds = {type_of(one) for one in items}
    if type_of(value) == "System.Object[]" and len(kinds) == 1 and "" not in kinds:
        return kinds.pop()
    return type_of(value).removesuffix("[]")


def _more_exact(first: Overload, second: Overload) -> int:
    """Which of two that take all arguments equally well has the types that PowerShell prefers: the narrower where they
    take a value as it is, the wider where it is made one."""
    better, weight = 0, len(first.ranks)
    for i, (a, b) in enumerate(zip(first.ranks, second.ranks, strict=True)):
        if i:
            weight = abs(weight) - 1
        if a < _NULL_TO_VALUE or b < _NULL_TO_VALUE or (a >= _NUMERIC_IMPLICIT) != (b >= _NUMERIC_IMPLICIT):
            continue
        if a >= _NUMERIC_IMPLICIT:
            weight = -weight
        one, other = first.parameters[i].kind, second.parameters[i].kind
        there, back = _ranks().get(one, {}).get(other, 0), _ranks().get(other, {}).get(one, 0)
        better += weight * ((there < back) - (there > back))
    return better


def taken(overload: Overload, arguments: Sequence[object]) -> list[object] | None:
    """The arguments as an overload takes them; None where that is not known. Raises PowerShell's error for the first
    that does not become its parameter."""
    made: list[object] = []
    for value, parameter in zip(arguments, overload.parameters, strict=True):
        value = None if value is NOTHING else value
        if "[" in parameter.kind.removesuffix("[]"):
            return None
        try:
            made.append(_as_taken(value, parameter.kind))
        except NotKnownHere:
            return None
        except ScriptError as bad:
            raise argument_failed(parameter.name, value, overload.name, parameter.kind, bad) from None
    return made


def fitted(type_name: str, name: str, arguments: Sequence[object], *, static: bool = False) -> list[object] | None:
    """The arguments as the overload that PowerShell calls takes them; None where that is not known. Raises PowerShell's
    error where there is none, or one does not become what it has to."""
    choice = chosen(type_name, name, arguments, static=static)
    return None if choice is None else taken(choice, arguments)


def need_values(type_name: str, name: str, arguments: Sequence[object], *, static: bool = False) -> None:
    """Raises what PowerShell says where an argument that gave no output stands where a plain value is wanted."""
    choice = chosen(type_name, name, arguments, static=static)
    if choice is None:
        return
    wanted = [one.kind for given, one in zip(arguments, choice.parameters, strict=True) if given is NOTHING]
    if any(kind != "System.String" and _is_plain(kind) for kind in wanted):
        raise mismatched()
    if static and type_name != "System.String" and "System.String" in wanted:  # no text, not an empty one
        raise NotKnownHere(f"[{NetType(type_name).spoken}]::{name} of what gave no output")


def _as_taken(value: object, kind: str) -> object:
    source = _source(value)
    rank = _rank(value, source, kind) if source is not None else None
    if kind == "System.Object" or (rank is not None and rank >= _ASSIGNABLE and rank != 0x11A):
        return value
    if value is None and not _is_plain(kind):
        return None
    return convert(value, NetType(kind))


def _is_plain(kind: str) -> bool:
    """Whether a type has a value of its own for `$null`, or PowerShell's error for it."""
    return is_enum(kind) or kind in _PLAIN


_PLAIN: Final = frozenset(
    f"System.{name}"
    for name in (
        "String", "Char", "Boolean", "Byte", "SByte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Single",
        "Double", "Decimal", "DateTime", "TimeSpan", "Guid",
    )
)  # fmt: skip


LOOKING_THEMSELVES: Final = frozenset(
    {
        ("System.String", "join"), ("System.Array", "fill"), ("System.Array", "createinstance"),
        ("System.Array", "binarysearch"), ("System.String", "compare"), ("System.String", "tostring"),
        ("System.Text.StringBuilder", "appendline"), ("System.Management.Automation.ErrorRecord", "new"),
        ("System.IO.StringWriter", "write"), ("System.IO.StringWriter", "writeline"), ("System.IO.StringReader", "new"),
        ("System.Random", "next"), ("System.DayOfWeek", "hasflag"),
        ("System.Net.IPAddress", "isloopback"),
        *(("System.Convert", f"to{kind.lower()}") for kind in ("String", "Boolean", "Char", "DateTime")),
        ("System.Convert", "changetype"), ("System.Convert", "isdbnull"),
        *(("System.Convert", kind.lower().replace("system.", "to")) for kind in (*INTEGERS, *REALS)),
    }
)  # fmt: skip
"""Methods here that choose among their overloads as PowerShell was seen to."""
