"""What `[ref]` gives: a variable whose value is read and set from elsewhere, or a place of its own for a value.

Rule of this file: its type names what its value was when it was made (System.Management.Automation.PSReference`1).
"""

from __future__ import annotations

from typing import Any, Final

from lync_magic.clixml import MISSING, PSObject
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.syntax import expressions as e
from lync_magic.language.values.collections import plain
from lync_magic.language.values.convert import more_converters
from lync_magic.language.values.failures import NotKnownHere, ScriptError, setting_failed
from lync_magic.language.values.members import setters
from lync_magic.language.values.types import type_of

KIND: Final = "System.Management.Automation.PSReference"
_NOTHING: Final = "System.Management.Automation.LanguagePrimitives+Null"
_OBJECT: Final = "System.Management.Automation.PSObject"


class Reference(PSObject):
    """A place with a value."""

    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        self.held = held
        kind = type_of(held) or _NOTHING
        kind = f"{KIND}`1[{_OBJECT if kind.endswith('.PSCustomObject') else kind}]"
        super().__init__({}, (kind, KIND, "System.Object"), kind)

    @property
    def properties(self) -> dict[str, Any]:
        """Its value, as it is when it is looked at."""
        return {"Value": self.look()}

    @properties.setter
    def properties(self, made: dict[str, Any]) -> None:
        """Nobody gives it others."""

    def look(self) -> object:
        """What it holds."""
        return self.held

    def put(self, new: object) -> None:
        """Let it hold another value."""
        self.held = new


class VariableReference(Reference):
    """The value of a variable."""

    __slots__ = ("name", "scope")

    def __init__(self, scope: Scope, name: str, held: object) -> None:
        self.scope, self.name = scope, name
        super().__init__(held)

    def look(self) -> object:
        found = self.scope.find(self.name, self.name.lower())
        return None if found is MISSING else plain(found)

    def put(self, new: object) -> None:
        if self.scope.find(self.name, self.name.lower()) is MISSING:
            raise NotKnownHere("a [ref] to a variable that is gone")
        try:
            self.scope.unlocked(self.name)
            self.scope.set(self.name, self.scope.taken(self.name, new))
        except ScriptError as bad:
            raise setting_failed("Value", bad.message, bad.exception) from None


def referred(value: object) -> Reference:
    """`[ref]value`, where that is no variable."""
    return value if isinstance(value, Reference) else Reference(plain(value))


def referred_variable(node: e.Variable, scope: Scope, known: object) -> Reference:
    """`[ref]$name`. known: its value, MISSING where there is none. Raises ScriptError where there is no variable."""
    if known is MISSING:
        message = "[ref] cannot be applied to a variable that does not exist."
        raise ScriptError(message, "NonExistingVariableReference", "InvalidOperation", target=node.name)
    owner = _owner(node, scope)
    if owner is None:
        raise NotKnownHere(f"[ref] of ${node.name}")
    return VariableReference(owner, node.name, plain(known))


def _owner(node: e.Variable, scope: Scope) -> Scope | None:
    """The scope that has the variable."""
    if node.drive in ("global", "script"):
        return scope.root if node.drive == "global" else scope.script
    return (scope.holder if node.drive == "local" else scope).holding(node.name)


def _set(value: Reference, name: str, new: object) -> None:
    value.put(plain(new))


for _class in (Reference, VariableReference):
    setters[_class] = _set
more_converters[KIND] = referred
