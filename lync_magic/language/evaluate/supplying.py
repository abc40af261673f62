"""Mandatory parameters that a call of a function leaves out: a person who is there is asked for them, as PowerShell
asks; all are asked for before any of them is bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from lync_magic.clixml import SecureString
from lync_magic.language.evaluate.declared import declared_type, help_message
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import statements as s

_SECRET: Final = "System.Security.SecureString"
_CREDENTIAL: Final = "System.Management.Automation.PSCredential"
_HELP: Final = "!?"


def supplied(
    runtime: Runtime, name: str, position: int, missing: Sequence[s.ParameterDeclaration]
) -> dict[str, object] | None:
    """What a person gives for the parameters of a function; None where nobody is asked. position: of the call in its
    pipeline. Raises PromptRefused where nobody answers."""
    kinds = [declared_type(one) for one in missing]
    if not runtime.supplies or any(kind is not None and kind.name == _CREDENTIAL for kind in kinds):
        return None
    helped = any(help_message(one) for one in missing)
    lines = [f"cmdlet {name} at command pipeline position {position}", "Supply values for the following parameters:"]
    above = "\n".join([*lines, *([f"(Type {_HELP} for Help.)"] if helped else []), ""])
    given: dict[str, object] = {}
    for one, kind in zip(missing, kinds, strict=True):
        ask = _asking(runtime, help_message(one), secret=kind is not None and kind.name == _SECRET)
        label = one.variable.name
        if kind is not None and kind.name.endswith("[]"):
            given[label] = _listed(ask, above, label)
        else:
            given[label] = ask(f"{above}{label}: ")
        above = ""
    return given


def _asking(runtime: Runtime, help: str, *, secret: bool) -> Callable[[str], object]:
    """A way to ask for one value; `!?` shows what it is for, where that is said."""

    def ask(prompt: str) -> object:
        answer = runtime.ask_line(prompt, secret=secret)
        while help and answer == _HELP:
            prompt = f"{help}\n{prompt.rpartition(chr(10))[2]}"
            answer = runtime.ask_line(prompt, secret=secret)
        return SecureString(answer) if secret else answer

    return ask


def _listed(ask: Callable[[str], object], above: str, label: str) -> list[object]:
    """One item after the other, up to an empty line."""
    items: list[object] = []
    for number in count():
        item = ask(f"{'' if number else above}{label}[{number}]: ")
        if item == "":
            return items
        items.append(item)
    return items
