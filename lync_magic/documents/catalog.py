"""The catalog: which cmdlets are documented, in which module, with which parameters.

Rule: it says what is documented, and not what a tenant has; it is read when somebody first asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from lync_magic.documents.names import words
from lync_magic.documents.shapes import parsed
from lync_magic.language import expressions as e
from lync_magic.language import statements as s

_MODULES: Final = {"S": "SkypeForBusiness", "T": "MicrosoftTeams"}
_ONLINE: Final = "O"
_COMMON: Final = words(
    "verbose vb debug db erroraction ea warningaction wa informationaction infa progressaction proga errorvariable ev "
    "warningvariable wv informationvariable iv outvariable ov outbuffer ob pipelinevariable pv whatif wi confirm cf"
)


@dataclass(frozen=True)
class Cmdlet:
    """A documented cmdlet. modules: that have it, the newest last.  parameters: their names, aliases among them.

    online: whether it is one of Lync Online's, which every tenant of that service has.
    """

    name: str
    modules: tuple[str, ...]
    parameters: tuple[str, ...]
    online: bool

    def takes(self, parameter: str) -> bool:
        """Whether it has a parameter that is named so, or begins so."""
        folded = parameter.lower()
        return any(name.startswith(folded) for name in (*map(str.lower, self.parameters), *_COMMON))


@lru_cache(maxsize=1)
def catalog() -> Mapping[str, Cmdlet]:
    """Every documented cmdlet, by its name in lower case."""
    text = (resources.files("lync_magic.documents") / "data" / "cmdlets.txt").read_text("utf-8")
    found: dict[str, Cmdlet] = {}
    for line in text.splitlines():
        name, modules, *parameters = line.split(" ")
        found[name.lower()] = Cmdlet(
            name, tuple(_MODULES[one] for one in modules if one != _ONLINE), tuple(parameters), _ONLINE in modules
        )
    return MappingProxyType(found)


def documented(name: str) -> Cmdlet | None:
    """The documented cmdlet of that name, in any case."""
    return catalog().get(name.rpartition("\\")[2].lower())


@lru_cache(maxsize=256)
def nearest(name: str, likeness: float = 0.8) -> str | None:
    """The documented cmdlet that is named most like it (1: the same), or None."""
    near = get_close_matches(name.lower(), list(catalog()), n=1, cutoff=likeness)
    return catalog()[near[0]].name if near else None


def unknown_parameters(code: str, cmdlet: Cmdlet) -> tuple[str, ...]:
    """The parameters that a piece of PowerShell gives to a cmdlet, and that are not documented."""
    script = parsed(code)
    waiting: list[e.Node] = [script] if script is not None else []
    found: list[str] = []
    while waiting:
        node = waiting.pop()
        if (
            isinstance(node, s.CommandCall)
            and isinstance(node.name, e.String)
            and documented(node.name.value) is cmdlet
        ):
            names = [one.name for one in node.elements if isinstance(one, s.Parameter) and one.name]
            found += [name for name in names if not cmdlet.takes(name)]
        waiting.extend(node.children())
    return tuple(dict.fromkeys(found))
