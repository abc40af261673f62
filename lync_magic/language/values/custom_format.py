"""Custom numeric formats: `#,##0.00`, `0%`, `0;(0);zero`, `0.0E+0`, as .NET reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, repeat
from typing import Final

from lync_magic.language.values.culture import Culture

_UNSET: Final = 1 << 30


@dataclass(frozen=True)
class Digits:
    """A number: `0.figures` times ten to the `scale`. is_real: a Double or Single, whose zero keeps its sign."""

    negative: bool
    figures: str
    scale: int
    is_real: bool

    def rounded(self, place: int) -> Digits:
        """To so many digits, ties away from zero."""
        figures = self.figures
        if place < 0:
            figures = ""
        elif place < len(figures):
            up = figures[place] >= "5"
            figures = figures[:place]
            if up:
                whole = str(int(figures or "0") + 1)
                grown = len(whole) > len(figures)
                whole = whole.rjust(len(figures), "0")
                return replace(self, figures=whole.rstrip("0"), scale=self.scale + (1 if grown else 0))
        figures = figures.rstrip("0")
        if figures:
            return replace(self, figures=figures)
        return replace(self, figures="", scale=0, negative=self.negative and self.is_real)


@dataclass
class _Section:
    """One section of a format, read."""

    count: int = 0
    point: int = -1
    first: int = _UNSET
    last: int = 0
    comma: int = -1
    commas: int = 0
    grouped: bool = False
    scientific: bool = False
    shift: int = 0


def group_marks(sizes: tuple[int, ...], total: int) -> list[int]:
    """Behind how many digits from the point outwards a separator stands, in a number of so many digits."""
    marks: list[int] = []
    place = 0
    for size in chain(sizes, repeat(sizes[-1])):
        place += size
        if not size or place >= total:
            return marks
        marks.append(place)
    raise AssertionError("the last size goes on")


def custom(number: Digits, pattern: str, culture: Culture) -> str:
    """The text of a number."""
    sections = _sections(pattern)
    place = 2 if not number.figures else 1 if number.negative else 0
    place = _chosen(sections, place)
    while True:
        section = _read(sections[place])
        if not number.figures:
            break
        moved = replace(number, scale=number.scale + section.shift)
        moved = moved.rounded(section.count if section.scientific else moved.scale + section.count - section.point)
        if moved.figures:
            number = moved
            break
        number = moved
        again = _chosen(sections, 2)
        if again == place:
            break
        place = again
    text = _written(number, sections[place], section, culture)
    return culture.minus + text if number.negative and place == 0 and text else text


def _sections(pattern: str) -> list[str]:
    parts, start, place = [], 0, 0
    while place < len(pattern):
        char = pattern[place]
        if char in "'\"":
            end = pattern.find(char, place + 1)
            place = len(pattern) if end < 0 else end
        elif char == "\\":
            place += 1
        elif char == ";":
            parts.append(pattern[start:place])
            start = place + 1
        place += 1
    return [*parts, pattern[start:]]


def _chosen(sections: list[str], place: int) -> int:
    return place if place < len(sections) and sections[place] else 0


def _exponent_at(pattern: str, place: int) -> bool:
    """Whether `E0`, `E+0` or `E-0` stands here."""
    rest = pattern[place + 1 : place + 3]
    return rest[:1] == "0" or (rest[:1] in ("+", "-") and rest[1:2] == "0")


def _read(pattern: str) -> _Section:
    made = _Section()
    place = 0
    while place < len(pattern):
        char = pattern[place]
        place += 1
        if char == "#":
            made.count += 1
        elif char == "0":
            made.first = min(made.first, made.count)
            made.count += 1
            made.last = made.count
        elif char == "." and made.point < 0:
            made.point = made.count
        elif char == "," and made.count > 0 and made.point < 0:
            if made.comma == made.count:
                made.commas += 1
                continue
            made.grouped = made.grouped or made.comma >= 0
            made.comma, made.commas = made.count, 1
        elif char == "%":
            made.shift += 2
        elif char == "‰":
            made.shift += 3
        elif char in "'\"":
            end = pattern.find(char, place)
            place = len(pattern) if end < 0 else end + 1
        elif char == "\\":
            place += 1
        elif char in "eE" and _exponent_at(pattern, place - 1):
            place += pattern[place] in "+-"
            while place < len(pattern) and pattern[place] == "0":
                place += 1
            made.scientific = True
    if made.point < 0:
        made.point = made.count
    if made.comma >= 0:
        if made.comma == made.point:
            made.shift -= made.commas * 3
        else:
            made.grouped = True
    return made


def _written(number: Digits, pattern: str, section: _Section, culture: Culture) -> str:
    first = section.point - section.first if section.first < section.point else 0
    last = section.point - section.last if section.last > section.point else 0
    place, adjust = section.point, 0
    if not section.scientific:
        place = max(number.scale, section.point)
        adjust = number.scale - section.point
    marks: list[int] = []
    if section.grouped:
        total = max(first, place + min(adjust, 0))
        marks = group_marks(culture.sizes, total)
    left = iter(number.figures)
    made: list[str] = []
    pointed = False
    scientific = section.scientific

    def put(digit: str) -> None:
        nonlocal place
        made.append(digit)
        if section.grouped and place > 1 and marks and place == marks[-1] + 1:
            made.append(culture.group)
            marks.pop()

    remaining = len(number.figures)
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char in "#0." and adjust > 0:
            while adjust > 0:
                digit = next(left, "0")
                remaining -= 1
                put(digit)
                place -= 1
                adjust -= 1
        if char in "#0":
            if adjust < 0:
                adjust += 1
                digit = "0" if place <= first else ""
            else:
                found = next(left, None)
                remaining -= found is not None
                digit = found if found is not None else "0" if place > last else ""
            if digit:
                put(digit)
            place -= 1
        elif char == ".":
            if place == 0 and not pointed and (last < 0 or (section.point < section.count and remaining > 0)):
                made.append(culture.decimal)
                pointed = True
        elif char == ",":
            continue
        elif char in "'\"":
            end = pattern.find(char, at)
            end = len(pattern) if end < 0 else end
            made.append(pattern[at:end])
            at = end + 1
        elif char == "\\":
            made.append(pattern[at : at + 1])
            at += 1
        elif char in "eE" and scientific and _exponent_at(pattern, at - 1):
            signed = pattern[at] == "+"
            at += pattern[at] in "+-"
            start = at
            while at < len(pattern) and pattern[at] == "0":
                at += 1
            exponent = number.scale - section.point if number.figures else 0
            sign = culture.minus if exponent < 0 else culture.plus if signed else ""
            made.append(f"{char}{sign}{str(abs(exponent)).rjust(min(at - start, 10), '0')}")
            scientific = False
        elif char in "%‰":
            made.append(culture.percent_sign if char == "%" else culture.per_mille)
        else:
            made.append(char)
    return "".join(made)
