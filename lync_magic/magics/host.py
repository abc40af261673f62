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
        has_help = any(choice.help for choice in choices)
        has_default = 0 <= default < len(choices)
        shown = "  ".join(f"[{choice.key}] {choice.name}" for choice in choices)
        shown += f"  [{HELP}] Help" if has_help else ""
        hint = f' (default is "{choices[default].key}")' if has_default else ""
        question = "\n".join(part for part in (caption, message, f"{shown}{hint}: ") if part)
        while True:
            answer = self._ask(question).strip()
            if not answer and has_default:
                return default
            for index, choice in enumerate(choices):
                if choice.is_meant(answer):
                    return index
            question = f"{shown}{hint}: "
            if answer == HELP and has_help:
                told = (f"{choice.key} - {choice.help}" for choice in choices)
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
