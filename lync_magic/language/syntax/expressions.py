"""Expressions of the syntax tree. Every node is frozen and knows where it stands, which equality ignores.

Operators keep their PowerShell name in lower case without the dash where that is a letter (`eq`, `ceq`, `join`) and as
written otherwise (`+`, `..`, `??`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from lync_magic.language.syntax.source import Extent, Source

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    from lync_magic.language.syntax.statements import ScriptBlock, Statement
else:

    def dataclass_transform(**_options: object) -> Callable[[T], T]:
        """For type checkers alone."""
        return lambda decorator: decorator


T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def node(kind: type[T]) -> type[T]:
    """A class of the tree: a dataclass that type checkers hold to be frozen. Python's own frozen ones take four times
    as long to make, and a parser makes little else."""
    return dataclass(slots=True, unsafe_hash=True)(kind)


class _Asked:
    """Places for what is filled when it is first asked for: a node's extent, which most never are, and what is below
    it, which a dozen checks that walk through each tree are."""

    __slots__ = ("_below", "_extent")


@node
class Node(_Asked):
    """Anything in the tree. It stands from `start` to `end` within a source."""

    within: Source = field(compare=False, repr=False)
    start: int = field(compare=False, repr=False)
    end: int = field(compare=False, repr=False)

    @property
    def extent(self) -> Extent:
        """Where it stands."""
        try:
            return self._extent
        except AttributeError:
            self._extent: Extent = Extent(self.within, self.start, self.end)
            return self._extent

    def children(self) -> tuple[Node, ...]:
        """The nodes directly below, in the order they were written."""
        try:
            return self._below
        except AttributeError:
            self._below: tuple[Node, ...] = tuple(_children(self))
            return self._below


def _children(one: Node) -> list[Node]:
    kind = type(one)
    places = _places.get(kind)
    found: list[Node] = []
    for name in _places_of(kind) if places is None else places:
        value = getattr(one, name)
        if isinstance(value, Node):
            found.append(value)
        elif type(value) is tuple:
            _gather(value, found)
    return found


def _gather(items: tuple[object, ...], found: list[Node]) -> None:
    for item in items:
        if isinstance(item, Node):
            found.append(item)
        elif type(item) is tuple:
            _gather(item, found)


_places: Final[dict[type, tuple[str, ...]]] = {}
"""The fields of each class of node that can hold nodes, found out when the first of them is looked into."""
_NO_NODE: Final = frozenset({"Source", "Extent", "str", "str | None", "bool", "int", "object", "frozenset[str]"})


def _places_of(kind: type[Node]) -> tuple[str, ...]:
    fields = kind.__dataclass_fields__.values()
    made = _places[kind] = tuple(one.name for one in fields if one.type not in _NO_NODE)
    return made


@node
class Expression(Node):
    """Something with a value."""


@node
class Constant(Expression):
    """A number."""

    value: object


@node
class String(Expression):
    """Text that needs no expansion. bare: it was a bare word.  here: it was a here-string."""

    value: str
    bare: bool = False
    here: bool = False


@node
class ExpandableString(Expression):
    """Text with variables and sub-expressions in it: `parts` are strings and expressions in turn."""

    parts: tuple[str | Expression, ...]
    bare: bool = False
    here: bool = False


@node
class Variable(Expression):
    """`$name`, `$env:name`, `@name`. drive: `env`, `global`, `script`, `using`, … in lower case, or ""."""

    name: str
    drive: str = ""
    splatted: bool = False
    braced: bool = False


@node
class TypeName(Node):
    """A type's name as written: `System.Collections.Generic.List` with arguments; ranks: one entry for each `[]`."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    ranks: tuple[int, ...] = ()

    def __str__(self) -> str:
        arguments = "[" + ",".join(str(item) for item in self.arguments) + "]" if self.arguments else ""
        return self.name + arguments + "".join("[" + "," * (rank - 1) + "]" for rank in self.ranks)


@node
class Type(Expression):
    """`[int]` as a value."""

    name: TypeName


@node
class Cast(Expression):
    """`[int]$x`."""

    type: TypeName
    operand: Expression


@node
class Attribute(Node):
    """`[Parameter(Mandatory, Position=0)]`. A named argument without a value stands for `$true`."""

    type: TypeName
    positional: tuple[Expression, ...] = ()
    named: tuple[NamedArgument, ...] = ()

    @property
    def name(self) -> str:
        """What it is known by, in small letters. (PowerShell finds `[ParameterAttribute]` by its whole name alone.)"""
        name = self.type.name.lower()
        own = name.removeprefix("system.").removeprefix("management.automation.")
        return name if own == name or "." in own else own.removesuffix("attribute")


@node
class NamedArgument(Node):
    """`Position=0` of an attribute."""

    name: str
    value: Expression | None


@node
class Attributed(Expression):
    """`[ValidateSet('a')]$x`."""

    attribute: Attribute
    operand: Expression


@node
class Unary(Expression):
    """`-$x`, `-not $x`, `!$x`, `++$x`, `,$x`, `-split $x`, `-join $x`."""

    operator: str
    operand: Expression


@node
class Postfix(Expression):
    """`$x++`, `$x--`."""

    operator: str
    operand: Expression


@node
class Binary(Expression):
    """`$a -eq $b`. place: where the operator stands."""

    operator: str
    left: Expression
    right: Expression
    place: Extent = field(compare=False, repr=False)


@node
class Ternary(Expression):
    """`$a ? $b : $c`."""

    condition: Expression
    if_true: Expression
    if_false: Expression


@node
class ArrayLiteral(Expression):
    """`1, 2, 3`."""

    items: tuple[Expression, ...]


@node
class ArrayExpression(Expression):
    """`@( … )`."""

    statements: tuple[Statement, ...]


@node
class SubExpression(Expression):
    """`$( … )`."""

    statements: tuple[Statement, ...]


@node
class Paren(Expression):
    """`( … )` around one pipeline."""

    statement: Statement


@node
class HashEntry(Node):
    """`key = value` of a hashtable."""

    key: Expression
    value: Statement


@node
class Hashtable(Expression):
    """`@{ … }`."""

    entries: tuple[HashEntry, ...]


@node
class ScriptBlockExpression(Expression):
    """`{ … }` as a value."""

    block: ScriptBlock

    @property
    def body_text(self) -> str:
        """What stands between the braces."""
        return self.extent.text[1:-1]


@node
class Member(Expression):
    """`$x.Name`, `[int]::MaxValue`, `${x}?.Name`."""

    target: Expression
    name: Expression
    static: bool = False
    null_conditional: bool = False


@node
class Invoke(Expression):
    """`$x.Method(…)`, `[math]::Max(1, 2)`."""

    target: Expression
    name: Expression
    arguments: tuple[Expression, ...]
    static: bool = False
    null_conditional: bool = False


@node
class Index(Expression):
    """`$x[0]`."""

    target: Expression
    index: Expression
    null_conditional: bool = False
