"""Expressions of the syntax tree. Every node is frozen and knows its extent; equality ignores the extent.

Operators keep their PowerShell name in lower case without the dash where that is a letter (`eq`, `ceq`, `join`) and as
written otherwise (`+`, `..`, `??`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lync_magic.language.syntax.source import Extent

if TYPE_CHECKING:
    from lync_magic.language.syntax.statements import ScriptBlock, Statement


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in the tree."""

    extent: Extent = field(compare=False, repr=False)

    def children(self) -> Iterator[Node]:
        """The nodes directly below, in the order they were written."""
        for name in self.__dataclass_fields__:
            yield from _nodes(getattr(self, name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)


@dataclass(frozen=True, slots=True)
class Expression(Node):
    """Something with a value."""


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A number."""

    value: object


@dataclass(frozen=True, slots=True)
class String(Expression):
    """Text that needs no expansion. bare: it was a bare word.  here: it was a here-string."""

    value: str
    bare: bool = False
    here: bool = False


@dataclass(frozen=True, slots=True)
class ExpandableString(Expression):
    """Text with variables and sub-expressions in it: `parts` are strings and expressions in turn."""

    parts: tuple[str | Expression, ...]
    bare: bool = False
    here: bool = False


@dataclass(frozen=True, slots=True)
class Variable(Expression):
    """`$name`, `$env:name`, `@name`. drive: `env`, `global`, `script`, `using`, … in lower case, or ""."""

    name: str
    drive: str = ""
    splatted: bool = False
    braced: bool = False


@dataclass(frozen=True, slots=True)
class TypeName(Node):
    """A type's name as written: `System.Collections.Generic.List` with arguments; ranks: one entry for each `[]`."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    ranks: tuple[int, ...] = ()

    def __str__(self) -> str:
        arguments = "[" + ",".join(str(item) for item in self.arguments) + "]" if self.arguments else ""
        return self.name + arguments + "".join("[" + "," * (rank - 1) + "]" for rank in self.ranks)


@dataclass(frozen=True, slots=True)
class Type(Expression):
    """`[int]` as a value."""

    name: TypeName


@dataclass(frozen=True, slots=True)
class Cast(Expression):
    """`[int]$x`."""

    type: TypeName
    operand: Expression


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """`[Parameter(Mandatory, Position=0)]`. A named argument without a value stands for `$true`."""

    type: TypeName
    positional: tuple[Expression, ...] = ()
    named: tuple[NamedArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedArgument(Node):
    """`Position=0` of an attribute."""

    name: str
    value: Expression | None


@dataclass(frozen=True, slots=True)
class Attributed(Expression):
    """`[ValidateSet('a')]$x`."""

    attribute: Attribute
    operand: Expression


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    """`-$x`, `-not $x`, `!$x`, `++$x`, `,$x`, `-split $x`, `-join $x`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Postfix(Expression):
    """`$x++`, `$x--`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """`$a -eq $b`. place: where the operator stands."""

    operator: str
    left: Expression
    right: Expression
    place: Extent = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ternary(Expression):
    """`$a ? $b : $c`."""

    condition: Expression
    if_true: Expression
    if_false: Expression


@dataclass(frozen=True, slots=True)
class ArrayLiteral(Expression):
    """`1, 2, 3`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ArrayExpression(Expression):
    """`@( … )`."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class SubExpression(Expression):
    """`$( … )`."""

    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Paren(Expression):
    """`( … )` around one pipeline."""

    statement: Statement


@dataclass(frozen=True, slots=True)
class HashEntry(Node):
    """`key = value` of a hashtable."""

    key: Expression
    value: Statement


@dataclass(frozen=True, slots=True)
class Hashtable(Expression):
    """`@{ … }`."""

    entries: tuple[HashEntry, ...]


@dataclass(frozen=True, slots=True)
class ScriptBlockExpression(Expression):
    """`{ … }` as a value."""

    block: ScriptBlock

    @property
    def body_text(self) -> str:
        """What stands between the braces."""
        return self.extent.text[1:-1]


@dataclass(frozen=True, slots=True)
class Member(Expression):
    """`$x.Name`, `[int]::MaxValue`, `${x}?.Name`."""

    target: Expression
    name: Expression
    static: bool = False
    null_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Invoke(Expression):
    """`$x.Method(…)`, `[math]::Max(1, 2)`."""

    target: Expression
    name: Expression
    arguments: tuple[Expression, ...]
    static: bool = False
    null_conditional: bool = False


@dataclass(frozen=True, slots=True)
class Index(Expression):
    """`$x[0]`."""

    target: Expression
    index: Expression
    null_conditional: bool = False
