"""Mandatory parameters that a call leaves out: a person who is there is asked for them, as PowerShell asks; all are
asked for before any of them is bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import Final, NamedTuple

from lync_magic.clixml import Credential, SecureString
from lync_magic.language.cmdlets.coercion import kind_of
from lync_magic.language.cmdlets.declare import ClientCommand, ParameterSpec
from lync_magic.language.evaluate.constraints import CREDENTIAL
from lync_magic.language.evaluate.declared import declared_type, help_message
from lync_magic.language.runtime import Runtime
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.failures import NotKnownHere

_SECRET: Final = "System.Security.SecureString"
_HELP: Final = "!?"


class Missing(NamedTuple):
    """A parameter that a call leaves out. kind: the name of its .NET type.  help: what it is for, or ""."""

    name: str
    kind: str
    help: str


def of_function(declaration: s.ParameterDeclaration) -> Missing:
    """A parameter of a function."""
    kind = declared_type(declaration)
    return Missing(declaration.variable.name, "" if kind is None else kind.name, help_message(declaration))


def of_cmdlet(command: ClientCommand, spec: ParameterSpec) -> Missing:
    """A parameter of a command of this side."""
    return Missing(spec.name, kind_of(command, spec), "")


def supplied(runtime: Runtime, name: str, position: int, missing: Sequence[Missing]) -> dict[str, object] | None:
    """What a person gives for the parameters of a command; None where nobody is asked. position: of the call in its
    pipeline. Raises PromptRefused where nobody answers."""
    if not runtime.supplies:
        return None
    lines = [f"cmdlet {name} at command pipeline position {position}", "Supply values for the following parameters:"]
    above = "\n".join([*lines, *([f"(Type {_HELP} for Help.)"] if any(one.help for one in missing) else []), ""])
    given: dict[str, object] = {}
    for one in missing:
        ask = _asking(runtime, one.help, secret=one.kind == _SECRET)
        if one.kind.endswith("[]"):
            given[one.name] = _listed(ask, above, one.name)
        elif one.kind == CREDENTIAL:
            given[one.name] = _credential(runtime, f"{above}{one.name}\n")
        else:
            given[one.name] = ask(f"{above}{one.name}: ")
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


def with_password(runtime: Runtime, declaration: s.ParameterDeclaration, value: object) -> object:
    """What a parameter is given: a user's name, where it takes a credential, with the password that a person gives.

    `[Credential()]` asks for the user of nothing, too (.NET's CredentialAttribute.Transform). Raises PromptRefused
    where nobody answers; NotKnownHere for what that attribute refuses.
    """
    kind = declared_type(declaration)
    attributed = any(one.name == "credential" for one in declaration.attributes)
    if isinstance(value, Credential) or not (attributed or (kind is not None and kind.name == CREDENTIAL)):
        return value
    if runtime.supplies and ((isinstance(value, str) and value) or (attributed and value in (None, ""))):
        return _credential(runtime, "", value or "")
    if attributed:
        raise NotKnownHere(f"[Credential()] for what is no credential: ${declaration.variable.name}")
    return value


def _credential(runtime: Runtime, above: str, user: str = "") -> Credential:
    """A user name, where there is none yet, and a password, as a console asks for them."""
    head = f"{above}PowerShell credential request\nEnter your credentials.\n"
    if not user:
        user, head = runtime.ask_line(f"{head}User: ", secret=False), ""
    return Credential(user, SecureString(runtime.ask_line(f"{head}Password for user {user}: ", secret=True)))
