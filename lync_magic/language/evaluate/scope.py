"""Scopes: where a variable is found and where an assignment goes.

The global scope is the notebook's namespace: a name is looked up exactly, then whatever its case, and an assignment
keeps the case of a name that is there. A block run for each item of a pipeline is transparent: it has its own `$_`
and nothing else. `$_` is never a notebook's variable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple

from lync_magic.clixml import MISSING, EnumValue
from lync_magic.language.evaluate.blocks import Block
from lync_magic.language.evaluate.constraints import Constraint
from lync_magic.language.evaluate.python_values import is_of_library, of_python
from lync_magic.language.evaluate.records import as_records
from lync_magic.language.evaluate.streams import Sink
from lync_magic.language.syntax.source import Extent
from lync_magic.language.values.collections import NOTHING, SINGLE, ArrayList, Gapped, SwitchParameter, plain, ungapped
from lync_magic.language.values.enums import remote_value
from lync_magic.language.values.failures import ScriptError
from lync_magic.language.values.spelled import RemoteEnum

_OF_CALLS: Final = frozenset(
    (
        "_", "args", "input", "this", "psboundparameters", "myinvocation", "pscmdlet", "psscriptroot", "pscommandpath",
        "pscommandpath ",
    )
)  # fmt: skip
"""What each call has of its own."""
ITEM: Final = ("_", "psitem")


_NOWHERE: Final = Sink(lambda _event: None)
_NOT_EMPTY: Final[dict[str, object]] = {}


class Alias(NamedTuple):
    """Another name of a command, as Set-Alias made it. options: its ScopedItemOptions."""

    name: str
    target: str
    options: str = "None"
    description: str = ""


_NO_ALIASES: Final[dict[str, Alias]] = {}
_NO_NAMES: Final[dict[str, str]] = {}


class Scope:
    """Variables and functions of one level.

    trying: errors that end a statement go to the `try` around, in place of the screen.
    unheard: they go to who called a block as .NET calls it, since nobody takes them; see `hear`.
    caller: the function that runs, or "".
    block: what is called with this scope for its own; None where that is not so (a pipeline's blocks, `.`, the cell).
    empty: its variables that an assignment left without a value, each with what an outer scope has (unassigned.py).
    transparent: names other than the scope's own belong to the parent.
    """

    __slots__ = (
        "aliases",
        "block",
        "caller",
        "closed",
        "constraints",
        "described",
        "dotted",
        "empty",
        "fresh",
        "functions",
        "locks",
        "names",
        "own",
        "parent",
        "place",
        "sink",
        "strict",
        "transparent",
        "trying",
        "unheard",
    )

    def __init__(
        self, parent: Scope | None, *, transparent: bool = False, trying: bool | None = None, unheard: bool = False
    ) -> None:
        self.parent = parent
        self.transparent = transparent
        self.closed = False
        self.dotted: bool = transparent and parent is not None and parent.dotted
        """Whether a block runs here in the scope of another, or PowerShell looks up its variables by name."""
        self.fresh = False
        """Whether it is made for one block, whose own scope it is."""
        within, lost = (parent.trying, parent.unheard) if parent is not None else (False, False)
        self.trying: bool = unheard or (within if trying is None else trying)
        self.unheard: bool = (lost or not within) if unheard else trying is None and lost
        self.own: dict[str, object] = {}
        self.strict: int = parent.strict if parent is not None else 0
        """The version of Set-StrictMode, 0 where there is none."""
        self.functions: dict[str, Block] = {}
        self.aliases: dict[str, Alias] = _NO_ALIASES
        """Those that were made in it, by lower-case name."""
        self.constraints: dict[str, Constraint] = {}
        """What variables take, by lower-case name."""
        self.locks: dict[str, bool] = {}
        """Variables that are not assigned to: by lower-case name, whether never again (Constant) or but by force."""
        self.names: dict[str, str] = _NO_NAMES
        """Variables that take not everything, by lower-case name, as they were first spelled."""
        self.described: dict[str, str] = {}
        """What variables say of themselves (-Description), by lower-case name."""
        self.caller: str = parent.caller if parent is not None else ""
        self.sink: Sink = parent.sink if parent is not None else _NOWHERE
        self.block: Block | None = None
        self.place: Extent | None = None
        """Where its block was called."""
        self.empty: dict[str, object] = _NOT_EMPTY

    def child(self, *, transparent: bool = False, trying: bool | None = None, unheard: bool = False) -> Scope:
        """A scope inside this one."""
        return Scope(self, transparent=transparent, trying=trying, unheard=unheard)

    def hear(self) -> None:
        """Its errors are taken from here on: a statement that fails is told, and the next one runs."""
        if self.unheard:
            self.trying = self.unheard = False

    def for_item(self, item: object) -> Scope:
        """A transparent scope with `$_`."""
        scope = Scope(self, transparent=True)
        scope.own["_"] = item
        return scope

    @property
    def holder(self) -> Scope:
        """The scope that assignments made here belong to."""
        scope = self
        while scope.transparent and scope.parent is not None:
            scope = scope.parent
        return scope

    def be_strict(self, version: int) -> None:
        """Set-StrictMode: for the level that assignments made here belong to, and those within."""
        scope = self
        scope.strict = version
        while scope.transparent and scope.parent is not None:
            scope = scope.parent
            scope.strict = version

    @property
    def root(self) -> GlobalScope:
        """The global scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        assert isinstance(scope, GlobalScope)
        return scope

    @property
    def script(self) -> Scope:
        """The scope that `$script:` means: a closure's own variables, or the global one."""
        scope = self
        while scope.parent is not None and not scope.closed:
            scope = scope.parent
        return scope

    def around(self, captured: dict[str, object]) -> Scope:
        """The scope around a closure that is called from here: its own variables, and the global ones beyond."""
        scope = Scope(self.root, trying=self.trying, unheard=self.unheard)
        scope.own, scope.closed, scope.sink, scope.caller = captured, True, self.sink, self.caller
        scope.strict = 0  # it is a module's, which the cell's Set-StrictMode does not reach
        return scope

    def uncaptured(self) -> Scope:
        """The scope of what runs in no pipeline of the function around it; see `Sink.uncaptured`."""
        sink = self.sink.uncaptured()
        if sink is self.sink:
            return self
        inner = self.child(transparent=True)
        inner.sink = sink
        return inner

    def outwards(self) -> Iterator[Scope]:
        """This scope and those around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def holding(self, name: str) -> Scope | None:
        """The scope, from here outwards, that has a variable."""
        folded = name.lower()
        return next((one for one in self.outwards() if one.find(name, folded) is not MISSING), None)

    def visible(self) -> dict[str, object]:
        """The variables of the level that assignments made here belong to, by lower-case name."""
        holder = self.holder
        if holder is not self:
            return holder.visible()
        return {name: item for name, item in self.own.items() if name not in _OF_CALLS}

    def before(self, folded: str) -> object:
        """What `+=` starts from in a block that has a scope of its own: its own variable, whatever is outside; MISSING
        where it starts from what a reader finds."""
        holder = self.holder
        if self.dotted or holder.parent is None or folded in _OF_CALLS:
            return MISSING
        return holder.own.get(folded)

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
        self.put(name, name.lower(), value)

    def put(self, name: str, folded: str, value: object) -> None:
        """`store` where the lower-case name is at hand."""
        self.own[folded] = value
        if self.empty:
            self.empty.pop(folded, None)

    def leave_empty(self, folded: str, value: object, outer: object) -> None:
        """A variable of this level has no value but the one that its place begins with."""
        if self.empty is _NOT_EMPTY:
            self.empty = {}
        self.own[folded], self.empty[folded] = value, outer

    def fill(self, known: Collection[str]) -> None:
        """The variables that were left empty, but for the known ones, are again those of the outer scopes."""
        for folded in [one for one in self.empty if one not in known]:
            del self.empty[folded]
            self.own.pop(folded, None)

    def called(self, block: Block) -> Scope:
        """The scope of a block that is called here, whose variables are its own."""
        scope = Scope(self)
        scope.block = block
        empty = self.holder.empty
        if empty:
            scope.own.update(empty)
        return scope

    def item_put(self, name: str, folded: str) -> Callable[[object], None]:
        """What gives a loop's variable its next item: `store`, made quick."""
        if self.empty:
            return partial(self.put, name, folded)
        return partial(self.own.__setitem__, folded)

    def remove(self, name: str) -> bool:
        """Forget a variable of this level; whether there was one. It takes anything when it comes again."""
        self.constraints.pop(name.lower(), None)
        return self.own.pop(name.lower(), MISSING) is not MISSING

    def lock(self, folded: str) -> bool | None:
        """Whether a variable of the level that assignments belong to is constant (True) or read-only (False)."""
        holder = self.holder
        found = holder.locks.get(folded)
        if found is None and (holder.parent is None or folded not in _OF_THE_OUTERMOST):
            found = None if folded not in LOCKED else LOCKED[folded] not in _READ_ONLY
        return found

    def unlocked(self, name: str, *, force: bool = False) -> None:
        """Raises ScriptError where a variable of the level that assignments belong to is read-only or constant."""
        constant = self.lock(name.lower())
        if constant or (constant is False and not force):
            raise locked(LOCKED.get(name.lower()) or self.holder.names.get(name.lower(), name))

    def constraint(self, name: str) -> Constraint | None:
        """What a variable of the level that assignments belong to takes; None where that is anything."""
        return self.holder.constraints.get(name.lower())

    def taken(self, name: str, value: object) -> object:
        """A value as a variable of that level takes it. Raises ScriptError."""
        found = self.constraint(name)
        return value if found is None else found.taken(self.holder.names.get(name.lower(), name), value)

    def constrain(self, name: str, made: Constraint) -> None:
        """From here on a variable of the level that assignments belong to takes no more than this."""
        self.holder.constraints[name.lower()] = made
        self.note_name(name)

    def note_name(self, name: str) -> None:
        """Keep how a variable of that level is spelled that does not take everything."""
        holder = self.holder
        if holder.names is _NO_NAMES:
            holder.names = {}
        holder.names.setdefault(name.lower(), holder.spelled(name))

    def spelled(self, name: str) -> str:
        """A variable's name as it was first written, where that is known."""
        return name

    def set_alias(self, made: Alias) -> None:
        """Another name of a command, in the scope that assignments made here belong to."""
        owner = self.holder
        if owner.aliases is _NO_ALIASES:
            owner.aliases = {}
        owner.aliases[made.name.lower()] = made

    def alias(self, name: str) -> Alias | None:
        """An alias from here outwards."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.aliases:
                return scope.aliases[name]
            scope = scope.parent
        return None

    def named_by(self, name: str) -> str:
        """What command a name means, through the aliases from here outwards; one that comes back to itself is none."""
        seen: list[str] = []
        told = name
        while (found := self.alias(told.lower())) is not None:
            seen.append(told.lower())
            if found.target.lower() in seen:
                return name
            told = found.target
        return told

    def all_aliases(self) -> dict[str, Alias]:
        """The aliases from here outwards, by lower-case name."""
        found: dict[str, Alias] = {}
        for scope in self.outwards():
            found = {**scope.aliases, **found}
        return found

    def all_functions(self) -> list[Block]:
        """The functions from here outwards, each name once, by name."""
        found: dict[str, Block] = {}
        for scope in self.outwards():
            found = {**scope.functions, **found}
        return [found[name] for name in sorted(found)]

    def take_function(self, name: str) -> bool:
        """Forget the nearest function of this name, from here outwards; whether there was one."""
        return any(one.functions.pop(name.lower(), None) is not None for one in self.outwards())

    def function(self, name: str) -> Block | None:
        """A function from here outwards."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.functions.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None


_READ_ONLY: Final = ("?", "HOME", "IsCoreCLR", "IsLinux", "IsMacOS", "IsWindows", "PSCulture", "PSUICulture")
_CONSTANT: Final = (
    "EnabledExperimentalFeatures", "Error", "ExecutionContext", "false", "Host", "PID", "PSEdition", "PSHOME",
    "PSStyle", "PSVersionTable", "ShellId", "true",
)  # fmt: skip
LOCKED: Final = {name.lower(): name for name in (*_READ_ONLY, *_CONSTANT)}
"""PowerShell's own variables that are not assigned to, by name in lower case, each as it is spelled."""
_OF_THE_OUTERMOST: Final = ("error", "psstyle")
"""Those that a function may have one of its own of."""


def locked(name: str) -> ScriptError:
    """The error for a variable that is not assigned to."""
    message = f"Cannot overwrite variable {name} because it is read-only or constant."
    kind = "SessionStateUnauthorizedAccessException"
    return ScriptError(message, "VariableNotWritable", "WriteError", exception=kind, target=name)


_OF_NOTEBOOK: Final = (
    *("own", "functions", "aliases", "constraints", "locks", "names", "described", "empty"),
    *("_empty", "_kept", "_looked", "_held"),
)
"""What a notebook's scope holds beside the variables."""


class GlobalScope(Scope):
    """The notebook's namespace.

    What loops assign is held here while they run, and given to the notebook when the outermost has ended or anything
    outside of the evaluator may look (`settle_held`).
    """

    def __init__(self, variables: MutableMapping[str, object]) -> None:
        super().__init__(None)
        self.variables = variables
        self._spelled: Callable[[str], str | None] | None = getattr(variables, "spelled", None)
        """How a name is spelled there, where that knows it."""
        self._empty: set[str] = set()
        self._kept: dict[str, tuple[object, object]] = {}
        self._looked: set[str] = set()
        self._copied: dict[str, tuple[object, object]] = {}
        """What a cell sees of the values of Python's libraries, by lower-case name, beside those."""
        self.loops = 0
        """How many loops run, one within the other."""
        self._beside: object = MISSING
        """The notebook's own variable of the name that `-match` writes to, as the last cell left it."""
        self._held: dict[str, str] = {}
        """Variables that are held in `own` while loops run: by lower-case name, as they are spelled."""

    def begin(self) -> None:
        """At the head of a cell: what `-match` found in an earlier one is `$Matches`, unless Python has set it."""
        if self._of_matches() is not self._beside:
            self.own.pop("matches", None)

    def _of_matches(self) -> object:
        actual = self._actual("matches", "matches")
        return MISSING if actual is None else self.variables[actual]

    @contextmanager
    def holding_fast(self, values: Mapping[str, object]) -> Iterator[None]:
        """Have variables hold these values, whatever the notebook or a statement gives them."""
        fixed = {name.lower(): value for name, value in values.items()}
        self.own.update(fixed)
        try:
            yield
        finally:
            for name in fixed:
                self.own.pop(name, None)

    def _actual(self, name: str, folded: str) -> str | None:
        if self._spelled is not None:
            return self._spelled(name)
        if name in self.variables:
            return name
        return next((known for known in self.variables if known.lower() == folded), None)

    def find(self, name: str, folded: str) -> object:
        """A notebook's variable."""
        held = self.own.get(folded, MISSING)
        if held is not MISSING or folded == "_":
            return held
        actual = self._actual(name, folded)
        if actual is None:
            return MISSING
        value = self.variables[actual]
        if value is None:
            return NOTHING if folded in self._empty else None
        kept = self._kept.get(folded)
        if kept is not None and kept[0] is value and not self._changed_by_python(folded, kept):
            self._looked.add(folded)
            return kept[1]
        if type(value) in SINGLE or not is_of_library(type(value)):
            return remote_value(value) if type(value) is EnumValue else value
        if folded not in self._copied or self._copied[folded][0] is not value:
            self._copied[folded] = (value, of_python(value))
        return self._copied[folded][1]

    def _changed_by_python(self, folded: str, kept: tuple[object, object]) -> bool:
        """Whether Python has other items in the list that it has for one with gaps, when a cell first looks."""
        if type(kept[1]) is not Gapped or folded in self._looked:
            return False
        assert isinstance(kept[0], list)
        return list(map(id, kept[0])) != [id(plain(item)) for item in kept[1]]

    def store(self, name: str, value: object) -> None:
        """Assign a notebook's variable; what a pipeline without output gave is None there."""
        folded = name.lower()
        self.own.pop(folded, None)
        if value is NOTHING:
            self._empty.add(folded)
        else:
            self._empty.discard(folded)
        self._kept.pop(folded, None)
        actual = self._actual(name, folded) or name
        self.variables[actual] = self._for_python(folded, plain(value))

    def _for_python(self, folded: str, value: object) -> object:
        """What Python has for a cell's value; the cell's own is kept, and found again while Python has not changed "
        "it."""
        kind = type(value)
        if kind is list or isinstance(value, ArrayList):
            self._looked.add(folded)
            self._kept[folded] = (value, value)
            return value
        made = value
        if kind is Gapped:
            self._looked.add(folded)
            made = ungapped(value)
        elif kind is RemoteEnum:
            made = value.origin  # type: ignore[attr-defined]
        elif isinstance(value, SwitchParameter):
            made = value.on
        if made is not value:
            self._kept[folded] = (made, value)
        return made

    def spelled(self, name: str) -> str:
        """See there."""
        return self._actual(name, name.lower()) or name

    def visible(self) -> dict[str, object]:
        """The notebook's variables."""
        self.settle_held()
        return {name.lower(): self.find(name, name.lower()) for name in self.variables if not name.startswith("_")}

    def put(self, name: str, folded: str, value: object) -> None:
        """Assign a notebook's variable; plain values are held while a loop runs."""
        if self.loops and type(value) in SINGLE:
            self._held[folded] = name
            self.own[folded] = value
        else:
            self.store(name, value)

    def item_put(self, name: str, folded: str) -> Callable[[object], None]:
        """What gives a loop's variable its next item."""
        own = self.own

        def put(value: object) -> None:
            self._held[folded] = name
            own[folded] = value

        return put

    @contextmanager
    def looping(self) -> Iterator[None]:
        """While a loop runs."""
        self.loops += 1
        try:
            yield
        finally:
            self.loops -= 1
            if not self.loops:
                self.settle_held()

    def settle_held(self) -> None:
        """Loops have ended, or something outside of the evaluator may look: what they assigned is the notebook's."""
        held, self._held = self._held, {}
        for folded, name in held.items():
            if folded in self.own:
                self.store(name, self.own[folded])

    def as_it_is(self) -> Callable[[], None]:
        """What has it be again as it is now."""
        variables, strict = dict(self.variables), self.strict
        held = {name: getattr(self, name).copy() for name in _OF_NOTEBOOK}

        def restore() -> None:
            for name in [one for one in self.variables if one not in variables]:
                del self.variables[name]
            for name, value in variables.items():
                if self.variables.get(name, MISSING) is not value:
                    self.variables[name] = value
            for name, values in held.items():
                now = getattr(self, name)
                now.clear()
                now.update(values)
            self.strict = strict

        return restore

    def own_value(self, name: str, value: object) -> object:
        """What the cell that assigned it has where the notebook holds this value."""
        kept = self._kept.get(name.lower())
        return kept[1] if kept is not None and kept[0] is value else value

    def settle(self) -> None:
        """At the end of a cell: lists of objects are given to Python as `Records`; the cell's own lists stay, and are
        found again in the next cell."""
        self._copied.clear()
        for folded in self._looked:
            kept = self._kept.get(folded)
            actual = self._actual(folded, folded)
            if kept is None or actual is None or self.variables[actual] is not kept[0]:
                self._kept.pop(folded, None)
                continue
            if type(kept[1]) is Gapped and isinstance(kept[0], list):
                kept[0][:] = map(plain, kept[1])
                continue
            shown = as_records(kept[1])
            self._kept[folded] = (shown, kept[1])
            self.variables[actual] = shown
        self._looked.clear()
        self._beside = self._of_matches()

    def remove(self, name: str) -> bool:
        """Forget a variable; whether there was one. It takes anything when it comes again."""
        self.constraints.pop(name.lower(), None)
        self.settle_held()
        actual = self._actual(name, name.lower())
        found = self.own.pop("matches", None) if name.lower() == "matches" else None
        if actual is None:
            return found is not None
        self._kept.pop(name.lower(), None)
        del self.variables[actual]
        return True
