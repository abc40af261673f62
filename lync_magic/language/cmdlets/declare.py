"""How a cmdlet of this side is declared, and what it is given when it runs.

`run` is a function of the bound call and the pipeline's input; it is a generator, so that objects stream. Input is None
when nothing was piped in. What a cmdlet of PowerShell takes and this one does not is declared too, as `unsupported`:
a cell that uses it is refused before it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lync_magic.errors import LyncError
from lync_magic.language.values.failures import Stopping
from lync_magic.psrp import Event, HostLine

if TYPE_CHECKING:
    from lync_magic.language.evaluate.blocks import Block
    from lync_magic.language.evaluate.flow import LoopFlow
    from lync_magic.language.syntax.source import Extent


@dataclass(frozen=True)
class ParameterSpec:
    """One parameter.

    type: a short .NET name (`string`, `int`, `string[]`, `object`, `scriptblock`, `switch`).  position: from 0, or
    None.
    sets: the parameter sets it belongs to, empty for all.  remaining: it takes all further positional arguments.
    by_value: pipeline input goes to it.
    takes_block: of several parameters at one position, a script block goes to this one.  allowed: the words that are
    known here, where not all are.  spelled: a number goes to it as it was spelled.  type_name: the .NET type that a
    function declares it of.
    """

    name: str
    type: str = "object"
    aliases: tuple[str, ...] = ()
    position: int | None = None
    mandatory: bool = False
    sets: tuple[str, ...] = ()
    remaining: bool = False
    unsupported: bool = False
    by_value: bool = False
    takes_block: bool = False
    allowed: tuple[str, ...] = ()
    spelled: bool = False
    type_name: str = ""

    @property
    def is_text(self) -> bool:
        """Whether a number that is given to it counts as it was spelled."""
        return self.spelled or self.type in ("string", "string[]")

    @property
    def is_switch(self) -> bool:
        """Whether it stands without a value."""
        return self.type == "switch"


@dataclass
class CallServices:
    """What a running cmdlet may ask of the evaluator.

    runner, tester: a script block made ready to run for item after item as `$_`: its output, whether that counts as
    true.  trying: its value, raising an error where a statement fails.  report: the streams.
    caller: the function around the call, or "".  error: report one error that does not end the command (it ends it
    under -ErrorAction Stop).  remember: keep an error in `$Error` alone.
    call_block: run a script block in a scope of its own.  leaving: a `break` or `continue` of a block goes to the loop
    that the object came out of.  no_more: this object is the last one that is wanted, which a server is told before the
    object goes on.  foretold: the objects that blocks run for, once what they would send was agreed to where the cell
    asks first.  invocation: the InvocationInfo of the call.  place: where it stands.
    evaluator, scope: for the few cmdlets that are part of the
    language (Set-Variable, Invoke-Expression, Invoke-Command); None outside the evaluator.
    """

    runner: Callable[[Block], Callable[[object], Iterable[object]]]
    tester: Callable[[Block], Callable[[object], bool]]
    trying: Callable[[Block], Callable[[object], object]]
    report: Callable[[Event], None]
    error: Callable[[Exception], None]
    remember: Callable[[LyncError | Stopping], None]
    set_variable: Callable[[str, object], None]
    get_variable: Callable[[str], object]
    caller: str = ""
    call_block: Callable[[Block, Sequence[object], Iterable[object] | None], Iterator[object]] | None = None
    leaving: Callable[[LoopFlow], None] | None = None
    no_more: Callable[[], None] = lambda: None
    telling: Callable[[Callable[[Any], Iterable[object]]], Callable[[Any], Iterable[object]]] = lambda run: run
    foretold: Callable[[Sequence[object], Iterable[object]], Iterable[object]] = lambda _blocks, items: items
    invocation: Callable[[], object] = lambda: None
    place: Extent | None = None
    evaluator: Any = None
    scope: Any = None


BEGUN: Final = object()
"""Stands in the output of a call between what it gave before anything came and the rest, where that is asked for."""


@dataclass
class BoundCall:
    """A call with its arguments bound to parameters by full name.

    name: as it was written.  command_name: the cmdlet's own.  set_name: the parameter set chosen.
    services: see `CallServices`.
    """

    name: str
    arguments: Mapping[str, object]
    services: CallServices
    set_name: str = ""
    command_name: str = ""
    common: Mapping[str, object] = field(default_factory=dict)
    begun: bool = False
    """Whether BEGUN is to stand behind what it gives before anything comes (`evaluate.remote.Beginning`)."""
    confirmation: Any = None
    """What the person said for all that is left of it, once there was a question."""

    def get(self, name: str, default: Any = None) -> Any:
        """A parameter's value, or `default` when it was not given."""
        return self.arguments.get(name, default)

    def given(self, name: str) -> bool:
        """Whether a parameter was given."""
        return name in self.arguments

    def switch(self, name: str) -> bool:
        """Whether a switch is on."""
        return bool(self.arguments.get(name, False))

    @property
    def error_suffix(self) -> str:
        """What stands after the comma of a FullyQualifiedErrorId, of a cmdlet whose class has its name."""
        return f"Microsoft.PowerShell.Commands.{self.command_name.replace('-', '')}Command"


def say_once(call: BoundCall, line: str) -> None:
    """Say a line that has not been said in this cell; outside of the evaluator, in this process."""
    evaluator = call.services.evaluator
    said = evaluator.said if evaluator is not None else _said
    if line not in said:
        said.add(line)
        call.services.report(HostLine(line))


_said: set[str] = set()
Run = Callable[[BoundCall, "Iterator[object] | None"], Iterator[object]]


@dataclass(frozen=True)
class ClientCommand:
    """A cmdlet of this side.

    class_name: PowerShell's class for it, which stands in error ids (`SelectObjectCommand`), or "".
    default_set: the parameter set when none is chosen by the arguments.  own: it belongs to the language, so that a
    server's command of its name does not take its place (a full session has them all).  as_it_comes: it writes what
    comes at once, so that it has done so where what comes breaks off.
    """

    name: str
    parameters: Sequence[ParameterSpec]
    run: Run
    aliases: tuple[str, ...] = ()
    class_name: str = ""
    default_set: str = ""
    own: bool = False
    as_it_comes: bool = False

    @property
    def folded_aliases(self) -> tuple[str, ...]:
        """Its aliases in lower case: an alias comes before a function."""
        return tuple(one.lower() for one in self.aliases)

    @property
    def error_suffix(self) -> str:
        """What stands after the comma of a FullyQualifiedErrorId."""
        if self.class_name.startswith("System."):
            return self.class_name
        return f"Microsoft.PowerShell.Commands.{self.class_name}" if self.class_name else self.name
