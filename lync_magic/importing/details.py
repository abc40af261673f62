"""What the server knows of a command beside its name: parameters, and help. Asked when first needed, kept with the
session.

Rules: parameters come by GET_COMMAND_METADATA, which every endpoint answers; positions and syntax come by Get-Help,
where the endpoint has it. Nothing here is needed to run a command: the server binds.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lync_magic.clixml import invariant_text
from lync_magic.errors import LyncError
from lync_magic.psrp import Pipeline
from lync_magic.sessions import Session

SECONDS: Final = 5.0
"""How long a question about a command may take; it is asked in the middle of a person's typing."""

COMMON_PARAMETERS: Final = frozenset(
    name.lower()
    for name in (
        "Verbose",
        "Debug",
        "ErrorAction",
        "WarningAction",
        "InformationAction",
        "ProgressAction",
        "ErrorVariable",
        "WarningVariable",
        "InformationVariable",
        "OutVariable",
        "OutBuffer",
        "PipelineVariable",
    )
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a remote command. type_name: .NET name.  position: from 0, None when only by name or unknown."""

    name: str
    type_name: str = ""
    aliases: tuple[str, ...] = ()
    switch: bool = False
    position: int | None = None
    required: bool = False


@dataclass(frozen=True)
class Details:
    """What is known of one command: parameters without the common ones, and syntax lines (empty when unknown)."""

    name: str
    parameters: tuple[Parameter, ...]
    syntax: tuple[str, ...] = ()
    synopsis: str = ""

    def signature(self) -> inspect.Signature:
        """Positional parameters first, in their order, then the others; all optional, for the server decides."""
        by_position = sorted((p for p in self.parameters if p.position is not None), key=lambda p: (p.position, p.name))
        by_name = [p for p in self.parameters if p.position is None]
        return inspect.Signature(
            [
                inspect.Parameter(p.name, kind, default=None)
                for group, kind in (
                    (by_position, inspect.Parameter.POSITIONAL_OR_KEYWORD),
                    (by_name, inspect.Parameter.KEYWORD_ONLY),
                )
                for p in group
                if p.name.isidentifier()
            ]
        )

    def document(self) -> str:
        """Help as text: synopsis, syntax, parameters."""
        lines = [self.synopsis or f"The remote command {self.name}."]
        if self.syntax:
            lines += ["", "Syntax", *(f"    {line}" for line in self.syntax)]
        if self.parameters:
            lines += ["", "Parameters"]
            for parameter in self.parameters:
                kind = "switch" if parameter.switch else parameter.type_name.removeprefix("System.")
                notes = ["required"] if parameter.required else []
                if parameter.aliases:
                    notes.append("alias " + ", ".join(parameter.aliases))
                lines.append(f"    {parameter.name}: {kind}" + (f" ({'; '.join(notes)})" if notes else ""))
        lines += ["", "None means not given; lync_magic.Null sends $null. A switch is True or False."]
        return "\n".join(lines)


class CommandDetails:
    """The details of one session's commands, fetched once. Thread-safe."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._parameters: dict[str, Details] = {}
        self._helped: dict[str, Details] = {}

    def known(self, name: str) -> Details | None:
        """What is known already, without asking."""
        folded = name.lower()
        return self._helped.get(folded) or self._parameters.get(folded)

    def parameters(self, names: Sequence[str]) -> Mapping[str, Details]:
        """Details with parameters of several commands, in one request for those not yet known; by lower-case name.

        Raises what a remote command raises.
        """
        with self._lock:
            wanted = [name for name in names if name.lower() not in self._parameters]
            if wanted:
                for item in self._session.metadata(wanted, timeout=SECONDS):
                    details = _from_metadata(item)
                    if details is not None:
                        self._parameters[details.name.lower()] = details
            found = {name.lower(): self.known(name) for name in names}
        return {name: details for name, details in found.items() if details is not None}

    def help(self, name: str) -> Details | None:
        """Details with positions and syntax, as far as the endpoint tells them; None for an unknown command."""
        details = self.parameters([name]).get(name.lower())
        if details is None or name.lower() in self._helped:
            return details
        try:
            answer = self._session.run(Pipeline.of("Get-Help", {"Name": name}), timeout=SECONDS)
        except LyncError:
            # An endpoint need not have Get-Help; the parameters alone are help enough.
            return details
        helped = _with_help(details, answer)
        with self._lock:
            self._helped[name.lower()] = helped
        return helped


def _from_metadata(item: Any) -> Details | None:
    name = _get(item, "Name")
    parameters = _get(item, "Parameters")
    if not isinstance(name, str) or not isinstance(parameters, Mapping):
        return None
    found = [
        Parameter(
            name=str(key),
            type_name=str(_get(value, "ParameterType") or ""),
            aliases=tuple(str(alias) for alias in (_get(value, "Aliases") or ())),
            switch=bool(_get(value, "SwitchParameter")),
        )
        for key, value in parameters.items()
        if str(key).lower() not in COMMON_PARAMETERS
    ]
    return Details(name, tuple(found))


def _with_help(details: Details, answer: Iterable[Any]) -> Details:
    positions: dict[str, int] = {}
    required: set[str] = set()
    syntax: list[str] = []
    synopsis = ""
    for item in answer:
        synopsis = _text(_get(item, "Synopsis")) or synopsis
        for one in _as_list(_get(_get(item, "Syntax"), "syntaxItem")):
            listed = _as_list(_get(one, "parameter"))
            syntax.append(_syntax_line(details.name, listed))
            for parameter in listed:
                name = str(_get(parameter, "name")).lower()
                position = str(_get(parameter, "position"))
                if position.isdecimal():
                    positions.setdefault(name, int(position))
                if str(_get(parameter, "required")).lower() == "true":
                    required.add(name)
    parameters = tuple(
        Parameter(
            p.name,
            p.type_name,
            p.aliases,
            p.switch,
            positions.get(p.name.lower()),
            p.name.lower() in required,
        )
        for p in details.parameters
    )
    if synopsis.startswith(details.name):
        synopsis = ""  # Get-Help puts the syntax there when a command has no help of its own
    return Details(details.name, parameters, tuple(syntax), synopsis)


def _syntax_line(name: str, parameters: Sequence[Any]) -> str:
    words = [name]
    for parameter in parameters:
        label = f"-{_get(parameter, 'name')}"
        if str(_get(parameter, "position")).isdecimal():
            label = f"[{label}]"
        value = _get(parameter, "parameterValue")
        word = label if value is None else f"{label} <{_text(value)}>"
        words.append(word if str(_get(parameter, "required")).lower() == "true" else f"[{word}]")
    return " ".join(words)


def _get(item: Any, name: str) -> Any:
    if not isinstance(item, Mapping) and not hasattr(item, "names"):
        return None
    try:
        return item[name]
    except (KeyError, TypeError):
        return None


def _text(value: Any) -> str:
    """A value as PowerShell prints it: help is full of texts that carry properties."""
    return invariant_text(value).strip()


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, Mapping)) or hasattr(value, "names"):
        return [value]
    return list(value)
