"""Command or output? Each block's kind, and the sign that decided.

Rules: what a console prints is never a command, whatever the parser and the sentence before it say. A block that two
signs pull apart, or that none explains, is unsure: it becomes text with a note, never a cell that runs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lync_magic.documents.model import Block, Document, Judged, Kind, Printed
from lync_magic.documents.names import POWERSHELL, is_cmdlet_name, is_spoken_word
from lync_magic.documents.phrases import Intent
from lync_magic.documents.sentences import intents
from lync_magic.documents.shapes import (
    DASHES,
    Shape,
    Sign,
    is_table_row,
    parsed,
    printed_below,
    says_failure,
    shape_of,
)
from lync_magic.language import CONTINUED, PROMPT

_PRINTED_SHAPES: Final[dict[Shape, Kind]] = {
    "prompt": "prompt",
    "error": "error",
    "table": "output",
    "stream": "output",
    "progress": "output",
    "list": "output",
}
_COUNTED: Final = re.compile(r"-?\d[\d.,]*|true|false", re.IGNORECASE)
"""A number, a yes or no: nobody fills it in, so that it is printed where a sentence says so."""
STANDS_FOR: Final = "words in it stand for others"
"""Why a command with placeholders does not run."""
_PLACEHOLDER: Final = re.compile(
    r"(?<![?&])<(?!(?:html|head|body|style|div|span|table|pre|code|title|script)>)[A-Za-z][\w .-]{2,60}>"
)
"""A placeholder that PowerShell takes as it is (`"<ResourceGroupName>"`); no tag of HTML, no group of a regex."""
_POINTS: Final = re.compile(r"\b(?:following|this|these|below|suivante?s?|ceci|cette?|ces|ci-dessous)\b")
"""What points at the block as a file's content ("Save the following as ...")."""
_MAKES_DATA: Final = re.compile(r"\|\s*ConvertTo-(?:Json|Csv|Xml|Html)\b[^|;]*\Z", re.IGNORECASE)
"""How a command ends that prints data."""
_ASSIGNS: Final = re.compile(r"\s*\$\w+\s*=\s*\S")
_PARTS: Final[frozenset[Shape]] = frozenset({"parameter", "syntax"})


def judge(document: Document, twin: Document | None = None) -> tuple[Judged, ...]:
    """What each block of a document is.

    twin: the same document in another language: what it announces counts where this one announces nothing, and a
    text that differs there was translated, so nobody types it. It is not asked when it has another number of blocks.
    """
    blocks = document.blocks
    others = twin.blocks if twin is not None and len(twin.blocks) == len(blocks) else ()
    judged: list[Judged] = []
    for number, block in enumerate(blocks):
        if document.is_program and block.info != "output":
            judged.append(_statement(block, number))
            continue
        told = _announced(block, document.language, judged)
        if number + 1 < len(blocks) and blocks[number + 1].alone and _is_output(blocks[number + 1]):
            told &= {"command"}  # what else is announced comes in the next block
        other = others[number] if others else None
        if other is not None and twin is not None and not told:
            told = intents(other.before, twin.language)
        one = _judge(block, number, told, judged)
        if other is not None and one.runs and _differs(block.text, other.text) and "command" not in told:
            one = replace(one, sure=False, why=f"{one.why}, but its text differs in the other language")
        judged.append(one)
    return tuple(judged)


def _statement(block: Block, number: int) -> Judged:
    """A piece of a script, a cell of a notebook: it runs, unless it is what only a whole script may begin with."""
    whole = parsed(block.text)
    if whole is None:
        return Judged(block, number, "file", "PowerShell does not read it")
    if whole.parameters is not None or block.text.lstrip().lower().startswith(("#requires", "using ")):
        return Judged(block, number, "file", "it is the head of a script")
    return Judged(block, number, "command", "it is code by its document's form", code=block.text.strip())


def _announced(block: Block, language: str, earlier: Sequence[Judged]) -> frozenset[Intent]:
    if not block.alone or not earlier:
        return intents(block.before, language)
    return frozenset()


def _is_output(block: Block) -> bool:
    return block.info.lower() == "output"


def _differs(text: str, other: str) -> bool:
    return text.split() != other.split()


