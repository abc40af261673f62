"""A variable as an object, which Get-Variable gives (System.Management.Automation.PSVariable).

Rule of this file: its properties are what the variable is when they are looked at; one that is gone keeps its last
value.
"""

from __future__ import annotations

from typing import Any, Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.language.evaluate.scope import LOCKED, Scope
from lync_magic.language.values.collections import Collection, net_object, plain
from lync_magic.language.values.enums import LocalEnum, enum_value
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.members import setters
from lync_magic.language.values.types import own_types

_AUTOMATION: Final = "System.Management.Automation."
KIND: Final = f"{_AUTOMATION}PSVariable"
_PUBLIC: Final = LocalEnum("Public", 0, f"{_AUTOMATION}SessionStateEntryVisibility")
_OPTIONS: Final = {None: "None", False: "ReadOnly", True: "Constant"}


class _Attributes(Collection):
    """The attributes of a variable."""

    __slots__ = ()


own_types[_Attributes] = lambda value: f"{_AUTOMATION}PSVariableAttributeCollection"


class VariableObject(PSObject):
    """A variable of a scope. last: its value when it was last looked at."""

    __slots__ = ("last", "name", "scope")

    def __init__(self, scope: Scope, name: str, value: object) -> None:
        self.scope, self.name, self.last = scope.holder, name, value
        super().__init__({}, (KIND, "System.Object"), KIND)

    @property
    def properties(self) -> dict[str, Any]:
        """Its properties."""
        folded = self.name.lower()
        found = self.scope.find(self.name, folded)
        self.last = self.last if found is MISSING else plain(found)
        options = _OPTIONS[self.scope.lock(folded)] + (", AllScope" if folded in LOCKED else "")
        return {
            "Name": self.name, "Description": self.scope.described.get(folded, ""), "Value": self.last,
            "Visibility": _PUBLIC, "Module": None, "ModuleName": "",
            "Options": enum_value(f"{_AUTOMATION}ScopedItemOptions", options), "Attributes": self._attributes(),
        }  # fmt: skip

    @properties.setter
    def properties(self, made: dict[str, Any]) -> None:
        """Nobody gives it others."""

    def _attributes(self) -> _Attributes:
        constraint = self.scope.constraint(self.name)
        if constraint is None:
            return _Attributes()
        return _Attributes([net_object(f"{_AUTOMATION}ArgumentTypeConverterAttribute", {})])


def _set(value: VariableObject, name: str, new: object) -> None:
    if name.lower() != "value" or value.scope.lock(value.name.lower()) is not None:
        raise NotKnownHere(f"setting .{name} of a variable")
    value.scope.set(value.name, value.scope.taken(value.name, new))


setters[VariableObject] = _set
