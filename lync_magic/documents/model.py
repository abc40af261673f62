"""A document as it was read: prose, notes and blocks of code, each with its place.

Rules: lines count from 1, in the file as it is (front matter included), so that a report points where an editor goes.
A block's `text` is what the document holds, without the marks around it; nothing is corrected here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["command", "output", "error", "prompt", "fragment", "file", "wrong"]
"""What a block is. command: the reader types it.  output, error: the console prints it.  prompt: the console asks.
fragment: a parameter, a value, a line of syntax.  file: what a file is to hold.  wrong: a mistake shown on purpose."""

PRINTED: Final[frozenset[Kind]] = frozenset({"output", "error", "prompt"})
"""What a console says: it is compared, and never run."""

Effect: TypeAlias = Literal["tenant", "session", "memory", "machine", "file"]
"""What a command changes: the tenant; this session; objects in memory; this machine; a file on it."""


@dataclass(frozen=True)
class Prose:
    """Text between blocks, as Markdown."""

    text: str
    line: int


@dataclass(frozen=True)
class Block:
    """One block of code.

    line, last: where it begins (its fence, where it has one) and the last line of its text.
    info: what its fence says it is (`powershell`), or "".
    before: the sentence that announces it.  alone: it stands after another block, with no sentence between.
    """

    text: str
    line: int
    last: int
    info: str = ""
    before: str = ""
    alone: bool = False

    @property
    def first(self) -> int:
        """The line on which its text begins."""
        return self.last - self.text.count("\n")


Part: TypeAlias = Prose | Block


@dataclass(frozen=True)
class Document:
    """A document that was read. language: of its prose (`en`).  facts: its title, source, date, licence.

    is_program: its blocks are code by its form (a script, a notebook), so that every one of them is typed.
    """

    path: str
    parts: tuple[Part, ...]
    language: str = "en"
    facts: Mapping[str, str] = field(default_factory=dict)
    is_program: bool = False

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its blocks, in order."""
        return tuple(part for part in self.parts if isinstance(part, Block))

    def spoken(self, language: str | None) -> Document:
        """The same, read as being in this language."""
        return self if language is None else replace(self, language=language)


@dataclass(frozen=True)
class Printed:
    """What a document says that a command prints. line: where it says so."""

    kind: Kind
    text: str
    line: int


@dataclass(frozen=True)
class Judged:
    """A block and what it is.

    number: of the block, from 0.  why: the sign that decided, for a person.  sure: whether a command may be run.
    code: what is typed, where the block shows more than that (a prompt before it, its output below).
    prints: what the block itself shows of that output.
    """

    block: Block
    number: int
    kind: Kind
    why: str
    sure: bool = True
    code: str = ""
    prints: tuple[Printed, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether it may become a cell that runs."""
        return self.kind == "command" and self.sure
