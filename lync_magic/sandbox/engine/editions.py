"""Editions of the tenant: which of the documented cmdlets its endpoint exposes.

`online` is Lync Online with its 45 cmdlets; `server` the server product's and `teams` Microsoft Teams' documented ones;
`all` is both. Rules of this file: the facts are data (`data/editions.json`, made of the catalogue of Microsoft's
reference pages by `tests/sandbox/engine/make_editions.py`); a cmdlet that Lync Online has is its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from lync_magic.sandbox.engine.signatures import (
    ALL_SETS,
    Catalog,
    Command,
    Parameter,
    Use,
    catalog,
    with_common_parameters,
)

ONLINE: Final = "online"
EDITIONS: Final[Mapping[str, str]] = MappingProxyType({ONLINE: "", "server": "s", "teams": "t", "all": "st"})
"""Which pages' cmdlets each has."""
MODULES: Final = {"s": "SkypeForBusiness", "t": "MicrosoftTeams"}
_ALL_IN_DATA: Final = "(All)"


@lru_cache(maxsize=4)
def edition(name: str) -> Catalog:
    """The commands of an edition."""
    online = catalog()
    wanted = EDITIONS[name]
    if not wanted:
        return online
    found: dict[str, Command] = {}
    for command in _documented(wanted):
        found.setdefault(command.name.lower(), command)
    own = {key: one for key, one in online.commands.items() if key in found or not one.module}
    return Catalog(MappingProxyType(dict(sorted({**found, **own}.items()))))


def _documented(wanted: str) -> list[Command]:
    """The commands of these pages, the server product's first."""
    text = (resources.files(__package__) / "data" / "editions.json").read_text(encoding="utf-8")
    data: dict[str, list[Any]] = json.loads(text)
    types, parameters = data["types"], data["parameters"]
    made = []
    for row in sorted(data["commands"], key=lambda row: wanted.find(row[1])):
        if row[1] in wanted:
            made.append(_command(row, types, parameters))
    return made


def _command(row: Sequence[Any], types: Sequence[str], parameters: Sequence[Sequence[Any]]) -> Command:
    name, pages, default, sets, outputs = row
    uses: dict[int, dict[str, Use]] = {}
    names = []
    for set_name, words in sets:
        known = ALL_SETS if set_name == _ALL_IN_DATA else set_name
        names.append(known)
        for word in words.split():
            number, _, position = word.partition("@")
            mandatory = number.endswith("!")
            use = Use(mandatory, int(position) if position else None)
            uses.setdefault(int(number.rstrip("!")), {})[known] = use
    own = [_parameter(parameters[number], types, one, len(names)) for number, one in uses.items()]
    return Command(
        name=name,
        module=MODULES[pages],
        parameters=with_common_parameters(own),
        sets=tuple(names),
        default_set=default or None,
        outputs=tuple(types[one] for one in outputs),
    )


def _parameter(row: Sequence[Any], types: Sequence[str], uses: dict[str, Use], sets: int) -> Parameter:
    name, kind, flags, *more = row
    same = len(uses) == sets and len(set(uses.values())) == 1
    return Parameter(
        name=name,
        type=types[kind],
        aliases=tuple(more[0].split()) if more else (),
        uses=MappingProxyType({ALL_SETS: next(iter(uses.values()))} if same else uses),
        by_value=bool(flags & 1),
        by_property_name=bool(flags & 2),
        values=tuple(more[1]) if len(more) > 1 else (),
    )
