"""What may stand at a place of PowerShell text.

Rule of this file: what the place is decides alone what is offered: a command's name, a parameter, a value, a variable,
a member, a type, an operator; where nothing fits, nothing is offered.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lync_magic.completing.known import COMMON, Surroundings
from lync_magic.completing.offers import Kind, Offer, Offers, starting
from lync_magic.completing.scan import Frame, Place, Word, scan
from lync_magic.completing.shapes import Names, Shapes
from lync_magic.completing.types import type_names
from lync_magic.completing.values import PROPERTIES, Values, files, is_place
from lync_magic.importing import Parameter, modules
from lync_magic.language import KEYWORDS, OPERATORS

STATEMENTS: Final = frozenset(
    {
        *("begin", "break", "catch", "class", "continue", "do", "else", "elseif", "end", "enum", "exit", "filter"),
        *("finally", "for", "foreach", "function", "if", "param", "process", "return", "switch", "throw", "trap"),
        *("try", "until", "while"),
    }
)
AUTOMATIC: Final = (
    *("$true", "$false", "$null", "$args", "$Error", "$HOME", "$Host", "$input", "$LASTEXITCODE", "$Matches", "$PWD"),
    *("$PSItem", "$PSScriptRoot", "$PSVersionTable", "$ErrorActionPreference", "$ProgressPreference"),
    *("$VerbosePreference", "$WarningPreference", "$ConfirmPreference", "$WhatIfPreference", "$env:"),
)
CALCULATED: Final = {"select": ("Name", "Expression"), "sort": ("Expression", "Descending", "Ascending")}
_VARIABLE: Final = re.compile(r"\$(?:(?:global|script|local|private|using):)?\w*\Z", re.IGNORECASE)
_ENVIRONMENT: Final = re.compile(r"\$env:\w*\Z", re.IGNORECASE)
_MEMBER: Final = re.compile(r"(?P<base>.*?[\w\])}'\"])(?P<sign>::|\.)(?P<begun>\w*)\Z", re.DOTALL)
_MENTIONED: Final = re.compile(r"\$(?:global:|script:)?(\w+)")
_NUMBER: Final = re.compile(r"[\d.]+\Z")


@dataclass
class Binding:
    """How the words of a command so far fall to its parameters.

    used: the names given, in lower case.  pending: the parameters that the next word may fall to.
    """

    used: set[str] = field(default_factory=set)
    pending: tuple[Parameter, ...] = ()


def complete_powershell(text: str, around: Surroundings) -> Offers:
    """What may stand at the end of a text, which is all before the cursor."""
    place = scan(text)
    if place.comment:
        return Offers("")
    found = _Completer(text, place, around).offers()
    return Offers(found.written, tuple(starting(found.written, found.items)))


class _Completer:
    def __init__(self, text: str, place: Place, around: Surroundings) -> None:
        self._text = text
        self._place = place
        self._around = around
        self._shapes = Shapes(around, place)

    def offers(self) -> Offers:
        place = self._place
        word = place.word
        if place.quote:
            return self._in_quotes(word)
        if _ENVIRONMENT.fullmatch(word):
            return Offers(word, tuple(Offer(f"$env:{name}", Kind.VARIABLE) for name in sorted(os.environ)))
        if word.startswith("$") and _VARIABLE.fullmatch(word):
            return self._variables(word, "$")
        if (word.startswith("@") and word[1:].isidentifier()) or word == "@":
            return self._variables(word, "@")
        if word.startswith("[") and "]" not in word:
            begun = re.split(r"[\[,]", word)[-1]
            return Offers(begun, tuple(type_names()))
        member = _MEMBER.fullmatch(word)
        if member is not None and self._is_expression(word):
            return self._members(member["base"], member["sign"], member["begun"])
        return self._word(word)

    # --- variables and members --------------------------------------------------------------------------------------

    def _in_quotes(self, word: str) -> Offers:
        variable = _VARIABLE.search(word) if self._place.quote == '"' else None
        if variable is not None and not word[: variable.start()].endswith("`"):
            return self._variables(variable[0], "$")
        return self._argument(word, self._place.frame.command) if self._is_command() else Offers(word)

    def _variables(self, word: str, sign: str) -> Offers:
        scope = word[1:].rpartition(":")[0]
        lead = f"{sign}{scope}:" if scope else sign
        mentioned = dict.fromkeys(_MENTIONED.findall(self._text[: self._place.start]))
        names = [name for name in mentioned if name.lower() not in ("env", "true", "false", "null", "_")]
        names += [name for name, _value in self._around.python_variables()]
        found = [Offer(f"{lead}{name}", Kind.VARIABLE, self._kind_of(name)) for name in names]
        if sign == "$" and not scope:
            if self._place.frame.parent is not None:
                found.append(Offer("$_", Kind.VARIABLE, "the item of the pipeline"))
            found += [Offer(name, Kind.VARIABLE, "automatic") for name in AUTOMATIC]
        return Offers(word, tuple(found))

    def _kind_of(self, name: str) -> str:
        value = self._around.variables.get(name)
        return type(value).__name__ if value is not None else ""

    def _members(self, base: str, sign: str, begun: str) -> Offers:
        if sign == "::":
            return Offers(begun, tuple(self._shapes.static(base)))
        inner = self._place.frame
        group = self._group(base)
        return Offers(begun, tuple(self._shapes.members(base, inner, group)))

    def _group(self, base: str) -> Word | None:
        """The parenthesis that a base is, read again to know what it gives."""
        if not (base.startswith("(") and base.endswith(")")):
            return None
        whole = scan(f"{base} ")
        words = whole.frame.command
        return words[0] if len(words) == 1 else None

    def _is_expression(self, word: str) -> bool:
        return word[:1] in ("$", "(", "[", "@", "'", '"', "{")

    # --- words of a command -----------------------------------------------------------------------------------------

    def _word(self, word: str) -> Offers:
        frame = self._place.frame
        words = frame.command
        if not words or (len(words) == 1 and words[0].text in ("&", ".")):
            return self._first(word, frame)
        if words[-1].text == "[":
            return Offers(word)
        if not self._is_command():
            return self._operator(word)
        if words[0].text.lower() in ("function", "filter", "class", "enum"):
            return Offers(word)
        words = words[1:] if words[0].text in ("&", ".") else words
        if word.startswith("-") and not _NUMBER.match(word[1:] or "x"):
            return self._parameter(word, words)
        return self._argument(word, words)

    def _is_command(self) -> bool:
        """Whether the words so far begin with a command's name."""
        words = self._place.frame.command
        if not words:
            return False
        head = words[1].text if words[0].text in ("&", ".") and len(words) > 1 else words[0].text
        return head[:1] not in ("$", "(", "[", "@", "'", '"', "{", ",", "-") and not head[:1].isdigit()

    def _operator(self, word: str) -> Offers:
        if not word.startswith("-"):
            return Offers(word)
        names = sorted(OPERATORS, key=lambda name: (name[:1] in "ic" and name[1:] in OPERATORS, name))
        return Offers(word, tuple(Offer(f"-{name}", Kind.KEYWORD, "operator") for name in names))

    def _first(self, word: str, frame: Frame) -> Offers:
        """Where a command's name, or a keyword, may stand."""
        if frame.opener == "[" or word[:1] in ("-", "'", '"') or _NUMBER.fullmatch(word):
            return Offers(word)
        if frame.opener == "@{" and not frame.target:
            return Offers(word, tuple(self._keys(frame)))
        if frame.attached and frame.opener == "(" and frame.attached.lower() not in STATEMENTS:
            return Offers(word)
        if is_place(word):
            return Offers(word, tuple(files(word)))
        return Offers(word, tuple(self._commands(after_pipe=len(frame.pipeline) > 1, written=word)))

    def _keys(self, frame: Frame) -> Iterator[Offer]:
        outer = frame.parent.command if frame.parent is not None else []
        name = outer[0].text.lower().partition("-")[0] if outer else ""
        yield from (
            Offer(key, Kind.PROPERTY) for key in CALCULATED.get("sort" if name == "sort" else "select", ()) if outer
        )

    def _commands(self, *, after_pipe: bool, written: str) -> Iterator[Offer]:
        imported = [
            Offer(one.alias, Kind.COMMAND, one.session.name) for module in modules for one in module.commands.values()
        ]
        local = [Offer(one.name, Kind.COMMAND, "here") for one in self._around.all_cmdlets() if "-" in one.name]
        own = [Offer(name, Kind.COMMAND, "function") for name in (*self._place.functions, *self._around.functions)]
        yield from own
        yield from (*local, *imported) if after_pipe else (*imported, *local)
        if written:
            for one in self._around.all_cmdlets():
                yield from (Offer(alias, Kind.COMMAND, one.name) for alias in one.aliases)
            if not after_pipe:
                yield from (Offer(name, Kind.KEYWORD, "keyword") for name in sorted(STATEMENTS & KEYWORDS))

    # --- parameters and their values --------------------------------------------------------------------------------

    def _parameter(self, word: str, words: Sequence[Word]) -> Offers:
        name, colon, begun = word.partition(":")
        known = self._around.parameters(words[0].text, self._place)
        if colon:
            found = parameter_named(name[1:], known)
            values = Values(self._around, words[0].text, self._before()).of(found, begun) if found else ()
            return Offers(begun, tuple(values))
        binding = bind(words, known)
        offers = (
            Offer(f"-{one.name}", Kind.PARAMETER, "switch" if one.switch else one.type_name)
            for one in known
            if one.name.lower() not in binding.used
        )
        aliases = (
            Offer(f"-{alias}", Kind.PARAMETER, one.name)
            for one in known
            for alias in one.aliases
            if len(word) > 1 and one.name.lower() not in binding.used
        )
        return Offers(word, (*offers, *aliases))

    def _argument(self, word: str, words: Sequence[Word]) -> Offers:
        command = words[0].text
        pending = bind(words, self._around.parameters(command, self._place)).pending
        properties = self._before() if any(one.name.lower() in PROPERTIES for one in pending) else ()
        values = Values(self._around, command, properties)
        found = [offer for one in pending for offer in values.of(one, word)]
        if is_place(word):
            found += files(word)
        return Offers(word, tuple(found))

    def _before(self) -> Names:
        """The properties of what comes to the command that is being written."""
        before = self._place.frame.pipeline[:-1]
        return self._shapes.of_pipeline(before) if before else ()


