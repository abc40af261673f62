"""The filter language of the directory: `Department -eq "Sales" -and (Title -like "*Manager" -or -not Enabled
-eq $true)`.

Rules of this file: a filter is parsed once into a predicate over an object's properties, then asked for each
object. Names and text are compared in any case. What cannot be read raises `FilterError` with what was
expected where; nothing is executed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Final

from lync_magic.sandbox.engine.coercion import as_text
from lync_magic.sandbox.engine.describe import wildcard

Predicate = Callable[[Mapping[str, object]], bool]
"""Says of an object's properties whether it passes."""


class FilterError(Exception):
    """The text is no filter; the message says why and where."""


_TOKEN: Final = re.compile(
    r"\s*(?:(?P<open>[({])|(?P<close>[)}])|(?P<operator>[-\u2013\u2014][A-Za-z]+)"
    r"|(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"`]|\"\"|`.)*\")|(?P<word>[^\s(){}'\"]+))"
)
_DATES: Final = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d",
)
_CONSTANTS: Final[Mapping[str, object]] = {"$true": True, "$false": False, "$null": None}


def parse_filter(text: str, names: Mapping[str, str]) -> Predicate:
    """A -Filter as a predicate. names: the filterable properties, by name in lower case.

    Raises FilterError.
    """
    return _Parser(text, names).whole()


class _Parser:
    """Recursive descent: or, and, not, comparison."""

    def __init__(self, text: str, names: Mapping[str, str]) -> None:
        self._text = text
        self._names = names
        self._tokens = list(_tokens(text))
        self._next = 0

    def whole(self) -> Predicate:
        """The whole text as one predicate."""
        found = self._either()
        if self._next < len(self._tokens):
            raise FilterError(f'Unexpected "{self._tokens[self._next][1]}" after the end of the expression.')
        return found

    def _either(self) -> Predicate:
        found = self._both()
        while self._takes("-or"):
            found = _any_of(found, self._both())
        return found

    def _both(self) -> Predicate:
        found = self._one()
        while self._takes("-and"):
            found = _all_of(found, self._one())
        return found

    def _one(self) -> Predicate:
        if self._takes("-not"):
            inner = self._one()
            return lambda item: not inner(item)
        kind, text = self._token("a property name")
        if kind == "open":
            inner = self._either()
            if self._token('")"')[0] != "close":
                raise FilterError('A closing ")" is missing.')
            return inner
        if kind != "word":
            raise FilterError(f'A property name was expected instead of "{text}".')
        return self._comparison(text)

    def _comparison(self, name: str) -> Predicate:
        known = self._names.get(name.lower())
        if known is None:
            raise FilterError(f'"{name}" is not a recognized filterable property.')
        kind, operator = self._token("an operator")
        operator = "-" + operator[1:].lower()
        if kind != "operator" or operator not in _OPERATORS:
            raise FilterError(f'"{operator}" is not a valid operator. Use one of {", ".join(_OPERATORS)}.')
        kind, text = self._token("a value")
        if kind not in ("quoted", "word"):
            raise FilterError(f'A value was expected instead of "{text}".')
        wanted = _unquoted(text) if kind == "quoted" else _CONSTANTS.get(text.lower(), text)
        test = _OPERATORS[operator](wanted)
        return lambda item: test(item.get(known))

    def _takes(self, operator: str) -> bool:
        if self._next < len(self._tokens):
            kind, text = self._tokens[self._next]
            if kind == "operator" and "-" + text[1:].lower() == operator:
                self._next += 1
                return True
        return False

    def _token(self, expected: str) -> tuple[str, str]:
        if self._next >= len(self._tokens):
            raise FilterError(f"The expression ends where {expected} was expected.")
        self._next += 1
        return self._tokens[self._next - 1]


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            start = len(text) - len(text[position:].lstrip())
            raise FilterError(f"The text cannot be read at character {start + 1}.")
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


def _unquoted(text: str) -> str:
    quote, inside = text[0], text[1:-1].replace(text[0] * 2, text[0])
    return re.sub(r"`(.)", r"\1", inside) if quote == '"' else inside


def _any_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda item: left(item) or right(item)


def _all_of(left: Predicate, right: Predicate) -> Predicate:
    return lambda item: left(item) and right(item)


Test = Callable[[object], bool]
"""Says of one value whether it passes. A list passes when one of its elements does."""


def _each(test: Test) -> Test:
    def check(value: object) -> bool:
        return any(test(one) for one in value) if isinstance(value, list) else test(value)

    return check


def is_empty(value: object) -> bool:
    """Whether a property counts as having no value."""
    return value is None or value == "" or value == []


def equal(wanted: object) -> Test:
    """Equal in any case; nothing equals nothing."""
    if is_empty(wanted):
        return is_empty
    if isinstance(wanted, bool):
        return lambda value: as_text(value).lower() == as_text(wanted).lower()
    return _each(lambda value: _compare(value, wanted) == 0)


def like(wanted: object) -> Test:
    """Matches the pattern."""
    pattern = wildcard(as_text(wanted))
    return _each(lambda value: value is not None and pattern.match(as_text(value)) is not None)


def _compare(value: object, wanted: object) -> int | None:
    """-1, 0 or 1 as the value stands to what is wanted, compared in the value's type; None when it "
    "cannot be."""
    if is_empty(value):
        return None
    text = as_text(wanted)
    if isinstance(value, datetime):
        moment = _moment(text)
        return None if moment is None else _order(value.replace(tzinfo=None), moment)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        try:
            return _order(Decimal(str(value)), Decimal(text))
        except InvalidOperation:
            return None
    return _order(as_text(value).lower(), text.lower())


def _order(left: object, right: object) -> int:
    if left == right:
        return 0
    return -1 if left < right else 1  # type: ignore[operator]


def _moment(text: str) -> datetime | None:
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=None)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.astimezone(timezone.utc).replace(tzinfo=None) if found.tzinfo else found


def ordered(accepted: tuple[int, ...]) -> Callable[[object], Test]:
    """Stands to what is wanted as one of these: -1 before, 0 equal, 1 after."""
    return lambda wanted: _each(lambda value: _compare(value, wanted) in accepted)


def _negated(operator: Callable[[object], Test]) -> Callable[[object], Test]:
    def build(wanted: object) -> Test:
        test = operator(wanted)
        return lambda value: not test(value)

    return build


_OPERATORS: Final[Mapping[str, Callable[[object], Test]]] = {
    "-eq": equal,
    "-ne": _negated(equal),
    "-gt": ordered((1,)),
    "-lt": ordered((-1,)),
    "-ge": ordered((0, 1)),
    "-le": ordered((-1, 0)),
    "-like": like,
    "-notlike": _negated(like),
}
