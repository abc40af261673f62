"""The host of a notebook: remote questions are asked on the kernel's input line.

Rules: where no frontend answers, a question is refused at once, not waited for. A masked answer is never echoed.
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Final

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import PromptRefused
from lync_magic.psrp import Choice

HELP: Final = "?"


class NotebookHost:
    """Asks the person at the notebook. The kernel's interrupt ends a question, and with it the pipeline."""

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        """Ask until the answer is one of the hot keys or labels; an empty line takes the default, and `?` shows what
        each of them does, where that is said.
        """
        labels = [_label(choice.label) for choice in choices]
        has_help = any(choice.help for choice in choices)
        shown = "  ".join(f"[{key}] {label}" for key, label in [*labels, *([(HELP, "Help")] if has_help else ())])
        hint = f' (default is "{labels[default][0]}")' if 0 <= default < len(labels) else ""
        question = "\n".join(part for part in (caption, message, f"{shown}{hint}: ") if part)
        while True:
            answer = self._ask(question).strip().lower()
            if not answer and 0 <= default < len(labels):
                return default
            for index, (key, label) in enumerate(labels):
                if answer and answer in (key.lower(), label.lower()):
                    return index
            question = f"{shown}{hint}: "
            if answer == HELP and has_help:
                told = (f"{key} - {choice.help}" for (key, _), choice in zip(labels, choices, strict=True))
                question = "\n".join([*told, question])

    def read_line(self, prompt: str) -> str:
        return self._ask(prompt or "> ")

    def read_masked(self, prompt: str) -> SecureString:
        return SecureString(self._ask_masked(prompt or "> "))

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Credential:
        heading = "\n".join(part for part in (caption, message) if part)
        name = user_name or self._ask(f"{heading}\nUser name: ".lstrip()).strip()
        return Credential(name, self._ask_masked(f"Password for {name}: "))

    def _ask(self, question: str) -> str:
        try:
            return input(question)
        except (EOFError, RuntimeError, OSError) as error:
            # ipykernel raises StdinNotImplementedError, a RuntimeError, where no frontend answers.
            raise PromptRefused(question) from error

    def _ask_masked(self, question: str) -> str:
        try:
            return getpass.getpass(question)
        except (EOFError, RuntimeError, OSError) as error:
            raise PromptRefused(question) from error


def _label(label: str) -> tuple[str, str]:
    """`&Yes` is the key Y and the label Yes."""
    before, mark, after = label.partition("&")
    if mark and after:
        return after[0].upper(), before + after
    return label[:1].upper(), label
