"""What completion has to know of the verbs after `%lync`: their words, options and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Option(Protocol):
    """One option of a verb. names: `--auth`.  takes_value: whether a word follows.

    choices: its values, where they are known.  metavar: what stands for its value (`NAME`, `FILE`), or "".
    """

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def takes_value(self) -> bool: ...
    @property
    def choices(self) -> tuple[str, ...]: ...
    @property
    def metavar(self) -> str: ...
    @property
    def help(self) -> str: ...


class Grammar(Protocol):
    """What a verb takes."""

    @property
    def name(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def takes(self) -> str:
        """The metavar of what it takes by position, or ""."""

    def options(self) -> Sequence[Option]:
        """What it takes by name."""

    def choices(self) -> Sequence[str]:
        """The words that it takes by position, where they are known."""

    def help(self) -> str:
        """Its help as text."""
