"""Patterns: wildcards (`-like`) and .NET regular expressions (`-match`, `-replace`, `-split`) on Python's `re`.

Rule of this file: a construct of .NET that `re` does not have is refused (NotKnownHere), never run with another
meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from lync_magic.language.values.collections import Hashtable, is_collection
from lync_magic.language.values.culture import INVARIANT, current
from lync_magic.language.values.failures import NotKnownHere, ScriptError
from lync_magic.language.values.net_regex import Options, alike, in_set, one_of, range_of, translated
from lync_magic.language.values.text import need_common_case, net_text, same_text, to_text
from lync_magic.language.values.units import units, whole

_REPLACEMENT = re.compile(r"\$(?:(\d+)|\{(\w+)\}|(\$)|(&)|([`'+_]))")
_NUMBERED = re.compile(r"\\[1-9]")
CACHE = 512


def wildcard(pattern: str, *, case: bool = False) -> re.Pattern[str]:
    """A wildcard pattern (`*`, `?`, `[a-c]`, a backtick before a literal one) as a regular expression."""
    if not case:
        _need_common_case(pattern)
    return _wildcard(units(pattern), Options(case))


def _need_common_case(pattern: str) -> None:
    """Raises NotKnownHere where a culture's own case of a letter may show; a set may hold that letter."""
    need_common_case(f"{pattern}i" if "[" in pattern else pattern)


@lru_cache(maxsize=CACHE)
def _wildcard(pattern: str, options: Options) -> re.Pattern[str]:
    if pattern == "`":  # to PowerShell an empty pattern; behind others a grave stands for itself
        pattern = ""
    made, part = "", ""
    stars = 0
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "`" and position < len(pattern):
            part += one_of(alike(pattern[position], options))
            position += 1
        elif char == "*":
            made, part, stars = made + _held(part, stars), "", stars + 1
        elif char == "?":
            part += "."
        elif char == "[":
            found = _INSIDE.match(pattern, position)
            if found is None:
                raise _invalid_wildcard(pattern)
            part += _set_of(_IN_SET.findall(found[1]), options)
            position = found.end()
        else:
            part += one_of(alike(char, options))
    try:
        return re.compile(made + (".*" if stars else "") + part, re.DOTALL)
    except re.error:
        raise _invalid_wildcard(pattern) from None


_INSIDE: Final = re.compile(r"((?:`.|[^`])(?:`.|[^`\]])*)\]", re.DOTALL)
_IN_SET: Final = re.compile("`.|.", re.DOTALL)


def _set_of(inside: list[str], options: Options) -> str:
    """A set of a wildcard pattern. inside: its characters, one behind a grave together with that."""
    made = ""
    position = 0
    while position < len(inside):
        if inside[position + 1 : position + 2] == ["-"] and position + 2 < len(inside):
            made += range_of(inside[position][-1], inside[position + 2][-1], options)
            position += 3
        else:
            made += "".join(map(in_set, alike(inside[position][-1], options)))
            position += 1
    return f"[{made}]"


def _invalid_wildcard(pattern: str) -> ScriptError:
    message = f"The specified wildcard character pattern is not valid: {pattern}"
    return ScriptError(message, "RuntimeException", "NotSpecified", exception="WildcardPatternException")


def _held(part: str, stars: int) -> str:
    """What stands before a `*`. Behind another one the first place that fits is as good as any, and is held on to, so
    that no text makes many stars slow."""
    return f"(?=(.*?{part}))\\{stars}" if stars and part else part


def has_wildcard(text: str) -> bool:
    """Whether a text holds a wildcard character that no grave stands before."""
    return any(char in text for char in "*?[]") and _WILD.search(_ESCAPED.sub("", text)) is not None


_WILD: Final = re.compile(r"[*?\[\]]")
_ESCAPED: Final = re.compile("`.", re.DOTALL)


def matches_wildcard(pattern: str, text: str, *, case: bool = False) -> bool:
    """`text -like pattern`."""
    if not (pattern.isascii() and text.isascii()) and "`" not in pattern and not has_wildcard(pattern):
        return same_text(text, pattern, case=case)  # PowerShell compares the two
    return wildcard(pattern, case=case).fullmatch(units(text)) is not None


def unsupported(pattern: str) -> bool:
    """Whether a regular expression holds what Python's `re` does not have."""
    try:
        regex(pattern)
    except NotKnownHere:
        return True
    except ScriptError:  # it is met again where it is used
        return False
    return False


