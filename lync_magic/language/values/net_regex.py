"""A .NET regular expression written for Python's `re`, piece by piece, with the meaning that each piece has in .NET.

Rules of this file: what the two call alike and mean otherwise is written out: the characters of `\\w`, `\\s` and `\\b`,
`{,3}`, and which characters are one when case does not count, which Python's own IGNORECASE says otherwise. So `re` is
given no flags. What `re` cannot do is refused (NotKnownHere). A character outside the basic plane is two here, as in
.NET: patterns and texts come in halves (`patterns.units`).

.NET's answers were asked for every character of the basic plane: `\\w` is L, Mn, Nd and Pc; two characters are one
without case where `lower()` of both is the same single character, and `İ` is `i` as well outside the invariant culture.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from string import ascii_letters
from typing import Final, NamedTuple
from unicodedata import category

from lync_magic.language.values.failures import NotKnownHere, ScriptError

Span = tuple[int, int]
"""Characters that follow each other: the first and the last."""
_LAST: Final = 0x10FFFF
_WORD: Final = ("L", "Mn", "Nd", "Pc")
_SPACES: Final = (
    *((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A)),
    *((0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
)
_JOINERS: Final = r"\u200c\u200d"
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_COUNT: Final = re.compile(r"\{(\d+)(?:(,)(\d*))?\}")
_GROUP: Final = re.compile(r"\(\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')")
_FLAGS: Final = re.compile(r"\(\?([a-zA-Z]*)(?:-([a-zA-Z]+))?([:)])")
_CATEGORY: Final = re.compile(r"\\[pP]\{([A-Z][a-z]?)\}")
_REFERENCE: Final = re.compile(r"\\k(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')")
_CODE: Final = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(0[0-7]{0,2}|[1-3][0-7]{2}))")
_COMMENT: Final = re.compile(r"\(\?#[^)]*\)")
_BLANK: Final = frozenset("\t\n\f\r #")
_BLANKS: Final = re.compile(r"(?:[\t\n\f\r ]|#[^\n]*)+")
_CASED: Final = ("Lu", "Ll", "Lt")
_OTHERS: Final = frozenset("0123456789cgGkpPuxXzZAbB")
"""Escapes that .NET has, at some place or in some spelling, and that are refused where they come to be characters."""
_DOUBTFUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\(?:[^\W\dwWsSdDbBAzZtnrfvae]|\d|$)")
_PLAIN_GROUPS: Final = ("(?:", "(?=", "(?!", "(?<=", "(?<!", *(("(?>",) if sys.version_info >= (3, 11) else ()))
"""The beginnings of groups that `re` has as they are."""
_NAMED_SETS: Final = frozenset("wWsSdDpP")


_ASCII: Final = {one: f"{one.upper()}{one.lower()}{chr(0x212A) if one in 'Kk' else ''}" for one in ascii_letters}
"""The same as `_one_without_case`, of the letters that most patterns consist of; the Kelvin sign is a K."""
_PLACES: Final = frozenset("AzZbB")
"""The escapes that take no character."""


class Options(NamedTuple):
    """What holds at a place in a pattern. dotted: `İ` is an `i` where case does not count.  spaced: spaces, and what
    stands behind a `#`, say nothing."""

    case: bool = False
    multiline: bool = False
    singleline: bool = False
    dotted: bool = False
    spaced: bool = False


def translated(pattern: str, options: Options) -> str:
    """The same expression for `re`, without flags. Raises ScriptError for one that is not valid, NotKnownHere."""
    return _Translation(pattern, options).whole()


@lru_cache(maxsize=1)
def _one_without_case() -> dict[str, str]:
    """Of each character that has others without case: all of them, itself too."""
    groups: dict[str, list[str]] = {}
    for code in range(0x10000):
        char = chr(code)
        lower = char.lower()
        groups.setdefault(lower if len(lower) == 1 else char, []).append(char)
    return {char: "".join(group) for group in groups.values() if len(group) > 1 for char in group}


def alike(char: str, options: Options) -> str:
    """The characters that one stands for."""
    if options.case:
        return char
    found = _ASCII.get(char) or (char if char.isascii() else _one_without_case().get(char, char))
    return found + "İ" if options.dotted and found == "Ii" else "Iiİ" if options.dotted and char == "İ" else found


def one_of(characters: str) -> str:
    """A piece that takes one of these."""
    return re.escape(characters) if len(characters) == 1 else f"[{''.join(map(in_set, characters))}]"


def range_of(first: str, last: str, options: Options) -> str:
    """What stands in a set for a range. Raises NotKnownHere for one that is the wrong way round."""
    if first > last:
        raise NotKnownHere(f"the range {first}-{last} of a regular expression")
    made = f"{in_set(first)}-{in_set(last)}"
    if options.case:
        return made
    inside = map(chr, range(ord(first), ord(last) + 1)) if last.isascii() else _cased(first, last)
    others = {one for char in inside for one in alike(char, options)}
    return made + "".join(in_set(one) for one in sorted(others) if not first <= one <= last)


def _cased(first: str, last: str) -> Iterable[str]:
    return (char for char in _one_without_case() if first <= char <= last)


def in_set(char: str) -> str:
    """A character as it stands in a set."""
    return f"\\{char}" if char in "\\]^[-&~|" else char


@lru_cache(maxsize=64)
def _categories(names: tuple[str, ...], *, other: bool = False) -> str:
    """What stands in a set for the characters of these categories, or for all others."""
    outside = _between(span for name, span in _runs() if name.startswith(names))
    return _spans_in_set(outside if other else _between(outside))


@lru_cache(maxsize=1)
def _runs() -> list[tuple[str, Span]]:
    """The characters of the basic plane that follow each other in one category."""
    names = [category(chr(code)) for code in range(0x10000)]
    starts = [0, *(code for code, (one, next_one) in enumerate(pairwise(names), 1) if one != next_one), len(names)]
    return [(names[start], (start, end - 1)) for start, end in pairwise(starts)]


def _between(spans: Iterable[Span]) -> Iterator[Span]:
    """What lies outside, in order, as few as can be."""
    start = 0
    for first, last in spans:
        if start < first:
            yield start, first - 1
        start = last + 1
    if start <= _LAST:
        yield start, _LAST


def _spans_in_set(spans: Iterable[Span]) -> str:
    return "".join(f"{in_set(chr(first))}-{in_set(chr(last))}" for first, last in spans)


class _Translation:
    """One pattern on its way. groups: the options that come back at each `)`."""

    def __init__(self, pattern: str, options: Options) -> None:
        self.pattern = pattern
        self.options = options
        self.at = 0
        self.groups: list[Options] = []
        self.made: list[str] = []
        self.repeatable = False
        """Whether a quantifier may stand here."""

    def whole(self) -> str:
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            handler = _HANDLERS.get(char)
            if self.options.spaced and char in _BLANK:
                self.match(_BLANKS)
            elif handler is not None:
                handler(self)
            else:
                self.put(one_of(alike(char, self.options)))
                self.at += 1
        if self.groups:
            raise self.invalid(len(self.pattern), "Not enough )'s.")
        return "".join(self.made)

    def put(self, piece: str) -> None:
        self.made.append(piece)
        self.repeatable = True

    def invalid(self, offset: int, why: str, *, escape: bool = False) -> ScriptError:
        """The error for a pattern. Raises NotKnownHere where another one may come first: .NET looks at escapes before
        all else, and at references next."""
        if not escape and _DOUBTFUL.search(self.pattern):
            raise self.refused()
        return ScriptError(
            f"Invalid pattern '{self.pattern}' at offset {offset}. {why}",
            "System.Text.RegularExpressions.RegexParseException",
            "OperationStopped",
            exception="RegexParseException",
        )

    def refused(self) -> NotKnownHere:
        return NotKnownHere(f"the regular expression {self.pattern}")

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.pattern, self.at)
        if found is not None:
            self.at = found.end()
        return found

    # --- groups -----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        text, at = self.pattern, self.at
        if text.startswith("(?#", at):
            end = text.find(")", at)
            if end < 0:
                raise self.refused()
            self.at = end + 1
            return
        plain = next((one for one in _PLAIN_GROUPS if text.startswith(one, at)), None)
        if plain is not None or not text.startswith("(?", at):
            self.begin(plain or "(", len(plain or "("))
        elif (named := _GROUP.match(text, at)) is not None:
            self.begin(f"(?P<{named[1] or named[2]}>", len(named[0]))
        elif (flags := _FLAGS.match(text, at)) is not None:
            told = self.with_flags(flags[1], flags[2] or "")
            if flags[3] == ":":
                self.begin("(?:", len(flags[0]))
            else:
                self.at, self.repeatable = flags.end(), False
            self.options = told
        else:
            raise self.refused()

    def begin(self, piece: str, length: int) -> None:
        self.groups.append(self.options)
        self.made.append(piece)
        self.at += length
        self.repeatable = False

    def with_flags(self, on: str, off: str) -> Options:
        options = self.options
        for letters, is_on in ((on.lower(), True), (off.lower(), False)):
            for letter in letters:
                if letter == "i":
                    options = options._replace(case=not is_on)
                elif letter == "m":
                    options = options._replace(multiline=is_on)
                elif letter == "s":
                    options = options._replace(singleline=is_on)
                elif letter == "x":
                    options = options._replace(spaced=is_on)
                else:
                    raise self.refused()
        return options

    def close(self) -> None:
        if not self.groups:
            raise self.invalid(self.at + 1, "Too many )'s.")
        self.options = self.groups.pop()
        self.put(")")
        self.at += 1

    def bar(self) -> None:
        self.made.append("|")
        self.repeatable = False
        self.at += 1

    # --- how often, and where ---------------------------------------------------------------------------------------

    def often(self) -> None:
        start = self.at
        if self.pattern[start] == "{":
            found = self.match(_COUNT)
            if found is None:
                self.put(r"\{")
                self.at += 1
                return
            if found[3] and int(found[3]) < int(found[1]):
                raise self.invalid(self.at, "Illegal {x,y} with x > y.")
        else:
            self.at += 1
        if not self.repeatable:
            raise self.invalid(start + 1, f"Quantifier '{self.pattern[start]}' following nothing.")
        piece = self.pattern[start : self.at]
        self.comments()
        if self.pattern.startswith("?", self.at):
            self.at += 1
            piece += "?"
        self.comments()
        after = self.pattern[self.at : self.at + 1]
        if (after and after in "*+?") or _COUNT.match(self.pattern, self.at):
            raise self.invalid(self.at + 1, f"Nested quantifier '{after}'.")
        if self.made[-1] in ("^", "$", r"\A", r"\Z"):
            self.made[-1] = f"(?:{self.made[-1]})"  # Python repeats no place by itself
        self.made.append(piece)

    def comments(self) -> None:
        """Go past comments: a quantifier has its `?` behind them too."""
        while self.match(_COMMENT) is not None or (self.options.spaced and self.match(_BLANKS) is not None):
            pass

    def dot(self) -> None:
        self.put("(?s:.)" if self.options.singleline else ".")
        self.at += 1

    def edge(self) -> None:
        char = self.pattern[self.at]
        self.put(f"(?m:{char})" if self.options.multiline else char)
        self.at += 1

    # --- escapes and sets -------------------------------------------------------------------------------------------

    def escape(self) -> None:
        if (code := self.code()) is not None:
            self.put(one_of(alike(code, self.options)))
            return
        if (named := self.match(_REFERENCE)) is not None:
            self.put(self.back(f"(?P={named[1] or named[2]})"))
            return
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in _NAMED_SETS:
            self.put(f"[{self.named_set()}]")
            return
        after = self.pattern[self.at + 2 : self.at + 3]
        piece = _places()[letter] if letter in _PLACES else None
        if letter.isdecimal() and letter.isascii() and not (after.isdecimal() and after.isascii()):
            piece = self.back(f"(?:\\{letter})")
        if piece is None:
            piece = one_of(alike(self.single(letter), self.options))
        self.put(piece)
        self.at += 2

    def back(self, piece: str) -> str:
        return piece if self.options.case else f"(?i:{piece})"

    def code(self) -> str | None:
        """The character that is written by its number, if one is here."""
        found = _CODE.match(self.pattern, self.at)
        if found is None or (found[3] is not None and found[3][0] != "0" and self.count() >= int(found[3])):
            return None
        self.at = found.end()
        return chr(int(found[1] or found[2], 16) if found[3] is None else int(found[3], 8))

    def count(self) -> int:
        return self.pattern.count("(")

    def single(self, letter: str) -> str:
        """The character that an escape stands for. Raises NotKnownHere for one that is none of .NET's."""
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if not letter:
            raise self.invalid(len(self.pattern), "Illegal \\ at end of pattern.", escape=True)
        if letter in _OTHERS:
            raise self.refused()
        if letter.isalnum() or letter == "_":
            raise self.invalid(self.at + 2, f"Unrecognized escape sequence \\{letter}.", escape=True)
        return letter

    def named_set(self) -> str:
        """What stands in a set for the class that is named here."""
        letter = self.pattern[self.at + 1]
        if letter in "pP":
            found = self.match(_CATEGORY)
            if found is None:
                raise self.refused()
            names = _CASED if found[1] in _CASED and not self.options.case else (found[1],)
            if not _categories(names):
                raise self.refused()
            return _categories(names, other=letter == "P")
        self.at += 2
        if letter in "dD":
            return f"\\{letter}"
        if letter in "wW":
            return _categories(_WORD, other=letter == "W")
        return _spans_in_set(_SPACES if letter == "s" else _between(_SPACES))

    def set(self) -> None:
        self.put(self.one_set())

    def one_set(self) -> str:
        """A set; what is taken out of it (`[a-z-[b]]`) is looked for before it."""
        self.at += 1
        negated = self.pattern.startswith("^", self.at)
        self.at += negated
        made: list[str] = []
        without = ""
        first = True
        while first or not self.pattern.startswith("]", self.at):
            if self.at >= len(self.pattern):
                raise self.invalid(len(self.pattern), "Unterminated [] set.")
            first = False
            if self.pattern.startswith("-[", self.at) and made:
                self.at += 1
                without = self.one_set()
                if not self.pattern.startswith("]", self.at):
                    raise self.refused()
                break
            if self.pattern.startswith("[:", self.at):
                raise self.refused()
            low = self.member(made)
            if low is None:
                continue
            after = self.pattern[self.at + 1 : self.at + 2]
            if not self.pattern.startswith("-", self.at) or after in ("]", "["):
                made.extend(map(in_set, alike(low, self.options)))
                continue
            self.at += 1
            if not after:
                raise self.invalid(len(self.pattern), "Unterminated [] set.")
            high = self.member([])
            if high is None:
                raise self.refused()
            if low > high:
                raise self.invalid(self.at, "[x-y] range in reverse order.")
            made.append(range_of(low, high, self.options))
        self.at += 1
        piece = f"[{'^' if negated else ''}{''.join(made)}]"
        return f"(?:(?!{without}){piece})" if without else piece

    def member(self, made: list[str]) -> str | None:
        """The next character of a set; None where a class was put to it."""
        char = self.pattern[self.at]
        if char != "\\":
            self.at += 1
            return char
        if (code := self.code()) is not None:
            return code
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in _NAMED_SETS:
            made.append(self.named_set())
            return None
        self.at += 2
        return "\b" if letter == "b" else self.single(letter)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    """What stands for the escapes that take no character."""
    word = f"[{_categories(_WORD)}{_JOINERS}]"
    return {
        "A": r"\A", "z": r"\Z", "Z": r"(?=\n?\Z)",
        "b": f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))",
        "B": f"(?:(?<={word})(?={word})|(?<!{word})(?!{word}))",
    }  # fmt: skip


_HANDLERS: Final = {
    "(": _Translation.open,
    ")": _Translation.close,
    "|": _Translation.bar,
    **dict.fromkeys("*+?{", _Translation.often),
    **dict.fromkeys("^$", _Translation.edge),
    ".": _Translation.dot,
    "\\": _Translation.escape,
    "[": _Translation.set,
}
