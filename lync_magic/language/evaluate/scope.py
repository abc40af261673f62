"""Scopes: where a variable is found and where an assignment goes.

The global scope is the notebook's namespace: a name is looked up exactly, then whatever its case, and an assignment
keeps the case of a name that is there. A block run for each item of a pipeline is transparent: it has its own `$_`
and nothing else. `$_` is never a notebook's variable.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Final

from lync_magic.clixml import MISSING
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.values.collections import NOTHING, plain
from lync_magic.language.values.types import NetType

ITEM: Final = ("_", "psitem")


class Scope:
    """Variables and functions of one level.

    trying: errors that end a statement go to the `try` around, in place of the screen.
    caller: the function that runs, or "".
    transparent: names other than the scope's own belong to the parent.
    """

    def __init__(self, parent: Scope | None, *, transparent: bool = False, trying: bool | None = None) -> None:
        self.parent = parent
        self.transparent = transparent
        self.trying: bool = trying if trying is not None else parent is not None and parent.trying
        self.own: dict[str, object] = {}
        self.functions: dict[str, Block] = {}
        self.types: dict[str, NetType] = {}
        self.caller: str = parent.caller if parent is not None else ""

    def child(self, *, transparent: bool = False, trying: bool | None = None) -> Scope:
        """A scope inside this one."""
        return Scope(self, transparent=transparent, trying=trying)

    def for_item(self, item: object) -> Scope:
        """A transparent scope with `$_`."""
        scope = self.child(transparent=True)
        scope.own["_"] = item
        return scope

    @property
    def holder(self) -> Scope:
        """The scope that assignments made here belong to."""
        scope = self
        while scope.transparent and scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def root(self) -> Scope:
        """The global scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def get(self, name: str) -> object:
        """A variable's value from here outwards, MISSING where there is none."""
        folded = "_" if name.lower() in ITEM else name.lower()
        scope: Scope | None = self
        while scope is not None:
            found = scope.find(name, folded)
            if found is not MISSING:
                return found
            scope = scope.parent
        return MISSING

    def find(self, name: str, folded: str) -> object:
        """A variable of this level alone."""
        return self.own.get(folded, MISSING)

    def set(self, name: str, value: object) -> None:
        """Assign to a variable of the level that assignments made here belong to."""
        folded = "_" if name.lower() in ITEM else name.lower()
        if folded == "_":
            self.own["_"] = value
        else:
            self.holder.store(name, value)

    def store(self, name: str, value: object) -> None:
        """Assign to a variable of this level."""
        self.own[name.lower()] = value

    def type_of(self, name: str) -> NetType | None:
        """The type that a variable was declared with."""
        return self.holder.types.get(name.lower())

    def function(self, name: str) -> Block | None:
        """A function from here outwards."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.functions.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None


class GlobalScope(Scope):
    """The notebook's namespace."""

    def __init__(self, variables: MutableMapping[str, object]) -> None:
        super().__init__(None)
        self.variables = variables
        self._empty: set[str] = set()

    def _actual(self, name: str, folded: str) -> str | None:
        if name in self.variables:
            return name
        return next((known for known in self.variables if known.lower() == folded), None)

    def find(self, name: str, folded: str) -> object:
        """A notebook's variable."""
        if folded == "_":
            return self.own.get("_", MISSING)
        actual = self._actual(name, folded)
        if actual is None:
            return MISSING
        value = self.variables[actual]
        return NOTHING if value is None and folded in self._empty else value

    def store(self, name: str, value: object) -> None:
        """Assign a notebook's variable; what a pipeline without output gave is None there."""
        folded = name.lower()
        if value is NOTHING:
            self._empty.add(folded)
        else:
            self._empty.discard(folded)
        self.variables[self._actual(name, folded) or name] = plain(value)
