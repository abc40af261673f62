"""Members of an object that are worked out when they are looked at: Add-Member's ScriptProperty, AliasProperty and
ScriptMethod.

Rule of this file: such an object's properties are a dict to all that reads them; only who adds members knows more.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Sequence, ValuesView
from typing import Any, NamedTuple

from lync_magic.clixml import ObjectLike, PSObject
from lync_magic.language.values.collections import pairs
from lync_magic.language.values.spelled import given

Worked = Callable[[PSObject], object]
Put = Callable[[PSObject, object], None]
Call = Callable[[PSObject, Sequence[object]], object]


class Script(NamedTuple):
    """A property that is worked out. kind: ScriptProperty or AliasProperty.  text: its block, or the other's name.
    put: what sets it, where something does.  getter, setter: the blocks of the two."""

    work: Worked
    kind: str
    text: str
    put: Put | None = None
    getter: object = None
    setter: object = None

    def definition(self, name: str) -> str:
        """As Get-Member says it."""
        if self.kind == "AliasProperty":
            return f"{name} = {self.text}"
        setting = f"set={self.setter};" if self.put is not None else ""
        return f"System.Object {name} {{get={self.text};{setting}}}"


class Scripted(dict[str, Any]):
    """The properties of `owner`.

    scripts: those worked out, by name.  methods: by lower-case name, each with its name.
    typed: by lower-case name, those members that the object's types have, which come last.
    """

    __slots__ = ("methods", "owner", "scripts", "typed")

    def __init__(self, owner: PSObject) -> None:
        super().__init__(owner.properties)
        self.owner = owner
        self.scripts: dict[str, Script] = {}
        self.methods: dict[str, tuple[str, Call]] = {}
        self.typed: dict[str, str] = {}

    def copied(self, owner: PSObject) -> Scripted:
        """The same members of another object with these properties."""
        made = Scripted(owner)
        made.scripts, made.methods, made.typed = dict(self.scripts), dict(self.methods), dict(self.typed)
        return made

    def put_typed(self, name: str, value: object, script: Script | None, call: Call | None) -> None:
        """Add a member that the object has from its types."""
        self.typed[name.lower()] = name
        if call is not None:
            self.methods[name.lower()] = (name, call)
            return
        super().__setitem__(name, value)
        if script is not None:
            self.scripts[name] = script

    def untype(self) -> None:
        """Take away what the object has from its types."""
        for folded, name in self.typed.items():
            self.methods.pop(folded, None)
            self.scripts.pop(name, None)
            self.pop(name, None)
        self.typed = {}

    def _place(self) -> None:
        """What the types have stands last."""
        for name in self.typed.values():
            if name in self:
                super().__setitem__(name, super().pop(name))

    def put_script(self, name: str, script: Script) -> None:
        """Add a property, at the end."""
        super().__setitem__(name, None)
        self.scripts[name] = script
        self._place()

    def __getitem__(self, name: str) -> Any:
        script = self.scripts.get(name)
        if script is None:
            return super().__getitem__(name)
        made = script.work(self.owner)
        return made if script.kind == "AliasProperty" else given(made)

    def __setitem__(self, name: str, value: Any) -> None:
        self.scripts.pop(name, None)
        is_new = name not in self
        super().__setitem__(name, value)
        if is_new and self.typed:
            self._place()

    def __delitem__(self, name: str) -> None:
        self.scripts.pop(name, None)
        super().__delitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:  # with dict's own, `dict(it)` would take what is stored and work nothing out
        return super().__iter__()

    def _worked(self) -> dict[str, Any]:
        return {name: self[name] for name in self}

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        return self._worked().values()

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        return self._worked().items()

    def held(self) -> ItemsView[str, Any]:
        """The names and values, None for those that would have to be worked out."""
        return super().items()

    def copy(self) -> dict[str, Any]:
        return self._worked()

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        return dict, (self._worked(),)


def scripted(value: PSObject) -> Scripted:
    """The object's properties, ready to take scripts."""
    if not isinstance(value.properties, Scripted):
        value.properties = Scripted(value)
    return value.properties


def scripts_of(value: object) -> dict[str, Script]:
    """The properties of an object that are worked out, by name."""
    properties = value.properties if isinstance(value, PSObject) else None
    return properties.scripts if isinstance(properties, Scripted) else {}


def unworked(value: ObjectLike) -> Iterable[tuple[str, object]]:
    """The names and values of an object's properties, None for those that would have to be worked out."""
    properties = value.properties if isinstance(value, PSObject) else None
    return properties.held() if isinstance(properties, Scripted) else pairs(value)


def script_method(value: object, folded: str) -> tuple[str, Call] | None:
    """An object's script method."""
    if type(value) is PSObject and type(value.properties) is Scripted:
        return value.properties.methods.get(folded)
    return None
