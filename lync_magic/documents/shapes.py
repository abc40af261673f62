"""What a block looks like by itself: the signs that a console, or a person who types, leaves in a text.

Rules: a shape is seen in the text alone, without the sentence before it. What a console prints is recognised before
what a person types: an error's text often parses as a command (`Remove-CsUserAcp : Cannot bind ...`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from lync_magic.documents.names import NAME, POWERSHELL, SHELLS, is_alias, is_cmdlet_name, is_program, words
from lync_magic.errors import CellSyntaxError
from lync_magic.language import PROMPT, Script, commands_in, expressions, parse, statements

Shape: TypeAlias = Literal[
    "prompt", "transcript", "error", "table", "stream", "progress", "list",
    "syntax", "parameter", "value", "data", "script", "command", "program", "other",
]  # fmt: skip

LONGEST: Final = 60_000
"""Characters of a block that are looked at; a longer one is data."""
_LINES: Final = 400


class Sign(NamedTuple):
    """A shape, and what showed it."""

    shape: Shape
    why: str


DASHES: Final = re.compile(r"^[ \t]*-{2,}(?:[ \t]+-+)*[ \t]*$")
_GLUED: Final = re.compile(r"\S {1,40}--+(?: {2,40}-{2,}){1,}\s*$")
"""A heading and its dashes on one line, as a page that lost the line's end has it."""
_STREAM: Final = re.compile(
    r"^\s*(?:VERBOSE|WARNING|DEBUG|COMMENTAIRES|AVERTISSEMENT|DÉBOGUER|AUSFÜHRLICH|WARNUNG|DETALLADO|ADVERTENCIA"
    r"|What if|WhatIf|Qu.arrivera-t-il si)\s?: "
)
_ERROR_BELOW: Final = re.compile(
    r"^\s*\+ (?:CategoryInfo|FullyQualifiedErrorId)\s|^\s*(?:At|Au|In|En) .{0,120}(?:char|caractère|Zeichen"
    r"|carácter)\s?:\s?\d",
    re.MULTILINE,
)
_ERROR_SAID: Final = re.compile(
    r"is not recognized as (?:the|a) name of a cmdlet|Exception calling \"|^\s*(?:ParserError|Exception"
    r"|InvalidOperation):"
    r"|^\s*[A-Z]\w+(?:NotFound|Forbidden|Unauthorized|BadRequest|Denied)\s?: [A-Z]"
    r"|\A\s*\{\s*\"error\"\s*:"
    r"|n.est pas reconnu comme nom d|^\s*(?:ERROR|ERREUR|Error|Erreur)\s?:\s|^\s*Line \|\s*$|\bAADSTS\d{4,7}:"
    r"|failed with the following error message|a échoué avec le message d.erreur suivant"
    r"|^\s*(?:Unhandled [Ee]xception\W{1,3})?[A-Z]\w*(?:\.\w+){1,8}Exception\b|^\s+at [\w.`]{3,200}\([^)\n]{0,200}\)"
    r"|wurde nicht als Name eines|no se reconoce como nombre de",
    re.MULTILINE,
)
_FAILS: Final = re.compile(
    r"^\s*(?:(?:can ?not|can.t|could not|couldn.t|unable to|failed to|access (?:is )?denied|impossible d|échec d"
    r"|accès refusé)\b"
    r"|(?:the .{1,120}?|[A-Z]\w{1,40}) (?:could not|cannot|failed)\b)",
    re.IGNORECASE,
)
"""How a sentence begins by which a program says that it did not do it."""
_ERROR_HEAD: Final = re.compile(r"^\s*([\w.\\/-]{2,80}) ?: (.+)", re.DOTALL)
_ASKS: Final = re.compile(
    r"^\s*(?:cmdlet \S+ at command pipeline position \d|applet de commande \S+ à la position \d"
    r"|Supply values for the following parameters|Fournissez des valeurs pour les paramètres)"
    r"|^\s*(?:Confirm|Confirmer|Confirmation)\s*$|\[Y\] Yes|\[O\] Oui|\[J\] Ja|\[S\] Sí"
    r"|(?:Windows )?PowerShell credential request|Are you sure you want to perform this action"
    r"|^\s*To sign in, use a web browser to open the page"
    r"|^\s*(?:Password|Passphrase|Mot de passe|Kennwort|Passwort|Contraseña)\b[^\n:]{0,80}: ?$",
    re.MULTILINE,
)
_PROGRESS: Final = re.compile(
    r"^\s*\[o{2,}|\d\d:\d\d:\d\d remaining|temps restant|^Creating implicit remoting module", re.M
)
_LIST: Final = re.compile(r"^[A-Za-z][\w.() -]{0,60}?\s*: ?\S?.*$")
_SYNTAX: Final = re.compile(
    r"\[?<CommonParameters>\]?|\[\[?-\w+\]? ?<[\w.\[\]:| ]+>\]|\[-\w+(?: <[\w.\[\]|]+>)?\]|-\w+ <[A-Z][\w.\[\]]+>"
)
_PARAMETER: Final = re.compile(r"^[-–—][A-Za-z]\w*(?:[:\s]|$)")
_GUID: Final = re.compile(r"^\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?$")
_VALUE: Final = re.compile(
    r"^(?:\$(?:true|false|null)|-?\d[\d.,]*\w{0,2}|\"[^\"\n]*\"|'[^'\n]*'|@\{[^}\n]*\}|[a-z]+:[^\s;|{}]+|[^\s@;|{}]+@[\w.-]+|true|false"
    r"|[A-Za-z]:\\[^|;]*|\\\\[\w.$\\ -]+|CN=.*)$",
    re.IGNORECASE,
)
_DATA_INFO: Final = words(
    "json jsonc xml yaml yml csv ini toml html css javascript js http sql kusto kql csharp cs c# f# fsharp python py "
    "vb vbscript diff markdown md mermaid registry reg regex bicep"
)
_DESCRIBED: Final = re.compile(r"\AType: .{1,200}\n(?:.{0,200}\n){0,12}?(?:Required|Position): ")
"""A parameter in a reference page, as PlatyPS writes it."""
_HTTP: Final = re.compile(r"\s*HTTP/[\d.]+ \d{3}\b")
_DATA: Final = re.compile(
    r"^\s*(?:<\?xml|<[A-Za-z][\w:.-]*[\s>/]|\{\s*\"|\[\s*[\{\"]|#!/|@echo off|\[[\w. -]+\]\s*$)", re.MULTILINE
)
_MARK: Final = re.compile(r"^[-–—$\"'@({|&>%?\d*~\[]|[$=\\/*|{}()\[\]`@]|\w[-.:]\w")
"""What a word of a command has, and one of a sentence has not."""
_SCRIPT: Final = re.compile(
    r"^\s*(?:<#|#requires\b|\[cmdletbinding|param\s*\(|function\s+[\w:-]+|filter\s+\w|workflow\s+\w|configuration\s+\w+\s*\{|class\s+\w+\s*[:{])",
    re.IGNORECASE,
)
_HELP: Final = re.compile(
    r"^\s*(?:NAME|NOM|NOMBRE)\s*\n.{1,300}^\s*(?:SYNOPSIS|RÉSUMÉ|ÜBERSICHT|SINOPSIS|SYNTAX|SYNTAXE|SINTAXIS)\s*$",
    re.M | re.S,
)
"""How a help topic begins, as `Get-Help` writes it."""
_CSV_HEAD: Final = re.compile(r"\"?[A-Za-z_][\w .-]{0,60}\"?(?:[,;]\"?[A-Za-z_][\w .-]{0,60}\"?){1,60}$")
_OUTPUT_TABLE_ROW: Final = re.compile(r"^\s*(?:Function|Cmdlet|Alias|Script|Manifest|Binary|Application)\s{2,}\S")


