"""Script blocks and functions as values."""

from __future__ import annotations

from dataclasses import dataclass

from lync_magic.clixml import MISSING
from lync_magic.language.syntax import statements as s
from lync_magic.language.values.properties import own_properties
from lync_magic.language.values.types import own_types


@dataclass(frozen=True, eq=False)
class Block:
    """A script block as a value. parameters: those declared after a function's name, else None.

    is_filter: its unnamed body runs for each object, as `process`.
    """

    node: s.ScriptBlock
    text: str
    name: str = ""
    parameters: tuple[s.ParameterDeclaration, ...] | None = None
    is_filter: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def declared(self) -> tuple[s.ParameterDeclaration, ...]:
        """Its parameters."""
        return self.parameters if self.parameters is not None else self.node.parameters or ()


own_types[Block] = lambda value: "System.Management.Automation.ScriptBlock"
own_properties[Block] = lambda value, folded: MISSING
