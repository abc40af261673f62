"""The host: who answers when a remote command asks.

A transport of answers only: how a person is asked is for the rooms above. `RefusingHost` is for where nobody
can answer: each question raises `PromptRefused`, which ends the pipeline with a clear error, not a hang.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from lync_magic.clixml import Credential, SecureString
from lync_magic.errors import PromptRefused


class Choice(NamedTuple):
    """One answer that can be chosen: `label` may mark its hot key with `&` (`&Yes`)."""

    label: str
    help: str = ""

    @property
    def key(self) -> str:
        """The letter that stands for it, as a capital."""
        _, mark, after = self.label.partition("&")
        return (after if mark and after else self.label)[:1].upper()

    @property
    def name(self) -> str:
        """The label without the mark."""
        before, mark, after = self.label.partition("&")
        return before + after if mark and after else self.label

    def is_meant(self, answer: str) -> bool:
        """Whether a line that somebody wrote chooses it."""
        return bool(answer) and answer.lower() in (self.key.lower(), self.name.lower())


class Host(Protocol):
    """Answers the questions of a pipeline. Each may raise PromptRefused, or KeyboardInterrupt to stop it."""

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        """The index of the chosen one; `default` is -1 when there is none."""

    def read_line(self, prompt: str) -> str:
        """One line of text."""

    def read_masked(self, prompt: str) -> SecureString:
        """One line of text that nobody may read."""

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Credential:
        """A user name and a password."""


@runtime_checkable
class RawHost(Host, Protocol):
    """A host that sees each call of a pipeline first, as it came: where a program in the pipeline calls this one."""

    def answer(self, call: bytes) -> bytes | None:
        """The whole message that answers (PIPELINE_HOST_RESPONSE) a PIPELINE_HOST_CALL.

        None for a call that is none of its own; b"" for one that wants no answer.
        """


class RefusingHost:
    """Refuses every question, naming what was asked."""

    def choose(self, caption: str, message: str, choices: Sequence[Choice], default: int) -> int:
        raise PromptRefused(" ".join(part for part in (caption, message) if part))

    def read_line(self, prompt: str) -> str:
        raise PromptRefused(prompt)

    def read_masked(self, prompt: str) -> SecureString:
        raise PromptRefused(prompt)

    def credential(self, caption: str, message: str, user_name: str, target: str) -> Credential:
        raise PromptRefused(" ".join(part for part in (caption, message) if part))
