"""The common parameters of a call on this side: -ErrorAction, -ErrorVariable, -OutVariable and their like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from lync_magic.clixml import MISSING
from lync_magic.language.cmdlets.binder import Bound
from lync_magic.language.cmdlets.declare import BEGUN
from lync_magic.language.evaluate.scope import Scope
from lync_magic.language.evaluate.streams import ERROR, INFORMATION, WARNING, AlsoOutput, Captured, Redirected, Sink
from lync_magic.language.values.collections import ArrayList, is_collection, items_of
from lync_magic.language.values.failures import NotKnownHere
from lync_magic.language.values.text import to_text

_KEPT = {"ErrorVariable": ERROR, "WarningVariable": WARNING, "InformationVariable": INFORMATION}


@dataclass
class Common:
    """What the common parameters of one call ask for. action: -ErrorAction in lower case, or ""."""

    action: str
    sink: Sink
    streams: dict[int, list[object]] = field(default_factory=dict)
    output: list[object] | None = None
    pipeline_variable: str = ""
    names: dict[int, str] = field(default_factory=dict)
    out_name: str = ""
    uncaptured: Sink | None = None
    """What the call says goes here past its -ErrorVariable and its like."""

    @property
    def listens(self) -> bool:
        """Whether the call has a sink of its own."""
        return self.sink is not self.uncaptured or isinstance(self.sink, AlsoOutput)

    def taking(self, scope: Scope, leaving: list[Callable[[], None]]) -> Callable[[object], None] | None:
        """What keeps each object of the output, where that is asked for. leaving: what is done at the pipeline's end:
        a -PipelineVariable is no more then, whatever was of its name before."""
        output, said = self.output, self.pipeline_variable
        if output is None and not said:
            return None
        owner, name = (scope, said) if said.startswith("+") else _placed(scope, said)  # it is a name to this one
        if name:
            leaving.append(partial(_leave, owner, name, owner.holder.find(name, name.lower()) is not MISSING))
            owner.holder.constraints.pop(name.lower(), None)
            owner.set(name, None)

        def took(item: object) -> None:
            if item is BEGUN:
                return
            if output is not None:
                output.append(item)
            if name:
                owner.set(name, item)

        return took

    def finish_remote(self, scope: Scope) -> None:
        """Set the variables as a proxy of Import-PSSession does: where nothing came they are what they were, and a list
        of an earlier call goes."""
        for name, items in self._kept():
            if items or ":" in name:
                _keep(scope, name, items)
            elif isinstance(scope.get(name), ArrayList):
                scope.set(name, None)

    def _kept(self) -> list[tuple[str, list[object]]]:
        kept = [(name, self.streams[stream]) for stream, name in self.names.items()]
        return kept if self.output is None else [*kept, (self.out_name, self.output)]


def common_of(bound: Bound, scope: Scope, *, keeps: bool = True) -> Common:
    """Those of a bound call. keeps: the variables that they name are set, to lists that what comes is added to."""
    if not bound.common:
        return Common("", scope.sink, uncaptured=scope.sink)
    made = Common(to_text(bound.common.get("ErrorAction", "")).lower(), scope.sink)
    for parameter, stream in _KEPT.items():
        name = to_text(bound.common.get(parameter, ""))
        if name:
            made.streams[stream] = []
            made.names[stream] = name
    made.out_name = to_text(bound.common.get("OutVariable", ""))
    made.output = [] if made.out_name else None
    made.pipeline_variable = to_text(bound.common.get("PipelineVariable", ""))
    for name in (*made.names.values(), made.out_name, made.pipeline_variable):
        owner, bare = _placed(scope, name)
        if name:
            owner.unlocked(bare)
        if name and name is not made.pipeline_variable and owner.constraint(bare) is not None:
            raise NotKnownHere(f"a variable with a type for what a command gives (${bare})")
    if keeps:
        for stream, name in made.names.items():
            made.streams[stream] = _growing(scope, name)
        made.output = _growing(scope, made.out_name) if made.out_name else None
    own = scope.parent is None or scope.sink is not scope.parent.sink
    if made.output is not None and own and isinstance(scope.sink, Redirected):
        made.sink = AlsoOutput(scope.sink, made.output)
    made.uncaptured = made.sink
    if made.streams:
        made.sink = Captured(made.sink, made.streams)
    return made


def _leave(owner: Scope, name: str, was_there: bool) -> None:
    """The variable goes; one that was there is empty."""
    if was_there:
        owner.set(name, None)
    else:
        owner.holder.remove(name)


def _growing(scope: Scope, name: str) -> ArrayList:
    """The list that a variable holds from now on: a new one, or with `+name` what it has already."""
    owner, bare = _placed(scope, name)
    before = owner.get(bare) if name.startswith("+") else MISSING
    if type(before) is ArrayList:
        return before
    made = ArrayList(_items(before))
    owner.set(bare, made)
    return made


def _placed(scope: Scope, name: str) -> tuple[Scope, str]:
    """The scope that a variable is one of, and its bare name: `script:name`, `+name`."""
    drive, sign, bare = name.removeprefix("+").rpartition(":")
    match drive.lower():
        case "global":
            return scope.root, bare
        case "script":
            return scope.script, bare
        case "" | "local" | "private":
            return scope, bare or sign
    raise NotKnownHere(f"the variable {name} for what a command gives")


def _items(value: object) -> list[object]:
    """The items of what a variable held."""
    if value is MISSING or value is None:
        return []
    return list(items_of(value)) if is_collection(value) else [value]


def _keep(scope: Scope, name: str, items: list[object]) -> None:
    """`name` is set anew, `+name` added to."""
    owner, bare = _placed(scope, name)
    before = _items(owner.get(bare)) if name.startswith("+") else []
    owner.set(bare, ArrayList([*before, *items]))
