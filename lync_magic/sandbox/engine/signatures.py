"""What a command takes: its parameters, their types, sets, positions and pipeline binding.

Rules of this file: signatures are data (`data/*.json`, facts of the reference) and never change after they
were read. Positions count from 0, as PowerShell's own metadata does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final, cast

ALL_SETS: Final = "__AllParameterSets"
"""PowerShell's name for "in every parameter set"."""

_ALL_IN_DATA: Final = "(All)"

COMMON_PARAMETERS: Final[tuple[tuple[str, str, str], ...]] = (
    ("Verbose", "SwitchParameter", "vb"),
    ("Debug", "SwitchParameter", "db"),
    ("ErrorAction", "ActionPreference", "ea"),
    ("WarningAction", "ActionPreference", "wa"),
    ("InformationAction", "ActionPreference", "infa"),
    ("ProgressAction", "ActionPreference", "proga"),
    ("ErrorVariable", "String", "ev"),
    ("WarningVariable", "String", "wv"),
    ("InformationVariable", "String", "iv"),
    ("OutVariable", "String", "ov"),
    ("OutBuffer", "Int32", "ob"),
    ("PipelineVariable", "String", "pv"),
)
"""Name, type and alias of what every advanced command takes, in PowerShell's order."""

COMMON_NAMES: Final = frozenset(name for name, _, _ in COMMON_PARAMETERS)
_LAST_NAMES: Final = ("WhatIf", "Confirm")


@dataclass(frozen=True)
class Use:
    """How a parameter takes part in one parameter set. position: from 0, None when it is named only."""

    mandatory: bool = False
    position: int | None = None


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    uses: by set name, with `ALL_SETS` for every set. values: its validation set, empty when it has none.
    """

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    uses: Mapping[str, Use] = field(default_factory=lambda: MappingProxyType({ALL_SETS: Use()}))
    by_value: bool = False
    by_property_name: bool = False
    values: tuple[str, ...] = ()
    allow_empty: bool = False

    @property
    def is_switch(self) -> bool:
        """Whether it takes no value of its own."""
        return self.type == "SwitchParameter"

    @property
    def is_common(self) -> bool:
        """Whether every command has it."""
        return self.name in COMMON_NAMES

    def use_in(self, set_name: str) -> Use | None:
        """Its use in that set, None when it is not in it."""
        return self.uses.get(set_name) or self.uses.get(ALL_SETS)


@dataclass(frozen=True)
class Command:
    """One command of the endpoint: a function, as remote endpoints show their cmdlets.

    sets: names of its parameter sets; `default_set` is one of them.  advanced: has the common parameters.
    echoes: does nothing but give back what was bound.
    """

    name: str
    module: str
    parameters: tuple[Parameter, ...]
    sets: tuple[str, ...] = (ALL_SETS,)
    default_set: str | None = None
    outputs: tuple[str, ...] = ()
    help_uri: str = ""
    advanced: bool = True
    echoes: bool = False

    @property
    def own_parameters(self) -> tuple[Parameter, ...]:
        """Its parameters without the common ones."""
        return tuple(one for one in self.parameters if not one.is_common)

    def named(self, name: str) -> Parameter:
        """The parameter of exactly that name. Raises KeyError."""
        for one in self.parameters:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def supports_should_process(self) -> bool:
        """Whether it has -WhatIf and -Confirm."""
        return any(one.name == "WhatIf" for one in self.parameters)


ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cls": "Clear-Host",
        "exsn": "Exit-PSSession",
        "gcm": "Get-Command",
        "measure": "Measure-Object",
        "select": "Select-Object",
    }
)
"""Aliases that a restricted endpoint made by RestrictedRemoteServer shows."""


@dataclass(frozen=True)
class Catalog:
    """The commands of one session configuration, by their names in lower case, in the order of their names."""

    commands: Mapping[str, Command]

    @cached_property
    def hash(self) -> str:
        """What changes when a command does: clients keep what they learnt of the commands by it."""
        return hashlib.sha256(repr(list(self.commands.values())).encode()).hexdigest()

    def find(self, name: str) -> Command | None:
        """The command of that name or alias, in any case."""
        lowered = name.lower()
        return self.commands.get(ALIASES.get(lowered, lowered).lower())


@lru_cache(maxsize=2)
def catalog(module: str = "Lync") -> Catalog:
    """What an endpoint exposes: the commands of Lync Online, or of `Exchange`, beside those that every one has."""
    found = [*_read("builtins.json", ""), *_read(_FILES[module], module)]
    found.sort(key=lambda one: one.name.lower())
    return Catalog(MappingProxyType({one.name.lower(): one for one in found}))


_FILES: Final[Mapping[str, str]] = MappingProxyType({"Lync": "cmdlets.json", "Exchange": "exchange.json"})


def commands() -> Mapping[str, Command]:
    """Every command of Lync Online's endpoint."""
    return catalog().commands


