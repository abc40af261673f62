"""What is known of what stands at a place: help on commands, parameters, variables, types, verbs and options."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Final
from uuid import UUID

from lync_magic.completing.grammar import Grammar
from lync_magic.completing.known import Surroundings, details_of, of_cmdlet
from lync_magic.completing.lines import line_parts
from lync_magic.completing.powershell import parameter_named
from lync_magic.completing.scan import scan
from lync_magic.completing.shapes import Shapes, names_of
from lync_magic.completing.types import type_of_word
from lync_magic.importing import Details, Parameter, describe, modules
from lync_magic.language import ClientCommand
from lync_magic.records import Records

_WORD: Final = re.compile(r"[^\s|;(){},=<>\[\]'\"]*")
_MOST_NAMES: Final = 40
_MOST_TEXT: Final = 200
_PLAIN: Final = (str, int, float, Decimal, datetime, timedelta, UUID)
"""Values that are shown: nothing of the person's runs for it."""


def inspect_line(text: str, at: int, verb: Grammar | None, around: Surroundings) -> str:
    """What is known of the word at a place of what follows `%lync`. verb: whose options they are, where it is sure."""
    word = _word_at(text, at)[0]
    found, rest = line_parts(f"{text} ", around) if verb is None else (verb, text)
    if found is None:
        skipped = len(f"{text} ") - len(rest)
        if at < skipped:
            return _of_option(around.cell, word)
        return inspect_powershell(rest, at - skipped, around)
    if word.startswith("-"):
        return _of_option(found, word)
    return found.help()


def inspect_powershell(text: str, at: int, around: Surroundings) -> str:
    """What is known of what stands at a place of PowerShell text; "" for nothing."""
    word, start = _word_at(text, at)
    place = scan(text[:start])
    typed = _type_at(text, at)
    if typed:
        return typed
    if word.startswith("$"):
        return _of_variable(word, Shapes(around, place), around)
    words = place.frame.command
    if word.startswith("-") and words:
        found = parameter_named(word[1:].partition(":")[0], around.parameters(words[0].text, place))
        return _of_parameter(words[0].text, found) if found is not None else ""
    name = word if _is_command(word, around) else words[0].text if words else ""
    return _of_command(name, around)


def _word_at(text: str, at: int) -> tuple[str, int]:
    """The word that a place is in, or that ends there."""
    start = at
    while start > 0 and _WORD.fullmatch(text[start - 1]) and text[start - 1 : start]:
        start -= 1
    found = _WORD.match(text, start)
    return (found[0] if found else "", start)


def _type_at(text: str, at: int) -> str:
    opened = text.rfind("[", 0, at)
    closed = text.find("]", opened)
    if opened < 0 or closed < 0 or not opened < at <= closed:
        return ""
    members = type_of_word(text[opened + 1 : closed])
    if members is None:
        return ""
    return "\n".join((f"[{members.short or members.name}]  {members.name}", "", "Static: " + ", ".join(members.static)))


def _is_command(word: str, around: Surroundings) -> bool:
    known = (modules.find(word, around.current), around.cmdlet(word), around.details(word)) if word else ()
    return any(one is not None for one in known)


def _of_command(name: str, around: Surroundings) -> str:
    told = around.details(name)
    if told is not None:
        return _of_function(told)
    remote = modules.find(name, around.current)
    cmdlet = around.cmdlet(name)
    if remote is not None and not (cmdlet is not None and cmdlet.own):
        details = details_of(remote)
        return details.document() if details is not None else f"The remote command {remote.name}."
    return _of_cmdlet(cmdlet) if cmdlet is not None else ""


def _of_function(told: Details) -> str:
    lines = [told.synopsis or f"{told.name}: a function of the notebook's, or a script file."]
    lines += ["", told.description] if told.description and told.description != told.synopsis else []
    lines += ["", "Syntax", *(f"    {line}" for line in told.syntax)]
    lines += ["", "Parameters", *(f"    {describe(one)}" for one in told.parameters)] if told.parameters else []
    return "\n".join(lines)


def _of_cmdlet(cmdlet: ClientCommand) -> str:
    known = list(of_cmdlet(cmdlet))
    words = [cmdlet.name]
    for one in sorted(known, key=lambda each: (each.position is None, each.position or 0)):
        label = f"[-{one.name}]" if one.position is not None else f"-{one.name}"
        word = label if one.switch else f"{label} <{one.type_name}>"
        words.append(word if one.required else f"[{word}]")
    lines = [f"{cmdlet.name}: a cmdlet of this side.", "", "Syntax", "    " + " ".join(words), "", "Parameters"]
    lines += [f"    {one.name}: {one.type_name}" for one in known]
    if cmdlet.aliases:
        lines += ["", "Aliases: " + ", ".join(cmdlet.aliases)]
    return "\n".join(lines)


def _of_parameter(command: str, parameter: Parameter) -> str:
    kind = "switch" if parameter.switch else parameter.type_name or "object"
    lines = [f"{command} -{parameter.name} <{kind}>"]
    lines += [f"Aliases: {', '.join(parameter.aliases)}"] if parameter.aliases else []
    lines += ["Required"] if parameter.required else []
    lines += [f"Position: {parameter.position}"] if parameter.position is not None else []
    lines += [f"Values: {', '.join(parameter.values)}"] if parameter.values else []
    return "\n".join(lines)


def _of_variable(word: str, shapes: Shapes, around: Surroundings) -> str:
    value = shapes.value_of(word)
    names = names_of(value) if value is not None else shapes.of_text(word)
    if value is None and not names:
        return ""
    kind = type(value).__name__ if value is not None else "objects"
    count = f", {len(value):,} objects" if isinstance(value, Records) else ""
    shown = ", ".join(islice(names, _MOST_NAMES)) + (", …" if len(names) > _MOST_NAMES else "")
    detail = f"Properties: {shown}" if names else (str(value)[:_MOST_TEXT] if isinstance(value, _PLAIN) else "")
    return f"{word}: {kind}{count}\n{detail}"


def _of_option(verb: Grammar, word: str) -> str:
    name = word.partition("=")[0]
    for option in verb.options():
        if name in option.names:
            choices = f"\nValues: {', '.join(option.choices)}" if option.choices else ""
            return f"{', '.join(option.names)} {option.metavar}".rstrip() + f"\n{option.help}{choices}"
    return verb.help()
