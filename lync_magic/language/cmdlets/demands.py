"""What PowerShell's cmdlets demand of their arguments: none of nothing, no empty text, no empty list.

Rules of this file: `demands.txt` beside it is written by PowerShell itself (tests/language/judge/demands.ps1); the
binder asks here, and raises what this file says.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from lync_magic.language.values.collections import is_collection, items_of
from lync_magic.language.values.failures import greater_than, less_than
from lync_magic.language.values.numeric import as_number
from lync_magic.language.values.text import local_text, to_text

_EMPTY: Final = (
    "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again."
)
OF_NOTHING: Final = (
    "The argument is null, empty, or an element of the argument collection contains a null value. Supply a "
    "collection that does not contain any null values and then try the command again."
)
_NULL_WITHIN: Final = (
    "The argument has a null value, or an element of the argument collection contains a null value. Provide a "
    "collection that does not contain any null values, and then try the command again."
)
_NULL: Final = "The argument is null. Provide a valid value for the argument, and then try running the command again."


class Unmet(NamedTuple):
    """A demand that a value does not meet: PowerShell's error id, and its words."""

    error_id: str
    message: str


class Demand(NamedTuple):
    """What a parameter demands. letters: see demands.ps1.  number: how many values, at least and at most.  least, most:
    of each number, None where there is no bound."""

    letters: str = ""
    number: tuple[int, int] | None = None
    least: int | None = None
    most: int | None = None


_NOTHING: Final = Demand()
_OF_ALL: Final = {"OutBuffer": Demand(least=0, most=2**31 - 1)}
"""Common parameters that demand something."""


@cache
def _demands() -> dict[tuple[str, str], Demand]:
    text = files("lync_magic.language.cmdlets").joinpath("demands.txt").read_text(encoding="utf-8")
    made: dict[tuple[str, str], Demand] = {}
    for line in text.splitlines():
        command, *words = line.split()
        made |= {(command, name): _read(told) for name, _, told in (word.partition(":") for word in words)}
    return made


def _read(told: str) -> Demand:
    told, _, within = told.partition("=")
    letters, _, counted = told.partition("#")
    fewest, _, several = counted.partition("..")
    least, _, most = within.partition("..")
    number = (int(fewest), int(several)) if counted else None
    return Demand(letters, number, int(least) if least else None, int(most) if most else None)


def demands_of(command: str, parameter: str) -> str:
    """The letters of what a cmdlet's parameter demands, "" for nothing."""
    return _demands().get((command, parameter), _NOTHING).letters


def unmet(command: str, parameter: str, given: object, made: object, *, many: bool, text: bool) -> Unmet | None:
    """What a cmdlet's parameter says to an argument. given: as it stood.  made: as the parameter's type has it.
    many: it takes a list.  text: it takes text."""
    demand = _demands().get((command, parameter)) or _OF_ALL.get(parameter)
    if demand is None:
        return None
    if given is None and demand.least is not None and "V" not in demand.letters:
        return _invalid(parameter, OF_NOTHING)
    if "M" in demand.letters:
        why = _why_not_bound(demand.letters, given, made, many=many, text=text)
        if why is not None:
            error_id, words = why
            message = f"Cannot bind argument to parameter '{parameter}' because it is {words}."
            return Unmet(f"ParameterArgumentValidationError{error_id}NotAllowed", message)
    why_not = _why_not_valid(demand.letters, given, made, many=many, text=text) or _why_not_within(demand, made)
    return _invalid(parameter, why_not) if why_not else None


def _invalid(parameter: str, why: str) -> Unmet:
    return Unmet("ParameterArgumentValidationError", f"Cannot validate argument on parameter '{parameter}'. {why}")


def _why_not_within(demand: Demand, made: object) -> str:
    """What is said of the count of the values, and of the first that is not within the parameter's range."""
    items = items_of(made) if is_collection(made) else [made]
    if demand.number is not None and not demand.number[0] <= len(items) <= demand.number[1]:
        fewest, most = demand.number
        return (
            f"The parameter requires at least {fewest} value(s) and no more than {most} value(s) - {len(items)} "
            "value(s) were provided."
        )
    if demand.least is None:
        return ""
    for one in items:
        number = as_number(one)
        if number is not None and number < demand.least:
            return _too_little(demand, local_text(one))
        if number is not None and demand.most is not None and number > demand.most:
            return greater_than(local_text(one), demand.most)
    return ""


def _too_little(demand: Demand, told: str) -> str:
    if demand.most is None:
        return f'The argument "{told}" cannot be validated because its value is not greater than zero.'
    return less_than(told, demand.least)


def no_variable(parameter: str, name: object) -> Unmet | None:
    """What a common parameter says to what names no variable."""
    told = to_text(name)
    if name is not None and not told:
        why = (
            'Cannot process argument because the value of argument "path" is not valid. Change the value of the "path"'
        )
        return _invalid(parameter, f"{why} argument and run the operation again.")
    scope, parted, _rest = told.removeprefix("+").partition(":")
    if parted and scope.lower() not in _SCOPES:
        return _invalid(parameter, f"Cannot validate argument '{told}' because it is not a valid variable name.")
    return None


_SCOPES: Final = ("global", "local", "script", "private", "variable")


def _why_not_bound(letters: str, given: object, made: object, *, many: bool, text: bool) -> tuple[str, str] | None:
    if "V" in letters:
        return None  # which says it in its own words
    items = items_of(made) if many and is_collection(made) else [made]
    as_given = items_of(given) if many and is_collection(given) else [given]
    if any(one is None for one in (*as_given, *items)):
        return None if "n" in letters else ("Null", "null")
    if many and not len(items):
        return None if "c" in letters else ("EmptyArray", "an empty array")
    if text and any(isinstance(one, str) and not one for one in items):
        return None if "e" in letters else ("EmptyString", "an empty string")
    return None


def _why_not_valid(letters: str, given: object, made: object, *, many: bool, text: bool) -> str:
    if "N" in letters and given is None:
        return _NULL
    if "N" in letters and is_collection(made) and any(one is None for one in items_of(made)):
        return _NULL_WITHIN
    if "V" not in letters:
        return ""
    if given is None or (not many and isinstance(made, str) and not made):
        return _EMPTY
    items = items_of(made) if many and is_collection(made) else [made]
    if many and not text and any(one is None for one in items):
        return _NULL_WITHIN
    if isinstance(made, dict) and not made:
        return OF_NOTHING
    is_empty = any(one is None or (text and isinstance(one, str) and not one) for one in items)
    return OF_NOTHING if many and (is_empty or not len(items)) else ""