def find(name: str) -> Command | None:
    """The command of Lync Online's endpoint of that name or alias, in any case."""
    return catalog().find(name)


def _read(file: str, module: str) -> list[Command]:
    return read_commands(json.loads((resources.files(__package__) / "data" / file).read_text(encoding="utf-8")), module)


def read_commands(rows: Iterable[Mapping[str, object]], module: str) -> list[Command]:
    """The commands that rows of a file describe."""
    return [_command(row, module) for row in rows]


def _command(row: Mapping[str, object], module: str) -> Command:
    advanced = bool(row.get("advanced", True))
    own = [_parameter(one) for one in cast("list[dict[str, object]]", row["parameters"])]
    return Command(
        name=str(row["name"]),
        module=module,
        parameters=with_common_parameters(own, advanced=advanced),
        sets=tuple(cast("list[str]", row.get("sets", [ALL_SETS]))),
        default_set=cast("str | None", row.get("default_set")),
        outputs=tuple(cast("list[str]", row.get("outputs", []))),
        help_uri=str(row.get("help_uri", "")),
        advanced=advanced,
    )


def _told_apart(parameters: list[Parameter]) -> list[Parameter]:
    """Parameters whose aliases mean one alone, as PowerShell demands: the reference gives some that are another's."""
    taken = {one.name.lower() for one in parameters}
    taken |= {word.lower() for name, _kind, alias in COMMON_PARAMETERS for word in (name, alias)}
    made = []
    for one in parameters:
        aliases = tuple(alias for alias in dict.fromkeys(one.aliases) if alias.lower() not in taken)
        taken |= {alias.lower() for alias in aliases}
        made.append(replace(one, aliases=aliases))
    return made


def with_common_parameters(own: Iterable[Parameter], *, advanced: bool = True) -> tuple[Parameter, ...]:
    """A command's own parameters and those that every advanced command has, in PowerShell's order."""
    own = _told_apart([one for one in own if one.name not in COMMON_NAMES])
    last = sorted((one for one in own if one.name in _LAST_NAMES), key=lambda one: _LAST_NAMES.index(one.name))
    common = [Parameter(name, kind, (alias,)) for name, kind, alias in COMMON_PARAMETERS] if advanced else []
    return (*(one for one in own if one.name not in _LAST_NAMES), *common, *last)


def _parameter(row: Mapping[str, object]) -> Parameter:
    uses = cast("dict[str, dict[str, object]]", row["sets"])
    return Parameter(
        name=str(row["name"]),
        type=str(row["type"]),
        aliases=tuple(cast("list[str]", row.get("aliases", []))),
        uses=MappingProxyType({ALL_SETS if name == _ALL_IN_DATA else name: _use(use) for name, use in uses.items()}),
        by_value=bool(row.get("by_value")),
        by_property_name=bool(row.get("by_property_name")),
        values=tuple(cast("list[str]", row.get("values", []))),
        allow_empty=bool(row.get("allow_empty")),
    )


def _use(row: Mapping[str, object]) -> Use:
    return Use(mandatory=bool(row.get("mandatory")), position=cast("int | None", row.get("position")))