def regex(
    pattern: str, *, case: bool = False, multiline: bool = False, singleline: bool = False, spaced: bool = False
) -> re.Pattern[str]:
    """A .NET regular expression for `re`. Raises ScriptError for one that is not valid, NotKnownHere for one that is
    valid in .NET alone."""
    if not case:
        _need_common_case(pattern)
    return _regex(units(pattern), Options(case, multiline, singleline, current() is not INVARIANT, spaced))


@lru_cache(maxsize=CACHE)
def _regex(pattern: str, options: Options) -> re.Pattern[str]:
    try:
        made = re.compile(translated(pattern, options))
    except (re.error, OverflowError):
        raise NotKnownHere(f"the regular expression {pattern}") from None
    if _NUMBERED.search(pattern) and group_order(made) != tuple(range(made.groups + 1)):
        raise NotKnownHere(f"the regular expression {pattern}")
    return made


@lru_cache(maxsize=CACHE)
def group_order(pattern: re.Pattern[str]) -> tuple[int, ...]:
    """Where .NET's group 0, 1, 2 … is among those of `re`: .NET counts the groups without a name first."""
    named = sorted(pattern.groupindex.values())
    return (*(one for one in range(pattern.groups + 1) if one not in named), *named)


def first_match(pattern: re.Pattern[str], text: str, at: int = 0) -> re.Match[str] | None:
    """The first match in a text from a place on, whose groups are in halves (`whole`)."""
    return pattern.search(units(text), at)


def groups_of(found: re.Match[str]) -> Hashtable:
    """`$Matches`: what the groups of a match have taken, by name or number."""
    pattern = found.re
    names = {number: name for name, number in pattern.groupindex.items()}
    order = enumerate(group_order(pattern))
    return Hashtable((names.get(place, i), whole(found[place])) for i, place in order if found[place] is not None)


def all_matches(pattern: re.Pattern[str], text: str, at: int = 0) -> Iterator[re.Match[str]]:
    """Each match. After one that took nothing .NET goes on with the next character; Python's own would look here for
    one that takes something."""
    text = units(text)
    while at <= len(text) and (found := pattern.search(text, at)) is not None:
        yield found
        at = max(found.end(), found.start() + 1)


def replaced(
    pattern: re.Pattern[str], text: str, one: Callable[[re.Match[str]], str], most: int | None = None, at: int = 0
) -> str:
    """A text with what stands in for each match from a place on, or for the first `most`."""
    made, end, text = [], 0, units(text)
    for found in islice(all_matches(pattern, text, at), most):
        made += [text[end : found.start()], units(one(found))]
        end = found.end()
    return whole("".join([*made, text[end:]])) if made else whole(text)


def pieces(pattern: re.Pattern[str], text: str, most: int = 0, at: int = 0) -> list[str]:
    """What is between the matches, and what their groups took; at most so many parts."""
    made, end, text = [], 0, units(text)
    order = group_order(pattern)[1:]
    for found in islice(all_matches(pattern, text, at), most - 1 if most else None):
        made += [text[end : found.start()], *(group for one in order if (group := found[one]) is not None)]
        end = found.end()
    return list(map(whole, [*made, text[end:]]))


def regex_of_operator(wanted: object, *, case: bool) -> re.Pattern[str]:
    """The same for -replace and `switch -Regex`, which have words of their own for one that is not valid."""
    text = to_text(wanted)
    try:
        return regex(text, case=case)
    except ScriptError as bad:
        shown = net_text(wanted) if is_collection(wanted) else text
        message = f"The regular expression pattern {shown} is not valid."
        made = ScriptError(message, "InvalidRegularExpression", "InvalidOperation", target=shown)
        made.inner, made.inner_message = "System.Text.RegularExpressions.RegexParseException", bad.message
        raise made from None


def expand_replacement(template: str, match: re.Match[str]) -> str:
    """A .NET replacement text (`$1`, `${name}`, `$&`, `$$`) for one match."""

    def one(found: re.Match[str]) -> str:
        if found[3]:
            return "$"
        if found[4]:
            return match[0]
        if found[5]:
            around = {"`": match.string[: match.start()], "'": match.string[match.end() :], "_": match.string}
            return around.get(found[5], match[match.re.groups] or "")  # `$+`: the last group
        if found[1] is not None:
            number = int(found[1])
            return (match[group_order(match.re)[number]] or "") if number <= match.re.groups else found[0]
        name = found[2]
        if name.isdigit():
            number = int(name)
            return (match[group_order(match.re)[number]] or "") if number <= match.re.groups else found[0]
        return (match[name] or "") if name in match.re.groupindex else found[0]

    return _REPLACEMENT.sub(one, template)


def replace_all(pattern: re.Pattern[str], text: str, template: str) -> str:
    """Every match replaced by an expanded template."""
    return replaced(pattern, text, lambda match: expand_replacement(template, match))
