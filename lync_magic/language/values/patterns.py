"""Patterns: wildcards (`-like`) and .NET regular expressions (`-match`, `-replace`, `-split`) on Python's `re`.

Rule of this file: a construct of .NET that `re` does not have is refused (NotKnownHere), never run with another
meaning.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lync_magic.language.values.failures import NotKnownHere, ScriptError

_UNKNOWN = re.compile(
    r"\\[pPG]|\\k['<]|\(\?<\w*-|\(\?\(|\[[^\]]*-\[|\(\?>|\\c[A-Z]|(?<!^)\(\?[a-zA-Z]+\)"
    r"|\(\?P|[+*?}]\+|\\[eu]|\(\?[a-zA-Z]*[nx]"
)
_NAMED = re.compile(r"(?<!\\)\(\?(?:<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')")
_END = re.compile(r"\\(\\|z|Z)")
_REPLACEMENT = re.compile(r"\$(?:(\d+)|\{(\w+)\}|(\$)|(&)|([`'+_]))")
_NUMBERED = re.compile(r"\\[1-9]")
CACHE = 512


@lru_cache(maxsize=CACHE)
def wildcard(pattern: str, *, case: bool = False) -> re.Pattern[str]:
    """A wildcard pattern (`*`, `?`, `[a-c]`, a backtick before a literal one) as a regular expression."""
    made, part = "", ""
    stars = 0
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "`" and position < len(pattern):
            part += re.escape(pattern[position])
            position += 1
        elif char == "*":
            made, part, stars = made + _held(part, stars), "", stars + 1
        elif char == "?":
            part += "."
        elif char == "[":
            end = pattern.find("]", position + 1)
            if end < 0:
                message = f"The specified wildcard character pattern is not valid: {pattern}"
                raise ScriptError(message, "RuntimeException", "NotSpecified", exception="WildcardPatternException")
            inside = pattern[position:end].replace("\\", "\\\\").replace("^", "\\^").replace("[", "\\[")
            part += f"[{inside}]"
            position = end + 1
        else:
            part += re.escape(char)
    try:
        return re.compile(made + (".*" if stars else "") + part, re.DOTALL | (0 if case else re.IGNORECASE))
    except re.error:
        message = f"The specified wildcard character pattern is not valid: {pattern}"
        raise ScriptError(message, "RuntimeException", "NotSpecified", exception="WildcardPatternException") from None


def _held(part: str, stars: int) -> str:
    """What stands before a `*`. Behind another one the first place that fits is as good as any, and is held on to, so
    that no text makes many stars slow."""
    return f"(?=(.*?{part}))\\{stars}" if stars and part else part


def has_wildcard(text: str) -> bool:
    """Whether a text holds a wildcard character."""
    return any(char in text for char in "*?[")


def matches_wildcard(pattern: str, text: str, *, case: bool = False) -> bool:
    """`text -like pattern`."""
    return wildcard(pattern, case=case).fullmatch(text) is not None


def unsupported(pattern: str) -> bool:
    """Whether a regular expression holds what Python's `re` does not have."""
    return _UNKNOWN.search(pattern) is not None


@lru_cache(maxsize=CACHE)
def regex(pattern: str, *, case: bool = False, multiline: bool = False, singleline: bool = False) -> re.Pattern[str]:
    """A .NET regular expression for `re`. Raises ScriptError for one that is not valid, NotKnownHere for one that is
    valid in .NET alone."""
    if unsupported(pattern):
        raise NotKnownHere(f"the regular expression {pattern}")
    translated = _NAMED.sub(lambda found: f"(?P<{found[1] or found[2]}>", pattern)
    translated = _END.sub(lambda found: {"z": r"\Z", "Z": r"(?=\n?\Z)"}.get(found[1], found[0]), translated)
    flags = (0 if case else re.IGNORECASE) | (re.MULTILINE if multiline else 0) | (re.DOTALL if singleline else 0)
    try:
        made = re.compile(translated, flags)
    except re.error as bad:
        raise _invalid(pattern, bad) from None
    if _NUMBERED.search(pattern) and group_order(made) != tuple(range(made.groups + 1)):
        raise NotKnownHere(f"the regular expression {pattern}")
    return made


@lru_cache(maxsize=CACHE)
def group_order(pattern: re.Pattern[str]) -> tuple[int, ...]:
    """Where .NET's group 0, 1, 2 … is among those of `re`: .NET counts the groups without a name first."""
    named = sorted(pattern.groupindex.values())
    return (*(one for one in range(pattern.groups + 1) if one not in named), *named)


def _invalid(pattern: str, bad: re.error) -> Exception:
    if "missing ), unterminated" in bad.msg:
        message = f"Invalid pattern '{pattern}' at offset {len(pattern)}. Not enough )'s."
    elif "unbalanced parenthesis" in bad.msg:
        message = f"Invalid pattern '{pattern}' at offset {bad.pos or 0}. Too many )'s."
    elif "unterminated character set" in bad.msg:
        message = f"Invalid pattern '{pattern}' at offset {len(pattern)}. Unterminated [] set."
    elif "nothing to repeat" in bad.msg:
        place = bad.pos or 0
        message = f"Invalid pattern '{pattern}' at offset {place + 1}. Quantifier '{pattern[place]}' following nothing."
    else:
        return NotKnownHere(f"the regular expression {pattern}")
    error_id = "System.Text.RegularExpressions.RegexParseException"
    return ScriptError(message, error_id, "OperationStopped", exception="RegexParseException")


def regex_of_operator(pattern: str, *, case: bool) -> re.Pattern[str]:
    """The same for -replace and `switch -Regex`, which have words of their own for one that is not valid."""
    try:
        return regex(pattern, case=case)
    except ScriptError:
        message = f"The regular expression pattern {pattern} is not valid."
        raise ScriptError(message, "InvalidRegularExpression", "InvalidOperation", target=pattern) from None


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
    return pattern.sub(lambda match: expand_replacement(template, match), text)