def shape_of(text: str, info: str = "") -> Sign:
    """The shape of a block's text. info: what its fence says it is."""
    told = info.lower()
    if len(text) > LONGEST or (text.count("\n") > _LINES and not _SCRIPT.search(text[:2_000])):
        return Sign("data", "too long to be a command")
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        return Sign("other", "it is empty")
    sign = _said(text, lines)
    if sign is not None:
        return sign
    if told in _DATA_INFO and _DESCRIBED.search(text):
        return Sign("parameter", "a parameter's description")
    if told == "http" and len(lines) == 1 and _VALUE.match(text.strip()):
        return Sign("value", "an address by itself")
    if _HTTP.match(text):
        return Sign("stream", "a server's answer")
    if told in _DATA_INFO:
        return Sign("data", f"its fence says {info}")
    if told in SHELLS and not _DATA.match(text):
        return Sign("program", f"its fence says {info}")
    return _typed(text.strip(), lines, told)


def said_by_console(text: str) -> Shape | None:
    """The shape of what a console prints, or None for anything else; it costs little."""
    lines = [line for line in text.splitlines() if line.strip()]
    sign = _said(text, lines) if lines else None
    return sign.shape if sign is not None else None


def says_failure(text: str) -> bool:
    """Whether a text is a sentence by which a program says that something was not done."""
    return _FAILS.match(text) is not None