def _judge(block: Block, number: int, told: frozenset[Intent], earlier: Sequence[Judged]) -> Judged:
    sign = shape_of(block.text, block.info)
    if sign.shape == "transcript":
        return _transcript(block, number, sign, told)
    if sign.shape in _PRINTED_SHAPES:
        return Judged(block, number, _PRINTED_SHAPES[sign.shape], sign.why)
    if _is_output(block):
        return Judged(block, number, "error" if "error" in told else "output", f"its fence says {block.info}")
    if sign.shape == "syntax" and "command" in told and "[" not in block.text and is_cmdlet_name(block.text.split()[0]):
        return Judged(block, number, "command", STANDS_FOR, sure=False)
    if sign.shape in _PARTS:
        return Judged(block, number, "fragment", sign.why)
    if sign.shape == "value":
        return _value(block, number, sign, told, earlier)
    if sign.shape == "data":
        return _data(block, number, sign, told, earlier)
    if sign.shape == "program" and "\n" not in block.text:
        return Judged(block, number, "command", sign.why, sure=False)
    if "file" in told and not _also_run(told, block):
        return Judged(block, number, "file", "the sentence before it speaks of a file")
    if sign.shape == "script":
        return Judged(block, number, "file", sign.why)
    if sign.shape == "program":
        return Judged(block, number, "command", sign.why, sure=False)
    if sign.shape == "command":
        return _command(block, number, sign, told, earlier)
    return _unexplained(block, number, sign, told, earlier)


def _also_run(told: frozenset[Intent], block: Block) -> bool:
    """Whether a sentence that speaks of a file speaks of a command that makes or reads one: `... | Out-File x`."""
    names_one = any(word in block.text for word in ("Out-File", "Export-", "Import-C", "Get-Content", ">"))
    return names_one and ("command" in told or ("\n" not in block.text and not _POINTS.search(block.before.lower())))


def _command(block: Block, number: int, sign: Sign, told: frozenset[Intent], earlier: Sequence[Judged]) -> Judged:
    if "wrong" in told and "error" not in told:
        return Judged(block, number, "wrong", "the sentence before it says that it is a mistake")
    if "</" not in block.text and _PLACEHOLDER.search(block.text):
        return Judged(block, number, "command", STANDS_FOR, sure=False)
    names = _are_names(block)
    listed = names and "output" in told and len(block.text.split()) > 1
    if ("command" in told and not listed) or not told & {"output", "error", "prompt"}:
        return Judged(block, number, "command", sign.why, sure=_certain(block, told, earlier), code=block.text.strip())
    announced: Kind = "error" if "error" in told else "prompt" if "prompt" in told else "output"
    typed = block.info.lower().startswith(POWERSHELL) or _ASSIGNS.match(block.text) is not None
    if announced != "error" and typed and not names and "answer" not in told:  # two signs pull apart
        return Judged(block, number, "command", sign.why, sure=False, code=block.text.strip())
    return Judged(block, number, announced, f"the sentence before it announces {announced}", sure=False)


def _certain(block: Block, told: frozenset[Intent], earlier: Sequence[Judged]) -> bool:
    """Whether nothing speaks against running it. Bare names, one a line, may be what the command before prints; where
    no sentence stands before them several may be a list, and a word that people speak (`Sort`) is one."""
    if told or not _are_names(block):
        return True
    words = block.text.split()
    if len(words) > 1 or is_spoken_word(words[0]):
        return False
    return block.info.lower().startswith(POWERSHELL) or not (block.alone and earlier)


def _are_names(block: Block) -> bool:
    """Whether it is a name alone, or several, one a line."""
    lines = [line for line in block.text.split("\n") if line.strip()]
    return all(len(line.split()) == 1 and not line.lstrip().startswith("$") for line in lines)


def _value(block: Block, number: int, sign: Sign, told: frozenset[Intent], earlier: Sequence[Judged]) -> Judged:
    if "answer" in told:
        return Judged(block, number, "output", "the sentence before it announces output")
    after_command = bool(earlier) and earlier[-1].kind == "command"
    if (after_command or _COUNTED.fullmatch(block.text.strip())) and "output" in told and "command" not in told:
        return Judged(block, number, "output", f"{sign.why}, announced as what is printed")
    return Judged(block, number, "fragment", sign.why)


