"""What PowerShell's cmdlets demand of their arguments: none of nothing, no empty text, no empty list.

Rules of this file: `demands.txt` beside it is written by PowerShell itself (tests/language/judge/demands.ps1); the
binder asks here, and raises what this file says.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from lync_magic.language.values.collections import is_collection, items_of

_EMPTY: Final = (
    "The argument is null or empty. Provide an argument that is not null or empty, and then try the command again."
)
_WITHIN: Final = (
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


@cache
def _demands() -> dict[tuple[str, str], str]:
    text = files("lync_magic.language.cmdlets").joinpath("demands.txt").read_text(encoding="utf-8")
    made: dict[tuple[str, str], str] = {}
    for line in text.splitlines():
        command, *words = line.split()
        made |= {(command, name): letters for name, _, letters in (word.partition(":") for word in words)}
    return made


def demands_of(command: str, parameter: str) -> str:
    """The letters of what a cmdlet's parameter demands, "" for nothing."""
    return _demands().get((command, parameter), "")


def unmet(command: str, parameter: str, given: object, made: object, *, many: bool, text: bool) -> Unmet | None:
    """What a cmdlet's parameter says to an argument. given: as it stood.  made: as the parameter's type has it.
    many: it takes a list.  text: it takes text."""
    letters = demands_of(command, parameter)
    if not letters:
        return None
    if "M" in letters:
        why = _why_not_bound(letters, given, made, many=many, text=text)
        if why is not None:
            error_id, words = why
            message = f"Cannot bind argument to parameter '{parameter}' because it is {words}."
            return Unmet(f"ParameterArgumentValidationError{error_id}NotAllowed", message)
    why_not = _why_not_valid(letters, given, made, many=many, text=text)
    if not why_not:
        return None
    return Unmet("ParameterArgumentValidationError", f"Cannot validate argument on parameter '{parameter}'. {why_not}")


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
    is_empty = any(one is None or (text and isinstance(one, str) and not one) for one in items)
    return _WITHIN if many and (is_empty or not len(items)) else ""