def bind(words: Sequence[Word], known: Sequence[Parameter]) -> Binding:
    """How the words of a command fall to its parameters."""
    binding = Binding()
    waiting: tuple[Parameter, ...] = ()
    last: tuple[Parameter, ...] = ()
    position = 0
    goes_on = False
    positional = sorted({one.position for one in known if one.position is not None})
    for word in words[1:]:
        text = word.text
        if text == ",":
            goes_on = True
        elif text.startswith("-") and not _NUMBER.match(text[1:] or "x"):
            found = parameter_named(text[1:].rstrip(":").partition(":")[0], known)
            waiting, goes_on = (), False
            if found is not None:
                binding.used.add(found.name.lower())
                waiting = () if found.switch or (":" in text and not text.endswith(":")) else (found,)
        else:
            if not goes_on:
                last, taken = (waiting, True) if waiting else (_at(position, positional, known, binding), False)
                position += 0 if taken else 1
                binding.used.update(one.name.lower() for one in last if len(last) == 1)
            waiting, goes_on = (), False
    binding.pending = last if goes_on else waiting or _at(position, positional, known, binding)
    return binding


def _at(
    position: int, positional: Sequence[int], known: Sequence[Parameter], binding: Binding
) -> tuple[Parameter, ...]:
    """The parameters at the n-th position that are not given by name."""
    if position >= len(positional):
        return ()
    wanted = positional[position]
    return tuple(one for one in known if one.position == wanted and one.name.lower() not in binding.used)


def parameter_named(name: str, known: Sequence[Parameter]) -> Parameter | None:
    """The parameter that a name means: its own, an alias, or what begins so and nothing else does."""
    folded = name.lower()
    for one in known:
        if folded in (one.name.lower(), *map(str.lower, one.aliases)):
            return one
    begun = [one for one in known if one.name.lower().startswith(folded)]
    own = [one for one in begun if one not in COMMON]
    return begun[0] if len(begun) == 1 else own[0] if len(own) == 1 else None