def _data(block: Block, number: int, sign: Sign, told: frozenset[Intent], earlier: Sequence[Judged]) -> Judged:
    if "error" in told:
        return Judged(block, number, "error", "the sentence before it announces an error")
    command = next((one for one in reversed(earlier) if one.kind == "command"), None)
    if "file" not in told and command is not None and _MAKES_DATA.search(command.block.text):
        return Judged(block, number, "output", f"{sign.why}, as the command before it makes")
    if "output" in told and "file" not in told:
        return Judged(block, number, "output", f"{sign.why}, announced as what is printed")
    return Judged(block, number, "file", sign.why)


def _unexplained(block: Block, number: int, sign: Sign, told: frozenset[Intent], earlier: Sequence[Judged]) -> Judged:
    if says_failure(block.text):
        return Judged(block, number, "error", "it says that something failed", sure="command" not in told)
    order: tuple[tuple[Intent, Kind], ...] = (("error", "error"), ("prompt", "prompt"), ("output", "output"))
    for intent, kind in order:
        if intent in told:
            return Judged(block, number, kind, f"the sentence before it announces {kind}", sure="command" not in told)
    if "wrong" in told:
        if not is_cmdlet_name(block.text.split()[0]) and not block.info.lower().startswith(POWERSHELL):
            return Judged(block, number, "error", "the sentence before it says that something fails")
        return Judged(block, number, "wrong", "the sentence before it says that it is a mistake")
    if "part" in told:
        return Judged(block, number, "fragment", "the sentence before it announces a value")
    if "command" in told or block.info.lower().startswith(POWERSHELL):
        why = STANDS_FOR if _PLACEHOLDER.search(block.text) else f"it is announced as a command, but {sign.why}"
        return Judged(block, number, "command", why, sure=False)
    if block.alone and earlier and earlier[-1].kind in ("command", "output"):
        return Judged(block, number, "output", f"it follows a command, and {sign.why}", sure=False)
    kind = "output" if block.text.strip().count("\n") and not block.info.lower().startswith(POWERSHELL) else "fragment"
    return Judged(block, number, kind, sign.why, sure=False)


# --- a prompt before it, its output below ---------------------------------------------------------------------------


def _transcript(block: Block, number: int, sign: Sign, told: frozenset[Intent]) -> Judged:
    code, printed, at = split_transcript(block.text)
    prints: tuple[Printed, ...] = ()
    if printed.strip():
        below = shape_of(printed)
        kind: Kind = _PRINTED_SHAPES.get(below.shape, "output")
        prints = (Printed(kind, printed, block.first + at),)
    whole = shape_of(code, "powershell")
    if whole.shape not in ("command", "value"):
        return Judged(block, number, "command", f"{sign.why}, but {whole.why}", sure=False, code=code, prints=prints)
    kind = "wrong" if "wrong" in told and "error" not in told else "command"
    return Judged(block, number, kind, sign.why, code=code, prints=prints)


def split_transcript(text: str) -> tuple[str, str, int]:
    """What is typed in a transcript, what is printed, and the line (from 0) where that begins.

    Of several commands the prompts go; what one of them prints before the next is not told apart, and goes to the end.
    """
    typed: list[str] = []
    printed: list[str] = []
    first: int | None = None
    lines = text.split("\n")
    below = printed_below(text)
    if below is not None:
        return "\n".join(lines[:below]).strip("\n"), "\n".join(lines[below:]).rstrip(), below
    table = next((number for number, line in enumerate(lines) if number and DASHES.match(line)), None)
    has_prompt = any(PROMPT.match(line) for line in lines)
    goes_on = False
    for number, line in enumerate(lines):
        prompt = PROMPT.match(line)
        above_table = not has_prompt and table is not None and number < table - 1 and not is_table_row(line)
        if prompt is not None:
            rest = line[prompt.end() :]
            if rest.strip():
                typed.append(rest)
            goes_on = _open(rest)
        elif above_table or goes_on:
            rest = line[found.end() :] if (found := CONTINUED.match(line)) else line
            if rest.strip():
                typed.append(rest)
            goes_on = goes_on and _open(rest)
        elif line.strip() or printed:
            first = number if first is None else first
            printed.append(line)
    return "\n".join(typed), "\n".join(printed).rstrip(), first or 0


def _open(line: str) -> bool:
    """Whether the next line belongs to this one."""
    return line.rstrip().endswith(("`", "|", "{", "(", ","))