def error_command(text: str) -> str | None:
    """The command that an error's text begins with (`Import-PSSession : State of ...`), or None."""
    found = _ERROR_HEAD.match(text)
    return found[1] if found is not None and is_cmdlet_name(found[1]) else None


@lru_cache(maxsize=512)
def parsed(text: str) -> Script | None:
    """The text as PowerShell, or None where it is not. Several look at each block in turn."""
    try:
        return parse(text)
    except (CellSyntaxError, RecursionError):
        return None


def is_table_row(line: str) -> bool:
    """Whether a line stands under headings: several columns, apart by more than a space."""
    return len(re.split(r"\s{2,}", line.strip())) > 1


# --- what a console says --------------------------------------------------------------------------------------------


def _said(text: str, lines: list[str]) -> Sign | None:
    for look in (_asking, _transcript, _error, _printed):
        sign = look(text, lines)
        if sign is not None:
            return sign
    return None


def _asking(text: str, _lines: list[str]) -> Sign | None:
    found = _ASKS.search(text)
    return Sign("prompt", f"it asks: {found[0].strip()}") if found is not None else None


def _transcript(_text: str, lines: list[str]) -> Sign | None:
    found = PROMPT.match(lines[0])
    if found is not None and lines[0][found.end() :].strip():
        return Sign("transcript", f"a prompt stands before it: {found[0].strip()}")
    return None


def _error(text: str, lines: list[str]) -> Sign | None:
    if _ERROR_BELOW.search(text):
        return Sign("error", "an error's position stands in it")
    if _ERROR_SAID.search(text):
        return Sign("error", "it says what PowerShell's errors say")
    found = _ERROR_HEAD.match(text)
    if found is None:
        return None
    head, rest = found[1], found[2]
    first_line = lines[0].strip()
    if is_cmdlet_name(head) and (f"{head} : " in first_line or f"{head}: " in first_line):
        return Sign("error", f"an error begins so: {head} :")
    if NAME.fullmatch(head) and len(rest.split()) > 3:
        return Sign("error", f"an error begins so: {head} :")
    return None


def _printed(text: str, lines: list[str]) -> Sign | None:
    if printed_below(text) is not None:
        return Sign("transcript", "a command stands above what it prints")
    for number, line in enumerate(lines):
        if number and DASHES.match(line):
            above = lines[number - 1].strip()
            if number >= 2 and _looks_typed(lines[0]) and not is_table_row(lines[0]):
                return Sign("transcript", "a command stands above a table")
            return Sign("table", f"dashes stand under {above.split('  ')[0][:40]}")
        if _GLUED.search(line):
            return Sign("table", "headings and their dashes stand in one line")
    streams = [line for line in lines if _STREAM.match(line)]
    if streams and len(streams) * 2 >= len(lines):
        return Sign("stream", f"a console's stream: {streams[0].strip()[:40]}")
    if _PROGRESS.search(text):
        return Sign("progress", "a progress meter")
    if _HELP.match(text):
        return Sign("list", "a help topic")
    if all(_OUTPUT_TABLE_ROW.match(line) for line in lines):
        return Sign("table", "rows of a table")
    if _is_list(lines):
        return Sign("list", f"a property and its value: {lines[0].strip()[:40]}")
    return None


def printed_below(text: str) -> int | None:
    """The line (from 0) where what is printed begins, where a command stands above it with an empty line between."""
    above, gap, below = text.strip("\n").partition("\n\n")
    if not gap or not _looks_typed(above) or parsed(above) is None:
        return None
    lines = [line for line in below.splitlines() if line.strip()]
    sign = _printed(below, lines) if lines else None
    if sign is None or sign.shape not in ("table", "list", "stream"):
        return None
    return len(text) - len(text.lstrip("\n")) + above.count("\n") + 2


def _is_list(lines: list[str]) -> bool:
    """Whether lines are properties and values: `Identity : tag:...`; a long value goes on below."""
    if not _LIST.match(lines[0]) or " : " not in f"{lines[0]} ":
        return False
    head = lines[0].partition(" : ")[0].strip()
    if any(sign in head for sign in "$|;{}=") or (is_cmdlet_name(head.split()[0]) if head else True):
        return False
    named = sum(bool(_LIST.match(line)) and " :" in f"{line} " for line in lines)
    return named * 2 >= len(lines)


# --- what a person types --------------------------------------------------------------------------------------------


def _typed(text: str, lines: list[str], info: str) -> Sign:
    if _PARAMETER.match(text):
        return Sign("parameter", f"it begins with a parameter: {text.split()[0]}")
    if _SYNTAX.search(text):
        return Sign("syntax", "a diagram of a command's syntax")
    if len(lines) == 1 and _GUID.match(text):
        return Sign("value", "a GUID by itself")
    if len(lines) == 1 and _VALUE.match(text) and not is_alias(text):
        return Sign("value", "a value by itself")
    if _DATA.match(text) and not info.startswith(POWERSHELL):
        return Sign("data", "it is data, or another language")
    if _is_csv(lines):
        return Sign("data", "rows of values with commas between")
    script = parsed(text)
    if script is not None and len(lines) > 1 and _is_one(script, expressions.Hashtable):
        return Sign("data", "a table of settings")
    if _SCRIPT.search(text):
        return Sign("script", "it is a script: a function, parameters or help at its head")
    if script is None:
        return Sign("other", "PowerShell does not read it")
    if _is_one(script, expressions.ScriptBlockExpression):
        return Sign("value", "a block by itself, as a filter is")
    first = text.split()[0]
    if is_program(first):
        if says_failure(text):
            return Sign("other", "it reads as a sentence")
        return Sign("program", f"{first} is a program")
    names = commands_in(script)
    named = info.startswith(POWERSHELL)
    # The first word of a block (`-Filter {DisplayName -eq "x"}`) may be a property.
    unknown = [name for name in names if not (_is_known(name, any_verb=named) or _begins_block(name, text))]
    if unknown:
        if len(unknown) == 1 and is_program(unknown[0]):
            return Sign("program", f"{unknown[0]} is a program")
        return Sign("other", f"no command is known by the name {unknown[0][:40]}")
    if names and any(_reads_as_prose(line) for line in lines):
        return Sign("other", "it reads as a sentence")
    if names:
        return Sign("command", f"it is a command: {names[0]}")
    if text.startswith(("$", "[", "(", "@")):
        return Sign("command", "it is an expression of PowerShell")
    return Sign("other", "nothing in it is a command")


def _is_csv(lines: list[str]) -> bool:
    """Whether lines are rows of comma-separated values below their names."""
    if len(lines) < 2 or not _CSV_HEAD.match(lines[0].strip()):
        return False
    comma = "," if "," in lines[0] else ";"
    return all(line.count(comma) >= lines[0].count(comma) for line in lines[1:])


def _is_one(script: Script, kind: type[expressions.Hashtable | expressions.ScriptBlockExpression]) -> bool:
    """Whether a text is one hashtable and nothing else, as a data file (.psd1) is, or one block."""
    match script.statements:
        case (statements.Pipeline(elements=(statements.CommandExpression(expression=found),)),):
            return isinstance(found, kind)
    return False


def _is_known(name: str, *, any_verb: bool) -> bool:
    """Whether a command's name is one; where a fence says PowerShell, whatever its verb."""
    return is_cmdlet_name(name) or is_alias(name) or (any_verb and NAME.fullmatch(name) is not None)


def _begins_block(name: str, text: str) -> bool:
    return name.isidentifier() and re.search(rf"\{{\s*{name}\b", text) is not None


def _reads_as_prose(line: str) -> bool:
    """Whether a line is words and nothing else, more than a command and its arguments would be."""
    first, *rest = line.split()
    if not (is_cmdlet_name(first) or is_alias(first)) or any(_MARK.search(word) for word in rest):
        return False
    return len(rest) > 3 or (bool(rest) and is_alias(first) and first.isalpha())


def _looks_typed(line: str) -> bool:
    words = line.split()
    return bool(words) and (is_cmdlet_name(words[0]) or (words[0].startswith("$") and "=" in line) or words[0] == "#")
